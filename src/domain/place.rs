//! What may be said of a place without naming it.
use serde::{Deserialize, Serialize};

/// What a place is to its subscriber.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Where the nights are spent.
    Home,
    /// Where weekdays are spent.
    Work,
    /// Visited again and again.
    Frequent,
    /// Anywhere else.
    Other,
}

/// How sure a prediction is, in three classes: a number would fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A guess.
    Low,
    /// More likely than any other.
    Medium,
    /// At least seven times in ten.
    High,
}
