//! What was learnt of a subscriber from what was really told, by one recipient or by all who put together what they heard. Worked out of the release
//! ledger, and held against his own profile, for his eyes and the operator's.
//!
//! Deliberately absent: what somebody may know from elsewhere, and what older answers gave away than the ledger keeps.
use super::crowd::CrowdKind;
use super::guess::Found;
use super::item::Released;
use super::life::Life;
use super::zone;
use crate::crypt::hash::Digest;
use crate::domain::time::At;
use crate::domain::zone::Zone;
use crate::profile::{is_night, is_office};
use std::collections::{BTreeMap, BTreeSet};

/// What was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Learnt {
    /// Facts, each once in its day, an interest once in its week.
    pub facts: u32,
    /// Of them zones.
    pub zones: u32,
    /// Surprisal of all of them, thousandths of a bit. An upper bound: what two facts say alike counts twice.
    pub bits_milli: u32,
    /// On the day on which fewest did: the persons who fit everything that was told that day to anyone. `None` where no crowd was asked.
    pub fewest: Option<u32>,
    /// What zones told by night lead to; `None` where it is not known where home is, or no zone was told by night.
    pub home: Option<Found>,
    /// The same of zones told in working hours.
    pub work: Option<Found>,
    /// Days on which he was counted among many, at most: on which of them he was seen is not kept.
    pub counted: u32,
}

/// What follows from `told`.
pub fn learnt(told: &[Released], life: &Life<'_>) -> Learnt {
    let mut once: BTreeMap<Digest, &Released> = BTreeMap::new();
    for released in told {
        let known = once.entry(released.fact).or_insert(released);
        if released.bits_milli > known.bits_milli {
            *known = released;
        }
    }
    let facts = once.values();
    let anchors = life.profile.anchors().unwrap_or_default();
    Learnt {
        facts: u32::try_from(once.len()).unwrap_or(u32::MAX),
        zones: facts.clone().filter(|r| r.precision.resolution().is_some()).count() as u32,
        bits_milli: facts.map(|r| r.bits_milli).fold(0, u32::saturating_add),
        fewest: told.iter().filter(|r| !r.keys.is_empty()).map(|r| r.crowd).min(),
        home: anchors.home.and_then(|home| found(told, home, |at| is_night(at, life.home.offset_s(at)))),
        work: anchors.work.and_then(|work| found(told, work, |at| is_office(at, life.home.offset_s(at)))),
        counted: 0,
    }
}

/// How much of what was told of the hours that `counts` names is one zone, and whether that leads to `place`.
fn found(told: &[Released], place: Zone, counts: impl Fn(At) -> bool) -> Option<Found> {
    let keys = told.iter().flat_map(|r| &r.keys);
    let seen: BTreeSet<(Zone, At)> = keys
        .filter(|k| k.kind == CrowdKind::Zone && counts(k.bucket))
        .map(|k| (Zone(k.key), k.bucket))
        .collect();
    let mut votes = BTreeMap::<Zone, usize>::new();
    seen.iter().for_each(|(zone, _)| *votes.entry(*zone).or_default() += 1);
    // Of two that were told as often the finer one says more.
    let (zone, most) = votes.into_iter().max_by_key(|(zone, n)| (*n, zone::resolution(*zone)))?;
    let reach = zone::reach_m(zone).filter(|_| zone::holds(zone, place));
    Some(Found {
        share: u8::try_from(most * 100 / seen.len().max(1)).unwrap_or(100),
        within_km: reach.map(|metres| (metres / 1000.0).ceil() as u32),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::{Category, Precision};
    use crate::domain::feed::{Event, Happening};
    use crate::domain::never::Never;
    use crate::domain::purpose::Purpose;
    use crate::domain::subscriber::Jurisdiction;
    use crate::domain::time::{DAY_US, HOUR_US};
    use crate::minimise::crowd::{CrowdKey, epoch};
    use crate::profile::Profile;

    /// A Monday, midnight in Seoul.
    const START: At = At(20_458 * DAY_US - 9 * HOUR_US);
    const SEOUL_S: i32 = 9 * 3600;

    fn zone_of((lat, lon): (f64, f64), resolution: u8) -> Zone {
        zone::parent(zone::from_point(lat, lon).unwrap(), resolution).unwrap()
    }
    const HOME: (f64, f64) = (37.5663, 126.9779);
    const WORK: (f64, f64) = (37.5000, 127.0300);

    fn lived() -> Profile {
        let mut profile = Profile::default();
        for hour in 0..14 * 24 {
            let at = START.plus((hour - 14 * 24) * HOUR_US);
            let place = if is_office(at, SEOUL_S) { WORK } else { HOME };
            let what = Happening::Stay { zone: zone_of(place, 7), sensitive: false };
            profile.fold(&Event { at, what }, SEOUL_S);
        }
        profile
    }
    fn told(n: u8, zone: Zone, at: At, crowd: u32) -> Released {
        Released {
            fact: [n; 32],
            category: Category::LocationZone,
            purpose: Purpose::ProvidePersonalisedRecommendations,
            precision: Precision::ZoneR6,
            reduced: false,
            crowd,
            bits_milli: 1500,
            keys: vec![CrowdKey::zone(zone, at)],
            epoch: epoch(at),
        }
    }
    fn of(told: &[Released]) -> Learnt {
        let (profile, never) = (lived(), Never::default());
        learnt(told, &Life { profile: &profile, never: &never, home: Jurisdiction::KR })
    }

    #[test]
    fn of_nothing_told_nothing_is_learnt() {
        assert_eq!(of(&[]), Learnt::default());
    }

    #[test]
    fn zones_told_by_night_lead_home_and_those_of_working_hours_to_work() {
        let (home, work) = (zone_of(HOME, 6), zone_of(WORK, 6));
        let night = |day: i64| START.plus(day * DAY_US + 2 * HOUR_US);
        let office = |day: i64| START.plus(day * DAY_US + 11 * HOUR_US);
        let all = [
            told(1, home, night(0), 60),
            told(2, home, night(1), 80),
            told(3, work, night(2), 90),
            told(4, work, office(0), 70),
        ];
        let learnt = of(&all);
        assert_eq!((learnt.facts, learnt.zones, learnt.bits_milli, learnt.fewest), (4, 4, 6000, Some(60)));
        let (at_home, at_work) = (learnt.home.unwrap(), learnt.work.unwrap());
        assert_eq!((at_home.share, at_work.share), (66, 100));
        assert!(at_home.within_km.is_some_and(|km| (3..=5).contains(&km)), "{at_home:?}");
        assert!(at_work.within_km.is_some());
    }

    #[test]
    fn what_leads_elsewhere_gives_home_not_away_and_a_fact_told_twice_is_one() {
        let work = zone_of(WORK, 6);
        let night = START.plus(2 * HOUR_US);
        let learnt = of(&[told(1, work, night, 60), told(1, work, night, 55)]);
        assert_eq!((learnt.facts, learnt.bits_milli, learnt.fewest), (1, 1500, Some(55)));
        assert_eq!(learnt.home, Some(Found { share: 100, within_km: None }));
        assert_eq!(learnt.work, None, "nothing was told in working hours");
    }
}
