//! Folding a chunk: profiles in subscriber order, a few hundred a story on each core, then the crowds, then the chunk's own name.
//!
//! Each story is correct by itself and may run twice: profiles know what they have taken in, crowds are sets.
use super::chunk::Chunk;
use super::gather::gather;
use super::held::{self, Uses};
use super::ingest::{Report, Target};
use super::{Broker, Failure};
use crate::domain::feed::FeedKind;
use crate::domain::record::{Event as Recorded, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use crate::minimise::crowd::{self, Crowd, CrowdKey};
use crate::minimise::often;
use crate::minimise::rim::settled;
use crate::profile::Folded;
use crate::store::profiles::SealedProfile;
use crate::store::{Fault, Tx, batches, crowds, entries, profiles};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

/// What profiles are sealed to.
pub(crate) const PLACE: (&str, &str) = ("profiles", "sealed");
/// Times a fold is done anew when its subscriber moved in between.
const ATTEMPTS: u32 = 100;
/// Profiles in one story: a few milliseconds of writing, so that nobody else waits for long.
const PROFILES: usize = 256;
/// Entries into crowds that are gathered at once: 16 MiB.
const ENTERED: usize = 1 << 19;
/// Threads that open, fold and seal at most; one more writes.
const FOLDERS: usize = 4;

/// What is folded.
pub(super) struct Job<'c> {
    pub(super) kind: FeedKind,
    chunk: &'c Chunk,
    /// By the clock.
    now: At,
    /// What crowds are kept by.
    pub(super) present: At,
}

/// The events of one target.
type Run = (Target, Range<usize>);

/// Local time minus UTC, asked once an hour of the feed.
struct Local {
    home: Jurisdiction,
    hour: i64,
    offset_s: i32,
}

impl Local {
    fn offset_s(&mut self, home: Jurisdiction, at: At) -> i32 {
        let hour = at.0.div_euclid(HOUR_US);
        if (hour, home) != (self.hour, self.home) {
            *self = Local { home, hour, offset_s: home.offset_s(at) };
        }
        self.offset_s
    }
}

/// The stored form of a crowd's key.
pub(crate) fn crowd_key(key: CrowdKey) -> crowds::Key {
    // H3 indices have their top bit clear, so that value and order survive the signed column.
    (key.kind.as_str(), i64::from_ne_bytes(key.key.to_ne_bytes()), key.bucket.0)
}

impl Broker {
    /// Folds a chunk and remembers its answer under `id`.
    pub(super) fn fold(
        &self,
        kind: FeedKind,
        id: &str,
        targets: &[Target],
        chunk: &mut Chunk,
        own_now: Option<At>,
    ) -> Result<Report, Failure> {
        let now = self.now()?;
        // Loading old data, the feed's own latest instant is the present.
        let present = own_now.or(chunk.latest()).unwrap_or(now);
        let mut report = std::mem::take(&mut chunk.report);
        let run = |(slot, range)| Some((*targets.get(usize::try_from(slot).ok()?)?, range));
        let mut runs: Vec<Run> = chunk.runs().into_iter().filter_map(run).collect();
        // In the order of the rows: neighbours share their pages.
        runs.sort_unstable_by_key(|(target, _)| target.subscriber.id);
        let mut together = self.fold_runs(&Job { kind, chunk, now, present }, &runs, &mut report)?;
        crowd::widen(&mut together);
        self.merge_crowds(together)?;
        self.close(kind, id, &report)?;
        Ok(report)
    }

