//! Stays: where somebody was for ten minutes or more, and where next, worked out of a feed; the truth that answers about the next place are scored by. Deliberately
//! absent: the broker's own fold, which must not be its own judge.
use crate::domain::time::{At, DAY_US, MINUTE_US};
use crate::domain::zone::Zone;

/// The most that one sight says of what followed it, µs; half of it where the next sight is elsewhere.
const SILENCE_US: i64 = 30 * MINUTE_US;
/// Dwell that makes a stay, µs.
const STAY_US: i64 = 10 * MINUTE_US;
/// What begins later than this after somebody was last seen did not follow from it, µs.
const BREAK_US: i64 = DAY_US;

/// A stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Where.
    pub zone: Zone,
    /// First seen there.
    pub from: At,
    /// Last seen there.
    pub until: At,
}

/// The stays in `seen`, which is in order of time. One after the other is elsewhere: coming back to the same zone goes on with the stay.
pub fn stays(seen: &[(At, Zone)]) -> Vec<Stay> {
    let mut out: Vec<Stay> = Vec::new();
    for run in seen.chunk_by(|a, b| a.1 == b.1 && b.0.since(a.0) <= SILENCE_US) {
        let (Some((from, zone)), Some((until, _))) = (run.first(), run.last()) else { continue };
        let next = seen.get(seen.partition_point(|(at, _)| at <= until));
        let after = next.map_or(0, |(at, elsewhere)| {
            at.since(*until).min(SILENCE_US) / if elsewhere == zone { 1 } else { 2 }
        });
        if until.since(*from) + after < STAY_US {
            continue;
        }
        match out.last_mut() {
            Some(last) if last.zone == *zone => last.until = *until,
            _ => out.push(Stay { zone: *zone, from: *from, until: *until }),
        }
    }
    out
}

/// The first stay elsewhere than in `here` after `at`; `None` where none begins within a day.
pub fn next(stays: &[Stay], at: At, here: Zone) -> Option<Stay> {
    let after = stays.iter().filter(|s| s.from > at && s.zone != here);
    after.copied().next().filter(|s| s.from.since(at) <= BREAK_US)
}

/// Each stay with the one that followed it within a day.
pub fn moves(stays: &[Stay]) -> impl Iterator<Item = (Stay, Stay)> + '_ {
    let pairs = stays.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    pairs.filter(|(left, came)| came.from.since(left.until) <= BREAK_US)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(minutes: &[(i64, u64)]) -> Vec<(At, Zone)> {
        minutes.iter().map(|(minute, zone)| (At(minute * MINUTE_US), Zone(*zone))).collect()
    }

    fn of(minutes: &[(i64, u64)]) -> Vec<(u64, i64, i64)> {
        let minute = |at: At| at.0 / MINUTE_US;
        stays(&seen(minutes)).iter().map(|s| (s.zone.0, minute(s.from), minute(s.until))).collect()
    }

    #[test]
    fn ten_minutes_make_a_stay_and_passing_through_makes_none() {
        assert_eq!(of(&[(0, 1), (5, 1), (15, 1), (20, 2), (29, 3), (45, 3)]), [(1, 0, 15), (3, 29, 45)]);
        // A single sight says half of the silence that follows it, and the last one nothing.
        assert_eq!(of(&[(0, 1), (19, 2)]), []);
        assert_eq!(of(&[(0, 1), (20, 2), (600, 3)]), [(1, 0, 0), (2, 20, 20)]);
    }

    #[test]
    fn coming_back_goes_on_with_the_stay_and_a_day_of_silence_leads_nowhere() {
        let all =
            stays(&seen(&[(0, 1), (30, 1), (300, 1), (330, 1), (340, 2), (360, 2), (4000, 3), (4030, 3)]));
        assert_eq!(all.iter().map(|s| s.zone.0).collect::<Vec<_>>(), [1, 2, 3]);
        let followed: Vec<_> = moves(&all).map(|(left, came)| (left.zone.0, came.zone.0)).collect();
        assert_eq!(followed, [(1, 2)]);
        let after = |minute: i64, here| next(&all, At(minute * MINUTE_US), Zone(here)).map(|s| s.zone.0);
        assert_eq!(
            (after(10, 1), after(10, 2), after(350, 2), after(3000, 2)),
            (Some(2), None, None, Some(3))
        );
    }
}
