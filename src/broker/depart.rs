//! What ends consents in the operator's name, each in one transaction with its cause: the number goes to somebody else or to another
//! operator, who spoke for a subscriber speaks for him no longer, or his age is set right.
//!
//! Deliberately absent: erasing. Records and events of a life that has ended stay for the regulator; nobody else finds the way to them.
use super::announce::{Audience, tell};
use super::authenticate::Caller;
use super::consent::{LONGEST_US, record};
use super::moves::moved;
use super::wish::Wish;
use super::{Broker, Failure};
use crate::domain::consent::{Act, Actor, Capture, Grant, Holds, Terms};
use crate::domain::id::SubscriberId;
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use crate::store::subscribers::Subscriber;
use crate::store::{
    Fault, Stops, Tx, consents, digests, entries, link_asks, link_codes, links, logins, nevers,
    presentations, profiles, relations, subscribers, tellings,
};
use serde::{Deserialize, Serialize};

/// Times a story is decided anew when another one about the same subscriber was faster.
const ATTEMPTS: u32 = 100;
/// How it reached us, as the record says it.
const CHANNEL: &str = "people";

/// Why a subscription ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Departure {
    /// The number goes to somebody else.
    Recycled,
    /// The number goes to another operator.
    PortedOut,
}

impl Departure {
    /// The word in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Departure::Recycled => "recycled",
            Departure::PortedOut => "ported-out",
        }
    }
}

/// What happens to a subscriber beside the end of consents.
pub(super) struct Cause<W> {
    /// Names the story.
    pub name: &'static str,
    /// What the record says was done, and to what.
    pub what: (String, String),
    /// Writes it, with the guard of the version; false when another story was faster.
    pub write: W,
}

impl Broker {
    /// Ends the life of a subscription: every consent (recipients are told to delete what came of it), what is known and what was never shared, who spoke for it,
    /// pseudonyms, sessions and links. Enrolling the same reference again makes another subscriber that shares nothing with it. Gives the
    /// number of consents that ended.
    ///
    /// # Errors
    /// `NotFound` for a reference that is not enrolled, or not any more; faults.
    pub fn depart(&self, _caller: &Caller, reference: &Reference, why: Departure) -> Result<usize, Failure> {
        let id = self.subscriber_of(reference)?.id;
        let spare = crate::domain::rng::bytes::<32>(self.rng.as_ref());
        let cause = Cause {
            name: "subscriber.depart",
            what: (format!("subscriber.{}", why.as_str()), id.to_string()),
            write: move |tx: &mut Tx<'_>, found: &Subscriber, now: At| {
                if !subscribers::end(tx, found.id, found.version, &spare, now)? {
                    return Ok(false);
                }
                profiles::delete(tx, found.id)?;
                nevers::delete(tx, found.id)?;
                tellings::delete(tx, found.id)?;
                digests::delete(tx, found.id)?;
                logins::forget(tx, found.id)?;
                links::forget(tx, found.id)?;
                link_codes::forget(tx, found.id)?;
                link_asks::forget(tx, found.id)?;
                presentations::forget(tx, found.id, true)?;
                relations::end_all(tx, found.id, now)?;
                Ok(true)
            },
        };
        self.revoke_with(id, |_| true, cause)
    }

    /// Ends those consents of a subscriber that `which` names, in one transaction with their cause. Gives their number.
    pub(super) fn revoke_with<W>(
        &self,
        id: SubscriberId,
        which: impl Fn(&Grant) -> bool,
        cause: Cause<W>,
    ) -> Result<usize, Failure>
    where
        W: FnMut(&mut Tx<'_>, &Subscriber, At) -> Result<bool, Fault> + Clone + Send + 'static,
    {
        let by = Capture { actor: Actor::Operator, channel: CHANNEL, relation: None };
        let all =
            Wish::Change { act: Act::Revoke, until: None, recipient: None, purpose: None, category: None };
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&id.0));
            let now = self.now()?;
            let seen = self.store.read(cause.name, |tx| {
                let found = subscribers::find(tx, id)?.filter(|s| s.ended.is_none());
                let Some(found) = found else { return Ok(None) };
                let people = relations::people(tx, id, found.majority, found.related)?;
                let held = consents::held(tx, id, &people)?;
                let audience = Audience::of(tx, &all, &held, None)?;
                Ok(Some((found, held, audience)))
            })?;
            let (found, held, audience) = seen.ok_or(Failure::NotFound("subscriber"))?;
            // Also what bears no longer: until the end that it was told a recipient may still hold what came of it.
            let bare = |g: Grant| Grant { terms: Terms { holds: Holds::Always, ..g.terms }, ..g };
            let held = held.into_iter().filter(&which).map(bare).collect();
            let changes = moved(held, Act::Revoke, None, false, (now, LONGEST_US), by)?;
            let told = self.announce(&found, &changes, &audience)?;
            let (what, subject) = cause.what.clone();
            let mut rows = vec![self.entry(&Record {
                at: now,
                subscriber: Some(id),
                recipient: None,
                purpose: None,
                event: Event::Operation { what, which: subject },
            })?];
            if !changes.is_empty() {
                rows.push(self.entry(&record(id, &changes, by, now))?);
            }
            let (ended, mut write) = (changes.len(), cause.write.clone());
            let written = self.store.write_until(Stops::Last, cause.name, move |tx| {
                if !write(tx, &found, now)? {
                    return Ok(false);
                }
                changes.iter().try_for_each(|change| consents::apply(tx, change))?;
                tell(tx, &found, &told, now)?;
                rows.iter().try_for_each(|row| entries::append(tx, row))?;
                Ok(true)
            })?;
            if written {
                (0..ended).for_each(|_| self.figures.decided(Act::Revoke));
                return Ok(ended);
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }
}
