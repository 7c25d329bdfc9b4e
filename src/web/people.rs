//! The operator's systems tell of people: who may speak for whom, ages that were wrong, numbers that go to somebody else. Deliberately
//! absent: reading back whom a relation is about, which the console does.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::authenticate::Caller;
use crate::broker::depart::Departure;
use crate::broker::erase::Erased;
use crate::broker::people::{NewBlock, NewRelation};
use crate::broker::{Broker, Failure};
use crate::domain::age::Age;
use crate::domain::category::{Category, Precision};
use crate::domain::id::{BlockId, EntryId, RecipientId, RelationId};
use crate::domain::relation::{Block, RelationKind, Verified};
use crate::domain::subscriber::AgeBand;
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use actix_web::web::Path;
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is said of an age: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgeBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// `adult` or `minor`, by the age of consent of the operator's country.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub age: Option<AgeBand>,
    /// Or the day of birth, which is not kept.
    #[serde(default)]
    #[schema(example = "2012-03-05")]
    pub born: Option<String>,
}

/// A relation to be written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationBody {
    /// The subscriber: phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Who speaks for him: the same, or the operator's reference to somebody who is no subscriber.
    #[schema(min_length = 1, max_length = 64)]
    pub holder: String,
    /// `guardian`, `delegate`, or `owner` of the line.
    #[schema(value_type = String, example = "guardian")]
    pub kind: RelationKind,
    /// `document`, `register`, `court`, `in-store` or `contract`.
    #[schema(value_type = String, example = "document")]
    pub verified: Verified,
    /// Of a delegate: whether he may also allow.
    #[serde(default)]
    pub may_allow: bool,
    /// Until when, RFC 3339; until it is ended if absent.
    #[serde(default)]
    #[schema(example = "2027-01-01T00:00:00Z")]
    pub until: Option<String>,
}

/// A relation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationAnswer {
    /// Its id.
    #[schema(value_type = String)]
    pub relation: RelationId,
}

/// What the owner of a line forbids on it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockBody {
    /// The owner's relation.
    #[schema(value_type = String)]
    pub relation: RelationId,
    /// Only this recipient.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// Only this category.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
    /// Only what is finer than this; nothing is allowed if absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub finest: Option<Precision>,
}

/// A block.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockAnswer {
    /// Its id.
    #[schema(value_type = String)]
    pub block: BlockId,
}

/// What an owner forbids, and since when.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockItem {
    /// Its id.
    #[schema(value_type = String)]
    pub block: BlockId,
    /// Only this recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// Only this category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub category: Option<Category>,
    /// Only what is finer than this; nothing is allowed if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub finest: Option<Precision>,
    /// Since when, RFC 3339.
    pub from: String,
}

/// All that the owner of a line forbids on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlocksAnswer {
    /// What was not taken back.
    pub blocks: Vec<BlockItem>,
}

/// A subscription that ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DepartureBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// `recycled` or `ported-out`.
    #[schema(value_type = String, example = "recycled")]
    pub why: Departure,
}

/// Whose records are erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureBody {
    /// Phone number in E.164 form, or an account reference.
    #[schema(min_length = 1, max_length = 64)]
    pub reference: String,
    /// Who had it last and has it no more, instead of who has it.
    #[serde(default)]
    pub former: bool,
}

/// What an erasure did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedAnswer {
    /// Records that are gone.
    pub records: u64,
    /// Records that stay, because the law has it so.
    pub kept: u64,
    /// Whether the files of the database are rid of what is gone; else they will be within minutes.
    pub cleared: bool,
    /// The log's entry that says which leaves have no record any more.
    #[schema(value_type = String)]
    pub entry: EntryId,
}

/// How many consents ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedAnswer {
    /// Consents.
    pub consents: usize,
}

/// Exactly one of the two ways to say an age.
pub(super) fn said(band: Option<AgeBand>, born: Option<&str>) -> Result<Age, Failure> {
    let day = |text| match Age::parse(text) {
        Some(Age::Born(day)) => Ok(Age::Born(day)),
        _ => Err(Failure::invalid("born", "a day of birth such as `2012-03-05`")),
    };
    match (band, born) {
        (Some(band), None) => Ok(band.into()),
        (None, Some(text)) => day(text),
        _ => Err(Failure::invalid("age", "`age` or `born`, one of the two")),
    }
}

/// Admits the caller, reads the body and tells the broker.
async fn tell<B: serde::de::DeserializeOwned, T: Send + 'static>(
    broker: &Shared,
    credentials: Credentials,
    bytes: Body,
    verb: impl FnOnce(&Broker, &Caller, B) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Problem> {
    run(broker, move |b| {
        let caller = credentials.admit(b, Scope::SubscribersWrite)?;
        Ok(match body::json::<B>(&bytes) {
            Ok(wanted) => Ok(verb(b, &caller, wanted)?),
            Err(problem) => Err(problem),
        })
    })
    .await?
}

