//! Who may speak for whom, brought from elsewhere by the rules by which `people` writes it down, and whose word a line is then. A relation that is
//! known here stays as it is, but for its end. Deliberately absent: anything that a relation would allow by itself.
use super::brought::{Bench, Outcome, Past, is_yes, wrong};
use super::people::PLACE;
use super::{Broker, Failure};
use crate::domain::consent::{Act, Actor, Carried, CarriedRelation, Footing, Party, Provenance};
use crate::domain::id::{RelationId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::relation::Relation;
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use crate::store::entries::EntryRow;
use crate::store::relations::Holder;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, histories, relations, subscribers};
use rustc_hash::FxHashMap;

/// What is known of the relations that lines name.
#[derive(Debug, Default)]
pub(super) struct Ties {
    /// Who holds them, by blind index.
    holders: FxHashMap<[u8; 32], Subscriber>,
    /// Those that are there, whomever they are about.
    pub(super) known: FxHashMap<RelationId, (Relation, Holder)>,
}

/// What a line changes about who may speak for a subscriber.
#[derive(Debug, Clone)]
pub(super) enum Tie {
    /// Somebody may from now on.
    Begun(Relation, Holder),
    /// He may no longer.
    Ended(RelationId),
}

impl Broker {
    /// What lines about relations are judged by.
    pub(super) fn ties<'l>(&self, lines: impl Iterator<Item = &'l CarriedRelation>) -> Result<Ties, Failure> {
        let (mut holders, mut ids) = (Vec::new(), Vec::new());
        for line in lines {
            if let Party::Subscriber(holder) | Party::Outsider(holder) = &line.holder {
                holders.push(self.keyring.blind_index(holder.text()));
            }
            ids.push(line.id);
        }
        if ids.is_empty() {
            return Ok(Ties::default());
        }
        Ok(self.store.read("consent.relations", |tx| {
            let known = relations::those(tx, &ids)?.into_iter().map(|(r, holder)| (r.id, (r, holder)));
            Ok(Ties {
                holders: histories::enrolled(tx, &holders)?.into_iter().collect(),
                known: known.collect(),
            })
        })?)
    }

    /// The holder outside whom a relation was written down with; nobody where he is gone.
    pub(super) fn outsider(&self, id: RelationId, sealed: &[u8]) -> Result<Party, Failure> {
        let opened = self.keyring.sealer().open(PLACE, &id.0, sealed).ok();
        let party = opened.and_then(|text| match std::str::from_utf8(&text).ok()? {
            "" => Some(Party::Gone),
            text => Reference::parse(text).map(Party::Outsider),
        });
        Ok(party.ok_or(Fault::Corrupt("relations"))?)
    }

    /// Who holds a new relation, as it is kept.
    fn holder(&self, id: RelationId, party: &Party, found: Option<Subscriber>) -> Result<Holder, String> {
        let text = match (party, found) {
            (Party::Subscriber(_), Some(holder)) => return Ok(Holder::Subscriber(holder.id)),
            (Party::Outsider(_), Some(_)) => {
                return Err(wrong("outsider", "somebody who is no subscriber here; name him in `holder`"));
            }
            (Party::Subscriber(text) | Party::Outsider(text), None) => text.text(),
            (Party::Gone, _) => "",
        };
        match self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &id.0, text.as_bytes()) {
            sealed if sealed.is_empty() => Err(wrong("outsider", "a reference that can be sealed")),
            sealed => Ok(Holder::Sealed(sealed)),
        }
    }

    /// What is recorded of a change.
    pub(super) fn tie_entry(&self, whose: SubscriberId, tie: &Tie, now: At) -> Result<EntryRow, Failure> {
        let (what, which) = match tie {
            Tie::Begun(r, _) => {
                ("relation.begin", format!("{} {} {}", r.id, r.kind.as_str(), r.verified.as_str()))
            }
            Tie::Ended(id) => ("relation.end", id.to_string()),
        };
        let event = Event::Operation { what: what.to_owned(), which };
        Ok(self.entry(&Record { at: now, subscriber: Some(whose), recipient: None, purpose: None, event })?)
    }
}

impl Tie {
    /// Whether nobody was faster: the holder's number is still his, and the id is still free.
    pub(super) fn stands(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        let Tie::Begun(relation, holder) = self else { return Ok(true) };
        let lives = match holder {
            Holder::Subscriber(id) => {
                subscribers::find(tx, *id)?.is_some_and(|holder| holder.ended.is_none())
            }
            Holder::Sealed(_) => true,
        };
        Ok(lives && relations::find(tx, relation.id)?.is_none())
    }

    pub(super) fn write(&self, tx: &mut Tx<'_>, now: At) -> Result<(), Fault> {
        match self {
            Tie::Begun(relation, holder) => relations::put(tx, relation, holder),
            Tie::Ended(id) => relations::end_untold(tx, *id, now),
        }
    }
}

