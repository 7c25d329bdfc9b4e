//! The authorization server's public description (RFC 8414), served at `/.well-known/oauth-authorization-server`.
use super::scope::Scope;
use super::token_request::GRANT_TYPE;
use crate::crypt::jose::Alg;
use serde::Serialize;

/// Path of the token endpoint under the issuer.
pub const TOKEN_PATH: &str = "/oauth/token";
/// Path of the public keys under the issuer.
pub const JWKS_PATH: &str = "/oauth/jwks";

/// The document. `issuer` is byte for byte what tokens and assertions name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The issuer URL, without a slash at the end.
    pub issuer: String,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where our public keys are.
    pub jwks_uri: String,
    /// Every scope there is; a client gets those of its role.
    pub scopes_supported: Vec<&'static str>,
    /// None: no flow with a browser yet. RFC 8414 requires the member.
    pub response_types_supported: Vec<&'static str>,
    /// `client_credentials`.
    pub grant_types_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// For assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// For proofs.
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
}

impl Metadata {
    /// The document of `issuer`.
    pub fn of(issuer: &str) -> Metadata {
        let algs: Vec<_> = Alg::ALL.iter().map(|alg| alg.as_str()).collect();
        Metadata {
            issuer: issuer.to_owned(),
            token_endpoint: format!("{issuer}{TOKEN_PATH}"),
            jwks_uri: format!("{issuer}{JWKS_PATH}"),
            scopes_supported: Scope::ALL.iter().map(|scope| scope.as_str()).collect(),
            response_types_supported: Vec::new(),
            grant_types_supported: vec![GRANT_TYPE],
            token_endpoint_auth_methods_supported: vec!["private_key_jwt"],
            token_endpoint_auth_signing_alg_values_supported: algs.clone(),
            dpop_signing_alg_values_supported: algs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_names_no_weak_algorithm_and_no_secret() {
        let text = serde_json::to_string(&Metadata::of("https://broker.example")).unwrap();
        assert!(text.contains(r#""token_endpoint":"https://broker.example/oauth/token""#));
        assert!(text.contains(r#""dpop_signing_alg_values_supported":["ES256","EdDSA","PS256"]"#));
        for weak in ["none", "HS256", "RS256", "client_secret"] {
            assert!(!text.contains(weak), "{weak}");
        }
    }
}
