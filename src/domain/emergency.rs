//! Emergencies: a rescue agency asks where somebody is whose life is in danger, and nobody is asked first (Korea: Location Information Act, Articles 29, 30 and
//! 32). Deliberately absent: who may ask, and what of it is told (`broker::emergency`); in which countries (`policy::emergency`).
use super::stop::Ground;
use serde::{Deserialize, Serialize};

/// What an agency rests its question on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The provision, or the number of the agency's case.
    pub ground: Ground,
    /// Why the subscriber is not told at once, where telling him would put somebody in danger.
    pub defer: Option<Ground>,
}

/// What came of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The agency was told a place.
    Told,
    /// Nothing was known of him; or the number is nobody's here, which is answered alike.
    Unknown,
    /// The pack of his home country has no rule for it.
    NoRule,
    /// The agency had asked about as many people within the hour as it may.
    TooMany,
}

impl Found {
    /// All of them.
    pub const ALL: [Found; 4] = [Found::Told, Found::Unknown, Found::NoRule, Found::TooMany];

    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Found::Told => "told",
            Found::Unknown => "unknown",
            Found::NoRule => "no-rule",
            Found::TooMany => "too-many",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_the_same_word_in_records_and_reports() {
        for found in Found::ALL {
            assert_eq!(serde_json::to_value(found).unwrap(), found.as_str());
        }
    }
}
