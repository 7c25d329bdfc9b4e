//! Everything about one subscriber, in order: what was asked, what left and how finely, why not, and which policies decided. Deliberately absent:
//! values; they are in no record.
use super::parties::Parties;
use super::table::{Cell, Table};
use super::{Entry, Part};
use crate::domain::id::RecipientId;
use crate::domain::record::{ConsentAct, Event, Outcome};

/// A row, before names are known.
#[derive(Debug)]
struct Happened {
    index: u64,
    at: String,
    kind: &'static str,
    recipient: Option<RecipientId>,
    purpose: String,
    category: String,
    outcome: String,
    grant: String,
    grounds: String,
}

/// Rows in the order of the log.
#[derive(Debug, Default)]
pub(super) struct Events(Vec<Happened>);

impl Part for Events {
    fn take(&mut self, entry: &Entry<'_>) {
        let Ok(record) = entry.record else { return };
        let happened = |kind: &'static str| Happened {
            index: entry.index,
            at: record.at.rfc3339(),
            kind,
            recipient: record.recipient,
            purpose: record.purpose.map(|p| p.as_str().to_owned()).unwrap_or_default(),
            category: String::new(),
            outcome: String::new(),
            grant: String::new(),
            grounds: String::new(),
        };
        match &record.event {
            Event::Request { outcomes, .. } => {
                self.0.extend(outcomes.iter().map(|o| Happened { ..answered(o, happened("request")) }));
            }
            Event::Consent { acts, actor, channel, .. } => {
                let by = format!("{} by {channel}", actor.as_str());
                self.0.extend(acts.iter().map(|act| decided(act, &by, happened("consent"))));
            }
            Event::Purge { category, statement, .. } => self.0.push(Happened {
                category: category.as_str().to_owned(),
                outcome: format!("deletion: {}", statement.as_str()),
                ..happened("purge")
            }),
            Event::Operation { what, .. } => {
                self.0.push(Happened { outcome: what.clone(), ..happened("operation") });
            }
            Event::Look { page, client, .. } => {
                let outcome = format!("{} by {client}", page.as_str());
                self.0.push(Happened { outcome, ..happened("look") });
            }
            Event::Emergency { client, found, precision, ground, .. } => {
                let told = precision.map(|p| format!(" {}", p.as_str())).unwrap_or_default();
                let outcome = format!("{}{told}, asked by {client}", found.as_str());
                self.0.push(Happened { outcome, grounds: ground.clone(), ..happened("emergency") });
            }
            Event::EmergencyTold { client, .. } => self
                .0
                .push(Happened { outcome: format!("told that {client} had asked"), ..happened("emergency") }),
            Event::Warned { word, .. } => self.0.push(Happened {
                outcome: format!("told of an incident: {}", word.as_str()),
                ..happened("incident")
            }),
            _ => {}
        }
    }

    fn tables(&mut self, parties: &Parties) -> Vec<Table> {
        let rows = std::mem::take(&mut self.0).into_iter().map(|h| -> Vec<Cell> {
            let recipient = h.recipient.map(|id| parties.named(&id.to_string())).unwrap_or_default();
            vec![
                h.index.into(),
                h.at.into(),
                h.kind.into(),
                recipient.into(),
                h.purpose.into(),
                h.category.into(),
                h.outcome.into(),
                h.grant.into(),
                h.grounds.into(),
            ]
        });
        vec![Table {
            name: "events",
            title: "Everything recorded about the subscriber, with the policies that decided",
            citation: "GDPR Art. 15, 22; PIPA Art. 35, 37-2; LIA Art. 24(3); PDPA s. 21",
            head: vec![
                "entry",
                "at",
                "kind",
                "recipient",
                "purpose",
                "category",
                "outcome",
                "consent",
                "grounds",
            ],
            bars: None,
            rows: rows.collect(),
        }]
    }
}

fn answered(outcome: &Outcome, row: Happened) -> Happened {
    let told = match (outcome.precision, outcome.reason) {
        (Some(precision), None) => {
            let crowd = outcome.crowd.map(|n| format!(", {n} alike")).unwrap_or_default();
            format!("told: {}{crowd}", precision.as_str())
        }
        (_, reason) => format!("withheld: {}", reason.map_or("", |r| r.as_str())),
    };
    Happened {
        category: outcome.category.as_str().to_owned(),
        outcome: told,
        grant: outcome.grant.map(|g| g.to_string()).unwrap_or_default(),
        grounds: outcome.by.join(", "),
        ..row
    }
}

fn decided(act: &ConsentAct, by: &str, row: Happened) -> Happened {
    Happened {
        recipient: Some(act.recipient),
        purpose: act.purpose.as_str().to_owned(),
        category: act.category.as_str().to_owned(),
        outcome: format!("{} {} until {}", act.act.as_str(), act.precision.as_str(), act.until.rfc3339()),
        grant: act.grant.to_string(),
        grounds: format!("{by}, notice {}", act.notice),
        ..row
    }
}
