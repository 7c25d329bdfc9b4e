//! Subscribers are told of what left about them. What there is to tell is read from the ledger once it is numbered, so that an answer writes
//! nothing for it, and numbers, unlike times, never come late. Deliberately absent: what an answer said.
//!
//! It arrives at least once: what is due is put off before it is sent, and is told no more once that is written down.
use super::telling::{manner, nothing};
use super::{Broker, Failure, digest, enrol};
use crate::crypt::hex;
use crate::domain::courier::{Courier, Letter, Says, Told};
use crate::domain::entry::{Kind, Leaf};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::purpose::Purpose;
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::telling::Rhythm;
use crate::domain::time::{At, DAY_US, MINUTE_US};
use crate::store::entries::Numbered;
use crate::store::subscribers::Subscriber;
use crate::store::tellings::{self, Telling};
use crate::store::{Fault, Tx, counters, entries, recipients, subscribers};
use std::collections::BTreeMap;

/// Entries looked at in one go.
const LOOK: i64 = 500;
/// Subscribers told in one go.
const MOST: i64 = 100;
/// Records read for one message; who has more gets another one.
const PAGE: i64 = 500;
/// How long who could not be told waits, or who was being told when the server died.
const AGAIN_US: i64 = 10 * MINUTE_US;

const UNTOLD: &str = "the messaging does not take what subscribers are to be told; it is tried again";

/// What left about somebody in a stretch of the log.
#[derive(Debug, Clone)]
struct Left {
    answers: i64,
    oldest: At,
    /// The same by recipient.
    by: BTreeMap<RecipientId, u64>,
}

impl Broker {
    /// Whether anything carries what subscribers are told.
    pub fn tells(&self) -> bool {
        self.courier.is_some()
    }

    /// Looks for what has left and tells those who are due, until `stopped`. Gives how many were told. Without messaging nothing is looked
    /// for, and waits.
    ///
    /// # Errors
    /// `Halted` when the messaging does not take it; faults.
    pub fn tell(&self, stopped: &dyn Fn() -> bool) -> Result<usize, Failure> {
        let Some(courier) = &self.courier else { return Ok(0) };
        self.tell_emergencies(courier.as_ref(), stopped)?;
        self.tell_asks(courier.as_ref())?;
        self.warn(courier.as_ref(), stopped)?;
        while self.look_on()? {}
        let mut told = self.tell_years(courier.as_ref(), stopped)?;
        loop {
            let now = self.now()?;
            let due = self.store.read("telling.due", |tx| tellings::due(tx, now, MOST))?;
            if due.is_empty() {
                return Ok(told);
            }
            for row in due {
                if stopped() {
                    return Ok(told);
                }
                told += usize::from(self.tell_one(courier.as_ref(), &row)?);
            }
        }
    }

    /// Takes note of what left in the next stretch of the log; whether there was one.
    fn look_on(&self) -> Result<bool, Failure> {
        let (from, entries) = self.store.read("telling.look", |tx| {
            let from = counters::value(tx, counters::TOLD)?;
            Ok((from, entries::with_records(tx, from.unsigned_abs(), LOOK)?))
        })?;
        let Some(last) = entries.last() else { return Ok(false) };
        let end = i64::try_from(last.seq).map_err(|_| Fault::Corrupt("entries"))? + 1;
        let left = self.left(&entries)?;
        let defaults = Jurisdiction::ALL.map(|home| (home, self.rhythm(home)));
        let (now, years) = (self.now()?, self.years());
        self.store
            .write("telling.look", move |tx| {
                // Another process may have been faster.
                if counters::value(tx, counters::TOLD)? == from {
                    counters::advance(tx, counters::TOLD, from, end)?;
                    left.iter()
                        .try_for_each(|(id, left)| note(tx, *id, left, from, (&defaults, &years), now))?;
                }
                Ok(true)
            })
            .map_err(Failure::from)
    }

    fn left(&self, entries: &[Numbered]) -> Result<BTreeMap<SubscriberId, Left>, Failure> {
        let mut all: BTreeMap<SubscriberId, Left> = BTreeMap::new();
        for entry in entries {
            let leaf: Leaf = serde_json::from_slice(&entry.leaf).map_err(|_| Fault::Corrupt("entries"))?;
            let Some(sealed) = entry.sealed.as_ref().filter(|_| leaf.kind == Kind::Request) else { continue };
            let (_, canonical) = self.open_record(entry.id, sealed)?;
            let Some((record, _)) = answer(&canonical)? else { continue };
            let Some(subscriber) = record.subscriber else { continue };
            let left = all.entry(subscriber).or_insert_with(|| Left {
                answers: 0,
                oldest: record.at,
                by: BTreeMap::new(),
            });
            left.answers += 1;
            left.oldest = left.oldest.min(record.at);
            record.recipient.into_iter().for_each(|id| *left.by.entry(id).or_default() += 1);
        }
        Ok(all)
    }

