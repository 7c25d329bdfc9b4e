//! How good predictions are, against what the residents really did. Deliberately absent: anything the product would use; the
//! truth is the made-up residents' own.
use super::cast::{ISAR, allowed};
use super::feeds::{EVENTS, events};
use super::stage::in_parallel;
use super::story::{Story, count, item, percent, rung};
use crate::cli::Trouble;
use crate::domain::category::{Category, Precision};
use crate::domain::feed::{Event, FeedKind, Happening};
use crate::domain::subscriber::{AgeBand, Jurisdiction};
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::domain::zone::Zone;
use crate::feed::residents::{Residents, Sojourn};
use crate::minimise::zone;
use crate::profile::Profile;
use serde_json::{Value, json};
use std::collections::HashMap;

/// When the assistant asks after the first time, hours later: evening, night, morning, noon, afternoon.
const LATER_H: [i64; 6] = [2, 4, 14, 16, 20, 24];

/// Days of a week.
const WEEK: i64 = 7;

/// What a resident did and does, in zones.
struct Life {
    sojourns: Vec<(Sojourn, Zone)>,
    home: Zone,
    work: Option<Zone>,
}

impl Life {
    fn of(residents: &Residents, who: usize, from: At, to: At) -> Option<Life> {
        let of = |place: &crate::feed::residents::Place| zone::from_point(place.lat, place.lon);
        let person = residents.people().get(who)?;
        let sojourns = residents.sojourns(who, from, to);
        let sojourns = sojourns.into_iter().filter_map(|s| of(&s.place).map(|z| (s, z))).collect();
        Some(Life { sojourns, home: of(&person.home)?, work: person.work.as_ref().and_then(of) })
    }

    /// Where he is at `now`, or was last.
    fn present(&self, now: At) -> Option<Zone> {
        self.sojourns.iter().rev().find(|(s, _)| s.from <= now).map(|(_, z)| *z)
    }

    /// Where he really goes next: the next sojourn in another zone.
    fn next(&self, now: At) -> Option<Zone> {
        let present = self.present(now)?;
        self.sojourns.iter().filter(|(s, _)| s.from > now).map(|(_, z)| *z).find(|z| *z != present)
    }

    /// The guess of someone who knows only how often he was where: the most frequent place but the present one.
    fn usual(&self, now: At) -> Option<Zone> {
        let present = self.present(now)?;
        let mut times: HashMap<Zone, u32> = HashMap::new();
        for (_, zone) in self.sojourns.iter().filter(|(s, z)| s.from <= now && *z != present) {
            *times.entry(*zone).or_default() += 1;
        }
        times.into_iter().max_by_key(|(zone, n)| (*n, zone.0)).map(|(zone, _)| zone)
    }

    fn word(&self, zone: Zone) -> &'static str {
        match zone {
            z if z == self.home => "home",
            z if Some(z) == self.work => "work",
            _ => "elsewhere",
        }
    }

    /// Whether a guess of a zone is right at the precision of an item.
    fn alike(&self, item: &Value, guess: Zone, truth: Zone) -> bool {
        match rung(item).and_then(Precision::resolution) {
            Some(r) => zone::parent(guess, r) == zone::parent(truth, r),
            None => self.word(guess) == self.word(truth),
        }
    }

    /// Whether the item itself is right.
    fn is_right(&self, item: &Value, truth: Zone) -> bool {
        match rung(item).and_then(Precision::resolution) {
            Some(r) => zone::parent(truth, r).is_some_and(|z| item["value"]["zone"] == zone::text(z)),
            None => match item["value"]["label"].as_str() {
                Some(word @ ("home" | "work")) => word == self.word(truth),
                _ => self.word(truth) == "elsewhere",
            },
        }
    }
}

/// Hits and tries.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Score {
    told: u64,
    right: u64,
    usual: u64,
}

impl Score {
    fn json(self) -> Value {
        json!({ "told": self.told, "right": self.right, "most_frequent_place_right": self.usual })
    }
}

