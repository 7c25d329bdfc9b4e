//! What the use of apps and sites tells of someone. Deliberately absent: which apps and sites they are; the profile does not know.
use super::charge::Found;
use super::crowd::{CrowdKey, CrowdKind, Crowds};
use super::draw::{Facts, Scope, least};
use super::guard::Guard;
use super::item::{Age, Origin, Value};
use crate::domain::feed::Source;
use crate::domain::place::Confidence;
use crate::domain::reason::Reason;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::profile::Profile;

/// The topic to say: the lasting one, and where nothing guards the strongest of these days.
pub(super) fn topic(guard: Guard, profile: &Profile, source: Source, now: At) -> Option<Topic> {
    if guard.holds() { profile.interest(source, now) } else { profile.latest_interest(source, now) }
}

/// The interest of whom it is about, if enough share it.
pub(super) fn interest(
    scope: &Scope,
    facts: &Facts,
    kind: CrowdKind,
    origin: Origin,
    crowds: &Crowds,
    now: At,
) -> Result<Found, Reason> {
    let topic = facts.topic.ok_or(Reason::NoData)?;
    let (key, persons) = topic_keys(facts, kind, now)
        .map(|k| (k, crowds.count(k)))
        .max_by_key(|(_, persons)| *persons)
        .filter(|(_, persons)| *persons >= least(scope))
        .ok_or(Reason::CrowdTooSmall)?;
    Ok(Found {
        value: Value::Topic(topic),
        crowd: Some((key, persons)),
        age: Age::Days,
        valid_for_s: 86_400,
        confidence: Confidence::Medium,
        origin,
    })
}

/// The crowds of the topic in the week before and in this one. The larger counts.
pub(super) fn topic_keys(facts: &Facts, kind: CrowdKind, now: At) -> impl Iterator<Item = CrowdKey> {
    let weeks = facts.topic.map(|t| [CrowdKey::topic_before(kind, t, now), CrowdKey::topic(kind, t, now)]);
    weeks.into_iter().flatten()
}
