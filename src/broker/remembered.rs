//! What many requests need and few stories change, kept in memory: who is registered, how many are alike. It is believed only
//! while a counter in the same snapshot says that nothing of it has changed since, so that neither a story of this second nor one of
//! another process is overlooked. Deliberately absent: anything about one subscriber.
use super::{Broker, fold};
use crate::domain::client::Client;
use crate::domain::recipient::Recipient;
use crate::domain::time::At;
use crate::minimise::crowd::{Crowd, CrowdKey, CrowdKind, Crowds};
use crate::minimise::item::Released;
use crate::minimise::joint::{self, Source};
use crate::minimise::zone;
use crate::store::counters::Counters;
use crate::store::{Fault, Tx, crowds, recipients};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

/// Values of one generation.
#[derive(Debug)]
pub(super) struct Remembered<K, V> {
    most: usize,
    held: RwLock<(i64, FxHashMap<K, V>)>,
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    /// Holds at most so many, then begins anew.
    pub(super) fn new(most: usize) -> Remembered<K, V> {
        Remembered { most, held: RwLock::new((i64::MIN, FxHashMap::default())) }
    }

    /// The value of `key` in `generation`, read by `read` when it is not known.
    pub(super) fn get(
        &self,
        generation: i64,
        key: K,
        read: impl FnOnce(&K) -> Result<V, Fault>,
    ) -> Result<V, Fault> {
        {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(value) = held.1.get(&key).filter(|_| held.0 == generation) {
                return Ok(value.clone());
            }
        }
        let value = read(&key)?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.0 < generation || held.1.len() >= self.most {
            held.1.clear();
            held.0 = held.0.max(generation);
        }
        // A snapshot older than what is held reads for itself alone.
        if held.0 == generation {
            held.1.insert(key, value.clone());
        }
        Ok(value)
    }
}

/// A client and whom it asks for.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// The recipient it belongs to.
    pub recipient: Recipient,
}

impl Broker {
    /// The client and its recipient; `None` when it is not registered, or for no recipient.
    pub(crate) fn registered(
        &self,
        tx: &mut Tx<'_>,
        counted: &Counters,
        client: &str,
    ) -> Result<Option<Arc<Registered>>, Fault> {
        self.registered.get(counted.registrations, client.to_owned(), |client| {
            let Some(client) = recipients::find_client(tx, client)? else { return Ok(None) };
            let Some(id) = client.recipient else { return Ok(None) };
            let recipient = recipients::find(tx, id)?;
            Ok(recipient.map(|recipient| Arc::new(Registered { client, recipient })))
        })
    }

    /// How many persons are in each of the crowds `keys` and fit everything in `released`, told to anyone; `least` of them are enough.
    pub(crate) fn crowds(
        &self,
        tx: &mut Tx<'_>,
        counted: &Counters,
        keys: Vec<CrowdKey>,
        released: &[Released],
        least: u32,
        now: At,
    ) -> Result<Crowds, Fault> {
        let base = u32::try_from(counted.persons).unwrap_or(u32::MAX);
        let mut kept = Kept { broker: self, tx, generation: counted.crowds, now };
        joint::counted(&mut kept, base, keys, released, least, now)
    }
}

/// Crowds as one snapshot holds them.
struct Kept<'b, 't, 'c> {
    broker: &'b Broker,
    tx: &'t mut Tx<'c>,
    generation: i64,
    now: At,
}

impl Source for Kept<'_, '_, '_> {
    type Fault = Fault;

    fn size(&mut self, key: CrowdKey) -> Result<u32, Fault> {
        let Kept { broker, tx, generation, .. } = self;
        broker.crowd_sizes.get(*generation, key, |key| {
            let size = crowds::size(tx, fold::crowd_key(*key))?.unwrap_or(0);
            u32::try_from(size).map_err(|_| Fault::Corrupt("crowd"))
        })
    }

    fn crowd(&mut self, key: CrowdKey) -> Result<Arc<Crowd>, Fault> {
        let Kept { broker, tx, generation, now } = self;
        broker.crowd_sets.get(*generation, key, |key| {
            let mut together = Crowd::default();
            for stored in key.stored(*now) {
                if let Some(bytes) = crowds::find(tx, fold::crowd_key(stored))? {
                    together.union(&crowd(&bytes)?);
                }
            }
            if key.kind == CrowdKind::Beyond {
                let within = std::mem::take(&mut together);
                for bytes in crowds::of_zones(tx, zone::REGIONS, key.bucket)? {
                    together.union(&crowd(&bytes)?);
                }
                together.without(&within);
            }
            Ok(Arc::new(together))
        })
    }
}

fn crowd(bytes: &[u8]) -> Result<Crowd, Fault> {
    Crowd::from_bytes(bytes).map_err(|_| Fault::Corrupt("crowd"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_counts_for_its_generation_only() {
        let known = Remembered::<u8, u8>::new(2);
        let get = |generation, key, value| known.get(generation, key, |_| Ok(value)).unwrap();
        assert_eq!(get(1, 7, 70), 70);
        assert_eq!(get(1, 7, 0), 70, "known");
        assert_eq!(get(2, 7, 71), 71, "changed since");
        assert_eq!(get(1, 7, 70), 70, "an older snapshot still sees what was");
        assert_eq!(get(2, 7, 0), 71, "and spoils nothing");
        assert_eq!(
            [get(2, 8, 80), get(2, 9, 90), get(2, 7, 72)],
            [80, 90, 72],
            "no more than so many are held"
        );
    }

    #[test]
    fn what_was_not_read_is_not_remembered() {
        let known = Remembered::<u8, u8>::new(2);
        assert!(known.get(1, 7, |_| Err(Fault::Busy)).is_err());
        assert_eq!(known.get(1, 7, |_| Ok(70)).unwrap(), 70);
    }
}
