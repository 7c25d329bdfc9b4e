//! Unicity: how many persons fit what was told, by where everybody really was (de Montjoye and others, 2013). Deliberately absent: what the broker thinks of
//! its crowds; the truth is counted here a second time, from the feed.
use crate::domain::zone::Zone;
use std::collections::HashMap;
use std::hash::Hash;

/// A zone in an hour (hours since 1970), or on a day (days since 1970).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Point {
    /// Seen there in the hour.
    Hour(Zone, i64),
    /// Seen there on the day.
    Day(Zone, i64),
}

/// Who was where, or what else can be known of somebody.
#[derive(Debug)]
pub struct Presence<P = Point> {
    at: HashMap<P, Vec<u32>>,
}

impl<P> Default for Presence<P> {
    fn default() -> Presence<P> {
        Presence { at: HashMap::new() }
    }
}

impl Presence {
    /// Somebody was seen in a zone, which lies in `zones`.
    pub fn seen(&mut self, who: u32, zones: &[Zone], hour: i64) {
        for zone in zones {
            for point in [Point::Hour(*zone, hour), Point::Day(*zone, hour.div_euclid(24))] {
                self.known(who, point);
            }
        }
    }
}

impl<P: Copy + Eq + Hash> Presence<P> {
    /// `point` is known of somebody.
    pub fn known(&mut self, who: u32, point: P) {
        let all = self.at.entry(point).or_default();
        if let Err(place) = all.binary_search(&who) {
            all.insert(place, who);
        }
    }

    /// Who was there.
    pub fn of(&self, point: P) -> &[u32] {
        self.at.get(&point).map_or(&[], Vec::as_slice)
    }

    /// How many fit all of `points`.
    pub fn fitting(&self, points: &[P]) -> usize {
        let Some((first, rest)) = points.split_first() else { return usize::MAX };
        let mut fit: Vec<u32> = self.of(*first).to_vec();
        for point in rest {
            let there = self.of(*point);
            fit.retain(|who| there.binary_search(who).is_ok());
        }
        fit.len()
    }
}

/// What was told of somebody in an epoch.
pub type Trace = Vec<Point>;

/// Share of traces with at least `points` points of which so many, drawn by `below`, fit one person only; all of the points when `None`. The second
/// number is the fewest persons that fit a draw. `None` when no trace is that long.
pub fn unique<P: Copy + Eq + Hash>(
    presence: &Presence<P>,
    traces: &[Vec<P>],
    points: Option<usize>,
    draws: usize,
    below: &mut dyn FnMut(usize) -> usize,
) -> Option<(f64, usize)> {
    let (mut drawn, mut alone, mut least) = (0u64, 0u64, usize::MAX);
    for trace in traces.iter().filter(|t| !t.is_empty() && t.len() >= points.unwrap_or(1)) {
        for _ in 0..if points.is_some() { draws } else { 1 } {
            let mut pick = trace.clone();
            if let Some(points) = points {
                for i in 0..points.min(pick.len()) {
                    let j = i + below(pick.len() - i);
                    pick.swap(i, j);
                }
                pick.truncate(points);
            }
            let fit = presence.fitting(&pick);
            drawn += 1;
            alone += u64::from(fit <= 1);
            least = least.min(fit);
        }
    }
    (drawn > 0).then(|| (alone as f64 / drawn as f64, least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_crowds_of_ten_may_have_one_in_common() {
        let mut presence = Presence::default();
        for who in 0..10 {
            presence.seen(who, &[Zone(1)], 8);
            presence.seen(who + 9, &[Zone(2)], 9);
        }
        presence.seen(3, &[Zone(1)], 8);
        let both = vec![Point::Hour(Zone(1), 8), Point::Hour(Zone(2), 9)];
        assert_eq!((presence.fitting(&both[..1]), presence.fitting(&both)), (10, 1));
        assert_eq!(presence.fitting(&[Point::Day(Zone(1), 0), Point::Day(Zone(2), 0)]), 1);
        let traces = [both];
        let mut first = |_: usize| 0;
        assert_eq!(unique(&presence, &traces, Some(1), 5, &mut first), Some((0.0, 10)));
        assert_eq!(unique(&presence, &traces, None, 5, &mut first), Some((1.0, 1)));
        assert_eq!(unique(&presence, &traces, Some(3), 5, &mut first), None);
    }
}
