//! `most-frequent-location` 0.2: how much of his time the subscriber of a token spends round a point, in five steps. Deliberately absent: postal codes, of which
//! none are kept here, and any number between the steps.
use super::answer::ask;
use super::error_info::ErrorInfo;
use super::subject::{Asked, Device, Named, about};
use crate::domain::category::Category;
use crate::domain::circle::{Circle, Radius};
use crate::minimise::item::Value;
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// For everything that is not told.
const UNKNOWN: &str = "MOST_FREQUENT_LOCATION.INFORMATION_NOT_AVAILABLE";
/// How far the zone of a point reaches: as far as is asked at the least.
const REACH: Radius = Radius::Km5;

/// What it takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FrequentBody {
    device: Option<Device>,
    geo_reference: GeoReference,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
enum GeoReference {
    #[serde(rename = "COVERAGE_ZONE")]
    Zone { latitude: f64, longitude: f64 },
    #[serde(rename = "POSTAL_CODE", rename_all = "camelCase")]
    Code {
        #[serde(rename = "postalCode")]
        _postal_code: String,
    },
}

impl Named for FrequentBody {
    fn device(&self) -> Option<&Device> {
        self.device.as_ref()
    }
}

/// What it answers.
#[derive(Debug, Serialize)]
struct FrequentAnswer {
    score: u8,
}

/// `POST /camara/most-frequent-location/v0.2/verify`.
#[post("/most-frequent-location/v0.2/verify")]
pub(super) async fn verify(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let began = Instant::now();
    let asked: Asked<FrequentBody> = about(Category::FrequentArea, &broker, &credentials, bytes)?;
    let circle = circle(&asked.body.geo_reference)?;
    let fact = ask(&broker, asked, Category::FrequentArea, Some(circle), UNKNOWN, began).await?;
    let Value::Often { frequency, .. } = fact.item.value() else {
        return Err(ErrorInfo::unprocessable(UNKNOWN, "there is nothing to tell now"));
    };
    Ok(fact.answered(&FrequentAnswer { score: frequency.score() }))
}

/// The circle that is asked about.
fn circle(area: &GeoReference) -> Result<Circle, ErrorInfo> {
    let GeoReference::Zone { latitude, longitude } = *area else {
        let cure = "no postal code is known here; ask with `COVERAGE_ZONE`";
        return Err(ErrorInfo::new(
            StatusCode::BAD_REQUEST,
            "MOST_FREQUENT_LOCATION.POSTAL_CODE_NOT_VALID",
            cure,
        ));
    };
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        let cure = "`geoReference`: degrees, -90 to 90 and -180 to 180";
        return Err(ErrorInfo::new(StatusCode::BAD_REQUEST, "OUT_OF_RANGE", cure));
    }
    Ok(Circle { latitude, longitude, radius_km: REACH.km() })
}
