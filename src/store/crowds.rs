//! Persons alike, as bitmaps per (kind, key, bucket). Deliberately absent: what a bitmap means; it is bytes here.
use super::kept::changed;
use super::schema::crowd;
use super::tx::on;
use super::{Fault, Tx, counters};
use crate::domain::time::At;
use diesel::prelude::*;
use std::ops::RangeInclusive;

/// The key of one crowd: kind word, H3 cell or topic, start of the hour or week.
pub type Key = (&'static str, i64, i64);

/// The persons alike, if any.
pub fn find(tx: &mut Tx<'_>, (kind, key, bucket): Key) -> Result<Option<Vec<u8>>, Fault> {
    Ok(on!(tx, c => crowd::table.find((kind, key, bucket)).select(crowd::persons).get_result(c).optional())?)
}

/// The crowds of a kind of each of the zones with an index in `zones`, of the bucket that began at `bucket`.
pub fn of_zones(
    tx: &mut Tx<'_>,
    kind: &'static str,
    zones: RangeInclusive<u64>,
    bucket: At,
) -> Result<Vec<Vec<u8>>, Fault> {
    // An H3 index has its highest bit clear.
    let (first, last) = (zones.start().cast_signed(), zones.end().cast_signed());
    let kept = crowd::kind.eq(kind).and(crowd::key.between(first, last)).and(crowd::bucket.eq(bucket.0));
    Ok(on!(tx, c => crowd::table.filter(kept).select(crowd::persons).load(c))?)
}

/// How many persons are alike; the bitmap, which grows with the number of subscribers, is not touched.
pub fn size(tx: &mut Tx<'_>, (kind, key, bucket): Key) -> Result<Option<i64>, Fault> {
    Ok(on!(tx, c => crowd::table.find((kind, key, bucket)).select(crowd::size).get_result(c).optional())?)
}

/// How many are in each crowd of a kind, with its key and its bucket, of the buckets that begin in `from..to`.
pub fn sizes(tx: &mut Tx<'_>, kind: &'static str, from: At, to: At) -> Result<Vec<(i64, i64, i64)>, Fault> {
    let kept = crowd::kind.eq(kind).and(crowd::bucket.ge(from.0)).and(crowd::bucket.lt(to.0));
    let columns = (crowd::key, crowd::bucket, crowd::size);
    Ok(on!(tx, c => crowd::table.filter(kept).select(columns).load(c))?)
}

/// Writes crowds whole: key, how many they are, who.
pub fn put(tx: &mut Tx<'_>, crowds: &[(Key, i64, Vec<u8>)]) -> Result<(), Fault> {
    crowds.iter().try_for_each(|(key, size, persons)| put_one(tx, *key, *size, persons))?;
    counters::next(tx, counters::CROWDS).map(drop)
}

fn put_one(tx: &mut Tx<'_>, (kind, key, bucket): Key, size: i64, persons: &[u8]) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO crowd (kind, key, bucket, size, persons) VALUES (" Text(kind)
        ", " Int(key)
        ", " Int(bucket)
        ", " Int(size)
        ", " Bytes(persons);
        ") ON CONFLICT (kind, key, bucket) DO UPDATE SET size = excluded.size, persons = excluded.persons"
    )?;
    Ok(())
}

/// Drops crowds of `kind` whose bucket began before `at`.
pub fn sweep(tx: &mut Tx<'_>, kind: &str, at: At) -> Result<usize, Fault> {
    let swept = on!(tx, c => diesel::delete(crowd::table.filter(crowd::kind.eq(kind).and(crowd::bucket.lt(at.0)))).execute(c))?;
    if swept > 0 {
        counters::next(tx, counters::CROWDS)?;
    }
    Ok(swept)
}
