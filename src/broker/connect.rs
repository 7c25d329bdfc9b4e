//! A subscriber links himself with the client of a recipient that asked, or does not. Deliberately absent: his consents, which are decided by
//! the one verb there is (`consent`); a link gives a recipient a name for him and a code, and no data.
use super::invite::Visitor;
use super::linked::{CODE, Code, Ticket};
use super::push::Pending;
use super::{Broker, Failure};
use crate::crypt::pseudonym;
use crate::domain::id::{LinkId, RecipientId};
use crate::domain::link::Wanted;
use crate::domain::record::{Event, Record};
use crate::domain::time::{At, MINUTE_US, SECOND_US};
use crate::store::entries::EntryRow;
use crate::store::links::Link;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Stops, Tx, entries, links, subscribers};

/// Life of a code, µs.
pub const CODE_US: i64 = MINUTE_US;

/// A link that is about to be made, and what is recorded of it.
pub(super) struct Making {
    pub(super) link: Link,
    found: Subscriber,
    recipient: RecipientId,
    name: String,
    entry: EntryRow,
}

impl Making {
    /// Makes it, in the caller's transaction.
    pub(super) fn write(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        links::put(tx, &self.link, self.link.linked)?;
        subscribers::remember_pseudonym(tx, self.recipient, &self.name, &self.found)?;
        entries::append(tx, &self.entry)
    }
}

impl Broker {
    /// A new link of `found` with a client, in the place of the one `before`.
    pub(super) fn making(
        &self,
        found: &Subscriber,
        (client, recipient): (&str, RecipientId),
        wanted: &Wanted,
        before: Option<&Link>,
        now: At,
    ) -> Result<Making, Fault> {
        let link = Link {
            subscriber: found.id,
            client: client.to_owned(),
            id: before.map_or_else(|| LinkId::new(now, self.rng.as_ref()), |before| before.id),
            version: before.map_or(1, |before| before.version + 1),
            epoch: found.epoch,
            wanted: wanted.clone(),
            serial: 0,
            jkt: None,
            linked: now,
            used: now,
            ended: None,
            shut: false,
        };
        let name = pseudonym::pairwise(&self.keyring, recipient, found.id, found.epoch);
        let entry = self.entry(&Record {
            at: now,
            subscriber: Some(found.id),
            recipient: Some(recipient),
            purpose: Some(wanted.purpose),
            event: Event::Operation { what: "subscriber.link".to_owned(), which: name.clone() },
        })?;
        Ok(Making { link, found: *found, recipient, name, entry })
    }

    /// Links the visitor with the client, if he allows something of what it asks, and gives where his browser goes: back, with a code. Where consents alone were
    /// asked for, nobody is linked, and it goes back with the word for what he allows.
    ///
    /// # Errors
    /// `Conflict` when he allows nothing of it; `DeadLink` for what was answered before; faults.
    pub fn connect(&self, visitor: &Visitor, pending: &Pending) -> Result<String, Failure> {
        if pending.is_capture() {
            return self.captured(visitor, pending);
        }
        let (now, wanted) = (self.now()?, &pending.wanted);
        let seen = self.store.read("link.make", |tx| {
            let found = subscribers::find(tx, visitor.subscriber)?.filter(|s| s.ended.is_none());
            let Some(found) = found else { return Ok(None) };
            let allowed = self.allowed(tx, &found, pending.recipient, wanted, now)?;
            let before = links::find(tx, found.id, &pending.client, wanted.purpose)?;
            Ok(Some((found, allowed, before)))
        })?;
        let (found, allowed, before) = seen.ok_or(Failure::DeadLink)?;
        if allowed.is_none() {
            return Err(Failure::Conflict("nothing of what is asked for is allowed".to_owned()));
        }
        let whose = (pending.client.as_str(), pending.recipient);
        let making = self.making(&found, whose, wanted, before.as_ref(), now)?;
        let code = Code {
            ticket: Ticket::of(&making.link, pending.audience),
            redirect_uri: pending.redirect_uri.as_str().to_owned(),
            challenge: pending.challenge.clone(),
            jkt: pending.jkt.clone(),
            until: now.plus(CODE_US),
        };
        let once = pending.once();
        let made = self.store.write_until(Stops::Second, "link.make", move |tx| {
            if !once.spend(tx)? {
                return Ok(false);
            }
            making.write(tx)?;
            Ok(true)
        })?;
        if !made {
            return Err(Failure::DeadLink);
        }
        let code = self.hand_out(CODE, pending.client.as_bytes(), &code);
        Ok(pending.back(("code", &code), &self.settings.issuer))
    }

    /// Links nobody, and gives where the browser goes: back, with a no. What was allowed on the way stays as it was said.
    ///
    /// # Errors
    /// `DeadLink` for what was answered before; faults.
    pub fn decline(&self, pending: &Pending) -> Result<String, Failure> {
        let once = pending.once();
        if !self.store.write_until(Stops::Last, "link.decline", move |tx| once.spend(tx))? {
            return Err(Failure::DeadLink);
        }
        Ok(pending.back(("error", "access_denied"), &self.settings.issuer))
    }
}

const _: () = assert!(CODE_US <= 60 * SECOND_US, "FAPI 2.0 section 5.3.2.1");
