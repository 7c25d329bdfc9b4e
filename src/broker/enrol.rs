//! Enrolling a subscription, and handing a recipient the pseudonym under which it may ask about it.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::pseudonym;
use crate::domain::age::Age;
use crate::domain::id::{PersonId, RecipientId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Reference;
use crate::store::subscribers::{NewSubscriber, Subscriber};
use crate::store::{entries, recipients, subscribers};

/// What references are sealed to.
pub(crate) const PLACE: (&str, &str) = ("subscribers", "reference_sealed");

impl Broker {
    /// Enrols the subscription behind `reference`; one that is enrolled already is returned as it is. `person` merges several
    /// subscriptions of one person; without it a new person is made. Of a day of birth only the instant is kept from which the person consents
    /// alone.
    pub fn enrol(
        &self,
        _caller: &Caller,
        reference: &Reference,
        age: impl Into<Age>,
        person: Option<PersonId>,
    ) -> Result<Subscriber, Failure> {
        let now = self.now()?;
        let index = self.keyring.blind_index(reference.text());
        let id = SubscriberId::new(now, self.rng.as_ref());
        let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &id.0, reference.text().as_bytes());
        let record_key = self.seal.key(&id.0);
        let person = person.unwrap_or_else(|| PersonId::new(now, self.rng.as_ref()));
        let home = self.settings.home;
        let majority = self.majority(age.into(), now)?;
        let record = Record {
            at: now,
            subscriber: Some(id),
            recipient: None,
            purpose: None,
            event: Event::Operation { what: "subscriber.enrol".to_owned(), which: id.to_string() },
        };
        let entry = self.entry(&record)?;
        let subscriber = self.store.write("subscriber.enrol", move |tx| {
            if let Some(known) = subscribers::find_by_reference(tx, &index)? {
                return Ok(known);
            }
            let new = NewSubscriber {
                id,
                person,
                reference_index: index,
                reference_sealed: sealed.clone(),
                record_key: record_key.clone(),
                home,
                majority,
                at: now,
            };
            let subscriber = subscribers::insert(tx, &new)?;
            entries::append(tx, &entry)?;
            Ok(subscriber)
        })?;
        Ok(subscriber)
    }

    /// The pairwise pseudonym of the subscription for `recipient`; an unknown subscription is enrolled nowhere and refused.
    pub fn link(
        &self,
        _caller: &Caller,
        reference: &Reference,
        recipient: RecipientId,
    ) -> Result<String, Failure> {
        let now = self.now()?;
        let index = self.keyring.blind_index(reference.text());
        let found = self.store.read("subscriber.link", |tx| {
            Ok((subscribers::find_by_reference(tx, &index)?, recipients::find(tx, recipient)?))
        })?;
        let (Some(subscriber), Some(_)) = found else {
            return Err(Failure::NotFound("subscriber or recipient"));
        };
        let pseudonym = pseudonym::pairwise(&self.keyring, recipient, subscriber.id, subscriber.epoch);
        let entry = self.entry(&Record {
            at: now,
            subscriber: Some(subscriber.id),
            recipient: Some(recipient),
            purpose: None,
            event: Event::Operation { what: "subscriber.link".to_owned(), which: pseudonym.clone() },
        })?;
        let kept = pseudonym.clone();
        self.store.write("subscriber.link", move |tx| {
            subscribers::remember_pseudonym(tx, recipient, &kept, &subscriber)?;
            entries::append(tx, &entry)
        })?;
        Ok(pseudonym)
    }

    /// The internal id of the subscription behind a reference.
    pub fn subscriber_id(&self, reference: &Reference) -> Result<SubscriberId, Failure> {
        self.subscriber_of(reference).map(|s| s.id)
    }

    /// The subscription behind a reference.
    pub(super) fn subscriber_of(&self, reference: &Reference) -> Result<Subscriber, Failure> {
        let index = self.keyring.blind_index(reference.text());
        self.store
            .read("subscriber.find", |tx| subscribers::find_by_reference(tx, &index))?
            .ok_or(Failure::NotFound("subscriber"))
    }
}
