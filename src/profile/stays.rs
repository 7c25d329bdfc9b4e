//! Stays: location events become runs in one zone, runs of ten minutes become stays, stays follow each other. Deliberately absent:
//! points and zones passed through; a sensitive point leaves its mark on `last` and nowhere else.
use super::calendar::Local;
use super::departures::Departures;
use super::firsts::Firsts;
use super::forget::{Day, Fade, bit, later};
use super::moves::{MOST_PAIRS, MOST_TRIPLES, Moves, NOWHERE};
use super::places::{MOST_PLACES, Place, packed};
use crate::domain::time::{At, DAY_US, MINUTE_US, SECOND_US};
use crate::domain::zone::Zone;
use serde::{Deserialize, Serialize};

/// Stays remembered one by one.
pub(super) const MOST_RECENT: usize = 8;
/// Silence after which a run is over, and the most that one event says of what followed it, s. Where the next event is elsewhere,
/// half of the time between counts: the change came somewhere in it. So a phone that a neighbouring mast picks up once, as happens
/// to one that lies still, and a zone crossed on the way make no stay.
const SILENCE_S: i64 = 1_800;
/// Dwell that makes a run a stay, s.
const STAY_S: u32 = 600;
/// A place left longer ago than this did not lead to the next, min.
const BREAK_MIN: u32 = 24 * 60;

/// The latest location event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Last {
    #[serde(with = "packed")]
    pub(super) zone: Zone,
    pub(super) at: At,
    pub(super) sensitive: bool,
}

/// The run that the latest event belongs to, unless that was sensitive; its zone is `last`'s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    since: At,
    /// Position of the place once the run is a stay; [`NOWHERE`] before.
    pub(super) place: u8,
    /// Dwell not yet given to a place, s.
    owed_s: u32,
}

/// One stay of the recent past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stay {
    /// Position of the place.
    pub(super) place: u8,
    /// Last seen there, min since 1970.
    pub(super) until_min: u32,
}

/// All that is known of where a subscriber stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Mobility {
    /// The latest local date; masks count back from it.
    pub(super) day: Day,
    /// Nights with an event.
    pub(super) nights: u32,
    pub(super) last: Option<Last>,
    pub(super) run: Option<Run>,
    pub(super) recent: Vec<Stay>,
    pub(super) places: Vec<Place>,
    pub(super) pairs: Moves,
    pub(super) triples: Moves,
    /// Stored apart: older profiles have none.
    #[serde(skip)]
    pub(super) departures: Departures,
    /// Stored apart, too.
    #[serde(skip)]
    pub(super) firsts: Firsts,
}

impl Mobility {
    /// Folds one location event, not earlier than the last.
    pub(super) fn visit(&mut self, at: At, zone: Zone, sensitive: bool, offset_s: i32) {
        // What the last run still gets is of its own day: first that, then the turn of the day.
        let stays_on = match (self.run, self.last) {
            (Some(run), Some(before)) => {
                let gap_s = at.unix_s() - before.at.unix_s();
                // A sensitive place counts as elsewhere whichever it is.
                let here = before.zone == zone && !sensitive;
                let spent_s = gap_s.clamp(0, SILENCE_S) / if here { 1 } else { 2 };
                self.spend(run, before, spent_s, offset_s);
                before.zone == zone && gap_s <= SILENCE_S
            }
            _ => false,
        };
        if self.last.is_none_or(|last| last.at.floor(DAY_US) < at.floor(DAY_US)) {
            self.firsts.begin(at, zone, sensitive);
        }
        self.last = Some(Last { zone, at, sensitive });
        let local = Local::of(at, offset_s);
        self.turn(local.day());
        if let Some(night) = local.night().filter(|_| !sensitive) {
            self.nights |= bit(self.ago(night));
        }
        if sensitive {
            self.run = None;
            self.departures.veiled = true;
        } else if !stays_on {
            self.run = Some(Run { since: at, place: NOWHERE, owed_s: 0 });
        }
    }

    /// Gives `spent_s` more to the run that was last seen at `before`.
    fn spend(&mut self, mut run: Run, before: Last, spent_s: i64, offset_s: i32) {
        run.owed_s = run.owed_s.saturating_add(u32::try_from(spent_s).unwrap_or(0));
        if run.place == NOWHERE && run.owed_s >= STAY_S {
            run.place = self.settle(before.zone, run.since, offset_s);
        }
        let local = Local::of(before.at, offset_s);
        let ago = self.ago(local.day());
        if let Some(place) = self.places.get_mut(usize::from(run.place)) {
            place.dwell(local, u16::try_from(run.owed_s / 60).unwrap_or(u16::MAX), ago);
            run.owed_s %= 60;
            if let Some(stay) = self.recent.last_mut() {
                stay.until_min = minutes(before.at.plus(spent_s * SECOND_US));
            }
        }
        self.run = Some(run);
    }

