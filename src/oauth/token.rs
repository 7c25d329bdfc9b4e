//! Access tokens (RFC 9068): short-lived, signed, bound to the client's proof key. Deliberately absent: whether the client is
//! still registered and its grants still live, which the caller looks up on every request.
use super::dpop::Proof;
use super::numeric_date::NumericDate;
use super::problem::OAuthError;
use super::scope::Scopes;
use crate::crypt::hash::{Digest, sha256};
use crate::crypt::jose::{self, Jwk, SecureRandom, Signer, random_id};
use crate::domain::time::{At, SECOND_US};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The `typ` of an access token.
pub const TYP: &str = "at+jwt";
/// The longest life of a token, s.
pub const LIFETIME_S: i64 = 300;
/// How far our own replicas' clocks may lie apart, s.
const LEEWAY_S: i64 = 10;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    client_id: String,
    aud: String,
    iat: NumericDate,
    exp: NumericDate,
    jti: String,
    scope: String,
    cnf: Confirmation,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Confirmation {
    jkt: String,
}

/// What a token is issued for.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'a> {
    /// Our issuer URL. It is the audience too: one broker, one resource.
    pub issuer: &'a str,
    /// The client that proved itself.
    pub client_id: &'a str,
    /// As `Scopes::granted` answered.
    pub scopes: Scopes,
    /// The key that the client showed.
    pub proof: &'a Proof,
    /// Life, s; cut at 300.
    pub ttl_s: i64,
}

/// The answer of the token endpoint (RFC 6749 section 5.1, RFC 9449 section 5).
#[derive(Debug, Clone, Serialize)]
pub struct TokenResponse {
    /// The token.
    pub access_token: String,
    /// `DPoP`.
    pub token_type: &'static str,
    /// Life, s.
    pub expires_in: i64,
    /// What it allows.
    pub scope: String,
}

/// Issues a token.
///
/// # Errors
/// `server_error` when the machine has no randomness.
pub fn issue(
    signer: &Signer,
    system: &dyn SecureRandom,
    what: &Issue<'_>,
    now: At,
) -> Result<TokenResponse, OAuthError> {
    let expires_in = what.ttl_s.clamp(1, LIFETIME_S);
    let claims = Claims {
        iss: what.issuer.to_owned(),
        sub: what.client_id.to_owned(),
        client_id: what.client_id.to_owned(),
        aud: what.issuer.to_owned(),
        iat: NumericDate(now),
        exp: NumericDate(now.plus(expires_in * SECOND_US)),
        jti: random_id(system).map_err(|_| OAuthError::Server)?,
        scope: what.scopes.to_string(),
        cnf: Confirmation { jkt: what.proof.jkt.clone() },
    };
    let access_token = signer.sign(system, TYP, &claims).map_err(|_| OAuthError::Server)?;
    Ok(TokenResponse { access_token, token_type: "DPoP", expires_in, scope: claims.scope })
}

/// A token that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Whose. Whether that client still exists is for the caller to look up.
    pub client_id: String,
    /// What it allows.
    pub scopes: Scopes,
    /// The key that must sign the proof of every request.
    pub jkt: String,
    /// Since when.
    pub issued_at: At,
    /// Until when, exclusive.
    pub expires_at: At,
}

impl AccessToken {
    /// Whether it holds at `now`. A clock gone back behind its issue makes it invalid, not young.
    fn holds(&self, now: At) -> Result<(), OAuthError> {
        if self.issued_at > now.plus(LEEWAY_S * SECOND_US) {
            return Err(OAuthError::InvalidToken("the token is not valid yet"));
        }
        if self.expires_at <= now {
            return Err(OAuthError::InvalidToken("the token has ended"));
        }
        Ok(())
    }
}

