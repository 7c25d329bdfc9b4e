//! Places: the zones a subscriber stays in, how long at which times, and what that makes them. Deliberately absent: how one leads to
//! the next (`moves`), zones only passed through.
use super::Anchors;
use super::calendar::{ARRIVAL_SLOTS, DWELL_SLOTS, Local, NIGHT, OFFICE, is_weekend};
use super::forget::{Day, FULL, Fade, ONE, WINDOW_D, add, bit, days_in, later};
use crate::domain::place::Label;
use crate::domain::zone::Zone;
use serde::{Deserialize, Serialize};

/// Places kept of one subscriber.
pub(super) const MOST_PLACES: usize = 64;
/// Nights of history before anything is called by a name.
const LABEL_NIGHTS: u32 = 5;
/// Weekdays with working-hours dwell that make a place of work.
const WORK_DAYS: u32 = 3;
/// The least share of all working-hours dwell that makes a place of work: 1 in 7.
const WORK_SHARE: u32 = 7;
/// Days of visits that make a place a frequent one.
const FREQUENT_DAYS: u32 = 4;

/// One zone the subscriber stays in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    #[serde(with = "packed")]
    pub(super) zone: Zone,
    /// Stays, fading.
    pub(super) stays: u16,
    /// Days with a stay.
    days: u32,
    /// Weekdays with working-hours dwell.
    office_days: u32,
    /// Minutes, fading.
    dwell: [u16; DWELL_SLOTS],
    /// Stays by the time they began, fading.
    pub(super) arrivals: [u16; ARRIVAL_SLOTS],
}

impl Place {
    /// A zone not stayed in before.
    pub(super) fn new(zone: Zone) -> Place {
        Place {
            zone,
            stays: 0,
            days: 0,
            office_days: 0,
            dwell: [0; DWELL_SLOTS],
            arrivals: [0; ARRIVAL_SLOTS],
        }
    }

    /// A stay began.
    pub(super) fn arrive(&mut self, local: Local) {
        add(&mut self.stays, ONE);
        if let Some(slot) = self.arrivals.get_mut(local.arrival_slot()) {
            add(slot, ONE);
        }
    }

    /// `minutes` more were spent here from `local` on, `ago` days back.
    pub(super) fn dwell(&mut self, local: Local, minutes: u16, ago: i32) {
        let slot = local.dwell_slot();
        if let Some(spent) = self.dwell.get_mut(slot) {
            add(spent, minutes);
        }
        self.days |= bit(ago);
        if slot == OFFICE {
            self.office_days |= bit(ago);
        }
    }

    /// Days of the window with a stay.
    pub(super) fn days(&self) -> u32 {
        days_in(self.days)
    }

    /// `days` pass.
    pub(super) fn fade(&mut self, fade: Fade, days: u16) {
        self.stays = fade.of(self.stays);
        self.dwell.iter_mut().chain(&mut self.arrivals).for_each(|w| *w = fade.of(*w));
        self.days = later(self.days, days);
        self.office_days = later(self.office_days, days);
    }

    /// Nothing of it is remembered any more.
    pub(super) fn is_forgotten(&self) -> bool {
        self.stays == 0 && self.days == 0 && self.dwell == [0; DWELL_SLOTS]
    }

    /// Whether every weight is one that folding can have made.
    pub(super) fn holds(&self) -> bool {
        self.stays <= FULL && self.dwell.iter().chain(&self.arrivals).all(|w| *w <= FULL)
    }

    /// Weekdays or days of weekends of the window with a stay, and what one event on each of them would weigh now.
    pub(super) fn alike(&self, today: Day, weekend: bool) -> (usize, u32) {
        let stayed = (0..WINDOW_D as u16).filter(|ago| self.days & bit(i32::from(*ago)) != 0);
        let alike = stayed.filter(|ago| is_weekend(today.saturating_sub(*ago)) == weekend);
        alike.fold((0, 0), |(days, every), ago| (days + 1, every + u32::from(Fade::places(ago).of(ONE))))
    }
    /// Minutes in it at this time of the day, fading.
    pub(super) fn spent(&self, local: Local) -> u32 {
        self.dwell.get(local.dwell_slot()).map_or(0, |w| u32::from(*w))
    }
    /// All minutes in it, fading.
    pub(super) fn all(&self) -> u32 {
        self.dwell.iter().map(|w| u32::from(*w)).sum()
    }
    /// Minutes of night in it, fading.
    pub(super) fn night(&self) -> u32 {
        NIGHT.iter().filter_map(|slot| self.dwell.get(*slot)).map(|w| u32::from(*w)).sum()
    }
    /// Minutes of weekdays from 9 to 17 in it, fading.
    pub(super) fn office(&self) -> u32 {
        self.dwell.get(OFFICE).map_or(0, |w| u32::from(*w))
    }
}

/// What the zone is to a subscriber with these places and this mask of nights seen; `None` below five nights.
///
/// Home: most night dwell. Work: most weekday dwell from 9 to 17 outside home, on three days or more and a seventh of all such dwell at
/// least. Frequent: stayed in on four days or more. All of the last 28 days or fading with a half-life of 28 days.
pub(super) fn label(places: &[Place], nights: u32, zone: Zone) -> Option<Label> {
    let Anchors { home, work } = anchors(places, nights)?;
    if home == Some(zone) {
        Some(Label::Home)
    } else if work == Some(zone) {
        Some(Label::Work)
    } else if places.iter().any(|p| p.zone == zone && days_in(p.days) >= FREQUENT_DAYS) {
        Some(Label::Frequent)
    } else {
        Some(Label::Other)
    }
}

