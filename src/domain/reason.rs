//! Why not: the closed list. Every reason maps to one of the words a recipient may hear.
use serde::{Deserialize, Serialize};

/// The true reason, for the subscriber and the ledger's sealed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Never granted, or refused, or withdrawn: the recipient was told each of these.
    NotGranted,
    /// The grant's end has passed.
    Expired,
    /// Granted, for another purpose.
    PurposeMismatch,
    /// The client's assurance is too low for the category.
    AssuranceTooLow,
    /// The subscriber paused the recipient.
    Paused,
    /// Too few people alike.
    CrowdTooSmall,
    /// A sensitive place.
    SensitivePlace,
    /// A minor.
    Minor,
    /// Nothing is known.
    NoData,
    /// Nobody behind the pseudonym.
    UnknownSubject,
    /// The country's rule forbids the transfer.
    Residency,
    /// No policy permits it.
    NotPermitted,
    /// Neither contract nor purpose reaches the category.
    CeilingTooLow,
    /// The epoch's budget is spent.
    BudgetSpent,
    /// The subscriber allowed other hours of the day.
    OutsideHours,
    /// The subscriber allowed no more answers in this period.
    QuotaSpent,
    /// Who allowed it for the subscriber may speak for him no longer.
    Lapsed,
    /// The owner of the line forbids it.
    Blocked,
    /// The subscriber never shares the place.
    NeverPlace,
    /// The subscriber never shares anything at that hour.
    NeverHours,
    /// An authority or the operator has stopped it.
    Stopped,
}

/// What a recipient may hear (promise 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// No grant.
    NotGranted,
    /// The grant ended.
    Expired,
    /// Another purpose was granted.
    PurposeMismatch,
    /// Assurance too low.
    AssuranceTooLow,
    /// Everything that would tell something about the person.
    NotAvailable,
}

impl Withheld {
    /// All of them.
    pub const ALL: [Withheld; 5] = [
        Withheld::NotGranted,
        Withheld::Expired,
        Withheld::PurposeMismatch,
        Withheld::AssuranceTooLow,
        Withheld::NotAvailable,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Withheld::NotGranted => "not_granted",
            Withheld::Expired => "expired",
            Withheld::PurposeMismatch => "purpose_mismatch",
            Withheld::AssuranceTooLow => "assurance_too_low",
            Withheld::NotAvailable => "not_available",
        }
    }
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 21] = [
        Reason::NotGranted,
        Reason::Expired,
        Reason::PurposeMismatch,
        Reason::AssuranceTooLow,
        Reason::Paused,
        Reason::CrowdTooSmall,
        Reason::SensitivePlace,
        Reason::Minor,
        Reason::NoData,
        Reason::UnknownSubject,
        Reason::Residency,
        Reason::NotPermitted,
        Reason::CeilingTooLow,
        Reason::BudgetSpent,
        Reason::OutsideHours,
        Reason::QuotaSpent,
        Reason::Lapsed,
        Reason::Blocked,
        Reason::NeverPlace,
        Reason::NeverHours,
        Reason::Stopped,
    ];

    /// The uniform word for the recipient: only what it knows anyway of its own grants.
    pub fn told(self) -> Withheld {
        match self {
            Reason::NotGranted => Withheld::NotGranted,
            Reason::Expired => Withheld::Expired,
            Reason::PurposeMismatch => Withheld::PurposeMismatch,
            Reason::AssuranceTooLow => Withheld::AssuranceTooLow,
            Reason::Paused
            | Reason::CrowdTooSmall
            | Reason::SensitivePlace
            | Reason::Minor
            | Reason::NoData
            | Reason::UnknownSubject
            | Reason::Residency
            | Reason::NotPermitted
            | Reason::CeilingTooLow
            | Reason::BudgetSpent
            | Reason::OutsideHours
            | Reason::QuotaSpent
            | Reason::Lapsed
            | Reason::Blocked
            | Reason::NeverPlace
            | Reason::NeverHours
            | Reason::Stopped => Withheld::NotAvailable,
        }
    }

    /// Kebab-case code, as in policies (`@reason`) and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::NotGranted => "not-granted",
            Reason::Expired => "expired",
            Reason::PurposeMismatch => "purpose-mismatch",
            Reason::AssuranceTooLow => "assurance-too-low",
            Reason::Paused => "paused",
            Reason::CrowdTooSmall => "crowd-too-small",
            Reason::SensitivePlace => "sensitive-place",
            Reason::Minor => "minor",
            Reason::NoData => "no-data",
            Reason::UnknownSubject => "unknown-subject",
            Reason::Residency => "residency",
            Reason::NotPermitted => "not-permitted",
            Reason::CeilingTooLow => "ceiling-too-low",
            Reason::BudgetSpent => "budget-spent",
            Reason::OutsideHours => "outside-hours",
            Reason::QuotaSpent => "quota-spent",
            Reason::Lapsed => "lapsed",
            Reason::Blocked => "blocked",
            Reason::NeverPlace => "never-place",
            Reason::NeverHours => "never-hours",
            Reason::Stopped => "stopped",
        }
    }
    /// Reads the code.
    pub fn parse(text: &str) -> Option<Reason> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
    /// One sentence for the subscriber.
    pub fn sentence(self) -> &'static str {
        match self {
            Reason::NotGranted => "you have not allowed this",
            Reason::Expired => "your permission has ended",
            Reason::PurposeMismatch => "you allowed this for another purpose",
            Reason::AssuranceTooLow => "the recipient's way of proving itself is too weak for this",
            Reason::Paused => "you have paused this recipient",
            Reason::CrowdTooSmall => "too few people were in the same place at the same time",
            Reason::SensitivePlace => "the place is a sensitive one",
            Reason::Minor => "you are under age and a guardian has not allowed this",
            Reason::NoData => "nothing is known",
            Reason::UnknownSubject => "the recipient's pseudonym belongs to nobody",
            Reason::Residency => "the law keeps this data in the country",
            Reason::NotPermitted => "no policy permits this",
            Reason::CeilingTooLow => "neither the contract nor the purpose reaches this",
            Reason::BudgetSpent => "enough has been told for today",
            Reason::OutsideHours => "it is outside the hours that you allowed",
            Reason::QuotaSpent => "the answers that you allowed are used up",
            Reason::Lapsed => "who allowed this for you speaks for you no longer",
            Reason::Blocked => "the holder of the contract does not want this on the line",
            Reason::NeverPlace => "you never share this place",
            Reason::NeverHours => "you never share anything at this hour",
            Reason::Stopped => "an authority or your operator has stopped this",
        }
    }
}
