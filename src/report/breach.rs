//! Whom a breach at a recipient touches: everybody whose data left to it, what of it and how finely. Deliberately absent: whether an answer that was
//! committed also arrived; nobody but the recipient knows, so that all of them count as possible, and those who are erased are only counted.
use super::parties::Parties;
use super::table::Table;
use super::{Entry, Part};
use crate::domain::entry::Kind;
use crate::domain::id::SubscriberId;
use crate::domain::record::Event;
use crate::domain::time::At;
use crate::ledger::tally::Absent;
use std::collections::{BTreeMap, BTreeSet};

/// What left about one subscriber.
#[derive(Debug)]
struct Touched {
    first: At,
    last: At,
    answers: u64,
    what: BTreeSet<(&'static str, &'static str)>,
}

/// Who was touched.
#[derive(Debug, Default)]
pub(super) struct Breach {
    touched: BTreeMap<SubscriberId, Touched>,
    unnamed: u64,
}

impl Part for Breach {
    fn take(&mut self, entry: &Entry<'_>) {
        self.unnamed += u64::from(
            entry.record.is_err_and(|a| a == Absent::Erased)
                && entry.leaf.kind == Kind::Request
                && entry.leaf.recipient.is_some(),
        );
        let Some((record, who)) = entry.record.ok().and_then(|r| Some((r, r.subscriber?))) else { return };
        let Event::Request { outcomes, .. } = &record.event else { return };
        let what: Vec<_> = outcomes
            .iter()
            .filter(|o| o.reason.is_none())
            .filter_map(|o| Some((o.category.as_str(), o.precision?.as_str())))
            .collect();
        if what.is_empty() {
            return;
        }
        let new = || Touched { first: record.at, last: record.at, answers: 0, what: BTreeSet::new() };
        let touched = self.touched.entry(who).or_insert_with(new);
        touched.first = touched.first.min(record.at);
        touched.last = touched.last.max(record.at);
        touched.answers += 1;
        touched.what.extend(what);
    }

    fn tables(&mut self, _: &Parties) -> Vec<Table> {
        let touched = std::mem::take(&mut self.touched);
        let people = touched.len() as u64;
        let rows = touched.into_iter().map(|(who, t)| {
            let what: Vec<String> =
                t.what.iter().map(|(category, precision)| format!("{category} {precision}")).collect();
            vec![
                who.to_string().into(),
                t.first.rfc3339().into(),
                t.last.rfc3339().into(),
                t.answers.into(),
                what.join(", ").into(),
            ]
        });
        let rows = rows.collect();
        vec![
            Table {
                name: "breach",
                title: "Scope of a breach at the recipient",
                citation: "GDPR Art. 33(3); PIPA Art. 34; PDPA s. 26B-26D; PDPL Art. 9",
                head: vec!["what", "count"],
                bars: None,
                rows: vec![
                    vec!["subscribers whose data left to it".into(), people.into()],
                    vec![
                        "answers about subscribers whose records are erased, at most".into(),
                        self.unnamed.into(),
                    ],
                ],
            },
            Table {
                name: "touched",
                title: "Subscribers whose data left to the recipient",
                citation: "GDPR Art. 34; PIPA Art. 34(1)",
                head: vec!["subscriber", "first", "last", "answers", "what"],
                bars: None,
                rows,
            },
        ]
    }
}
