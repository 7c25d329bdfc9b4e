//! Re-identification risk by what an adversary may know of somebody: the eight models of scikit-mobility (Pellungrini and others, 2017), worked out anew. For every
//! piece of knowledge of a length: one over the number of histories that fit it; the worst piece is the risk. Deliberately absent: tolerances.
use std::collections::BTreeMap;

/// A visit: a place and a time, as fine as the adversary knows it.
pub type Visit = (u64, i64);

/// What is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Places, as often as visited.
    Locations,
    /// Places in their order.
    Sequence,
    /// Places with their times.
    Times,
    /// Different places.
    Unique,
    /// Different places, each with how often.
    Frequency,
    /// Different places, each with its share of all visits.
    Probability,
    /// Different places, each with how often against the most frequent of those known.
    Proportion,
    /// The two most frequent places.
    HomeWork,
}

impl Known {
    /// All of them.
    pub const ALL: [Known; 8] = [
        Known::Locations,
        Known::Sequence,
        Known::Times,
        Known::Unique,
        Known::Frequency,
        Known::Probability,
        Known::Proportion,
        Known::HomeWork,
    ];
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Known::Locations => "places",
            Known::Sequence => "places in order",
            Known::Times => "places and times",
            Known::Unique => "different places",
            Known::Frequency => "how often",
            Known::Probability => "which share",
            Known::Proportion => "which proportion",
            Known::HomeWork => "home and work",
        }
    }
}

/// Somebody's visits, and how often each place is among them.
struct Life<'v> {
    visits: &'v [Visit],
    often: BTreeMap<u64, u32>,
    two: Vec<u64>,
}

impl Life<'_> {
    fn of(visits: &[Visit], rarest: bool) -> Life<'_> {
        let mut often = BTreeMap::new();
        for (place, _) in visits {
            *often.entry(*place).or_insert(0u32) += 1;
        }
        let mut order: Vec<(u64, u32)> = often.iter().map(|(place, n)| (*place, *n)).collect();
        order.sort_by_key(|(place, n)| (if rarest { i64::from(*n) } else { -i64::from(*n) }, *place));
        let two = order.iter().take(2).map(|(place, _)| *place).collect();
        Life { visits, often, two }
    }

    fn total(&self) -> f64 {
        self.visits.len() as f64
    }

    /// Whether the pieces `known` of `other` fit this life.
    fn fits(&self, known: Known, other: &Life<'_>, piece: &[usize]) -> bool {
        let visits = || piece.iter().filter_map(|i| other.visits.get(*i));
        let places: Vec<u64> = match known {
            Known::Locations | Known::Sequence | Known::Times => visits().map(|v| v.0).collect(),
            Known::HomeWork => other.two.clone(),
            _ => piece.iter().filter_map(|i| other.often.keys().nth(*i)).copied().collect(),
        };
        let (mine, theirs) = (|p: &u64| self.often.get(p).copied(), |p: &u64| other.often.get(p).copied());
        let most =
            |of: &dyn Fn(&u64) -> Option<u32>| f64::from(places.iter().filter_map(of).max().unwrap_or(1));
        let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
        let ratio = |by: (f64, f64)| {
            places.iter().all(|p| match (mine(p), theirs(p)) {
                (Some(a), Some(b)) => same(f64::from(a) / by.0, f64::from(b) / by.1),
                _ => false,
            })
        };
        match known {
            Known::Locations => {
                let wanted = |p: &u64| places.iter().filter(|q| *q == p).count() as u32;
                places.iter().all(|p| mine(p).is_some_and(|n| n >= wanted(p)))
            }
            Known::Sequence => {
                let mut left = places.iter().peekable();
                for (place, _) in self.visits {
                    left.next_if(|p| *p == place);
                }
                left.peek().is_none()
            }
            Known::Times => {
                let count = |of: &[Visit], v: &Visit| of.iter().filter(|w| *w == v).count();
                let piece: Vec<Visit> = visits().copied().collect();
                piece.iter().all(|v| count(self.visits, v) >= count(&piece, v))
            }
            Known::Unique => places.iter().all(|p| mine(p).is_some()),
            Known::Frequency => ratio((1.0, 1.0)),
            Known::Probability => ratio((self.total(), other.total())),
            Known::Proportion => ratio((most(&mine), most(&theirs))),
            Known::HomeWork => places.iter().all(|p| self.two.contains(p)),
        }
    }
}

/// The risk of each history among all of them, knowing `length` pieces.
pub fn risks(known: Known, histories: &[Vec<Visit>], length: usize) -> Vec<f64> {
    among(known, histories, length, false)
}

