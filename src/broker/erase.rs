//! Records about a subscriber are erased: not those that a country's law has stay, which are sealed anew. The key that sealed all of them is
//! destroyed, so that no copy opens any more, wherever one lies; the leaves stay, and with them every proof. A tombstone in the log says which
//! leaves, how many records stay and why, and never whose.
//!
//! Deliberately absent: what is known of his life (`known`), and copies beyond the database, which open until the root that sealed the key is gone.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::domain::entry::{Kind, Leaf};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::record::{Event, Ground, Record};
use crate::domain::subscriber::{Jurisdiction, Reference};
use crate::domain::time::At;
use crate::policy::rule::Keep;
use crate::store::record_keys::{self, About, SealedRecord};
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Tx, entries, withdrawn};
use std::sync::atomic::Ordering;

/// Times it is decided anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Records that are gone.
    pub records: u64,
    /// Records that stay.
    pub kept: u64,
    /// Whether the files of the database are rid of what is gone; else they will be within minutes.
    pub cleared: bool,
    /// The tombstone.
    pub entry: EntryId,
}

/// What stays, and why: what a subscriber is told before he decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Of which kind.
    pub record: Kind,
    /// For how long from when it was made, days.
    pub days: u16,
    /// The rule it rests on.
    pub citation: String,
}

/// A record that goes, or one that stays, with what it is sealed to now.
struct Sorted {
    gone: Vec<(i64, EntryId)>,
    kept: Vec<(EntryId, Vec<u8>)>,
}

impl Broker {
    /// Erases the records about whoever has a reference, or with `former` about who had it last and has it no more.
    ///
    /// # Errors
    /// `NotFound` for nobody; faults.
    pub fn erase_of(&self, _caller: &Caller, reference: &Reference, former: bool) -> Result<Erased, Failure> {
        self.erase(self.whose(reference, former)?.id, Ground::Operator)
    }

    /// How many records would go, and how many would stay.
    ///
    /// # Errors
    /// As `erase_of`.
    pub fn to_erase(
        &self,
        _caller: &Caller,
        reference: &Reference,
        former: bool,
    ) -> Result<(u64, u64), Failure> {
        let (found, now) = (self.whose(reference, former)?, self.now()?);
        let about = self.store.read("records.about", |tx| record_keys::about(tx, found.id))?;
        let Sorted { gone, kept } =
            self.sort(about, (found.id, &self.seal.key(&found.id.0)), found.home, now)?;
        Ok((gone.len() as u64, kept.len() as u64))
    }

    fn whose(&self, reference: &Reference, former: bool) -> Result<Subscriber, Failure> {
        if !former {
            return self.subscriber_of(reference);
        }
        let index = self.keyring.blind_index(reference.text());
        let found = self.store.read("subscriber.former", |tx| subscribers::find_former(tx, &index))?;
        found.ok_or(Failure::NotFound("former subscriber"))
    }

