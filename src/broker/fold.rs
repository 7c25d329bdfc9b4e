//! Folding a chunk: profiles in subscriber order, a few hundred a story on each core, then the crowds, then the chunk's own name.
//!
//! Each story is correct by itself and may run twice: profiles know what they have taken in, crowds are sets.
use super::chunk::Chunk;
use super::held::{self, Uses};
use super::ingest::{Report, Target};
use super::{Broker, Failure};
use crate::crypt::shuffle;
use crate::domain::feed::FeedKind;
use crate::domain::record::{Event as Recorded, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use crate::minimise::crowd::{self, Crowd, CrowdBase, CrowdKey, CrowdKind};
use crate::minimise::often;
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
/// Crowds in one story.
const CROWDS: usize = 256;
/// Threads that open, fold and seal at most; one more writes.
const FOLDERS: usize = 4;

/// What is folded.
struct Job<'c> {
    kind: FeedKind,
    chunk: &'c Chunk,
    /// By the clock.
    now: At,
    /// What crowds are kept by.
    present: At,
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
        let together = self.fold_runs(&Job { kind, chunk, now, present }, &runs, &mut report)?;
        self.merge_crowds(together)?;
        self.close(kind, id, &report)?;
        Ok(report)
    }

    /// Folds all runs, a story at a time on each thread; gives the crowds that they enter.
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
            let mut together: FxHashMap<CrowdKey, Crowd> = FxHashMap::default();
            for folded in from {
                let folded: FoldedStory = folded?;
                report.kept += folded.kept;
                report.dropped += folded.dropped;
                report.repeated += folded.repeated;
                for (key, persons) in folded.postings {
                    let crowd = together.entry(key).or_default();
                    for person in persons {
                        crowd.insert(person);
                    }
                }
            }
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
                    let postings = self.entered(job, run, Uses::NONE);
                    out.add(FoldedOne { postings, ..FoldedOne::default() }, &mut self.numbered(&run.0))?;
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
        let mut one = FoldedOne { postings: self.entered(job, run, known.uses), ..FoldedOne::default() };
        let mut latest = None;
        for event in job.chunk.events(events) {
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
        if let Some(latest) = latest.filter(|_| job.kind == FeedKind::Location) {
            let often = often::postings(&profile, latest).into_iter();
            one.postings.extend(often.filter(|key| crowd::is_kept(*key, job.present)));
        }
        let plain = profile.encode();
        let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &subscriber.id.0, &plain);
        let write = profiles::Write { subscriber: subscriber.id, version: known.version, read, sealed };
        Ok((write, one))
    }

    /// The crowds that the person of a run enters, each once, by what could be used of his events, or by all of them where everybody counts. A crowd is a
    /// set: an event that was folded before a crash may still be missing from it.
    fn entered(&self, job: &Job<'_>, (target, run): &Run, uses: Uses) -> Vec<CrowdKey> {
        let counts = if self.settings.crowd_base == CrowdBase::All { Uses::ALL } else { uses };
        if counts == Uses::NONE {
            return Vec::new();
        }
        let from = crowd::horizon(crowd_kind(job.kind), job.present);
        let (mut keys, mut last) = (Vec::new(), None);
        let events = job.chunk.events(run).filter(|event| event.at >= from);
        for event in events.filter_map(|event| counts.leave(event)) {
            let place = (event.at.floor(HOUR_US), event.what);
            if last != Some(place) {
                let postings = crowd::postings(&event, target.subscriber.home);
                keys.extend(postings.filter(|key| crowd::is_kept(*key, job.present)));
                last = Some(place);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The number of a person in each crowd. Whoever reads the database and has no keys cannot tell whose it is, nor follow one from week to week.
    fn numbered(&self, target: &Target) -> impl FnMut(CrowdKey) -> Result<u32, Fault> {
        let person = target.subscriber.person_number;
        let (block, place) = (person >> 16, (person & 0xffff) as usize);
        let mut last: Option<(At, u32)> = None;
        move |key| {
            let week = key.order();
            if let Some((_, number)) = last.filter(|(of, _)| *of == week) {
                return Ok(number);
            }
            let order = self.orders.get(0, (week, block), |_| {
                let key = self.keyring.lasting(&[b"crowd", &week.0.to_be_bytes(), &block.to_be_bytes()]);
                shuffle::order(&key).ok_or(Fault::Corrupt("crowd"))
            })?;
            let shuffled = order.get(place).copied().ok_or(Fault::Corrupt("crowd"))?;
            let number = block << 16 | u32::from(shuffled);
            last = Some((week, number));
            Ok(number)
        }
    }

    fn merge_crowds(&self, together: FxHashMap<CrowdKey, Crowd>) -> Result<(), Failure> {
        let mut all: Vec<_> = together.into_iter().collect();
        all.sort_by_key(|(key, _)| crowd_key(*key));
        let mut all = all.into_iter().peekable();
        while all.peek().is_some() {
            let story: Vec<_> = all.by_ref().take(CROWDS).collect();
            self.store.write("feed.crowds", move |tx| {
                let mut rows = Vec::with_capacity(story.len());
                for (key, persons) in &story {
                    let mut merged = persons.clone();
                    if let Some(known) = crowds::find(tx, crowd_key(*key))? {
                        merged.union(&Crowd::from_bytes(&known).map_err(|_| Fault::Corrupt("crowd"))?);
                    }
                    let size = i64::try_from(merged.len()).unwrap_or(i64::MAX);
                    rows.push((crowd_key(*key), size, merged.to_bytes()));
                }
                crowds::put(tx, &rows)
            })?;
        }
        Ok(())
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

/// The crowds that a kind of feed fills, those that are kept longest.
fn crowd_kind(kind: FeedKind) -> CrowdKind {
    match kind {
        FeedKind::App => CrowdKind::AppBefore,
        FeedKind::Web => CrowdKind::WebBefore,
        FeedKind::Account => CrowdKind::Country,
        FeedKind::Location | FeedKind::Cells | FeedKind::Places | FeedKind::Categories => CrowdKind::Zone,
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
    postings: FxHashMap<CrowdKey, Vec<u32>>,
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
            self.postings.entry(key).or_default().push(number(key)?);
        }
        Ok(())
    }
}
