//! OAuth clients: who may knock at a door of the API, and in which role.
use super::id::RecipientId;
use serde::{Deserialize, Serialize};

/// What a client is to the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The operator's own systems.
    Operator,
    /// A source of feeds.
    Feed,
    /// The regulator.
    Regulator,
    /// An AI provider.
    Recipient,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 4] = [Role::Operator, Role::Feed, Role::Regulator, Role::Recipient];
    /// Stored word.
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
    /// Its id.
    pub id: String,
    /// Its role.
    pub role: Role,
    /// For role `recipient`: which.
    pub recipient: Option<RecipientId>,
    /// Its public keys: a JWK Set, JSON.
    pub jwks: String,
}
