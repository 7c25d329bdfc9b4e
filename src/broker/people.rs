//! Who may speak for a subscriber, what the owner of his line forbids on it, and from when he consents alone.
//!
//! Deliberately absent: an owner's way to see anything or to allow anything, and whatever somebody speaks (`consent`).
use super::authenticate::Caller;
use super::depart::Cause;
use super::{Broker, Failure};
use crate::domain::age::{Age, Majority};
use crate::domain::category::{Category, Precision};
use crate::domain::id::{BlockId, RecipientId, RelationId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::relation::{Block, Relation, RelationKind, Verified};
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use crate::store::relations::Holder;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Stops, Tx, entries, recipients, relations, subscribers};

/// What holders outside are sealed to.
pub(super) const PLACE: (&str, &str) = ("relations", "holder_sealed");
const NO_RELATION: Failure = Failure::NotFound("relation");

/// A relation to be written down.
#[derive(Debug, Clone, Copy)]
pub struct NewRelation<'a> {
    /// About whom.
    pub subscriber: &'a Reference,
    /// Who speaks for him: a subscriber, or whatever the operator calls somebody who is none.
    pub holder: &'a Reference,
    /// As what.
    pub kind: RelationKind,
    /// How that was made sure of.
    pub verified: Verified,
    /// Of a delegate: whether he may also say yes.
    pub may_allow: bool,
    /// Until when; `None`: until it is ended.
    pub until: Option<At>,
}

/// What an owner forbids.
#[derive(Debug, Clone, Copy)]
pub struct NewBlock {
    /// By which relation.
    pub relation: RelationId,
    /// Only this recipient; `None` for all.
    pub recipient: Option<RecipientId>,
    /// Only this category; `None` for all.
    pub category: Option<Category>,
    /// How fine at most; `None` is nothing at all.
    pub finest: Option<Precision>,
}

impl Broker {
    /// From when somebody consents alone by the law of the house's country.
    pub(super) fn majority(&self, age: Age, now: At) -> Result<Majority, Failure> {
        let years = self.engine.pack(self.settings.home).age_of_consent.years;
        let majority = age.majority(self.settings.home, years, now);
        majority.ok_or_else(|| Failure::invalid("born", "a day of birth that is not to come"))
    }

