//! `consent-management` 0.1: a recipient that the operator trusts to says what a subscriber told it. Its yes is put to him on his own page and gives nothing before he says it there; its no
//! bites at once. Deliberately absent: `REQUESTED`, and whether a claim waits or stands behind a no: one `PENDING`.
use super::error_info::ErrorInfo;
use super::subject::{is_number, read};
use crate::broker::authenticate::Proven;
use crate::broker::claim::{Claimed, Said};
use crate::broker::consent::notice_hash;
use crate::broker::permissions::Permission;
use crate::broker::{Broker, Failure};
use crate::domain::camara;
use crate::domain::category::Category;
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use crate::screens::spoken::{Spoken, in_all_languages, spoken};
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, patch, post};
use serde::{Deserialize, Serialize};

/// Most scopes of a request.
const MOST: usize = 50;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Word {
    Granted,
    Denied,
}

impl Word {
    fn said(self, notice: Notice) -> Said {
        match self {
            Word::Granted => Said::Granted(notice),
            Word::Denied => Said::Denied(notice),
        }
    }
}

/// What creating takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct CreateBody {
    phone_number: Option<String>,
    scopes: Vec<String>,
    purpose: String,
    consent_status: Word,
    consent_text_id: String,
}

/// What updating takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct UpdateBody {
    consent_status: Word,
}

/// What looking takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RetrieveBody {
    phone_number: Option<String>,
    scopes: Vec<String>,
    purpose: String,
    request_consent_text: bool,
}

