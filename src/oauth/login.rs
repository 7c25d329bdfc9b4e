//! Login at the operator's identity provider: OpenID Connect Core 1.0, the code flow with PKCE, state, nonce and RFC 9207. A login is always
//! a new one (`max_age=0`), for it also resets what only its owner may reset.
//!
//! Deliberately absent: HTTP (`Fetch` is an argument), who is enrolled, and the provider's tokens, which are dropped here and kept nowhere.
use super::client::ClientKey;
use super::form::ASSERTION_TYPE;
use crate::crypt::jose::SecureRandom;
use crate::domain::rng::{Rng, bytes};
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, MINUTE_US};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openidconnect::core::*;
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthenticationContextClass, AuthenticationFlow,
    AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl,
    RequestTokenError, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long a login may take, µs.
pub const LOGIN_US: i64 = 10 * MINUTE_US;
/// How long what a provider says of itself is remembered, µs.
const HELD_US: i64 = 10 * MINUTE_US;
/// How far the provider's clock may be behind ours, µs.
const SLACK_US: i64 = MINUTE_US;

/// A request to the provider, and its answer.
pub use openidconnect::{HttpRequest as Request, HttpResponse as Response};

/// The provider was not reached.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unreached(pub String);

/// Sends one request to the provider; follows no redirect.
pub type Fetch = dyn Fn(Request) -> Result<Response, Unreached> + Send + Sync;

/// How we prove ourselves to the provider.
#[derive(Debug)]
pub enum Proof {
    /// `client_secret_basic`.
    Secret(Zeroizing<String>),
    /// `private_key_jwt`.
    Key(Box<ClientKey>),
}

/// What the operator says of the provider.
#[derive(Debug)]
pub struct Trust {
    /// Issuer, to the byte.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// How we prove it.
    pub proof: Proof,
    /// The claim that holds the subscriber's reference.
    pub claim: String,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// Authentication contexts of which one is wanted.
    pub acr: Vec<String>,
    /// Authentication methods of which one is wanted.
    pub amr: Vec<String>,
}

/// Why nobody is logged in. No value of a token is in it.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The provider does not answer as it should.
    #[error("the identity provider: {0}")]
    Provider(String),
    /// The answer proves nobody.
    #[error("the login is refused: {0}")]
    Refused(&'static str),
}

/// A login under way; sealed, it waits in the browser that began it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// Comes back with the answer, once.
    pub state: String,
    nonce: String,
    verifier: String,
    begun: At,
    /// When it ends.
    pub until: At,
}

/// What the browser brings back.
#[derive(Debug, Clone, Default)]
pub struct Returned {
    /// The code.
    pub code: Option<String>,
    /// The state.
    pub state: Option<String>,
    /// The issuer, by RFC 9207.
    pub iss: Option<String>,
}

/// Whom a login proves.
#[derive(Debug)]
pub struct Proven {
    /// The operator's reference to him.
    pub reference: Reference,
    /// In a way that the operator named: it stands for both factors.
    pub strongly: bool,
}

/// All claims beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Others {
    #[serde(flatten)]
    all: Map<String, Value>,
}
impl AdditionalClaims for Others {}

/// What a provider says of itself beside discovery's own members.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Says {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Says {}

type Metadata = ProviderMetadata<
    Says,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Ready = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Logins at one provider.
pub struct Login {
    trust: Trust,
    fetch: Arc<Fetch>,
    system: Arc<dyn SecureRandom + Send + Sync>,
    held: Mutex<Option<(At, Metadata)>>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "login({})", self.trust.issuer)
    }
}

impl Login {
    /// Logins at the provider that the operator trusts.
    pub fn new(trust: Trust, fetch: Arc<Fetch>, system: Arc<dyn SecureRandom + Send + Sync>) -> Login {
        Login { trust, fetch, system, held: Mutex::new(None) }
    }

    /// Asks the provider what it says of itself, and checks it.
    ///
    /// # Errors
    /// `Provider`.
    pub fn discover(&self) -> Result<(), LoginError> {
        self.ask().map(|_| ())
    }

    /// Begins a login that ends at `back`: where the browser goes, and what it keeps meanwhile.
    ///
    /// # Errors
    /// `Provider`.
    pub fn begin(&self, back: &str, rng: &dyn Rng, now: At) -> Result<(String, Attempt), LoginError> {
        let client = self.client(&self.metadata(now)?, back)?;
        let [state, nonce, verifier] = [0; 3].map(|_| URL_SAFE_NO_PAD.encode(bytes::<32>(rng)));
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let (shown_state, shown_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, move || shown_state, move || shown_nonce)
            .add_scopes(self.trust.scopes.iter().cloned().map(Scope::new))
            .set_max_age(Duration::ZERO)
            .set_pkce_challenge(challenge);
        for acr in &self.trust.acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        let (address, _, _) = request.url();
        let until = now.plus(LOGIN_US);
        Ok((address.into(), Attempt { state, nonce, verifier, begun: now, until }))
    }

