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

/// Whether somebody who was told to be in the first may have been in the second: equal where everything is as fine, round it where what is told is coarser.
pub type Holds<'h> = &'h dyn Fn(u64, u64) -> bool;

/// Visits of a history that are looked at; a day of quarters of an hour has 96.
const MOST: usize = 128;

/// Somebody's visits as they were, places by number.
struct Life {
    visits: Vec<(usize, i64)>,
    /// Places and how often.
    often: Vec<(usize, u32)>,
    /// The two most frequent.
    two: Vec<usize>,
}

impl Life {
    fn of(visits: &[Visit], places: &[u64], rarest: bool) -> Life {
        let number = |v: &Visit| places.binary_search(&v.0).ok().map(|place| (place, v.1));
        let visits: Vec<(usize, i64)> = visits.iter().take(MOST).filter_map(number).collect();
        let often = counted(visits.iter().map(|v| v.0));
        let two = two_of(&often, rarest);
        Life { visits, often, two }
    }

    /// The places of a piece of what is known, each with how often.
    fn places(&self, known: Known, piece: &[usize]) -> Vec<(usize, u32)> {
        let visits = || piece.iter().filter_map(|i| self.visits.get(*i));
        let nth = || piece.iter().filter_map(|i| self.often.get(*i)).copied();
        match known {
            Known::Locations | Known::Sequence | Known::Times => counted(visits().map(|v| v.0)),
            Known::HomeWork => self.two.iter().map(|place| (*place, 1)).collect(),
            Known::Unique => nth().map(|(place, _)| (place, 1)).collect(),
            Known::Frequency | Known::Probability | Known::Proportion => nth().collect(),
        }
    }
}

fn counted<T: Ord>(places: impl Iterator<Item = T>) -> Vec<(T, u32)> {
    let mut counted = BTreeMap::new();
    places.for_each(|place| *counted.entry(place).or_insert(0u32) += 1);
    counted.into_iter().collect()
}

fn two_of<T: Ord + Copy>(often: &[(T, u32)], rarest: bool) -> Vec<T> {
    let mut order = often.to_vec();
    order.sort_by_key(|(place, n)| (if rarest { i64::from(*n) } else { -i64::from(*n) }, *place));
    order.into_iter().take(2).map(|(place, _)| place).collect()
}

/// What was told of somebody, laid against the numbered places: of each, a bit for every visit that may have been there.
struct Told {
    visits: u32,
    may: Vec<u128>,
    /// How many visits were told of that place and no other.
    certain: Vec<u32>,
    times: BTreeMap<i64, u128>,
    /// Whether one of the two most frequent may be it.
    two: Vec<bool>,
}

impl Told {
    fn of(visits: &[Visit], places: &[u64], holds: Holds<'_>, rarest: bool) -> Told {
        let visits = visits.get(..MOST).unwrap_or(visits);
        let two = two_of(&counted(visits.iter().map(|v| v.0)), rarest);
        let mask = |of: &dyn Fn(&Visit) -> bool| {
            (0..).zip(visits).filter(|(_, v)| of(v)).fold(0u128, |mask, (bit, _): (u32, _)| mask | 1 << bit)
        };
        Told {
            visits: visits.len() as u32,
            may: places.iter().map(|p| mask(&|v| holds(v.0, *p))).collect(),
            certain: places.iter().map(|p| mask(&|v| v.0 == *p).count_ones()).collect(),
            times: visits.iter().map(|v| (v.1, mask(&|w| w.1 == v.1))).collect(),
            two: places.iter().map(|p| two.iter().any(|told| holds(*told, *p))).collect(),
        }
    }

    fn may(&self, place: usize) -> u128 {
        self.may.get(place).copied().unwrap_or(0)
    }

    /// Whether what was told leaves it open that this is `other`, of whom a piece is known: `places`.
    fn fits(&self, known: Known, other: &Life, piece: &[usize], places: &[(usize, u32)]) -> bool {
        let mut visits = piece.iter().filter_map(|i| other.visits.get(*i));
        match known {
            Known::Sequence => {
                let mut left = u128::MAX;
                visits.all(|(place, _)| match self.may(*place) & left {
                    0 => false,
                    open => {
                        left = u128::MAX.checked_shl(open.trailing_zeros() + 1).unwrap_or(0);
                        true
                    }
                })
            }
            Known::Times => {
                let all: Vec<&(usize, i64)> = visits.collect();
                all.iter().all(|(place, time)| {
                    let there = self.may(*place) & self.times.get(time).copied().unwrap_or(0);
                    there.count_ones() as usize
                        >= all.iter().filter(|v| v.0 == *place && v.1 == *time).count()
                })
            }
            Known::Locations | Known::Unique => self.has_room_for(places),
            Known::HomeWork => places.iter().all(|(place, _)| self.two.get(*place) == Some(&true)),
            Known::Frequency => self.may_be(places),
            Known::Probability => self.may_be_in_share(places, (other.visits.len() as u32, self.visits)),
            Known::Proportion => {
                let most = places.iter().map(|(_, n)| *n).max().unwrap_or(1);
                (1..=self.visits).any(|top| self.may_be_in_share(places, (most, top)))
            }
        }
    }

