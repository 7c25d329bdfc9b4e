//! Reference feeds: cells, sensitive places, topics. Read whole into memory once and again when their version moves.
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::domain::feed::{Reject, Row, Source};
use crate::domain::topic::Topic;
use crate::domain::zone::Zone;
use crate::minimise::rim::{Beside, Rims};
use crate::minimise::sensitive::{Kind, Place, Places};
use crate::minimise::zone;
use crate::store::Fault;
use crate::store::Tx;
use crate::store::reference::{self as rows, CellRow, PlaceRow, TopicRow};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows written in one story: a few milliseconds, so that nobody waits for long.
const STORY: usize = 1000;

/// Where a phone is seen. The point itself goes no further.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub(super) zone: Zone,
    /// The zones near by; none of a base station, whose own place does not say on which side of a border a phone is.
    pub(super) beside: Beside,
    /// Whether it is at a sensitive place.
    pub(super) sensitive: bool,
}

/// The reference tables in memory.
#[derive(Debug, Default)]
pub struct Reference {
    version: i64,
    cells: FxHashMap<Box<str>, (Zone, bool)>,
    topics: [FxHashMap<Box<str>, Option<Topic>>; 2],
    places: Places,
}

impl Reference {
    /// Where a cell stands.
    pub(super) fn cell(&self, id: &str) -> Option<Sight> {
        let (zone, sensitive) = *self.cells.get(id)?;
        Some(Sight { zone, beside: Beside::default(), sensitive })
    }
    /// Where a point lies; `rims` are those of the feed it is in.
    pub(super) fn point(&self, lat: f64, lon: f64, rims: &mut Rims) -> Option<Sight> {
        let (zone, beside) = rims.place(lat, lon)?;
        Some(Sight { zone, beside, sensitive: self.places.covers(lat, lon) })
    }
    /// What an app is about.
    pub(super) fn app(&self, name: &str) -> Option<Topic> {
        self.topics[0].get(name).copied().flatten()
    }
    /// What a host is about: its own mapping or that of the nearest parent domain. A host that must never have a topic ends
    /// the walk.
    pub(super) fn host(&self, name: &str) -> Option<Topic> {
        let mut name = name.trim_end_matches('.');
        loop {
            if let Some(topic) = self.topics[1].get(name) {
                return *topic;
            }
            name = name.split_once('.')?.1;
        }
    }
}

impl Broker {
    /// The reference tables as of now.
    pub(super) fn reference(&self) -> Result<Arc<Reference>, Failure> {
        let version = self.store.read("reference.version", rows::version)?;
        let mut held = self.reference.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(reference) = held.as_ref().filter(|r| r.version == version) {
            return Ok(Arc::clone(reference));
        }
        let fresh = Arc::new(self.store.read("reference.load", load)?);
        *held = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

fn load(tx: &mut Tx<'_>) -> Result<Reference, Fault> {
    let version = rows::version(tx)?;
    let place = |p: PlaceRow| {
        Some(Place { kind: Kind::parse(&p.kind)?, lat: p.lat, lon: p.lon, radius_m: p.radius_m })
    };
    let places = Places::new(rows::places(tx)?.into_iter().filter_map(place).collect());
    let resolve = |c: CellRow| {
        Some((c.id.into_boxed_str(), (zone::from_point(c.lat, c.lon)?, places.covers(c.lat, c.lon))))
    };
    let cells = rows::cells(tx)?.into_iter().filter_map(resolve).collect();
    let mut topics = [FxHashMap::default(), FxHashMap::default()];
    for TopicRow { source, key, topic } in rows::topics(tx)? {
        topics[usize::from(source == Source::Web)].insert(key.into_boxed_str(), topic);
    }
    Ok(Reference { version, cells, topics, places })
}

/// Reference rows of one feed, gathered. The last line about a key counts.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    cells: BTreeMap<String, CellRow>,
    places: BTreeMap<[u8; 16], PlaceRow>,
    topics: BTreeMap<(bool, String), TopicRow>,
}

impl Gathered {
    /// Takes one row of a reference feed.
    pub(super) fn take(&mut self, row: Row<'_>) -> Result<(), Reject> {
        match row {
            Row::Cell { id, lat, lon, range_m } => {
                zone::from_point(lat, lon).ok_or(Reject::Coordinates)?;
                self.cells.insert(id.to_owned(), CellRow { id: id.to_owned(), lat, lon, range_m });
            }
            Row::Place { kind, lat, lon, radius_m } => {
                let kind = Kind::parse(kind).ok_or(Reject::UnknownPlaceKind)?.as_str().to_owned();
                let mut id = [0; 16];
                let hash = sha256(&[
                    kind.as_bytes(),
                    &lat.to_be_bytes(),
                    &lon.to_be_bytes(),
                    &radius_m.to_be_bytes(),
                ]);
                id.copy_from_slice(&hash[..16]);
                self.places.insert(id, PlaceRow { id, kind, lat, lon, radius_m });
            }
            Row::Category { source, key, topic } => {
                let key = key.trim_end_matches('.').to_ascii_lowercase();
                self.topics.insert((source == Source::Web, key.clone()), TopicRow { source, key, topic });
            }
            Row::Location { .. } | Row::App { .. } | Row::Web { .. } | Row::Account { .. } => {
                return Err(Reject::Json);
            }
        }
        Ok(())
    }

    /// Writes everything gathered; a repeat changes nothing.
    pub(super) fn write(self, broker: &Broker) -> Result<u64, Failure> {
        let count = self.cells.len() + self.places.len() + self.topics.len();
        let cells: Vec<CellRow> = self.cells.into_values().collect();
        for chunk in cells.chunks(STORY) {
            let chunk = chunk.to_vec();
            broker.store.write("reference.cells", move |tx| rows::put_cells(tx, &chunk))?;
        }
        let places: Vec<PlaceRow> = self.places.into_values().collect();
        for chunk in places.chunks(STORY) {
            let chunk = chunk.to_vec();
            broker.store.write("reference.places", move |tx| rows::put_places(tx, &chunk))?;
        }
        let topics: Vec<TopicRow> = self.topics.into_values().collect();
        for chunk in topics.chunks(STORY) {
            let chunk = chunk.to_vec();
            broker.store.write("reference.topics", move |tx| rows::put_topics(tx, &chunk))?;
        }
        broker.store.write("reference.changed", rows::changed)?;
        Ok(u64::try_from(count).unwrap_or(u64::MAX))
    }
}
