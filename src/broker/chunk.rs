//! One chunk of a feed in memory: sixteen bytes an event, since the number of events decides how often each profile is opened.
//! Deliberately absent: the feed's own words; they are resolved before they come here.
use super::ingest::Report;
use crate::domain::feed::{Event, Happening};
use crate::domain::time::At;
use crate::minimise::rim::Beside;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Events in one chunk at most: 128 MiB.
pub const EVENTS: usize = 8 << 20;
/// Different happenings in one chunk at most, some 100 MiB: zones are few, but each visit of a site is another.
const HAPPENINGS: usize = 1 << 20;

/// An event as it waits: whose, what (a position in `Chunk::happenings`) and when.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    slot: u32,
    what: u32,
    at: At,
}

/// Events of one chunk, by the slot of their target.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    events: Vec<Waiting>,
    happenings: Vec<(Happening, Beside)>,
    positions: FxHashMap<(Happening, Beside), u32>,
    pub(super) report: Report,
}

impl Chunk {
    /// Adds an event of the target in `slot`, and beside which zones it was.
    pub(super) fn push(&mut self, slot: u32, Event { at, what }: Event, beside: Beside) {
        let what = *self.positions.entry((what, beside)).or_insert_with(|| {
            self.happenings.push((what, beside));
            // INVARIANT: `is_full` comes long before 2^32.
            self.happenings.len() as u32 - 1
        });
        self.events.push(Waiting { slot, what, at });
    }

    /// Whether it must be folded before more is added.
    pub(super) fn is_full(&self, most: usize) -> bool {
        self.events.len() >= most || self.happenings.len() >= HAPPENINGS
    }

    /// The latest instant in it.
    pub(super) fn latest(&self) -> Option<At> {
        self.events.iter().map(|e| e.at).max()
    }

    /// Sorts by target and time, and gives each target's events as a range for `events`. Events of one instant stand in the order
    /// in which what they say was first said.
    pub(super) fn runs(&mut self) -> Vec<(u32, Range<usize>)> {
        self.events.sort_unstable_by_key(|e| (e.slot, e.at, e.what));
        let mut from = 0;
        let run = |run: &[Waiting]| {
            let range = from..from + run.len();
            from = range.end;
            run.first().map(|e| (e.slot, range))
        };
        self.events.chunk_by(|a, b| a.slot == b.slot).filter_map(run).collect()
    }

    /// The events of a run, each with the zones that it was beside.
    pub(super) fn events(&self, run: &Range<usize>) -> impl Iterator<Item = (Event, Beside)> {
        let event = |e: &Waiting| {
            let (what, beside) = *self.happenings.get(e.what as usize)?;
            Some((Event { at: e.at, what }, beside))
        };
        self.events.get(run.clone()).unwrap_or_default().iter().filter_map(event)
    }

    /// Forgets everything but its room.
    pub(super) fn clear(&mut self) {
        self.events.clear();
        self.happenings.clear();
        self.positions.clear();
        self.report = Report::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::zone::Zone;

    fn stay(zone: u64, at: i64) -> Event {
        Event { at: At(at), what: Happening::Stay { zone: Zone(zone), sensitive: false } }
    }

    #[test]
    fn events_come_back_by_target_and_time_and_none_is_lost() {
        let mut chunk = Chunk::default();
        for (slot, zone, at) in [(1, 7, 5), (0, 7, 9), (1, 8, 2), (0, 9, 1), (1, 7, 5), (0, 8, 9)] {
            chunk.push(slot, stay(zone, at), Beside::default());
        }
        assert_eq!((chunk.latest(), chunk.is_full(6), chunk.is_full(7)), (Some(At(9)), true, false));
        let runs = chunk.runs();
        let of = |slot: u32| {
            let (_, run) = runs.iter().find(|(s, _)| *s == slot).unwrap();
            chunk.events(run).map(|(event, _)| event).collect::<Vec<_>>()
        };
        assert_eq!(of(0), [stay(9, 1), stay(7, 9), stay(8, 9)]);
        assert_eq!(of(1), [stay(8, 2), stay(7, 5), stay(7, 5)]);
        chunk.clear();
        assert_eq!((chunk.runs().len(), chunk.latest()), (0, None));
    }
}
