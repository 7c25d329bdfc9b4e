//! `/operator/dpo/incidents/{id}`: one incident with its clocks, and the steps that can be taken. Deliberately absent: whom it touches, by name.
use super::calm::Calm;
use super::frame::Frame;
use super::home::named;
use super::incidents::{minute, state};
use super::visit::{Fields, Visit};
use super::{Shared, left};
use crate::broker::breach::{AtHome, Incident};
use crate::broker::console::{Page, Standing};
use crate::broker::{Broker, Failure};
use crate::domain::breach::{Act, Word};
use crate::domain::id::BreachId;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "officer_incident.html")]
struct IncidentPage {
    frame: Frame,
    id: String,
    ground: String,
    state: String,
    facts: Vec<(&'static str, String)>,
    homes: Vec<Row>,
    touched: u64,
    undelivered: usize,
    steps: Steps,
}

/// Which steps can be taken.
struct Steps {
    form_token: String,
    /// Whether the session may take any.
    acts: bool,
    possible: bool,
    confirm: bool,
    from: String,
    to: String,
    clear: bool,
    /// Authorities that were not told.
    report: Vec<&'static str>,
}

struct Row {
    home: &'static str,
    touched: u64,
    told: String,
    waiting: u64,
    gone: u64,
    subscribers: String,
    subscribers_late: bool,
    authority: String,
    authority_late: bool,
    rule: String,
}

impl Row {
    fn new(at: &AtHome, now: At) -> Row {
        let told: Vec<String> = at.told.iter().map(|(word, n)| format!("{n} {}", word.as_str())).collect();
        let subscribers = match at.subscribers_by {
            None => "no rule here".to_owned(),
            Some(_) if at.unheard() == 0 => "done".to_owned(),
            Some(by) => format!("{} ({})", by.rfc3339(), left(by, now)),
        };
        let authority = match (at.reported, at.authority_by) {
            (Some(told), _) => format!("told {}", told.rfc3339()),
            (None, Some(by)) => format!("{} ({})", by.rfc3339(), left(by, now)),
            (None, None) => "too few, or no rule here".to_owned(),
        };
        Row {
            home: at.home.as_str(),
            touched: at.touched,
            told: told.join(", "),
            waiting: at.waiting,
            gone: at.gone,
            subscribers,
            subscribers_late: at.subscribers_overdue,
            authority,
            authority_late: at.authority_overdue,
            rule: at.citation.clone().unwrap_or_default(),
        }
    }
}

/// An instant to the minute, as forms of browsers have it.
fn to_minute(at: At) -> String {
    at.rfc3339().chars().take(16).collect()
}

fn gather(b: &Broker, at: Standing<'_>, id: BreachId) -> Result<IncidentPage, Calm> {
    // What is not there is not looked at.
    let incident = b.incident(id)?;
    let looker = b.look_at(at, Page::Incident, Some(id.to_string()))?;
    let (recipients, now) = (b.recipients()?, b.now()?);
    let breach = &incident.breach;
    let mut facts = vec![
        ("Recipient", named(&recipients, breach.recipient)),
        ("What left from", breach.from.rfc3339()),
        ("Until before", breach.to.rfc3339()),
        ("Known since", breach.known.rfc3339()),
        ("Declared", breach.at.rfc3339()),
    ];
    facts.extend(breach.possible.map(|at| ("Those touched are told since", at.rfc3339())));
    facts.extend(
        breach.confirmed.map(|c| {
            ("Confirmed", format!("{}: {} to {}", c.at.rfc3339(), c.from.rfc3339(), c.to.rfc3339()))
        }),
    );
    facts.extend(breach.cleared.map(|at| ("Cleared", at.rfc3339())));
    let asked_by = incident.cleared_by.join(", ");
    facts.extend((!asked_by.is_empty()).then_some(("Who says that nothing leaked", asked_by)));
    facts.push(("Answers about nobody knows whom: erased", incident.unnamed.to_string()));
    if !incident.counted {
        facts.push(("Counting", "goes on; the numbers below are what is counted so far".to_owned()));
    }
    if !incident.carried {
        facts
            .push(("Messages", "nothing carries them: those touched see it on their pages alone".to_owned()));
    }
    Ok(IncidentPage {
        frame: Frame::within(at.console, &looker, &format!("Incident {}", breach.ground.as_str())),
        id: id.to_string(),
        ground: breach.ground.as_str().to_owned(),
        state: state(&incident),
        facts,
        touched: incident.homes.iter().map(|at| at.touched).sum(),
        homes: incident.homes.iter().map(|at| Row::new(at, now)).collect(),
        undelivered: incident.undelivered.len(),
        steps: steps(&incident, looker.acting().is_ok(), looker.form_token.clone()),
    })
}

fn steps(incident: &Incident, acts: bool, form_token: String) -> Steps {
    let breach = &incident.breach;
    let open = breach.cleared.is_none();
    let unreported = incident.homes.iter().filter(|at| at.reported.is_none());
    Steps {
        form_token,
        acts,
        possible: open && breach.possible.is_none(),
        confirm: open && breach.confirmed.is_none(),
        from: to_minute(breach.from),
        to: to_minute(breach.to),
        clear: open,
        report: unreported.map(|at| at.home.as_str()).collect(),
    }
}

/// `GET /operator/dpo/incidents/{id}`.
pub(super) async fn show(broker: Shared, visit: Visit, id: Path<String>) -> HttpResponse {
    let shown = visit.run(&broker, move |b, at| {
        b.in_console(at)?;
        gather(b, at, BreachId::parse(&id).ok_or(Calm::Missing)?)
    });
    visit.answer(shown.await)
}

/// The step that a form asks for.
fn wanted(b: &Broker, id: BreachId, form: &Fields) -> Result<Act, Calm> {
    let instant = |name: &'static str| {
        let cure = "an instant, such as 2026-11-24T15:30, in UTC";
        form.one(name).map(|text| minute(text).ok_or_else(|| Failure::invalid(name, cure))).transpose()
    };
    match form.one("act") {
        Some("possible") => Ok(Act::Possible),
        Some("cleared") => Ok(Act::Cleared),
        Some("reported") => {
            Ok(Act::Reported(form.one("home").and_then(Jurisdiction::parse).ok_or(Calm::Odd)?))
        }
        Some(word) if word == Word::Confirmed.as_str() => {
            // The form says minutes: what it says of the begin and the end of the period is the period.
            let breach = b.incident(id)?.breach;
            let [from, to] = [(instant("from")?, breach.from), (instant("to")?, breach.to)]
                .map(|(said, whole)| said.filter(|said| to_minute(*said) != to_minute(whole)));
            Ok(b.confirming(id, (from, to))?)
        }
        _ => Err(Calm::Odd),
    }
}

/// `POST /operator/dpo/incidents/{id}/acts`. Each has to be checked beforehand in the form: what was told cannot be untold.
pub(super) async fn act(
    broker: Shared,
    visit: Visit,
    id: Path<String>,
    body: Result<Bytes, actix_web::Error>,
) -> HttpResponse {
    let taken = async {
        let form = visit.form(body)?;
        let id = BreachId::parse(&id).ok_or(Calm::Missing)?;
        visit
            .run(&broker, move |b, at| {
                let looker = b.in_console(at)?;
                form.sent_by(&looker)?;
                let caller = looker.acting()?;
                if form.one("sure") != Some("yes") {
                    return Err(Calm::Wrong("the box above the button is to be ticked".to_owned()));
                }
                b.act_on_breach(caller, id, wanted(b, id, &form)?)?;
                Ok(id)
            })
            .await
    };
    match taken.await {
        Ok(id) => visit.to(&format!("/incidents/{id}")).finish(),
        Err(calm) => calm.answer(&visit),
    }
}
