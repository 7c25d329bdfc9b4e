//! What recipients are still to be told, and what they were told. Deliberately absent: what is told, and when it is tried again.
//!
//! Messages about one subscriber under one pseudonym to one recipient are a line: among those that wait, a later one is never due before an earlier one, so
//! that whoever takes them as they fall due takes them in order.
use super::kept::changed;
use super::schema::outbox;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::{MessageId, RecipientId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;

/// A message to be written.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// About whom.
    pub subscriber: SubscriberId,
    /// To whom.
    pub recipient: RecipientId,
    /// What the recipient calls the subscriber.
    pub pseudonym: String,
    /// Since which turn of pseudonyms.
    pub epoch: i64,
    /// What is told, JSON.
    pub document: String,
    /// When it happened.
    pub at: At,
}

/// Writes a message behind those of its line, in the caller's transaction; false if the recipient was never given the pseudonym: then
/// it knows nobody whom the message could be about.
pub fn put(tx: &mut Tx<'_>, new: &NewMessage) -> Result<bool, Fault> {
    let written = changed!(tx,
        "INSERT INTO outbox (subscriber_id, recipient_id, epoch, seq, id, document, state, attempts, due_at, at) SELECT " Bytes(&new.subscriber.0)
        ", " Bytes(&new.recipient.0)
        ", " Int(new.epoch)
        ", COALESCE(MAX(seq), 0) + 1, " Bytes(&new.id.0)
        ", " Text(&new.document)
        ", 'waiting', 0, COALESCE(MAX(CASE WHEN state = 'waiting' THEN due_at END), " Int(new.at.0)
        "), " Int(new.at.0)
        " FROM outbox WHERE subscriber_id = " Bytes(&new.subscriber.0)
        " AND recipient_id = " Bytes(&new.recipient.0)
        " AND epoch = " Int(new.epoch)
        " HAVING EXISTS (SELECT 1 FROM pseudonyms WHERE recipient_id = " Bytes(&new.recipient.0)
        " AND pseudonym = " Text(&new.pseudonym);
        ")"
    )?;
    Ok(written == 1)
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
    /// Its place in the line.
    pub seq: i64,
    /// Its id.
    pub id: MessageId,
    /// What is told, JSON.
    pub document: String,
    /// How often it failed.
    pub attempts: u32,
    /// When it happened.
    pub at: At,
}

/// Whether anything to `recipient` is due.
pub fn is_due(tx: &mut Tx<'_>, recipient: RecipientId, now: At) -> Result<bool, Fault> {
    use diesel::dsl::{exists, select};
    let due = outbox::table.filter(
        outbox::recipient_id
            .eq(recipient.0.as_slice())
            .and(outbox::state.eq("waiting"))
            .and(outbox::due_at.le(now.0)),
    );
    Ok(on!(tx, c => select(exists(due)).get_result(c))?)
}

type Row = (Vec<u8>, i64, i64, Vec<u8>, String, i64, i64);

/// Takes what is due to `recipient`, at most `most`, oldest first; until `back_at` nobody else does. Whoever takes it and is never heard of
/// again has then lost it, and it is taken once more.
pub fn take(
    tx: &mut Tx<'_>,
    recipient: RecipientId,
    now: At,
    back_at: At,
    most: i64,
) -> Result<Vec<Taken>, Fault> {
    let rows: Vec<Row> = on!(tx, c => outbox::table
        .filter(outbox::recipient_id.eq(recipient.0.as_slice()).and(outbox::state.eq("waiting"))
            .and(outbox::due_at.le(now.0)))
        .order((outbox::due_at.asc(), outbox::subscriber_id.asc(), outbox::epoch.asc(), outbox::seq.asc())).limit(most)
        .select((outbox::subscriber_id, outbox::epoch, outbox::seq, outbox::id, outbox::document, outbox::attempts, outbox::at))
        .load(c))?;
    let read = |(subscriber, epoch, seq, id, document, attempts, at): Row| {
        Some(Taken {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            recipient,
            epoch,
            seq,
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
        " AND epoch = " Int(of.epoch);
        " AND state = 'waiting'"
    )?;
    Ok(())
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
            AND later.epoch = o.epoch AND later.seq > o.seq) ORDER BY o.at LIMIT " Int(most);
        ")"
    )?)
}

/// How many wait.
pub fn waiting(tx: &mut Tx<'_>) -> Result<u64, Fault> {
    let count: i64 = on!(tx, c => outbox::table.filter(outbox::state.eq("waiting")).count().get_result(c))?;
    u64::try_from(count).map_err(|_| Fault::Corrupt("outbox"))
}
