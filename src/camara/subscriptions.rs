//! Subscriptions to consent events, in the form that CAMARA's event subscriptions have. No API of CAMARA's subscribes to consents, so that name and event types are
//! ours; the messages are those of the outbox (`broker::deliver`). Deliberately absent: updating one.
use super::error_info::ErrorInfo;
use super::subject::read;
use super::subscription_body::{SubscriptionBody, SubscriptionRequest, no_sink};
use crate::broker::Broker;
use crate::broker::subscribe::Begun;
use crate::domain::id::SubscriptionId;
use crate::oauth::scope::Scope;
use crate::web::Shared;
use crate::web::body::Body;
use crate::web::credentials::Credentials;
use crate::web::problem::Problem;
use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, HttpResponseBuilder, delete, get, post};
use serde::{Deserialize, Serialize};

/// Pages of a list: how many are on one, unless asked otherwise, and at most.
const USUAL: usize = 20;
const MOST: usize = 100;

/// `POST /camara/consent-subscriptions/v0.1/subscriptions`.
#[post("/consent-subscriptions/v0.1/subscriptions")]
pub(super) async fn create(
    broker: Shared,
    credentials: Credentials,
    bytes: Result<Body, Problem>,
) -> Result<HttpResponse, ErrorInfo> {
    let (proven, body): (_, SubscriptionRequest) = read(Scope::ContextRead, &broker, &credentials, bytes)?;
    let asked = body.read(proven.reach().is_some())?;
    let (begun, now) = crate::web::run(&broker, move |b: &Broker| {
        b.admit(proven.clone(), Scope::ContextRead)?;
        Ok((b.subscribe(&proven, &asked)?, b.now()?))
    })
    .await?;
    match begun {
        Begun::Yes(one) => Ok(answer(StatusCode::CREATED).json(SubscriptionBody::of(*one, now))),
        Begun::NotAllowed => Err(ErrorInfo::forbidden("the subscriber has not allowed anything")),
        Begun::Sink => Err(no_sink()),
        Begun::TooMany => Err(ErrorInfo::new(
            StatusCode::TOO_MANY_REQUESTS,
            "QUOTA_EXCEEDED",
            "there are ten subscriptions about this subscriber; delete one",
        )),
    }
}

/// Which page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct PageQuery {
    page: Option<usize>,
    per_page: Option<usize>,
}

#[derive(Debug, Serialize)]
struct SubscriptionList {
    subscriptions: Vec<SubscriptionBody>,
    pagination: Pagination,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    page: usize,
    per_page: usize,
    total_count: usize,
    total_pages: usize,
}

/// `GET /camara/consent-subscriptions/v0.1/subscriptions`.
#[get("/consent-subscriptions/v0.1/subscriptions")]
pub(super) async fn list(
    broker: Shared,
    credentials: Credentials,
    query: Result<Query<PageQuery>, actix_web::Error>,
) -> Result<HttpResponse, ErrorInfo> {
    let proven = credentials.prove(&broker)?;
    proven.require(Scope::ContextRead)?;
    let query =
        query.map_err(|_| ErrorInfo::argument("`page` and `perPage`: whole numbers, and nothing else"))?;
    let (page, per_page) = (query.page.unwrap_or(1), query.per_page.unwrap_or(USUAL));
    if page == 0 || !(1..=MOST).contains(&per_page) {
        return Err(ErrorInfo::argument("`page` from 1, `perPage` 1 to 100"));
    }
    let (all, now) = crate::web::run(&broker, move |b: &Broker| {
        let all = b.subscriptions(&proven);
        b.admit(proven, Scope::ContextRead)?;
        Ok((all?, b.now()?))
    })
    .await?;
    let total_count = all.len();
    let skipped = (page - 1).saturating_mul(per_page);
    let subscriptions =
        all.into_iter().skip(skipped).take(per_page).map(|one| SubscriptionBody::of(one, now)).collect();
    let pagination = Pagination { page, per_page, total_count, total_pages: total_count.div_ceil(per_page) };
    Ok(answer(StatusCode::OK).json(SubscriptionList { subscriptions, pagination }))
}

/// `GET /camara/consent-subscriptions/v0.1/subscriptions/{subscriptionId}`.
#[get("/consent-subscriptions/v0.1/subscriptions/{id}")]
pub(super) async fn look(
    broker: Shared,
    credentials: Credentials,
    id: Path<String>,
) -> Result<HttpResponse, ErrorInfo> {
    let proven = credentials.prove(&broker)?;
    proven.require(Scope::ContextRead)?;
    let id = SubscriptionId::parse(&id);
    let (found, now) = crate::web::run(&broker, move |b: &Broker| {
        let found = id.map(|id| b.subscription(&proven, id));
        b.admit(proven, Scope::ContextRead)?;
        Ok((found.transpose()?, b.now()?))
    })
    .await?;
    let found = found.ok_or_else(nothing)?;
    Ok(answer(StatusCode::OK).json(SubscriptionBody::of(found, now)))
}

/// `DELETE /camara/consent-subscriptions/v0.1/subscriptions/{subscriptionId}`.
#[delete("/consent-subscriptions/v0.1/subscriptions/{id}")]
pub(super) async fn delete(
    broker: Shared,
    credentials: Credentials,
    id: Path<String>,
) -> Result<HttpResponse, ErrorInfo> {
    let proven = credentials.prove(&broker)?;
    proven.require(Scope::ContextRead)?;
    let id = SubscriptionId::parse(&id);
    let ended = crate::web::run(&broker, move |b: &Broker| {
        b.admit(proven.clone(), Scope::ContextRead)?;
        id.map(|id| b.unsubscribe(&proven, id)).transpose()
    })
    .await?;
    ended.ok_or_else(nothing)?;
    Ok(answer(StatusCode::NO_CONTENT).finish())
}

fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header((CACHE_CONTROL, "no-store"));
    answer
}

/// The same words as for another's.
fn nothing() -> ErrorInfo {
    crate::broker::Failure::NotFound("subscription").into()
}
