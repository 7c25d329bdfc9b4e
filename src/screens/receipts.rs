//! `GET /me/receipts`: every consent that was ever given, refused or ended; `GET /me/receipts/{consent}`: one of them, with the words
//! that were shown, what was done to it, and the signed receipt to keep. Deliberately absent: changing anything; a receipt is of what
//! was.
use super::calendar::{date_of, moment};
use super::calm::Calm;
use super::detail::{Detail, lines};
use super::facts::Facts;
use super::form::Form;
use super::frame::{Frame, Link};
use super::language::Language;
use super::pause;
use super::visit::Visit;
use super::words::Words;
use super::{Shared, run};
use crate::broker::consented::Consented;
use crate::domain::consent::{Act, Status};
use crate::domain::id::GrantId;
use crate::domain::notice::Notice;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Serialize;

/// Where the receipts are.
pub(super) const ADDRESS: &str = "/me/receipts";
/// Receipts on a page.
const ROWS: usize = 25;

/// One consent in the list.
#[derive(Serialize)]
struct Row {
    address: String,
    who: String,
    what: String,
    purpose: String,
    since: String,
    state: String,
}

/// All of them.
#[derive(Template, Serialize)]
#[template(path = "receipts.html")]
#[serde(tag = "kind", rename = "receipts")]
pub(super) struct ReceiptsPage {
    frame: Frame,
    home: Link,
    heading: String,
    text: String,
    rows: Vec<Row>,
    newest: Option<Link>,
    earlier: Option<Link>,
}

/// The words that were shown.
#[derive(Serialize)]
struct Shown {
    text: String,
    /// Their language, where that is not the page's.
    language: Option<Language>,
}

/// One thing that was done.
#[derive(Serialize)]
struct Done {
    when: String,
    what: String,
    by: String,
}

/// One of them.
#[derive(Template, Serialize)]
#[template(path = "receipt.html")]
#[serde(tag = "kind", rename = "receipt")]
pub(super) struct ReceiptPage {
    frame: Frame,
    #[serde(skip)]
    words: &'static Words,
    all: Link,
    who: String,
    what: String,
    state: String,
    shown: Option<Shown>,
    details: Vec<Detail>,
    acts: Vec<Done>,
    files: Vec<Link>,
    number: String,
}

/// The state of a consent as it is now.
fn state(words: &Words, facts: &Facts, consented: &Consented) -> String {
    let status = consented.grant.status(facts.now);
    let paused = pause::mark(words, facts, &consented.grant).filter(|_| status == Status::Paused);
    paused.unwrap_or_else(|| words.state(status))
}

fn name(facts: &Facts, consented: &Consented) -> String {
    facts.recipient(consented.grant.cell.recipient).map(|r| r.name.clone()).unwrap_or_default()
}

impl ReceiptsPage {
    /// The page after the first `skip`.
    pub fn draw(words: &'static Words, facts: &Facts, all: &[Consented], skip: usize) -> ReceiptsPage {
        let row = |c: &Consented| Row {
            address: format!("{ADDRESS}/{}", c.grant.id),
            who: name(facts, c),
            what: words.category(c.grant.cell.category),
            purpose: words.purpose(c.grant.cell.purpose),
            since: date_of(words, c.grant.granted_at, facts.home),
            state: state(words, facts, c),
        };
        let here = |skip: usize| {
            if skip == 0 { ADDRESS.to_owned() } else { format!("{ADDRESS}?skip={skip}") }
        };
        let at = |skip, word| Link { address: here(skip), word };
        ReceiptsPage {
            frame: Frame::within(words, facts, &here(skip), Some(words.receipts())),
            home: Link::home(words),
            heading: words.receipts(),
            text: if all.is_empty() { words.receipts_none() } else { words.receipts_text() },
            rows: all.iter().skip(skip).take(ROWS).map(row).collect(),
            newest: (skip > 0).then(|| at(0, words.newest())),
            earlier: (all.len() > skip + ROWS).then(|| at(skip + ROWS, words.earlier())),
        }
    }
}

