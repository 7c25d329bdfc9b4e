//! A6 and A9: how many people were where, asked in every way there is, by two who know where everybody else was. A6 looks for exact numbers, A9 for whether
//! somebody was counted. Deliberately absent: the noise, which is public.
use super::campaign::Campaign;
use super::population::{Population, Source, each};
use super::walks::sensitive;
use crate::attack::counted::{Law, auc, auc_of_days, recovered};
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::domain::feed::FeedKind;
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::domain::zone::Zone;
use crate::minimise::count::{LEAST, MARGIN, SCALE, STEP};
use crate::minimise::zone;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where is asked.
pub const POPULATION_PATH: &str = "/v1/population";
/// One in so many said no to being counted.
pub const SAYS_NO: usize = 10;
/// The resolution that is told of, and those that stand for all in them.
const TOLD: [u8; 3] = [6, 5, 4];
/// Days that are counted of made-up people, so that the dice of a day hardly matter: four weeks, in each of which the most is charged that one may be.
const DAYS: usize = 28;
/// Days that the budget is kept for.
const WEEK: usize = 7;
/// The hour of the next day at which a day is asked about.
const SETTLED_HOUR: i64 = 6;

/// Whether somebody said yes to being counted.
pub fn is_counted(who: usize) -> bool {
    who % SAYS_NO != SAYS_NO - 1
}

/// What was asked and told so far.
#[derive(Default)]
pub struct Asked {
    /// By day and zone.
    told: BTreeMap<(At, Zone), Option<u64>>,
    /// Where everybody was first seen, by day; who began it at a sensitive place is not there.
    firsts: BTreeMap<At, BTreeMap<usize, Zone>>,
    broken: Vec<String>,
    questions: u32,
}

impl Asked {
    /// Persons who said yes, by day and zone.
    fn truth(&self) -> BTreeMap<(At, Zone), u64> {
        let mut truth = BTreeMap::new();
        for (day, firsts) in &self.firsts {
            for (_, zone) in firsts.iter().filter(|(who, _)| is_counted(**who)) {
                *truth.entry((*day, *zone)).or_insert(0) += 1;
            }
        }
        truth
    }
}

