//! Consents come in from elsewhere: lines are gathered to a chunk, judged on one snapshot, and written guarded by the version of each
//! subscriber. Deliberately absent: what a line becomes (`brought`), files.
//!
//! An event is known by what it says, so that a file brought again, whole or from where it broke off, adds nothing twice.
use super::announce::{Announcement, Audience};
use super::authenticate::Caller;
use super::brought::{Bench, Outcome, Past};
use super::ingest::Named;
use super::record::{ConsentAct, Event as Recorded, Record};
use super::{Broker, Failure};
use crate::domain::consent::carried::Wrong;
use crate::domain::consent::{Act, Actor, Capture, Carried, Cell, Event, Grant, Holds};
use crate::domain::id::SubscriberId;
use crate::domain::notice::Notice;
use crate::domain::time::At;
use crate::store::consents::{self, Change};
use crate::store::entries::{self, EntryRow};
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Tx, histories, recipients, relations};
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
    /// Events that were written down before.
    pub duplicates: u64,
    /// Lines that were not taken.
    pub rejected: u64,
    /// The first of them.
    pub named: Vec<Named>,
    /// Whether nothing was written on purpose.
    pub dry_run: bool,
}

impl Imported {
    fn add(&mut self, line: u64, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(Outcome::Taken) => self.taken += 1,
            Ok(Outcome::Waits) => {
                self.taken += 1;
                self.waiting += 1;
            }
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
    carried: Result<Carried, Wrong>,
}

/// A file being brought in.
pub struct Import<'b> {
    broker: &'b Broker,
    by: Actor,
    chunk: Vec<Waiting>,
    most: usize,
    /// What a dry run would have written.
    dry: Option<FxHashMap<SubscriberId, Past>>,
    total: Imported,
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("total", &self.total).finish_non_exhaustive()
    }
}

/// What one subscriber's lines come to, ready to be written.
struct Prepared {
    found: Subscriber,
    words: Vec<(String, Notice)>,
    events: Vec<Event>,
    grants: Vec<Grant>,
    entries: Vec<EntryRow>,
    told: Vec<Announcement>,
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
            dry: dry_run.then(FxHashMap::default),
            total: Imported { dry_run, ..Imported::default() },
        }
    }

    /// What the lines about one subscriber come to.
    fn prepared(&self, past: &Past, bench: &Bench<'_>) -> Result<Option<Prepared>, Failure> {
        let added = past.added();
        if added.is_empty() {
            return Ok(None);
        }
        let touched: FxHashSet<Cell> = added.iter().map(|e| e.cell).collect();
        let grants: Vec<Grant> = past.held.iter().filter(|g| touched.contains(&g.cell)).cloned().collect();
        let mut entries = Vec::new();
        for record in records(past.whose.id, added, &past.after, bench.now) {
            entries.push(self.entry(&record)?);
        }
        let mut told = Vec::new();
        for grant in &grants {
            let listens = bench.recipients.get(&grant.cell.recipient).is_some_and(|r| r.webhook.is_some());
            if listens {
                let before = past.before.iter().find(|g| g.cell == grant.cell);
                told.extend(self.told_of(&past.whose, before, grant, bench)?);
            }
        }
        let words = past.words.clone();
        Ok(Some(Prepared { found: past.whose, words, events: added.to_vec(), grants, entries, told }))
    }

    /// What a listening recipient is told of a cell that many acts may have moved: what is different in the end.
    fn told_of(
        &self,
        found: &Subscriber,
        before: Option<&Grant>,
        after: &Grant,
        bench: &Bench<'_>,
    ) -> Result<Vec<Announcement>, Failure> {
        let holds = |g: &Grant| g.state.is_given() && g.terms.holds != Holds::Never;
        let had = before.filter(|g| holds(g));
        let lives = holds(after) && after.ends() > bench.now;
        let same = had.is_some_and(|had| {
            (had.id, had.until, had.precision) == (after.id, after.until, after.precision)
        });
        let act = match (lives, had) {
            (true, _) if !same => Act::Grant,
            (false, Some(_)) if !holds(after) => Act::Withdraw,
            _ => return Ok(Vec::new()),
        };
        let by = Capture { actor: bench.by, channel: "import", relation: None };
        let change = Change { grant: after.clone(), act, by, at: bench.now, presentation: None };
        let audience = Audience::one(after.cell.recipient, had.cloned());
        self.announce(found, &[change], &audience)
    }
}

