//! What may be asked about a population, who counts in it, and what that costs. The grammar is closed: a day that is over, and zones of one resolution.
//! Where zones of two are told, the parent minus those children that are told is the child that was kept back; where hours overlap, one minus the other
//! is a few persons. Deliberately absent: polygons, unions, hours, and the noise, which is `count`'s.
use super::count::{self, EPS_MILLI, LEAST, is_closed};
use super::guard::Guard;
use super::life::Life;
use super::zone;
use crate::domain::category::Category;
use crate::domain::rng::Rng;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use crate::policy::Permit;
use crate::profile::First;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// The one resolution that is counted.
pub const RESOLUTION: u8 = 6;
/// How many resolutions above it a zone may be that stands for all that lie in it.
const ABOVE: u8 = 2;
/// What a person may be charged in any seven days in a row, thousandths of ε.
pub const MOST_A_WEEK: u32 = 3_000;
/// Days in a week.
const WEEK: i64 = 7;

/// Why a question has no answer, whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// No day begins then.
    Day,
    /// The day is not over, or what was seen on it may still come in.
    Open,
    /// The zone is neither of the resolution that is counted nor one or two above it.
    Zone,
}

/// A question that has an answer: the same for whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    window: At,
    zones: Vec<Zone>,
}

impl Asked {
    /// About the day that begins at `start` and `zone` itself, or all the zones in it.
    ///
    /// # Errors
    /// What is wrong with the question.
    pub fn of(start: At, zone: Zone, now: At) -> Result<Asked, Unasked> {
        let counted = |resolution: &u8| (RESOLUTION - ABOVE..=RESOLUTION).contains(resolution);
        zone::resolution(zone).filter(counted).ok_or(Unasked::Zone)?;
        if count::window(start) != start {
            return Err(Unasked::Day);
        }
        if !is_closed(start, now) {
            return Err(Unasked::Open);
        }
        Ok(Asked { window: start, zones: zone::children(zone, RESOLUTION) })
    }
    /// When the window begins.
    pub fn window(&self) -> At {
        self.window
    }
    /// The zones, in the order in which they are told.
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }
}

/// Where he was first seen on the day that begins at `day`, if that is anywhere that he ever shares.
pub fn beginning(life: &Life<'_>, day: At) -> Option<First> {
    life.profile.first_of(day).filter(|f| !life.never.at(f.at, life.home) && !life.hides(f.zone))
}

/// Persons counted so far, each in one zone: with two phones in two zones he is one person still, and costs one ε.
#[derive(Debug, Default)]
pub struct Tally(FxHashMap<u32, (At, Zone)>);

impl Tally {
    /// Counts `person`, first seen as `first` says; of several beginnings of a day the earliest. A permit for something else, or one that wants more persons
    /// in a zone than is promised, counts nobody.
    pub fn add(&mut self, permit: Permit, person: u32, first: First) {
        let wanted = permit.obligations().crowd;
        if permit.category() != Category::Population || u64::from(wanted) > LEAST {
            return;
        }
        // One permit, one count.
        drop(permit);
        let Some(zone) = zone::parent(first.zone, RESOLUTION) else { return };
        let seen = (first.at, zone);
        match self.0.entry(person) {
            Entry::Vacant(none) => {
                none.insert(seen);
            }
            Entry::Occupied(mut one) => {
                let earliest = seen.min(*one.get());
                one.insert(earliest);
            }
        }
    }

    /// How many persons are in each zone that has any.
    fn persons(self) -> BTreeMap<Zone, u64> {
        let mut persons = BTreeMap::new();
        for (_, zone) in self.0.into_values() {
            *persons.entry(zone).or_default() += 1;
        }
        persons
    }

    /// Draws what is told, in the order of the zones. What is not in it is told of as nobody, and looks like a zone that is too empty.
    pub fn draw(self, guard: Guard, rng: &dyn Rng) -> Vec<(Zone, u64)> {
        let told = |n: u64| if guard.holds() { count::told(n, rng) } else { Some(n) };
        self.persons().into_iter().filter_map(|(zone, n)| told(n).map(|n| (zone, n))).collect()
    }
}

