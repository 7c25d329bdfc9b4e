//! The regulator's door: bundles, and the published log.
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::domain::id::EntryId;
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, get};
use serde::Deserialize;

/// Which time an export covers.
#[derive(Debug, Deserialize)]
pub struct Period {
    from: String,
    to: String,
}

/// A bundle of everything recorded in a period, as a tar archive. It verifies offline; taking it is recorded.
#[utoipa::path(tag = "regulator", security(("dpop" = ["audit:read"])),
    params(("from" = String, Query, description = "RFC 3339 or Unix seconds"), ("to" = String, Query, description = "RFC 3339 or Unix seconds, exclusive")),
    responses((status = 200, description = "The bundle, a tar archive", body = Vec<u8>, content_type = "application/x-tar"),
        (status = 400, description = "Not a period", body = Problem), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "Nothing recorded in it", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[get("/v1/audit/bundle")]
pub async fn bundle(
    broker: Shared,
    credentials: Credentials,
    period: Option<Query<Period>>,
) -> Result<HttpResponse, Problem> {
    let archive = run(&broker, move |b| {
        let caller = credentials.admit(b, Scope::AuditRead)?;
        let instants = period.and_then(|p| Some((At::parse(&p.from)?, At::parse(&p.to)?)));
        let Some((from, to)) = instants.filter(|(from, to)| from < to) else {
            return Ok(Err(Problem::bad_request(
                "`from` and `to`: RFC 3339 or Unix seconds, `from` before `to`",
            )));
        };
        Ok(Ok(b.export_archive(&caller, from, to)?))
    })
    .await??;
    Ok(HttpResponse::Ok()
        .content_type("application/x-tar")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"dongui-bundle.tar\""))
        .body(archive))
}

/// The proof that an entry is in the log (C2SP tlog-proof), by the id in a receipt. The first line is the leaf itself; with `.tlog-proof`
/// behind the id, the proof alone, as other programs read it.
#[utoipa::path(tag = "regulator", params(("entry" = String, Path, description = "Entry id: `jti` of a disclosure receipt; `.tlog-proof` may follow")),
    responses((status = 200, description = "Leaf, blank line, proof; or the proof alone", body = String, content_type = "text/plain"),
        (status = 404, description = "No such entry", body = Problem),
        (status = 409, description = "Not published yet; ask again in a second", body = Problem),
        (status = 503, description = "Cannot answer", body = Problem)))]
#[get("/log/proof/{entry}")]
pub async fn proof(broker: Shared, entry: Path<String>) -> Result<HttpResponse, Problem> {
    let bare = entry.strip_suffix(".tlog-proof");
    let id = EntryId::parse(bare.unwrap_or(&entry)).ok_or_else(|| Problem::not_found("entry"))?;
    let (leaf, proof) = run(&broker, move |b| b.inclusion(id)).await?;
    let leaf = if bare.is_some() { Vec::new() } else { [leaf.as_slice(), b"\n\n"].concat() };
    let text = [leaf.as_slice(), proof.as_bytes()].concat();
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text))
}

/// The published log: `checkpoint`, `tile/…` and `tile/entries/…` as C2SP tlog-tiles has it. For everyone.
#[utoipa::path(tag = "regulator", params(("path" = String, Path, description = "`checkpoint` or a tile path")),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "Not published", body = Problem)))]
#[get("/log/{path:.*}")]
pub async fn log(broker: Shared, path: Path<String>) -> Result<HttpResponse, Problem> {
    let path = path.into_inner();
    let lasting = path != "checkpoint";
    let bytes = run(&broker, move |b| Ok(b.published_file(&path)))
        .await?
        .ok_or_else(|| Problem::not_found("file of the log"))?;
    let keep = if lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = if lasting { "application/octet-stream" } else { "text/plain; charset=utf-8" };
    Ok(HttpResponse::Ok().content_type(kind).insert_header((CACHE_CONTROL, keep)).body(bytes))
}
