//! What left about subscribers since they were last told of a year, and when they are told next. Deliberately absent: when that is, which is worked out before it is written.
use super::kept::changed;
use super::schema::digests;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::canonical;
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Whose.
    pub subscriber: SubscriberId,
    /// Since when answers count.
    pub since: At,
    /// How many left since then, to whom.
    pub counts: BTreeMap<RecipientId, u64>,
    /// When he is told; nothing where nothing left, or he does not want it.
    pub due: Option<At>,
    /// Whether he does not want it.
    pub off: bool,
}

type Row = (Vec<u8>, i64, String, Option<i64>, bool);

fn digest((id, since, counts, due, off): Row) -> Result<Digest, Fault> {
    let read = || {
        Some(Digest {
            subscriber: SubscriberId::from_slice(&id)?,
            since: At(since),
            counts: serde_json::from_str(&counts).ok()?,
            due: due.map(At),
            off,
        })
    };
    read().ok_or(Fault::Corrupt("digests"))
}

/// Of one subscriber.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Option<Digest>, Fault> {
    let row: Option<Row> = on!(tx, c => digests::table.find(id.0.as_slice()).get_result(c).optional())?;
    row.map(digest).transpose()
}

/// Who is due at `now`, at most `most`, the longest due first.
pub fn due(tx: &mut Tx<'_>, now: At, most: i64) -> Result<Vec<Digest>, Fault> {
    let rows: Vec<Row> = on!(tx, c => digests::table.filter(digests::due_at.le(now.0))
        .order(digests::due_at.asc()).limit(most).load(c))?;
    rows.into_iter().map(digest).collect()
}

/// Takes the place of what was there.
pub fn put(tx: &mut Tx<'_>, row: &Digest) -> Result<(), Fault> {
    let counts = canonical::to_string(&row.counts).map_err(|_| Fault::Corrupt("digests"))?;
    let values = (
        digests::since_at.eq(row.since.0),
        digests::counts.eq(counts.as_str()),
        digests::due_at.eq(row.due.map(|at| at.0)),
        digests::off.eq(row.off),
    );
    on!(tx, c => diesel::insert_into(digests::table)
        .values((digests::subscriber_id.eq(row.subscriber.0.as_slice()), values))
        .on_conflict(digests::subscriber_id).do_update().set(values).execute(c))?;
    Ok(())
}

/// Puts off what is due; whether it still was.
pub fn put_off(tx: &mut Tx<'_>, row: &Digest, to: At) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE digests SET due_at = " Int(to.0)
        " WHERE subscriber_id = " Bytes(&row.subscriber.0)
        " AND due_at = " Maybe(row.due.map(|at| at.0))
    )?;
    Ok(moved == 1)
}

/// Nobody is told any more.
pub fn delete(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(digests::table.find(id.0.as_slice())).execute(c))?;
    Ok(())
}
