//! What a recipient is asked to delete when a consent ends, and what it says it did. Deliberately absent: checking that it is true.
use super::time::DAY_US;
use serde::{Deserialize, Serialize};

/// How long a recipient has, µs: longer than a message is tried, so that none is late before it was told.
pub const DEADLINE_US: i64 = 7 * DAY_US;

/// Why a recipient does not delete: the closed list, after Article 17(3) of the GDPR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A law obliges it to keep.
    LegalObligation,
    /// It needs it for a claim.
    LegalClaim,
    /// It holds it on another ground than this consent.
    OtherGround,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 3] = [Cause::LegalObligation, Cause::LegalClaim, Cause::OtherGround];

    /// The word on the wire and in rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::LegalObligation => "legal_obligation",
            Cause::LegalClaim => "legal_claim",
            Cause::OtherGround => "other_ground",
        }
    }
}

/// What a recipient states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// It is deleted.
    Done,
    /// There was nothing.
    NothingHeld,
    /// It is kept, and why.
    Refused(Cause),
}

impl Statement {
    /// From the two words; `None` unless a refusal, and nothing else, has a cause.
    pub fn new(word: Word, cause: Option<Cause>) -> Option<Statement> {
        match (word, cause) {
            (Word::Done, None) => Some(Statement::Done),
            (Word::NothingHeld, None) => Some(Statement::NothingHeld),
            (Word::Refused, Some(cause)) => Some(Statement::Refused(cause)),
            _ => None,
        }
    }

    /// Its word.
    pub fn word(self) -> Word {
        match self {
            Statement::Done => Word::Done,
            Statement::NothingHeld => Word::NothingHeld,
            Statement::Refused(_) => Word::Refused,
        }
    }

    /// Why it is kept, if it is.
    pub fn cause(self) -> Option<Cause> {
        match self {
            Statement::Refused(cause) => Some(cause),
            Statement::Done | Statement::NothingHeld => None,
        }
    }
}

/// A statement in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// Deleted.
    Done,
    /// Nothing to delete.
    NothingHeld,
    /// Kept.
    Refused,
}

impl Word {
    /// The word on the wire and in rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Word::Done => "done",
            Word::NothingHeld => "nothing_held",
            Word::Refused => "refused",
        }
    }
}

/// Which requests to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Not answered, and there is still time.
    Open,
    /// Not answered in time.
    Overdue,
    /// Deleted.
    Done,
    /// Nothing to delete.
    NothingHeld,
    /// Kept.
    Refused,
}

impl Asked {
    /// All of them.
    pub const ALL: [Asked; 5] =
        [Asked::Open, Asked::Overdue, Asked::Done, Asked::NothingHeld, Asked::Refused];

    /// The word in queries and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Asked::Open => "open",
            Asked::Overdue => "overdue",
            Asked::Done => "done",
            Asked::NothingHeld => "nothing_held",
            Asked::Refused => "refused",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Asked> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_a_cause_and_nothing_else_has() {
        for (word, bare) in [(Word::Done, true), (Word::NothingHeld, true), (Word::Refused, false)] {
            assert_eq!(Statement::new(word, None).is_some(), bare);
            assert_eq!(Statement::new(word, Some(Cause::LegalClaim)).is_some(), !bare);
            assert_eq!(serde_json::to_value(word).unwrap(), word.as_str());
            assert_eq!(Asked::parse(word.as_str()).map(Asked::as_str), Some(word.as_str()));
        }
        for cause in Cause::ALL {
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
    }
}
