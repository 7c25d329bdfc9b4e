//! The campaign in one mode: time passes hour by hour, the operator feeds what happened, the two ask, and everything they are told is kept. What takes
//! more than listening (walks, races, weeks of interests) comes after. Deliberately absent: judging.
use super::When;
use super::counted::{Asked, is_counted};
use super::hostile::Hostile;
use super::house::House;
use super::population::{Population, Source, Truth};
use super::walks::{WALKERS, number};
use crate::attack::told::Told;
use crate::cli::Trouble;
use crate::cli::demo::progress::Progress;
use crate::cli::demo::stage::by_hands;
use crate::domain::category::Category;
use crate::domain::feed::FeedKind;
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::domain::zone::Zone;
use crate::feed::seeded::Seeded;

/// When in the hour is asked: late, so that the crowd of the hour has come together.
const LATE_US: i64 = 55 * MINUTE_US;
/// Questions at once: their records share one flush to disk.
pub const HANDS: usize = 32;
/// Times that the same is asked about one person.
pub const REPEATS: u32 = 1000;
/// What is asked every hour.
pub const HOURLY: [Category; 3] = [Category::LocationZone, Category::LocationLabel, Category::NextPlace];
/// More persons than this are fed by the hour, so that a feed fits into memory.
const MANY: usize = 10_000;
/// Which of the named generators of a seed is whose.
const WHO_ASKS: u64 = 20;

/// How to attack.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Days of questions.
    pub days: i64,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Persons that are asked about.
    pub asked: usize,
    /// The least crowd.
    pub crowd: u32,
    /// When is asked.
    pub when: When,
}

/// A fact with the finest zone that the person was in: the truth at that moment.
#[derive(Debug, Clone)]
pub struct Seen {
    pub told: Told,
    pub truth: Zone,
}

/// What the same question brought, time after time.
#[derive(Debug, Default)]
pub struct Repeated {
    /// How often it was asked.
    pub times: u32,
    /// How often the bytes were others than the moment before.
    pub changed: u32,
}

/// A campaign.
pub struct Campaign<'h> {
    pub house: &'h mut House,
    pub population: &'h Population,
    pub hostile: Hostile,
    pub plan: Plan,
    pub progress: Progress,
    pub truth: Truth,
    /// Everything that was told in the hours.
    pub told: Vec<Told>,
    /// Zones with their truth.
    pub zones: Vec<Seen>,
    /// Times that a zone was asked for.
    pub questions: usize,
    pub repeated: Repeated,
    /// How far events have been fed.
    pub fed_until: At,
    /// What was told of many people.
    pub counts: Asked,
}

