//! What rescue agencies asked by month: how often, about how many people, what came of it, and how many were told of it themselves. Deliberately absent: who was asked about
//! (`events`), and where he was, which is in no record.
use super::parties::Parties;
use super::table::Table;
use super::{Entry, Part, month};
use crate::domain::emergency::Found;
use crate::domain::id::SubscriberId;
use crate::domain::record::Event;
use std::collections::{BTreeMap, BTreeSet};

/// Of one agency in one month.
#[derive(Debug, Default)]
struct Asked {
    found: BTreeMap<Found, u64>,
    deferred: u64,
    people: BTreeSet<SubscriberId>,
    informed: u64,
}

/// By month and client.
#[derive(Debug, Default)]
pub(super) struct Emergencies(BTreeMap<(String, String), Asked>);

impl Part for Emergencies {
    fn take(&mut self, entry: &Entry<'_>) {
        let Ok(record) = entry.record else { return };
        match &record.event {
            Event::Emergency { client, found, deferred, .. } => {
                let one = self.0.entry((month(record.at), client.clone())).or_default();
                *one.found.entry(*found).or_default() += 1;
                one.deferred += u64::from(deferred.is_some());
                one.people.extend(record.subscriber);
            }
            Event::EmergencyTold { client, .. } => {
                self.0.entry((month(record.at), client.clone())).or_default().informed += 1;
            }
            _ => {}
        }
    }

    fn tables(&mut self, _: &Parties) -> Vec<Table> {
        let all = std::mem::take(&mut self.0);
        // Where nobody asked there is nothing to report, and bundles of before are drawn as they were.
        if all.is_empty() {
            return Vec::new();
        }
        let rows = all.into_iter().map(|((month, client), one)| {
            let of = |found| one.found.get(&found).copied().unwrap_or_default();
            vec![
                month.into(),
                client.into(),
                one.found.values().sum::<u64>().into(),
                of(Found::Told).into(),
                of(Found::Unknown).into(),
                (of(Found::NoRule) + of(Found::TooMany)).into(),
                one.deferred.into(),
                (one.people.len() as u64).into(),
                one.informed.into(),
            ]
        });
        vec![Table {
            name: "emergencies",
            title: "What rescue agencies asked without consent, by month",
            citation: "LIA Art. 29, 30, 32; GDPR Art. 5(2), 30",
            head: vec![
                "month", "agency", "asked", "told", "unknown", "refused", "deferred", "people", "informed",
            ],
            bars: Some(2),
            rows: rows.collect(),
        }]
    }
}