fn among(known: Known, histories: &[Vec<Visit>], length: usize, rarest: bool) -> Vec<f64> {
    let lives: Vec<Life<'_>> = histories.iter().map(|h| Life::of(h, rarest)).collect();
    let one = |life: &Life<'_>| {
        let pieces = match known {
            Known::Locations | Known::Sequence | Known::Times => life.visits.len(),
            Known::HomeWork => life.two.len().min(1),
            _ => life.often.len(),
        };
        let mut worst = 0.0f64;
        each_piece(pieces, length.min(pieces), &mut |piece| {
            let fit = lives.iter().filter(|other| other.fits(known, life, piece)).count();
            worst = worst.max(1.0 / fit.max(1) as f64);
            worst < 1.0
        });
        worst
    };
    lives.iter().map(one).collect()
}

/// Hands every choice of `k` of `n` on, in order, while `go` says so.
fn each_piece(n: usize, k: usize, go: &mut dyn FnMut(&[usize]) -> bool) {
    let mut piece: Vec<usize> = (0..k).collect();
    // Nothing known is no piece.
    while !piece.is_empty() && go(&piece) {
        let Some(turn) = (0..k).rev().find(|i| piece.get(*i).is_some_and(|p| *p < n - k + i)) else { return };
        let Some(first) = piece.get(turn).copied() else { return };
        piece.iter_mut().skip(turn).zip(first + 1..).for_each(|(slot, value)| *slot = value);
    }
}

/// The mean; 0 of none.
pub fn mean(risks: &[f64]) -> f64 {
    if risks.is_empty() { 0.0 } else { risks.iter().sum::<f64>() / risks.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `privacy_toy.csv` of scikit-mobility: places in the order of their latitude (1 is 43.544, 2 43.709, 3 43.779, 4 43.843), hours since 3 February 2011.
    fn toy() -> Vec<Vec<Visit>> {
        vec![
            vec![(4, 8), (1, 9), (2, 10), (3, 34)],
            vec![(4, 8), (2, 9), (4, 34), (1, 35)],
            vec![(1, 8), (2, 9), (4, 34), (3, 35)],
            vec![(2, 34), (1, 35), (3, 36)],
            vec![(2, 34), (3, 35), (4, 60)],
            vec![(4, 34), (1, 35)],
            vec![(4, 34), (4, 35), (3, 60)],
        ]
    }

    const THIRD: f64 = 1.0 / 3.0;

    #[test]
    fn the_published_risks_come_out() {
        let published = [
            (Known::Locations, 2, [THIRD, 0.5, THIRD, THIRD, 0.25, 0.25, 0.5]),
            (Known::Locations, 3, [0.5, 1.0, 0.5, THIRD, THIRD, 0.25, 1.0]),
            (Known::Sequence, 2, [0.5, 0.5, 1.0, 0.5, 1.0, THIRD, 0.5]),
            (Known::Sequence, 3, [1.0, 1.0, 1.0, 1.0, 1.0, THIRD, 1.0]),
            (Known::Times, 2, [1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 1.0]),
            (Known::Unique, 2, [THIRD, 0.25, THIRD, THIRD, 0.25, 0.25, 0.25]),
            (Known::Unique, 3, [0.5, THIRD, 0.5, THIRD, THIRD, 0.25, 0.25]),
            (Known::Frequency, 2, [THIRD, 1.0, THIRD, THIRD, THIRD, THIRD, 1.0]),
            (Known::Probability, 2, [0.5, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0]),
            (Known::Proportion, 2, [THIRD, 1.0, THIRD, THIRD, THIRD, THIRD, 1.0]),
        ];
        for (known, length, wanted) in published {
            let got = risks(known, &toy(), length);
            assert!(got.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{known:?} {length}: {got:?}");
        }
    }

    #[test]
    fn home_and_work_come_out_as_published_when_the_two_rarest_places_are_taken_for_them() {
        // The published figures take the two places that stand first in ascending order of visits.
        assert_eq!(among(Known::HomeWork, &toy(), 2, true), [0.25, 0.25, 0.25, 0.25, 1.0, 1.0, 1.0]);
        assert_eq!(risks(Known::HomeWork, &toy(), 2)[6], 1.0);
    }

    #[test]
    fn every_choice_is_handed_on_once() {
        let mut all = Vec::new();
        each_piece(4, 2, &mut |piece| {
            all.push(piece.to_vec());
            true
        });
        assert_eq!(all, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!(mean(&[]), 0.0);
    }
}
