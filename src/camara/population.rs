//! `population-density-data` 0.3: how many people were where, a day at a time. Deliberately absent: hours, since one hour minus another is a few people, so an
//! interval is a UTC day and tells of those who were first seen there on it; days to come; answers to a `sink`.
use super::error_info::ErrorInfo;
use super::grid::{self, Corner, covering};
use super::subject::read;
use crate::broker::Failure;
use crate::broker::population::Population;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use crate::minimise::count::WITHIN;
use crate::minimise::population::RESOLUTION;
use crate::minimise::zone;
use crate::oauth::scope::Scope;
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Longest period, and how far back it may begin, days.
const LONGEST: i64 = 7;
const FURTHEST: i64 = 92;
/// Most answers of the broker that one may be made of, each about an area of this resolution (1,770 km²) on a day.
const MOST_ASKED: usize = 28;
const ASKED_RESOLUTION: u8 = 4;

/// What it takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct DensityBody {
    area: AreaBody,
    start_time: String,
    end_time: String,
    precision: Option<usize>,
    sink: Option<String>,
    sink_credential: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, tag = "areaType")]
enum AreaBody {
    #[serde(rename = "POLYGON")]
    Polygon { boundary: Vec<Point> },
    #[serde(rename = "GEOHASHLIST")]
    Geohashes { geohashes: Vec<String> },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    latitude: f64,
    longitude: f64,
}

