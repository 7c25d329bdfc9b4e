//! A recipient's client that is linked with a subscriber hears by itself how his consents change: it subscribes, looks, and ends that (CAMARA Commonalities, event
//! subscriptions). Deliberately absent: what is told and when it ends otherwise (`subscribed`); anything that asking would not tell.
use super::authenticate::{GONE, Proven, UNLINKED};
use super::deliver::CREDENTIAL;
use super::{Broker, Failure, subscribed};
use crate::domain::id::SubscriptionId;
use crate::domain::recipient::Recipient;
use crate::domain::record::{Event, Record};
use crate::domain::subscription::{Ending, MARGIN_US, MOST, Subscribed, ends};
use crate::domain::time::At;
use crate::domain::webhook::WebhookUrl;
pub use crate::store::event_subscriptions::EventSubscription;
use crate::store::{Fault, Stops, counters, entries, event_subscriptions, subscribers};
use zeroize::Zeroizing;

/// Times a story is decided anew when another one about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// What is subscribed to, and what the sink wants to see, until when.
pub struct Asked {
    /// The rest.
    pub wish: Subscribed,
    /// An access token of the recipient's own.
    pub bearer: Option<(Zeroizing<String>, At)>,
}

/// What became of it.
#[derive(Debug)]
pub enum Begun {
    /// It lives, or has ended with what was told at once.
    Yes(Box<EventSubscription>),
    /// There is no consent that it could stand on.
    NotAllowed,
    /// There are as many already as one client may have about one person.
    TooMany,
    /// Nobody is told there.
    Sink,
}

