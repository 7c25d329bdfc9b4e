//! Hysteresis: who is seen a little beyond the border of the zone he was in is still there. A phone that lies near a border, or is placed now on this side of it and now on that, would
//! else change its zone many times a day, spend a day's zones on it, and be in two crowds. Deliberately absent: points that stay; what is kept of one, and for as long as a feed
//! is folded, is beside which zones it lies.
use super::zone;
use crate::domain::feed::{Event, Happening};
use crate::domain::time::MINUTE_US;
use crate::domain::zone::Zone;
use crate::profile::LastStay;
use rustc_hash::FxHashMap;

/// How far beyond a border somebody has to be seen to have crossed it, m.
const HELD_M: f64 = 250.0;
/// Whoever was not seen for longer is where he is seen.
const HELD_US: i64 = 30 * MINUTE_US;
/// Metres in a degree of latitude, on the sphere of `zone::distance_m`.
const DEGREE_M: f64 = 111_195.08;

/// The zones whose border is near a point, itself in another; at a corner there are two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Beside([u64; 2]);

impl Beside {
    /// Whether `zone` is one of them. No zone has the index 0.
    fn has(self, zone: Zone) -> bool {
        self.0.contains(&zone.0)
    }
}

/// The middle of a zone, and for each neighbour the way to its middle, m to the east and to the north.
#[derive(Debug)]
struct Rim {
    lat: f64,
    lon: f64,
    /// Of a degree of longitude, m.
    east_m: f64,
    neighbours: Vec<(Zone, f64, f64)>,
}

impl Rim {
    fn of(zone: Zone) -> Option<Rim> {
        let (lat, lon) = zone::middle(zone)?;
        let mut rim = Rim { lat, lon, east_m: DEGREE_M * lat.to_radians().cos(), neighbours: Vec::new() };
        for beside in zone::neighbours(zone) {
            let (lat, lon) = zone::middle(beside)?;
            let (east, north) = rim.way(lat, lon);
            rim.neighbours.push((beside, east, north));
        }
        Some(rim)
    }

    /// From the middle to a point.
    fn way(&self, lat: f64, lon: f64) -> (f64, f64) {
        let east = (lon - self.lon + 540.0).rem_euclid(360.0) - 180.0;
        (east * self.east_m, (lat - self.lat) * DEGREE_M)
    }

    /// The border to a neighbour is taken for the line half way between the two middles, as it is but for some metres.
    fn beside(&self, lat: f64, lon: f64) -> Beside {
        let (east, north) = self.way(lat, lon);
        let mut out = Beside::default();
        let near = self.neighbours.iter().filter(|(_, e, n)| {
            let apart_m = e.hypot(*n);
            apart_m / 2.0 - (east * e + north * n) / apart_m < HELD_M
        });
        out.0.iter_mut().zip(near).for_each(|(slot, (zone, _, _))| *slot = zone.0);
        out
    }
}

/// Rims of zones, each worked out once: a feed has many points in few zones.
#[derive(Debug, Default)]
pub struct Rims(FxHashMap<Zone, Rim>);

impl Rims {
    /// The finest zone of a point, degrees WGS 84, and those beside it; `None` when it is not on the globe.
    pub fn place(&mut self, lat: f64, lon: f64) -> Option<(Zone, Beside)> {
        let zone = zone::from_point(lat, lon)?;
        if let Some(rim) = self.0.get(&zone) {
            return Some((zone, rim.beside(lat, lon)));
        }
        let rim = Rim::of(zone)?;
        let beside = rim.beside(lat, lon);
        self.0.insert(zone, rim);
        Some((zone, beside))
    }
}

