//! The registry's answer as a pure function of what was recorded: what held for a cell at one instant, as it was known at another.
//!
//! Events count in the order in which they were recorded; the instant from which one is valid says only whether it counts yet. Deliberately
//! absent: a clock, rows, and the word that a recipient hears (other cells may bear on that).
use super::{Act, Actor, Bar, Cell, Footing, Grant, InForce, Limits, People, Provenance, Status};
use crate::domain::category::Precision;
use crate::domain::id::{GrantId, PresentationId, RelationId};
use crate::domain::scene::Standing;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use std::collections::HashMap;

/// One recorded act on one cell. Never changed, never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Dense per subscriber, from 1.
    pub seq: i64,
    /// The chain it belongs to.
    pub grant: GrantId,
    /// Whose consent, to whom, what for, what.
    pub cell: Cell,
    /// What was done.
    pub act: Act,
    /// How fine, where something is given.
    pub precision: Precision,
    /// SHA-256 of the notice that was shown, hex.
    pub notice: String,
    /// The material edition of the recipient's words in it; 0 where it had none.
    pub edition: u32,
    /// What was shown, where that was needed.
    pub presentation: Option<PresentationId>,
    /// Of a grant or renewal its end, of a pause its end; `None` where it has none.
    pub until: Option<At>,
    /// Limits of a grant.
    pub limits: Limits,
    /// When it was written down.
    pub recorded: At,
    /// From when it counts.
    pub valid: At,
    /// Who acted.
    pub actor: Actor,
    /// How it reached us.
    pub channel: String,
    /// By which relation to the subscriber, of who speaks for him.
    pub relation: Option<RelationId>,
    /// Whether it was said, or drawn from something else.
    pub provenance: Provenance,
}

impl Event {
    /// Whose word it is.
    pub fn footing(&self) -> Footing {
        Footing { actor: self.actor, relation: self.relation }
    }

    /// Whose yes stands behind the grant that it begins: of what was only drawn from something else, nobody's but the operator's.
    pub(super) fn whose(&self) -> Footing {
        match (self.act, self.provenance) {
            (Act::Capture, Provenance::Inferred) => Footing { actor: Actor::Operator, relation: None },
            (Act::Grant | Act::Capture, _) => self.footing(),
            _ => Footing::default(),
        }
    }
}

/// One answer that was given under a grant with a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// Under which.
    pub grant: GrantId,
    /// When.
    pub at: At,
}

/// What is asked of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Which cell.
    pub cell: Cell,
    /// Home of the subscriber, whose local time limits go by.
    pub home: Jurisdiction,
    /// What held then.
    pub at: At,
    /// As it was known then: what was recorded later is not looked at.
    pub known: At,
    /// What bears on consents given before it, of that instant.
    pub in_force: InForce,
    /// Who may speak for him; of his age what was known then, of the rest all.
    pub people: &'a People,
}

/// What the registry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The state of consent.
    pub status: Status,
    /// What that is worth, limits included.
    pub standing: Standing,
    /// The grant as it was; `None` when nothing was ever said.
    pub grant: Option<Grant>,
    /// The events it rests on, by number, in order.
    pub evidence: Vec<i64>,
    /// The first instant after the asked one at which the answer may change without a new event; `None`: never. Until then it is the
    /// same.
    pub until: Option<At>,
}

/// Answers a question from all events and uses of a subscriber, in any order.
pub fn decide(events: &[Event], uses: &[Use], q: &Question<'_>) -> Answer {
    let mut known: Vec<&Event> =
        events.iter().filter(|e| e.cell == q.cell && e.recorded <= q.known).collect();
    known.sort_unstable_by_key(|e| e.seq);
    let to_come = known.iter().map(|e| e.valid).filter(|valid| *valid > q.at).min();
    known.retain(|e| e.valid <= q.at);
    let people = q.people.known(q.known);
    let bars = people.bars(&q.cell);
    let Some(grant) = current(&known, &people).map(|grant| grant.under(q.in_force)) else {
        return Answer {
            status: Status::Unknown,
            standing: Standing::Absent,
            grant: None,
            evidence: Vec::new(),
            until: to_come,
        };
    };
    let of_grant = || uses.iter().filter(|u| u.grant == grant.id && u.at <= q.known).map(|u| u.at);
    let from = grant.counts_from(q.at, q.home);
    let used = from.map_or(0, |from| of_grant().filter(|at| (from..=q.at).contains(at)).count());
    let next_use = from.and_then(|_| of_grant().filter(|at| *at > q.at).min());
    let turns = [to_come, next_use, grant.turns(q.at, q.home), Bar::turn(&bars, q.at)];
    let until = turns.into_iter().flatten().min();
    let standing = grant.standing(q.at, q.home, u32::try_from(used).unwrap_or(u32::MAX));
    Answer {
        status: grant.status(q.at),
        standing: Bar::leaves(&bars, standing, q.at),
        evidence: known.iter().filter(|e| e.grant == grant.id).map(|e| e.seq).collect(),
        until,
        grant: Some(grant),
    }
}

/// Every chain that events add up to, in the order in which they began, each as its last act left it and with its events.
pub fn chains(events: &[Event]) -> Vec<(Grant, Vec<&Event>)> {
    let mut chains: Vec<(Grant, Vec<&Event>)> = Vec::new();
    for e in events {
        match chains.iter_mut().find(|(grant, _)| grant.id == e.grant) {
            Some((grant, acts)) => {
                *grant = grant.clone().after(e);
                acts.push(e);
            }
            None => chains.extend(Grant::begun(e).map(|grant| (grant, vec![e]))),
        }
    }
    chains
}

/// Whether somebody else than the subscriber holds a consent back at an instant, by its acts in their order.
pub fn held_by_another<'e>(acts: impl IntoIterator<Item = &'e Event>, at: At) -> bool {
    let until = acts.into_iter().fold(None, |until: Option<At>, e| match e.act {
        Act::Pause if !e.footing().is_own() => until.max(Some(e.until.unwrap_or(At(i64::MAX)))),
        Act::Resume => None,
        _ => until,
    });
    until.is_some_and(|end| at < end)
}

/// What a cell holds after an event, where it held `before`; `None` where the event begins nothing and has nothing to act on.
pub fn grown(before: Option<Grant>, e: &Event) -> Option<Grant> {
    match before.filter(|grant| grant.id == e.grant) {
        Some(chain) => Some(chain.after(e)),
        None => Grant::begun(e),
    }
}

/// The grant that events of one cell add up to: of all chains the one that was begun, or said no to, last.
fn current(events: &[&Event], people: &People) -> Option<Grant> {
    let mut chains: HashMap<GrantId, Grant> = HashMap::new();
    let mut last = None;
    for e in events {
        let grown = match chains.remove(&e.grant) {
            Some(chain) => Some(chain.after(e)),
            None => Grant::begun(e),
        };
        if let Some(grown) = grown {
            chains.insert(e.grant, grown.bound(people));
        }
        // Also a chain that is over: whoever used its id again did not bring it back.
        if e.act.begins() {
            last = Some(e.grant);
        }
    }
    chains.remove(&last?)
}
