//! The tools over plain HTTP, for Actions: `POST /actions/{tool}` with what the tool takes, and the document that describes it. Deliberately absent: a
//! proof of possession, for Actions send no header of their own; a token that is bound to a key is still taken with one.
use super::call::{self, Odd, Refused};
use super::{export, gate};
use crate::broker::Failure;
use crate::web::Shared;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, ResponseError, get, post};
use serde_json::Value;

/// The document for whoever makes an Action.
#[get("/actions/openapi.json")]
pub(super) async fn document(broker: Shared) -> HttpResponse {
    HttpResponse::Ok().json(export::actions(&broker.settings().issuer))
}

/// Calls a tool.
#[post("/actions/{tool}")]
pub(super) async fn called(
    broker: Shared,
    credentials: Credentials,
    name: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let proven = match credentials.prove(&broker) {
        Ok(proven) => proven,
        Err(failure) => return refused(failure.into(), credentials.are_silent()),
    };
    let Ok(body) = body else { return Problem::too_large(super::LONGEST).error_response() };
    let arguments = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    let Ok(arguments) = arguments else {
        return Problem::bad_request("the body is not JSON").error_response();
    };
    let proven = match call::admit(&broker, proven, &name, &arguments).await {
        Ok(proven) => proven,
        Err(why) => return refused(why, false),
    };
    match call::call(&broker, proven, &name, arguments).await {
        Ok(told) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(told.text),
        Err(Odd::Unknown) => Problem::not_found("this tool").error_response(),
        Err(Odd::Input(cure)) => Problem::from(Failure::invalid("body", cure)).error_response(),
        Err(Odd::Failure(failure)) => refused(failure.into(), false),
    }
}

/// Nothing of this protocol says where to look for a token.
fn refused(why: Refused, silent: bool) -> HttpResponse {
    gate::answer(why, silent, None)
}