impl Campaign<'_> {
    /// Asks about the day before, where this is the hour for it.
    pub fn ask_counts(&mut self, hour: i64) -> Result<(), Trouble> {
        if hour < 24 || hour % 24 != SETTLED_HOUR {
            return Ok(());
        }
        self.ask_count(self.population.start.plus((hour / 24 - 1) * DAY_US))
    }

    /// Lets the days of questions end that did not yet, and asks about them.
    pub fn finish_counts(&mut self) -> Result<(), Trouble> {
        for n in 0..self.plan.days {
            let day = self.population.start.plus(n * DAY_US);
            if !self.counts.firsts.contains_key(&day) {
                // First all that was seen of the day, or the server might count it meanwhile.
                self.pass(day.plus(DAY_US).max(self.fed_until))?;
                self.pass(self.late((n + 1) * 24 + SETTLED_HOUR).max(self.fed_until))?;
                self.ask_count(day)?;
            }
        }
        Ok(())
    }

    /// Goes on for days of their own, on which nothing else is asked. Given files have no days but their own.
    pub fn count_on(&mut self) -> Result<(), Trouble> {
        if matches!(self.population.source, Source::Given(_)) {
            return Ok(());
        }
        let further = DAYS.saturating_sub(self.counts.firsts.len());
        let bar = self.progress.stage("days on which people are counted", further);
        let mut day = self.fed_until.plus(DAY_US - 1).floor(DAY_US);
        for _ in 0..further {
            self.pass(day.plus(DAY_US).max(self.fed_until))?;
            self.pass(day.plus(DAY_US + SETTLED_HOUR * HOUR_US))?;
            self.ask_count(day)?;
            day = day.plus(DAY_US);
            bar.step();
        }
        Ok(())
    }

    fn ask_count(&mut self, day: At) -> Result<(), Trouble> {
        let firsts = firsts(self.population, day)?;
        let mut broken = self.out_of_grammar(day)?;
        let zones: BTreeSet<Zone> = firsts.values().copied().collect();
        for by in 0..self.hostile.connections.len() {
            for resolution in TOLD {
                let around: BTreeSet<Zone> =
                    zones.iter().filter_map(|z| zone::parent(*z, resolution)).collect();
                for around in around {
                    self.counts.questions += 1;
                    for (zone, persons) in self.counted(by, day, around)? {
                        let known = *self.counts.told.entry((day, zone)).or_insert(persons);
                        if known != persons {
                            broken.push("the same zone and day were told of in two ways".to_owned());
                        }
                        if self.house.guarded()
                            && persons.is_some_and(|n| n < LEAST + MARGIN || n % STEP != 0)
                        {
                            broken.push("a number was told that is too small or not rounded".to_owned());
                        }
                    }
                }
            }
        }
        broken.dedup();
        self.counts.broken.append(&mut broken);
        self.counts.firsts.insert(day, firsts);
        Ok(())
    }

    fn counted(&self, by: usize, day: At, around: Zone) -> Result<Vec<(Zone, Option<u64>)>, Trouble> {
        let body = json!({ "day": day.date(), "zone": zone::text(around) });
        let answer = self.hostile.connection(by)?.post(POPULATION_PATH, &body)?.success()?;
        let zones = answer["zones"].as_array().map(Vec::as_slice).unwrap_or_default();
        let read = |z: &Value| Some((zone::parse(z["zone"].as_str()?)?, z["persons"].as_u64()));
        Ok(zones.iter().filter_map(read).collect())
    }

    /// Sliding windows, unions, hours, polygons, finer and coarser zones, days that are not over: whatever of it is answered.
    fn out_of_grammar(&self, day: At) -> Result<Vec<String>, Trouble> {
        let Some((lat, lon)) = self.population.towers().next() else { return Ok(Vec::new()) };
        let place =
            |resolution| zone::from_point(lat, lon).and_then(|z| zone::parent(z, resolution)).map(zone::text);
        let (here, date) = (place(6), day.date());
        let tried = [
            ("a window that slides", json!({ "day": day.plus(HOUR_US).rfc3339(), "zone": here })),
            ("some hours", json!({ "day": date, "zone": here, "from": "06:00", "to": "07:00" })),
            ("a union", json!({ "day": date, "zone": [here, place(5)] })),
            (
                "a polygon",
                json!({ "day": date, "polygon": [[lat, lon], [lat, lon + 0.1], [lat + 0.1, lon]] }),
            ),
            ("a finer zone", json!({ "day": date, "zone": place(7) })),
            ("a coarser sum", json!({ "day": date, "zone": place(3) })),
            ("a day that is not over", json!({ "day": day.plus(DAY_US).date(), "zone": here })),
        ];
        let mut answered = Vec::new();
        for (what, body) in tried {
            if self.hostile.connection(0)?.post(POPULATION_PATH, &body)?.status < 300 {
                answered.push(format!("{what} is answered"));
            }
        }
        Ok(answered)
    }

    /// A6: how many exact numbers are found beyond what guessing finds.
    pub fn differencing(&self) -> Figure {
        let truth = self.counts.truth();
        let zones: Vec<(Option<u64>, u64)> =
            truth.iter().map(|(key, n)| (self.counts.told.get(key).copied().flatten(), *n)).collect();
        let alone = zones.iter().filter(|(told, truth)| *truth == 1 && *told == Some(1)).count();
        let told = zones.iter().filter(|(told, _)| told.is_some()).count();
        let (found, guessed) = recovered(&zones);
        let mut broken = self.counts.broken.clone();
        if self.house.guarded() && alone > 0 {
            broken.push(format!("{alone} times a number is one person"));
        }
        let says = format!(
            "{} questions about {} zones and days with people, {told} told of; {:.1} % of exact numbers found, {:.1} % by guessing; {alone} numbers of one person",
            self.counts.questions,
            zones.len(),
            found * 100.0,
            guessed * 100.0
        );
        Figure { value: found - guessed, broken, says }
    }

    /// A9: who said yes, told from who did not by a number and the knowledge of everybody else.
    pub fn membership(&self) -> Figure {
        let law = match self.house.guarded() {
            true => Law::Noisy { scale: SCALE as f64, least: LEAST, margin: MARGIN, step: STEP },
            false => Law::Exact,
        };
        let truth = self.counts.truth();
        let mut weighed = HashMap::new();
        let mut days = Vec::new();
        let mut weeks: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (n, (day, firsts)) in self.counts.firsts.iter().enumerate() {
            let [mut with, mut without] = [Vec::new(), Vec::new()];
            for (who, zone) in firsts {
                let key = (*day, *zone);
                let others = truth.get(&key).copied().unwrap_or(0) - u64::from(is_counted(*who));
                let told = self.counts.told.get(&key).copied().flatten();
                let evidence = *weighed.entry((others, told)).or_insert_with(|| law.evidence(others, told));
                if is_counted(*who) { &mut with } else { &mut without }.push(evidence);
                *weeks.entry((n / WEEK, *who)).or_default() += evidence;
            }
            days.push((with, without));
        }
        let (value, error) = auc_of_days(&days);
        let of = |counted: bool| {
            let some = weeks.iter().filter(|((_, who), _)| is_counted(*who) == counted);
            some.map(|(_, evidence)| *evidence).collect::<Vec<f64>>()
        };
        let told = truth.keys().filter(|key| self.counts.told.get(key).copied().flatten().is_some()).count();
        let says = format!(
            "{told} numbers of {} days, and who knows where everybody else was; standard error {error:.3}; by {} days together {:.3}",
            days.len(),
            WEEK.min(days.len()),
            auc(&of(true), &of(false))
        );
        Figure { value, broken: Vec::new(), says }
    }
}

/// Where everybody was first seen on a day, in zones that are told of; not who was at a sensitive place then.
fn firsts(population: &Population, day: At) -> Result<BTreeMap<usize, Zone>, Trouble> {
    let Some(csv) = population.csv(FeedKind::Location, day, day.plus(DAY_US))? else {
        return Ok(BTreeMap::new());
    };
    let (sensitive, mut first) = (sensitive()?, BTreeMap::<usize, (At, (f64, f64))>::new());
    each(FeedKind::Location, &csv, &mut |_, number, at, spot| {
        if let Some((point, who)) = population.point(spot).zip(population.who(number)) {
            let known = first.entry(who).or_insert((at, point));
            if at < known.0 {
                *known = (at, point);
            }
        }
    })?;
    let begun = first.into_iter().filter(|(_, (_, (lat, lon)))| !sensitive.covers(*lat, *lon));
    let told = |(lat, lon)| zone::from_point(lat, lon).and_then(|z| zone::parent(z, TOLD[0]));
    Ok(begun.filter_map(|(who, (_, point))| Some((who, told(point)?))).collect())
}
