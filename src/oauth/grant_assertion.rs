//! A client's signed statement of whom and what it asks a token for (RFC 7523 section 2.1, as CAMARA profiles it): the client is known already, and
//! speaks for nobody but itself. Deliberately absent: whether the subscriber exists and allows it.
use super::hint::Hint;
use super::jti::Jti;
use super::numeric_date::NumericDate;
use super::problem::OAuthError;
use super::pushed;
use crate::crypt::jose::{JwkSet, Typ, Unverified};
use crate::domain::link::Wanted;
use crate::domain::time::{At, SECOND_US};
use serde::{Deserialize, Serialize};

/// How far ahead a statement may end, and how old it may be, s.
pub const LIFETIME_S: i64 = 300;
/// How far a client's clock may be ahead of ours, s.
const LEEWAY_S: i64 = 10;

/// What it says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    exp: NumericDate,
    iat: NumericDate,
    jti: String,
    scope: String,
}

/// A statement that holds, once the caller has found `jti` unused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// About whom.
    pub hint: Hint,
    /// What is asked for.
    pub wanted: Wanted,
    /// To be inserted before anything else happens.
    pub jti: Jti,
}

/// Checks a statement of the client `client_id`, whose keys are `keys`, for the token endpoint `endpoint`. `numbers` says whether phone numbers are
/// taken.
///
/// # Errors
/// `invalid_grant` for what is wrong with the statement, in words that hold none of it; `invalid_scope`.
pub fn check(
    assertion: &str,
    (client_id, keys): (&str, &JwkSet),
    (endpoint, numbers): (&str, bool),
    now: At,
) -> Result<Stated, OAuthError> {
    let no = OAuthError::InvalidGrant;
    let token = Unverified::read(assertion).map_err(|_| no("the assertion is not an acceptable JWS"))?;
    let verified = keys
        .candidates(token.kid(), token.alg())
        .find_map(|key| token.verify(key, Typ::IsOrPlain("JWT")).ok());
    let claims: Claims =
        verified.ok_or(no("no key of this client signed the assertion, or a claim is missing"))?;
    let latest = now.plus(LEEWAY_S * SECOND_US);
    let wrong = if claims.iss != client_id {
        Some("`iss` is not the client")
    } else if claims.aud != endpoint {
        Some("`aud` is not the token endpoint, alone")
    } else if claims.exp.0 <= now {
        Some("the assertion has ended")
    } else if claims.exp.0 > now.plus(LIFETIME_S * SECOND_US) {
        Some("`exp` is more than 300 s ahead")
    } else if claims.iat.0 > latest || claims.exp.0.since(claims.iat.0) > LIFETIME_S * SECOND_US {
        Some("`iat` is ahead, or more than 300 s before `exp`")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return Err(no(wrong));
    }
    let expires_at = claims.exp.0.plus(LEEWAY_S * SECOND_US);
    let jti = Jti::new("grant-assertion", client_id, &claims.jti, expires_at)
        .ok_or(no("`jti` is not 16 to 128 printable characters"))?;
    let hint = Hint::parse(&claims.sub, numbers).map_err(no)?;
    let wanted = pushed::wanted(None, Some(&claims.scope))?;
    Ok(Stated { hint, wanted, jti })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::oauth::client::ClientKey;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const ENDPOINT: &str = "https://broker.example/oauth/token";
    const NOW: At = At(1_772_436_600_000_000);

    fn good() -> Value {
        let now = NOW.unix_s();
        json!({"iss": "assistant", "sub": "q83vEjRWeJCrze8SNFZ4kA", "aud": ENDPOINT, "iat": now, "exp": now + 60,
               "jti": "0123456789abcdef", "scope": "dpv:ServicePersonalisation location.zone"})
    }

    fn judged(key: &ClientKey, typ: &str, claims: &Value) -> Result<Stated, OAuthError> {
        let text = key.signer().sign(SystemRng::new().ring(), typ, claims).unwrap();
        check(&text, ("assistant", &key.jwks()), (ENDPOINT, false), NOW)
    }

    #[test]
    fn a_sound_statement_says_whom_and_what_and_one_changed_claim_is_enough_to_refuse() {
        let system = SystemRng::new();
        let (key, other) = (
            ClientKey::generate("assistant", system.ring()).unwrap(),
            ClientKey::generate("assistant", system.ring()).unwrap(),
        );
        let stated = judged(&key, "JWT", &good()).unwrap();
        assert_eq!(stated.hint, Hint::Pseudonym("q83vEjRWeJCrze8SNFZ4kA".to_owned()));
        assert_eq!(stated.jti.kind, "grant-assertion");
        let (now, mine) = (NOW.unix_s(), key.jwks());
        let theirs = other.signer().sign(system.ring(), "JWT", &good()).unwrap();
        assert!(check(&theirs, ("assistant", &mine), (ENDPOINT, false), NOW).is_err(), "another key");
        for (claim, value) in [
            ("iss", json!("other")),
            ("aud", json!("https://broker.example")),
            ("aud", json!([ENDPOINT])),
            ("exp", json!(now)),
            ("exp", json!(now + 301)),
            ("exp", Value::Null),
            ("iat", json!(now + 11)),
            ("iat", json!(now - 241)),
            ("iat", Value::Null),
            ("jti", json!("short")),
            ("jti", Value::Null),
            ("sub", json!("tel:+491550000000")),
            ("sub", json!("operatortoken:x")),
            ("sub", json!("assistant")),
            ("scope", Value::Null),
        ] {
            let mut claims = good();
            claims[claim] = value.clone();
            let code = judged(&key, "JWT", &claims).map_err(OAuthError::code);
            assert_eq!(code, Err("invalid_grant"), "{claim} {value}");
        }
        for scope in
            ["location.zone", "dpv:ServicePersonalisation", "dpv:A dpv:ServicePersonalisation location.zone"]
        {
            let mut claims = good();
            claims["scope"] = json!(scope);
            assert_eq!(
                judged(&key, "JWT", &claims).map_err(OAuthError::code),
                Err("invalid_scope"),
                "{scope}"
            );
        }
        for typ in ["dpop+jwt", "at+jwt", "client-authentication+jwt"] {
            assert!(judged(&key, typ, &good()).is_err(), "{typ}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_panic(text in "([A-Za-z0-9_.=-]|\\PC){0,200}") {
            let none = JwkSet { keys: Vec::new() };
            prop_assert!(check(&text, ("assistant", &none), (ENDPOINT, false), NOW).is_err());
        }
    }
}
