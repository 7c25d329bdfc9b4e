//! `/operator/dpo/deletions`: what recipients were asked to delete and have not answered, late ones first. Deliberately absent: whose data it is.
use super::frame::Frame;
use super::home::{Overdue, named};
use super::visit::Visit;
use super::{Shared, left};
use crate::broker::console::Page;
use crate::broker::officer::Unanswered;
use crate::domain::purge;
use actix_web::HttpResponse;
use askama::Template;

/// Requests of the list at most.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "officer_deletions.html")]
struct DeletionsPage {
    frame: Frame,
    recipients: Vec<Row>,
    overdue: Vec<Overdue>,
    refused: Vec<Refused>,
}

struct Row {
    recipient: String,
    late: u64,
    open: u64,
    first: String,
    left: String,
}

/// What a recipient keeps, and why.
struct Refused {
    id: String,
    recipient: String,
    category: &'static str,
    reason: String,
    answered: String,
}

/// `GET /operator/dpo/deletions`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = visit.run(&broker, |b, at| {
        let looker = b.look(at, Page::Deletions)?;
        let (recipients, now) = (b.recipients()?, b.now()?);
        let [late, open] = b.unanswered(looker.caller())?;
        let of =
            |all: &[Unanswered], id| all.iter().find(|one| one.recipient == id).map_or(0, |one| one.requests);
        let mut ids: Vec<_> = late.iter().chain(&open).map(|one| (one.first, one.recipient)).collect();
        ids.sort();
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for (first, id) in ids.into_iter().filter(|(_, id)| seen.insert(*id)) {
            rows.push(Row {
                recipient: named(&recipients, id),
                late: of(&late, id),
                open: of(&open, id),
                first: first.rfc3339(),
                left: left(first, now),
            });
        }
        let list =
            |which| Ok::<_, crate::broker::Failure>(b.purges(looker.caller(), which)?.into_iter().take(ROWS));
        let refused = list(purge::Asked::Refused)?.map(|request| Refused {
            id: request.id.to_string(),
            recipient: named(&recipients, request.recipient),
            category: request.category.as_str(),
            reason: request.reason.unwrap_or_default(),
            answered: request.answered.map(|at| at.rfc3339()).unwrap_or_default(),
        });
        Ok(DeletionsPage {
            frame: Frame::within(at.console, &looker, "Deletions"),
            recipients: rows,
            overdue: list(purge::Asked::Overdue)?.map(|request| Overdue::new(request, &recipients)).collect(),
            refused: refused.collect(),
        })
    });
    visit.answer(shown.await)
}
