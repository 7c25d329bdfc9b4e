//! A grant: one chain of acts on a cell, from its begin to its end. Transitions consume the state they leave.
use super::{Act, Cell, Event, Footing, Holds, Limits, People, State, Status};
use crate::domain::category::Precision;
use crate::domain::id::GrantId;
use crate::domain::scene::Standing;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US};
use serde::{Deserialize, Serialize};

/// What a grant is bound to beside cell, precision and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terms {
    /// Its limits.
    #[serde(skip_serializing_if = "Limits::is_none", default)]
    pub limits: Limits,
    /// When its pause ends by itself; `None`: when it is resumed. Of no meaning unless it is paused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub paused_until: Option<At>,
    /// When it was last renewed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub renewed_at: Option<At>,
    /// When it was last ended, refused or put off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_at: Option<At>,
    /// The material edition of the recipient's words that was agreed to; 0 where it had none.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub edition: u32,
    /// Whose yes it is.
    #[serde(skip_serializing_if = "Footing::is_own", default)]
    pub footing: Footing,
    /// How long that bears it; worked out when it is read, kept nowhere.
    #[serde(skip)]
    pub holds: Holds,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Terms {
    /// Whether there is nothing in it.
    pub fn is_plain(&self) -> bool {
        *self == Terms { holds: self.holds, ..Terms::default() }
    }
}

/// A grant as held by the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Its cell.
    pub cell: Cell,
    /// How fine.
    pub precision: Precision,
    /// State.
    pub state: State,
    /// SHA-256 of the notice the subscriber saw, hex.
    pub notice: String,
    /// When granted, or when it began otherwise.
    pub granted_at: At,
    /// When it ends.
    pub until: At,
    /// The rest.
    #[serde(skip_serializing_if = "Terms::is_plain", default)]
    pub terms: Terms,
}

/// How long nobody is asked again by himself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskAgain {
    /// After a no or a stop, µs.
    pub after_no_us: i64,
    /// After an answer was put off, µs.
    pub after_delay_us: i64,
}

impl Default for AskAgain {
    /// Half a year and a week; a country's template may say longer.
    fn default() -> AskAgain {
        AskAgain { after_no_us: 180 * DAY_US, after_delay_us: 7 * DAY_US }
    }
}

/// What is in force now and bears on consents that were given before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// The newest edition of the recipient's words that changed what it does.
    pub edition: u32,
    /// Until when a consent to an older one holds.
    pub grace_until: At,
    /// Longest life of a consent, µs.
    pub longest_us: i64,
}

impl InForce {
    /// Nothing that bears on anything.
    pub const NOTHING: InForce = InForce { edition: 0, grace_until: At(i64::MAX), longest_us: i64::MAX };
}

/// A transition that the state does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{}` does not apply to a consent that is {}", .act.as_str(), .from.as_str())]
pub struct WrongState {
    /// The state it is in.
    pub from: Status,
    /// What was tried.
    pub act: Act,
}

impl Status {
    /// Whether an act applies here. What begins anew (a grant or a refusal after an end) applies to the cell, not to the old chain.
    ///
    /// # Errors
    /// The state and the act.
    pub fn may(self, act: Act) -> Result<(), WrongState> {
        use Status::{
            Expired, Given, Invalidated, Paused, Refused, Renewed, RequestDeferred, Requested, Revoked,
            Unknown, Withdrawn,
        };
        let well = match act {
            Act::Grant | Act::Refuse => true,
            // After a no, a stop or a delay only when its time has come (`Grant::askable_from`).
            Act::Request => {
                matches!(self, Unknown | Expired | Revoked | Refused | Withdrawn | RequestDeferred)
            }
            // What lives is never displaced by what somebody else wrote down.
            Act::Capture => !matches!(self, Given | Renewed | Paused | Invalidated),
            Act::Defer => matches!(self, Unknown | Requested | RequestDeferred),
            Act::Pause | Act::Withdraw | Act::Revoke | Act::Invalidate | Act::Renew => {
                matches!(self, Given | Renewed | Paused)
            }
            Act::Resume => self == Paused,
            Act::Supersede => matches!(self, Given | Renewed | Paused),
        };
        if well { Ok(()) } else { Err(WrongState { from: self, act }) }
    }
}

impl Grant {
    /// The grant that an event begins by itself; `None` where the event needs one to act on.
    pub(super) fn begun(e: &Event) -> Option<Grant> {
        let state = match e.act {
            Act::Grant => State::Active,
            Act::Refuse => State::Refused,
            Act::Request | Act::Capture => State::Requested,
            Act::Defer => State::Deferred,
            _ => return None,
        };
        let closed = matches!(e.act, Act::Refuse | Act::Defer);
        Some(Grant {
            id: e.grant,
            cell: e.cell,
            precision: e.precision,
            state,
            notice: e.notice.clone(),
            granted_at: e.valid,
            until: e.until.filter(|_| matches!(e.act, Act::Grant | Act::Capture)).unwrap_or(e.valid),
            terms: Terms {
                limits: e.limits,
                closed_at: closed.then_some(e.valid),
                edition: e.edition,
                footing: e.whose(),
                ..Terms::default()
            },
        })
    }

