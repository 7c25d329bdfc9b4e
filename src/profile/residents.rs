//! Simulated residents for tests: nobody's days, made of dice. Deliberately absent: anything drawn from real people.
use crate::domain::zone::Zone;

/// A seeded sequence of dice rolls (splitmix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// 0 to 1.
    pub(super) fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// 0 to n - 1.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }
}

/// The `n`th zone of a resident: shaped like an H3 cell of resolution 7. 0 is home, 1 work.
pub(super) fn zone(seed: u64, n: u64) -> Zone {
    Zone(0x0870_0000_00ff_ffff | (((seed * 40 + n) & 0x0fff_ffff) << 24))
}

/// `days` days from Monday 2025-11-10 in UTC+8: an event (Unix s, place) every 10 to 30 minutes of one who mostly works on weekdays and
/// goes to 4 to 12 other places, some by habit (each resident has more or less of it) and some on a whim.
pub(super) fn resident(seed: u64, days: i64) -> Vec<(i64, u64)> {
    let mut dice = Dice(seed * 7919 + 1);
    let habit = 0.35 + 0.6 * dice.unit();
    let busy = 0.2 + 0.6 * dice.unit();
    let others = 4 + dice.below(9);
    let usual: Vec<u64> = (0..7).map(|_| 2 + dice.below(others)).collect();
    let mut plan = Vec::new();
    for day in 0..days {
        let at = |hour: f64| (20_402 + day) * 86_400 - 28_800 + (hour * 3600.0) as i64;
        let pick = |dice: &mut Dice| {
            if dice.unit() < habit {
                usual[(day % 7) as usize]
            } else {
                2 + dice.below(others).min(dice.below(others))
            }
        };
        let weekend = day % 7 >= 5;
        let mut hour = if weekend { 9.0 + 3.0 * dice.unit() } else { 7.0 + 2.0 * dice.unit() };
        if !weekend && dice.unit() < 0.7 + 0.3 * habit {
            if dice.unit() < 0.3 * (1.0 - habit) {
                plan.push((at(hour), pick(&mut dice)));
                hour += 0.5;
            }
            plan.push((at(hour), 1));
            hour += 4.0 + dice.unit();
            if dice.unit() < busy * 0.5 {
                plan.push((at(hour), pick(&mut dice)));
                plan.push((at(hour + 1.0), 1));
                hour += 1.0;
            }
            hour += 3.5 + dice.unit();
        }
        for _ in 0..3 {
            if hour >= 21.0 || dice.unit() >= busy {
                break;
            }
            plan.push((at(hour), pick(&mut dice)));
            hour += 0.75 + 1.5 * dice.unit();
            if dice.unit() < 0.4 {
                plan.push((at(hour), 0));
                hour += 1.0;
            }
        }
        plan.push((at(hour), 0));
    }
    events(&plan, &mut dice)
}

fn events(plan: &[(i64, u64)], dice: &mut Dice) -> Vec<(i64, u64)> {
    let mut out = Vec::new();
    for (i, (start_s, place)) in plan.iter().enumerate() {
        let end_s = plan.get(i + 1).map_or(start_s + 3600, |next| next.0);
        let mut at_s = *start_s;
        while at_s < end_s {
            out.push((at_s, *place));
            at_s += 600 + dice.below(1200) as i64;
        }
    }
    out
}
