//! Consents go out to the operator: who may speak for whom and every event of every subscriber, so that another registry, or this one made anew,
//! can take them in.
//!
//! Subscribers come in the order of their blind indices, which a house with the same keys shares. Deliberately absent: what was shown and
//! signed, which stays where it was shown; owners of lines; files.
use super::authenticate::Caller;
use super::enrol::PLACE;
use super::{Broker, Failure};
use crate::domain::consent::line::Line;
use crate::domain::consent::{Act, Carried, CarriedRelation, Event, Limits, Party};
use crate::domain::id::{RelationId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::record::{Event as Recorded, Record};
use crate::domain::relation::{Relation, RelationKind};
use crate::domain::subscriber::Reference;
use crate::store::histories::{self, Referred};
use crate::store::relations::{self, Holder};
use crate::store::{Fault, Tx, consents, entries};
use rustc_hash::{FxHashMap, FxHashSet};

/// Subscribers read at a time.
const PAGE: i64 = 500;

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CarriedOut {
    /// Relations.
    pub relations: u64,
    /// Consent events.
    pub events: u64,
}

/// What stands in the file already.
#[derive(Default)]
struct Told {
    notices: FxHashSet<String>,
    relations: FxHashSet<RelationId>,
}

/// One page: whose events, these, the words and the relations that they name and the file does not have yet.
#[derive(Default)]
struct Page {
    whose: Vec<Referred>,
    events: Vec<Event>,
    notices: FxHashMap<String, Notice>,
    late: Vec<Tied>,
}

/// A relation, for whom somebody may speak, and who, where he is somebody still.
type Tied = (Relation, Referred, Option<Held>);

/// Who holds a relation.
enum Held {
    By(Referred),
    Outside(Vec<u8>),
}

impl Broker {
    /// Hands every relation by which somebody may speak for a subscriber and then every consent event of the house to `take`; gives their
    /// numbers. Each subscriber's history is whole as of one instant. That it was taken is recorded before anything goes out.
    ///
    /// # Errors
    /// Faults, and what `take` gives.
    pub fn carry_out<E: From<Failure>>(
        &self,
        caller: &Caller,
        mut take: impl FnMut(&Line) -> Result<(), E>,
    ) -> Result<CarriedOut, E> {
        self.record_carried(caller)?;
        let (mut told, mut out) = (Told::default(), CarriedOut::default());
        let mut last = Some(RelationId([0; 16]));
        while let Some(after) = last {
            let (read, tied) = self.relations_after(after)?;
            last = read;
            for one in &tied {
                take(&self.relation_line(one, &mut told)?)?;
            }
        }
        let mut index = Vec::new();
        loop {
            let page = self.page(&index, &told)?;
            let Some(last) = page.whose.last() else { break };
            index.clone_from(&last.index);
            // Written down since the first were read.
            for one in &page.late {
                take(&self.relation_line(one, &mut told)?)?;
            }
            let mut by_subscriber: FxHashMap<SubscriberId, Vec<Event>> = FxHashMap::default();
            for event in page.events {
                by_subscriber.entry(event.cell.subscriber).or_default().push(event);
            }
            for referred in &page.whose {
                let Some(events) = by_subscriber.remove(&referred.id) else { continue };
                let subscriber = self.open_reference(&referred.sealed, PLACE, &referred.id.0)?;
                for event in events {
                    let mut one = carried(&subscriber, &event);
                    one.relation = one.relation.filter(|id| told.relations.contains(id));
                    one.words = one.notice.as_ref().and_then(|hash| {
                        // Once in a file: with the first line that names them.
                        let words = page.notices.get(hash).filter(|_| told.notices.insert(hash.clone()))?;
                        Some((words.locale.clone(), words.text.clone()))
                    });
                    take(&Line::Act(one))?;
                    out.events += 1;
                }
            }
        }
        out.relations = u64::try_from(told.relations.len()).unwrap_or(u64::MAX);
        Ok(out)
    }

    /// Relations after an id, in the order of their ids, with the last that was read; none after the last page.
    fn relations_after(&self, id: RelationId) -> Result<(Option<RelationId>, Vec<Tied>), Failure> {
        Ok(self.store.read("consent.export", |tx| {
            let read = relations::after(tx, id, PAGE)?;
            Ok((read.last().map(|(relation, _)| relation.id), tied(tx, read)?))
        })?)
    }

    fn relation_line(&self, one: &Tied, told: &mut Told) -> Result<Line, Failure> {
        let (relation, ward, holder) = one;
        let reference = |of: &Referred| self.open_reference(&of.sealed, PLACE, &of.id.0);
        let holder = match holder {
            Some(Held::By(holder)) => Party::Subscriber(reference(holder)?),
            Some(Held::Outside(sealed)) => self.outsider(relation.id, sealed)?,
            None => Party::Gone,
        };
        told.relations.insert(relation.id);
        Ok(Line::Relation(CarriedRelation {
            subscriber: reference(ward)?,
            holder,
            id: relation.id,
            kind: relation.kind,
            verified: relation.verified,
            may_allow: relation.may_allow,
            from: relation.from,
            until: relation.until,
            ended: relation.ended,
        }))
    }

    fn page(&self, index: &[u8], told: &Told) -> Result<Page, Failure> {
        Ok(self.store.read("consent.export", |tx| {
            let whose = histories::after(tx, index, PAGE)?;
            let ids: Vec<SubscriberId> = whose.iter().map(|r| r.id).collect();
            let events = histories::events_of(tx, &ids)?;
            let (mut notices, mut late) = (FxHashMap::default(), FxHashSet::default());
            for event in &events {
                late.extend(event.relation.filter(|id| !told.relations.contains(id)));
                if !told.notices.contains(&event.notice)
                    && !notices.contains_key(&event.notice)
                    && let Some(notice) = consents::find_notice(tx, &event.notice)?
                {
                    notices.insert(event.notice.clone(), notice);
                }
            }
            let late: Vec<RelationId> = late.into_iter().collect();
            let late = relations::those(tx, &late)?;
            Ok(Page { late: tied(tx, late)?, whose, events, notices })
        })?)
    }

    fn record_carried(&self, caller: &Caller) -> Result<(), Failure> {
        let (what, which) = ("consent.export".to_owned(), caller.client().id.clone());
        let event = Recorded::Operation { what, which };
        let record = Record { at: self.now()?, subscriber: None, recipient: None, purpose: None, event };
        let entry = self.entry(&record)?;
        Ok(self.store.write("consent.export", move |tx| entries::append(tx, &entry))?)
    }
}

/// Those of relations that are carried: by which somebody may speak for a subscriber whose number is still his. One whose holder's is not must be
/// over.
fn tied(tx: &mut Tx<'_>, mut relations: Vec<(Relation, Holder)>) -> Result<Vec<Tied>, Fault> {
    relations.retain(|(relation, _)| relation.kind != RelationKind::Owner);
    let mut ids = FxHashSet::default();
    for (relation, holder) in &relations {
        ids.insert(relation.subscriber);
        if let Holder::Subscriber(holder) = holder {
            ids.insert(*holder);
        }
    }
    let ids: Vec<SubscriberId> = ids.into_iter().collect();
    let found = histories::referred(tx, &ids)?;
    let found: FxHashMap<SubscriberId, Referred> = found.into_iter().map(|r| (r.id, r)).collect();
    let both = |(relation, holder): (Relation, Holder)| {
        let held = match holder {
            Holder::Subscriber(id) => found.get(&id).cloned().map(Held::By),
            Holder::Sealed(sealed) => Some(Held::Outside(sealed)),
        };
        let ward = found.get(&relation.subscriber)?.clone();
        (held.is_some() || relation.ended.is_some()).then_some((relation, ward, held))
    };
    Ok(relations.into_iter().filter_map(both).collect())
}

/// An event as a line; what follows from the line that began its chain is not said again.
fn carried(subscriber: &Reference, event: &Event) -> Carried {
    let yes = matches!(event.act, Act::Grant | Act::Capture);
    let names = event.act.begins() || event.act == Act::Renew;
    Carried {
        subscriber: subscriber.clone(),
        recipient: event.cell.recipient,
        purpose: event.cell.purpose,
        category: event.cell.category,
        act: event.act,
        precision: yes.then_some(event.precision),
        until: event.until,
        limits: if yes { event.limits } else { Limits::NONE },
        notice: Some(event.notice.clone()).filter(|hash| names && !hash.is_empty()),
        words: None,
        edition: if event.act.begins() { event.edition } else { 0 },
        actor: Some(event.actor),
        channel: Some(event.channel.clone()),
        valid: event.valid,
        provenance: event.provenance,
        grant: Some(event.grant),
        relation: event.relation.filter(|_| event.actor.speaks_for_another()),
    }
}
