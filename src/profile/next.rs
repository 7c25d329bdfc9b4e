//! The next place: what followed the present place and the one before it, what is usual at this time, what is usual at all. Deliberately
//! absent: numbers of probability in the answer (they would fingerprint) and anything said from a sensitive place or of one.
use super::calendar::Local;
use super::forget::ONE;
use super::moves::NOWHERE;
use super::places::{MOST_PLACES, Place};
use super::stays::Mobility;
use crate::domain::place::Confidence;
use crate::domain::time::{At, DAY_US};

/// What each view weighs: from two places back, from one, the time slot, plain frequency. Set by hand, not fitted: on real traces half
/// the weight of the slot or of two places back, or a third of frequency's, moves the share of right zones by less than a point.
const TWO_BACK: f32 = 0.6;
const ONE_BACK: f32 = 1.0;
const SLOT: f32 = 1.0;
const FREQUENCY: f32 = 0.3;
/// A view counts in full only beside its evidence: each is as if it had one visit more, to nowhere.
const DOUBT: u32 = ONE as u32;
/// Moves seen before anything is said.
const LEAST_MOVES: u32 = 5 * ONE as u32;
/// A place last seen longer ago than this is not where the subscriber is now, µs.
const STALE_US: i64 = DAY_US;
/// Least score of each class of confidence, in parts of the most there is. Published meaning: high is right seven times in ten or more,
/// medium four to seven times. The test below holds simulated residents to it.
const HIGH: f32 = 0.55;
const MEDIUM: f32 = 0.30;

/// Position of the likely next place, never the present one, and how sure; `None` without enough history, when the last event is stale
/// or was at a sensitive place.
pub(super) fn likely(m: &Mobility, now: At, offset_s: i32) -> Option<(usize, Confidence)> {
    let (position, score) = *ranked(m, now, offset_s)?.first()?;
    let confidence = match score {
        s if s >= HIGH => Confidence::High,
        s if s >= MEDIUM => Confidence::Medium,
        _ => Confidence::Low,
    };
    Some((position, confidence))
}

/// The candidates and their scores, 0 to 1, best first; `None` where nothing is said.
pub(super) fn ranked(m: &Mobility, now: At, offset_s: i32) -> Option<Vec<(usize, f32)>> {
    let last = m.last.filter(|l| !l.sensitive && now.since(l.at) <= STALE_US)?;
    if m.pairs.total() < LEAST_MOVES {
        return None;
    }
    let (mut before, mut from) = m.context();
    let seen = m.places.iter().position(|p| p.zone == last.zone);
    let here = seen.and_then(|p| u8::try_from(p).ok()).unwrap_or(from);
    if here != from {
        // Just arrived at a known place, not yet long enough for a stay: that is the present place.
        (before, from) = (from, here);
    }
    let slot = Local::of(now, offset_s).arrival_slot();
    let each =
        |count: fn(&Place, usize) -> u16| m.places.iter().enumerate().map(move |(i, p)| (i, count(p, slot)));
    let mut blend = Blend { from, score: [0.0; MOST_PLACES] };
    blend.mix(TWO_BACK, m.triples.after(before, from).map(|(p, n)| (usize::from(p), n)));
    blend.mix(ONE_BACK, m.pairs.after(NOWHERE, from).map(|(p, n)| (usize::from(p), n)));
    blend.mix(SLOT, each(|p, slot| p.arrivals.get(slot).copied().unwrap_or(0)));
    blend.mix(FREQUENCY, each(|p, _| p.stays));
    Some(blend.ranked())
}

struct Blend {
    from: u8,
    score: [f32; MOST_PLACES],
}

impl Blend {
    /// Adds one view: the share of each candidate in it, times `weight`.
    fn mix(&mut self, weight: f32, counts: impl Iterator<Item = (usize, u16)> + Clone) {
        let from = usize::from(self.from);
        let others = counts.filter(|(place, _)| *place != from);
        let total: u32 = others.clone().map(|(_, n)| u32::from(n)).sum();
        let each = weight / (total + DOUBT) as f32;
        for (place, n) in others {
            if let Some(score) = self.score.get_mut(place) {
                *score += each * f32::from(n);
            }
        }
    }

