//! One day of one resident: stops at places, and the way between them. Deliberately absent: instants; minutes of a local day.
use super::{Place, Resident, Residents, Rota};
use crate::feed::seeded::Seeded;
use crate::feed::town::distance_km;

/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// A day's last return, 23:50: nights are spent at home.
const LAST: i64 = DAY - 10;
/// Door to door, minutes: to get away, and per km.
const AWAY: i64 = 7;
const PER_KM: f64 = 3.0;
/// The shortest stay that is worth a way, minutes.
const SHORT: i64 = 15;
/// Which of the named generators of a seed is a day's.
const DAYS: u64 = 2;

/// At `place` from one minute of the local day to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) place: Place,
}

/// The stops of a day in order; the first begins and the last ends the day, at home.
#[derive(Debug)]
pub(super) struct Day(Vec<Stop>);

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Spot {
    /// At a place with this tower.
    At(usize),
    /// On the way, at this point, degrees.
    Way(f64, f64),
}

impl Day {
    /// The stops.
    pub(super) fn stops(&self) -> &[Stop] {
        &self.0
    }

    /// Where the resident is at `minute`.
    pub(super) fn spot(&self, minute: i64) -> Spot {
        let next = self.0.partition_point(|s| s.until <= minute);
        match (next.checked_sub(1).and_then(|i| self.0.get(i)), self.0.get(next)) {
            (_, Some(stop)) if stop.from <= minute => Spot::At(stop.place.tower),
            (Some(last), Some(stop)) => {
                let part = (minute - last.until) as f64 / (stop.from - last.until).max(1) as f64;
                let (a, b) = (last.place, stop.place);
                Spot::Way(a.lat + part * (b.lat - a.lat), a.lon + part * (b.lon - a.lon))
            }
            (Some(stop), None) | (None, Some(stop)) => Spot::At(stop.place.tower),
            (None, None) => Spot::At(0),
        }
    }
}

#[cfg(test)]
impl Day {
    /// Whether the stops follow each other and fill the day from its first minute to its last.
    pub(super) fn in_order(&self) -> bool {
        let each = self.0.iter().all(|s| s.from < s.until);
        let ends = (self.0.first().map(|s| s.from), self.0.last().map(|s| s.until)) == (Some(0), Some(DAY));
        each && ends && self.0.windows(2).all(|w| w[0].until <= w[1].from)
    }
}

/// A day in the making.
struct Plan {
    home: Place,
    stops: Vec<Stop>,
}

impl Plan {
    fn last(&self) -> (Place, i64) {
        self.stops.last().map_or((self.home, 0), |s| (s.place, s.until))
    }

    /// Goes to `place` so as to be there from about `from`, and stays until `until`; no earlier than the way allows, and not
    /// at all when hardly any time is left there.
    fn go(&mut self, place: Place, from: i64, until: i64) {
        let (before, left) = self.last();
        let earliest = if self.stops.is_empty() { 0 } else { left + way(before, place) };
        let (from, until) = (from.max(earliest), until.min(LAST - way(place, self.home)));
        if until - from < SHORT {
            return;
        }
        // Whoever is not out waits where he is, and home is never left for so short that it were no stay.
        let leave = from - way(before, place);
        if let Some(stop) = self.stops.last_mut() {
            stop.until = if before == self.home || leave - left < 60 { leave } else { stop.until };
        } else {
            self.stops.push(Stop { from: 0, until: leave.max(1), place: self.home });
        }
        let (before, left) = self.last();
        // An hour or more between: home in the meantime.
        let back = left + way(before, self.home);
        let leave = from - way(self.home, place);
        if before != self.home && leave - back >= SHORT {
            self.stops.push(Stop { from: back, until: leave, place: self.home });
        }
        self.stops.push(Stop { from, until, place });
    }

    /// Home for the night.
    fn done(mut self) -> Day {
        let (before, left) = self.last();
        let from = if self.stops.is_empty() { 0 } else { left + way(before, self.home) };
        self.stops.push(Stop { from, until: DAY, place: self.home });
        Day(self.stops)
    }
}

