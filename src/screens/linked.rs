//! `/me/linked`: the assistants that are linked with the visitor, and the end of each link. Ending one takes back nothing of what is allowed, and
//! allows nothing: like pausing and withdrawing it asks for no PIN.
use super::calendar::{date_of, moment};
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::unlink::LinkedWith;
use crate::domain::id::LinkId;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use serde::Serialize;

/// Where it is.
pub(super) const ADDRESS: &str = "/me/linked";

/// One assistant.
#[derive(Serialize)]
struct Row {
    id: LinkId,
    address: String,
    name: String,
    purpose: String,
    since: String,
    used: String,
    /// That it has ended.
    ended: Option<String>,
    /// The button that ends it.
    end: Option<String>,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "linked.html")]
#[serde(tag = "kind", rename = "linked")]
pub(super) struct LinkedPage {
    frame: Frame,
    home: Link,
    heading: String,
    text: String,
    none: Option<String>,
    form_token: String,
    rows: Vec<Row>,
}

impl LinkedPage {
    pub fn draw(words: &Words, facts: &Facts, all: &[LinkedWith]) -> LinkedPage {
        let row = |one: &LinkedWith| {
            let recipient = facts.recipient(one.recipient)?;
            let on = |at| moment(words, at, facts.home, facts.now);
            Some(Row {
                id: one.id,
                address: super::recipient::address(recipient.id),
                name: recipient.name.clone(),
                purpose: words.purpose(one.purpose),
                since: words.linked_since(&date_of(words, one.since, facts.home)),
                used: one.used.map_or_else(|| words.linked_unused(), |at| words.linked_used(&on(at))),
                ended: one.ended.map(|at| words.linked_ended(&on(at))),
                end: one.ended.is_none().then(|| words.linked_end()),
            })
        };
        let rows: Vec<Row> = all.iter().filter_map(row).collect();
        LinkedPage {
            frame: Frame::within(words, facts, ADDRESS, Some(words.linked())),
            home: Link::home(words),
            heading: words.linked(),
            text: words.linked_text(),
            none: rows.is_empty().then(|| words.linked_none()),
            form_token: facts.visitor.form_token.clone(),
            rows,
        }
    }
}

/// `GET /me/linked`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let session = visit.session()?;
        run(&broker, move |b| {
            let facts = Facts::gather(b, &session)?;
            let all = b.linked_with(facts.visitor.subscriber)?;
            Ok((facts, all))
        })
        .await
    };
    match shown.await {
        Ok((facts, all)) => visit.draw(StatusCode::OK, &LinkedPage::draw(visit.words(), &facts, &all)),
        Err(calm) => calm.answer(&visit),
    }
}

/// `POST /me/linked`: ends one.
pub(super) async fn take(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let ended = async {
        visit.refuse_elsewhere()?;
        let (session, form) = (visit.session()?, Form::read(body)?);
        run(&broker, move |b| {
            let visitor = super::visitor(b, &session)?;
            form.sent_by(&visitor)?;
            let id = form.one("link").and_then(LinkId::parse).ok_or(Calm::Odd)?;
            Ok(b.unlink(visitor.subscriber, visitor.by, id)?)
        })
        .await
    };
    match ended.await {
        Ok(_) => visit.to(ADDRESS).finish(),
        Err(calm) => calm.answer(&visit),
    }
}
