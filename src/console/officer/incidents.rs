//! `/operator/dpo/incidents`: every incident and how it stands, and the first step of one more: whom it would touch. `POST` declares it.
use super::calm::Calm;
use super::frame::Frame;
use super::home::named;
use super::visit::{Fields, Visit};
use super::{Shared, left};
use crate::broker::breach::{Declared, Incident};
use crate::broker::console::{Page, Standing};
use crate::broker::{Broker, Failure};
use crate::domain::id::RecipientId;
use crate::domain::recipient::Recipient;
use crate::domain::stop::Ground;
use crate::domain::time::At;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;

#[derive(Template)]
#[template(path = "officer_incidents.html")]
pub(super) struct IncidentsPage {
    frame: Frame,
    rows: Vec<Row>,
    form: Form,
}

struct Row {
    id: String,
    ground: String,
    recipient: String,
    known: String,
    state: String,
    touched: u64,
    told: u64,
    next: String,
    late: bool,
}

/// The form as it is to be filled in, or as it was.
pub(super) struct Form {
    pub fault: Option<String>,
    pub from: String,
    pub to: String,
    pub known: String,
    pub ground: String,
    pub recipients: Vec<Choice>,
}

pub(super) struct Choice {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

impl Form {
    /// With what was written, but for what is of no form that we know: it comes back nowhere.
    pub fn of(written: &Fields, recipients: &[Recipient], fault: Option<String>) -> Form {
        let said = |name: &str| written.one(name).unwrap_or_default();
        let instant = |name: &str| minute(said(name)).map_or_else(String::new, |_| said(name).to_owned());
        let choice = |r: &Recipient| {
            let id = r.id.to_string();
            Choice { chosen: id == said("recipient"), name: r.name.clone(), id }
        };
        Form {
            fault,
            from: instant("from"),
            to: instant("to"),
            known: instant("known"),
            ground: Ground::parse(said("ground")).map(|g| g.as_str().to_owned()).unwrap_or_default(),
            recipients: recipients.iter().map(choice).collect(),
        }
    }
}

/// An instant as browsers send one of a form, `2026-11-24T15:30`, here always UTC; or any that programs write.
pub(super) fn minute(text: &str) -> Option<At> {
    let whole = if text.len() == 16 { format!("{text}:00Z") } else { text.to_owned() };
    At::parse(&whole)
}

/// What the form declares.
pub(super) fn declared(form: &Fields) -> Result<Declared, Failure> {
    let cure = "an instant, such as 2026-11-24T15:30, in UTC";
    let read = |name: &'static str, text: &str| minute(text).ok_or_else(|| Failure::invalid(name, cure));
    let must = |name: &'static str| read(name, form.one(name).unwrap_or_default());
    let recipient = form.one("recipient").and_then(RecipientId::parse);
    Ok(Declared {
        recipient: recipient.ok_or_else(|| Failure::invalid("recipient", "one that is registered"))?,
        from: must("from")?,
        to: form.one("to").map(|to| read("to", to)).transpose()?,
        known: must("known")?,
        ground: Ground::parse(form.one("ground").unwrap_or_default()).ok_or_else(|| {
            Failure::invalid(
                "ground",
                "the number of a case, 1 to 200 characters, and nobody's number or address",
            )
        })?,
    })
}

/// How far an incident has come, in a word.
pub(super) fn state(incident: &Incident) -> String {
    let breach = &incident.breach;
    let words = [
        (breach.cleared.is_some(), "cleared"),
        (!incident.cleared_by.is_empty(), "one person wants it cleared"),
        (breach.confirmed.is_some(), "confirmed"),
        (breach.possible.is_some(), "possible: those touched are told"),
    ];
    words.into_iter().find(|(is, _)| *is).map_or("declared: nobody is told yet", |(_, word)| word).to_owned()
}

impl Row {
    fn new(incident: Incident, recipients: &[Recipient], now: At) -> Row {
        let homes = &incident.homes;
        let open = incident.breach.cleared.is_none();
        let clocks = homes.iter().flat_map(|at| {
            [
                at.subscribers_by.filter(|_| at.unheard() > 0),
                at.authority_by.filter(|_| at.reported.is_none()),
            ]
        });
        let next = clocks.flatten().min().filter(|_| open);
        Row {
            id: incident.breach.id.to_string(),
            ground: incident.breach.ground.as_str().to_owned(),
            recipient: named(recipients, incident.breach.recipient),
            known: incident.breach.known.rfc3339(),
            state: state(&incident),
            touched: homes.iter().map(|at| at.touched).sum(),
            told: homes.iter().flat_map(|at| at.told.values()).sum(),
            next: next.map(|by| left(by, now)).unwrap_or_default(),
            late: next.is_some_and(|by| by <= now),
        }
    }
}

pub(super) fn gather(
    b: &Broker,
    at: Standing<'_>,
    sent: Option<(&Fields, String)>,
) -> Result<IncidentsPage, Calm> {
    let looker = b.look(at, Page::Incidents)?;
    let (recipients, now) = (b.recipients()?, b.now()?);
    let nothing = Fields::default();
    let (written, fault) = sent.map_or((&nothing, None), |(written, fault)| (written, Some(fault)));
    let rows = b.breaches()?.into_iter().map(|incident| Row::new(incident, &recipients, now));
    Ok(IncidentsPage {
        frame: Frame::within(at.console, &looker, "Incidents"),
        rows: rows.collect(),
        form: Form::of(written, &recipients, fault),
    })
}

/// `GET /operator/dpo/incidents`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    visit.answer(visit.run(&broker, |b, at| gather(b, at, None)).await)
}

/// What became of a declaration.
enum Sent {
    Declared(String),
    Not(Box<IncidentsPage>),
}

/// `POST /operator/dpo/incidents`.
pub(super) async fn declare(
    broker: Shared,
    visit: Visit,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let sent = async {
        let form = visit.form(body)?;
        visit
            .run(&broker, move |b, at| {
                let looker = b.in_console(at)?;
                form.sent_by(&looker)?;
                let caller = looker.acting()?;
                match declared(&form).and_then(|wanted| b.declare_breach(caller, wanted)) {
                    Ok(incident) => Ok(Sent::Declared(incident.breach.id.to_string())),
                    Err(refused @ (Failure::Invalid { .. } | Failure::NotFound(_))) => {
                        Ok(Sent::Not(Box::new(gather(b, at, Some((&form, refused.to_string())))?)))
                    }
                    Err(other) => Err(other.into()),
                }
            })
            .await
    };
    match sent.await {
        Ok(Sent::Declared(id)) => visit.to(&format!("/incidents/{id}")).finish(),
        Ok(Sent::Not(page)) => visit.draw(StatusCode::UNPROCESSABLE_ENTITY, page.as_ref()),
        Err(calm) => calm.answer(&visit),
    }
}
