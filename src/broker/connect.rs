//! A subscriber links himself with the client of a recipient that asked, or does not. Deliberately absent: his consents, which are decided by
//! the one verb there is (`consent`); a link gives a recipient a name for him and a code, and no data.
use super::invite::Visitor;
use super::linked::{CODE, Code, Ticket};
use super::push::Pending;
use super::record::{Event, Record};
use super::{Broker, Failure};
use crate::crypt::pseudonym;
use crate::domain::id::LinkId;
use crate::domain::time::{MINUTE_US, SECOND_US};
use crate::store::links::Link;
use crate::store::{entries, links, subscribers};

/// Life of a code, µs.
pub const CODE_US: i64 = MINUTE_US;

impl Broker {
    /// Links the visitor with the client, if he allows something of what it asks, and gives where his browser goes: back, with a code.
    ///
    /// # Errors
    /// `Conflict` when he allows nothing of it; `DeadLink` for what was answered before; faults.
    pub fn connect(&self, visitor: &Visitor, pending: &Pending) -> Result<String, Failure> {
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
        let link = Link {
            subscriber: found.id,
            client: pending.client.clone(),
            id: before.as_ref().map_or_else(|| LinkId::new(now, self.rng.as_ref()), |before| before.id),
            version: before.map_or(1, |before| before.version + 1),
            epoch: found.epoch,
            wanted: wanted.clone(),
            serial: 0,
            jkt: None,
            used: now,
            ended: None,
        };
        let code = Code {
            ticket: Ticket::of(&link, pending.audience),
            redirect_uri: pending.redirect_uri.as_str().to_owned(),
            challenge: pending.challenge.clone(),
            jkt: pending.jkt.clone(),
            until: now.plus(CODE_US),
        };
        let name = pseudonym::pairwise(&self.keyring, pending.recipient, found.id, found.epoch);
        let entry = self.entry(&Record {
            at: now,
            subscriber: Some(found.id),
            recipient: Some(pending.recipient),
            purpose: Some(wanted.purpose),
            event: Event::Operation { what: "subscriber.link".to_owned(), which: name.clone() },
        })?;
        let (once, recipient) = (pending.once(), pending.recipient);
        let made = self.store.write("link.make", move |tx| {
            if !once.spend(tx)? {
                return Ok(false);
            }
            links::put(tx, &link, now)?;
            subscribers::remember_pseudonym(tx, recipient, &name, &found)?;
            entries::append(tx, &entry)?;
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
        if !self.store.write("link.decline", move |tx| once.spend(tx))? {
            return Err(Failure::DeadLink);
        }
        Ok(pending.back(("error", "access_denied"), &self.settings.issuer))
    }
}

const _: () = assert!(CODE_US <= 60 * SECOND_US, "FAPI 2.0 section 5.3.2.1");
