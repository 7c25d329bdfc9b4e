//! What a resource asks of every request: a token that holds, and what the token is bound to: a proof by its key, or the connection of its
//! certificate. One function, so that no door can check the one and forget to compare it with the other.
use super::audience::Audience;
use super::binding::Binding;
use super::dpop;
use super::jti::Jti;
use super::problem::OAuthError;
use super::remembered::Remembered;
use super::token::AccessToken;
use crate::crypt::nonce::Nonces;
use crate::crypt::signing::SigningKeys;
use crate::domain::time::At;
use std::sync::Arc;

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The `Authorization` header.
    pub authorization: &'a str,
    /// The `DPoP` header. With more than one in the request, the caller refuses.
    pub proof: &'a str,
    /// The thumbprint of the certificate that the client proved when it connected, if it showed one.
    pub certificate: Option<&'a str>,
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
    /// To be inserted before anything else happens; none where no proof belongs to the token.
    pub jti: Option<Jti>,
}

/// What a resource checks with.
#[derive(Debug, Clone, Copy)]
pub struct Guard<'a> {
    /// Tokens that verified before.
    pub remembered: &'a Remembered,
    /// Our own signing keys.
    pub keys: &'a SigningKeys,
    /// Our issuer URL.
    pub issuer: &'a str,
    /// Where proofs need a nonce of ours.
    pub nonces: Option<&'a Nonces>,
}

/// Checks token and proof together. A token that is bound to a key is not taken without a proof, however it is sent, and one that is bound to a
/// certificate over no other connection.
///
/// # Errors
/// `invalid_token`, `invalid_dpop_proof` or `use_dpop_nonce`.
pub fn admit(
    guard: &Guard<'_>,
    audience: Audience,
    request: &Presented<'_>,
    now: At,
) -> Result<Admitted, OAuthError> {
    let (proves, access_token) = sent(request.authorization)?;
    let token = guard.remembered.verify(guard.keys, access_token, guard.issuer, now)?;
    if token.audience != audience {
        return Err(OAuthError::InvalidToken("the token is for another resource of this server"));
    }
    match (&token.binding, proves) {
        (Some(Binding::Key(jkt)), true) => {
            let proof = dpop::check(
                request.proof,
                request.method,
                request.url,
                Some(access_token),
                guard.nonces,
                now,
            )?;
            if proof.jkt != *jkt {
                return Err(OAuthError::InvalidDpopProof(
                    "the proof is by another key than the token is bound to",
                ));
            }
            Ok(Admitted { token, jti: Some(proof.jti) })
        }
        (Some(Binding::Certificate(of)), false) if request.certificate != Some(of) => {
            let cure = "the token is bound to a certificate: send it over a connection that shows that one";
            Err(OAuthError::InvalidToken(cure))
        }
        (Some(Binding::Certificate(_)) | None, false) => Ok(Admitted { token, jti: None }),
        (Some(Binding::Key(_)), false) => {
            Err(OAuthError::InvalidToken("the token is bound to a key: send it with `DPoP`"))
        }
        (Some(Binding::Certificate(_)) | None, true) => {
            Err(OAuthError::InvalidToken("the token is bound to no key: send it with `Bearer`"))
        }
    }
}

