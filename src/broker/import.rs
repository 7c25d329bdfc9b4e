//! Consents come in from elsewhere, with who may speak for whom: lines are gathered to a chunk, judged on one snapshot, and written guarded by
//! the version of each subscriber. Deliberately absent: what a line becomes (`brought`), how it is written (`settled`), files.
//!
//! An event is known by what it says, so that a file brought again, whole or from where it broke off, adds nothing twice.
use super::authenticate::Caller;
use super::brought::{Bench, Outcome, Past, wrong};
use super::ingest::Named;
use super::{Broker, Failure};
use crate::domain::consent::line::{Line, Wrong};
use crate::domain::consent::{Act, Actor, CarriedRelation};
use crate::domain::id::{RelationId, SubscriberId};
use crate::domain::record::{Event as Recorded, Record};
use crate::domain::relation::Relation;
use crate::store::relations::{self, Holder};
use crate::store::{Fault, entries, histories, recipients};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// Lines in one chunk, which is one transaction.
pub const CHUNK: usize = 4096;
/// Rejected lines named in the report.
const NAMED: usize = 20;
/// Times a chunk is judged anew because of stories that were faster.
const ATTEMPTS: u32 = 100;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Lines read.
    pub lines: u64,
    /// Events written down.
    pub taken: u64,
    /// Of these, how many wait for the subscriber's own word.
    pub waiting: u64,
    /// Relations written down, or their ends.
    #[serde(default)]
    pub relations: u64,
    /// Events and relations that were written down before.
    pub duplicates: u64,
    /// Lines that were not taken.
    pub rejected: u64,
    /// The first of them.
    pub named: Vec<Named>,
    /// The first of those that wait although somebody said them for the subscriber, and who could have.
    #[serde(default)]
    pub unbacked: Vec<Named>,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
}

impl Imported {
    fn add(&mut self, line: u64, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(Outcome::Taken) => self.taken += 1,
            Ok(Outcome::Waits(who_could)) => {
                self.taken += 1;
                self.waiting += 1;
                if let Some(who) = who_could.filter(|_| self.unbacked.len() < NAMED) {
                    self.unbacked.push(Named { line, reason: wrong("actor", who) });
                }
            }
            Ok(Outcome::Tied) => self.relations += 1,
            Ok(Outcome::Known) => self.duplicates += 1,
            Err(reason) => {
                self.rejected += 1;
                if self.named.len() < NAMED {
                    self.named.push(Named { line, reason });
                }
            }
        }
    }
}

/// A line that waits.
struct Waiting {
    line: u64,
    /// Blind index of its subscriber.
    index: [u8; 32],
    said: Result<Line, Wrong>,
}

impl Waiting {
    fn relation(&self) -> Option<&CarriedRelation> {
        if let Ok(Line::Relation(relation)) = &self.said { Some(relation) } else { None }
    }
}

/// What a dry run would have written.
#[derive(Default)]
struct Dry {
    pasts: FxHashMap<SubscriberId, Past>,
    relations: FxHashMap<RelationId, (Relation, Holder)>,
}

/// A file being brought in.
pub struct Import<'b> {
    broker: &'b Broker,
    by: Actor,
    chunk: Vec<Waiting>,
    most: usize,
    /// Of a dry run.
    dry: Option<Dry>,
    total: Imported,
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("total", &self.total).finish_non_exhaustive()
    }
}

impl Broker {
    /// Begins to take in consents from elsewhere. Lines that name nobody stand in the name of `by`; a dry run writes nothing and remembers
    /// what it would have.
    pub fn import(&self, _caller: &Caller, by: Actor, dry_run: bool) -> Import<'_> {
        Import {
            broker: self,
            by,
            chunk: Vec::new(),
            most: CHUNK,
            dry: dry_run.then(Dry::default),
            total: Imported { dry_run, ..Imported::default() },
        }
    }
}

impl<'b> Import<'b> {
    /// Makes chunks smaller, for tests.
    #[must_use]
    pub fn with_chunk(mut self, lines: usize) -> Self {
        self.most = lines.clamp(1, CHUNK);
        self
    }

    /// Takes one line.
    ///
    /// # Errors
    /// Faults; what is wrong with the line is no fault but in the report.
    pub fn push(&mut self, line: u64, said: Result<Line, Wrong>) -> Result<(), Failure> {
        let index = said.as_ref().map(|said| self.broker.keyring.blind_index(said.subscriber().text()));
        self.chunk.push(Waiting { line, index: index.unwrap_or_default(), said });
        if self.chunk.len() >= self.most { self.flush() } else { Ok(()) }
    }

    /// Writes what is left and says what became of the file. When this returns it is durable.
    ///
    /// # Errors
    /// Faults.
    pub fn finish(mut self) -> Result<Imported, Failure> {
        self.flush()?;
        if self.total.taken + self.total.relations > 0 && self.dry.is_none() {
            let Imported { lines, taken, relations, .. } = self.total;
            let which = format!("{taken} events and {relations} relations of {lines} lines");
            let what = "consent.import".to_owned();
            let event = Recorded::Operation { what, which };
            let at = self.broker.now()?;
            let record = Record { at, subscriber: None, recipient: None, purpose: None, event };
            let entry = self.broker.entry(&record)?;
            self.broker.store.write("consent.import", move |tx| entries::append(tx, &entry))?;
        }
        Ok(self.total)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let mut waiting = std::mem::take(&mut self.chunk);
        let mut done = Vec::with_capacity(waiting.len());
        for attempt in 0..ATTEMPTS {
            if waiting.is_empty() {
                break;
            }
            if attempt + 1 == ATTEMPTS {
                return Err(Fault::Busy.into());
            }
            waiting = self.settle(waiting, &mut done)?;
        }
        done.sort_unstable_by_key(|(line, _)| *line);
        for (line, outcome) in done {
            self.total.lines += 1;
            self.total.add(line, outcome);
        }
        Ok(())
    }

