//! What recipients are still to be told, and what they were told. Deliberately absent: what is told, and when it is tried again.
//!
//! Messages about one subscriber under one pseudonym to one recipient's registered address, or for one subscription, are a line: among those that wait, a
//! later one is never due before an earlier one, so that whoever takes them as they fall due takes them in order.
use super::kept::changed;
use super::schema::outbox;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::{MessageId, RecipientId, SubscriberId, SubscriptionId};
use crate::domain::time::At;
use diesel::prelude::*;
use diesel::sql_types::Bool;

/// A message to be written.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// About whom.
    pub subscriber: SubscriberId,
    /// To whom.
    pub recipient: RecipientId,
    /// For which subscription; `None`: to the registered address.
    pub subscription: Option<SubscriptionId>,
    /// What the recipient calls the subscriber.
    pub pseudonym: String,
    /// Since which turn of pseudonyms.
    pub epoch: i64,
    /// What is told, JSON.
    pub document: String,
    /// When it happened.
    pub at: At,
}

/// What tells a line from the others about the same subscriber under the same pseudonym.
fn line(recipient: &RecipientId, subscription: &Option<SubscriptionId>) -> [u8; 16] {
    subscription.map_or(recipient.0, |id| id.0)
}

/// Writes a message behind those of its line, in the caller's transaction; false if the recipient was never given the pseudonym: then
/// it knows nobody whom the message could be about.
pub fn put(tx: &mut Tx<'_>, new: &NewMessage) -> Result<bool, Fault> {
    let line = line(&new.recipient, &new.subscription);
    let written = changed!(tx,
        "INSERT INTO outbox (subscriber_id, recipient_id, epoch, seq, id, document, state, attempts, due_at, at, subscription_id, number) SELECT " Bytes(&new.subscriber.0)
        ", " Bytes(&new.recipient.0)
        ", " Int(new.epoch)
        ", COALESCE(MAX(seq), 0) + 1, " Bytes(&new.id.0)
        ", " Text(&new.document)
        ", 'waiting', 0, COALESCE(MAX(CASE WHEN state = 'waiting' AND COALESCE(subscription_id, recipient_id) = " Bytes(&line)
        " THEN due_at END), " Int(new.at.0)
        "), " Int(new.at.0)
        ", " MaybeBytes(new.subscription.as_ref().map(|id| id.0.as_slice()))
        ", COALESCE(MAX(CASE WHEN COALESCE(subscription_id, recipient_id) = " Bytes(&line)
        " THEN COALESCE(number, seq) END), 0) + 1 FROM outbox WHERE subscriber_id = " Bytes(&new.subscriber.0)
        " AND recipient_id = " Bytes(&new.recipient.0)
        " AND epoch = " Int(new.epoch)
        " HAVING EXISTS (SELECT 1 FROM pseudonyms WHERE recipient_id = " Bytes(&new.recipient.0)
        " AND pseudonym = " Text(&new.pseudonym);
        ")"
    )?;
    Ok(written == 1)
}

/// Gives up what waits in the line of `last` but that itself: it is not told any more.
pub fn give_up(tx: &mut Tx<'_>, last: &NewMessage) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE outbox SET state = 'dead' WHERE subscriber_id = " Bytes(&last.subscriber.0)
        " AND recipient_id = " Bytes(&last.recipient.0)
        " AND epoch = " Int(last.epoch)
        " AND COALESCE(subscription_id, recipient_id) = " Bytes(&line(&last.recipient, &last.subscription))
        " AND id <> " Bytes(&last.id.0);
        " AND state = 'waiting'"
    )?;
    Ok(())
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// About whom.
    pub subscriber: SubscriberId,
    /// To whom.
    pub recipient: RecipientId,
    /// Of which turn of pseudonyms.
    pub epoch: i64,
    /// For which subscription; `None`: to the registered address.
    pub subscription: Option<SubscriptionId>,
    /// Its place among all messages about the subscriber to the recipient.
    pub seq: i64,
    /// Its place in its line, as it is told.
    pub number: i64,
    /// Its id.
    pub id: MessageId,
    /// What is told, JSON.
    pub document: String,
    /// How often it failed.
    pub attempts: u32,
    /// When it happened.
    pub at: At,
}

/// Whether anything to `recipient` is due; what goes to its registered address only where `addressed`.
pub fn is_due(tx: &mut Tx<'_>, recipient: RecipientId, addressed: bool, now: At) -> Result<bool, Fault> {
    use diesel::dsl::{exists, select};
    let due = outbox::table.filter(
        outbox::recipient_id
            .eq(recipient.0.as_slice())
            .and(outbox::state.eq("waiting"))
            .and(outbox::due_at.le(now.0))
            .and(outbox::subscription_id.is_not_null().or(addressed.into_sql::<Bool>())),
    );
    Ok(on!(tx, c => select(exists(due)).get_result(c))?)
}

type Row = ((Vec<u8>, i64, Option<Vec<u8>>, i64, Option<i64>), (Vec<u8>, String, i64, i64));

