//! What is in the log, month by month. Deliberately absent: what happened.
use super::parties::Parties;
use super::table::Table;
use super::{Entry, Part, month};
use crate::ledger::tally::Absent;
use std::collections::BTreeMap;

/// Entries by month and kind: all, opened, erased, withheld.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<(String, &'static str), [u64; 4]>);

impl Part for Counts {
    fn take(&mut self, entry: &Entry<'_>) {
        let of = self.0.entry((month(entry.leaf.hour), entry.leaf.kind.as_str())).or_default();
        let which = match entry.record {
            Ok(_) => 1,
            Err(Absent::Erased) => 2,
            Err(Absent::Withheld) => 3,
        };
        for n in [0, which] {
            if let Some(count) = of.get_mut(n) {
                *count += 1;
            }
        }
    }

    fn tables(&mut self, _: &Parties) -> Vec<Table> {
        let rows = std::mem::take(&mut self.0).into_iter().map(
            |((month, kind), [all, opened, erased, withheld])| {
                vec![month.into(), kind.into(), all.into(), opened.into(), erased.into(), withheld.into()]
            },
        );
        vec![Table {
            name: "entries",
            title: "Entries of the log by month and kind",
            citation: "GDPR Art. 5(2); LIA Art. 16(2)",
            head: vec!["month", "kind", "entries", "opened", "erased", "withheld"],
            bars: Some(2),
            rows: rows.collect(),
        }]
    }
}
