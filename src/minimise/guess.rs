//! What a recipient could work out of zones alone, if it asked every hour and were always answered as finely as it may be: where home and
//! work are. Worked out of the subscriber's own profile, with the same rungs and the same silence as an answer, for his own eyes.
//!
//! Deliberately absent: the crowd, which only makes answers coarser, and anything else that a recipient may know; so it says at most
//! what zones give away, and at least nothing.
use super::crowd::CrowdKey;
use super::guard::Guard;
use super::ladder::ladder;
use super::life::Life;
use super::zone;
use crate::domain::category::Precision;
use crate::domain::time::At;
use crate::domain::zone::Zone;
use crate::profile::Spent;
use std::collections::BTreeMap;

/// What could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// Nights of the last 28 that it rests on.
    pub nights: u32,
    /// Where the nights are spent; `None` where that is not known.
    pub home: Option<Found>,
    /// Where weekdays are spent.
    pub work: Option<Found>,
}

/// How well a place could be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Of the time that is spent like this, how much falls into the zone that is told most, %.
    pub share: u8,
    /// How far from the middle of that zone the place is at most, km; `None` when it is not in it.
    pub within_km: Option<u32>,
}

/// Time that is spent alike: how much of it at a place, and the hours in which one is asked after then.
type Span = (fn(&Spent) -> u32, &'static [u16]);

const NIGHT: Span = (|s| s.night, &[22, 23, 0, 1, 2, 3, 4, 5]);
const OFFICE: Span = (|s| s.office, &[9, 10, 11, 12, 13, 14, 15, 16]);
/// Who hears nothing at night goes by mornings and evenings.
const REST: Span = (|s| s.rest, &[6, 7, 8, 17, 18, 19, 20, 21]);

/// What zones of `finest` would give away.
pub fn guess(life: &Life<'_>, finest: Precision) -> Guess {
    let anchors = life.profile.anchors().unwrap_or_default();
    let home = if heard_hours(life, NIGHT.1) > 0 { NIGHT } else { REST };
    Guess {
        nights: life.profile.nights(),
        home: anchors.home.map(|place| found(life, finest, place, home)),
        work: anchors.work.map(|place| found(life, finest, place, OFFICE)),
    }
}

/// In how many of the hours anything is told.
fn heard_hours(life: &Life<'_>, hours: &[u16]) -> u64 {
    hours.iter().filter(|h| life.never.hours.is_none_or(|never| !never.hold(**h * 60))).count() as u64
}

/// What is heard of all that is spent like this, and whether it leads to `place`.
fn found(life: &Life<'_>, finest: Precision, place: Zone, (spent, hours): Span) -> Found {
    let (mut all, mut told) = (0u64, BTreeMap::<Zone, u64>::new());
    for at in life.profile.spent() {
        let minutes = u64::from(spent(&at));
        all += minutes;
        if let Some(zone) = heard(life, finest, at.zone) {
            *told.entry(zone).or_default() += minutes;
        }
    }
    let (asked, answered) = (hours.len() as u64, heard_hours(life, hours));
    let most = told.into_iter().max_by_key(|(_, minutes)| *minutes);
    let Some((zone, minutes)) = most.filter(|(_, minutes)| *minutes > 0 && answered > 0) else {
        return Found { share: 0, within_km: None };
    };
    let share = minutes * 100 * answered / (all * asked).max(1);
    let reach = zone::reach_m(zone).filter(|_| zone::holds(zone, place));
    Found {
        share: u8::try_from(share).unwrap_or(100),
        within_km: reach.map(|metres| (metres / 1000.0).ceil() as u32),
    }
}

/// The zone that would be told from `place`.
fn heard(life: &Life<'_>, finest: Precision, place: Zone) -> Option<Zone> {
    let label = life.profile.label(place);
    let rungs = ladder(Guard::ON, finest, place, label, |zone| CrowdKey::zone(zone, At(0)));
    rungs.first().filter(|_| !life.hides(place)).map(|rung| rung.zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::consent::Hours;
    use crate::domain::feed::{Event, Happening};
    use crate::domain::never::Never;
    use crate::domain::place::Label;
    use crate::domain::subscriber::Jurisdiction;
    use crate::domain::time::{HOUR_US, MINUTE_US};
    use crate::minimise::life::area;
    use crate::profile::Profile;

    const HOME: (f64, f64) = (37.5663, 126.9779);
    const WORK: (f64, f64) = (37.5000, 127.0300);

    fn zone_of((lat, lon): (f64, f64)) -> Zone {
        zone::from_point(lat, lon).unwrap()
    }

    /// Two weeks of nights at home and weekdays at work, seen twice an hour, in Seoul.
    fn lived() -> Profile {
        let (mut profile, monday) = (Profile::default(), At::parse("2026-11-01T15:00:00Z").unwrap());
        for half in 0..14 * 48 {
            let (day, hour) = (half / 48, half % 48 / 2);
            let at_work = day % 7 < 5 && (9..18).contains(&hour);
            let zone = zone_of(if at_work { WORK } else { HOME });
            let at = monday.plus(half * 30 * MINUTE_US);
            profile.fold(&Event { at, what: Happening::Stay { zone, sensitive: false } }, 9 * 3600);
        }
        profile
    }

    fn of(profile: &Profile, never: &Never, finest: Precision) -> Guess {
        guess(&Life { profile, never, home: Jurisdiction::KR }, finest)
    }

    #[test]
    fn who_sleeps_at_one_place_is_found_as_finely_as_zones_are_told_and_home_never_finer_than_r6() {
        let profile = lived();
        let within = |rung| of(&profile, &Never::default(), rung).home.unwrap().within_km.unwrap();
        assert_eq!(within(Precision::ZoneR7), within(Precision::ZoneR6));
        assert!((3..=5).contains(&within(Precision::ZoneR6)), "{}", within(Precision::ZoneR6));
        assert!((8..=12).contains(&within(Precision::ZoneR5)));
        assert!((60..=90).contains(&within(Precision::Region)));
        let guess = of(&profile, &Never::default(), Precision::ZoneR6);
        let (home, work) = (guess.home.unwrap(), guess.work.unwrap());
        assert!(guess.nights >= 13 && home.share >= 95 && work.share >= 90, "{guess:?}");
    }

    #[test]
    fn what_is_never_shared_is_not_found() {
        let profile = lived();
        let home = Never { labels: [Label::Home].into(), ..Never::default() };
        let marked = Never { areas: area(zone_of(HOME)).into_iter().collect(), ..Never::default() };
        for never in [&home, &marked] {
            for rung in [Precision::Region, Precision::City, Precision::ZoneR5, Precision::ZoneR6] {
                let guess = of(&profile, never, rung);
                assert_eq!(guess.home.unwrap().within_km, None, "{rung:?}");
                assert!(guess.work.unwrap().within_km.is_some());
            }
        }
        let night = |hours| Never { hours: Hours::parse(hours), ..Never::default() };
        // Silent nights do not hide where the evenings are spent; silence from evening to morning does.
        let evening = of(&profile, &night("22:00-06:00"), Precision::ZoneR6).home.unwrap();
        assert!(evening.share >= 90 && evening.within_km.is_some(), "{evening:?}");
        let silent = of(&profile, &night("17:00-09:00"), Precision::ZoneR6).home;
        assert_eq!(silent, Some(Found { share: 0, within_km: None }));
        let half = of(&profile, &night("22:00-02:00"), Precision::ZoneR6).home.unwrap();
        assert!((45..=50).contains(&half.share) && half.within_km.is_some(), "{half:?}");
    }

    #[test]
    fn of_a_stranger_nothing_is_guessed() {
        let nothing = Guess { nights: 0, home: None, work: None };
        assert_eq!(of(&Profile::default(), &Never::default(), Precision::ZoneR7), nothing);
        let mut once = Profile::default();
        let at = At(1_795_533_600_000_000 - HOUR_US);
        once.fold(&Event { at, what: Happening::Stay { zone: zone_of(HOME), sensitive: false } }, 0);
        assert_eq!(of(&once, &Never::default(), Precision::ZoneR7).home, None);
    }
}
