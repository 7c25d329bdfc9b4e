//! The token request (RFC 6749 sections 4.1.3, 4.4.2 and 6): fields in, a typed request or a registered error out.
use super::audience::Audience;
use super::form::{ClientProof, Form};
use super::pkce::Verifier;
use super::problem::OAuthError;
use super::scope::{Scope, Scopes};
use crate::domain::category::Category;
use crate::domain::purpose::Purpose;

/// For itself.
pub const CLIENT_CREDENTIALS: &str = "client_credentials";
/// For a subscriber who came back with a code.
pub const AUTHORIZATION_CODE: &str = "authorization_code";
/// For him again.
pub const REFRESH_TOKEN: &str = "refresh_token";

/// A well-formed request; nothing in it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The client's proof of itself.
    pub client: ClientProof,
    /// On what ground it asks.
    pub ground: Ground,
    /// For which resource, where it says.
    pub audience: Option<Audience>,
}

/// With a code that a subscriber was shown: an extension grant (RFC 6749 section 4.5), for no browser is there to be sent anywhere.
pub const LINK_CODE: &str = "urn:dongui:grant-type:link-code";
/// For a subscriber who was asked out of band.
pub const CIBA: &str = "urn:openid:params:grant-type:ciba";
/// For a subscriber whom the client's own statement names.
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// All grounds there are.
pub const GRANTS: [&str; 6] =
    [CLIENT_CREDENTIALS, AUTHORIZATION_CODE, REFRESH_TOKEN, LINK_CODE, CIBA, JWT_BEARER];

/// On what ground a token is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// For the client itself, so many scopes; `None` asks for all it may have.
    Itself(Option<Scopes>),
    /// A subscriber's answer.
    Code {
        /// What the browser brought back.
        code: String,
        /// Where to.
        redirect_uri: String,
        /// What only who pushed the request knows.
        verifier: Verifier,
    },
    /// A refresh token of before.
    Refresh(String),
    /// What a subscriber was shown and said to the assistant.
    LinkCode(String),
    /// The reference of a request out of band.
    Asked(String),
    /// A statement of the client.
    Stated(String),
}