/// Where the nights and the weekdays are spent; `None` below five nights.
pub(super) fn anchors(places: &[Place], nights: u32) -> Option<Anchors> {
    if days_in(nights) < LABEL_NIGHTS {
        return None;
    }
    let most = |dwell: fn(&Place) -> u32, but: Option<Zone>| {
        let those = places.iter().filter(|p| Some(p.zone) != but && dwell(p) > 0);
        those.max_by_key(|p| (dwell(p), p.zone))
    };
    let home = most(Place::night, None).map(|p| p.zone);
    let work = most(Place::office, home).filter(|p| {
        let all: u32 = places.iter().map(Place::office).sum();
        days_in(p.office_days) >= WORK_DAYS && p.office() * WORK_SHARE >= all
    });
    Some(Anchors { home, work: work.map(|p| p.zone) })
}

/// H3 cells of resolution 7 in four bytes: what all of them share is folded away. One to one on every number, so that a zone that is
/// none comes back as it was.
pub(super) mod packed {
    use crate::domain::zone::Zone;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Mode 1, resolution 7, and the eight unused digits.
    const SHARED: u64 = 0x0870_0000_00ff_ffff;
    const UNUSED_BITS: u32 = 24;

    pub(in crate::profile) fn serialize<S: Serializer>(zone: &Zone, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_u64((zone.0 ^ SHARED).rotate_right(UNUSED_BITS))
    }
    pub(in crate::profile) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Zone, D::Error> {
        u64::deserialize(d).map(|packed| Zone(packed.rotate_left(UNUSED_BITS) ^ SHARED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::At;

    const MONDAY_S: i64 = 20_402 * 86_400;

    /// (zone, hours, on which days).
    type Habit = (u64, std::ops::Range<i64>, fn(i64) -> bool);

    /// Places with the same hours spent in each of them on each of some days; the last day is the present one.
    fn spent(days: i64, visits: &[Habit]) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for day in 0..days {
            for (zone, hours, _) in visits.iter().filter(|v| (v.2)(day)) {
                for hour in hours.clone() {
                    let local = Local::of(At((MONDAY_S + (day * 24 + hour) * 3600) * 1_000_000), 0);
                    let known = places.iter().position(|p| p.zone == Zone(*zone)).unwrap_or_else(|| {
                        places.push(Place::new(Zone(*zone)));
                        places.len() - 1
                    });
                    places[known].dwell(local, 60, (days - 1 - day) as i32);
                }
            }
        }
        places
    }

    fn always(_: i64) -> bool {
        true
    }

    #[test]
    fn the_night_makes_home_and_working_hours_make_work() {
        let places = spent(
            12,
            &[
                (1, 0..9, always),
                (2, 9..17, |d| d % 7 < 5),
                (3, 18..20, always),
                (4, 20..21, |d| d == 3),
                (1, 21..24, always),
            ],
        );
        let of = |zone| label(&places, 0b1_1111, Zone(zone));
        assert_eq!(
            [1, 2, 3, 4, 5].map(of),
            [
                Some(Label::Home),
                Some(Label::Work),
                Some(Label::Frequent),
                Some(Label::Other),
                Some(Label::Other)
            ]
        );
        assert_eq!(label(&places, 0b1111, Zone(1)), None, "four nights are too few");
        assert_eq!(label(&places, 0b1111 | 1 << 28, Zone(1)), None, "a night of a month ago does not count");
    }

    #[test]
    fn a_home_that_is_also_the_office_is_home_and_an_errand_is_no_work() {
        let places = spent(14, &[(1, 0..24, always), (2, 11..12, always)]);
        assert_eq!(label(&places, 0b1_1111, Zone(1)), Some(Label::Home));
        assert_eq!(label(&places, 0b1_1111, Zone(2)), Some(Label::Frequent));
    }

    #[test]
    fn two_days_of_work_are_not_yet_a_place_of_work_and_weekends_make_none() {
        for on in [(|d| d < 2) as fn(i64) -> bool, |d| d % 7 >= 5] {
            let places = spent(7, &[(1, 0..6, always), (2, 9..17, on)]);
            assert_eq!(label(&places, 0b1_1111, Zone(2)), Some(Label::Other));
        }
    }

    #[test]
    fn a_cell_of_resolution_7_takes_four_bytes_and_any_number_comes_back() {
        let stored = |zone| postcard::to_allocvec(&Place::new(Zone(zone))).unwrap();
        let cell: u64 = h3o::LatLng::new(37.5663, 126.9779).unwrap().to_cell(h3o::Resolution::Seven).into();
        assert_eq!(stored(cell).len(), stored(0x0870_0000_00ff_ffff).len() + 3);
        for zone in [cell, 0, u64::MAX, 0x0123_4567_89ab_cdef] {
            assert_eq!(postcard::from_bytes::<Place>(&stored(zone)).unwrap().zone, Zone(zone));
        }
    }
}
