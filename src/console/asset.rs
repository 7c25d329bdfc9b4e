//! The stylesheet for tables and the script of the page that checks bundles. Their addresses change with their content.
use crate::screens::asset::{fingerprint, kept};
use actix_web::HttpResponse;

const STYLE: &str = include_str!("assets/console.css");
const SCRIPT: &str = include_str!("assets/verify.js");

/// Where the stylesheet is.
pub(super) fn style_address() -> String {
    format!("/regulator/console.css?{:016x}", fingerprint(STYLE))
}

/// Where the script is.
pub(super) fn script_address() -> String {
    format!("/regulator/verify.js?{:016x}", fingerprint(SCRIPT))
}

/// `GET /regulator/console.css`.
pub(super) async fn style() -> HttpResponse {
    kept("text/css; charset=utf-8", STYLE)
}

/// `GET /regulator/verify.js`.
pub(super) async fn script() -> HttpResponse {
    kept("text/javascript; charset=utf-8", SCRIPT)
}
