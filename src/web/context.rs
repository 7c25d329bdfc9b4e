//! `POST /v1/context`: the AI provider asks.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::domain::request::ContextRequest;
use crate::oauth::scope::Scope;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, VARY};
use actix_web::{HttpResponse, post};

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
    let answer = run(&broker, move |b| {
        // The caller is proven and may ask before a byte of the body is looked at.
        let proven = credentials.prove(b)?;
        proven.require(Scope::ContextRead)?;
        Ok(match body::json::<ContextRequest>(&bytes) {
            Ok(request) => Ok(b.disclose(&proven, &request)?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    let context = answer.context.bytes();
    let mut out = Vec::with_capacity(context.len() + answer.receipt.len() + 160);
    out.extend_from_slice(b"{\"context\":");
    out.extend_from_slice(&context);
    out.extend_from_slice(
        format!(",\"receipt\":\"{}\",\"policy\":\"{}\"}}", answer.receipt, answer.policy).as_bytes(),
    );
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "Authorization, DPoP"))
        .body(out))
}