impl Past {
    /// Takes a line about who may speak for him.
    ///
    /// # Errors
    /// Why not, in one clause.
    pub(super) fn tie(&mut self, line: &CarriedRelation, bench: &mut Bench<'_>) -> Result<Outcome, String> {
        let CarriedRelation { id, kind, verified, may_allow, from, until, ended, .. } = *line;
        let holder = match &line.holder {
            Party::Subscriber(holder) | Party::Outsider(holder) => {
                bench.ties.holders.get(&bench.broker.keyring.blind_index(holder.text())).copied()
            }
            Party::Gone => None,
        };
        if holder.is_none() && matches!(line.holder, Party::Subscriber(_)) {
            return Err(wrong("holder", "not enrolled; enrol it with `dongui register subscribers`"));
        }
        let (subscriber, recorded) = (self.whose.id, bench.now);
        let brought = Relation { id, subscriber, kind, verified, may_allow, from, until, ended, recorded };
        if from > bench.now {
            return Err(wrong("valid_at", "no later than now"));
        }
        if ended.is_some_and(|ended| ended < from || ended > bench.now) {
            return Err(wrong("ended", "from `valid_at` to now"));
        }
        let Some((known, by)) = bench.ties.known.get_mut(&id) else {
            self.sound(&brought, holder.as_ref())?;
            let holder = bench.broker.holder(id, &line.holder, holder)?;
            bench.ties.known.insert(id, (brought, holder.clone()));
            self.people.relations.push(brought);
            self.ties.push(Tie::Begun(brought, holder));
            return Ok(Outcome::Tied);
        };
        let same = Relation { ended: known.ended, recorded: known.recorded, ..brought } == *known;
        let by_same = match (&line.holder, &*by) {
            (Party::Gone, _) => true,
            (Party::Subscriber(_), Holder::Subscriber(id)) => holder.is_some_and(|holder| holder.id == *id),
            (party, Holder::Sealed(sealed)) => bench.broker.outsider(id, sealed).is_ok_and(|by| by == *party),
            (Party::Outsider(_), Holder::Subscriber(_)) => false,
        };
        if !same || !by_same {
            return Err(wrong("relation", "an id that no other relation has"));
        }
        if known.ended.is_some() || ended.is_none() {
            return Ok(Outcome::Known);
        }
        // Until now it was taken to live here, and what was asked meanwhile was answered by that.
        known.ended = Some(bench.now);
        let mine = self.people.relations.iter_mut().filter(|r| r.id == id);
        mine.for_each(|relation| relation.ended = Some(bench.now));
        self.held = self.held.drain(..).map(|grant| grant.bound(&self.people)).collect();
        self.ties.push(Tie::Ended(id));
        Ok(Outcome::Tied)
    }

    /// What `people` asks of a relation, as of when it began.
    fn sound(&self, brought: &Relation, holder: Option<&Subscriber>) -> Result<(), String> {
        let Relation { kind, verified, from, until, .. } = *brought;
        if holder.is_some_and(|holder| holder.person == self.whose.person) {
            return Err(wrong("holder", "somebody else than the subscriber"));
        }
        let minor = self.whose.majority.is_minor(from);
        kind.suits(verified, minor).map_err(|(field, cure)| wrong(field, cure))?;
        if from < holder.map_or(self.whose.since, |holder| holder.since.max(self.whose.since)) {
            return Err(wrong(
                "valid_at",
                "since both numbers are these subscribers'; what was before is somebody else's",
            ));
        }
        if until.is_some_and(|until| until <= from) {
            return Err(wrong("until", "later than `valid_at`"));
        }
        Ok(())
    }

    /// In whose name a line stands. What allows needs the relation that it names to be there before it; what ends or holds back counts without,
    /// and who speaks for himself has none.
    pub(super) fn by(&self, line: &Carried, bench: &Bench<'_>) -> Result<Footing, String> {
        let actor = line.actor.unwrap_or(bench.by);
        let Some(named) = line.relation.filter(|_| actor.speaks_for_another()) else {
            return Ok(Footing { actor, relation: None });
        };
        let relation = self.people.relations.iter().map(|r| r.id).find(|id| *id == named);
        let allows = is_yes(line.act) || matches!(line.act, Act::Resume | Act::Renew);
        if allows && relation.is_none() {
            return Err(wrong("relation", "one to this subscriber, whose own line comes before this one"));
        }
        Ok(Footing { actor, relation })
    }

    /// What an act becomes, and who could have said it: a yes that was not said, or not by one who had a say then, waits for the subscriber's own.
    pub(super) fn as_written(&self, line: &Carried, by: Footing) -> (Act, Option<&'static str>) {
        let act = self.people.written(line.act, by.actor, line.valid);
        let said = line.provenance == Provenance::Explicit;
        match by.actor {
            _ if act != Act::Grant => (act, None),
            Actor::Subscriber if said => (act, None),
            Actor::Guardian | Actor::Delegate if said => match self.people.may(by, act, line.valid) {
                Ok(()) => (act, None),
                Err(who) => (Act::Capture, Some(who)),
            },
            _ => (Act::Capture, None),
        }
    }
}
