//! What staff did, which policies were in force when, what was erased, who took exports, who looked. Deliberately absent: what is recorded by the thousand
//! (`counts`).
use super::parties::Parties;
use super::table::{Cell, Table};
use super::{Entry, Part, hour, month};
use crate::domain::record::{Event, Ground};
use std::collections::BTreeMap;

/// A stretch of entries under one policy set.
#[derive(Debug)]
struct Reign {
    digest: String,
    first: u64,
    since: String,
    last: u64,
    until: String,
}

/// What is listed in order.
#[derive(Debug, Default)]
pub(super) struct History {
    staff: BTreeMap<(String, String), u64>,
    approvals: Vec<Vec<Cell>>,
    reigns: Vec<Reign>,
    erasures: Vec<Vec<Cell>>,
    exports: Vec<Vec<Cell>>,
    looks: Vec<Vec<Cell>>,
}

impl Part for History {
    fn take(&mut self, entry: &Entry<'_>) {
        let (digest, index, when) = (&entry.leaf.policy, entry.index, hour(entry.leaf.hour));
        match self.reigns.last_mut().filter(|reign| reign.digest == *digest) {
            Some(reign) => (reign.last, reign.until) = (index, when),
            None => {
                let (since, until) = (when.clone(), when);
                self.reigns.push(Reign { digest: digest.clone(), first: index, since, last: index, until });
            }
        }
        let Ok(record) = entry.record else { return };
        let at = record.at.rfc3339();
        match &record.event {
            Event::Operation { what, which } => {
                *self.staff.entry((month(record.at), what.clone())).or_default() += 1;
                // What two people must stand for names who stood.
                if what.ends_with(".approve") || what.ends_with(".draft") || what.starts_with("export.") {
                    self.approvals.push(vec![
                        index.into(),
                        at.into(),
                        what.as_str().into(),
                        which.as_str().into(),
                    ]);
                }
            }
            Event::Erasure { leaves, kept, ground } => {
                let ground = match ground {
                    Ground::Subscriber => "subscriber",
                    Ground::Operator => "operator",
                    Ground::Retention => "retention",
                    Ground::Withdrawn => "withdrawn",
                    Ground::Restored => "restored",
                };
                self.erasures.push(vec![
                    index.into(),
                    at.into(),
                    (leaves.len() as u64).into(),
                    (*kept).into(),
                    ground.into(),
                ]);
            }
            Event::Export { client, from, to, first, end, .. } => self.exports.push(vec![
                index.into(),
                at.into(),
                client.as_str().into(),
                from.rfc3339().into(),
                to.rfc3339().into(),
                (*first).into(),
                (*end).into(),
            ]),
            Event::Look { client, page, which, ground } => self.looks.push(vec![
                index.into(),
                at.into(),
                client.as_str().into(),
                page.as_str().into(),
                which.as_deref().unwrap_or_default().into(),
                ground.as_str().into(),
            ]),
            _ => {}
        }
    }

    fn tables(&mut self, _: &Parties) -> Vec<Table> {
        let looks = std::mem::take(&mut self.looks);
        let staff = std::mem::take(&mut self.staff).into_iter();
        let reigns = std::mem::take(&mut self.reigns).into_iter();
        let mut tables = vec![
            Table {
                name: "staff",
                title: "Changes by the operator's people, by month",
                citation: "LIA Decree Art. 20; PIPA Art. 29; GDPR Art. 5(2), 32",
                head: vec!["month", "what", "count"],
                bars: Some(2),
                rows: staff.map(|((month, what), n)| vec![month.into(), what.into(), n.into()]).collect(),
            },
            Table {
                name: "approvals",
                title: "What two people must stand for, and who stood for it",
                citation: "LIA Decree Art. 20; ASVS 2.3.5",
                head: vec!["entry", "at", "what", "which"],
                bars: None,
                rows: std::mem::take(&mut self.approvals),
            },
            Table {
                name: "policies",
                title: "Policy sets in force, by SHA-256, from entry to entry",
                citation: "GDPR Art. 24(1), 25; AI Act Art. 12",
                head: vec!["policies", "first", "since", "last", "until"],
                bars: None,
                rows: reigns
                    .map(|r| {
                        vec![r.digest.into(), r.first.into(), r.since.into(), r.last.into(), r.until.into()]
                    })
                    .collect(),
            },
            Table {
                name: "erasures",
                title: "Erasures: records that are gone, and that stay by law",
                citation: "GDPR Art. 17; PIPA Art. 21; LIA Art. 24(4)",
                head: vec!["entry", "at", "erased", "kept", "ground"],
                bars: None,
                rows: std::mem::take(&mut self.erasures),
            },
            Table {
                name: "exports",
                title: "Exports that were taken",
                citation: "GDPR Art. 5(2), 32; LIA Decree Art. 20",
                head: vec!["entry", "at", "client", "from", "to", "first", "end"],
                bars: None,
                rows: std::mem::take(&mut self.exports),
            },
        ];
        // Bundles of before consoles have none, and are drawn as they were.
        if !looks.is_empty() {
            tables.push(Table {
                name: "looks",
                title: "Who looked into a console, at what and why",
                citation: "GDPR Art. 5(2), 32; LIA Decree Art. 20",
                head: vec!["entry", "at", "client", "page", "which", "ground"],
                bars: None,
                rows: looks,
            });
        }
        tables
    }
}
