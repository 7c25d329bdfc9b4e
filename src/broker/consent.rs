//! What a subscriber decides: allow, refuse, pause, resume, withdraw. Allowing and refusing are one verb on purpose.
//!
//! Nothing needs to be told to any cache: the version moves in the same transaction, and the next request reads it.
use super::announce::{Announcement, Audience, tell};
use super::condition::{Condition, Kept};
use super::moves::{kept_by_another, left};
use super::present::Presented;
use super::wish::check;
pub use super::wish::{Shown, Wish};
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::category::Precision;
use crate::domain::consent::{
    Act, Actor, AskAgain, Capture, Cell, Footing, Grant, Limits, People, Provenance, State, Status, Terms,
    WrongState,
};
use crate::domain::id::{EntryId, GrantId, RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::record::{ConsentAct, Event, Record};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US};
use crate::policy::rule::Template;
use crate::store::answers::Answered;
use crate::store::consents::{self, Change};
use crate::store::entries::EntryRow;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, entries, recipients, relations, subscribers};
use serde::{Deserialize, Serialize};

/// Longest life of a grant where no template of the country says less, µs: after a year the subscriber is asked again or never.
pub const LONGEST_US: i64 = 366 * DAY_US;
/// Times a story is decided anew when another one about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The grants that changed, as they are now; without those that a later decision took the place of.
    pub grants: Vec<Grant>,
    /// The ledger entry; `None` when nothing changed.
    pub entry: Option<EntryId>,
    /// The number of the subscriber's last consent event now, where a condition asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seq: Option<i64>,
}

/// What a wish is decided on: one snapshot.
struct Seen {
    found: Subscriber,
    /// Who may speak for him.
    people: People,
    held: Vec<Grant>,
    /// What of it somebody else holds back, where the wish is to give it back.
    kept: Vec<GrantId>,
    recipient: Option<Recipient>,
    audience: Audience,
    /// Number of the last consent event, and what was answered before, where a condition asks for them.
    last: Option<i64>,
    before: Option<Answered>,
}

/// How a guarded write ended.
enum Written {
    Done,
    /// Another story about the subscriber was faster.
    TooLate,
    /// The question was answered before.
    Answered,
}

impl Broker {
    /// Carries out a subscriber's wish. When this returns, no answer that contradicts it begins (promise 2).
    ///
    /// # Errors
    /// `Invalid` for a wish that cannot be, also by who makes it or without what was shown; `Conflict`, naming the state, for an act that
    /// the state of the one cell named does not know; `Outdated` for an answer to words that say something else by now; `NotFound`; faults.
    pub fn decide(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        by: impl Into<Capture>,
    ) -> Result<Decided, Failure> {
        self.decide_if(subscriber, wish, by, None)
    }