    /// Judges and writes lines; gives back those about subscribers of whom another story was faster.
    fn settle(
        &mut self,
        waiting: Vec<Waiting>,
        done: &mut Vec<(u64, Result<Outcome, String>)>,
    ) -> Result<Vec<Waiting>, Failure> {
        let (mut bench, mut pasts) = self.look(&waiting)?;
        let mut whose: Vec<(Waiting, Option<SubscriberId>, Result<Outcome, String>)> =
            Vec::with_capacity(waiting.len());
        for one in waiting {
            let past = pasts.get_mut(&one.index);
            let outcome = match (&one.said, past) {
                (Err(wrong), _) => Err(wrong.sentence()),
                (_, None) => {
                    Err("`subscriber`: not enrolled; enrol it with `dongui register subscribers`".to_owned())
                }
                (Ok(Line::Act(act)), Some(past)) => past.take(act, &bench),
                (Ok(Line::Relation(relation)), Some(past)) => past.tie(relation, &mut bench),
            };
            let id = pasts.get(&one.index).map(|past| past.whose.id);
            whose.push((one, id, outcome));
        }
        if let Some(dry) = &mut self.dry {
            done.extend(whose.into_iter().map(|(one, _, outcome)| (one.line, outcome)));
            dry.pasts.extend(pasts.into_values().map(|past| (past.whose.id, past)));
            dry.relations.extend(bench.ties.known);
            return Ok(Vec::new());
        }
        let mut prepared = Vec::new();
        for past in pasts.values() {
            prepared.extend(self.broker.prepared(past, &bench)?);
        }
        let acts: Vec<(SubscriberId, Act)> =
            prepared.iter().flat_map(|p| p.events.iter().map(|e| (e.cell.subscriber, e.act))).collect();
        let late: FxHashSet<SubscriberId> = if prepared.is_empty() {
            FxHashSet::default()
        } else {
            self.broker.store.write("consent.import", move |tx| {
                let mut late = FxHashSet::default();
                for one in &prepared {
                    if !one.write(tx)? {
                        late.insert(one.found.id);
                    }
                }
                Ok(late)
            })?
        };
        let written = acts.into_iter().filter(|(id, _)| !late.contains(id));
        written.for_each(|(_, act)| self.broker.figures.decided(act));
        let mut again = Vec::new();
        for (one, id, outcome) in whose {
            match id.is_some_and(|id| late.contains(&id)) {
                true => again.push(one),
                false => done.push((one.line, outcome)),
            }
        }
        Ok(again)
    }

    /// The pasts of those whom lines are about, by blind index, and what lines are judged by.
    fn look(&mut self, waiting: &[Waiting]) -> Result<(Bench<'b>, FxHashMap<[u8; 32], Past>), Failure> {
        let (broker, now) = (self.broker, self.broker.now()?);
        let indices: FxHashSet<[u8; 32]> =
            waiting.iter().filter(|one| one.said.is_ok()).map(|one| one.index).collect();
        let indices: Vec<[u8; 32]> = indices.into_iter().collect();
        let mut ties = broker.ties(waiting.iter().filter_map(Waiting::relation))?;
        let dry = self.dry.as_ref();
        let (found, grants, events, registered) = broker.store.read("consent.import", |tx| {
            let mut found = Vec::new();
            for (index, whose) in histories::enrolled(tx, &indices)? {
                let people = relations::people(tx, whose.id, whose.majority, whose.related)?;
                found.push((index, whose, people));
            }
            let met = |id: &SubscriberId| dry.is_some_and(|dry| dry.pasts.contains_key(id));
            let ids: Vec<SubscriberId> = found.iter().map(|(_, s, _)| s.id).filter(|id| !met(id)).collect();
            Ok((
                found,
                histories::grants_of(tx, &ids)?,
                histories::events_of(tx, &ids)?,
                recipients::all(tx)?,
            ))
        })?;
        let indices: Vec<([u8; 32], SubscriberId)> =
            found.iter().map(|(index, s, _)| (*index, s.id)).collect();
        let mut pasts: FxHashMap<SubscriberId, Past> =
            found.into_iter().map(|(_, s, people)| (s.id, Past::new(s, people))).collect();
        for grant in grants {
            if let Some(past) = pasts.get_mut(&grant.cell.subscriber) {
                let grant = grant.bound(&past.people);
                past.before.push(grant.clone());
                past.held.push(grant);
            }
        }
        for event in events {
            if let Some(past) = pasts.get_mut(&event.cell.subscriber) {
                past.events.push(event);
            }
        }
        let mut dry = self.dry.as_mut();
        if let Some(dry) = &mut dry {
            ties.known.extend(dry.relations.drain());
        }
        let pasts = indices.into_iter().filter_map(|(index, id)| {
            let before = dry.as_mut().and_then(|dry| dry.pasts.remove(&id));
            Some((index, before.or(pasts.remove(&id))?))
        });
        let pasts = pasts.collect();
        let recipients = registered.into_iter().map(|r| (r.id, r)).collect();
        Ok((Bench { broker, recipients, by: self.by, now, ties }, pasts))
    }
}
