//! The way in and out. A look at the link does not use it up, for programs look at links in messages; the button does.
use super::calm::Calm;
use super::form::Form;
use super::frame::Frame;
use super::secret::{Input, SecretPage};
use super::visit::Visit;
use super::{Shared, run};
use crate::broker::Broker;
use crate::broker::code::Tried;
use crate::broker::invite::Wants;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpResponse, HttpResponseBuilder};
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

/// The page that waits for the code beside a link.
pub(super) fn code_page(visit: &Visit, left: Option<i64>) -> SecretPage {
    let words = visit.words();
    let input = Input { name: "code", label: words.code_label(), fill: "one-time-code", hidden: false };
    SecretPage {
        frame: Frame::new(words, ""),
        way: None,
        heading: words.code_heading(),
        text: words.code_text(),
        fault: left.map(|left| words.code_wrong(usize::try_from(left).unwrap_or_default())),
        fields: Vec::new(),
        inputs: vec![input],
        buttons: vec![("", "", words.enter_button())],
        without: None,
        ways: Vec::new(),
        everywhere: None,
    }
}

/// `GET /me/enter/{token}`.
pub(super) async fn look(broker: Shared, visit: Visit, token: Path<String>) -> HttpResponse {
    match run(&broker, move |b| Ok(b.peek(&token)?)).await {
        Ok(Wants::Code) => visit.draw(StatusCode::OK, &code_page(&visit, None)),
        Ok(_) => visit.draw(StatusCode::OK, &EnterPage::new(&visit)),
        Err(calm) => calm.answer(&visit),
    }
}

/// What became of pressing the button.
enum Pressed {
    /// A session.
    In(String),
    /// A code is wanted; so many tries are left after a wrong one.
    Code(Option<i64>),
}

/// `POST /me/enter/{token}`: without a code where one is wanted, it is sent.
pub(super) async fn enter(
    broker: Shared,
    visit: Visit,
    token: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let pressed = async {
        visit.refuse_elsewhere()?;
        let (form, locale) = (Form::read(body)?, visit.words().language().tag());
        let (kept, old) = (visit.kept().map(str::to_owned), visit.session().ok());
        let linking = visit.linking().map(str::to_owned);
        run(&broker, move |b| {
            let pressed = press(b, &token, &form, locale, old.as_deref())?;
            let place = match &pressed {
                Pressed::In(session) => super::kept::place(b, session, kept.as_deref(), linking.as_deref()),
                Pressed::Code(_) => String::new(),
            };
            Ok((pressed, place))
        })
        .await
    };
    match pressed.await {
        Ok((Pressed::In(session), place)) => came_in(&visit, session, &place).finish(),
        Ok((Pressed::Code(None), _)) => visit.draw(StatusCode::OK, &code_page(&visit, None)),
        Ok((Pressed::Code(left), _)) => {
            visit.draw(StatusCode::UNPROCESSABLE_ENTITY, &code_page(&visit, left))
        }
        Err(calm) => calm.answer(&visit),
    }
}

fn press(broker: &Broker, link: &str, form: &Form, locale: &str, old: Option<&str>) -> Result<Pressed, Calm> {
    let session = match form.one("code") {
        Some(code) => match broker.enter_by_code(link, code.trim())? {
            Tried::In(session) => session,
            Tried::Wrong(left) => return Ok(Pressed::Code(Some(left))),
        },
        None if broker.peek(link)? == Wants::Nothing => broker.enter(link)?,
        None => {
            broker.send_code(link, locale)?;
            return Ok(Pressed::Code(None));
        }
    };
    replaces(broker, old);
    Ok(Pressed::In(session))
}

/// A session that this browser had before ends with the entry, so that one which somebody planted there leads nowhere.
pub(super) fn replaces(broker: &Broker, old: Option<&str>) {
    if let Some(Err(problem)) = old.map(|old| broker.leave(old)) {
        tracing::debug!(%problem, "there was no session to replace");
    }
}

/// The way on of somebody who has come in.
pub(super) fn came_in(visit: &Visit, session: String, place: &str) -> HttpResponseBuilder {
    let mut response = visit.to(place);
    if visit.said().is_some() {
        // Whoever was here before is not told of.
        response.cookie(visit.said_cookie(None));
    }
    if visit.kept().is_some() && place == "/me" {
        response.cookie(visit.kept_cookie(None));
    }
    response.cookie(visit.session_cookie(session));
    response
}

/// `POST /me/leave`: ends the session, or with `where=everywhere` all of them. One that has ended already needs no leave.
pub(super) async fn leave(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let left = async {
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            let visitor = super::visitor(b, &session)?;
            form.sent_by(&visitor)?;
            match form.one("where") {
                None => b.leave(&session)?,
                Some("everywhere") => b.leave_everywhere(&visitor).map(|_| ())?,
                Some(_) => return Err(Calm::Odd),
            }
            Ok(())
        })
        .await
    };
    match left.await {
        Ok(()) | Err(Calm::Ended) => visit
            .to("/me")
            .cookie(visit.said_cookie(None))
            .cookie(visit.kept_cookie(None))
            .cookie(visit.session_cookie(String::new()))
            .finish(),
        Err(calm) => calm.answer(&visit),
    }
}
