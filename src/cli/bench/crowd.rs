//! `dongui bench crowd`: how long it takes to count who fits an answer and everything that was told before, and how much a day of crowds weighs. Made-up
//! persons of a country's size spend a day in 20,000 zones; some are asked about every hour, each time as after a feed, with nothing in memory.
//!
//! Deliberately absent: budgets, which would end the questions after a few.
use super::{Crowd as Wanted, median};
use crate::broker::Broker;
use crate::broker::fold::crowd_key;
use crate::cli::{Answer, Installation, Trouble, keys, migrate};
use crate::domain::category::{Category, Precision};
use crate::domain::feed::{Event, Happening};
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::domain::zone::Zone;
use crate::feed::seeded::mix;
use crate::minimise::crowd::{self, Crowd, CrowdKey, epoch};
use crate::minimise::item::Released;
use crate::minimise::zone;
use crate::store::{Store, counters, crowds};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::time::Instant;

/// The zones lie within so many metres of Munich: about 20,000 of them.
const REACH_M: f64 = 180_000.0;
const MUNICH: (f64, f64) = (48.137, 11.575);
/// A day that is over; answers are asked for as of its hours.
const DAY: At = At(20_000 * DAY_US);
/// Persons alike.
const LEAST: u32 = 50;
/// Hours of the day in which is asked.
const ASKED: std::ops::Range<i64> = 7..24;
/// Crowds in one story.
const STORY: usize = 256;

/// Who is where.
struct Town {
    /// From the middle outwards.
    zones: Vec<Zone>,
}

impl Town {
    fn new() -> Result<Town, Trouble> {
        let centre =
            zone::from_point(MUNICH.0, MUNICH.1).ok_or_else(|| Trouble("no such zone".to_owned()))?;
        let (mut zones, mut known) = (Vec::new(), rustc_hash::FxHashSet::default());
        let steps = 36;
        for step in 1..=steps {
            let within = zone::within(centre, REACH_M * f64::from(step) / f64::from(steps), 7);
            zones.extend(within.into_iter().filter(|z| known.insert(*z)));
        }
        Ok(Town { zones })
    }

    /// A zone drawn so that the middle is a thousand times as dense as the edge.
    fn drawn(&self, seed: u64) -> Zone {
        let u = (mix(seed) >> 11) as f64 / (1u64 << 53) as f64;
        let index = (self.zones.len() as f64 * u.powi(3)) as usize;
        self.zones.get(index).copied().unwrap_or(Zone(0))
    }

    /// Nights at home, most of working hours at work, some evenings and now and then an hour elsewhere.
    fn at(&self, person: u32, hour: i64) -> Zone {
        let who = u64::from(person) << 8;
        let chance = |of: u64, percent: u64| mix(who ^ of << 40 ^ hour as u64) % 100 < percent;
        match hour {
            _ if chance(1, 5) => self.drawn(who ^ 0x00e1_5e00_0000_0000 ^ hour as u64),
            8..17 if mix(who ^ 2) % 100 < 60 => self.drawn(!who),
            17..20 if chance(3, 30) => self.drawn(who ^ 0x00e4_4a00_0000_0000),
            _ => self.drawn(who),
        }
    }
}

fn rungs(zone: Zone, at: At) -> impl Iterator<Item = CrowdKey> {
    (3..=7).rev().filter_map(move |r| zone::parent(zone, r)).map(move |z| CrowdKey::zone(z, at))
}

/// What a day of crowds weighs.
#[derive(Default)]
struct Weight {
    crowds: usize,
    postings: u64,
    bytes: u64,
    made_s: f64,
}

/// Makes the crowds of a day and writes them, as a feed does.
fn make(store: &Store, town: &Town, persons: u32) -> Result<Weight, Trouble> {
    let (mut weight, began) = (Weight::default(), Instant::now());
    for hour in 0..24 {
        let at = DAY.plus(hour * HOUR_US);
        let mut together: FxHashMap<CrowdKey, Crowd> = FxHashMap::default();
        for person in 0..persons {
            let what = Happening::Stay { zone: town.at(person, hour), sensitive: false };
            for key in crowd::postings(&Event { at, what }, Jurisdiction::DE) {
                together.entry(key).or_default().insert(person);
            }
        }
        crowd::widen(&mut together);
        let mut all: Vec<_> = together.into_iter().map(|(key, crowd)| (crowd_key(key), crowd)).collect();
        all.sort_unstable_by_key(|(key, _)| *key);
        for story in all.chunks(STORY) {
            let rows: Vec<_> = story.iter().map(|(key, c)| (*key, c.len() as i64, c.to_bytes())).collect();
            weight.crowds += rows.len();
            weight.postings += rows.iter().map(|(_, n, _)| n.unsigned_abs()).sum::<u64>();
            weight.bytes += rows.iter().map(|(_, _, bytes)| bytes.len() as u64).sum::<u64>();
            store.write("bench.crowds", move |tx| crowds::put(tx, &rows))?;
        }
    }
    weight.made_s = began.elapsed().as_secs_f64();
    Ok(weight)
}

/// One decision: what it took, how much was told before, what came of it.
struct Counted {
    us: f64,
    before: usize,
    told: Option<(Precision, u32)>,
}

