//! A14: interests over thirty weeks, one a week, against each other (after Jha and others on the Topics API); and every answer of the campaign searched for a
//! phone number, a cell, a host or an app. Deliberately absent: sites; they go the way of apps.
use super::campaign::{Campaign, HANDS};
use crate::attack::link::{History, history, linked};
use crate::attack::told::Told;
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::cli::demo::stage::by_hands;
use crate::domain::category::Category;
use crate::domain::feed::{FeedKind, Row};
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::domain::topic::Topic;
use crate::feed::seeded::Seeded;
use crate::feed::{Reader, bundled};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Weeks.
const WEEKS: i64 = 30;
/// Topics of one person, and weeks for which one of them is his main one.
const OWN: u64 = 4;
const LASTS: i64 = 3;
/// Days of a week with events, and events on each.
const DAYS: [i64; 3] = [1, 2, 3];
const EVENTS: i64 = 2;
/// Which of the named generators of a seed draws likings, and which their turn.
const LIKES: u64 = 22;
const TURNS: u64 = 23;

impl Campaign<'_> {
    /// The weeks.
    pub fn interests(&mut self) -> Result<Figure, Trouble> {
        let apps = apps()?;
        let topics: Vec<Topic> = apps.keys().copied().collect();
        let week_us = 7 * DAY_US;
        let begin = self.fed_until.floor(week_us).plus(week_us);
        let all: Vec<(usize, usize)> = (0..self.plan.asked)
            .flat_map(|who| (0..self.house.recipients.len()).map(move |by| (who, by)))
            .collect();
        let bar = self.progress.stage("weeks of interests", usize::try_from(WEEKS).unwrap_or(0));
        let mut told: Vec<Told> = Vec::new();
        for week in 0..WEEKS {
            let start = begin.plus(week * week_us);
            let at = start.plus(5 * DAY_US);
            self.house.clock.go_to(at);
            self.house.feed(FeedKind::App, self.used(&apps, &topics, start, week).as_bytes())?;
            let heard = by_hands(HANDS, &all, |(who, by)| {
                let subject = self.subject(*by, *who)?;
                Ok(self.hostile.ask(*by, (*who, subject), &[Category::UsageInterest], at)?.told)
            })?;
            told.extend(heard.into_iter().flatten());
            bar.step();
        }
        let of = |by: usize| -> Vec<History> {
            let mut words: Vec<Vec<String>> = vec![Vec::new(); self.plan.asked];
            for fact in told.iter().filter(|t| t.by == by) {
                if let Some(words) = words.get_mut(fact.who) {
                    words.push(format!("{}={}", fact.at.0.div_euclid(week_us), fact.word));
                }
            }
            words.into_iter().map(history).collect()
        };
        let (leaks, answers) = self.hostile.leaks();
        let broken = (leaks > 0).then(|| format!("{leaks} secrets in answers"));
        let says = format!(
            "{WEEKS} weeks, {} of {} questions answered; {leaks} phone numbers, cells, hosts and apps in {answers} answers",
            told.len(),
            all.len() * WEEKS as usize
        );
        let value = linked(&of(0), &of(1)).unwrap_or(0.0);
        Ok(Figure { value, broken: broken.into_iter().collect(), says })
    }

    /// The app feed of a week.
    fn used(&self, apps: &BTreeMap<Topic, String>, topics: &[Topic], start: At, week: i64) -> String {
        let mut csv = "subscriber,at,app,seconds,bytes\n".to_owned();
        for day in DAYS {
            for event in 0..EVENTS {
                let at = start.plus(day * DAY_US + (9 + event) * HOUR_US).rfc3339();
                for (who, number) in self.population.numbers.iter().enumerate() {
                    let topic = liked(self.plan.seed, topics, who, week);
                    if let Some(app) = topic.and_then(|t| apps.get(&t)) {
                        csv.push_str(&format!("{number},{at},{app},600,100000\n"));
                    }
                }
            }
        }
        csv
    }
}

/// What somebody likes most in a week: one of his own few, some of which many like.
fn liked(seed: u64, topics: &[Topic], who: usize, week: i64) -> Option<Topic> {
    let turn = Seeded::named(seed, &[TURNS, who as u64, ((week + who as i64) / LASTS) as u64]).below(OWN);
    let rng = Seeded::named(seed, &[LIKES, who as u64, turn]);
    let n = topics.len() as u64;
    // The smaller of two draws: some topics are popular.
    topics.get(rng.below(n).min(rng.below(n)) as usize).copied()
}

/// An app of each topic.
fn apps() -> Result<BTreeMap<Topic, String>, Trouble> {
    let mut all = BTreeMap::new();
    let mut reader = Reader::new(FeedKind::Categories, bundled::apps()).map_err(Trouble::of)?;
    let read = reader.for_each(&mut |_, row| {
        if let Ok(Row::Category { key, topic: Some(topic), .. }) = row {
            all.entry(topic).or_insert_with(|| key.to_owned());
        }
        ControlFlow::Continue(())
    });
    read.map_err(Trouble::of)?;
    Ok(all)
}