impl TokenRequest {
    /// Reads a form. Unknown fields are left aside.
    ///
    /// # Errors
    /// `invalid_request`, `unsupported_grant_type`, `invalid_client` when nothing proves the client, `invalid_scope`,
    /// `invalid_target` for a `resource` that is none of `issuer`'s.
    pub fn parse(form: &Form<'_>, issuer: &str) -> Result<TokenRequest, OAuthError> {
        let grant = form.need("grant_type", "`grant_type` is missing")?;
        if !GRANTS.contains(&grant) {
            return Err(OAuthError::UnsupportedGrantType);
        }
        let audience = form.audience(issuer)?;
        let client = ClientProof::read(form)?;
        let asked = form.one("scope");
        let ground = match grant {
            CLIENT_CREDENTIALS => Ground::Itself(asked.map(Scopes::parse).transpose()?),
            AUTHORIZATION_CODE => Ground::Code {
                code: form.need("code", "`code` is missing, or too long")?.to_owned(),
                redirect_uri: form.need("redirect_uri", "`redirect_uri` is missing")?.to_owned(),
                verifier: Verifier::parse(form.one("code_verifier").unwrap_or_default())?,
            },
            CIBA => Ground::Asked(form.need("auth_req_id", "`auth_req_id` is missing")?.to_owned()),
            JWT_BEARER => {
                if asked.is_some() {
                    return Err(OAuthError::InvalidRequest(
                        "`scope` is a claim of the assertion, and no field",
                    ));
                }
                Ground::Stated(form.need("assertion", "`assertion` is missing, or too long")?.to_owned())
            }
            LINK_CODE => Ground::LinkCode(form.need("link_code", "`link_code` is missing")?.to_owned()),
            _ => {
                let token = form.need("refresh_token", "`refresh_token` is missing, or too long")?;
                Ground::Refresh(token.to_owned())
            }
        };
        // What a subscriber links reaches no further than his context, and as far of that as he allows, whatever is said here.
        let reaches = |word: &str| {
            word == Scope::ContextRead.as_str()
                || Purpose::parse(word).is_some()
                || Category::parse(word).is_some()
        };
        if !matches!(ground, Ground::Itself(_)) && !asked.is_none_or(|words| words.split(' ').all(reaches)) {
            return Err(OAuthError::InvalidScope);
        }
        Ok(TokenRequest { client, ground, audience })
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::ASSERTION_TYPE;
    use super::*;
    use proptest::prelude::*;

    const ISSUER: &str = "https://broker.example";

    fn parse(fields: &[(&str, &str)]) -> Result<TokenRequest, OAuthError> {
        TokenRequest::parse(&Form::read(fields.iter().copied())?, ISSUER)
    }
    const GOOD: [(&str, &str); 4] = [
        ("grant_type", CLIENT_CREDENTIALS),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", "a.b.c"),
        ("scope", "audit:read"),
    ];
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn with(
        good: &[(&'static str, &'static str)],
        name: &'static str,
        value: &'static str,
    ) -> Vec<(&'static str, &'static str)> {
        let others = good.iter().copied().filter(|(n, _)| *n != name);
        others.chain([(name, value)]).collect()
    }

    #[test]
    fn a_request_is_read_and_each_wrong_field_has_its_code() {
        let request = parse(&GOOD).unwrap();
        assert_eq!(request.ground, Ground::Itself(Scopes::parse("audit:read").ok()));
        let with = |name, value| parse(&with(&GOOD, name, value)).map_err(OAuthError::code);
        assert_eq!(with("grant_type", ""), Err("invalid_request"));
        assert_eq!(with("grant_type", "password"), Err("unsupported_grant_type"));
        assert_eq!(with("client_assertion_type", "saml"), Err("invalid_client"));
        assert_eq!(with("client_assertion", ""), Err("invalid_client"));
        assert_eq!(with("scope", "everything"), Err("invalid_scope"));
        assert_eq!(with("client_secret", "hunter2"), Err("invalid_request"));
        assert_eq!(with("resource", "https://other.example"), Err("invalid_target"));
        assert_eq!(with("audience", "https://other.example"), Err("invalid_target"));
        let ours = TokenRequest { audience: Some(Audience::Api), ..request.clone() };
        assert_eq!(with("resource", ISSUER), Ok(ours));
        assert_eq!(with("colour", "green"), Ok(request.clone()));
        assert_eq!(with("scope", ""), Ok(TokenRequest { ground: Ground::Itself(None), ..request }));
        let twice = [GOOD.as_slice(), &[("scope", "audit:read")]].concat();
        assert_eq!(parse(&twice).map_err(OAuthError::code), Err("invalid_request"));
    }

    #[test]
    fn a_code_needs_what_it_is_bound_to() {
        let good = [
            ("grant_type", AUTHORIZATION_CODE),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", "a.b.c"),
            ("code", "c"),
            ("redirect_uri", "https://a.example/cb"),
            ("code_verifier", VERIFIER),
        ];
        assert!(matches!(parse(&good).unwrap().ground, Ground::Code { .. }));
        let with = |name, value| parse(&with(&good, name, value)).map_err(OAuthError::code);
        for (name, value) in
            [("code", ""), ("redirect_uri", ""), ("code_verifier", ""), ("code_verifier", "short")]
        {
            assert_eq!(with(name, value), Err("invalid_request"), "{name}");
        }
        assert_eq!(with("scope", "audit:read"), Err("invalid_scope"));
        assert!(with("scope", "context:read").is_ok());
        assert!(with("scope", "context:read dpv:ServicePersonalisation location.zone").is_ok());
        let refresh = [("grant_type", REFRESH_TOKEN), good[1], good[2]];
        assert_eq!(parse(&refresh).map_err(OAuthError::code), Err("invalid_request"));
    }

    proptest! {
        #[test]
        fn any_fields_are_read_or_refused(fields in proptest::collection::vec((".{0,20}", ".{0,40}"), 0..8)) {
            let _read = Form::read(fields.iter().map(|(n, v)| (n.as_str(), v.as_str()))).and_then(|f| TokenRequest::parse(&f, ISSUER));
        }
    }
}
