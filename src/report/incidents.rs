//! Incidents at recipients: when each became known, which step it took when, and how many were told what. Deliberately absent: whom it touches (`breach`), and what is
//! still to be done, which no bundle knows.
use super::parties::Parties;
use super::table::{Cell, Table};
use super::{Entry, Part};
use crate::domain::breach::{Step, Word};
use crate::domain::id::BreachId;
use crate::domain::record::Event;
use std::collections::BTreeMap;

/// An incident as far as the bundle tells of it.
#[derive(Debug, Default)]
struct Incident {
    recipient: String,
    period: [String; 2],
    known: String,
    ground: String,
    steps: BTreeMap<&'static str, String>,
    confirmed: String,
    reported: Vec<String>,
    told: BTreeMap<Word, u64>,
}

/// All of them, in the order of their ids, which begin with their time.
#[derive(Debug, Default)]
pub(super) struct Incidents(BTreeMap<BreachId, Incident>);

impl Part for Incidents {
    fn take(&mut self, entry: &Entry<'_>) {
        let Ok(record) = entry.record else { return };
        let at = record.at.rfc3339();
        match &record.event {
            Event::Breach { breach, step, from, to, known, ground, home, .. } => {
                let one = self.0.entry(*breach).or_default();
                one.recipient = record.recipient.map(|id| id.to_string()).unwrap_or_default();
                let (step, period) = match step {
                    Step::Declared => ("declared", [from.rfc3339(), to.rfc3339()]),
                    Step::Possible => ("possible", one.period.clone()),
                    Step::Confirmed => {
                        one.confirmed = format!("{} to {}", from.rfc3339(), to.rfc3339());
                        ("confirmed", one.period.clone())
                    }
                    Step::Cleared => ("cleared", one.period.clone()),
                    Step::ClearAsked => return,
                    Step::Reported => {
                        one.reported.push(format!("{} {at}", home.map_or("", |home| home.as_str())));
                        return;
                    }
                };
                one.period = period;
                one.known = known.map_or_else(|| one.known.clone(), |at| at.rfc3339());
                one.ground = ground.clone().unwrap_or_else(|| one.ground.clone());
                one.steps.insert(step, at);
            }
            Event::Warned { breach, word, .. } => {
                let one = self.0.entry(*breach).or_default();
                one.recipient = record.recipient.map(|id| id.to_string()).unwrap_or_default();
                *one.told.entry(*word).or_default() += 1;
            }
            _ => {}
        }
    }

    fn tables(&mut self, parties: &Parties) -> Vec<Table> {
        let rows = std::mem::take(&mut self.0).into_iter().map(|(id, one)| -> Vec<Cell> {
            let step = |name: &str| one.steps.get(name).cloned().unwrap_or_default().into();
            let told = |word| one.told.get(&word).copied().unwrap_or_default().into();
            let [from, to] = one.period.clone();
            vec![
                id.to_string().into(),
                parties.named(&one.recipient).into(),
                from.into(),
                to.into(),
                one.known.clone().into(),
                one.ground.clone().into(),
                step("declared"),
                step("possible"),
                step("confirmed"),
                one.confirmed.clone().into(),
                step("cleared"),
                one.reported.join(", ").into(),
                told(Word::Possible),
                told(Word::Confirmed),
                told(Word::Cleared),
            ]
        });
        vec![Table {
            name: "incidents",
            title: "Incidents at recipients, and how many were told of each",
            citation: "GDPR Art. 33(5), 34; PIPA Art. 34; PDPA s. 26B-26D; PDPL Art. 9",
            head: vec![
                "incident",
                "recipient",
                "from",
                "to",
                "known",
                "ground",
                "declared",
                "possible",
                "confirmed",
                "confirmed period",
                "cleared",
                "authorities",
                "told possible",
                "told confirmed",
                "told cleared",
            ],
            bars: None,
            rows: rows.collect(),
        }]
    }
}