fn way(a: Place, b: Place) -> i64 {
    if a == b { 0 } else { AWAY + (PER_KM * distance_km(a.lat, a.lon, b.lat, b.lon)) as i64 }
}

impl Residents {
    /// The day `number` (days since 1970-01-01, local) of resident `who`.
    pub(super) fn day(&self, who: usize, number: i64) -> Day {
        let Some(person) = self.people.get(who) else { return Day(Vec::new()) };
        let rng = Seeded::named(self.seed, &[DAYS, who as u64, number as u64]);
        // What is fixed for a resident: which evenings, which shift comes first.
        let fixed = Seeded::named(self.seed, &[DAYS, who as u64]);
        let (evening, turn) = (fixed.below(2) as i64, fixed.below(2) as i64);
        // 1970-01-01 was a Thursday; Monday is 0.
        let (weekday, week) = ((number + 3).rem_euclid(7), (number + 3).div_euclid(7));
        let mut plan = Plan { home: person.home, stops: Vec::new() };
        if rng.chance(0.03) {
            // Ill, or a day off.
            return plan.done();
        }
        let jitter = |minutes: i64| rng.between(-minutes, minutes);
        match weekday {
            0..=4 => {
                worked(&mut plan, person, &rng, weekday, week + turn);
                let free = plan.last().1.max(17 * 60);
                if rng.chance(0.35) {
                    plan.go(person.market, free + 10, free + 35 + jitter(8));
                }
                match weekday {
                    4 if rng.chance(0.9) => {
                        plan.go(person.friday, 19 * 60 + 30 + jitter(15), 22 * 60 + 45 + jitter(30))
                    }
                    d if (d == evening || d == evening + 2) && rng.chance(0.85) => {
                        plan.go(person.gym, 18 * 60 + 30 + jitter(15), 20 * 60 + jitter(15));
                    }
                    3 if rng.chance(0.7) => {
                        plan.go(person.friend, 19 * 60 + jitter(20), 21 * 60 + 45 + jitter(30))
                    }
                    _ => {}
                }
            }
            5 => {
                if rng.chance(0.75) {
                    plan.go(person.market, 10 * 60 + jitter(40), 10 * 60 + 50 + jitter(40));
                }
                outing(&mut plan, person, &rng, 0.65);
                if rng.chance(0.4) {
                    plan.go(person.friend, 19 * 60 + 30 + jitter(30), 22 * 60 + 30 + jitter(45));
                }
            }
            _ => outing(&mut plan, person, &rng, 0.5),
        }
        plan.done()
    }
}

/// Work or school, by rota.
fn worked(plan: &mut Plan, person: &Resident, rng: &Seeded, weekday: i64, week: i64) {
    let Some(work) = person.work else {
        // At home all day, but for an errand before noon.
        if rng.chance(0.5) {
            plan.go(person.market, 10 * 60 + rng.between(-45, 45), 11 * 60 + rng.between(-20, 30));
        }
        return;
    };
    let hours = match person.rota {
        Rota::Office => Some((8 * 60 + 30, 17 * 60)),
        Rota::PartTime => (weekday < 4).then_some((8 * 60 + 30, 12 * 60 + 45)),
        Rota::Shift if week.rem_euclid(2) == 0 => Some((6 * 60, 14 * 60)),
        Rota::Shift => Some((14 * 60, 21 * 60 + 45)),
        Rota::HomeOffice => matches!(weekday, 1 | 3).then_some((9 * 60, 17 * 60 + 30)),
        Rota::School => Some((7 * 60 + 55, if weekday % 2 == 0 { 13 * 60 } else { 15 * 60 + 30 })),
        Rota::Home => None,
    };
    if let Some((from, until)) = hours {
        plan.go(work, from + rng.between(-20, 20), until + rng.between(-25, 35));
    }
}

fn outing(plan: &mut Plan, person: &Resident, rng: &Seeded, often: f64) {
    if rng.chance(often) {
        let [usual, other] = person.outings;
        let place = if rng.chance(0.7) { usual } else { other };
        plan.go(place, 13 * 60 + 30 + rng.between(-60, 60), 16 * 60 + 30 + rng.between(-60, 60));
    }
}
