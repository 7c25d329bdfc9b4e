//! Access tokens (RFC 9068): short-lived, signed, bound to what the client showed. Deliberately absent: whether the client is
//! still registered and its grants still live, which the caller looks up on every request.
use super::audience::Audience;
use super::binding::Binding;
use super::numeric_date::NumericDate;
use super::problem::OAuthError;
use super::scope::{Scope, Scopes};
use crate::crypt::jose::{self, Jwk, SecureRandom, Signer, Unverified, random_id};
use crate::crypt::pseudonym;
use crate::crypt::signing::SigningKeys;
use crate::domain::id::LinkId;
use crate::domain::link::Wanted;
use crate::domain::time::{At, SECOND_US};
use serde::{Deserialize, Serialize};

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
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cnf: Option<Binding>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    grant_id: Option<LinkId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    grant_version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    authorization_details: Option<[Wanted; 1]>,
}

/// What a token for a subscriber says of the link that it was given for. It is no proof of consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The client's pseudonym of the subscriber, the `sub` of the token.
    pub subject: String,
    /// The link, `grant_id`.
    pub id: LinkId,
    /// Which of the subscriber's answers, `grant_version`: a new one ends the tokens of the one before.
    pub version: i64,
    /// What he allowed of what was asked when the token was given, `authorization_details`.
    pub allowed: Wanted,
}

/// What a token is issued for.
#[derive(Debug, Clone, Copy)]
pub struct Issue<'a> {
    /// Our issuer URL.
    pub issuer: &'a str,
    /// For which resource.
    pub audience: Audience,
    /// The client that proved itself.
    pub client_id: &'a str,
    /// As `Scopes::granted` answered.
    pub scopes: Scopes,
    /// What the client showed; a token about a subscriber for a hosted client may go without.
    pub binding: Option<&'a Binding>,
    /// Life, s; cut at 300.
    pub ttl_s: i64,
    /// For whom, where it is not for the client itself.
    pub link: Option<&'a Linked>,
}

/// The answer of the token endpoint (RFC 6749 section 5.1, RFC 9449 section 5).
#[derive(Debug, Clone, Serialize)]
pub struct TokenResponse {
    /// The token.
    pub access_token: String,
    /// `DPoP`; `Bearer` where it is bound to a certificate, or to nothing.
    pub token_type: &'static str,
    /// Life, s.
    pub expires_in: i64,
    /// What it allows.
    pub scope: String,
    /// What a subscriber allowed of what was asked (RFC 9396 section 7).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<[Wanted; 1]>,
    /// For the next token about him.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
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
        sub: what.link.map_or(what.client_id, |link| &link.subject).to_owned(),
        client_id: what.client_id.to_owned(),
        aud: what.audience.url(what.issuer),
        iat: NumericDate(now),
        exp: NumericDate(now.plus(expires_in * SECOND_US)),
        jti: random_id(system).map_err(|_| OAuthError::Server)?,
        scope: what.scopes.to_string(),
        cnf: what.binding.cloned(),
        grant_id: what.link.map(|link| link.id),
        grant_version: what.link.map(|link| link.version),
        authorization_details: what.link.map(|link| [link.allowed.clone()]),
    };
    let access_token = signer.sign(system, TYP, &claims).map_err(|_| OAuthError::Server)?;
    let Claims { scope, authorization_details, cnf, .. } = claims;
    let scope = what.link.map_or(scope, |link| link.allowed.scope());
    let refresh_token = None;
    Ok(TokenResponse {
        access_token,
        token_type: Binding::token_type(cnf.as_ref()),
        expires_in,
        scope,
        authorization_details,
        refresh_token,
    })
}

/// A token that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// Whose. Whether that client still exists is for the caller to look up.
    pub client_id: String,
    /// What it allows.
    pub scopes: Scopes,
    /// What must be shown with every request; whoever bears a token without one is believed.
    pub binding: Option<Binding>,
    /// For whom, where it is not for the client itself.
    pub link: Option<Linked>,
    /// Which resource takes it.
    pub audience: Audience,
    /// Since when.
    pub issued_at: At,
    /// Until when, exclusive.
    pub expires_at: At,
}

impl AccessToken {
    /// Whether it holds at `now`. A clock gone back behind its issue makes it invalid, not young.
    pub(super) fn holds(&self, now: At) -> Result<(), OAuthError> {
        if self.issued_at > now.plus(LEEWAY_S * SECOND_US) {
            return Err(OAuthError::InvalidToken("the token is not valid yet"));
        }
        if self.expires_at <= now {
            return Err(OAuthError::InvalidToken("the token has ended"));
        }
        Ok(())
    }
}

/// The key of ours that a token says it was signed with.
///
/// # Errors
/// `invalid_token` for one whose key is not, or no longer, published.
pub fn key_of<'k>(keys: &'k SigningKeys, token: &str, now: At) -> Result<&'k Jwk, OAuthError> {
    let read = Unverified::read(token).ok();
    let key = read.as_ref().and_then(Unverified::kid).and_then(|kid| keys.find(kid, now));
    key.ok_or(OAuthError::InvalidToken("not an access token of this issuer"))
}

