//! For whom a subscriber may speak and who speaks for him, and the way between the pages of the two. Deliberately absent: names and numbers;
//! somebody is told by what he is to the other.
use super::invite::Visitor;
use super::{Broker, Failure};
use crate::domain::id::{RelationId, SubscriberId};
use crate::domain::relation::{Block, Relation, RelationKind};
use crate::store::relations::Holder;
use crate::store::{consents, relations, subscribers};

/// Somebody for whom a subscriber may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ward {
    /// By which relation.
    pub relation: Relation,
    /// Whether he is under age.
    pub minor: bool,
    /// How many answers of his wait for his guardian's.
    pub waiting: usize,
}

/// Who speaks for whom.
#[derive(Debug, Clone, Default)]
pub struct Family {
    /// For whom the subscriber may speak.
    pub wards: Vec<Ward>,
    /// Who may speak for him, or owns his line.
    pub others: Vec<Relation>,
    /// What the owners of his line forbid.
    pub blocks: Vec<Block>,
}

impl Broker {
    /// For whom the visitor may speak; nobody on somebody else's page.
    ///
    /// # Errors
    /// Faults.
    pub fn wards(&self, visitor: &Visitor) -> Result<Vec<Ward>, Failure> {
        if visitor.by.relation.is_some() {
            return Ok(Vec::new());
        }
        let (now, holder) = (self.now()?, visitor.subscriber);
        let wards = self.store.read("family.wards", |tx| {
            let mut wards = Vec::new();
            for relation in relations::held_by(tx, holder)? {
                let found = subscribers::find(tx, relation.subscriber)?.filter(|s| s.ended.is_none());
                let Some(found) = found.filter(|s| relation.lives(now, s.majority)) else { continue };
                let minor = found.majority.is_minor(now);
                let held = match relation.kind {
                    RelationKind::Guardian => {
                        let people = relations::people(tx, found.id, found.majority, found.related)?;
                        consents::held(tx, found.id, &people)?
                    }
                    RelationKind::Delegate | RelationKind::Owner => Vec::new(),
                };
                let waiting = held.iter().filter(|g| minor && g.waits_for_guardian()).count();
                wards.push(Ward { relation, minor, waiting });
            }
            Ok(wards)
        })?;
        Ok(wards)
    }

    /// Who speaks for whom, as the subscriber of the page is told.
    ///
    /// # Errors
    /// Faults.
    pub fn family(&self, visitor: &Visitor) -> Result<Family, Failure> {
        let (now, id) = (self.now()?, visitor.subscriber);
        let people = self.store.read("family.others", |tx| {
            let Some(found) = subscribers::find(tx, id)? else { return Ok(None) };
            relations::people(tx, id, found.majority, found.related).map(Some)
        })?;
        let people = people.ok_or(Failure::NotFound("subscriber"))?;
        let others: Vec<Relation> =
            people.relations.iter().filter(|r| r.lives(now, people.majority)).copied().collect();
        let forbids = |b: &&Block| b.lifted.is_none() && others.iter().any(|r| r.id == b.relation);
        let blocks = people.blocks.iter().filter(forbids).copied().collect();
        Ok(Family { wards: self.wards(visitor)?, others, blocks })
    }

    /// Goes from one's own page to that of a ward; gives the session there, which takes the place of the old one and ends when that would.
    ///
    /// # Errors
    /// `DeadLink` for a session that has ended, or stands on a page that is not its visitor's own; `NotFound` for a relation that is not a
    /// living guardian's of his.
    pub fn act_for(&self, session: &str, relation: RelationId) -> Result<String, Failure> {
        let own = self.own_session(session)?;
        let found = self.store.read("family.enter", |tx| relations::find(tx, relation))?;
        let holds = |holder: &Holder| matches!(holder, Holder::Subscriber(id) if *id == own);
        let ward = found.filter(|(_, holder)| holds(holder)).map(|(relation, _)| relation.subscriber);
        let ward = ward.ok_or(Failure::NotFound("guardian"))?;
        self.session_beside(session, (ward, Some(relation), Some(own)))?.ok_or(Failure::NotFound("guardian"))
    }

    /// Goes back from a ward's page to one's own.
    ///
    /// # Errors
    /// `DeadLink` for a session that did not come from there, or has ended.
    pub fn act_for_oneself(&self, session: &str) -> Result<String, Failure> {
        let own: SubscriberId = self.origin(session)?.ok_or(Failure::DeadLink)?;
        self.session_beside(session, (own, None, None))?.ok_or(Failure::DeadLink)
    }
}
