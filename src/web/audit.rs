//! The published log, for everyone. Deliberately absent: what is behind its entries (`exports`).
use super::problem::Problem;
use super::{Shared, run};
use crate::domain::id::EntryId;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Path;
use actix_web::{HttpResponse, get};

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
