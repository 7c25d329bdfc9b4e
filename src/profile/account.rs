//! What an operator's own systems say of a line: where it is registered and which step of its data is left. Deliberately absent: bytes, and
//! the country before.
//!
//! What is left is told as it stood when the day began, so that the minute in which a step was passed is nobody's to hear: two recipients who
//! both heard it would know that they speak of one person.
use super::forget::{Day, PLAUSIBLE, day_of};
use crate::domain::territory::Territory;
use crate::domain::time::At;
use crate::domain::volume::Volume;
use serde::{Deserialize, Serialize};

/// The country whose network a line was registered with last, and when that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The country.
    pub country: Territory,
    /// When.
    pub at: At,
}

/// What is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    /// When `latest` was said, µs.
    at: i64,
    /// What is told on that day: what was latest when it began, or the first that was heard.
    said: Volume,
    latest: Volume,
}

/// What is known of one account. Each part goes forward by itself, since its two halves come from two systems.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Account {
    registered: Option<(Territory, i64)>,
    left: Option<Left>,
}

impl Account {
    /// Takes in a line; false when no part of it is later than what is known.
    pub(super) fn hear(&mut self, at: At, country: Option<Territory>, left: Option<Volume>) -> bool {
        let mut taken = false;
        if let Some(country) = country
            && self.registered.is_none_or(|(_, known)| at.0 > known)
        {
            self.registered = Some((country, at.0));
            taken = true;
        }
        if let Some(latest) = left
            && self.left.is_none_or(|known| at.0 > known.at)
        {
            let day = day_of(at);
            let said = match self.left {
                Some(known) if known.day() == day => known.said,
                Some(known) if known.day() + 1 == day => known.latest,
                // After a silence what was known is too old to be said.
                _ => latest,
            };
            self.left = Some(Left { at: at.0, said, latest });
            taken = true;
        }
        taken
    }

    pub(super) fn registered(&self) -> Option<Registered> {
        self.registered.map(|(country, at)| Registered { country, at: At(at) })
    }

    /// What is told on the UTC day of `now`; `None` where the day before said nothing either.
    pub(super) fn left(&self, now: At) -> Option<Volume> {
        let known = self.left?;
        match i64::from(day_of(now)) - i64::from(known.day()) {
            0 => Some(known.said),
            1 => Some(known.latest),
            _ => None,
        }
    }

    /// The last that was heard.
    pub(super) fn latest_left(&self) -> Option<Volume> {
        self.left.map(|known| known.latest)
    }

    pub(super) fn latest(&self) -> Option<At> {
        let registered = self.registered.map(|(_, at)| at);
        registered.into_iter().chain(self.left.map(|known| known.at)).max().map(At)
    }

    /// Whether hearing can have made this.
    pub(super) fn holds(&self) -> bool {
        self.registered.is_none_or(|(country, at)| country.index().is_some() && PLAUSIBLE.contains(&at))
            && self.left.is_none_or(|known| PLAUSIBLE.contains(&known.at))
    }
}

impl Left {
    fn day(self) -> Day {
        day_of(At(self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY_US, HOUR_US};
    use proptest::prelude::*;
    use proptest::sample::select;

    const DAY: At = At(20_000 * DAY_US);

    fn land(code: &str) -> Option<Territory> {
        Some(Territory::parse(code).unwrap())
    }

    #[test]
    fn the_latest_country_counts_and_neither_half_makes_the_other_late() {
        let mut account = Account::default();
        assert!(account.hear(DAY.plus(9), land("FR"), None));
        assert!(account.hear(DAY.plus(5), None, Some(Volume::Under1GiB)), "the other system runs behind");
        assert!(!account.hear(DAY.plus(9), land("IT"), None), "said for the same instant");
        assert!(!account.hear(DAY.plus(4), land("IT"), Some(Volume::From5GiB)));
        assert!(account.hear(DAY.plus(8), land("IT"), Some(Volume::From5GiB)), "half of it is later");
        assert_eq!(account.registered(), land("FR").map(|country| Registered { country, at: DAY.plus(9) }));
        assert_eq!((account.latest_left(), account.latest()), (Some(Volume::From5GiB), Some(DAY.plus(9))));
    }

    #[test]
    fn what_is_left_is_told_as_the_day_began_and_for_a_day_after_the_last_word() {
        let mut account = Account::default();
        let noon = |day: i64| DAY.plus(day * DAY_US + 12 * HOUR_US);
        assert_eq!(account.left(noon(0)), None);
        account.hear(noon(0), None, Some(Volume::Under5GiB));
        assert_eq!(account.left(noon(0)), Some(Volume::Under5GiB), "the first word is told at once");
        account.hear(noon(0).plus(HOUR_US), None, Some(Volume::Under1GiB));
        assert_eq!(account.left(noon(0).plus(2 * HOUR_US)), Some(Volume::Under5GiB));
        assert_eq!(account.left(noon(1)), Some(Volume::Under1GiB));
        account.hear(noon(1), None, Some(Volume::Under200MiB));
        assert_eq!(account.left(noon(1).plus(1)), Some(Volume::Under1GiB));
        assert_eq!(account.left(noon(2)), Some(Volume::Under200MiB));
        assert_eq!(account.left(noon(3)), None);
        account.hear(noon(9), None, Some(Volume::From5GiB));
        assert_eq!(account.left(noon(9)), Some(Volume::From5GiB));
        assert_eq!(account.left(noon(7)), None, "a clock that went back hears nothing");
    }

    proptest! {
        #[test]
        fn within_a_day_what_is_told_to_be_left_never_changes(
            steps in prop::collection::vec((0i64..20 * HOUR_US, select(Volume::ALL.to_vec())), 1..40),
        ) {
            let (mut account, mut now, mut told) = (Account::default(), DAY, None);
            for (step, volume) in steps {
                now = now.plus(step);
                let before = account.left(now).map(|volume| (day_of(now), volume));
                account.hear(now, None, Some(volume));
                let after = account.left(now).map(|volume| (day_of(now), volume));
                prop_assert!(before.is_none() || before == after);
                if let (Some((day, one)), Some((today, other))) = (told, after) {
                    prop_assert!(day != today || one == other);
                }
                told = after;
                prop_assert!(account.holds());
            }
        }
    }
}
