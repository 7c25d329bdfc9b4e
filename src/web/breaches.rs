//! Incidents at recipients: the operator's to declare and to act on, the regulator's to see. A regulator sees how many, never whom.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::broker::breach::{AtHome, Declared, Incident, Undelivered};
use crate::domain::breach::{Act, Breach, Word};
use crate::domain::id::{BreachId, RecipientId, SubscriberId};
use crate::domain::stop::Ground;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// An incident to declare.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreachBody {
    /// At whom it happened.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// What left to it from then on is touched: RFC 3339 or Unix seconds.
    pub from: String,
    /// Until before then; until now if absent.
    #[serde(default)]
    pub to: Option<String>,
    /// When you came to know of it: clocks run from here.
    pub known: String,
    /// What it rests on: the number of a case, and nothing personal.
    #[schema(min_length = 1, max_length = 200, example = "incident 2026-17")]
    pub ground: String,
}

/// What is done about an incident.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreachActBody {
    /// Which.
    #[schema(value_type = String)]
    pub breach: BreachId,
    /// `possible`: everybody touched is told that it may have happened to him. `confirmed`: it has, within `from` and `to`. `cleared`: beyond that it has not; with
    /// the second client that says so. `reported`: the authority of `home` was told.
    #[schema(example = "possible")]
    pub act: ActWord,
    /// Of what is confirmed: from; from the begin of the period if absent.
    #[serde(default)]
    pub from: Option<String>,
    /// Of what is confirmed: until before; until the end of the period if absent.
    #[serde(default)]
    pub to: Option<String>,
    /// Whose authority was told.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "KR")]
    pub home: Option<Jurisdiction>,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActWord {
    /// Everybody touched is told that it may have happened to him.
    Possible,
    /// It has happened.
    Confirmed,
    /// Beyond what was confirmed it has not.
    Cleared,
    /// An authority was told.
    Reported,
}

/// An incident and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct BreachAnswer {
    /// Its id.
    #[schema(value_type = String)]
    pub breach: BreachId,
    /// At whom it happened.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// From, RFC 3339.
    pub from: String,
    /// Until before, RFC 3339.
    pub to: String,
    /// When it became known, RFC 3339.
    pub known: String,
    /// What it rests on.
    pub ground: String,
    /// When it was declared, RFC 3339.
    pub declared: String,
    /// Since when everybody touched is told that it may have happened to him, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub possible: Option<String>,
    /// What has happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<ConfirmedAnswer>,
    /// Since when the rest is known not to have happened, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cleared: Option<String>,
    /// Clients that want it cleared, or cleared it; two are needed.
    pub cleared_by: Vec<String>,
    /// Whether everybody is counted whom it touches; else they are being counted.
    pub counted: bool,
    /// Answers in the period whose records are erased, at most: about whom they were nobody knows.
    pub erased: u64,
    /// Whether anything carries what people are told; else their own pages tell it alone.
    pub carried: bool,
    /// What it comes to in each home country.
    pub homes: Vec<BreachAtHome>,
    /// Who could not be told, a thousand at most; for the operator alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undelivered: Option<Vec<UndeliveredAnswer>>,
}

/// What has happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedAnswer {
    /// Since when it is known, RFC 3339.
    pub at: String,
    /// From, RFC 3339.
    pub from: String,
    /// Until before, RFC 3339.
    pub to: String,
}

/// What an incident comes to in one home country.
#[derive(Debug, Serialize, ToSchema)]
pub struct BreachAtHome {
    /// Which.
    #[schema(value_type = String, example = "KR")]
    pub home: Jurisdiction,
    /// Subscribers whose data left to the recipient in the period.
    pub touched: u64,
    /// Those of them whom what was confirmed touches.
    pub confirmed: u64,
    /// How many were told which word last: `possible`, `confirmed` or `cleared`.
    #[schema(value_type = Object)]
    pub told: BTreeMap<&'static str, u64>,
    /// How many are to be told something and were not yet.
    pub waiting: u64,
    /// How many nobody can tell: their numbers are no longer theirs.
    pub gone: u64,
    /// By when subscribers are to be told, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribers_by: Option<String>,
    /// Whether that is over and somebody was told nothing.
    pub subscribers_overdue: bool,
    /// By when the authority is to be told, RFC 3339; absent where too few are touched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority_by: Option<String>,
    /// When it was told, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<String>,
    /// Whether it should have been.
    pub authority_overdue: bool,
    /// The rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
}

/// Somebody who could not be told.
#[derive(Debug, Serialize, ToSchema)]
pub struct UndeliveredAnswer {
    /// Who, as records name him.
    #[schema(value_type = String)]
    pub subscriber: SubscriberId,
    /// How often messaging did not take it; 0 where his number is no longer his.
    pub tries: u64,
}

