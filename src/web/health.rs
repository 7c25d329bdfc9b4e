//! Health: alive, ready, measured.
use super::problem::Problem;
use super::{Shared, run};
use crate::broker::Broker;
use crate::telemetry::Figures;
use actix_web::web::Data;
use actix_web::{HttpResponse, get};

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
#[utoipa::path(tag = "health", responses((status = 200, description = "Metrics", body = String),
    (status = 503, description = "Shutting down", body = Problem)))]
#[get("/metrics")]
pub async fn metrics(broker: Shared, figures: Data<Figures>) -> Result<HttpResponse, Problem> {
    let text = move |broker: &Broker| {
        broker.measure();
        Ok(figures.text())
    };
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(run(&broker, text).await?))
}