/// What it answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DensityAnswer {
    timed_population_density_data: Vec<Interval>,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Interval {
    start_time: String,
    end_time: String,
    cell_population_density_data: Vec<Cell>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Cell {
    geohash: String,
    data_type: &'static str,
    #[serde(flatten)]
    density: Option<Density>,
}

/// People per km².
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Density {
    max_ppl_density: u32,
    min_ppl_density: u32,
    ppl_density: u32,
}

/// `POST /camara/population-density-data/v0.3/retrieve`.
#[post("/population-density-data/v0.3/retrieve")]
pub(super) async fn retrieve(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let (proven, body): (_, DensityBody) = read(Scope::PopulationRead, &broker, &credentials, bytes)?;
    let cells = cells(&body)?;
    let days = days(&body, broker.now()?)?;
    let intervals = crate::web::run(&broker, move |b| {
        let caller = b.admit(proven, Scope::PopulationRead)?;
        let asked: BTreeSet<Zone> =
            cells.values().filter_map(|z| zone::parent(*z, ASKED_RESOLUTION)).collect();
        if asked.len() * days.len() > MOST_ASKED {
            return Ok(None);
        }
        let told = |day: &At| {
            let counted = on(&asked, *day, |day, zone| b.population(&caller, day, zone))?;
            Ok(interval(*day, &cells, counted.as_ref()))
        };
        days.iter().map(told).collect::<Result<Vec<_>, Failure>>().map(Some)
    })
    .await?;
    let unsupported = || {
        let cure = "an area or a time too large for one answer; ask for less at a time";
        ErrorInfo::unprocessable("POPULATION_DENSITY_DATA.UNSUPPORTED_REQUEST", cure)
    };
    let answer = DensityAnswer {
        timed_population_density_data: intervals.ok_or_else(unsupported)?,
        status: "SUPPORTED_AREA",
    };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// The cells of an area, each with the zone that its middle lies in.
fn cells(body: &DensityBody) -> Result<BTreeMap<String, Zone>, ErrorInfo> {
    if body.sink.is_some() || body.sink_credential.is_some() {
        let cure = "answers come at once; leave `sink` and `sinkCredential` out";
        return Err(ErrorInfo::new(StatusCode::BAD_REQUEST, "INVALID_SINK", cure));
    }
    let fits = |letters: usize| match letters {
        grid::COARSEST..=grid::FINEST => Ok(letters),
        0 | 13.. => Err(ErrorInfo::argument("`precision`: 1 to 12")),
        _ => {
            let cure = "cells of 5, 6 or 7 letters are told of";
            Err(ErrorInfo::unprocessable("POPULATION_DENSITY_DATA.UNSUPPORTED_PRECISION", cure))
        }
    };
    let named: BTreeSet<String> = match &body.area {
        AreaBody::Polygon { boundary } => {
            let corners: Vec<Corner> = boundary.iter().map(|p| (p.latitude, p.longitude)).collect();
            let area = "`area.boundary`: 3 to 15 corners on the globe, an area that 2,000 cells cover";
            let invalid =
                || ErrorInfo::new(StatusCode::BAD_REQUEST, "POPULATION_DENSITY_DATA.INVALID_AREA", area);
            if !(3..=15).contains(&corners.len()) {
                return Err(invalid());
            }
            covering(&corners, fits(body.precision.unwrap_or(grid::FINEST))?).ok_or_else(invalid)?
        }
        AreaBody::Geohashes { geohashes } => {
            if body.precision.is_some() || !(1..=1_000).contains(&geohashes.len()) {
                return Err(ErrorInfo::argument(
                    "1 to 1,000 `geohashes`, and `precision` only with a polygon",
                ));
            }
            if geohashes.iter().any(|cell| grid::middle(cell).is_none()) {
                return Err(ErrorInfo::argument("`area.geohashes`: 1 to 12 letters of the geohash alphabet"));
            }
            geohashes.iter().try_for_each(|cell| fits(cell.len()).map(|_| ()))?;
            geohashes.iter().cloned().collect()
        }
    };
    let zone = |cell: &str| {
        let (lat, lon) = grid::middle(cell)?;
        zone::parent(zone::from_point(lat, lon)?, RESOLUTION)
    };
    Ok(named.into_iter().filter_map(|cell| zone(&cell).map(|zone| (cell, zone))).collect())
}

/// The UTC days that cover the period, in order.
fn days(body: &DensityBody, now: At) -> Result<Vec<At>, ErrorInfo> {
    let instant = |text: &str| {
        At::parse(text)
            .filter(|_| text.contains(['T', 't']))
            .ok_or_else(|| ErrorInfo::argument("`startTime` and `endTime`: RFC 3339 with a time zone"))
    };
    let (start, end) = (instant(&body.start_time)?, instant(&body.end_time)?);
    let no = |code, cure: &str| Err(ErrorInfo::new(StatusCode::BAD_REQUEST, code, cure));
    if end <= start {
        return no("POPULATION_DENSITY_DATA.INVALID_END_TIME", "`endTime`: later than `startTime`");
    }
    if end.since(start) > LONGEST * DAY_US {
        return no("POPULATION_DENSITY_DATA.MAX_TIME_PERIOD_EXCEEDED", "seven days at most");
    }
    if start >= now {
        return no("POPULATION_DENSITY_DATA.MAX_STARTTIME_EXCEEDED", "days that are over are told of");
    }
    if end > now {
        return no("POPULATION_DENSITY_DATA.INVALID_TIME_PERIOD", "days that are over are told of");
    }
    if start < now.plus(-FURTHEST * DAY_US) {
        return no("POPULATION_DENSITY_DATA.MIN_STARTTIME_EXCEEDED", "92 days back at most");
    }
    let first = start.floor(DAY_US);
    Ok((0..=LONGEST).map(|n| first.plus(n * DAY_US)).filter(|day| *day < end).collect())
}

/// What is told of some areas on a day; `None` where that day has no count, or none yet.
fn on(
    asked: &BTreeSet<Zone>,
    day: At,
    ask: impl Fn(&str, &str) -> Result<Population, Failure>,
) -> Result<Option<BTreeMap<Zone, u64>>, Failure> {
    let mut counted = BTreeMap::new();
    for area in asked {
        match ask(&day.date(), &zone::text(*area)) {
            Ok(told) => {
                let persons = told.zones.into_iter().filter_map(|z| zone::parse(&z.zone).zip(z.persons));
                counted.extend(persons);
            }
            Err(Failure::Conflict(_) | Failure::NotFound(_)) => return Ok(None),
            Err(other) => return Err(other),
        }
    }
    Ok(Some(counted))
}

fn interval(day: At, cells: &BTreeMap<String, Zone>, counted: Option<&BTreeMap<Zone, u64>>) -> Interval {
    let cell = |(geohash, zone): (&String, &Zone)| {
        let density =
            counted.and_then(|counted| counted.get(zone)).and_then(|persons| density(*zone, *persons));
        let data_type = match (counted, &density) {
            (None, _) => "NO_DATA",
            (Some(_), None) => "LOW_DENSITY",
            (Some(_), Some(_)) => "DENSITY_ESTIMATION",
        };
        Cell { geohash: geohash.clone(), data_type, density }
    };
    Interval {
        start_time: day.rfc3339(),
        end_time: day.plus(DAY_US).rfc3339(),
        cell_population_density_data: cells.iter().map(cell).collect(),
    }
}

/// People per km² of a zone, of what is told with its noise; the range is where 96 of 100 true counts lie.
fn density(zone: Zone, persons: u64) -> Option<Density> {
    let km2 = zone::area_m2(zone)? / 1e6;
    let per = |persons: u64, round: fn(f64) -> f64| round(persons as f64 / km2) as u32;
    Some(Density {
        max_ppl_density: per(persons.saturating_add(WITHIN), f64::ceil),
        min_ppl_density: per(persons.saturating_sub(WITHIN), f64::floor),
        ppl_density: per(persons, f64::round),
    })
}