    /// Whether there are visits enough that may have been to each of `places` and, of any of them together, to all of these (Hall's theorem).
    fn has_room_for(&self, places: &[(usize, u32)]) -> bool {
        (1u32..1 << places.len().min(16)).all(|some| {
            let some = (0..).zip(places).filter(|(i, _)| some >> i & 1 == 1).map(|(_, place)| place);
            let (may, wanted) = some.fold((0, 0), |(may, n), (place, m)| (may | self.may(*place), n + m));
            may.count_ones() >= wanted
        })
    }

    /// Whether each of `places` may have been visited exactly so often: there is room, and no more visits were told of that place and no other.
    fn may_be(&self, places: &[(usize, u32)]) -> bool {
        places.iter().all(|(place, n)| self.certain.get(*place).is_some_and(|c| c <= n))
            && self.has_room_for(places)
    }

    /// The same where so often of the first is as often of the second.
    fn may_be_in_share(&self, places: &[(usize, u32)], (of, all): (u32, u32)) -> bool {
        let scaled = |(place, n): &(usize, u32)| {
            let (share, rest) = (n * all / of.max(1), n * all % of.max(1));
            (rest == 0).then_some((*place, share))
        };
        let scaled: Option<Vec<_>> = places.iter().map(scaled).collect();
        scaled.is_some_and(|scaled| self.may_be(&scaled))
    }
}

/// The risk of each of `truths`, knowing `length` pieces of it, in what was `told`: one over how many of these it may be. Both are in the order of time, and
/// a place that is told as it is has the same number in both. Of a history the first 128 visits are looked at.
pub fn risks(
    known: Known,
    truths: &[Vec<Visit>],
    told: &[Vec<Visit>],
    holds: Holds<'_>,
    length: usize,
) -> Vec<f64> {
    among(known, truths, told, holds, (length, false))
}

fn among(
    known: Known,
    truths: &[Vec<Visit>],
    told: &[Vec<Visit>],
    holds: Holds<'_>,
    (length, rarest): (usize, bool),
) -> Vec<f64> {
    let mut places: Vec<u64> = truths.iter().flatten().map(|v| v.0).collect();
    places.sort_unstable();
    places.dedup();
    let told: Vec<Told> = told.iter().map(|t| Told::of(t, &places, holds, rarest)).collect();
    let one = |truth: &Vec<Visit>| {
        let life = Life::of(truth, &places, rarest);
        let pieces = match known {
            Known::Locations | Known::Sequence | Known::Times => life.visits.len(),
            Known::HomeWork => life.two.len().min(1),
            _ => life.often.len(),
        };
        let mut worst = 0.0f64;
        each_piece(pieces, length.min(pieces), &mut |piece| {
            let known_places = life.places(known, piece);
            let fit = told.iter().filter(|other| other.fits(known, &life, piece, &known_places)).count();
            worst = worst.max(1.0 / fit.max(1) as f64);
            worst < 1.0
        });
        worst
    };
    truths.iter().map(one).collect()
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
    const SAME: Holds<'_> = &|told, place| told == place;

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
            let got = risks(known, &toy(), &toy(), SAME, length);
            assert!(got.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{known:?} {length}: {got:?}");
        }
    }

    #[test]
    fn home_and_work_come_out_as_published_when_the_two_rarest_places_are_taken_for_them() {
        // The published figures take the two places that stand first in ascending order of visits.
        assert_eq!(
            among(Known::HomeWork, &toy(), &toy(), SAME, (2, true)),
            [0.25, 0.25, 0.25, 0.25, 1.0, 1.0, 1.0]
        );
        assert_eq!(risks(Known::HomeWork, &toy(), &toy(), SAME, 2)[6], 1.0);
    }

    #[test]
    fn who_was_told_of_coarsely_may_be_anybody_round_there_and_who_was_told_of_finely_may_not() {
        // Places 1 and 2 lie in 10, 3 in 11.
        let holds: Holds<'_> =
            &|told, place| told == place || (told == 10 && place <= 2) || (told == 11 && place == 3);
        let truths = vec![vec![(1, 8), (3, 9)], vec![(2, 8), (3, 9)], vec![(1, 8), (1, 9)]];
        let risk = |known, told: &[Vec<Visit>]| risks(known, &truths, told, holds, 2);
        let coarse = vec![vec![(10, 8), (11, 9)], vec![(10, 8), (11, 9)], vec![(10, 8), (10, 9)]];
        for known in [Known::Locations, Known::Sequence, Known::Times, Known::Unique, Known::HomeWork] {
            assert_eq!(risk(known, &coarse)[..2], [0.5, 0.5], "{known:?}");
            assert_eq!(risk(known, &truths)[..2], [1.0, 1.0], "{known:?}: told as it was");
        }
        // One visit at 1: the third may have had one there, and one at 2; told as it was he had two.
        assert_eq!(risks(Known::Frequency, &truths, &coarse, holds, 1)[2], 1.0);
        assert_eq!(risks(Known::Frequency, &truths, &coarse, holds, 1)[1], 0.5);
        assert_eq!(risks(Known::Frequency, &truths, &truths, holds, 1), [1.0, 1.0, 1.0]);
        // Two visits in one place cannot both be the one that was told.
        assert_eq!(risk(Known::Locations, &coarse)[2], 1.0);
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
