//! Ledger entries and the sealed records behind them. An entry waits without a number until the sequencer gives it one.
use super::record_keys::{self, Columns, SealedRecord};
use super::schema::{entries, record_keys as keys, records};
use super::tx::on;
use super::{Fault, Tx, counters};
use crate::crypt::record::RecordSeal;
use crate::domain::entry::Kind;
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;
use std::sync::Arc;
use zeroize::Zeroizing;

/// An entry with the record behind it, ready to be written. Its record is sealed in the story that writes it: whatever was erased until then, it
/// is not sealed under a key that is gone.
#[derive(Clone)]
pub struct EntryRow {
    /// Its id.
    pub id: EntryId,
    /// About whom, if about one.
    pub subscriber: Option<SubscriberId>,
    /// Canonical JSON of the leaf.
    pub leaf: String,
    /// Salt and canonical record.
    pub record: Zeroizing<Vec<u8>>,
    /// Seals it.
    pub seal: Arc<RecordSeal>,
    /// When.
    pub at: At,
}

impl std::fmt::Debug for EntryRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "entry {}", self.id)
    }
}

/// Appends an entry in the caller's transaction.
pub fn append(tx: &mut Tx<'_>, entry: &EntryRow) -> Result<(), Fault> {
    let row = (
        entries::id.eq(entry.id.0.as_slice()),
        entries::leaf.eq(entry.leaf.as_str()),
        entries::at.eq(entry.at.0),
    );
    on!(tx, c => diesel::insert_into(entries::table).values(row).execute(c))?;
    let sealed = record_keys::seal(tx, &entry.seal, (entry.id, entry.subscriber), &entry.record)?;
    let row = (
        records::entry_id.eq(entry.id.0.as_slice()),
        records::subscriber_id.eq(entry.subscriber.as_ref().map(|s| s.0.as_slice())),
        records::sealed.eq(sealed.as_slice()),
        records::at.eq(entry.at.0),
    );
    on!(tx, c => diesel::insert_into(records::table).values(row).execute(c))?;
    Ok(())
}

/// Numbers up to `most` waiting entries, oldest id first; returns how many.
pub fn number(tx: &mut Tx<'_>, most: u32) -> Result<usize, Fault> {
    let size = counters::value(tx, counters::ENTRIES)?;
    // One statement for all of them: one for each cost four times as much. Numbers stand in the text, since the engines write
    // parameters differently.
    let statement = format!(
        "UPDATE entries SET seq = n.seq FROM (
             SELECT id, {size} + row_number() OVER (ORDER BY id) - 1 AS seq
             FROM (SELECT id FROM entries WHERE seq IS NULL ORDER BY id LIMIT {most}) AS waiting
         ) AS n WHERE entries.id = n.id"
    );
    let numbered = on!(tx, c => diesel::sql_query(&statement).execute(c))?;
    if numbered > 0 {
        let to = i64::try_from(numbered).map_err(|_| Fault::Corrupt("entries"))?.saturating_add(size);
        counters::advance(tx, counters::ENTRIES, size, to)?;
    }
    Ok(numbered)
}

/// How many entries have a number.
pub fn size(tx: &mut Tx<'_>) -> Result<u64, Fault> {
    u64::try_from(counters::value(tx, counters::ENTRIES)?).map_err(|_| Fault::Corrupt("counters"))
}

/// How many entries wait for a number.
pub fn waiting(tx: &mut Tx<'_>) -> Result<u64, Fault> {
    let count: i64 = on!(tx, c => entries::table.filter(entries::seq.is_null()).count().get_result(c))?;
    u64::try_from(count).map_err(|_| Fault::Corrupt("entries"))
}

/// When the newest entry was made: ids begin with their millisecond.
pub fn newest(tx: &mut Tx<'_>) -> Result<Option<At>, Fault> {
    let at: Option<i64> =
        on!(tx, c => entries::table.order(entries::id.desc()).select(entries::at).get_result(c).optional())?;
    Ok(at.map(At))
}

/// Leaves from number `from` on, at most `most`, in order.
pub fn leaves(tx: &mut Tx<'_>, from: u64, most: i64) -> Result<Vec<Vec<u8>>, Fault> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let rows: Vec<String> = on!(tx, c => entries::table.filter(entries::seq.ge(from))
        .order(entries::seq.asc()).limit(most).select(entries::leaf).load(c))?;
    Ok(rows.into_iter().map(String::into_bytes).collect())
}

/// A numbered entry with its sealed record, if the record still exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Leaf index.
    pub seq: u64,
    /// Its id: the place its record is sealed to.
    pub id: EntryId,
    /// Canonical JSON of the leaf.
    pub leaf: Vec<u8>,
    /// The sealed record; `None` when erased.
    pub sealed: Option<SealedRecord>,
    /// When.
    pub at: At,
}

type Joined = (Option<i64>, Vec<u8>, String, (Option<Vec<u8>>, Option<(Vec<u8>, Vec<u8>)>), i64);

fn numbered((seq, id, leaf, (sealed, key), at): Joined) -> Result<Numbered, Fault> {
    let read = || {
        Some(Numbered {
            seq: u64::try_from(seq?).ok()?,
            id: EntryId::from_slice(&id)?,
            leaf: leaf.into_bytes(),
            sealed: sealed.map(|sealed| SealedRecord { sealed, key }),
            at: At(at),
        })
    };
    read().ok_or(Fault::Corrupt("entries"))
}

