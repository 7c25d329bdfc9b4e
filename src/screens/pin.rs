//! `GET /me/pin`: the PIN that a visitor may put before what is told of him, saying it, and closing his page everywhere. Deliberately absent:
//! a PIN before anything that holds back or ends.
use super::calendar::moment;
use super::calm::Calm;
use super::enter::came_in;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::secret::{Everywhere, Input, SecretPage};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Broker;
use crate::broker::pin::{Said, Standing, fits};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

/// Where the PIN is.
pub(super) const ADDRESS: &str = "/me/pin";
/// What may be wanted once it is said.
const WANTED: [&str; 4] =
    [super::asked::ADDRESS, super::data::ADDRESS, super::receipts::ADDRESS, super::link::ADDRESS];

/// Where a PIN is said before `path`.
pub(super) fn before(path: &str) -> String {
    WANTED
        .iter()
        .find(|w| path.starts_with(**w))
        .map_or_else(|| ADDRESS.to_owned(), |w| format!("{ADDRESS}?to={w}"))
}

/// Where a form leads once the PIN is said: to a page of ours, whatever it says.
fn wanted(form: &Form) -> Option<&'static str> {
    WANTED.into_iter().find(|w| form.one("to") == Some(*w))
}

/// Why a try was none.
enum Fault {
    Wrong(i64),
    Differ,
    Weak,
}

fn input(name: &'static str, label: String, fill: &'static str) -> Input {
    Input { name, label, fill, hidden: true }
}

/// The page as it stands with the visitor's PIN.
pub(super) fn page(
    words: &'static Words,
    facts: &Facts,
    standing: &Standing,
    to: Option<&str>,
    login: bool,
) -> SecretPage {
    let saying = standing.set && facts.visitor.closed && !standing.fresh;
    let here = before(to.unwrap_or_default());
    let mut fields = vec![("form_token", facts.visitor.form_token.clone())];
    fields.extend(to.map(|to| ("to", to.to_owned())));
    let old = (standing.set && !standing.fresh).then(|| input("old", words.pin_old(), "current-password"));
    let (inputs, buttons) = if saying {
        (
            vec![input("pin", words.pin_label(), "current-password")],
            vec![("act", "say", words.pin_say_button())],
        )
    } else {
        let new = [("new", words.pin_new()), ("again", words.pin_again())];
        let new = new.into_iter().map(|(name, label)| input(name, label, "new-password"));
        let remove = standing.set.then(|| ("act", "remove", words.pin_remove()));
        (
            old.into_iter().chain(new).collect(),
            std::iter::once(("act", "set", words.pin_save())).chain(remove).collect(),
        )
    };
    let locked = standing.locked.filter(|_| !standing.fresh);
    let everywhere = Everywhere {
        form_token: facts.visitor.form_token.clone(),
        word: words.everywhere(),
        text: words.everywhere_text(),
    };
    let again = (standing.set && !standing.fresh && login)
        .then(|| Link { address: super::login::ADDRESS.to_owned(), word: words.login() });
    SecretPage {
        frame: Frame::within(words, facts, &here, Some(words.pin())),
        way: Some(Link::home(words)),
        heading: if saying { words.pin_say_heading() } else { words.pin_heading() },
        text: if saying { words.pin_say_text() } else { words.pin_text() },
        fault: locked.map(|until| words.pin_locked(&moment(words, until, facts.home, facts.now))),
        fields,
        inputs: if locked.is_some() { Vec::new() } else { inputs },
        buttons: if locked.is_some() { Vec::new() } else { buttons },
        without: (standing.set && !standing.fresh).then(|| words.pin_forgotten()),
        ways: again.into_iter().collect(),
        everywhere: (!saying).then_some(everywhere),
    }
}

fn standing(broker: &Broker, session: &str) -> Result<(Facts, Standing), Calm> {
    let facts = Facts::gather(broker, session)?;
    if facts.visitor.by.relation.is_some() {
        return Err(Calm::Missing);
    }
    let standing = broker.pin_standing(session)?;
    Ok((facts, standing))
}

/// `GET /me/pin`.
pub(super) async fn show(broker: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    let shown = async {
        let (session, query) = (visit.session()?, Form::of_query(&request)?);
        let (facts, standing) = run(&broker, move |b| standing(b, &session)).await?;
        Ok::<_, Calm>(page(visit.words(), &facts, &standing, wanted(&query), visit.has_login()))
    };
    match shown.await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/pin`.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let taken = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        let to = wanted(&form);
        let outcome = run(&broker, move |b| {
            let done = act(b, &session, &form)?;
            match done {
                Ok(token) => Ok(Ok(token)),
                Err(fault) => {
                    standing(b, &session).map(|(facts, standing)| Err(Box::new((fault, facts, standing))))
                }
            }
        });
        Ok::<_, Calm>((outcome.await?, to))
    };
    match taken.await {
        Ok((Ok(token), to)) => came_in(&visit, token, to.unwrap_or("/me")).finish(),
        Ok((Err(again), to)) => {
            let (fault, facts, standing) = *again;
            let words = visit.words();
            let mut page = page(words, &facts, &standing, to, visit.has_login());
            page.fault = page.fault.or_else(|| fault.map(|fault| said(words, fault)));
            visit.draw(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(calm) => calm.answer(&visit),
    }
}

fn said(words: &Words, fault: Fault) -> String {
    match fault {
        Fault::Wrong(left) => words.pin_wrong(usize::try_from(left).unwrap_or_default()),
        Fault::Differ => words.pin_differ(),
        Fault::Weak => words.pin_weak(),
    }
}

/// Does what a form asks: the token of the session that follows, or why not; nothing more is to be said of a lock, which the page tells.
fn act(broker: &Broker, session: &str, form: &Form) -> Result<Result<String, Option<Fault>>, Calm> {
    let visitor = super::visitor(broker, session)?;
    form.sent_by(&visitor)?;
    let field = |name| form.one(name).unwrap_or_default();
    let became = match field("act") {
        "say" => broker.say_pin(session, field("pin"))?,
        "remove" => broker.set_pin(session, field("old"), None)?,
        "set" if !fits(field("new")) => return Ok(Err(Some(Fault::Weak))),
        "set" if field("new") != field("again") => return Ok(Err(Some(Fault::Differ))),
        "set" => broker.set_pin(session, field("old"), Some(field("new")))?,
        _ => return Err(Calm::Odd),
    };
    Ok(match became {
        Said::Right(token) => Ok(token),
        Said::Wrong(left) => Err(Some(Fault::Wrong(left))),
        Said::Locked(_) => Err(None),
    })
}
