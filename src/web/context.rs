//! `POST /v1/context`: the AI provider asks.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, attempt};
use crate::broker::Failure;
use crate::broker::authenticate::Proven;
use crate::broker::disclose::Disclosed;
use crate::domain::request::ContextRequest;
use crate::oauth::scope::Scope;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use actix_web::{HttpResponse, post};
use std::time::{Duration, Instant};

/// From a request to its answer, where that withholds something for a cause that is not told: longer than any of the causes takes to find, or the
/// time would tell them apart (`dongui bench refusals`). The wait holds no thread.
pub const SILENCE: Duration = Duration::from_millis(25);

/// Asks for the context of one subscriber for one purpose.
///
/// Every category is either in `context.items` or in `context.withheld`; a refusal is an answer, not an error.
#[utoipa::path(tag = "recipient", request_body = super::openapi::ContextRequestBody, security(("dpop" = ["context:read"])),
    responses((status = 200, description = "What may leave, and what was withheld", body = super::openapi::ContextAnswer),
        (status = 400, description = "Malformed body", body = Problem), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/context")]
pub async fn request(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let began = Instant::now();
    // The caller is proven and may ask before a byte of the body is looked at.
    let proven = credentials.prove(&broker)?;
    proven.require(Scope::ContextRead)?;
    let request = body::json::<ContextRequest>(&bytes)?;
    let answer = ask(&broker, proven, request, began).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "Authorization, DPoP"))
        .body(written(answer.context.bytes(), &answer.receipt, &answer.policy)))
}

/// Asks in the name of a caller whose request `began` then, and waits where the time of the answer would tell why something is withheld.
///
/// # Errors
/// Those of `Broker::disclose`.
pub async fn ask(
    broker: &Shared,
    proven: Proven,
    question: ContextRequest,
    began: Instant,
) -> Result<Disclosed, Failure> {
    let answer = match broker.disclose_queued(&proven, &question).await? {
        Some(answer) => answer,
        None => attempt(broker, move |b| b.disclose(&proven, &question)).await?,
    };
    if answer.context.is_silent_on_something() {
        actix_web::rt::time::sleep_until((began + SILENCE).into()).await;
    }
    Ok(answer)
}

/// The body: the context in its canonical bytes, and beside it what no model needs to see.
pub fn written(context: &[u8], receipt: &str, policy: &str) -> Vec<u8> {
    // Receipt and digest are base64url, dots and hex: nothing in them needs escaping.
    [
        b"{\"context\":",
        context,
        b",\"receipt\":\"",
        receipt.as_bytes(),
        b"\",\"policy\":\"",
        policy.as_bytes(),
        b"\"}",
    ]
    .concat()
}
