//! Whom rescue agencies asked about, and when he is told of it. Deliberately absent: what they asked and were told, which is the ledger's.
use super::kept::changed;
use super::schema::emergencies;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// Whom.
    pub subscriber: SubscriberId,
    /// The entry of the question.
    pub entry: EntryId,
    /// Client of the agency.
    pub client: String,
    /// Whether it was told a place.
    pub found: bool,
    /// When it asked.
    pub at: At,
    /// Before then he is not told.
    pub from: At,
    /// When he is told, at the earliest; nothing where that is over.
    pub due: Option<At>,
}

type Row = (Vec<u8>, Vec<u8>, String, bool, i64, i64, Option<i64>);

fn read((subscriber, entry, client, found, at, from, due): Row) -> Result<Emergency, Fault> {
    let (subscriber, entry) = SubscriberId::from_slice(&subscriber)
        .zip(EntryId::from_slice(&entry))
        .ok_or(Fault::Corrupt("emergencies"))?;
    Ok(Emergency { subscriber, entry, client, found, at: At(at), from: At(from), due: due.map(At) })
}

/// Adds one.
pub fn put(tx: &mut Tx<'_>, row: &Emergency) -> Result<(), Fault> {
    let values = (
        (
            emergencies::subscriber_id.eq(row.subscriber.0.as_slice()),
            emergencies::entry_id.eq(row.entry.0.as_slice()),
            emergencies::client_id.eq(row.client.as_str()),
            emergencies::found.eq(row.found),
        ),
        (
            emergencies::at.eq(row.at.0),
            emergencies::from_at.eq(row.from.0),
            emergencies::due_at.eq(row.due.map(|at| at.0)),
        ),
    );
    on!(tx, c => diesel::insert_into(emergencies::table).values(values).execute(c))?;
    Ok(())
}

/// Who is to be told something at `now`, at most `most`, the longest due first.
pub fn due(tx: &mut Tx<'_>, now: At, most: i64) -> Result<Vec<Emergency>, Fault> {
    let rows: Vec<Row> = on!(tx, c => emergencies::table.filter(emergencies::due_at.le(now.0))
        .order(emergencies::due_at.asc()).limit(most).load(c))?;
    rows.into_iter().map(read).collect()
}

/// Entries about a subscriber that he is not to know of yet.
pub fn hidden(tx: &mut Tx<'_>, subscriber: SubscriberId, now: At) -> Result<Vec<EntryId>, Fault> {
    let of_his = emergencies::subscriber_id.eq(subscriber.0.as_slice());
    let rows: Vec<Vec<u8>> = on!(tx, c => emergencies::table
        .filter(of_his.and(emergencies::due_at.is_not_null()).and(emergencies::from_at.gt(now.0)))
        .select(emergencies::entry_id).load(c))?;
    rows.iter().map(|id| EntryId::from_slice(id).ok_or(Fault::Corrupt("emergencies"))).collect()
}

/// Puts off what is due, or is over with it; whether it still was due then.
pub fn move_on(tx: &mut Tx<'_>, row: &Emergency, to: Option<At>) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE emergencies SET due_at = " Maybe(to.map(|at| at.0))
        " WHERE subscriber_id = " Bytes(&row.subscriber.0)
        " AND entry_id = " Bytes(&row.entry.0)
        " AND due_at = " Maybe(row.due.map(|at| at.0))
    )?;
    Ok(moved == 1)
}

/// Is over with what is due, whenever that is; false where it was over.
pub fn end(tx: &mut Tx<'_>, row: &Emergency) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE emergencies SET due_at = NULL WHERE subscriber_id = " Bytes(&row.subscriber.0)
        " AND entry_id = " Bytes(&row.entry.0);
        " AND due_at IS NOT NULL"
    )?;
    Ok(moved == 1)
}

/// Forgets what is over and was asked before `before`, at most `most`; how many they were.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    Ok(changed!(tx,
        "DELETE FROM emergencies WHERE (subscriber_id, entry_id) IN (\
            SELECT subscriber_id, entry_id FROM emergencies WHERE due_at IS NULL AND at < " Int(before.0)
        " LIMIT " Int(most);
        ")"
    )?)
}
