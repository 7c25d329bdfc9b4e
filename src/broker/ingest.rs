//! A feed comes in: lines are resolved as they are read, gathered to a bounded chunk, and folded.
//!
//! A chunk is named by its content, so that a file sent again is answered as the first time. What a crash interrupts is
//! folded on the next try exactly where it stopped: each profile knows the last instant that it has taken in.
use super::authenticate::Caller;
use super::chunk::{self, Chunk};
use super::held::{self, Uses};
use super::reference::{Gathered, Reference, Sight};
use super::{Broker, Failure};
use crate::crypt::hash::Running;
use crate::crypt::hex;
use crate::domain::feed::{Event, FeedKind, Happening, Reject, Row, Spot};
use crate::domain::subscriber::Reference as SubscriberReference;
use crate::domain::territory::Territory;
use crate::domain::time::{At, MINUTE_US};
use crate::domain::volume::Volume;
use crate::minimise::crowd::CrowdBase;
use crate::minimise::rim::{Beside, Rims};
use crate::store::subscribers::Subscriber;
use crate::store::{batches, subscribers};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How far ahead of the clock an event may be, µs.
pub const AHEAD_US: i64 = 5 * MINUTE_US;
/// Bytes that are hashed at a time: a call for each field costs more than the hashing.
const HASHED: usize = 16 * 1024;
/// Rejected lines named in the report.
const NAMED: usize = 20;
/// Resolved references kept at a time; beyond that they are looked up again.
const RESOLVED: usize = 1_000_000;

/// What became of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Lines read.
    pub lines: u64,
    /// Events folded, or reference rows taken.
    pub kept: u64,
    /// Events that no live grant could use: not kept anywhere.
    pub dropped: u64,
    /// Events that had been folded before, or are older than what was.
    pub repeated: u64,
    /// Lines that were not understood.
    pub rejected: u64,
    /// The first of them.
    pub named: Vec<Named>,
    /// Chunks that had been folded before and were answered from memory.
    pub replayed_chunks: u64,
}

/// A rejected line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Line number, from 1.
    pub line: u64,
    /// What is wrong and how to mend it.
    pub reason: String,
}

impl Report {
    fn add(&mut self, other: &Report) {
        self.lines += other.lines;
        self.kept += other.kept;
        self.dropped += other.dropped;
        self.repeated += other.repeated;
        self.rejected += other.rejected;
        self.replayed_chunks += other.replayed_chunks;
        let room = NAMED.saturating_sub(self.named.len());
        self.named.extend(other.named.iter().take(room).cloned());
    }
}

/// A subscriber whom events of this feed are about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) subscriber: Subscriber,
    /// What live grants let be kept of them; where that is nothing he counts in crowds, if that.
    pub(super) keeps: Uses,
}

/// A feed being read.
pub struct Intake<'b> {
    broker: &'b Broker,
    kind: FeedKind,
    /// What the clock says, or the feed's own time where old data is loaded on purpose.
    now: Option<At>,
    reference: Arc<Reference>,
    rims: Rims,
    numbers: FxHashMap<u64, Option<u32>>,
    others: FxHashMap<Box<str>, Option<u32>>,
    targets: Vec<Target>,
    chunk: Chunk,
    gathered: Gathered,
    hash: Running,
    unhashed: Vec<u8>,
    most: usize,
    total: Report,
}

impl Broker {
    /// Begins a feed. `own_time` takes the feed's own time as the present, for old data.
    pub fn intake(&self, _caller: &Caller, kind: FeedKind, own_time: bool) -> Result<Intake<'_>, Failure> {
        let now = self.now()?;
        let mut hash = Running::default();
        hash.update(kind.as_str().as_bytes());
        Ok(Intake {
            broker: self,
            kind,
            now: (!own_time).then_some(now),
            reference: self.reference()?,
            rims: Rims::default(),
            numbers: FxHashMap::default(),
            others: FxHashMap::default(),
            targets: Vec::new(),
            chunk: Chunk::default(),
            gathered: Gathered::default(),
            hash,
            unhashed: Vec::with_capacity(2 * HASHED),
            most: chunk::EVENTS,
            total: Report::default(),
        })
    }
}

