//! Seals the records behind leaves. What is about a subscriber is sealed under a random key of his, which is kept sealed under the root:
//! destroying that key erases the content of every copy, wherever it lies. Deliberately absent: where keys and records are kept.
use super::keyring::Keyring;
use super::seal::{SealError, Sealer};
use crate::domain::rng::{Rng, bytes};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Where a record is sealed to, with the id of its entry as row.
const RECORD: (&str, &str) = ("records", "sealed");
/// Where a key is sealed to, with the id of its subscriber as row.
const KEY: (&str, &str) = ("record_keys", "sealed");

/// The key of a subscriber's records, sealed.
#[derive(Debug, Clone, Copy)]
pub struct SealedKey<'k> {
    /// Whose, 16 bytes.
    pub subscriber: &'k [u8],
    /// As it is stored.
    pub sealed: &'k [u8],
}

/// A new key for the records of `subscriber`, sealed.
pub fn key(keyring: &Keyring, rng: &dyn Rng, subscriber: &[u8]) -> Vec<u8> {
    let key = Zeroizing::new(bytes::<32>(rng));
    keyring.sealer().seal(rng, KEY, subscriber, key.as_ref())
}

/// Seals and opens records.
pub struct RecordSeal {
    keyring: Arc<Keyring>,
    rng: Arc<dyn Rng>,
}

impl std::fmt::Debug for RecordSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("record seal")
    }
}

impl RecordSeal {
    /// Under the operator's keys.
    pub fn new(keyring: Arc<Keyring>, rng: Arc<dyn Rng>) -> RecordSeal {
        RecordSeal { keyring, rng }
    }

    /// A new key for the records of `subscriber`, sealed.
    pub fn key(&self, subscriber: &[u8]) -> Vec<u8> {
        key(&self.keyring, self.rng.as_ref(), subscriber)
    }

    /// Seals the record of `entry`: under `key` where it is about a subscriber, else under the root.
    ///
    /// # Errors
    /// `key` does not open.
    pub fn seal(
        &self,
        entry: &[u8],
        key: Option<SealedKey<'_>>,
        record: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let sealed = match key {
            Some(key) => self.sealer(key)?.seal(self.rng.as_ref(), RECORD, entry, record),
            None => self.keyring.sealer().seal(self.rng.as_ref(), RECORD, entry, record),
        };
        if sealed.is_empty() { Err(SealError) } else { Ok(sealed) }
    }

    /// Opens the record of `entry`. One that was sealed before its subscriber had a key is sealed under the root.
    ///
    /// # Errors
    /// Neither opens it.
    pub fn open(
        &self,
        entry: &[u8],
        key: Option<SealedKey<'_>>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let own = key.map(|key| self.sealer(key)).transpose()?;
        match own.map(|sealer| sealer.open(RECORD, entry, sealed)) {
            Some(Ok(record)) => Ok(record),
            _ => self.keyring.sealer().open(RECORD, entry, sealed),
        }
    }

    fn sealer(&self, key: SealedKey<'_>) -> Result<Sealer, SealError> {
        let opened = self.keyring.sealer().open(KEY, key.subscriber, key.sealed)?;
        let key: [u8; 32] = opened.as_slice().try_into().map_err(|_| SealError)?;
        Ok(Sealer::new(&[Zeroizing::new(key)]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;

    #[test]
    fn a_record_opens_under_the_key_of_its_subscriber_and_never_again_once_another_took_its_place() {
        let rng = Arc::new(SystemRng::new());
        let text = Keyring::generate(rng.as_ref(), rng.ring()).unwrap();
        let seal = RecordSeal::new(Arc::new(Keyring::parse(&text).unwrap()), rng);
        let (who, entry) = ([1; 16], [2; 16]);
        let (old, new) = (seal.key(&who), seal.key(&who));
        let key = |sealed| Some(SealedKey { subscriber: &who, sealed });
        let sealed = seal.seal(&entry, key(&old), b"record").unwrap();
        assert_eq!(seal.open(&entry, key(&old), &sealed).unwrap().as_slice(), b"record");
        assert_eq!(seal.open(&entry, key(&new), &sealed), Err(SealError));
        assert_eq!(seal.open(&entry, None, &sealed), Err(SealError), "the root alone opens nothing");
        let theirs = Some(SealedKey { subscriber: &[3; 16], sealed: &old });
        assert_eq!(seal.open(&entry, theirs, &sealed), Err(SealError), "a key is sealed to whose it is");
        let before = seal.seal(&entry, None, b"before").unwrap();
        assert_eq!(seal.open(&entry, key(&new), &before).unwrap().as_slice(), b"before");
    }
}
