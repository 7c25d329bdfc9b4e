//! The keys of subscribers' records, sealed: one each, made when he is enrolled. Destroying one erases what it sealed.
use super::schema::{entries, ordinals as places, record_keys, records, subscribers};
use super::tx::on;
use super::{Fault, Tx, ordinals};
use crate::crypt::record::{RecordSeal, SealedKey};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;

/// A record as it is stored, with the key of whom it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRecord {
    /// The record.
    pub sealed: Vec<u8>,
    /// About whom, and the sealed key of his records.
    pub key: Option<(Vec<u8>, Vec<u8>)>,
}

/// Columns of a record: sealed, then whose key and the key.
pub(super) type Columns = (Vec<u8>, Option<(Vec<u8>, Vec<u8>)>);

impl From<Columns> for SealedRecord {
    fn from((sealed, key): Columns) -> SealedRecord {
        SealedRecord { sealed, key }
    }
}

impl SealedRecord {
    /// The key that opens it, if it is one of a subscriber's.
    pub fn key(&self) -> Option<SealedKey<'_>> {
        self.key.as_ref().map(|(subscriber, sealed)| SealedKey { subscriber, sealed })
    }
}

/// Seals a record, under the key of `subscriber` as it stands now.
pub(super) fn seal(
    tx: &mut Tx<'_>,
    seal: &RecordSeal,
    (entry, subscriber): (EntryId, Option<SubscriberId>),
    record: &[u8],
) -> Result<Vec<u8>, Fault> {
    let key = match subscriber {
        Some(id) => Some((id, find_or_make(tx, seal, id)?)),
        None => None,
    };
    let key = key.as_ref().map(|(id, sealed)| SealedKey { subscriber: &id.0, sealed });
    seal.seal(&entry.0, key, record).map_err(|_| Fault::Corrupt("record_keys"))
}

fn find_or_make(tx: &mut Tx<'_>, seal: &RecordSeal, id: SubscriberId) -> Result<Vec<u8>, Fault> {
    let found: Option<Vec<u8>> = on!(tx, c => record_keys::table.find(id.0.as_slice())
        .select(record_keys::sealed).get_result(c).optional())?;
    if let Some(found) = found {
        return Ok(found);
    }
    // He was enrolled before there were such keys.
    let made = seal.key(&id.0);
    insert(tx, id, &made)?;
    Ok(made)
}

/// The key of somebody who has none.
pub(super) fn insert(tx: &mut Tx<'_>, id: SubscriberId, sealed: &[u8]) -> Result<(), Fault> {
    let row = (record_keys::subscriber_id.eq(id.0.as_slice()), record_keys::sealed.eq(sealed));
    on!(tx, c => diesel::insert_into(record_keys::table).values(row).execute(c))?;
    Ok(())
}

/// A numbered record about a subscriber: leaf index, entry, leaf, record.
pub type About = (i64, EntryId, Vec<u8>, SealedRecord);

/// Every numbered record about a subscriber, in order.
pub fn about(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Vec<About>, Fault> {
    type Row = (Option<i64>, Vec<u8>, String, Vec<u8>, Option<Vec<u8>>);
    let rows: Vec<Row> = on!(tx, c => records::table
        .inner_join(entries::table.on(entries::id.eq(records::entry_id)))
        .left_join(record_keys::table.on(record_keys::subscriber_id.nullable().eq(records::subscriber_id)))
        .filter(records::subscriber_id.eq(id.0.as_slice()))
        .filter(entries::seq.is_not_null()).order(entries::seq.asc())
        .select((entries::seq, entries::id, entries::leaf, records::sealed, record_keys::sealed.nullable()))
        .load(c))?;
    let read = |(seq, entry, leaf, sealed, key): Row| {
        let key = key.map(|key| (id.0.to_vec(), key));
        Some((seq?, EntryId::from_slice(&entry)?, leaf.into_bytes(), SealedRecord { sealed, key }))
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("records"))).collect()
}

/// How many records there are about a subscriber, numbered or not.
pub fn count(tx: &mut Tx<'_>, id: SubscriberId) -> Result<i64, Fault> {
    Ok(on!(tx, c => records::table.filter(records::subscriber_id.eq(id.0.as_slice())).count().get_result(c))?)
}

