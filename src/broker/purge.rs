//! What recipients were asked to delete and what they state. Deliberately absent: whose data it is; who looks over the requests sees
//! recipients, not persons.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::domain::category::Category;
use crate::domain::id::{PurgeId, RecipientId};
use crate::domain::purge::{Asked, Statement};
use crate::domain::purpose::Purpose;
use crate::domain::record::{Event, Record};
use crate::domain::time::At;
use crate::store::{entries, purges};

/// Most requests shown at once, oldest deadline first.
pub const SHOWN: i64 = 1000;
/// For an unknown request, and for another's: a stranger learns nothing from the difference.
const NONE: Failure = Failure::NotFound("request to delete");

/// A request to delete, as operator and regulator see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: PurgeId,
    /// Who is asked.
    pub recipient: RecipientId,
    /// What it was held for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// Since when the consent has ended.
    pub since: At,
    /// When an answer is due.
    pub deadline: At,
    /// How it stands now.
    pub state: Asked,
    /// Why the recipient keeps it, if it says so.
    pub reason: Option<String>,
    /// When it answered.
    pub answered: Option<At>,
}

impl Broker {
    /// Takes a recipient's statement about one of its own requests and records it. The same statement again changes nothing; another
    /// one is refused, since the first is recorded.
    pub fn acknowledge_purge(
        &self,
        caller: &Caller,
        id: PurgeId,
        statement: Statement,
    ) -> Result<(), Failure> {
        let now = self.now()?;
        let found = self.store.read("purge.acknowledge", |tx| purges::find(tx, id))?;
        let purge = found.filter(|p| Some(p.recipient) == caller.client().recipient).ok_or(NONE)?;
        let (word, cause) = (statement.word(), statement.cause());
        let entry = self.entry(&Record {
            at: now,
            subscriber: Some(purge.subscriber),
            recipient: Some(purge.recipient),
            purpose: Some(purge.purpose),
            event: Event::Purge { purge: id, category: purge.category, statement: word, cause },
        })?;
        let stated = self.store.write("purge.acknowledge", move |tx| {
            if purges::state(tx, id, statement, now)? {
                entries::append(tx, &entry)?;
                return Ok(None);
            }
            Ok(purges::find(tx, id)?.and_then(|p| p.statement))
        })?;
        let same = (word.as_str().to_owned(), cause.map(|c| c.as_str().to_owned()));
        match stated {
            Some(other) if other != same => {
                Err(Failure::Conflict("this request was answered otherwise before".to_owned()))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Requests of a kind, at most [`SHOWN`].
    pub fn purges(&self, _caller: &Caller, which: Asked) -> Result<Vec<Request>, Failure> {
        let now = self.now()?;
        let found = self.store.read("purge.list", |tx| purges::list(tx, which, now, SHOWN))?;
        let shown = found.into_iter().map(|p| Request {
            id: p.id,
            recipient: p.recipient,
            purpose: p.purpose,
            category: p.category,
            since: p.asked_at,
            deadline: p.deadline_at,
            state: which,
            reason: p.statement.and_then(|(_, cause)| cause),
            answered: p.answered_at,
        });
        Ok(shown.collect())
    }
}
