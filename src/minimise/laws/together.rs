//! The law of joint anonymity: whatever is asked, in whichever order, for whomever, at least k persons fit everything that was told together.
use super::a_zone;
use crate::domain::category::{Category, Precision};
use crate::domain::circle::Radius;
use crate::domain::frequency::Frequency;
use crate::domain::id::GrantId;
use crate::domain::obligation::Obligations;
use crate::domain::place::{Confidence, Label};
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::territory::Territory;
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::domain::zone::Zone;
use crate::minimise::account::Registration;
use crate::minimise::crowd::{Crowd, CrowdKey, CrowdKind, Crowds};
use crate::minimise::draw::{Facts, Scope, draw, wanted};
use crate::minimise::guard::Guard;
use crate::minimise::item::Released;
use crate::minimise::joint::{Source, counted};
use crate::minimise::verify::{self, Question};
use crate::minimise::zone;
use crate::profile::{LastStay, Next, Registered, Routine};
use proptest::prelude::*;
use proptest::sample::select;
use std::convert::Infallible;
use std::sync::Arc;

const HOME: Jurisdiction = Jurisdiction::KR;
const DAY: At = At(20_000 * DAY_US);
const PERSONS: usize = 150;
const HOURS: usize = 6;

/// Where each person was in each hour of a day, and what he is interested in.
#[derive(Debug, Clone)]
struct Population {
    zones: Vec<Zone>,
    /// Indices of zones, by person and hour.
    were: Vec<[usize; HOURS]>,
    topics: Vec<Topic>,
}

impl Population {
    /// Where the line of a person was registered in an hour: hardly anybody's was where he was on the way.
    fn country(&self, person: usize, hour: usize) -> Territory {
        let code =
            ["KR", "KR", "KR", "FR", "JP"][(self.were[person][hour] + self.topics[person] as usize) % 5];
        Territory::parse(code).unwrap()
    }
    /// Where a person is often, which is hardly where he is now.
    fn often(&self, person: usize) -> Zone {
        self.zones[(self.were[person][0] + person) % self.zones.len()]
    }
    fn has(&self, person: usize, key: CrowdKey) -> bool {
        let was = |hour: usize| {
            let zone = self.zones[self.were[person][hour]];
            zone::holds(Zone(key.key), zone)
        };
        match key.kind {
            CrowdKind::Often => zone::holds(Zone(key.key), self.often(person)),
            CrowdKind::OftenWithin | CrowdKind::OftenBeyond => {
                let within = verify::zones(key.key).into_iter().any(|z| zone::holds(z, self.often(person)));
                within == (key.kind == CrowdKind::OftenWithin)
            }
            CrowdKind::Within | CrowdKind::Beyond => {
                let at = self.zones[self.were[person][(key.bucket.since(DAY) / HOUR_US) as usize]];
                let within = verify::zones(key.key).into_iter().any(|z| zone::holds(z, at));
                within == (key.kind == CrowdKind::Within)
            }
            CrowdKind::Usual => false,
            CrowdKind::Zone => was((key.bucket.since(DAY) / HOUR_US) as usize),
            CrowdKind::Day => (0..HOURS).any(was),
            CrowdKind::App | CrowdKind::Web | CrowdKind::AppBefore | CrowdKind::WebBefore => {
                u64::from(self.topics[person].index()) == key.key
            }
            CrowdKind::Country => {
                (0..HOURS).any(|hour| CrowdKey::country(HOME, self.country(person, hour), DAY) == key)
            }
        }
    }
}

impl Source for &Population {
    type Fault = Infallible;
    fn size(&mut self, key: CrowdKey) -> Result<u32, Infallible> {
        Ok(self.crowd(key)?.len() as u32)
    }
    fn crowd(&mut self, key: CrowdKey) -> Result<Arc<Crowd>, Infallible> {
        Ok(Arc::new((0..PERSONS).filter(|p| self.has(*p, key)).map(|p| p as u32).collect()))
    }
}

/// Asked by anybody, in some hour.
#[derive(Debug, Clone, Copy)]
struct Ask {
    hour: usize,
    category: Category,
    precision: Precision,
    label: Label,
    next: usize,
    radius: Radius,
}

