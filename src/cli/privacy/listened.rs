//! The attacks that take no more than listening: linkage across recipients and days, unicity, repetition, homes, what an adversary knows, minimality.
//! Deliberately absent: questions; all of it is worked out of what was told.
use super::campaign::Campaign;
use super::population::{apart_m, middle};
use crate::attack::anchor;
use crate::attack::finer::{self, Case};
use crate::attack::link::{History, history, linked};
use crate::attack::risk::{Known, Visit, mean, risks};
use crate::attack::told::Told;
use crate::attack::unicity::{Point, Trace, unique};
use crate::attack::verdict::Figure;
use crate::domain::category::Category;
use crate::domain::time::HOUR_US;
use crate::domain::zone::Zone;
use crate::feed::seeded::Seeded;
use crate::minimise::budget::ZONES_A_DAY;
use crate::minimise::zone;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Least share of questions for a zone that have to be answered.
const SERVED: f64 = 0.85;
/// How near a home counts as found, m.
const FOUND_M: f64 = 500.0;
/// Local hours of the night.
const NIGHT: [i64; 8] = [22, 23, 0, 1, 2, 3, 4, 5];
/// Draws for each history and number of points.
const DRAWS: usize = 5;
/// What an adversary knows, pieces.
const PIECES: usize = 2;
/// What an answer that tells no zone says of where somebody was.
const ANYWHERE: Zone = Zone(0);
/// Which of the named generators of a seed draws points.
const POINTS: u64 = 21;

/// A share over days or points, for a plot.
pub type Curve = Vec<(i64, f64)>;

