//! `/regulator/verify`: checks a bundle in the browser, for everybody. No byte of it is sent anywhere: the page may load its own script and style, and may
//! connect to nothing. Deliberately absent: what a script cannot do well; `verify.py` and `dongui audit verify` check the rest, which the page says.
use super::asset::script_address;
use super::frame::Frame;
use super::visit::Visit;
use crate::domain::console::Console;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// The page's own script and style alone; nothing connects, no form is sent.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

#[derive(Template)]
#[template(path = "console_verify.html")]
struct VerifyPage {
    frame: Frame,
    script: String,
}

/// `GET /regulator/verify`.
pub(super) async fn show(visit: Visit) -> HttpResponse {
    let frame = Frame::outside(Console::Regulator, "Check a bundle");
    visit.draw_under(POLICY, StatusCode::OK, &VerifyPage { frame, script: script_address() })
}
