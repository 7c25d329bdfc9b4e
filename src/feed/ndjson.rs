//! One NDJSON line to a `Row`: a JSON object with the names of the CSV columns. Strings are borrowed from the line unless
//! they hold an escape. A number may also come as a string of digits, an instant also as a number of Unix seconds.
//! Deliberately absent: files, CSV.
use super::columns::{PLACE_RADIUS_M, account, category, degrees, number, point, radius, range};
use crate::domain::feed::{FeedKind, Reject, Row, Spot};
use crate::domain::time::At;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::borrow::Cow;
use std::fmt::{Formatter, Write};
use std::ops::ControlFlow;

/// What takes a row or the reason why there is none.
pub(super) type Take<'f> = dyn FnMut(Result<Row<'_>, Reject>) -> ControlFlow<()> + 'f;

/// Reads one line of a feed of `kind` and hands it to `take`, once.
pub(super) fn read(kind: FeedKind, line: &[u8], take: &mut Take<'_>) -> ControlFlow<()> {
    let Ok(line) = std::str::from_utf8(line) else { return take(Err(Reject::Encoding)) };
    match kind {
        FeedKind::Cells => with(line, take, Cell::row),
        FeedKind::Places => with(line, take, Place::row),
        FeedKind::Location => with(line, take, Location::row),
        FeedKind::App => with(line, take, App::row),
        FeedKind::Web => with(line, take, Web::row),
        FeedKind::Categories => with(line, take, Category::row),
        FeedKind::Account => with(line, take, Account::row),
    }
}

fn with<'l, T, F>(line: &'l str, take: &mut Take<'_>, row: F) -> ControlFlow<()>
where
    T: serde::Deserialize<'l>,
    F: for<'t> Fn(&'t mut T) -> Result<Row<'t>, Reject>,
{
    match serde_json::from_str::<T>(line) {
        Ok(mut object) => take(row(&mut object)),
        Err(_) => take(Err(Reject::Json)),
    }
}

#[derive(serde::Deserialize)]
struct Cell<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    mcc: Option<Text<'a>>,
    #[serde(borrow)]
    net: Option<Text<'a>>,
    #[serde(borrow)]
    area: Option<Text<'a>>,
    #[serde(borrow)]
    cell: Option<Text<'a>>,
    lat: Degrees,
    lon: Degrees,
    #[serde(alias = "range")]
    range_m: Option<Whole>,
}

impl Cell<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        let (lat, lon) = point(self.lat.0?, self.lon.0?)?;
        let range_m = range(whole(self.range_m.as_ref())?)?;
        if let (Some(mcc), Some(net), Some(cell)) = (&self.mcc, &self.net, &self.cell) {
            let mut id = format!("{}-{}", mcc.some()?, net.some()?);
            if let Some(area) = &self.area {
                // Writing to a `String` cannot fail.
                let _ = write!(id, "-{}", area.some()?);
            }
            let _ = write!(id, "-{}", cell.some()?);
            self.id = Some(Text(Cow::Owned(id)));
        }
        let id = self.id.as_ref().or(self.cell.as_ref()).ok_or(Reject::Json)?.some()?;
        Ok(Row::Cell { id, lat, lon, range_m })
    }
}

#[derive(serde::Deserialize)]
struct Place<'a> {
    #[serde(borrow)]
    kind: Text<'a>,
    lat: Degrees,
    lon: Degrees,
    radius_m: Option<Whole>,
}

impl Place<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        let (lat, lon) = point(self.lat.0?, self.lon.0?)?;
        let radius_m = radius(whole(self.radius_m.as_ref())?)?.unwrap_or(PLACE_RADIUS_M);
        Ok(Row::Place { kind: self.kind.some()?, lat, lon, radius_m })
    }
}

#[derive(serde::Deserialize)]
struct Location<'a> {
    #[serde(borrow)]
    subscriber: Text<'a>,
    at: When,
    #[serde(borrow)]
    cell: Option<Text<'a>>,
    lat: Option<Degrees>,
    lon: Option<Degrees>,
    radius_m: Option<Whole>,
}

