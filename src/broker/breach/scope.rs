//! Whom an incident touches is counted from the log, stretch by stretch: each moves on a mark in the same transaction, so that none is counted twice, however often
//! it begins again. Everybody whose data left in the period is touched: whether an answer that was committed also arrived, only the recipient knows.
//!
//! Once something is confirmed the same entries are looked at once more. Of whom records were erased in between, whoever may be inside is. Deliberately absent:
//! answers whose records were erased before; nobody knows about whom they were, so they are only counted.
use super::{Broker, Failure};
use crate::domain::breach::{Confirmed, Told, Touched};
use crate::domain::category::Category;
use crate::domain::entry::{Kind, Leaf};
use crate::domain::id::{BreachId, RecipientId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::time::At;
use crate::store::breaches::{self, Counted};
use crate::store::entries::{self, Numbered};
use crate::store::{Fault, Tx, subscribers, touched};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Entries looked at in one story: some milliseconds of the writer.
const PAGE: i64 = 500;
/// Stretches in one go; the rest is counted by the next sweep.
const STRETCHES: usize = 400;

/// What left about one subscriber in a stretch of the log.
#[derive(Debug)]
pub(super) struct Left {
    times: Vec<At>,
    pub what: BTreeSet<Category>,
}

impl Broker {
    /// Counts on wherever an incident is not counted to its end.
    ///
    /// # Errors
    /// Faults; what is counted stays so.
    pub(in crate::broker) fn count_breaches(&self) -> Result<(), Failure> {
        let all = self.store.read("breach.all", breaches::all)?;
        let open = |one: &&Counted| !one.is_counted() || one.sorted.is_some() && !one.is_sorted();
        all.iter().filter(open).try_for_each(|one| self.count_on(one.breach.id))
    }

    /// Counts one on, as far as one go goes.
    pub(super) fn count_on(&self, id: BreachId) -> Result<(), Failure> {
        for _ in 0..STRETCHES {
            let found = self.store.read("breach.find", |tx| breaches::find(tx, id))?;
            let Some(counted) = found else { return Ok(()) };
            let (first, sorted) = (!counted.is_counted(), counted.sorted);
            let from = if first { Some(counted.counted) } else { sorted };
            let Some(from) = from.filter(|from| *from < counted.range.1) else { return Ok(()) };
            self.stretch(&counted, from, first)?;
        }
        Ok(())
    }

    fn stretch(&self, counted: &Counted, from: i64, first: bool) -> Result<(), Failure> {
        let (id, end, now) = (counted.breach.id, counted.range.1, self.now()?);
        let most = PAGE.min(end - from);
        let page =
            self.store.read("breach.stretch", |tx| entries::with_records(tx, from.unsigned_abs(), most))?;
        let last = page.last().ok_or(Fault::Corrupt("breaches"))?.seq;
        let to = i64::try_from(last).map_err(|_| Fault::Corrupt("entries"))? + 1;
        let breach = &counted.breach;
        let (left, unnamed) = self.left_to(breach.recipient, breach.from..breach.to, &page)?;
        let confirmed = counted.breach.confirmed;
        self.store.write("breach.stretch", move |tx| {
            if first {
                return match breaches::count_on(tx, id, (from, to), unnamed)? {
                    true => left.iter().try_for_each(|(whose, left)| add(tx, id, *whose, left, now)),
                    false => Ok(()),
                };
            }
            let Some(confirmed) = confirmed else { return Ok(()) };
            if breaches::sort_on(tx, id, (from, to))? {
                left.iter().try_for_each(|(whose, left)| sort(tx, id, *whose, left, confirmed))?;
                if to >= end {
                    touched::sort_doubtful(tx, id, confirmed)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// What a recipient received of whom in a period, in this stretch, and how many answers nobody can be named for.
    pub(super) fn left_to(
        &self,
        recipient: RecipientId,
        period: Range<At>,
        page: &[Numbered],
    ) -> Result<(BTreeMap<SubscriberId, Left>, i64), Failure> {
        let (mut all, mut unnamed): (BTreeMap<SubscriberId, Left>, i64) = (BTreeMap::new(), 0);
        for entry in page.iter().filter(|entry| period.contains(&entry.at)) {
            let leaf: Leaf = serde_json::from_slice(&entry.leaf).map_err(|_| Fault::Corrupt("entries"))?;
            if leaf.kind != Kind::Request || leaf.recipient != Some(recipient) {
                continue;
            }
            let Some(sealed) = &entry.sealed else {
                unnamed += 1;
                continue;
            };
            let (_, canonical) = self.open_record(entry.id, sealed)?;
            let record: Record = serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
            let (Some(whose), Event::Request { outcomes, .. }) = (record.subscriber, record.event) else {
                continue;
            };
            let what: BTreeSet<Category> =
                outcomes.iter().filter(|o| o.precision.is_some()).map(|o| o.category).collect();
            if !what.is_empty() {
                let left = all.entry(whose).or_insert(Left { times: Vec::new(), what: BTreeSet::new() });
                left.times.push(record.at);
                left.what.extend(what);
            }
        }
        Ok((all, unnamed))
    }
}

fn add(tx: &mut Tx<'_>, breach: BreachId, whose: SubscriberId, left: &Left, now: At) -> Result<(), Fault> {
    let found = subscribers::find(tx, whose)?.ok_or(Fault::Corrupt("records"))?;
    let times = left.times.iter().copied();
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else { return Ok(()) };
    let more = Touched {
        subscriber: whose,
        breach,
        home: found.home,
        answers: left.times.len() as i64,
        first,
        last,
        what: left.what.clone(),
        inside: false,
        told: Told::Nothing,
        due: now,
        tries: 0,
    };
    touched::add(tx, &more)
}

fn sort(
    tx: &mut Tx<'_>,
    breach: BreachId,
    whose: SubscriberId,
    left: &Left,
    confirmed: Confirmed,
) -> Result<(), Fault> {
    let inside = left.times.iter().any(|at| (confirmed.from..confirmed.to).contains(at));
    touched::sort(tx, whose, breach, (left.times.len() as i64, inside))
}
