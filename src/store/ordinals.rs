//! Where entries stand in their chains. Deliberately absent: who gives ordinals (`broker::ordinal`).
use super::kept::changed;
use super::schema::{ordinals, record_keys};
use super::tx::on;
use super::{Fault, Tx};
use diesel::prelude::*;

/// Whose chain, and where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// Id of the subscriber or recipient, 16 bytes.
    pub owner: Vec<u8>,
    /// 1 for the first.
    pub number: i64,
    /// Leaf index of the one before.
    pub before: Option<i64>,
}

/// The ordinals of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdinalRow {
    /// Leaf index.
    pub seq: i64,
    /// Among those about its subscriber.
    pub subscriber: Option<Stand>,
    /// Among those with its recipient.
    pub recipient: Option<Stand>,
}

/// Writes the ordinals of an entry.
pub fn insert(tx: &mut Tx<'_>, row: &OrdinalRow) -> Result<(), Fault> {
    let part = |stand: &Option<Stand>| stand.as_ref().map(|s| (s.number, s.before));
    let (subscriber, recipient) = (part(&row.subscriber), part(&row.recipient));
    let owner = |stand: &'_ Option<Stand>| stand.as_ref().map(|s| s.owner.clone());
    let (about, with) = (owner(&row.subscriber), owner(&row.recipient));
    changed!(tx,
        "INSERT INTO ordinals (seq, subscriber_id, subscriber_number, subscriber_before, recipient_id, recipient_number, recipient_before) VALUES ("
        Int(row.seq)
        ", " MaybeBytes(about.as_deref())
        ", " Maybe(subscriber.map(|s| s.0))
        ", " Maybe(subscriber.and_then(|s| s.1))
        ", " MaybeBytes(with.as_deref())
        ", " Maybe(recipient.map(|s| s.0))
        ", " Maybe(recipient.and_then(|s| s.1));
        ")"
    )?;
    Ok(())
}

/// The last number and leaf index of a subscriber's chain, erased or not.
pub fn last_about(tx: &mut Tx<'_>, subscriber: &[u8]) -> Result<Option<(i64, i64)>, Fault> {
    let last: Option<(Option<i64>, i64)> = on!(tx, c => ordinals::table.filter(ordinals::subscriber_id.eq(subscriber))
        .order(ordinals::subscriber_number.desc()).select((ordinals::subscriber_number, ordinals::seq))
        .first(c).optional())?;
    let last =
        last.map(|(number, seq)| number.map(|n| (n, seq)).ok_or(Fault::Corrupt("ordinals"))).transpose()?;
    // Numbers of the erased are not given again.
    let erased: Option<(Option<i64>, Option<i64>)> = on!(tx, c => record_keys::table.find(subscriber)
        .select((record_keys::last_number, record_keys::last_seq)).first(c).optional())?;
    Ok(last.max(erased.and_then(|(number, seq)| number.zip(seq))))
}

/// The last number and leaf index of a recipient's chain.
pub fn last_with(tx: &mut Tx<'_>, recipient: &[u8]) -> Result<Option<(i64, i64)>, Fault> {
    let last: Option<(Option<i64>, i64)> = on!(tx, c => ordinals::table.filter(ordinals::recipient_id.eq(recipient))
        .order(ordinals::recipient_number.desc()).select((ordinals::recipient_number, ordinals::seq))
        .first(c).optional())?;
    last.map(|(number, seq)| number.map(|n| (n, seq)).ok_or(Fault::Corrupt("ordinals"))).transpose()
}

type Row = (i64, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<Vec<u8>>, Option<i64>, Option<i64>);

/// Ordinals of the entries `from..until`, in order.
pub fn within(tx: &mut Tx<'_>, from: i64, until: i64) -> Result<Vec<OrdinalRow>, Fault> {
    let rows: Vec<Row> = on!(tx, c => ordinals::table.filter(ordinals::seq.ge(from)).filter(ordinals::seq.lt(until))
        .order(ordinals::seq.asc()).load(c))?;
    let stand = |owner: Option<Vec<u8>>, number: Option<i64>, before| match (owner, number) {
        (Some(owner), Some(number)) => Ok(Some(Stand { owner, number, before })),
        (None, None) if before.is_none() => Ok(None),
        _ => Err(Fault::Corrupt("ordinals")),
    };
    rows.into_iter()
        .map(|(seq, about, about_number, about_before, with, with_number, with_before)| {
            Ok(OrdinalRow {
                seq,
                subscriber: stand(about, about_number, about_before)?,
                recipient: stand(with, with_number, with_before)?,
            })
        })
        .collect()
}
