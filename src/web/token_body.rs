//! The forms and answers of the authorization server as the OpenAPI document describes them; what is read is `oauth`'s.
use serde_json::Value;
use utoipa::ToSchema;

/// A token request, RFC 6749 with RFC 7523 client authentication.
#[derive(Debug, ToSchema)]
pub struct TokenRequestBody {
    /// One of `grant_types_supported` in the metadata.
    pub grant_type: String,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// JWT signed by the client: `iss` = `sub` = client id, `aud` = the issuer, `exp` within 300 s, `jti`.
    pub client_assertion: String,
    /// Fewer scopes than the role has.
    #[schema(required = false)]
    pub scope: Option<String>,
    /// With `authorization_code`: what the browser brought back, good once and for 60 s.
    #[schema(required = false)]
    pub code: Option<String>,
    /// With `authorization_code`: where it was brought back to.
    #[schema(required = false)]
    pub redirect_uri: Option<String>,
    /// With `authorization_code`: what the challenge was made of (RFC 7636).
    #[schema(required = false)]
    pub code_verifier: Option<String>,
    /// With `refresh_token`: the last one, good once.
    #[schema(required = false)]
    pub refresh_token: Option<String>,
    /// With `urn:dongui:grant-type:link-code`: what the subscriber said or typed.
    #[schema(required = false, example = "7K0Q-1ZBA")]
    pub link_code: Option<String>,
    /// With `urn:openid:params:grant-type:ciba`: what the back channel answered.
    #[schema(required = false)]
    pub auth_req_id: Option<String>,
    /// With `urn:ietf:params:oauth:grant-type:jwt-bearer`: JWT signed by the client: `iss` = client id, `sub` = pseudonym, `aud` = this address,
    /// `iat`, `exp` within 300 s, `jti`, `scope`.
    #[schema(required = false)]
    pub assertion: Option<String>,
}

/// A token.
#[derive(Debug, ToSchema)]
pub struct TokenAnswer {
    /// RFC 9068 access token.
    pub access_token: String,
    /// `DPoP`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: u32,
    /// Scopes given.
    pub scope: String,
    /// What a subscriber allowed of what was asked (RFC 9396).
    #[schema(required = false, value_type = Vec<Object>)]
    pub authorization_details: Option<Value>,
    /// For the next token about him.
    #[schema(required = false)]
    pub refresh_token: Option<String>,
}

/// An authorization request, RFC 9126 with RFC 7636 and RFC 9396.
#[derive(Debug, ToSchema)]
pub struct PushBody {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// As at the token endpoint.
    pub client_assertion: String,
    /// `code`.
    pub response_type: String,
    /// One of those that the client is registered with, letter by letter.
    pub redirect_uri: String,
    /// Brought back as it is.
    #[schema(required = false, max_length = 512)]
    pub state: Option<String>,
    /// SHA-256 of the verifier, base64url.
    #[schema(min_length = 43, max_length = 43)]
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
    /// Thumbprint of the key that must redeem the code (RFC 9449 section 10); a `DPoP` header says the same.
    #[schema(required = false, min_length = 43, max_length = 43)]
    pub dpop_jkt: Option<String>,
    /// One detail of type `urn:dongui:context` in a JSON array: `purpose`, `categories` with the finest `precision` asked of each, `days` at most.
    #[schema(required = false)]
    pub authorization_details: Option<String>,
    /// Or the same in coarse words: exactly one `dpv:` purpose, and categories.
    #[schema(
        required = false,
        example = "dpv:ProvidePersonalisedRecommendations location.zone mobility.next_place"
    )]
    pub scope: Option<String>,
}

/// A reference to it.
#[derive(Debug, ToSchema)]
pub struct PushAnswer {
    /// What the browser brings to `/oauth/authorize`, with `client_id`.
    pub request_uri: String,
    /// How long it may take to come, seconds.
    pub expires_in: u32,
}

/// A back-channel request, OpenID CIBA.
#[derive(Debug, ToSchema)]
pub struct AskBody {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// As at the token endpoint.
    pub client_assertion: String,
    /// The client's pseudonym of the subscriber.
    #[schema(min_length = 22)]
    pub login_hint: String,
    /// What the assistant shows too: letters, digits, blanks, `-` and `#`.
    #[schema(required = false, max_length = 40)]
    pub binding_message: Option<String>,
    /// How long the subscriber has, seconds; 60 to 600, 300 if absent.
    #[schema(required = false)]
    pub requested_expiry: Option<String>,
    /// As at `/oauth/par`.
    #[schema(required = false)]
    pub authorization_details: Option<String>,
    /// Or the same in coarse words: exactly one `dpv:` purpose, and categories.
    #[schema(
        required = false,
        example = "openid dpv:ProvidePersonalisedRecommendations location.zone mobility.next_place"
    )]
    pub scope: Option<String>,
}

/// A reference to it.
#[derive(Debug, ToSchema)]
pub struct AskAnswer {
    /// What the client polls with.
    pub auth_req_id: String,
    /// How long the subscriber has, seconds.
    pub expires_in: u32,
    /// Between two polls, at least, seconds.
    pub interval: u32,
}

/// A token that a client shows.
#[derive(Debug, ToSchema)]
pub struct ShownBody {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: String,
    /// As at the token endpoint.
    pub client_assertion: String,
    /// An access token or a refresh token.
    pub token: String,
}

/// What a token is worth.
#[derive(Debug, ToSchema)]
pub struct IntrospectionAnswer {
    /// Whether it is worth anything; alone when it is not, whatever the cause.
    pub active: bool,
    /// About whom.
    #[schema(required = false)]
    pub sub: Option<String>,
    /// Whose token.
    #[schema(required = false)]
    pub client_id: Option<String>,
    /// The link that it was given for.
    #[schema(required = false)]
    pub grant_id: Option<String>,
    /// What it reaches.
    #[schema(required = false, value_type = Vec<Object>)]
    pub authorization_details: Option<Value>,
    /// Until when, seconds since 1970.
    #[schema(required = false)]
    pub exp: Option<i64>,
}

/// An RFC 6749 error.
#[derive(Debug, ToSchema)]
pub struct TokenProblem {
    /// The code.
    pub error: String,
    /// In words.
    pub error_description: String,
}
