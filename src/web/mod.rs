//! The JSON API of recipients, operator, feeds and regulator. Deliberately absent: rules and transactions; each handler
//! parses at the door, calls one verb and answers.
pub mod audit;
pub mod body;
pub mod breaches;
pub mod consent_body;
pub mod consents;
pub mod console;
pub mod context;
pub mod credentials;
pub mod discovery;
pub mod dues;
pub mod emergency;
pub mod exports;
pub mod feeds;
pub mod figures;
pub mod health;
pub mod nevers;
pub mod openapi;
pub mod operator;
pub mod people;
pub mod population;
pub mod problem;
pub mod purge;
pub mod receipt;
pub mod routes;
pub mod showing_body;
pub mod stops;
pub mod token;
pub mod token_body;
pub mod wordings;

use crate::broker::{Broker, Failure};
use actix_web::web;
use problem::Problem;
use std::sync::Arc;

/// What every handler is handed.
pub type Shared = web::Data<Arc<Broker>>;

/// Runs a verb on a thread that may block, and turns its failure into a problem.
pub(crate) async fn run<T: Send + 'static>(
    broker: &Shared,
    verb: impl FnOnce(&Broker) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Problem> {
    Ok(attempt(broker, verb).await?)
}

/// The same for whoever has another word for a failure.
pub(crate) async fn attempt<T: Send + 'static>(
    broker: &Shared,
    verb: impl FnOnce(&Broker) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let broker = Arc::clone(broker.get_ref());
    let done = web::block(move || verb(&broker)).await;
    done.unwrap_or(Err(Failure::Halted("the server is shutting down")))
}
