//! Proof of possession (RFC 9449): with every request a client signs method, URL and time with the key its token is bound to.
//! Deliberately absent: making nonces, which is `crypt::nonce`; remembering ids, which is the store's.
use super::jti::Jti;
use super::numeric_date::NumericDate;
use super::problem::OAuthError;
use crate::crypt::hash::sha256;
use crate::crypt::jose::{Typ, Unverified};
use crate::crypt::nonce::Nonces;
use crate::domain::time::{At, SECOND_US};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use url::Url;

/// The `typ` of a proof.
pub const TYP: &str = "dpop+jwt";
/// How far the time of a proof may lie from ours, to either side, s. Servers of today keep time within a second and FAPI 2.0
/// wants 10 s ahead accepted; a minute forgives a badly kept clock. Longer would only help who stole a proof or made some in
/// advance (where no nonce is demanded), and every used id must be remembered for twice as long.
pub const WINDOW_S: i64 = 60;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    pub htm: String,
    pub htu: String,
    pub iat: NumericDate,
    pub jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<NumericDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
}

/// A proof that holds, once the caller has found `jti` unused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Thumbprint of the key that was shown (RFC 7638): must be the one the token is bound to.
    pub jkt: String,
    /// To be inserted before anything else happens.
    pub jti: Jti,
}

/// Checks the one `DPoP` header of a request: `method` in upper case, `url` as the client sees it (scheme and host as published,
/// not as behind a proxy), `access_token` when the request carries one. Query and fragment of both URLs are left aside
/// (RFC 9449 section 4.3). Where there are `nonces`, the proof must hold one that is fresh; else one is left aside.
///
/// # Errors
/// `invalid_dpop_proof` with a reason for the client's developer; `use_dpop_nonce` for a proof that lacks nothing else.
pub fn check(
    header: &str,
    method: &str,
    url: &str,
    access_token: Option<&str>,
    nonces: Option<&Nonces>,
    now: At,
) -> Result<Proof, OAuthError> {
    let no = OAuthError::InvalidDpopProof;
    let proof = Unverified::read(header)
        .map_err(|_| no("not an acceptable JWS; expected one `DPoP` header with ES256, EdDSA or PS256"))?;
    let key = proof.embedded_key().map_err(|_| no("the header holds no acceptable public `jwk`"))?;
    let claims: Claims = proof
        .verify(&key, Typ::Is(TYP))
        .map_err(|_| no("`typ`, signature or claims are not those of a proof"))?;
    judge(&claims, method, url, access_token, now).map_err(no)?;
    let expires_at = claims.iat.0.plus((WINDOW_S + 1) * SECOND_US);
    let jti = Jti::new("dpop", key.thumbprint(), &claims.jti, expires_at)
        .ok_or(no("`jti` is not 16 to 128 printable characters"))?;
    let fresh = |nonces: &Nonces| claims.nonce.as_deref().is_some_and(|nonce| nonces.is_fresh(nonce, now));
    if !nonces.is_none_or(fresh) {
        return Err(OAuthError::UseDpopNonce);
    }
    Ok(Proof { jkt: key.thumbprint().to_owned(), jti })
}

fn judge(
    claims: &Claims,
    method: &str,
    url: &str,
    access_token: Option<&str>,
    now: At,
) -> Result<(), &'static str> {
    let window = WINDOW_S * SECOND_US;
    if claims.htm != method {
        return Err("`htm` is not the method");
    }
    if !same_target(&claims.htu, url) {
        return Err("`htu` is not the URL");
    }
    if !(-window..=window).contains(&now.since(claims.iat.0)) {
        return Err("`iat` is more than 60 s from the server's time");
    }
    if claims.exp.is_some_and(|exp| exp.0 <= now) || claims.nbf.is_some_and(|nbf| nbf.0 > now.plus(window)) {
        return Err("the proof has ended or not begun");
    }
    match access_token {
        Some(token) if claims.ath.as_deref() != Some(ath(token).as_str()) => {
            Err("`ath` is not the hash of the access token")
        }
        _ => Ok(()),
    }
}

/// SHA-256 of an access token, base64url.
pub(super) fn ath(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(&[access_token.as_bytes()]))
}

