//! What recipients learnt of a subscriber in the last days, as the release ledger has it: for his own eyes, and for whoever watches over what is told.
//! Deliberately absent: a record of having looked at one's own.
use super::{Broker, Failure, release};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::minimise::budget;
use crate::minimise::item::Released;
use crate::minimise::learnt::learnt;
use crate::minimise::life::Life;
use crate::store::{Fault, releases, subscribers};

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
            if told.is_empty() {
                return Ok(Some(Learnt::default()));
            }
            let (profile, never) = self.open_life(tx, &subscriber)?;
            Ok(Some(learnt(&told, &Life { profile: &profile, never: &never, home: subscriber.home })))
        })?;
        seen.ok_or(Failure::NotFound("subscriber"))
    }
}
