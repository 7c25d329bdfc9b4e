//! How often a subscriber is told of what left about him, and when it is due. Deliberately absent: what a country's law offers and has for who
//! chose nothing (`policy::pack`).
use super::consent::Hours;
use super::subscriber::Jurisdiction;
use super::time::{At, DAY_US};
use serde::{Deserialize, Serialize};

/// However often was chosen, nothing waits longer, days.
pub const LONGEST_DAYS: i64 = 30;
/// So much earlier than it must be something is told, days: quiet hours come in between, and messaging that does not answer.
const EARLY_DAYS: i64 = 2;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rhythm {
    /// Of each answer at once.
    #[serde(rename = "every")]
    Every,
    /// After ten answers.
    #[serde(rename = "10-times")]
    Times10,
    /// After twenty.
    #[serde(rename = "20-times")]
    Times20,
    /// After thirty.
    #[serde(rename = "30-times")]
    Times30,
    /// Within ten days.
    #[serde(rename = "10-days")]
    Days10,
    /// Within twenty.
    #[serde(rename = "20-days")]
    Days20,
    /// Within thirty.
    #[serde(rename = "30-days")]
    Days30,
    /// Not at all.
    #[serde(rename = "off")]
    Off,
}

impl Rhythm {
    /// All of them.
    pub const ALL: [Rhythm; 8] = [
        Rhythm::Every,
        Rhythm::Times10,
        Rhythm::Times20,
        Rhythm::Times30,
        Rhythm::Days10,
        Rhythm::Days20,
        Rhythm::Days30,
        Rhythm::Off,
    ];

    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Rhythm::Every => "every",
            Rhythm::Times10 => "10-times",
            Rhythm::Times20 => "20-times",
            Rhythm::Times30 => "30-times",
            Rhythm::Days10 => "10-days",
            Rhythm::Days20 => "20-days",
            Rhythm::Days30 => "30-days",
            Rhythm::Off => "off",
        }
    }

    /// Reads that word.
    pub fn parse(text: &str) -> Option<Rhythm> {
        Rhythm::ALL.into_iter().find(|r| r.as_str() == text)
    }

    /// After how many answers, where answers are counted.
    pub fn times(self) -> Option<i64> {
        match self {
            Rhythm::Every => Some(1),
            Rhythm::Times10 => Some(10),
            Rhythm::Times20 => Some(20),
            Rhythm::Times30 => Some(30),
            Rhythm::Days10 | Rhythm::Days20 | Rhythm::Days30 | Rhythm::Off => None,
        }
    }

    /// Within how many days; `None` for not at all.
    pub fn days(self) -> Option<i64> {
        match self {
            Rhythm::Days10 => Some(10),
            Rhythm::Days20 => Some(20),
            Rhythm::Off => None,
            _ => Some(LONGEST_DAYS),
        }
    }
}

/// How a subscriber is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// How often.
    pub rhythm: Rhythm,
    /// Hours in which nothing is sent.
    pub quiet: Option<Hours>,
}

impl Manner {
    /// When `waiting` answers are told, of which the oldest was given at `oldest`; `None` for never.
    pub fn due(self, waiting: i64, oldest: At, now: At, home: Jurisdiction) -> Option<At> {
        let days = self.rhythm.days().filter(|_| waiting > 0)?;
        let full = self.rhythm.times().is_some_and(|times| waiting >= times);
        let last = oldest.plus((days - EARLY_DAYS) * DAY_US);
        let due = if full { now } else { last.max(now) };
        Some(self.quiet_until(due, home).unwrap_or(due))
    }

    /// The end of the quiet hours that `at` lies in.
    pub fn quiet_until(self, at: At, home: Jurisdiction) -> Option<At> {
        let quiet = self.quiet.filter(|hours| hours.hold(home.minute_of_day(at)))?;
        Some(quiet.next(at, home))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_rhythm_is_read_as_it_is_written_also_in_a_country_pack() {
        for rhythm in Rhythm::ALL {
            assert_eq!(Rhythm::parse(rhythm.as_str()), Some(rhythm));
            assert_eq!(serde_json::to_value(rhythm).unwrap(), rhythm.as_str());
        }
    }

    proptest! {
        #[test]
        fn nothing_waits_longer_than_was_chosen_nor_than_thirty_days_nor_is_sent_at_a_quiet_hour(
            rhythm in 0usize..7, from in 0u16..1440, to in 0u16..1440, quiet: bool, waiting in 1i64..40,
            oldest in 1_700_000_000i64..1_900_000_000, home in 0usize..4,
        ) {
            let (rhythm, home) = (Rhythm::ALL[rhythm], Jurisdiction::ALL[home % Jurisdiction::ALL.len()]);
            let manner = Manner { rhythm, quiet: Hours::new(from, to).filter(|_| quiet) };
            let oldest = At(oldest * 1_000_000);
            let due = manner.due(waiting, oldest, oldest, home).unwrap();
            prop_assert!(due >= oldest);
            prop_assert!(due.since(oldest) <= rhythm.days().unwrap() * DAY_US);
            prop_assert!(due.since(oldest) <= LONGEST_DAYS * DAY_US);
            prop_assert!(manner.quiet_until(due, home).is_none());
            if rhythm.times().is_some_and(|times| waiting >= times) {
                prop_assert!(due.since(oldest) <= EARLY_DAYS * DAY_US);
            }
            prop_assert_eq!(Manner { rhythm: Rhythm::Off, ..manner }.due(waiting, oldest, oldest, home), None);
        }
    }
}
