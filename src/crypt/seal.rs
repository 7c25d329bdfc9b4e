//! Sealing a value to its place: AES-256-GCM, the place (table, column, row) as associated data.
//!
//! Shape: key tag (4 bytes) || nonce (12) || ciphertext and tag.
use super::hash::sha256;
use crate::domain::rng::{Rng, bytes};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// A sealed value that does not open: wrong key, wrong place or tampered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open: key, place or content is not what it was sealed with")]
pub struct SealError;

/// Keys that seal and open; the first seals.
pub struct Sealer(Vec<([u8; 4], LessSafeKey)>);

impl Sealer {
    /// From keys, newest first.
    pub fn new(keys: &[Zeroizing<[u8; 32]>]) -> Sealer {
        let key = |k: &Zeroizing<[u8; 32]>| {
            let hash = sha256(&[b"dongui/v1/key-tag", k.as_ref()]);
            let unbound = UnboundKey::new(&AES_256_GCM, k.as_ref()).ok()?;
            Some(([hash[0], hash[1], hash[2], hash[3]], LessSafeKey::new(unbound)))
        };
        Sealer(keys.iter().filter_map(key).collect())
    }

    /// Seals `plain` for (table, column) and `row`.
    pub fn seal(&self, rng: &dyn Rng, (table, column): (&str, &str), row: &[u8], plain: &[u8]) -> Vec<u8> {
        let Some((tag, key)) = self.0.first() else { return Vec::new() };
        let nonce = bytes::<12>(rng);
        let mut body = plain.to_vec();
        let aad = Aad::from(place(table, column, row));
        if key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut body).is_err() {
            return Vec::new();
        }
        [tag.as_slice(), &nonce, &body].concat()
    }

    /// The same value sealed under the key that seals now; `None` where it is, or where none of these keys sealed it.
    ///
    /// # Errors
    /// An older key sealed it, and it does not open.
    pub fn renew(
        &self,
        rng: &dyn Rng,
        place: (&str, &str),
        row: &[u8],
        sealed: &[u8],
    ) -> Option<Result<Vec<u8>, SealError>> {
        let older = self.0.iter().skip(1).any(|(tag, _)| sealed.starts_with(tag));
        older.then(|| self.open(place, row, sealed).map(|plain| self.seal(rng, place, row, &plain)))
    }

    /// Opens what was sealed for the same place.
    pub fn open(
        &self,
        (table, column): (&str, &str),
        row: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (tag, rest) = sealed.split_at_checked(4).ok_or(SealError)?;
        let (nonce, body) = rest.split_at_checked(12).ok_or(SealError)?;
        let (_, key) = self.0.iter().find(|(t, _)| t == tag).ok_or(SealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
        let mut body = body.to_vec();
        let len = key
            .open_in_place(nonce, Aad::from(place(table, column, row)), &mut body)
            .map_err(|_| SealError)?
            .len();
        body.truncate(len);
        Ok(Zeroizing::new(body))
    }
}

/// Length-prefixed, so that no two places share the same bytes.
fn place(table: &str, column: &str, row: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(32 + row.len());
    for part in [table.as_bytes(), column.as_bytes(), row] {
        out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    struct Fixed;
    impl Rng for Fixed {
        fn fill(&self, out: &mut [u8]) {
            out.fill(7);
        }
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place_and_under_any_kept_key() {
        let (old, new) = (Zeroizing::new([1; 32]), Zeroizing::new([2; 32]));
        let sealed = Sealer::new(std::slice::from_ref(&old)).seal(&Fixed, ("t", "c"), b"row", b"secret");
        let both = Sealer::new(&[new.clone(), old]);
        assert_eq!(both.open(("t", "c"), b"row", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(both.open(("t", "c"), b"other", &sealed), Err(SealError));
        assert_eq!(both.open(("tc", ""), b"row", &sealed), Err(SealError));
        assert_eq!(Sealer::new(&[new]).open(("t", "c"), b"row", &sealed), Err(SealError));
        let mut torn = sealed.clone();
        torn[20] ^= 1;
        assert_eq!(both.open(("t", "c"), b"row", &torn), Err(SealError));
    }
}
