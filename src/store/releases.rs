//! The release ledger: what has left about a subscriber in an epoch, to all recipients together. The ground of joint k.
use super::schema::releases;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::category::{Category, Precision};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::purpose::Purpose;
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
    /// To whom first.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What kind.
    pub category: Category,
    /// How fine.
    pub precision: Precision,
    /// Persons alike at release.
    pub crowd: u32,
    /// Surprisal, bits × 1000.
    pub bits_milli: u32,
    /// Crowd sets of the fact, JSON.
    pub keys: String,
    /// When.
    pub at: At,
}

type Row = (Vec<u8>, i64, Vec<u8>, Vec<u8>, String, String, String, i64, i64, String, i64);

fn release(row: Row) -> Result<ReleaseRow, Fault> {
    let (subscriber, epoch, fact, recipient, purpose, category, precision, crowd, bits, keys, at) = row;
    let read = || {
        Some(ReleaseRow {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            epoch: At(epoch),
            fact: fact.try_into().ok()?,
            recipient: RecipientId::from_slice(&recipient)?,
            purpose: Purpose::parse(&purpose)?,
            category: Category::parse(&category)?,
            precision: Precision::parse(&precision)?,
            crowd: u32::try_from(crowd).ok()?,
            bits_milli: u32::try_from(bits).ok()?,
            keys,
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

/// Adds a release; the same fact to the same recipient in the epoch stands once.
pub fn insert(tx: &mut Tx<'_>, r: &ReleaseRow) -> Result<(), Fault> {
    let row = (
        releases::subscriber_id.eq(r.subscriber.0.as_slice()),
        releases::epoch.eq(r.epoch.0),
        releases::fact.eq(r.fact.as_slice()),
        releases::recipient_id.eq(r.recipient.0.as_slice()),
        releases::purpose.eq(r.purpose.as_str()),
        releases::category.eq(r.category.as_str()),
        releases::precision.eq(r.precision.as_str()),
        releases::crowd.eq(i64::from(r.crowd)),
        releases::bits_milli.eq(i64::from(r.bits_milli)),
        releases::keys.eq(r.keys.as_str()),
        releases::at.eq(r.at.0),
    );
    on!(tx, c => diesel::insert_into(releases::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}