impl Campaign<'_> {
    fn histories(&self, keep: &dyn Fn(&Told) -> bool) -> Vec<History> {
        let mut words: Vec<Vec<String>> = vec![Vec::new(); self.plan.asked];
        for fact in self.told.iter().filter(|t| keep(t)) {
            if let Some(words) = words.get_mut(fact.who) {
                words.extend(fact.habits());
            }
        }
        words.into_iter().map(history).collect()
    }

    /// A1: what one heard against what the other heard of the same people.
    pub fn across_recipients(&self) -> Figure {
        let [one, two] = [0, 1].map(|by| self.histories(&|t: &Told| t.by == by));
        let shared = self.hostile.shared_names();
        let broken = (shared > 0).then(|| format!("{shared} identifiers are the same at both"));
        let says = format!("{shared} equal identifiers; {} people heard about by both", self.plan.asked);
        Figure { value: linked(&one, &two).unwrap_or(0.0), broken: broken.into_iter().collect(), says }
    }

    /// The day of each of the days of questions.
    fn days(&self) -> impl Iterator<Item = i64> {
        let first = self.population.start.0.div_euclid(24 * HOUR_US);
        first..first + self.plan.days
    }

    /// How many are linked from each day to the next by zones.
    pub fn linked_by_day(&self) -> Curve {
        let of =
            |day: i64| self.histories(&|t: &Told| t.category == Category::LocationZone && t.day() == day);
        let days: Vec<i64> = self.days().collect();
        let pairs = days.windows(2).filter_map(|pair| match pair {
            [day, next] => Some((*next, linked(&of(*day), &of(*next))?)),
            _ => None,
        });
        let first = days.first().copied().unwrap_or(0);
        pairs.map(|(day, share)| (day - first, share)).collect()
    }

    /// Share of the questions for a zone that were answered with one.
    pub fn served(&self) -> f64 {
        self.zones.len() as f64 / self.questions.max(1) as f64
    }

    /// A2: a day against the next, by zones.
    pub fn across_epochs(&self) -> Figure {
        let curve = self.linked_by_day();
        let value = curve.iter().map(|(_, share)| share).sum::<f64>() / curve.len().max(1) as f64;
        let served = self.served();
        let broken =
            (served < SERVED).then(|| format!("only {:.0} % of questions were answered", served * 100.0));
        let says = format!("{:.0} % of questions for a zone answered: {}", served * 100.0, self.rungs());
        Figure { value, broken: broken.into_iter().collect(), says }
    }

    fn rungs(&self) -> String {
        let mut tally: BTreeMap<u8, usize> = BTreeMap::new();
        for seen in &self.zones {
            *tally.entry(seen.told.zone.and_then(zone::resolution).unwrap_or(0)).or_default() += 1;
        }
        let words: Vec<String> = tally.iter().rev().map(|(rung, n)| format!("{n} at r{rung}")).collect();
        words.join(", ")
    }

    /// Everything that was told of somebody on a day as points, both recipients together; a zone of the next place is one of the day.
    fn traces(&self) -> Vec<Trace> {
        let mut all: BTreeMap<(usize, i64), BTreeSet<Point>> = BTreeMap::new();
        for fact in &self.told {
            let Some(zone) = fact.zone else { continue };
            let point = match fact.category {
                Category::LocationZone => Point::Hour(zone, fact.hour()),
                _ => Point::Day(zone, fact.day()),
            };
            all.entry((fact.who, fact.day())).or_default().insert(point);
        }
        all.into_values().map(|points| points.into_iter().collect()).collect()
    }

    /// Share of persons and days that so many points of what was told fit alone; all of them last.
    pub fn unicity(&self) -> (Curve, usize) {
        let (traces, presence) = (self.traces(), &self.truth.presence);
        let longest = traces.iter().map(Vec::len).max().unwrap_or(0);
        let (mut curve, mut least) = (Curve::new(), usize::MAX);
        let counts = [1, 2, 3, 4, 6, 8, 12, 16, 20, 24].into_iter().filter(|n| *n <= longest).map(Some);
        for points in counts.chain([None]) {
            let rng = Seeded::named(self.plan.seed, &[POINTS, points.unwrap_or(0) as u64]);
            let mut below = |n: usize| rng.below(n as u64) as usize;
            if let Some((share, fewest)) = unique(presence, &traces, points, DRAWS, &mut below) {
                let place = points.map_or(0, |n| n as i64);
                curve.push((place, share));
                least = least.min(fewest);
            }
        }
        (curve, least)
    }

    /// A3: within an epoch, all recipients together.
    pub fn within_epoch(&self) -> Figure {
        let (curve, least) = self.unicity();
        let value = curve.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        let fewest = if least == usize::MAX { "nobody was told of".to_owned() } else { least.to_string() };
        let wanted = self.plan.crowd as usize;
        let broken = (least < wanted).then(|| format!("at the least {fewest} persons fit, not {wanted}"));
        let says = format!("at the least {fewest} persons fit everything that was told of somebody on a day");
        Figure { value, broken: broken.into_iter().collect(), says }
    }

    /// A4: the same question again and again, and every other question of the day.
    pub fn repetition(&self) -> Figure {
        let mut zones: HashMap<(usize, i64), BTreeSet<&str>> = HashMap::new();
        for fact in self.told.iter().filter(|t| t.zone.is_some()) {
            zones.entry((fact.who, fact.day())).or_default().insert(fact.word.as_str());
        }
        let most = zones.values().map(BTreeSet::len).max().unwrap_or(0);
        let repeated = &self.repeated;
        let broken = (repeated.changed > 0).then(|| format!("{} repeats had other bytes", repeated.changed));
        let says = format!(
            "{} repeats of one question, {} with other bytes than the one before; a budget of {ZONES_A_DAY} zones a day",
            repeated.times, repeated.changed
        );
        Figure { value: most as f64, broken: broken.into_iter().collect(), says }
    }

    /// A8: home, from the zones of the nights.
    pub fn homes(&self) -> Figure {
        let offset_us = self.offset_h() * HOUR_US;
        let fineness = |z: Zone| zone::resolution(z).unwrap_or(0);
        let guesses = anchor::guessed(&self.told, self.plan.asked, offset_us, &NIGHT, &fineness);
        let mut middles: HashMap<Zone, Option<(f64, f64)>> = HashMap::new();
        let (mut known, mut found, mut errors) = (0u32, 0u32, Vec::new());
        for (who, guess) in guesses.iter().enumerate() {
            let Some(home) = self.home(who) else { continue };
            known += 1;
            let Some(zone) = guess else { continue };
            let Some(middle) = *middles.entry(*zone).or_insert_with(|| middle(self.population, *zone)) else {
                continue;
            };
            let far = apart_m(home, middle);
            found += u32::from(far <= FOUND_M);
            errors.push(far);
        }
        errors.sort_by(f64::total_cmp);
        let median = errors.get(errors.len() / 2).copied().unwrap_or(0.0);
        let says = format!(
            "{} of {known} homes guessed from {} days, half of the guesses within {:.1} km",
            errors.len(),
            self.plan.days,
            median / 1000.0
        );
        Figure { value: f64::from(found) / f64::from(known.max(1)), broken: Vec::new(), says }
    }

    /// How far the clock of the people is ahead of UTC when questions begin, h.
    fn offset_h(&self) -> i64 {
        i64::from(self.population.home.offset_s(self.population.start)) / 3600
    }

    /// Where somebody spent the nights of the campaign.
    pub fn home(&self, who: usize) -> Option<(f64, f64)> {
        let hours = self.population.start.0.div_euclid(HOUR_US)..self.fed_until.0.div_euclid(HOUR_US);
        let offset_h = self.offset_h();
        self.truth.home(who, hours.filter(|hour| NIGHT.contains(&(hour + offset_h).rem_euclid(24))))
    }

    /// A10: the eight models of what an adversary knows, on the zones of the first day. He knows where somebody truly was, as finely as there is, and looks for
    /// him in what was told: a zone round that place is not against it, nor that nothing was told.
    pub fn knowledge(&self) -> Figure {
        let first = self.days().next().unwrap_or(0);
        let mut histories: BTreeMap<usize, BTreeMap<i64, (Zone, Zone)>> = BTreeMap::new();
        let asked = self.truth.last.iter().filter(|((who, _), _)| *who < self.plan.asked);
        for ((who, hour), truth) in asked.filter(|((_, hour), _)| hour.div_euclid(24) == first) {
            histories.entry(*who).or_default().insert(*hour, (*truth, ANYWHERE));
        }
        for seen in self.zones.iter().filter(|s| s.told.day() == first) {
            if let Some(zone) = seen.told.zone {
                histories.entry(seen.told.who).or_default().insert(seen.told.hour(), (seen.truth, zone));
            }
        }
        let visits = |pick: &dyn Fn(&(Zone, Zone)) -> Zone| -> Vec<Vec<Visit>> {
            let of = |h: &BTreeMap<i64, (Zone, Zone)>| {
                h.iter().map(|(hour, both)| (pick(both).0, *hour)).collect()
            };
            histories.values().map(of).collect()
        };
        let (truths, told) = (visits(&|both| both.0), visits(&|both| both.1));
        let holds = |told: u64, place: u64| told == ANYWHERE.0 || zone::holds(Zone(told), Zone(place));
        let each = Known::ALL.map(|known| (known, mean(&risks(known, &truths, &told, &holds, PIECES))));
        let value = each.iter().map(|(_, risk)| *risk).fold(0.0, f64::max);
        let words: Vec<String> =
            each.iter().map(|(known, risk)| format!("{} {risk:.3}", known.words())).collect();
        let says = format!(
            "mean risk among the {} asked about, by what is known: {}",
            truths.len(),
            words.join(", ")
        );
        Figure { value, broken: Vec::new(), says }
    }

    /// A12: whether the rung tells more than the zone.
    pub fn minimality(&self) -> Figure {
        let nests = self.truth.nests();
        let hours: BTreeSet<i64> = self.zones.iter().map(|s| s.told.hour()).take(5000).collect();
        let counts: HashMap<i64, _> = hours.iter().map(|hour| (*hour, self.truth.counts(*hour))).collect();
        let cases: Vec<Case<'_>> = self
            .zones
            .iter()
            .filter_map(|seen| {
                let counts = counts.get(&seen.told.hour())?;
                Some(Case { told: seen.told.zone?.0, truth: seen.truth.0, counts })
            })
            .collect();
        let Some((plain, reasoned)) = finer::found(&cases, &nests, self.plan.crowd) else {
            return Figure::default();
        };
        let more = reasoned - plain;
        let broken = (more > 0.05).then(|| format!("reasoning about the rung finds {:.2} more", more));
        let says = format!(
            "the zone of 5 km² found: {plain:.3} by guessing the fullest, {reasoned:.3} by reasoning about rungs"
        );
        Figure { value: reasoned, broken: broken.into_iter().collect(), says }
    }
}
