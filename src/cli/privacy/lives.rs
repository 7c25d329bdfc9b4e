//! Everybody's whole location history as the input has it, from its first event to its last: what U1 to U3 rest on. Deliberately absent: what the broker makes of it.
use super::population::{HISTORY_DAYS, Population, Source, each};
use crate::attack::stays::{Stay, stays};
use crate::cli::Trouble;
use crate::domain::feed::FeedKind;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use crate::minimise::zone;
use std::collections::HashMap;

/// Days after the last question that are looked at for where people went next.
const AFTER_DAYS: i64 = 1;

/// Somebody was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    pub at: At,
    /// The finest zone.
    pub zone: Zone,
    /// The point itself, to four digits of a degree: 11 m.
    pub spot: (i32, i32),
}

/// Everybody's life.
pub struct Lives {
    /// Whose clock the habits go by.
    pub home: Jurisdiction,
    /// Sights in order of time, by position in the population.
    pub all: Vec<Vec<Sight>>,
}

/// A next place that is asked for: who, when, and where he went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub who: usize,
    /// When is asked; what was seen from `known` on is not known.
    pub at: At,
    pub known: At,
    pub came: Zone,
}

impl Lives {
    /// Reads all of it; of made-up people up to a day after `days` of questions.
    pub fn of(population: &Population, days: i64) -> Result<Lives, Trouble> {
        let mut lives = Lives { home: population.home, all: vec![Vec::new(); population.numbers.len()] };
        let mut zones: HashMap<(i32, i32), Option<Zone>> = HashMap::new();
        let mut take = |csv: &[u8]| {
            each(FeedKind::Location, csv, &mut |_, number, at, spot| {
                let Some(((lat, lon), who)) = population.point(spot).zip(population.who(number)) else {
                    return;
                };
                let spot = ((lat * 1e4).round() as i32, (lon * 1e4).round() as i32);
                let zone = *zones.entry(spot).or_insert_with(|| zone::from_point(lat, lon));
                if let (Some(zone), Some(life)) = (zone, lives.all.get_mut(who)) {
                    life.push(Sight { at, zone, spot });
                }
            })
        };
        match &population.source {
            Source::Given(_) => {
                if let Some(csv) = population.csv(FeedKind::Location, At(i64::MIN), At(i64::MAX))? {
                    take(&csv)?;
                }
            }
            Source::Made(_) => {
                for day in 0..HISTORY_DAYS + days + AFTER_DAYS {
                    let from = population.first.plus(day * DAY_US);
                    if let Some(csv) = population.csv(FeedKind::Location, from, from.plus(DAY_US))? {
                        take(&csv)?;
                    }
                }
            }
        }
        Ok(lives)
    }

    /// What of somebody the maths needs.
    pub fn seen(&self, who: usize) -> Vec<(At, Zone)> {
        self.all.get(who).into_iter().flatten().map(|s| (s.at, s.zone)).collect()
    }

    /// Somebody's stays.
    pub fn stays(&self, who: usize) -> Vec<Stay> {
        stays(&self.seen(who))
    }
}
