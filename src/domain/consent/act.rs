//! Acts: what was done, by whom, and how it reached us.
use crate::domain::id::RelationId;
use serde::{Deserialize, Serialize};

/// What was done to a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Said yes.
    Grant,
    /// Said no.
    Refuse,
    /// Held back for now.
    Pause,
    /// Took the pause back.
    Resume,
    /// The subscriber's side said stop.
    Withdraw,
    /// Asked for a yes.
    Request,
    /// Put the answer off.
    Defer,
    /// Somebody else ended it.
    Revoke,
    /// An authority found that it never held.
    Invalidate,
    /// Said yes again before the end.
    Renew,
    /// A later decision about the cell took its place; written by that decision, never by itself.
    Supersede,
    /// A yes that counts for nothing yet: somebody of the operator wrote it down, or a recipient says so, and the subscriber says it himself, or a minor said
    /// it, and his guardian does.
    Capture,
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 12] = [
        Act::Grant,
        Act::Refuse,
        Act::Pause,
        Act::Resume,
        Act::Withdraw,
        Act::Request,
        Act::Defer,
        Act::Revoke,
        Act::Invalidate,
        Act::Renew,
        Act::Supersede,
        Act::Capture,
    ];

    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Grant => "grant",
            Act::Refuse => "refuse",
            Act::Pause => "pause",
            Act::Resume => "resume",
            Act::Withdraw => "withdraw",
            Act::Request => "request",
            Act::Defer => "defer",
            Act::Revoke => "revoke",
            Act::Invalidate => "invalidate",
            Act::Renew => "renew",
            Act::Supersede => "supersede",
            Act::Capture => "capture",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Act> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
    /// Whether it says something about a cell of which nothing need be known: whatever it finds there, it is what counts then.
    pub fn begins(self) -> bool {
        matches!(self, Act::Grant | Act::Refuse | Act::Request | Act::Defer | Act::Capture)
    }
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The data principal.
    Subscriber,
    /// Who answers for a minor or a ward.
    Guardian,
    /// Who acts for an adult that asked him to.
    Delegate,
    /// The operator's people, on the subscriber's word.
    Staff,
    /// The operator by itself.
    Operator,
    /// A supervisory authority or a court.
    Authority,
    /// Who is allowed, as the operator trusts it to say what the subscriber told it.
    Recipient,
}

impl Actor {
    /// All of them.
    pub const ALL: [Actor; 7] = [
        Actor::Subscriber,
        Actor::Guardian,
        Actor::Delegate,
        Actor::Staff,
        Actor::Operator,
        Actor::Authority,
        Actor::Recipient,
    ];

    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Actor::Subscriber => "subscriber",
            Actor::Guardian => "guardian",
            Actor::Delegate => "delegate",
            Actor::Staff => "staff",
            Actor::Operator => "operator",
            Actor::Authority => "authority",
            Actor::Recipient => "recipient",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Actor> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
    /// Whether he does it in somebody else's place, by a relation.
    pub fn speaks_for_another(self) -> bool {
        matches!(self, Actor::Guardian | Actor::Delegate)
    }
    /// Whether he may do this. What allows more is for the subscriber or who speaks for him alone (which of them: `People::may`): staff and recipients only write down what waits for his own
    /// word. What ends a consent says by its word who ended it.
    pub fn may(self, act: Act) -> bool {
        let himself = matches!(self, Actor::Subscriber | Actor::Guardian | Actor::Delegate);
        match act {
            Act::Grant | Act::Resume | Act::Renew => himself,
            Act::Refuse | Act::Withdraw => himself || matches!(self, Actor::Staff | Actor::Recipient),
            Act::Defer => himself || self == Actor::Staff,
            Act::Pause => !matches!(self, Actor::Authority | Actor::Recipient),
            Act::Supersede => self != Actor::Authority,
            Act::Request => matches!(self, Actor::Staff | Actor::Operator),
            Act::Capture => matches!(self, Actor::Staff | Actor::Recipient),
            Act::Revoke => self == Actor::Operator,
            Act::Invalidate => self == Actor::Authority,
        }
    }
}

/// What stands behind an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// It was said.
    #[default]
    Explicit,
    /// Somebody drew it from something else, such as terms that were accepted or a service that went on being used.
    Inferred,
}

impl Provenance {
    /// Both.
    pub const ALL: [Provenance; 2] = [Provenance::Explicit, Provenance::Inferred];

    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Provenance::Explicit => "explicit",
            Provenance::Inferred => "inferred",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Provenance> {
        Self::ALL.into_iter().find(|p| p.as_str() == text)
    }
}

/// Who acted, and by which way it reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capture {
    /// Who.
    pub actor: Actor,
    /// How, such as `screen` or `console`.
    pub channel: &'static str,
    /// By which relation to the subscriber, of who speaks for him.
    pub relation: Option<RelationId>,
}

impl From<&'static str> for Capture {
    /// The subscriber himself, by that channel.
    fn from(channel: &'static str) -> Capture {
        Capture { actor: Actor::Subscriber, channel, relation: None }
    }
}
