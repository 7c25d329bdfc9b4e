//! Whoever has the records about him erased has recipients asked to delete what they hold of him, too, though his consents stand (GDPR Art. 17(2), 19). Deliberately
//! absent: what was asked when a consent ended (`announce`), and whether anybody does it (`purge`).
use super::announce::Announcement;
use super::{Broker, Failure};
use crate::domain::consent::{Grant, Holds};
use crate::domain::id::RecipientId;
use crate::domain::time::At;
use crate::store::subscribers::Subscriber;
use crate::store::{consents, purges, recipients, relations};
use std::collections::BTreeSet;

impl Broker {
    /// Requests to delete what came of everything that a subscriber allows. None to a recipient that does not listen, nor where one is still unanswered.
    pub(super) fn recall(&self, subscriber: &Subscriber, at: At) -> Result<Vec<Announcement>, Failure> {
        let (id, majority, related) = (subscriber.id, subscriber.majority, subscriber.related);
        let (held, known, asked) = self.store.read("recall.held", |tx| {
            let people = relations::people(tx, id, majority, related)?;
            Ok((consents::held(tx, id, &people)?, recipients::all(tx)?, purges::unanswered_about(tx, id)?))
        })?;
        let listens: BTreeSet<RecipientId> =
            known.into_iter().filter(|r| r.webhook.is_some()).map(|r| r.id).collect();
        let to_ask = |grant: &&Grant| {
            let cell = (grant.cell.recipient, grant.cell.purpose, grant.cell.category);
            let stands = grant.state.is_given() && grant.terms.holds != Holds::Never;
            stands && listens.contains(&cell.0) && !asked.contains(&cell)
        };
        let asks = held.iter().filter(to_ask).map(|grant| self.deletion(subscriber, grant, at));
        Ok(asks.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}
