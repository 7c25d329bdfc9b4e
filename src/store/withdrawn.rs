//! Subscribers who ended a consent: when the records that rest on it are looked at, and what became of them. Deliberately absent: which of them
//! go (`broker::destroy`).
use super::kept::changed;
use super::schema::withdrawn;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use diesel::prelude::*;

/// What became of a subscriber's records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Destroyed {
    /// Records that are gone.
    pub records: i64,
    /// The last time that some went.
    pub at: Option<At>,
    /// Records that stay since they also tell of what is still allowed.
    pub mixed: i64,
    /// Records that a law has stay.
    pub kept: i64,
}

/// Has his records looked at, at `at`; called wherever a consent ends, in the same transaction.
pub(super) fn look(tx: &mut Tx<'_>, id: SubscriberId, at: At) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO withdrawn (subscriber_id, look_at) VALUES (" Bytes(&id.0)
        ", " Int(at.0);
        ") ON CONFLICT (subscriber_id) DO UPDATE SET look_at = excluded.look_at"
    )?;
    Ok(())
}

/// The same for somebody of whose records some stayed.
pub fn look_again(tx: &mut Tx<'_>, id: SubscriberId, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE withdrawn SET look_at = " Int(at.0)
        " WHERE mixed + kept > 0 AND subscriber_id = " Bytes(&id.0)
    )?;
    Ok(())
}

/// Whose records are to be looked at by `now`, the longest due first, at most `most`.
pub fn due(tx: &mut Tx<'_>, now: At, most: i64) -> Result<Vec<SubscriberId>, Fault> {
    let rows: Vec<Vec<u8>> = on!(tx, c => withdrawn::table.filter(withdrawn::look_at.le(now.0))
        .order(withdrawn::look_at.asc()).limit(most).select(withdrawn::subscriber_id).load(c))?;
    let read = |id: Vec<u8>| SubscriberId::from_slice(&id).ok_or(Fault::Corrupt("withdrawn"));
    rows.into_iter().map(read).collect()
}

/// Counts records of his that are destroyed in this transaction. His key is to be replaced from then on.
pub fn count(tx: &mut Tx<'_>, id: SubscriberId, records: i64, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE withdrawn SET destroyed = destroyed + " Int(records)
        ", destroyed_at = " Int(at.0)
        ", key_due = 1 WHERE subscriber_id = " Bytes(&id.0)
    )?;
    Ok(())
}

/// Whose key is to be replaced, after the id `after` and at most `most`.
pub fn keys_due(tx: &mut Tx<'_>, after: Option<SubscriberId>, most: i64) -> Result<Vec<SubscriberId>, Fault> {
    let after = after.map_or_else(Vec::new, |id| id.0.to_vec());
    let rows: Vec<Vec<u8>> = on!(tx, c => withdrawn::table
        .filter(withdrawn::key_due.eq(1).and(withdrawn::subscriber_id.gt(after)))
        .order(withdrawn::subscriber_id.asc()).limit(most).select(withdrawn::subscriber_id).load(c))?;
    let read = |id: Vec<u8>| SubscriberId::from_slice(&id).ok_or(Fault::Corrupt("withdrawn"));
    rows.into_iter().map(read).collect()
}

/// His key is replaced in this transaction.
pub fn key_replaced(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    changed!(tx, "UPDATE withdrawn SET key_due = 0 WHERE key_due = 1 AND subscriber_id = " Bytes(&id.0))?;
    Ok(())
}

/// Writes down what stays and when that is looked at again; of whom nothing was destroyed and nothing stays nothing is kept.
pub fn settle(
    tx: &mut Tx<'_>,
    id: SubscriberId,
    (mixed, kept): (i64, i64),
    next: Option<At>,
) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE withdrawn SET look_at = " Maybe(next.map(|at| at.0))
        ", mixed = " Int(mixed)
        ", kept = " Int(kept)
        " WHERE subscriber_id = " Bytes(&id.0)
    )?;
    changed!(tx,
        "DELETE FROM withdrawn WHERE look_at IS NULL AND destroyed + mixed + kept = 0 AND subscriber_id = " Bytes(&id.0)
    )?;
    Ok(())
}

/// What became of a subscriber's records.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Destroyed, Fault> {
    let row: Option<(i64, Option<i64>, i64, i64)> = on!(tx, c => withdrawn::table.find(id.0.as_slice())
        .select((withdrawn::destroyed, withdrawn::destroyed_at, withdrawn::mixed, withdrawn::kept))
        .get_result(c).optional())?;
    let read = |(records, at, mixed, kept): (i64, Option<i64>, i64, i64)| Destroyed {
        records,
        at: at.map(At),
        mixed,
        kept,
    };
    Ok(row.map(read).unwrap_or_default())
}
