//! How subscribers are told of what left about them, and up to where they were. Deliberately absent: when that is due, which is worked out
//! before it is written.
use super::kept::changed;
use super::record_keys::{Columns, SealedRecord};
use super::schema::{entries, record_keys, records, tellings};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::consent::Hours;
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::telling::Rhythm;
use crate::domain::time::At;
use diesel::prelude::*;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telling {
    /// Who.
    pub subscriber: SubscriberId,
    /// What he chose.
    pub rhythm: Option<Rhythm>,
    /// When nothing is sent.
    pub quiet: Option<Hours>,
    /// Number of the first entry that he was not told of.
    pub told: i64,
    /// Answers that he was not told of.
    pub waiting: i64,
    /// When the oldest of them was given.
    pub oldest: Option<At>,
    /// When they are told.
    pub due: Option<At>,
}

type Row = (Vec<u8>, Option<String>, Option<String>, i64, i64, Option<i64>, Option<i64>);

fn telling((id, rhythm, quiet, told, waiting, oldest, due): Row) -> Result<Telling, Fault> {
    let corrupt = || Fault::Corrupt("tellings");
    Ok(Telling {
        subscriber: SubscriberId::from_slice(&id).ok_or_else(corrupt)?,
        rhythm: rhythm.map(|r| Rhythm::parse(&r).ok_or_else(corrupt)).transpose()?,
        quiet: quiet.map(|q| Hours::parse(&q).ok_or_else(corrupt)).transpose()?,
        told,
        waiting,
        oldest: oldest.map(At),
        due: due.map(At),
    })
}

/// Of one subscriber.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Option<Telling>, Fault> {
    let row: Option<Row> = on!(tx, c => tellings::table.find(id.0.as_slice()).get_result(c).optional())?;
    row.map(telling).transpose()
}

/// What is due at `now`, at most `most`, the longest due first.
pub fn due(tx: &mut Tx<'_>, now: At, most: i64) -> Result<Vec<Telling>, Fault> {
    let rows: Vec<Row> = on!(tx, c => tellings::table.filter(tellings::due_at.le(now.0))
        .order(tellings::due_at.asc()).limit(most).load(c))?;
    rows.into_iter().map(telling).collect()
}

/// Takes the place of what was there.
pub fn put(tx: &mut Tx<'_>, row: &Telling) -> Result<(), Fault> {
    let quiet = row.quiet.map(Hours::text);
    let values = (
        tellings::rhythm.eq(row.rhythm.map(Rhythm::as_str)),
        tellings::quiet.eq(quiet.as_deref()),
        tellings::told_seq.eq(row.told),
        tellings::waiting.eq(row.waiting),
        tellings::oldest_at.eq(row.oldest.map(|at| at.0)),
        tellings::due_at.eq(row.due.map(|at| at.0)),
    );
    on!(tx, c => diesel::insert_into(tellings::table)
        .values((tellings::subscriber_id.eq(row.subscriber.0.as_slice()), values))
        .on_conflict(tellings::subscriber_id).do_update().set(values).execute(c))?;
    Ok(())
}

/// Puts off what is due at `due`; whether it still was.
pub fn put_off(tx: &mut Tx<'_>, id: SubscriberId, due: Option<At>, to: At) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE tellings SET due_at = " Int(to.0)
        " WHERE subscriber_id = " Bytes(&id.0)
        " AND due_at = " Maybe(due.map(|at| at.0))
    )?;
    Ok(moved == 1)
}

/// Nobody is told any more.
pub fn delete(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(tellings::table.find(id.0.as_slice())).execute(c))?;
    Ok(())
}

/// A record behind a numbered entry: number, id, sealed.
pub type Numbered = (i64, EntryId, SealedRecord);

/// What was recorded about a subscriber since `since` under numbers from `from` to before `end`, at most `most`, in order.
pub fn recorded(
    tx: &mut Tx<'_>,
    id: SubscriberId,
    since: At,
    (from, end): (i64, i64),
    most: i64,
) -> Result<Vec<Numbered>, Fault> {
    type Row = (Option<i64>, Vec<u8>, Columns);
    let rows: Vec<Row> = on!(tx, c => records::table
        .inner_join(entries::table.on(entries::id.eq(records::entry_id)))
        .left_join(record_keys::table.on(record_keys::subscriber_id.nullable().eq(records::subscriber_id)))
        .filter(records::subscriber_id.eq(id.0.as_slice()).and(records::at.ge(since.0)))
        .filter(entries::seq.ge(from).and(entries::seq.lt(end)))
        .order(entries::seq.asc()).limit(most)
        .select((entries::seq, records::entry_id,
            (records::sealed, (record_keys::subscriber_id, record_keys::sealed).nullable())))
        .load(c))?;
    let read = |(seq, id, record): Row| Some((seq?, EntryId::from_slice(&id)?, record.into()));
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("records"))).collect()
}