    /// A run has become a stay: counts it, and the move that led to it. Answers the position of its place.
    fn settle(&mut self, zone: Zone, since: At, offset_s: i32) -> u8 {
        if self.recent.last().is_some_and(|s| minutes(since).saturating_sub(s.until_min) > BREAK_MIN) {
            self.recent.clear();
        }
        let place = self.place(zone);
        let (before, from) = self.context();
        let veiled = std::mem::take(&mut self.departures.veiled);
        if from == place {
            return place;
        }
        if let Some(known) = self.places.get_mut(usize::from(place)) {
            known.arrive(Local::of(since, offset_s));
        }
        if let Some(stay) = self.recent.last().filter(|_| !veiled) {
            let left = At(i64::from(stay.until_min) * MINUTE_US);
            self.departures.count(from, Local::of(left, offset_s));
        }
        if from != NOWHERE {
            self.pairs.count(MOST_PAIRS, NOWHERE, from, place);
        }
        if before != NOWHERE {
            self.triples.count(MOST_TRIPLES, before, from, place);
        }
        if self.recent.len() >= MOST_RECENT {
            self.recent.remove(0);
        }
        self.recent.push(Stay { place, until_min: minutes(since) });
        place
    }

    /// The two latest stays, earlier first.
    pub(super) fn context(&self) -> (u8, u8) {
        let back = |n| self.recent.iter().rev().nth(n).map_or(NOWHERE, |s| s.place);
        (back(1), back(0))
    }

    /// The position of the zone among the places; the least visited one makes room for a new one.
    fn place(&mut self, zone: Zone) -> u8 {
        if let Some(known) = self.places.iter().position(|p| p.zone == zone) {
            return u8::try_from(known).unwrap_or(NOWHERE);
        }
        if self.places.len() >= MOST_PLACES {
            let kept = |i: usize| self.recent.iter().any(|s| usize::from(s.place) == i);
            let spare = self.places.iter().enumerate().filter(|(i, _)| !kept(*i));
            let least = spare.min_by_key(|(_, p)| p.stays).map(|(i, _)| i);
            self.forget_places(|i, _| Some(i) == least);
        }
        self.places.push(Place::new(zone));
        u8::try_from(self.places.len() - 1).unwrap_or(NOWHERE)
    }

    /// Drops places and everything that leads over them.
    pub(super) fn forget_places(&mut self, forget: impl Fn(usize, &Place) -> bool) {
        let mut to = [NOWHERE; MOST_PLACES];
        let (mut old, mut new) = (0, 0);
        self.places.retain(|place| {
            let keep = !forget(old, place);
            if let (true, Some(slot)) = (keep, to.get_mut(old)) {
                *slot = new;
                new += 1;
            }
            old += 1;
            keep
        });
        if self.places.len() == old {
            return;
        }
        let moved = |p: u8| to.get(usize::from(p)).copied().unwrap_or(NOWHERE);
        self.recent.iter_mut().for_each(|s| s.place = moved(s.place));
        self.recent.retain(|s| s.place != NOWHERE);
        if let Some(run) = &mut self.run {
            run.place = moved(run.place);
        }
        self.pairs.renumber(&to);
        self.triples.renumber(&to);
        self.departures.renumber(&to);
    }

    /// Forgets what the days up to `today` make fade.
    fn turn(&mut self, today: Day) {
        if today <= self.day {
            return;
        }
        let days = today - self.day;
        self.day = today;
        self.nights = later(self.nights, days);
        let fade = Fade::places(days);
        self.places.iter_mut().for_each(|p| p.fade(fade, days));
        self.pairs.fade(fade);
        self.triples.fade(fade);
        self.departures.fade(fade);
        let recent: Vec<u8> = self.recent.iter().map(|s| s.place).collect();
        self.forget_places(|i, p| p.is_forgotten() && !recent.iter().any(|r| usize::from(*r) == i));
    }

    /// Days from `day` to the latest date.
    fn ago(&self, day: Day) -> i32 {
        i32::from(self.day) - i32::from(day)
    }
}