/// Takes what is due to `recipient`, at most `most`, oldest first, what goes to its registered address only where `addressed`; until `back_at` nobody else
/// does. Whoever takes it and is never heard of again has then lost it, and it is taken once more.
pub fn take(
    tx: &mut Tx<'_>,
    (recipient, addressed): (RecipientId, bool),
    now: At,
    back_at: At,
    most: i64,
) -> Result<Vec<Taken>, Fault> {
    let rows: Vec<Row> = on!(tx, c => outbox::table
        .filter(outbox::recipient_id.eq(recipient.0.as_slice()).and(outbox::state.eq("waiting"))
            .and(outbox::due_at.le(now.0))
            .and(outbox::subscription_id.is_not_null().or(addressed.into_sql::<Bool>())))
        .order((outbox::due_at.asc(), outbox::subscriber_id.asc(), outbox::epoch.asc(), outbox::seq.asc())).limit(most)
        .select(((outbox::subscriber_id, outbox::epoch, outbox::subscription_id, outbox::seq, outbox::number),
            (outbox::id, outbox::document, outbox::attempts, outbox::at)))
        .load(c))?;
    let read = |((subscriber, epoch, subscription, seq, number), (id, document, attempts, at)): Row| {
        Some(Taken {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            recipient,
            epoch,
            subscription: match subscription {
                Some(id) => Some(SubscriptionId::from_slice(&id)?),
                None => None,
            },
            seq,
            number: number.unwrap_or(seq),
            id: MessageId::from_slice(&id)?,
            document,
            attempts: u32::try_from(attempts).ok()?,
            at: At(at),
        })
    };
    let taken = rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("outbox")));
    let taken = taken.collect::<Result<Vec<_>, _>>()?;
    for one in &taken {
        wait(tx, one, back_at)?;
    }
    Ok(taken)
}

/// The line that `of` is in waits until `at`.
pub fn wait(tx: &mut Tx<'_>, of: &Taken, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE outbox SET due_at = " Int(at.0)
        " WHERE subscriber_id = " Bytes(&of.subscriber.0)
        " AND recipient_id = " Bytes(&of.recipient.0)
        " AND epoch = " Int(of.epoch)
        " AND COALESCE(subscription_id, recipient_id) = " Bytes(&line(&of.recipient, &of.subscription));
        " AND state = 'waiting'"
    )?;
    Ok(())
}

/// Whether a message is still to be sent.
pub fn waits(tx: &mut Tx<'_>, one: &Taken) -> Result<bool, Fault> {
    let key = (one.subscriber.0.as_slice(), one.recipient.0.as_slice(), one.epoch, one.seq);
    let state: Option<String> =
        on!(tx, c => outbox::table.find(key).select(outbox::state).get_result(c).optional())?;
    Ok(state.as_deref() == Some("waiting"))
}

/// Notes that a message has arrived.
pub fn arrived(tx: &mut Tx<'_>, one: &Taken) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE outbox SET state = 'delivered' WHERE subscriber_id = " Bytes(&one.subscriber.0)
        " AND recipient_id = " Bytes(&one.recipient.0)
        " AND epoch = " Int(one.epoch)
        " AND seq = " Int(one.seq)
    )?;
    Ok(())
}

/// Notes that a message has failed once more; `dead` when it is not tried again. One that has arrived meanwhile stays so.
pub fn failed(tx: &mut Tx<'_>, one: &Taken, dead: bool) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE outbox SET attempts = attempts + 1, state = " Text(if dead { "dead" } else { "waiting" })
        " WHERE subscriber_id = " Bytes(&one.subscriber.0)
        " AND recipient_id = " Bytes(&one.recipient.0)
        " AND epoch = " Int(one.epoch)
        " AND seq = " Int(one.seq);
        " AND state = 'waiting'"
    )?;
    Ok(())
}

/// Forgets messages made before `before` that wait no more, the oldest first and at most `most`; how many they were. The last of a line stays, since the
/// next is numbered after it.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    Ok(changed!(tx,
        "DELETE FROM outbox WHERE (subscriber_id, recipient_id, epoch, seq) IN (\
            SELECT o.subscriber_id, o.recipient_id, o.epoch, o.seq FROM outbox o WHERE o.state <> 'waiting' AND o.at < " Int(before.0)
        " AND EXISTS (SELECT 1 FROM outbox later WHERE later.subscriber_id = o.subscriber_id AND later.recipient_id = o.recipient_id \
            AND later.epoch = o.epoch AND later.seq > o.seq \
            AND COALESCE(later.subscription_id, later.recipient_id) = COALESCE(o.subscription_id, o.recipient_id)) ORDER BY o.at LIMIT " Int(most);
        ")"
    )?)
}

/// How many wait.
pub fn waiting(tx: &mut Tx<'_>) -> Result<u64, Fault> {
    let count: i64 = on!(tx, c => outbox::table.filter(outbox::state.eq("waiting")).count().get_result(c))?;
    u64::try_from(count).map_err(|_| Fault::Corrupt("outbox"))
}