impl Prepared {
    /// False when another story about the subscriber was faster.
    fn write(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        if !subscribers::bump(tx, self.found.id, self.found.version)? {
            return Ok(false);
        }
        self.words.iter().try_for_each(|(hash, notice)| consents::put_notice(tx, hash, notice))?;
        for event in &self.events {
            histories::append(tx, event)?;
        }
        let at = self.events.first().map_or(At(0), |e| e.recorded);
        self.grants.iter().try_for_each(|grant| histories::project(tx, grant, at))?;
        self.entries.iter().try_for_each(|entry| entries::append(tx, entry))?;
        self.told.iter().try_for_each(|one| one.write(tx))?;
        Ok(true)
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
    pub fn push(&mut self, line: u64, carried: Result<Carried, Wrong>) -> Result<(), Failure> {
        let index = carried.as_ref().map(|c| self.broker.keyring.blind_index(c.subscriber.text()));
        self.chunk.push(Waiting { line, index: index.unwrap_or_default(), carried });
        if self.chunk.len() >= self.most { self.flush() } else { Ok(()) }
    }

    /// Writes what is left and says what became of the file. When this returns it is durable.
    ///
    /// # Errors
    /// Faults.
    pub fn finish(mut self) -> Result<Imported, Failure> {
        self.flush()?;
        if self.total.taken > 0 && self.dry.is_none() {
            let Imported { lines, taken, .. } = self.total;
            let (what, which) = ("consent.import".to_owned(), format!("{taken} events of {lines} lines"));
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
        let (bench, mut pasts) = self.look(&waiting)?;
        let mut whose: Vec<(Waiting, Option<SubscriberId>, Result<Outcome, String>)> =
            Vec::with_capacity(waiting.len());
        for one in waiting {
            let past = pasts.get_mut(&one.index);
            let outcome = match (&one.carried, past) {
                (Err(wrong), _) => Err(wrong.sentence()),
                (_, None) => {
                    Err("`subscriber`: not enrolled; enrol it with `dongui register subscribers`".to_owned())
                }
                (Ok(carried), Some(past)) => past.take(carried, &bench),
            };
            let id = pasts.get(&one.index).map(|past| past.whose.id);
            whose.push((one, id, outcome));
        }
        if let Some(dry) = &mut self.dry {
            done.extend(whose.into_iter().map(|(one, _, outcome)| (one.line, outcome)));
            dry.extend(pasts.into_values().map(|past| (past.whose.id, past)));
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
            waiting.iter().filter(|one| one.carried.is_ok()).map(|one| one.index).collect();
        let indices: Vec<[u8; 32]> = indices.into_iter().collect();
        let dry = self.dry.as_ref();
        let (found, grants, events, registered) = broker.store.read("consent.import", |tx| {
            let mut found = Vec::new();
            for (index, whose) in histories::enrolled(tx, &indices)? {
                let people = relations::people(tx, whose.id, whose.majority, whose.related)?;
                found.push((index, whose, people));
            }
            let met = |id: &SubscriberId| dry.is_some_and(|dry| dry.contains_key(id));
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
        let pasts = indices.into_iter().filter_map(|(index, id)| {
            let before = dry.as_mut().and_then(|dry| dry.remove(&id));
            Some((index, before.or(pasts.remove(&id))?))
        });
        let pasts = pasts.collect();
        let recipients = registered.into_iter().map(|r| (r.id, r)).collect();
        Ok((Bench { broker, recipients, by: self.by, now }, pasts))
    }
}

/// What is recorded of one subscriber's new events: a record for each way by which they came.
fn records(whose: SubscriberId, added: &[Event], after: &[Grant], now: At) -> Vec<Record> {
    let mut groups: Vec<((Actor, &str), Vec<ConsentAct>)> = Vec::new();
    for (event, grant) in added.iter().zip(after) {
        let by = (event.actor, event.channel.as_str());
        let act = ConsentAct {
            grant: event.grant,
            act: event.act,
            recipient: event.cell.recipient,
            purpose: event.cell.purpose,
            category: event.cell.category,
            precision: event.precision,
            until: grant.until,
            notice: event.notice.clone(),
            terms: grant.terms,
            presentation: None,
            valid: Some(event.valid),
            provenance: event.provenance,
        };
        match groups.iter_mut().find(|(of, _)| *of == by) {
            Some((_, acts)) => acts.push(act),
            None => groups.push((by, vec![act])),
        }
    }
    let record = |((actor, channel), acts): ((Actor, &str), Vec<ConsentAct>)| {
        let first = acts.first().map(|a| (a.recipient, a.purpose));
        let common = first.filter(|of| acts.iter().all(|a| (a.recipient, a.purpose) == *of));
        Record {
            at: now,
            subscriber: Some(whose),
            recipient: common.map(|(recipient, _)| recipient),
            purpose: common.map(|(_, purpose)| purpose),
            event: Recorded::Consent { acts, actor, channel: channel.to_owned(), relation: None },
        }
    };
    groups.into_iter().map(record).collect()
}
