//! Counts for publication: how many persons were in a zone in a window, so that no answer isolates one of them. Pure arithmetic on
//! integers. Deliberately absent: who is counted, keeping the first answer and charging for it, which are the caller's.
//!
//! One person is in one zone of a window at most, and zones are named without looking at anybody. So for two sets of persons that differ
//! by one, the answers about all zones of a window are (ε, δ)-indistinguishable (Dwork and Roth 2014, definition 2.4) with ε = 1/3 and
//! δ = e^(-ε·MARGIN) / (1 + e^-ε) < 10^-6. Noise comes first and is compared with more than the least, or a zone that appears would tell
//! that the twentieth person came; that fewer than the least are never told, whatever the noise, is what δ pays for.
//!
//! An answer is drawn once and kept. Asked again it must not be drawn again: noise averages out. Nor may it be computed again from a key
//! and the question: if a late event or a withdrawal changed the count meanwhile, the same noise on both would tell by how much, and whoever
//! holds the key could take the noise off. So randomness is fresh, and of two who ask at once the one that wrote first has answered both.
use crate::domain::rng::{Rng, bytes};
use crate::domain::time::{At, DAY_US, HOUR_US};

/// Fewer persons are never told.
pub const LEAST: u64 = 20;
/// What a count with its noise must have beyond [`LEAST`] to be told.
pub const MARGIN: u64 = 40;
/// What is told is a multiple of this.
pub const STEP: u64 = 10;
/// ε of one window, in thousandths, rounded up. A span of seven days touches eight windows at most.
pub const EPS_MILLI: u32 = 1000u32.div_ceil(SCALE as u32);
/// 1/ε. Whatever test is made, who knows everybody else is right about one person in one window in at most e^ε / (1 + e^ε) of cases where that is as likely as not: 0.583.
pub const SCALE: u64 = 3;

/// A count that is told is no further than this from the true one in 96 of 100: half a step, and noise of nine at most.
pub const WITHIN: u64 = STEP / 2 + 9;

/// How long after the end of a window what was seen in it may still come in, µs. Whoever asks first makes the answer that stays, so nobody may ask before.
pub const SETTLED_US: i64 = 6 * HOUR_US;

/// The window of `at`: a whole UTC day. Windows are fixed and disjoint, or one minus another would be an hour.
pub fn window(at: At) -> At {
    at.floor(DAY_US)
}

/// Whether everything that may be counted in the window that begins at `start` has happened and come in by `now`. Something that begins no window has none.
pub fn is_closed(start: At, now: At) -> bool {
    window(start) == start && now.since(start) >= DAY_US + SETTLED_US
}

/// What is told of `persons` in a zone: a multiple of [`STEP`], or nothing, which an empty zone gives as well.
pub fn told(persons: u64, rng: &dyn Rng) -> Option<u64> {
    // Drawn for every zone, so that neither time nor what is left of the randomness depends on the count.
    published(persons, noise(rng))
}

fn published(persons: u64, noise: i64) -> Option<u64> {
    let noisy = persons.saturating_add_signed(noise);
    (persons >= LEAST && noisy >= LEAST + MARGIN).then(|| noisy.saturating_add(STEP / 2) / STEP * STEP)
}

/// The two-sided geometric distribution, P(z) ~ e^(-|z| / SCALE), exactly: Canonne, Kamath and Steinke 2020 (arXiv:2004.00010),
/// algorithm 2. Floating point would leave gaps that tell the count (Mironov 2012).
fn noise(rng: &dyn Rng) -> i64 {
    loop {
        let rest = below(SCALE, rng);
        if !is_one_of_exp(rest, SCALE, rng) {
            continue;
        }
        let mut whole = 0;
        while is_one_of_exp(1, 1, rng) {
            whole += 1;
        }
        let size = i64::try_from(rest + SCALE * whole).unwrap_or(i64::MAX);
        // Nought has one sign, or it would come twice as often as it should.
        match below(2, rng) {
            0 => return size,
            _ if size > 0 => return -size,
            _ => {}
        }
    }
}

/// True with probability e^(-num/den), for num <= den (algorithm 1): the series of e, one term after the other.
fn is_one_of_exp(num: u64, den: u64, rng: &dyn Rng) -> bool {
    let mut term = 1u64;
    while below(den.saturating_mul(term), rng) < num {
        term += 1;
    }
    term % 2 == 1
}

