//! Joint anonymity: an answer counts who fits it and everything else that was told about the subscriber, to anyone, and is still kept. Crowds of
//! single answers do not add up: of 1,083 people in New York, half were alone after two answers of ten alike each, and nearly all after four.
//!
//! Deliberately absent: reading the crowds, and whom the numbers stand for.
use super::crowd::{Crowd, CrowdKey, CrowdKind, Crowds, is_kept};
use super::density;
use super::item::Released;
use super::zone;
use crate::domain::time::At;
use crate::domain::zone::Zone;
use std::cmp::Reverse;
use std::sync::Arc;

/// What was told about a subscriber, as the crowds that it places him in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Told {
    keys: Vec<CrowdKey>,
    /// How many fitted all of it when the last of it was told; crowds only grow while they are kept.
    persons: Option<u32>,
}

impl Told {
    /// Everything in `released` whose crowds are still kept at `now`.
    fn of(released: &[Released], now: At) -> Told {
        let kept = |r: &&Released| r.keys.iter().any(|key| is_kept(key.as_of(now), now));
        let persons = released.iter().filter(kept).map(|r| r.crowd).min();
        let keys = released.iter().flat_map(|r| r.keys.iter().map(|key| key.as_of(now)));
        let mut keys: Vec<CrowdKey> = keys.filter(|key| is_kept(*key, now)).collect();
        keys.sort_unstable();
        keys.dedup();
        Told { keys, persons }
    }

    /// How many fit all of it and `key` too, where that follows from what was told: who was in a zone was in every zone around it.
    fn implies(&self, key: CrowdKey) -> Option<u32> {
        self.persons.filter(|_| self.keys.iter().any(|told| *told == key || is_round(key, *told)))
    }

    /// Who fits all of it; `None` is everyone. The fewest come first, so that what is gone through is never longer than they are.
    fn fitting<S: Source>(&self, source: &mut S) -> Result<Option<Arc<Crowd>>, S::Fault> {
        let mut crowds = self.keys.iter().map(|key| source.crowd(*key)).collect::<Result<Vec<_>, _>>()?;
        crowds.sort_by_key(|crowd| crowd.len());
        Ok(crowds.into_iter().reduce(|fitting, crowd| Arc::new(fitting.intersection(&crowd))))
    }
}

fn is_zone(key: CrowdKey) -> bool {
    matches!(key.kind, CrowdKind::Zone | CrowdKind::Day)
}

/// Whether it is of a place, in which there has to be room.
fn is_place(key: CrowdKey) -> bool {
    is_zone(key) || key.kind == CrowdKind::Country
}

/// Whether whoever is in `inner` is in `outer`, of the same time: a zone round another.
fn is_round(outer: CrowdKey, inner: CrowdKey) -> bool {
    outer.bucket == inner.bucket
        && outer.kind == inner.kind
        && is_zone(outer)
        && zone::holds(Zone(outer.key), Zone(inner.key))
}

/// Whether both are of one topic, in two weeks.
fn is_other_week(one: CrowdKey, other: CrowdKey) -> bool {
    one.kind.is_topic() && one.key == other.key && one.kind.before() == other.kind.before()
}

/// `keys` in the order they are counted in: of two weeks of a topic what was told first, then the larger.
fn in_turn<S: Source>(source: &mut S, told: &Told, keys: Vec<CrowdKey>) -> Result<Vec<CrowdKey>, S::Fault> {
    if !keys.iter().all(|key| key.kind.is_topic()) {
        return Ok(keys);
    }
    let sized =
        keys.into_iter().map(|key| Ok((told.implies(key).is_none(), Reverse(source.size(key)?), key)));
    let mut sized = sized.collect::<Result<Vec<_>, _>>()?;
    sized.sort_unstable();
    Ok(sized.into_iter().map(|(_, _, key)| key).collect())
}

/// Persons usually in a zone, or in a country, that is told, whoever of them fits: where few are, the choice among places is a person's own, and tells what was heard of him on one day from
/// what was heard of others on the next.
const ROOM: u32 = 350;
/// The share of everybody that has room enough, where there are not that many.
const ROOM_OF_ALL: (u32, u32) = (7, 20);