/// What the engine itself knows before any limit: asked a minute before every move of the last `judged_us`, about exact zones of
/// 5 km². Nothing of this leaves; it tells how good the guess is that disclosure then makes coarser.
pub(super) fn engine(residents: &Residents, from: At, to: At, judged_us: i64) -> Result<Score, Trouble> {
    let csv = events(residents, FeedKind::Location, from, to)?;
    let towers: HashMap<&str, Zone> = residents
        .town()
        .towers()
        .iter()
        .filter_map(|t| Some((t.id.as_str(), zone::from_point(t.lat, t.lon)?)))
        .collect();
    let mut seen: HashMap<&str, Vec<Event>> = HashMap::new();
    let text = String::from_utf8_lossy(&csv);
    for line in text.lines().skip(1) {
        let mut fields = line.split(',');
        let (Some(number), Some(at), Some(cell)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let (Some(at), Some(zone)) = (At::parse(at), towers.get(cell)) else { continue };
        let what = Happening::Stay { zone: *zone, sensitive: false };
        seen.entry(number).or_default().push(Event { at, what });
    }
    let mut score = Score::default();
    for (who, person) in residents.people().iter().enumerate() {
        let (Some(life), Some(events)) =
            (Life::of(residents, who, from, to), seen.get(person.msisdn.as_str()))
        else {
            continue;
        };
        let (mut profile, mut events) = (Profile::default(), events.iter().peekable());
        let leaves = life.sojourns.windows(2).filter(|w| w[0].1 != w[1].1).map(|w| (w[0].0.until, w[1].1));
        for (left, truth) in leaves.filter(|(left, _)| *left >= to.plus(-judged_us) && *left < to) {
            let asked = left.plus(-MINUTE_US);
            while let Some(event) = events.next_if(|e| e.at <= asked) {
                profile.fold(event, Jurisdiction::DE.offset_s(event.at));
            }
            let Some(next) = profile.next_place(asked, Jurisdiction::DE.offset_s(asked)) else { continue };
            score.told += 1;
            score.right += u64::from(next.zone == truth);
            score.usual += u64::from(life.usual(asked) == Some(truth));
        }
    }
    Ok(score)
}

impl Story<'_> {
    /// The clock goes on for a day; the assistant asks six times where everybody goes next, and the truth is known.
    pub fn predicted(&mut self) -> Result<(), Trouble> {
        let start = self.start;
        let who: Vec<usize> = (0..self.subscribers.len()).filter(|w| self.is_asked(*w)).collect();
        let (from, to) = (start.plus(-self.days * DAY_US), start.plus(4 * DAY_US));
        let lives: Vec<Option<Life>> =
            who.iter().map(|w| Life::of(&self.stage.residents, *w, from, to)).collect();
        let (mut zones, mut words, mut asked) = (Score::default(), Score::default(), 0u64);
        for hours in LATER_H {
            let now = start.plus(hours * HOUR_US);
            self.clock.go_to(now);
            for kind in EVENTS {
                self.feed_window(kind, now)?;
            }
            self.fed_until = now;
            let answers =
                in_parallel(&who, |w| self.ask(ISAR, self.subject(ISAR, *w)?, &[Category::NextPlace]))?;
            asked += answers.len() as u64;
            for (answer, life) in answers.iter().zip(&lives) {
                let Some((item, life)) = item(answer, Category::NextPlace).zip(life.as_ref()) else {
                    continue;
                };
                let Some(truth) = life.next(now) else { continue };
                let score = if rung(item) > Some(Precision::Label) { &mut zones } else { &mut words };
                score.told += 1;
                score.right += u64::from(life.is_right(item, truth));
                score.usual += u64::from(life.usual(now).is_some_and(|guess| life.alike(item, guess, truth)));
            }
        }
        let engine = engine(&self.stage.residents, from, start, WEEK.min(self.days) * DAY_US)?;
        let told = zones.told + words.told;
        let right = zones.right + words.right;
        let says = format!(
            "predictions come true: {} of {} next places told over the following day; and before {} moves of the last week the \
             engine named the place in {}, where the most frequent place would have been right in {}",
            percent(right, told),
            count(told),
            count(engine.told),
            percent(engine.right, engine.told),
            percent(engine.usual, engine.told)
        );
        let mostly = |right: u64, told: u64| told > 0 && right * 10 >= told * 6;
        // A few days are too short a history to beat habit.
        let beats = self.days < 2 * WEEK || engine.right > engine.usual;
        let holds = mostly(right, told) && mostly(engine.right, engine.told) && beats;
        self.report.step("predictions_come_true", holds, says);
        self.report.figure(
            "engine",
            engine.json(),
            format!(
                "the engine, asked a minute before {} moves for the exact zone of about 5 km² (which never leaves): right {}; the \
                 most frequent other place: {}",
                count(engine.told), percent(engine.right, engine.told), percent(engine.usual, engine.told)
            ),
        );
        for (key, score, name) in [
            ("next_zone", zones, "as a zone of about 250 km²"),
            ("next_word", words, "as home, work or elsewhere"),
        ] {
            let means = format!(
                "told at six hours of the next day {name}: {} of {} asked in all, right {}; the most frequent other place: {} (at a \
                 given hour most stay where they are, and habit is hard to beat)",
                count(score.told),
                count(asked),
                percent(score.right, score.told),
                percent(score.usual, score.told)
            );
            self.report.figure(key, score.json(), means);
        }
        Ok(())
    }

    /// Whoever allowed it, is of age and has not stopped it since.
    fn is_asked(&self, who: usize) -> bool {
        let adult = self.stage.residents.people().get(who).is_some_and(|p| p.age == AgeBand::Adult);
        adult
            && allowed(who, ISAR, Category::NextPlace).is_some()
            && super::cast::Attitude::of(who) != super::cast::Attitude::Paused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::town::Town;

    #[test]
    fn the_engine_names_the_next_place_of_most_moves_in_spite_of_flicker() {
        let to = At::parse("2026-10-15T14:50:00Z").unwrap();
        let residents = Residents::new(11, Town::munich().unwrap(), 40);
        for days in [7, 28] {
            let score = engine(&residents, to.plus(-days * DAY_US), to, 4 * DAY_US).unwrap();
            assert!(score.told > 100 && score.right * 10 > score.told * 6, "{days} days: {score:?}");
        }
    }
}
