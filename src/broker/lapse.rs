//! A relation that ran out by itself is over to the microsecond whenever somebody asks (`domain::consent::people`); here recipients are told of
//! it, once, and asked to delete. Deliberately absent: anything that a decision would wait for.
use super::announce::Announcement;
use super::record::{Event, Record};
use super::{Broker, Failure};
use crate::domain::consent::Grant;
use crate::domain::id::RelationId;
use crate::domain::relation::Relation;
use crate::domain::time::At;
use crate::store::relations::{self, MOST};
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Tx, consents, entries, recipients};

/// What a relation that is over leaves to be told.
struct Lapse {
    found: Subscriber,
    end: At,
    /// What its holder allowed, and nothing else has ended.
    over: Vec<Grant>,
}

impl Broker {
    /// Tells recipients of relations that are over. Gives how many relations that was.
    ///
    /// # Errors
    /// Faults.
    pub fn tell_lapses(&self) -> Result<usize, Failure> {
        let mut told = 0;
        loop {
            let now = self.now()?;
            let over = self.store.read("relation.over", |tx| relations::over(tx, now))?;
            for id in &over {
                told += usize::from(self.tell_lapse(*id, now)?);
            }
            if over.len() < MOST as usize {
                return Ok(told);
            }
        }
    }

    /// False when another server was faster.
    fn tell_lapse(&self, id: RelationId, now: At) -> Result<bool, Failure> {
        let seen = self.store.read("relation.lapse", |tx| {
            let Some((relation, _)) = relations::find(tx, id)? else { return Ok(None) };
            lapse(tx, &relation, now)
        })?;
        let (mut told, mut entry) = (Vec::<Announcement>::new(), None);
        if let Some(Lapse { found, end, over }) = seen.filter(|l| !l.over.is_empty()) {
            for grant in &over {
                told.extend(self.ending(&found, grant, (end, now))?);
            }
            let event = Event::Operation { what: "relation.lapse".to_owned(), which: id.to_string() };
            let subscriber = Some(found.id);
            entry =
                Some(self.entry(&Record { at: now, subscriber, recipient: None, purpose: None, event })?);
        }
        Ok(self.store.write("relation.lapse", move |tx| {
            if !relations::told(tx, id, now)? {
                return Ok(false);
            }
            told.iter().try_for_each(|one| one.write(tx))?;
            entry.iter().try_for_each(|entry| entries::append(tx, entry))?;
            Ok(true)
        })?)
    }
}

fn lapse(tx: &mut Tx<'_>, relation: &Relation, now: At) -> Result<Option<Lapse>, Fault> {
    let Some(found) = subscribers::find(tx, relation.subscriber)?.filter(|s| s.ended.is_none()) else {
        return Ok(None);
    };
    let Some(end) = relation.ends(found.majority).filter(|end| *end <= now) else { return Ok(None) };
    let mut over = Vec::new();
    for grant in consents::held(tx, found.id)? {
        // What had an end of its own before named it itself.
        let by_it = grant.terms.footing.relation == Some(relation.id) && grant.state.is_given();
        if by_it
            && end < grant.until
            && recipients::find(tx, grant.cell.recipient)?.is_some_and(|r| r.webhook.is_some())
        {
            over.push(grant);
        }
    }
    Ok(Some(Lapse { found, end, over }))
}
