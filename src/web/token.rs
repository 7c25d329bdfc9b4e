//! What clients do at the authorization server without a browser: push a request, get tokens, end them, ask what they are worth.
use super::Shared;
use super::body::Body;
use super::credentials::Credentials;
use super::problem::Problem;
use super::run;
use crate::broker::{Broker, Failure};
use crate::oauth::OAuthError;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, post};
use serde::Serialize;
use std::time::Instant;

/// The decoded fields of a form.
type Fields = Vec<(String, String)>;

/// Runs a verb that refuses in the words of RFC 6749.
async fn said<T: Send + 'static>(
    broker: &Shared,
    bytes: Body,
    verb: impl FnOnce(&Broker, Fields) -> Result<T, Failure> + Send + 'static,
) -> Result<Result<T, OAuthError>, Problem> {
    run(broker, move |b| {
        let fields: Fields = form_urlencoded::parse(&bytes).into_owned().collect();
        match verb(b, fields) {
            Err(Failure::Unproven(e)) => Ok(Err(e)),
            other => Ok(Ok(other?)),
        }
    })
    .await
}

/// Waits where the time of an answer could tell something of a person, as an answer without context waits.
async fn silence(began: Instant) {
    actix_web::rt::time::sleep_until((began + super::context::SILENCE).into()).await;
}

/// The answer, which nobody keeps.
fn answered<T: Serialize>(well: StatusCode, outcome: Result<T, OAuthError>) -> HttpResponse {
    match outcome {
        Ok(value) => HttpResponse::build(well).insert_header((CACHE_CONTROL, "no-store")).json(value),
        Err(e) => {
            let status = StatusCode::from_u16(e.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let mut response = HttpResponse::build(status);
            if status == StatusCode::UNAUTHORIZED {
                response.insert_header((WWW_AUTHENTICATE, "private_key_jwt"));
            }
            if status == StatusCode::TOO_MANY_REQUESTS {
                response.insert_header((RETRY_AFTER, "600"));
            }
            response.insert_header((CACHE_CONTROL, "no-store")).json(e.problem())
        }
    }
}

/// Gives a client an access token of 300 s at most for its signed assertion, bound to the key of its DPoP proof or to the certificate of the connection.
///
/// For itself; for the code that a subscriber's browser brought back, or that he was shown; for his answer out of band; for a signed statement of
/// whom it means; or for the refresh token of before, which is good once.
#[utoipa::path(tag = "authorization",
    request_body(content = super::token_body::TokenRequestBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Access token", body = super::token_body::TokenAnswer),
        (status = 400, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 401, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 413, description = "Body too large", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/oauth/token")]
pub async fn token(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let began = Instant::now();
    let verb = move |b: &Broker, f: Fields| {
        b.grant_token(&f, credentials.proof(), credentials.url(), credentials.certificate())
    };
    let outcome = said(&broker, bytes, verb).await?;
    if matches!(outcome, Err(OAuthError::InvalidGrant(_))) {
        silence(began).await;
    }
    Ok(answered(StatusCode::OK, outcome))
}

/// Takes what a client will ask a subscriber for, RFC 9126; his browser brings the reference to `/oauth/authorize`.
#[utoipa::path(tag = "authorization",
    request_body(content = super::token_body::PushBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 201, description = "The reference, good for 90 s and one answer", body = super::token_body::PushAnswer),
        (status = 400, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 401, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 413, description = "Body too large", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/oauth/par")]
pub async fn push(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let verb = move |b: &Broker, f: Fields| b.push(&f, credentials.proof(), credentials.url());
    Ok(answered(StatusCode::CREATED, said(&broker, bytes, verb).await?))
}

/// Asks a subscriber out of band, OpenID CIBA (poll): he finds it on his pages, and the client polls the token endpoint. That nobody goes by the
/// name is not told: such a request is never answered.
#[utoipa::path(tag = "authorization",
    request_body(content = super::token_body::AskBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The reference to poll with", body = super::token_body::AskAnswer),
        (status = 400, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 401, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 429, description = "Too many requests of this client, or by this name", body = super::token_body::TokenProblem),
        (status = 413, description = "Body too large", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/oauth/backchannel")]
pub async fn ask(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let began = Instant::now();
    let verb = move |b: &Broker, f: Fields| b.ask_subscriber(&f, credentials.proof(), credentials.url());
    let outcome = said(&broker, bytes, verb).await?;
    if outcome.is_ok() {
        silence(began).await;
    }
    Ok(answered(StatusCode::OK, outcome))
}

/// Ends the link that a token was given for, and every token of it, RFC 7009. One that is not the client's own is no error.
#[utoipa::path(tag = "authorization",
    request_body(content = super::token_body::ShownBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "It is worth nothing"),
        (status = 400, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 401, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 413, description = "Body too large", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/oauth/revoke")]
pub async fn revoke(broker: Shared, bytes: Body) -> Result<HttpResponse, Problem> {
    let outcome = said(&broker, bytes, |b, fields| b.revoke_token(&fields)).await?;
    Ok(match outcome {
        Ok(()) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish(),
        Err(e) => answered::<()>(StatusCode::OK, Err(e)),
    })
}

/// Tells a client what a token of its own is worth, RFC 7662; signed with `Accept: application/token-introspection+jwt`, RFC 9701.
#[utoipa::path(tag = "authorization",
    request_body(content = super::token_body::ShownBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "What it is worth", body = super::token_body::IntrospectionAnswer),
        (status = 400, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 401, description = "RFC 6749 error", body = super::token_body::TokenProblem),
        (status = 413, description = "Body too large", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/oauth/introspect")]
pub async fn introspect(broker: Shared, request: HttpRequest, bytes: Body) -> Result<HttpResponse, Problem> {
    const SIGNED: &str = "application/token-introspection+jwt";
    let accept = request.headers().get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if accept.split(',').all(|kind| kind.split(';').next().map(str::trim) != Some(SIGNED)) {
        let outcome = said(&broker, bytes, |b, fields| b.introspect_token(&fields)).await?;
        return Ok(answered(StatusCode::OK, outcome));
    }
    Ok(match said(&broker, bytes, |b, fields| b.introspect_token_signed(&fields)).await? {
        Ok(statement) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, SIGNED))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(statement),
        Err(e) => answered::<()>(StatusCode::OK, Err(e)),
    })
}
