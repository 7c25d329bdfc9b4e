//! The core of minimisation: one category of one permit, drawn as coarse as its limits ask. Deliberately absent: a public
//! entry; `apply` is the only one, and it takes a `Permit`.
use super::account::{Registration, country_key, data_volume, left, roaming_country};
use super::budget;
use super::charge::{Found, charge};
use super::crowd::{CrowdKey, CrowdKind, Crowds};
use super::guard::Guard;
use super::item::{Age, Item, Origin, Released, Value};
use super::ladder::{Rung, finest_crowded, ladder, open_rungs};
use super::life::Life;
use super::often::frequent_area;
use super::recency::sureness;
use super::usage::{interest, topic, topic_keys};
use super::verify::{Question, circle_keys, location_verify};
use crate::domain::category::{Category, Precision};
use crate::domain::feed::Source;
use crate::domain::frequency::Frequency;
use crate::domain::id::GrantId;
use crate::domain::obligation::Obligations;
use crate::domain::place::Label;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::time::{At, HOUR_US, SECOND_US};
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::profile::{LastStay, Next, Routine};

/// A stay older than this is no answer, µs.
pub(super) const MAX_AGE_US: i64 = 24 * HOUR_US;

/// What a permit opens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    pub grant: GrantId,
    pub category: Category,
    pub purpose: Purpose,
    pub obligations: Obligations,
    pub guard: Guard,
}

/// What the profile knows that one category may need.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    pub stay: Option<LastStay>,
    pub label: Option<Label>,
    pub next: Option<Next>,
    pub routine: Option<Routine>,
    pub topic: Option<Topic>,
    pub registration: Option<Registration>,
    pub left: Option<Volume>,
    /// The circle that is asked about.
    pub question: Option<Question>,
    /// How much time is spent in it.
    pub frequency: Option<Frequency>,
    /// Why the subscriber never shares this, if he never does. It comes before any rung: a coarse answer would tell, too.
    pub never: Option<Reason>,
}

impl Facts {
    pub(super) fn of(
        category: Category,
        guard: Guard,
        life: &Life<'_>,
        question: Option<Question>,
        now: At,
    ) -> Facts {
        let profile = life.profile;
        let stay = profile.last_stay();
        let label = stay.and_then(|s| profile.label(s.zone));
        let facts = match category {
            Category::LocationZone | Category::LocationLabel => Facts { stay, label, ..Facts::default() },
            Category::LocationVerify => Facts { stay, label, question, ..Facts::default() },
            Category::FrequentArea => {
                let frequency = question.and_then(|q| q.frequency(profile));
                Facts { stay, label, question, frequency, ..Facts::default() }
            }
            Category::NextPlace => {
                let next = profile.next_place(now, life.home.offset_s(now));
                Facts { stay, label, next, ..Facts::default() }
            }
            // Soon to go where he never tells of is not told either, so the next place is looked at.
            Category::Routine => {
                let offset_s = life.home.offset_s(now);
                let (next, routine) = (profile.next_place(now, offset_s), profile.routine(now, offset_s));
                Facts { stay, label, next, routine, ..Facts::default() }
            }
            Category::UsageInterest => {
                Facts { topic: topic(guard, profile, Source::App, now), ..Facts::default() }
            }
            Category::WebInterest => {
                Facts { topic: topic(guard, profile, Source::Web, now), ..Facts::default() }
            }
            Category::RoamingCountry => {
                let of = |registered| Registration { registered, home: life.home };
                Facts { registration: profile.registered().map(of), ..Facts::default() }
            }
            Category::DataVolume => Facts { left: left(guard, profile, now), ..Facts::default() },
            Category::Population => Facts::default(),
        };
        let seen = facts.stay.map(|s| s.at).or(facts.registration.map(|r| r.registered.at));
        let named = facts.stay.map(|s| s.zone).into_iter().chain(facts.next.map(|n| n.zone));
        // Of time that is spent somewhere, the time spent everywhere else is told too.
        let places = (category == Category::FrequentArea).then(|| profile.spent().map(|s| s.zone));
        let named = named.chain(places.into_iter().flatten());
        Facts { never: life.never_tells(seen, named, now), ..facts }
    }
}

