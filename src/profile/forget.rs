//! Forgetting: weights that fade by half-lives and masks that remember which of the last 32 days something happened on. Integer
//! arithmetic only, so that every machine forgets alike. Deliberately absent: what is counted.
use crate::domain::time::{At, DAY_US};

/// What one visit, one move or one event adds to a weight.
pub(super) const ONE: u16 = 128;
/// A weight stops here: two bytes in the stored form.
pub(super) const FULL: u16 = 16_383;
/// The days a mask looks back, the present one included.
pub(super) const WINDOW_D: u32 = 28;

/// A day number since 1970-01-01. Days outside [`PLAUSIBLE`] never get here.
pub(super) type Day = u16;

/// Instants a phone network can mean: from the epoch of GPS time (1980-01-06) up to 2080-01-01. Anything else is a broken clock, and
/// one event of 2087 taken as true would make every real one that follows late.
pub(super) const PLAUSIBLE: std::ops::Range<i64> = 3_657 * DAY_US..40_177 * DAY_US;

/// The UTC day of a plausible instant.
pub(super) fn day_of(at: At) -> Day {
    Day::try_from(at.0.div_euclid(DAY_US).max(0)).unwrap_or(Day::MAX)
}

/// How much of a weight is left after some days, in 1/65536.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fade(u32);

impl Fade {
    /// Places and moves halve in 28 days: 65536 · 2^(-1/28) a day.
    pub(super) fn places(days: u16) -> Fade {
        Fade::after(days, 63_933)
    }
    /// Interests halve in 14 days, so that 28 days hold three quarters of all that is remembered: 65536 · 2^(-1/14) a day.
    pub(super) fn interests(days: u16) -> Fade {
        Fade::after(days, 62_370)
    }
    fn after(mut days: u16, mut factor: u64) -> Fade {
        let mut left = 1 << 16;
        while days > 0 && left > 0 {
            if days & 1 == 1 {
                left = (left * factor) >> 16;
            }
            factor = (factor * factor) >> 16;
            days >>= 1;
        }
        Fade(u32::try_from(left).unwrap_or(0))
    }
    /// What is left of `weight`. Rounded down, so that nothing is remembered for ever.
    pub(super) fn of(self, weight: u16) -> u16 {
        self.of_long(u32::from(weight)) as u16
    }
    /// The same for a long weight.
    pub(super) fn of_long(self, weight: u32) -> u32 {
        ((u64::from(weight) * u64::from(self.0)) >> 16) as u32
    }
}

/// Adds, up to [`FULL`].
pub(super) fn add(weight: &mut u16, more: u16) {
    *weight = weight.saturating_add(more).min(FULL);
}

/// The bit of a day `ago` days back; none when it is out of sight.
pub(super) fn bit(ago: i32) -> u32 {
    u32::try_from(ago).ok().and_then(|ago| 1u32.checked_shl(ago)).unwrap_or(0)
}

/// The mask `days` later.
pub(super) fn later(mask: u32, days: u16) -> u32 {
    mask.checked_shl(u32::from(days)).unwrap_or(0)
}

/// Distinct days of the window in the mask.
pub(super) fn days_in(mask: u32) -> u32 {
    (mask & ((1 << WINDOW_D) - 1)).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_halves_in_its_half_life_and_vanishes_in_the_end() {
        assert!((8000..=8192).contains(&Fade::places(28).of(16_383)));
        assert!((8000..=8192).contains(&Fade::interests(14).of(16_383)));
        assert_eq!(Fade::places(0).of(77), 77);
        assert_eq!(Fade::places(u16::MAX).of(FULL), 0);
        let mut weight = FULL;
        for _ in 0..600 {
            weight = Fade::places(1).of(weight);
        }
        assert_eq!(weight, 0);
    }

    #[test]
    fn a_mask_counts_the_days_of_the_window_and_no_others() {
        let mask = bit(0) | bit(27) | bit(28) | bit(31) | bit(32) | bit(-1) | bit(i32::MIN);
        assert_eq!(days_in(mask), 2);
        assert_eq!(days_in(later(mask, 1)), 1);
        assert_eq!(later(mask, u16::MAX), 0);
    }
}
