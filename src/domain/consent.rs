//! Consent: one grant and its states. Transitions consume the state they leave and say what changed.
use super::category::{Category, Precision};
use super::id::{GrantId, RecipientId, SubscriberId};
use super::purpose::Purpose;
use super::scene::Standing;
use super::time::At;
use serde::{Deserialize, Serialize};

/// The state of a grant. Expiry is computed at read, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// May be used until its end.
    Active,
    /// Held back by the subscriber; comes back by `resume`.
    Paused,
    /// Over for good.
    Withdrawn,
    /// The subscriber said no; nobody may ask again by themselves.
    Refused,
}

impl State {
    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Paused => "paused",
            State::Withdrawn => "withdrawn",
            State::Refused => "refused",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<State> {
        [State::Active, State::Paused, State::Withdrawn, State::Refused]
            .into_iter()
            .find(|s| s.as_str() == text)
    }
}

/// What the subscriber did.
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
    /// Said stop.
    Withdraw,
}

impl Act {
    /// All of them.
    pub const ALL: [Act; 5] = [Act::Grant, Act::Refuse, Act::Pause, Act::Resume, Act::Withdraw];

    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Grant => "grant",
            Act::Refuse => "refuse",
            Act::Pause => "pause",
            Act::Resume => "resume",
            Act::Withdraw => "withdraw",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Act> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
}

/// Which cell of the registry a grant fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell {
    /// Whose data.
    pub subscriber: SubscriberId,
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
}

/// A grant as held by the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Its cell.
    pub cell: Cell,
    /// How fine.
    pub precision: Precision,
    /// State.
    pub state: State,
    /// SHA-256 of the notice the subscriber saw, hex.
    pub notice: String,
    /// When granted.
    pub granted_at: At,
    /// When it ends.
    pub until: At,
}

/// A transition that the state does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a consent that is {} cannot {}", .from.as_str(), .act.as_str())]
pub struct WrongState {
    /// The state it is in.
    pub from: State,
    /// What was tried.
    pub act: Act,
}

impl Grant {
    /// Holds the grant back.
    pub fn pause(self) -> Result<Grant, WrongState> {
        self.step(Act::Pause, &[State::Active], State::Paused)
    }
    /// Takes a pause back.
    pub fn resume(self) -> Result<Grant, WrongState> {
        self.step(Act::Resume, &[State::Paused], State::Active)
    }
    /// Ends the grant for good.
    pub fn withdraw(self) -> Result<Grant, WrongState> {
        self.step(Act::Withdraw, &[State::Active, State::Paused], State::Withdrawn)
    }

    fn step(self, act: Act, from: &[State], to: State) -> Result<Grant, WrongState> {
        if from.contains(&self.state) {
            Ok(Grant { state: to, ..self })
        } else {
            Err(WrongState { from: self.state, act })
        }
    }

    /// What the grant is worth at `now`.
    pub fn standing(&self, now: At) -> Standing {
        match self.state {
            State::Withdrawn | State::Refused => Standing::Absent,
            _ if self.until <= now => Standing::Expired,
            State::Paused => Standing::Paused,
            State::Active => Standing::Live { grant: self.id, precision: self.precision },
        }
    }
}
