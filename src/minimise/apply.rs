//! The only way from a permit to an item. The permit is consumed: a second answer needs a second decision.
//!
//! A caller asks `wanted`, loads those crowds and the subscriber's release ledger since `budget::horizon`, calls `apply`, and
//! adds the item's `released` to the list before it applies the next permit of the same request. What the token budget drops
//! afterwards (it is not in `Context::items`) is neither charged nor recorded. Deliberately absent: any of that loading.
use super::crowd::{CrowdKey, Crowds};
use super::draw::{self, Facts, Scope};
use super::guard::Guard;
use super::item::{Item, Released};
use super::life::Life;
use super::verify::Question;
use crate::domain::reason::Reason;
use crate::domain::time::At;
use crate::policy::Permit;

/// The crowds to load before `apply`, at most five; one that is not loaded counts nobody.
pub fn wanted(
    permit: &Permit,
    guard: Guard,
    life: &Life<'_>,
    question: Option<Question>,
    released: &[Released],
    now: At,
) -> Vec<CrowdKey> {
    let facts = Facts::of(permit.category(), guard, life, question, now);
    draw::wanted(&Scope::of(permit, guard), &facts, released, now)
}

/// The one item that `permit` allows, as coarse as its obligations, the crowd, home and work, and the budget ask, if it is not
/// one that is never shared. `question` is what `location.verify` answers. `released` is everything told about the subscriber to anyone since `budget::horizon(now)`.
///
/// # Errors
/// `CeilingTooLow` when the permit reaches no rung, `BudgetSpent`, `NeverPlace`, `NeverHours`, `NoData` (also for a stay older than 24
/// hours or younger than the delay), `SensitivePlace`, `CrowdTooSmall`. A recipient hears one word for all of them.
pub fn apply(
    permit: Permit,
    guard: Guard,
    life: &Life<'_>,
    question: Option<Question>,
    crowds: &Crowds,
    released: &[Released],
    now: At,
) -> Result<Item, Reason> {
    let scope = Scope::of(&permit, guard);
    // Named here, so that what was decided once is used once.
    drop(permit);
    let facts = Facts::of(scope.category, guard, life, question, now);
    draw::draw(&scope, &facts, crowds, released, now)
}