/// One of the numbers below `n`, each as likely as any; `n` is not 0.
fn below(n: u64, rng: &dyn Rng) -> u64 {
    let even = u64::MAX - u64::MAX % n;
    loop {
        let drawn = u64::from_le_bytes(bytes(rng));
        if drawn < even {
            return drawn % n;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// SplitMix64 of a fixed seed.
    pub(in crate::minimise) struct Seeded(AtomicU64);
    impl Rng for Seeded {
        fn fill(&self, out: &mut [u8]) {
            for part in out.chunks_mut(8) {
                let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                part.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..part.len()]);
            }
        }
    }
    pub(in crate::minimise) fn seeded(seed: u64) -> Seeded {
        Seeded(AtomicU64::new(seed))
    }

    /// Noise further out than this has less than 10^-60 of all probability.
    const FAR: i64 = 300;
    type Answers = BTreeMap<Option<u64>, f64>;

    fn epsilon() -> f64 {
        1.0 / SCALE as f64
    }
    fn delta() -> f64 {
        (-epsilon() * MARGIN as f64).exp() / (1.0 + (-epsilon()).exp())
    }
    fn chance(noise: i64) -> f64 {
        let a = (-epsilon()).exp();
        (1.0 - a) / (1.0 + a) * a.powi(i32::try_from(noise.abs()).unwrap())
    }
    /// The probability of each answer when `persons` are there, over all noise.
    fn law(persons: u64, publish: impl Fn(u64, i64) -> Option<u64>) -> Answers {
        let mut law = Answers::new();
        for noise in -FAR..=FAR {
            *law.entry(publish(persons, noise)).or_default() += chance(noise);
        }
        law
    }
    /// The least δ with which one more person, or one less, is ε-indistinguishable in the worst of sixty and more counts.
    fn worst_delta(epsilon: f64, publish: impl Fn(u64, i64) -> Option<u64> + Copy) -> f64 {
        let over = |p: &Answers, q: &Answers| -> f64 {
            p.iter().map(|(a, p)| (p - epsilon.exp() * q.get(a).copied().unwrap_or(0.0)).max(0.0)).sum()
        };
        let pair = |n| {
            let (without, with) = (law(n, publish), law(n + 1, publish));
            over(&without, &with).max(over(&with, &without))
        };
        (0..120).map(pair).fold(0.0, f64::max)
    }

    #[test]
    fn one_person_more_or_less_changes_what_is_told_by_no_more_than_was_promised() {
        assert!(delta() < 1e-6, "{}", delta());
        let worst = worst_delta(epsilon(), published);
        assert!(worst <= delta() * (1.0 + 1e-9), "{worst} is more than {}", delta());
        // Nor less: the promise is the price, not a guess.
        assert!(worst_delta(epsilon() * 0.99, published) > 1e-4);
    }

    #[test]
    fn without_noise_or_without_the_margin_one_person_is_told() {
        let bare = |n: u64, _| (n >= LEAST).then_some(n / STEP * STEP);
        assert!(worst_delta(epsilon(), bare) > 0.999);
        let no_margin = |n: u64, noise: i64| {
            (n >= LEAST).then(|| n.saturating_add_signed(noise)).filter(|noisy| *noisy >= LEAST)
        };
        assert!(worst_delta(epsilon(), no_margin) > 0.5);
    }

    #[test]
    fn ninety_six_of_a_hundred_counts_that_are_told_are_as_near_as_is_said() {
        for persons in [75, 83, 95, 200, 5_000] {
            let told = law(persons, published);
            let near = |told: &Option<u64>| told.is_some_and(|told| told.abs_diff(persons) <= WITHIN);
            let (near, all): (f64, f64) =
                told.iter().filter(|(told, _)| told.is_some()).fold((0.0, 0.0), |(near_, all), (told, p)| {
                    (near_ + if near(told) { *p } else { 0.0 }, all + p)
                });
            assert!(near / all >= 0.96, "{persons}: {}", near / all);
        }
    }

    #[test]
    fn fewer_than_the_least_look_like_nobody_whatever_the_noise() {
        for noise in [i64::MIN, -1, 0, 1, 1_000_000, i64::MAX] {
            for persons in 0..LEAST {
                assert_eq!(published(persons, noise), None, "{persons} {noise}");
            }
            let told = published(LEAST, noise);
            assert!(told.is_none_or(|n| n >= LEAST + MARGIN && n % STEP == 0), "{noise}: {told:?}");
        }
        assert_eq!(published(LEAST + MARGIN, 0), Some(60));
        assert_eq!(published(1_004, 0), Some(1_000));
        assert_eq!(published(1_005, 0), Some(1_010));
    }

    #[test]
    fn the_noise_has_its_distribution() {
        let (rng, drawn, reach) = (seeded(20_261_128), 200_000, 12);
        let mut seen = BTreeMap::<i64, f64>::new();
        for _ in 0..drawn {
            *seen.entry(noise(&rng).clamp(-reach, reach)).or_default() += 1.0;
        }
        let chi: f64 = (-reach..=reach)
            .map(|z| {
                let tail = |z: i64| (z..=FAR).map(chance).sum::<f64>();
                let expected = f64::from(drawn) * if z.abs() == reach { tail(reach) } else { chance(z) };
                (seen.get(&z).copied().unwrap_or(0.0) - expected).powi(2) / expected
            })
            .sum();
        // The 0.999 quantile for 24 degrees of freedom.
        assert!(chi < 51.18, "{chi}");
    }

    #[test]
    fn a_coin_of_e_falls_as_often_as_e_says() {
        let (rng, drawn) = (seeded(7), 100_000);
        for (num, den) in [(0, 1), (1, 2), (2, 3), (1, 1)] {
            let p = (-(num as f64) / den as f64).exp();
            let heads = (0..drawn).filter(|_| is_one_of_exp(num, den, &rng)).count();
            let off = heads as f64 - p * f64::from(drawn);
            assert!(off.abs() <= 4.0 * (f64::from(drawn) * p * (1.0 - p)).sqrt(), "{num}/{den}: {heads}");
        }
    }

    /// The count whose law makes `answers` likeliest.
    fn likeliest(laws: &[Answers], answers: &[Option<u64>]) -> usize {
        let fit =
            |law: &Answers| -> f64 { answers.iter().map(|a| law.get(a).copied().unwrap_or(0.0).ln()).sum() };
        let fits = laws.iter().map(fit).enumerate();
        fits.max_by(|(_, a), (_, b)| a.total_cmp(b)).unwrap().0
    }

    #[test]
    fn drawn_a_thousand_times_answers_tell_the_count_and_the_one_that_is_kept_does_not() {
        let rng = seeded(11);
        let laws: Vec<Answers> = (0..200).map(|n| law(n, published)).collect();
        let (mut afresh, mut kept) = (0, 0);
        for persons in 100..150 {
            let answers: Vec<_> = (0..1_000).map(|_| told(persons as u64, &rng)).collect();
            afresh += usize::from(likeliest(&laws, &answers) == persons);
            kept += usize::from(likeliest(&laws, &answers[..1]) == persons);
        }
        assert!(afresh >= 49, "the attack has teeth: {afresh} of 50");
        // Whoever knows the count to its ten guesses one in ten.
        assert!(kept <= 10, "{kept} of 50");
    }

    #[test]
    fn no_week_costs_a_person_more_than_four() {
        let start = At(20_000 * DAY_US);
        for hour in 0..24 {
            let from = start.plus(hour * DAY_US / 24);
            let mut touched: Vec<At> = (0..7 * 24).map(|h| window(from.plus(h * DAY_US / 24))).collect();
            touched.push(window(from.plus(7 * DAY_US - 1)));
            touched.dedup();
            assert!(u32::try_from(touched.len()).unwrap() * EPS_MILLI <= 4_000);
        }
    }

    #[test]
    fn only_a_whole_day_that_is_over_is_a_closed_window() {
        let day = At(20_000 * DAY_US);
        let closed = day.plus(DAY_US + SETTLED_US);
        assert!(!is_closed(day, closed.plus(-1)) && is_closed(day, closed));
        assert!(!is_closed(day.plus(1), day.plus(9 * DAY_US)), "no window begins then");
        assert!(!is_closed(day, At(i64::MIN)), "the clock went mad");
    }
}
