//! What tells clients how to get a token and how to use it. Deliberately absent: documents of the issuer at a path of its own, for it has none.
use super::Shared;
use super::credentials::Connected;
use super::problem::Problem;
use crate::broker::Failure;
use crate::oauth::audience::Audience;
use crate::oauth::metadata::{JWKS_AGE_S, Metadata, Resource, pointer};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Serialize;

/// Whether a token may be bound to a certificate here: where TLS ends in front of the server it cannot see one.
fn takes_certificates(request: &HttpRequest) -> bool {
    request.conn_data::<Connected>().is_some()
}

/// How to use the authorization server, RFC 8414.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "Metadata", body = Object)))]
#[get("/.well-known/oauth-authorization-server")]
pub async fn metadata(broker: Shared, request: HttpRequest) -> HttpResponse {
    HttpResponse::Ok().json(Metadata::of(&broker.settings().issuer, takes_certificates(&request)))
}

/// The same, for clients that look for OpenID alone. It is no OpenID provider: no ID token is made here.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "Metadata", body = Object)))]
#[get("/.well-known/openid-configuration")]
pub async fn alias(broker: Shared, request: HttpRequest) -> HttpResponse {
    HttpResponse::Ok().json(Metadata::of(&broker.settings().issuer, takes_certificates(&request)))
}

/// What the resource asks of a token, RFC 9728.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "Metadata", body = Object)))]
#[get("/.well-known/oauth-protected-resource")]
pub async fn resource(broker: Shared, request: HttpRequest) -> HttpResponse {
    let certificates = takes_certificates(&request);
    HttpResponse::Ok().json(Resource::of(Audience::Api, &broker.settings().issuer, certificates))
}

/// The same of the resource at `/mcp`.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "Metadata", body = Object)))]
#[get("/.well-known/oauth-protected-resource/mcp")]
pub async fn mcp_resource(broker: Shared, request: HttpRequest) -> HttpResponse {
    let certificates = takes_certificates(&request);
    HttpResponse::Ok().json(Resource::of(Audience::Mcp, &broker.settings().issuer, certificates))
}

/// The public keys that tokens and receipts of now verify with, RFC 7517: the one that signs, the next one an hour ahead, and the last one for as long.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "JWK Set", body = Object)))]
#[get("/oauth/jwks")]
pub async fn jwks(broker: Shared) -> HttpResponse {
    published(broker.jwks())
}

/// The public keys that receipts of any age verify with, RFC 7517. No token is to be taken for them.
#[utoipa::path(tag = "authorization", responses((status = 200, description = "JWK Set", body = Object)))]
#[get("/oauth/jwks/receipts")]
pub async fn receipt_keys(broker: Shared) -> HttpResponse {
    published(broker.receipt_keys())
}

fn published(keys: Result<impl Serialize, Failure>) -> HttpResponse {
    keys.map_or_else(
        |e| actix_web::ResponseError::error_response(&Problem::from(e)),
        |keys| {
            let kept = format!("max-age={JWKS_AGE_S}");
            HttpResponse::Ok().insert_header((CACHE_CONTROL, kept)).json(keys)
        },
    )
}

/// Tells whoever shows a proof of possession what belongs into the next one, where proofs need it (RFC 9449 sections 8 and 9). Both servers tell the
/// same, for clients keep one for each origin.
///
/// # Errors
/// Those of what it stands around.
pub async fn nonced<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let shown = request.headers().contains_key("dpop");
    let mut response = next.call(request).await?;
    let broker = response.request().app_data::<Shared>().filter(|_| shown);
    if let Some(Ok(nonce)) = broker.and_then(|b| b.nonce()).map(HeaderValue::try_from) {
        response.headers_mut().insert(HeaderName::from_static("dpop-nonce"), nonce);
    }
    Ok(response)
}

/// Adds to every challenge where the resource tells how to get a token (RFC 9728 section 5.1).
///
/// # Errors
/// Those of what it stands around.
pub async fn pointed<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let told = response.headers().get(WWW_AUTHENTICATE).and_then(|v| v.to_str().ok());
    let Some(told) = told.filter(|told| told.starts_with("DPoP ")).map(str::to_owned) else {
        return Ok(response);
    };
    let issuer =
        response.request().app_data::<Shared>().map(|b| pointer(Audience::Api, &b.settings().issuer));
    if let Some(Ok(value)) = issuer.map(|pointer| HeaderValue::try_from(format!("{told}, {pointer}"))) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    Ok(response)
}