    /// Folds all runs, a story at a time on each thread; gives the crowds that they enter, of zones the finest ones.
    fn fold_runs(
        &self,
        job: &Job<'_>,
        runs: &[Run],
        report: &mut Report,
    ) -> Result<FxHashMap<CrowdKey, Crowd>, Failure> {
        let stories: Vec<&[Run]> = runs.chunks(PROFILES).collect();
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(FOLDERS));
        let (next, (to, from)) = (&AtomicUsize::new(0), sync_channel(threads));
        std::thread::scope(|scope| {
            let stories = &stories;
            for to in vec![to; threads] {
                scope.spawn(move || {
                    while let Some(story) = stories.get(next.fetch_add(1, Ordering::Relaxed)) {
                        // Nobody listens any more once a story has failed.
                        if to.send(self.fold_profiles(job, story)).is_err() {
                            break;
                        }
                    }
                });
            }
            let (mut entered, mut together) = (Vec::new(), FxHashMap::default());
            for folded in from {
                let folded: FoldedStory = folded?;
                report.kept += folded.kept;
                report.dropped += folded.dropped;
                report.repeated += folded.repeated;
                entered.extend(folded.postings);
                if entered.len() >= ENTERED {
                    gather(&mut entered, &mut together);
                }
            }
            gather(&mut entered, &mut together);
            Ok(together)
        })
    }

    /// Folds one story's profiles: read, open, fold and seal here, so that the writer only checks and writes. A subscriber
    /// whose version or profile moved in between is folded anew.
    fn fold_profiles(&self, job: &Job<'_>, story: &[Run]) -> Result<FoldedStory, Failure> {
        let mut out = FoldedStory::default();
        let mut local = Local { home: Jurisdiction::DE, hour: i64::MIN, offset_s: 0 };
        let mut waiting: Vec<&Run> = story.iter().collect();
        for _ in 0..ATTEMPTS {
            let known = self.store.read("feed.profiles", |tx| {
                let known = waiting.iter().map(|(target, _)| known(tx, target, job.kind, job.now));
                known.collect::<Result<Vec<_>, Fault>>()
            })?;
            let (mut folded, mut writes) = (Vec::new(), Vec::new());
            for (run, known) in waiting.into_iter().zip(known) {
                let Some(known) = known else {
                    out.dropped += run.1.len() as u64;
                    let mut entered = self.entered(job, run.0.subscriber.home, Uses::NONE);
                    job.chunk.events(&run.1).for_each(|(event, _)| entered.add(event));
                    let one = FoldedOne { postings: entered.keys(), ..FoldedOne::default() };
                    out.add(one, &mut self.numbered(&run.0))?;
                    continue;
                };
                let (write, one) = self.fold_one(job, run, known, &mut local)?;
                writes.push(write);
                folded.push((run, one));
            }
            let now = job.now;
            let moved = self.store.write("feed.fold", move |tx| {
                writes.iter().map(|w| profiles::put(tx, w, now)).collect::<Result<Vec<bool>, Fault>>()
            })?;
            waiting = Vec::new();
            for ((run, one), written) in folded.into_iter().zip(moved) {
                if written { out.add(one, &mut self.numbered(&run.0))? } else { waiting.push(run) }
            }
            if waiting.is_empty() {
                return Ok(out);
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    fn fold_one(
        &self,
        job: &Job<'_>,
        run: &Run,
        known: Known,
        local: &mut Local,
    ) -> Result<(profiles::Write, FoldedOne), Failure> {
        let (Target { subscriber, .. }, events) = run;
        let read = known.sealed.as_ref().map(|s| s.revision);
        let mut profile = self.open_profile(subscriber, known.sealed)?;
        let (mut one, mut entered) = (FoldedOne::default(), self.entered(job, subscriber.home, known.uses));
        let mut latest = None;
        for (event, beside) in job.chunk.events(events) {
            let event = settled(event, beside, profile.last_stay());
            entered.add(event);
            let Some(event) = known.uses.leave(event) else {
                one.dropped += 1;
                continue;
            };
            match profile.fold(&event, local.offset_s(subscriber.home, event.at)) {
                Folded::Taken => {
                    one.kept += 1;
                    latest = latest.max(Some(event.at));
                }
                Folded::Late => one.repeated += 1,
            }
        }
        one.postings = entered.keys();
        if let Some(latest) = latest.filter(|_| job.kind == FeedKind::Location) {
            let often = often::postings(&profile, latest);
            one.postings.extend(often.filter(|key| crowd::is_kept(*key, job.present)));
        }
        let plain = profile.encode();
        let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &subscriber.id.0, &plain);
        let write = profiles::Write { subscriber: subscriber.id, version: known.version, read, sealed };
        Ok((write, one))
    }

    fn close(&self, kind: FeedKind, id: &str, report: &Report) -> Result<(), Failure> {
        let entry = self.feed_entry(kind, id, report)?;
        let answer = serde_json::to_string(report).map_err(|_| Fault::Corrupt("batches"))?;
        let (id, at) = (id.to_owned(), entry.at);
        self.store.write("feed.close", move |tx| {
            if batches::find(tx, &id)?.is_none() {
                batches::insert(tx, &id, &answer, at)?;
                entries::append(tx, &entry)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Records a feed that folds nothing.
    pub(super) fn record_feed(&self, kind: FeedKind, id: &str, report: &Report) -> Result<(), Failure> {
        let entry = self.feed_entry(kind, id, report)?;
        self.store.write("feed.record", move |tx| entries::append(tx, &entry))?;
        Ok(())
    }

    fn feed_entry(&self, kind: FeedKind, id: &str, report: &Report) -> Result<entries::EntryRow, Failure> {
        let event = Recorded::Feed {
            feed: kind.as_str().to_owned(),
            batch: id.to_owned(),
            kept: report.kept,
            dropped: report.dropped,
            repeated: report.repeated,
            rejected: report.rejected,
        };
        Ok(self.entry(&Record {
            at: self.now()?,
            subscriber: None,
            recipient: None,
            purpose: None,
            event,
        })?)
    }
}

/// What a fold must know of its subscriber.
struct Known {
    version: i64,
    sealed: Option<SealedProfile>,
    uses: Uses,
}

/// `None` when no live grant could use the events any more.
fn known(tx: &mut Tx<'_>, target: &Target, kind: FeedKind, now: At) -> Result<Option<Known>, Fault> {
    let id = target.subscriber.id;
    let Some((version, sealed)) = profiles::find_with_version(tx, id)? else { return Ok(None) };
    let unchanged = version == target.subscriber.version;
    let uses = if unchanged { target.keeps } else { held::uses(tx, &target.subscriber, kind, now)? };
    Ok((uses != Uses::NONE).then_some(Known { version, sealed, uses }))
}

#[derive(Debug, Default)]
struct FoldedOne {
    kept: u64,
    dropped: u64,
    repeated: u64,
    postings: Vec<CrowdKey>,
}

#[derive(Debug, Default)]
struct FoldedStory {
    kept: u64,
    dropped: u64,
    repeated: u64,
    postings: Vec<(CrowdKey, u32)>,
}

impl FoldedStory {
    fn add(
        &mut self,
        one: FoldedOne,
        number: &mut impl FnMut(CrowdKey) -> Result<u32, Fault>,
    ) -> Result<(), Fault> {
        self.kept += one.kept;
        self.dropped += one.dropped;
        self.repeated += one.repeated;
        for key in one.postings {
            self.postings.push((key, number(key)?));
        }
        Ok(())
    }
}
