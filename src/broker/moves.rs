//! What becomes of grants that are there: paused, resumed, renewed or ended, one of them or all that fit. Deliberately absent: answers
//! to questions (`consent`), and the write.
use super::consent::{LONGEST_US, Wish, conflict};
use super::{Broker, Failure};
use crate::domain::consent::{Act, Actor, Capture, Grant, State, Status, WrongState, held_by_another};
use crate::domain::id::GrantId;
use crate::domain::time::{At, DAY_US};
use crate::store::consents::Change;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, consents};

impl Broker {
    /// What a wish to change grants makes of those that fit.
    pub(super) fn moved_by(
        &self,
        found: &Subscriber,
        wish: &Wish,
        held: Vec<Grant>,
        now: At,
        by: Capture,
    ) -> Result<Vec<Change>, Failure> {
        let Wish::Change { act, until, recipient, purpose, category } = wish else { return Ok(Vec::new()) };
        let one_cell = recipient.is_some() && purpose.is_some() && category.is_some();
        let held: Vec<Grant> = held.into_iter().filter(|g| wish.changes(&g.cell)).collect();
        let longest = |g: &Grant| self.longest_us(found.home, g.cell.purpose);
        let longest_us = held.iter().map(longest).min().unwrap_or(LONGEST_US);
        moved(held, *act, *until, one_cell, (now, longest_us), by)
    }
}

/// What a minor wants to give back and somebody else holds back: his guardian's pause is not his to end.
pub(super) fn kept_by_another(
    tx: &mut Tx<'_>,
    found: &Subscriber,
    held: &[Grant],
    wish: &Wish,
    (now, by): (At, Capture),
) -> Result<Vec<GrantId>, Fault> {
    let own = by.actor == Actor::Subscriber && found.majority.is_minor(now);
    if !own || !matches!(wish, Wish::Change { act: Act::Resume, .. }) {
        return Ok(Vec::new());
    }
    let mut kept = held_back(tx, found, held, now)?;
    kept.retain(|id| held.iter().any(|g| g.id == *id && wish.changes(&g.cell)));
    Ok(kept)
}

/// Which of a subscriber's grants somebody else than he holds back.
pub(super) fn held_back(
    tx: &mut Tx<'_>,
    found: &Subscriber,
    held: &[Grant],
    now: At,
) -> Result<Vec<GrantId>, Fault> {
    let mut kept = Vec::new();
    for grant in held.iter().filter(|g| g.at(now).state == State::Paused) {
        let acts = consents::events(tx, found.id, grant.cell.recipient)?;
        let chain = acts.iter().filter(|e| e.grant == grant.id);
        kept.extend(held_by_another(chain, now).then_some(grant.id));
    }
    Ok(kept)
}

/// What is left of `held` without what somebody else holds back.
pub(super) fn left(
    mut held: Vec<Grant>,
    kept: &[GrantId],
    wish: &Wish,
    now: At,
) -> Result<Vec<Grant>, Failure> {
    held.retain(|g| !kept.contains(&g.id));
    let own = |g: &Grant| g.at(now).state == State::Paused && wish.changes(&g.cell);
    if !kept.is_empty() && !held.iter().any(own) {
        return Err(Failure::invalid("actor", "the guardian of the minor, who paused it"));
    }
    Ok(held)
}

/// Moves all of `held` that know the act.
pub(super) fn moved(
    held: Vec<Grant>,
    act: Act,
    until: Option<At>,
    one_cell: bool,
    (now, longest_us): (At, i64),
    by: Capture,
) -> Result<Vec<Change>, Failure> {
    if act == Act::Pause && until.is_some_and(|end| end <= now) {
        return Err(Failure::invalid("until", "later than now"));
    }
    let prolonged = until.filter(|end| *end > now && end.since(now) <= longest_us);
    if act == Act::Renew && prolonged.is_none() {
        let days = longest_us / DAY_US;
        return Err(Failure::invalid("until", format!("later than now, and {days} days from now at most")));
    }
    if one_cell && held.is_empty() {
        return Err(conflict(WrongState { from: Status::Unknown, act }));
    }
    let mut changes = Vec::new();
    for grant in held {
        let before = grant.at(now);
        let notice = grant.notice.clone();
        let step = match act {
            Act::Pause => grant.pause(now, until),
            Act::Resume => grant.resume(now),
            Act::Withdraw => grant.withdraw(now),
            Act::Renew => grant.renew(now, until.unwrap_or(now), notice, by.into()),
            Act::Revoke => grant.revoke(now),
            Act::Invalidate => grant.invalidate(now),
            Act::Grant | Act::Capture | Act::Refuse | Act::Request | Act::Defer | Act::Supersede => {
                return Err(Failure::invalid("act", "pause, resume, withdraw, renew, revoke or invalidate"));
            }
        };
        match step {
            // A longer pause or a later end is there already; who speaks for somebody says it all the same, for then it is his to take back.
            Ok(after)
                if by.relation.is_none()
                    && after.until == before.until
                    && after.state == before.state
                    && after.terms.paused_until == before.terms.paused_until => {}
            Ok(grant) => changes.push(Change { grant, act, by, at: now, presentation: None }),
            Err(wrong) if one_cell && !is_so(act, before.status(now)) => return Err(conflict(wrong)),
            // Saying twice what is so already is no error, and of many only those are meant that know the act.
            Err(_) => {}
        }
    }
    Ok(changes)
}

/// Whether an act finds done what it wants.
fn is_so(act: Act, found: Status) -> bool {
    match act {
        Act::Resume => found.holds(),
        Act::Withdraw => found == Status::Withdrawn,
        Act::Revoke => found == Status::Revoked,
        Act::Invalidate => found == Status::Invalidated,
        _ => false,
    }
}
