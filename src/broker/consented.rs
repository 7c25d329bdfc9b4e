//! Every consent that a subscriber ever gave, refused or ended, with the acts on it and the words he saw. Deliberately absent: what it
//! was worth to anybody (`explain`), and its signed receipt (`receipt`).
use super::{Broker, Failure};
use crate::domain::consent::{Act, Event, Grant, chains};
use crate::domain::id::SubscriberId;
use crate::domain::notice::Notice;
use crate::store::{consents, recipients, relations, subscribers};

/// One chain of acts: a consent from its begin to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Consented {
    /// As it is now.
    pub grant: Grant,
    /// What was done to it, oldest first.
    pub acts: Vec<Event>,
}

impl Broker {
    /// Every consent on which the subscriber said yes or no, the one that began last first. What was only asked is none.
    pub fn consents(&self, subscriber: SubscriberId) -> Result<Vec<Consented>, Failure> {
        let now = self.now()?;
        let (events, people) = self.store.read("subscriber.consents", |tx| {
            let people = match subscribers::find(tx, subscriber)? {
                Some(found) => relations::people(tx, subscriber, found.majority, found.related)?,
                None => Default::default(),
            };
            let mut events = Vec::new();
            for recipient in recipients::all(tx)? {
                events.extend(consents::events(tx, subscriber, recipient.id)?);
            }
            Ok((events, people))
        })?;
        let mut events = events;
        events.sort_unstable_by_key(|e| e.seq);
        let answered = |acts: &[&Event]| acts.iter().any(|e| matches!(e.act, Act::Grant | Act::Refuse));
        let mut all: Vec<Consented> = chains(&events)
            .into_iter()
            .filter(|(_, acts)| answered(acts))
            .map(|(grant, acts)| Consented {
                grant: grant.bound(&people).at(now),
                acts: acts.into_iter().cloned().collect(),
            })
            .collect();
        all.reverse();
        Ok(all)
    }

    /// The words behind a hash, as they were shown.
    pub fn notice_seen(&self, hash: &str) -> Result<Option<Notice>, Failure> {
        Ok(self.store.read("subscriber.notice", |tx| consents::find_notice(tx, hash))?)
    }
}
