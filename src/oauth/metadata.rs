//! What the two servers say of themselves: the authorization server (RFC 8414) and the resource it guards (RFC 9728). Deliberately absent:
//! anything of OpenID, for no ID token is made here.
use super::audience::Audience;
use super::pkce::METHOD;
use super::token_request::GRANTS;
use crate::crypt::jose::Alg;
use crate::crypt::signing::CACHED_S;
use crate::domain::link::Wanted;
use serde::Serialize;

/// What an assistant asks for that does not say what: the least that is of use to it. More is asked for when it is needed.
pub const USUAL: &str = "context:read dpv:ProvidePersonalisedRecommendations location.label location.zone mobility.next_place usage.interest";
/// Path of the token endpoint under the issuer.
pub const TOKEN_PATH: &str = "/oauth/token";
/// Path of the public keys under the issuer.
pub const JWKS_PATH: &str = "/oauth/jwks";
/// Path of the public keys of receipts of whatever age under the issuer.
pub const RECEIPT_KEYS_PATH: &str = "/oauth/jwks/receipts";
/// How long the public keys may be kept, s.
pub const JWKS_AGE_S: i64 = CACHED_S;
/// Path under the issuer where authorization requests are pushed.
pub const PUSH_PATH: &str = "/oauth/par";
/// Path under the issuer where browsers are sent to.
pub const AUTHORIZE_PATH: &str = "/oauth/authorize";
/// Path under the issuer where tokens are ended.
pub const REVOKE_PATH: &str = "/oauth/revoke";
/// Path under the issuer where subscribers are asked out of band.
pub const BACKCHANNEL_PATH: &str = "/oauth/backchannel";
/// Path under the issuer where a client asks what its tokens are worth.
pub const INTROSPECT_PATH: &str = "/oauth/introspect";
/// Path under the issuer of what the resource says of itself.
pub const RESOURCE_PATH: &str = "/.well-known/oauth-protected-resource";

fn algs() -> Vec<&'static str> {
    Alg::ALL.iter().map(|alg| alg.as_str()).collect()
}

/// The document of the authorization server. `issuer` is byte for byte what tokens and assertions name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The issuer URL, without a slash at the end.
    pub issuer: String,
    /// Where browsers are sent to.
    pub authorization_endpoint: String,
    /// Where what they are sent for is pushed before.
    pub pushed_authorization_request_endpoint: String,
    /// Not of a hosted client; of every other, always.
    pub require_pushed_authorization_requests: bool,
    /// Where tokens are asked for.
    pub token_endpoint: String,
    /// Where they are ended.
    pub revocation_endpoint: String,
    /// Where a client asks what its own are worth.
    pub introspection_endpoint: String,
    /// Where our public keys are.
    pub jwks_uri: String,
    /// What an assistant begins with: hosts ask for all that they find here. What else there is stands in the API's document.
    pub scopes_supported: Vec<&'static str>,
    /// What can be asked of a subscriber (RFC 9396 section 10).
    pub authorization_details_types_supported: Vec<&'static str>,
    /// `code`.
    pub response_types_supported: Vec<&'static str>,
    /// `query`.
    pub response_modes_supported: Vec<&'static str>,
    /// All of them.
    pub grant_types_supported: Vec<&'static str>,
    /// `S256`.
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// Every answer that a browser brings back says whose it is (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// `private_key_jwt`, and `none` for hosted clients that have no key.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// For assertions.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// For assertions.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// For assertions.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// Where subscribers are asked out of band (OpenID CIBA).
    pub backchannel_authentication_endpoint: String,
    /// `poll`.
    pub backchannel_token_delivery_modes_supported: Vec<&'static str>,
    /// The subscriber proves himself, on his pages.
    pub backchannel_user_code_parameter_supported: bool,
    /// For proofs.
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    /// Whether a client that shows a certificate and no proof gets tokens that are bound to it (RFC 8705 section 3.3).
    pub tls_client_certificate_bound_access_tokens: bool,
    /// A client may name itself by the address of its metadata; the operator reads that when he registers it.
    pub client_id_metadata_document_supported: bool,
    /// The resources whose tokens are given here.
    pub protected_resources: Vec<String>,
}