/// The crowds that `draw` may ask for.
pub(super) fn wanted(scope: &Scope, facts: &Facts, released: &[Released], now: At) -> Vec<CrowdKey> {
    let counted = scope.guard.holds() && facts.never.is_none();
    let Some(asked) = finest_rung(scope).filter(|_| counted) else { return Vec::new() };
    let open = match scope.category {
        Category::LocationZone => {
            usable_stay(scope, facts, now).map(|s| zone_rungs(scope, asked, s, facts, released, now))
        }
        Category::NextPlace => usable_stay(scope, facts, now)
            .and_then(|s| facts.next.map(|n| (s, n)).ok_or(Reason::NoData))
            .map(|(s, n)| next_rungs(scope, asked, s, n, released, now)),
        Category::UsageInterest => return topic_keys(facts, CrowdKind::App, now).collect(),
        Category::WebInterest => return topic_keys(facts, CrowdKind::Web, now).collect(),
        Category::LocationVerify | Category::FrequentArea => return circle_keys(scope, facts, now),
        Category::RoamingCountry => return country_key(scope, facts, now).into_iter().collect(),
        Category::LocationLabel | Category::Routine | Category::DataVolume | Category::Population => {
            return Vec::new();
        }
    };
    open.unwrap_or_default().into_iter().map(|r| r.key).collect()
}

/// The rungs at which the last stay may be told, by who was there in its hour.
fn zone_rungs(
    scope: &Scope,
    asked: Precision,
    stay: LastStay,
    facts: &Facts,
    released: &[Released],
    now: At,
) -> Vec<Rung> {
    let rungs = ladder(scope.guard, asked, stay.zone, facts.label, |zone| CrowdKey::zone(zone, stay.at));
    open_rungs(scope, rungs, Precision::Region, released, now).collect()
}

/// The rungs at which the next place may be told, by who was there on the day: in one hour hardly anybody is both here and there.
fn next_rungs(
    scope: &Scope,
    asked: Precision,
    stay: LastStay,
    next: Next,
    released: &[Released],
    now: At,
) -> Vec<Rung> {
    let rungs = ladder(scope.guard, asked, next.zone, Some(next.label), |zone| CrowdKey::day(zone, stay.at));
    open_rungs(scope, rungs, Precision::ZoneR5, released, now).collect()
}

/// Draws one item. What depends on the permit alone is checked first, then what is never shared, the facts, the crowd, the budget.
pub(super) fn draw(
    scope: &Scope,
    facts: &Facts,
    crowds: &Crowds,
    released: &[Released],
    now: At,
) -> Result<Item, Reason> {
    let asked = finest_rung(scope).ok_or(Reason::CeilingTooLow)?;
    if scope.guard.holds() && budget::cap(scope.purpose).facts == 0 {
        return Err(Reason::BudgetSpent);
    }
    if let Some(reason) = facts.never {
        return Err(reason);
    }
    let found = match scope.category {
        Category::LocationZone => location_zone(scope, asked, facts, crowds, released, now),
        Category::LocationLabel => location_label(scope, facts, now),
        Category::LocationVerify => location_verify(scope, facts, crowds, now),
        Category::FrequentArea => frequent_area(scope, facts, crowds, now),
        Category::NextPlace => next_place(scope, asked, facts, crowds, released, now),
        Category::Routine => routine(scope, facts, now),
        Category::UsageInterest => {
            interest(scope, facts, CrowdKind::App, Origin::UsageAggregate, crowds, now)
        }
        Category::WebInterest => interest(scope, facts, CrowdKind::Web, Origin::WebAggregate, crowds, now),
        Category::RoamingCountry => roaming_country(scope, facts, crowds, now),
        Category::DataVolume => data_volume(facts),
        // Counting is `population`'s; of one person there is nothing to say.
        Category::Population => Err(Reason::NotPermitted),
    }?;
    charge(scope, asked, found, crowds.fitting(), released, now)
}

