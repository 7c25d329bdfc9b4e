//! Laws of what is drawn: never finer, never more.
use super::{LABELS, NOW, SURE, a_zone};
use crate::domain::category::{Category, Precision};
use crate::domain::circle::Radius;
use crate::domain::frequency::Frequency;
use crate::domain::id::GrantId;
use crate::domain::obligation::Obligations;
use crate::domain::place::Label;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::territory::Territory;
use crate::domain::time::{DAY_US, MINUTE_US};
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::minimise::account::Registration;
use crate::minimise::crowd::{CrowdKey, CrowdKind, Crowds};
use crate::minimise::draw::{Facts, Scope, draw, wanted};
use crate::minimise::guard::Guard;
use crate::minimise::item::{Item, Released, Value, fact};
use crate::minimise::ladder::HOME_RUNG;
use crate::minimise::verify::Question;
use crate::minimise::zone;
use crate::profile::{LastStay, Next, Registered, Routine};
use proptest::prelude::*;
use proptest::sample::select;

/// One generated request with everything that bears on it.
#[derive(Debug, Clone)]
struct World {
    scope: Scope,
    facts: Facts,
    /// Persons at the stay's and the next place's zones from r7 up, then in the topic's two weeks and in the country.
    persons: Vec<u32>,
}

impl World {
    fn crowds(&self) -> Crowds {
        // Every key that any limit could ask for, so that two worlds with the same persons have the same crowds.
        let open = Obligations { precision: Precision::ZoneR7, delay_s: 0, ..self.scope.obligations };
        let wide = Scope { obligations: open, ..self.scope };
        let stay = self.facts.stay.map(|s| LastStay { sensitive: false, ..s });
        let next = self.facts.next.map(|n| Next { label: Label::Other, ..n });
        let open = Facts { stay, next, label: Some(Label::Other), never: None, ..self.facts };
        let keys: Vec<CrowdKey> = Category::ALL
            .into_iter()
            .flat_map(|category| wanted(&Scope { category, ..wide }, &open, &[], NOW))
            .collect();
        let mut crowds = Crowds::new(1000);
        for (key, persons) in keys.into_iter().zip(self.persons.iter().cycle()) {
            crowds.insert(key, *persons);
        }
        crowds
    }
    fn draw(&self, released: &[Released]) -> Result<Item, Reason> {
        draw(&self.scope, &self.facts, &self.crowds(), released, NOW)
    }
}

fn some_facts() -> impl Strategy<Value = Facts> {
    let stay = (a_zone(), -3i64..1600, prop::bool::weighted(0.1)).prop_map(|(zone, minutes, sensitive)| {
        LastStay { zone, at: NOW.plus(-minutes * MINUTE_US), sensitive }
    });
    let next = (a_zone(), select(LABELS.to_vec()), select(SURE.to_vec()))
        .prop_map(|(zone, label, confidence)| Next { zone, label, confidence });
    let question = (a_zone(), select(Radius::ALL.to_vec()));
    let question = question.prop_map(|(centre, radius)| Question { centre, radius });
    let country = select(["KR", "FR", "US"].map(|code| Territory::parse(code).unwrap()).to_vec());
    let registration = (country, -3i64..1600).prop_map(|(country, minutes)| {
        let registered = Registered { country, at: NOW.plus(-minutes * MINUTE_US) };
        Registration { registered, home: Jurisdiction::KR }
    });
    (
        prop::option::weighted(0.9, stay),
        prop::option::weighted(0.8, select(LABELS.to_vec())),
        prop::option::weighted(0.9, next),
        prop::option::weighted(0.9, select(Topic::ALL.to_vec())),
        prop::option::weighted(0.1, select(vec![Reason::NeverPlace, Reason::NeverHours])),
        prop::option::weighted(0.9, (question, prop::option::weighted(0.9, select(Frequency::ALL.to_vec())))),
        prop::option::weighted(0.9, select(Routine::all().collect::<Vec<_>>())),
        prop::option::weighted(0.9, registration),
        prop::option::weighted(0.9, select(Volume::ALL.to_vec())),
    )
        .prop_map(|(stay, label, next, topic, never, question, routine, registration, left)| Facts {
            stay,
            label,
            next,
            routine,
            topic,
            registration,
            left,
            question: question.map(|(question, _)| question),
            frequency: question.and_then(|(_, frequency)| frequency),
            never,
        })
}