    /// Whom the provider's answer proves.
    ///
    /// # Errors
    /// `Refused` whatever is wrong with the answer, `Provider` when the provider does not answer.
    pub fn end(
        &self,
        attempt: Attempt,
        returned: &Returned,
        back: &str,
        now: At,
    ) -> Result<Proven, LoginError> {
        if now >= attempt.until || returned.state.as_ref() != Some(&attempt.state) {
            return Err(LoginError::Refused("the state is not this browser's, or too old"));
        }
        let metadata = self.metadata(now)?;
        let must = metadata.additional_metadata().authorization_response_iss_parameter_supported;
        if returned.iss.as_ref().map_or(must, |iss| *iss != self.trust.issuer) {
            return Err(LoginError::Refused("the answer is of another issuer"));
        }
        let code = returned.code.clone().ok_or(LoginError::Refused("the provider gives no code"))?;
        let (client, http) = (self.client(&metadata, back)?, self.http());
        let mut exchange = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|e| LoginError::Provider(e.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier));
        if let Proof::Key(key) = &self.trust.proof {
            let signed = key.assertion(self.system.as_ref(), &self.trust.issuer, now);
            let signed = signed.map_err(|_| LoginError::Provider("our key does not sign".to_owned()))?;
            exchange = exchange
                .add_extra_param("client_assertion_type", ASSERTION_TYPE)
                .add_extra_param("client_assertion", signed);
        }
        let tokens = exchange.request(&http).map_err(|e| match e {
            RequestTokenError::Request(e) => LoginError::Provider(e.to_string()),
            _ => LoginError::Refused("the code is not taken for tokens"),
        })?;
        let token = tokens.id_token().ok_or(LoginError::Refused("there is no ID token"))?;
        let verifier =
            client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || chrono(now));
        let claims = token.claims(&verifier, &Nonce::new(attempt.nonce)).map_err(|_| {
            // The provider may have changed its keys since it was asked.
            *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
            LoginError::Refused("the ID token does not verify")
        })?;
        let since = chrono(attempt.begun.plus(-SLACK_US));
        if claims.auth_time().is_none_or(|at| at < since) {
            return Err(LoginError::Refused("nobody was authenticated for this login"));
        }
        let mut said = members(claims)?;
        let strongly = self.strongly(&said)?;
        if !said.contains_key(&self.trust.claim) {
            let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()));
            let request = request.map_err(|e| LoginError::Provider(e.to_string()))?;
            let told: UserInfoClaims<Others, CoreGenderClaim> =
                request.request(&http).map_err(|_| LoginError::Refused("the user info does not verify"))?;
            said = members(&told)?;
        }
        Ok(Proven { reference: self.reference(&said)?, strongly })
    }

    /// Whether one of the ways that the operator named was used; refused when it named some and none was.
    fn strongly(&self, said: &Map<String, Value>) -> Result<bool, LoginError> {
        let Trust { acr, amr, .. } = &self.trust;
        let has =
            |named: &[String], value: &Value| value.as_str().is_some_and(|v| named.iter().any(|n| n == v));
        let by_context = said.get("acr").is_some_and(|v| has(acr, v));
        let by_method =
            said.get("amr").and_then(Value::as_array).is_some_and(|all| all.iter().any(|v| has(amr, v)));
        let (wanted, used) = (!acr.is_empty() || !amr.is_empty(), by_context || by_method);
        if wanted && !used {
            return Err(LoginError::Refused("none of the wanted `acr` and `amr` was used"));
        }
        Ok(used)
    }

    /// The reference in the claim. A number that the provider has not made sure of is nobody's.
    fn reference(&self, said: &Map<String, Value>) -> Result<Reference, LoginError> {
        let claim = &self.trust.claim;
        let verified = said.get(&format!("{claim}_verified"));
        if verified.map_or(claim == "phone_number", |v| *v != Value::Bool(true)) {
            return Err(LoginError::Refused("the claim is not verified"));
        }
        let text = said.get(claim).and_then(Value::as_str);
        text.and_then(Reference::parse).ok_or(LoginError::Refused("the claim holds no reference"))
    }

    fn metadata(&self, now: At) -> Result<Metadata, LoginError> {
        let held = |lock: &Mutex<Option<(At, Metadata)>>| {
            let held = lock.lock().unwrap_or_else(PoisonError::into_inner).clone();
            held.filter(|(since, _)| (0..HELD_US).contains(&now.since(*since))).map(|(_, metadata)| metadata)
        };
        if let Some(metadata) = held(&self.held) {
            return Ok(metadata);
        }
        let metadata = self.ask()?;
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn ask(&self) -> Result<Metadata, LoginError> {
        let wrong = |e: &dyn std::fmt::Display| LoginError::Provider(format!("{}: {e}", self.trust.issuer));
        let issuer = IssuerUrl::new(self.trust.issuer.clone()).map_err(|e| wrong(&e))?;
        let metadata = Metadata::discover(&issuer, &self.http()).map_err(|e| wrong(&chain(&e)))?;
        if metadata.token_endpoint().is_none() {
            return Err(wrong(&"it names no token endpoint"));
        }
        Ok(metadata)
    }

    fn client(&self, metadata: &Metadata, back: &str) -> Result<Ready, LoginError> {
        let secret = match &self.trust.proof {
            Proof::Secret(secret) => Some(ClientSecret::new(secret.as_str().to_owned())),
            Proof::Key(_) => None,
        };
        let back = RedirectUrl::new(back.to_owned()).map_err(|e| LoginError::Provider(e.to_string()))?;
        let id = ClientId::new(self.trust.client_id.clone());
        Ok(Client::from_provider_metadata(metadata.clone(), id, secret).set_redirect_uri(back))
    }

    fn http(&self) -> impl Fn(HttpRequest) -> Result<HttpResponse, Unreached> + '_ {
        |request| (self.fetch)(request)
    }
}

/// What an ID token may be signed with: keys of the provider's, never a secret that we share, never nothing.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

fn chrono(at: At) -> DateTime<Utc> {
    DateTime::from_timestamp(at.unix_s(), 0).unwrap_or_default()
}

fn members<C: Serialize>(claims: &C) -> Result<Map<String, Value>, LoginError> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(LoginError::Refused("the claims are no object")),
    }
}

/// An error with what caused it.
fn chain(e: &dyn std::error::Error) -> String {
    let mut text = e.to_string();
    let mut cause = e.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
