//! What the subscriber sees: what he decided, who asked what, and the true reason of each refusal.
use super::record::{Event, Record};
use super::{Broker, Failure};
use crate::domain::consent::Grant;
use crate::domain::id::SubscriberId;
use crate::domain::recipient::Recipient;
use crate::store::{consents, entries, recipients};

/// Requests and decisions shown at most.
const MOST: i64 = 100;

/// Everything on a subscriber's own page.
#[derive(Debug)]
pub struct Overview {
    /// Recipients that he may allow or refuse.
    pub recipients: Vec<Recipient>,
    /// What he decided.
    pub grants: Vec<Grant>,
    /// Requests about him, newest first.
    pub requests: Vec<Record>,
}

impl Broker {
    /// The subscriber's own page.
    pub fn overview(&self, subscriber: SubscriberId) -> Result<Overview, Failure> {
        let (recipients, grants, sealed) = self.store.read("subscriber.overview", |tx| {
            Ok((recipients::all(tx)?, consents::held(tx, subscriber)?, entries::about(tx, subscriber, MOST)?))
        })?;
        let mut requests = Vec::new();
        for (id, sealed, _) in sealed {
            let (_, canonical) = self.open_record(id, &sealed)?;
            let record: Record =
                serde_json::from_slice(&canonical).map_err(|_| crate::store::Fault::Corrupt("records"))?;
            if matches!(record.event, Event::Request { .. }) {
                requests.push(record);
            }
        }
        Ok(Overview { recipients, grants, requests })
    }
}
