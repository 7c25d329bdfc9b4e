//! What raw input gives away before any broker: how few points, or which two places, tell somebody apart, and whether one half of a history finds the other. Deliberately
//! absent: where points come from, and how fine they are; words and numbers come in.
use super::link::{history, linked};
use super::unicity::{Presence, unique};
use std::collections::HashMap;
use std::hash::Hash;

/// Share of draws of each number of `points` that one person only has, of everybody with at least `least` different ones. `None` where nobody has so many.
pub fn unicity<P: Copy + Ord + Hash>(
    known: &[Vec<P>],
    points: &[usize],
    least: usize,
    draws: usize,
    below: &mut dyn FnMut(usize) -> usize,
) -> Vec<Option<f64>> {
    let mut presence: Presence<P> = Presence::default();
    let mut traces = Vec::with_capacity(known.len());
    for (who, all) in (0u32..).zip(known) {
        let mut different = all.clone();
        different.sort_unstable();
        different.dedup();
        different.iter().for_each(|point| presence.known(who, *point));
        traces.push(different);
    }
    traces.retain(|trace| trace.len() >= least);
    points
        .iter()
        .map(|n| unique(&presence, &traces, Some(*n), draws, below).map(|(share, _)| share))
        .collect()
}

/// Share of people whose `n` most visited places nobody else has as his; who has fewer is left out. `visits` are the places of each, as often as visited.
pub fn top(n: usize, visits: &[Vec<u64>]) -> Option<f64> {
    let of = |visits: &Vec<u64>| {
        let mut tally: HashMap<u64, usize> = HashMap::new();
        visits.iter().for_each(|place| *tally.entry(*place).or_default() += 1);
        let mut order: Vec<(usize, u64)> = tally.into_iter().map(|(place, n)| (n, place)).collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let mut most: Vec<u64> = order.iter().take(n).map(|(_, place)| *place).collect();
        most.sort_unstable();
        (most.len() == n).then_some(most)
    };
    let sets: Vec<Vec<u64>> = visits.iter().filter_map(of).collect();
    let mut persons: HashMap<&[u64], usize> = HashMap::new();
    sets.iter().for_each(|set| *persons.entry(set.as_slice()).or_default() += 1);
    let alone = sets.iter().filter(|set| persons.get(set.as_slice()) == Some(&1)).count();
    (!sets.is_empty()).then(|| alone as f64 / sets.len() as f64)
}

/// Share of people whose second half is found by their first, of everybody with at least `least` words. `words` are in order of time.
pub fn halves(words: &[Vec<String>], least: usize) -> Option<f64> {
    let long = words.iter().filter(|w| w.len() >= least.max(2));
    let split = long.map(|w| w.split_at(w.len() / 2));
    let (first, second): (Vec<_>, Vec<_>) =
        split.map(|(a, b)| (history(a.iter().cloned()), history(b.iter().cloned()))).unzip();
    linked(&first, &second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_points_tell_apart_whom_one_does_not() {
        let known = [vec![1, 2, 2], vec![1, 3], vec![2, 3]];
        let mut first = |_: usize| 0;
        assert_eq!(unicity(&known, &[1, 2, 3], 1, 4, &mut first), [Some(0.0), Some(1.0), None]);
        assert_eq!(unicity(&known, &[1], 3, 4, &mut first), [None]);
    }

    #[test]
    fn home_and_work_are_shared_or_not() {
        let lives = [vec![1, 1, 2, 2, 3], vec![2, 1, 2, 1], vec![1, 1, 4, 4], vec![9]];
        assert_eq!(top(2, &lives), Some(1.0 / 3.0));
        assert_eq!(top(1, &[vec![9]]), Some(1.0));
        assert_eq!(top(2, &[vec![9]]), None);
    }

    #[test]
    fn who_keeps_his_habits_is_found_in_the_second_half() {
        let of = |words: &str| words.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let all = [of("a x a x"), of("b x b x"), of("c x d x"), of("e")];
        let found = halves(&all, 2).unwrap();
        assert!((found - 2.0 / 3.0).abs() < 0.2, "{found}");
        assert_eq!(halves(&all, 5), None);
    }
}
