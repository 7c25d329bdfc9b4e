//! The rows of the ledger as they are stored, for who doubts them: nothing is parsed, so that what does not parse can be named.
use super::record_keys::SealedRecord;
use super::schema::{counters, entries, ordinals, records, subscribers};
use super::tx::on;
use super::{Fault, Tx};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};

/// An entry with the record behind it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct StoredEntry {
    /// Leaf index, once it has one.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub seq: Option<i64>,
    /// 16 bytes, if it is sound.
    #[diesel(sql_type = Binary)]
    pub id: Vec<u8>,
    /// Text, if it is sound.
    #[diesel(sql_type = Binary)]
    pub leaf: Vec<u8>,
    /// µs.
    #[diesel(sql_type = BigInt)]
    pub at: i64,
    /// The sealed record; `None` when it is erased.
    #[diesel(sql_type = Nullable<Binary>)]
    pub sealed: Option<Vec<u8>>,
    /// The sealed key of the subscriber's records.
    #[diesel(sql_type = Nullable<Binary>)]
    pub key: Option<Vec<u8>>,
    /// About whom the row of the record says it is.
    #[diesel(sql_type = Nullable<Binary>)]
    pub subscriber: Option<Vec<u8>>,
    /// When the row of the record says it was, µs.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub recorded: Option<i64>,
}

impl StoredEntry {
    /// The sealed record with its key; `None` when it is erased.
    pub fn record(&self) -> Option<SealedRecord> {
        let key = self.subscriber.clone().zip(self.key.clone());
        self.sealed.clone().map(|sealed| SealedRecord { sealed, key })
    }
}

/// What is counted of the ledger, and what comes out of counting it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Each counter by its name.
    pub counters: Vec<(String, i64)>,
    /// Entries with a number.
    pub numbered: i64,
    /// The highest number.
    pub highest: Option<i64>,
    /// One more than the highest number of a person.
    pub persons: i64,
    /// Entries with ordinals.
    pub ordered: i64,
}

/// A row of ordinals: leaf index, then owner, number and the one before, of the subscriber's chain and of the recipient's.
pub type StoredOrdinals =
    (i64, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<Vec<u8>>, Option<i64>, Option<i64>);

/// A text that is no text must not stop the reading, so it is read as bytes; the engines write that differently.
fn select(tx: &Tx<'_>) -> String {
    let leaf = match tx {
        Tx::Sqlite(_) => "CAST(e.leaf AS BLOB)",
        Tx::Postgres(_) => "convert_to(e.leaf, 'UTF8')",
    };
    format!(
        "SELECT e.seq AS seq, e.id AS id, {leaf} AS leaf, e.at AS at, r.sealed AS sealed,
             k.sealed AS key, r.subscriber_id AS subscriber, r.at AS recorded
         FROM entries e LEFT JOIN records r ON r.entry_id = e.id LEFT JOIN record_keys k ON k.subscriber_id = r.subscriber_id"
    )
}

/// Numbered entries from `from` on, at most `most`.
pub fn numbered(tx: &mut Tx<'_>, from: i64, most: u32) -> Result<Vec<StoredEntry>, Fault> {
    let query = format!("{} WHERE e.seq >= {from} ORDER BY e.seq LIMIT {most}", select(tx));
    Ok(on!(tx, c => diesel::sql_query(&query).load(c))?)
}

/// Entries that wait for a number, after the id `after`, at most `most`.
pub fn waiting(tx: &mut Tx<'_>, after: &[u8], most: u32) -> Result<Vec<StoredEntry>, Fault> {
    let query = format!("{} WHERE e.seq IS NULL AND e.id > $1 ORDER BY e.id LIMIT {most}", select(tx));
    Ok(on!(tx, c => diesel::sql_query(&query).bind::<Binary, _>(after).load(c))?)
}

/// Ids of records that belong to no entry, at most `most`.
pub fn strays(tx: &mut Tx<'_>, most: i64) -> Result<Vec<Vec<u8>>, Fault> {
    Ok(on!(tx, c => records::table
        .left_join(entries::table.on(entries::id.eq(records::entry_id)))
        .filter(entries::id.nullable().is_null())
        .order(records::entry_id).limit(most).select(records::entry_id).load(c))?)
}

/// The counters, and what they count.
pub fn counted(tx: &mut Tx<'_>) -> Result<Counted, Fault> {
    use diesel::dsl::max;
    let counters = on!(tx, c => counters::table.order(counters::name).load(c))?;
    let numbered = on!(tx, c => entries::table.filter(entries::seq.is_not_null()).count().get_result(c))?;
    let highest = on!(tx, c => entries::table.select(max(entries::seq)).get_result(c))?;
    let persons: Option<i64> =
        on!(tx, c => subscribers::table.select(max(subscribers::person_number)).get_result(c))?;
    let ordered = on!(tx, c => ordinals::table.count().get_result(c))?;
    Ok(Counted { counters, numbered, highest, persons: persons.map_or(0, |n| n.saturating_add(1)), ordered })
}

/// A counter as it is now; 0 where it is missing.
pub fn counter(tx: &mut Tx<'_>, name: &str) -> Result<u64, Fault> {
    let value: Option<i64> =
        on!(tx, c => counters::table.find(name).select(counters::value).get_result(c).optional())?;
    Ok(value.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}

/// Ordinals of the entries `from..=last`.
pub fn ordinals(tx: &mut Tx<'_>, from: i64, last: i64) -> Result<Vec<StoredOrdinals>, Fault> {
    Ok(on!(tx, c => ordinals::table.filter(ordinals::seq.ge(from)).filter(ordinals::seq.le(last))
        .order(ordinals::seq.asc()).load(c))?)
}

/// Ordinals beyond the first `ordered` entries, at most `most`.
pub fn stray_ordinals(tx: &mut Tx<'_>, ordered: i64, most: i64) -> Result<Vec<i64>, Fault> {
    Ok(on!(tx, c => ordinals::table.filter(ordinals::seq.lt(0).or(ordinals::seq.ge(ordered)))
        .order(ordinals::seq.asc()).limit(most).select(ordinals::seq).load(c))?)
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// What the engine itself finds wrong with its file, at most `most`. A server's pages are its own to check.
pub fn unsound(tx: &mut Tx<'_>, most: u32) -> Result<Vec<String>, Fault> {
    let Tx::Sqlite(c) = tx else { return Ok(Vec::new()) };
    let said: Vec<Said> = diesel::sql_query(format!("PRAGMA integrity_check({most})")).load(*c)?;
    Ok(said.into_iter().map(|s| s.integrity_check).filter(|s| s != "ok").collect())
}
