//! `/regulator/policies`: which policy set was in force from which entry of the log on, and who stands for it.
use super::Shared;
use super::frame::Frame;
use super::visit::Visit;
use crate::broker::reigns::Stood;
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "console_policies.html")]
struct PoliciesPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    digest: String,
    first: u64,
    since: String,
    last: u64,
    until: String,
    stand: String,
    in_force: bool,
}

impl From<Stood> for Row {
    fn from(Stood { reign, approved_by, in_force }: Stood) -> Row {
        Row {
            digest: reign.digest,
            first: reign.first,
            since: reign.since.rfc3339(),
            last: reign.last,
            until: reign.until.rfc3339(),
            stand: if approved_by.is_empty() { "not known".to_owned() } else { approved_by.join(", ") },
            in_force,
        }
    }
}

/// `GET /regulator/policies`.
pub(super) async fn show(broker: Shared, visit: Visit) -> HttpResponse {
    let shown = visit.run(&broker, |b, at| {
        let (looker, stood) = b.reigns(at)?;
        Ok(PoliciesPage {
            frame: Frame::within(at.console, &looker, "Policy sets"),
            rows: stood.into_iter().map(Row::from).collect(),
        })
    });
    visit.answer(shown.await)
}
