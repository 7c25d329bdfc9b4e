//! What a page tells of, asked of the broker once for each page. Deliberately absent: requests, which only some pages show.
use super::ask::puts;
use super::calm::Calm;
use super::linking::{Linking, Then};
use super::scope::Scope;
use super::words::Words;
use crate::broker::Broker;
use crate::broker::backchannel::AskOf;
use crate::broker::breach::Warning;
use crate::broker::family::Ward;
use crate::broker::invite::Visitor;
use crate::broker::timeline::Overview;
use crate::domain::consent::{Act, Actor, Cell, Grant, State};
use crate::domain::id::RecipientId;
use crate::domain::notice::Notice;
use crate::domain::recipient::Recipient;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;

/// Who looks, what he decided, where and when.
pub(super) struct Facts {
    pub visitor: Visitor,
    pub overview: Overview,
    pub home: Jurisdiction,
    /// Whether the operator is one of a group.
    pub group: bool,
    pub now: At,
    /// For whom he may speak.
    pub wards: Vec<Ward>,
    /// Assistants that wait for his answer.
    pub asks: Vec<AskOf>,
    /// Incidents that touch him.
    pub warnings: Vec<Warning>,
    /// The words that were shown of what ends soon, by hash, where the page shows them.
    pub seen: Vec<(String, Notice)>,
    /// What an assistant asks that wants to be linked, where the page is about that: nothing else is asked then.
    pub linking: Option<Linking>,
    /// The signed showing of the questions on the page; empty where it asks nothing.
    pub presentation: String,
}

impl Facts {
    /// Asks the broker.
    pub fn gather(broker: &Broker, session: &str) -> Result<Facts, Calm> {
        let visitor = super::visitor(broker, session)?;
        let overview = broker.overview(visitor.subscriber)?;
        let (home, now) = (broker.settings().home, broker.now()?);
        let wards = broker.wards(&visitor)?;
        // Nobody but himself is linked.
        let own = visitor.by.relation.is_none();
        let asks = if own { broker.asks_of(visitor.subscriber)? } else { Vec::new() };
        let warnings = broker.warnings(visitor.subscriber)?;
        let (group, seen) = (!broker.settings().operators.others.is_empty(), Vec::new());
        let (linking, presentation) = (None, String::new());
        Ok(Facts { visitor, overview, home, group, now, wards, asks, warnings, seen, linking, presentation })
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
        facts.show(broker, recipient, words)?;
        let of = |g: &&Grant| g.cell.recipient == recipient && facts.renewable(g).is_some();
        let hashes: Vec<String> = facts.overview.grants.iter().filter(of).map(|g| g.notice.clone()).collect();
        for hash in hashes {
            facts.seen.extend(broker.notice_seen(&hash)?.map(|seen| (hash, seen)));
        }
        Ok(facts)
    }

    /// The same, for a page that asks to link the visitor. A guardian links nobody but himself.
    pub fn to_link(broker: &Broker, session: &str, then: &Then, words: &Words) -> Result<Facts, Calm> {
        // What a browser brought and has ended says so also where the session has ended.
        if let Then::Browser(kept) = then {
            broker.kept_request(kept).map_err(super::link::lost)?;
        }
        let mut facts = Facts::gather_open(broker, session)?;
        if facts.visitor.by.relation.is_some() {
            return Err(Calm::Missing);
        }
        let linking = then.linking(broker, &facts.visitor)?;
        let recipient = linking.recipient;
        facts.linking = Some(linking);
        facts.show(broker, recipient, words)?;
        Ok(facts)
    }

    /// Signs what a page is about to ask.
    fn show(&mut self, broker: &Broker, recipient: RecipientId, words: &Words) -> Result<(), Calm> {
        let asks = self.recipient(recipient).ok_or(Calm::Missing)?;
        let puts = puts(words, self, asks);
        if !puts.is_empty() {
            self.presentation = broker.present(self.visitor.subscriber, asks, &puts)?;
        }
        Ok(())
    }

    /// Whether a grant has neither ended nor been refused; it may be paused.
    pub fn lives(&self, grant: &Grant) -> bool {
        matches!(grant.state, State::Active | State::Paused) && self.now < grant.ends()
    }

    /// Whether a minor looks at his own pages.
    pub fn child(&self) -> bool {
        self.overview.minor && self.visitor.by.actor == Actor::Subscriber
    }

    /// To when a grant that ends soon can be prolonged by the visitor.
    pub fn renewable(&self, grant: &Grant) -> Option<At> {
        let found = self.overview.ending.iter().find(|(id, _)| *id == grant.id);
        found.filter(|_| !self.child()).map(|(_, end)| *end)
    }

    /// Whether somebody else holds a grant back, so that the visitor cannot give it back.
    pub fn kept(&self, grant: &Grant) -> bool {
        self.child() && self.overview.held_back.contains(&grant.id)
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

    /// Until when the question of a cell is put off.
    pub fn put_off(&self, scope: Scope) -> Option<At> {
        let of_cell = |g: &Grant| scope.category.is_some() && scope.covers(&g.cell);
        self.overview.put_off.iter().find(|(g, _)| of_cell(g)).map(|(_, from)| *from)
    }

    /// The open question of a cell, if somebody put it or wrote a yes to it down.
    pub fn open(&self, scope: Scope) -> Option<&Grant> {
        self.overview.asked.iter().find(|g| scope.category.is_some() && scope.covers(&g.cell))
    }

    /// The acts that would hold something back or give it back within `scope`, with their words.
    pub fn holding(&self, scope: Scope, pause: String, resume: String) -> Vec<(Act, String)> {
        let pause = self.holds(scope, State::Active).then_some((Act::Pause, pause));
        let resume = self.paused(scope).any(|g| !self.kept(g)).then_some((Act::Resume, resume));
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