    /// The same, on a condition: what was decided under its key before is answered again, and nothing more is done.
    ///
    /// # Errors
    /// As `decide`; `Moved` when something was decided since what the caller has seen; `Conflict` for a key that stood over another request.
    pub fn decide_if(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        by: impl Into<Capture>,
        condition: Option<&Condition>,
    ) -> Result<Decided, Failure> {
        let by = by.into();
        check(by, wish)?;
        // A showing that has been answered is looked at no more when the answer is only asked for again.
        let presented = self.presented(subscriber, wish, by);
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let seen =
                self.store.read("consent.decide", |tx| see(tx, subscriber, wish, condition, (now, by)))?;
            let seen = seen.ok_or(Failure::NotFound("subscriber"))?;
            if let Some(condition) = condition {
                if let Some(before) = &seen.before {
                    return condition.answered(before);
                }
                condition.holds(seen.last.unwrap_or_default())?;
            }
            let presented = presented.as_ref().map_err(Failure::again)?;
            let Seen { found, people, held, kept, recipient, audience, last, .. } = seen;
            let act = wish.act(by.actor);
            people.may(by.into(), act, now).map_err(|who| Failure::invalid("actor", who))?;
            let act = people.written(act, by.actor, now);
            let held = left(held, &kept, wish, now)?;
            let changes =
                self.changes(&found, (wish, act), held, recipient.as_ref(), (now, by), presented.as_ref())?;
            let bound = |c: Change| Change { grant: c.grant.bound(&people), ..c };
            let changes: Vec<Change> = changes.into_iter().map(bound).collect();
            let entry = match changes.is_empty() {
                true => None,
                false => Some(self.entry(&record(subscriber, &changes, by, now))?),
            };
            let made_room = |c: &&Change| c.act == Act::Supersede;
            let decided = Decided {
                grants: changes.iter().filter(|c| !made_room(c)).map(|c| c.grant.clone()).collect(),
                entry: entry.as_ref().map(|e| e.id),
                seq: last.map(|last| last + changes.len() as i64),
            };
            let kept = condition.and_then(|c| c.kept(&decided, now));
            if entry.is_none() && kept.is_none() {
                return Ok(decided);
            }
            let told = self.announce(&found, &changes, &audience)?;
            let acts: Vec<Act> = changes.iter().map(|c| c.act).collect();
            match self.write_decision(wish, (found, now), changes, told, entry, presented.clone(), kept)? {
                Written::TooLate => {}
                Written::Answered => return Err(answered_before()),
                Written::Done => {
                    acts.into_iter().for_each(|act| self.figures.decided(act));
                    return Ok(decided);
                }
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    /// One transaction: the answer used up, the version moved, notice, events, projection, messages, ledger, and the answer kept.
    #[expect(clippy::too_many_arguments, reason = "what one transaction writes")]
    fn write_decision(
        &self,
        wish: &Wish,
        (found, now): (Subscriber, At),
        changes: Vec<Change>,
        told: Vec<Announcement>,
        entry: Option<EntryRow>,
        presented: Option<Presented>,
        kept: Option<Kept>,
    ) -> Result<Written, Failure> {
        let notice = match wish.answers() {
            Some((shown, ..)) => Some((notice_hash(shown.notice())?, shown.notice().clone())),
            None => None,
        };
        let written = self.store.write_until(wish.stops(), "consent.decide", move |tx| {
            // First, so that of two requests under one key the second does nothing, whomever it is about.
            if let Some(kept) = &kept
                && !kept.put(tx)?
            {
                return Ok(Written::TooLate);
            }
            if let Some(presented) = &presented
                && !presented.spend(tx)?
            {
                kept.iter().try_for_each(|k| k.give_back(tx))?;
                return Ok(Written::Answered);
            }
            if !subscribers::bump(tx, found.id, found.version)? {
                kept.iter().try_for_each(|k| k.give_back(tx))?;
                presented.iter().try_for_each(|p| p.give_back(tx))?;
                return Ok(Written::TooLate);
            }
            presented.iter().try_for_each(|p| p.keep(tx))?;
            if let Some((hash, notice)) = &notice {
                consents::put_notice(tx, hash, notice)?;
            }
            changes.iter().try_for_each(|change| consents::apply(tx, change))?;
            tell(tx, &found, &told, now)?;
            entry.iter().try_for_each(|entry| entries::append(tx, entry))?;
            Ok(Written::Done)
        })?;
        Ok(written)
    }

    fn changes(
        &self,
        found: &Subscriber,
        (wish, act): (&Wish, Act),
        held: Vec<Grant>,
        registered: Option<&Recipient>,
        (now, by): (At, Capture),
        presented: Option<&Presented>,
    ) -> Result<Vec<Change>, Failure> {
        let Some((shown, recipient, purpose, category)) = wish.answers() else {
            return self.moved_by(found, wish, held, now, by);
        };
        let state = match act {
            Act::Grant => State::Active,
            Act::Refuse => State::Refused,
            Act::Defer => State::Deferred,
            _ => State::Requested,
        };
        let cell = Cell { subscriber: found.id, recipient, purpose, category };
        let registered = registered.ok_or(Failure::NotFound("recipient"))?;
        if !registered.purposes.contains(&purpose) {
            return Err(Failure::invalid("purpose", "a purpose that the recipient has declared"));
        }
        if registered.ceiling_for(category).is_none() {
            return Err(Failure::invalid("category", "a category in the recipient's contract"));
        }
        let (precision, until, limits) = match wish {
            Wish::Allow { precision, until, limits, .. } => {
                (*precision, *until, self.capped(found.home, purpose, *until, now, *limits)?)
            }
            _ => (category.rungs().first().copied().unwrap_or(Precision::Label), now, Limits::NONE),
        };
        if !category.rungs().contains(&precision) {
            return Err(Failure::invalid("precision", format!("a rung of `{}`", category.as_str())));
        }
        if let Some(presented) = presented {
            self.stands(presented, registered, purpose, act)?;
        }
        let rules = self.in_force(Some(registered), found.home, purpose);
        let before = held.into_iter().find(|g| g.cell == cell).map(|g| g.under(rules));
        before.as_ref().map_or(Status::Unknown, |g| g.status(now)).may(act).map_err(conflict)?;
        // A minor who comes back to his own no is asked by nobody.
        if let (Act::Request | Act::Capture, Some(before)) = (act, &before)
            && by.actor != Actor::Subscriber
        {
            self.may_ask(before, found.home, now, act)?;
        }
        // An answer belongs to the question; everything else is a chain of its own.
        let asked = before.as_ref().filter(|g| matches!(g.state, State::Requested | State::Deferred));
        let id = asked.map_or_else(|| GrantId::new(now, self.rng.as_ref()), |g| g.id);
        let presentation = presented.map(Presented::id);
        let change = |grant, act, presentation| Change { grant, act, by, at: now, presentation };
        let made_room = before.and_then(|g| g.supersede(now).ok()).map(|g| change(g, Act::Supersede, None));
        let closed = matches!(act, Act::Refuse | Act::Defer);
        let edition = presented.map_or(0, |p| p.edition);
        let footing = if matches!(act, Act::Grant | Act::Capture) { by.into() } else { Footing::default() };
        let closed_at = closed.then_some(now);
        let terms = Terms { limits, edition, closed_at, footing, ..Terms::default() };
        let notice = notice_hash(shown.notice())?;
        let grant = Grant { id, cell, precision, state, notice, granted_at: now, until, terms };
        Ok(made_room.into_iter().chain([change(grant, act, presentation)]).collect())
    }

    /// Longest life of a consent for a purpose, µs.
    pub(super) fn longest_us(&self, home: Jurisdiction, purpose: Purpose) -> i64 {
        self.in_force(None, home, purpose).longest_us.min(LONGEST_US)
    }

    /// The limits of a yes as the country's template caps them.
    fn capped(
        &self,
        home: Jurisdiction,
        purpose: Purpose,
        until: At,
        now: At,
        limits: Limits,
    ) -> Result<Limits, Failure> {
        let longest_us = self.longest_us(home, purpose);
        if until <= now || until.since(now) > longest_us {
            let days = longest_us / DAY_US;
            return Err(Failure::invalid(
                "until",
                format!("later than now, and {days} days from now at most"),
            ));
        }
        let most = self.engine.pack(home).template(purpose).and_then(Template::most);
        match (limits.quota, most) {
            (Some(own), Some(most)) if !own.within(most) => {
                Err(Failure::invalid("limits", format!("a quota that never exceeds {}", most.text())))
            }
            (own, most) => Ok(Limits { quota: own.or(most), ..limits }),
        }
    }

    /// From when the question of a grant may be put again; `None`: at once.
    pub(super) fn askable_from(&self, grant: &Grant, home: Jurisdiction) -> Option<At> {
        let template = self.engine.pack(home).template(grant.cell.purpose);
        let own = template.map(|t| i64::from(t.ask_again_days) * DAY_US);
        let usual = AskAgain::default();
        grant.askable_from(AskAgain { after_no_us: own.unwrap_or(usual.after_no_us), ..usual })
    }

    /// Nobody is asked again by himself before its time: after a no, a stop, or a delay.
    fn may_ask(&self, before: &Grant, home: Jurisdiction, now: At, act: Act) -> Result<(), Failure> {
        match self.askable_from(before, home) {
            Some(from) if now < from => {
                let wrong = WrongState { from: before.status(now), act };
                Err(Failure::Conflict(format!(
                    "{wrong}; the question may be put again from {}",
                    from.rfc3339()
                )))
            }
            _ => Ok(()),
        }
    }
}

fn see(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    wish: &Wish,
    condition: Option<&Condition>,
    (now, by): (At, Capture),
) -> Result<Option<Seen>, Fault> {
    let found = subscribers::find(tx, subscriber)?.filter(|s| s.ended.is_none());
    let Some(found) = found else { return Ok(None) };
    let people = relations::people(tx, found.id, found.majority, found.related)?;
    let recipient = match wish.answers() {
        Some((_, recipient, _, _)) => recipients::find(tx, recipient)?,
        None => None,
    };
    let held = consents::held(tx, subscriber, &people)?;
    let kept = kept_by_another(tx, &found, &held, wish, (now, by))?;
    let audience = Audience::of(tx, wish, &held, recipient.as_ref())?;
    let (last, before) = match condition {
        Some(condition) => (Some(consents::last(tx, subscriber)?), condition.find(tx, now)?),
        None => (None, None),
    };
    Ok(Some(Seen { found, people, held, kept, recipient, audience, last, before }))
}

fn answered_before() -> Failure {
    Failure::Conflict("this question was answered already; show it again".to_owned())
}

pub(super) fn conflict(wrong: WrongState) -> Failure {
    Failure::Conflict(wrong.to_string())
}

/// SHA-256 of the canonical notice, hex.
pub fn notice_hash(notice: &Notice) -> Result<String, Failure> {
    let canonical = canonical::to_vec(notice).map_err(|_| Failure::invalid("notice", "plain text"))?;
    Ok(hex::encode(&sha256(&[b"dongui/v1/notice", &canonical])))
}

pub(super) fn record(subscriber: SubscriberId, changes: &[Change], by: Capture, now: At) -> Record {
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
            presentation: c.presentation,
            valid: None,
            provenance: Provenance::Explicit,
        })
        .collect();
    Record {
        at: now,
        subscriber: Some(subscriber),
        recipient: common.map(|(recipient, _)| recipient),
        purpose: common.map(|(_, purpose)| purpose),
        event: Event::Consent {
            acts,
            actor: by.actor,
            channel: by.channel.to_owned(),
            relation: by.relation,
        },
    }
}
