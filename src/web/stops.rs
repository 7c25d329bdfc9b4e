//! Stop orders: the operator's to give and to lift, the regulator's to see.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::stop::Ordered;
use crate::domain::id::{RecipientId, StopId};
use crate::domain::stop::{Ground, Reach, Stop};
use crate::domain::subscriber::{Country, Jurisdiction};
use crate::oauth::scope::Scope;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What to stop: everything of it that is named must be so, and something must be named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopBody {
    /// What leaves for this recipient; for all if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// About subscribers of this home country; about all if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "KR")]
    pub home: Option<Jurisdiction>,
    /// For recipients that process data in this country, ISO 3166-1 alpha-2; anywhere if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "US")]
    pub country: Option<Country>,
    /// What the order rests on: a citation or the number of a case, and nothing personal.
    #[schema(min_length = 1, max_length = 200, example = "PIPA Art. 28-9(1), case 2026-17")]
    pub ground: String,
}

/// A stop order and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopAnswer {
    /// By which it is lifted.
    #[schema(value_type = String)]
    pub stop: StopId,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// About subscribers of which home country.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub home: Option<Jurisdiction>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub country: Option<Country>,
    /// What it rests on.
    pub ground: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// Whether it stands.
    pub in_force: bool,
    /// When it was lifted, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<String>,
    /// Clients that want it lifted, or lifted it; two are needed.
    pub lifted_by: Vec<String>,
}

impl From<Ordered> for StopAnswer {
    fn from(ordered: Ordered) -> StopAnswer {
        let Ordered {
            stop: Stop { id, reach: Reach { recipient, home, country }, ground, at, lifted },
            lifted_by,
        } = ordered;
        StopAnswer {
            stop: id,
            recipient,
            home,
            country,
            ground: ground.as_str().to_owned(),
            since: at.rfc3339(),
            in_force: lifted.is_none(),
            lifted: lifted.map(|at| at.rfc3339()),
            lifted_by,
        }
    }
}

/// Which stop.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftBody {
    /// Its id.
    #[schema(value_type = String)]
    pub stop: StopId,
}

/// Stops what leaves, at once and whatever subscribers allowed.
#[utoipa::path(tag = "operator", request_body = StopBody, security(("dpop" = ["stops:write"])),
    responses((status = 200, description = "Stopped", body = StopAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such recipient", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/stops")]
pub async fn stop(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let ordered = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::StopsWrite)?;
        let StopBody { recipient, home, country, ground } = match body::json(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let ground = Ground::parse(&ground).ok_or_else(no_ground)?;
        Ok(Ok(b.stop(&caller, Reach { recipient, home, country }, ground)?))
    })
    .await??;
    Ok(HttpResponse::Ok().json(StopAnswer::from(ordered)))
}

/// Wants a stop lifted; with the second client that does, it is.
#[utoipa::path(tag = "operator", request_body = LiftBody, security(("dpop" = ["stops:write"])),
    responses((status = 200, description = "How it stands", body = StopAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such order", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/stops/lift")]
pub async fn lift_stop(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let ordered = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::StopsWrite)?;
        Ok(match body::json::<LiftBody>(&bytes) {
            Ok(wanted) => Ok(b.lift_stop(&caller, wanted.stop)?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(StopAnswer::from(ordered)))
}

/// All stop orders, the newest first, those that were lifted too.
#[utoipa::path(tag = "operator", security(("dpop" = ["stops:write"])),
    responses((status = 200, description = "The orders", body = Vec<StopAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/stops")]
pub async fn stops(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    listed(broker, credentials, Scope::StopsWrite).await
}

/// The same for the regulator.
#[utoipa::path(tag = "regulator", security(("dpop" = ["audit:read"])),
    responses((status = 200, description = "The orders", body = Vec<StopAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/audit/stops")]
pub async fn audited(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    listed(broker, credentials, Scope::AuditRead).await
}

async fn listed(broker: Shared, credentials: Credentials, scope: Scope) -> Result<HttpResponse, Problem> {
    let all = run(&broker, move |b| {
        credentials.admit(b, scope)?;
        b.stops()
    })
    .await?;
    Ok(HttpResponse::Ok().json(all.into_iter().map(StopAnswer::from).collect::<Vec<_>>()))
}

pub(super) fn no_ground() -> Failure {
    let cure = "a citation or the number of a case in 1 to 200 printable characters, without a phone number or an address of mail";
    Failure::invalid("ground", cure)
}
