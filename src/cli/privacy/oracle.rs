//! A5: "is he there?" asked again and again, each time about the circle that halves what is left of a town. Deliberately absent: how well a circle matches,
//! which no answer says.
use super::campaign::Campaign;
use super::house::FRAUD;
use super::population::{Population, apart_m, middle};
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::cli::client::CONTEXT_PATH;
use crate::domain::category::Category;
use crate::domain::circle::Radius;
use crate::domain::time::HOUR_US;
use crate::domain::zone::Zone;
use crate::feed::seeded::Seeded;
use crate::minimise::zone;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Questions about one person at most.
const QUESTIONS: u32 = 60;
/// People who are looked for.
const SOUGHT: usize = 12;
/// Circles that are weighed against each other before each question.
const WEIGHED: usize = 40;
/// The middle one of all guesses must not be nearer than this with the guard on, m.
const NEAR_M: f64 = 750.0;
/// Which of the named generators of a seed draws circles.
const CIRCLES: u64 = 24;

/// A circle with the zones for which the answer is yes, as both ways of looking have it.
struct Weighed {
    middle: (f64, f64),
    radius: Radius,
    fine: BTreeSet<Zone>,
    coarse: BTreeSet<Zone>,
}

impl Weighed {
    fn new(population: &Population, centre: Zone, radius: Radius) -> Option<Weighed> {
        let reach = f64::from(radius.km()) * 1000.0;
        let within = |resolution| zone::within(centre, reach, resolution).into_iter().collect();
        Some(Weighed { middle: middle(population, centre)?, radius, fine: within(7), coarse: within(6) })
    }

    /// Whether somebody in `zone` may have been answered `yes`: recipients do not know whether he is at home.
    fn allows(&self, zone: Zone, yes: bool) -> bool {
        let coarse = zone::parent(zone, 6).is_some_and(|z| self.coarse.contains(&z));
        self.fine.contains(&zone) == yes || coarse == yes
    }

    /// How evenly it parts what is left: the smaller side.
    fn parts(&self, left: &[Zone]) -> usize {
        let yes = left.iter().filter(|z| self.fine.contains(z)).count();
        yes.min(left.len() - yes)
    }
}

impl Campaign<'_> {
    /// The search, in an hour of the campaign.
    pub fn oracle(&mut self, hour: i64) -> Result<Figure, Trouble> {
        let at = self.late(hour);
        self.pass(at)?;
        let town: BTreeSet<Zone> =
            self.population.towers().filter_map(|(lat, lon)| zone::from_point(lat, lon)).collect();
        let town: Vec<Zone> = town.into_iter().collect();
        let mut circles = BTreeMap::new();
        let (mut off_m, mut answers) = (Vec::new(), Vec::new());
        for who in 0..self.plan.asked {
            let Some(truth) = self.truth.points.get(&(who, at.0.div_euclid(HOUR_US))).copied() else {
                continue;
            };
            if off_m.len() == SOUGHT {
                break;
            }
            let (left, answered) = self.search(who, &town, &mut circles)?;
            off_m.push(apart_m(centre(self.population, &left), truth));
            answers.push(answered);
        }
        off_m.sort_by(f64::total_cmp);
        answers.sort_unstable();
        let middle_m = off_m.get(off_m.len() / 2).copied().unwrap_or(0.0);
        let most = answers.last().copied().unwrap_or(0);
        let near = self.house.guarded() && middle_m < NEAR_M;
        let broken = near.then(|| format!("half of the guesses are within {middle_m:.0} m"));
        let says = format!(
            "{} people looked for with {QUESTIONS} questions each, {} answered of each at the middle, half of the guesses within {:.1} km",
            off_m.len(),
            answers.get(answers.len() / 2).copied().unwrap_or(0),
            middle_m / 1000.0
        );
        Ok(Figure { value: f64::from(most), broken: broken.into_iter().collect(), says })
    }

    /// What is left of the town after the last question about somebody, and how many were answered.
    fn search(
        &self,
        who: usize,
        town: &[Zone],
        known: &mut BTreeMap<(Zone, Radius), Weighed>,
    ) -> Result<(Vec<Zone>, u32), Trouble> {
        let dice = Seeded::named(self.plan.seed, &[CIRCLES, who as u64]);
        let (mut left, mut answered, mut asked) = (town.to_vec(), 0, BTreeSet::new());
        for question in 0..QUESTIONS {
            let drawn: Vec<(Zone, Radius)> = (0..WEIGHED)
                .filter_map(|_| {
                    let zone = town.get(dice.below(town.len() as u64) as usize)?;
                    Some((*zone, *Radius::ALL.get(dice.below(4) as usize)?))
                })
                .collect();
            for (zone, radius) in &drawn {
                if let (false, Some(weighed)) =
                    (known.contains_key(&(*zone, *radius)), Weighed::new(self.population, *zone, *radius))
                {
                    known.insert((*zone, *radius), weighed);
                }
            }
            let new = drawn.iter().filter(|key| !asked.contains(*key));
            let weighed = new.filter_map(|key| Some((*key, known.get(key)?)));
            let best = weighed.map(|(key, c)| (c.parts(&left), key, c)).max_by_key(|(parts, ..)| *parts);
            let Some((_, key, circle)) = best.filter(|(parts, ..)| *parts > 0) else { break };
            // The same again is free, and says nothing new.
            asked.insert(key);
            let by = question as usize % self.house.recipients.len().max(1);
            let body = json!({ "subject": self.subject(by, who)?, "purpose": FRAUD, "categories": [Category::LocationVerify],
                "circle": { "latitude": circle.middle.0, "longitude": circle.middle.1, "radius_km": circle.radius.km() } });
            let answer = self.hostile.connection(by)?.post(CONTEXT_PATH, &body)?.success()?;
            if let Some(yes) = answer["context"]["items"][0]["value"]["within"].as_bool() {
                answered += 1;
                left.retain(|zone| circle.allows(*zone, yes));
            }
        }
        Ok((left, answered))
    }
}

/// The middle of what is left.
fn centre(population: &Population, left: &[Zone]) -> (f64, f64) {
    let middles: Vec<(f64, f64)> = left.iter().filter_map(|z| middle(population, *z)).collect();
    let n = middles.len().max(1) as f64;
    let sum = middles.iter().fold((0.0, 0.0), |(a, b), (lat, lon)| (a + lat, b + lon));
    (sum.0 / n, sum.1 / n)
}
