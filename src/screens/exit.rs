//! A quick way out: ends the session on this device and shows a page that tells nobody what was looked at. Deliberately absent: a way
//! back; who comes back needs a new link.
use super::asset::style_address;
use super::calm::Calm;
use super::form::Form;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

const ADDRESS: &str = "/me/away";

/// A page about nothing.
#[derive(Template, Serialize)]
#[template(path = "away.html")]
#[serde(tag = "kind", rename = "away")]
pub(super) struct AwayPage {
    language: &'static str,
    direction: &'static str,
    text: String,
    style: String,
}

impl AwayPage {
    pub fn draw(words: &Words) -> AwayPage {
        let language = words.language();
        AwayPage {
            language: language.tag(),
            direction: language.direction(),
            text: words.away(),
            style: style_address(),
        }
    }
}

/// `POST /me/exit`: whoever presses it is out, also when the session has ended already.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let left = async {
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            form.sent_by(&super::visitor(b, &session)?)?;
            Ok(b.leave(&session)?)
        })
        .await
    };
    match left.await {
        Ok(()) | Err(Calm::Ended) => {
            let mut response = visit.to(ADDRESS);
            visit.forget(&mut response);
            response.finish()
        }
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /me/away`.
pub(super) async fn show(visit: Visit) -> HttpResponse {
    visit.draw(StatusCode::OK, &AwayPage::draw(visit.words()))
}
