//! The release ledger: what has left about a subscriber in an epoch, to all recipients together. The ground of joint k.
use super::kept::changed;
use super::schema::releases;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;

/// One released fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRow {
    /// About whom.
    pub subscriber: SubscriberId,
    /// Start of the day it counts in.
    pub epoch: At,
    /// SHA-256 of what was released.
    pub fact: [u8; 32],
    /// To whom.
    pub recipient: RecipientId,
    /// `minimise::Released` as canonical JSON.
    pub document: String,
    /// When first.
    pub at: At,
}

type Key = (Vec<u8>, i64, Vec<u8>, Vec<u8>);
type Row = (Vec<u8>, i64, Vec<u8>, Vec<u8>, String, i64);

fn release((subscriber, epoch, fact, recipient, document, at): Row) -> Result<ReleaseRow, Fault> {
    let read = || {
        Some(ReleaseRow {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            epoch: At(epoch),
            fact: fact.try_into().ok()?,
            recipient: RecipientId::from_slice(&recipient)?,
            document,
            at: At(at),
        })
    };
    read().ok_or(Fault::Corrupt("releases"))
}

/// Everything released about a subscriber in epochs from `from` on.
pub fn since(tx: &mut Tx<'_>, subscriber: SubscriberId, from: At) -> Result<Vec<ReleaseRow>, Fault> {
    let rows: Vec<Row> = on!(tx, c => releases::table
        .filter(releases::subscriber_id.eq(subscriber.0.as_slice()).and(releases::epoch.ge(from.0)))
        .order((releases::epoch.asc(), releases::fact.asc())).load(c))?;
    rows.into_iter().map(release).collect()
}

/// Writes a release; the same fact to the same recipient in the epoch stands once, with the newest document.
pub fn put(tx: &mut Tx<'_>, r: &ReleaseRow) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO releases (subscriber_id, epoch, fact, recipient_id, document, at) VALUES (" Bytes(&r.subscriber.0)
        ", " Int(r.epoch.0)
        ", " Bytes(&r.fact)
        ", " Bytes(&r.recipient.0)
        ", " Text(&r.document)
        ", " Int(r.at.0);
        ") ON CONFLICT (subscriber_id, epoch, fact, recipient_id) DO UPDATE SET document = excluded.document"
    )?;
    Ok(())
}

/// Forgets releases of epochs before `before`, the oldest first and at most `most`; how many they were.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    let old: Vec<Key> = on!(tx, c => releases::table
        .filter(releases::epoch.lt(before.0)).order(releases::epoch.asc()).limit(most)
        .select((releases::subscriber_id, releases::epoch, releases::fact, releases::recipient_id)).load(c))?;
    for (subscriber, epoch, fact, recipient) in &old {
        changed!(tx,
            "DELETE FROM releases WHERE subscriber_id = " Bytes(subscriber)
            " AND epoch = " Int(*epoch)
            " AND fact = " Bytes(fact)
            " AND recipient_id = " Bytes(recipient)
        )?;
    }
    Ok(old.len())
}
