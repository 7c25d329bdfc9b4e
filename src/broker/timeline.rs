//! What the subscriber sees: what he decided, who asked what, and the true reason of each refusal.
use super::record::{Event, Record};
use super::{Broker, Failure};
use crate::domain::consent::{Grant, State};
use crate::domain::id::SubscriberId;
use crate::domain::recipient::Recipient;
use crate::store::{consents, entries, recipients};

/// Requests shown at most.
const MOST: usize = 100;
/// Records read at a time.
const PAGE: i64 = 100;

/// Everything on a subscriber's own page.
#[derive(Debug)]
pub struct Overview {
    /// Recipients that he may allow or refuse.
    pub recipients: Vec<Recipient>,
    /// What he decided.
    pub grants: Vec<Grant>,
    /// The last hundred requests about him, newest first.
    pub requests: Vec<Record>,
}

impl Broker {
    /// The subscriber's own page.
    pub fn overview(&self, subscriber: SubscriberId) -> Result<Overview, Failure> {
        let now = self.now()?;
        let (recipients, held) = self
            .store
            .read("subscriber.overview", |tx| Ok((recipients::all(tx)?, consents::held(tx, subscriber)?)))?;
        // A question that was not answered is no decision, and a pause that has ended is none any more.
        let decided = |g: &Grant| !matches!(g.state, State::Requested | State::Deferred);
        let grants = held.iter().filter(|g| decided(g)).map(|g| g.at(now)).collect();
        let (mut requests, mut skip) = (Vec::new(), 0);
        // What kind a record is of is sealed too, so pages are opened until there are enough requests, or no more records.
        while requests.len() < MOST {
            let page =
                self.store.read("subscriber.timeline", |tx| entries::about(tx, subscriber, skip, PAGE))?;
            let last = page.len() < PAGE as usize;
            for (id, sealed, _) in page {
                let (_, canonical) = self.open_record(id, &sealed)?;
                let record: Record = serde_json::from_slice(&canonical)
                    .map_err(|_| crate::store::Fault::Corrupt("records"))?;
                if matches!(record.event, Event::Request { .. }) {
                    requests.push(record);
                }
            }
            if last {
                break;
            }
            skip += PAGE;
        }
        requests.truncate(MOST);
        Ok(Overview { recipients, grants, requests })
    }
}