impl Metadata {
    /// The document of `issuer`, which takes `certificates` or not.
    pub fn of(issuer: &str, certificates: bool) -> Metadata {
        let at = |path: &str| format!("{issuer}{path}");
        let method = || vec!["private_key_jwt"];
        Metadata {
            issuer: issuer.to_owned(),
            authorization_endpoint: at(AUTHORIZE_PATH),
            pushed_authorization_request_endpoint: at(PUSH_PATH),
            require_pushed_authorization_requests: false,
            token_endpoint: at(TOKEN_PATH),
            revocation_endpoint: at(REVOKE_PATH),
            introspection_endpoint: at(INTROSPECT_PATH),
            jwks_uri: at(JWKS_PATH),
            scopes_supported: USUAL.split(' ').collect(),
            authorization_details_types_supported: vec![Wanted::TYPE],
            response_types_supported: vec!["code"],
            response_modes_supported: vec!["query"],
            grant_types_supported: GRANTS.to_vec(),
            code_challenge_methods_supported: vec![METHOD],
            authorization_response_iss_parameter_supported: true,
            token_endpoint_auth_methods_supported: vec!["private_key_jwt", "none"],
            token_endpoint_auth_signing_alg_values_supported: algs(),
            revocation_endpoint_auth_methods_supported: method(),
            revocation_endpoint_auth_signing_alg_values_supported: algs(),
            introspection_endpoint_auth_methods_supported: method(),
            introspection_endpoint_auth_signing_alg_values_supported: algs(),
            backchannel_authentication_endpoint: at(BACKCHANNEL_PATH),
            backchannel_token_delivery_modes_supported: vec!["poll"],
            backchannel_user_code_parameter_supported: false,
            dpop_signing_alg_values_supported: algs(),
            tls_client_certificate_bound_access_tokens: certificates,
            client_id_metadata_document_supported: true,
            protected_resources: Audience::ALL.map(|audience| audience.url(issuer)).to_vec(),
        }
    }
}

/// The document of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// The resource, which is the audience of its tokens.
    pub resource: String,
    /// Who gives them.
    pub authorization_servers: Vec<String>,
    /// What a recipient needs; the least of it.
    pub scopes_supported: Vec<&'static str>,
    /// How a token is sent.
    pub bearer_methods_supported: Vec<&'static str>,
    /// Not of a hosted client; of every other, always.
    pub dpop_bound_access_tokens_required: bool,
    /// For proofs.
    pub dpop_signing_alg_values_supported: Vec<&'static str>,
    /// Whether a token may be bound to a certificate instead.
    pub tls_client_certificate_bound_access_tokens: bool,
    /// What can be asked of a subscriber.
    pub authorization_details_types_supported: Vec<&'static str>,
}

impl Resource {
    /// The document of a resource of `issuer`, which takes `certificates` or not.
    pub fn of(audience: Audience, issuer: &str, certificates: bool) -> Resource {
        Resource {
            resource: audience.url(issuer),
            authorization_servers: vec![issuer.to_owned()],
            scopes_supported: USUAL.split(' ').collect(),
            bearer_methods_supported: vec!["header"],
            dpop_bound_access_tokens_required: false,
            dpop_signing_alg_values_supported: algs(),
            tls_client_certificate_bound_access_tokens: certificates,
            authorization_details_types_supported: vec![Wanted::TYPE],
        }
    }
}

/// What a challenge says beside itself: where the resource tells how to get a token (RFC 9728 sections 3.1 and 5.1).
pub fn pointer(audience: Audience, issuer: &str) -> String {
    format!("resource_metadata=\"{issuer}{RESOURCE_PATH}{}\"", audience.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_name_no_weak_algorithm_and_no_secret() {
        let issuer = "https://broker.example";
        let server = serde_json::to_string(&Metadata::of(issuer, true)).unwrap();
        let resource = serde_json::to_string(&Resource::of(Audience::Mcp, issuer, true)).unwrap();
        assert_eq!(server.matches("none").count(), 1, "of the ways in which a client proves itself");
        assert!(server.contains(r#""token_endpoint":"https://broker.example/oauth/token""#));
        for text in [&server, &resource] {
            assert!(text.contains(r#""dpop_signing_alg_values_supported":["ES256","EdDSA","PS256"]"#));
            for weak in ["HS256", "RS256", "client_secret", "plain", "implicit", "id_token"] {
                assert!(!text.contains(weak), "{weak}");
            }
        }
    }
}
