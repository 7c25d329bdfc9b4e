//! What is due, as the first page shows it. Deliberately absent: what is late by which rule (`broker::due`).
use super::left;
use crate::broker::due::{Due, Duty};
use crate::console::home::named;
use crate::domain::recipient::Recipient;
use crate::domain::time::At;

/// A row.
pub struct Row {
    pub what: String,
    /// The page that tells more.
    pub way: String,
    pub by: String,
    pub left: String,
    pub late: bool,
    pub rule: String,
}

fn some(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// A row for each, in their order.
pub fn rows(all: Vec<Due>, recipients: &[Recipient], base: &str, now: At) -> Vec<Row> {
    let row = |due: Due| {
        let people = some(due.count, "subscriber", "subscribers");
        let (what, way) = match due.duty {
            Duty::Subscribers(id, home) => {
                (format!("Tell {people} of {} of an incident", home.as_str()), format!("/incidents/{id}"))
            }
            Duty::Authority(id, home) => (
                format!("Tell the authority of {} of an incident", home.as_str()),
                format!("/incidents/{id}"),
            ),
            Duty::Deletion(id) => {
                let requests = some(due.count, "request", "requests");
                (format!("{} answers {requests} to delete", named(recipients, id)), "/deletions".to_owned())
            }
            Duty::Letters => (format!("Tell {people} of what left"), "/notices".to_owned()),
            Duty::Emergencies => (format!("Tell {people} that a rescue agency asked"), "/notices".to_owned()),
            Duty::Digests => (format!("Tell {people} of the year"), "/notices".to_owned()),
            Duty::Export(_) => {
                ("Two people stand for an export, or it lapses".to_owned(), "/#exports".to_owned())
            }
        };
        Row {
            what,
            way: format!("{base}{way}"),
            by: due.by.rfc3339(),
            left: left(due.by, now),
            late: due.late,
            rule: due.citation.unwrap_or_default(),
        }
    };
    all.into_iter().map(row).collect()
}
