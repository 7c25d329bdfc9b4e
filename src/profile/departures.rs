//! Departures: at which half hours of the day a place is left for another, so that it can be said when one usually moves on. Deliberately absent:
//! where to, and any departure that a sensitive place followed: its hour would tell of the visit.
use super::calendar::{HALF_HOURS, Local};
use super::forget::{FULL, Fade, ONE, add};
use super::moves::NOWHERE;
use serde::{Deserialize, Serialize};

/// Half hours kept, of all places together.
pub(super) const MOST_DEPARTURES: usize = 96;

/// How often `place` was left in a half hour of a weekday or of a weekend, fading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Departure {
    place: u8,
    half_hour: u8,
    weight: u16,
}

/// Departures in the order they were first made; the weakest makes room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Departures {
    /// A sensitive place came after the latest stay.
    pub(super) veiled: bool,
    list: Vec<Departure>,
}

impl Departures {
    /// `place` was left.
    pub(super) fn count(&mut self, place: u8, local: Local) {
        let half_hour = local.half_hour();
        if let Some(known) = self.list.iter_mut().find(|d| (d.place, d.half_hour) == (place, half_hour)) {
            return add(&mut known.weight, ONE);
        }
        let new = Departure { place, half_hour, weight: ONE };
        if self.list.len() < MOST_DEPARTURES {
            return self.list.push(new);
        }
        if let Some(weakest) = self.list.iter_mut().min_by_key(|d| d.weight) {
            *weakest = new;
        }
    }

    /// How often `place` was left in the half hour of `local`.
    pub(super) fn of(&self, place: u8, local: Local) -> u32 {
        let half_hour = local.half_hour();
        let known = self.list.iter().find(|d| (d.place, d.half_hour) == (place, half_hour));
        known.map_or(0, |d| u32::from(d.weight))
    }

    /// Days pass.
    pub(super) fn fade(&mut self, fade: Fade) {
        self.list.retain_mut(|d| {
            d.weight = fade.of(d.weight);
            d.weight > 0
        });
    }

    /// Places have moved in their list, as in `Moves::renumber`.
    pub(super) fn renumber(&mut self, to: &[u8]) {
        self.list.retain_mut(|d| {
            d.place = to.get(usize::from(d.place)).copied().unwrap_or(NOWHERE);
            d.place != NOWHERE
        });
    }

    /// Whether counting among `places` places can have made it.
    pub(super) fn holds(&self, places: usize) -> bool {
        let one = |d: &Departure| {
            usize::from(d.place) < places && usize::from(d.half_hour) < HALF_HOURS && d.weight <= FULL
        };
        self.list.len() <= MOST_DEPARTURES && self.list.iter().all(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{At, SECOND_US};

    fn at(hour: i64, minute: i64) -> Local {
        Local::of(At((20_402 * 86_400 + hour * 3600 + minute * 60) * SECOND_US), 0)
    }

    #[test]
    fn the_weakest_half_hour_makes_room_and_a_lost_place_takes_its_own_with_it() {
        let mut departures = Departures::default();
        for half_hour in 0..48 {
            departures.count(0, at(0, half_hour * 30));
            departures.count(1, at(0, half_hour * 30));
        }
        departures.count(0, at(8, 10));
        departures.count(1, at(24 * 5, 0)); // a Saturday
        assert_eq!(departures.list.len(), MOST_DEPARTURES);
        assert_eq!((departures.of(0, at(8, 29)), departures.of(0, at(8, 30))), (256, 128));
        assert_eq!(departures.of(1, at(24 * 5, 29)), 128);
        departures.renumber(&[NOWHERE, 0]);
        assert_eq!((departures.of(0, at(24 * 5, 0)), departures.of(1, at(24 * 5, 0))), (128, 0));
        assert!(departures.holds(1) && !departures.holds(0));
    }
}
