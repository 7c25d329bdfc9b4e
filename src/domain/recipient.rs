//! The AI provider as registered by the operator.
use super::category::{Category, Precision};
use super::id::RecipientId;
use super::purpose::Purpose;
use super::subscriber::Country;
use super::webhook::WebhookUrl;
use serde::{Deserialize, Serialize};

/// How strongly a recipient's client proves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// A hosted assistant: authorization code and bearer or DPoP.
    Hosted,
    /// Server to server: `private_key_jwt` and DPoP.
    Server,
}

/// A registered AI provider and the ceiling of its contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recipient {
    /// Internal id; also in ledger headers.
    pub id: RecipientId,
    /// Name shown to subscribers.
    pub name: String,
    /// Where it processes data.
    pub country: Country,
    /// Assurance level of its client.
    pub assurance: Assurance,
    /// Purposes it declared.
    pub purposes: Vec<Purpose>,
    /// Contract ceiling per category; absent means nothing.
    pub ceiling: Vec<(Category, Precision)>,
    /// Where it is told when a consent changes; absent means that it is told nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub webhook: Option<WebhookUrl>,
}

impl Recipient {
    /// The finest precision the contract allows for `category`.
    pub fn ceiling_for(&self, category: Category) -> Option<Precision> {
        self.ceiling.iter().find(|(c, _)| *c == category).map(|(_, p)| *p)
    }
}
