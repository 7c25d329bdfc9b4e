//! `consent-info` 0.2: how the consents of a token's subscriber stand, for scopes of these APIs. Deliberately absent: `DENIED` and `OBJECTED`. A recipient
//! hears of a no what asking for context tells it: that there is no consent, as before it asked.
use super::error_info::ErrorInfo;
use super::subject::{is_number, read};
use crate::broker::permissions::Permission;
use crate::broker::{Broker, Failure};
use crate::domain::camara;
use crate::domain::category::Category;
use crate::oauth::scope::Scope;
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use serde::{Deserialize, Serialize};

/// Most scopes of a request.
const MOST: usize = 50;

/// What it takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct StatusBody {
    phone_number: Option<String>,
    scopes: Vec<String>,
    purpose: String,
    request_capture_url: bool,
    callback_url: Option<String>,
}

/// What it answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusAnswer {
    status_info: Vec<StatusInfo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capture_url: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusInfo {
    scopes: [String; 1],
    purpose: String,
    status_valid_for_processing: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_date: Option<String>,
}

/// `POST /camara/consent-info/v0.2/retrieve`.
#[post("/consent-info/v0.2/retrieve")]
pub(super) async fn retrieve(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let (proven, body): (_, StatusBody) = read(Scope::ContextRead, &broker, &credentials, bytes)?;
    if body.phone_number.as_deref().is_some_and(|number| !is_number(number)) {
        return Err(ErrorInfo::argument("`phoneNumber`: `+` and 5 to 15 digits"));
    }
    let one = |n: usize| body.scopes[..n].iter().all(|scope| *scope != body.scopes[n]);
    if body.scopes.is_empty() || body.scopes.len() > MOST || !(0..body.scopes.len()).all(one) {
        return Err(ErrorInfo::argument("`scopes`: 1 to 50, each once"));
    }
    let Some(reach) = proven.reach() else {
        return Err(match body.phone_number {
            Some(_) => ErrorInfo::unprocessable(
                "SERVICE_NOT_APPLICABLE",
                "nobody is found by a number here; use a token about the subscriber",
            ),
            None => ErrorInfo::unprocessable(
                "MISSING_IDENTIFIER",
                "the token is about nobody; use one about the subscriber (docs/connect/link.md)",
            ),
        });
    };
    if body.phone_number.is_some() {
        return Err(ErrorInfo::unprocessable(
            "UNNECESSARY_IDENTIFIER",
            "the token says whom it is about; leave `phoneNumber` out",
        ));
    }
    let not_allowed = || {
        let message = "not within the contract, or another purpose than the token's";
        ErrorInfo::new(StatusCode::FORBIDDEN, "CONSENT_INFO.NOT_ALLOWED_SCOPES_PURPOSE", message)
    };
    let categories: Option<Vec<Category>> = body.scopes.iter().map(|scope| camara::category(scope)).collect();
    let categories = categories.filter(|_| body.purpose == reach.purpose.as_str()).ok_or_else(not_allowed)?;
    let (wants, back) = (body.request_capture_url, body.callback_url);
    let told = crate::web::run(&broker, move |b: &Broker| {
        let told = b.permission(&proven, &categories).and_then(|told| {
            let open = categories.into_iter().zip(&told).filter(|(_, p)| !matches!(p, Permission::Given(_)));
            let open: Vec<Category> = open.map(|(category, _)| category).collect();
            let asks = wants && !open.is_empty();
            let url = asks.then(|| b.capture(&proven, &open, back.as_deref())).transpose()?;
            Ok((told, url))
        });
        // Whatever is wrong with what he asks, he asked.
        b.admit(proven, Scope::ContextRead)?;
        Ok(told)
    })
    .await?;
    let (told, capture_url) = told.map_err(|failure| match failure {
        Failure::Unregistered(_) => not_allowed(),
        Failure::Invalid { cure, .. } => {
            ErrorInfo::new(StatusCode::FORBIDDEN, "CONSENT_INFO.INVALID_CALLBACK_URL", cure)
        }
        other => other.into(),
    })?;
    let infos =
        body.scopes.into_iter().zip(told).map(|(scope, permission)| info(scope, &body.purpose, permission));
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(StatusAnswer { status_info: infos.collect(), capture_url }))
}

fn info(scope: String, purpose: &str, permission: Permission) -> StatusInfo {
    let (status_reason, until) = match permission {
        Permission::Given(until) => (None, Some(until)),
        Permission::Expired(until) => (Some("EXPIRED"), Some(until)),
        Permission::None => (Some("PENDING"), None),
    };
    StatusInfo {
        scopes: [scope],
        purpose: purpose.to_owned(),
        status_valid_for_processing: status_reason.is_none(),
        status_reason,
        expiration_date: until.map(crate::domain::time::At::rfc3339),
    }
}
