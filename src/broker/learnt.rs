//! What recipients learnt of a subscriber in the last days, as the release ledger has it: for his own eyes, and for whoever watches over what is told.
//! Deliberately absent: a record of having looked at one's own.
use super::population::{CATEGORY, PURPOSE};
use super::{Broker, Failure, release};
use crate::domain::consent::{Grant, People};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::time::At;
use crate::minimise::budget;
use crate::minimise::item::Released;
use crate::minimise::learnt::learnt;
use crate::minimise::life::Life;
use crate::store::counts::{self, Draw};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, consents, relations, releases, subscribers};

pub use crate::minimise::learnt::Learnt;

impl Broker {
    /// What `by`, or all recipients who put together what they heard, learnt in seven days, counting today.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn learnt(&self, subscriber: SubscriberId, by: Option<RecipientId>) -> Result<Learnt, Failure> {
        let now = self.now()?;
        let seen = self.store.read("subscriber.learnt", |tx| {
            let Some(subscriber) = subscribers::find(tx, subscriber)? else { return Ok(None) };
            let rows = releases::since(tx, subscriber.id, budget::horizon(now))?;
            let of = rows.iter().filter(|row| by.is_none_or(|by| row.recipient == by));
            let told = of.map(release::read).collect::<Result<Vec<Released>, Fault>>()?;
            // Everybody hears the same of many people, so it is no one recipient's.
            let counted = if by.is_none() { counted(tx, &subscriber, budget::horizon(now))? } else { 0 };
            if told.is_empty() {
                return Ok(Some(Learnt { counted, ..Learnt::default() }));
            }
            let (profile, never) = self.open_life(tx, &subscriber)?;
            let life = Life { profile: &profile, never: &never, home: subscriber.home };
            Ok(Some(Learnt { counted, ..learnt(&told, &life) }))
        })?;
        seen.ok_or(Failure::NotFound("subscriber"))
    }
}

/// Days since `since` that were counted while a yes of his was given: on no more of them was he counted.
fn counted(tx: &mut Tx<'_>, subscriber: &Subscriber, since: At) -> Result<u32, Fault> {
    let people: People = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
    let mut grants = consents::held(tx, subscriber.id, &people)?;
    grants.retain(|g| (g.cell.purpose, g.cell.category) == (PURPOSE, CATEGORY));
    if grants.is_empty() {
        return Ok(0);
    }
    let given = |grant: &Grant, draw: &Draw| {
        let ended = grant.terms.closed_at.unwrap_or(At(i64::MAX)).min(grant.until);
        (grant.granted_at..=ended).contains(&draw.at)
    };
    let draws = counts::within(tx, since..=At(i64::MAX))?;
    Ok(draws.iter().filter(|draw| grants.iter().any(|grant| given(grant, draw))).count() as u32)
}