/// How many persons a crowd of a place has to have besides `least` that fit, among `base`.
fn room(base: u32, least: u32) -> u32 {
    let (of, all) = ROOM_OF_ALL;
    (base.saturating_mul(of) / all).min(ROOM).max(least)
}

/// Where crowds are kept.
pub trait Source {
    /// Why they could not be read.
    type Fault;
    /// How many are in a stored crowd.
    fn size(&mut self, key: CrowdKey) -> Result<u32, Self::Fault>;
    /// Who is in a crowd, stored or not.
    fn crowd(&mut self, key: CrowdKey) -> Result<Arc<Crowd>, Self::Fault>;
    /// How many are in both of two crowds.
    fn both(&mut self, one: CrowdKey, other: CrowdKey) -> Result<u64, Self::Fault> {
        let one = self.crowd(one)?;
        Ok(one.intersection_len(&*self.crowd(other)?))
    }
}

/// How many are in a crowd, stored or not.
fn len<S: Source>(source: &mut S, key: CrowdKey) -> Result<u64, S::Fault> {
    if key.is_stored() { source.size(key).map(u64::from) } else { source.crowd(key).map(|crowd| crowd.len()) }
}

/// How many there have to be room for: of a zone those who are usually there, once that is known of the day; else those who are there.
fn peopled<S: Source>(source: &mut S, key: CrowdKey) -> Result<u64, S::Fault> {
    if is_zone(key) && source.size(density::whole(key.bucket))? > 0 {
        return source.size(density::usual(Zone(key.key), key.bucket)).map(u64::from);
    }
    len(source, key)
}