impl Broker {
    /// Begins a subscription to the consents of a token's subscriber, for its purpose. The proof is the caller's to use up.
    ///
    /// # Errors
    /// `Unproven` for a token about no subscriber or of a link that has ended; `Invalid` for times that are over; faults.
    pub fn subscribe(&self, proven: &Proven, asked: &Asked) -> Result<Begun, Failure> {
        let link = proven.link().ok_or(UNLINKED)?;
        let purpose = link.allowed.purpose;
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(link.subject.as_bytes()));
            let now = self.now()?;
            let seen = self.store.read("subscription.make", |tx| {
                let counted = counters::all(tx)?;
                let Some(registered) = self.registered(tx, &counted, proven.client_id())? else {
                    return Ok(None);
                };
                let id = registered.recipient.id;
                let Some(found) = subscribers::find_by_pseudonym(tx, id, &link.subject)? else {
                    return Ok(Some((registered, None)));
                };
                let given = self.given(tx, &found, &registered.recipient, purpose, now)?;
                let live = event_subscriptions::live(tx, found.id, found.epoch)?;
                let own = live.iter().filter(|one| one.client == proven.client_id()).count();
                Ok(Some((registered, Some((found, proven.holds(tx, &found)?, given, own)))))
            })?;
            let (registered, about) = seen.ok_or(GONE)?;
            // Of somebody who is nobody any more nothing is told.
            let Some((found, linked, given, own)) = about else { return Ok(Begun::NotAllowed) };
            if !linked {
                return Err(UNLINKED.into());
            }
            if !may_be_called(&asked.wish.sink, &registered.recipient) {
                return Ok(Begun::Sink);
            }
            timely(asked, now)?;
            let Some(until) = given.iter().map(|grant| grant.until).max() else {
                return Ok(Begun::NotAllowed);
            };
            if own >= MOST {
                return Ok(Begun::TooMany);
            }
            let id = SubscriptionId::new(now, self.rng.as_ref());
            let new = EventSubscription {
                subscriber: found.id,
                id,
                recipient: registered.recipient.id,
                client: proven.client_id().to_owned(),
                purpose,
                epoch: found.epoch,
                subject: link.subject.clone(),
                wish: asked.wish.clone(),
                credential: self.sealed_bearer(id, asked)?,
                made: now,
                ends: ends(asked.wish.expires, asked.bearer.as_ref().map(|(_, until)| *until), until),
                told: 0,
                ended: None,
            };
            let initial = given.iter().filter(|_| asked.wish.initial == Some(true));
            let initial = initial.map(|grant| self.standing_consent(&found, grant, now));
            let initial = initial.collect::<Result<Vec<_>, _>>()?;
            let entry = self.entry(&recorded(&new, "subscriber.subscribe", now))?;
            let written = self.store.write("subscription.make", move |tx| {
                // So that a change that is decided meanwhile is decided anew, and tells of itself here.
                if !subscribers::bump(tx, found.id, found.version)? {
                    return Ok(None);
                }
                event_subscriptions::put(tx, &new)?;
                subscribed::start(tx, &new, now)?;
                let mut to = new.clone();
                for one in &initial {
                    if !subscribed::forward(tx, &mut to, one, now)? {
                        break;
                    }
                }
                entries::append(tx, &entry)?;
                event_subscriptions::find(tx, found.id, id)
            })?;
            if let Some(begun) = written {
                return Ok(Begun::Yes(Box::new(begun)));
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    fn sealed_bearer(&self, id: SubscriptionId, asked: &Asked) -> Result<Option<(Vec<u8>, At)>, Failure> {
        let Some((bearer, until)) = &asked.bearer else { return Ok(None) };
        let sealed = self.keyring.sealer().seal(self.rng.as_ref(), CREDENTIAL, &id.0, bearer.as_bytes());
        if sealed.is_empty() {
            return Err(Failure::Halted("a credential does not seal"));
        }
        Ok(Some((sealed, *until)))
    }

    /// The subscriptions of a token's client, the oldest first: with a token about somebody those about him for its purpose, else all. The proof is the caller's
    /// to use up.
    ///
    /// # Errors
    /// `Unproven` for a link that has ended; faults.
    pub fn subscriptions(&self, proven: &Proven) -> Result<Vec<EventSubscription>, Failure> {
        let link = proven.link();
        if link.is_some() {
            self.require_link(proven)?;
        }
        let about = link.map(|link| (link.subject.as_str(), link.allowed.purpose));
        Ok(self
            .store
            .read("subscription.list", |tx| event_subscriptions::of(tx, proven.client_id(), about))?)
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound`, also for another's: a stranger learns nothing from the difference; as `subscriptions`.
    pub fn subscription(&self, proven: &Proven, id: SubscriptionId) -> Result<EventSubscription, Failure> {
        let link = proven.link();
        if link.is_some() {
            self.require_link(proven)?;
        }
        let found = self
            .store
            .read("subscription.find", |tx| event_subscriptions::of_client(tx, proven.client_id(), id))?;
        let about = |one: &EventSubscription| {
            link.is_none_or(|link| (&one.subject, one.purpose) == (&link.subject, link.allowed.purpose))
        };
        found.filter(about).ok_or(Failure::NotFound("subscription"))
    }

    /// Ends one of them.
    ///
    /// # Errors
    /// As `subscription`; `NotFound` for one that has ended.
    pub fn unsubscribe(&self, proven: &Proven, id: SubscriptionId) -> Result<(), Failure> {
        let (one, now) = (self.subscription(proven, id)?, self.now()?);
        let entry = self.entry(&recorded(&one, "subscriber.unsubscribe", now))?;
        let ended = self.store.write_until(Stops::Last, "subscription.end", move |tx| {
            let living = event_subscriptions::find(tx, one.subscriber, one.id)?.filter(|o| is_live(o, now));
            let Some(one) = living else { return Ok(false) };
            subscribed::end(tx, &one, now, Ending::SubscriptionDeleted)?;
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        ended.then_some(()).ok_or(Failure::NotFound("subscription"))
    }
}

/// Whether it lives, also where nobody has ended yet what time did.
fn is_live(one: &EventSubscription, now: At) -> bool {
    one.ended.is_none() && now < one.ends
}

/// A recipient may name any address on the open internet. This machine is somebody's own while he develops: where the operator registered it.
fn may_be_called(sink: &WebhookUrl, recipient: &Recipient) -> bool {
    !sink.is_near() || recipient.webhook.as_ref().is_some_and(|own| own.has_origin_of(sink))
}

fn timely(asked: &Asked, now: At) -> Result<(), Failure> {
    if asked.wish.expires.is_some_and(|end| end <= now) {
        return Err(Failure::invalid("config.subscriptionExpireTime", "later than now"));
    }
    let least = now.plus(MARGIN_US);
    if asked.bearer.as_ref().is_some_and(|(_, until)| *until <= least) {
        return Err(Failure::invalid(
            "sinkCredential.accessTokenExpiresUtc",
            "more than a minute from now: the end is told with it",
        ));
    }
    Ok(())
}

fn recorded(one: &EventSubscription, what: &str, at: At) -> Record {
    Record {
        at,
        subscriber: Some(one.subscriber),
        recipient: Some(one.recipient),
        purpose: Some(one.purpose),
        event: Event::Operation { what: what.to_owned(), which: one.id.to_string() },
    }
}
