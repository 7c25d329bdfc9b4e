//! The token request (RFC 6749 section 4.4.2 with RFC 7523 section 2.2): fields in, a typed request or a registered error out.
use super::assertion::{self, Asserted};
use super::problem::OAuthError;
use super::scope::Scopes;
use crate::crypt::jose::JwkSet;
use crate::domain::time::At;

/// The one grant type.
pub const GRANT_TYPE: &str = "client_credentials";
/// The one way of proving oneself.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A well-formed request; nothing in it is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The client's proof of itself.
    pub assertion: String,
    /// Who it says it is; optional, for the assertion names it.
    pub client_id: Option<String>,
    /// What it asks for; `None` asks for all it may have.
    pub scopes: Option<Scopes>,
}

const FIELDS: [&str; 8] = [
    "grant_type",
    "client_assertion_type",
    "client_assertion",
    "client_id",
    "scope",
    "resource",
    "client_secret",
    "audience",
];

impl TokenRequest {
    /// Reads the decoded fields of the form. Unknown fields are left aside and empty ones count as absent (RFC 6749 sections 3.1
    /// and 3.2); a known one given twice refuses the request.
    ///
    /// # Errors
    /// `invalid_request`, `unsupported_grant_type`, `invalid_client` when nothing proves the client, `invalid_scope`,
    /// `invalid_target` for a `resource` that is not `issuer`.
    pub fn parse<'a>(
        fields: impl IntoIterator<Item = (&'a str, &'a str)>,
        issuer: &str,
    ) -> Result<TokenRequest, OAuthError> {
        let mut values = [None; FIELDS.len()];
        for (name, value) in fields {
            let slot = FIELDS.iter().zip(&mut values).find(|(field, _)| **field == name);
            if let Some((_, slot)) = slot
                && slot.replace(value).is_some()
            {
                return Err(OAuthError::InvalidRequest("a field is given twice"));
            }
        }
        let [grant, kind, assertion, client_id, scope, resource, secret, audience] =
            values.map(|value| value.filter(|v| !v.is_empty()));
        match grant {
            None => return Err(OAuthError::InvalidRequest("`grant_type` is missing")),
            Some(GRANT_TYPE) => {}
            Some(_) => return Err(OAuthError::UnsupportedGrantType),
        }
        if secret.is_some() {
            return Err(OAuthError::InvalidRequest("clients have keys, not secrets"));
        }
        if resource.or(audience).is_some_and(|target| target != issuer) {
            return Err(OAuthError::InvalidTarget);
        }
        let (Some(ASSERTION_TYPE), Some(assertion)) = (kind, assertion) else {
            return Err(OAuthError::InvalidClient("no client assertion"));
        };
        Ok(TokenRequest {
            assertion: assertion.to_owned(),
            client_id: client_id.map(str::to_owned),
            scopes: scope.map(Scopes::parse).transpose()?,
        })
    }

    /// Who sent it: `assertion::check`, and the client named in the form must be the one of the assertion.
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn authenticate(
        &self,
        client_key_lookup: &dyn Fn(&str) -> Option<JwkSet>,
        issuer: &str,
        now: At,
    ) -> Result<Asserted, OAuthError> {
        let asserted = assertion::check(&self.assertion, client_key_lookup, issuer, now)?;
        match &self.client_id {
            Some(named) if *named != asserted.client_id => {
                Err(OAuthError::InvalidClient("`client_id` is not the client of the assertion"))
            }
            _ => Ok(asserted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::oauth::client::ClientKey;
    use proptest::prelude::*;

    const ISSUER: &str = "https://broker.example";
    const NOW: At = At(1_772_436_600_000_000);

    fn parse(fields: &[(&str, &str)]) -> Result<TokenRequest, OAuthError> {
        TokenRequest::parse(fields.iter().copied(), ISSUER)
    }
    const GOOD: [(&str, &str); 4] = [
        ("grant_type", GRANT_TYPE),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", "a.b.c"),
        ("scope", "audit:read"),
    ];

    #[test]
    fn a_request_is_read_and_each_wrong_field_has_its_code() {
        let request = parse(&GOOD).unwrap();
        assert_eq!((request.assertion.as_str(), request.scopes), ("a.b.c", Scopes::parse("audit:read").ok()));
        let with = |name: &'static str, value: &'static str| {
            let mut fields: Vec<_> = GOOD.into_iter().filter(|(n, _)| *n != name).collect();
            fields.push((name, value));
            parse(&fields).map_err(OAuthError::code)
        };
        assert_eq!(with("grant_type", ""), Err("invalid_request"));
        assert_eq!(with("grant_type", "password"), Err("unsupported_grant_type"));
        assert_eq!(with("client_assertion_type", "saml"), Err("invalid_client"));
        assert_eq!(with("client_assertion", ""), Err("invalid_client"));
        assert_eq!(with("scope", "everything"), Err("invalid_scope"));
        assert_eq!(with("client_secret", "hunter2"), Err("invalid_request"));
        assert_eq!(with("resource", "https://other.example"), Err("invalid_target"));
        assert_eq!(with("resource", ISSUER), Ok(request.clone()));
        assert_eq!(with("colour", "green"), Ok(request.clone()));
        assert_eq!(with("scope", ""), Ok(TokenRequest { scopes: None, ..request }));
        let twice = [GOOD.as_slice(), &[("scope", "audit:read")]].concat();
        assert_eq!(parse(&twice).map_err(OAuthError::code), Err("invalid_request"));
    }

    #[test]
    fn a_client_cannot_speak_for_another() {
        let (system, key) =
            (SystemRng::new(), ClientKey::generate("feed-1", SystemRng::new().ring()).unwrap());
        let fields = key.token_request(system.ring(), ISSUER, "", NOW).unwrap();
        let lookup = |id: &str| (id == "feed-1").then(|| key.jwks());
        let ask = |client_id: &str| {
            let extra = [("client_id", client_id)];
            let all = fields.iter().map(|(n, v)| (*n, v.as_str())).chain(extra);
            TokenRequest::parse(all, ISSUER).unwrap().authenticate(&lookup, ISSUER, NOW)
        };
        assert_eq!(ask("feed-1").unwrap().client_id, "feed-1");
        assert_eq!(ask("").unwrap().client_id, "feed-1");
        assert_eq!(ask("operator").map_err(OAuthError::code), Err("invalid_client"));
    }

    proptest! {
        #[test]
        fn any_fields_are_read_or_refused(fields in proptest::collection::vec((".{0,20}", ".{0,40}"), 0..8)) {
            let _read = TokenRequest::parse(fields.iter().map(|(n, v)| (n.as_str(), v.as_str())), ISSUER);
        }
    }
}