/// The finest rung that the category has and the permit allows.
fn finest_rung(scope: &Scope) -> Option<Precision> {
    let speakable = |p: &Precision| *p <= scope.obligations.precision;
    scope.category.rungs().iter().copied().filter(speakable).max()
}

/// Least number of persons alike; an obligation of none is read as one, so that a crowd that was not loaded never passes.
pub(super) fn least(scope: &Scope) -> u32 {
    if scope.guard.holds() { scope.obligations.crowd.max(1) } else { 0 }
}

/// The last stay, unless it is too old, too young or at a sensitive place.
pub(super) fn usable_stay(scope: &Scope, facts: &Facts, now: At) -> Result<LastStay, Reason> {
    let stay = facts.stay.ok_or(Reason::NoData)?;
    let age_us = now.since(stay.at).max(0);
    let delay_us = i64::from(scope.obligations.delay_s) * SECOND_US;
    if age_us > MAX_AGE_US || age_us < delay_us {
        return Err(Reason::NoData);
    }
    if stay.sensitive && scope.guard.holds() { Err(Reason::SensitivePlace) } else { Ok(stay) }
}

fn location_zone(
    scope: &Scope,
    asked: Precision,
    facts: &Facts,
    crowds: &Crowds,
    released: &[Released],
    now: At,
) -> Result<Found, Reason> {
    let stay = usable_stay(scope, facts, now)?;
    let rungs = zone_rungs(scope, asked, stay, facts, released, now).into_iter();
    let (rung, persons) = finest_crowded(least(scope), rungs, crowds).ok_or(Reason::CrowdTooSmall)?;
    let value = Value::Zone { zone: rung.zone, level: rung.level };
    Ok(seen(stay, value, Some((rung.key, persons)), now))
}

fn location_label(scope: &Scope, facts: &Facts, now: At) -> Result<Found, Reason> {
    let stay = usable_stay(scope, facts, now)?;
    let label = facts.label.ok_or(Reason::NoData)?;
    Ok(seen(stay, Value::Label(label), None, now))
}

/// What is told of the last stay.
pub(super) fn seen(stay: LastStay, value: Value, crowd: Option<(CrowdKey, u32)>, now: At) -> Found {
    let us = now.since(stay.at);
    let (age, confidence) = (Age::of(us), sureness(us));
    Found { value, crowd, age, valid_for_s: 900, confidence, origin: Origin::NetworkCell }
}

fn next_place(
    scope: &Scope,
    asked: Precision,
    facts: &Facts,
    crowds: &Crowds,
    released: &[Released],
    now: At,
) -> Result<Found, Reason> {
    let stay = usable_stay(scope, facts, now)?;
    let next = facts.next.ok_or(Reason::NoData)?;
    let rungs = next_rungs(scope, asked, stay, next, released, now).into_iter();
    let (value, crowd) = match finest_crowded(least(scope), rungs, crowds) {
        Some((rung, persons)) => {
            (Value::Zone { zone: rung.zone, level: rung.level }, Some((rung.key, persons)))
        }
        None => (Value::Label(next.label), None),
    };
    let age = Age::of(now.since(stay.at));
    let (confidence, origin) = (next.confidence, Origin::Inferred);
    Ok(Found { value, crowd, age, valid_for_s: 3600, confidence, origin })
}

