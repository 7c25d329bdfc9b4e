//! Emergencies: a rescue agency asks where somebody is. Deliberately absent: anything that any other role may call.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::stops::no_ground;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::emergency::{Call, Located, Place, Rescuer};
use crate::domain::id::EntryId;
use crate::domain::stop::Ground;
use crate::domain::time::{At, SECOND_US};
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyBody {
    /// His phone number or account reference.
    #[schema(example = "+4915550100000")]
    pub reference: String,
    /// The provision, or the number of the agency's case, and nothing personal.
    #[schema(min_length = 1, max_length = 200, example = "case 2026-17")]
    pub ground: String,
    /// Why he is not told at once: a case or a reason in a few words, where telling him would put somebody in danger and the law of his country lets it wait.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "held by somebody who reads his phone")]
    pub defer: Option<String>,
}

/// Where he was seen last.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmergencyPlace {
    /// H3 index of resolution 7, about 5 km².
    #[schema(example = "871f8d7a5ffffff")]
    pub h3: String,
    /// How far he may be from its middle, m.
    pub reach_m: u32,
    /// When he was seen there, RFC 3339.
    pub seen: String,
    /// How long ago, s.
    pub age_s: i64,
}

/// What is known.
#[derive(Debug, Serialize, ToSchema)]
pub struct EmergencyAnswer {
    /// Whether anything is. Nothing is kept about whoever consented to nothing: only the network itself can look for his phone.
    pub known: bool,
    /// Where he was seen last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<EmergencyPlace>,
    /// The entry of the log that says that it was asked.
    #[schema(value_type = String)]
    pub entry: EntryId,
    /// When he is told of it at the latest, RFC 3339, where that was deferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deferred_until: Option<String>,
}

impl From<Located> for EmergencyAnswer {
    fn from(Located { place, entry, at, deferred_until }: Located) -> EmergencyAnswer {
        let told = |Place { h3, reach_m, seen }: Place| EmergencyPlace {
            h3,
            reach_m,
            seen: seen.rfc3339(),
            age_s: at.since(seen) / SECOND_US,
        };
        EmergencyAnswer {
            known: place.is_some(),
            place: place.map(told),
            entry,
            deferred_until: deferred_until.map(At::rfc3339),
        }
    }
}

/// Tells a rescue agency where a subscriber was seen last, whatever he consented to, where the law of his country has it so. He is told of it himself.
#[utoipa::path(tag = "rescue", request_body = EmergencyBody, security(("dpop" = ["emergency:locate"])),
    responses((status = 200, description = "What is known", body = EmergencyAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held, or no rule of his country has it told", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 429, description = "About too many people within the hour", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/emergency/locations")]
pub async fn locate(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let located = run(&broker, move |b| {
        let rescuer = Rescuer::of(credentials.admit(b, Scope::EmergencyLocate)?)?;
        let EmergencyBody { reference, ground, defer } = match body::json(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let whom = body::reference("reference", &reference)?;
        let ground = Ground::parse(&ground).ok_or_else(no_ground)?;
        let defer = defer.map(|why| Ground::parse(&why).ok_or_else(no_reason)).transpose()?;
        Ok(Ok(b.locate(&rescuer, &whom, &Call { ground, defer })?))
    })
    .await??;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(EmergencyAnswer::from(located)))
}

fn no_reason() -> Failure {
    let cure = "a reason in 1 to 200 printable characters, without a phone number or an address of mail";
    Failure::invalid("defer", cure)
}