fn some_obligations() -> impl Strategy<Value = Obligations> {
    (
        select(Precision::ALL.to_vec()),
        select(vec![0u32, 1, 10, 50, 300]),
        select(vec![0u32, 60, 3600, 86_400]),
        select(vec![0u32, 0, 600]),
    )
        .prop_map(|(precision, crowd, retain_s, delay_s)| Obligations {
            precision,
            crowd,
            retain_s,
            delay_s,
        })
}

fn worlds() -> impl Strategy<Value = World> {
    (
        select(Category::ALL.to_vec()),
        select(Purpose::ALL.to_vec()),
        some_obligations(),
        some_facts(),
        prop::collection::vec(select(vec![0u32, 5, 30, 80, 500]), 7..12),
    )
        .prop_map(|(category, purpose, obligations, facts, persons)| World {
            scope: Scope { grant: GrantId([1; 16]), category, purpose, obligations, guard: Guard::ON },
            facts,
            persons,
        })
}

/// What was told before: facts about this very place or others, reduced or not.
fn history(of: &World) -> impl Strategy<Value = Vec<Released>> + use<> {
    let world = of.clone();
    let base = world.facts.stay.map_or_else(|| zone::from_point(0.0, 0.0).unwrap(), |s| s.zone);
    let at = world.facts.stay.map_or(NOW, |s| s.at);
    let country = world.facts.registration.map(|r| r.registered.country);
    let one = (
        select(Category::ALL.to_vec()),
        select(Purpose::ALL.to_vec()),
        select(Precision::ALL.to_vec()),
        any::<bool>(),
        any::<u8>(),
        0i64..9,
    )
        .prop_map(move |(category, purpose, precision, reduced, salt, days)| {
            let zone = precision.resolution().and_then(|r| zone::parent(base, r));
            let value = match (category, country) {
                (Category::RoamingCountry, Some(country)) => {
                    Some(Value::Registered { country, abroad: country.as_str() != "KR" })
                }
                _ => zone.map(|zone| Value::Zone { zone, level: precision }),
            };
            Released {
                fact: value.filter(|_| salt > 60).map_or([salt; 32], |v| fact(category, v, NOW)),
                category,
                purpose,
                precision,
                reduced,
                crowd: 60,
                bits_milli: 1000,
                keys: zone.map(|z| CrowdKey::zone(z, at)).into_iter().collect(),
                epoch: NOW.floor(DAY_US).plus(-days * DAY_US),
            }
        });
    prop::collection::vec(one, 0..5)
}