impl Location<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        let (subscriber, at) = (self.subscriber.some()?, self.at.0?);
        let spot = match (self.cell.as_ref().and_then(|c| c.some().ok()), &self.lat, &self.lon) {
            (Some(cell), _, _) => Spot::Cell(cell),
            (None, Some(lat), Some(lon)) => {
                let (lat, lon) = point(lat.0?, lon.0?)?;
                Spot::Point { lat, lon, radius_m: radius(whole(self.radius_m.as_ref())?)? }
            }
            (None, None, None) if self.cell.is_some() => return Err(Reject::Empty),
            (None, _, _) => return Err(Reject::Json),
        };
        Ok(Row::Location { subscriber, at, spot })
    }
}

#[derive(serde::Deserialize)]
struct App<'a> {
    #[serde(borrow)]
    subscriber: Text<'a>,
    at: When,
    #[serde(borrow)]
    app: Text<'a>,
    seconds: Option<Whole>,
    bytes: Option<Whole>,
}

impl App<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        let seconds = whole(self.seconds.as_ref())?.unwrap_or(0);
        Ok(Row::App {
            subscriber: self.subscriber.some()?,
            at: self.at.0?,
            app: self.app.some()?,
            seconds: u32::try_from(seconds).map_err(|_| Reject::Number)?,
            bytes: whole(self.bytes.as_ref())?.unwrap_or(0),
        })
    }
}

#[derive(serde::Deserialize)]
struct Web<'a> {
    #[serde(borrow)]
    subscriber: Text<'a>,
    at: When,
    #[serde(borrow)]
    host: Text<'a>,
    bytes: Option<Whole>,
    bytes_up: Option<Whole>,
    bytes_down: Option<Whole>,
}

impl Web<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        let mut bytes = 0u64;
        for part in [&self.bytes, &self.bytes_up, &self.bytes_down] {
            bytes = bytes.saturating_add(whole(part.as_ref())?.unwrap_or(0));
        }
        Ok(Row::Web { subscriber: self.subscriber.some()?, at: self.at.0?, host: self.host.some()?, bytes })
    }
}

#[derive(serde::Deserialize)]
struct Category<'a> {
    #[serde(borrow)]
    source: Text<'a>,
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    topic: Text<'a>,
}

impl Category<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        category(self.source.some()?, self.key.some()?, self.topic.some()?)
    }
}

#[derive(serde::Deserialize)]
struct Account<'a> {
    #[serde(borrow)]
    subscriber: Text<'a>,
    at: When,
    #[serde(borrow)]
    country: Option<Text<'a>>,
    remaining_bytes: Option<Whole>,
}

impl Account<'_> {
    fn row(&mut self) -> Result<Row<'_>, Reject> {
        let country = self.country.as_ref().and_then(|c| c.some().ok());
        account(self.subscriber.some()?, self.at.0?, country, whole(self.remaining_bytes.as_ref())?)
    }
}

/// A string; a number stands for its digits (cell ids often come so).
struct Text<'a>(Cow<'a, str>);

impl Text<'_> {
    fn some(&self) -> Result<&str, Reject> {
        Some(self.0.trim_ascii()).filter(|t| !t.is_empty()).ok_or(Reject::Empty)
    }
}

/// A whole number, or why it is none: a wrong value is told from a wrong shape.
struct Whole(Result<Option<u64>, Reject>);

fn whole(given: Option<&Whole>) -> Result<Option<u64>, Reject> {
    given.map_or(Ok(None), |w| w.0)
}

/// A number of degrees.
struct Degrees(Result<f64, Reject>);

/// An instant.
struct When(Result<At, Reject>);

/// Unix seconds; the range is `At::parse`'s.
fn unix(seconds: f64) -> When {
    let there = (0.0..1e11).contains(&seconds);
    When(if there { Ok(At((seconds * 1e6) as i64)) } else { Err(Reject::Instant) })
}

