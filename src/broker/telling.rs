//! How a subscriber wants to be told of what leaves about him: what he chose, and choosing. Deliberately absent: the telling (`told`).
use super::{Broker, Failure};
use crate::domain::consent::Capture;
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::telling::{Manner, Rhythm};
use crate::store::subscribers::Subscriber;
use crate::store::tellings::{self, Telling};
use crate::store::{Fault, Tx, consents, counters, entries, relations, subscribers};

/// Times a change is tried anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// How a subscriber is told, and how he could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notices {
    /// How he is.
    pub manner: Manner,
    /// What he may choose.
    pub offered: Vec<Rhythm>,
    /// Whether the law of his country asks for it.
    pub law: bool,
    /// Whether anything carries it to him; else his pages tell it alone.
    pub carried: bool,
}

impl Broker {
    /// How the subscriber is told of what leaves.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn notices(&self, subscriber: SubscriberId) -> Result<Notices, Failure> {
        let (found, row) = self.store.read("telling.find", |tx| {
            Ok((subscribers::find(tx, subscriber)?, tellings::find(tx, subscriber)?))
        })?;
        let home = found.ok_or(Failure::NotFound("subscriber"))?.home;
        let pack = self.engine.pack(home);
        Ok(Notices {
            manner: manner(row.as_ref(), self.rhythm(home)),
            offered: Rhythm::ALL.into_iter().filter(|rhythm| pack.offers(*rhythm)).collect(),
            law: !pack.offers(Rhythm::Off),
            carried: self.courier.is_some(),
        })
    }

    /// Chooses how, and records that it was chosen; what changes nothing is recorded as nothing. What waits is told as was chosen last.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for what the law does not leave to him; faults.
    pub fn choose_notices(
        &self,
        subscriber: SubscriberId,
        by: Capture,
        wanted: Manner,
    ) -> Result<Option<EntryId>, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let (found, row) = self.store.read("telling.choose", |tx| {
                Ok((subscribers::find(tx, subscriber)?, tellings::find(tx, subscriber)?))
            })?;
            let found = found.filter(|s| s.ended.is_none()).ok_or(Failure::NotFound("subscriber"))?;
            let (home, version) = (found.home, found.version);
            if !self.engine.pack(home).offers(wanted.rhythm) {
                return Err(Failure::invalid(
                    "rhythm",
                    "how often; the law here leaves no other choice".to_owned(),
                ));
            }
            let default = self.rhythm(home);
            if wanted == manner(row.as_ref(), default) {
                return Ok(None);
            }
            let quiet = if wanted.quiet.is_some() { ", quiet hours" } else { "" };
            let which = format!("{}{quiet} ({}, {})", wanted.rhythm.as_str(), by.actor.as_str(), by.channel);
            let event = Event::Operation { what: "subscriber.notices".to_owned(), which };
            let record =
                Record { at: now, subscriber: Some(subscriber), recipient: None, purpose: None, event };
            let entry = self.entry(&record)?;
            let id = entry.id;
            let chosen = self.store.write("telling.choose", move |tx| {
                if !subscribers::bump(tx, subscriber, version)? {
                    return Ok(false);
                }
                let row = tellings::find(tx, subscriber)?;
                let was_off = manner(row.as_ref(), default).rhythm == Rhythm::Off;
                // What left while he was not told is not told afterwards; his pages show it.
                let row = match row.filter(|_| !was_off && wanted.rhythm != Rhythm::Off) {
                    Some(row) => row,
                    None => Telling { told: counters::value(tx, counters::TOLD)?, ..nothing(subscriber) },
                };
                let due = row.oldest.and_then(|oldest| wanted.due(row.waiting, oldest, now, home));
                let row = Telling { rhythm: Some(wanted.rhythm), quiet: wanted.quiet, due, ..row };
                tellings::put(tx, &row)?;
                entries::append(tx, &entry)?;
                Ok(true)
            })?;
            if chosen {
                return Ok(Some(id));
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    /// The language in which a subscriber was asked last, where that is known.
    pub(super) fn language(&self, tx: &mut Tx<'_>, found: &Subscriber) -> Result<Option<String>, Fault> {
        let people = relations::people(tx, found.id, found.majority, found.related)?;
        let newest = consents::held(tx, found.id, &people)?.into_iter().max_by_key(|g| g.granted_at);
        let Some(grant) = newest else { return Ok(None) };
        Ok(consents::find_notice(tx, &grant.notice)?.map(|notice| notice.locale))
    }

    /// How often who chose nothing is told.
    pub(super) fn rhythm(&self, home: Jurisdiction) -> Rhythm {
        self.engine.pack(home).rhythm()
    }
}

/// How somebody is told.
pub(super) fn manner(row: Option<&Telling>, default: Rhythm) -> Manner {
    Manner { rhythm: row.and_then(|r| r.rhythm).unwrap_or(default), quiet: row.and_then(|r| r.quiet) }
}

/// The row of a subscriber who chose nothing and whom nothing waits for.
pub(super) fn nothing(subscriber: SubscriberId) -> Telling {
    Telling { subscriber, rhythm: None, quiet: None, told: 0, waiting: 0, oldest: None, due: None }
}
