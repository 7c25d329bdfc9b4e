//! What somebody wishes of the registry, and who may. Deliberately absent: whether the registry's state knows it (`consent`).
use super::Failure;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Capture, Cell, Limits};
use crate::domain::id::RecipientId;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::time::At;
use crate::store::Stops;

/// What somebody answers to, or is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// The house showed it and signed that.
    Presented {
        /// The signed showing (`Broker::present`).
        token: String,
        /// The words of this question in it.
        notice: Notice,
    },
    /// Somebody says that these words were or will be said.
    Told(Notice),
}

impl Shown {
    /// The words.
    pub fn notice(&self) -> &Notice {
        match self {
            Shown::Presented { notice, .. } | Shown::Told(notice) => notice,
        }
    }
}

/// One decision of a subscriber.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// May have this.
    Allow {
        /// Who.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// How fine.
        precision: Precision,
        /// Until when.
        until: At,
        /// When in the day, and how often.
        limits: Limits,
        /// What was shown.
        shown: Shown,
    },
    /// May not have this, and is not to ask again.
    Refuse {
        /// Who.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// What was shown.
        shown: Shown,
    },
    /// Is asked for this.
    Request {
        /// Who asks.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// What is shown.
        shown: Shown,
    },
    /// Wants to answer later.
    Defer {
        /// Whom.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// What was shown.
        shown: Shown,
    },
    /// Hold back, give back, prolong or end everything that fits. What fits and does not know the act stays as it is, unless one
    /// cell is named.
    Change {
        /// Pause, resume, withdraw, renew, revoke or invalidate.
        act: Act,
        /// When a pause ends by itself, `None`: when it is resumed; to when a renewal prolongs. Of no meaning to the others.
        until: Option<At>,
        /// Only this recipient's; `None` for all.
        recipient: Option<RecipientId>,
        /// Only this purpose; `None` for all.
        purpose: Option<Purpose>,
        /// Only this category; `None` for all.
        category: Option<Category>,
    },
}

/// What an answer or a question is about: what is shown, to whom, what for, what.
type About<'w> = (&'w Shown, RecipientId, Purpose, Category);

impl Wish {
    /// What it is an answer to, or asks; `None` for what changes a grant.
    pub(super) fn answers(&self) -> Option<About<'_>> {
        match self {
            Wish::Allow { recipient, purpose, category, shown, .. }
            | Wish::Refuse { recipient, purpose, category, shown }
            | Wish::Request { recipient, purpose, category, shown }
            | Wish::Defer { recipient, purpose, category, shown } => {
                Some((shown, *recipient, *purpose, *category))
            }
            Wish::Change { .. } => None,
        }
    }

    /// Whether it would change what a cell holds.
    pub(super) fn changes(&self, cell: &Cell) -> bool {
        let Wish::Change { recipient, purpose, category, .. } = self else { return false };
        recipient.is_none_or(|r| r == cell.recipient)
            && purpose.is_none_or(|p| p == cell.purpose)
            && category.is_none_or(|c| c == cell.category)
    }

    /// The same, as the answer to what was shown.
    pub(super) fn show(&mut self, as_shown: Shown) {
        match self {
            Wish::Allow { shown, .. }
            | Wish::Refuse { shown, .. }
            | Wish::Request { shown, .. }
            | Wish::Defer { shown, .. } => *shown = as_shown,
            Wish::Change { .. } => {}
        }
    }

    /// When it is refused while the disk fills up: what ends or holds back is written to the last.
    pub(super) fn stops(&self) -> Stops {
        match self {
            Wish::Refuse { .. }
            | Wish::Change { act: Act::Pause | Act::Withdraw | Act::Revoke | Act::Invalidate, .. } => {
                Stops::Last
            }
            _ => Stops::Second,
        }
    }

    /// What it is, done by this actor: a yes that staff or a recipient writes down is none yet.
    pub(super) fn act(&self, actor: Actor) -> Act {
        match self {
            Wish::Allow { .. } if matches!(actor, Actor::Staff | Actor::Recipient) => Act::Capture,
            Wish::Allow { .. } => Act::Grant,
            Wish::Refuse { .. } => Act::Refuse,
            Wish::Request { .. } => Act::Request,
            Wish::Defer { .. } => Act::Defer,
            Wish::Change { act, .. } => *act,
        }
    }
}

/// Refuses what nobody may wish, or not this actor.
pub(super) fn check(by: Capture, wish: &Wish) -> Result<(), Failure> {
    let act = wish.act(by.actor);
    if !by.actor.may(act) {
        return Err(Failure::invalid("actor", format!("one who may `{}`", act.as_str())));
    }
    match wish {
        Wish::Allow { limits, .. } if !limits.is_whole() => Err(Failure::invalid(
            "limits",
            "hours that begin and end at different minutes, and one answer at least",
        )),
        _ => Ok(()),
    }
}
