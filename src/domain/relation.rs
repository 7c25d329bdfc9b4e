//! Who answers for whom: guardians, delegates, owners of a line. Each relation lives from an instant to an instant, and whether it lives is
//! worked out whenever it is asked. Deliberately absent: names, and who the holder is (rows know, sealed).
use super::age::Majority;
use super::category::{Category, Precision};
use super::consent::Cell;
use super::id::{BlockId, RecipientId, RelationId, SubscriberId};
use super::time::At;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $(#[$of:meta] $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $(#[$of] $variant),+ }
        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant),+];
            /// Stored word.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
            /// Reads the word.
            pub fn parse(text: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|v| v.as_str() == text)
            }
        }
    };
}

words! {
    /// What one is to the other.
    RelationKind {
        /// Consents for a minor, or for a ward whom a court gave him.
        Guardian = "guardian",
        /// Acts for an adult who asked him to.
        Delegate = "delegate",
        /// Holds the contract of a line that somebody else uses: may forbid, never allow and never look.
        Owner = "owner",
    }
}

words! {
    /// How the operator made sure of it.
    Verified {
        /// A document was shown.
        Document = "document",
        /// A public register says so.
        Register = "register",
        /// A court said so.
        Court = "court",
        /// Both came to a shop.
        InStore = "in-store",
        /// The operator's contract says so.
        Contract = "contract",
    }
}

impl RelationKind {
    /// Whether somebody who was made sure of in this way may become that, of a minor or of an adult.
    ///
    /// # Errors
    /// The field that says otherwise, and what would do.
    pub fn suits(self, verified: Verified, minor: bool) -> Result<(), (&'static str, &'static str)> {
        match self {
            RelationKind::Guardian if !minor && verified != Verified::Court => {
                Err(("verified", "`court` for the guardian of an adult"))
            }
            RelationKind::Delegate if minor => Err(("kind", "`guardian` for a minor")),
            RelationKind::Guardian | RelationKind::Delegate | RelationKind::Owner => Ok(()),
        }
    }
}

/// A relation to a subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// Its id.
    pub id: RelationId,
    /// Whom it is about.
    pub subscriber: SubscriberId,
    /// What the holder is to him.
    pub kind: RelationKind,
    /// How that was made sure of.
    pub verified: Verified,
    /// Of a delegate: whether he may also say yes. Of the others without meaning.
    pub may_allow: bool,
    /// From when it counts.
    pub from: At,
    /// Until when it was made; `None`: until it is ended.
    pub until: Option<At>,
    /// When it was ended.
    pub ended: Option<At>,
    /// When it was written down.
    pub recorded: At,
}

impl Relation {
    /// When it is over, as far as is known. A guardian whom a minor was given is none any more once the minor is of age.
    pub fn ends(&self, majority: Majority) -> Option<At> {
        let of_age = majority.instant().filter(|at| self.kind == RelationKind::Guardian && self.from < *at);
        [self.until, self.ended, of_age].into_iter().flatten().min()
    }

    /// Whether it lives at an instant, half-open.
    pub fn lives(&self, at: At, majority: Majority) -> bool {
        self.from <= at && self.ends(majority).is_none_or(|end| at < end)
    }

    /// As it was known at an instant; `None` if it was not.
    pub fn known(self, at: At) -> Option<Relation> {
        let ended = self.ended.filter(|ended| *ended <= at);
        (self.recorded <= at).then_some(Relation { ended, ..self })
    }
}

/// What the owner of a line forbids on it, for all of its life or until he lifts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// The owner's relation, with which it ends.
    pub relation: RelationId,
    /// Only this recipient; `None` for all.
    pub recipient: Option<RecipientId>,
    /// Only this category; `None` for all.
    pub category: Option<Category>,
    /// How fine at most; `None` is nothing at all.
    pub finest: Option<Precision>,
    /// Since when.
    pub from: At,
    /// When it was lifted.
    pub lifted: Option<At>,
}

impl Block {
    /// Whether it is about a cell.
    pub fn covers(&self, cell: &Cell) -> bool {
        self.recipient.is_none_or(|r| r == cell.recipient) && self.category.is_none_or(|c| c == cell.category)
    }

    /// As it was known at an instant; `None` if it was not.
    pub fn known(self, at: At) -> Option<Block> {
        let lifted = self.lifted.filter(|lifted| *lifted <= at);
        (self.from <= at).then_some(Block { lifted, ..self })
    }
}
