//! The APIs of CAMARA (camaraproject.org), for who has a client for them: questions and answers of `POST /v1/context` and `POST /v1/population` in
//! their words, under `/camara/`. What they answer is decided, minimised and recorded by the same verbs. Deliberately absent: any way to name somebody. A
//! token is about one subscriber or about nobody; a phone number that answered differently from another would tell who is a customer.
mod answer;
mod consent_info;
mod consent_management;
mod correlator;
mod error_info;
mod frequent;
mod grid;
mod line;
mod location;
mod population;
mod subject;
mod subscription_body;
mod subscriptions;

use crate::web::body::LIMIT;
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::web::{self, PayloadConfig};
use error_info::ErrorInfo;

/// Where the APIs begin.
pub const ROOT: &str = "/camara";

/// Adds the addresses.
pub fn configure(config: &mut web::ServiceConfig) {
    let scope = web::scope(ROOT)
        .app_data(PayloadConfig::new(LIMIT))
        .wrap(from_fn(correlator::correlate))
        .service(location::retrieve)
        .service(location::verify)
        .service(frequent::verify)
        .service(line::roaming)
        .service(line::volume)
        .service(line::check)
        .service(consent_info::retrieve)
        .service(consent_management::create)
        .service(consent_management::retrieve)
        .service(consent_management::update)
        .service(subscriptions::create)
        .service(subscriptions::list)
        .service(subscriptions::look)
        .service(subscriptions::delete)
        .service(population::retrieve)
        .default_service(web::to(nothing));
    config.service(scope);
}

async fn nothing() -> ErrorInfo {
    ErrorInfo::new(
        StatusCode::NOT_FOUND,
        "NOT_FOUND",
        "no such address; the versions served are in docs/connect/camara.md",
    )
}
