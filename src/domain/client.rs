//! Who may call: OAuth clients and their roles. Deliberately absent: keys in parsed form (`crypt::jose`), scopes (`oauth::scope`).
use super::id::RecipientId;
use super::link::RedirectUri;
use super::recipient::Assurance;
use serde::{Deserialize, Serialize};

/// What a client is to the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The operator's own systems.
    Operator,
    /// A source of events.
    Feed,
    /// A supervisory authority.
    Regulator,
    /// An AI provider.
    Recipient,
    /// A rescue agency, which may ask where somebody is whose life is in danger, and nothing else.
    Rescue,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 5] = [Role::Operator, Role::Feed, Role::Regulator, Role::Recipient, Role::Rescue];

    /// The word used in rows and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Feed => "feed",
            Role::Regulator => "regulator",
            Role::Recipient => "recipient",
            Role::Rescue => "rescue",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// What a client's assertions must name as their audience; the one is refused where the other is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AudienceProfile {
    /// The issuer, as FAPI 2.0 wants it.
    #[default]
    Fapi,
    /// The whole URL of the endpoint that the assertion is sent to, as CAMARA wants it.
    Camara,
}

impl AudienceProfile {
    /// The word used in rows and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            AudienceProfile::Fapi => "fapi",
            AudienceProfile::Camara => "camara",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<AudienceProfile> {
        [AudienceProfile::Fapi, AudienceProfile::Camara].into_iter().find(|p| p.as_str() == text)
    }
}

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// Its `client_id`, chosen by the operator.
    pub id: String,
    /// What it is.
    pub role: Role,
    /// Whose client it is; set for the role `recipient` and no other.
    pub recipient: Option<RecipientId>,
    /// How strongly it proves itself; `hosted` is for the role `recipient` only.
    #[serde(default)]
    pub assurance: Assurance,
    /// What its assertions name as their audience.
    #[serde(default)]
    pub audience_profile: AudienceProfile,
    /// Its public keys, a JWK set as JSON text; a hosted client may have none.
    pub jwks: String,
    /// Where it has browsers sent back to; none for a client that links nobody.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
}

impl Client {
    /// The address as it is registered, or for a hosted client the same address of another port of this machine (RFC 8252 section 7.3).
    pub fn sends_back_to(&self, address: &str) -> Option<RedirectUri> {
        let asked = RedirectUri::parse(address)?;
        let hosted = self.assurance == Assurance::Hosted;
        let fits = |uri: &RedirectUri| *uri == asked || (hosted && uri.is_near_and_like(&asked));
        self.redirect_uris.iter().any(fits).then_some(asked)
    }

    /// Whether nothing but its name proves it: its requests come over a browser, and only who began one can end it (PKCE).
    pub fn is_public(&self) -> bool {
        self.assurance == Assurance::Hosted && self.jwks.is_empty()
    }
}
