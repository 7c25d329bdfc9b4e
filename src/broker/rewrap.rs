//! What older roots sealed is sealed anew under the newest, while everything goes on; then the older ones can go, and with them every copy of
//! what was sealed under them: also the keys of erased records in a backup. Deliberately absent: values that live for minutes, and sessions, whose
//! visitors enter again.
use super::deliver::{self, CREDENTIAL};
use super::{Broker, Failure, enrol, fold, never, people};
use crate::store::Fault;
use crate::store::sealed::{self, Column, Key, Row};
use std::ops::Range;
use std::sync::Arc;

/// Rows read and sealed anew in one story: a few milliseconds of the writer.
const PORTION: u32 = 256;

/// A column, as what is in it is sealed.
struct Sealed {
    place: (&'static str, &'static str),
    key: Key,
}

/// Every sealed column that lasts.
const COLUMNS: [Sealed; 9] = [
    Sealed { place: ("record_keys", "sealed"), key: Key::Plain("subscriber_id") },
    Sealed { place: ("records", "sealed"), key: Key::Plain("entry_id") },
    Sealed { place: fold::PLACE, key: Key::Plain("subscriber_id") },
    Sealed { place: enrol::PLACE, key: Key::Plain("id") },
    Sealed { place: people::PLACE, key: Key::Plain("id") },
    Sealed { place: never::PLACE, key: Key::Plain("subscriber_id") },
    Sealed { place: ("pins", "sealed"), key: Key::Plain("subscriber_id") },
    Sealed { place: CREDENTIAL, key: Key::Plain("id") },
    Sealed { place: deliver::PLACE, key: Key::WithInstant("recipient_id", "made_at") },
];

/// What became of what older roots sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Values looked at.
    pub values: u64,
    /// Sealed anew, or to be sealed anew.
    pub renewed: u64,
    /// Neither opens nor can be sealed anew; `dongui audit fsck` says which of the ledger's.
    pub broken: u64,
}

impl Broker {
    /// Seals everything anew that an older root sealed. `tell` hears now and then how many values are done.
    ///
    /// # Errors
    /// Faults of the store; what is done stays done, and may be begun again.
    pub fn rewrap(&self, tell: &mut dyn FnMut(u64)) -> Result<Rewrapped, Failure> {
        self.look_at_sealed(true, tell)
    }

    /// How much is sealed by older roots.
    ///
    /// # Errors
    /// Faults of the store.
    pub fn under_older_roots(&self, tell: &mut dyn FnMut(u64)) -> Result<Rewrapped, Failure> {
        self.look_at_sealed(false, tell)
    }

    fn look_at_sealed(&self, renew: bool, tell: &mut dyn FnMut(u64)) -> Result<Rewrapped, Failure> {
        let mut done = Rewrapped::default();
        for Sealed { place, key } in &COLUMNS {
            let column = Column { table: place.0, key: *key, column: place.1 };
            let mut after = Vec::new();
            loop {
                let page = self.store.read("keys.sealed", |tx| sealed::page(tx, column, &after, PORTION))?;
                let Some(last) = page.last() else { break };
                after.clone_from(&last.key);
                done.values += page.len() as u64;
                let mut renewed: Vec<(Row, Vec<u8>)> = Vec::new();
                for row in page {
                    match self.keyring.sealer().renew(self.rng.as_ref(), *place, &row.key, &row.sealed) {
                        None => {}
                        Some(Ok(new)) => renewed.push((row, new)),
                        Some(Err(_)) => done.broken += 1,
                    }
                }
                done.renewed += renewed.len() as u64;
                if renew && !renewed.is_empty() {
                    self.swap(column, renewed)?;
                }
                tell(done.values);
            }
        }
        if renew {
            self.store.scrub()?;
        }
        Ok(done)
    }

    /// Puts values in the place of those that older roots sealed. Who wrote one meanwhile sealed it under the newest root himself. A story of many rows may
    /// lose every race against requests where stories run side by side; then each row is one of its own.
    fn swap(&self, column: Column, renewed: Vec<(Row, Vec<u8>)>) -> Result<(), Failure> {
        let renewed = Arc::new(renewed);
        let swap = |range: Range<usize>| {
            let rows = Arc::clone(&renewed);
            self.store.write("keys.rewrap", move |tx| {
                let rows = rows.get(range.clone()).unwrap_or_default();
                rows.iter().try_for_each(|(row, new)| sealed::swap(tx, column, row, new).map(drop))
            })
        };
        match swap(0..renewed.len()) {
            Err(Fault::Busy) => Ok((0..renewed.len()).try_for_each(|n| swap(n..n + 1))?),
            done => Ok(done?),
        }
    }
}
