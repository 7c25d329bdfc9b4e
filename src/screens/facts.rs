//! What a page tells of, asked of the broker once for each page. Deliberately absent: requests, which only some pages show.
use super::ask::puts;
use super::calm::Calm;
use super::scope::Scope;
use super::words::Words;
use crate::broker::Broker;
use crate::broker::invite::Visitor;
use crate::broker::timeline::Overview;
use crate::domain::consent::{Act, Cell, Grant, State};
use crate::domain::id::RecipientId;
use crate::domain::recipient::Recipient;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;

/// Who looks, what he decided, where and when.
pub(super) struct Facts {
    pub visitor: Visitor,
    pub overview: Overview,
    pub home: Jurisdiction,
    pub now: At,
    /// The signed showing of the questions on the page; empty where it asks nothing.
    pub presentation: String,
}

impl Facts {
    /// Asks the broker.
    pub fn gather(broker: &Broker, session: &str) -> Result<Facts, Calm> {
        let visitor = super::visitor(broker, session)?;
        let overview = broker.overview(visitor.subscriber)?;
        let (home, now) = (broker.settings().home, broker.now()?);
        Ok(Facts { visitor, overview, home, now, presentation: String::new() })
    }

    /// The same, for a page that a PIN may stand before.
    pub fn gather_open(broker: &Broker, session: &str) -> Result<Facts, Calm> {
        let facts = Facts::gather(broker, session)?;
        if facts.visitor.closed { Err(Calm::Closed) } else { Ok(facts) }
    }

    /// The same, for a page that puts the questions of a recipient.
    pub fn to_ask(
        broker: &Broker,
        session: &str,
        recipient: RecipientId,
        words: &Words,
    ) -> Result<Facts, Calm> {
        let mut facts = Facts::gather(broker, session)?;
        let asks = facts.recipient(recipient).ok_or(Calm::Missing)?;
        let puts = puts(words, &facts, asks);
        if !puts.is_empty() {
            facts.presentation = broker.present(facts.visitor.subscriber, asks, &puts)?;
        }
        Ok(facts)
    }

    /// Whether a grant has neither ended nor been refused; it may be paused.
    pub fn lives(&self, grant: &Grant) -> bool {
        matches!(grant.state, State::Active | State::Paused) && self.now < grant.ends()
    }

    /// Whether something within `scope` is held in this state.
    pub fn holds(&self, scope: Scope, state: State) -> bool {
        self.overview.grants.iter().any(|g| g.state == state && self.lives(g) && scope.covers(&g.cell))
    }

    /// What is held back within `scope`.
    pub fn paused(&self, scope: Scope) -> impl Iterator<Item = &Grant> {
        let paused = move |g: &&Grant| g.state == State::Paused && scope.covers(&g.cell);
        self.overview.grants.iter().filter(|g| self.lives(g)).filter(paused)
    }

    /// The acts that would hold something back or give it back within `scope`, with their words.
    pub fn holding(&self, scope: Scope, pause: String, resume: String) -> Vec<(Act, String)> {
        let pause = self.holds(scope, State::Active).then_some((Act::Pause, pause));
        let resume = self.holds(scope, State::Paused).then_some((Act::Resume, resume));
        pause.into_iter().chain(resume).collect()
    }

    /// A recipient by its id.
    pub fn recipient(&self, id: RecipientId) -> Option<&Recipient> {
        self.overview.recipients.iter().find(|r| r.id == id)
    }

    /// The grant of a cell, if anything was ever decided about it.
    pub fn grant(&self, scope: Scope) -> Option<&Grant> {
        let of_cell = |c: &Cell| scope.category.is_some() && scope.covers(c);
        self.overview.grants.iter().find(|g| of_cell(&g.cell))
    }
}
