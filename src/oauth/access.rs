//! What a resource asks of every request: a token that holds, and a proof by the key the token is bound to. One function, so
//! that no door can check the one and forget to compare it with the other.
use super::dpop;
use super::jti::Jti;
use super::problem::OAuthError;
use super::remembered::Remembered;
use super::token::AccessToken;
use crate::crypt::jose::Jwk;
use crate::domain::time::At;
use std::sync::Arc;

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The `Authorization` header.
    pub authorization: &'a str,
    /// The `DPoP` header. With more than one in the request, the caller refuses.
    pub proof: &'a str,
    /// The method, upper case.
    pub method: &'a str,
    /// The URL as the client sees it.
    pub url: &'a str,
}

/// A request that proved itself, once the caller has found `jti` unused and the client still registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// Whose request and what it may.
    pub token: Arc<AccessToken>,
    /// To be inserted before anything else happens.
    pub jti: Jti,
}

/// Checks token and proof together; `key` is the public half of our own signing key.
///
/// # Errors
/// `invalid_token` or `invalid_dpop_proof`.
pub fn admit(
    remembered: &Remembered,
    key: &Jwk,
    issuer: &str,
    request: &Presented<'_>,
    now: At,
) -> Result<Admitted, OAuthError> {
    let access_token = bearer_of_proof(request.authorization)?;
    let token = remembered.verify(key, access_token, issuer, now)?;
    let proof = dpop::check(request.proof, request.method, request.url, Some(access_token), now)?;
    if proof.jkt != token.jkt {
        return Err(OAuthError::InvalidDpopProof("the proof is by another key than the token is bound to"));
    }
    Ok(Admitted { token, jti: proof.jti })
}

/// The token of `Authorization: DPoP <token>`; the word counts in any case (RFC 9110 section 11.1), `Bearer` never.
fn bearer_of_proof(authorization: &str) -> Result<&str, OAuthError> {
    match authorization.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("DPoP") => Ok(token.trim_matches(' ')),
        _ => Err(OAuthError::InvalidToken("expected `Authorization: DPoP` and a token")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::crypt::jose::Signer;
    use crate::domain::client::Role;
    use crate::domain::time::SECOND_US;
    use crate::oauth::client::ClientKey;
    use crate::oauth::scope::Scopes;
    use crate::oauth::token::{Issue, issue};

    const ISSUER: &str = "https://broker.example";
    const TOKEN_URL: &str = "https://broker.example/oauth/token";
    const URL: &str = "https://broker.example/v1/context";
    const NOW: At = At(1_772_436_600_000_000);

    struct World {
        system: SystemRng,
        signer: Signer,
        client: ClientKey,
        remembered: Remembered,
        token: String,
    }

    fn world() -> World {
        let system = SystemRng::new();
        let pkcs8 = Signer::generate_pkcs8(system.ring()).unwrap();
        let signer = Signer::from_pkcs8(&pkcs8, system.ring()).unwrap();
        let client = ClientKey::generate("assistant", system.ring()).unwrap();
        let shown = client.proof(system.ring(), "POST", TOKEN_URL, None, NOW).unwrap();
        let proof = dpop::check(&shown, "POST", TOKEN_URL, None, NOW).unwrap();
        let scopes = Scopes::of(Role::Recipient);
        let what = Issue {
            issuer: ISSUER,
            client_id: client.client_id(),
            scopes,
            proof: &proof,
            ttl_s: 300,
            link: None,
        };
        let token = issue(&signer, system.ring(), &what, NOW).unwrap().access_token;
        World { system, signer, client, remembered: Remembered::new(64), token }
    }

    impl World {
        fn ask(&self, authorization: &str, proof: &str, now: At) -> Result<Admitted, OAuthError> {
            let request = Presented { authorization, proof, method: "POST", url: URL };
            admit(&self.remembered, self.signer.jwk(), ISSUER, &request, now)
        }
        fn proof_by(&self, key: &ClientKey, now: At) -> String {
            key.proof(self.system.ring(), "POST", URL, Some(&self.token), now).unwrap()
        }
    }

    #[test]
    fn a_token_with_the_proof_of_its_key_is_admitted_and_each_proof_is_another_use() {
        let w = world();
        let header = format!("DPoP {}", w.token);
        let first = w.ask(&header, &w.proof_by(&w.client, NOW), NOW).unwrap();
        let second = w.ask(&format!("dpop {}", w.token), &w.proof_by(&w.client, NOW), NOW).unwrap();
        assert_eq!((first.token.client_id.as_str(), first.jti.kind), ("assistant", "dpop"));
        assert_ne!(first.jti.value, second.jti.value);
    }

    #[test]
    fn a_stolen_token_is_worth_nothing() {
        let w = world();
        let thief = ClientKey::generate("assistant", w.system.ring()).unwrap();
        let (header, proof) = (format!("DPoP {}", w.token), w.proof_by(&w.client, NOW));
        assert!(w.ask(&header, &w.proof_by(&thief, NOW), NOW).is_err(), "another key");
        assert!(w.ask(&format!("Bearer {}", w.token), &proof, NOW).is_err(), "as a bearer token");
        assert!(w.ask(&header, "", NOW).is_err(), "without a proof");
        assert!(w.ask(&header, &proof, NOW.plus(61 * SECOND_US)).is_err(), "with an old proof");
        let elsewhere = Presented { authorization: &header, proof: &proof, method: "POST", url: TOKEN_URL };
        assert!(admit(&w.remembered, w.signer.jwk(), ISSUER, &elsewhere, NOW).is_err(), "at another URL");
        let other = world();
        assert!(w.ask(&header, &other.proof_by(&w.client, NOW), NOW).is_err(), "with another token's proof");
        for odd in ["", "DPoP", "DPoP ", "DPoP a b", &w.token] {
            assert!(w.ask(odd, &proof, NOW).is_err(), "{odd}");
        }
    }
}
