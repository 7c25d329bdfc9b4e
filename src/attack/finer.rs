//! Minimality: whether the rung at which a zone was told tells more than the zone. Who knows how many people are where reasons that a finer zone with
//! enough of them would have been told, and strikes it out. Deliberately absent: what was told before to others, which a recipient does not see.
use std::collections::HashMap;

/// A finest zone with those it lies in, finer ones first, itself the first.
pub type Nest = Vec<u64>;

/// How many were in each zone, of all rungs, in the hour.
pub type Counts = HashMap<u64, u32>;

/// A zone was told, and this is the finest zone that the person was in.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// What was told.
    pub told: u64,
    /// The truth.
    pub truth: u64,
    /// Counts in its hour.
    pub counts: &'a Counts,
}

/// How often the finest zone is found: from the zone alone (the fullest in it), and with the reasoning.
pub fn found(cases: &[Case<'_>], nests: &[Nest], least: u32) -> Option<(f64, f64)> {
    let (mut plain, mut reasoned) = (0u32, 0u32);
    for case in cases {
        let inside = nests.iter().filter(|nest| nest.contains(&case.told));
        let persons = |nest: &&Nest| nest.first().and_then(|z| case.counts.get(z)).copied().unwrap_or(0);
        let guess =
            |of: Vec<&Nest>| of.into_iter().max_by_key(persons).and_then(|nest| nest.first().copied());
        let all: Vec<&Nest> = inside.collect();
        let would_have_been_told = |nest: &&Nest| {
            let finer = nest.iter().take_while(|zone| **zone != case.told);
            finer.into_iter().any(|zone| case.counts.get(zone).copied().unwrap_or(0) >= least)
        };
        let left: Vec<&Nest> = all.iter().copied().filter(|n| !would_have_been_told(n)).collect();
        let left = if left.is_empty() { all.clone() } else { left };
        plain += u32::from(guess(all) == Some(case.truth));
        reasoned += u32::from(guess(left) == Some(case.truth));
    }
    let share = |n: u32| f64::from(n) / cases.len() as f64;
    (!cases.is_empty()).then(|| (share(plain), share(reasoned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_zone_that_was_not_told_is_struck_out() {
        let nests = [vec![71, 61], vec![72, 61], vec![73, 61]];
        let counts: Counts = [(71, 90), (72, 9), (73, 3), (61, 102)].into();
        let case = |truth| Case { told: 61, truth, counts: &counts };
        assert_eq!(found(&[case(72)], &nests, 50), Some((0.0, 1.0)));
        assert_eq!(found(&[case(71)], &nests, 50), Some((1.0, 0.0)));
        assert_eq!(found(&[], &nests, 50), None);
    }
}
