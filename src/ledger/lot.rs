//! Entries drawn by lot, so that anybody draws the same ones again: of the candidates those with the least
//! `SHA-256("dongui/v1/lot" || 0x00 || seed || 0x00 || index)`, the index in decimal digits. Deliberately absent: chance; whoever looks chooses the
//! seed after the log was published, and whoever keeps the log cannot know it before.
use crate::crypt::hash::{Digest, sha256};
use std::collections::BinaryHeap;

/// The longest seed, characters.
pub const LONGEST: usize = 100;
/// The most entries of one lot.
pub const MOST: usize = 1000;

/// What an entry of this index draws; the least are taken.
pub fn drawn(seed: &str, index: u64) -> Digest {
    sha256(&[b"dongui/v1/lot", &[0], seed.as_bytes(), &[0], index.to_string().as_bytes()])
}

/// A lot over candidates that come one after the other.
#[derive(Debug)]
pub struct Lot<'s> {
    seed: &'s str,
    size: usize,
    least: BinaryHeap<(Digest, u64)>,
}

impl<'s> Lot<'s> {
    /// One of `size` entries, at most [`MOST`].
    pub fn new(seed: &'s str, size: usize) -> Lot<'s> {
        Lot { seed, size: size.min(MOST), least: BinaryHeap::new() }
    }

    /// Lets a candidate draw.
    pub fn offer(&mut self, index: u64) {
        self.least.push((drawn(self.seed, index), index));
        if self.least.len() > self.size {
            self.least.pop();
        }
    }

    /// The indices that were taken, ascending.
    pub fn taken(self) -> Vec<u64> {
        let mut taken: Vec<u64> = self.least.into_iter().map(|(_, index)| index).collect();
        taken.sort_unstable();
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::hex;
    use proptest::prelude::*;

    fn lot(seed: &str, size: usize, candidates: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut lot = Lot::new(seed, size);
        candidates.for_each(|index| lot.offer(index));
        lot.taken()
    }

    #[test]
    fn the_lot_of_the_documents_comes_out() {
        assert_eq!(
            hex::encode(&drawn("2026-11 hearing", 7)),
            "a550201e4b3c633b3b39c00249d7360d9fa62abdfdd68d54d4b3f5965340a7b9"
        );
        assert_eq!(lot("2026-11 hearing", 5, 0..1000), [91, 434, 546, 749, 903]);
    }

    #[test]
    fn a_lot_is_never_larger_than_wanted_and_another_seed_draws_another_one() {
        assert_eq!(lot("a", 0, 0..9), Vec::<u64>::new());
        assert_eq!(lot("a", 50, 3..6), [3, 4, 5]);
        assert_eq!(lot("a", MOST + 1, 0..2000).len(), MOST);
        assert_ne!(lot("a", 5, 0..1000), lot("b", 5, 0..1000));
    }

    proptest! {
        #[test]
        fn the_order_of_the_candidates_is_of_no_consequence_and_more_of_them_only_push_out(
            seed in ".{0,20}", size in 0usize..20, some in 0u64..100, more in 0u64..100,
        ) {
            let forth = lot(&seed, size, 0..some);
            prop_assert_eq!(&forth, &lot(&seed, size, (0..some).rev()));
            let all = lot(&seed, size, 0..some + more);
            prop_assert!(all.iter().filter(|i| **i < some).all(|i| forth.contains(i)));
        }
    }
}
