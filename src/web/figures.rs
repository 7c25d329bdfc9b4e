//! How long requests take, by the template of their address. Deliberately absent: the address itself, which may carry a token, and
//! methods that a caller made up.
use crate::telemetry::Figures;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use metrics::{describe_histogram, histogram};
use std::time::Instant;

/// What stands for everything beyond a closed list.
const OTHER: &str = "other";

/// Says what is measured here.
pub fn describe(figures: &Figures) {
    metrics::with_local_recorder(&figures.recorder(), || {
        describe_histogram!("dongui_http_seconds", "time from a request's head to the head of its answer");
    });
}

/// Takes the time of each request.
pub async fn timed<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let (began, method) = (Instant::now(), method(request.method()));
    let figures = request.app_data::<Data<Figures>>().cloned();
    let response = next.call(request).await?;
    if let Some(figures) = figures {
        let route = response.request().match_pattern().unwrap_or_else(|| OTHER.to_owned());
        let status = response.status().as_str().to_owned();
        let labels = [("route", route), ("method", method.to_owned()), ("status", status)];
        metrics::with_local_recorder(&figures.recorder(), || {
            histogram!("dongui_http_seconds", &labels).record(began.elapsed());
        });
    }
    Ok(response)
}

fn method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"];
    known.into_iter().find(|m| *m == method.as_str()).unwrap_or(OTHER)
}
