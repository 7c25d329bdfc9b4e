//! What recipients were told, and what they were refused and why, month by month; and which of it went abroad. Deliberately absent: to whom it
//! belonged, and any value.
use super::parties::Parties;
use super::table::{Cell, Table};
use super::{Entry, Part, month};
use crate::domain::record::{Event, Outcome};
use std::collections::BTreeMap;

type Told = (String, String, String, String, String);

/// Counts of categories that left, and of those that were withheld.
#[derive(Debug, Default)]
pub(super) struct Provisions {
    told: BTreeMap<Told, u64>,
    refused: BTreeMap<Told, u64>,
}

impl Part for Provisions {
    fn take(&mut self, entry: &Entry<'_>) {
        let Ok(record) = entry.record else { return };
        let recipient = record.recipient.map(|r| r.to_string()).unwrap_or_default();
        let purpose = record.purpose.map(|p| p.as_str().to_owned()).unwrap_or_default();
        let month = month(record.at);
        match &record.event {
            Event::Request { outcomes, .. } => {
                for Outcome { category, precision, reason, .. } in outcomes {
                    let (of, word) = match (precision, reason) {
                        (Some(precision), None) => (&mut self.told, precision.as_str()),
                        (_, Some(reason)) => (&mut self.refused, reason.as_str()),
                        (None, None) => (&mut self.refused, ""),
                    };
                    let key = (
                        month.clone(),
                        recipient.clone(),
                        purpose.clone(),
                        category.as_str().to_owned(),
                        word.to_owned(),
                    );
                    *of.entry(key).or_default() += 1;
                }
            }
            Event::Told { zones, .. } => {
                let key =
                    (month, recipient, purpose, "aggregate.population".to_owned(), "numbers".to_owned());
                *self.told.entry(key).or_default() += zones;
            }
            _ => {}
        }
    }

    fn tables(&mut self, parties: &Parties) -> Vec<Table> {
        let (told, refused) = (std::mem::take(&mut self.told), std::mem::take(&mut self.refused));
        let abroad = abroad(&told, parties);
        let row = |((month, recipient, purpose, category, word), count): (Told, u64)| -> Vec<Cell> {
            let name = parties.named(&recipient);
            vec![
                month.into(),
                name.into(),
                recipient.into(),
                purpose.into(),
                category.into(),
                word.into(),
                count.into(),
            ]
        };
        vec![
            Table {
                name: "provisions",
                title: "Provided to recipients, by month, purpose, category and precision",
                citation: "LIA Art. 2(5), 16(2), 19; LIA Decree Art. 30-5; GDPR Art. 15(1)(c), 30(1)(d)",
                head: vec!["month", "recipient", "id", "purpose", "category", "precision", "provided"],
                bars: Some(6),
                rows: told.into_iter().map(row).collect(),
            },
            Table {
                name: "refusals",
                title: "Withheld from recipients, by month, purpose, category and true reason",
                citation: "GDPR Art. 5(2), 25",
                head: vec!["month", "recipient", "id", "purpose", "category", "reason", "withheld"],
                bars: Some(6),
                rows: refused.into_iter().map(row).collect(),
            },
            Table {
                name: "abroad",
                title: "Provided to recipients abroad, with the ground on which data of each home country goes there",
                citation: "PIPA Art. 28-8; GDPR Art. 30(1)(e), 44-49; PDPA s. 26; PDPL Art. 22-23",
                head: vec!["recipient", "id", "country", "provided", "grounds"],
                bars: Some(3),
                rows: abroad,
            },
        ]
    }
}

/// What went to recipients in another country than the operator's.
fn abroad(told: &BTreeMap<Told, u64>, parties: &Parties) -> Vec<Vec<Cell>> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for ((_, recipient, ..), count) in told {
        *sums.entry(recipient).or_default() += count;
    }
    let beyond = sums.into_iter().filter_map(|(id, count)| {
        let party = parties.find(id).filter(|party| party.country != parties.home)?;
        let grounds = party.grounds();
        let name = party.name.clone();
        Some(vec![name.into(), id.into(), party.country.clone().into(), count.into(), grounds.into()])
    });
    beyond.collect()
}
