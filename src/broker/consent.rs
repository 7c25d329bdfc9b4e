//! What a subscriber decides: allow, refuse, pause, resume, withdraw. Allowing and refusing are one verb on purpose.
//!
//! Nothing needs to be told to any cache: the version moves in the same transaction, and the next request reads it.
use super::announce::Audience;
use super::record::{ConsentAct, Event, Record};
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Capture, Cell, Grant, Limits, State, Status, Terms, WrongState};
use crate::domain::id::{EntryId, GrantId, RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::time::{At, DAY_US};
use crate::store::consents::{self, Change};
use crate::store::{entries, recipients, subscribers};

/// Longest life of a grant, µs: after a year the subscriber is asked again or never.
pub const LONGEST_US: i64 = 366 * DAY_US;
/// Times a story is decided anew when another one about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// One decision of a subscriber.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// May have this.
    Allow {
        /// Who.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// How fine.
        precision: Precision,
        /// Until when.
        until: At,
        /// When in the day, and how often.
        limits: Limits,
        /// The words that were shown.
        notice: Notice,
    },
    /// May not have this, and is not to ask again.
    Refuse {
        /// Who.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// The words that were shown.
        notice: Notice,
    },
    /// Is asked for this.
    Request {
        /// Who asks.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// The words that are shown.
        notice: Notice,
    },
    /// Wants to answer later.
    Defer {
        /// Whom.
        recipient: RecipientId,
        /// What for.
        purpose: Purpose,
        /// What.
        category: Category,
        /// The words that were shown.
        notice: Notice,
    },
    /// Hold back, give back, prolong or end everything that fits. What fits and does not know the act stays as it is, unless one
    /// cell is named.
    Change {
        /// Pause, resume, withdraw, renew, revoke or invalidate.
        act: Act,
        /// When a pause ends by itself, `None`: when it is resumed; to when a renewal prolongs. Of no meaning to the others.
        until: Option<At>,
        /// Only this recipient's; `None` for all.
        recipient: Option<RecipientId>,
        /// Only this purpose; `None` for all.
        purpose: Option<Purpose>,
        /// Only this category; `None` for all.
        category: Option<Category>,
    },
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// The grants that changed, as they are now; without those that a later decision took the place of.
    pub grants: Vec<Grant>,
    /// The ledger entry; `None` when nothing changed.
    pub entry: Option<EntryId>,
}

