//! A link into a console, for a client of a regulator or of the operator. Deliberately absent: the pages (`src/console`).
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::domain::stop::Ground;
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why somebody looks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitBody {
    /// The number of a case, or a provision of law; nothing personal. Every look in the session is recorded with it.
    #[schema(min_length = 1, max_length = 200, example = "case 2026-17")]
    pub ground: String,
}

/// A one-time link.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitAnswer {
    /// Good once. It opens a session of an hour.
    pub url: String,
    /// Until when, RFC 3339.
    pub until: String,
}

/// Makes a one-time link into the console of the client's role: a regulator's, or that of the operator's data protection officer. His may act on incidents where the
/// token holds `breaches:write`.
#[utoipa::path(tag = "regulator", request_body = VisitBody, security(("dpop" = ["audit:read"]), ("dpop" = ["officer:look"])),
    responses((status = 201, description = "The link", body = VisitAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/console/visits")]
pub async fn invite_to_console(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let (url, until) = run(&broker, move |b| {
        let proven = credentials.prove(b)?;
        let holds = |scope| proven.require(scope).is_ok();
        let acts = holds(Scope::BreachesWrite);
        let scope = if holds(Scope::OfficerLook) { Scope::OfficerLook } else { Scope::AuditRead };
        let caller = b.admit(proven, scope)?;
        let VisitBody { ground } = match body::json(&bytes) {
            Ok(body) => body,
            Err(problem) => return Ok(Err(problem)),
        };
        let cure =
            "the number of a case or a provision of law, 1 to 200 characters, and nobody's number or address";
        let ground = Ground::parse(&ground).ok_or_else(|| Failure::invalid("ground", cure))?;
        Ok(Ok(b.invite_to_console(&caller, ground, acts)?))
    })
    .await??;
    let answer = VisitAnswer { url, until: until.rfc3339() };
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}