fn routine(scope: &Scope, facts: &Facts, now: At) -> Result<Found, Reason> {
    let stay = usable_stay(scope, facts, now)?;
    let routine = facts.routine.ok_or(Reason::NoData)?;
    Ok(Found { origin: Origin::Inferred, ..seen(stay, Value::Routine(routine), None, now) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::place::Confidence;
    use crate::domain::time::{DAY_US, MINUTE_US};
    use crate::minimise::{crowd::WEEK_US, zone};

    const NOW: At = At(20_000 * DAY_US + 15 * HOUR_US + 20 * MINUTE_US);

    fn scope(category: Category, precision: Precision) -> Scope {
        let purpose = Purpose::ProvidePersonalisedRecommendations;
        let obligations = Obligations { precision, crowd: 50, retain_s: 86_400, delay_s: 0 };
        Scope { grant: GrantId([7; 16]), category, purpose, obligations, guard: Guard::ON }
    }
    fn facts(label: Label) -> Facts {
        let zone = zone::from_point(37.5663, 126.9779).unwrap();
        let stay = Some(LastStay { zone, at: NOW.plus(-3 * MINUTE_US), sensitive: false });
        let next = Some(Next { zone, label, confidence: Confidence::High });
        Facts { stay, label: Some(label), next, topic: Some(Topic::Food), ..Facts::default() }
    }
    /// Crowds of the wanted keys, `persons` from the finest rung up.
    fn crowds(scope: &Scope, facts: &Facts, persons: &[u32]) -> Crowds {
        let mut out = Crowds::new(4096);
        for (key, n) in wanted(scope, facts, &[], NOW).into_iter().zip(persons) {
            out.insert(key, *n);
        }
        out
    }

    #[test]
    fn the_finest_zone_with_enough_persons_is_told() {
        let (scope, facts) = (scope(Category::LocationZone, Precision::ZoneR7), facts(Label::Other));
        let told = |persons: &[u32]| draw(&scope, &facts, &crowds(&scope, &facts, persons), &[], NOW);
        let item = told(&[64, 100, 200, 300, 400]).unwrap();
        assert_eq!((item.precision(), item.precision_reduced()), (Precision::ZoneR7, false));
        assert_eq!((item.released().crowd, item.released().bits_milli), (64, 6000));
        let item = told(&[49, 49, 50, 300, 400]).unwrap();
        assert_eq!((item.precision(), item.precision_reduced()), (Precision::ZoneR5, true));
        assert_eq!(told(&[49; 5]), Err(Reason::CrowdTooSmall));
        assert_eq!(told(&[]), Err(Reason::CrowdTooSmall));
    }

    #[test]
    fn home_leaves_at_r6_however_large_the_crowd() {
        let scope = scope(Category::LocationZone, Precision::ZoneR7);
        for label in [Some(Label::Home), Some(Label::Work), None] {
            let facts = Facts { label, ..facts(Label::Home) };
            let item = draw(&scope, &facts, &crowds(&scope, &facts, &[4000; 5]), &[], NOW).unwrap();
            assert_eq!((item.precision(), item.precision_reduced()), (Precision::ZoneR6, true));
        }
    }

    #[test]
    fn a_rung_given_up_in_an_hour_stays_given_up_when_the_crowd_grows() {
        let (scope, facts) = (scope(Category::LocationZone, Precision::ZoneR7), facts(Label::Other));
        let early = draw(&scope, &facts, &crowds(&scope, &facts, &[10, 60, 60, 60, 60]), &[], NOW).unwrap();
        assert_eq!(early.precision(), Precision::ZoneR6);
        let full = crowds(&scope, &facts, &[400; 5]);
        let later = draw(&scope, &facts, &full, &[early.released().clone()], NOW).unwrap();
        assert_eq!((later.value(), later.is_new()), (early.value(), false));
        assert_eq!(draw(&scope, &facts, &full, &[], NOW).unwrap().precision(), Precision::ZoneR7);
        let moved = LastStay { at: NOW.plus(HOUR_US), ..facts.stay.unwrap() };
        let next_hour = Facts { stay: Some(moved), ..facts };
        let then = NOW.plus(HOUR_US);
        let mut full = Crowds::new(4096);
        wanted(&scope, &next_hour, &[], then).into_iter().for_each(|k| full.insert(k, 400));
        let told = draw(&scope, &next_hour, &full, &[early.released().clone()], then).unwrap();
        assert_eq!(told.precision(), Precision::ZoneR7);
    }

    #[test]
    fn a_stay_too_old_too_young_or_sensitive_is_not_told() {
        let (scope, facts) = (scope(Category::LocationLabel, Precision::Label), facts(Label::Work));
        let told = |scope: &Scope, stay: LastStay| {
            draw(scope, &Facts { stay: Some(stay), ..facts }, &Crowds::new(9), &[], NOW).map(|i| i.value())
        };
        let stay = facts.stay.unwrap();
        assert_eq!(told(&scope, stay), Ok(Value::Label(Label::Work)));
        assert_eq!(told(&scope, LastStay { at: NOW.plus(-MAX_AGE_US - 1), ..stay }), Err(Reason::NoData));
        assert_eq!(told(&scope, LastStay { sensitive: true, ..stay }), Err(Reason::SensitivePlace));
        let late = Scope { obligations: Obligations { delay_s: 181, ..scope.obligations }, ..scope };
        assert_eq!(told(&late, stay), Err(Reason::NoData));
        assert_eq!(
            told(&late, LastStay { at: stay.at.plus(-SECOND_US), ..stay }),
            Ok(Value::Label(Label::Work))
        );
    }

    #[test]
    fn a_next_place_falls_back_to_its_label_before_it_falls_silent() {
        let facts = facts(Label::Other);
        let zone = scope(Category::NextPlace, Precision::ZoneR5);
        let item = draw(&zone, &facts, &crowds(&zone, &facts, &[50]), &[], NOW).unwrap();
        assert_eq!((item.precision(), item.confidence()), (Precision::ZoneR5, Confidence::High));
        let item = draw(&zone, &facts, &Crowds::new(4096), &[], NOW).unwrap();
        assert_eq!((item.value(), item.precision_reduced()), (Value::Label(Label::Other), true));
        let label = scope(Category::NextPlace, Precision::City);
        let item = draw(&label, &facts, &Crowds::new(4096), &[], NOW).unwrap();
        assert_eq!((item.value(), item.precision_reduced()), (Value::Label(Label::Other), false));
    }

    #[test]
    fn an_interest_needs_its_crowd_in_this_week_or_the_last_and_lasts_over_the_turn() {
        let (scope, facts) = (scope(Category::WebInterest, Precision::Label), facts(Label::Other));
        let item = draw(&scope, &facts, &crowds(&scope, &facts, &[50, 3]), &[], NOW).unwrap();
        assert_eq!(item.value(), Value::Topic(Topic::Food));
        assert_eq!(
            draw(&scope, &facts, &crowds(&scope, &facts, &[49, 49]), &[], NOW),
            Err(Reason::CrowdTooSmall)
        );
        let turn = NOW.floor(WEEK_US).plus(WEEK_US);
        let mut then = Crowds::new(4096);
        wanted(&scope, &facts, &[], turn).into_iter().for_each(|k| then.insert(k, 50));
        let again = draw(&scope, &facts, &then, &[item.released().clone()], turn).unwrap();
        assert!(!again.is_new());
        let other = Facts { topic: Some(Topic::Pets), ..facts };
        wanted(&scope, &other, &[], turn).into_iter().for_each(|k| then.insert(k, 50));
        let day_before = Released { epoch: turn.floor(DAY_US).plus(-DAY_US), ..item.released().clone() };
        assert_eq!(draw(&scope, &other, &then, &[day_before], turn), Err(Reason::BudgetSpent));
    }

    #[test]
    fn a_permit_that_reaches_no_rung_is_told_so_before_any_fact_is_looked_at() {
        for precision in [Precision::Label, Precision::Country] {
            let scope = scope(Category::LocationZone, precision);
            for facts in [Facts::default(), facts(Label::Other)] {
                assert_eq!(draw(&scope, &facts, &Crowds::new(9), &[], NOW), Err(Reason::CeilingTooLow));
                assert_eq!(wanted(&scope, &facts, &[], NOW), []);
            }
        }
    }
}
