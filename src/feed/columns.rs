//! Which column means what, from the header, and one CSV line to a `Row`. Deliberately absent: files, JSON.
use super::fault::FeedError;
use super::fields::Split;
use crate::domain::feed::{FeedKind, Reject, Row, Source, Spot};
use crate::domain::time::At;
use crate::domain::topic::Topic;
use std::fmt::Write;

/// Range of a base station whose line gives none or 0, m. The median of the OpenCelliD cells that ship with the product.
pub(super) const CELL_RANGE_M: u32 = 1_000;
/// Extent of a sensitive place whose line gives none, m.
pub(super) const PLACE_RADIUS_M: u32 = 100;
/// The largest range or radius that is believed, m; a GSM cell reaches 35 km, an extended one 120 km.
const RADIUS_LIMIT_M: u32 = 200_000;
/// The most columns a header may name.
const COLUMN_LIMIT: usize = 256;
/// The most column names an error repeats.
const NAMES_SHOWN: usize = 12;

/// Where the fields of one kind of feed stand. An index is a column.
#[derive(Debug)]
enum Layout {
    Cells {
        id: CellId,
        lat: usize,
        lon: usize,
        range_m: Option<usize>,
    },
    Places {
        kind: usize,
        lat: usize,
        lon: usize,
        radius_m: Option<usize>,
    },
    Location {
        subscriber: usize,
        at: usize,
        cell: Option<usize>,
        point: Option<(usize, usize)>,
        radius_m: Option<usize>,
    },
    App {
        subscriber: usize,
        at: usize,
        app: usize,
        seconds: Option<usize>,
        bytes: Option<usize>,
    },
    Web {
        subscriber: usize,
        at: usize,
        host: usize,
        bytes: [Option<usize>; 3],
    },
    Categories {
        source: usize,
        key: usize,
        topic: usize,
    },
    Account {
        subscriber: usize,
        at: usize,
        country: Option<usize>,
        remaining_bytes: Option<usize>,
    },
}

/// How a base station is named.
#[derive(Debug)]
enum CellId {
    /// By one column.
    Own(usize),
    /// As OpenCelliD names it: country, network, area where there is one, cell; joined by `-`.
    Open { parts: Vec<usize> },
}

/// The header of one feed.
#[derive(Debug)]
pub(super) struct Columns {
    layout: Layout,
    count: usize,
}

impl Columns {
    /// Reads the header of a feed of `kind`: names in any order and case, unknown ones are passed over.
    pub(super) fn new(kind: FeedKind, header: &Split<'_>) -> Result<Columns, FeedError> {
        let count = header.len();
        if count > COLUMN_LIMIT {
            return Err(FeedError::Header);
        }
        let found: Vec<String> = (0..count).map(|i| header.field(i).to_ascii_lowercase()).collect();
        let find = |name: &'static str| found.iter().position(|f| f == name);
        let need = |name: &'static str| find(name).ok_or_else(|| missing(name, &found));
        let layout = match kind {
            FeedKind::Cells => Layout::Cells {
                id: match (find("mcc"), find("net"), find("cell")) {
                    (Some(mcc), Some(net), Some(cell)) => CellId::Open {
                        parts: [Some(mcc), Some(net), find("area"), Some(cell)]
                            .into_iter()
                            .flatten()
                            .collect(),
                    },
                    (_, _, cell) => CellId::Own(find("id").or(cell).ok_or_else(|| missing("id", &found))?),
                },
                lat: need("lat")?,
                lon: need("lon")?,
                range_m: find("range_m").or(find("range")),
            },
            FeedKind::Places => Layout::Places {
                kind: need("kind")?,
                lat: need("lat")?,
                lon: need("lon")?,
                radius_m: find("radius_m"),
            },
            FeedKind::Location => {
                let (subscriber, at, cell) = (need("subscriber")?, need("at")?, find("cell"));
                let point = find("lat").zip(find("lon"));
                if cell.is_none() && point.is_none() {
                    let half = find("lat").is_some() || find("lon").is_some();
                    let name = if !half {
                        "cell"
                    } else if find("lat").is_none() {
                        "lat"
                    } else {
                        "lon"
                    };
                    return Err(missing(name, &found));
                }
                Layout::Location { subscriber, at, cell, point, radius_m: find("radius_m") }
            }
            FeedKind::App => Layout::App {
                subscriber: need("subscriber")?,
                at: need("at")?,
                app: need("app")?,
                seconds: find("seconds"),
                bytes: find("bytes"),
            },
            FeedKind::Web => Layout::Web {
                subscriber: need("subscriber")?,
                at: need("at")?,
                host: need("host")?,
                bytes: [find("bytes"), find("bytes_up"), find("bytes_down")],
            },
            FeedKind::Categories => {
                Layout::Categories { source: need("source")?, key: need("key")?, topic: need("topic")? }
            }
            FeedKind::Account => {
                let (subscriber, at) = (need("subscriber")?, need("at")?);
                let (country, remaining_bytes) = (find("country"), find("remaining_bytes"));
                if country.is_none() && remaining_bytes.is_none() {
                    return Err(missing("country", &found));
                }
                Layout::Account { subscriber, at, country, remaining_bytes }
            }
        };
        // A name given twice would make one of the two columns a silent loss.
        let twice = NAMES.iter().find(|n| found.iter().filter(|f| f == n).count() > 1);
        twice.map_or(Ok(Columns { layout, count }), |name| Err(FeedError::Twice { column: name }))
    }