/// What both ways of saying are answered with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsentAnswer {
    consent_id: String,
    creation_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_date: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsentInfoItem {
    scopes: [String; 1],
    purpose: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_id: Option<String>,
    consent_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_text: Option<ConsentText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration_date: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConsentText {
    title: String,
    description: String,
    consent_text_id: String,
}

/// `POST /camara/consent-management/v0.1/consents`.
#[post("/consent-management/v0.1/consents")]
pub(super) async fn create(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let (proven, body): (_, CreateBody) = read(Scope::ContextRead, &broker, &credentials, bytes)?;
    let purpose = about(&proven, body.phone_number.as_deref(), &body.scopes, &body.purpose)?;
    let categories = categories(&body.scopes)?;
    let done = crate::web::attempt(&broker, move |b: &Broker| {
        b.admit(proven.clone(), Scope::ContextRead)?;
        let (recipient, _) = b.manages(&proven)?;
        // A text is of one scope, so none is of several.
        let [category] = categories[..] else { return Ok(Err(no_text())) };
        let Some(notice) = worded(&recipient, purpose, category, &body.consent_text_id)? else {
            return Ok(Err(no_text()));
        };
        // What stands is not created; `PATCH` changes it.
        if let [Permission::Given(_)] = b.permission(&proven, &[category])?[..] {
            return Ok(Err(exists()));
        }
        let id = b.consent_name(&proven, category)?;
        Ok(match b.claim(&proven, category, body.consent_status.said(notice))? {
            Claimed::Taken(at) => Ok((id, at)),
            Claimed::Stands(_) => Err(exists()),
        })
    });
    let (consent_id, at) = done.await.map_err(failed).and_then(|done| done)?;
    let body = ConsentAnswer { consent_id, creation_date: at.rfc3339(), expiration_date: None };
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

/// `PATCH /camara/consent-management/v0.1/consents/{consentId}`.
#[patch("/consent-management/v0.1/consents/{id}")]
pub(super) async fn update(
    broker: Shared,
    credentials: Credentials,
    id: Path<String>,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let (proven, body): (_, UpdateBody) = read(Scope::ContextRead, &broker, &credentials, bytes)?;
    if proven.reach().is_none() {
        return Err(missing());
    }
    let consent_id = id.into_inner();
    let named = consent_id.clone();
    let (at, until) = crate::web::run(&broker, move |b: &Broker| {
        b.admit(proven.clone(), Scope::ContextRead)?;
        let (recipient, purpose) = b.manages(&proven)?;
        let reached = |c: &Category| recipient.ceiling_for(*c).is_some();
        let mut all = camara::categories().filter(reached);
        let is_it = |c: &Category| b.consent_name(&proven, *c).is_ok_and(|name| name == named);
        let category = all.find(is_it).ok_or(Failure::NotFound("consent"))?;
        let Spoken { notice, .. } = spoken(None, b.settings().home, &recipient, purpose, category);
        Ok(match b.claim(&proven, category, body.consent_status.said(notice))? {
            Claimed::Taken(at) => (at, None),
            Claimed::Stands(until) => (b.now()?, Some(until)),
        })
    })
    .await?;
    let body =
        ConsentAnswer { consent_id, creation_date: at.rfc3339(), expiration_date: until.map(At::rfc3339) };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

/// `POST /camara/consent-management/v0.1/consents/retrieve-info`.
#[post("/consent-management/v0.1/consents/retrieve-info")]
pub(super) async fn retrieve(
    broker: Shared,
    credentials: Credentials,
    request: HttpRequest,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let (proven, body): (_, RetrieveBody) = read(Scope::ContextRead, &broker, &credentials, bytes)?;
    let purpose = about(&proven, body.phone_number.as_deref(), &body.scopes, &body.purpose)?;
    let categories = categories(&body.scopes)?;
    let accepted = request.headers().get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let (items, locale) = crate::web::attempt(&broker, move |b: &Broker| {
        b.admit(proven.clone(), Scope::ContextRead)?;
        let (recipient, _) = b.manages(&proven)?;
        let told = b.permission(&proven, &categories)?;
        let (mut items, mut locale) = (Vec::with_capacity(told.len()), None);
        for ((scope, category), permission) in body.scopes.into_iter().zip(categories).zip(told) {
            let home = b.settings().home;
            let text = spoken(accepted.as_deref(), home, &recipient, purpose, category);
            locale = locale.or_else(|| body.request_consent_text.then(|| text.notice.locale.clone()));
            let (consent_status, until) = match permission {
                Permission::Given(until) => ("GRANTED", Some(until)),
                Permission::Expired(until) => ("EXPIRED", Some(until)),
                Permission::None => ("PENDING", None),
            };
            items.push(ConsentInfoItem {
                scopes: [scope],
                purpose: purpose.as_str().to_owned(),
                consent_id: until.map(|_| b.consent_name(&proven, category)).transpose()?,
                consent_status,
                consent_text: if body.request_consent_text { Some(shown(text)?) } else { None },
                expiration_date: until.map(At::rfc3339),
            });
        }
        Ok((items, locale))
    })
    .await
    .map_err(failed)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CACHE_CONTROL, "no-store"));
    if let Some(locale) = locale {
        answer.insert_header((CONTENT_LANGUAGE, locale));
    }
    Ok(answer.json(items))
}

/// Whom and what a request is about: whoever its token is about, for the token's purpose.
fn about(
    proven: &Proven,
    number: Option<&str>,
    scopes: &[String],
    purpose: &str,
) -> Result<Purpose, ErrorInfo> {
    if number.is_some_and(|number| !is_number(number)) {
        return Err(ErrorInfo::argument("`phoneNumber`: `+` and 5 to 15 digits"));
    }
    let one = |n: usize| scopes[..n].iter().all(|scope| *scope != scopes[n]);
    if scopes.is_empty() || scopes.len() > MOST || !(0..scopes.len()).all(one) {
        return Err(ErrorInfo::argument("`scopes`: 1 to 50, each once"));
    }
    let Some(reach) = proven.reach() else {
        return Err(match number {
            Some(_) => ErrorInfo::unprocessable(
                "SERVICE_NOT_APPLICABLE",
                "nobody is found by a number here; use a token about the subscriber",
            ),
            None => missing(),
        });
    };
    if number.is_some() {
        return Err(ErrorInfo::unprocessable(
            "UNNECESSARY_IDENTIFIER",
            "the token says whom it is about; leave `phoneNumber` out",
        ));
    }
    if purpose == reach.purpose.as_str() { Ok(reach.purpose) } else { Err(not_allowed()) }
}

fn categories(scopes: &[String]) -> Result<Vec<Category>, ErrorInfo> {
    scopes.iter().map(|scope| camara::category(scope)).collect::<Option<_>>().ok_or_else(not_allowed)
}

/// The words behind an id, if they are asked now, in whichever language.
fn worded(
    recipient: &Recipient,
    purpose: Purpose,
    category: Category,
    id: &str,
) -> Result<Option<Notice>, Failure> {
    for text in in_all_languages(recipient, purpose, category) {
        if text_id(&text.notice)? == id {
            return Ok(Some(text.notice));
        }
    }
    Ok(None)
}

fn text_id(notice: &Notice) -> Result<String, Failure> {
    Ok(format!("sha256-{}", notice_hash(notice)?))
}

fn shown(text: Spoken) -> Result<ConsentText, Failure> {
    let consent_text_id = text_id(&text.notice)?;
    Ok(ConsentText { title: text.title, description: text.notice.text, consent_text_id })
}

fn failed(failure: Failure) -> ErrorInfo {
    match failure {
        Failure::Unregistered(_) => not_allowed(),
        other => other.into(),
    }
}

fn not_allowed() -> ErrorInfo {
    let message = "not within the contract, or another purpose than the token's";
    ErrorInfo::new(StatusCode::FORBIDDEN, "CONSENT_MGMT.NOT_ALLOWED_SCOPES_PURPOSE", message)
}

fn no_text() -> ErrorInfo {
    let message =
        "`consentTextId`: that of `retrieve-info` for this one scope; the words may have changed since";
    ErrorInfo::new(StatusCode::BAD_REQUEST, "CONSENT_MGMT.INVALID_CONSENT_TEXT_ID", message)
}

fn exists() -> ErrorInfo {
    let message = "the subscriber allows this; `PATCH` ends it";
    ErrorInfo::new(StatusCode::CONFLICT, "ALREADY_EXISTS", message)
}

fn missing() -> ErrorInfo {
    ErrorInfo::unprocessable(
        "MISSING_IDENTIFIER",
        "the token is about nobody; use one about the subscriber (docs/connect/link.md)",
    )
}
