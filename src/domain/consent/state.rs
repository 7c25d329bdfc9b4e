//! States of a grant: the one that the last act left, which is stored, and the one that holds at an instant, which is told.
use serde::{Deserialize, Serialize};

/// What the last act left. What time alone brings (expiry, the end of a pause) is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Somebody asked; nothing is allowed.
    Requested,
    /// The subscriber wants to answer later; nothing is allowed.
    Deferred,
    /// May be used until its end.
    Active,
    /// Held back; comes back by `resume`, or by itself where the pause has an end.
    Paused,
    /// Over for good: the subscriber said stop.
    Withdrawn,
    /// The subscriber said no; nobody may ask again by themselves.
    Refused,
    /// Over for good: somebody else ended it.
    Revoked,
    /// Over for good: an authority found that it never held.
    Invalidated,
    /// Over for good: a later decision about the same cell took its place.
    Superseded,
}

impl State {
    /// All of them.
    pub const ALL: [State; 9] = [
        State::Requested,
        State::Deferred,
        State::Active,
        State::Paused,
        State::Withdrawn,
        State::Refused,
        State::Revoked,
        State::Invalidated,
        State::Superseded,
    ];

    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Deferred => "deferred",
            State::Active => "active",
            State::Paused => "paused",
            State::Withdrawn => "withdrawn",
            State::Refused => "refused",
            State::Revoked => "revoked",
            State::Invalidated => "invalidated",
            State::Superseded => "superseded",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<State> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
    /// Whether an act can still move it; all others never return.
    pub fn is_open(self) -> bool {
        matches!(self, State::Requested | State::Deferred | State::Active | State::Paused)
    }
    /// Whether the subscriber has said yes and nobody has ended it.
    pub fn is_given(self) -> bool {
        matches!(self, State::Active | State::Paused)
    }
}

/// What holds at an instant: the ten consent states of the W3C Data Privacy Vocabulary, and two words that it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nothing was ever asked or said.
    Unknown,
    /// Asked, not answered.
    Requested,
    /// Asked, and put off.
    RequestDeferred,
    /// The subscriber said no.
    Refused,
    /// The subscriber said yes, and it holds.
    Given,
    /// Its end has passed.
    Expired,
    /// The subscriber said stop.
    Withdrawn,
    /// Somebody else ended it.
    Revoked,
    /// An authority found that it never held.
    Invalidated,
    /// The subscriber said yes again before the end, and it holds.
    Renewed,
    /// Held back for now.
    Paused,
    /// A later decision about the same cell took its place.
    Superseded,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 12] = [
        Status::Unknown,
        Status::Requested,
        Status::RequestDeferred,
        Status::Refused,
        Status::Given,
        Status::Expired,
        Status::Withdrawn,
        Status::Revoked,
        Status::Invalidated,
        Status::Renewed,
        Status::Paused,
        Status::Superseded,
    ];

    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Requested => "requested",
            Status::RequestDeferred => "request-deferred",
            Status::Refused => "refused",
            Status::Given => "given",
            Status::Expired => "expired",
            Status::Withdrawn => "withdrawn",
            Status::Revoked => "revoked",
            Status::Invalidated => "invalidated",
            Status::Renewed => "renewed",
            Status::Paused => "paused",
            Status::Superseded => "superseded",
        }
    }

    /// The term of the Data Privacy Vocabulary 2.3, where it has one.
    pub fn iri(self) -> Option<&'static str> {
        match self {
            Status::Unknown => Some("https://w3id.org/dpv#ConsentUnknown"),
            Status::Requested => Some("https://w3id.org/dpv#ConsentRequested"),
            Status::RequestDeferred => Some("https://w3id.org/dpv#ConsentRequestDeferred"),
            Status::Refused => Some("https://w3id.org/dpv#ConsentRefused"),
            Status::Given => Some("https://w3id.org/dpv#ConsentGiven"),
            Status::Expired => Some("https://w3id.org/dpv#ConsentExpired"),
            Status::Withdrawn => Some("https://w3id.org/dpv#ConsentWithdrawn"),
            Status::Revoked => Some("https://w3id.org/dpv#ConsentRevoked"),
            Status::Invalidated => Some("https://w3id.org/dpv#ConsentInvalidated"),
            Status::Renewed => Some("https://w3id.org/dpv#RenewedConsentGiven"),
            Status::Paused | Status::Superseded => None,
        }
    }

    /// Whether something may leave under it, limits aside.
    pub fn holds(self) -> bool {
        matches!(self, Status::Given | Status::Renewed)
    }
}
