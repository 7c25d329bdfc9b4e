//! A11: the budget under fire. Somebody moves between full zones while two hundred requests about him run at once; then a proof is used twice, the day turns
//! under way, and the broker starts again. Deliberately absent: power cuts, which other tests have.
use super::campaign::{Campaign, HANDS};
use super::population::RUNGS;
use super::walks::{WALKERS, number};
use crate::attack::told::Told;
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::cli::client::CONTEXT_PATH;
use crate::cli::demo::stage::by_hands;
use crate::domain::category::Category;
use crate::domain::feed::FeedKind;
use crate::domain::time::{Clock, DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::domain::zone::Zone;
use crate::minimise::budget::ZONES_A_DAY;
use crate::minimise::zone;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Requests at once.
const REQUESTS: usize = 200;
/// Zones moved between, at each distance.
const NEAR: usize = 3;

impl Campaign<'_> {
    /// The race, at an hour of the campaign with people about.
    pub fn race(&mut self, hour: i64) -> Result<Figure, Trouble> {
        let mut broken = Vec::new();
        self.pass(self.late(hour))?;
        let first = self.volley(hour)?;
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
            "{} zones of one day told, {REQUESTS} requests at once while he moves, {} over the turn of the day, {} after a restart; a used proof is refused",
            first.len(),
            over.len(),
            after.len()
        );
        let value = first.len() as f64;
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
                }
                Ok::<_, Trouble>(())
            });
            let mut told: Vec<Told> = Vec::new();
            loop {
                let heard = by_hands(HANDS, &requests, |n| {
                    let by = n % self.house.recipients.len().max(1);
                    let (at, subject) = (self.house.clock.now(), self.subject(by, who)?);
                    Ok(self.hostile.ask(by, (who, subject), &[Category::LocationZone], at)?.told)
                })?;
                told.extend(heard.into_iter().flatten());
                if moving.is_finished() {
                    break;
                }
            }
            moving.join().map_err(|_| Trouble("the mover's thread ended".to_owned()))??;
            Ok::<_, Trouble>(told)
        })?;
        Ok(told.into_iter().map(|t| t.word).collect())
    }

    /// Points with many people in an hour of the campaign, in different zones of 36 km²: the fullest, then some near it, then some further and further
    /// away, so that what is told of one leaves room for a coarser zone of the next.
    fn full_points(&self, hour: i64) -> Vec<(f64, f64)> {
        let hour = hour + self.population.start.0.div_euclid(HOUR_US);
        let mut zones: BTreeMap<u64, (u32, (f64, f64))> = BTreeMap::new();
        for ((_, at), point) in &self.truth.points {
            let area = zone::from_point(point.0, point.1).and_then(|z| zone::parent(z, 6));
            if let Some(area) = area.filter(|_| *at == hour) {
                zones.entry(area.0).or_insert((0, *point)).0 += 1;
            }
        }
        let mut full: Vec<(u64, u32, (f64, f64))> = zones.into_iter().map(|(z, (n, p))| (z, n, p)).collect();
        full.sort_by_key(|(zone, persons, _)| (std::cmp::Reverse(*persons), *zone));
        let Some((fullest, ..)) = full.first().copied() else { return Vec::new() };
        let shared =
            |zone: u64, rung: u8| zone::parent(Zone(zone), rung) == zone::parent(Zone(fullest), rung);
        let apart = |zone: u64| RUNGS.iter().skip(1).take_while(|rung| !shared(zone, **rung)).count();
        let ring = |far: usize| full.iter().filter(move |(zone, ..)| apart(*zone) == far).take(NEAR);
        (0..RUNGS.len()).flat_map(ring).map(|(_, _, point)| *point).collect()
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