impl Intake<'_> {
    /// Makes chunks smaller, for tests and small machines.
    #[must_use]
    pub fn with_chunk(mut self, events: usize) -> Self {
        self.most = events.clamp(1, chunk::EVENTS);
        self
    }

    /// Takes one line.
    pub fn push(&mut self, line: u64, row: Result<Row<'_>, Reject>) -> Result<(), Failure> {
        self.chunk.report.lines += 1;
        let taken = match row {
            Ok(row) => self.take(row)?,
            Err(reject) => Err(reject),
        };
        if let Err(reject) = taken {
            let report = &mut self.chunk.report;
            report.rejected += 1;
            if report.named.len() < NAMED {
                report.named.push(Named { line, reason: reject.sentence().to_owned() });
            }
            // The answer tells of it, so it is part of the chunk's name; no reference is longer than a line.
            self.name(&u64::MAX.to_be_bytes(), &[&line.to_be_bytes(), &[reject as u8]]);
        }
        if self.chunk.is_full(self.most) { self.flush() } else { Ok(()) }
    }

    /// Folds what is left and says what became of the feed.
    pub fn finish(mut self) -> Result<Report, Failure> {
        if matches!(self.kind, FeedKind::Cells | FeedKind::Places | FeedKind::Categories) {
            let gathered = std::mem::take(&mut self.gathered);
            self.chunk.report.kept = gathered.write(self.broker)?;
            self.total.add(&self.chunk.report);
            self.broker.record_feed(self.kind, "reference", &self.total)?;
            self.broker.figures.fed(self.kind, &self.total);
        } else if self.chunk.report.lines > 0 {
            self.flush()?;
        }
        Ok(self.total)
    }

    fn take(&mut self, row: Row<'_>) -> Result<Result<(), Reject>, Failure> {
        let mut beside = Beside::default();
        let (reference, at, what) = match row {
            Row::Location { subscriber, at, spot } if self.kind == FeedKind::Location => {
                let place = match spot {
                    Spot::Cell(id) => self.reference.cell(id).ok_or(Reject::UnknownCell),
                    Spot::Point { lat, lon, .. } => {
                        self.reference.point(lat, lon, &mut self.rims).ok_or(Reject::Coordinates)
                    }
                };
                match place {
                    Ok(sight) => {
                        beside = sight.beside;
                        let Sight { zone, sensitive, .. } = sight;
                        (subscriber, at, Happening::Stay { zone, sensitive })
                    }
                    Err(reject) => return Ok(Err(reject)),
                }
            }
            Row::App { subscriber, at, app, seconds, bytes } if self.kind == FeedKind::App => {
                (subscriber, at, Happening::App { topic: self.reference.app(app), seconds, bytes })
            }
            Row::Web { subscriber, at, host, bytes } if self.kind == FeedKind::Web => {
                (subscriber, at, Happening::Web { topic: self.reference.host(host), bytes })
            }
            Row::Account { subscriber, at, country, remaining_bytes } if self.kind == FeedKind::Account => {
                let country = match country.map(Territory::parse) {
                    Some(None) => return Ok(Err(Reject::UnknownCountry)),
                    known => known.flatten(),
                };
                (subscriber, at, Happening::Account { country, left: remaining_bytes.map(Volume::of) })
            }
            other => return Ok(self.gathered.take(other)),
        };
        if self.now.is_some_and(|now| at.since(now) > AHEAD_US) {
            return Ok(Err(Reject::Ahead));
        }
        let slot = match self.resolve(reference)? {
            Ok(slot) => slot,
            Err(reject) => return Ok(Err(reject)),
        };
        let length = (reference.len() as u64).to_be_bytes();
        self.name(&length, &[reference.as_bytes(), &at.0.to_be_bytes(), &what.bytes()]);
        match slot {
            // What is told of a time before the number was his is about somebody else.
            Some(slot) if self.targets.get(slot as usize).is_some_and(|t| at < t.subscriber.since) => {
                self.chunk.report.dropped += 1;
            }
            Some(slot) => self.chunk.push(slot, Event { at, what }, beside),
            None => self.chunk.report.dropped += 1,
        }
        Ok(Ok(()))
    }

    /// Takes a line into the name of the chunk: a head that tells how to part the rest, so that no two chunks share their bytes.
    fn name(&mut self, head: &[u8; 8], rest: &[&[u8]]) {
        self.unhashed.extend_from_slice(head);
        rest.iter().for_each(|part| self.unhashed.extend_from_slice(part));
        if self.unhashed.len() >= HASHED {
            self.hash.update(&self.unhashed);
            self.unhashed.clear();
        }
    }

    /// The slot of a subscriber that this feed is kept for, or who is counted in crowds; `None` when no live grant could use it.
    fn resolve(&mut self, text: &str) -> Result<Result<Option<u32>, Reject>, Failure> {
        let number = plain_number(text);
        let known = match number {
            Some(number) => self.numbers.get(&number),
            None => self.others.get(text),
        };
        if let Some(slot) = known {
            return Ok(Ok(*slot));
        }
        let Some(reference) = SubscriberReference::parse(text) else { return Ok(Err(Reject::Reference)) };
        if self.numbers.len() + self.others.len() >= RESOLVED {
            self.flush()?;
            self.numbers.clear();
            self.others.clear();
            self.targets.clear();
        }
        let now = self.broker.now()?;
        let (kind, index) = (self.kind, self.broker.keyring.blind_index(reference.text()));
        let target = self.broker.store.read("feed.resolve", |tx| {
            let Some(found) = subscribers::find_by_reference(tx, &index)? else { return Ok(None) };
            let counts = self.broker.settings.crowd_base == CrowdBase::All;
            let keeps = held::uses(tx, &found, kind, now)?;
            Ok((counts || keeps != Uses::NONE).then_some(Target { subscriber: found, keeps }))
        })?;
        let slot = match target {
            Some(target) => {
                let slot = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
                self.targets.push(target);
                Some(slot)
            }
            None => None,
        };
        match number {
            Some(number) => self.numbers.insert(number, slot),
            None => self.others.insert(text.into(), slot),
        };
        Ok(Ok(slot))
    }

    /// Folds the chunk; when this returns it is durable.
    fn flush(&mut self) -> Result<(), Failure> {
        self.hash.update(&std::mem::take(&mut self.unhashed));
        let mut hash = Running::default();
        hash.update(self.kind.as_str().as_bytes());
        let id = hex::encode(&std::mem::replace(&mut self.hash, hash).finish());
        let known = self.broker.store.read("feed.batch", |tx| batches::find(tx, &id))?;
        let before: Option<Report> = known.and_then(|text| serde_json::from_str(&text).ok());
        let report = match before {
            Some(before) => Report { replayed_chunks: 1, ..before },
            None => {
                let folded = self.broker.fold(self.kind, &id, &self.targets, &mut self.chunk, self.now)?;
                self.broker.figures.fed(self.kind, &folded);
                folded
            }
        };
        self.total.add(&report);
        self.chunk.clear();
        Ok(())
    }
}