/// What telling of `window` adds to what a person is charged, thousandths of ε, when the windows in `charged` were told of: nothing where it was told of
/// before, whatever the zone, since a person is in one. `None` where some seven days in a row would cost more than [`MOST_A_WEEK`].
pub fn charge(window: At, charged: &[(At, u32)]) -> Option<u32> {
    let of = |day: At| charged.iter().filter(|(w, _)| *w == day).map(|(_, eps)| *eps).max().unwrap_or(0);
    let added = EPS_MILLI.saturating_sub(of(window));
    let week = |first: i64| {
        let days = (first..first + WEEK).map(|n| of(window.plus(n * DAY_US)));
        days.fold(added, u32::saturating_add)
    };
    (1 - WEEK..=0).all(|first| week(first) <= MOST_A_WEEK).then_some(added)
}

/// The most that a person was charged in any seven days in a row, thousandths of ε, if he was counted on each of the days in `charged`.
pub fn heaviest_week(charged: &[(At, u32)]) -> u32 {
    let week = |first: At| {
        let days = charged.iter().filter(|(day, _)| (0..WEEK * DAY_US).contains(&day.since(first)));
        days.map(|(_, eps)| *eps).fold(0, u32::saturating_add)
    };
    charged.iter().map(|(day, _)| week(*day)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Precision;
    use crate::domain::id::{GrantId, RecipientId};
    use crate::domain::purpose::Purpose;
    use crate::domain::recipient::{Assurance, Recipient};
    use crate::domain::scene::{Scene, Standing};
    use crate::domain::subscriber::{AgeBand, Country, Jurisdiction};
    use crate::minimise::count::SETTLED_US;
    use crate::minimise::count::tests::seeded;
    use crate::minimise::laws::a_zone;
    use crate::policy::{Engine, Sources, decide};
    use proptest::prelude::*;
    use std::sync::OnceLock;

    const DAY: At = At(20_000 * DAY_US);
    const OVER: At = At(20_001 * DAY_US + SETTLED_US);

    fn permit_of(engine: &Engine, category: Category, purpose: Purpose) -> Permit {
        let recipient = Recipient {
            id: RecipientId([1; 16]),
            name: "a recipient".to_owned(),
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
            purpose,
            category,
            standing: Standing::Live { grant: GrantId([9; 16]), precision: category.rungs()[0] },
            stop: None,
            now: OVER,
        };
        decide(engine, &scene).unwrap()
    }
    /// A permit that wants so many persons in a zone.
    fn permit(crowd: u32) -> Permit {
        static BUNDLED: OnceLock<Engine> = OnceLock::new();
        let load = || {
            let mut sources = Sources::bundled();
            let name = "20-purpose/ResearchAndDevelopment.cedar";
            let text = sources.find(name).unwrap().replace("crowd:20", &format!("crowd:{crowd}"));
            sources.insert(name, text);
            Engine::load(&sources).unwrap()
        };
        let (category, purpose) = (Category::Population, Purpose::ResearchAndDevelopment);
        match crowd {
            20 => permit_of(BUNDLED.get_or_init(load), category, purpose),
            _ => permit_of(&load(), category, purpose),
        }
    }
    fn day(n: i64) -> At {
        DAY.plus(n * DAY_US)
    }
    fn seoul() -> Zone {
        zone::parent(zone::from_point(37.5663, 126.9779).unwrap(), RESOLUTION).unwrap()
    }

    #[test]
    fn a_window_slides_by_no_hour_and_none_is_told_while_people_still_come() {
        assert!(Asked::of(DAY, seoul(), OVER).is_ok());
        assert_eq!(Asked::of(DAY, seoul(), OVER.plus(-1)), Err(Unasked::Open));
        for hour in 1..24 {
            assert_eq!(Asked::of(DAY.plus(hour * DAY_US / 24), seoul(), day(9)), Err(Unasked::Day), "{hour}");
        }
    }

    #[test]
    fn a_permit_for_something_else_or_for_a_larger_crowd_than_is_promised_counts_nobody() {
        let first = First { at: DAY, zone: zone::from_point(37.5663, 126.9779).unwrap() };
        let exact = |permits: Vec<Permit>| {
            let mut tally = Tally::default();
            (0..).zip(permits).for_each(|(person, permit)| tally.add(permit, person, first));
            tally.persons().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(exact(vec![permit(20), permit(10), permit(20)]), [(seoul(), 3)]);
        let zone = permit_of(
            &Engine::load(&Sources::bundled()).unwrap(),
            Category::LocationZone,
            Purpose::ProvidePersonalisedRecommendations,
        );
        assert_eq!(exact(vec![permit(21), zone]), []);
    }

    #[test]
    fn with_the_guard_on_few_persons_are_nobody_and_many_a_multiple_of_ten() {
        let first = First { at: DAY, zone: zone::from_point(37.5663, 126.9779).unwrap() };
        for (persons, told) in [(19, false), (400, true)] {
            let mut tally = Tally::default();
            (0..persons).for_each(|person| tally.add(permit(20), person, first));
            let drawn = tally.draw(Guard::ON, &seeded(1));
            assert_eq!(drawn.iter().map(|(_, n)| n % 10).collect::<Vec<_>>(), vec![0; usize::from(told)]);
        }
    }

    #[test]
    fn a_week_of_windows_is_paid_for_and_each_of_them_once() {
        let week: Vec<_> = (-9..=9).map(|n| (day(n), EPS_MILLI)).collect();
        assert_eq!(charge(DAY, &week), Some(0), "told of before");
        let others: Vec<_> = week.iter().copied().filter(|(w, _)| *w != DAY).collect();
        assert_eq!(charge(DAY, &others), Some(EPS_MILLI));
        assert_eq!(charge(DAY, &[]), Some(EPS_MILLI));
    }

    #[test]
    fn what_would_cost_a_week_too_much_is_refused_on_either_side_of_it() {
        for n in [-6, 6] {
            assert_eq!(charge(DAY, &[(day(n), MOST_A_WEEK - EPS_MILLI)]), Some(EPS_MILLI), "{n}");
            assert_eq!(charge(DAY, &[(day(n), MOST_A_WEEK - EPS_MILLI + 1)]), None, "{n}");
            assert_eq!(charge(DAY, &[(day(n), u32::MAX)]), None, "{n}");
        }
        assert_eq!(charge(DAY, &[(day(-7), u32::MAX), (day(7), u32::MAX)]), Some(EPS_MILLI));
    }

    proptest! {
        #[test]
        fn a_zone_is_told_alike_by_itself_and_among_those_round_it_and_nothing_coarser_is(near in a_zone(), resolution in 0u8..8) {
            let own = zone::parent(near, RESOLUTION).unwrap();
            let around = zone::parent(near, resolution).unwrap();
            let alone = Asked::of(DAY, own, OVER).unwrap();
            prop_assert_eq!(alone.zones(), [own]);
            match Asked::of(DAY, around, OVER) {
                Err(wrong) => prop_assert!(wrong == Unasked::Zone && !(4..=6).contains(&resolution)),
                Ok(asked) => {
                    let zones = asked.zones();
                    prop_assert!(asked.window() == alone.window() && zones.contains(&own) && zones.is_sorted());
                    prop_assert_eq!(zones.len(), 7usize.pow(u32::from(RESOLUTION - resolution)));
                    prop_assert!(zones.iter().all(|z| zone::resolution(*z) == Some(RESOLUTION) && zone::holds(around, *z)));
                }
            }
        }

        #[test]
        fn whoever_is_somewhere_counts_once_with_however_many_phones_and_where_he_was_first(
            seen in prop::collection::vec((0u32..60, 0i64..24, a_zone()), 0..200),
        ) {
            let mut tally = Tally::default();
            let mut first: BTreeMap<u32, (At, Zone)> = BTreeMap::new();
            for (person, hour, near) in seen {
                let at = DAY.plus(hour * DAY_US / 24);
                tally.add(permit(20), person, First { at, zone: near });
                let here = (at, zone::parent(near, RESOLUTION).unwrap());
                let kept = first.entry(person).or_insert(here);
                *kept = here.min(*kept);
            }
            let mut exact: BTreeMap<Zone, u64> = BTreeMap::new();
            first.values().for_each(|(_, zone)| *exact.entry(*zone).or_default() += 1);
            prop_assert_eq!(tally.persons(), exact);
        }

        #[test]
        fn no_order_of_questions_charges_any_seven_days_beyond_the_most(asked in prop::collection::vec(0i64..30, 0..90)) {
            let mut charged: Vec<(At, u32)> = Vec::new();
            for n in asked {
                if let Some(added) = charge(day(n), &charged).filter(|added| *added > 0) {
                    charged.push((day(n), added));
                }
            }
            for first in 0..30 {
                let week: u32 = charged.iter().filter(|(w, _)| (day(first)..day(first + WEEK)).contains(w)).map(|(_, e)| e).sum();
                prop_assert!(week <= heaviest_week(&charged));
            }
            prop_assert!(heaviest_week(&charged) <= MOST_A_WEEK);
        }

        #[test]
        fn no_number_panics(index in any::<u64>(), eps in any::<u32>()) {
            prop_assert!(Asked::of(DAY, Zone(index), OVER).map_or(true, |a| !a.zones().is_empty()));
            charge(DAY, &[(DAY, eps), (day(1), eps)]);
        }
    }
}
