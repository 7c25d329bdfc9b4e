//! Routine: whether the subscriber is where he usually is at this time, and how soon he usually moves on from there. Deliberately absent: any
//! place, any clock time, and a move more than four hours ahead.
use super::calendar::Local;
use super::places::anchors;
use super::stays::Mobility;
use crate::domain::time::{At, DAY_US};

/// The usual move is looked for in so many half hours from the present one on.
pub const HALF_HOURS_AHEAD: u8 = 8;
/// A place is usual where it has this part of all the time spent at this time of the day, or more: 1 in 3.
const USUAL: u32 = 3;
/// A move is usual where, on so many days of this kind or more, the place was left in that half hour or next to it: 1 in 2.
const LEFT: u32 = 2;
/// Days of this kind in a place before a move is usual.
const LEAST_DAYS: usize = 3;
/// As for a next place: who was last seen longer ago is not there now, µs.
const STALE_US: i64 = DAY_US;

/// What is usual of the present place at the present time. It names neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Routine {
    /// He is usually elsewhere at this time.
    Unusual,
    /// He is usually there, and has no usual move in the hours to come.
    Usual,
    /// He is usually there, and usually moves on in so many half hours of the clock: 0, the present one, to 7.
    UsualUntil(u8),
}

impl Routine {
    /// All that can be said.
    pub fn all() -> impl Iterator<Item = Routine> {
        let soon = (0..HALF_HOURS_AHEAD).map(Routine::UsualUntil);
        [Routine::Unusual, Routine::Usual].into_iter().chain(soon)
    }
}

/// `None` below five nights of history, where nothing was seen at this time of the day, a day after the last event and at a sensitive place.
pub(super) fn routine(m: &Mobility, now: At, offset_s: i32) -> Option<Routine> {
    let last = m.last.filter(|l| !l.sensitive && now.since(l.at) <= STALE_US)?;
    anchors(&m.places, m.nights)?;
    let local = Local::of(now, offset_s);
    let spent = |place: usize| m.places.get(place).map_or(0, |p| p.spent(local));
    let all: u32 = (0..m.places.len()).map(spent).sum();
    if all == 0 {
        return None;
    }
    let here = m.places.iter().position(|p| p.zone == last.zone).filter(|p| spent(*p) * USUAL >= all);
    Some(match here {
        None => Routine::Unusual,
        Some(here) => {
            let soon = (0..HALF_HOURS_AHEAD).find(|ahead| leaves(m, here, local.ahead(i64::from(*ahead))));
            soon.map_or(Routine::Usual, Routine::UsualUntil)
        }
    })
}

