//! Whom the ids of a bundle stand for, as they are registered when it is made, and by which rule data may go to them. Deliberately absent: subscribers.
use crate::domain::category::{Category, Precision};
use crate::domain::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// The operator and the recipients.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parties {
    /// Public address of the operator's broker.
    pub operator: String,
    /// The operator's home country, ISO 3166-1 alpha-2.
    pub home: String,
    /// Its data protection officer, name and address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub officer: Option<String>,
    /// By id.
    pub recipients: Vec<Party>,
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it processes data, ISO 3166-1 alpha-2.
    pub country: String,
    /// What it may receive at most, and for how long it may hold it, for each purpose.
    pub ceilings: Vec<Ceiling>,
    /// By which rule of each home country it may receive.
    pub transfers: Vec<Transfer>,
}

/// What a recipient may receive at most for a purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ceiling {
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// How fine at most.
    pub precision: Precision,
}

/// The rule by which data may go to a recipient, or that none lets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Home country of subscribers.
    pub home: String,
    /// The ground, such as `adequacy`; `none` where it may not receive.
    pub basis: String,
    /// The rule.
    pub citation: String,
}

impl Party {
    /// On which ground data of each home country goes to it, in one line.
    pub(super) fn grounds(&self) -> String {
        let of = |t: &Transfer| match t.citation.as_str() {
            "" => format!("{}: {}", t.home, t.basis),
            citation => format!("{}: {} ({citation})", t.home, t.basis),
        };
        self.transfers.iter().map(of).collect::<Vec<_>>().join("; ")
    }
}

impl Parties {
    /// Canonical JSON.
    pub fn bytes(&self) -> Vec<u8> {
        // INVARIANT: words always serialise.
        serde_jcs::to_vec(self).unwrap_or_default()
    }

    /// The name of a recipient.
    pub fn name(&self, id: &str) -> Option<&str> {
        self.find(id).map(|party| party.name.as_str())
    }

    pub(super) fn find(&self, id: &str) -> Option<&Party> {
        self.recipients.iter().find(|party| party.id == id)
    }

    /// Name, or the id of one that is not registered any more.
    pub(super) fn named(&self, id: &str) -> String {
        self.name(id).unwrap_or(id).to_owned()
    }
}
