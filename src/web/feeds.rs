//! `POST /v1/feeds/{kind}`: a feed streams in.
use super::credentials::Credentials;
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::ingest::Report;
use crate::domain::feed::FeedKind;
use crate::feed;
use crate::oauth::scope::Scope;
use actix_web::web::{Bytes, Path, Payload};
use actix_web::{HttpResponse, post};
use futures_util::StreamExt;
use std::io::Read;
use std::sync::Arc;
use tokio::sync::mpsc::{Receiver, channel};

/// Blocks of a body held before the sender has to wait.
const AHEAD: usize = 8;

/// Takes in CSV (with header names) or NDJSON, plain or gzip, of any length.
///
/// `kind` is `cells`, `places`, `location`, `app`, `web`, `categories` or `account`. Lines that are not understood are counted and the
/// first 20 named; the rest goes on. A body sent again is answered as the first time.
#[utoipa::path(tag = "feed", params(("kind" = String, Path, description = "Kind of feed")),
    request_body(content = String, content_type = "text/csv"), security(("dpop" = ["feeds:write"])),
    responses((status = 200, description = "What became of it", body = super::openapi::FeedReport),
        (status = 400, description = "Header not understood", body = Problem), (status = 401, description = "Not proven", body = Problem),
        (status = 403, description = "Scope not held", body = Problem), (status = 404, description = "No such kind", body = Problem),
        (status = 503, description = "Cannot record", body = Problem)))]
#[post("/v1/feeds/{kind}")]
pub async fn load(
    broker: Shared,
    credentials: Credentials,
    kind: Path<String>,
    mut payload: Payload,
) -> Result<HttpResponse, Problem> {
    let caller = run(&broker, move |b| credentials.admit(b, Scope::FeedsWrite)).await?;
    let kind = FeedKind::parse(&kind).ok_or_else(|| Problem::not_found("kind of feed"))?;
    let (to, from) = channel(AHEAD);
    let held = Arc::clone(broker.get_ref());
    let folding = actix_web::web::block(move || -> Result<Report, Problem> {
        let mut intake = held.intake(&caller, kind, false)?;
        let reader = feed::Reader::new(kind, Blocks { from, rest: Bytes::new() })
            .map_err(|e| Problem::bad_request(e.to_string()))?;
        feed::drain(reader, &mut |line, row| intake.push(line, row)).map_err(|e| match e {
            feed::Stopped::Feed(e) => Problem::bad_request(e.to_string()),
            feed::Stopped::By(failure) => Problem::from(failure),
        })?;
        Ok(intake.finish()?)
    });
    while let Some(block) = payload.next().await {
        // A connection that breaks ends the stream early; the reader then reports a torn line, and nothing before is lost.
        let Ok(block) = block else { break };
        if to.send(block).await.is_err() {
            break;
        }
    }
    drop(to);
    let report = folding.await.map_err(|_| Problem::halted("the server is shutting down"))??;
    Ok(HttpResponse::Ok().json(report))
}

/// A body as a blocking reader.
struct Blocks {
    from: Receiver<Bytes>,
    rest: Bytes,
}

impl Read for Blocks {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.rest.is_empty() {
            match self.from.blocking_recv() {
                Some(next) => self.rest = next,
                None => return Ok(0),
            }
        }
        let n = out.len().min(self.rest.len());
        out[..n].copy_from_slice(&self.rest.split_to(n));
        Ok(n)
    }
}
