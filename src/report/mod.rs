//! What the laws ask an operator to show, drawn from what a bundle tells and whom its ids stand for, and from nothing else: whoever has the bundle
//! draws the same bytes again. Deliberately absent: rows, keys, the clock, and anything that a bundle does not tell.
mod breach;
mod consents;
mod counts;
mod emergencies;
mod events;
mod history;
mod incidents;
pub mod parties;
pub mod pdf;
mod provisions;
mod register;
mod sheet;
pub mod table;
pub mod told;

use crate::domain::entry::Leaf;
use crate::domain::record::Record;
use crate::domain::time::{At, HOUR_US};
use crate::ledger::export::Annex;
use crate::ledger::manifest::Query;
use crate::ledger::tally::Absent;
use parties::Parties;
use serde_json::json;
use table::Table;

/// An entry as a bundle tells of it.
pub(crate) struct Entry<'e> {
    index: u64,
    leaf: &'e Leaf,
    record: Result<&'e Record, Absent>,
}

/// Takes every entry in turn and gives tables at the end.
trait Part {
    fn take(&mut self, entry: &Entry<'_>);
    fn tables(&mut self, parties: &Parties) -> Vec<Table>;
}

/// The reports of one bundle.
pub struct Reports {
    query: Query,
    parties: Parties,
    parts: Vec<Box<dyn Part>>,
    entries: u64,
}

impl std::fmt::Debug for Reports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "reports({} entries)", self.entries)
    }
}

impl Reports {
    /// Those that answer `query`. Names are as `parties` has them.
    pub fn of(query: &Query, parties: Parties) -> Reports {
        let mut parts: Vec<Box<dyn Part>> = vec![
            Box::<counts::Counts>::default(),
            Box::<provisions::Provisions>::default(),
            Box::<consents::Consents>::default(),
            Box::<history::History>::default(),
            Box::<incidents::Incidents>::default(),
            Box::<emergencies::Emergencies>::default(),
        ];
        if query.is_whole() {
            parts.push(Box::<register::Register>::default());
        }
        if query.recipient.is_some() {
            parts.push(Box::<breach::Breach>::default());
        }
        if query.subscriber.is_some() {
            parts.push(Box::<events::Events>::default());
        }
        Reports { query: query.clone(), parties, parts, entries: 0 }
    }

    fn title(&self) -> String {
        let Query { from, to, subscriber, recipient, ground, .. } = &self.query;
        let named =
            |id: &String| self.parties.name(id).map_or_else(|| id.clone(), |name| format!("{name} ({id})"));
        let mut title = format!("From {from} to {to}");
        if let Some(id) = subscriber {
            title.push_str(&format!(", about {id}"));
        }
        if let Some(id) = recipient {
            title.push_str(&format!(", with {}", named(id)));
        }
        if let Some(ground) = ground {
            title.push_str(&format!("; ground: {ground}"));
        }
        title
    }
}

impl Annex for Reports {
    fn take(&mut self, index: u64, leaf: &[u8], record: Result<&[u8], Absent>) -> Result<(), &'static str> {
        let leaf: Leaf = serde_json::from_slice(leaf).map_err(|_| "is a leaf that no report can read")?;
        let record = match record {
            Ok(record) => Ok(serde_json::from_slice::<Record>(record)
                .map_err(|_| "has a record that no report can read")?),
            Err(absent) => Err(absent),
        };
        let entry = Entry { index, leaf: &leaf, record: record.as_ref().map_err(|absent| *absent) };
        self.parts.iter_mut().for_each(|part| part.take(&entry));
        self.entries += 1;
        Ok(())
    }

    fn files(&mut self) -> Vec<(String, Vec<u8>)> {
        let tables: Vec<Table> = self.parts.iter_mut().flat_map(|part| part.tables(&self.parties)).collect();
        let title = self.title();
        let document =
            json!({ "title": title, "entries": self.entries, "query": self.query, "tables": tables });
        let mut out = vec![
            ("parties.json".to_owned(), self.parties.bytes()),
            // INVARIANT: tables of words and numbers always serialise.
            ("report.json".to_owned(), serde_jcs::to_vec(&document).unwrap_or_default()),
            ("report.pdf".to_owned(), pdf::draw(&title, &tables)),
        ];
        out.extend(tables.iter().map(|table| (format!("report-{}.csv", table.name), sheet::write(table))));
        out.sort();
        out
    }
}

/// The month of an instant, UTC, such as `2026-11`.
fn month(at: At) -> String {
    at.date().chars().take(7).collect()
}

/// To the hour, as leaves have it.
fn hour(at: At) -> String {
    at.floor(HOUR_US).rfc3339()
}

#[cfg(test)]
mod tests;
