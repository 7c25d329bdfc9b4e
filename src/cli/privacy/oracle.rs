//! A5 and A15: "is he there?" and "is he often there?" asked again and again, each time about the circle that halves what is left of a town; the one in an hour, the
//! other for a week, in which a home stands still. Deliberately absent: how well a circle matches, which no answer says.
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
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Questions about one person at most: in the hour of A5, and on each day of A15.
const QUESTIONS: u32 = 60;
const QUESTIONS_A_DAY: u32 = 12;
/// Days of A15.
const DAYS: i64 = 7;
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

/// What an answer says of the place that is looked for.
#[derive(Clone, Copy)]
enum Side {
    Within,
    Beyond,
    Either,
}

/// What is asked, and what is made of an answer.
struct Search {
    category: Category,
    /// `None` where nothing was told.
    read: fn(&Value) -> Option<Side>,
    allows: fn(&Weighed, Zone, Side) -> bool,
}

const IS_HE_THERE: Search = Search {
    category: Category::LocationVerify,
    read: |value| Some(if value["within"].as_bool()? { Side::Within } else { Side::Beyond }),
    allows: |circle, zone, side| match side {
        Side::Either => true,
        side => circle.allows(zone, matches!(side, Side::Within)),
    },
};

/// A quarter of the time may be spent at work as well as at home.
const IS_HE_OFTEN_THERE: Search = Search {
    category: Category::FrequentArea,
    read: |value| match value["time_spent"].as_str()? {
        "none" => Some(Side::Beyond),
        "quarter" => Some(Side::Either),
        _ => Some(Side::Within),
    },
    allows: |circle, zone, side| {
        let within = zone::parent(zone, 6).is_some_and(|z| circle.coarse.contains(&z));
        match side {
            Side::Within => within,
            Side::Beyond => !within,
            Side::Either => true,
        }
    },
};

/// Somebody who is looked for.
struct Hunted {
    who: usize,
    truth: (f64, f64),
    left: Vec<Zone>,
    asked: BTreeSet<(Zone, Radius)>,
    answered: u32,
}

type Circles = BTreeMap<(Zone, Radius), Weighed>;

impl Campaign<'_> {
    /// A5, in an hour of the campaign.
    pub fn oracle(&mut self, hour: i64) -> Result<Figure, Trouble> {
        let at = self.late(hour);
        self.pass(at)?;
        let truth = |who| self.truth.points.get(&(who, at.0.div_euclid(HOUR_US))).copied();
        let mut hunted = self.hunted(&truth);
        let (town, mut circles) = (self.town(), Circles::new());
        for one in &mut hunted {
            self.search(&IS_HE_THERE, one, QUESTIONS, &town, &mut circles)?;
        }
        Ok(self.found(&hunted, &format!("{QUESTIONS} questions each")))
    }

    /// A15, in the same hour of a week of days from an hour of the campaign on.
    pub fn often(&mut self, hour: i64) -> Result<Figure, Trouble> {
        self.pass(self.late(hour))?;
        let mut hunted = self.hunted(&|who| self.home(who));
        let (town, mut circles) = (self.town(), Circles::new());
        for day in 0..DAYS {
            self.pass(self.late(hour + 24 * day))?;
            for one in &mut hunted {
                self.search(&IS_HE_OFTEN_THERE, one, QUESTIONS_A_DAY, &town, &mut circles)?;
            }
        }
        Ok(self.found(&hunted, &format!("{QUESTIONS_A_DAY} questions on each of {DAYS} days")))
    }

    fn town(&self) -> Vec<Zone> {
        let zones = self.population.towers().filter_map(|(lat, lon)| zone::from_point(lat, lon));
        zones.collect::<BTreeSet<Zone>>().into_iter().collect()
    }

    /// The first of those who are asked about of whom the truth is known.
    fn hunted(&self, truth: &dyn Fn(usize) -> Option<(f64, f64)>) -> Vec<Hunted> {
        let town = self.town();
        let known = (0..self.plan.asked).filter_map(|who| Some((who, truth(who)?)));
        let hunt =
            |(who, truth)| Hunted { who, truth, left: town.clone(), asked: BTreeSet::new(), answered: 0 };
        known.take(SOUGHT).map(hunt).collect()
    }

    /// How many questions were answered at most, and how near the guesses came.
    fn found(&self, hunted: &[Hunted], how: &str) -> Figure {
        let mut off_m: Vec<f64> =
            hunted.iter().map(|one| apart_m(centre(self.population, &one.left), one.truth)).collect();
        let mut answers: Vec<u32> = hunted.iter().map(|one| one.answered).collect();
        off_m.sort_by(f64::total_cmp);
        answers.sort_unstable();
        let middle_m = off_m.get(off_m.len() / 2).copied().unwrap_or(0.0);
        let most = answers.last().copied().unwrap_or(0);
        let near = self.house.guarded() && middle_m < NEAR_M;
        let broken = near.then(|| format!("half of the guesses are within {middle_m:.0} m"));
        let says = format!(
            "{} people looked for with {how}, {} answered of each at the middle, half of the guesses within {:.1} km",
            off_m.len(),
            answers.get(answers.len() / 2).copied().unwrap_or(0),
            middle_m / 1000.0
        );
        Figure { value: f64::from(most), broken: broken.into_iter().collect(), says }
    }

    /// Asks about somebody and keeps what is left of the town.
    fn search(
        &self,
        search: &Search,
        one: &mut Hunted,
        questions: u32,
        town: &[Zone],
        known: &mut Circles,
    ) -> Result<(), Trouble> {
        let dice = Seeded::named(self.plan.seed, &[CIRCLES, one.who as u64, one.asked.len() as u64]);
        for question in 0..questions {
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
            let new = drawn.iter().filter(|key| !one.asked.contains(*key));
            let weighed = new.filter_map(|key| Some((*key, known.get(key)?)));
            let best = weighed.map(|(key, c)| (c.parts(&one.left), key, c)).max_by_key(|(parts, ..)| *parts);
            let Some((_, key, circle)) = best.filter(|(parts, ..)| *parts > 0) else { break };
            // The same again is free, and says nothing new.
            one.asked.insert(key);
            let by = question as usize % self.house.recipients.len().max(1);
            let body = json!({ "subject": self.subject(by, one.who)?, "purpose": FRAUD, "categories": [search.category],
                "circle": { "latitude": circle.middle.0, "longitude": circle.middle.1, "radius_km": circle.radius.km() } });
            let answer = self.hostile.connection(by)?.post(CONTEXT_PATH, &body)?.success()?;
            if let Some(side) = (search.read)(&answer["context"]["items"][0]["value"]) {
                one.answered += 1;
                one.left.retain(|zone| (search.allows)(circle, *zone, side));
            }
        }
        Ok(())
    }
}

/// The middle of what is left.
fn centre(population: &Population, left: &[Zone]) -> (f64, f64) {
    let middles: Vec<(f64, f64)> = left.iter().filter_map(|z| middle(population, *z)).collect();
    let n = middles.len().max(1) as f64;
    let sum = middles.iter().fold((0.0, 0.0), |(a, b), (lat, lon)| (a + lat, b + lon));
    (sum.0 / n, sum.1 / n)
}
