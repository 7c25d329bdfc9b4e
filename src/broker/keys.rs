//! The keys that sign, and their public halves as they are published. Deliberately absent: when a key signs and until when it verifies
//! (`crypt::signing`).
use super::{Broker, Failure};
use crate::crypt::jose::{Jwk, JwkSet};
use crate::crypt::signing::SigningKeys;
use std::sync::{Arc, PoisonError};

impl Broker {
    /// The public keys by which what is shown now verifies: those of tokens and receipts of disclosures, the next one among them, and the log's, which
    /// signs receipts of consents.
    pub fn jwks(&self) -> Result<JwkSet, Failure> {
        let (keys, now) = (self.signing(), self.now()?);
        self.with_log(keys.published(now).cloned())
    }

    /// The public keys by which a receipt of whatever age verifies. What is no receipt is not to be believed for them.
    pub fn receipt_keys(&self) -> Result<JwkSet, Failure> {
        self.with_log(self.signing().ever().cloned())
    }

    fn with_log(&self, keys: impl Iterator<Item = Jwk>) -> Result<JwkSet, Failure> {
        let log = Jwk::of_ed25519(&self.log_key.public());
        let log = log.map_err(|_| Failure::Halted("the log's key has no public form"))?;
        Ok(JwkSet { keys: keys.chain([log]).collect() })
    }

    /// The keys that sign, as the key file has them now.
    pub(super) fn signing(&self) -> Arc<SigningKeys> {
        Arc::clone(&self.signing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up the keys of a key file that was changed.
    pub fn take_up(&self, keys: SigningKeys) {
        *self.signing.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}
