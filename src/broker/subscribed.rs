//! What follows from a change for those who subscribed: its events, and the end of what stood on a consent that ended. It is written in the transaction of
//! the change, in lines of the same outbox (`deliver`). Deliberately absent: anything that a registered address is not told (`announce`).
//!
//! A pause, a block of the line's owner and a new pseudonym move nothing here: who would hear of them, or of an end because of them, could tell them apart from the other
//! causes of `not_available` (promise 8).
use super::announce::{Announcement, Data, Initiation, Kind, Lifecycle, Told};
use crate::crypt::hash::sha256;
use crate::domain::id::{MessageId, SubscriptionId};
use crate::domain::subscription::{Ending, ends};
use crate::domain::time::At;
use crate::store::event_subscriptions::{self, EventSubscription};
use crate::store::outbox::{self, NewMessage};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx};

/// Ends what stands on nothing any more, and passes on to the rest what it subscribed to.
pub(super) fn pass_on(
    tx: &mut Tx<'_>,
    subscriber: &Subscriber,
    told: &[Announcement],
    now: At,
) -> Result<(), Fault> {
    for mut one in event_subscriptions::live(tx, subscriber.id, subscriber.epoch)? {
        let of = (one.recipient, one.purpose);
        let until = event_subscriptions::stands_until(tx, subscriber.id, of, now)?;
        match until {
            _ if one.ends <= now => end(tx, &one, now, by_time(&one))?,
            // First, so that nothing else is told of what has ended.
            None => end(tx, &one, now, Ending::ConsentRevoked)?,
            Some(until) => {
                let ends = ends(one.wish.expires, one.credential.as_ref().map(|(_, until)| *until), until);
                if ends != one.ends {
                    event_subscriptions::prolong(tx, &one, ends)?;
                }
                for announcement in told {
                    if !forward(tx, &mut one, announcement, now)? {
                        break;
                    }
                }
            }
        }
    }
    Ok(())
}

/// Tells one event, if it was subscribed to; false when that was the last one.
pub(super) fn forward(
    tx: &mut Tx<'_>,
    to: &mut EventSubscription,
    announcement: &Announcement,
    now: At,
) -> Result<bool, Fault> {
    let Announcement { told, message, .. } = announcement;
    let Data::Consent(about) = &told.data else { return Ok(true) };
    let kind = told.kind.subscribable().filter(|kind| to.wish.types.contains(kind));
    if kind.is_none() || (message.recipient, about.purpose) != (to.recipient, to.purpose) {
        return Ok(true);
    }
    if !event_subscriptions::count(tx, to)? {
        return Ok(false);
    }
    let mut about = about.clone();
    about.subscription = Some(to.id);
    let told = Told { data: Data::Consent(about), ..told.clone() };
    let id = copied(to.id, &message.id.0);
    outbox::put(
        tx,
        &NewMessage { id, subscription: Some(to.id), document: told.text()?, ..message.clone() },
    )?;
    to.told += 1;
    let last = to.wish.max_events == Some(to.told);
    if last {
        end(tx, to, now, Ending::MaxEventsReached)?;
    }
    Ok(!last)
}

/// Ends a subscription and says why. What still waits for it is told no more, but for events that it was to have.
pub(super) fn end(tx: &mut Tx<'_>, one: &EventSubscription, now: At, why: Ending) -> Result<(), Fault> {
    if !event_subscriptions::end(tx, one, now, why)? {
        return Ok(());
    }
    let life = Lifecycle { subscription_id: one.id, initiation_reason: None, termination_reason: Some(why) };
    let last = lifecycle(one, Kind::SubscriptionEnded, life, now)?;
    // Behind what may be under way, so that nothing arrives after it.
    outbox::put(tx, &last)?;
    if why == Ending::MaxEventsReached { Ok(()) } else { outbox::give_up(tx, &last) }
}

/// Says that a subscription began.
pub(super) fn start(tx: &mut Tx<'_>, one: &EventSubscription, now: At) -> Result<(), Fault> {
    let life = Lifecycle {
        subscription_id: one.id,
        initiation_reason: Some(Initiation::SubscriptionCreated),
        termination_reason: None,
    };
    outbox::put(tx, &lifecycle(one, Kind::SubscriptionStarted, life, now)?).map(drop)
}

/// Which of its times is over.
pub(super) fn by_time(one: &EventSubscription) -> Ending {
    let credential = one.credential.as_ref().map(|(_, until)| *until);
    // The latest that it could have been, were it for the credential alone.
    if ends(None, credential, At(i64::MAX)) == one.ends {
        Ending::AccessTokenExpired
    } else {
        Ending::SubscriptionExpired
    }
}

fn lifecycle(one: &EventSubscription, kind: Kind, life: Lifecycle, now: At) -> Result<NewMessage, Fault> {
    let told = Told { kind, subject: one.subject.clone(), time: now.rfc3339(), data: Data::Lifecycle(life) };
    Ok(NewMessage {
        id: copied(one.id, if kind == Kind::SubscriptionStarted { b"started" } else { b"ended" }),
        subscriber: one.subscriber,
        recipient: one.recipient,
        subscription: Some(one.id),
        pseudonym: one.subject.clone(),
        epoch: one.epoch,
        document: told.text()?,
        at: now,
    })
}

/// The id of a message as a subscription is told it. It follows from both, so that a story that runs again tells the same.
fn copied(of: SubscriptionId, what: &[u8]) -> MessageId {
    let hash = sha256(&[b"dongui/v1/message", &of.0, what]);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    MessageId(id)
}