/// Whether the token of `Authorization: DPoP <token>` or `Bearer <token>` comes with a proof, and the token; the word counts in any case (RFC
/// 9110 section 11.1).
fn sent(authorization: &str) -> Result<(bool, &str), OAuthError> {
    let (scheme, token) = authorization.split_once(' ').unwrap_or_default();
    let bound = scheme.eq_ignore_ascii_case("DPoP");
    if bound || scheme.eq_ignore_ascii_case("Bearer") {
        Ok((bound, token.trim_matches(' ')))
    } else {
        Err(OAuthError::InvalidToken("expected `Authorization: DPoP`, or `Bearer`, and a token"))
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
        keys: SigningKeys,
        client: ClientKey,
        remembered: Remembered,
        token: String,
    }

    fn world() -> World {
        bound_to(None)
    }
    fn bound_to(certificate: Option<&str>) -> World {
        let system = SystemRng::new();
        let pkcs8 = Signer::generate_pkcs8(system.ring()).unwrap();
        let keys = SigningKeys::single(Signer::from_pkcs8(&pkcs8, system.ring()).unwrap());
        let client = ClientKey::generate("assistant", system.ring()).unwrap();
        let shown = client.proof(system.ring(), "POST", TOKEN_URL, None, NOW).unwrap();
        let proof = dpop::check(&shown, "POST", TOKEN_URL, None, None, NOW).unwrap();
        let scopes = Scopes::of(Role::Recipient);
        let binding = certificate.map_or(Binding::Key(proof.jkt), |of| Binding::Certificate(of.to_owned()));
        let what = Issue {
            issuer: ISSUER,
            audience: Audience::Api,
            client_id: client.client_id(),
            scopes,
            binding: Some(&binding),
            ttl_s: 300,
            link: None,
        };
        let token = issue(keys.active(NOW), system.ring(), &what, NOW).unwrap().access_token;
        World { system, keys, client, remembered: Remembered::new(64), token }
    }

    impl World {
        fn guard(&self) -> Guard<'_> {
            Guard { remembered: &self.remembered, keys: &self.keys, issuer: ISSUER, nonces: None }
        }
        fn ask(&self, authorization: &str, proof: &str, now: At) -> Result<Admitted, OAuthError> {
            self.connected(None, authorization, proof, now)
        }
        fn connected(
            &self,
            certificate: Option<&str>,
            authorization: &str,
            proof: &str,
            now: At,
        ) -> Result<Admitted, OAuthError> {
            let request = Presented { authorization, proof, certificate, method: "POST", url: URL };
            admit(&self.guard(), Audience::Api, &request, now)
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
        assert_eq!((first.token.client_id.as_str(), first.jti.as_ref().unwrap().kind), ("assistant", "dpop"));
        assert_ne!(first.jti.unwrap().value, second.jti.unwrap().value);
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
        let here =
            Presented { authorization: &header, proof: &proof, certificate: None, method: "POST", url: URL };
        let elsewhere = Presented { url: TOKEN_URL, ..here };
        assert!(admit(&w.guard(), Audience::Api, &elsewhere, NOW).is_err(), "at another URL");
        let admitted = |audience| admit(&w.guard(), audience, &here, NOW);
        assert!(admitted(Audience::Mcp).is_err(), "at another resource");
        assert!(admitted(Audience::Api).is_ok());
        let other = world();
        assert!(w.ask(&header, &other.proof_by(&w.client, NOW), NOW).is_err(), "with another token's proof");
        for odd in ["", "DPoP", "DPoP ", "DPoP a b", &w.token] {
            assert!(w.ask(odd, &proof, NOW).is_err(), "{odd}");
        }
    }
    #[test]
    fn a_token_of_a_certificate_is_taken_over_its_connection_alone_and_by_its_own_word() {
        const MINE: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        const OTHER: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        let w = bound_to(Some(MINE));
        let (bearer, proven) = (format!("Bearer {}", w.token), format!("DPoP {}", w.token));
        let proof = w.proof_by(&w.client, NOW);
        let admitted = w.connected(Some(MINE), &bearer, "", NOW).unwrap();
        assert_eq!((admitted.jti, admitted.token.client_id.as_str()), (None, "assistant"));
        assert!(w.connected(None, &bearer, "", NOW).is_err(), "without a certificate");
        assert!(w.connected(Some(OTHER), &bearer, "", NOW).is_err(), "with another");
        assert!(w.connected(Some(""), &bearer, "", NOW).is_err());
        for certificate in [None, Some(OTHER), Some(MINE)] {
            let shown = w.connected(certificate, &proven, &proof, NOW);
            assert!(shown.is_err(), "a proof is no certificate: {certificate:?}");
        }
        let of_key = world();
        let proof = of_key.proof_by(&of_key.client, NOW);
        let bearer = format!("Bearer {}", of_key.token);
        assert!(of_key.connected(Some(MINE), &bearer, &proof, NOW).is_err(), "a certificate is no proof");
        let shown = format!("DPoP {}", of_key.token);
        assert!(of_key.connected(Some(MINE), &shown, &proof, NOW).is_ok(), "and does no harm beside one");
    }
}