/// Sets a subscriber's age right. What he allowed alone, and was under age for, ends.
#[utoipa::path(tag = "operator", request_body = AgeBody, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "How many consents ended by it", body = EndedAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such subscriber", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/subscribers/age")]
pub async fn set_age(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let consents = tell(&broker, credentials, bytes, |b, caller, wanted: AgeBody| {
        let said = said(wanted.age, wanted.born.as_deref())?;
        b.set_age(caller, &body::reference("reference", &wanted.reference)?, said)
    })
    .await?;
    Ok(HttpResponse::Ok().json(EndedAnswer { consents }))
}

/// Ends a subscription whose number goes to somebody else or to another operator: consents, pseudonyms, links and what is known.
#[utoipa::path(tag = "operator", request_body = DepartureBody, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "How many consents ended by it", body = EndedAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such subscriber", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/subscribers/end")]
pub async fn depart(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let consents = tell(&broker, credentials, bytes, |b, caller, wanted: DepartureBody| {
        b.depart(caller, &body::reference("reference", &wanted.reference)?, wanted.why)
    })
    .await?;
    Ok(HttpResponse::Ok().json(EndedAnswer { consents }))
}

/// Erases the records about a subscriber. The log still verifies; what the law has stay stays. This cannot be undone.
#[utoipa::path(tag = "operator", request_body = ErasureBody, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "What is gone and what stays", body = ErasedAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such subscriber", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/subscribers/erase")]
pub async fn erase(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let erased = tell(&broker, credentials, bytes, |b, caller, wanted: ErasureBody| {
        b.erase_of(caller, &body::reference("reference", &wanted.reference)?, wanted.former)
    })
    .await?;
    let Erased { records, kept, cleared, entry } = erased;
    Ok(HttpResponse::Ok().json(ErasedAnswer { records, kept, cleared, entry }))
}

/// Writes down who may speak for a subscriber, or owns his line.
#[utoipa::path(tag = "operator", request_body = RelationBody, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "Written down; counts from now", body = RelationAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such subscriber", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/relations")]
pub async fn relate(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let relation = tell(&broker, credentials, bytes, |b, caller, wanted: RelationBody| {
        let RelationBody { kind, verified, may_allow, .. } = wanted;
        let until = wanted
            .until
            .map(|text| At::parse(&text).ok_or_else(|| Failure::invalid("until", "an RFC 3339 instant")));
        let subscriber = &body::reference("reference", &wanted.reference)?;
        let holder = &body::reference("holder", &wanted.holder)?;
        let until = until.transpose()?;
        let wanted = NewRelation { subscriber, holder, kind, verified, may_allow, until };
        Ok(b.relate(caller, &wanted)?.id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(RelationAnswer { relation }))
}

/// Ends a relation now. What its holder allowed ends with it.
#[utoipa::path(tag = "operator", request_body = RelationAnswer, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "How many consents ended by it", body = EndedAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such relation", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/relations/end")]
pub async fn end(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let verb = |b: &Broker, caller: &Caller, wanted: RelationAnswer| b.end_relation(caller, wanted.relation);
    let consents = tell(&broker, credentials, bytes, verb).await?;
    Ok(HttpResponse::Ok().json(EndedAnswer { consents }))
}

/// Forbids something on a line in its owner's name.
#[utoipa::path(tag = "operator", request_body = BlockBody, security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "Forbidden", body = BlockAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such relation of an owner, or recipient", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/blocks")]
pub async fn block(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let block = tell(&broker, credentials, bytes, |b, caller, wanted: BlockBody| {
        let BlockBody { relation, recipient, category, finest } = wanted;
        Ok(b.block(caller, &NewBlock { relation, recipient, category, finest })?.id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(BlockAnswer { block }))
}

/// All that the owner of a line forbids on it and has not taken back.
#[utoipa::path(tag = "operator", params(("relation" = String, Path, description = "The owner's relation")), security(("dpop" = ["subscribers:write"])),
    responses((status = 200, description = "What is forbidden", body = BlocksAnswer), (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem),
        (status = 404, description = "No such relation of an owner", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/blocks/{relation}")]
pub async fn blocks(
    broker: Shared,
    credentials: Credentials,
    relation: Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::SubscribersWrite)?;
        let relation = RelationId::parse(&relation).ok_or(Failure::NotFound("relation"))?;
        b.blocks_by(&caller, relation)
    })
    .await?;
    let item = |b: Block| BlockItem {
        block: b.id,
        recipient: b.recipient,
        category: b.category,
        finest: b.finest,
        from: b.from.rfc3339(),
    };
    Ok(HttpResponse::Ok().json(BlocksAnswer { blocks: found.into_iter().map(item).collect() }))
}

/// Takes back all that the owner of a line forbids.
#[utoipa::path(tag = "operator", request_body = RelationAnswer, security(("dpop" = ["subscribers:write"])),
    responses((status = 204, description = "Lifted"), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such relation of an owner", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/blocks/lift")]
pub async fn lift(broker: Shared, credentials: Credentials, bytes: Body) -> Result<HttpResponse, Problem> {
    let verb = |b: &Broker, caller: &Caller, wanted: RelationAnswer| b.lift(caller, wanted.relation);
    tell(&broker, credentials, bytes, verb).await?;
    Ok(HttpResponse::NoContent().finish())
}
