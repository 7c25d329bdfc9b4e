//! Once a year a subscriber is told how often something left about him, to whom, and where he sees it, where the law of his country has it so and he wants it. What left is
//! counted as the log is looked through for other tellings, in the same transaction. Deliberately absent: what an answer said.
//!
//! A year begins with the first answer after the last telling, so that a clock which leaps tells nobody twice.
use super::telling::manner;
use super::{Broker, Failure, enrol};
use crate::crypt::hex;
use crate::domain::consent::Capture;
use crate::domain::courier::{Courier, Letter, Says};
use crate::domain::id::{EntryId, RecipientId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US, MINUTE_US};
use crate::policy::telling::Yearly;
use crate::store::digests::{self, Digest};
use crate::store::{Fault, Tx, entries, recipients, subscribers, tellings};
use std::collections::BTreeMap;

/// Subscribers told in one go.
const MOST: i64 = 100;
/// How long who could not be told waits, or who was being told when the server died.
const AGAIN_US: i64 = 10 * MINUTE_US;
/// So much earlier than it must be he is told, days: quiet hours come in between, and messaging that does not answer.
pub(super) const EARLY_DAYS: i64 = 14;
/// Times a choice is tried anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

const UNTOLD: &str = "the messaging does not take what subscribers are told once a year; it is tried again";

/// After how long a home country has its subscribers told, µs.
pub(super) type Years = [(Jurisdiction, Option<i64>); Jurisdiction::ALL.len()];

impl Broker {
    pub(super) fn years(&self) -> Years {
        let year = |home| self.engine.pack(home).yearly.as_ref().map(year_us);
        Jurisdiction::ALL.map(|home| (home, year(home)))
    }

