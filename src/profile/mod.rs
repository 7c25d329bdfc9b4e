//! What is known of one subscriber: bounded state, folded from events. Pure. Deliberately absent: geometry, storage, keys.
use crate::domain::feed::{Event, Source};
use crate::domain::place::{Confidence, Label};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::zone::Zone;

/// Everything kept of one subscriber.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {}

/// What became of a folded event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folded {
    /// It is part of the profile now.
    Taken,
    /// It is not later than what was folded before: a repeat, or out of order.
    Late,
}

/// Bytes that are no profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored profile does not parse")]
pub struct Unreadable;

/// Where the subscriber was last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastStay {
    /// H3 resolution 7.
    pub zone: Zone,
    /// Last seen there.
    pub at: At,
    /// The point lay at a sensitive place.
    pub sensitive: bool,
}

/// Where the subscriber is likely to go next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// H3 resolution 7.
    pub zone: Zone,
    /// What that place is to the subscriber.
    pub label: Label,
    /// How sure.
    pub confidence: Confidence,
}

impl Profile {
    /// Folds one event; `offset_s` is local time minus UTC at the event, s.
    pub fn fold(&mut self, _event: &Event, _offset_s: i32) -> Folded {
        Folded::Taken
    }
    /// The stored form, at most 8 KiB.
    pub fn encode(&self) -> Vec<u8> {
        Vec::new()
    }
    /// From the stored form.
    pub fn decode(_bytes: &[u8]) -> Result<Profile, Unreadable> {
        Ok(Profile {})
    }
    /// Where the subscriber was last.
    pub fn last_stay(&self) -> Option<LastStay> {
        None
    }
    /// What `zone` is to the subscriber; `None` below five nights of history.
    pub fn label(&self, _zone: Zone) -> Option<Label> {
        None
    }
    /// The likely next place after the last stay, as of `now`.
    pub fn next_place(&self, _now: At, _offset_s: i32) -> Option<Next> {
        None
    }
    /// The top interest of the last 28 days.
    pub fn interest(&self, _source: Source, _now: At) -> Option<Topic> {
        None
    }
}