/// Checks a token that `key` must have signed.
///
/// # Errors
/// `invalid_token` with a reason for the client's developer.
pub fn verify(key: &Jwk, token: &str, issuer: &str, now: At) -> Result<AccessToken, OAuthError> {
    let no = OAuthError::InvalidToken;
    let claims: Claims =
        jose::verify(token, key, TYP).map_err(|_| no("not an access token of this issuer"))?;
    if claims.iss != issuer || claims.aud != issuer {
        return Err(no("issued by or for another server"));
    }
    if claims.sub != claims.client_id || claims.cnf.jkt.len() != 43 {
        return Err(no("the token is not bound to one client and one key"));
    }
    if claims.exp.0.since(claims.iat.0) > LIFETIME_S * SECOND_US {
        return Err(no("the token lives too long"));
    }
    let token = AccessToken {
        client_id: claims.client_id,
        scopes: Scopes::parse(&claims.scope).map_err(|_| no("the token names an unknown scope"))?,
        jkt: claims.cnf.jkt,
        issued_at: claims.iat.0,
        expires_at: claims.exp.0,
    };
    token.holds(now).map(|()| token)
}

const SHARDS: usize = 16;

/// Tokens verified before, by hash, until they end: a signature is checked once a token, not once a request.
pub struct Remembered {
    shards: [Mutex<FxHashMap<Digest, Arc<AccessToken>>>; SHARDS],
    per_shard: usize,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "remembered({} of at most {} tokens)", self.len(), self.per_shard * SHARDS)
    }
}

impl Remembered {
    /// For about `capacity` tokens, some 300 bytes each.
    pub fn new(capacity: usize) -> Remembered {
        Remembered { shards: Default::default(), per_shard: capacity.div_ceil(SHARDS).max(1) }
    }

