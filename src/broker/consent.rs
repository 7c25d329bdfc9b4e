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
use crate::domain::consent::{Act, Cell, Grant, State};
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
    /// Hold back, give back or end everything that fits.
    Change {
        /// Pause, resume or withdraw.
        act: Act,
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
    /// The grants that changed, as they are now.
    pub grants: Vec<Grant>,
    /// The ledger entry; `None` when nothing changed.
    pub entry: Option<EntryId>,
}

impl Broker {
    /// Carries out a subscriber's wish. When this returns, no answer that contradicts it begins (promise 2).
    pub fn decide(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        channel: &'static str,
    ) -> Result<Decided, Failure> {
        for _ in 0..ATTEMPTS {
            let now = self.now()?;
            let (found, held, recipient, audience) = self.store.read("consent.decide", |tx| {
                let recipient = match wish {
                    Wish::Allow { recipient, .. } | Wish::Refuse { recipient, .. } => {
                        recipients::find(tx, *recipient)?
                    }
                    Wish::Change { .. } => None,
                };
                let held = consents::held(tx, subscriber)?;
                let audience = Audience::of(tx, wish, &held, recipient.as_ref())?;
                Ok((subscribers::find(tx, subscriber)?, held, recipient, audience))
            })?;
            let found = found.ok_or(Failure::NotFound("subscriber"))?;
            let changes = self.changes(subscriber, wish, held, recipient.as_ref(), now, channel)?;
            if changes.is_empty() {
                return Ok(Decided { grants: Vec::new(), entry: None });
            }
            let told = self.announce(&found, &changes, &audience)?;
            let entry = self.entry(&record(subscriber, &changes, channel, now))?;
            let id = entry.id;
            let notice = match wish {
                Wish::Allow { notice, .. } | Wish::Refuse { notice, .. } => {
                    Some((notice_hash(notice)?, notice.clone()))
                }
                Wish::Change { .. } => None,
            };
            let grants = changes.iter().map(|c| c.grant.clone()).collect();
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
        channel: &'static str,
    ) -> Result<Vec<Change>, Failure> {
        let (recipient, purpose, category, precision, until, act, state, notice) = match wish {
            Wish::Change { act, recipient, purpose, category } => {
                let fits = |g: &Grant| {
                    recipient.is_none_or(|r| r == g.cell.recipient)
                        && purpose.is_none_or(|p| p == g.cell.purpose)
                        && category.is_none_or(|c| c == g.cell.category)
                };
                let step = |g: Grant| match act {
                    Act::Pause => g.pause(),
                    Act::Resume => g.resume(),
                    Act::Withdraw | Act::Grant | Act::Refuse => g.withdraw(),
                };
                // A grant whose state does not know the act stays as it is: withdrawing everything twice is no error.
                let grants = held.into_iter().filter(|g| fits(g)).filter_map(|g| step(g).ok());
                return Ok(grants.map(|grant| Change { grant, act: *act, channel, at: now }).collect());
            }
            Wish::Allow { recipient, purpose, category, precision, until, notice } => {
                (*recipient, *purpose, *category, *precision, *until, Act::Grant, State::Active, notice)
            }
            Wish::Refuse { recipient, purpose, category, notice } => {
                let coarsest = category.rungs().first().copied().unwrap_or(Precision::Label);
                (*recipient, *purpose, *category, coarsest, now, Act::Refuse, State::Refused, notice)
            }
        };
        let registered = registered.ok_or(Failure::NotFound("recipient"))?;
        if !registered.purposes.contains(&purpose) {
            return Err(Failure::invalid("purpose", "a purpose that the recipient has declared"));
        }
        if registered.ceiling_for(category).is_none() {
            return Err(Failure::invalid("category", "a category in the recipient's contract"));
        }
        if !category.rungs().contains(&precision) {
            return Err(Failure::invalid("precision", format!("a rung of `{}`", category.as_str())));
        }
        if act == Act::Grant && (until <= now || until.since(now) > LONGEST_US) {
            return Err(Failure::invalid("until", "later than now, and a year from now at most"));
        }
        let cell = Cell { subscriber, recipient, purpose, category };
        let id = GrantId::new(now, self.rng.as_ref());
        let notice = notice_hash(notice)?;
        let grant = Grant { id, cell, precision, state, notice, granted_at: now, until };
        Ok(vec![Change { grant, act, channel, at: now }])
    }
}

/// SHA-256 of the canonical notice, hex.
pub fn notice_hash(notice: &Notice) -> Result<String, Failure> {
    let canonical = canonical::to_vec(notice).map_err(|_| Failure::invalid("notice", "plain text"))?;
    Ok(hex::encode(&sha256(&[b"dongui/v1/notice", &canonical])))
}

fn record(subscriber: SubscriberId, changes: &[Change], channel: &str, now: At) -> Record {
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
        })
        .collect();
    Record {
        at: now,
        subscriber: Some(subscriber),
        recipient: common.map(|(recipient, _)| recipient),
        purpose: common.map(|(_, purpose)| purpose),
        event: Event::Consent { acts, channel: channel.to_owned() },
    }
}