/// Puts a new key in the place of the old one, which nobody has any more, and remembers how far his chain went. What it sealed is lost where
/// it is not sealed anew.
pub fn replace(tx: &mut Tx<'_>, id: SubscriberId, sealed: &[u8]) -> Result<(), Fault> {
    let last = ordinals::last_about(tx, &id.0)?;
    on!(tx, c => diesel::delete(record_keys::table.find(id.0.as_slice())).execute(c))?;
    let row = (
        record_keys::subscriber_id.eq(id.0.as_slice()),
        record_keys::sealed.eq(sealed),
        record_keys::last_number.eq(last.map(|(number, _)| number)),
        record_keys::last_seq.eq(last.map(|(_, seq)| seq)),
    );
    on!(tx, c => diesel::insert_into(record_keys::table).values(row).execute(c))?;
    Ok(())
}

/// Seals one record anew.
pub fn reseal(tx: &mut Tx<'_>, entry: EntryId, sealed: &[u8]) -> Result<(), Fault> {
    on!(tx, c => diesel::update(records::table.find(entry.0.as_slice())).set(records::sealed.eq(sealed)).execute(c))?;
    Ok(())
}

/// A numbered record about a subscriber, as far as it is not sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aged {
    /// Leaf index.
    pub seq: i64,
    /// Its entry.
    pub entry: EntryId,
    /// Canonical JSON of the leaf.
    pub leaf: Vec<u8>,
    /// When.
    pub at: At,
    /// About whom, and his home country.
    pub about: Option<(SubscriberId, String)>,
}

/// Entries of the numbers `from` on, at most `most`, in order.
pub fn aged(tx: &mut Tx<'_>, from: i64, most: i64) -> Result<Vec<Aged>, Fault> {
    type Row = (Option<i64>, Vec<u8>, String, i64, Option<(Vec<u8>, String)>);
    let rows: Vec<Row> = on!(tx, c => entries::table
        .left_join(records::table.on(records::entry_id.eq(entries::id)))
        .left_join(subscribers::table.on(subscribers::id.nullable().eq(records::subscriber_id)))
        .filter(entries::seq.ge(from)).order(entries::seq.asc()).limit(most)
        .select((entries::seq, entries::id, entries::leaf, entries::at, (subscribers::id, subscribers::home).nullable()))
        .load(c))?;
    let read = |(seq, entry, leaf, at, about): Row| {
        let about = match about {
            Some((id, home)) => Some((SubscriberId::from_slice(&id)?, home)),
            None => None,
        };
        Some(Aged {
            seq: seq?,
            entry: EntryId::from_slice(&entry)?,
            leaf: leaf.into_bytes(),
            at: At(at),
            about,
        })
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("entries"))).collect()
}

/// Remembers how far a subscriber's chain went, before records at its end are destroyed.
pub fn remember(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    let Some((number, seq)) = ordinals::last_about(tx, &id.0)? else { return Ok(()) };
    let last = (record_keys::last_number.eq(Some(number)), record_keys::last_seq.eq(Some(seq)));
    on!(tx, c => diesel::update(record_keys::table.find(id.0.as_slice())).set(last).execute(c))?;
    Ok(())
}

/// Whether all of these entries have their records still.
pub fn are_there(tx: &mut Tx<'_>, all: &[EntryId]) -> Result<bool, Fault> {
    let ids: Vec<&[u8]> = all.iter().map(|id| id.0.as_slice()).collect();
    let found: i64 =
        on!(tx, c => records::table.filter(records::entry_id.eq_any(&ids)).count().get_result(c))?;
    Ok(found == all.len() as i64)
}

/// Destroys the record of an entry, and that the entry at `seq` was about him; who received it stays in its chain.
pub fn destroy(tx: &mut Tx<'_>, seq: i64, entry: EntryId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(records::table.find(entry.0.as_slice())).execute(c))?;
    let nobody = (
        places::subscriber_id.eq(None::<Vec<u8>>),
        places::subscriber_number.eq(None::<i64>),
        places::subscriber_before.eq(None::<i64>),
    );
    on!(tx, c => diesel::update(places::table.find(seq)).set(nobody).execute(c))?;
    Ok(())
}
