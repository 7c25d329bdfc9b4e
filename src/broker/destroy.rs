//! What was provided under a consent to tell places is destroyed once that consent is withdrawn, where the pack of the subscriber's home country has it so:
//! the records of those answers, and what a quota counted. Whoever ends a consent leaves a row in the same transaction, so that a server that dies in between
//! finds it; the work is done by the next sweep and slows no withdrawal.
//!
//! A record cannot be cut: one that also tells of something that is still allowed stays until the last of it is over, and one that a law has stay as long as that
//! says. What stays of his is sealed anew under another key, since copies of what went lie in pages, logs and standbys of a server. Deliberately absent: what is known of his life (`known`), what proves consents.
use super::retain::Gone;
use super::{Broker, Failure};
use crate::domain::consent::{Grant, People, withdrawn};
use crate::domain::entry::{Kind, Leaf};
use crate::domain::id::{GrantId, SubscriberId};
use crate::domain::recipient::Recipient;
use crate::domain::record::{Event, Ground, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US};
use crate::policy::pack::tells_place;
use crate::policy::rule::Keep;
use crate::store::record_keys::{self, About};
use crate::store::{
    Fault, Tx, histories, recipients, relations, subscribers, uses, withdrawn as withdrawals,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Subscribers looked at in one go.
const MOST: i64 = 50;
/// Goes in one sweep at most; the rest is there a minute later.
const GOES: usize = 200;
/// Records destroyed in one story: a few milliseconds of the writer.
const PAGE: usize = 256;

/// What became of a subscriber's records because he withdrew, as his page says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Destroyed {
    /// Records that are gone.
    pub records: u64,
    /// The last time that some went.
    pub at: Option<At>,
    /// Records that stay since they also tell of what he still allows.
    pub mixed: u64,
    /// Records that a law has stay, and the rule.
    pub kept: Option<(u64, String)>,
}

/// What a look at one subscriber came to.
struct Looked {
    id: SubscriberId,
    /// Of what was read: whoever moved it since is looked at again.
    version: i64,
    gone: Vec<Gone>,
    /// Consents whose counted uses go.
    over: Vec<GrantId>,
    mixed: i64,
    kept: i64,
    /// When what stays is looked at again.
    next: Option<At>,
}

/// What answers rest on.
struct Consents {
    withdrawn: HashSet<GrantId>,
    all: HashMap<GrantId, Grant>,
}

impl Consents {
    /// Until when one of `grants` bears something at `now`; `None` where all are over. What nobody knows the consent of is never over.
    fn bears(&self, grants: &[Option<GrantId>], now: At) -> Option<At> {
        let end = |grant: &Option<GrantId>| match grant.and_then(|id| self.all.get(&id)) {
            Some(grant) if grant.state.is_given() => grant.ends(),
            Some(_) => now,
            None => At(i64::MAX),
        };
        grants.iter().map(end).max().filter(|end| *end > now)
    }
}