/// The event as it counts for somebody who was last seen at `last`: a stay a little beyond a border is one where he was. Sensitive places are neither left late nor
/// stretched, since what is told next to one must not depend on a visit.
pub fn settled(event: Event, beside: Beside, last: Option<LastStay>) -> Event {
    let Happening::Stay { zone, sensitive: false } = event.what else { return event };
    let here = |last: &LastStay| {
        last.zone != zone
            && beside.has(last.zone)
            && !last.sensitive
            && event.at.since(last.at).abs() <= HELD_US
    };
    match last.filter(here) {
        Some(last) => Event { what: Happening::Stay { zone: last.zone, sensitive: false }, ..event },
        None => event,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{At, DAY_US};
    use crate::minimise::laws::a_zone;
    use proptest::prelude::*;

    const NOW: At = At(20_000 * DAY_US);

    /// A point so many m from `from` towards `to`.
    fn towards(from: Zone, to: Zone, m: f64) -> (f64, f64) {
        let rim = Rim::of(from).unwrap();
        let (_, east, north) = *rim.neighbours.iter().find(|(zone, _, _)| *zone == to).unwrap();
        let part = m / east.hypot(north);
        (rim.lat + part * north / DEGREE_M, rim.lon + part * east / rim.east_m)
    }
    fn seen(rims: &mut Rims, (lat, lon): (f64, f64), last: Option<LastStay>) -> LastStay {
        let (zone, beside) = rims.place(lat, lon).unwrap();
        let event = Event { at: NOW, what: Happening::Stay { zone, sensitive: false } };
        let Happening::Stay { zone, sensitive } = settled(event, beside, last).what else { panic!("a stay") };
        LastStay { zone, at: NOW, sensitive }
    }

    proptest! {
        #[test]
        fn a_zone_is_left_once_and_some_way_beyond_its_border_and_entered_again_as_late(home in a_zone(), side in 0usize..6) {
            let neighbours = zone::neighbours(home);
            let other = neighbours[side % neighbours.len()];
            let mut rims = Rims::default();
            let apart_m = zone::apart_m(home, other).unwrap();
            let walk = |rims: &mut Rims, from: Zone, to: Zone| {
                let mut last = Some(seen(rims, towards(from, to, 0.0), None));
                let steps = (0..=(apart_m / 20.0) as usize).map(|n| n as f64 * 20.0);
                let left = steps.filter(|m| {
                    let before = last;
                    last = Some(seen(rims, towards(from, to, *m), before));
                    last.map(|l| l.zone) != before.map(|l| l.zone)
                });
                left.collect::<Vec<f64>>()
            };
            for (from, to) in [(home, other), (other, home)] {
                let left = walk(&mut rims, from, to);
                prop_assert_eq!(left.len(), 1);
                let beyond_m = left[0] - apart_m / 2.0;
                prop_assert!((180.0..340.0).contains(&beyond_m), "{}", beyond_m);
            }
        }
    }

    #[test]
    fn a_phone_that_is_placed_on_either_side_of_a_border_stays_where_it_was_first() {
        let home = zone::from_point(48.137, 11.575).unwrap();
        let other = zone::neighbours(home)[2];
        let mut rims = Rims::default();
        let border_m = zone::apart_m(home, other).unwrap() / 2.0;
        let mut last = None;
        for n in 0..100 {
            let off_m = f64::from(n * 37 % 200) - 100.0;
            last = Some(seen(&mut rims, towards(home, other, border_m - 120.0 + off_m), last));
            assert_eq!(last.unwrap().zone, home);
        }
        let beyond = towards(home, other, border_m + 100.0);
        assert_eq!(seen(&mut rims, beyond, last).zone, home);
        assert_eq!(seen(&mut rims, beyond, None).zone, other, "first seen there");
        let long_ago = last.map(|l| LastStay { at: NOW.plus(-HELD_US - 1), ..l });
        assert_eq!(seen(&mut rims, beyond, long_ago).zone, other);
        let sensitive = last.map(|l| LastStay { sensitive: true, ..l });
        assert_eq!(seen(&mut rims, beyond, sensitive).zone, other);
    }

    #[test]
    fn a_sensitive_point_is_where_it_is_and_a_corner_is_beside_two() {
        let home = zone::from_point(48.137, 11.575).unwrap();
        let [lat, lon] = zone::outline(home).first().map(|(lat, lon)| [*lat, *lon]).unwrap();
        let (zone, beside) = Rims::default().place(lat, lon).unwrap();
        assert!(beside.0.iter().all(|index| *index != 0 && *index != zone.0));
        let event = Event { at: NOW, what: Happening::Stay { zone, sensitive: true } };
        let last = LastStay { zone: Zone(beside.0[0]), at: NOW, sensitive: false };
        assert_eq!(settled(event, beside, Some(last)), event);
        assert_eq!(Rims::default().place(91.0, 0.0), None);
    }
}
