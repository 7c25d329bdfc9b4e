//! What the ledger records. A leaf holds codes and a salted commitment; the record behind it is sealed beside the log.
use super::id::RecipientId;
use super::purpose::Purpose;
use super::subscriber::Jurisdiction;
use super::time::At;
use serde::{Deserialize, Serialize};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Context left, or a request was refused; the leaf does not tell which.
    Request,
    /// A subscriber granted, refused, paused, resumed or withdrew.
    Consent,
    /// A feed chunk was folded.
    Feed,
    /// The operator changed a recipient, a notice or a policy set.
    Operation,
    /// A recipient stated what became of what it was asked to delete.
    Purge,
    /// A regulator took an export.
    Export,
    /// Somebody looked into a console.
    Look,
    /// A rescue agency asked where somebody is.
    Emergency,
    /// People were counted.
    Count,
    /// Entries were numbered among those of the same subscriber and recipient.
    Tally,
    /// Records were erased; their leaves stay.
    Erasure,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 11] = [
        Kind::Request,
        Kind::Consent,
        Kind::Feed,
        Kind::Operation,
        Kind::Purge,
        Kind::Export,
        Kind::Look,
        Kind::Emergency,
        Kind::Count,
        Kind::Tally,
        Kind::Erasure,
    ];

    /// The word in leaves.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Request => "request",
            Kind::Consent => "consent",
            Kind::Feed => "feed",
            Kind::Operation => "operation",
            Kind::Purge => "purge",
            Kind::Export => "export",
            Kind::Look => "look",
            Kind::Emergency => "emergency",
            Kind::Count => "count",
            Kind::Tally => "tally",
            Kind::Erasure => "erasure",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// The non-personal part of an entry, canonical JSON in the log. No subject tag, not even a keyed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    /// Format version, 1.
    pub v: u8,
    /// What happened.
    pub kind: Kind,
    /// Whose law the record is kept under.
    pub jurisdiction: Jurisdiction,
    /// The recipient concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient: Option<RecipientId>,
    /// The purpose concerned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub purpose: Option<Purpose>,
    /// SHA-256 of the policy set in force, hex.
    pub policy: String,
    /// Hour of the event, µs, rounded down.
    pub hour: At,
    /// SHA-256("dongui/v1/record" || salt || JCS(record)), hex.
    pub commitment: String,
}
