//! What may be asked about a population, who counts in it, and what that costs. The grammar is closed: a day that is over, and zones of one resolution.
//! Where zones of two are told, the parent minus those children that are told is the child that was kept back; where hours overlap, one minus the other
//! is a few persons. Deliberately absent: polygons, unions, hours, and the noise, which is `count`'s.
use super::count::{EPS_MILLI, is_closed};
use super::crowd::Crowd;
use super::zone;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;

/// The one resolution that is counted.
pub const RESOLUTION: u8 = 6;
/// How many resolutions above it a zone may be that stands for all that lie in it.
const ABOVE: u8 = 2;
/// What a person may be charged in any seven days in a row, thousandths of ε.
pub const MOST_A_WEEK: u32 = 4_000;
/// Days in a week.
const WEEK: i64 = 7;

/// A question that has an answer: the same for whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    window: At,
    zones: Vec<Zone>,
}

impl Asked {
    /// About the day that begins at `start` and `zone` itself, or all the zones in it. `None` where the day is not over or `start` begins none, and
    /// where `zone` is neither of the resolution that is counted nor one or two above it.
    pub fn of(start: At, zone: Zone, now: At) -> Option<Asked> {
        let resolution = zone::resolution(zone)?;
        let answered = (RESOLUTION - ABOVE..=RESOLUTION).contains(&resolution) && is_closed(start, now);
        answered.then(|| Asked { window: start, zones: zone::children(zone, RESOLUTION) })
    }
    /// When the window begins.
    pub fn window(&self) -> At {
        self.window
    }
    /// The zones, in the order in which they are told.
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }
}

/// Leaves each person in the first of the crowds that he is in: with two phones in two zones he is one person still, and costs one ε.
pub fn once(crowds: &mut [(Zone, Crowd)]) {
    let mut seen = Crowd::default();
    for (_, crowd) in crowds {
        crowd.without(&seen);
        seen.union(crowd);
    }
}

/// What telling of `window` adds to what a person is charged, thousandths of ε, when the windows in `charged` were told of: nothing where it was told of
/// before, whatever the zone, since a person is in one. `None` where some seven days in a row would cost more than [`MOST_A_WEEK`].
pub fn charge(window: At, charged: &[(At, u32)]) -> Option<u32> {
    let of = |day: At| charged.iter().filter(|(w, _)| *w == day).map(|(_, eps)| *eps).max().unwrap_or(0);
    let added = EPS_MILLI.saturating_sub(of(window));
    let week = |first: i64| {
        let days = (first..first + WEEK).map(|n| of(window.plus(n * DAY_US)));
        days.fold(added, u32::saturating_add)
    };
    (1 - WEEK..=0).all(|first| week(first) <= MOST_A_WEEK).then_some(added)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::minimise::laws::a_zone;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const DAY: At = At(20_000 * DAY_US);
    const OVER: At = At(20_001 * DAY_US);

    fn crowd(persons: &BTreeSet<u32>) -> Crowd {
        let mut crowd = Crowd::default();
        for person in persons {
            crowd.insert(*person);
        }
        crowd
    }
    fn day(n: i64) -> At {
        DAY.plus(n * DAY_US)
    }
    fn seoul() -> Zone {
        zone::parent(zone::from_point(37.5663, 126.9779).unwrap(), RESOLUTION).unwrap()
    }

    #[test]
    fn a_window_slides_by_no_hour_and_none_is_told_while_people_still_come() {
        assert!(Asked::of(DAY, seoul(), OVER).is_some());
        assert_eq!(Asked::of(DAY, seoul(), OVER.plus(-1)), None);
        for hour in 1..24 {
            assert_eq!(Asked::of(DAY.plus(hour * DAY_US / 24), seoul(), day(9)), None, "{hour}");
        }
    }

    #[test]
    fn a_week_of_windows_is_paid_for_and_each_of_them_once() {
        let week: Vec<_> = (-9..=9).map(|n| (day(n), EPS_MILLI)).collect();
        assert_eq!(charge(DAY, &week), Some(0), "told of before");
        let others: Vec<_> = week.iter().copied().filter(|(w, _)| *w != DAY).collect();
        assert_eq!(charge(DAY, &others), Some(EPS_MILLI));
        assert_eq!(charge(DAY, &[]), Some(EPS_MILLI));
    }

    #[test]
    fn what_would_cost_a_week_too_much_is_refused_on_either_side_of_it() {
        for n in [-6, 6] {
            assert_eq!(charge(DAY, &[(day(n), MOST_A_WEEK - EPS_MILLI)]), Some(EPS_MILLI), "{n}");
            assert_eq!(charge(DAY, &[(day(n), MOST_A_WEEK - EPS_MILLI + 1)]), None, "{n}");
            assert_eq!(charge(DAY, &[(day(n), u32::MAX)]), None, "{n}");
        }
        assert_eq!(charge(DAY, &[(day(-7), u32::MAX), (day(7), u32::MAX)]), Some(EPS_MILLI));
    }

    proptest! {
        #[test]
        fn a_zone_is_told_alike_by_itself_and_among_those_round_it_and_nothing_coarser_is(near in a_zone(), resolution in 0u8..8) {
            let own = zone::parent(near, RESOLUTION).unwrap();
            let around = zone::parent(near, resolution).unwrap();
            let alone = Asked::of(DAY, own, OVER).unwrap();
            prop_assert_eq!(alone.zones(), [own]);
            match Asked::of(DAY, around, OVER) {
                None => prop_assert!(!(4..=6).contains(&resolution)),
                Some(asked) => {
                    let zones = asked.zones();
                    prop_assert!(asked.window() == alone.window() && zones.contains(&own) && zones.is_sorted());
                    prop_assert_eq!(zones.len(), 7usize.pow(u32::from(RESOLUTION - resolution)));
                    prop_assert!(zones.iter().all(|z| zone::resolution(*z) == Some(RESOLUTION) && zone::holds(around, *z)));
                }
            }
        }

        #[test]
        fn whoever_is_somewhere_counts_once_with_however_many_phones(
            sets in prop::collection::vec(prop::collection::btree_set(0u32..60, 0..40), 0..6),
        ) {
            let mut crowds: Vec<_> = (0u64..).map(Zone).zip(sets.iter().map(crowd)).collect();
            once(&mut crowds);
            let all: BTreeSet<u32> = sets.iter().flatten().copied().collect();
            prop_assert_eq!(crowds.iter().map(|(_, c)| c.len()).sum::<u64>(), all.len() as u64);
        }

        #[test]
        fn no_order_of_questions_charges_any_seven_days_beyond_the_most(asked in prop::collection::vec(0i64..30, 0..90)) {
            let mut charged: Vec<(At, u32)> = Vec::new();
            for n in asked {
                if let Some(added) = charge(day(n), &charged).filter(|added| *added > 0) {
                    charged.push((day(n), added));
                }
            }
            for first in 0..30 {
                let week: u32 = charged.iter().filter(|(w, _)| (day(first)..day(first + WEEK)).contains(w)).map(|(_, e)| e).sum();
                prop_assert!(week <= MOST_A_WEEK);
            }
        }

        #[test]
        fn no_number_panics(index in any::<u64>(), eps in any::<u32>()) {
            prop_assert!(Asked::of(DAY, Zone(index), OVER).is_none_or(|a| !a.zones().is_empty()));
            charge(DAY, &[(DAY, eps), (day(1), eps)]);
        }
    }
}
