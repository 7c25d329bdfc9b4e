//! `location-retrieval` 0.5 and `location-verification` 3: where the subscriber of a token is, as finely as he allows, and whether he is within a circle.
//! Deliberately absent: a fresh fix (the network is not asked anew for anybody), a match rate, and an answer `PARTIAL`, which would measure a distance.
use super::answer::ask;
use super::error_info::ErrorInfo;
use super::subject::{Asked, Device, Named, about};
use crate::domain::category::Category;
use crate::domain::circle::{Circle, Radius};
use crate::minimise::item::Value;
use crate::minimise::zone;
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Fresher than this nothing is promised, s: the youngest age that is told.
const FRESHEST_S: u32 = 300;
/// Finer than this nothing is told, m²: less than the smallest zone of the finest resolution (H3 7).
const FINEST_M2: u32 = 2_000_000;

/// What `location-retrieval` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RetrievalBody {
    device: Option<Device>,
    max_age: Option<u32>,
    max_surface: Option<u32>,
}

impl Named for RetrievalBody {
    fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

/// What it answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationAnswer {
    last_location_time: String,
    area: Polygon,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Polygon {
    area_type: &'static str,
    boundary: Vec<Point>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    latitude: f64,
    longitude: f64,
}

/// `POST /camara/location-retrieval/v0.5/retrieve`.
#[post("/location-retrieval/v0.5/retrieve")]
pub(super) async fn retrieve(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    const STALE: &str = "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE";
    const COARSE: &str = "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE";
    const UNKNOWN: &str = "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE";
    let began = Instant::now();
    let asked: Asked<RetrievalBody> = about(Category::LocationZone, &broker, &credentials, bytes)?;
    let RetrievalBody { max_age, max_surface, .. } = asked.body;
    if max_surface == Some(0) {
        return Err(ErrorInfo::argument("`maxSurface`: 1 or more, m²"));
    }
    let stale = || ErrorInfo::unprocessable(STALE, "nothing so fresh is told");
    let coarse = || ErrorInfo::unprocessable(COARSE, "nothing so fine is told");
    // What could not be answered whoever it is about is not asked: nothing has to leave for it.
    if max_age.is_some_and(|most| most < FRESHEST_S) {
        return Err(stale());
    }
    if max_surface.is_some_and(|most| most < FINEST_M2) {
        return Err(coarse());
    }
    let fact = ask(&broker, asked, Category::LocationZone, None, UNKNOWN, began).await?;
    let unknown = || ErrorInfo::unprocessable(UNKNOWN, "there is nothing to tell now");
    let (Value::Zone { zone, .. }, Some(since)) = (fact.item.value(), fact.since()) else {
        return Err(unknown());
    };
    if max_age.is_some_and(|most| fact.oldest_s().is_none_or(|oldest| oldest > most)) {
        return Err(stale());
    }
    let surface = zone::area_m2(zone).ok_or_else(unknown)?;
    if max_surface.is_some_and(|most| f64::from(most) < surface) {
        return Err(coarse());
    }
    let point = |(latitude, longitude)| Point { latitude, longitude };
    let boundary = zone::outline(zone).into_iter().map(point).collect();
    Ok(fact.answered(&LocationAnswer {
        last_location_time: since.rfc3339(),
        area: Polygon { area_type: "POLYGON", boundary },
    }))
}

/// What `location-verification` takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct VerificationBody {
    device: Option<Device>,
    area: CircleBody,
    max_age: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CircleBody {
    #[serde(rename = "areaType")]
    _area_type: AreaType,
    center: Point,
    radius: f64,
}

#[derive(Debug, Deserialize)]
enum AreaType {
    #[serde(rename = "CIRCLE")]
    Circle,
}

impl Named for VerificationBody {
    fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

/// What it answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct VerificationAnswer {
    verification_result: &'static str,
    last_location_time: String,
}

/// `POST /camara/location-verification/v3/verify`.
#[post("/location-verification/v3/verify")]
pub(super) async fn verify(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    const STALE: &str = "LOCATION_VERIFICATION.UNABLE_TO_FULFILL_MAX_AGE";
    const UNKNOWN: &str = "LOCATION_VERIFICATION.UNABLE_TO_LOCATE";
    let began = Instant::now();
    let asked: Asked<VerificationBody> = about(Category::LocationVerify, &broker, &credentials, bytes)?;
    let circle = circle(&asked.body.area)?;
    let max_age = asked.body.max_age;
    let stale = || ErrorInfo::unprocessable(STALE, "nothing so fresh is told");
    if max_age.is_some_and(|most| most < FRESHEST_S) {
        return Err(stale());
    }
    let fact = ask(&broker, asked, Category::LocationVerify, Some(circle), UNKNOWN, began).await?;
    let (Value::Within { holds, .. }, Some(since)) = (fact.item.value(), fact.since()) else {
        return Err(ErrorInfo::unprocessable(UNKNOWN, "there is nothing to tell now"));
    };
    if max_age.is_some_and(|most| fact.oldest_s().is_none_or(|oldest| oldest > most)) {
        return Err(stale());
    }
    Ok(fact.answered(&VerificationAnswer {
        verification_result: if holds { "TRUE" } else { "FALSE" },
        last_location_time: since.rfc3339(),
    }))
}

/// The circle that is asked about. Its radius is of the closed list: one that is moved step by step would measure a distance.
fn circle(area: &CircleBody) -> Result<Circle, ErrorInfo> {
    let Point { latitude, longitude } = area.center;
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(ErrorInfo::argument("`area.center`: degrees, -90 to 90 and -180 to 180"));
    }
    if area.radius.is_nan() || area.radius < 1.0 {
        return Err(ErrorInfo::argument("`area.radius`: 1 or more, m"));
    }
    let asked = |radius: &Radius| f64::from(radius.km()) * 1000.0 == area.radius;
    let radius = Radius::ALL.into_iter().find(asked).ok_or_else(|| {
        let cure = "`area.radius`: 5000, 10000, 20000 or 50000 m";
        ErrorInfo::unprocessable("LOCATION_VERIFICATION.INVALID_AREA", cure)
    })?;
    Ok(Circle { latitude, longitude, radius_km: radius.km() })
}
