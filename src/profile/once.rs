//! Exactly once: how far each feed has been folded. Deliberately absent: what the events did.
use crate::domain::feed::{Event, Happening};
use crate::domain::time::At;
use serde::{Deserialize, Serialize};

/// Distinct events taken at one instant; more at the same microsecond are refused as late.
pub(super) const ABREAST: usize = 8;

/// How far one kind of feed has been folded: the instant, and which events at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Watermark {
    /// The latest instant taken, µs; `i64::MIN` before the first.
    at: i64,
    /// Hashes of the events taken at it, in the order they came.
    seen: Vec<u32>,
}

impl Default for Watermark {
    fn default() -> Self {
        Watermark { at: i64::MIN, seen: Vec::new() }
    }
}

impl Watermark {
    /// The latest instant taken.
    pub(super) fn latest(&self) -> Option<At> {
        (self.at > i64::MIN).then_some(At(self.at))
    }

    /// Whether `event` is new; it is remembered from then on.
    pub(super) fn pass(&mut self, event: &Event) -> bool {
        let at = event.at.0;
        if at < self.at {
            return false;
        }
        let hash = hash(event);
        if at > self.at {
            self.at = at;
            self.seen.clear();
        } else if self.seen.len() >= ABREAST || self.seen.contains(&hash) {
            return false;
        }
        self.seen.push(hash);
        true
    }

    /// Whether a decoded watermark is one that `pass` can have made.
    pub(super) fn holds(&self) -> bool {
        if self.at == i64::MIN {
            return self.seen.is_empty();
        }
        super::forget::PLAUSIBLE.contains(&self.at) && (1..=ABREAST).contains(&self.seen.len())
    }
}

/// Tells events of one instant apart. Not for adversaries: a collision loses one event of the same microsecond.
fn hash(event: &Event) -> u32 {
    let words = match event.what {
        Happening::Stay { zone, sensitive } => [zone.0, u64::from(sensitive), 1],
        Happening::App { topic, seconds, bytes } => [code(topic) << 32 | u64::from(seconds), bytes, 2],
        Happening::Web { topic, bytes } => [code(topic), bytes, 3],
        // Of an account the latest word of each kind counts (`account`), and no mark is kept.
        Happening::Account { .. } => [0, 0, 4],
    };
    let mixed = words.iter().fold(0u64, |h, w| (h.rotate_left(23) ^ w).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (mixed >> 32) as u32
}

fn code(topic: Option<crate::domain::topic::Topic>) -> u64 {
    topic.map_or(0, |t| u64::from(t.index()) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::At;
    use crate::domain::zone::Zone;

    fn stay(at: i64, zone: u64) -> Event {
        Event { at: At(at), what: Happening::Stay { zone: Zone(zone), sensitive: false } }
    }

    #[test]
    fn two_events_of_one_instant_pass_once_each() {
        let mut mark = Watermark::default();
        for (at, zone, new) in [
            (5, 1, true),
            (5, 2, true),
            (5, 1, false),
            (5, 2, false),
            (4, 3, false),
            (6, 1, true),
            (5, 3, false),
        ] {
            assert_eq!(mark.pass(&stay(at, zone)), new, "{at} {zone}");
        }
    }

    #[test]
    fn a_ninth_event_of_one_instant_is_late_and_a_replay_of_all_changes_nothing() {
        let mut mark = Watermark::default();
        let taken = (0..20).filter(|zone| mark.pass(&stay(5, *zone))).count();
        assert_eq!(taken, ABREAST);
        let before = mark.clone();
        assert!((0..20).all(|zone| !mark.pass(&stay(5, zone))));
        assert_eq!(mark, before);
    }
}