impl Broker {
    /// Carries out a subscriber's wish. When this returns, no answer that contradicts it begins (promise 2).
    ///
    /// # Errors
    /// `Invalid` for a wish that cannot be, also by who makes it; `Conflict`, naming the state, for an act that the state of the one
    /// cell named does not know; `NotFound`; faults.
    pub fn decide(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        by: impl Into<Capture>,
    ) -> Result<Decided, Failure> {
        let by = by.into();
        check(by, wish)?;
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let (found, held, recipient, audience) = self.store.read("consent.decide", |tx| {
                let recipient = match wish {
                    Wish::Allow { recipient, .. }
                    | Wish::Refuse { recipient, .. }
                    | Wish::Request { recipient, .. }
                    | Wish::Defer { recipient, .. } => recipients::find(tx, *recipient)?,
                    Wish::Change { .. } => None,
                };
                let held = consents::held(tx, subscriber)?;
                let audience = Audience::of(tx, wish, &held, recipient.as_ref())?;
                Ok((subscribers::find(tx, subscriber)?, held, recipient, audience))
            })?;
            let found = found.ok_or(Failure::NotFound("subscriber"))?;
            let changes = self.changes(subscriber, wish, held, recipient.as_ref(), now, by)?;
            if changes.is_empty() {
                return Ok(Decided { grants: Vec::new(), entry: None });
            }
            let told = self.announce(&found, &changes, &audience)?;
            let entry = self.entry(&record(subscriber, &changes, by, now))?;
            let id = entry.id;
            let notice = match wish {
                Wish::Allow { notice, .. }
                | Wish::Refuse { notice, .. }
                | Wish::Request { notice, .. }
                | Wish::Defer { notice, .. } => Some((notice_hash(notice)?, notice.clone())),
                Wish::Change { .. } => None,
            };
            let made_room = |c: &&Change| c.act == Act::Supersede;
            let grants = changes.iter().filter(|c| !made_room(c)).map(|c| c.grant.clone()).collect();
            let acts: Vec<Act> = changes.iter().map(|c| c.act).collect();
            let written = self.store.write("consent.decide", move |tx| {
                if !subscribers::bump(tx, subscriber, found.version)? {
                    return Ok(false);
                }
                if let Some((hash, notice)) = &notice {
                    consents::put_notice(tx, hash, notice)?;
                }
                changes.iter().try_for_each(|change| consents::apply(tx, change))?;
                told.iter().try_for_each(|one| one.write(tx))?;
                entries::append(tx, &entry)?;
                Ok(true)
            })?;
            if written {
                acts.into_iter().for_each(|act| self.figures.decided(act));
                return Ok(Decided { grants, entry: Some(id) });
            }
        }
        Err(Failure::Fault(crate::store::Fault::Busy))
    }

    fn changes(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        held: Vec<Grant>,
        registered: Option<&Recipient>,
        now: At,
        by: Capture,
    ) -> Result<Vec<Change>, Failure> {
        let limits = if let Wish::Allow { limits, .. } = wish { *limits } else { Limits::NONE };
        let (act, state, recipient, purpose, category, notice) = match wish {
            Wish::Change { act, until, recipient, purpose, category } => {
                let fits = |g: &Grant| {
                    recipient.is_none_or(|r| r == g.cell.recipient)
                        && purpose.is_none_or(|p| p == g.cell.purpose)
                        && category.is_none_or(|c| c == g.cell.category)
                };
                let one_cell = recipient.is_some() && purpose.is_some() && category.is_some();
                let held = held.into_iter().filter(fits).collect();
                return moved(held, *act, *until, one_cell, now, by);
            }
            Wish::Allow { recipient, purpose, category, notice, .. } => {
                (Act::Grant, State::Active, recipient, purpose, category, notice)
            }
            Wish::Refuse { recipient, purpose, category, notice } => {
                (Act::Refuse, State::Refused, recipient, purpose, category, notice)
            }
            Wish::Request { recipient, purpose, category, notice } => {
                (Act::Request, State::Requested, recipient, purpose, category, notice)
            }
            Wish::Defer { recipient, purpose, category, notice } => {
                (Act::Defer, State::Deferred, recipient, purpose, category, notice)
            }
        };
        let cell = Cell { subscriber, recipient: *recipient, purpose: *purpose, category: *category };
        let registered = registered.ok_or(Failure::NotFound("recipient"))?;
        if !registered.purposes.contains(purpose) {
            return Err(Failure::invalid("purpose", "a purpose that the recipient has declared"));
        }
        if registered.ceiling_for(*category).is_none() {
            return Err(Failure::invalid("category", "a category in the recipient's contract"));
        }
        let (precision, until) = match wish {
            Wish::Allow { precision, until, .. } => (*precision, *until),
            _ => (category.rungs().first().copied().unwrap_or(Precision::Label), now),
        };
        if !category.rungs().contains(&precision) {
            return Err(Failure::invalid("precision", format!("a rung of `{}`", category.as_str())));
        }
        if act == Act::Grant && (until <= now || until.since(now) > LONGEST_US) {
            return Err(Failure::invalid("until", "later than now, and a year from now at most"));
        }
        let before = held.into_iter().find(|g| g.cell == cell);
        before.as_ref().map_or(Status::Unknown, |g| g.status(now)).may(act).map_err(conflict)?;
        // An answer belongs to the question; everything else is a chain of its own.
        let asked = before.as_ref().filter(|g| matches!(g.state, State::Requested | State::Deferred));
        let id = asked.map_or_else(|| GrantId::new(now, self.rng.as_ref()), |g| g.id);
        let change = |grant, act| Change { grant, act, by, at: now };
        let made_room = before.and_then(|g| g.supersede(now).ok()).map(|g| change(g, Act::Supersede));
        let terms = Terms { limits, ..Terms::default() };
        let notice = notice_hash(notice)?;
        let grant = Grant { id, cell, precision, state, notice, granted_at: now, until, terms };
        Ok(made_room.into_iter().chain([change(grant, act)]).collect())
    }
}