/// Minutes since 1970.
pub(super) fn minutes(at: At) -> u32 {
    u32::try_from(at.0.div_euclid(MINUTE_US)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::places::label;
    use super::*;
    use crate::domain::place::Label;

    const START_S: i64 = 20_402 * 86_400 + 12 * 3600;

    /// Events (minute, zone); zones from 1000 on are sensitive.
    fn visited(events: &[(i64, u64)]) -> Mobility {
        let mut mobility = Mobility::default();
        for (minute, zone) in events {
            mobility.visit(At((START_S + minute * 60) * SECOND_US), Zone(*zone), *zone >= 1000, 0);
        }
        mobility
    }

    fn zones(m: &Mobility) -> Vec<u64> {
        m.places.iter().map(|p| p.zone.0).collect()
    }

    #[test]
    fn ten_minutes_make_a_stay_and_passing_through_makes_none() {
        let m = visited(&[(0, 1), (5, 1), (15, 1), (20, 2), (29, 3), (45, 3)]);
        assert_eq!(zones(&m), [1, 3]);
        assert_eq!(m.pairs.after(NOWHERE, 0).map(|(to, _)| to).collect::<Vec<_>>(), [1]);
        assert_eq!(m.recent.len(), 2);
    }

    #[test]
    fn one_event_says_half_an_hour_at_most_of_what_followed() {
        let after = |minutes| visited(&[(0, 1), (minutes, 2)]).places;
        assert_eq!(after(600), after(30));
        assert_ne!(after(29), after(30));
    }

    #[test]
    fn coming_back_to_the_same_place_after_silence_is_no_move() {
        let m = visited(&[(0, 1), (20, 1), (120, 1), (140, 1), (150, 2), (170, 2)]);
        assert_eq!((zones(&m).len(), m.recent.len(), m.pairs.total()), (2, 2, 128));
    }

    #[test]
    fn a_place_left_days_ago_does_not_lead_to_the_next() {
        let m = visited(&[(0, 1), (20, 1), (5000, 2), (5020, 2)]);
        assert_eq!((zones(&m).len(), m.recent.len(), m.pairs.total()), (2, 1, 0));
    }

    #[test]
    fn dwell_is_counted_to_the_second_however_dense_the_events_are() {
        let mut dense = Mobility::default();
        for half_second in 0..=7200i64 {
            dense.visit(At(START_S * SECOND_US + half_second * SECOND_US / 2), Zone(1), false, 0);
        }
        let sparse = visited(&[(0, 1), (30, 1), (60, 1)]);
        assert_eq!(dense.places, sparse.places);
    }

    #[test]
    fn a_sensitive_place_is_remembered_as_the_last_and_nowhere_else() {
        let m =
            visited(&[(0, 1), (30, 1), (40, 1000), (70, 1000), (100, 1000), (110, 2), (130, 2), (140, 1000)]);
        assert_eq!(zones(&m), [1, 2]);
        assert_eq!(m.last.map(|l| (l.zone, l.sensitive)), Some((Zone(1000), true)));
        assert_eq!(m.run, None);
        let night = visited(&[(600, 1000), (630, 1000), (660, 1000)]);
        assert_eq!((night.nights, night.places.len()), (0, 0));
    }

    #[test]
    fn the_least_visited_place_makes_room_and_home_stays() {
        let mut events = Vec::new();
        for i in 0..300u64 {
            let minute = i as i64 * 40;
            events.extend([(minute, 1), (minute + 15, 1), (minute + 20, 2 + i), (minute + 35, 2 + i)]);
        }
        let m = visited(&events);
        assert_eq!(m.places.len(), MOST_PLACES);
        assert!(zones(&m).contains(&1) && zones(&m).contains(&301));
        assert_eq!(label(&m.places, 0b1_1111, Zone(1)), Some(Label::Home));
        let back = |n: usize| m.places[usize::from(m.recent[m.recent.len() - n].place)].zone.0;
        assert_eq!((back(1), back(2)), (301, 1));
    }

    #[test]
    fn a_place_not_seen_for_a_year_is_forgotten_with_its_moves() {
        let mut events = vec![(0, 1), (20, 1), (30, 2), (50, 2), (60, 3), (80, 3)];
        events.extend([(400 * 1440, 4), (400 * 1440 + 20, 4), (800 * 1440, 5), (800 * 1440 + 20, 5)]);
        let m = visited(&events);
        assert!(!zones(&m).contains(&1) && !zones(&m).contains(&2));
        assert_eq!((m.pairs.total(), m.triples.total()), (0, 0));
    }
}