    /// The grant after an event of its chain, whatever it is: what does not apply changes nothing, and what ends is taken in every open
    /// state, so that a record of a no never counts for less than a verb would have let it.
    pub(super) fn after(self, e: &Event) -> Grant {
        match e.act {
            // Whatever is said to an open question is said anew, as a verb writes it.
            act if act.begins() && matches!(self.state, State::Requested | State::Deferred) => {
                Grant::begun(e).unwrap_or(self)
            }
            Act::Refuse => self.ended(State::Refused, e.valid),
            Act::Withdraw => self.ended(State::Withdrawn, e.valid),
            Act::Revoke => self.ended(State::Revoked, e.valid),
            Act::Invalidate => self.ended(State::Invalidated, e.valid),
            Act::Supersede => self.ended(State::Superseded, e.valid),
            Act::Pause if self.state.is_given() => self.held_back(e.valid, e.until),
            Act::Resume if self.state == State::Paused => self.given_back(),
            // A renewal prolongs what holds: neither what is over nor what had not begun.
            Act::Renew if self.state.is_given() && (self.granted_at..self.ends()).contains(&e.valid) => {
                let Some(until) = e.until else { return self };
                let grant = self.at(e.valid).prolonged(e.valid, until, e.notice.clone());
                let edition = grant.terms.edition.max(e.edition);
                Grant { terms: Terms { edition, footing: e.footing(), ..grant.terms }, ..grant }
            }
            Act::Grant | Act::Capture | Act::Request | Act::Defer | Act::Pause | Act::Resume | Act::Renew => {
                self
            }
        }
    }

    fn ended(self, state: State, at: At) -> Grant {
        if self.state.is_open() { self.closed(state, at) } else { self }
    }

    fn closed(self, state: State, at: At) -> Grant {
        Grant { state, terms: Terms { closed_at: Some(at), ..self.terms }, ..self }
    }

    /// A pause never cuts one short that is there already.
    fn held_back(self, at: At, until: Option<At>) -> Grant {
        let until = match (self.at(at).state, self.terms.paused_until, until) {
            (State::Paused, Some(old), Some(new)) => Some(old.max(new)),
            (State::Paused, _, _) => None,
            (_, _, new) => new,
        };
        Grant { state: State::Paused, terms: Terms { paused_until: until, ..self.terms }, ..self }
    }

    fn given_back(self) -> Grant {
        Grant { state: State::Active, terms: Terms { paused_until: None, ..self.terms }, ..self }
    }

    fn prolonged(self, at: At, until: At, notice: String) -> Grant {
        let terms = Terms { renewed_at: Some(at), ..self.terms };
        Grant { until: self.until.max(until), notice, terms, ..self }
    }