/// How many of `base` persons are in each of the crowds `keys` and fit everything in `released`, told to anyone. Who fits is found out only where
/// what was told does not say it. A zone round one with `least` persons is not counted: it has as many. Nor is the other week of a topic that has
/// them. A zone or a country that has not room counts nobody.
///
/// # Errors
/// Those of the source.
pub fn counted<S: Source>(
    source: &mut S,
    base: u32,
    keys: Vec<CrowdKey>,
    released: &[Released],
    least: u32,
    now: At,
) -> Result<Crowds, S::Fault> {
    let told = Told::of(released, now);
    let mut counted = Crowds::new(told.persons.unwrap_or(base));
    let mut fitting: Option<Option<Arc<Crowd>>> = None;
    let mut enough: Option<(CrowdKey, u32)> = None;
    let room = u64::from(room(base, least));
    for key in in_turn(source, &told, keys)? {
        if enough.is_some_and(|(other, _)| is_other_week(key, other)) {
            continue;
        }
        let persons = if let Some((_, persons)) = enough.filter(|(inner, _)| is_round(key, *inner)) {
            persons
        } else if let Some(persons) = told.implies(key) {
            persons
        } else if is_place(key) && peopled(source, key)? < room {
            0
        } else {
            let persons = match told.keys[..] {
                [] => len(source, key)?,
                [one] => source.both(one, key)?,
                _ => {
                    let fitting = match &fitting {
                        Some(fitting) => fitting,
                        None => fitting.insert(told.fitting(source)?),
                    };
                    let crowd = source.crowd(key)?;
                    fitting.as_ref().map_or_else(|| crowd.len(), |fitting| fitting.intersection_len(&crowd))
                }
            };
            u32::try_from(persons).unwrap_or(u32::MAX)
        };
        counted.insert(key, persons);
        if persons >= least.max(1) {
            enough = Some((key, persons));
        }
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::{Category, Precision};
    use crate::domain::purpose::Purpose;
    use crate::domain::time::{DAY_US, HOUR_US};
    use crate::domain::topic::Topic;
    use crate::minimise::crowd::epoch;
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    const NOW: At = At(20_000 * DAY_US + 15 * HOUR_US);

    /// Crowds, and whom was looked at beside their sizes.
    #[derive(Default)]
    struct Kept(BTreeMap<CrowdKey, Arc<Crowd>>, Vec<CrowdKey>);

    impl Source for Kept {
        type Fault = Infallible;
        fn size(&mut self, key: CrowdKey) -> Result<u32, Infallible> {
            Ok(self.0.get(&key).map_or(0, |crowd| crowd.len() as u32))
        }
        fn crowd(&mut self, key: CrowdKey) -> Result<Arc<Crowd>, Infallible> {
            self.1.push(key);
            Ok(self.0.get(&key).cloned().unwrap_or_default())
        }
    }

    fn released(key: CrowdKey, crowd: u32) -> Released {
        Released {
            fact: [1; 32],
            category: Category::LocationZone,
            purpose: Purpose::ProvidePersonalisedRecommendations,
            precision: Precision::ZoneR6,
            reduced: false,
            crowd,
            bits_milli: 0,
            keys: vec![key],
            epoch: epoch(NOW),
        }
    }

    #[test]
    fn of_two_weeks_of_a_topic_the_larger_counts_and_the_other_is_looked_at_where_that_is_too_small() {
        let zone = CrowdKey::zone(Zone(7), NOW);
        let [before, this] = [
            CrowdKey::topic_before(CrowdKind::App, Topic::Food, NOW),
            CrowdKey::topic(CrowdKind::App, Topic::Food, NOW),
        ];
        let crowd = |range: std::ops::Range<u32>| Arc::new(range.collect::<Crowd>());
        let count = |least: u32, told: &[Released]| {
            let all = [(zone, crowd(0..600)), (before, crowd(500..1200)), (this, crowd(560..1000))];
            let mut kept = Kept(all.into_iter().collect(), Vec::new());
            let Ok(counted) = counted(&mut kept, 2000, vec![before, this], told, least, NOW);
            (counted.count(before), counted.count(this), kept.1)
        };
        assert_eq!(count(50, &[]), (700, 0, vec![]), "sizes are enough where nothing was told");
        let there = [released(zone, 600)];
        assert_eq!(count(50, &there), (100, 0, vec![zone, before]));
        assert_eq!(count(101, &there), (100, 40, vec![zone, before, zone, this]));
        // What was told of the smaller is known, so that asking again counts nobody.
        let again = [released(zone, 600), released(this, 40)];
        assert_eq!(count(40, &again), (0, 40, vec![]));
    }

    #[test]
    fn room_is_what_a_zone_usually_has_once_that_is_known_of_the_day() {
        let zone = CrowdKey::zone(Zone(7), NOW);
        let crowd = |n: u32| Arc::new((0..n).collect::<Crowd>());
        let count = |now: u32, usual: &[(CrowdKey, u32)]| {
            let known = usual.iter().map(|(key, n)| (*key, crowd(*n)));
            let mut kept = Kept([(zone, crowd(now))].into_iter().chain(known).collect(), Vec::new());
            let Ok(counted) = counted(&mut kept, 2000, vec![zone], &[], 50, NOW);
            counted.count(zone)
        };
        let [whole, usual] = [(density::whole(NOW), 1), (density::usual(Zone(7), NOW), 400)];
        assert_eq!((count(349, &[]), count(350, &[])), (0, 350), "no table yet: who is there now");
        assert_eq!(count(349, &[usual]), 0, "half a table is none");
        assert_eq!((count(80, &[whole, usual]), count(30, &[whole, usual])), (80, 30), "the crowd is of now");
        assert_eq!(count(2000, &[whole]), 0, "a place where usually nobody is");
        let yesterday = (density::whole(NOW.plus(-DAY_US)), 1);
        assert_eq!(count(400, &[yesterday]), 400);
    }

    #[test]
    fn who_fits_what_was_told_is_the_same_in_whichever_order() {
        let keys = [1, 2, 3, 4].map(|n| CrowdKey::zone(Zone(n), NOW.plus(-(n as i64) * HOUR_US)));
        let all = keys.iter().zip([400u32, 900, 300, 700]).map(|(key, n)| (*key, Arc::new((0..n).collect())));
        let mut kept = Kept(all.collect(), Vec::new());
        let told: Vec<Released> = keys[..3].iter().map(|key| released(*key, 300)).collect();
        let Ok(counted) = counted(&mut kept, 2000, vec![keys[3]], &told, 50, NOW);
        assert_eq!(counted.count(keys[3]), 300);
    }
}
