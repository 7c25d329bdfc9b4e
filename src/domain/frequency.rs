//! How much of his time somebody spends in an area, in five steps. Deliberately absent: the share itself, which would measure where he lives.
use serde::{Deserialize, Serialize};

/// A step, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// Hardly any of it.
    None,
    /// About a quarter.
    Quarter,
    /// About half.
    Half,
    /// About three quarters.
    Most,
    /// Nearly all.
    NearlyAll,
}

impl Frequency {
    /// All of them, least first.
    pub const ALL: [Frequency; 5] =
        [Frequency::None, Frequency::Quarter, Frequency::Half, Frequency::Most, Frequency::NearlyAll];

    /// The step of so many of `all` minutes, and hardly any of none at all.
    pub fn of(minutes: u32, all: u32) -> Frequency {
        let quarters = (u64::from(minutes) * 4 + u64::from(all) / 2).checked_div(u64::from(all));
        let step = quarters.and_then(|n| usize::try_from(n).ok()).and_then(|n| Self::ALL.get(n));
        step.copied().unwrap_or(Frequency::None)
    }
    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Frequency::None => "none",
            Frequency::Quarter => "quarter",
            Frequency::Half => "half",
            Frequency::Most => "most",
            Frequency::NearlyAll => "nearly_all",
        }
    }
    /// The step as a number of 0 to 100, for who knows no words for it.
    pub fn score(self) -> u8 {
        25 * self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_the_nearest_of_five_steps() {
        let steps = [0, 124, 125, 374, 375, 624, 625, 874, 875, 1000].map(|n| Frequency::of(n, 1000).score());
        assert_eq!(steps, [0, 0, 25, 25, 50, 50, 75, 75, 100, 100]);
        assert_eq!([Frequency::of(0, 0), Frequency::of(7, 0), Frequency::of(9, 1)], [Frequency::None; 3]);
        assert_eq!(serde_json::to_string(&Frequency::NearlyAll).unwrap(), r#""nearly_all""#);
    }
}
