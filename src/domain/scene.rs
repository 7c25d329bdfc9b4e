//! Everything one decision may look at. No facts are in it.
use super::category::{Category, Precision};
use super::id::GrantId;
use super::purpose::Purpose;
use super::reason::Reason;
use super::recipient::Recipient;
use super::stop::Stop;
use super::subscriber::{AgeBand, Jurisdiction};
use super::time::At;

/// What the registry holds for one (subscriber, recipient, purpose, category).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A live grant.
    Live {
        /// Which.
        grant: GrantId,
        /// How fine.
        precision: Precision,
    },
    /// None, or refused, or withdrawn.
    Absent,
    /// Its end has passed.
    Expired,
    /// The subscriber paused it.
    Paused,
    /// A live grant, at another hour of the day.
    OutsideHours,
    /// A live grant, with no answer left in its period.
    QuotaSpent,
    /// A live grant exists, for another purpose.
    OtherPurpose,
    /// Who said yes for the subscriber may speak for him no longer.
    Lapsed,
    /// A minor said yes alone.
    Unguarded,
    /// The owner of the line forbids it.
    Blocked,
}

impl Standing {
    /// The grant and how fine it is.
    ///
    /// # Errors
    /// Why there is no live one.
    pub fn live(self) -> Result<(GrantId, Precision), Reason> {
        match self {
            Standing::Live { grant, precision } => Ok((grant, precision)),
            Standing::Absent => Err(Reason::NotGranted),
            Standing::Expired => Err(Reason::Expired),
            Standing::Paused => Err(Reason::Paused),
            Standing::OutsideHours => Err(Reason::OutsideHours),
            Standing::QuotaSpent => Err(Reason::QuotaSpent),
            Standing::OtherPurpose => Err(Reason::PurposeMismatch),
            Standing::Lapsed => Err(Reason::Lapsed),
            Standing::Unguarded => Err(Reason::Minor),
            Standing::Blocked => Err(Reason::Blocked),
        }
    }
}

/// One category of one request, with all that bears on it.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// Who asks.
    pub recipient: &'a Recipient,
    /// Home country of the subscriber: its pack decides.
    pub home: Jurisdiction,
    /// Age band.
    pub age: AgeBand,
    /// Whether the live grant is a guardian's.
    pub guardian: bool,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// The registry's word.
    pub standing: Standing,
    /// The stop order that covers it, if one does.
    pub stop: Option<&'a Stop>,
    /// When.
    pub now: At,
}
