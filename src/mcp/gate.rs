//! Who may speak at `/mcp`: a token for this resource about one subscriber, with a proof where it is bound to a key. Everything that HTTP has a
//! status for is said here, before the protocol begins: who is not proven hears 401, and a tool that needs more than the subscriber allowed is 403
//! with everything that a host has to ask for, so that it can ask once.
use super::tool::{GET_CONTEXT, REQUEST_PERMISSION};
use crate::broker::authenticate::Proven;
use crate::broker::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::link::{Piece, Wanted};
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::metadata::{USUAL, pointer};
use crate::oauth::scope::Scope;
use crate::web::Shared;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError, web};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

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

/// Why a message does not pass.
enum Refused {
    Failure(Failure),
    /// The subscriber has not allowed all of it; the scope that would be needed.
    Beyond(String),
}

impl<F: Into<Failure>> From<F> for Refused {
    fn from(failure: F) -> Refused {
        Refused::Failure(failure.into())
    }
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
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(refused) => {
            let response = answer(refused, credentials.are_silent(), &broker.settings().issuer);
            Ok(request.into_response(response))
        }
    }
}

/// Hands the caller on to the tools.
pub(super) fn handed_on(request: &HttpRequest, to: &mut rmcp::model::Extensions) {
    if let Some(proven) = request.extensions().get::<Proven>() {
        to.insert(proven.clone());
    }
}

async fn admit(broker: &Shared, credentials: &Credentials, bytes: &Bytes) -> Result<Proven, Refused> {
    let proven = credentials.prove_for(Audience::Mcp, broker)?;
    let reach = proven.reach().ok_or(OAuthError::InvalidToken("the token is about no subscriber"))?;
    let Call { name, arguments } = serde_json::from_slice::<Message>(bytes).unwrap_or_default().params;
    let name = name.unwrap_or_default();
    if (name == GET_CONTEXT || name == REQUEST_PERMISSION)
        && let Some(needed) = beyond(reach, &arguments)
    {
        return Err(Refused::Beyond(needed));
    }
    let verb = move |b: &Broker| -> Result<Proven, Failure> {
        b.require_link(&proven)?;
        // An answer uses the proof up itself, in the write that records it.
        if name != GET_CONTEXT {
            b.admit(proven.clone(), Scope::ContextRead)?;
        }
        Ok(proven)
    };
    let broker = Arc::clone(broker.get_ref());
    match web::block(move || verb(&broker)).await {
        Ok(proven) => Ok(proven?),
        Err(_) => Err(Failure::Halted("the server is shutting down").into()),
    }
}

/// The scope that a call needs where the token does not reach it: all that it reaches and all that is asked for.
fn beyond(reach: &Wanted, arguments: &Value) -> Option<String> {
    let named = arguments.get("categories")?.as_array()?;
    let asked = named.iter().filter_map(|word| Category::parse(word.as_str()?));
    let more: Vec<Category> =
        asked.filter(|c| c.is_personal() && reach.piece(reach.purpose, *c).is_none()).collect();
    if more.is_empty() {
        return None;
    }
    let mut all = reach.categories.clone();
    for category in more {
        if all.iter().all(|piece| piece.category != category) {
            all.push(Piece { category, precision: None });
        }
    }
    Some(Wanted::new(reach.purpose, all, None).scope())
}

fn answer(refused: Refused, silent: bool, issuer: &str) -> HttpResponse {
    let (error, scope) = match &refused {
        Refused::Beyond(scope) => (OAuthError::InsufficientScope, scope.as_str()),
        Refused::Failure(Failure::Unproven(e)) => (*e, USUAL),
        Refused::Failure(_) => {
            let Refused::Failure(failure) = refused else { return HttpResponse::Forbidden().finish() };
            return Problem::from(failure).error_response();
        }
    };
    let mut response = Problem::from(Failure::Unproven(error)).error_response();
    let told = challenge(error, scope, silent, issuer);
    let headers = response.headers_mut();
    headers.remove(WWW_AUTHENTICATE);
    for value in [told, "DPoP algs=\"ES256 EdDSA PS256\"".to_owned()] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.append(WWW_AUTHENTICATE, value);
        }
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// How to get a token that would do (RFC 6750 section 3, RFC 9728 section 5.1); who brought none is told of no error.
pub(super) fn challenge(error: OAuthError, scope: &str, silent: bool, issuer: &str) -> String {
    let pointer = pointer(Audience::Mcp, issuer);
    if silent {
        return format!("Bearer {pointer}, scope=\"{scope}\"");
    }
    let (code, why) = (error.code(), error.problem().error_description.replace(['"', '\\'], ""));
    format!("Bearer error=\"{code}\", error_description=\"{why}\", scope=\"{scope}\", {pointer}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::purpose::Purpose;
    use serde_json::json;

    #[test]
    fn a_call_beyond_the_token_is_told_everything_that_is_needed_at_once() {
        let piece = Piece { category: Category::LocationZone, precision: None };
        let reach = Wanted::new(Purpose::ServicePersonalisation, vec![piece], None);
        let needed = |arguments| beyond(&reach, &arguments);
        assert_eq!(needed(json!({})), None);
        assert_eq!(needed(json!({ "categories": null })), None);
        assert_eq!(needed(json!({ "categories": ["location.zone"] })), None);
        assert_eq!(needed(json!({ "categories": ["location.everywhere", 7, "aggregate.population"] })), None);
        assert_eq!(
            needed(json!({ "categories": ["web.interest", "location.zone", "web.interest"] })).as_deref(),
            Some("context:read dpv:ServicePersonalisation location.zone web.interest")
        );
    }

    #[test]
    fn who_brings_no_token_is_told_where_to_get_one_and_of_no_error() {
        let told = |silent| challenge(OAuthError::InvalidToken("x"), "a b", silent, "https://b.example");
        let pointer = r#"resource_metadata="https://b.example/.well-known/oauth-protected-resource/mcp""#;
        assert_eq!(told(true), format!(r#"Bearer {pointer}, scope="a b""#));
        assert_eq!(
            told(false),
            format!(r#"Bearer error="invalid_token", error_description="x", scope="a b", {pointer}"#)
        );
    }
}