impl Broker {
    /// Destroys what rests on consents that were withdrawn. How many records.
    ///
    /// # Errors
    /// Faults; what is destroyed stays so, and the rest goes the next time.
    pub fn destroy(&self, now: At) -> Result<u64, Failure> {
        let mut destroyed = 0;
        for go in 0..GOES {
            let due = self.store.read("withdrawn.due", |tx| withdrawals::due(tx, now, MOST))?;
            if due.is_empty() {
                break;
            }
            if go == 0 {
                // Only what has a number can be named by a tombstone.
                self.sequence()?;
            }
            let looked = due.into_iter().map(|id| self.weigh(id, now)).collect::<Result<Vec<_>, _>>()?;
            let all: Vec<Gone> = looked.iter().flat_map(|one| one.gone.iter().copied()).collect();
            for page in all.chunks(PAGE) {
                let mut counted: BTreeMap<SubscriberId, i64> = BTreeMap::new();
                page.iter().for_each(|one| *counted.entry(one.whose).or_default() += 1);
                let count = move |tx: &mut Tx<'_>| {
                    counted.iter().try_for_each(|(id, records)| withdrawals::count(tx, *id, *records, now))
                };
                if !self.retire(page.to_vec(), Ground::Withdrawn, now, count)? {
                    // Somebody else was faster with one of them; the next sweep looks anew.
                    return Ok(destroyed);
                }
                destroyed += page.len() as u64;
            }
            let settled = self.store.write("withdrawn.settle", move |tx| {
                looked.iter().try_fold(0, |sum, one| Ok::<_, Fault>(sum + usize::from(settle(tx, one)?)))
            })?;
            if settled == 0 {
                break;
            }
        }
        if self.replace_keys()? || destroyed > 0 {
            self.clear();
        }
        Ok(destroyed)
    }

    /// Replaces the keys that sealed what was destroyed; whether there were any. Whoever has a record without a number waits for the next sweep.
    fn replace_keys(&self) -> Result<bool, Failure> {
        let (mut after, mut some) = (None, false);
        loop {
            let due = self.store.read("withdrawn.keys", |tx| withdrawals::keys_due(tx, after, MOST))?;
            let Some(last) = due.last() else { return Ok(some) };
            after = Some(*last);
            for id in &due {
                some |= self.rekey(*id)?;
            }
        }
    }

    /// What of a subscriber's records goes, and what stays.
    fn weigh(&self, id: SubscriberId, now: At) -> Result<Looked, Failure> {
        let (found, people, known, events) = self.store.read("withdrawn.look", |tx| {
            let found = subscribers::find(tx, id)?.ok_or(Fault::Corrupt("withdrawn"))?;
            let people = relations::people(tx, id, found.majority, found.related)?;
            Ok((found, people, recipients::all(tx)?, histories::events_of(tx, &[id])?))
        })?;
        let mut looked = Looked {
            id,
            version: found.version,
            gone: Vec::new(),
            over: Vec::new(),
            mixed: 0,
            kept: 0,
            next: None,
        };
        let pack = self.engine.pack(found.home);
        if pack.destroy_withdrawn.is_none() {
            return Ok(looked);
        }
        let (mut withdrawn, all) = withdrawn(&events);
        withdrawn.retain(|id| all.get(id).is_some_and(|grant| tells_place(grant.cell.category)));
        if withdrawn.is_empty() {
            return Ok(looked);
        }
        let all = all.into_iter().map(|(id, grant)| (id, self.bounded(grant, &people, &known, found.home)));
        let consents = Consents { withdrawn, all: all.collect() };
        let about = self.store.read("records.about", |tx| record_keys::about(tx, id))?;
        for record in about {
            self.sort_one(record, &consents, (found.home, now), &mut looked)?;
        }
        looked.over = consents.withdrawn.into_iter().collect();
        Ok(looked)
    }

    fn bounded(&self, grant: Grant, people: &People, known: &[Recipient], home: Jurisdiction) -> Grant {
        let recipient = known.iter().find(|r| r.id == grant.cell.recipient);
        let rules = self.in_force(recipient, home, grant.cell.purpose);
        grant.bound(people).under(rules)
    }

    fn sort_one(
        &self,
        (seq, entry, leaf, sealed): About,
        consents: &Consents,
        (home, now): (Jurisdiction, At),
        looked: &mut Looked,
    ) -> Result<(), Failure> {
        let leaf: Leaf = serde_json::from_slice(&leaf).map_err(|_| Fault::Corrupt("entries"))?;
        if leaf.kind != Kind::Request {
            return Ok(());
        }
        let (_, canonical) = self.open_record(entry, &sealed)?;
        let record: Record = serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
        let Event::Request { outcomes, .. } = record.event else { return Ok(()) };
        let provided: Vec<_> = outcomes.iter().filter(|o| o.precision.is_some()).map(|o| o.grant).collect();
        if !provided.iter().flatten().any(|grant| consents.withdrawn.contains(grant)) {
            return Ok(());
        }
        let kept = self.engine.pack(home).keep(leaf.kind, leaf.hour, now);
        let ends = |rule: &Keep| leaf.hour.plus(i64::from(rule.days) * DAY_US);
        let again = match (consents.bears(&provided, now), kept) {
            (Some(end), _) => {
                looked.mixed += 1;
                end
            }
            (None, Some(rule)) => {
                looked.kept += 1;
                ends(rule)
            }
            (None, None) => {
                looked.gone.push(Gone { seq, entry, whose: looked.id });
                return Ok(());
            }
        };
        looked.next = looked.next.into_iter().chain([again]).min();
        Ok(())
    }

    /// What became of the subscriber's records because he withdrew.
    ///
    /// # Errors
    /// Faults.
    pub fn destroyed(&self, subscriber: SubscriberId) -> Result<Destroyed, Failure> {
        let (found, home) = self.store.read("withdrawn.find", |tx| {
            let home = subscribers::find(tx, subscriber)?.map(|s| s.home);
            Ok((withdrawals::find(tx, subscriber)?, home))
        })?;
        let home = home.ok_or(Failure::NotFound("subscriber"))?;
        let rule = self.engine.pack(home).keep.iter().find(|k| k.record == Kind::Request);
        let kept = rule.filter(|_| found.kept > 0);
        Ok(Destroyed {
            records: found.records.unsigned_abs(),
            at: found.at,
            mixed: found.mixed.unsigned_abs(),
            kept: kept.map(|rule| (found.kept.unsigned_abs(), rule.citation.clone())),
        })
    }
}

/// Writes down what a look came to, unless something was decided about the subscriber since.
fn settle(tx: &mut Tx<'_>, one: &Looked) -> Result<bool, Fault> {
    if subscribers::find(tx, one.id)?.is_none_or(|found| found.version != one.version) {
        return Ok(false);
    }
    one.over.iter().try_for_each(|grant| uses::forget(tx, one.id, *grant))?;
    withdrawals::settle(tx, one.id, (one.mixed, one.kept), one.next)?;
    Ok(true)
}
