//! What two people of the operator stand for: recipients' own words, and the policy set.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::approve::{Drafted, Weight, WordingDraft};
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::oauth::scope::Scope;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a recipient says of itself, to be published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordingBody {
    /// Whose.
    #[schema(value_type = String)]
    pub recipient: RecipientId,
    /// What for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// `material`: what is done changes. `editorial`: only how it is said.
    #[schema(value_type = String, example = "editorial")]
    pub weight: Weight,
    /// How long consents to what was done before still hold, days; of no meaning to an editorial one.
    #[serde(default)]
    #[schema(required = false, maximum = 366)]
    pub grace_days: u16,
    /// By language, BCP 47; English must be among them.
    #[schema(value_type = Object, example = json!({ "en": "We look for concerts that you may like." }))]
    pub texts: BTreeMap<String, String>,
}

impl From<WordingBody> for WordingDraft {
    fn from(body: WordingBody) -> WordingDraft {
        let WordingBody { recipient, purpose, weight, grace_days, texts } = body;
        WordingDraft { recipient, purpose, weight, grace_days, texts }
    }
}

/// A draft and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct WordingAnswer {
    /// By which it is approved.
    pub hash: String,
    /// What it says.
    #[schema(value_type = Object)]
    pub draft: WordingDraft,
    /// The edition that it makes.
    pub edition: u32,
    /// Clients that stand for it.
    pub approved_by: Vec<String>,
    /// Whether it is in force.
    pub in_force: bool,
}

impl From<Drafted> for WordingAnswer {
    fn from(drafted: Drafted) -> WordingAnswer {
        let Drafted { hash, draft, edition, approved_by, in_force } = drafted;
        WordingAnswer { hash, draft, edition, approved_by, in_force }
    }
}

/// Which draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalBody {
    /// Its hash.
    pub hash: String,
}

/// A policy set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoliciesBody {
    /// Its digest, as `dongui policy check` prints it.
    pub digest: String,
}

/// Who stands for the policy set.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoliciesAnswer {
    /// Its digest.
    pub digest: String,
    /// Clients that stand for it.
    pub approved_by: Vec<String>,
}

/// Drafts what a recipient says of itself in its questions; who drafts is the first to stand for it.
#[utoipa::path(tag = "operator", request_body = WordingBody, security(("dpop" = ["notices:write"])),
    responses((status = 200, description = "The draft", body = WordingAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such recipient", body = Problem), (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/wordings")]
pub async fn propose(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let drafted = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::NoticesWrite)?;
        Ok(match body::json::<WordingBody>(&bytes) {
            Ok(wanted) => Ok(b.draft_wording(&caller, wanted.into())?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(WordingAnswer::from(drafted)))
}

/// Stands for a draft; with the second client that does, it comes into force.
#[utoipa::path(tag = "operator", request_body = ApprovalBody, security(("dpop" = ["notices:write"])),
    responses((status = 200, description = "The draft", body = WordingAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem), (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such draft", body = Problem), (status = 409, description = "Another edition came first", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/wordings/approvals")]
pub async fn approve(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let drafted = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::NoticesWrite)?;
        Ok(match body::json::<ApprovalBody>(&bytes) {
            Ok(wanted) => Ok(b.approve_wording(&caller, &wanted.hash)?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(WordingAnswer::from(drafted)))
}

/// All drafts of recipients' words, newest first, with who stands for them.
#[utoipa::path(tag = "operator", security(("dpop" = ["notices:write"])),
    responses((status = 200, description = "The drafts", body = Vec<WordingAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/wordings")]
pub async fn drafts(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    let all = run(&broker, move |b| {
        credentials.admit(b, Scope::NoticesWrite)?;
        b.drafted_wordings()
    })
    .await?;
    Ok(HttpResponse::Ok().json(all.into_iter().map(WordingAnswer::from).collect::<Vec<_>>()))
}

/// Stands for the policy set in force.
#[utoipa::path(tag = "operator", request_body = PoliciesBody, security(("dpop" = ["notices:write"])),
    responses((status = 200, description = "Who stands for it", body = PoliciesAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 409, description = "Another set is in force", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/policies/approvals")]
pub async fn approve_policies(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let (digest, approved_by) = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::NoticesWrite)?;
        let wanted = match body::json::<PoliciesBody>(&bytes) {
            Ok(wanted) => wanted,
            Err(problem) => return Ok(Err(problem)),
        };
        let approved_by = b.approve_policies(&caller, &wanted.digest)?;
        Ok(Ok((wanted.digest, approved_by)))
    })
    .await??;
    Ok(HttpResponse::Ok().json(PoliciesAnswer { digest, approved_by }))
}