/// Numbered entries from `from` on, at most `most`, with their records.
pub fn with_records(tx: &mut Tx<'_>, from: u64, most: i64) -> Result<Vec<Numbered>, Fault> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let rows: Vec<Joined> = on!(tx, c => entries::table
        .left_join(records::table.on(records::entry_id.eq(entries::id)))
        .left_join(keys::table.on(keys::subscriber_id.nullable().eq(records::subscriber_id)))
        .filter(entries::seq.ge(from)).order(entries::seq.asc()).limit(most)
        .select((entries::seq, entries::id, entries::leaf,
            (records::sealed.nullable(), (keys::subscriber_id, keys::sealed).nullable()), entries::at))
        .load(c))?;
    rows.into_iter().map(numbered).collect()
}

/// The number of an entry, once it has one; `None` when there is no such entry.
pub fn seq(tx: &mut Tx<'_>, id: EntryId) -> Result<Option<Option<u64>>, Fault> {
    let seq: Option<Option<i64>> =
        on!(tx, c => entries::table.find(id.0.as_slice()).select(entries::seq).get_result(c).optional())?;
    let number = |n: i64| u64::try_from(n).map_err(|_| Fault::Corrupt("entries"));
    seq.map(|seq| seq.map(number).transpose()).transpose()
}

/// The leaf of an entry; `None` when there is no such entry.
pub fn leaf(tx: &mut Tx<'_>, id: EntryId) -> Result<Option<Vec<u8>>, Fault> {
    let leaf: Option<String> =
        on!(tx, c => entries::table.find(id.0.as_slice()).select(entries::leaf).get_result(c).optional())?;
    Ok(leaf.map(String::into_bytes))
}

/// The smallest contiguous range of numbers that holds every numbered entry with `from <= at < to`; `None` if none.
pub fn range(tx: &mut Tx<'_>, from: At, to: At) -> Result<Option<(u64, u64)>, Fault> {
    use diesel::dsl::{max, min};
    let ends: (Option<i64>, Option<i64>) = on!(tx, c => entries::table
        .filter(entries::at.ge(from.0).and(entries::at.lt(to.0)).and(entries::seq.is_not_null()))
        .select((min(entries::seq), max(entries::seq))).get_result(c))?;
    let number = |n: i64| u64::try_from(n).map_err(|_| Fault::Corrupt("entries"));
    match ends {
        (Some(first), Some(last)) => Ok(Some((number(first)?, number(last)? + 1))),
        _ => Ok(None),
    }
}

/// The records about a subscriber, newest first: at most `most` after the first `skip`. What his own timeline shows.
pub fn about(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    skip: i64,
    most: i64,
) -> Result<Vec<(EntryId, SealedRecord, At)>, Fault> {
    type Row = (Vec<u8>, Columns, i64);
    let rows: Vec<Row> = on!(tx, c => records::table
        .left_join(keys::table.on(keys::subscriber_id.nullable().eq(records::subscriber_id)))
        .filter(records::subscriber_id.eq(subscriber.0.as_slice()))
        .order((records::at.desc(), records::entry_id.desc())).offset(skip).limit(most)
        .select((records::entry_id,
            (records::sealed, (keys::subscriber_id, keys::sealed).nullable()), records::at))
        .load(c))?;
    rows.into_iter()
        .map(|(id, record, at)| {
            let id = EntryId::from_slice(&id).ok_or(Fault::Corrupt("records"))?;
            Ok((id, record.into(), At(at)))
        })
        .collect()
}

/// The same of those of some kinds alone, from the newest on.
pub fn of_kinds(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    kinds: [Kind; 3],
    most: i64,
) -> Result<Vec<(EntryId, SealedRecord)>, Fault> {
    // Leaves are canonical, and no word in one holds a quotation mark.
    let [one, two, three] = kinds.map(|kind| format!("%\"kind\":\"{}\"%", kind.as_str()));
    let of_kind = entries::leaf.like(one).or(entries::leaf.like(two)).or(entries::leaf.like(three));
    let rows: Vec<(Vec<u8>, Columns)> = on!(tx, c => records::table
        .inner_join(entries::table.on(entries::id.eq(records::entry_id)))
        .left_join(keys::table.on(keys::subscriber_id.nullable().eq(records::subscriber_id)))
        .filter(records::subscriber_id.eq(subscriber.0.as_slice()).and(of_kind.clone()))
        .order((records::at.desc(), records::entry_id.desc())).limit(most)
        .select((records::entry_id, (records::sealed, (keys::subscriber_id, keys::sealed).nullable())))
        .load(c))?;
    let read = |(id, record): (Vec<u8>, Columns)| Some((EntryId::from_slice(&id)?, record.into()));
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("records"))).collect()
}

/// The sealed record behind one entry, if it is about that subscriber.
pub fn of(tx: &mut Tx<'_>, subscriber: SubscriberId, id: EntryId) -> Result<Option<SealedRecord>, Fault> {
    let row: Option<Columns> = on!(tx, c => records::table
        .left_join(keys::table.on(keys::subscriber_id.nullable().eq(records::subscriber_id)))
        .filter(records::entry_id.eq(id.0.as_slice()))
        .filter(records::subscriber_id.eq(subscriber.0.as_slice()))
        .select((records::sealed, (keys::subscriber_id, keys::sealed).nullable()))
        .get_result(c).optional())?;
    Ok(row.map(SealedRecord::from))
}
