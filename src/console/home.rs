//! `/regulator/` and `/operator/dpo/`: exports and how they stand, what is stopped, what was not deleted in time, the head of the log; and the form that
//! asks for an export, which is how a case is searched for.
use super::Shared;
use super::calm::Calm;
use super::frame::Frame;
use super::officer::dues;
use super::visit::{Fields, Visit};
use crate::broker::approve_export::{Asked, State};
use crate::broker::console::{Page, Standing};
use crate::broker::purge::Request;
use crate::broker::{Broker, Failure};
use crate::domain::console::Console;
use crate::domain::id::RecipientId;
use crate::domain::purge;
use crate::domain::recipient::Recipient;
use crate::domain::stop::{Ground, Reach};
use crate::web::exports::{ExportBody, wanted};
use actix_web::HttpResponse;
use actix_web::web::Bytes;
use askama::Template;

/// Rows of one table at most.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "console_home.html")]
struct HomePage {
    frame: Frame,
    /// Whether its own exports are told, and can be opened and asked for.
    asks: bool,
    exports: Vec<Export>,
    form: Form,
    stops: Vec<Stopped>,
    /// For a regulator.
    overdue: Vec<Overdue>,
    /// For the officer.
    dues: Option<Vec<dues::Row>>,
    log: Option<Head>,
    key: String,
}

/// A row of the exports.
pub(super) struct Export {
    pub id: String,
    pub state: String,
    pub from: String,
    pub to: String,
    pub about: String,
    pub ground: String,
    pub asked: String,
    pub by: String,
    pub stand: String,
}

struct Stopped {
    what: String,
    ground: String,
    since: String,
    lifted_by: String,
}

/// A request to delete whose time is over.
pub(super) struct Overdue {
    pub id: String,
    pub recipient: String,
    pub category: &'static str,
    pub purpose: &'static str,
    pub since: String,
    pub deadline: String,
}

impl Overdue {
    pub fn new(request: Request, recipients: &[Recipient]) -> Overdue {
        Overdue {
            id: request.id.to_string(),
            recipient: named(recipients, request.recipient),
            category: request.category.as_str(),
            purpose: request.purpose.as_str(),
            since: request.since.rfc3339(),
            deadline: request.deadline.rfc3339(),
        }
    }
}

struct Head {
    size: u64,
    note: String,
}

/// The form as it is to be filled in, or as it was but for whom it is about.
struct Form {
    fault: Option<String>,
    from: String,
    to: String,
    ground: String,
    recipients: Vec<Choice>,
}

struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// The name of a recipient, or the id of one that is not registered any more.
pub(super) fn named(all: &[Recipient], id: RecipientId) -> String {
    all.iter().find(|r| r.id == id).map_or_else(|| id.to_string(), |r| r.name.clone())
}

impl Export {
    pub fn new(asked: Asked, recipients: &[Recipient]) -> Export {
        let Asked { id, wanted, by, at, approved_by, state } = asked;
        let state = match state {
            State::Waits => "waits for two people of the operator".to_owned(),
            State::Approved => "approved".to_owned(),
            State::Making(done, of) => format!("being made: {done} of {of} entries"),
            State::Made => "ready".to_owned(),
            State::Lapsed => "lapsed".to_owned(),
        };
        let whom = wanted.subscriber.map(|id| format!("subscriber {id}"));
        let with = wanted.recipient.map(|id| named(recipients, id));
        let about: Vec<String> = whom.into_iter().chain(with).collect();
        Export {
            id,
            state,
            from: wanted.from.rfc3339(),
            to: wanted.to.rfc3339(),
            about: if about.is_empty() { "everything".to_owned() } else { about.join(", ") },
            ground: wanted.ground.unwrap_or_default(),
            asked: at.rfc3339(),
            by,
            stand: if approved_by.is_empty() { "nobody yet".to_owned() } else { approved_by.join(", ") },
        }
    }
}