fn populations() -> impl Strategy<Value = Population> {
    (prop::collection::vec(a_zone(), 4..9), any::<u64>()).prop_map(|(zones, seed)| {
        // Few places and habits, so that crowds are large and meet in few.
        let draw = |person: usize, n: usize| {
            let mixed = (seed ^ (person as u64) << 20 ^ (n as u64) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed >> 33) as usize
        };
        let place = |person: usize, hour: usize| {
            let usual = draw(person, 1) % zones.len();
            if draw(person, 10 + hour) % 3 == 0 { draw(person, 50 + hour) % zones.len() } else { usual }
        };
        let were = (0..PERSONS).map(|p| std::array::from_fn(|hour| place(p, hour))).collect();
        let topics = (0..PERSONS).map(|p| Topic::ALL[draw(p, 2) % 3]).collect();
        Population { zones, were, topics }
    })
}

fn asks() -> impl Strategy<Value = Vec<Ask>> {
    let one = (
        0..HOURS,
        select(Category::PERSONAL.to_vec()),
        select(vec![
            Precision::Label,
            Precision::Country,
            Precision::Region,
            Precision::City,
            Precision::ZoneR5,
            Precision::ZoneR6,
            Precision::ZoneR7,
        ]),
        select(vec![Label::Home, Label::Other]),
        0usize..9,
        select(Radius::ALL.to_vec()),
    );
    let one = one.prop_map(|(hour, category, precision, label, next, radius)| Ask {
        hour,
        category,
        precision,
        label,
        next,
        radius,
    });
    prop::collection::vec(one, 1..12)
}

fn facts(of: &Population, ask: &Ask, now: At) -> Facts {
    let zone = of.zones[of.were[0][ask.hour]];
    let next =
        Next { zone: of.zones[ask.next % of.zones.len()], label: ask.label, confidence: Confidence::High };
    let question = Question { centre: next.zone, radius: ask.radius };
    let within = of.has(0, question.often(DAY)[0]);
    Facts {
        stay: Some(LastStay { zone, at: now.plus(-MINUTE_US), sensitive: false }),
        label: Some(ask.label),
        next: Some(next),
        routine: Some(Routine::Usual),
        topic: Some(of.topics[0]),
        registration: Some(Registration {
            registered: Registered { country: of.country(0, ask.hour), at: now.plus(-MINUTE_US) },
            home: HOME,
        }),
        left: Some(Volume::Under1GiB),
        question: Some(question),
        frequency: Some(if within { Frequency::Half } else { Frequency::None }),
        never: None,
    }
}

/// Answers all asks in the order of time; gives what was told. `alone` counts each answer by itself.
fn told(of: &Population, asks: &[Ask], least: u32, alone: bool) -> Vec<Released> {
    let mut asks = asks.to_vec();
    asks.sort_by_key(|ask| ask.hour);
    let mut released: Vec<Released> = Vec::new();
    for (n, ask) in asks.iter().enumerate() {
        let now = DAY.plus(ask.hour as i64 * HOUR_US + (n as i64 + 2) * MINUTE_US);
        let purpose = Purpose::ProvidePersonalisedRecommendations;
        let obligations = Obligations { precision: ask.precision, crowd: least, retain_s: 60, delay_s: 0 };
        let scope =
            Scope { grant: GrantId([1; 16]), category: ask.category, purpose, obligations, guard: Guard::ON };
        let facts = facts(of, ask, now);
        let keys = wanted(&scope, &facts, &released, now);
        let before = if alone { &[][..] } else { &released[..] };
        let Ok(crowds): Result<Crowds, Infallible> =
            counted(&mut &*of, PERSONS as u32, keys, before, least, now);
        if let Ok(item) = draw(&scope, &facts, &crowds, &released, now) {
            released.push(item.released().clone());
        }
    }
    released
}

/// How many fit all of it.
fn fit(of: &Population, released: &[Released]) -> usize {
    let keys: Vec<CrowdKey> = released.iter().flat_map(|r| r.keys.iter().copied()).collect();
    (0..PERSONS).filter(|p| keys.iter().all(|key| of.has(*p, *key))).count()
}

