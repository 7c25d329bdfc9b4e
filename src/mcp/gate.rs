//! Who may speak at `/mcp`: a token for this resource about one subscriber, with a proof where it is bound to a key. Everything that HTTP has a
//! status for is said here, before the protocol begins: who is not proven hears 401, and a tool that needs more than the subscriber allowed is 403
//! with everything that a host has to ask for, so that it can ask once.
use super::call::{self, Refused};
use crate::broker::Failure;
use crate::broker::authenticate::Proven;
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::metadata::{USUAL, pointer};
use crate::web::Shared;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde::Deserialize;
use serde_json::Value;

/// The other way to prove oneself (RFC 9449 section 7.1).
const PROOFS: &str = "DPoP algs=\"ES256 EdDSA PS256\"";

/// What of a message decides whether it may pass; all else is the protocol's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    params: Call,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Call {
    name: Option<String>,
    arguments: Value,
}

/// Lets a message pass, or answers it.
///
/// # Errors
/// Those of what it stands before.
pub(super) async fn guard<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let credentials = request.extract::<Credentials>().await?;
    let Some(broker) = request.app_data::<Shared>().cloned() else {
        return Ok(request.into_response(Problem::halted("nothing is served here").error_response()));
    };
    let Ok(bytes) = request.extract::<Bytes>().await else {
        return Ok(request.into_response(Problem::too_large(super::LONGEST).error_response()));
    };
    match admit(&broker, &credentials, &bytes).await {
        Ok(proven) => {
            request.extensions_mut().insert(proven);
            request.set_payload(Payload::from(bytes));
            whole(next.call(request).await?).await
        }
        Err(refused) => {
            let response = answer(refused, credentials.are_silent(), Some(&broker.settings().issuer));
            Ok(request.into_response(response))
        }
    }
}

/// An answer in one piece: what the transport streams is one short message, and chunks cost more than they carry.
async fn whole<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return Ok(response.map_into_boxed_body());
    }
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|e| e.into())?;
    Ok(ServiceResponse::new(request, response.set_body(bytes).map_into_boxed_body()))
}

/// Hands the caller on to the tools.
pub(super) fn handed_on(request: &HttpRequest, to: &mut rmcp::model::Extensions) {
    if let Some(proven) = request.extensions().get::<Proven>() {
        to.insert(proven.clone());
    }
}

async fn admit(broker: &Shared, credentials: &Credentials, bytes: &Bytes) -> Result<Proven, Refused> {
    let proven = credentials.prove_for(Audience::Mcp, broker)?;
    let Call { name, arguments } = serde_json::from_slice::<Message>(bytes).unwrap_or_default().params;
    call::admit(broker, proven, &name.unwrap_or_default(), &arguments).await
}

/// The answer to who does not get as far as a tool. Where there is a document that says where to get a token, `issuer` leads to it.
pub(super) fn answer(refused: Refused, silent: bool, issuer: Option<&str>) -> HttpResponse {
    let (error, scope) = match refused {
        Refused::Beyond(scope) => (OAuthError::InsufficientScope, scope),
        Refused::Failure(Failure::Unproven(e)) => (e, USUAL.to_owned()),
        Refused::Failure(failure) => return Problem::from(failure).error_response(),
    };
    let mut response = Problem::from(Failure::Unproven(error)).error_response();
    if error == OAuthError::UseDpopNonce {
        // Nothing is wrong with the token: one challenge, which tells that alone.
        return response;
    }
    let told = match issuer {
        Some(issuer) => vec![challenge(error, &scope, silent, issuer), PROOFS.to_owned()],
        None => vec![bearer(error, &scope, silent)],
    };
    let headers = response.headers_mut();
    headers.remove(WWW_AUTHENTICATE);
    for value in told.into_iter().filter_map(|told| HeaderValue::try_from(told).ok()) {
        headers.append(WWW_AUTHENTICATE, value);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// How to get a token that would do (RFC 6750 section 3, RFC 9728 section 5.1); who brought none is told of no error.
pub(super) fn challenge(error: OAuthError, scope: &str, silent: bool, issuer: &str) -> String {
    format!("{}, {}", bearer(error, scope, silent), pointer(Audience::Mcp, issuer))
}

/// The same without where to look.
fn bearer(error: OAuthError, scope: &str, silent: bool) -> String {
    if silent {
        return format!("Bearer scope=\"{scope}\"");
    }
    let (code, why) = (error.code(), error.problem().error_description.replace(['"', '\\'], ""));
    format!("Bearer error=\"{code}\", error_description=\"{why}\", scope=\"{scope}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_brings_no_token_is_told_where_to_get_one_and_of_no_error() {
        let told = |silent| challenge(OAuthError::InvalidToken("x"), "a b", silent, "https://b.example");
        let pointer = r#"resource_metadata="https://b.example/.well-known/oauth-protected-resource/mcp""#;
        assert_eq!(told(true), format!(r#"Bearer scope="a b", {pointer}"#));
        assert_eq!(
            told(false),
            format!(r#"Bearer error="invalid_token", error_description="x", scope="a b", {pointer}"#)
        );
    }
}
