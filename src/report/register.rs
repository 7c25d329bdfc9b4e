//! The record of processing activities, from what is registered when the bundle is made. Deliberately absent: what was done (`provisions`).
use super::parties::Parties;
use super::table::Table;
use super::{Entry, Part};

/// Nothing is taken: registrations say it.
#[derive(Debug, Default)]
pub(super) struct Register;

impl Part for Register {
    fn take(&mut self, _: &Entry<'_>) {}

    fn tables(&mut self, parties: &Parties) -> Vec<Table> {
        let mut rows = Vec::new();
        for party in &parties.recipients {
            let transfers = party.grounds();
            for ceiling in &party.ceilings {
                rows.push(vec![
                    party.name.clone().into(),
                    party.id.clone().into(),
                    party.country.clone().into(),
                    ceiling.purpose.as_str().into(),
                    ceiling.category.as_str().into(),
                    ceiling.precision.as_str().into(),
                    transfers.clone().into(),
                ]);
            }
        }
        vec![Table {
            name: "register",
            title: "Record of processing activities: what each recipient may receive at most, and on what ground data goes to it",
            citation: "GDPR Art. 30; PIPA Art. 30; LIA Art. 21-2",
            head: vec!["recipient", "id", "country", "purpose", "category", "finest", "transfer"],
            bars: None,
            rows,
        }]
    }
}