/// Moves all of `held` that know the act.
fn moved(
    held: Vec<Grant>,
    act: Act,
    until: Option<At>,
    one_cell: bool,
    now: At,
    by: Capture,
) -> Result<Vec<Change>, Failure> {
    if act == Act::Pause && until.is_some_and(|end| end <= now) {
        return Err(Failure::invalid("until", "later than now"));
    }
    let prolonged = until.filter(|end| *end > now && end.since(now) <= LONGEST_US);
    if act == Act::Renew && prolonged.is_none() {
        return Err(Failure::invalid("until", "later than now, and a year from now at most"));
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
            Act::Renew => grant.renew(now, until.unwrap_or(now), notice),
            Act::Revoke => grant.revoke(now),
            Act::Invalidate => grant.invalidate(now),
            Act::Grant | Act::Refuse | Act::Request | Act::Defer | Act::Supersede => {
                return Err(Failure::invalid("act", "pause, resume, withdraw, renew, revoke or invalidate"));
            }
        };
        match step {
            // A longer pause or a later end is there already.
            Ok(after)
                if after.until == before.until
                    && after.state == before.state
                    && after.terms.paused_until == before.terms.paused_until => {}
            Ok(grant) => changes.push(Change { grant, act, by, at: now }),
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

fn conflict(wrong: WrongState) -> Failure {
    Failure::Conflict(wrong.to_string())
}

/// Refuses what nobody may wish, or not this actor.
fn check(by: Capture, wish: &Wish) -> Result<(), Failure> {
    let act = match wish {
        Wish::Allow { .. } => Act::Grant,
        Wish::Refuse { .. } => Act::Refuse,
        Wish::Request { .. } => Act::Request,
        Wish::Defer { .. } => Act::Defer,
        Wish::Change { act, .. } => *act,
    };
    if !by.actor.may(act) {
        return Err(Failure::invalid("actor", format!("one who may `{}`", act.as_str())));
    }
    match wish {
        Wish::Allow { limits, .. } if !limits.is_whole() => Err(Failure::invalid(
            "limits",
            "hours that begin and end at different minutes, and one answer at least",
        )),
        _ => Ok(()),
    }
}

/// SHA-256 of the canonical notice, hex.
pub fn notice_hash(notice: &Notice) -> Result<String, Failure> {
    let canonical = canonical::to_vec(notice).map_err(|_| Failure::invalid("notice", "plain text"))?;
    Ok(hex::encode(&sha256(&[b"dongui/v1/notice", &canonical])))
}

fn record(subscriber: SubscriberId, changes: &[Change], by: Capture, now: At) -> Record {
    let one = |f: fn(&Cell) -> (RecipientId, Purpose)| {
        let first = changes.first().map(|c| f(&c.grant.cell));
        first.filter(|v| changes.iter().all(|c| f(&c.grant.cell) == *v))
    };
    let common = one(|cell| (cell.recipient, cell.purpose));
    let acts = changes
        .iter()
        .map(|c| ConsentAct {
            grant: c.grant.id,
            act: c.act,
            recipient: c.grant.cell.recipient,
            purpose: c.grant.cell.purpose,
            category: c.grant.cell.category,
            precision: c.grant.precision,
            until: c.grant.until,
            notice: c.grant.notice.clone(),
            terms: c.grant.terms,
        })
        .collect();
    Record {
        at: now,
        subscriber: Some(subscriber),
        recipient: common.map(|(recipient, _)| recipient),
        purpose: common.map(|(_, purpose)| purpose),
        event: Event::Consent { acts, actor: by.actor, channel: by.channel.to_owned() },
    }
}