impl ReceiptPage {
    /// The page of one consent; `seen` are the words that it was answered to.
    pub fn draw(
        words: &'static Words,
        facts: &Facts,
        consented: &Consented,
        seen: Option<Notice>,
    ) -> ReceiptPage {
        let Consented { grant, acts } = consented;
        let address = format!("{ADDRESS}/{}", grant.id);
        let chosen = acts.iter().any(|e| e.act == Act::Grant);
        let mut details = vec![Detail { label: words.label_state(), value: state(words, facts, consented) }];
        if chosen {
            details.extend(lines(words, facts, grant, grant.precision));
        } else {
            details.push(Detail { label: words.label_purpose(), value: words.purpose(grant.cell.purpose) });
        }
        let file = |kind: &str, word| Link { address: format!("{address}/{kind}"), word };
        ReceiptPage {
            frame: Frame::within(words, facts, &address, Some(words.receipt_of(&name(facts, consented)))),
            words,
            all: Link { address: ADDRESS.to_owned(), word: words.receipts_all() },
            who: name(facts, consented),
            what: words.category(grant.cell.category),
            state: state(words, facts, consented),
            shown: seen.map(|seen| Shown {
                language: Language::of(&seen.locale).filter(|l| *l != words.language()),
                text: seen.text,
            }),
            details,
            acts: acts
                .iter()
                .map(|e| Done {
                    when: moment(words, e.recorded, facts.home, facts.now),
                    what: words.act(e.act),
                    by: words.by(e.actor),
                })
                .collect(),
            files: vec![
                file("receipt.jws", words.receipt_signed()),
                file("receipt.json", words.receipt_json()),
            ],
            number: grant.id.to_string(),
        }
    }
}

/// `GET /me/receipts`.
pub(super) async fn list(broker: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    let shown = async {
        let (session, asked) = (visit.session()?, Form::of_query(&request)?);
        let skip = asked.one("skip").map(|n| n.parse::<u32>().map_err(|_| Calm::Missing)).transpose()?;
        let (facts, all) = run(&broker, move |b| {
            let facts = Facts::gather_open(b, &session)?;
            let all = b.consents(facts.visitor.subscriber)?;
            Ok((facts, all))
        })
        .await?;
        Ok::<_, Calm>(ReceiptsPage::draw(visit.words(), &facts, &all, skip.unwrap_or(0) as usize))
    };
    match shown.await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /me/receipts/{consent}`.
pub(super) async fn one(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    let shown = async {
        let (session, id) = (visit.session()?, GrantId::parse(&id).ok_or(Calm::Missing)?);
        let (facts, consented, seen) = run(&broker, move |b| {
            let facts = Facts::gather_open(b, &session)?;
            let all = b.consents(facts.visitor.subscriber)?;
            let one = all.into_iter().find(|c| c.grant.id == id).ok_or(Calm::Missing)?;
            let seen = b.notice_seen(&one.grant.notice)?;
            Ok((facts, one, seen))
        })
        .await?;
        Ok::<_, Calm>(ReceiptPage::draw(visit.words(), &facts, &consented, seen))
    };
    match shown.await {
        Ok(page) => visit.draw(StatusCode::OK, &page),
        Err(calm) => calm.answer(&visit),
    }
}

/// `GET /me/receipts/{consent}/receipt.jws` and `receipt.json`: the signed document alone, or with everything that proves it.
pub(super) async fn file(broker: Shared, visit: Visit, path: Path<(String, String)>) -> HttpResponse {
    let (id, kind) = path.into_inner();
    let made = async {
        let (session, id) = (visit.session()?, GrantId::parse(&id).ok_or(Calm::Missing)?);
        let signed_only = match kind.as_str() {
            "receipt.jws" => true,
            "receipt.json" => false,
            _ => return Err(Calm::Missing),
        };
        let receipt = run(&broker, move |b| {
            let visitor = super::open_visitor(b, &session)?;
            b.consent_receipt(visitor.subscriber, id, None).map_err(|e| match e {
                crate::broker::Failure::NotFound(_) => Calm::Missing,
                other => other.into(),
            })
        })
        .await?;
        if signed_only {
            return Ok((format!("{id}.jws"), "application/jose", receipt.receipt.into_bytes()));
        }
        let bytes = serde_json::to_vec_pretty(&receipt).map_err(|_| Calm::Busy)?;
        Ok((format!("{id}.json"), "application/json", bytes))
    };
    match made.await {
        Ok((name, kind, bytes)) => visit.file(&name, kind, bytes),
        Err(calm) => calm.answer(&visit),
    }
}
