//! What can be wrong with a request, in the words of RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 8707 and RFC 9449.
use serde::Serialize;

/// A refused request. The texts are for developers of clients; none holds a value of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OAuthError {
    /// A parameter is missing, repeated or malformed.
    #[error("invalid_request: {0}")]
    InvalidRequest(&'static str),
    /// The client did not prove itself. The text is for our own log: a caller hears the same words whatever it was.
    #[error("invalid_client: {0}")]
    InvalidClient(&'static str),
    /// The grant is spent, expired or another's.
    #[error("invalid_grant: {0}")]
    InvalidGrant(&'static str),
    /// The subscriber has not answered yet.
    #[error("authorization_pending: the subscriber has not answered yet")]
    AuthorizationPending,
    /// Polled too often.
    #[error("slow_down: wait five seconds longer between two polls")]
    SlowDown,
    /// Asked subscribers too often.
    #[error("slow_down: too many requests")]
    TooMany,
    /// Nobody answered in time.
    #[error("expired_token: the request has ended")]
    ExpiredToken,
    /// The subscriber said no.
    #[error("access_denied: the subscriber said no")]
    AccessDenied,
    /// A message that is not shown.
    #[error("invalid_binding_message: at most 40 letters, digits, blanks, `-` and `#`")]
    InvalidBindingMessage,
    /// Another grant type than those there are.
    #[error("unsupported_grant_type: expected one of `grant_types_supported`")]
    UnsupportedGrantType,
    /// Another response type than `code`.
    #[error("unsupported_response_type: expected `code`")]
    UnsupportedResponseType,
    /// A token of a kind that cannot be revoked.
    #[error("unsupported_token_type: a token for the client itself is not revoked; it ends within 300 s")]
    UnsupportedTokenType,
    /// A client that may not do this.
    #[error("unauthorized_client: {0}")]
    UnauthorizedClient(&'static str),
    /// What is asked for is malformed or outside the contract.
    #[error("invalid_authorization_details: not one detail of `urn:dongui:context` within the contract")]
    InvalidAuthorizationDetails,
    /// A scope that does not exist or that the client may not have.
    #[error("invalid_scope: a scope is unknown or not this client's")]
    InvalidScope,
    /// Another resource than ours.
    #[error("invalid_target: `resource` is not this server")]
    InvalidTarget,
    /// The proof of possession does not hold.
    #[error("invalid_dpop_proof: {0}")]
    InvalidDpopProof(&'static str),
    /// The proof of possession lacks a nonce of ours, or has an old one; `DPoP-Nonce` of the same answer has the one to use.
    #[error("use_dpop_nonce: the proof needs the nonce of `DPoP-Nonce`")]
    UseDpopNonce,
    /// The access token does not hold.
    #[error("invalid_token: {0}")]
    InvalidToken(&'static str),
    /// The access token holds and does not reach.
    #[error("insufficient_scope: the token does not reach this scope, purpose or category")]
    InsufficientScope,
    /// Ours: keys or randomness failed.
    #[error("server_error: signing failed")]
    Server,
}

/// The JSON body of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OAuthProblem {
    /// The registered code.
    pub error: &'static str,
    /// A sentence for the client's developer.
    pub error_description: &'static str,
}

impl OAuthError {
    /// The registered code.
    pub fn code(self) -> &'static str {
        match self {
            OAuthError::InvalidRequest(_) => "invalid_request",
            OAuthError::InvalidClient(_) => "invalid_client",
            OAuthError::InvalidGrant(_) => "invalid_grant",
            OAuthError::AuthorizationPending => "authorization_pending",
            OAuthError::SlowDown | OAuthError::TooMany => "slow_down",
            OAuthError::ExpiredToken => "expired_token",
            OAuthError::AccessDenied => "access_denied",
            OAuthError::InvalidBindingMessage => "invalid_binding_message",
            OAuthError::UnsupportedGrantType => "unsupported_grant_type",
            OAuthError::UnsupportedResponseType => "unsupported_response_type",
            OAuthError::UnsupportedTokenType => "unsupported_token_type",
            OAuthError::UnauthorizedClient(_) => "unauthorized_client",
            OAuthError::InvalidAuthorizationDetails => "invalid_authorization_details",
            OAuthError::InvalidScope => "invalid_scope",
            OAuthError::InvalidTarget => "invalid_target",
            OAuthError::InvalidDpopProof(_) => "invalid_dpop_proof",
            OAuthError::UseDpopNonce => "use_dpop_nonce",
            OAuthError::InvalidToken(_) => "invalid_token",
            OAuthError::InsufficientScope => "insufficient_scope",
            OAuthError::Server => "server_error",
        }
    }

    /// HTTP status of the token endpoint. At every other door what is wrong with a proof is 401 too: see `challenge`.
    pub fn status(self) -> u16 {
        match self {
            OAuthError::InvalidClient(_) | OAuthError::InvalidToken(_) => 401,
            OAuthError::InsufficientScope => 403,
            OAuthError::TooMany => 429,
            OAuthError::Server => 503,
            _ => 400,
        }
    }

    /// The body. Every `invalid_client` has the same bytes, so that nobody learns which client ids exist.
    pub fn problem(self) -> OAuthProblem {
        let error_description = match self {
            OAuthError::InvalidClient(_) => "the client did not prove itself",
            OAuthError::InvalidRequest(why)
            | OAuthError::InvalidGrant(why)
            | OAuthError::UnauthorizedClient(why)
            | OAuthError::InvalidDpopProof(why)
            | OAuthError::InvalidToken(why) => why,
            OAuthError::AuthorizationPending => "the subscriber has not answered yet",
            OAuthError::TooMany => {
                "too many requests of this client, or by this name; wait before the next one"
            }
            OAuthError::SlowDown => "wait five seconds longer between two polls",
            OAuthError::ExpiredToken => "the request has ended",
            OAuthError::AccessDenied => "the subscriber said no",
            OAuthError::InvalidBindingMessage => "at most 40 letters, digits, blanks, `-` and `#`",
            OAuthError::UnsupportedGrantType => "expected one of `grant_types_supported` in the metadata",
            OAuthError::UnsupportedResponseType => "expected `code`",
            OAuthError::UnsupportedTokenType => "a token for the client itself ends within 300 s",
            OAuthError::InvalidAuthorizationDetails => {
                "expected one detail of type `urn:dongui:context`, within what the contract allows"
            }
            OAuthError::UseDpopNonce => "make the proof again, with the nonce of `DPoP-Nonce`",
            OAuthError::InvalidScope => "a scope is unknown or not this client's",
            OAuthError::InvalidTarget => "`resource` is not this server",
            OAuthError::InsufficientScope => "the token does not reach this scope, purpose or category",
            OAuthError::Server => "signing failed; try again",
        };
        OAuthProblem { error: self.code(), error_description }
    }

    /// Status and `WWW-Authenticate` header of a resource (RFC 9449 section 7.1). `scope` names what the operation needs.
    pub fn challenge(self, scope: &str) -> (u16, String) {
        let status = match self {
            OAuthError::InvalidDpopProof(_) | OAuthError::UseDpopNonce => 401,
            other => other.status(),
        };
        let scope = if scope.is_empty() { String::new() } else { format!("scope=\"{scope}\", ") };
        (status, format!("DPoP error=\"{}\", {scope}algs=\"ES256 EdDSA PS256\"", self.code()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_tells_why_a_client_failed() {
        let bodies = ["unknown", "bad signature", "expired"].map(|why| {
            let error = OAuthError::InvalidClient(why);
            (error.status(), serde_json::to_string(&error.problem()).unwrap(), error.challenge("audit:read"))
        });
        assert!(bodies.iter().all(|body| *body == bodies[0]));
        assert_eq!(
            bodies[0].1,
            r#"{"error":"invalid_client","error_description":"the client did not prove itself"}"#
        );
    }

    #[test]
    fn a_resource_answers_a_bad_proof_with_401_and_the_algorithms_it_takes() {
        let (status, header) = OAuthError::InvalidDpopProof("late").challenge("context:read");
        assert_eq!(status, 401);
        assert_eq!(
            header,
            r#"DPoP error="invalid_dpop_proof", scope="context:read", algs="ES256 EdDSA PS256""#
        );
        assert_eq!(OAuthError::InvalidDpopProof("late").status(), 400);
        assert_eq!(OAuthError::InsufficientScope.challenge("context:read").0, 403);
    }
}
