//! The regulator's exports: asked for, stood for by two people of the operator, fetched once made. Deliberately absent: what is in them.
use super::body::{self, Body};
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::approve_export::{Asked, Fetched, Job, State};
use crate::broker::authenticate::Caller;
use crate::broker::export::Wanted;
use crate::broker::{Broker, Failure};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use actix_web::body::SizedStream;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, LOCATION, RETRY_AFTER};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use utoipa::ToSchema;

/// Bytes of an archive read at a time.
const BLOCK: usize = 256 * 1024;

/// What is to be exported.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportBody {
    /// RFC 3339 or Unix seconds.
    pub from: String,
    /// RFC 3339 or Unix seconds, exclusive.
    pub to: String,
    /// Only the records about who has this phone number or account reference; the others' leaves are in it without their records.
    #[serde(default)]
    pub subscriber: Option<String>,
    /// Only the records with this recipient.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// Why: the number of a case, or a provision of law.
    pub ground: String,
}

/// How an export stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportAnswer {
    /// By which it is approved and fetched.
    pub id: String,
    /// RFC 3339.
    pub from: String,
    /// RFC 3339, exclusive.
    pub to: String,
    /// About whom alone, as records name him.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub subscriber: Option<SubscriberId>,
    /// With which recipient alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub recipient: Option<RecipientId>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// The client that asked.
    pub asked_by: String,
    /// When, RFC 3339.
    pub asked_at: String,
    /// Clients of the operator that stand for it; two must.
    pub approved_by: Vec<String>,
    /// `waits`, `approved`, `making`, `made` or `lapsed`.
    pub state: &'static str,
    /// While it is made: leaves that are done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<u64>,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
}

impl From<Asked> for ExportAnswer {
    fn from(asked: Asked) -> ExportAnswer {
        let Asked { id, wanted, by, at, approved_by, state } = asked;
        let (word, progress) = match state {
            State::Waits => ("waits", None),
            State::Approved => ("approved", None),
            State::Making(done, of) => ("making", Some((done, of))),
            State::Made => ("made", None),
            State::Lapsed => ("lapsed", None),
        };
        ExportAnswer {
            id,
            from: wanted.from.rfc3339(),
            to: wanted.to.rfc3339(),
            subscriber: wanted.subscriber,
            recipient: wanted.recipient,
            ground: wanted.ground,
            asked_by: by,
            asked_at: at.rfc3339(),
            approved_by,
            state: word,
            done: progress.map(|p| p.0),
            of: progress.map(|p| p.1),
        }
    }
}

/// Asks for an export. It is made once two people of the operator stand for it.
#[utoipa::path(tag = "regulator", request_body = ExportBody, security(("dpop" = ["audit:read"])),
    responses((status = 201, description = "Asked for", body = ExportAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem),
        (status = 401, description = "Not proven", body = Problem), (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such subscriber", body = Problem),
        (status = 422, description = "Unacceptable value", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/audit/exports")]
pub async fn ask_export(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let asked = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::AuditRead)?;
        let body: ExportBody = match body::json(&bytes) {
            Ok(body) => body,
            Err(problem) => return Ok(Err(problem)),
        };
        Ok(Ok(b.ask_export(&caller, wanted(b, body)?)?))
    })
    .await??;
    let at = format!("/v1/audit/exports/{}", asked.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, at)).json(ExportAnswer::from(asked)))
}

/// The question of a body, with whom it is about as records name him.
pub(crate) fn wanted(broker: &Broker, body: ExportBody) -> Result<Wanted, Failure> {
    let instant = |field, text: &str| {
        At::parse(text).ok_or_else(|| Failure::invalid(field, "an RFC 3339 instant, or Unix seconds"))
    };
    let subscriber = match &body.subscriber {
        Some(text) => Some(broker.known_as(&body::reference("subscriber", text)?)?),
        None => None,
    };
    let (from, to) = (instant("from", &body.from)?, instant("to", &body.to)?);
    Ok(Wanted { from, to, subscriber, recipient: body.recipient, ground: Some(body.ground) })
}

