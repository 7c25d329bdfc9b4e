//! How old what is told is, in buckets. Deliberately absent: the instant.
use crate::domain::place::Confidence;
use crate::domain::time::{HOUR_US, MINUTE_US};
use serde::Serialize;

/// How old a fact is, in buckets: an instant would link answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Age {
    /// Under 5 minutes.
    #[serde(rename = "<5m")]
    Under5m,
    /// 5 to 15 minutes.
    #[serde(rename = "5-15m")]
    From5To15m,
    /// 15 to 60 minutes.
    #[serde(rename = "15-60m")]
    From15To60m,
    /// 1 to 6 hours.
    #[serde(rename = "1-6h")]
    From1To6h,
    /// 6 to 24 hours.
    #[serde(rename = "6-24h")]
    From6To24h,
    /// Under a day: of a fact that is counted by the day, a finer word would tell more than its crowd holds.
    #[serde(rename = "<1d")]
    Under1d,
    /// A day and more.
    #[serde(rename = "1d+")]
    Days,
}

impl Age {
    /// All of them, youngest first.
    pub const ALL: [Age; 7] = [
        Age::Under5m,
        Age::From5To15m,
        Age::From15To60m,
        Age::From1To6h,
        Age::From6To24h,
        Age::Under1d,
        Age::Days,
    ];
    /// The bucket of an age, µs; a negative one is the youngest.
    pub fn of(us: i64) -> Age {
        match us {
            _ if us < 5 * MINUTE_US => Age::Under5m,
            _ if us < 15 * MINUTE_US => Age::From5To15m,
            _ if us < HOUR_US => Age::From15To60m,
            _ if us < 6 * HOUR_US => Age::From1To6h,
            _ if us < 24 * HOUR_US => Age::From6To24h,
            _ => Age::Days,
        }
    }
    /// How old it is at most, µs; `None` where it may be of any age.
    pub fn most_us(self) -> Option<i64> {
        match self {
            Age::Under5m => Some(5 * MINUTE_US),
            Age::From5To15m => Some(15 * MINUTE_US),
            Age::From15To60m => Some(HOUR_US),
            Age::From1To6h => Some(6 * HOUR_US),
            Age::From6To24h | Age::Under1d => Some(24 * HOUR_US),
            Age::Days => None,
        }
    }
}

/// How sure it is that someone is still where he was `us` ago.
pub(super) fn sureness(us: i64) -> Confidence {
    match us {
        _ if us < 15 * MINUTE_US => Confidence::High,
        _ if us < HOUR_US => Confidence::Medium,
        _ => Confidence::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_fall_into_the_published_buckets() {
        let words: Vec<String> = [-1, 0, 5, 15, 60, 360, 1440]
            .map(|minutes| serde_json::to_string(&Age::of(minutes * MINUTE_US)).unwrap())
            .to_vec();
        let expected = ["<5m", "<5m", "5-15m", "15-60m", "1-6h", "6-24h", "1d+"];
        assert_eq!(words, expected.map(|w| format!("\"{w}\"")));
        for age in Age::ALL {
            let ends = |most| age == Age::Under1d || (Age::of(most - 1) == age && Age::of(most) > age);
            assert!(age.most_us().is_none_or(ends), "{age:?}");
        }
    }
}
