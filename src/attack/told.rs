//! What a recipient was told, as it writes it down for itself. Deliberately absent: the broker's own types; a recipient has JSON.
use crate::domain::category::Category;
use crate::domain::time::{At, HOUR_US};
use crate::domain::zone::Zone;

/// One fact about somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Whom it is about: the truth, to score by.
    pub who: usize,
    /// Which of the recipients heard it.
    pub by: usize,
    /// When it asked.
    pub at: At,
    /// What kind of fact.
    pub category: Category,
    /// The value in a word: a zone's index, a label, a topic.
    pub word: String,
    /// The zone, if it is one.
    pub zone: Option<Zone>,
}

impl Told {
    /// Hours since 1970, UTC.
    pub fn hour(&self) -> i64 {
        self.at.0.div_euclid(HOUR_US)
    }
    /// The epoch: days since 1970, UTC.
    pub fn day(&self) -> i64 {
        self.hour().div_euclid(24)
    }
    /// What it says of a habit: the fact, and the fact with its hour of the day.
    pub fn habits(&self) -> [String; 2] {
        let fact = format!("{}={}", self.category.as_str(), self.word);
        let timed = format!("{fact}@{}", self.hour().rem_euclid(24));
        [fact, timed]
    }
}
