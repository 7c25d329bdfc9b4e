//! Whether every record that is missing was erased by somebody who said so, and the other way round. Deliberately absent: what erases (`erase`).
use super::{Broker, Failure};
use crate::domain::id::EntryId;
use crate::domain::record::{Event, Record};
use crate::ledger::inspect::Wrong;
use crate::store::inspected;

/// Entries read at a time.
const PAGE: u32 = 1024;

/// What an inspection saw of erased records.
#[derive(Debug, Default)]
pub(super) struct Tombstones {
    /// Indices of leaves without a record, ascending.
    missing: Vec<u64>,
    /// Indices that tombstones of before the inspection name.
    named: Vec<u64>,
    /// Indices that later ones name: their records may have been there still when they were looked at.
    later: Vec<u64>,
}

impl Tombstones {
    /// The record of the leaf at `index` is missing.
    pub(super) fn misses(&mut self, index: u64) {
        self.missing.push(index);
    }

    /// A tombstone names leaves; one that was written since the inspection began names them `later`.
    pub(super) fn names(&mut self, leaves: &[u64], later: bool) {
        if later { &mut self.later } else { &mut self.named }.extend_from_slice(leaves);
    }

    /// What does not fit.
    pub(super) fn finish(mut self) -> Vec<Wrong> {
        self.named.sort_unstable();
        self.later.sort_unstable();
        let unnamed = |index: &&u64| {
            self.named.binary_search(index).is_err() && self.later.binary_search(index).is_err()
        };
        let silent = self.missing.iter().filter(unnamed);
        let silent = silent.map(|index| (index, "has no record, and no tombstone says that it was erased"));
        let there = self.named.iter().filter(|index| self.missing.binary_search(index).is_err());
        let there = there.map(|index| (index, "has a record that a tombstone says was erased"));
        silent.chain(there).map(|(index, what)| Wrong::at(format!("entry {index}"), what)).collect()
    }
}

impl Broker {
    /// Adds tombstones that got their number from `from` on, while those without one were looked at.
    pub(super) fn look_for_later(&self, mut from: i64, seen: &mut Tombstones) -> Result<(), Failure> {
        loop {
            let page = self.store.read("inspect.later", |tx| inspected::numbered(tx, from, PAGE))?;
            let Some(last) = page.last().and_then(|entry| entry.seq) else { return Ok(()) };
            for entry in &page {
                let sealed = EntryId::from_slice(&entry.id).zip(entry.record());
                let opened = sealed.and_then(|(id, sealed)| self.open_record(id, &sealed).ok());
                let record = opened.and_then(|(_, plain)| serde_json::from_slice::<Record>(&plain).ok());
                if let Some(Record { event: Event::Erasure { leaves, .. }, .. }) = record {
                    seen.names(&leaves, true);
                }
            }
            from = last.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_vanished_silently_is_named_and_so_is_one_that_came_back() {
        let mut seen = Tombstones::default();
        [1, 4, 9].into_iter().for_each(|index| seen.misses(index));
        seen.misses(12);
        seen.names(&[9], false);
        seen.names(&[4, 5], false);
        seen.names(&[12, 13], true);
        let wrong = seen.finish();
        let of = |n: u64| wrong.iter().filter(|w| w.place == format!("entry {n}")).count();
        assert_eq!((wrong.len(), of(1), of(5)), (2, 1, 1));
    }
}
