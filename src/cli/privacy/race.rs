//! A11: the budget under fire. Somebody moves between full zones while two hundred requests about him run at once; then a proof is used twice, the day turns
//! under way, and the broker starts again. Deliberately absent: power cuts, which other tests have.
use super::campaign::Campaign;
use super::walks::{WALKERS, number};
use crate::attack::told::Told;
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::cli::client::CONTEXT_PATH;
use crate::cli::demo::stage::in_parallel;
use crate::domain::category::Category;
use crate::domain::feed::FeedKind;
use crate::domain::time::{Clock, DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::minimise::budget::ZONES_A_DAY;
use crate::minimise::zone;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Requests at once.
const REQUESTS: usize = 200;
/// Zones moved between.
const MOVES: usize = 10;

impl Campaign<'_> {
    /// The race, at an hour of the campaign with people about.
    pub fn race(&mut self, hour: i64) -> Result<Figure, Trouble> {
        let mut broken = Vec::new();
        self.pass(self.late(hour))?;
        let mut first = self.volley(hour)?;
        if self.replayed()? {
            broken.push("a proof was good twice".to_owned());
        }
        // A moment before midnight, so that the requests run over it.
        let midnight = self.late(hour).floor(DAY_US).plus(DAY_US);
        self.pass(midnight.plus(-5 * MINUTE_US))?;
        self.house.clock.go_to(midnight.plus(-SECOND_US / 4));
        let over =
            self.volley(midnight.0.div_euclid(HOUR_US) - 1 - self.population.start.0.div_euclid(HOUR_US))?;
        self.house.restart()?;
        let after = self.volley(hour)?;
        let both: BTreeSet<String> = first.iter().chain(&over).chain(&after).cloned().collect();
        if both.len() > 2 * ZONES_A_DAY {
            broken.push(format!("{} zones in two days", both.len()));
        }
        let second: BTreeSet<&String> = after.difference(&first).collect();
        if second.len() > ZONES_A_DAY {
            broken.push(format!("{} further zones after the turn of the day and a restart", second.len()));
        }
        let says = format!(
            "{} zones of one day told in {REQUESTS} requests at once, {} over the turn of the day, {} after a restart; a used proof is refused",
            first.len(),
            over.len(),
            after.len()
        );
        let value = first.len() as f64;
        first.clear();
        Ok(Figure { value, broken, says })
    }

    /// Requests at once while the mover moves; the zones that were told.
    fn volley(&self, hour: i64) -> Result<BTreeSet<String>, Trouble> {
        let (who, mover) = (self.plan.asked + WALKERS, number(WALKERS));
        let full = self.full_points(hour);
        let requests: Vec<usize> = (0..REQUESTS).collect();
        let told = std::thread::scope(|scope| {
            let moving = scope.spawn(|| {
                for (lat, lon) in full {
                    let at = self.house.clock.now().rfc3339();
                    let csv = format!("subscriber,at,lat,lon\n{mover},{at},{lat},{lon}\n");
                    self.house.feed(FeedKind::Location, csv.as_bytes())?;
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
                Ok::<_, Trouble>(())
            });
            let told = in_parallel(&requests, |n| {
                let by = n % self.house.recipients.len().max(1);
                let at = self.house.clock.now();
                Ok(self.hostile.ask(by, (who, self.subject(by, who)?), &[Category::LocationZone], at)?.told)
            });
            moving.join().map_err(|_| Trouble("the mover's thread ended".to_owned()))??;
            told
        })?;
        Ok(told.into_iter().flatten().map(|t: Told| t.word).collect())
    }

    /// Points with many people in an hour of the campaign, in different zones of 36 km².
    fn full_points(&self, hour: i64) -> Vec<(f64, f64)> {
        let hour = hour + self.population.start.0.div_euclid(HOUR_US);
        let mut zones: BTreeMap<u64, (u32, (f64, f64))> = BTreeMap::new();
        for ((_, at), point) in &self.truth.points {
            let area = zone::from_point(point.0, point.1).and_then(|z| zone::parent(z, 6));
            if let Some(area) = area.filter(|_| *at == hour) {
                zones.entry(area.0).or_insert((0, *point)).0 += 1;
            }
        }
        let mut full: Vec<(u32, (f64, f64))> = zones.into_values().collect();
        full.sort_by_key(|(persons, _)| std::cmp::Reverse(*persons));
        full.into_iter().take(MOVES).map(|(_, point)| point).collect()
    }

    /// Whether a request is answered a second time with the same proof.
    fn replayed(&self) -> Result<bool, Trouble> {
        let connection = self.hostile.connection(0)?;
        let categories = [Category::LocationZone];
        let body = json!({ "subject": self.subject(0, 0)?, "purpose": super::house::PURPOSE, "categories": categories });
        let headers = connection.headers("POST", CONTEXT_PATH)?;
        let send = || {
            connection.send_with(
                &headers,
                "POST",
                CONTEXT_PATH,
                "application/json",
                body.to_string().as_bytes(),
            )
        };
        send()?.success()?;
        Ok(send()?.status < 300)
    }
}
