//! What the subscriber sees: what he decided, who asked what, and the true reason of each refusal.
use super::record::{Event, Record};
use super::{Broker, Failure};
use crate::domain::consent::{Grant, State};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::recipient::Recipient;
use crate::store::{Fault, consents, entries, recipients, relations, subscribers};

/// Records read at a time.
const CHUNK: i64 = 100;
/// Records opened for one answer at most, so that a look far back costs no more than any other.
const LOOK: i64 = 2000;

/// What a subscriber decided, and about whom he may decide.
#[derive(Debug)]
pub struct Overview {
    /// Recipients that he may allow or refuse.
    pub recipients: Vec<Recipient>,
    /// What he decided.
    pub grants: Vec<Grant>,
    /// What waits for his answer; where its end lies after its begin, staff wrote down a yes.
    pub asked: Vec<Grant>,
    /// The number of the last consent event.
    pub last: i64,
}

/// Requests about a subscriber, newest first.
#[derive(Debug)]
pub struct Requests {
    /// At most as many as wanted.
    pub records: Vec<Record>,
    /// What to skip for the earlier ones; `None` when these are the last.
    pub earlier: Option<u32>,
}

impl Broker {
    /// What the subscriber decided.
    pub fn overview(&self, subscriber: SubscriberId) -> Result<Overview, Failure> {
        let now = self.now()?;
        let seen = self.store.read("subscriber.overview", |tx| {
            let Some(found) = subscribers::find(tx, subscriber)? else { return Ok(None) };
            let people = relations::people(tx, found.id, found.majority, found.related)?;
            let held = consents::held(tx, subscriber, &people)?;
            Ok(Some((recipients::all(tx)?, held, found.home, consents::last(tx, subscriber)?)))
        })?;
        let (recipients, held, home, last) = seen.ok_or(Failure::NotFound("subscriber"))?;
        let in_force = |grant: Grant| {
            let recipient = recipients.iter().find(|r| r.id == grant.cell.recipient);
            let rules = self.in_force(recipient, home, grant.cell.purpose);
            grant.under(rules)
        };
        // A question that was not answered is no decision, and a pause that has ended is none any more.
        let waits = |g: &Grant| matches!(g.state, State::Requested | State::Deferred);
        let (asked, decided): (Vec<Grant>, Vec<Grant>) = held.into_iter().partition(waits);
        let grants = decided.into_iter().map(|g| in_force(g).at(now)).collect();
        Ok(Overview { recipients, grants, asked, last })
    }

    /// `most` requests about the subscriber after the first `skip` records, of one recipient or of all. What kind a record is of and
    /// who asked is sealed too, so records are opened until there are enough.
    pub fn requests(
        &self,
        subscriber: SubscriberId,
        by: Option<RecipientId>,
        skip: u32,
        most: usize,
    ) -> Result<Requests, Failure> {
        let (mut records, mut at) = (Vec::new(), i64::from(skip));
        let end = at + LOOK;
        while at < end {
            let chunk =
                self.store.read("subscriber.timeline", |tx| entries::about(tx, subscriber, at, CHUNK))?;
            let last = chunk.len() < CHUNK as usize;
            for (id, sealed, _) in chunk {
                let (_, canonical) = self.open_record(id, &sealed)?;
                let record: Record =
                    serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
                let wanted = by.is_none_or(|by| record.recipient == Some(by));
                if wanted && matches!(record.event, Event::Request { .. }) {
                    if records.len() == most {
                        return Ok(Requests { records, earlier: u32::try_from(at).ok() });
                    }
                    records.push(record);
                }
                at += 1;
            }
            if last {
                return Ok(Requests { records, earlier: None });
            }
        }
        Ok(Requests { records, earlier: u32::try_from(at).ok() })
    }
}
