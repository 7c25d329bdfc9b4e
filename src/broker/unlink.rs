//! Whom a subscriber is linked with, and ending a link. Deliberately absent: his consents, which hold or end as he says of them.
use super::{Broker, Failure};
use crate::crypt::pseudonym;
use crate::domain::consent::Capture;
use crate::domain::id::{LinkId, RecipientId, SubscriberId};
use crate::domain::purpose::Purpose;
use crate::domain::record::{Event, Record};
use crate::domain::time::At;
use crate::store::{Fault, Stops, entries, links, recipients, subscribers};

/// Times an end is tried anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// A link as its subscriber sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedWith {
    /// Which.
    pub id: LinkId,
    /// With whose client.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// Since when.
    pub since: At,
    /// When it last gave the recipient a token, if it did.
    pub used: Option<At>,
    /// When it ended, if it did.
    pub ended: Option<At>,
}

impl Broker {
    /// With whom a subscriber is linked, and was lately; the latest first.
    ///
    /// # Errors
    /// Faults.
    pub fn linked_with(&self, subscriber: SubscriberId) -> Result<Vec<LinkedWith>, Failure> {
        Ok(self.store.read("link.list", |tx| {
            let mut all = Vec::new();
            for link in links::of(tx, subscriber)? {
                // A client that was taken away has no use for a link any more.
                let Some(recipient) = recipients::find_client(tx, &link.client)?.and_then(|c| c.recipient)
                else {
                    continue;
                };
                all.push(LinkedWith {
                    id: link.id,
                    recipient,
                    purpose: link.wanted.purpose,
                    since: link.linked,
                    used: Some(link.used).filter(|used| link.serial > 0 || *used > link.linked),
                    ended: link.ended,
                });
            }
            Ok(all)
        })?)
    }

    /// Ends a link of the subscriber: from the next request on no token of it is taken, and none is given; an answer that is being made meanwhile
    /// is made anew and does not leave. False where it had ended.
    ///
    /// # Errors
    /// `NotFound` for a link that is not his; faults.
    pub fn unlink(&self, subscriber: SubscriberId, by: Capture, id: LinkId) -> Result<bool, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let seen = self.store.read("link.shut", |tx| {
                let link = links::of(tx, subscriber)?.into_iter().find(|link| link.id == id);
                let (Some(link), Some(found)) = (link, subscribers::find(tx, subscriber)?) else {
                    return Ok(None);
                };
                let client = recipients::find_client(tx, &link.client)?;
                Ok(Some((link, found, client.and_then(|c| c.recipient))))
            })?;
            let (link, found, recipient) = seen.ok_or(Failure::NotFound("link"))?;
            if link.ended.is_some() {
                return Ok(false);
            }
            let name = recipient.map(|r| pseudonym::pairwise(&self.keyring, r, found.id, found.epoch));
            let which = format!("{} ({}, {})", name.unwrap_or_default(), by.actor.as_str(), by.channel);
            let event = Event::Operation { what: "subscriber.unlink".to_owned(), which };
            let purpose = Some(link.wanted.purpose);
            let record = Record { at: now, subscriber: Some(subscriber), recipient, purpose, event };
            let entry = self.entry(&record)?;
            let written = self.store.write_until(Stops::Last, "link.shut", move |tx| {
                if !subscribers::bump(tx, subscriber, found.version)? {
                    return Ok(false);
                }
                let (purpose, version) = (link.wanted.purpose, link.version);
                if links::end(tx, subscriber, &link.client, purpose, version, (now, true))? {
                    entries::append(tx, &entry)?;
                    return Ok(true);
                }
                Ok(false)
            })?;
            if written {
                return Ok(true);
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }
}
