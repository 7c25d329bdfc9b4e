//! What counts of people tell of one of them: whether he was counted (membership inference: Pyrgelis, Troncoso and De Cristofaro 2018), and how many there
//! were exactly (differencing). Deliberately absent: how it is asked; that the adversary knows how counts are made is taken for granted.
use std::collections::BTreeMap;

/// How a number that is told comes from the persons there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// As it is.
    Exact,
    /// With two-sided geometric noise, P(z) ~ e^(-|z| / `scale`); told of from `least` persons and `least` + `margin` with noise on, rounded to `step`.
    Noisy {
        /// 1/ε.
        scale: f64,
        /// Fewer are never told.
        least: u64,
        /// What a count with its noise must have beyond that.
        margin: u64,
        /// What is told is a multiple of this.
        step: u64,
    },
}

/// Noise further out is left out: less than 10^-13 of all.
const FAR: f64 = 60.0;
/// The most that one answer may weigh, in nats; what cannot be weighs as much.
const MOST: f64 = 30.0;

impl Law {
    /// How likely `told` is when `persons` are there.
    fn chance(self, persons: u64, told: Option<u64>) -> f64 {
        match self {
            Law::Exact => f64::from(told == Some(persons).filter(|n| *n > 0)),
            Law::Noisy { scale, least, margin, step } => {
                let a = (-1.0 / scale).exp();
                let far = (FAR * scale) as i64;
                let publish = |z: i64| {
                    let noisy = persons.saturating_add_signed(z);
                    let shown = persons >= least && noisy >= least + margin;
                    shown.then(|| noisy.saturating_add(step / 2) / step * step)
                };
                let of = |z: i64| (1.0 - a) / (1.0 + a) * a.powf(z.abs() as f64);
                (-far..=far).filter(|z| publish(*z) == told).map(of).sum()
            }
        }
    }

    /// What `told` says for somebody being counted beside `others`, against his not being: the logarithm of the likelihood ratio, which no other test betters
    /// (Neyman and Pearson).
    pub fn evidence(self, others: u64, told: Option<u64>) -> f64 {
        let (with, without) = (self.chance(others + 1, told), self.chance(others, told));
        if with == without { 0.0 } else { (with.ln() - without.ln()).clamp(-MOST, MOST) }
    }
}

/// How often somebody who was counted has more evidence against him than somebody who was not; a tie is a half. 0.5 is guessing.
pub fn auc(counted: &[f64], others: &[f64]) -> f64 {
    let mut sorted = others.to_vec();
    sorted.sort_by(f64::total_cmp);
    let beaten = |e: &f64| {
        let (below, up_to) = (sorted.partition_point(|o| o < e), sorted.partition_point(|o| o <= e));
        (below + up_to) as f64 / 2.0
    };
    let pairs = (counted.len() * others.len()) as f64;
    if pairs > 0.0 { counted.iter().map(beaten).sum::<f64>() / pairs } else { 0.5 }
}

/// The same over all days together, and how far it is off by chance (the standard error, each day left out in turn: the jackknife). Those of one zone and day share one number, so that days
/// are as independent as anything is. By day: evidence against those who were counted, and those who were not.
pub fn auc_of_days(days: &[(Vec<f64>, Vec<f64>)]) -> (f64, f64) {
    let without = |skipped: Option<usize>| {
        let kept = || days.iter().enumerate().filter(|(n, _)| Some(*n) != skipped).map(|(_, day)| day);
        let counted: Vec<f64> = kept().flat_map(|(counted, _)| counted).copied().collect();
        let others: Vec<f64> = kept().flat_map(|(_, others)| others).copied().collect();
        auc(&counted, &others)
    };
    let n = days.len() as f64;
    let each: Vec<f64> = (0..days.len()).map(|day| without(Some(day))).collect();
    let mean = each.iter().sum::<f64>() / n.max(1.0);
    let spread = each.iter().map(|a| (a - mean).powi(2)).sum::<f64>();
    (without(None), (spread * (n - 1.0).max(0.0) / n.max(1.0)).sqrt())
}