/// Whether two URLs are one, but for query and fragment, after the syntax- and scheme-based normalisation of RFC 3986 sections
/// 6.2.2 and 6.2.3.
fn same_target(htu: &str, url: &str) -> bool {
    let path = |text: &str| text.find(['?', '#']).unwrap_or(text.len());
    if htu.get(..path(htu)) == url.get(..path(url)) {
        return true;
    }
    let (Ok(a), Ok(b)) = (Url::parse(htu), Url::parse(url)) else { return false };
    let plain = |url: &Url| url.username().is_empty() && url.password().is_none() && url.has_host();
    plain(&a)
        && plain(&b)
        && a.scheme() == b.scheme()
        && a.host_str() == b.host_str()
        && a.port_or_known_default() == b.port_or_known_default()
        && percent_normal(a.path()) == percent_normal(b.path())
}

/// Escapes of unreserved characters undone, the others in upper case (RFC 3986 sections 6.2.2.1 and 6.2.2.2).
fn percent_normal(path: &str) -> Vec<u8> {
    let (mut rest, mut out) = (path.as_bytes(), Vec::with_capacity(path.len()));
    while let [first, tail @ ..] = rest {
        rest = tail;
        let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                rest = after;
                let byte = hex(*high).unwrap_or_default() << 4 | hex(*low).unwrap_or_default();
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    out.push(byte);
                } else {
                    out.extend_from_slice(&[b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                }
            }
            _ => out.push(*first),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::crypt::jose::{Alg, Signer};
    use crate::crypt::keyring::Keyring;
    use crate::oauth::client::ClientKey;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(
        header: &str,
        method: &str,
        url: &str,
        token: Option<&str>,
        now: At,
    ) -> Result<Proof, OAuthError> {
        super::check(header, method, url, token, None, now)
    }

    const NOW: At = At(1_772_436_600_000_000);
    const URL: &str = "https://broker.example/v1/context";
    /// RFC 9449 figures 2 and 13, and what their figures 12 and 9 say of them.
    const KEY: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
    const AT_TOKEN_ENDPOINT: &str = "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    const AT_RESOURCE: &str = "eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
    const RFC_TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    const RFC_JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    #[test]
    fn the_examples_of_rfc_9449_hold() {
        let now = At(1_562_262_618 * SECOND_US);
        let first = check(
            &format!("{KEY}.{AT_TOKEN_ENDPOINT}"),
            "POST",
            "https://server.example.com/token",
            None,
            now,
        );
        assert_eq!(first.unwrap().jkt, RFC_JKT);
        let second = format!("{KEY}.{AT_RESOURCE}");
        let url = "https://resource.example.org/protectedresource";
        assert_eq!(check(&second, "GET", url, Some(RFC_TOKEN), now).unwrap().jkt, RFC_JKT);
        assert!(check(&second, "GET", url, Some("another token"), now).is_err());
        assert!(check(&second, "GET", url, Some(RFC_TOKEN), now.plus(61 * SECOND_US)).is_err());
    }

    #[test]
    fn proofs_by_another_implementation_hold_but_for_rs256() {
        // Made once with the npm package jose 5 on Node 20: algorithm, thumbprint, proof.
        let mut held = Vec::new();
        for line in include_str!("fixtures/proofs-by-jose.txt").lines() {
            let [alg, thumbprint, proof] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
            match check(proof, "POST", URL, Some(RFC_TOKEN), NOW) {
                Ok(proof) => {
                    assert_eq!(proof.jkt, thumbprint);
                    held.push(alg);
                }
                Err(_) => assert_eq!(alg, "RS256"),
            }
        }
        assert_eq!(held, Alg::ALL.map(Alg::as_str));
    }

    fn good() -> Value {
        json!({"htm": "POST", "htu": URL, "iat": NOW.unix_s(), "jti": "0123456789abcdef", "ath": ath("t")})
    }
    fn judged(claims: &Value) -> Result<Proof, OAuthError> {
        let (system, key) = (SystemRng::new(), ClientKey::generate("c", SystemRng::new().ring()).unwrap());
        let proof = key.signer().sign_with_key(system.ring(), TYP, claims).unwrap();
        check(&proof, "POST", URL, Some("t"), NOW)
    }

    #[test]
    fn one_changed_claim_is_enough_to_refuse() {
        let now = NOW.unix_s();
        assert!(judged(&good()).is_ok());
        let changes = [
            ("htm", json!("GET")),
            ("htm", json!("post")),
            ("htm", Value::Null),
            ("htu", json!("https://broker.example/v1/contexts")),
            ("htu", json!("http://broker.example/v1/context")),
            ("htu", json!("https://broker.example:8443/v1/context")),
            ("htu", json!("https://broker.example.org/v1/context")),
            ("htu", json!("https://me@broker.example/v1/context")),
            ("htu", json!("/v1/context")),
            ("htu", Value::Null),
            ("iat", json!(now - 61)),
            ("iat", json!(now + 61)),
            ("iat", json!(now.to_string())),
            ("iat", Value::Null),
            ("jti", json!("0123456789abcde")),
            ("jti", json!("x".repeat(129))),
            ("jti", Value::Null),
            ("ath", json!(ath("u"))),
            ("ath", json!("t")),
            ("ath", Value::Null),
            ("exp", json!(now)),
            ("nbf", json!(now + 61)),
        ];
        for (claim, value) in changes {
            let mut claims = good();
            claims[claim] = value.clone();
            let refused = judged(&claims);
            assert!(matches!(refused, Err(OAuthError::InvalidDpopProof(_))), "{claim} {value}: {refused:?}");
        }
        for iat in [now - 60, now + 60] {
            let mut claims = good();
            claims["iat"] = json!(iat);
            let proof = judged(&claims).unwrap();
            assert_eq!(
                proof.jti.expires_at,
                At((iat + 61) * SECOND_US),
                "remembered for as long as it is taken"
            );
        }
    }

    #[test]
    fn where_nonces_are_demanded_a_proof_needs_a_fresh_one_and_all_else_as_well() {
        let system = SystemRng::new();
        let keyring = Keyring::parse(&Keyring::generate(&system, system.ring()).unwrap()).unwrap();
        let (nonces, key) = (Nonces::of(&keyring), ClientKey::generate("c", system.ring()).unwrap());
        let shows = |nonce: Option<&str>, method: &str, now: At| {
            let proof = key.proof_with_nonce(system.ring(), method, URL, None, nonce, now).unwrap();
            super::check(&proof, "POST", URL, None, Some(&nonces), now).map_err(OAuthError::code)
        };
        let told = nonces.at(NOW);
        assert!(shows(Some(&told), "POST", NOW).is_ok());
        assert!(shows(Some(&told), "POST", NOW.plus(60 * SECOND_US)).is_ok(), "of the window before");
        for old in [None, Some(""), Some("a nonce"), Some(nonces.at(NOW.plus(-120 * SECOND_US)).as_str())] {
            assert_eq!(shows(old, "POST", NOW), Err("use_dpop_nonce"), "{old:?}");
        }
        assert_eq!(shows(Some(&told), "GET", NOW), Err("invalid_dpop_proof"), "it makes nothing else good");
    }

    #[test]
    fn a_proof_of_another_type_or_without_its_key_is_refused() {
        let (system, key) = (SystemRng::new(), ClientKey::generate("c", SystemRng::new().ring()).unwrap());
        let signer: &Signer = key.signer();
        for typ in ["JWT", "at+jwt", "dpop", ""] {
            let proof = signer.sign_with_key(system.ring(), typ, &good()).unwrap();
            assert!(check(&proof, "POST", URL, Some("t"), NOW).is_err(), "{typ}");
        }
        let keyless = signer.sign(system.ring(), TYP, &good()).unwrap();
        assert!(check(&keyless, "POST", URL, Some("t"), NOW).is_err());
    }

    #[test]
    fn one_target_has_many_spellings() {
        for same in [
            "https://broker.example/v1/context?q=1#f",
            "HTTPS://BROKER.example/v1/context",
            "https://broker.example:443/v1/context",
            "https://broker.example/v1/./x/../context",
            "https://broker.example/%76%31/context",
        ] {
            assert!(same_target(same, URL), "{same}");
        }
        assert!(same_target("https://broker.example", "https://broker.example/"));
        assert!(same_target("https://broker.example/%c3%a9", "https://broker.example/%C3%A9"));
        for other in [
            "https://broker.example/V1/context",
            "https://broker.example/v1%2Fcontext",
            "https://broker.example/v1/context/",
            "https://broker.example/v1",
            "",
        ] {
            assert!(!same_target(other, URL), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_panic(text in "([A-Za-z0-9_.=-]|\\PC){0,200}") {
            prop_assert!(check(&text, "POST", URL, None, NOW).is_err());
            prop_assert!(!same_target(&text, URL));
        }
        #[test]
        fn one_changed_character_is_enough_to_refuse(at in 0usize..1000, to in "[A-Za-z0-9_.-]") {
            let proof = format!("{KEY}.{AT_TOKEN_ENDPOINT}");
            let at = at % proof.len();
            let torn = format!("{}{to}{}", &proof[..at], &proof[at + 1..]);
            let now = At(1_562_262_616 * SECOND_US);
            let judged = check(&torn, "POST", "https://server.example.com/token", None, now);
            prop_assert_eq!(judged.is_ok(), torn == proof);
        }
    }
}