/// Checks a token that `key` must have signed.
///
/// # Errors
/// `invalid_token` with a reason for the client's developer.
pub fn verify(key: &Jwk, token: &str, issuer: &str, now: At) -> Result<AccessToken, OAuthError> {
    let no = OAuthError::InvalidToken;
    let claims: Claims =
        jose::verify(token, key, TYP).map_err(|_| no("not an access token of this issuer"))?;
    let audience = Audience::parse(&claims.aud, issuer).filter(|_| claims.iss == issuer);
    let audience = audience.ok_or(no("issued by or for another server"))?;
    let binding = claims.cnf;
    if binding.as_ref().is_some_and(|binding| !binding.is_sound()) {
        return Err(no("the token is not bound to one key"));
    }
    if claims.exp.0.since(claims.iat.0) > LIFETIME_S * SECOND_US {
        return Err(no("the token lives too long"));
    }
    let scopes = Scopes::parse(&claims.scope).map_err(|_| no("the token names an unknown scope"))?;
    let reach = [Scope::ContextRead].into_iter().collect();
    let link = match (claims.grant_id, claims.grant_version, claims.authorization_details) {
        (None, None, None) if claims.sub == claims.client_id => None,
        (Some(id), Some(version), Some([allowed]))
            if claims.sub != claims.client_id && pseudonym::is_shaped(&claims.sub) && scopes == reach =>
        {
            Some(Linked { subject: claims.sub, id, version, allowed })
        }
        _ => return Err(no("the token is neither its client's alone nor about one link")),
    };
    if link.is_none() && binding.is_none() {
        return Err(no("the token is not bound to one key"));
    }
    let token = AccessToken {
        client_id: claims.client_id,
        scopes,
        link,
        binding,
        audience,
        issued_at: claims.iat.0,
        expires_at: claims.exp.0,
    };
    token.holds(now).map(|()| token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::domain::category::{Category, Precision};
    use crate::domain::client::Role;
    use crate::domain::link::Piece;
    use crate::domain::purpose::Purpose;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://broker.example";
    const NOW: At = At(1_772_436_600_000_000);
    const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    fn signer() -> Signer {
        let system = SystemRng::new();
        Signer::from_pkcs8(&Signer::generate_pkcs8(system.ring()).unwrap(), system.ring()).unwrap()
    }
    fn key() -> Binding {
        Binding::Key(JKT.to_owned())
    }
    fn issued(signer: &Signer, ttl_s: i64, now: At) -> TokenResponse {
        let what = Issue {
            issuer: ISSUER,
            audience: Audience::Api,
            client_id: "assistant",
            scopes: Scopes::of(Role::Recipient),
            binding: Some(&key()),
            ttl_s,
            link: None,
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
        assert_eq!((token.client_id.as_str(), token.binding), ("assistant", Some(key())));
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
    fn a_key_is_published_until_the_last_token_of_it_has_ended_and_for_as_long_as_keys_are_kept() {
        use crate::crypt::signing::{BEHIND_S, CACHED_S};
        const { assert!(BEHIND_S >= LIFETIME_S + LEEWAY_S + CACHED_S) };
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
            ("aud", json!(format!("{ISSUER}/v1"))),
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
            ("cnf", json!({"x5t#S256": ""})),
            ("cnf", json!({"jkt": JKT, "x5t#S256": JKT})),
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
    fn a_token_about_a_link_says_which_and_one_changed_claim_is_enough_to_refuse() {
        let (signer, now) = (signer(), NOW.unix_s());
        let piece = Piece { category: Category::LocationZone, precision: Some(Precision::City) };
        let allowed = Wanted::new(Purpose::ServicePersonalisation, vec![piece], None);
        let subject = "a".repeat(22);
        let link =
            Linked { subject: subject.clone(), id: LinkId([7; 16]), version: 3, allowed: allowed.clone() };
        let scopes = [Scope::ContextRead].into_iter().collect();
        let what = Issue {
            issuer: ISSUER,
            audience: Audience::Mcp,
            client_id: "assistant",
            scopes,
            binding: None,
            ttl_s: 300,
            link: Some(&link),
        };
        let answer = issue(&signer, SystemRng::new().ring(), &what, NOW).unwrap();
        assert_eq!(answer.authorization_details, Some([allowed.clone()]));
        assert_eq!(answer.token_type, "Bearer");
        assert_eq!(answer.scope, "context:read dpv:ServicePersonalisation location.zone");
        let token = verify(signer.jwk(), &answer.access_token, ISSUER, NOW).unwrap();
        assert_eq!((token.client_id.as_str(), token.link.as_ref()), ("assistant", Some(&link)));
        assert_eq!((token.binding, token.audience), (None, Audience::Mcp));
        let good = json!({"iss": ISSUER, "sub": subject, "client_id": "c", "aud": ISSUER, "iat": now, "exp": now + 300,
                          "jti": "0123456789abcdef", "scope": "context:read", "cnf": {"jkt": JKT},
                          "grant_id": link.id, "grant_version": 3, "authorization_details": [allowed]});
        let judged = |claims: &Value| {
            let token = signer.sign(SystemRng::new().ring(), TYP, claims).unwrap();
            verify(signer.jwk(), &token, ISSUER, NOW)
        };
        assert!(judged(&good).is_ok());
        for (claim, value) in [
            ("sub", json!("c")),
            ("sub", json!("+491555000000")),
            ("client_id", json!(subject)),
            ("scope", json!("context:read purges:write")),
            ("grant_id", Value::Null),
            ("grant_id", json!("rcp_00000000000000000000000000000000")),
            ("grant_version", Value::Null),
            ("authorization_details", Value::Null),
            ("authorization_details", json!([])),
            ("authorization_details", json!([allowed, allowed])),
        ] {
            let mut claims = good.clone();
            claims[claim] = value.clone();
            assert!(judged(&claims).is_err(), "{claim} {value}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_panic(text in "([A-Za-z0-9_.=-]|\\PC){0,200}") {
            prop_assert!(verify(signer().jwk(), &text, ISSUER, NOW).is_err());
        }
    }
}
