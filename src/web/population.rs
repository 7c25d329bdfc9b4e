//! `POST /v1/population`: a recipient asks how many people were where.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::population::{Counted, Population};
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A day, and a zone or an area of zones.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PopulationRequestBody {
    /// A UTC day that ended six hours ago or earlier.
    #[schema(example = "2026-11-27", min_length = 10, max_length = 10)]
    pub day: String,
    /// H3 cell of resolution 6, which is told of; or of resolution 4 or 5, for all those of resolution 6 in it.
    #[schema(example = "851f8d7bfffffff", min_length = 15, max_length = 15)]
    pub zone: String,
}

/// How many people were where: the same bytes for whoever asks, whenever.
#[derive(Debug, Serialize, ToSchema)]
pub struct PopulationAnswer {
    /// The UTC day.
    #[schema(example = "2026-11-27")]
    pub day: String,
    /// The zones, in the order of their indices.
    pub zones: Vec<PopulationZone>,
    /// What whoever is counted was charged for all zones of the day together, thousandths of ε.
    pub epsilon_milli: u32,
}

/// How many people were in a zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct PopulationZone {
    /// H3 cell of resolution 6.
    pub zone: String,
    /// Persons who said yes to being counted and were first seen there on the day, with noise, a multiple of 10; null where they are too few, or nobody.
    #[schema(required = true)]
    pub persons: Option<u64>,
}

impl From<Population> for PopulationAnswer {
    fn from(told: Population) -> PopulationAnswer {
        let Population { day, zones, epsilon_milli } = told;
        let zone = |Counted { zone, persons }| PopulationZone { zone, persons };
        PopulationAnswer { day, zones: zones.into_iter().map(zone).collect(), epsilon_milli }
    }
}

/// Says how many people were in a zone on a day, or in each zone of an area.
///
/// The people of a day are counted once and together; every recipient is told the same, with the same noise. Each person counts in one zone of a day.
#[utoipa::path(tag = "recipient", request_body = PopulationRequestBody, security(("dpop" = ["population:read"])),
    responses((status = 200, description = "The zones", body = PopulationAnswer), (status = 400, description = "Malformed body", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held, or not registered for it", body = Problem),
        (status = 404, description = "A day that is long over and was never counted", body = Problem),
        (status = 409, description = "The day is not over, or counting it would charge people too much", body = Problem),
        (status = 413, description = "Body too large", body = Problem), (status = 422, description = "Not a day, or not such a zone", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/population")]
pub async fn population(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let answer = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::PopulationRead)?;
        let asked = match body::json::<PopulationRequestBody>(&bytes) {
            Ok(asked) => asked,
            Err(problem) => return Ok::<_, Failure>(Err(problem)),
        };
        Ok(Ok(b.population(&caller, &asked.day, &asked.zone)?))
    })
    .await??;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(PopulationAnswer::from(answer)))
}