/// Asks about one person every hour of the day.
fn ask(
    broker: &Broker,
    store: &Store,
    (town, persons): (&Town, u32),
    person: u32,
) -> Result<Vec<Counted>, Trouble> {
    let (mut released, mut all): (Vec<Released>, Vec<Counted>) = Default::default();
    for hour in ASKED {
        let at = DAY.plus(hour * HOUR_US);
        // A feed came in: whatever was remembered is of before.
        store.write("bench.feed", |tx| counters::next(tx, counters::CROWDS))?;
        let keys: Vec<CrowdKey> = rungs(town.at(person, hour), at).collect();
        let (us, found) = store.read("bench.crowd", |tx| {
            let counted = counters::Counters { persons: i64::from(persons), ..counters::all(tx)? };
            let began = Instant::now();
            let found = broker.crowds(tx, &counted, keys.clone(), &released, LEAST, at)?;
            Ok((began.elapsed().as_nanos() as f64 / 1e3, found))
        })?;
        let level = |key: &CrowdKey| {
            let resolution = zone::resolution(Zone(key.key));
            Precision::ALL.into_iter().find(|p| p.resolution().is_some() && p.resolution() == resolution)
        };
        let fits = keys.iter().map(|key| (key, found.count(*key))).find(|(_, n)| *n >= LEAST);
        let told = fits.and_then(|(key, n)| Some((level(key)?, n)));
        all.push(Counted { us, before: released.len(), told });
        if let (Some((precision, crowd)), Some((key, _))) = (told, fits) {
            released.push(Released {
                fact: [hour as u8; 32],
                category: Category::LocationZone,
                purpose: Purpose::ProvidePersonalisedRecommendations,
                precision,
                reduced: false,
                crowd,
                bits_milli: 0,
                keys: vec![*key],
                epoch: epoch(at),
            });
        }
    }
    Ok(all)
}

pub fn run(installation: &Installation, wanted: &Wanted) -> Result<Answer, Trouble> {
    let dir = installation.data.join("bench-crowd");
    if dir.exists() {
        std::fs::remove_dir_all(&dir).map_err(|e| Trouble::file(&dir, &e))?;
    }
    let scratch = Installation::at(dir.clone());
    migrate::run(&scratch)?;
    keys::init(&scratch.keys())?;
    let (store, broker, town) = (scratch.store()?, scratch.broker()?, Town::new()?);
    let weight = make(&store, &town, wanted.persons)?;
    let step = (wanted.persons / wanted.asked.max(1)).max(1);
    let mut counted = Vec::new();
    for person in (0..wanted.persons).step_by(step as usize).take(wanted.asked as usize) {
        counted.extend(ask(&broker, &store, (&town, wanted.persons), person)?);
    }
    drop((store, broker));
    std::fs::remove_dir_all(&dir).map_err(|e| Trouble::file(&dir, &e))?;
    Ok(told(wanted, &town, &weight, &counted))
}

fn told(wanted: &Wanted, town: &Town, weight: &Weight, counted: &[Counted]) -> Answer {
    let figures = |of: &[&Counted]| {
        let mut us: Vec<f64> = of.iter().map(|c| c.us).collect();
        us.sort_by(f64::total_cmp);
        let at =
            |share: f64| us.get((us.len() as f64 * share) as usize).or(us.last()).copied().unwrap_or(0.0);
        (us.len(), median(us.iter().copied()), at(0.99))
    };
    let span = |from: usize, to: usize| {
        counted.iter().filter(|c| (from..to).contains(&c.before)).collect::<Vec<&Counted>>()
    };
    let rows = [
        ("nothing told before", span(0, 1)),
        ("1 to 3 facts before", span(1, 4)),
        ("4 to 16 facts before", span(4, 17)),
        ("all", span(0, usize::MAX)),
    ]
    .map(|(name, of)| (name, figures(&of)));
    let served = counted.iter().filter(|c| c.told.is_some()).count() as f64 / counted.len().max(1) as f64;
    let fewest = counted.iter().filter_map(|c| c.told).map(|(_, n)| n).min();
    let mib = weight.bytes as f64 / f64::from(1 << 20);
    let mut text = format!(
        "{} persons in {} zones, 24 hours: {} crowds, {} entries, {mib:.0} MiB ({:.0} MiB per million persons), made and written in {:.1} s\n",
        wanted.persons,
        town.zones.len(),
        weight.crowds,
        weight.postings,
        mib * 1e6 / f64::from(wanted.persons),
        weight.made_s
    );
    for (name, (n, p50, p99)) in &rows {
        text.push_str(&format!("  {name:<22}{n:>7} decisions   p50 {p50:>7.0} µs   p99 {p99:>7.0} µs\n"));
    }
    text.push_str(&format!(
        "  told {:.0} %; at least {} persons fit everything told of each",
        served * 100.0,
        fewest.map_or("no".to_owned(), |n| n.to_string())
    ));
    let json: Vec<Value> = rows
        .iter()
        .map(|(name, (n, p50, p99))| json!({ "after": name, "decisions": n, "p50_us": p50, "p99_us": p99 }))
        .collect();
    let figures = json!({ "persons": wanted.persons, "zones": town.zones.len(), "crowds": weight.crowds,
        "entries": weight.postings, "bytes": weight.bytes, "made_s": weight.made_s, "decisions": json,
        "told_share": served, "fewest_persons": fewest });
    Answer::new(text, json!({ "crowd": figures }))
}
