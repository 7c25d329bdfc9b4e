//! Whose word a yes is, and what becomes of it when he may speak no longer. Deliberately absent: a job that ends anything; all of it is
//! worked out from lifetimes whenever somebody asks.
use super::{Act, Actor, Capture, Cell};
use crate::domain::age::Majority;
use crate::domain::category::Precision;
use crate::domain::id::RelationId;
use crate::domain::relation::{Block, Relation, RelationKind};
use crate::domain::scene::Standing;
use crate::domain::time::At;
use serde::{Deserialize, Serialize};

/// Whose yes it is, and by which relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footing {
    /// Who said it.
    pub actor: Actor,
    /// By which relation; `None` for the subscriber himself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relation: Option<RelationId>,
}

impl Default for Footing {
    /// The subscriber's own.
    fn default() -> Footing {
        Footing { actor: Actor::Subscriber, relation: None }
    }
}

impl Footing {
    /// Whether it is the subscriber's own.
    pub fn is_own(&self) -> bool {
        *self == Footing::default()
    }
}

impl From<Capture> for Footing {
    fn from(by: Capture) -> Footing {
        Footing { actor: by.actor, relation: by.relation }
    }
}

/// How long the footing of a yes bears it, other ends aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Holds {
    /// For good.
    #[default]
    Always,
    /// Until just before this instant.
    Until(At),
    /// Never did: who said it had no say.
    Never,
}

impl Holds {
    /// Whether at an instant.
    pub fn at(self, at: At) -> bool {
        match self {
            Holds::Always => true,
            Holds::Until(end) => at < end,
            Holds::Never => false,
        }
    }
}

/// A block on one cell, with its lifetime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    from: At,
    until: Option<At>,
    finest: Option<Precision>,
}

impl Bar {
    fn bars(&self, at: At) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    /// What bars leave of a standing: nothing, or no more than the coarsest of them.
    pub fn leaves(bars: &[Bar], standing: Standing, at: At) -> Standing {
        let Standing::Live { .. } = standing else { return standing };
        bars.iter().filter(|b| b.bars(at)).fold(standing, |standing, bar| match (standing, bar.finest) {
            (Standing::Live { grant, precision }, Some(finest)) => {
                Standing::Live { grant, precision: precision.meet(finest) }
            }
            _ => Standing::Blocked,
        })
    }

    /// The first instant after `at` at which one of them begins or ends.
    pub fn turn(bars: &[Bar], at: At) -> Option<At> {
        bars.iter().flat_map(|b| [Some(b.from), b.until]).flatten().filter(|turn| *turn > at).min()
    }
}

/// What is known of who may speak for a subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct People {
    /// From when he consents alone.
    pub majority: Majority,
    /// Who may speak for him, or forbid.
    pub relations: Vec<Relation>,
    /// What the owners of his line forbid.
    pub blocks: Vec<Block>,
}

impl People {
    /// Nobody but himself.
    pub fn alone(majority: Majority) -> People {
        People { majority, ..People::default() }
    }

    /// As it was known at an instant; of his age the caller knows.
    #[must_use]
    pub fn known(&self, at: At) -> People {
        People {
            majority: self.majority,
            relations: self.relations.iter().filter_map(|r| r.known(at)).collect(),
            blocks: self.blocks.iter().filter_map(|b| b.known(at)).collect(),
        }
    }

    fn relation(&self, footing: Footing, kind: RelationKind) -> Option<&Relation> {
        self.relations.iter().find(|r| Some(r.id) == footing.relation && r.kind == kind)
    }

    /// How long a yes that was said at `said` bears.
    pub fn bears(&self, footing: Footing, said: At) -> Holds {
        let by = |kind| self.relation(footing, kind).filter(|r| r.lives(said, self.majority));
        let relation = match footing.actor {
            // Whom a minor tells to speak for him says no more than he could himself.
            _ if self.majority.is_minor(said) && footing.actor != Actor::Guardian => return Holds::Never,
            // The operator's people write down what he says himself.
            Actor::Subscriber | Actor::Staff => return Holds::Always,
            Actor::Guardian => by(RelationKind::Guardian),
            Actor::Delegate => by(RelationKind::Delegate).filter(|r| r.may_allow),
            // A recipient's word that somebody agreed is none, however it came to stand here.
            Actor::Operator | Actor::Authority | Actor::Recipient => None,
        };
        match relation {
            Some(relation) => relation.ends(self.majority).map_or(Holds::Always, Holds::Until),
            None => Holds::Never,
        }
    }

    /// Whether somebody may do this now.
    ///
    /// # Errors
    /// Who could.
    pub fn may(&self, by: Footing, act: Act, now: At) -> Result<(), &'static str> {
        let says_yes = matches!(act, Act::Grant | Act::Renew | Act::Resume);
        let lives = |kind| self.relation(by, kind).filter(|r| r.lives(now, self.majority));
        match by.actor {
            Actor::Guardian if lives(RelationKind::Guardian).is_none() => {
                Err("a guardian whose relation to the subscriber lives")
            }
            Actor::Delegate => match lives(RelationKind::Delegate) {
                None => Err("a delegate whose relation to the subscriber lives"),
                Some(_) if says_yes && self.majority.is_minor(now) => Err("the guardian of the minor"),
                Some(r) if says_yes && !r.may_allow => Err("one who was given the right to allow"),
                Some(_) => Ok(()),
            },
            // What a minor newly allows waits for his guardian (`written`), and he takes back his own pause of what is there (`held_by_another`);
            // to prolong it is not his.
            Actor::Subscriber if act == Act::Renew && self.majority.is_minor(now) => {
                Err("the guardian of the minor")
            }
            _ => Ok(()),
        }
    }

    /// What an act is written down as: a minor's own yes waits until his guardian says it.
    pub fn written(&self, act: Act, by: Actor, now: At) -> Act {
        let alone = by == Actor::Subscriber && self.majority.is_minor(now);
        if act == Act::Grant && alone { Act::Capture } else { act }
    }

    /// What the owners of the line forbid on a cell, as long as they are that.
    pub fn bars(&self, cell: &Cell) -> Vec<Bar> {
        let bar = |block: &Block| {
            let owner =
                self.relations.iter().find(|r| r.id == block.relation && r.kind == RelationKind::Owner)?;
            let until = [owner.ends(self.majority), block.lifted].into_iter().flatten().min();
            Some(Bar { from: block.from.max(owner.from), until, finest: block.finest })
        };
        self.blocks.iter().filter(|b| b.covers(cell)).filter_map(bar).collect()
    }
}