proptest! {
    #[test]
    fn everything_told_together_fits_k_persons_at_least(of in populations(), asks in asks(), least in select(vec![5u32, 20, 50])) {
        let released = told(&of, &asks, least, false);
        if released.iter().any(|r| !r.keys.is_empty()) {
            prop_assert!(fit(&of, &released) >= least as usize, "{released:?}");
        }
        // What is recorded of the last fact is what is true of all.
        if let Some(last) = released.iter().filter(|r| !r.keys.is_empty()).map(|r| r.crowd).min() {
            prop_assert!(fit(&of, &released) >= last as usize);
        }
    }

    #[test]
    fn a_zone_or_a_country_that_is_told_holds_a_third_of_so_few(of in populations(), asks in asks(), least in select(vec![5u32, 20, 50])) {
        let keys = told(&of, &asks, least, false).into_iter().flat_map(|r| r.keys);
        for key in keys.filter(|key| matches!(key.kind, CrowdKind::Zone | CrowdKind::Day | CrowdKind::Country)) {
            let Ok(holds) = (&of).size(key);
            prop_assert!(holds >= (PERSONS as u32 * 7 / 20).max(least), "{key:?} {holds}");
        }
    }

    #[test]
    fn counting_together_never_tells_what_counting_alone_would_not(of in populations(), asks in asks()) {
        let (together, alone) = (told(&of, &asks[..1], 20, false), told(&of, &asks[..1], 20, true));
        prop_assert_eq!(together, alone, "the first answer is as it was");
    }
}

#[test]
fn counted_each_by_itself_answers_leave_somebody_alone() {
    // The attack: crowds of fifty in each hour, of whom only he was in both places.
    let [here, there] =
        [(37.57, 126.98), (37.10, 127.60)].map(|(lat, lon)| zone::from_point(lat, lon).unwrap());
    let elsewhere = zone::from_point(52.5, 13.4).unwrap();
    let mut were = vec![[2; HOURS]; PERSONS];
    were[0] = [0, 1, 1, 1, 1, 1];
    (1..60).for_each(|p| were[p] = [0, 2, 2, 2, 2, 2]);
    (60..120).for_each(|p| were[p] = [2, 1, 1, 1, 1, 1]);
    let of = Population { zones: vec![here, there, elsewhere], were, topics: vec![Topic::Food; PERSONS] };
    let ask = |hour| Ask {
        hour,
        category: Category::LocationZone,
        precision: Precision::ZoneR6,
        label: Label::Other,
        next: 0,
        radius: Radius::Km5,
    };
    let asks = [ask(0), ask(1)];
    assert_eq!(fit(&of, &told(&of, &asks, 50, true)), 1, "alone after two answers that sixty fitted each");
    let guarded = told(&of, &asks, 50, false);
    assert!(fit(&of, &guarded) >= 50, "{guarded:?}");
}

#[test]
fn of_a_country_with_two_people_nothing_is_told_and_crowds_of_two_countries_do_not_add_up() {
    // The attack: two crowds of sixty, those of two countries, of whom only he was in both; and a country with two people in it.
    let zones: Vec<Zone> = (0..5).map(|n| zone::from_point(37.5 + f64::from(n), 127.0).unwrap()).collect();
    // By `country` and the topic of index 9: 1 is KR, 4 is FR, 0 is JP.
    let (jp, kr, fr) = (0, 1, 4);
    let mut were = vec![[kr; HOURS]; PERSONS];
    were[0] = [fr, jp, jp, jp, jp, jp];
    (1..60).for_each(|p| were[p] = [fr; HOURS]);
    (60..120).for_each(|p| were[p] = [jp; HOURS]);
    let topic = Topic::Food;
    let of = Population { zones, were, topics: vec![topic; PERSONS] };
    let countries = [jp, kr, fr].map(|place| {
        let mut of = of.clone();
        of.were[0] = [place; HOURS];
        of.country(0, 0).as_str().to_owned()
    });
    assert_eq!(countries, ["JP", "KR", "FR"]);
    let ask = |hour| Ask {
        hour,
        category: Category::RoamingCountry,
        precision: Precision::Country,
        label: Label::Other,
        next: 0,
        radius: Radius::Km5,
    };
    let asks = [ask(0), ask(1)];
    assert_eq!(fit(&of, &told(&of, &asks, 50, true)), 1, "alone after two countries of sixty each");
    let guarded = told(&of, &asks, 50, false);
    assert_eq!((guarded.len(), fit(&of, &guarded)), (1, 60));
    let mut few = of.clone();
    (2..60).for_each(|p| few.were[p] = [jp; HOURS]);
    assert_eq!(told(&few, &asks[..1], 50, false), [], "two people");
    assert_eq!(told(&few, &[ask(0), ask(1)], 50, false).len(), 1, "and many where he goes on to");
}
