//! What a page is about that asks to link its visitor, and where an answer to one of its questions leads back to. Deliberately absent: the page
//! (`link`) and what becomes of it.
use super::calm::Calm;
use super::facts::Facts;
use super::form::Form;
use super::link::{self, lost};
use super::scope::Scope;
use super::visit::Visit;
use super::words::Words;
use crate::broker::Broker;
use crate::broker::backchannel::AskOf;
use crate::broker::invite::Visitor;
use crate::broker::link_code::wanted;
use crate::broker::push::Pending;
use crate::domain::id::{AskId, RecipientId};
use crate::domain::link::Wanted;
use crate::domain::purpose::Purpose;

/// The field that leads an answer back.
pub(super) const THEN: &str = "then";

/// What is asked of the visitor to be linked.
pub(super) struct Linking {
    pub recipient: RecipientId,
    pub wanted: Wanted,
    pub way: Way,
}

/// How he would be.
pub(super) enum Way {
    /// A browser goes back to the assistant.
    Browser(Box<Pending>),
    /// He is shown a code.
    Code,
    /// The assistant waits elsewhere.
    Asked(Box<AskOf>),
}

/// Which such page, as a form or an address names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Then {
    /// The one that this browser keeps.
    Browser(String),
    /// The one about a code for a recipient and a purpose.
    Code(RecipientId, Purpose),
    /// The one about a request of an assistant that waits.
    Asked(AskId),
}

impl Linking {
    /// The value of the field that leads an answer back here.
    pub fn then(&self) -> String {
        match &self.way {
            Way::Browser(_) => "link".to_owned(),
            Way::Code => "code".to_owned(),
            Way::Asked(ask) => ask.id.to_string(),
        }
    }

    /// Where the page is.
    pub fn address(&self) -> String {
        match &self.way {
            Way::Browser(_) => link::ADDRESS.to_owned(),
            Way::Code => super::link_code::address(self.recipient, self.wanted.purpose),
            Way::Asked(ask) => super::request::address(ask.id),
        }
    }

    /// Where the last answer goes.
    pub fn action(&self) -> String {
        match &self.way {
            Way::Browser(_) => link::ADDRESS.to_owned(),
            Way::Code => super::link_code::path(self.recipient),
            Way::Asked(ask) => super::request::address(ask.id),
        }
    }
}

impl Then {
    /// The page that a form came from, if it was such.
    pub fn read(form: &Form, visit: &Visit) -> Option<Then> {
        match form.one(THEN)? {
            "link" => visit.linking().map(|kept| Then::Browser(kept.to_owned())),
            "code" => {
                let scope = Scope::read(form)?;
                Some(Then::Code(scope.recipient?, scope.purpose?))
            }
            other => AskId::parse(other).map(Then::Asked),
        }
    }

    /// Where the page is.
    pub fn address(&self) -> String {
        match self {
            Then::Browser(_) => link::ADDRESS.to_owned(),
            Then::Code(recipient, purpose) => super::link_code::address(*recipient, *purpose),
            Then::Asked(id) => super::request::address(*id),
        }
    }

    /// What it asks now.
    pub fn linking(&self, broker: &Broker, visitor: &Visitor) -> Result<Linking, Calm> {
        Ok(match self {
            Then::Browser(kept) => {
                let pending = broker.kept_request(kept).map_err(lost)?;
                broker.is_for(visitor, &pending).map_err(lost)?;
                let (recipient, wanted) = (pending.recipient, pending.wanted.clone());
                Linking { recipient, wanted, way: Way::Browser(Box::new(pending)) }
            }
            Then::Code(recipient, purpose) => {
                let all = broker.recipients()?;
                let found = all.iter().find(|r| r.id == *recipient).and_then(|r| wanted(r, *purpose));
                Linking { recipient: *recipient, wanted: found.ok_or(Calm::Missing)?, way: Way::Code }
            }
            Then::Asked(id) => {
                let ask = broker.asks_of(visitor.subscriber)?.into_iter().find(|ask| ask.id == *id);
                let ask = ask.ok_or(Calm::Lost)?;
                Linking {
                    recipient: ask.recipient,
                    wanted: ask.wanted.clone(),
                    way: Way::Asked(Box::new(ask)),
                }
            }
        })
    }

    /// The facts of the page.
    pub fn facts(&self, broker: &Broker, session: &str, words: &Words) -> Result<Facts, Calm> {
        Facts::to_link(broker, session, self, words)
    }
}