/// Whether the half hour of `local` is one in which the place is usually left.
fn leaves(m: &Mobility, place: usize, local: Local) -> bool {
    let (Some(kept), Ok(position)) = (m.places.get(place), u8::try_from(place)) else { return false };
    let [before, then, after] = [-1, 0, 1].map(|step| m.departures.of(position, local.ahead(step)));
    let (days, every) = kept.alike(m.day, local.is_weekend());
    days >= LEAST_DAYS && then > 0 && then >= before.max(after) && (before + then + after) * LEFT >= every
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lived, stay};
    use super::super::{Profile, residents};
    use super::*;
    use crate::domain::feed::{Event, Happening};
    use crate::domain::time::{HOUR_US, MINUTE_US, SECOND_US};

    const MONDAY_S: i64 = 20_402 * 86_400;
    const HOME: u64 = 0;
    const WORK: u64 = 1;
    const GYM: u64 = 2;

    fn at(day: i64, minute: i64) -> At {
        At((MONDAY_S + day * 86_400 + minute * 60) * SECOND_US)
    }

    /// Days of `place(day, minute)` and whether the point is sensitive.
    fn days(count: i64, place: impl Fn(i64, i64) -> (u64, bool)) -> Profile {
        let mut profile = Profile::default();
        for step in 0..count * 144 {
            let (day, minute) = (step / 144, step % 144 * 10);
            let (place, sensitive) = place(day, minute);
            let what = Happening::Stay { zone: residents::zone(9, place), sensitive };
            profile.fold(&Event { at: at(day, minute), what }, 0);
        }
        profile
    }

    /// To work at 8:40 and home at 17:40, on weekdays.
    fn works(day: i64, minute: i64) -> (u64, bool) {
        (if day % 7 < 5 && (520..1060).contains(&minute) { WORK } else { HOME }, false)
    }

    fn seen(profile: &mut Profile, place: u64, now: At) -> Option<Routine> {
        let what = Happening::Stay { zone: residents::zone(9, place), sensitive: false };
        profile.fold(&Event { at: now, what }, 0);
        profile.routine(now, 0)
    }

    #[test]
    fn one_who_goes_to_work_every_morning_is_usual_at_home_until_half_past_eight() {
        let mut profile = days(21, works);
        let mut said = |minute| seen(&mut profile, HOME, at(21, minute)).unwrap();
        assert_eq!(said(4 * 60), Routine::Usual, "more than four hours ahead");
        assert_eq!(said(6 * 60), Routine::UsualUntil(5));
        assert_eq!(said(8 * 60 + 5), Routine::UsualUntil(1));
        assert_eq!(said(8 * 60 + 40), Routine::UsualUntil(0));
        assert_eq!(said(11 * 60), Routine::Unusual, "a weekday at home");
        assert_eq!(seen(&mut profile, WORK, at(21, 16 * 60)), Some(Routine::UsualUntil(3)));
        assert_eq!(seen(&mut profile, GYM, at(21, 18 * 60)), Some(Routine::Unusual));
        assert_eq!(seen(&mut profile, HOME, at(26, 8 * 60)), Some(Routine::Usual), "a Saturday");
    }

    #[test]
    fn a_move_made_now_and_then_is_not_usual() {
        let mut profile = days(21, |day, minute| {
            (if day % 4 == 0 && (600..720).contains(&minute) { GYM } else { HOME }, false)
        });
        assert_eq!(seen(&mut profile, HOME, at(21, 9 * 60)), Some(Routine::Usual));
    }

    #[test]
    fn below_five_nights_a_day_after_the_last_event_and_at_a_sensitive_place_nothing_is_said() {
        assert_eq!(days(3, works).routine(at(3, 0), 0), None);
        let mut profile = days(14, works);
        let last = profile.last_stay().unwrap().at;
        assert!(profile.routine(last.plus(23 * HOUR_US), 0).is_some());
        assert_eq!(profile.routine(last.plus(25 * HOUR_US), 0), None);
        let what = Happening::Stay { zone: residents::zone(9, HOME), sensitive: true };
        profile.fold(&Event { at: last.plus(MINUTE_US), what }, 0);
        assert_eq!(profile.routine(last.plus(MINUTE_US), 0), None);
    }

    #[test]
    fn the_hour_of_a_sensitive_visit_is_no_usual_move() {
        // The attack: worship at noon every day, and the gym after it. That he leaves at noon would tell.
        let visits = |sensitive| {
            move |_: i64, minute: i64| match minute {
                730..780 => (7, sensitive),
                780..840 => (GYM, false),
                _ => (HOME, false),
            }
        };
        let mut open = days(21, visits(false));
        assert_eq!(seen(&mut open, HOME, at(21, 11 * 60)), Some(Routine::UsualUntil(2)));
        let mut veiled = days(21, visits(true));
        assert_eq!(seen(&mut veiled, HOME, at(21, 11 * 60)), Some(Routine::Usual));
        assert_eq!(seen(&mut veiled, GYM, at(21, 13 * 60)), Some(Routine::Unusual));
    }

    #[test]
    fn of_the_moves_it_announces_most_are_made() {
        let (mut right, mut all) = (0, 0);
        for seed in 0..120 {
            let events = residents::resident(seed, 42);
            let mut profile = Profile::default();
            for (i, (at_s, place)) in events.iter().enumerate() {
                profile.fold(&stay(*at_s, residents::zone(seed, *place)), 28_800);
                let Some(Routine::UsualUntil(soon)) = profile.routine(At(at_s * SECOND_US), 28_800) else {
                    continue;
                };
                let end = at_s.div_euclid(1800) * 1800 + 1800 * (i64::from(soon) + 2);
                let rest = events.get(i..).unwrap_or_default();
                if rest.last().is_none_or(|(last, _)| *last < end) {
                    continue;
                }
                all += 1;
                right += u32::from(rest.iter().take_while(|(at, _)| *at <= end).any(|(_, p)| p != place));
            }
        }
        assert!(all > 1000 && right * 2 > all, "{right} of {all}");
    }

    #[test]
    fn a_resident_of_two_weeks_has_a_routine() {
        let profile = lived(5, 14);
        assert!(profile.routine(profile.last_stay().unwrap().at, 28_800).is_some());
    }
}
