//! Joint anonymity: an answer counts who fits it and everything else that was told about the subscriber, to anyone, and is still kept. Crowds of
//! single answers do not add up: of 1,083 people in New York, half were alone after two answers of ten alike each, and nearly all after four.
//!
//! Deliberately absent: reading the crowds, and whom the numbers stand for.
use super::crowd::{Crowd, CrowdKey, CrowdKind, Crowds, is_kept};
use super::item::Released;
use super::zone;
use crate::domain::time::At;
use crate::domain::zone::Zone;
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

    /// Who fits all of it; `None` is everyone.
    fn fitting<S: Source>(&self, source: &mut S) -> Result<Option<Arc<Crowd>>, S::Fault> {
        let mut fitting: Option<Arc<Crowd>> = None;
        for key in &self.keys {
            let crowd = source.crowd(*key)?;
            fitting = Some(match fitting {
                Some(fitting) => Arc::new(fitting.intersection(&crowd)),
                None => crowd,
            });
        }
        Ok(fitting)
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

/// Persons in a zone or a country that is told, whoever of them fits: where few are, the choice among places is a person's own, and tells what was heard of him on one day from
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
}

/// How many of `base` persons are in each of the crowds `keys` and fit everything in `released`, told to anyone. Who fits is found out only where
/// what was told does not say it, and a zone round one with `least` persons is not counted: it has as many. A zone or a country that has not room counts nobody.
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
    let room = room(base, least);
    for key in keys {
        let has_room = |persons: u64| !is_place(key) || persons >= u64::from(room);
        let persons = if let Some((_, persons)) = enough.filter(|(inner, _)| is_round(key, *inner)) {
            persons
        } else if let Some(persons) = told.implies(key) {
            persons
        } else if told.keys.is_empty() && key.is_stored() {
            Some(source.size(key)?).filter(|persons| has_room(u64::from(*persons))).unwrap_or(0)
        } else {
            let fitting = match &fitting {
                Some(fitting) => fitting,
                None => fitting.insert(told.fitting(source)?),
            };
            let crowd = source.crowd(key)?;
            let persons = match fitting {
                _ if !has_room(crowd.len()) => 0,
                Some(fitting) => fitting.intersection_len(&crowd),
                None => crowd.len(),
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
