//! Who beside recipients saw something about a subscriber: rescue agencies, whoever took an export about him alone, whoever looked into a console at a case about him. Read from
//! what is recorded about him, like his timeline; kept nowhere else. Deliberately absent: what an agency asked while telling him of it may wait.
use super::{Broker, Failure};
use crate::domain::entry::Kind;
use crate::domain::id::SubscriberId;
use crate::domain::record::{Event, Record};
use crate::domain::time::At;
use crate::store::{Fault, emergencies, entries};

/// Entries shown at most; all of them are in the copy of his data.
const MOST: i64 = 200;

/// Somebody who saw something about a subscriber.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// When.
    pub at: At,
    /// An emergency, an export or a look, as it is recorded.
    pub event: Event,
}

impl Broker {
    /// Who else saw something about the subscriber, newest first.
    ///
    /// # Errors
    /// Faults.
    pub fn others(&self, subscriber: SubscriberId) -> Result<Vec<Seen>, Failure> {
        let now = self.now()?;
        let (sealed, hidden) = self.store.read("subscriber.others", |tx| {
            let kinds = [Kind::Emergency, Kind::Export, Kind::Look];
            let sealed = entries::of_kinds(tx, subscriber, kinds, MOST)?;
            Ok((sealed, emergencies::hidden(tx, subscriber, now)?))
        })?;
        let shown = sealed.into_iter().filter(|(id, _)| !hidden.contains(id));
        shown
            .map(|(id, sealed)| {
                let (_, canonical) = self.open_record(id, &sealed)?;
                let record: Record =
                    serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
                Ok(Seen { at: record.at, event: record.event })
            })
            .collect()
    }
}
