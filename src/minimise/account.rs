//! What is told of an account: the country that its line is registered in, and the step of its data that is left. Deliberately absent: a word
//! for "abroad" without the country. It would be said only of those in whose country there are too few, and so point to them.
use super::charge::Found;
use super::crowd::{CrowdKey, Crowds, epoch};
use super::draw::{Facts, Scope, least};
use super::guard::Guard;
use super::item::{Age, Origin, Value};
use crate::domain::place::Confidence;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::territory::Territory;
use crate::domain::time::{At, SECOND_US};
use crate::domain::volume::Volume;
use crate::profile::{Profile, Registered};

/// The step of data to tell: that of the day as it began, and where nothing guards the latest.
pub(super) fn left(guard: Guard, profile: &Profile, now: At) -> Option<Volume> {
    if guard.holds() { profile.data_left(now) } else { profile.latest_data_left() }
}

/// Where a line is registered, and where it is at home.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registration {
    pub registered: Registered,
    pub home: Jurisdiction,
}

/// The country of today, unless that was said too lately. Who is alike is known of one day only, so yesterday's is not told.
fn usable(scope: &Scope, facts: &Facts, now: At) -> Result<Registration, Reason> {
    let registration = facts.registration.ok_or(Reason::NoData)?;
    let at = registration.registered.at;
    let young = now.since(at).max(0) < i64::from(scope.obligations.delay_s) * SECOND_US;
    if epoch(at) != epoch(now) || young { Err(Reason::NoData) } else { Ok(registration) }
}

/// Who else of his home was registered there on the day.
pub(super) fn country_key(scope: &Scope, facts: &Facts, now: At) -> Option<CrowdKey> {
    let Registration { registered, home } = usable(scope, facts, now).ok()?;
    Some(CrowdKey::country(home, registered.country, registered.at))
}

/// The country, if there are enough. It is as old as the day in which persons are counted, and no younger.
pub(super) fn roaming_country(
    scope: &Scope,
    facts: &Facts,
    crowds: &Crowds,
    now: At,
) -> Result<Found, Reason> {
    let Registration { registered: Registered { country, .. }, home } = usable(scope, facts, now)?;
    let key = country_key(scope, facts, now).ok_or(Reason::NoData)?;
    let persons = crowds.count(key);
    if persons < least(scope) {
        return Err(Reason::CrowdTooSmall);
    }
    Ok(Found {
        value: Value::Registered { country, abroad: Territory::of(home) != Some(country) },
        crowd: Some((key, persons)),
        age: Age::Under1d,
        valid_for_s: 3600,
        confidence: Confidence::High,
        origin: Origin::NetworkRegistration,
    })
}

/// What is left, as the day began: one of four words, of which an onlooker can know none, so that nobody is counted.
pub(super) fn data_volume(facts: &Facts) -> Result<Found, Reason> {
    let volume = facts.left.ok_or(Reason::NoData)?;
    Ok(Found {
        value: Value::Volume(volume),
        crowd: None,
        age: Age::Days,
        valid_for_s: 86_400,
        confidence: Confidence::Medium,
        origin: Origin::AccountRecord,
    })
}
