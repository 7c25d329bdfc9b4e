//! The one table of routes.
use super::openapi::Document;
use super::problem::Problem;
use super::{
    audit, body, breaches, consents, console, context, discovery, dues, emergency, exports, feeds, health,
    nevers, operator, people, population, purge, receipt, stops, token, wordings,
};
use actix_web::ResponseError;
use actix_web::web::{PayloadConfig, ServiceConfig, redirect};
use utoipa::OpenApi;
use utoipa_swagger_ui::SwaggerUi;

/// Adds every address of the API.
pub fn configure(config: &mut ServiceConfig) {
    config
        .app_data(PayloadConfig::new(body::LIMIT))
        .service(context::request)
        .service(population::population)
        .service(receipt::counter)
        .service(token::token)
        .service(token::push)
        .service(token::ask)
        .service(token::revoke)
        .service(token::introspect)
        .service(discovery::metadata)
        .service(discovery::alias)
        .service(discovery::resource)
        .service(discovery::mcp_resource)
        .service(discovery::jwks)
        .service(discovery::receipt_keys)
        .service(operator::enrol)
        .service(people::set_age)
        .service(people::depart)
        .service(people::erase)
        .service(people::relate)
        .service(people::end)
        .service(people::block)
        .service(people::blocks)
        .service(people::lift)
        .service(operator::link)
        .service(operator::invite)
        .service(operator::register)
        .service(operator::recipients)
        .service(operator::register_client)
        .service(operator::renew_webhook_secret)
        .service(stops::stop)
        .service(stops::lift_stop)
        .service(stops::stops)
        .service(breaches::declare)
        .service(breaches::act)
        .service(breaches::breaches)
        .service(wordings::propose)
        .service(wordings::approve)
        .service(wordings::drafts)
        .service(wordings::approve_policies)
        .service(consents::show)
        .service(consents::take)
        .service(consents::change)
        .service(consents::holds)
        .service(consents::check)
        .service(nevers::kept_back)
        .service(nevers::keep_back)
        .service(purge::acknowledge)
        .service(purge::list)
        .service(feeds::load)
        .service(exports::ask_export)
        .service(exports::list_exports)
        .service(exports::approve_export)
        .service(exports::fetch_export)
        .service(emergency::locate)
        .service(stops::audited)
        .service(console::invite_to_console)
        .service(dues::dues)
        .service(breaches::audited_breaches)
        .service(audit::proof)
        .service(audit::log)
        .service(health::alive)
        .service(health::ready)
        .service(health::metrics)
        .service(redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", Document::openapi()));
}

/// What is answered where nothing is.
pub async fn nothing() -> actix_web::HttpResponse {
    Problem::not_found("this address (the documentation is at /docs/)").error_response()
}