fn reached(reach: &Reach, recipients: &[Recipient]) -> String {
    let recipient = reach.recipient.map(|id| format!("for {}", named(recipients, id)));
    let home = reach.home.map(|home| format!("about subscribers of {}", home.as_str()));
    let country = reach.country.map(|country| format!("to {}", country.as_str()));
    [recipient, home, country].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Gathers the page; `sent` is a form that was not taken and why.
fn gather(b: &Broker, at: Standing<'_>, sent: Option<(&Fields, String)>) -> Result<HomePage, Calm> {
    let looker = b.look(at, Page::Home)?;
    let recipients = b.recipients()?;
    let exports = b.asked_exports(looker.caller())?.into_iter().take(ROWS);
    let stops = b.stops()?.into_iter().filter(|ordered| ordered.stop.lifted.is_none());
    let overdue = b.purges(looker.caller(), purge::Asked::Overdue)?.into_iter().take(ROWS);
    let dues = match at.console {
        Console::Regulator => None,
        Console::Officer => {
            Some(dues::rows(b.dues(looker.caller())?, &recipients, at.console.path(), b.now()?))
        }
    };
    let said = |name: &str| sent.as_ref().and_then(|(form, _)| form.one(name)).unwrap_or_default().to_owned();
    let chosen = said("recipient");
    let choice = |r: &Recipient| {
        let id = r.id.to_string();
        Choice { chosen: id == chosen, name: r.name.clone(), id }
    };
    // What was refused may be somebody's number, and does not come back.
    let ground = Ground::parse(&said("ground"));
    let ground = ground.as_ref().unwrap_or(&looker.ground).as_str().to_owned();
    let day = |name: &str| Some(said(name)).filter(|day| is_day(day)).unwrap_or_default();
    Ok(HomePage {
        frame: Frame::within(at.console, &looker, "Overview"),
        asks: at.console == Console::Regulator,
        exports: exports.map(|asked| Export::new(asked, &recipients)).collect(),
        stops: stops
            .map(|ordered| Stopped {
                what: reached(&ordered.stop.reach, &recipients),
                ground: ordered.stop.ground.as_str().to_owned(),
                since: ordered.stop.at.rfc3339(),
                lifted_by: ordered.lifted_by.join(", "),
            })
            .collect(),
        overdue: overdue.map(|request| Overdue::new(request, &recipients)).collect(),
        dues,
        log: b.published_head()?.map(|head| Head { size: head.size, note: head.note }),
        key: b.log_verifier()?.vkey(),
        form: Form {
            from: day("from"),
            to: day("to"),
            ground,
            recipients: recipients.iter().map(choice).collect(),
            fault: sent.map(|(_, fault)| fault),
        },
    })
}

/// Whether a text is a day as browsers send it, such as `2026-11-24`.
fn is_day(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// `GET …/`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    visit.answer(visit.run(&broker, |b, at| gather(b, at, None)).await)
}

/// What became of a question.
enum Sent {
    Asked(String),
    Not(Box<HomePage>),
}

/// `POST /regulator/exports`: asks for an export, as the client might by itself.
pub(super) async fn ask(broker: Shared, visit: Visit, body: Result<Bytes, actix_web::Error>) -> HttpResponse {
    let sent = async {
        let form = visit.form(body)?;
        visit
            .run(&broker, move |b, at| {
                let looker = b.in_console(at)?;
                form.sent_by(&looker)?;
                match question(b, &form).and_then(|wanted| b.ask_export(looker.caller(), wanted)) {
                    Ok(asked) => Ok(Sent::Asked(asked.id)),
                    Err(refused @ (Failure::Invalid { .. } | Failure::NotFound(_))) => {
                        Ok(Sent::Not(Box::new(gather(b, at, Some((&form, refused.to_string())))?)))
                    }
                    Err(other) => Err(other.into()),
                }
            })
            .await
    };
    match sent.await {
        Ok(Sent::Asked(id)) => visit.to(&format!("/cases/{id}")).finish(),
        Ok(Sent::Not(page)) => visit.draw(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY, page.as_ref()),
        Err(calm) => calm.answer(&visit),
    }
}

fn question(b: &Broker, form: &Fields) -> Result<crate::broker::export::Wanted, Failure> {
    let text = |name: &str| form.one(name).unwrap_or_default().to_owned();
    // A day stands for its begin.
    let instant = |name: &str| match text(name) {
        day if is_day(&day) => format!("{day}T00:00:00Z"),
        other => other,
    };
    let recipient = form.one("recipient").map(|id| {
        RecipientId::parse(id).ok_or_else(|| Failure::invalid("recipient", "one that is registered"))
    });
    let body = ExportBody {
        from: instant("from"),
        to: instant("to"),
        subscriber: form.one("subscriber").map(str::to_owned),
        recipient: recipient.transpose()?,
        ground: text("ground"),
    };
    wanted(b, body)
}
