//! What held when, as it was known when: the registry asked about any instant, from its events alone.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::consent::{self, Answer, Cell, Event, Question};
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use crate::store::{consents, recipients, relations, uses};

/// Which cell, and when.
#[derive(Debug, Clone, Copy)]
pub struct AsOf {
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// What held then; `None` is now.
    pub at: Option<At>,
    /// As it was known then; `None` is now.
    pub known: Option<At>,
}

/// What held, with the events that say so.
#[derive(Debug)]
pub struct Held {
    /// What held.
    pub answer: Answer,
    /// Which instant was asked about.
    pub at: At,
    /// Up to which instant records were looked at.
    pub known: At,
    /// The evidence in full, in order.
    pub events: Vec<Event>,
}

impl Broker {
    /// The registry's answer about one cell at one instant, as it was known at another. Nothing is recorded.
    ///
    /// # Errors
    /// `NotFound` for a subscriber that is not enrolled; faults.
    pub fn as_of(&self, _caller: &Caller, reference: &Reference, asked: &AsOf) -> Result<Held, Failure> {
        let now = self.now()?;
        let subscriber = self.subscriber_of(reference)?;
        let known = asked.known.unwrap_or(now);
        let (events, uses, registered, people) = self.store.read("consent.as_of", |tx| {
            let majority = relations::age_known(tx, subscriber.id, subscriber.majority, known)?;
            let people = relations::people(tx, subscriber.id, majority, subscriber.related)?;
            let events = consents::events(tx, subscriber.id, asked.recipient)?;
            Ok((events, uses::all(tx, subscriber.id)?, recipients::find(tx, asked.recipient)?, people))
        })?;
        let AsOf { recipient, purpose, category, at, .. } = *asked;
        let question = Question {
            cell: Cell { subscriber: subscriber.id, recipient, purpose, category },
            home: subscriber.home,
            at: at.unwrap_or(now),
            known,
            people: &people,
            in_force: self.in_force(registered.as_ref(), subscriber.home, purpose),
        };
        let answer = consent::decide(&events, &uses, &question);
        let events = events.into_iter().filter(|e| answer.evidence.contains(&e.seq)).collect();
        Ok(Held { answer, at: question.at, known: question.known, events })
    }
}
