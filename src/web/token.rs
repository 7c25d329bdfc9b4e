//! The token endpoint and what tells clients how to use it.
use super::body::Body;
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::oauth::metadata::Metadata;
use crate::oauth::token::TokenResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, get, post};

/// Gives a client an access token of 300 s at most for its signed assertion, bound to the key of its DPoP proof.
#[utoipa::path(tag = "authorization",
    request_body(content = super::openapi::TokenRequestBody, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Access token", body = super::openapi::TokenAnswer),
        (status = 400, description = "RFC 6749 error", body = super::openapi::TokenProblem),
        (status = 401, description = "RFC 6749 error", body = super::openapi::TokenProblem),
        (status = 413, description = "Body too large", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/oauth/token")]
pub async fn token(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let outcome: Result<TokenResponse, Failure> = run(&broker, move |b| {
        let fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
        Ok(match b.grant_token(&fields, credentials.proof(), credentials.url()) {
            Err(Failure::Unproven(e)) => Err(Failure::Unproven(e)),
            other => Ok(other?),
        })
    })
    .await?;
    match outcome {
        Ok(granted) => Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(granted)),
        Err(Failure::Unproven(e)) => {
            let status = StatusCode::from_u16(e.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let mut response = HttpResponse::build(status);
            if status == StatusCode::UNAUTHORIZED {
                response.insert_header((WWW_AUTHENTICATE, "private_key_jwt"));
            }
            Ok(response.insert_header((CACHE_CONTROL, "no-store")).json(e.problem()))
        }
        Err(other) => Err(other.into()),
    }
}

/// How to use the authorization server, RFC 8414.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "Metadata", body = Object)))]
#[get("/.well-known/oauth-authorization-server")]
pub async fn metadata(broker: Shared) -> HttpResponse {
    HttpResponse::Ok().json(Metadata::of(&broker.settings().issuer))
}

/// The public key that tokens and receipts verify with, RFC 7517.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "JWK Set", body = Object)))]
#[get("/oauth/jwks")]
pub async fn jwks(broker: Shared) -> HttpResponse {
    broker.jwks().map_or_else(
        |e| actix_web::ResponseError::error_response(&Problem::from(e)),
        |keys| HttpResponse::Ok().insert_header((CACHE_CONTROL, "max-age=3600")).json(keys),
    )
}
