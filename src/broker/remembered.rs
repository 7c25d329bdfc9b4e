//! What many requests need and few stories change, kept in memory: who is registered, how many are alike. It is believed only
//! while a counter in the same snapshot says that nothing of it has changed since, so that neither a story of this second nor one of
//! another process is overlooked. Deliberately absent: anything about one subscriber.
use super::{Broker, fold};
use crate::domain::client::Client;
use crate::domain::recipient::Recipient;
use crate::domain::time::At;
use crate::minimise::crowd::{Crowd, CrowdKey, Crowds};
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
    weigh: fn(&V) -> usize,
    held: RwLock<Held<K, V>>,
}

#[derive(Debug)]
struct Held<K, V> {
    generation: i64,
    weight: usize,
    values: FxHashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    /// Holds at most so many.
    pub(super) fn new(most: usize) -> Remembered<K, V> {
        Remembered::weighed(most, |_| 1)
    }

    /// Holds no more than weighs so much together.
    pub(super) fn weighed(most: usize, weigh: fn(&V) -> usize) -> Remembered<K, V> {
        let held = Held { generation: i64::MIN, weight: 0, values: FxHashMap::default() };
        Remembered { most, weigh, held: RwLock::new(held) }
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
            if let Some(value) = held.values.get(&key).filter(|_| held.generation == generation) {
                return Ok(value.clone());
            }
        }
        let value = read(&key)?;
        let weight = (self.weigh)(&value);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.generation < generation {
            *held = Held { generation, weight: 0, values: FxHashMap::default() };
        }
        // A snapshot older than what is held reads for itself alone.
        if held.generation == generation && weight <= self.most {
            while held.weight + weight > self.most {
                held.halve(self.weigh);
            }
            if let Some(before) = held.values.insert(key, value.clone()) {
                held.weight -= (self.weigh)(&before);
            }
            held.weight += weight;
        }
        Ok(value)
    }
}

impl<K: Eq + Hash, V> Held<K, V> {
    /// Forgets every second value, in no order: what is asked for often is soon there again.
    fn halve(&mut self, weigh: fn(&V) -> usize) {
        let (mut keep, mut weight) = (false, 0);
        self.values.retain(|_, value| {
            keep = !keep;
            // The only one left goes too.
            let stays = !keep;
            weight += if stays { weigh(value) } else { 0 };
            stays
        });
        self.weight = weight;
    }
}

/// A client and whom it asks for.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// The recipient it belongs to, as well assured as the client.
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
            let Some(mut recipient) = recipients::find(tx, id)? else { return Ok(None) };
            // What is told is as safe as the weaker of the two.
            recipient.assurance = recipient.assurance.min(client.assurance);
            Ok(Some(Arc::new(Registered { client, recipient })))
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
            if let Some(everybody) = key.but_for() {
                let within = std::mem::take(&mut together);
                for bytes in crowds::of_zones(tx, everybody.as_str(), zone::REGIONS, key.bucket)? {
                    together.union(&crowd(&bytes)?);
                }
                together.without(&within);
            }
            Ok(Arc::new(together))
        })
    }

    fn both(&mut self, one: CrowdKey, other: CrowdKey) -> Result<u64, Fault> {
        let broker = self.broker;
        broker.crowd_pairs.get(self.generation, (one, other), |_| {
            let one = self.crowd(one)?;
            Ok(one.intersection_len(&*self.crowd(other)?))
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
        assert_eq!([get(2, 8, 80), get(2, 9, 90)], [80, 90]);
        assert!(known.held.read().unwrap().values.len() <= 2, "no more than so many are held");
    }

    #[test]
    fn what_is_held_weighs_no_more_than_it_may_and_what_is_too_heavy_is_read_each_time() {
        let known = Remembered::<u8, usize>::weighed(10, |value| *value);
        for key in 0..100u8 {
            assert_eq!(known.get(1, key, |_| Ok(usize::from(key % 7))).unwrap(), usize::from(key % 7));
            let held = known.held.read().unwrap();
            assert_eq!(held.weight, held.values.values().sum::<usize>());
            assert!(held.weight <= 10 && !held.values.is_empty());
        }
        assert_eq!(known.get(1, 200, |_| Ok(11)).unwrap(), 11);
        assert_eq!(known.get(1, 200, |_| Ok(9)).unwrap(), 9, "it was not kept");
        assert_eq!(known.get(1, 200, |_| Ok(0)).unwrap(), 9);
        assert_eq!(known.get(2, 200, |_| Ok(1)).unwrap(), 1, "of another generation");
        assert_eq!(known.held.read().unwrap().weight, 1);
    }

    #[test]
    fn what_was_not_read_is_not_remembered() {
        let known = Remembered::<u8, u8>::new(2);
        assert!(known.get(1, 7, |_| Err(Fault::Busy)).is_err());
        assert_eq!(known.get(1, 7, |_| Ok(70)).unwrap(), 70);
    }
}