/// Exports that were asked for, newest first; a regulator sees its own.
#[utoipa::path(tag = "regulator", security(("dpop" = ["audit:read"]), ("dpop" = ["exports:approve"])),
    responses((status = 200, description = "The exports", body = Vec<ExportAnswer>), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/v1/audit/exports")]
pub async fn list_exports(broker: Shared, credentials: Credentials) -> Result<HttpResponse, Problem> {
    let all = run(&broker, move |b| {
        let caller = credentials.admit_either(b, [Scope::AuditRead, Scope::ExportsApprove])?;
        b.asked_exports(&caller)
    })
    .await?;
    let all: Vec<ExportAnswer> = all.into_iter().map(ExportAnswer::from).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(all))
}

/// Which export.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandBody {
    /// Its id.
    pub id: String,
}

/// Stands for an export. The second who does lets it be made; who asked for it is none of the two.
#[utoipa::path(tag = "operator", request_body = StandBody, security(("dpop" = ["exports:approve"])),
    responses((status = 200, description = "How it stands", body = ExportAnswer), (status = 400, description = "Malformed body", body = Problem), (status = 413, description = "Body too large", body = Problem), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such export", body = Problem),
        (status = 409, description = "Asked for by the same client, or too long ago", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/audit/exports/approvals")]
pub async fn approve_export(
    broker: Shared,
    credentials: Credentials,
    bytes: Body,
) -> Result<HttpResponse, Problem> {
    let asked = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::ExportsApprove)?;
        Ok(match body::json::<StandBody>(&bytes) {
            Ok(which) => Ok(b.approve_export(&caller, &which.id)?),
            Err(problem) => Err(problem),
        })
    })
    .await??;
    Ok(HttpResponse::Ok().json(ExportAnswer::from(asked)))
}

/// Fetches an export, a tar archive that verifies offline. While it is being made the answer is how far it is: ask again in a second.
#[utoipa::path(tag = "regulator", params(("id" = String, Path, description = "Id of the export")), security(("dpop" = ["audit:read"])),
    responses((status = 200, description = "The bundle, a tar archive", body = Vec<u8>, content_type = "application/x-tar"),
        (status = 202, description = "Being made", body = ExportAnswer), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such export", body = Problem),
        (status = 409, description = "Two people must stand for it first, or it was asked for too long ago", body = Problem), (status = 503, description = "Cannot record", body = Problem)))]
#[get("/v1/audit/exports/{id}/bundle")]
pub async fn fetch_export(
    broker: Shared,
    credentials: Credentials,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (which, id) = (id.clone(), id.into_inner());
    let (caller, fetched) = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::AuditRead)?;
        let fetched = b.fetch_export(&caller, &which)?;
        Ok((caller, fetched))
    })
    .await?;
    match fetched {
        Fetched::Ready(path) => return file(&path, "application/x-tar", "dongui-bundle.tar"),
        Fetched::Making(..) => {}
        Fetched::Begin(job) => make(&broker, caller, id.clone(), job),
    }
    let asked = run(&broker, move |b| b.asked_export(&id)).await?;
    Ok(HttpResponse::Accepted()
        .insert_header((RETRY_AFTER, "1"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(ExportAnswer::from(asked)))
}

/// Makes an export beside everything else. It goes on without whoever asked; what fails is told to who asks next, by beginning anew.
pub(crate) fn make(broker: &Shared, caller: Caller, id: String, job: Arc<Job>) {
    let broker = Arc::clone(broker.get_ref());
    let made = actix_web::web::block(move || broker.make_export(&caller, &id, &job));
    actix_web::rt::spawn(async move {
        if let Ok(Err(failure)) = made.await {
            tracing::error!(%failure, "an export was not made");
        }
    });
}

/// A file to keep, block by block.
pub(crate) fn file(
    path: &std::path::Path,
    kind: &'static str,
    name: &'static str,
) -> Result<HttpResponse, Problem> {
    let unreadable = |_| Problem::not_found("export, it has just been cleared away; fetch it again");
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let blocks = futures_util::stream::unfold(file, |mut file| async move {
        let read = actix_web::web::block(move || {
            let mut block = vec![0; BLOCK];
            let n = file.read(&mut block)?;
            block.truncate(n);
            Ok::<_, std::io::Error>((Bytes::from(block), file))
        });
        match read.await {
            Ok(Ok((block, file))) => (!block.is_empty()).then_some((Ok::<_, std::io::Error>(block), file)),
            _ => None,
        }
    });
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(SizedStream::new(length, Box::pin(blocks))))
}