    /// Whether the subscriber is told once a year; nothing where no law has it so.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn yearly(&self, subscriber: SubscriberId) -> Result<Option<bool>, Failure> {
        let (found, row) = self.store.read("digest.find", |tx| {
            Ok((subscribers::find(tx, subscriber)?, digests::find(tx, subscriber)?))
        })?;
        let home = found.ok_or(Failure::NotFound("subscriber"))?.home;
        Ok(self.engine.pack(home).yearly.as_ref().map(|_| row.is_none_or(|row| !row.off)))
    }

    /// Chooses whether, and records that it was chosen; what changes nothing is recorded as nothing.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` where no law has anybody told, or it leaves no choice; faults.
    pub fn choose_yearly(
        &self,
        subscriber: SubscriberId,
        by: Capture,
        wanted: bool,
    ) -> Result<Option<EntryId>, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let found = self.store.read("digest.choose", |tx| subscribers::find(tx, subscriber))?;
            let found = found.filter(|s| s.ended.is_none()).ok_or(Failure::NotFound("subscriber"))?;
            let rule = self.engine.pack(found.home).yearly.as_ref();
            let Some(rule) = rule.filter(|rule| wanted || rule.may_be_off) else {
                return Err(Failure::invalid("yearly", "what the law of his country leaves to him"));
            };
            if self.yearly(subscriber)? == Some(wanted) {
                return Ok(None);
            }
            let (year, version) = (year_us(rule), found.version);
            let word = if wanted { "on" } else { "off" };
            let which = format!("{word} ({}, {})", by.actor.as_str(), by.channel);
            let event = Event::Operation { what: "subscriber.yearly".to_owned(), which };
            let record =
                Record { at: now, subscriber: Some(subscriber), recipient: None, purpose: None, event };
            let entry = self.entry(&record)?;
            let id = entry.id;
            let chosen = self.store.write("digest.choose", move |tx| {
                if !subscribers::bump(tx, subscriber, version)? {
                    return Ok(false);
                }
                let row = digests::find(tx, subscriber)?.unwrap_or_else(|| nothing(subscriber, now));
                let left = wanted && !row.counts.is_empty();
                let due = left.then(|| row.since.plus(year).max(now));
                digests::put(tx, &Digest { due, off: !wanted, ..row })?;
                entries::append(tx, &entry)?;
                Ok(true)
            })?;
            if chosen {
                return Ok(Some(id));
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    /// Tells those whose year is over, until `stopped`. How many.
    ///
    /// # Errors
    /// `Halted` when the messaging does not take it; faults.
    pub(super) fn tell_years(
        &self,
        courier: &dyn Courier,
        stopped: &dyn Fn() -> bool,
    ) -> Result<usize, Failure> {
        let mut told = 0;
        loop {
            let now = self.now()?;
            let due = self.store.read("digest.due", |tx| digests::due(tx, now, MOST))?;
            if due.is_empty() {
                return Ok(told);
            }
            for row in due {
                if stopped() {
                    return Ok(told);
                }
                told += usize::from(self.tell_year(courier, row)?);
            }
        }
    }

    fn tell_year(&self, courier: &dyn Courier, row: Digest) -> Result<bool, Failure> {
        let (id, now) = (row.subscriber, self.now()?);
        let seen = self.store.read("digest.who", |tx| {
            let found = subscribers::find(tx, id)?.filter(|s| s.ended.is_none());
            let sealed = subscribers::sealed_reference(tx, id)?;
            let Some((found, sealed)) = found.zip(sealed) else { return Ok(None) };
            let locale = self.language(tx, &found)?;
            Ok(Some((found, sealed, locale, tellings::find(tx, id)?, recipients::all(tx)?)))
        })?;
        let Some((found, sealed, locale, chosen, known)) = seen else {
            self.store.write("digest.drop", move |tx| digests::delete(tx, id))?;
            return Ok(false);
        };
        let quiet = manner(chosen.as_ref(), self.rhythm(found.home)).quiet_until(now, found.home);
        let (before, later) = (row.clone(), quiet.unwrap_or(now.plus(AGAIN_US)));
        let taken = self.store.write("digest.take", move |tx| digests::put_off(tx, &before, later))?;
        // Who moved, or whose law has it no longer, is told nothing.
        let year = self.years().into_iter().find(|(home, _)| *home == found.home).and_then(|(_, year)| year);
        let Some(year) = year.filter(|_| taken && quiet.is_none()) else { return Ok(false) };
        let to = self.open_reference(&sealed, enrol::PLACE, &id.0)?;
        let name = |id: &RecipientId| {
            known.iter().find(|r| r.id == *id).map_or_else(|| id.to_string(), |r| r.name.clone())
        };
        let counts: Vec<(String, u64)> = row.counts.iter().map(|(id, n)| (name(id), *n)).collect();
        let [letter @ .., _, _, _, _] = self.keyring.blind_index(&format!("year {id} {}", row.since.0));
        let address = format!("{}/me/asked", self.settings.issuer);
        let says = Says::Yearly {
            since: row.since,
            counts: &counts,
            address: &address,
            home: found.home,
            locale: locale.as_deref(),
        };
        let letter = Letter { id: format!("year_{}", hex::encode(&letter)), to, at: now, says };
        courier.carry(&letter).map_err(|problem| {
            tracing::error!(problem, "a subscriber is not told what left in a year");
            Failure::Halted(UNTOLD)
        })?;
        self.settle_year(&row, year)
    }

    /// Writes down that he was told, and records it.
    fn settle_year(&self, row: &Digest, year: i64) -> Result<bool, Failure> {
        let (id, since, now) = (row.subscriber, row.since, self.now()?);
        let told = row.counts.clone();
        let which = format!("{} answers", told.values().sum::<u64>());
        let event = Event::Operation { what: "subscriber.told-year".to_owned(), which };
        let record = Record { at: now, subscriber: Some(id), recipient: None, purpose: None, event };
        let entry = self.entry(&record)?;
        self.store.write("digest.settle", move |tx| {
            let Some(row) = digests::find(tx, id)?.filter(|row| row.since == since) else { return Ok(()) };
            // What was counted since it was read begins the next year.
            let left = |(id, n): (RecipientId, u64)| {
                let rest = n - told.get(&id).copied().unwrap_or_default().min(n);
                (rest > 0).then_some((id, rest))
            };
            let counts: BTreeMap<_, _> = row.counts.into_iter().filter_map(left).collect();
            let due = (!counts.is_empty()).then(|| now.plus(year));
            digests::put(tx, &Digest { subscriber: id, since: now, counts, due, off: row.off })?;
            entries::append(tx, &entry)
        })?;
        Ok(true)
    }
}

/// What left waits so long at most, µs.
fn year_us(rule: &Yearly) -> i64 {
    (i64::from(rule.days) - EARLY_DAYS).max(1) * DAY_US
}

fn nothing(subscriber: SubscriberId, now: At) -> Digest {
    Digest { subscriber, since: now, counts: BTreeMap::new(), due: None, off: false }
}

/// Counts what left about a subscriber, where his country has people told of it.
pub(super) fn count(
    tx: &mut Tx<'_>,
    (id, home): (SubscriberId, Jurisdiction),
    (left, oldest): (&BTreeMap<RecipientId, u64>, At),
    years: &Years,
) -> Result<(), Fault> {
    let Some(year) = years.iter().find(|(of, _)| *of == home).and_then(|(_, year)| *year) else {
        return Ok(());
    };
    let mut row = digests::find(tx, id)?.unwrap_or_else(|| nothing(id, oldest));
    if row.counts.is_empty() {
        row.since = row.since.max(oldest);
    }
    left.iter().for_each(|(id, n)| *row.counts.entry(*id).or_default() += n);
    let due = row.due.or(Some(row.since.plus(year))).filter(|_| !row.off);
    digests::put(tx, &Digest { due, ..row })
}
