//! Access tokens that verified before. Deliberately absent: whether a client is still registered, or a link still holds.
use super::problem::OAuthError;
use super::token::{AccessToken, key_of, verify};
use crate::crypt::hash::{Digest, sha256};
use crate::crypt::signing::SigningKeys;
use crate::domain::time::At;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;

/// A token, and which key signed it.
#[derive(Clone)]
struct Known {
    token: Arc<AccessToken>,
    kid: Arc<str>,
}

/// Tokens verified before, by hash, until they end: a signature is checked once a token, not once a request.
pub struct Remembered {
    shards: [Mutex<FxHashMap<Digest, Known>>; SHARDS],
    per_shard: usize,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "remembered({} of at most {} tokens)", self.len(), self.per_shard * SHARDS)
    }
}

impl Remembered {
    /// For about `capacity` tokens, some 350 bytes each.
    pub fn new(capacity: usize) -> Remembered {
        Remembered { shards: Default::default(), per_shard: capacity.div_ceil(SHARDS).max(1) }
    }

    /// As `verify` by whichever of `keys` signed it, from memory where possible. The issuer is part of the hash: one memory may serve several.
    ///
    /// # Errors
    /// As `verify`.
    pub fn verify(
        &self,
        keys: &SigningKeys,
        token: &str,
        issuer: &str,
        now: At,
    ) -> Result<Arc<AccessToken>, OAuthError> {
        // A token holds no NUL, so no two questions share their bytes.
        let hash = sha256(&[issuer.as_bytes(), b"\0", token.as_bytes()]);
        if let Some(known) = self.shard(&hash).get(&hash).cloned()
            && keys.find(&known.kid, now).is_some()
        {
            return known.token.holds(now).map(|()| known.token);
        }
        let key = key_of(keys, token, now)?;
        let fresh = Arc::new(verify(key, token, issuer, now)?);
        let mut shard = self.shard(&hash);
        if shard.len() >= self.per_shard {
            shard.retain(|_, known| known.token.expires_at > now);
        }
        if shard.len() >= self.per_shard {
            // Only live tokens of known clients are here. Forgetting them costs a verification each, never safety.
            shard.clear();
        }
        shard.insert(hash, Known { token: Arc::clone(&fresh), kid: key.thumbprint().into() });
        Ok(fresh)
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }
    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, hash: &Digest) -> MutexGuard<'_, FxHashMap<Digest, Known>> {
        // A map is whole even if a thread died holding it: entries go in complete.
        self.shards[usize::from(hash[0]) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::crypt::jose::Signer;
    use crate::domain::client::Role;
    use crate::domain::time::SECOND_US;
    use crate::oauth::audience::Audience;
    use crate::oauth::binding::Binding;
    use crate::oauth::scope::Scopes;
    use crate::oauth::token::{Issue, TokenResponse, issue};

    const ISSUER: &str = "https://broker.example";
    const NOW: At = At(1_772_436_600_000_000);

    fn keys() -> SigningKeys {
        let system = SystemRng::new();
        let pkcs8 = Signer::generate_pkcs8(system.ring()).unwrap();
        SigningKeys::single(Signer::from_pkcs8(&pkcs8, system.ring()).unwrap())
    }
    fn issued(keys: &SigningKeys, ttl_s: i64, now: At) -> TokenResponse {
        let key = Binding::Key("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I".to_owned());
        let scopes = Scopes::of(Role::Recipient);
        let (audience, binding) = (Audience::Api, Some(&key));
        let what =
            Issue { issuer: ISSUER, audience, client_id: "assistant", scopes, binding, ttl_s, link: None };
        issue(keys.active(now), SystemRng::new().ring(), &what, now).unwrap()
    }

    #[test]
    fn a_remembered_token_ends_when_it_ends_and_holds_for_its_issuer_and_key_alone() {
        let (keys, remembered) = (keys(), Remembered::new(100));
        let token = issued(&keys, 300, NOW).access_token;
        let first = remembered.verify(&keys, &token, ISSUER, NOW).unwrap();
        let again = remembered.verify(&keys, &token, ISSUER, NOW).unwrap();
        assert!(Arc::ptr_eq(&first, &again), "the second time comes from memory");
        let ended = NOW.plus(300 * SECOND_US);
        assert!(remembered.verify(&keys, &token, ISSUER, ended).is_err());
        assert!(remembered.verify(&keys, &token, ISSUER, NOW.plus(-11 * SECOND_US)).is_err(), "clock back");
        assert!(remembered.verify(&keys, &token, "https://other.example", NOW).is_err());
        assert!(remembered.verify(&self::keys(), &token, ISSUER, NOW).is_err());
    }

    #[test]
    fn memory_is_bounded_and_ended_tokens_go_first() {
        let (keys, remembered) = (keys(), Remembered::new(32));
        for _ in 0..100 {
            let token = issued(&keys, 300, NOW).access_token;
            assert!(remembered.verify(&keys, &token, ISSUER, NOW).is_ok());
            assert!(remembered.len() <= 32);
        }
        assert!(!remembered.is_empty());
        let late = NOW.plus(400 * SECOND_US);
        for _ in 0..100 {
            let token = issued(&keys, 300, late).access_token;
            assert!(remembered.verify(&keys, &token, ISSUER, late).is_ok());
        }
        assert!(remembered.len() <= 32);
        let refused = remembered.verify(&keys, "no.such.token", ISSUER, late);
        assert!(refused.is_err() && remembered.len() <= 32, "refused tokens take no room");
    }
}