    /// Sets a subscriber's age right; what had been taken for it stays to be asked about. What he allowed alone and now turns out to have been
    /// under age for ends, and so does what a guardian allowed who was none: recipients are told to delete it. Gives the number of consents
    /// that ended.
    ///
    /// # Errors
    /// `Invalid` for a day of birth to come; `NotFound`; faults.
    pub fn set_age(&self, _caller: &Caller, reference: &Reference, age: Age) -> Result<usize, Failure> {
        let id = self.subscriber_of(reference)?.id;
        let majority = self.majority(age, self.now()?)?;
        let seen = self.store.read("subscriber.age", |tx| {
            let Some(found) = subscribers::find(tx, id)? else { return Ok(None) };
            relations::people(tx, id, majority, found.related).map(Some)
        })?;
        let people = seen.ok_or(Failure::NotFound("subscriber"))?;
        let cause = Cause {
            name: "subscriber.age",
            what: ("subscriber.age".to_owned(), id.to_string()),
            write: move |tx: &mut Tx<'_>, found: &Subscriber, now: At| {
                relations::set_age(tx, found.id, found.majority, majority, now)?;
                subscribers::bump(tx, found.id, found.version)
            },
        };
        let never = |g: &crate::domain::consent::Grant| {
            let said = g.terms.renewed_at.unwrap_or(g.granted_at);
            people.bears(g.terms.footing, said) == crate::domain::consent::Holds::Never
        };
        self.revoke_with(id, never, cause)
    }

    /// Writes down who may speak for a subscriber, or owns his line. It counts from now.
    ///
    /// # Errors
    /// `Invalid` for an adult's guardian without a court's word, a minor's delegate, one's own guardian, or an end that has passed;
    /// `NotFound`; faults.
    pub fn relate(&self, _caller: &Caller, wanted: &NewRelation<'_>) -> Result<Relation, Failure> {
        let now = self.now()?;
        let NewRelation { kind, verified, may_allow, until, .. } = *wanted;
        let subject = self.subscriber_of(wanted.subscriber)?;
        if until.is_some_and(|until| until <= now) {
            return Err(Failure::invalid("until", "later than now"));
        }
        let minor = subject.majority.is_minor(now);
        kind.suits(verified, minor).map_err(|(field, cure)| Failure::invalid(field, cure))?;
        let relation = Relation {
            id: RelationId::new(now, self.rng.as_ref()),
            subscriber: subject.id,
            kind,
            verified,
            may_allow: may_allow && kind == RelationKind::Delegate,
            from: now,
            until,
            ended: None,
            recorded: now,
        };
        let holder = match self.subscriber_of(wanted.holder) {
            Ok(holder) if holder.person == subject.person => {
                return Err(Failure::invalid("holder", "somebody else than the subscriber"));
            }
            Ok(holder) => Holder::Subscriber(holder.id),
            Err(Failure::NotFound(_)) => {
                let text = wanted.holder.text().as_bytes();
                let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &relation.id.0, text);
                if sealed.is_empty() {
                    return Err(Failure::Halted("a reference does not seal"));
                }
                Holder::Sealed(sealed)
            }
            Err(other) => return Err(other),
        };
        let what = format!("{} {} {}", relation.id, kind.as_str(), verified.as_str());
        self.about((subject.id, Stops::Second), "relation.begin", what, move |tx, _| {
            relations::put(tx, &relation, &holder)
        })?;
        Ok(relation)
    }

    /// Ends a relation now. What its holder allowed ends with it, and recipients are told to delete what came of it. Gives the number of
    /// consents that ended; one that has ended before is no error.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn end_relation(&self, _caller: &Caller, id: RelationId) -> Result<usize, Failure> {
        let found = self.store.read("relation.find", |tx| relations::find(tx, id))?;
        let (relation, _) = found.ok_or(NO_RELATION)?;
        if relation.ended.is_some() {
            return Ok(0);
        }
        let cause = Cause {
            name: "relation.end",
            what: ("relation.end".to_owned(), id.to_string()),
            write: move |tx: &mut Tx<'_>, found: &Subscriber, now: At| {
                relations::end(tx, id, now)?;
                subscribers::bump(tx, found.id, found.version)
            },
        };
        self.revoke_with(relation.subscriber, move |g| g.terms.footing.relation == Some(id), cause)
    }

    /// Everybody who ever might speak for a subscriber or owned his line.
    pub fn relations(&self, _caller: &Caller, reference: &Reference) -> Result<Vec<Relation>, Failure> {
        let id = self.subscriber_of(reference)?.id;
        let found = self.store.read("relation.list", |tx| relations::of(tx, id))?;
        Ok(found.into_iter().map(|(relation, _)| relation).collect())
    }

    /// Forbids something on a line in its owner's name. It can only lower what its user allows.
    ///
    /// # Errors
    /// `NotFound` for a relation that is no living owner's, or an unknown recipient; faults.
    pub fn block(&self, _caller: &Caller, wanted: &NewBlock) -> Result<Block, Failure> {
        let now = self.now()?;
        let NewBlock { relation, recipient, category, finest } = *wanted;
        let user = self.owned(relation, now)?;
        if let Some(id) = recipient {
            let known = self.store.read("block.recipient", |tx| recipients::find(tx, id))?;
            known.ok_or(Failure::NotFound("recipient"))?;
        }
        let id = BlockId::new(now, self.rng.as_ref());
        let block = Block { id, relation, recipient, category, finest, from: now, lifted: None };
        self.about((user, Stops::Last), "block.begin", id.to_string(), move |tx, _| {
            relations::put_block(tx, user, &block)
        })?;
        Ok(block)
    }

    /// What the owners of a subscriber's line forbid and have not taken back.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn blocks(&self, _caller: &Caller, reference: &Reference) -> Result<Vec<Block>, Failure> {
        let id = self.subscriber_of(reference)?.id;
        let blocks = self.store.read("block.list", |tx| relations::blocks_of(tx, id))?;
        Ok(blocks.into_iter().filter(|b| b.lifted.is_none()).collect())
    }

    /// The same, of one owner.
    ///
    /// # Errors
    /// As `block`.
    pub fn blocks_by(&self, _caller: &Caller, relation: RelationId) -> Result<Vec<Block>, Failure> {
        let user = self.owned(relation, self.now()?)?;
        let blocks = self.store.read("block.list", |tx| relations::blocks_of(tx, user))?;
        Ok(blocks.into_iter().filter(|b| b.lifted.is_none() && b.relation == relation).collect())
    }

    /// Takes back all that an owner forbids.
    ///
    /// # Errors
    /// As `block`.
    pub fn lift(&self, _caller: &Caller, relation: RelationId) -> Result<(), Failure> {
        let user = self.owned(relation, self.now()?)?;
        self.about((user, Stops::Second), "block.lift", relation.to_string(), move |tx, now| {
            relations::lift(tx, relation, now).map(drop)
        })
    }

    /// The user of the line that a living owner's relation is about.
    fn owned(&self, id: RelationId, now: At) -> Result<SubscriberId, Failure> {
        let found = self.store.read("relation.find", |tx| {
            let Some((relation, _)) = relations::find(tx, id)? else { return Ok(None) };
            let user = subscribers::find(tx, relation.subscriber)?.filter(|s| s.ended.is_none());
            Ok(user.map(|user| (relation, user.majority)))
        })?;
        let lives = |r: &Relation, majority| r.kind == RelationKind::Owner && r.lives(now, majority);
        found.filter(|(r, majority)| lives(r, *majority)).map(|(r, _)| r.subscriber).ok_or(NO_RELATION)
    }

    /// One recorded operation about a subscriber: his version moves, so that whoever decides about him decides again.
    fn about(
        &self,
        (id, stops): (SubscriberId, Stops),
        name: &'static str,
        which: String,
        mut write: impl FnMut(&mut Tx<'_>, At) -> Result<(), Fault> + Send + 'static,
    ) -> Result<(), Failure> {
        let now = self.now()?;
        let event = Event::Operation { what: name.to_owned(), which };
        let entry =
            self.entry(&Record { at: now, subscriber: Some(id), recipient: None, purpose: None, event })?;
        let written = self.store.write_until(stops, name, move |tx| {
            let Some(found) = subscribers::find(tx, id)?.filter(|s| s.ended.is_none()) else {
                return Ok(false);
            };
            if !subscribers::bump(tx, id, found.version)? {
                return Err(Fault::LostRace);
            }
            write(tx, now)?;
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        if written { Ok(()) } else { Err(Failure::NotFound("subscriber")) }
    }
}