/// A phone number as most feeds write it, its digits with or without `+`, as a number: two such texts are one number only if
/// they are one reference. `None` for everything else.
fn plain_number(text: &str) -> Option<u64> {
    let digits = text.strip_prefix('+').unwrap_or(text).as_bytes();
    let plain = (7..=15).contains(&digits.len()) && digits.first().is_some_and(|d| *d != b'0');
    plain.then_some(())?;
    digits.iter().try_fold(0u64, |n, d| d.is_ascii_digit().then(|| n * 10 + u64::from(d - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_number_is_the_same_for_the_same_reference_only(a in "\\+?[0-9]{5,17}", b in "\\+?[0-9 -]{5,17}") {
            for (x, y) in [(&a, &b), (&a, &a)] {
                if let (Some(n), Some(m)) = (plain_number(x), plain_number(y)) {
                    let (x, y) = (SubscriberReference::parse(x).unwrap(), SubscriberReference::parse(y).unwrap());
                    prop_assert_eq!(n == m, x == y);
                }
            }
            prop_assert_eq!(plain_number(&a), plain_number(a.trim_start_matches('+')));
            prop_assert!(plain_number(&a).is_none() || SubscriberReference::parse(&a).is_some());
        }
    }

    #[test]
    fn what_is_no_plain_number_is_left_to_the_reference() {
        for text in
            ["", "+", "0123456789", "+49 151 0000", "acct-1", "123456", "1234567890123456", "++4915550100000"]
        {
            assert_eq!(plain_number(text), None, "{text}");
        }
        assert_eq!(plain_number("+4915550100000"), Some(4_915_550_100_000));
    }
}