    fn tell_one(&self, courier: &dyn Courier, row: &Telling) -> Result<bool, Failure> {
        let (id, due, now) = (row.subscriber, row.due, self.now()?);
        let (found, sealed) = self.store.read("telling.who", |tx| {
            Ok((subscribers::find(tx, id)?, subscribers::sealed_reference(tx, id)?))
        })?;
        let (Some(found), Some(sealed)) = (found.filter(|s| s.ended.is_none()), sealed) else {
            self.store.write("telling.drop", move |tx| tellings::delete(tx, id))?;
            return Ok(false);
        };
        let quiet = manner(Some(row), self.rhythm(found.home)).quiet_until(now, found.home);
        let later = quiet.unwrap_or(now.plus(AGAIN_US));
        let taken = self.store.write("telling.take", move |tx| tellings::put_off(tx, id, due, later))?;
        if !taken || quiet.is_some() {
            return Ok(false);
        }
        let since = row.oldest.unwrap_or(now).plus(-DAY_US);
        let (end, records) = self.store.read("telling.read", |tx| {
            let end = counters::value(tx, counters::TOLD)?;
            Ok((end, tellings::recorded(tx, id, since, (row.told, end), PAGE)?))
        })?;
        // Where there is more, the rest goes with the next message.
        let last = records.last().filter(|_| records.len() == PAGE as usize);
        let until = last.map_or(end, |(seq, ..)| seq + 1);
        let (told, answers) = self.gathered(&records)?;
        if answers > 0 {
            let to = self.open_reference(&sealed, enrol::PLACE, &id.0)?;
            let [name @ .., _, _, _, _] =
                self.keyring.blind_index(&format!("told {id} {} {until}", row.told));
            let letter =
                Letter { id: format!("told_{}", hex::encode(&name)), to, at: now, says: Says::Told(&told) };
            courier.carry(&letter).map_err(|problem| {
                tracing::error!(problem, "a subscriber is not told what left");
                Failure::Halted(UNTOLD)
            })?;
        }
        self.settle_told(&found, row, (answers, until, last.is_some()))?;
        Ok(answers > 0)
    }

    /// Answers in `records`, by recipient and purpose, and how many they are.
    fn gathered(&self, records: &[tellings::Numbered]) -> Result<(Vec<Told>, i64), Failure> {
        let known = self.store.read("telling.recipients", recipients::all)?;
        let name = |id: RecipientId| {
            known.iter().find(|r| r.id == id).map_or_else(|| id.to_string(), |r| r.name.clone())
        };
        let (mut all, mut answers): (BTreeMap<(RecipientId, Purpose), Told>, i64) = (BTreeMap::new(), 0);
        for (_, id, sealed) in records {
            let (_, canonical) = self.open_record(*id, sealed)?;
            let Some((record, categories)) = answer(&canonical)? else { continue };
            let (Some(recipient), Some(purpose)) = (record.recipient, record.purpose) else { continue };
            let told = all.entry((recipient, purpose)).or_insert_with(|| Told {
                recipient: name(recipient),
                purpose,
                categories: Default::default(),
                times: Vec::new(),
            });
            told.categories.extend(categories);
            told.times.push(record.at);
            answers += 1;
        }
        Ok((all.into_values().collect(), answers))
    }

    /// Writes down up to where a subscriber was told, and records that he was.
    fn settle_told(
        &self,
        found: &Subscriber,
        before: &Telling,
        (answers, until, more): (i64, i64, bool),
    ) -> Result<(), Failure> {
        let (id, home, default, now) = (found.id, found.home, self.rhythm(found.home), self.now()?);
        let which = format!("{answers} answers");
        let event = Event::Operation { what: "subscriber.told".to_owned(), which };
        let record = Record { at: now, subscriber: Some(id), recipient: None, purpose: None, event };
        let (entry, before) = (self.entry(&record)?, *before);
        Ok(self.store.write("telling.settle", move |tx| {
            let Some(row) = tellings::find(tx, id)?.filter(|row| row.told == before.told) else {
                return Ok(());
            };
            if answers > 0 {
                entries::append(tx, &entry)?;
            }
            // What was noted since it was read waits on.
            let told = if more { answers } else { before.waiting.max(answers) };
            let waiting = (row.waiting - told).max(i64::from(more));
            let oldest = row.oldest.filter(|_| more).or_else(|| (waiting > 0).then_some(now));
            let due = if more { Some(now) } else { None };
            let due =
                due.or_else(|| manner(Some(&row), default).due(waiting, oldest.unwrap_or(now), now, home));
            tellings::put(tx, &Telling { told: until, waiting, oldest, due, ..row })
        })?)
    }
}

/// The record of an answer that told something, and what; `None` of anything else.
fn answer(canonical: &[u8]) -> Result<Option<(Record, Vec<crate::domain::category::Category>)>, Fault> {
    let record: Record = serde_json::from_slice(canonical).map_err(|_| Fault::Corrupt("records"))?;
    let Event::Request { outcomes, .. } = &record.event else { return Ok(None) };
    let told: Vec<_> = outcomes.iter().filter(|o| o.precision.is_some()).map(|o| o.category).collect();
    Ok((!told.is_empty()).then_some((record, told)))
}

/// Notes what left about a subscriber, unless he is not told.
fn note(
    tx: &mut Tx<'_>,
    id: SubscriberId,
    left: &Left,
    from: i64,
    (defaults, years): (&[(Jurisdiction, Rhythm)], &digest::Years),
    now: At,
) -> Result<(), Fault> {
    let Some(found) = subscribers::find(tx, id)?.filter(|s| s.ended.is_none()) else { return Ok(()) };
    digest::count(tx, (id, found.home), (&left.by, left.oldest), years)?;
    let default = defaults.iter().find(|(home, _)| *home == found.home).map_or(Rhythm::Off, |(_, r)| *r);
    let row = tellings::find(tx, id)?;
    let manner = manner(row.as_ref(), default);
    if manner.rhythm == Rhythm::Off {
        return Ok(());
    }
    let row = row.unwrap_or(Telling { told: from, ..nothing(id) });
    let waiting = row.waiting + left.answers;
    let oldest = row.oldest.map_or(left.oldest, |oldest| oldest.min(left.oldest));
    let due = manner.due(waiting, oldest, now, found.home);
    tellings::put(tx, &Telling { waiting, oldest: Some(oldest), due, ..row })
}
