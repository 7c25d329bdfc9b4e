//! How many people are usually in a place: a table of one day, made of the hours of the day before it. How finely a place is told follows from it, and not from who is
//! there at the moment, so that places are told alike all day long and a rung that is given up says nothing of the hour. Deliberately absent: who the people are, and
//! whether enough of them fit what was told (`joint`), which is counted anew for every answer.
use super::crowd::{CrowdKey, CrowdKind, epoch};
use crate::domain::time::At;
use crate::domain::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};

/// The key of how many are usually in a zone, on the day of `at`. Nobody is in that crowd; it has a size alone.
pub fn usual(zone: Zone, at: At) -> CrowdKey {
    CrowdKey { kind: CrowdKind::Usual, key: zone.0, bucket: epoch(at) }
}

/// The key that has a size once the table of the day of `at` is whole. No zone has its index.
pub fn whole(at: At) -> CrowdKey {
    usual(Zone(0), at)
}

/// How many are usually in each zone: the median of its hours, of which those count in which anybody was seen anywhere.
pub fn table(hours: impl IntoIterator<Item = (Zone, At, u32)>) -> Vec<(Zone, u32)> {
    let (mut seen, mut zones) = (BTreeSet::new(), BTreeMap::<Zone, Vec<u32>>::new());
    for (zone, hour, persons) in hours {
        seen.insert(hour);
        zones.entry(zone).or_default().push(persons);
    }
    let usual = |mut hours: Vec<u32>| {
        hours.resize(seen.len(), 0);
        let middle = hours.len() / 2;
        *hours.select_nth_unstable(middle).1
    };
    zones.into_iter().map(|(zone, hours)| (zone, usual(hours))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY_US, HOUR_US};

    const DAY: At = At(20_000 * DAY_US);

    fn seen(zone: u64, hours: std::ops::Range<i64>, persons: u32) -> impl Iterator<Item = (Zone, At, u32)> {
        hours.map(move |hour| (Zone(zone), DAY.plus(hour * HOUR_US), persons))
    }

    #[test]
    fn what_is_usual_is_the_median_of_the_hours_and_an_hour_of_nobody_counts() {
        let office = seen(1, 8..18, 900);
        let homes = seen(2, 0..8, 500).chain(seen(2, 8..18, 100)).chain(seen(2, 18..24, 400));
        let stadium = seen(3, 20..22, 50_000);
        assert_eq!(table(office.chain(homes).chain(stadium)), [(Zone(1), 0), (Zone(2), 400), (Zone(3), 0)]);
    }

    #[test]
    fn hours_in_which_nobody_at_all_was_seen_are_not_looked_at() {
        assert_eq!(table(seen(1, 12..13, 60).chain(seen(2, 12..13, 7))), [(Zone(1), 60), (Zone(2), 7)]);
        assert_eq!(table([]), []);
    }

    #[test]
    fn a_day_has_a_table_of_its_own() {
        let zone = Zone(7);
        assert_eq!(usual(zone, DAY), usual(zone, DAY.plus(DAY_US - 1)));
        assert_ne!(usual(zone, DAY), usual(zone, DAY.plus(DAY_US)));
        assert_ne!(usual(zone, DAY), whole(DAY));
    }
}
