//! The way in and out. A look at the link does not use it up, for programs look at links in messages; the button does.
use super::calm::Calm;
use super::frame::Frame;
use super::visit::Visit;
use super::{Shared, run};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "enter.html")]
#[serde(tag = "kind", rename = "enter")]
pub(super) struct EnterPage {
    frame: Frame,
    heading: String,
    text: String,
    button: String,
    once: String,
}

impl EnterPage {
    pub fn new(visit: &Visit) -> EnterPage {
        let words = visit.words();
        EnterPage {
            frame: Frame::new(words, ""),
            heading: words.enter_heading(),
            text: words.enter_text(),
            button: words.enter_button(),
            once: words.enter_once(),
        }
    }
}

/// `GET /me/enter/{token}`.
pub(super) async fn look(broker: Shared, visit: Visit, token: Path<String>) -> HttpResponse {
    match run(&broker, move |b| Ok(b.peek(&token)?)).await {
        Ok(_) => visit.draw(StatusCode::OK, &EnterPage::new(&visit)),
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/enter/{token}`.
pub(super) async fn enter(broker: Shared, visit: Visit, token: Path<String>) -> HttpResponse {
    if let Err(calm) = visit.refuse_elsewhere() {
        return calm.answer(&visit);
    }
    match run(&broker, move |b| Ok(b.enter(&token)?)).await {
        Ok(session) => {
            let mut response = visit.to("/me");
            if visit.said().is_some() {
                // Whoever was here before is not told of.
                response.cookie(visit.said_cookie(None));
            }
            response.cookie(visit.session_cookie(session)).finish()
        }
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/leave`: forgets the session on this device. A session that has ended already needs no leave.
pub(super) async fn leave(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let left = async {
        let (session, form) = (visit.session()?, super::form::Form::read(body)?);
        run(&broker, move |b| form.sent_by(&super::visitor(b, &session)?)).await
    };
    match left.await {
        Ok(()) | Err(Calm::Ended) => visit
            .to("/me")
            .cookie(visit.said_cookie(None))
            .cookie(visit.session_cookie(String::new()))
            .finish(),
        Err(calm) => calm.answer(&visit),
    }
}
