//! A feed comes in: lines are resolved as they are read, gathered to a bounded chunk, and folded.
//!
//! A chunk is named by its content, so that a file sent again is answered as the first time. What a crash interrupts is
//! folded on the next try exactly where it stopped: each profile knows the last instant that it has taken in.
use super::authenticate::Caller;
use super::reference::{Gathered, Reference};
use super::{Broker, Failure};
use crate::crypt::hash::Running;
use crate::crypt::hex;
use crate::domain::category::Category;
use crate::domain::consent::{Grant, State};
use crate::domain::feed::{Event, FeedKind, Happening, Reject, Row, Spot};
use crate::domain::subscriber::Reference as SubscriberReference;
use crate::domain::time::{At, MINUTE_US};
use crate::store::subscribers::Subscriber;
use crate::store::{batches, consents, subscribers};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How far ahead of the clock an event may be, µs.
pub const AHEAD_US: i64 = 5 * MINUTE_US;
/// Events in one chunk at most: about 128 MiB in memory.
pub const CHUNK_EVENTS: usize = 4_000_000;
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

/// A subscriber that events of this feed are kept for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) subscriber: Subscriber,
}

/// Events of one chunk, by the slot of their target.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    pub(super) events: Vec<(u32, Event)>,
    pub(super) report: Report,
}

/// A feed being read.
pub struct Intake<'b> {
    broker: &'b Broker,
    kind: FeedKind,
    /// What the clock says, or the feed's own time where old data is loaded on purpose.
    now: Option<At>,
    reference: Arc<Reference>,
    resolved: FxHashMap<Box<str>, Option<u32>>,
    targets: Vec<Target>,
    chunk: Chunk,
    gathered: Gathered,
    hash: Running,
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
            resolved: FxHashMap::default(),
            targets: Vec::new(),
            chunk: Chunk::default(),
            gathered: Gathered::default(),
            hash,
            most: CHUNK_EVENTS,
            total: Report::default(),
        })
    }
}

impl Intake<'_> {
    /// Makes chunks smaller, for tests and small machines.
    #[must_use]
    pub fn with_chunk(mut self, events: usize) -> Self {
        self.most = events.clamp(1, CHUNK_EVENTS);
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
        }
        if self.chunk.events.len() >= self.most { self.flush() } else { Ok(()) }
    }

    /// Folds what is left and says what became of the feed.
    pub fn finish(mut self) -> Result<Report, Failure> {
        if matches!(self.kind, FeedKind::Cells | FeedKind::Places | FeedKind::Categories) {
            let gathered = std::mem::take(&mut self.gathered);
            self.chunk.report.kept = gathered.write(self.broker)?;
            self.total.add(&self.chunk.report);
            self.broker.record_feed(self.kind, "reference", &self.total)?;
        } else if self.chunk.report.lines > 0 {
            self.flush()?;
        }
        Ok(self.total)
    }

    fn take(&mut self, row: Row<'_>) -> Result<Result<(), Reject>, Failure> {
        let (reference, at, what) = match row {
            Row::Location { subscriber, at, spot } if self.kind == FeedKind::Location => {
                let place = match spot {
                    Spot::Cell(id) => self.reference.cell(id).ok_or(Reject::UnknownCell),
                    Spot::Point { lat, lon, .. } => self.reference.point(lat, lon).ok_or(Reject::Coordinates),
                };
                match place {
                    Ok((zone, sensitive)) => (subscriber, at, Happening::Stay { zone, sensitive }),
                    Err(reject) => return Ok(Err(reject)),
                }
            }
            Row::App { subscriber, at, app, seconds, bytes } if self.kind == FeedKind::App => {
                (subscriber, at, Happening::App { topic: self.reference.app(app), seconds, bytes })
            }
            Row::Web { subscriber, at, host, bytes } if self.kind == FeedKind::Web => {
                (subscriber, at, Happening::Web { topic: self.reference.host(host), bytes })
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
        self.hash.update(reference.as_bytes());
        self.hash.update(&at.0.to_be_bytes());
        self.hash.update(&what.bytes());
        match slot {
            Some(slot) => self.chunk.events.push((slot, Event { at, what })),
            None => self.chunk.report.dropped += 1,
        }
        Ok(Ok(()))
    }

    /// The slot of a subscriber that this feed is kept for; `None` when no live grant could use it.
    fn resolve(&mut self, text: &str) -> Result<Result<Option<u32>, Reject>, Failure> {
        if let Some(slot) = self.resolved.get(text) {
            return Ok(Ok(*slot));
        }
        let Some(reference) = SubscriberReference::parse(text) else { return Ok(Err(Reject::Reference)) };
        if self.resolved.len() >= RESOLVED {
            self.flush()?;
            self.resolved.clear();
            self.targets.clear();
        }
        let now = self.broker.now()?;
        let (kind, index) = (self.kind, self.broker.keyring.blind_index(reference.text()));
        let subscriber = self.broker.store.read("feed.resolve", |tx| {
            let Some(found) = subscribers::find_by_reference(tx, &index)? else { return Ok(None) };
            let wanted = consents::held(tx, found.id)?.iter().any(|g| uses(g, kind, now));
            Ok(wanted.then_some(found))
        })?;
        let slot = match subscriber {
            Some(subscriber) => {
                let slot = u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
                self.targets.push(Target { subscriber });
                Some(slot)
            }
            None => None,
        };
        self.resolved.insert(text.into(), slot);
        Ok(Ok(slot))
    }

    /// Folds the chunk; when this returns it is durable.
    fn flush(&mut self) -> Result<(), Failure> {
        let mut chunk = std::mem::take(&mut self.chunk);
        let mut hash = Running::default();
        hash.update(self.kind.as_str().as_bytes());
        let id = hex::encode(&std::mem::replace(&mut self.hash, hash).finish());
        let known = self.broker.store.read("feed.batch", |tx| batches::find(tx, &id))?;
        let before: Option<Report> = known.and_then(|text| serde_json::from_str(&text).ok());
        let report = match before {
            Some(before) => Report { replayed_chunks: 1, ..before },
            None => self.broker.fold(self.kind, &id, &self.targets, &mut chunk, self.now)?,
        };
        self.total.add(&report);
        chunk.events.clear();
        self.chunk.events = chunk.events;
        Ok(())
    }
}

/// Whether a grant, as it is at `now`, could ever use events of this kind of feed.
pub(super) fn uses(grant: &Grant, kind: FeedKind, now: At) -> bool {
    let feeds = match grant.cell.category {
        Category::LocationZone | Category::LocationLabel | Category::NextPlace => FeedKind::Location,
        Category::UsageInterest => FeedKind::App,
        Category::WebInterest => FeedKind::Web,
    };
    feeds == kind && grant.state == State::Active && now < grant.until
}
