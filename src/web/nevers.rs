//! What a subscriber never shares, for the operator's own app (`consents`): read and replaced as a whole. The reference stands in the
//! body, as everywhere, so that no address holds a phone number.
use super::body::{self, Body};
use super::consent_body::StateBody;
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::never::Change;
use crate::domain::consent::Hours;
use crate::domain::never::Never;
use crate::domain::place::Label;
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post, put};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How a change reached us, as the record says it.
const CHANNEL: &str = "app";

/// All that is never to be shared from now on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeverBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// H3 cells of resolution 6.
    #[serde(default)]
    #[schema(max_items = 64, required = false, example = json!(["861fa4407ffffff"]))]
    pub areas: Vec<String>,
    /// Kinds of place: `home`, `work`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, max_items = 2, required = false)]
    pub labels: BTreeSet<Label>,
    /// Local hours of the day, over midnight where the first is the later one.
    #[schema(min_length = 11, max_length = 11, required = false, example = "22:00-06:00")]
    pub hours: Option<String>,
}

/// What is never shared.
#[derive(Serialize, ToSchema)]
pub struct NeverAnswer {
    /// H3 cells of resolution 6. What leads there is not told either, nor anything coarser.
    pub areas: Vec<String>,
    /// Kinds of place, with the area of resolution 6 round each.
    #[schema(value_type = Vec<String>)]
    pub labels: BTreeSet<Label>,
    /// Local hours of the day.
    pub hours: Option<String>,
}

impl NeverBody {
    fn never(self) -> Result<(String, Never), Failure> {
        let areas = self.areas.iter().map(|text| Change::area("/areas", text)).collect::<Result<_, _>>()?;
        let cure = "local hours that begin and end at different minutes, such as `22:00-06:00`";
        let hours = |text: &String| Hours::parse(text).ok_or_else(|| Failure::invalid("/hours", cure));
        let hours = self.hours.as_ref().map(hours).transpose()?;
        Ok((self.reference, Never { areas, labels: self.labels, hours }))
    }
}

fn answered(never: &Never) -> HttpResponse {
    let answer = NeverAnswer {
        areas: never.areas.iter().map(|area| Change::text(*area)).collect(),
        labels: never.labels.clone(),
        hours: never.hours.map(Hours::text),
    };
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer)
}

/// What a subscriber never shares, whatever he has allowed.
#[utoipa::path(tag = "app", request_body = StateBody, security(("dpop" = ["consents:write"])),
    responses((status = 200, description = "What is never shared", body = NeverAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber", body = Problem), (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[post("/v1/nevers/state")]
pub async fn kept_back(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let never = run(&broker, move |b| {
        credentials.admit(b, Scope::ConsentsWrite)?;
        let wanted = match body::json::<StateBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        Ok(Ok(b.never(b.subscriber_id(&body::reference("reference", &wanted.reference)?)?)?))
    })
    .await??;
    Ok(answered(&never))
}

/// Replaces what a subscriber never shares, on his own word. It holds from the next answer on, for every recipient; none of them can tell.
#[utoipa::path(tag = "app", request_body = NeverBody, security(("dpop" = ["consents:write"])),
    responses((status = 200, description = "What is never shared now", body = NeverAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such subscriber", body = Problem), (status = 422, description = "Unacceptable value, such as an area finer than resolution 6", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[put("/v1/nevers")]
pub async fn keep_back(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let never = run(&broker, move |b| {
        credentials.admit(b, Scope::ConsentsWrite)?;
        let wanted = match body::json::<NeverBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let (whose, never) = wanted.never()?;
        let subscriber = b.subscriber_id(&body::reference("reference", &whose)?)?;
        b.keep_back(subscriber, CHANNEL.into(), &Change::All(never.clone()))?;
        Ok(Ok(never))
    })
    .await??;
    Ok(answered(&never))
}
