//! The questions that an assistant wants answered to be linked, and whether it is; at `/me/link` for one that sent this browser. Each question is
//! answered as on any other page; here stand only those that it asks, and what it is told at the end. A guardian links nobody but himself.
use super::ask::{Ask, Unfinished, asked};
use super::calendar::moment;
use super::calm::Calm;
use super::detail::{Detail, details};
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::linking::{Linking, Then, Way};
use super::recipient::{Closed, since};
use super::scope::Scope;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::{Broker, Failure};
use crate::domain::recipient::Recipient;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

/// Where it is.
pub(super) const ADDRESS: &str = "/me/link";

/// Something that is allowed already.
#[derive(Serialize)]
struct Allowed {
    anchor: String,
    what: String,
    details: Vec<Detail>,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "link.html")]
#[serde(tag = "kind", rename = "link")]
pub(super) struct LinkPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    home: Option<Link>,
    heading: String,
    country: String,
    text: String,
    message: Option<(String, String)>,
    allowed: Vec<Allowed>,
    asks: Vec<Ask>,
    closed: Vec<Closed>,
    /// Where the last answer goes.
    action: String,
    fields: Vec<(&'static str, String)>,
    /// That nothing is allowed yet.
    fault: Option<String>,
    back: String,
    /// Value and word of the buttons.
    answers: Vec<(&'static str, String)>,
}

/// What differs by the way in which the visitor would be linked.
struct Manner {
    home: Option<Link>,
    heading: String,
    text: String,
    /// What the assistant shows too.
    message: Option<(String, String)>,
    /// What the last answer says beside itself.
    field: (&'static str, String),
    back: String,
    answers: Vec<(&'static str, String)>,
}

impl Manner {
    fn of(words: &Words, facts: &Facts, recipient: &Recipient, linking: &Linking) -> Manner {
        let name = &recipient.name;
        match &linking.way {
            Way::Browser(pending) if pending.is_capture() => Manner {
                home: None,
                heading: words.capture_heading(name),
                text: words.capture_text(),
                message: None,
                field: ("request", pending.id().to_owned()),
                back: words.capture_back(&pending.redirect_uri.host()),
                answers: vec![("allow", words.link_go())],
            },
            Way::Browser(pending) => Manner {
                home: None,
                heading: words.link_heading(name),
                text: words.link_text(name),
                message: None,
                field: ("request", pending.id().to_owned()),
                back: words.link_back(&pending.redirect_uri.host()),
                // No stands first, as in every question.
                answers: vec![("refuse", words.link_refuse()), ("allow", words.link_allow())],
            },
            Way::Code => Manner {
                home: Some(Link::home(words)),
                heading: words.linkcode_heading(name),
                text: words.linkcode_text(name),
                message: None,
                field: ("purpose", linking.wanted.purpose.as_str().to_owned()),
                back: words.linkcode_once(name),
                answers: vec![("allow", words.linkcode_show())],
            },
            Way::Asked(ask) => Manner {
                home: Some(Link::home(words)),
                heading: words.link_heading(name),
                text: words.request_way(name),
                message: ask.message.clone().map(|message| (words.request_message(name), message)),
                field: ("request", ask.id.to_string()),
                back: words.request_until(&moment(words, ask.until, facts.home, facts.now)),
                answers: vec![("refuse", words.link_refuse()), ("allow", words.link_allow())],
            },
        }
    }
}

pub(super) fn country_of(words: &Words, recipient: &Recipient) -> String {
    words.processes_in(&words.country(recipient.country))
}

/// Whatever is wrong with what a browser brings or keeps.
pub(super) fn lost(failure: Failure) -> Calm {
    match failure {
        Failure::DeadLink => Calm::Lost,
        other => other.into(),
    }
}

impl LinkPage {
    /// Lays the page out. `unfinished` is an answer that lacks something, `fault` that nothing is allowed yet.
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        (recipient, linking): (&Recipient, &Linking),
        unfinished: Option<&Unfinished>,
        fault: Option<String>,
    ) -> LinkPage {
        let (mut asks, mut closed) = (Vec::new(), Vec::new());
        for (purpose, category, grant) in asked(facts, recipient) {
            let ask = Ask::new(words, facts, recipient, (purpose, category), unfinished);
            match grant {
                None => asks.push(ask),
                Some(grant) => closed.push(Closed { since: since(words, facts, grant), ask }),
            }
        }
        if !asks.iter().chain(closed.iter().map(|c| &c.ask)).any(|ask| ask.open) {
            asks.iter_mut().take(1).for_each(|ask| ask.open = true);
        }
        let purpose = linking.wanted.purpose;
        let allowed = linking.wanted.categories.iter().filter_map(|piece| {
            let scope = Scope::cell(recipient.id, purpose, piece.category);
            let grant = facts.grant(scope).filter(|g| facts.lives(g))?;
            let details = details(words, facts, grant);
            Some(Allowed { anchor: scope.anchor(), what: words.category(piece.category), details })
        });
        let Manner { home, heading, text, message, field, back, answers } =
            Manner::of(words, facts, recipient, linking);
        LinkPage {
            frame: Frame::within(words, facts, &linking.address(), Some(recipient.name.clone())),
            words,
            home,
            heading,
            country: country_of(words, recipient),
            text,
            message,
            allowed: allowed.collect(),
            asks,
            closed,
            action: linking.action(),
            fields: vec![("form_token", facts.visitor.form_token.clone()), field],
            fault,
            back,
            answers,
        }
    }
}

/// Draws the page; its form may lead to the assistant, and nowhere else.
pub(super) fn drawn(
    visit: &Visit,
    status: StatusCode,
    facts: &Facts,
    unfinished: Option<&Unfinished>,
    fault: Option<String>,
) -> Result<HttpResponse, Calm> {
    let linking = facts.linking.as_ref().ok_or(Calm::Lost)?;
    let recipient = facts.recipient(linking.recipient).ok_or(Calm::Lost)?;
    let page = LinkPage::draw(visit.words(), facts, (recipient, linking), unfinished, fault);
    let mut response = visit.draw(status, &page);
    if let Way::Browser(pending) = &linking.way {
        visit.lead(&mut response, &pending.redirect_uri.origin());
    }
    Ok(response)
}

/// The page as it stands now.
pub(super) async fn shown(broker: &Shared, visit: &Visit, then: Then) -> Result<HttpResponse, Calm> {
    let (session, words) = (visit.session()?, visit.words());
    let chosen = visit.kept().map(str::to_owned);
    let (facts, chosen) = run(broker, move |b| {
        let chosen = super::kept::find(b, &session, chosen.as_deref());
        Ok((then.facts(b, &session, words)?, chosen))
    })
    .await?;
    drawn(visit, StatusCode::OK, &facts, chosen.as_ref(), None)
}

/// `GET /me/link`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let page = async {
        let kept = visit.linking().ok_or(Calm::Lost)?.to_owned();
        shown(&broker, &visit, Then::Browser(kept)).await
    };
    page.await.unwrap_or_else(|calm| calm.answer(&visit))
}