fn worlds_with_history() -> impl Strategy<Value = (World, Vec<Released>, Vec<Released>)> {
    worlds().prop_flat_map(|w| (Just(w.clone()), history(&w), history(&w)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn nothing_leaves_finer_than_the_permit_or_with_fewer_alike((world, released, _) in worlds_with_history()) {
        if let Ok(item) = world.draw(&released) {
            let limits = world.scope.obligations;
            prop_assert!(item.precision() <= limits.precision);
            prop_assert!(world.scope.category.rungs().contains(&item.precision()));
            prop_assert!(item.valid_for_s() <= limits.retain_s);
            if let Some(key) = item.released().keys.first() {
                prop_assert!(world.crowds().count(*key) >= limits.crowd.max(1));
            }
            if let Value::Zone { zone, level } = item.value() {
                prop_assert_eq!(zone::resolution(zone), level.resolution());
                prop_assert!(item.released().keys.iter().any(|k| matches!(k.kind, CrowdKind::Zone | CrowdKind::Day) && k.key == zone.0));
            }
        }
    }

    #[test]
    fn a_larger_crowd_obligation_never_yields_a_finer_answer((world, released, _) in worlds_with_history(), more in 1u32..400) {
        let mut strict = world.clone();
        strict.scope.obligations.crowd += more;
        if let (Ok(loose), Ok(strict)) = (world.draw(&released), strict.draw(&released)) {
            prop_assert!(strict.precision() <= loose.precision());
        }
        if let Ok(strict) = strict.draw(&[]) {
            let loose = world.draw(&[]);
            prop_assert!(loose.is_ok_and(|l| strict.precision() <= l.precision()));
        }
    }

    #[test]
    fn a_coarser_permit_or_a_longer_delay_never_yields_more(world in worlds(), coarser in select(Precision::ALL.to_vec()), delay_s in 0u32..5000) {
        let mut strict = world.clone();
        strict.scope.obligations = strict.scope.obligations.meet(Obligations { precision: coarser, crowd: 0, retain_s: u32::MAX, delay_s });
        if let Ok(strict) = strict.draw(&[]) {
            prop_assert!(world.draw(&[]).is_ok_and(|l| strict.precision() <= l.precision()));
        }
    }

    #[test]
    fn what_was_released_before_never_yields_more((world, before, also) in worlds_with_history()) {
        let all: Vec<Released> = before.iter().chain(&also).cloned().collect();
        if let Ok(item) = world.draw(&all) {
            if item.is_new() {
                let fewer = world.draw(&before);
                prop_assert!(fewer.is_ok_and(|f| item.precision() <= f.precision()));
            } else {
                prop_assert!(all.iter().any(|r| r.category == item.category() || r.fact == item.released().fact));
            }
        }
    }

    #[test]
    fn home_and_work_and_the_not_yet_known_never_leave_finer_than_r6((world, released, _) in worlds_with_history()) {
        let hidden = match world.scope.category {
            Category::NextPlace => world.facts.next.is_some_and(|n| matches!(n.label, Label::Home | Label::Work)),
            _ => !matches!(world.facts.label, Some(Label::Frequent | Label::Other)),
        };
        if let Ok(item) = world.draw(&released) {
            prop_assert!(!hidden || item.precision() <= HOME_RUNG);
        }
    }

    #[test]
    fn a_sensitive_stay_yields_no_word_of_place(mut world in worlds()) {
        if let Some(stay) = &mut world.facts.stay {
            stay.sensitive = true;
        }
        let elsewhere = [Category::UsageInterest, Category::WebInterest, Category::RoamingCountry, Category::DataVolume];
        let placed = !elsewhere.contains(&world.scope.category);
        prop_assert!(!placed || world.draw(&[]).is_err());
    }

    #[test]
    fn what_is_never_shared_is_as_silent_as_a_sensitive_stay_at_every_rung((mut world, released, _) in worlds_with_history(), why in select(vec![Reason::NeverPlace, Reason::NeverHours])) {
        world.facts.never = Some(why);
        let heard = world.draw(&released).map_err(Reason::told);
        prop_assert_eq!(heard, Err(Reason::SensitivePlace.told()));
        prop_assert_eq!(wanted(&world.scope, &world.facts, &[], NOW), []);
    }

    #[test]
    fn asking_again_is_free_and_says_the_same_bytes(world in worlds()) {
        if let Ok(first) = world.draw(&[]) {
            prop_assert!(first.is_new());
            let again = world.draw(std::slice::from_ref(first.released())).unwrap();
            prop_assert!(!again.is_new());
            prop_assert_eq!(serde_json::to_vec(&first).unwrap(), serde_json::to_vec(&again).unwrap());
        }
    }

    #[test]
    fn what_is_wanted_is_all_that_an_answer_needs((world, released, _) in worlds_with_history()) {
        let all = world.crowds();
        let mut asked = Crowds::new(all.fitting());
        for key in wanted(&world.scope, &world.facts, &[], NOW) {
            asked.insert(key, all.count(key));
        }
        prop_assert_eq!(draw(&world.scope, &world.facts, &asked, &released, NOW), world.draw(&released));
    }
}
