//! Who may call: OAuth clients and their roles. Deliberately absent: keys in parsed form (`crypt::jose`), scopes (`oauth::scope`).
use super::id::RecipientId;
use super::link::RedirectUri;
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
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Operator, Role::Feed, Role::Regulator, Role::Recipient];

    /// The word used in rows and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Feed => "feed",
            Role::Regulator => "regulator",
            Role::Recipient => "recipient",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
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
    /// Its public keys, a JWK set as JSON text.
    pub jwks: String,
    /// Where it has browsers sent back to; none for a client that links nobody.
    #[serde(default)]
    pub redirect_uris: Vec<RedirectUri>,
}
