//! Where the last days began: the first place seen of each UTC day, so that a person counts in one place of a day (`minimise::population`). Deliberately
//! absent: a day that began at a sensitive place.
use super::forget::PLAUSIBLE;
use super::places::packed;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use serde::{Deserialize, Serialize};

/// Days kept, the present one included: a day is counted when it is over, and a server may have been down for one more.
pub const MOST_DAYS: i64 = 3;

/// The first place of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct First {
    /// When he was seen.
    pub at: At,
    /// H3 resolution 7.
    #[serde(with = "packed")]
    pub zone: Zone,
}

impl First {
    fn day(&self) -> At {
        self.at.floor(DAY_US)
    }
}

/// In order of time, at most one of a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Firsts(Vec<First>);

impl Firsts {
    /// A day begins at `at`. What it pushes out is forgotten.
    pub(super) fn begin(&mut self, at: At, zone: Zone, sensitive: bool) {
        let day = at.floor(DAY_US);
        let oldest = day.plus((1 - MOST_DAYS) * DAY_US);
        self.0.retain(|first| (oldest..day).contains(&first.at));
        if !sensitive {
            self.0.push(First { at, zone });
        }
    }

    /// How the day that begins at `day` began.
    pub(super) fn of(&self, day: At) -> Option<First> {
        self.0.iter().copied().find(|first| first.day() == day)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = First> {
        self.0.iter().copied()
    }

    /// Forgets days that began in `zone`.
    pub(super) fn drop_place(&mut self, zone: Zone) {
        self.0.retain(|first| first.zone != zone);
    }

    /// Whether decoded ones are such as `begin` can have made.
    pub(super) fn holds(&self) -> bool {
        let (first, last) = (self.0.first(), self.0.last());
        let span = first.zip(last).map_or(0, |(a, b)| b.day().since(a.day()));
        let forward = self.0.is_sorted_by(|a, b| a.day() < b.day());
        forward && span < MOST_DAYS * DAY_US && self.0.iter().all(|f| PLAUSIBLE.contains(&f.at.0))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::feed::{Event, Happening};
    use crate::domain::time::{At, DAY_US, HOUR_US};
    use crate::domain::zone::Zone;
    use crate::profile::Profile;

    fn day(n: i64) -> At {
        At((20_000 + n) * DAY_US)
    }

    /// Events (day, hour, zone); zones from 1000 on are sensitive.
    fn seen(events: &[(i64, i64, u64)]) -> Profile {
        let mut profile = Profile::default();
        for (d, hour, zone) in events {
            let what = Happening::Stay { zone: Zone(*zone), sensitive: *zone >= 1000 };
            profile.fold(&Event { at: day(*d).plus(hour * HOUR_US), what }, 9 * 3600);
            profile = Profile::decode(&profile.encode()).unwrap();
        }
        profile
    }
    fn first(profile: &Profile, d: i64) -> Option<u64> {
        profile.first_of(day(d)).map(|f| f.zone.0)
    }

    #[test]
    fn a_day_begins_where_one_is_seen_first_and_stays_begun() {
        let p = seen(&[(0, 5, 1), (0, 6, 2), (1, 0, 3), (1, 23, 1), (0, 1, 9)]);
        assert_eq!([first(&p, 0), first(&p, 1), first(&p, 2)], [Some(1), Some(3), None]);
        assert_eq!(p.first_of(day(1)).map(|f| f.at), Some(day(1)));
        assert_eq!(p.first_of(day(1).plus(1)), None, "no day begins then");
    }

    #[test]
    fn a_day_that_began_at_a_sensitive_place_began_nowhere() {
        let p = seen(&[(0, 5, 1000), (0, 6, 2), (1, 0, 3)]);
        assert_eq!([first(&p, 0), first(&p, 1)], [None, Some(3)]);
    }

    #[test]
    fn the_day_before_yesterday_is_known_and_no_day_before_it() {
        let p = seen(&[(0, 5, 1), (1, 5, 2), (2, 5, 3), (3, 5, 4)]);
        assert_eq!(
            [first(&p, 0), first(&p, 1), first(&p, 2), first(&p, 3)],
            [None, Some(2), Some(3), Some(4)]
        );
        let later = seen(&[(0, 5, 1), (9, 5, 4)]);
        assert_eq!([first(&later, 0), first(&later, 9)], [None, Some(4)]);
    }

    #[test]
    fn a_place_that_is_wrong_is_no_beginning_of_a_day_either() {
        let mut p = seen(&[(0, 5, 1), (0, 6, 1), (0, 7, 1), (1, 5, 2)]);
        assert!(p.drop_place(Zone(1)));
        assert_eq!([first(&p, 0), first(&p, 1)], [None, Some(2)]);
    }
}
