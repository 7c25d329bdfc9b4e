//! `private_key_jwt`: a client proves itself with a short-lived signed statement (RFC 7523 section 2.2, FAPI 2.0 section 5.3.3).
//! Deliberately absent: client secrets of any kind; arrays as audience. Which one audience it is hangs on the client's profile.
use super::jti::Jti;
use super::numeric_date::NumericDate;
use super::problem::OAuthError;
use crate::crypt::jose::{Jwk, JwkSet, Typ, Unverified};
use crate::domain::client::AudienceProfile;
use crate::domain::time::{At, SECOND_US};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The `typ` of an assertion by the draft that updates RFC 7523; `JWT` and none are taken too, as clients of today send.
pub const TYP: &str = "client-authentication+jwt";
/// How far ahead an assertion may end, s.
pub const LIFETIME_S: i64 = 300;
/// How far a client's clock may be ahead of ours, s.
pub const LEEWAY_S: i64 = 10;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: NumericDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<NumericDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<NumericDate>,
    pub jti: String,
}

#[derive(Deserialize)]
struct Named {
    iss: String,
}

/// What is registered of a client that its assertions are checked with.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Its public keys.
    pub keys: JwkSet,
    /// What its assertions name as their audience.
    pub profile: AudienceProfile,
}

/// Where an assertion was sent to.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'a> {
    /// Our issuer URL.
    pub issuer: &'a str,
    /// The path under it.
    pub path: &'a str,
}

impl Endpoint<'_> {
    fn is_audience(self, aud: &str, profile: AudienceProfile) -> bool {
        match profile {
            AudienceProfile::Fapi => aud == self.issuer,
            AudienceProfile::Camara => aud.strip_prefix(self.issuer) == Some(self.path),
        }
    }
}

/// A client that proved itself, once the caller has found `jti` unused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserted {
    /// Who.
    pub client_id: String,
    /// To be inserted before anything else happens.
    pub jti: Jti,
}

/// Checks `assertion`. Whether a client is unknown, has no fitting key or signed badly cannot be told apart: each costs one lookup
/// and at least one verification and ends in the same answer.
///
/// # Errors
/// `invalid_client`, whatever it is; the text inside is for our own log.
pub fn check(
    assertion: &str,
    client_lookup: &dyn Fn(&str) -> Option<Registered>,
    endpoint: Endpoint<'_>,
    now: At,
) -> Result<Asserted, OAuthError> {
    let no = OAuthError::InvalidClient;
    let token = Unverified::read(assertion).map_err(|_| no("the assertion is not an acceptable JWS"))?;
    let named: Named = token.peek().map_err(|_| no("the assertion names no `iss`"))?;
    let client = client_lookup(&named.iss);
    let claims = signed_by_any(&token, client.as_ref().map(|client| &client.keys))
        .ok_or(no("no key of this client signed the assertion"))?;
    let profile = client.map(|client| client.profile).unwrap_or_default();
    if !endpoint.is_audience(&claims.aud, profile) {
        return Err(no("`aud` is not the one of this client's profile"));
    }
    let client_id = judge(&claims, now).map_err(no)?.to_owned();
    let expires_at = claims.exp.0.plus(LEEWAY_S * SECOND_US);
    let jti = Jti::new("assertion", &client_id, &claims.jti, expires_at)
        .ok_or(no("`jti` is not 16 to 128 printable characters"))?;
    Ok(Asserted { client_id, jti })
}

/// Who an assertion says it is from, once it was checked.
pub fn issuer_of(assertion: &str) -> Option<String> {
    Unverified::read(assertion).ok()?.peek().ok().map(|named: Named| named.iss)
}

fn signed_by_any(token: &Unverified<'_>, keys: Option<&JwkSet>) -> Option<Claims> {
    let mut tried = false;
    for key in keys.iter().flat_map(|keys| keys.candidates(token.kid(), token.alg())) {
        tried = true;
        if let Ok(claims) = token.verify(key, Typ::IsOrPlain(TYP)) {
            return Some(claims);
        }
    }
    if !tried && let Some(decoy) = DECOYS.iter().find(|key| key.alg() == token.alg()) {
        // For its time only. Its private half is published, so its word is never taken.
        let _spent = token.verify::<Claims>(decoy, Typ::IsOrPlain(TYP));
    }
    None
}

