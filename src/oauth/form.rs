//! What every request to the authorization server has in common: a form whose fields stand once, and the client's proof of itself
//! (RFC 7523 section 2.2).
use super::assertion::{self, Asserted, Endpoint, Registered};
use super::audience::Audience;
use super::problem::OAuthError;
use crate::domain::time::At;
use std::collections::BTreeMap;

/// The one way of proving oneself.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest code, token or address that is looked at, bytes.
const LENGTH: usize = 4096;

/// The decoded fields of a form; nothing in it is proven.
#[derive(Debug, Clone, Default)]
pub struct Form<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Form<'a> {
    /// Reads the fields. One that stands twice refuses the request (RFC 6749 section 3.2).
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn read(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Form<'a>, OAuthError> {
        let mut form = Form::default();
        for (name, value) in fields {
            if form.0.insert(name, value).is_some() {
                return Err(OAuthError::InvalidRequest("a field is given twice"));
            }
        }
        Ok(form)
    }

    /// A field; an empty one counts as absent (RFC 6749 section 3.1).
    pub fn one(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied().filter(|value| !value.is_empty())
    }

    /// A field that must be there; `missing` says that it is not.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn need(&self, name: &str, missing: &'static str) -> Result<&'a str, OAuthError> {
        self.one(name).filter(|v| v.len() <= LENGTH).ok_or(OAuthError::InvalidRequest(missing))
    }

    /// The resource that it is meant for (RFC 8707), where it names one.
    ///
    /// # Errors
    /// `invalid_target` for another than ours.
    pub fn audience(&self, issuer: &str) -> Result<Option<Audience>, OAuthError> {
        let named = self.one("resource").or(self.one("audience"));
        named.map(|url| Audience::parse(url, issuer).ok_or(OAuthError::InvalidTarget)).transpose()
    }
}

/// A client's proof of itself, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientProof {
    /// A key's.
    Assertion {
        /// The JWT.
        assertion: String,
        /// Who it says it is; optional, for the assertion names it.
        client_id: Option<String>,
    },
    /// A name alone, which is all that a public client has.
    Name(String),
}

impl ClientProof {
    /// Reads it.
    ///
    /// # Errors
    /// `invalid_client` when nothing proves the client, `invalid_request` for a secret.
    pub fn read(form: &Form<'_>) -> Result<ClientProof, OAuthError> {
        if form.one("client_secret").is_some() {
            return Err(OAuthError::InvalidRequest("clients have keys, not secrets"));
        }
        let kind = form.one("client_assertion_type").filter(|kind| *kind == ASSERTION_TYPE);
        let client_id = form.one("client_id").map(str::to_owned);
        match (kind.and(form.one("client_assertion")), form.one("client_assertion"), client_id) {
            (Some(assertion), _, client_id) => {
                Ok(ClientProof::Assertion { assertion: assertion.to_owned(), client_id })
            }
            (None, None, Some(name)) => Ok(ClientProof::Name(name)),
            _ => Err(OAuthError::InvalidClient("no client assertion")),
        }
    }
}

/// Who sent an assertion: `assertion::check`, and the client named beside it must be the one that it names.
///
/// # Errors
/// `invalid_client`.
pub fn asserted(
    assertion: &str,
    client_id: Option<&str>,
    client_lookup: &dyn Fn(&str) -> Option<Registered>,
    endpoint: Endpoint<'_>,
    now: At,
) -> Result<Asserted, OAuthError> {
    let asserted = assertion::check(assertion, client_lookup, endpoint, now)?;
    match client_id {
        Some(named) if named != asserted.client_id => {
            Err(OAuthError::InvalidClient("`client_id` is not the client of the assertion"))
        }
        _ => Ok(asserted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use crate::oauth::client::ClientKey;

    const ISSUER: &str = "https://broker.example";
    const NOW: At = At(1_772_436_600_000_000);

    #[test]
    fn a_client_cannot_speak_for_another() {
        let (system, key) =
            (SystemRng::new(), ClientKey::generate("feed-1", SystemRng::new().ring()).unwrap());
        let fields = key.token_request(system.ring(), ISSUER, "", NOW).unwrap();
        let profile = crate::domain::client::AudienceProfile::Fapi;
        let lookup = |id: &str| (id == "feed-1").then(|| Registered { keys: key.jwks(), profile });
        let endpoint = Endpoint { issuer: ISSUER, path: "/oauth/token" };
        let ask = |client_id: &str| {
            let extra = [("client_id", client_id)];
            let all = fields.iter().map(|(n, v)| (*n, v.as_str())).chain(extra);
            match ClientProof::read(&Form::read(all).unwrap()).unwrap() {
                ClientProof::Assertion { assertion, client_id } => {
                    asserted(&assertion, client_id.as_deref(), &lookup, endpoint, NOW)
                }
                ClientProof::Name(name) => panic!("{name} proved nothing"),
            }
        };
        assert_eq!(ask("feed-1").unwrap().client_id, "feed-1");
        assert_eq!(ask("").unwrap().client_id, "feed-1");
        assert_eq!(ask("operator").map_err(OAuthError::code), Err("invalid_client"));
    }

    #[test]
    fn a_field_stands_once_and_an_empty_one_is_absent() {
        let form = Form::read([("a", "1"), ("b", "")]).unwrap();
        assert_eq!((form.one("a"), form.one("b"), form.one("c")), (Some("1"), None, None));
        assert!(
            Form::read([("a", "1"), ("a", "1")]).is_err() && Form::read([("a", ""), ("a", "1")]).is_err()
        );
        let for_other = Form::read([("resource", "https://other.example")]).unwrap();
        assert_eq!(for_other.audience(ISSUER), Err(OAuthError::InvalidTarget));
        let ours = |url| Form::read([("resource", url)]).unwrap().audience(ISSUER);
        assert_eq!(ours(ISSUER), Ok(Some(Audience::Api)));
        assert_eq!(ours("https://broker.example/mcp"), Ok(Some(Audience::Mcp)));
        assert_eq!(Form::default().audience(ISSUER), Ok(None));
    }
}