    /// How many fields every line has.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// One line as a row. `scratch` holds a name put together from several columns.
    pub(super) fn row<'a>(&self, line: &Split<'a>, scratch: &'a mut String) -> Result<Row<'a>, Reject> {
        if line.len() != self.count {
            return Err(Reject::FieldCount);
        }
        let text = |i: usize| Some(line.field(i)).filter(|t| !t.is_empty()).ok_or(Reject::Empty);
        let at = |i: usize| At::parse(text(i)?).ok_or(Reject::Instant);
        let whole = |i: Option<usize>| i.map_or(Ok(None), |i| number(line.field(i)));
        let point = |lat: usize, lon: usize| point(degrees(text(lat)?)?, degrees(text(lon)?)?);
        match &self.layout {
            Layout::Cells { id, lat, lon, range_m } => {
                let id = id.read(line, scratch)?;
                let (lat, lon) = point(*lat, *lon)?;
                Ok(Row::Cell { id, lat, lon, range_m: range(whole(*range_m)?)? })
            }
            Layout::Places { kind, lat, lon, radius_m } => {
                let kind = text(*kind)?;
                let (lat, lon) = point(*lat, *lon)?;
                Ok(Row::Place {
                    kind,
                    lat,
                    lon,
                    radius_m: radius(whole(*radius_m)?)?.unwrap_or(PLACE_RADIUS_M),
                })
            }
            Layout::Location { subscriber, at: when, cell, point: place, radius_m } => {
                let (subscriber, at) = (text(*subscriber)?, at(*when)?);
                let cell = cell.map(|i| line.field(i)).filter(|c| !c.is_empty());
                let spot = match (cell, place) {
                    (Some(cell), _) => Spot::Cell(cell),
                    (None, Some((lat, lon))) => {
                        let (lat, lon) = point(*lat, *lon)?;
                        Spot::Point { lat, lon, radius_m: radius(whole(*radius_m)?)? }
                    }
                    (None, None) => return Err(Reject::Empty),
                };
                Ok(Row::Location { subscriber, at, spot })
            }
            Layout::App { subscriber, at: when, app, seconds, bytes } => {
                let seconds = whole(*seconds)?.unwrap_or(0);
                Ok(Row::App {
                    subscriber: text(*subscriber)?,
                    at: at(*when)?,
                    app: text(*app)?,
                    seconds: u32::try_from(seconds).map_err(|_| Reject::Number)?,
                    bytes: whole(*bytes)?.unwrap_or(0),
                })
            }
            Layout::Web { subscriber, at: when, host, bytes } => {
                let mut sum = 0u64;
                for column in bytes {
                    sum = sum.saturating_add(whole(*column)?.unwrap_or(0));
                }
                Ok(Row::Web {
                    subscriber: text(*subscriber)?,
                    at: at(*when)?,
                    host: text(*host)?,
                    bytes: sum,
                })
            }
            Layout::Categories { source, key, topic } => category(text(*source)?, text(*key)?, text(*topic)?),
            Layout::Account { subscriber, at: when, country, remaining_bytes } => {
                let country = country.map(|i| line.field(i)).filter(|c| !c.is_empty());
                account(text(*subscriber)?, at(*when)?, country, whole(*remaining_bytes)?)
            }
        }
    }
}

/// Every column name that means something.
const NAMES: [&str; 24] = [
    "subscriber",
    "at",
    "cell",
    "lat",
    "lon",
    "radius_m",
    "id",
    "mcc",
    "net",
    "area",
    "range",
    "range_m",
    "kind",
    "app",
    "seconds",
    "bytes",
    "host",
    "bytes_up",
    "bytes_down",
    "source",
    "key",
    "topic",
    "country",
    "remaining_bytes",
];