impl BreachAnswer {
    /// For whoever may know whom it touches, or for whoever may not.
    pub fn of(incident: Incident, names: bool) -> BreachAnswer {
        let Incident { breach, counted, unnamed, cleared_by, carried, homes, undelivered } = incident;
        let Breach { id, recipient, from, to, known, ground, at, possible, confirmed, cleared, .. } = breach;
        let named = |u: Undelivered| UndeliveredAnswer { subscriber: u.subscriber, tries: u.tries };
        BreachAnswer {
            breach: id,
            recipient,
            from: from.rfc3339(),
            to: to.rfc3339(),
            known: known.rfc3339(),
            ground: ground.as_str().to_owned(),
            declared: at.rfc3339(),
            possible: possible.map(|at| at.rfc3339()),
            confirmed: confirmed.map(|c| ConfirmedAnswer {
                at: c.at.rfc3339(),
                from: c.from.rfc3339(),
                to: c.to.rfc3339(),
            }),
            cleared: cleared.map(|at| at.rfc3339()),
            cleared_by,
            counted,
            erased: unnamed,
            carried,
            homes: homes.into_iter().map(at_home).collect(),
            undelivered: names.then(|| undelivered.into_iter().map(named).collect()),
        }
    }
}

fn at_home(at: AtHome) -> BreachAtHome {
    BreachAtHome {
        home: at.home,
        touched: at.touched,
        confirmed: at.confirmed,
        told: at.told.into_iter().map(|(word, n): (Word, u64)| (word.as_str(), n)).collect(),
        waiting: at.waiting,
        gone: at.gone,
        subscribers_by: at.subscribers_by.map(|at| at.rfc3339()),
        subscribers_overdue: at.subscribers_overdue,
        authority_by: at.authority_by.map(|at| at.rfc3339()),
        reported: at.reported.map(|at| at.rfc3339()),
        authority_overdue: at.authority_overdue,
        citation: at.citation,
    }
}

/// Declares an incident at a recipient and counts whom it touches.
#[utoipa::path(tag = "operator", request_body = BreachBody, security(("dpop" = ["breaches:write"])),
    responses((status = 200, description = "Declared", body = BreachAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such recipient", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/breaches")]
pub async fn declare(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let incident = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::BreachesWrite)?;
        let wanted = match body::json::<BreachBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let declared = Declared {
            recipient: wanted.recipient,
            from: instant("from", &wanted.from)?,
            to: wanted.to.as_deref().map(|to| instant("to", to)).transpose()?,
            known: instant("known", &wanted.known)?,
            ground: Ground::parse(&wanted.ground).ok_or_else(super::stops::no_ground)?,
        };
        Ok(Ok(b.declare_breach(&caller, declared)?))
    })
    .await??;
    Ok(HttpResponse::Ok().json(BreachAnswer::of(incident, true)))
}

/// Takes a step: who is touched is told. Clearing waits for a second client.
#[utoipa::path(tag = "operator", request_body = BreachActBody, security(("dpop" = ["breaches:write"])),
    responses((status = 200, description = "How it stands", body = BreachAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such incident", body = Problem),
        (status = 409, description = "It does not apply", body = Problem), (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/breaches/acts")]
pub async fn act(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let incident = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::BreachesWrite)?;
        let wanted = match body::json::<BreachActBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let some =
            |field, text: &Option<String>| text.as_deref().map(|text| instant(field, text)).transpose();
        let period = (some("from", &wanted.from)?, some("to", &wanted.to)?);
        let act = match wanted.act {
            ActWord::Possible => Act::Possible,
            ActWord::Cleared => Act::Cleared,
            ActWord::Confirmed => b.confirming(wanted.breach, period)?,
            ActWord::Reported => Act::Reported(wanted.home.ok_or_else(no_home)?),
        };
        Ok(Ok(b.act_on_breach(&caller, wanted.breach, act)?))
    })
    .await??;
    Ok(HttpResponse::Ok().json(BreachAnswer::of(incident, true)))
}

/// All incidents, the newest first: how many each touches in which country, how many were told, and what is overdue.
#[utoipa::path(tag = "operator", security(("dpop" = ["breaches:write"])),
    responses((status = 200, description = "The incidents", body = Vec<BreachAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/breaches")]
pub async fn breaches(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    listed(broker, credentials, Scope::BreachesWrite, true).await
}

/// The same for the regulator, without names of those who could not be told.
#[utoipa::path(tag = "regulator", security(("dpop" = ["audit:read"])),
    responses((status = 200, description = "The incidents", body = Vec<BreachAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/audit/breaches")]
pub async fn audited_breaches(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    listed(broker, credentials, Scope::AuditRead, false).await
}

async fn listed(
    broker: Shared,
    credentials: Credentials,
    scope: Scope,
    names: bool,
) -> Result<HttpResponse, Problem> {
    let all = run(&broker, move |b| {
        credentials.admit(b, scope)?;
        b.breaches()
    })
    .await?;
    Ok(HttpResponse::Ok().json(all.into_iter().map(|one| BreachAnswer::of(one, names)).collect::<Vec<_>>()))
}

fn instant(field: &'static str, text: &str) -> Result<At, Failure> {
    At::parse(text).ok_or_else(|| Failure::invalid(field, "an RFC 3339 instant, or Unix seconds"))
}

fn no_home() -> Failure {
    Failure::invalid("home", "the country whose authority was told: `KR`, `DE`, `SG` or `AE`")
}
