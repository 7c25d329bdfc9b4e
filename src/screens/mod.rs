//! The subscriber's own pages: what assistants may see about him, his answers, and who asked for what. HTML made on the server,
//! one stylesheet, no script.
//!
//! Deliberately absent: rules (a page asks `broker` and shows), phone numbers (no page knows whose it is), scripts, and
//! anything loaded from elsewhere. Each language's words lie in `locales/`, each page's shape in `templates/`.
mod answer;
mod ask;
mod asked;
pub mod asset;
pub mod attacked;
mod authorize;
mod calendar;
mod calm;
mod change;
mod contrast;
mod control;
mod data;
mod detail;
mod done;
#[cfg(test)]
mod drawn;
mod elsewhere;
mod enter;
#[cfg(test)]
mod every;
mod exit;
mod facts;
mod family;
mod form;
mod frame;
mod help;
mod home;
pub mod incident;
mod josa;
mod kept;
mod language;
mod limit;
mod link;
mod link_code;
mod linked;
mod linking;
pub mod located;
mod login;
mod never;
mod notice;
mod notices;
pub mod origin;
mod others;
mod pause;
mod pin;
mod preview;
mod receipts;
mod recipient;
mod renewal;
mod request;
mod said;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod samples_duty;
#[cfg(test)]
mod samples_linking;
mod scope;
mod secret;
pub mod spoken;
pub mod theme;
#[cfg(test)]
mod themed;
mod timeline;
#[cfg(test)]
mod translated;
mod visit;
mod vocabulary;
mod waiting;
mod words;
mod words_duty;
mod words_linking;
pub mod yearly;

use crate::broker::{Broker, Failure};
use actix_web::web::{self, PayloadConfig, ServiceConfig};
use calm::Calm;
use std::sync::Arc;

/// What every page is handed.
type Shared = web::Data<Arc<Broker>>;

/// Largest form, bytes.
const LIMIT: usize = 8 * 1024;

/// Adds the subscriber's pages: everything below `/me`, and where assistants send him to be linked.
pub fn configure(config: &mut ServiceConfig) {
    config.route("/oauth/authorize", web::get().to(authorize::show));
    config.service(
        web::scope("/me")
            .app_data(PayloadConfig::new(LIMIT))
            .route("", web::get().to(home::show))
            .route("/answer", web::post().to(answer::take))
            .route("/answer", web::get().to(home::instead))
            .route("/change", web::post().to(change::take))
            .route("/change", web::get().to(home::instead))
            .route("/login", web::get().to(login::begin))
            .route("/login/back", web::get().to(login::end))
            .route("/link", web::get().to(link::show))
            .route("/link", web::post().to(link::take))
            .route("/linked", web::get().to(linked::show))
            .route("/linked", web::post().to(linked::take))
            .route("/code", web::get().to(link_code::show))
            .route("/requests/{id}", web::get().to(request::show))
            .route("/requests/{id}", web::post().to(request::take))
            .route("/pin", web::get().to(pin::show))
            .route("/pin", web::post().to(pin::take))
            .route("/leave", web::post().to(enter::leave))
            .route("/leave", web::get().to(home::instead))
            .route("/with/{recipient}", web::get().to(recipient::show))
            .route("/with/{recipient}/preview", web::get().to(preview::show))
            .route("/with/{recipient}/code", web::get().to(link_code::ask))
            .route("/with/{recipient}/code", web::post().to(link_code::make))
            .route("/receipts", web::get().to(receipts::list))
            .route("/receipts/{consent}", web::get().to(receipts::one))
            .route("/receipts/{consent}/{file}", web::get().to(receipts::file))
            .route("/data", web::get().to(data::show))
            .route("/data", web::post().to(data::correct))
            .route("/data/file", web::get().to(data::file))
            .route("/data/erase", web::get().to(data::ask))
            .route("/data/erase", web::post().to(data::erase))
            .route("/data/erased", web::get().to(data::erased))
            .route("/never", web::get().to(never::show))
            .route("/never", web::post().to(never::take))
            .route("/notices", web::get().to(notices::show))
            .route("/notices", web::post().to(notices::take))
            .route("/asked", web::get().to(asked::show))
            .route("/family", web::get().to(family::show))
            .route("/help", web::get().to(help::show))
            .route("/elsewhere", web::get().to(elsewhere::show))
            .route("/family/enter", web::post().to(family::enter))
            .route("/family/enter", web::get().to(home::instead))
            .route("/family/back", web::post().to(family::back))
            .route("/family/back", web::get().to(home::instead))
            .route("/done", web::get().to(done::show))
            .route("/enter/{token}", web::get().to(enter::look))
            .route("/enter/{token}", web::post().to(enter::enter))
            .route("/style.css", web::get().to(asset::style))
            .route("/logo.svg", web::get().to(asset::logo))
            .route("/exit", web::post().to(exit::take))
            .route("/exit", web::get().to(home::instead))
            .route("/away", web::get().to(exit::show))
            .default_service(web::to(calm::missing)),
    );
}

/// Runs verbs on a thread that may block.
async fn run<T: Send + 'static>(
    broker: &Shared,
    story: impl FnOnce(&Broker) -> Result<T, Calm> + Send + 'static,
) -> Result<T, Calm> {
    let broker = Arc::clone(broker.get_ref());
    web::block(move || story(&broker)).await.unwrap_or(Err(Calm::Busy))
}

/// The same, where a PIN may stand before what he wants.
fn open_visitor(broker: &Broker, session: &str) -> Result<crate::broker::invite::Visitor, Calm> {
    let visitor = visitor(broker, session)?;
    if visitor.closed { Err(Calm::Closed) } else { Ok(visitor) }
}

/// The visitor of a session; a session that has ended says so.
fn visitor(broker: &Broker, session: &str) -> Result<crate::broker::invite::Visitor, Calm> {
    broker.visitor(session).map_err(|e| match e {
        Failure::DeadLink => Calm::Ended,
        other => other.into(),
    })
}
