//! The AI provider as registered by the operator.
use super::category::{Category, Precision};
use super::id::RecipientId;
use super::purpose::Purpose;
use super::subscriber::Country;
use super::time::At;
use super::webhook::WebhookUrl;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How strongly a recipient's client proves itself; the weaker stands first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Assurance {
    /// A hosted assistant: authorization code and bearer or DPoP.
    Hosted,
    /// Server to server: `private_key_jwt` and DPoP.
    #[default]
    Server,
}

impl Assurance {
    /// The word used in rows and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Assurance::Hosted => "hosted",
            Assurance::Server => "server",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Assurance> {
        [Assurance::Hosted, Assurance::Server].into_iter().find(|a| a.as_str() == text)
    }
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
    /// The most that is made of its clients' assurance.
    pub assurance: Assurance,
    /// Purposes it declared.
    pub purposes: Vec<Purpose>,
    /// Contract ceiling per category; absent means nothing.
    pub ceiling: Vec<(Category, Precision)>,
    /// Where it is told when a consent changes; absent means that it is told nothing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub webhook: Option<WebhookUrl>,
    /// Whether its word that a subscriber agreed is written down, to be confirmed by him, and its word that he no longer does is carried out.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub consent_management: bool,
    /// Its own words about what it does, as two people of the operator published them; at most one for each purpose.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub wordings: Vec<Wording>,
}

/// A recipient's own words about what it does for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// What for.
    pub purpose: Purpose,
    /// Counts its publications, from 1.
    pub edition: u32,
    /// The newest edition that changed what is done, not only how it is said.
    pub material: u32,
    /// Until when consents to what was done before still hold.
    pub grace_until: At,
    /// By language, BCP 47; always in English.
    pub texts: BTreeMap<String, String>,
}

impl Recipient {
    /// Its words for a purpose, where some were published.
    pub fn wording(&self, purpose: Purpose) -> Option<&Wording> {
        self.wordings.iter().find(|w| w.purpose == purpose)
    }

    /// The finest precision the contract allows for `category`.
    pub fn ceiling_for(&self, category: Category) -> Option<Precision> {
        self.ceiling.iter().find(|(c, _)| *c == category).map(|(_, p)| *p)
    }
}
