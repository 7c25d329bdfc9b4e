//! `/operator/dpo/incidents/foresee`: whom an incident would touch that nobody declared yet, and by when who would have to be told. Nothing is done by looking.
use super::calm::Calm;
use super::frame::Frame;
use super::home::named;
use super::incidents::{Form, IncidentsPage, declared, gather};
use super::visit::{Fields, Visit};
use super::{Shared, left};
use crate::broker::breach::foresee::{Foreseen, Home};
use crate::broker::console::{Page, Standing};
use crate::broker::{Broker, Failure};
use crate::domain::time::At;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "officer_foresee.html")]
struct ForeseePage {
    frame: Frame,
    recipient: String,
    from: String,
    to: String,
    known: String,
    /// Fewer entries were looked at than there are.
    least: Option<(u64, u64)>,
    unnamed: u64,
    people: u64,
    what: Vec<(&'static str, u64)>,
    homes: Vec<Row>,
    /// The recipient's id and the rest, to be declared as they stand; none where the session may only look.
    form: Option<(String, Form, String)>,
}

struct Row {
    home: &'static str,
    people: u64,
    subscribers: String,
    authority: String,
    rule: String,
}

impl Row {
    fn new(home: Home, now: At) -> Row {
        let clock = |by: Option<At>, none: &str| {
            by.map_or_else(|| none.to_owned(), |by| format!("{} ({})", by.rfc3339(), left(by, now)))
        };
        Row {
            home: home.home.as_str(),
            people: home.people,
            subscribers: clock(home.subscribers_by, "no rule here"),
            authority: clock(home.authority_by, "too few, or no rule here"),
            rule: home.citation.unwrap_or_default(),
        }
    }
}

/// What is shown of a question.
enum Shown {
    Foreseen(Box<ForeseePage>),
    Not(Box<IncidentsPage>),
}

fn show_it(b: &Broker, at: Standing<'_>, asked: &Fields) -> Result<Shown, Calm> {
    // Nobody has the log read through who is not in.
    b.in_console(at)?;
    let foreseen = declared(asked).and_then(|wanted| {
        let known = b.recipients()?.iter().any(|r| r.id == wanted.recipient);
        let wanted = if known { Ok(wanted) } else { Err(Failure::NotFound("recipient")) }?;
        Ok((b.foresee_breach(&wanted)?, wanted))
    });
    let (foreseen, wanted) = match foreseen {
        Ok(found) => found,
        Err(refused @ (Failure::Invalid { .. } | Failure::NotFound(_))) => {
            return Ok(Shown::Not(Box::new(gather(b, at, Some((asked, refused.to_string())))?)));
        }
        Err(other) => return Err(other.into()),
    };
    let looker = b.look_at(at, Page::Scope, Some(wanted.recipient.to_string()))?;
    let (recipients, now) = (b.recipients()?, b.now()?);
    let Foreseen { entries, looked, unnamed, what, homes } = foreseen;
    let form = looker.acting().is_ok().then(|| {
        (wanted.recipient.to_string(), Form::of(asked, &recipients, None), looker.form_token.clone())
    });
    Ok(Shown::Foreseen(Box::new(ForeseePage {
        frame: Frame::within(at.console, &looker, "Scope of an incident"),
        recipient: named(&recipients, wanted.recipient),
        from: wanted.from.rfc3339(),
        to: wanted.to.unwrap_or(now).rfc3339(),
        known: wanted.known.rfc3339(),
        least: (looked < entries).then_some((looked, entries)),
        unnamed,
        people: homes.iter().map(|home| home.people).sum(),
        what: what.into_iter().map(|(category, people)| (category.as_str(), people)).collect(),
        homes: homes.into_iter().map(|home| Row::new(home, now)).collect(),
        form,
    })))
}

/// `GET /operator/dpo/incidents/foresee?recipient=…&from=…&to=…&known=…&ground=…`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = async {
        let asked = visit.query.clone()?;
        visit.run(&broker, move |b, at| show_it(b, at, &asked)).await
    };
    match shown.await {
        Ok(Shown::Foreseen(page)) => visit.draw(StatusCode::OK, page.as_ref()),
        Ok(Shown::Not(page)) => visit.draw(StatusCode::UNPROCESSABLE_ENTITY, page.as_ref()),
        Err(calm) => calm.answer(&visit),
    }
}
