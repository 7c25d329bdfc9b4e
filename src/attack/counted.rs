//! What counts of people tell of one of them: whether he was counted (membership inference: Pyrgelis, Troncoso and De Cristofaro 2018), and how many there
//! were exactly (differencing). Deliberately absent: how it is asked; that the adversary knows how counts are made is taken for granted.

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

/// Of zones with people in them, what was told and how many there were: the share of exact numbers that is found by taking what was told for true, and the
/// share that is found by always guessing the commonest, as is done where nothing is told.
pub fn recovered(zones: &[(Option<u64>, u64)]) -> (f64, f64) {
    let often = |n: u64| zones.iter().filter(|(_, truth)| *truth == n).count();
    let commonest = zones.iter().map(|(_, truth)| *truth).max_by_key(|n| (often(*n), *n)).unwrap_or(0);
    let found = zones.iter().filter(|(told, truth)| told.unwrap_or(commonest) == *truth).count();
    let all = zones.len().max(1) as f64;
    (found as f64 / all, often(commonest) as f64 / all)
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
    fn exact_numbers_are_all_found_and_none_that_is_kept_back_beyond_the_commonest() {
        assert_eq!(recovered(&[(Some(3), 3), (Some(8), 8), (Some(1), 1)]), (1.0, 1.0 / 3.0));
        assert_eq!(recovered(&[(None, 1), (None, 1), (Some(60), 57), (None, 4)]), (0.5, 0.5));
        assert_eq!(recovered(&[]), (0.0, 0.0));
    }
}
