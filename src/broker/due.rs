//! What is due: everything that a law, a contract or a promise wants done by an instant, the earliest first. Deliberately absent: doing it; whatever the broker
//! does by itself is late here only where it cannot.
use super::approve_export::{LASTS_US, State};
use super::authenticate::Caller;
use super::digest::EARLY_DAYS;
use super::{Broker, Failure};
use crate::domain::id::{BreachId, RecipientId};
use crate::domain::purge;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US, MINUTE_US};
use crate::store::sums::{self, Unanswered};

/// The longest that a letter takes which is sent at once, µs: once more after it was not taken.
const AT_ONCE_US: i64 = 10 * MINUTE_US;
/// The longest that answers may be gathered before they are told, µs (`domain::telling`).
const TOGETHER_US: i64 = 30 * DAY_US;

/// A duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// Subscribers at home there whom an incident touches are told of it.
    Subscribers(BreachId, Jurisdiction),
    /// The authority there is.
    Authority(BreachId, Jurisdiction),
    /// A recipient states what it did about what it was asked to delete.
    Deletion(RecipientId),
    /// Subscribers are told of what left about them.
    Letters,
    /// Subscribers are told that a rescue agency asked about them.
    Emergencies,
    /// Subscribers are told of a year.
    Digests,
    /// Two people stand for an export that an authority asked for, or it lapses.
    Export(String),
}

/// A duty and by when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub duty: Duty,
    /// By when; of several alike the earliest.
    pub by: At,
    /// Whether that is over.
    pub late: bool,
    /// How many people, requests or entries it is about.
    pub count: u64,
    /// The rule it rests on, where a pack has one.
    pub citation: Option<String>,
}

impl Duty {
    /// The word in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Duty::Subscribers(..) => "subscribers",
            Duty::Authority(..) => "authority",
            Duty::Deletion(_) => "deletion",
            Duty::Letters => "letters",
            Duty::Emergencies => "emergencies",
            Duty::Digests => "digests",
            Duty::Export(_) => "export",
        }
    }
}

impl Broker {
    /// Everything that is due or will be, the earliest first.
    ///
    /// # Errors
    /// Faults.
    pub fn dues(&self, caller: &Caller) -> Result<Vec<Due>, Failure> {
        let now = self.now()?;
        let mut all = self.due_incidents(now)?;
        all.extend(self.due_deletions(caller)?);
        all.extend(self.due_letters(now)?);
        for asked in self.asked_exports(caller)?.into_iter().filter(|asked| asked.state == State::Waits) {
            let by = asked.at.plus(LASTS_US);
            let (duty, count, citation) = (Duty::Export(asked.id), 1, asked.wanted.ground);
            all.push(Due { duty, by, late: by <= now, count, citation });
        }
        all.sort_by_key(|due| due.by);
        Ok(all)
    }

    /// What left is told at once, but for a day's quiet hours, or together within thirty days.
    fn due_letters(&self, now: At) -> Result<Vec<Due>, Failure> {
        let default = self.rhythm(self.settings.home);
        let (letters, years, owed, each) = self.store.read("due.queues", |tx| {
            let each = sums::oldest_of_each(tx, default)?;
            Ok((sums::untold(tx, now)?, sums::digests(tx, now)?, sums::emergencies(tx, now)?, each))
        })?;
        let pack = self.engine.pack(self.settings.home);
        let together = letters.oldest.map(|at| at.plus(TOGETHER_US));
        let letters_by = each.map(|at| at.plus(DAY_US)).into_iter().chain(together).min();
        // They are told a while before they must be.
        let years_by = years.first.map(|at| at.plus(EARLY_DAYS * DAY_US));
        let owed_by = owed.first.map(|at| at.plus(AT_ONCE_US));
        let due = |duty, by: Option<At>, count, rule: Option<&String>| {
            by.map(|by| Due { duty, by, late: by <= now, count, citation: rule.cloned() })
        };
        let all = [
            due(Duty::Letters, letters_by, letters.people, pack.telling.as_ref().map(|t| &t.citation)),
            due(Duty::Digests, years_by, years.people, pack.yearly.as_ref().map(|y| &y.citation)),
            due(Duty::Emergencies, owed_by, owed.people, pack.emergency.as_ref().map(|e| &e.citation)),
        ];
        Ok(all.into_iter().flatten().collect())
    }

    fn due_incidents(&self, now: At) -> Result<Vec<Due>, Failure> {
        let mut all = Vec::new();
        for incident in self.breaches()? {
            let (id, open) = (incident.breach.id, incident.breach.cleared.is_none());
            for at in incident.homes {
                let unheard = at.unheard();
                let due =
                    |duty, by: At, count, late| Due { duty, by, late, count, citation: at.citation.clone() };
                if let Some(by) = at.subscribers_by.filter(|_| open && unheard > 0) {
                    all.push(due(Duty::Subscribers(id, at.home), by, unheard, by <= now));
                }
                if let Some(by) = at.authority_by.filter(|_| open && at.reported.is_none()) {
                    all.push(due(Duty::Authority(id, at.home), by, at.touched, by <= now));
                }
            }
        }
        Ok(all)
    }

    fn due_deletions(&self, caller: &Caller) -> Result<Vec<Due>, Failure> {
        let [late, open] = self.unanswered(caller)?;
        let due = |late: bool, one: Unanswered| {
            let citation =
                Some(format!("GDPR Art. 17, 19; an answer within {} days", purge::DEADLINE_US / DAY_US));
            Due { duty: Duty::Deletion(one.recipient), by: one.first, late, count: one.requests, citation }
        };
        let late = late.into_iter().map(|one| due(true, one));
        Ok(late.chain(open.into_iter().map(|one| due(false, one))).collect())
    }
}
