//! `/me/help`: what to do when something seems wrong, who looks after it, what to quote of one request, and what the words of these pages mean.
//! Deliberately absent: a form to complain by; a complaint goes to people, and what it rests on is on the other pages.
use super::calendar::exactly;
use super::calm::Calm;
use super::detail::Detail;
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::Failure;
use crate::domain::id::EntryId;
use crate::domain::operator::Officer;
use crate::domain::record::Record;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

/// Where the page is.
pub(super) const ADDRESS: &str = "/me/help";

/// Where one request can be complained about.
pub(super) fn about(request: EntryId) -> String {
    format!("{ADDRESS}?about={request}")
}

/// Who takes complaints, as far as it is known: the operator's officer, and the authority with where it is found.
#[derive(Debug, Default)]
pub(super) struct Takers {
    pub officer: Option<Officer>,
    pub authority: Option<(String, String)>,
}

/// The page.
#[derive(Template, Serialize)]
#[template(path = "help.html")]
#[serde(tag = "kind", rename = "help")]
pub(super) struct HelpPage {
    frame: Frame,
    home: Link,
    heading: String,
    /// What to quote of the request that it is about.
    about: Option<(String, Vec<Detail>)>,
    wrong: String,
    /// What to do, in this order.
    steps: Vec<String>,
    /// The pages that the steps speak of.
    ways: Vec<Link>,
    meaning: String,
    meanings: Vec<Detail>,
}

impl HelpPage {
    /// Lays the page out; `about` is the request that it is about, if it is about one.
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        takers: &Takers,
        about: Option<&(EntryId, Record)>,
    ) -> HelpPage {
        let Takers { officer, authority } = takers;
        let note = if about.is_some() { words.help_quote() } else { words.help_note() };
        let ask = officer.as_ref().map(|o| words.help_officer(&o.name, &o.address));
        let mut steps = vec![words.help_pause(), note, ask.unwrap_or_else(|| words.help_ask())];
        steps.extend(authority.as_ref().map(|(name, place)| words.help_authority(name, place)));
        let detail = |label, value| Detail { label, value };
        let here = about.map_or_else(|| ADDRESS.to_owned(), |(id, _)| self::about(*id));
        HelpPage {
            frame: Frame::within(words, facts, &here, Some(words.help())),
            home: Link::home(words),
            heading: words.help(),
            about: about.map(|(id, record)| (words.help_request(), quoted(words, facts, *id, record))),
            wrong: words.help_wrong(),
            steps,
            ways: vec![
                Link { address: super::asked::ADDRESS.to_owned(), word: words.asked_heading() },
                Link { address: super::receipts::ADDRESS.to_owned(), word: words.receipts() },
            ],
            meaning: words.help_words(),
            meanings: vec![
                detail(words.word_assistant(), words.means_assistant()),
                detail(words.word_permission(), words.means_permission()),
                detail(words.word_pause(), words.means_pause()),
                detail(words.word_withdraw(), words.means_withdraw()),
                detail(words.word_receipt(), words.means_receipt()),
            ],
        }
    }
}

/// What names a request to whoever looks after it.
fn quoted(words: &Words, facts: &Facts, id: EntryId, record: &Record) -> Vec<Detail> {
    let who = record.recipient.and_then(|id| facts.recipient(id)).map(|r| r.name.clone());
    // The day is named also when it is today: it may be read out tomorrow.
    let lines = [
        (words.help_when(), Some(exactly(words, record.at, facts.home))),
        (words.label_who(), who),
        (words.label_purpose(), record.purpose.map(|p| words.purpose(p))),
        (words.help_number(), Some(id.to_string())),
    ];
    lines.into_iter().filter_map(|(label, value)| Some(Detail { label, value: value? })).collect()
}

/// `GET /me/help`, also about one request, which a PIN may stand before.
pub(super) async fn show(broker: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    let shown = async {
        let (session, form) = (visit.session()?, Form::of_query(&request)?);
        let about = form.one("about").map(|id| EntryId::parse(id).ok_or(Calm::Missing)).transpose()?;
        run(&broker, move |b| {
            let officer = b.settings().operators.officer.clone();
            let takers = Takers { officer, authority: b.authority() };
            let Some(id) = about else { return Ok((Facts::gather(b, &session)?, takers, None)) };
            let facts = Facts::gather_open(b, &session)?;
            let record = b.request(facts.visitor.subscriber, id).map_err(|e| match e {
                Failure::NotFound(_) => Calm::Missing,
                other => other.into(),
            })?;
            Ok((facts, takers, Some((id, record))))
        })
        .await
    };
    match shown.await {
        Ok((facts, takers, about)) => {
            visit.draw(StatusCode::OK, &HelpPage::draw(visit.words(), &facts, &takers, about.as_ref()))
        }
        Err(calm) => calm.answer(&visit),
    }
}
