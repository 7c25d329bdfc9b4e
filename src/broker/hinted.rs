//! Whom a client means by a name. Deliberately absent: an answer that nobody goes by it; then it is somebody who does not exist and allows nothing,
//! so that all that follows is done for him, too, in the same time (promise 8).
use super::Broker;
use crate::domain::age::Majority;
use crate::domain::id::{PersonId, RecipientId, SubscriberId};
use crate::domain::rng::bytes;
use crate::domain::time::At;
use crate::oauth::hint::Hint;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, subscribers};

impl Broker {
    /// Somebody who does not exist: his life has ended before it began.
    pub(super) fn nobody(&self) -> Subscriber {
        Subscriber {
            id: SubscriberId(bytes(self.rng.as_ref())),
            person: PersonId(bytes(self.rng.as_ref())),
            home: self.settings.home,
            majority: Majority::REACHED,
            person_number: 0,
            version: 0,
            epoch: 1,
            related: 0,
            ended: Some(At(0)),
            since: At(0),
        }
    }

    /// Whom a name of `recipient` leads to, or else `nobody`.
    pub(super) fn hinted(
        &self,
        tx: &mut Tx<'_>,
        recipient: RecipientId,
        hint: &Hint,
        nobody: Subscriber,
    ) -> Result<Subscriber, Fault> {
        let found = match hint {
            Hint::Pseudonym(name) => subscribers::find_by_pseudonym(tx, recipient, name)?,
            Hint::Number(reference) => {
                subscribers::find_by_reference(tx, &self.keyring.blind_index(reference.text()))?
            }
        };
        Ok(found.filter(|s| s.ended.is_none()).unwrap_or(nobody))
    }
}
