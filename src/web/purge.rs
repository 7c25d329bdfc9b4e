//! Requests to delete: answered by the recipient, looked over by operator and regulator.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::openapi::{AcknowledgementBody, PurgeAnswer};
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::domain::id::PurgeId;
use crate::domain::purge::{Asked, Statement};
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, get, post};
use serde::Deserialize;

/// Which requests.
#[derive(Debug, Deserialize)]
pub struct Which {
    state: String,
}

/// States what became of what the recipient was asked to delete. It is recorded; the same statement again is answered the same.
#[utoipa::path(tag = "recipient", request_body = AcknowledgementBody, security(("dpop" = ["purges:write"])),
    params(("id" = String, Path, description = "Id of the request, `purge` in the message")),
    responses((status = 204, description = "Recorded"), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such request to this recipient", body = Problem), (status = 409, description = "Answered otherwise before", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/purges/{id}/acknowledgement")]
pub async fn acknowledge(
    broker: Shared,
    credentials: Credentials,
    id: Path<String>,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::PurgesWrite)?;
        let said = match body::json::<AcknowledgementBody>(&bytes) {
            Ok(said) => said,
            Err(problem) => return Ok(Err(problem)),
        };
        let cure = "a reason with `refused`, and none with anything else";
        let statement =
            Statement::new(said.statement, said.reason).ok_or_else(|| Failure::invalid("reason", cure))?;
        let id = PurgeId::parse(&id).ok_or(Failure::NotFound("request to delete"))?;
        b.acknowledge_purge(&caller, id, statement)?;
        Ok(Ok(()))
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Requests to delete, the oldest deadline first and 1000 at most. They name recipients and no person.
#[utoipa::path(tag = "regulator", security(("dpop" = ["audit:read"]), ("dpop" = ["recipients:write"])),
    params(("state" = String, Query, description = "`open`, `overdue`, `done`, `nothing_held` or `refused`")),
    responses((status = 200, description = "The requests", body = Vec<PurgeAnswer>), (status = 400, description = "Not a state", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/purges")]
pub async fn list(
    broker: Shared,
    credentials: Credentials,
    which: Option<Query<Which>>,
) -> Result<HttpResponse, Problem> {
    let found = run(&broker, move |b| {
        let caller = credentials.admit_either(b, [Scope::AuditRead, Scope::RecipientsWrite])?;
        let Some(which) = which.and_then(|w| Asked::parse(&w.state)) else {
            let words = Asked::ALL.map(Asked::as_str).join("`, `");
            return Ok(Err(Problem::bad_request(format!("`state`: one of `{words}`"))));
        };
        Ok(Ok(b.purges(&caller, which)?))
    })
    .await??;
    let found: Vec<PurgeAnswer> = found.into_iter().map(PurgeAnswer::from).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(found))
}