impl<'h> Campaign<'h> {
    /// Before the first question: everybody enrolled, the history fed.
    pub fn begin(
        house: &'h mut House,
        population: &'h Population,
        plan: Plan,
        progress: Progress,
    ) -> Result<Campaign<'h>, Trouble> {
        house.enrol(&population.numbers, plan.asked, is_counted, &progress)?;
        let further: Vec<String> = (0..=WALKERS).map(number).collect();
        house.enrol(&further, further.len(), |_| false, &progress)?;
        let hostile = Hostile::at(house, population.secrets())?;
        let mut campaign = Campaign {
            house,
            population,
            hostile,
            plan,
            progress,
            truth: Truth::default(),
            told: Vec::new(),
            zones: Vec::new(),
            questions: 0,
            repeated: Repeated::default(),
            fed_until: population.first,
            counts: Asked::default(),
        };
        campaign.history()?;
        Ok(campaign)
    }

    fn history(&mut self) -> Result<(), Trouble> {
        let step = if self.population.numbers.len() > MANY { HOUR_US } else { DAY_US };
        let length = self.population.start.since(self.population.first) / step;
        let bar = self.progress.stage("what happened before is fed", usize::try_from(length).unwrap_or(0));
        while self.fed_until < self.population.start {
            let to = self.fed_until.plus(step).min(self.population.start);
            // What is ahead of the clock is refused.
            self.house.clock.go_to(to);
            for kind in [FeedKind::Location, FeedKind::App, FeedKind::Web] {
                // Made-up people use no app before the weeks of interests, or those would find that nobody's interest changes.
                if kind != FeedKind::App || matches!(self.population.source, Source::Given(_)) {
                    self.house.feed_of(self.population, kind, self.fed_until, to)?;
                }
            }
            self.fed_until = to;
            bar.step();
        }
        Ok(())
    }

    /// Lets time pass until `at` and feeds what happened. At the turn of a day what has expired is forgotten, as by a server.
    pub fn pass(&mut self, at: At) -> Result<(), Trouble> {
        let midnight = at.floor(DAY_US);
        if self.fed_until <= midnight {
            self.house.clock.go_to(midnight);
            self.house.run()?.sweep()?;
        }
        self.house.clock.go_to(at);
        let from = self.fed_until;
        if let Some(csv) = self.house.feed_of(self.population, FeedKind::Location, from, at)? {
            self.truth.learn(self.population, &csv)?;
        }
        self.fed_until = at;
        Ok(())
    }

    /// The moment of an hour of the campaign at which is asked.
    pub fn late(&self, hour: i64) -> At {
        self.population.start.plus(hour * HOUR_US + LATE_US)
    }

    /// The days of questions.
    pub fn listen(&mut self) -> Result<(), Trouble> {
        let hours = self.plan.days * 24;
        let bar = self.progress.stage("the two ask, hour by hour", usize::try_from(hours).unwrap_or(0));
        let all: Vec<usize> = (0..self.plan.asked).collect();
        for hour in 0..hours {
            let at = self.late(hour);
            self.pass(at)?;
            let seen = |who: &&usize| self.truth.last.contains_key(&(**who, at.0.div_euclid(HOUR_US)));
            let of: Vec<usize> = match self.plan.when {
                When::Hourly => all.clone(),
                When::Seen => all.iter().filter(seen).copied().collect(),
            };
            let heard = by_hands(HANDS, &of, |who| {
                let by = self.turn(*who, hour);
                Ok(self.hostile.ask(by, (*who, self.subject(by, *who)?), &HOURLY, at)?.told)
            })?;
            self.questions += of.len();
            for told in heard.into_iter().flatten() {
                let truth = self.truth.last.get(&(told.who, told.hour())).copied();
                if let (Category::LocationZone, Some(truth)) = (told.category, truth) {
                    self.zones.push(Seen { told: told.clone(), truth });
                }
                self.told.push(told);
            }
            self.ask_counts(hour)?;
            if hour < 24 {
                self.repeat(at)?;
            }
            bar.step();
        }
        Ok(())
    }

    /// Which of the two asks about somebody in an hour: each hears a half, by chance.
    fn turn(&self, who: usize, hour: i64) -> usize {
        let coin = Seeded::named(self.plan.seed, &[WHO_ASKS, who as u64, hour as u64]).below(2);
        usize::from(coin == 1)
    }

    /// The same question about the first person, over and over.
    fn repeat(&mut self, at: At) -> Result<(), Trouble> {
        let subject = self.subject(0, 0)?.to_owned();
        let mut before: Option<String> = None;
        for _ in 0..REPEATS / 24 + 1 {
            let heard = self.hostile.ask(0, (0, &subject), &HOURLY, at)?;
            self.repeated.times += 1;
            self.repeated.changed += u32::from(before.is_some_and(|b| b != heard.context));
            before = Some(heard.context);
            self.told.extend(heard.told);
        }
        Ok(())
    }

    /// What a recipient calls somebody.
    pub fn subject(&self, by: usize, who: usize) -> Result<&str, Trouble> {
        let known = self.house.subjects.get(by).and_then(|s| s.get(who));
        known.map(String::as_str).ok_or_else(|| Trouble("somebody is not linked".to_owned()))
    }
}
