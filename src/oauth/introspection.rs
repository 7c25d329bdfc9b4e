//! What a client is told of its own token (RFC 7662 section 2.2), also as a signed statement (RFC 9701). Deliberately absent: why a token is
//! worth nothing.
use super::binding::Binding;
use super::numeric_date::NumericDate;
use crate::crypt::jose::{JoseError, SecureRandom, Signer};
use crate::domain::id::LinkId;
use crate::domain::link::Wanted;
use crate::domain::time::At;
use serde::Serialize;

/// The `typ` of the signed statement, and its media type behind `application/`.
pub const TYP: &str = "token-introspection+jwt";

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Introspection {
    /// Whether the token is worth anything now; alone when it is not.
    pub active: bool,
    /// Whose token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// About whom: the client's pseudonym of a subscriber, or the client itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Who gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// For which resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// `DPoP` or `Bearer`; absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// What it allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Since when, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Until when, s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// What it is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Binding>,
    /// The link it was given for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<LinkId>,
    /// What it reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<[Wanted; 1]>,
}

#[derive(Serialize)]
struct Statement<'a> {
    iss: &'a str,
    aud: &'a str,
    iat: NumericDate,
    token_introspection: &'a Introspection,
}

impl Introspection {
    /// The answer as `issuer` signs it for `audience`.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn sign(
        &self,
        signer: &Signer,
        system: &dyn SecureRandom,
        issuer: &str,
        audience: &str,
        now: At,
    ) -> Result<String, JoseError> {
        let statement =
            Statement { iss: issuer, aud: audience, iat: NumericDate(now), token_introspection: self };
        signer.sign(system, TYP, &statement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_is_worth_nothing_has_no_other_word() {
        assert_eq!(serde_json::to_string(&Introspection::default()).unwrap(), r#"{"active":false}"#);
    }
}
