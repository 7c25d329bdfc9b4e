//! `GET /v1/receipts/{entry}`: an AI provider keeps books of what it was told. Deliberately absent: inclusion proofs, which are for everyone (`audit`).
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Failure;
use crate::domain::id::EntryId;
use crate::oauth::scope::Scope;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

/// Where an entry stands among all with the recipient.
#[derive(Debug, Serialize, ToSchema)]
pub struct CounterAnswer {
    /// Its id.
    #[schema(value_type = String)]
    pub entry: EntryId,
    /// Its leaf index in the log.
    pub index: u64,
    /// How manieth entry with this recipient it is, from 1 and without gaps: questions and answers, decisions of subscribers, statements, changes.
    pub number: u64,
    /// Leaf index of the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many there are by now.
    pub of: u64,
    /// The same, with the recipient's id, as a JWS (`typ` `counter+jwt`, Ed25519) that verifies with the log's key in `/oauth/jwks`.
    pub signed: String,
}

/// Where an answer stands among everything recorded with the caller's recipient, by the id in its receipt (`jti`). It is known a second after the answer.
#[utoipa::path(tag = "recipient", params(("entry" = String, Path, description = "Entry id: `jti` of a disclosure receipt")), security(("dpop" = ["context:read"])),
    responses((status = 200, description = "Where it stands", body = CounterAnswer), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such entry with this recipient", body = Problem),
        (status = 409, description = "It has no number yet; ask again in a second", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/receipts/{entry}")]
pub async fn counter(
    broker: Shared,
    credentials: Credentials,
    entry: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (counter, signed) = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::ContextRead)?;
        let id = EntryId::parse(&entry).ok_or(Failure::NotFound("receipt"))?;
        b.counter(&caller, id)
    })
    .await?;
    let crate::broker::counter::Counter { entry, index, number, before, of, .. } = counter;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(CounterAnswer {
        entry,
        index,
        number,
        before,
        of,
        signed,
    }))
}
