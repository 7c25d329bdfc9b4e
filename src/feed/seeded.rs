//! A small seeded generator for made-up data and tests. Not cryptographic: whoever sees a few numbers knows the rest. No
//! key, token, pseudonym or id may come from it; those take the machine's (`ambient`).
use crate::domain::rng::Rng;
use std::sync::atomic::{AtomicU64, Ordering};

/// SplitMix64 (Steele, Lea, Flood 2014): the state counts in steps of the golden ratio, the output is the state mixed.
#[derive(Debug)]
pub struct Seeded(AtomicU64);

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output function of SplitMix64: a bijection without visible pattern.
pub fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Seeded {
    /// A generator that always says the same for the same seed.
    pub fn new(seed: u64) -> Seeded {
        Seeded(AtomicU64::new(seed))
    }

    /// One of many independent generators under one seed, named by `parts` (who, which day…).
    pub fn named(seed: u64, parts: &[u64]) -> Seeded {
        Seeded::new(
            parts.iter().fold(mix(seed ^ STEP), |state, part| mix(state.wrapping_add(STEP) ^ mix(*part))),
        )
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    /// A number below `n`, 0 when `n` is 0. Uneven by less than n / 2⁶⁴.
    pub fn below(&self, n: u64) -> u64 {
        // The high half of a 128-bit product is below n.
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A number in `[0, 1)`.
    pub fn unit(&self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with probability `p`.
    pub fn chance(&self, p: f64) -> bool {
        self.unit() < p
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&self, low: i64, high: i64) -> i64 {
        low + self.below(high.abs_diff(low) + 1) as i64
    }

    /// About normal, mean 0, deviation 1 (sum of 12 uniform numbers).
    pub fn normal(&self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// One of `choices` by weight; `None` when there are none.
    pub fn weighted<'a, T>(&self, choices: &'a [(T, u32)]) -> Option<&'a T> {
        let mut left = self.below(choices.iter().map(|(_, w)| u64::from(*w)).sum());
        for (choice, weight) in choices {
            if left < u64::from(*weight) {
                return Some(choice);
            }
            left -= u64::from(*weight);
        }
        None
    }
}

impl Rng for Seeded {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let bytes = self.next().to_le_bytes();
            chunk.iter_mut().zip(bytes).for_each(|(o, b)| *o = b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_seed_1234567_are_the_published_ones() {
        // Test vector that accompanies the reference implementation of SplitMix64.
        let rng = Seeded::new(1_234_567);
        let got: Vec<u64> = (0..5).map(|_| rng.next()).collect();
        assert_eq!(
            got,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821
            ]
        );
    }

    #[test]
    fn one_seed_says_the_same_twice_and_names_part_the_ways() {
        let draw =
            |rng: Seeded| (rng.next(), rng.below(10), rng.chance(0.5), crate::domain::rng::bytes::<20>(&rng));
        assert_eq!(draw(Seeded::named(1, &[2, 3])), draw(Seeded::named(1, &[2, 3])));
        assert_ne!(draw(Seeded::named(1, &[2, 3])), draw(Seeded::named(1, &[3, 2])));
        assert_ne!(draw(Seeded::named(1, &[2])), draw(Seeded::named(2, &[2])));
        let rng = Seeded::new(9);
        let mean = (0..10_000).map(|_| rng.unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!((0..1000).all(|_| (3..=5).contains(&rng.between(3, 5))));
        assert_eq!(rng.weighted::<u8>(&[]), None);
        assert_eq!((rng.below(0), rng.weighted(&[(7, 0), (8, 2)])), (0, Some(&8)));
    }
}