    /// As `verify`, from memory where possible. Key and issuer are part of the hash: one memory may serve several.
    ///
    /// # Errors
    /// As `verify`.
    pub fn verify(
        &self,
        key: &Jwk,
        token: &str,
        issuer: &str,
        now: At,
    ) -> Result<Arc<AccessToken>, OAuthError> {
        // The thumbprint has a fixed length and a token holds no NUL, so no two questions share their bytes.
        let hash = sha256(&[key.thumbprint().as_bytes(), issuer.as_bytes(), b"\0", token.as_bytes()]);
        if let Some(known) = self.shard(&hash).get(&hash).cloned() {
            return known.holds(now).map(|()| known);
        }
        let fresh = Arc::new(verify(key, token, issuer, now)?);
        let mut shard = self.shard(&hash);
        if shard.len() >= self.per_shard {
            shard.retain(|_, known| known.expires_at > now);
        }
        if shard.len() >= self.per_shard {
            // Only live tokens of known clients are here. Forgetting them costs a verification each, never safety.
            shard.clear();
        }
        shard.insert(hash, Arc::clone(&fresh));
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

    fn shard(&self, hash: &Digest) -> MutexGuard<'_, FxHashMap<Digest, Arc<AccessToken>>> {
        // A map is whole even if a thread died holding it: entries go in complete.
        self.shards[usize::from(hash[0]) % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::domain::client::Role;
    use crate::oauth::jti::Jti;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://broker.example";
    const NOW: At = At(1_772_436_600_000_000);
    const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    fn signer() -> Signer {
        let system = SystemRng::new();
        Signer::from_pkcs8(&Signer::generate_pkcs8(system.ring()).unwrap(), system.ring()).unwrap()
    }
    fn proof() -> Proof {
        Proof { jkt: JKT.to_owned(), jti: Jti { kind: "dpop", value: String::new(), expires_at: NOW } }
    }
    fn issued(signer: &Signer, ttl_s: i64, now: At) -> TokenResponse {
        let what = Issue {
            issuer: ISSUER,
            client_id: "assistant",
            scopes: Scopes::of(Role::Recipient),
            proof: &proof(),
            ttl_s,
        };
        issue(signer, SystemRng::new().ring(), &what, now).unwrap()
    }

    #[test]
    fn a_token_says_who_what_and_which_key_until_it_ends() {
        let signer = signer();
        let answer = issued(&signer, 900, NOW);
        assert_eq!(
            (answer.expires_in, answer.token_type, answer.scope.as_str()),
            (300, "DPoP", "context:read purges:write population:read")
        );
        let token = verify(signer.jwk(), &answer.access_token, ISSUER, NOW).unwrap();
        assert_eq!((token.client_id.as_str(), token.jkt.as_str()), ("assistant", JKT));
        assert_eq!(
            (token.scopes, token.expires_at),
            (Scopes::of(Role::Recipient), NOW.plus(300 * SECOND_US))
        );
        let last = NOW.plus(300 * SECOND_US - 1);
        assert!(verify(signer.jwk(), &answer.access_token, ISSUER, last).is_ok());
        assert!(verify(signer.jwk(), &answer.access_token, ISSUER, last.plus(1)).is_err());
        assert!(verify(self::signer().jwk(), &answer.access_token, ISSUER, NOW).is_err());
        assert_ne!(answer.access_token, issued(&signer, 900, NOW).access_token);
    }

    #[test]
    fn one_changed_claim_is_enough_to_refuse() {
        let (signer, now) = (signer(), NOW.unix_s());
        let good = json!({"iss": ISSUER, "sub": "c", "client_id": "c", "aud": ISSUER, "iat": now, "exp": now + 300,
                          "jti": "0123456789abcdef", "scope": "context:read", "cnf": {"jkt": JKT}});
        let judged = |typ: &str, claims: &Value| {
            let token = signer.sign(SystemRng::new().ring(), typ, claims).unwrap();
            verify(signer.jwk(), &token, ISSUER, NOW)
        };
        assert!(judged("at+jwt", &good).is_ok() && judged("application/at+jwt", &good).is_ok());
        let changes = [
            ("iss", json!("https://broker.example/")),
            ("aud", json!("https://other.example")),
            ("aud", json!([ISSUER])),
            ("sub", json!("d")),
            ("client_id", json!("d")),
            ("iat", json!(now + 11)),
            ("iat", json!(now - 1)),
            ("exp", json!(now)),
            ("exp", json!(now + 301)),
            ("scope", json!("context:read everything")),
            ("scope", json!("")),
            ("cnf", json!({})),
            ("cnf", json!({"jkt": ""})),
            ("cnf", json!({"x5t#S256": JKT})),
        ];
        for (claim, value) in changes {
            let mut claims = good.clone();
            claims[claim] = value.clone();
            assert!(matches!(judged(TYP, &claims), Err(OAuthError::InvalidToken(_))), "{claim} {value}");
            claims[claim] = Value::Null;
            assert!(judged(TYP, &claims).is_err(), "{claim} null");
        }
        for typ in ["JWT", "dpop+jwt", "disclosure-receipt+jwt", "client-authentication+jwt"] {
            assert!(judged(typ, &good).is_err(), "{typ}");
        }
    }

    #[test]
    fn a_remembered_token_ends_when_it_ends_and_holds_for_its_issuer_and_key_alone() {
        let (signer, remembered) = (signer(), Remembered::new(100));
        let token = issued(&signer, 300, NOW).access_token;
        let first = remembered.verify(signer.jwk(), &token, ISSUER, NOW).unwrap();
        let again = remembered.verify(signer.jwk(), &token, ISSUER, NOW).unwrap();
        assert!(Arc::ptr_eq(&first, &again), "the second time comes from memory");
        let ended = NOW.plus(300 * SECOND_US);
        assert!(remembered.verify(signer.jwk(), &token, ISSUER, ended).is_err());
        assert!(
            remembered.verify(signer.jwk(), &token, ISSUER, NOW.plus(-11 * SECOND_US)).is_err(),
            "clock back"
        );
        assert!(remembered.verify(signer.jwk(), &token, "https://other.example", NOW).is_err());
        assert!(remembered.verify(self::signer().jwk(), &token, ISSUER, NOW).is_err());
    }

    #[test]
    fn memory_is_bounded_and_ended_tokens_go_first() {
        let (signer, remembered) = (signer(), Remembered::new(32));
        for _ in 0..100 {
            let token = issued(&signer, 300, NOW).access_token;
            assert!(remembered.verify(signer.jwk(), &token, ISSUER, NOW).is_ok());
            assert!(remembered.len() <= 32);
        }
        assert!(!remembered.is_empty());
        let late = NOW.plus(400 * SECOND_US);
        for _ in 0..100 {
            let token = issued(&signer, 300, late).access_token;
            assert!(remembered.verify(signer.jwk(), &token, ISSUER, late).is_ok());
        }
        assert!(remembered.len() <= 32);
        let refused = remembered.verify(signer.jwk(), "no.such.token", ISSUER, late);
        assert!(refused.is_err() && remembered.len() <= 32, "refused tokens take no room");
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_panic(text in "([A-Za-z0-9_.=-]|\\PC){0,200}") {
            prop_assert!(verify(signer().jwk(), &text, ISSUER, NOW).is_err());
        }
    }
}