    /// Holds the grant back, until an instant or until it is resumed.
    pub fn pause(self, now: At, until: Option<At>) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Pause)?;
        Ok(self.at(now).held_back(now, until))
    }
    /// Takes a pause back.
    pub fn resume(self, now: At) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Resume)?;
        Ok(self.given_back())
    }
    /// Moves its end on; its limits stay, and so does a pause.
    pub fn renew(self, now: At, until: At, notice: String, by: Footing) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Renew)?;
        let grant = self.at(now).prolonged(now, until, notice);
        Ok(Grant { terms: Terms { footing: by, ..grant.terms }, ..grant })
    }
    /// Ends the grant for good, in the subscriber's name.
    pub fn withdraw(self, now: At) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Withdraw)?;
        Ok(self.ended(State::Withdrawn, now))
    }
    /// Ends the grant for good, in the operator's name.
    pub fn revoke(self, now: At) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Revoke)?;
        Ok(self.ended(State::Revoked, now))
    }
    /// Says that the grant does not hold, in an authority's name.
    pub fn invalidate(self, now: At) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Invalidate)?;
        Ok(self.ended(State::Invalidated, now))
    }
    /// Makes room for a later decision about its cell.
    pub fn supersede(self, now: At) -> Result<Grant, WrongState> {
        self.status(now).may(Act::Supersede)?;
        Ok(self.ended(State::Superseded, now))
    }

    /// The same grant as what is in force leaves it: it may end earlier, never later.
    #[must_use]
    pub fn under(self, rules: InForce) -> Grant {
        if !self.state.is_given() {
            return self;
        }
        let began = self.terms.renewed_at.unwrap_or(self.granted_at);
        let outdated = (self.terms.edition < rules.edition).then_some(rules.grace_until);
        let longest = At(began.0.saturating_add(rules.longest_us));
        let until = self.until.min(longest).min(outdated.unwrap_or(self.until));
        Grant { until, ..self }
    }

    /// From when the question may be put again: after a no or a stop, and after a delay. `None`: at once.
    pub fn askable_from(&self, pause: AskAgain) -> Option<At> {
        let wait_us = match self.state {
            State::Refused | State::Withdrawn => pause.after_no_us,
            State::Deferred => pause.after_delay_us,
            _ => return None,
        };
        Some(self.terms.closed_at.unwrap_or(self.granted_at).plus(wait_us))
    }

    /// Whether a yes was written down that does not count yet.
    pub fn is_captured(&self) -> bool {
        self.state == State::Requested && self.until > self.granted_at
    }

    /// Whether it is a minor's own yes, which counts when his guardian says it.
    pub fn waits_for_guardian(&self) -> bool {
        self.is_captured() && self.terms.footing.is_own()
    }

    /// The same grant as those leave it who may speak for the subscriber: it may end earlier, never later.
    #[must_use]
    pub fn bound(self, people: &People) -> Grant {
        let said = self.terms.renewed_at.unwrap_or(self.granted_at);
        let holds =
            if self.state.is_given() { people.bears(self.terms.footing, said) } else { Holds::Always };
        Grant { terms: Terms { holds, ..self.terms }, ..self }
    }

    /// When it ends at the latest: at its own end, or when who said yes may speak no longer.
    pub fn ends(&self) -> At {
        match self.terms.holds {
            Holds::Always => self.until,
            Holds::Until(end) => self.until.min(end),
            Holds::Never => self.until.min(self.granted_at),
        }
    }

    /// The same grant as it is at `now`: a pause that has ended is none.
    #[must_use]
    pub fn at(&self, now: At) -> Grant {
        let lapsed = self.state == State::Paused && self.terms.paused_until.is_some_and(|end| end <= now);
        if lapsed { self.clone().given_back() } else { self.clone() }
    }

    /// What holds at `now`.
    pub fn status(&self, now: At) -> Status {
        match self.at(now).state {
            State::Requested => Status::Requested,
            State::Deferred => Status::RequestDeferred,
            State::Withdrawn => Status::Withdrawn,
            State::Refused => Status::Refused,
            State::Revoked => Status::Revoked,
            State::Invalidated => Status::Invalidated,
            State::Superseded => Status::Superseded,
            State::Active | State::Paused if self.terms.holds == Holds::Never => Status::Invalidated,
            State::Active | State::Paused if self.ends() <= now => Status::Expired,
            State::Paused => Status::Paused,
            State::Active if self.terms.renewed_at.is_some() => Status::Renewed,
            State::Active => Status::Given,
        }
    }

    /// What the grant is worth at `now`, after `used` answers in the period of its quota.
    pub fn standing(&self, now: At, home: Jurisdiction, used: u32) -> Standing {
        let Limits { hours, quota } = self.terms.limits;
        match self.status(now) {
            // The end that the recipient was told is the only one that it hears of.
            Status::Expired | Status::Invalidated if self.state.is_given() && self.until <= now => {
                Standing::Expired
            }
            Status::Expired => Standing::Lapsed,
            Status::Invalidated if self.state.is_given() => Standing::Unguarded,
            Status::Paused => Standing::Paused,
            status if !status.holds() => Standing::Absent,
            _ if hours.is_some_and(|h| !h.hold(home.minute_of_day(now))) => Standing::OutsideHours,
            _ if quota.is_some_and(|q| used >= q.times) => Standing::QuotaSpent,
            _ => Standing::Live { grant: self.id, precision: self.precision },
        }
    }

    /// Since when answers count against the quota at `now`; `None` without one.
    pub fn counts_from(&self, now: At, home: Jurisdiction) -> Option<At> {
        self.terms.limits.quota.map(|q| q.per.around(now, home).0)
    }

    /// The first instant after `now` at which time alone may change what it is worth, or where the period of its quota ends. `None`:
    /// never.
    pub fn turns(&self, now: At, home: Jurisdiction) -> Option<At> {
        if !self.state.is_given() || self.until <= now {
            return None;
        }
        let Limits { hours, quota } = self.terms.limits;
        let pause = self.terms.paused_until.filter(|end| self.state == State::Paused && *end > now);
        let lapse = Some(self.ends()).filter(|end| *end > now);
        let turns = [
            Some(self.until),
            lapse,
            pause,
            hours.map(|h| h.next(now, home)),
            quota.and_then(|q| q.per.around(now, home).1),
        ];
        turns.into_iter().flatten().min()
    }
}