/// The claims rule by rule; answers with the client id.
fn judge(claims: &Claims, now: At) -> Result<&str, &'static str> {
    let latest = now.plus(LEEWAY_S * SECOND_US);
    if claims.iss != claims.sub {
        return Err("`iss` and `sub` differ");
    }
    if claims.exp.0 <= now {
        return Err("the assertion has ended");
    }
    if claims.exp.0 > now.plus(LIFETIME_S * SECOND_US) {
        return Err("`exp` is more than 300 s ahead");
    }
    if claims.nbf.is_some_and(|nbf| nbf.0 > latest) {
        return Err("`nbf` is ahead");
    }
    if claims.iat.is_some_and(|iat| iat.0 > latest || claims.exp.0.since(iat.0) > LIFETIME_S * SECOND_US) {
        return Err("`iat` is ahead, or more than 300 s before `exp`");
    }
    Ok(&claims.iss)
}

/// Example keys of RFC 7515 appendix A.3, RFC 8037 appendix A.2 and RFC 7638 section 3.1, one per algorithm.
static DECOYS: LazyLock<Vec<Jwk>> = LazyLock::new(|| {
    let keys = [
        r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
        r#"{"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}"#,
    ];
    keys.iter().filter_map(|text| Jwk::parse(text).ok()).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::crypt::jose::{Alg, Signer};
    use crate::oauth::client::ClientKey;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://broker.example";
    const NOW: At = At(1_772_436_600_000_000);
    const TOKEN: Endpoint<'_> = Endpoint { issuer: ISSUER, path: "/oauth/token" };

    fn key(id: &str) -> ClientKey {
        ClientKey::generate(id, SystemRng::new().ring()).unwrap()
    }
    fn good() -> Value {
        let now = NOW.unix_s();
        json!({"iss": "feed-1", "sub": "feed-1", "aud": ISSUER, "iat": now, "nbf": now, "exp": now + 60,
               "jti": "0123456789abcdef"})
    }
    fn signed(key: &ClientKey, typ: &str, claims: &Value) -> String {
        key.signer().sign(SystemRng::new().ring(), typ, claims).unwrap()
    }
    fn judged(key: &ClientKey, assertion: &str) -> Result<Asserted, OAuthError> {
        judged_as(AudienceProfile::Fapi, key, assertion)
    }
    fn judged_as(profile: AudienceProfile, key: &ClientKey, assertion: &str) -> Result<Asserted, OAuthError> {
        let registered = |id: &str| (id == "feed-1").then(|| Registered { keys: key.jwks(), profile });
        check(assertion, &registered, TOKEN, NOW)
    }

    #[test]
    fn a_sound_assertion_names_its_client_and_the_id_it_spends() {
        let key = key("feed-1");
        for typ in ["JWT", TYP, "application/client-authentication+jwt"] {
            let asserted = judged(&key, &signed(&key, typ, &good())).unwrap();
            assert_eq!(asserted.client_id, "feed-1");
            assert_eq!((asserted.jti.kind, asserted.jti.expires_at), ("assertion", NOW.plus(70 * SECOND_US)));
        }
        let made = key.assertion(SystemRng::new().ring(), ISSUER, NOW).unwrap();
        let again = key.assertion(SystemRng::new().ring(), ISSUER, NOW).unwrap();
        assert_ne!(judged(&key, &made).unwrap().jti.value, judged(&key, &again).unwrap().jti.value);
    }

    #[test]
    fn one_changed_claim_is_enough_to_refuse() {
        let (key, now) = (key("feed-1"), NOW.unix_s());
        let changes = [
            ("iss", json!("feed-2")),
            ("iss", json!(["feed-1"])),
            ("sub", json!("feed-2")),
            ("sub", Value::Null),
            ("aud", json!("https://broker.example/")),
            ("aud", json!("https://broker.example/oauth/token")),
            ("aud", json!([ISSUER])),
            ("aud", Value::Null),
            ("exp", json!(now)),
            ("exp", json!(now - 1)),
            ("exp", json!(now + 301)),
            ("exp", json!((now + 60).to_string())),
            ("exp", Value::Null),
            ("iat", json!(now + 11)),
            ("iat", json!(now - 241)),
            ("nbf", json!(now + 11)),
            ("jti", json!("0123456789abcde")),
            ("jti", json!("x".repeat(129))),
            ("jti", Value::Null),
        ];
        for (claim, value) in changes {
            let mut claims = good();
            claims[claim] = value.clone();
            let refused = judged(&key, &signed(&key, "JWT", &claims));
            assert!(matches!(refused, Err(OAuthError::InvalidClient(_))), "{claim} {value}: {refused:?}");
        }
        for claim in ["iat", "nbf"] {
            let mut claims = good();
            claims[claim] = json!(now + 10);
            assert!(judged(&key, &signed(&key, "JWT", &claims)).is_ok(), "{claim} within the leeway");
        }
        for typ in ["dpop+jwt", "at+jwt", "disclosure-receipt+jwt"] {
            assert!(judged(&key, &signed(&key, typ, &good())).is_err(), "{typ}");
        }
    }

    #[test]
    fn each_profile_has_one_audience_and_refuses_that_of_the_other() {
        let key = key("feed-1");
        let (issuer, endpoint) = (ISSUER.to_owned(), format!("{ISSUER}/oauth/token"));
        let audiences = [
            json!(issuer),
            json!(endpoint),
            json!(format!("{ISSUER}/oauth/par")),
            json!(format!("{endpoint}/")),
            json!(format!("{endpoint}?a=1")),
            json!(format!("{issuer}/")),
            json!([endpoint]),
            json!([issuer, endpoint]),
            json!("/oauth/token"),
            json!(""),
        ];
        for aud in audiences {
            let mut claims = good();
            claims["aud"] = aud.clone();
            let assertion = signed(&key, "JWT", &claims);
            let taken = |profile| judged_as(profile, &key, &assertion).is_ok();
            assert_eq!(taken(AudienceProfile::Fapi), aud == json!(issuer), "{aud}");
            assert_eq!(taken(AudienceProfile::Camara), aud == json!(endpoint), "{aud}");
        }
    }

    #[test]
    fn an_unknown_client_and_a_bad_signature_are_one_answer() {
        let (key, other) = (key("feed-1"), key("feed-1"));
        let forged = signed(&other, "JWT", &good());
        let mut stranger = good();
        (stranger["iss"], stranger["sub"]) = (json!("nobody"), json!("nobody"));
        let refusals = [judged(&key, &forged), judged(&key, &signed(&key, "JWT", &stranger))];
        let bodies = refusals.map(|r| r.unwrap_err().problem());
        assert_eq!(bodies[0], bodies[1]);
    }

    #[test]
    fn a_decoy_key_costs_time_and_never_counts() {
        assert_eq!(DECOYS.iter().map(Jwk::alg).collect::<Vec<_>>(), Alg::ALL);
        // The private half of the P-256 decoy, as RFC 7515 appendix A.3 prints it, in a PKCS#8 wrapping.
        use base64::Engine;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
        let part = |text| B64.decode(text).unwrap();
        let pkcs8 = [
            crate::crypt::hex::decode(
                "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420",
            )
            .unwrap(),
            part("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
            crate::crypt::hex::decode("a14403420004").unwrap(),
            part("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            part("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
        ]
        .concat();
        let (system, key) = (SystemRng::new(), key("feed-1"));
        let decoy = Signer::from_pkcs8(&pkcs8, system.ring()).unwrap();
        let mut claims = good();
        (claims["iss"], claims["sub"]) = (json!("nobody"), json!("nobody"));
        let forged = decoy.sign(system.ring(), "JWT", &claims).unwrap();
        assert!(Unverified::read(&forged).unwrap().verify::<Claims>(&DECOYS[0], Typ::Is("JWT")).is_ok());
        assert!(judged(&key, &forged).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_panic(text in "([A-Za-z0-9_.=-]|\\PC){0,200}") {
            prop_assert!(check(&text, &|_| None, TOKEN, NOW).is_err());
        }
    }
}