/// The missing column, and what was there instead. A file without a header begins with a line about a person, so only words
/// that could be column names are repeated: letters and underscores.
fn missing(column: &'static str, found: &[String]) -> FeedError {
    let is_name = |f: &&String| {
        !f.is_empty() && f.len() <= 32 && f.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    };
    let named = NAMES.iter().any(|n| found.iter().any(|f| f == n));
    if !named {
        return FeedError::NoHeader { column };
    }
    let mut shown = String::new();
    for name in found.iter().filter(is_name).take(NAMES_SHOWN) {
        // Writing to a `String` cannot fail.
        let _ = write!(shown, "{}`{name}`", if shown.is_empty() { "" } else { ", " });
    }
    let left = found.len() - found.iter().filter(is_name).take(NAMES_SHOWN).count();
    if left > 0 {
        let _ = write!(shown, " and {left} more");
    }
    FeedError::Column { column, found: shown }
}

impl CellId {
    fn read<'a>(&self, line: &Split<'a>, scratch: &'a mut String) -> Result<&'a str, Reject> {
        match self {
            CellId::Own(i) => Some(line.field(*i)).filter(|t| !t.is_empty()).ok_or(Reject::Empty),
            CellId::Open { parts } => {
                scratch.clear();
                for (n, i) in parts.iter().enumerate() {
                    let part = line.field(*i);
                    if part.is_empty() {
                        return Err(Reject::Empty);
                    }
                    if n > 0 {
                        scratch.push('-');
                    }
                    scratch.push_str(part);
                }
                Ok(scratch)
            }
        }
    }
}

/// The word for what must never be given a topic.
const NEVER: &str = "never";

/// A mapping line.
pub(super) fn category<'a>(source: &str, key: &'a str, topic: &str) -> Result<Row<'a>, Reject> {
    let source = Source::parse(source).ok_or(Reject::UnknownSource)?;
    let topic = match topic {
        NEVER => None,
        word => Some(Topic::parse(word).ok_or(Reject::UnknownTopic)?),
    };
    Ok(Row::Category { source, key, topic })
}

/// A line about an account; one that says nothing of it is none.
pub(super) fn account<'a>(
    subscriber: &'a str,
    at: At,
    country: Option<&'a str>,
    remaining_bytes: Option<u64>,
) -> Result<Row<'a>, Reject> {
    if country.is_none() && remaining_bytes.is_none() {
        return Err(Reject::Empty);
    }
    Ok(Row::Account { subscriber, at, country, remaining_bytes })
}

/// Digits, or nothing.
pub(super) fn number(text: &str) -> Result<Option<u64>, Reject> {
    if text.is_empty() {
        return Ok(None);
    }
    // `u64::from_str` would take a plus sign.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().map(Some).map_err(|_| Reject::Number) } else { Err(Reject::Number) }
}

/// A number of degrees; `inf` and `nan`, which Rust would read, are none.
pub(super) fn degrees(text: &str) -> Result<f64, Reject> {
    text.parse().ok().filter(|d: &f64| d.is_finite()).ok_or(Reject::Coordinates)
}

/// Latitude and longitude in range, degrees WGS 84.
pub(super) fn point(lat: f64, lon: f64) -> Result<(f64, f64), Reject> {
    let there = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    if there { Ok((lat, lon)) } else { Err(Reject::Coordinates) }
}

/// A radius in range, m.
pub(super) fn radius(given: Option<u64>) -> Result<Option<u32>, Reject> {
    match given {
        None => Ok(None),
        Some(m) if m <= u64::from(RADIUS_LIMIT_M) => Ok(u32::try_from(m).ok()),
        Some(_) => Err(Reject::Coordinates),
    }
}

/// A base station's range, m; none and 0 mean the usual one.
pub(super) fn range(given: Option<u64>) -> Result<u32, Reject> {
    Ok(radius(given)?.filter(|m| *m > 0).unwrap_or(CELL_RANGE_M))
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;
    use std::ops::ControlFlow;

    #[test]
    fn an_account_line_says_where_a_line_is_what_it_has_left_or_both() {
        let read = |text: &str| {
            let mut rows = Vec::new();
            Reader::new(FeedKind::Account, text.as_bytes())?.for_each(&mut |_, row| {
                rows.push(format!("{row:?}"));
                ControlFlow::Continue(())
            })?;
            Ok::<_, FeedError>(rows)
        };
        let rows =
            read("remaining_bytes,AT,country,subscriber\n7,5,FR,1\n,5,FR,1\n7,5,,1\n,5,,1\n-7,5,FR,1\n")
                .unwrap();
        let row = |rest: &str| format!("Ok(Account {{ subscriber: \"1\", at: At(5000000), {rest} }})");
        assert_eq!(rows[0], row(r#"country: Some("FR"), remaining_bytes: Some(7)"#));
        assert_eq!(rows[1], row(r#"country: Some("FR"), remaining_bytes: None"#));
        assert_eq!(rows[2], row("country: None, remaining_bytes: Some(7)"));
        assert_eq!(rows[3..], ["Err(Empty)", "Err(Number)"]);
        let error = read("subscriber,at,cell\n").unwrap_err().to_string();
        assert!(error.contains("no column `country`"), "{error}");
    }
}
