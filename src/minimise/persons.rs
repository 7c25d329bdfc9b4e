//! Who is in a crowd: sets of dense person numbers, and how they are kept. The only file that knows roaring. Deliberately absent: who the numbers are
//! (the store's, reshuffled every epoch).
use roaring::RoaringBitmap;
use std::iter::once;

/// Bytes that are no crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored crowd does not parse")]
pub struct Unreadable;

/// Begins the stored form of few persons.
const FEW: u8 = 1;
/// How many are few.
const FEW_MOST: u64 = 256;

/// A number in groups of seven bits, the lowest first, each but the last with its high bit set (LEB128).
fn leb128(number: u32) -> impl Iterator<Item = u8> {
    let groups = (32 - (number | 1).leading_zeros()).div_ceil(7);
    (0..groups).map(move |i| (number >> (7 * i)) as u8 & 0x7f | u8::from(i + 1 < groups) << 7)
}

/// Reads gaps; `None` where they are torn, or no sum of them is the number of another person.
fn few(gaps: &[u8]) -> Option<Crowd> {
    let (mut set, mut last, mut gap, mut shift) = (RoaringBitmap::new(), None, 0u64, 0);
    for byte in gaps {
        gap |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            let number = u32::try_from(u64::from(last.unwrap_or(0u32)) + gap).ok()?;
            (last.is_none() || gap > 0).then_some(())?;
            set.insert(number);
            (last, gap, shift) = (Some(number), 0, 0);
        } else if shift > 28 {
            return None;
        }
    }
    (shift == 0).then_some(Crowd(set))
}

/// A set of person numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Crowd(RoaringBitmap);

impl Crowd {
    /// From the stored form. Trailing bytes are refused.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Crowd, Unreadable> {
        if let Some(gaps) = bytes.strip_prefix(&[FEW]) {
            return few(gaps).ok_or(Unreadable);
        }
        let set = RoaringBitmap::deserialize_from(&mut bytes).map_err(|_| Unreadable)?;
        if bytes.is_empty() { Ok(Crowd(set)) } else { Err(Unreadable) }
    }
    /// The stored form: the portable Roaring format, which begins with another byte than `FEW`; of few persons the gaps between their numbers,
    /// since of a million persons fifty take half as many bytes so, and most crowds are small.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.0.len() <= FEW_MOST {
            return once(FEW).chain(self.gaps().flat_map(leb128)).collect();
        }
        let mut out = Vec::with_capacity(self.0.serialized_size());
        // INVARIANT: writing to a `Vec` does not fail; were it to, a torn crowd is refused when read.
        self.0.serialize_into(&mut out).unwrap_or_default();
        out
    }
    /// The first number, then from each to the next.
    fn gaps(&self) -> impl Iterator<Item = u32> {
        let mut before = 0;
        self.0.iter().map(move |n| n - std::mem::replace(&mut before, n))
    }
    /// The numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter()
    }
    /// Adds a person; whether it was not in already.
    pub fn insert(&mut self, person: u32) -> bool {
        self.0.insert(person)
    }
    /// Adds everyone of `other`.
    pub fn union(&mut self, other: &Crowd) {
        self.0 |= &other.0;
    }
    /// Takes everyone of `other` out.
    pub fn without(&mut self, other: &Crowd) {
        self.0 -= &other.0;
    }
    /// What it takes to hold it, about.
    pub fn bytes(&self) -> usize {
        self.0.serialized_size()
    }
    /// Persons in it.
    pub fn len(&self) -> u64 {
        self.0.len()
    }
    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Those in both.
    pub fn intersection(&self, other: &Crowd) -> Crowd {
        Crowd(&self.0 & &other.0)
    }
    /// Persons in both.
    pub fn intersection_len(&self, other: &Crowd) -> u64 {
        self.0.intersection_len(&other.0)
    }
}

impl FromIterator<u32> for Crowd {
    fn from_iter<I: IntoIterator<Item = u32>>(persons: I) -> Crowd {
        Crowd(persons.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_that_are_no_crowd_are_refused() {
        for persons in [3, 300] {
            let crowd: Crowd = (1..=persons).map(|n| n * 700).collect();
            let mut bytes = crowd.to_bytes();
            assert_eq!(Crowd::from_bytes(&bytes), Ok(crowd));
            assert_eq!(Crowd::from_bytes(&bytes[..bytes.len() - 1]), Err(Unreadable));
            bytes.push(0);
            assert_eq!(Crowd::from_bytes(&bytes), Err(Unreadable));
        }
        assert_eq!(Crowd::from_bytes(&[FEW]), Ok(Crowd::default()));
        for torn in [
            &[FEW, 0x80][..],
            &[FEW, 5, 0],
            &[FEW, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[FEW, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
        ] {
            assert_eq!(Crowd::from_bytes(torn), Err(Unreadable), "{torn:?}");
        }
        assert_eq!(Crowd::from_bytes(b""), Err(Unreadable));
    }

    proptest! {
        #[test]
        fn a_crowd_counts_as_a_set_does(
            a in prop::collection::btree_set(any::<u32>(), 0..60), b in prop::collection::btree_set(0u32..80, 0..60),
        ) {
            let (mut left, right): (Crowd, Crowd) = (a.iter().copied().collect(), b.iter().copied().collect());
            let both = u64::try_from(a.intersection(&b).count()).unwrap();
            prop_assert_eq!(left.intersection_len(&right), both);
            prop_assert_eq!(Crowd::from_bytes(&left.to_bytes()), Ok(left.clone()));
            left.union(&right);
            prop_assert_eq!(left.len(), u64::try_from(a.union(&b).count()).unwrap());
            for person in b {
                prop_assert!(!left.insert(person));
            }
        }

        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(crowd) = Crowd::from_bytes(&bytes) {
                prop_assert_eq!(Crowd::from_bytes(&crowd.to_bytes()), Ok(crowd));
            }
        }
    }
}
