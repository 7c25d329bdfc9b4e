//! `/operator/dpo/notices`: what subscribers and recipients are still to be told. Deliberately absent: what is told, and to whom.
use super::frame::Frame;
use super::home::named;
use super::visit::Visit;
use super::{Shared, left};
use crate::broker::console::Page;
use crate::broker::officer::{Queue, Queues};
use crate::domain::time::At;
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "officer_notices.html")]
struct NoticesPage {
    frame: Frame,
    carried: bool,
    people: Vec<Row>,
    recipients: Vec<Messages>,
}

struct Row {
    what: &'static str,
    people: u64,
    due: u64,
    next: String,
    oldest: String,
}

struct Messages {
    recipient: String,
    state: String,
    messages: u64,
    oldest: String,
    failed: u64,
}

fn row(what: &'static str, queue: Queue, now: At) -> Row {
    Row {
        what,
        people: queue.people,
        due: queue.due,
        next: queue
            .first
            .map(|first| format!("{} ({})", first.rfc3339(), left(first, now)))
            .unwrap_or_default(),
        oldest: queue.oldest.map(At::rfc3339).unwrap_or_default(),
    }
}

/// `GET /operator/dpo/notices`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = visit.run(&broker, |b, at| {
        let looker = b.look(at, Page::Notices)?;
        let (recipients, now) = (b.recipients()?, b.now()?);
        let Queues { carried, letters, emergencies, digests, warnings, messages } =
            b.queues(looker.caller())?;
        let incidents = Queue { people: warnings, due: warnings, ..Queue::default() };
        Ok(NoticesPage {
            frame: Frame::within(at.console, &looker, "Notices"),
            carried,
            people: vec![
                row("What left about them", letters, now),
                row("That a rescue agency asked", emergencies, now),
                row("The year", digests, now),
                row("An incident", incidents, now),
            ],
            recipients: messages
                .into_iter()
                .map(|m| Messages {
                    recipient: named(&recipients, m.recipient),
                    state: m.state,
                    messages: m.messages,
                    oldest: m.oldest.rfc3339(),
                    failed: m.failed,
                })
                .collect(),
        })
    });
    visit.answer(shown.await)
}
