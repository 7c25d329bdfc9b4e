//! Reference tables that feeds fill: cells, sensitive places, topics. Small beside the subscribers; read whole.
use super::schema::{cells, places, topics};
use super::tx::on;
use super::{Fault, Tx, counters};
use crate::domain::feed::Source;
use crate::domain::topic::Topic;
use diesel::prelude::*;
use diesel::upsert::excluded;

/// A base station.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRow {
    /// The operator's name of it.
    pub id: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Range, m.
    pub range_m: u32,
}

/// A sensitive place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceRow {
    /// SHA-256 of the row, cut: the same place is kept once.
    pub id: [u8; 16],
    /// What it is.
    pub kind: String,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Extent, m.
    pub radius_m: u32,
}

/// What an app or host is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicRow {
    /// App or host.
    pub source: Source,
    /// Its name.
    pub key: String,
    /// What it is about; `None` for what must never have a topic.
    pub topic: Option<Topic>,
}

/// Stored for what must never have a topic.
const NEVER: i64 = -1;

fn e7(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

/// Writes cells; one of the same id is replaced. The caller hands each id once.
pub fn put_cells(tx: &mut Tx<'_>, rows: &[CellRow]) -> Result<(), Fault> {
    let values: Vec<_> = rows
        .iter()
        .map(|r| {
            (
                cells::id.eq(r.id.as_str()),
                cells::lat_e7.eq(e7(r.lat)),
                cells::lon_e7.eq(e7(r.lon)),
                cells::range_m.eq(i64::from(r.range_m)),
            )
        })
        .collect();
    on!(tx, c => diesel::insert_into(cells::table).values(&values).on_conflict(cells::id).do_update().set((
        cells::lat_e7.eq(excluded(cells::lat_e7)), cells::lon_e7.eq(excluded(cells::lon_e7)),
        cells::range_m.eq(excluded(cells::range_m)))).execute(c))?;
    Ok(())
}

/// Writes places; the caller hands each id once.
pub fn put_places(tx: &mut Tx<'_>, rows: &[PlaceRow]) -> Result<(), Fault> {
    let values: Vec<_> = rows
        .iter()
        .map(|r| {
            (
                places::id.eq(r.id.as_slice()),
                places::kind.eq(r.kind.as_str()),
                places::lat_e7.eq(e7(r.lat)),
                places::lon_e7.eq(e7(r.lon)),
                places::radius_m.eq(i64::from(r.radius_m)),
            )
        })
        .collect();
    on!(tx, c => diesel::insert_into(places::table).values(&values).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Writes topics; one of the same key is replaced. The caller hands each key once.
pub fn put_topics(tx: &mut Tx<'_>, rows: &[TopicRow]) -> Result<(), Fault> {
    let values: Vec<_> = rows
        .iter()
        .map(|r| {
            (
                topics::source.eq(r.source.as_str()),
                topics::key.eq(r.key.as_str()),
                topics::topic.eq(r.topic.map_or(NEVER, |t| i64::from(t.index()))),
            )
        })
        .collect();
    on!(tx, c => diesel::insert_into(topics::table).values(&values).on_conflict((topics::source, topics::key))
        .do_update().set(topics::topic.eq(excluded(topics::topic))).execute(c))?;
    Ok(())
}

/// Tells every reader that the reference tables have changed.
pub fn changed(tx: &mut Tx<'_>) -> Result<(), Fault> {
    counters::next(tx, counters::REFERENCE).map(|_| ())
}

/// The version of the reference tables.
pub fn version(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    counters::value(tx, counters::REFERENCE)
}

/// Every cell.
pub fn cells(tx: &mut Tx<'_>) -> Result<Vec<CellRow>, Fault> {
    let rows: Vec<(String, i64, i64, i64)> = on!(tx, c => cells::table.load(c))?;
    let cell = |(id, lat_e7, lon_e7, range_m): (String, i64, i64, i64)| CellRow {
        id,
        lat: lat_e7 as f64 / 1e7,
        lon: lon_e7 as f64 / 1e7,
        range_m: u32::try_from(range_m).unwrap_or(u32::MAX),
    };
    Ok(rows.into_iter().map(cell).collect())
}

/// Every sensitive place.
pub fn places(tx: &mut Tx<'_>) -> Result<Vec<PlaceRow>, Fault> {
    let rows: Vec<(Vec<u8>, String, i64, i64, i64)> = on!(tx, c => places::table.load(c))?;
    rows.into_iter()
        .map(|(id, kind, lat_e7, lon_e7, radius_m)| {
            Ok(PlaceRow {
                id: id.try_into().map_err(|_| Fault::Corrupt("places"))?,
                kind,
                lat: lat_e7 as f64 / 1e7,
                lon: lon_e7 as f64 / 1e7,
                radius_m: u32::try_from(radius_m).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// Every mapping.
pub fn topics(tx: &mut Tx<'_>) -> Result<Vec<TopicRow>, Fault> {
    let rows: Vec<(String, String, i64)> = on!(tx, c => topics::table.load(c))?;
    rows.into_iter()
        .map(|(source, key, topic)| {
            let read = || {
                let known = || Topic::from_index(u16::try_from(topic).ok()?);
                Some((Source::parse(&source)?, if topic == NEVER { None } else { Some(known()?) }))
            };
            let (source, topic) = read().ok_or(Fault::Corrupt("topics"))?;
            Ok(TopicRow { source, key, topic })
        })
        .collect()
}