    fn ranked(&self) -> Vec<(usize, f32)> {
        let all = TWO_BACK + ONE_BACK + SLOT + FREQUENCY;
        let scored = self.score.iter().enumerate().filter(|(_, score)| **score > 0.0);
        let mut ranked: Vec<(usize, f32)> = scored.map(|(place, score)| (place, score / all)).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        ranked
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lived, stay};
    use super::super::{Profile, residents};
    use super::*;
    use crate::domain::feed::{Event, Happening};
    use crate::domain::place::Label;
    use crate::domain::time::{HOUR_US, MINUTE_US, SECOND_US};

    /// (confidence, right, whether the most frequent other place was right) of every move of 120 residents after four weeks.
    fn cases() -> Vec<(Confidence, bool, bool)> {
        let mut cases = Vec::new();
        for seed in 0..120 {
            let events = residents::resident(seed, 42);
            let mut profile = Profile::default();
            let mut visits = std::collections::BTreeMap::<u64, u32>::new();
            for pair in events.windows(2) {
                let [(at_s, place), (_, next)] = [pair[0], pair[1]];
                profile.fold(&stay(at_s, residents::zone(seed, place)), 28_800);
                if place == next {
                    continue;
                }
                *visits.entry(place).or_default() += 1;
                let asked = profile.next_place(At(at_s * SECOND_US), 28_800);
                if let Some(said) = asked.filter(|_| at_s > events[0].0 + 28 * 86_400) {
                    let usual = visits.iter().filter(|(p, _)| **p != place).max_by_key(|(_, n)| **n);
                    let right = said.zone == residents::zone(seed, next);
                    cases.push((said.confidence, right, usual.map(|(p, _)| *p) == Some(next)));
                }
            }
        }
        cases
    }

    #[test]
    fn confidence_means_what_it_says_and_the_blend_beats_the_most_frequent_place() {
        let cases = cases();
        let share = |of: &[&(Confidence, bool, bool)], right: fn(&(Confidence, bool, bool)) -> bool| {
            of.iter().filter(|c| right(c)).count() as f64 / of.len() as f64
        };
        let of = |confidence| cases.iter().filter(|c| c.0 == confidence).collect::<Vec<_>>();
        let (high, medium, low) = (of(Confidence::High), of(Confidence::Medium), of(Confidence::Low));
        assert!(high.len() > 500 && medium.len() > 500 && low.len() > 200);
        assert!(share(&high, |c| c.1) >= 0.70, "{}", share(&high, |c| c.1));
        assert!((0.40..0.70).contains(&share(&medium, |c| c.1)), "{}", share(&medium, |c| c.1));
        assert!(share(&low, |c| c.1) < 0.40, "{}", share(&low, |c| c.1));
        let all: Vec<_> = cases.iter().collect();
        assert!(share(&all, |c| c.1) >= share(&all, |c| c.2) + 0.03);
    }

    #[test]
    fn little_history_says_nothing() {
        let said = |days| {
            let profile = lived(5, days);
            profile.next_place(profile.last_stay().unwrap().at, 28_800)
        };
        assert_eq!((said(1), said(3)), (None, None));
        assert!(said(14).is_some());
    }

    #[test]
    fn nothing_is_said_a_day_after_the_last_event_or_from_a_sensitive_place() {
        let mut profile = lived(5, 28);
        let last = profile.last_stay().unwrap().at;
        assert!(profile.next_place(last.plus(23 * HOUR_US), 28_800).is_some());
        assert_eq!(profile.next_place(last.plus(25 * HOUR_US), 28_800), None);
        let there = Happening::Stay { zone: residents::zone(5, 3), sensitive: true };
        profile.fold(&Event { at: last.plus(MINUTE_US), what: there }, 28_800);
        assert_eq!(profile.next_place(last.plus(MINUTE_US), 28_800), None);
    }

    #[test]
    fn one_who_goes_to_work_every_morning_is_told_so_with_high_confidence() {
        let mut profile = Profile::default();
        let (home, work) = (residents::zone(9, 0), residents::zone(9, 1));
        let monday_s = 20_402 * 86_400;
        for half_hour in 0..(21 * 48) {
            let (day, hour) = (half_hour / 48, half_hour % 48 / 2);
            let zone = if day % 7 < 5 && (8..18).contains(&hour) { work } else { home };
            profile.fold(&stay(monday_s + half_hour * 1800, zone), 0);
        }
        let asked = At((monday_s + 20 * 86_400 + 23 * 3600) * SECOND_US);
        let said = profile.next_place(asked.plus(8 * HOUR_US), 0).unwrap();
        assert_eq!((said.zone, said.label, said.confidence), (work, Label::Work, Confidence::High));
    }
}