impl Scope {
    fn of(permit: &Permit, guard: Guard) -> Scope {
        Scope {
            grant: permit.grant(),
            category: permit.category(),
            purpose: permit.purpose(),
            obligations: permit.obligations(),
            guard,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::{Category, Precision};
    use crate::domain::consent::Hours;
    use crate::domain::feed::{Event, Happening};
    use crate::domain::id::{GrantId, RecipientId};
    use crate::domain::never::Never;
    use crate::domain::purpose::Purpose;
    use crate::domain::recipient::{Assurance, Recipient};
    use crate::domain::scene::{Scene, Standing};
    use crate::domain::subscriber::{AgeBand, Country, Jurisdiction};
    use crate::domain::territory::Territory;
    use crate::domain::time::{DAY_US, HOUR_US, MINUTE_US};
    use crate::domain::topic::Topic;
    use crate::domain::volume::Volume;
    use crate::minimise::crowd::postings;
    use crate::minimise::item::{Age, Value};
    use crate::minimise::zone;
    use crate::policy::{Engine, Sources, decide};
    use crate::profile::Profile;

    const NOW: At = At(20_000 * DAY_US + 15 * HOUR_US + 20 * MINUTE_US);
    const SEOUL: i32 = 9 * 3600;

    fn permit(category: Category, precision: Precision) -> Permit {
        let recipient = Recipient {
            id: RecipientId([1; 16]),
            name: "assistant".to_owned(),
            country: Country::parse("KR").unwrap(),
            assurance: Assurance::Server,
            purposes: Purpose::ALL.to_vec(),
            ceiling: Category::ALL.map(|c| (c, Precision::ZoneR7)).to_vec(),
            webhook: None,
            consent_management: false,
            wordings: Vec::new(),
        };
        let scene = Scene {
            recipient: &recipient,
            home: Jurisdiction::KR,
            age: AgeBand::Adult,
            guardian: false,
            purpose: Purpose::ProvidePersonalisedRecommendations,
            category,
            standing: Standing::Live { grant: GrantId([9; 16]), precision },
            stop: None,
            now: NOW,
        };
        decide(&Engine::load(&Sources::bundled()).unwrap(), &scene).unwrap()
    }

    #[test]
    fn of_a_person_of_whom_nothing_is_known_nothing_is_told_and_no_crowd_is_loaded() {
        for category in Category::UNPROMPTED {
            let finest = category.rungs().last().copied().unwrap();
            let (permit, profile) = (permit(category, finest), Profile::default());
            let (never, home) = (&Never::default(), Jurisdiction::KR);
            let life = Life { profile: &profile, never, home };
            assert_eq!(wanted(&permit, Guard::ON, &life, None, &[], NOW), []);
            assert_eq!(apply(permit, Guard::ON, &life, None, &Crowds::new(9), &[], NOW), Err(Reason::NoData));
        }
    }

    #[test]
    fn an_account_line_comes_out_as_a_country_and_a_step_but_yesterdays_country_does_not() {
        let (country, left) = (Territory::parse("FR"), Some(Volume::of(900 << 20)));
        let line = Event { at: NOW.plus(-4 * MINUTE_US), what: Happening::Account { country, left } };
        let mut profile = Profile::default();
        let mut crowds = Crowds::new(400);
        profile.fold(&line, SEOUL);
        postings(&line, Jurisdiction::KR).for_each(|key| crowds.insert(key, 50));
        let told = |category, precision, crowds: &Crowds, never: &Never, now| {
            let life = Life { profile: &profile, never, home: Jurisdiction::KR };
            apply(permit(category, precision), Guard::ON, &life, None, crowds, &[], now)
        };
        let country = |crowds: &Crowds, never: &Never, now| {
            told(Category::RoamingCountry, Precision::Country, crowds, never, now)
        };
        let nothing = Never::default();
        let left = |now| told(Category::DataVolume, Precision::Label, &Crowds::new(9), &nothing, now);
        let item = country(&crowds, &nothing, NOW).unwrap();
        assert_eq!((item.precision(), item.age()), (Precision::Country, Age::Under1d));
        assert_eq!(serde_json::to_string(&item.value()).unwrap(), r#"{"roaming":true,"country":"FR"}"#);
        assert_eq!((item.released().crowd, item.released().bits_milli), (50, 3000));
        assert_eq!(country(&Crowds::new(400), &nothing, NOW), Err(Reason::CrowdTooSmall));
        let tomorrow = NOW.plus(DAY_US);
        assert_eq!(country(&crowds, &nothing, tomorrow), Err(Reason::NoData));
        assert_eq!(left(NOW).unwrap().value(), Value::Volume(Volume::Under1GiB));
        assert_eq!(left(tomorrow).unwrap().value(), Value::Volume(Volume::Under1GiB));
        assert_eq!(left(tomorrow.plus(DAY_US)), Err(Reason::NoData));
        // It is 0:20 in Seoul, and the line was heard of at 0:16.
        let hours = |from, to| Never { hours: Hours::new(from, to), ..Never::default() };
        assert_eq!(
            country(&crowds, &hours(10, 18), NOW),
            Err(Reason::NeverHours),
            "heard in hours kept to himself"
        );
        assert!(country(&crowds, &hours(30, 40), NOW).is_ok());
    }

    #[test]
    fn events_folded_and_posted_come_out_as_one_zone_and_one_interest() {
        let zone = zone::from_point(37.5663, 126.9779).unwrap();
        let at = NOW.plus(-4 * MINUTE_US);
        let stay = Event { at, what: Happening::Stay { zone, sensitive: false } };
        let topic = Some(Topic::Food);
        // An interest shows on several days, and two weeks are looked at.
        let apps = [20, 4, 3, 2, 1, 0].into_iter().map(|d| Event {
            at: at.plus(-d * DAY_US),
            what: Happening::App { topic, seconds: 600, bytes: 9 },
        });
        let mut profile = Profile::default();
        let mut crowds = Crowds::new(400);
        for event in apps.chain([stay]) {
            profile.fold(&event, SEOUL);
            postings(&event, Jurisdiction::KR)
                .flat_map(CrowdKey::round)
                .for_each(|key| crowds.insert(key, 50));
        }
        let told = |category, precision, released: &[Released]| {
            let (never, home) = (&Never::default(), Jurisdiction::KR);
            let life = Life { profile: &profile, never, home };
            apply(permit(category, precision), Guard::ON, &life, None, &crowds, released, NOW)
        };
        let item = told(Category::LocationZone, Precision::ZoneR7, &[]).unwrap();
        // The bundled policy bounds the assistant's zone to resolution 6.
        let parent = zone::parent(zone, 6).unwrap();
        assert_eq!(item.value(), Value::Zone { zone: parent, level: Precision::ZoneR6 });
        assert_eq!((item.grant(), item.is_new(), item.precision_reduced()), (GrantId([9; 16]), true, false));
        let told_once = [item.released().clone()];
        let coarse = told(Category::LocationZone, Precision::City, &told_once).unwrap();
        assert_eq!(coarse.precision(), Precision::City);
        let interest = told(Category::UsageInterest, Precision::Label, &told_once).unwrap();
        assert_eq!(interest.value(), Value::Topic(Topic::Food));
        assert_eq!(told(Category::WebInterest, Precision::Label, &told_once), Err(Reason::NoData));
    }
}