/// `Deserialize` for a type that reads strings and numbers alike.
macro_rules! scalar {
    ($name:ident, [$($life:lifetime)?], $what:literal, $($visit:item)+) => {
        impl<$($life,)? 'de $(: $life)?> Deserialize<'de> for $name $(<$life>)? {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct V;
                impl<'de> Visitor<'de> for V {
                    scalar!(value $name $($life)?);
                    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                        f.write_str($what)
                    }
                    $($visit)+
                }
                d.deserialize_any(V)
            }
        }
    };
    (value $name:ident $life:lifetime) => { type Value = $name<'de>; };
    (value $name:ident) => { type Value = $name; };
}
scalar! { Text, ['a], "a string",
    fn visit_borrowed_str<E: Error>(self, t: &'de str) -> Result<Text<'de>, E> { Ok(Text(Cow::Borrowed(t))) }
    fn visit_str<E: Error>(self, t: &str) -> Result<Text<'de>, E> { Ok(Text(Cow::Owned(t.to_owned()))) }
    fn visit_u64<E: Error>(self, n: u64) -> Result<Text<'de>, E> { Ok(Text(Cow::Owned(n.to_string()))) }
}
scalar! { Whole, [], "a whole number",
    fn visit_u64<E: Error>(self, n: u64) -> Result<Whole, E> { Ok(Whole(Ok(Some(n)))) }
    fn visit_i64<E: Error>(self, _: i64) -> Result<Whole, E> { Ok(Whole(Err(Reject::Number))) }
    fn visit_f64<E: Error>(self, _: f64) -> Result<Whole, E> { Ok(Whole(Err(Reject::Number))) }
    fn visit_str<E: Error>(self, t: &str) -> Result<Whole, E> { Ok(Whole(number(t.trim_ascii()))) }
}
scalar! { Degrees, [], "a number of degrees",
    fn visit_u64<E: Error>(self, n: u64) -> Result<Degrees, E> { Ok(Degrees(Ok(n as f64))) }
    fn visit_i64<E: Error>(self, n: i64) -> Result<Degrees, E> { Ok(Degrees(Ok(n as f64))) }
    fn visit_f64<E: Error>(self, n: f64) -> Result<Degrees, E> { Ok(Degrees(Ok(n))) }
    fn visit_str<E: Error>(self, t: &str) -> Result<Degrees, E> { Ok(Degrees(degrees(t.trim_ascii()))) }
}
scalar! { When, [], "an instant",
    fn visit_u64<E: Error>(self, n: u64) -> Result<When, E> { Ok(unix(n as f64)) }
    fn visit_i64<E: Error>(self, _: i64) -> Result<When, E> { Ok(When(Err(Reject::Instant))) }
    fn visit_f64<E: Error>(self, n: f64) -> Result<When, E> { Ok(unix(n)) }
    fn visit_str<E: Error>(self, t: &str) -> Result<When, E> { Ok(When(At::parse(t).ok_or(Reject::Instant))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(kind: FeedKind, line: &str) -> String {
        let mut out = None;
        let _ = read(kind, line.as_bytes(), &mut |row| {
            out = Some(format!("{row:?}"));
            ControlFlow::Continue(())
        });
        out.unwrap()
    }

    #[test]
    fn every_kind_is_read_with_numbers_as_numbers_or_as_strings() {
        let at = At::parse("2026-03-02T07:30:00Z").unwrap();
        for (kind, line, want) in [
            (
                FeedKind::Location,
                r#"{"subscriber":"+4915550100000","at":"2026-03-02T08:30:00+01:00","cell":26226,"more":[1]}"#,
                Row::Location { subscriber: "+4915550100000", at, spot: Spot::Cell("26226") },
            ),
            (
                FeedKind::Location,
                r#"{"at":1772436600,"subscriber":4915550100000,"lat":"48.1","lon":11,"radius_m":"50","cell":""}"#,
                Row::Location {
                    subscriber: "4915550100000",
                    at,
                    spot: Spot::Point { lat: 48.1, lon: 11.0, radius_m: Some(50) },
                },
            ),
            (
                FeedKind::App,
                r#"{"subscriber":"4915550100000","at":1772436600.0,"app":"org.\u0065x","seconds":5,"bytes":null}"#,
                Row::App { subscriber: "4915550100000", at, app: "org.ex", seconds: 5, bytes: 0 },
            ),
            (
                FeedKind::Web,
                r#"{"subscriber":"4915550100000","at":"1772436600","host":"a.example","bytes_up":1,"bytes_down":2}"#,
                Row::Web { subscriber: "4915550100000", at, host: "a.example", bytes: 3 },
            ),
            (
                FeedKind::Account,
                r#"{"subscriber":"+4915550100000","at":1772436600,"country":"FR","remaining_bytes":"1048576"}"#,
                Row::Account {
                    subscriber: "+4915550100000",
                    at,
                    country: Some("FR"),
                    remaining_bytes: Some(1 << 20),
                },
            ),
            (
                FeedKind::Account,
                r#"{"subscriber":"4915550100000","at":1772436600,"country":" ","remaining_bytes":0}"#,
                Row::Account { subscriber: "4915550100000", at, country: None, remaining_bytes: Some(0) },
            ),
            (
                FeedKind::Cells,
                r#"{"mcc":262,"net":1,"cell":7,"lat":48.5,"lon":-1,"range":0}"#,
                Row::Cell { id: "262-1-7", lat: 48.5, lon: -1.0, range_m: 1000 },
            ),
            (
                FeedKind::Places,
                r#"{"kind":"health","lat":48.5,"lon":11.5}"#,
                Row::Place { kind: "health", lat: 48.5, lon: 11.5, radius_m: 100 },
            ),
        ] {
            assert_eq!(said(kind, line), format!("{:?}", Ok::<_, Reject>(want)));
        }
    }

    #[test]
    fn a_wrong_shape_and_a_wrong_value_are_told_apart() {
        for (line, want) in [
            (r#"{"subscriber":"1","at":"2026-03-02T08:30:00Z"}"#, Reject::Json),
            (r#"{"subscriber":"1","at":"2026-03-02T08:30:00Z","lat":1}"#, Reject::Json),
            (r#"{"subscriber":"1","subscriber":"2","at":0,"cell":"a"}"#, Reject::Json),
            (r#"[1]"#, Reject::Json),
            (r#"{"subscriber":"1","at":0,"cell":"a"} trailing"#, Reject::Json),
            (r#"{"subscriber":"1","at":{},"cell":"a"}"#, Reject::Json),
            (r#"{"subscriber":" ","at":0,"cell":"a"}"#, Reject::Empty),
            (r#"{"subscriber":"1","at":0,"cell":""}"#, Reject::Empty),
            (r#"{"subscriber":"1","at":"soon","cell":"a"}"#, Reject::Instant),
            (r#"{"subscriber":"1","at":-1,"cell":"a"}"#, Reject::Instant),
            (r#"{"subscriber":"1","at":1e300,"cell":"a"}"#, Reject::Instant),
            (r#"{"subscriber":"1","at":0,"lat":91,"lon":0}"#, Reject::Coordinates),
            (r#"{"subscriber":"1","at":0,"lat":"nan","lon":0}"#, Reject::Coordinates),
            (r#"{"subscriber":"1","at":0,"lat":1,"lon":0,"radius_m":1.5}"#, Reject::Number),
            (r#"{"subscriber":"1","at":0,"lat":1,"lon":0,"radius_m":999999}"#, Reject::Coordinates),
        ] {
            assert_eq!(said(FeedKind::Location, line), format!("Err({want:?})"), "{line}");
        }
        let category = |source, topic| format!(r#"{{"source":"{source}","key":"a","topic":"{topic}"}}"#);
        assert_eq!(said(FeedKind::Categories, &category("fax", "art")), "Err(UnknownSource)");
        assert_eq!(said(FeedKind::Categories, &category("web", "faith")), "Err(UnknownTopic)");
        let account = |rest| said(FeedKind::Account, &format!(r#"{{"subscriber":"1","at":0{rest}}}"#));
        assert_eq!(account(""), "Err(Empty)");
        assert_eq!(account(r#","country":"","remaining_bytes":null"#), "Err(Empty)");
        assert_eq!(account(r#","remaining_bytes":-1"#), "Err(Number)");
        assert_eq!(
            said(FeedKind::App, r#"{"subscriber":"1","at":0,"app":"a","seconds":4294967296}"#),
            "Err(Number)"
        );
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(line in proptest::collection::vec(any::<u8>(), 0..200), kind in 0usize..7) {
            let _ = read(FeedKind::ALL[kind], &line, &mut |_| ControlFlow::Continue(()));
        }
    }
}