    /// Erases the records about a subscriber. An answer that is being made meanwhile is made anew, and recorded under the new key.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn erase(&self, id: SubscriberId, ground: Ground) -> Result<Erased, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&id.0));
            let now = self.now()?;
            // Only what has a number can be named by a tombstone; and nothing is erased from a database that is behind what it published.
            self.sequence()?;
            let found = self.store.read("records.erase", |tx| subscribers::find(tx, id))?;
            let found = found.ok_or(Failure::NotFound("subscriber"))?;
            let (version, home) = (found.version, found.home);
            let recalled = self.recall(&found, now)?;
            let about = self.store.read("records.about", |tx| record_keys::about(tx, id))?;
            let key = self.seal.key(&id.0);
            let Sorted { gone, kept } = self.sort(about, (id, &key), home, now)?;
            let leaves = gone.iter().map(|(seq, _)| u64::try_from(*seq)).collect::<Result<Vec<_>, _>>();
            let event = Event::Erasure {
                leaves: leaves.map_err(|_| Fault::Corrupt("entries"))?,
                kept: kept.len() as u64,
                ground,
            };
            // About nobody: whose records they were goes with them.
            let tombstone =
                self.entry(&Record { at: now, subscriber: None, recipient: None, purpose: None, event })?;
            let (entry, records, stay) = (tombstone.id, gone.len() as u64, kept.len() as u64);
            let written = self.store.write("records.erase", move |tx| {
                if !subscribers::bump(tx, id, version)? || changed(tx, id, gone.len() + kept.len())? {
                    return Ok(false);
                }
                record_keys::replace(tx, id, &key)?;
                gone.iter().try_for_each(|(seq, entry)| record_keys::destroy(tx, *seq, *entry))?;
                kept.iter().try_for_each(|(entry, sealed)| record_keys::reseal(tx, *entry, sealed))?;
                entries::append(tx, &tombstone)?;
                recalled.iter().try_for_each(|asked| asked.write(tx))?;
                withdrawn::look_again(tx, id, now)?;
                withdrawn::key_replaced(tx, id)?;
                Ok(true)
            })?;
            if written {
                return Ok(Erased { records, kept: stay, cleared: self.clear(), entry });
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    /// Has what was erased leave the files of the database; whether it has. What long readers kept from it is done by the next sweep.
    pub(super) fn clear(&self) -> bool {
        let cleared = self.store.scrub().is_ok();
        self.uncleared.store(!cleared, Ordering::Relaxed);
        cleared
    }

    /// What stays of a subscriber's records when they are erased, and why.
    pub fn kept_despite(&self, home: Jurisdiction) -> Vec<Kept> {
        let kept = |k: &Keep| Kept { record: k.record, days: k.days, citation: k.citation.clone() };
        self.engine.pack(home).keep.iter().map(kept).collect()
    }

    fn sort(
        &self,
        about: Vec<About>,
        (id, key): (SubscriberId, &[u8]),
        home: Jurisdiction,
        now: At,
    ) -> Result<Sorted, Failure> {
        let pack = self.engine.pack(home);
        let mut sorted = Sorted { gone: Vec::new(), kept: Vec::new() };
        for (seq, entry, leaf, record) in about {
            let leaf: Leaf = serde_json::from_slice(&leaf).map_err(|_| Fault::Corrupt("entries"))?;
            if pack.keep(leaf.kind, leaf.hour, now).is_none() {
                sorted.gone.push((seq, entry));
                continue;
            }
            sorted.kept.push((entry, self.sealed_anew(entry, &record, (id, key))?));
        }
        Ok(sorted)
    }

    /// A record under another key. What does not open stays as it is: another root may open it.
    fn sealed_anew(
        &self,
        entry: EntryId,
        record: &SealedRecord,
        (id, key): (SubscriberId, &[u8]),
    ) -> Result<Vec<u8>, Failure> {
        let plain = self.seal.open(&entry.0, record.key(), &record.sealed);
        let plain = plain.map_err(|_| Fault::Corrupt("records"))?;
        let key = crate::crypt::record::SealedKey { subscriber: &id.0, sealed: key };
        let sealed = self.seal.seal(&entry.0, Some(key), &plain);
        Ok(sealed.map_err(|_| Fault::Corrupt("record_keys"))?)
    }

    /// Puts another key in the place of a subscriber's and seals all of his records anew. Where some have no number yet the key stays: false.
    pub(super) fn rekey(&self, id: SubscriberId) -> Result<bool, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&id.0));
            let (found, about, all) = self.store.read("records.rekey", |tx| {
                Ok((subscribers::find(tx, id)?, record_keys::about(tx, id)?, record_keys::count(tx, id)?))
            })?;
            let Some(found) = found.filter(|_| about.len() as i64 == all) else { return Ok(false) };
            let key = self.seal.key(&id.0);
            let sealed = about
                .iter()
                .map(|(_, entry, _, record)| Ok((*entry, self.sealed_anew(*entry, record, (id, &key))?)));
            let sealed = sealed.collect::<Result<Vec<_>, Failure>>()?;
            let written = self.store.write("records.rekey", move |tx| {
                if !subscribers::bump(tx, id, found.version)? || changed(tx, id, sealed.len())? {
                    return Ok(false);
                }
                record_keys::replace(tx, id, &key)?;
                sealed.iter().try_for_each(|(entry, sealed)| record_keys::reseal(tx, *entry, sealed))?;
                withdrawn::key_replaced(tx, id)?;
                Ok(true)
            })?;
            if written {
                return Ok(true);
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }
}

/// Whether there are other records about him than were sorted: some stories about a subscriber do not move his version.
fn changed(tx: &mut Tx<'_>, id: SubscriberId, sorted: usize) -> Result<bool, Fault> {
    Ok(record_keys::count(tx, id)? != sorted as i64)
}
