//! Health: alive, ready, measured.
use super::problem::Problem;
use super::{Shared, run};
use actix_web::{HttpResponse, get};
use metrics_exporter_prometheus::PrometheusHandle;

/// The process is alive.
#[utoipa::path(tag = "health", responses((status = 200, description = "Alive", body = String)))]
#[get("/healthz")]
pub async fn alive() -> &'static str {
    "alive\n"
}

/// Database and ledger answer.
#[utoipa::path(tag = "health", responses((status = 200, description = "Ready", body = String),
    (status = 503, description = "Not ready", body = Problem)))]
#[get("/readyz")]
pub async fn ready(broker: Shared) -> Result<&'static str, Problem> {
    run(&broker, |b| b.ready()).await?;
    Ok("ready\n")
}

/// Counts and times in the Prometheus text format. Labels come from closed lists; no label names a person.
#[utoipa::path(tag = "health", responses((status = 200, description = "Metrics", body = String)))]
#[get("/metrics")]
pub async fn metrics(handle: actix_web::web::Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render())
}
