//! The crowds of a chunk: which of them each person enters, under which number, gathered and merged into those that are kept. Deliberately absent: profiles (`fold`), and
//! what a crowd is for.
use super::fold::{Job, crowd_key};
use super::held::Uses;
use super::ingest::Target;
use super::{Broker, Failure};
use crate::crypt::shuffle;
use crate::domain::feed::{Event, FeedKind, Happening};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use crate::minimise::crowd::{self, Crowd, CrowdBase, CrowdKey, CrowdKind};
use crate::store::{Fault, crowds};
use rustc_hash::FxHashMap;

/// Crowds in one story.
const CROWDS: usize = 256;

impl Broker {
    /// No crowds yet of a person at home there, of whose events so much could be used; where everybody counts, all of it counts.
    pub(super) fn entered(&self, job: &Job<'_>, home: Jurisdiction, uses: Uses) -> Entered {
        let counts = if self.settings.crowd_base == CrowdBase::All { Uses::ALL } else { uses };
        let from = crowd::horizon(crowd_kind(job.kind), job.present);
        Entered { home, counts, from, present: job.present, last: None, keys: Vec::new() }
    }

    /// The number of a person in each crowd. Whoever reads the database and has no keys cannot tell whose it is, nor follow one from week to week.
    pub(super) fn numbered(&self, target: &Target) -> impl FnMut(CrowdKey) -> Result<u32, Fault> {
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

    pub(super) fn merge_crowds(&self, together: FxHashMap<CrowdKey, Crowd>) -> Result<(), Failure> {
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

/// The crowds that the person of a run enters, each once. A crowd is a set: an event that was folded before a crash may still be missing from it, so that what the profile
/// knows already counts as well.
pub(super) struct Entered {
    home: Jurisdiction,
    counts: Uses,
    from: At,
    present: At,
    last: Option<(At, Happening)>,
    keys: Vec<CrowdKey>,
}

impl Entered {
    pub(super) fn add(&mut self, event: Event) {
        let Some(event) = self.counts.leave(event).filter(|event| event.at >= self.from) else { return };
        let place = (event.at.floor(HOUR_US), event.what);
        if self.last != Some(place) {
            let postings = crowd::postings(&event, self.home);
            self.keys.extend(postings.filter(|key| crowd::is_kept(*key, self.present)));
            self.last = Some(place);
        }
    }

    pub(super) fn keys(mut self) -> Vec<CrowdKey> {
        self.keys.sort_unstable();
        self.keys.dedup();
        self.keys
    }
}

/// Takes those who entered a crowd over into it, all of one crowd at once and in the order of their numbers: a set is found and grown once for many.
pub(super) fn gather(entered: &mut Vec<(CrowdKey, u32)>, together: &mut FxHashMap<CrowdKey, Crowd>) {
    entered.sort_unstable();
    for alike in entered.chunk_by(|(one, _), (other, _)| one == other) {
        if let Some((key, _)) = alike.first() {
            let persons: Crowd = alike.iter().map(|(_, person)| *person).collect();
            together.entry(*key).or_default().union(&persons);
        }
    }
    entered.clear();
}
