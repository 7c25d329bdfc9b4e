//! The consoles of regulators and of the operator's data protection officer: pages that are looked at, tables first. HTML made on the server, the
//! subscribers' look, and no script but that of the one page which checks a bundle without sending it anywhere.
//!
//! Deliberately absent: rows, keys and rules (a page asks `broker`, which records each look before it tells anything), languages but English, and anything
//! that changes what the broker does: a console asks for exports, has them made and takes them away, and the officer's declares incidents and acts on them.
mod asset;
mod bars;
mod calm;
mod case;
mod enter;
mod frame;
mod home;
mod lines;
mod officer;
mod policies;
mod readable;
mod sample;
mod verify;
mod visit;

use crate::broker::Broker;
use crate::domain::console::Console;
use actix_web::web::{self, PayloadConfig, Redirect, ServiceConfig};
use std::sync::Arc;

/// What every page is handed.
type Shared = web::Data<Arc<Broker>>;

/// Largest form, bytes.
const LIMIT: usize = 8 * 1024;

/// Adds the pages of every console.
pub fn configure(config: &mut ServiceConfig) {
    config.service(
        web::scope(Console::Regulator.path())
            .app_data(PayloadConfig::new(LIMIT))
            .configure(|config| door(config, Console::Regulator))
            .route("/exports", web::post().to(home::ask))
            .route("/cases/{id}", web::get().to(case::show))
            .route("/cases/{id}/make", web::post().to(case::make))
            .route("/cases/{id}/bundle.zip", web::get().to(case::bundle))
            .route("/cases/{id}/entries", web::get().to(lines::list))
            .route("/cases/{id}/entries/{index}", web::get().to(lines::one))
            .route("/cases/{id}/sample", web::get().to(sample::draw))
            .route("/policies", web::get().to(policies::show))
            .route("/verify", web::get().to(verify::show))
            .route("/verify.js", web::get().to(asset::script))
            .route("/console.css", web::get().to(asset::style))
            .default_service(web::to(calm::missing)),
    );
    config.service(
        web::scope(Console::Officer.path())
            .app_data(PayloadConfig::new(LIMIT))
            .configure(|config| door(config, Console::Officer))
            .configure(officer::configure)
            .default_service(web::to(calm::missing)),
    );
}

/// What every console has: the way in and out, and a first page.
fn door(config: &mut ServiceConfig, console: Console) {
    let home = format!("{}/", console.path());
    config
        .route("", web::get().to(move || std::future::ready(Redirect::to(home.clone()).see_other())))
        .route("/", web::get().to(home::show))
        .route("/enter/{token}", web::get().to(enter::look))
        .route("/enter/{token}", web::post().to(enter::enter))
        .route("/leave", web::post().to(enter::leave));
}
