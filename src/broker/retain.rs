//! Records about subscribers whose time is over by the pack of their home country are erased: once a day, oldest first. Their leaves stay, and a tombstone
//! names them, never whose they were. Their keys stay too, since what is younger is sealed under them; a copy of before opens until its subscriber
//! has his records erased. Deliberately absent: what somebody wants erased (`erase`).
use super::{Broker, Failure};
use crate::domain::entry::Leaf;
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::record::{Event, Ground, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::store::record_keys::{self, Aged};
use crate::store::{Fault, Tx, counters, entries};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

/// Entries looked at in one story: a few milliseconds of the writer.
const PAGE: i64 = 256;

/// A numbered record that goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone {
    /// Leaf index.
    pub seq: i64,
    /// Its entry.
    pub entry: EntryId,
    /// About whom.
    pub whose: SubscriberId,
}

impl Broker {
    /// The same, unless it was done today.
    pub(super) fn retain_daily(&self, now: At) -> Result<(), Failure> {
        let today = now.0.div_euclid(DAY_US);
        if self.retained.load(Ordering::Relaxed) != today {
            self.retain(now)?;
            self.retained.store(today, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Erases every record whose time is over. How many.
    ///
    /// # Errors
    /// Faults; what is erased stays so, and the rest goes the next time.
    pub fn retain(&self, now: At) -> Result<u64, Failure> {
        let shortest = Jurisdiction::ALL.into_iter().flat_map(|home| &self.engine.pack(home).erase_after);
        let Some(days) = shortest.map(|rule| rule.days).min() else { return Ok(0) };
        let before = now.plus(-i64::from(days) * DAY_US);
        let start = self.store.read("records.retained", |tx| counters::value(tx, counters::RETAINED))?;
        let (mut from, mut done, mut erased) = (start, Some(start), 0);
        loop {
            let page = self.store.read("records.aged", |tx| record_keys::aged(tx, from, PAGE))?;
            let Some(last) = page.last().map(|aged| aged.seq) else { break };
            // Numbers follow time but for moments: a younger one among older ones is left, like any other.
            if page.iter().all(|aged| aged.at >= before) {
                break;
            }
            let (gone, first_left) = self.over(page, now)?;
            // Behind one that stays for longer, what is looked at is looked at again the next day.
            let reached = done.map(|_| first_left.unwrap_or(last.saturating_add(1)));
            let all = gone.len() as u64;
            let moved = done.zip(reached).filter(|(from, to)| from != to);
            if moved.is_some() || !gone.is_empty() {
                let advance = move |tx: &mut Tx<'_>| match moved {
                    Some((from, to)) => counters::advance(tx, counters::RETAINED, from, to),
                    None => Ok(()),
                };
                if !self.retire(gone, Ground::Retention, now, advance)? {
                    // Somebody else erased one of them just now: the next day looks anew.
                    break;
                }
                erased += all;
            }
            done = reached.filter(|_| first_left.is_none());
            from = last.saturating_add(1);
        }
        if erased > 0 {
            self.clear();
        }
        Ok(erased)
    }

    /// Those of a page whose time is over, and the number of the first whose time is to come.
    fn over(&self, page: Vec<Aged>, now: At) -> Result<(Vec<Gone>, Option<i64>), Failure> {
        let (mut gone, mut first_left) = (Vec::new(), None);
        for aged in page {
            let Some((whose, home)) = &aged.about else { continue };
            let leaf: Leaf = serde_json::from_slice(&aged.leaf).map_err(|_| Fault::Corrupt("entries"))?;
            let home = Jurisdiction::parse(home).ok_or(Fault::Corrupt("subscribers"))?;
            // A leaf tells the hour: the end counts from the end of it, never earlier.
            match self.engine.pack(home).ends(leaf.kind, leaf.hour.plus(HOUR_US)) {
                Some(end) if end <= now => {
                    gone.push(Gone { seq: aged.seq, entry: aged.entry, whose: *whose });
                }
                Some(_) => first_left = first_left.or(Some(aged.seq)),
                None => {}
            }
        }
        Ok((gone, first_left))
    }

    /// Erases records whose keys stay, with their tombstone and whatever else `also` writes, in one transaction. False, and nothing is written, when
    /// one of them is gone already.
    pub(super) fn retire(
        &self,
        gone: Vec<Gone>,
        ground: Ground,
        now: At,
        also: impl Fn(&mut Tx<'_>) -> Result<(), Fault> + Send + 'static,
    ) -> Result<bool, Failure> {
        let leaves = gone.iter().map(|one| u64::try_from(one.seq)).collect::<Result<Vec<_>, _>>();
        let mut leaves = leaves.map_err(|_| Fault::Corrupt("entries"))?;
        leaves.sort_unstable();
        let event = Event::Erasure { leaves, kept: 0, ground };
        let record = Record { at: now, subscriber: None, recipient: None, purpose: None, event };
        let tombstone = (!gone.is_empty()).then(|| self.entry(&record)).transpose()?;
        let whose: BTreeSet<SubscriberId> = gone.iter().map(|one| one.whose).collect();
        let written = self.store.write("records.retire", move |tx| {
            let entries: Vec<EntryId> = gone.iter().map(|one| one.entry).collect();
            if !record_keys::are_there(tx, &entries)? {
                return Ok(false);
            }
            whose.iter().try_for_each(|id| record_keys::remember(tx, *id))?;
            gone.iter().try_for_each(|one| record_keys::destroy(tx, one.seq, one.entry))?;
            tombstone.iter().try_for_each(|tombstone| entries::append(tx, tombstone))?;
            also(tx).map(|()| true)
        })?;
        Ok(written)
    }
}