/// What became of the last answer.
enum Outcome {
    Back(String),
    Nothing(Box<Facts>),
}

/// `POST /me/link`: linked or not, and the browser goes back.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let taken = async {
        visit.refuse_elsewhere()?;
        let kept = visit.linking().ok_or(Calm::Lost)?.to_owned();
        let (session, form, words) = (visit.session()?, Form::read(body)?, visit.words());
        run(&broker, move |b| decide(b, &session, &kept, &form, words)).await
    };
    match taken.await {
        Ok(Outcome::Back(address)) => {
            let mut response = visit.to(&address);
            response.cookie(visit.kept_cookie(None));
            response.cookie(visit.link_cookie(String::new())).finish()
        }
        Ok(Outcome::Nothing(facts)) => {
            let fault = Some(visit.words().link_nothing());
            drawn(&visit, StatusCode::UNPROCESSABLE_ENTITY, &facts, None, fault)
                .unwrap_or_else(|calm| calm.answer(&visit))
        }
        Err(calm) => calm.answer(&visit),
    }
}

fn decide(broker: &Broker, session: &str, kept: &str, form: &Form, words: &Words) -> Result<Outcome, Calm> {
    let facts = Then::Browser(kept.to_owned()).facts(broker, session, words)?;
    form.sent_by(&facts.visitor)?;
    let Some(Linking { way: Way::Browser(pending), .. }) = &facts.linking else { return Err(Calm::Lost) };
    // Another page of an assistant may have been opened in this browser since this one was drawn.
    if form.one("request") != Some(pending.id()) {
        return Err(Calm::Foreign);
    }
    match form.one("answer") {
        Some("refuse") => Ok(Outcome::Back(broker.decline(pending).map_err(lost)?)),
        Some("allow") => match broker.connect(&facts.visitor, pending) {
            Err(Failure::Conflict(_)) => Ok(Outcome::Nothing(Box::new(facts))),
            other => Ok(Outcome::Back(other.map_err(lost)?)),
        },
        _ => Err(Calm::Odd),
    }
}