/// Of zones with people in them, what was told and how many there were: the share of exact numbers that is found by taking what was told for true, and the
/// share that is found by guessing the commonest, here of the zones that are told of and there of those that are not: that there is a number says where many are, and what the number itself
/// says is the question. Where nothing is told both guess.
pub fn recovered(zones: &[(Option<u64>, u64)]) -> (f64, f64) {
    let (mut found, mut guessed) = (0, 0);
    for is_told in [true, false] {
        let mut often = BTreeMap::<u64, usize>::new();
        let some = || zones.iter().filter(|(told, _)| told.is_some() == is_told);
        some().for_each(|(_, truth)| *often.entry(*truth).or_default() += 1);
        let commonest = often.into_values().max().unwrap_or(0);
        guessed += commonest;
        found +=
            if is_told { some().filter(|(told, truth)| *told == Some(*truth)).count() } else { commonest };
    }
    let all = zones.len().max(1) as f64;
    (found as f64 / all, guessed as f64 / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOISY: Law = Law::Noisy { scale: 2.0, least: 20, margin: 27, step: 10 };

    #[test]
    fn a_law_is_one() {
        for persons in [0, 19, 20, 47, 120] {
            let told = std::iter::once(None).chain((0..60).map(|tens| Some(tens * 10)));
            let all: f64 = told.map(|t| NOISY.chance(persons, t)).sum();
            assert!((all - 1.0).abs() < 1e-9, "{persons}: {all}");
        }
        assert_eq!(Law::Exact.chance(0, None), 1.0);
        assert_eq!((Law::Exact.chance(7, Some(7)), Law::Exact.chance(7, None)), (1.0, 0.0));
    }

    #[test]
    fn who_knows_everybody_else_knows_all_from_an_exact_number_and_little_from_a_noisy_one() {
        assert_eq!((Law::Exact.evidence(9, Some(10)), Law::Exact.evidence(9, Some(9))), (MOST, -MOST));
        assert_eq!(Law::Exact.evidence(0, None), -MOST);
        for (others, told) in [(100, 90), (100, 100), (104, 110), (60, 50)] {
            assert!(
                NOISY.evidence(others, Some(told)).abs() <= 0.5 + 1e-9,
                "{others} {told}: epsilon bounds it"
            );
        }
        assert_eq!(NOISY.evidence(7, None), 0.0);
    }

    #[test]
    fn the_area_is_that_of_pairs() {
        assert_eq!(auc(&[1.0, 2.0], &[0.0, 0.5]), 1.0);
        assert_eq!(auc(&[0.0], &[0.0, 0.0]), 0.5);
        assert_eq!(auc(&[1.0, 0.0], &[0.5]), 0.5);
        assert_eq!(auc(&[], &[0.5]), 0.5);
    }

    #[test]
    fn days_that_agree_err_little_and_days_that_differ_err_much() {
        let day = |evidence: f64| (vec![evidence; 3], vec![0.0; 2]);
        assert_eq!(auc_of_days(&[day(1.0), day(1.0), day(1.0)]), (1.0, 0.0));
        let (area, error) = auc_of_days(&[day(1.0), day(-1.0)]);
        assert_eq!((area, error), (0.5, 0.5));
        assert_eq!(auc_of_days(&[]), (0.5, 0.0));
    }

    #[test]
    fn exact_numbers_are_all_found_and_none_that_is_kept_back_beyond_the_commonest() {
        assert_eq!(recovered(&[(Some(3), 3), (Some(8), 8), (Some(1), 1)]), (1.0, 1.0 / 3.0));
        assert_eq!(recovered(&[(None, 1), (None, 1), (Some(60), 57), (None, 4)]), (0.5, 0.75));
        assert_eq!(recovered(&[(None, 3), (None, 1), (None, 3)]), (2.0 / 3.0, 2.0 / 3.0));
        let even = [(Some(60), 60), (Some(60), 61), (Some(70), 62), (Some(70), 63)];
        assert_eq!(recovered(&even), (0.25, 0.25), "a multiple of ten is right now and then");
        assert_eq!(recovered(&[]), (0.0, 0.0));
    }
}
