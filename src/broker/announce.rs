//! What recipients are told when a consent changes: written in the transaction that changes it, sent later (`deliver`).
//!
//! Told is what a recipient learns anyway by asking: that it may, and that it may no longer. Deliberately absent: pauses and what takes them
//! back, which would else be told apart from the other causes of `not_available` (promise 8); a no to somebody who had no yes; the end
//! of a grant by time, which the grant itself names; and everything about a person whom the recipient was never given a name for.
use super::consent::Wish;
use super::{Broker, Failure, subscribed};
use crate::crypt::pseudonym;
use crate::domain::canonical;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Grant, Holds};
use crate::domain::id::{GrantId, MessageId, PurgeId, RecipientId, SubscriptionId};
use crate::domain::purge::DEADLINE_US;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::subscription::{Ending, EventType};
use crate::domain::time::At;
use crate::store::consents::Change;
use crate::store::outbox::{self, NewMessage};
use crate::store::purges::{self, Purge};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, recipients};
use serde::{Deserialize, Serialize};

/// What happened, as it is kept until it is sent. Times are as they are told, RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    /// What the recipient calls the subscriber.
    pub(super) subject: String,
    pub(super) time: String,
    pub(super) data: Data,
}

/// The kinds of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "dev.dongui.consent.granted")]
    Granted,
    #[serde(rename = "dev.dongui.consent.withdrawn")]
    Withdrawn,
    #[serde(rename = "dev.dongui.consent.purge_requested")]
    PurgeRequested,
    #[serde(rename = "dev.dongui.consent.subscription-started")]
    SubscriptionStarted,
    #[serde(rename = "dev.dongui.consent.subscription-ended")]
    SubscriptionEnded,
}

impl Kind {
    /// As what it may be subscribed to.
    pub(super) fn subscribable(self) -> Option<EventType> {
        match self {
            Kind::Granted => Some(EventType::Granted),
            Kind::Withdrawn => Some(EventType::Withdrawn),
            Kind::PurgeRequested | Kind::SubscriptionStarted | Kind::SubscriptionEnded => None,
        }
    }
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Data {
    Consent(About),
    Lifecycle(Lifecycle),
}

/// That a subscription began, or ended (CAMARA Commonalities).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Lifecycle {
    pub(super) subscription_id: SubscriptionId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) initiation_reason: Option<Initiation>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) termination_reason: Option<Ending>,
}

/// Why a subscription began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Initiation {
    SubscriptionCreated,
}

/// About which consent, and what differs by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct About {
    pub(super) consent: GrantId,
    /// For which subscription it is told.
    #[serde(rename = "subscriptionId", skip_serializing_if = "Option::is_none", default)]
    pub(super) subscription: Option<SubscriptionId>,
    pub(super) purpose: Purpose,
    pub(super) category: Category,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) precision: Option<Precision>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) purge: Option<PurgeId>,
    /// When the consent ended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) deadline: Option<String>,
}

/// Who listens at a registered address, and what the subscriber had allowed, to whomever: who subscribed is seen where it is written.
#[derive(Debug, Default)]
pub(super) struct Audience {
    listeners: Vec<RecipientId>,
    allowed: Vec<Grant>,
}

impl Audience {
    /// Whom a wish could be told, on the snapshot it is decided on.
    pub(super) fn of(
        tx: &mut Tx<'_>,
        wish: &Wish,
        held: &[Grant],
        registered: Option<&Recipient>,
    ) -> Result<Audience, Fault> {
        let mut listeners: Vec<RecipientId> =
            registered.filter(|r| r.webhook.is_some()).map(|r| r.id).into_iter().collect();
        let holds = |g: &&Grant| g.state.is_given() && g.terms.holds != Holds::Never;
        let allowed = held.iter().filter(holds);
        if let Wish::Change { act: Act::Withdraw | Act::Revoke | Act::Invalidate | Act::Renew, .. } = wish {
            let mut asked: Vec<RecipientId> = allowed.clone().map(|g| g.cell.recipient).collect();
            asked.sort_unstable();
            asked.dedup();
            for id in asked {
                let listens = recipients::find(tx, id)?.is_some_and(|r| r.webhook.is_some());
                listeners.extend(listens.then_some(id));
            }
        }
        Ok(Audience { listeners, allowed: allowed.cloned().collect() })
    }

    /// One at most, and what it was allowed.
    pub(super) fn one(listener: Option<RecipientId>, allowed: Option<Grant>) -> Audience {
        Audience { listeners: listener.into_iter().collect(), allowed: allowed.into_iter().collect() }
    }
}

/// A message, and the request to delete that it carries.
#[derive(Debug)]
pub(super) struct Announcement {
    pub(super) told: Told,
    pub(super) message: NewMessage,
    /// Whether it goes to the registered address.
    addressed: bool,
    purge: Option<Purge>,
}

impl Announcement {
    /// Writes it in the caller's transaction. A recipient that was never given a name for the subscriber holds nothing about him.
    pub(super) fn write(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        if !self.addressed || !outbox::put(tx, &self.message)? {
            return Ok(());
        }
        self.purge.as_ref().map_or(Ok(()), |purge| purges::put(tx, purge))
    }
}

/// Tells what has changed about a subscriber, in the transaction that changes it and after the change.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    subscriber: &Subscriber,
    told: &[Announcement],
    now: At,
) -> Result<(), Fault> {
    told.iter().try_for_each(|one| one.write(tx))?;
    subscribed::pass_on(tx, subscriber, told, now)
}

impl Broker {
    /// What the audience is told of `changes`.
    pub(super) fn announce(
        &self,
        subscriber: &Subscriber,
        changes: &[Change],
        audience: &Audience,
    ) -> Result<Vec<Announcement>, Failure> {
        let mut out = Vec::new();
        for change in changes {
            let before = audience.allowed.iter().find(|g| g.cell == change.grant.cell);
            match (change.act, before) {
                // A yes that never held is told to nobody, but for what it took the place of.
                (Act::Grant | Act::Renew, before) if change.grant.terms.holds == Holds::Never => {
                    if let Some(ended) = before {
                        out.extend(self.ending(subscriber, ended, change.at)?);
                    }
                }
                // A consent that is renewed is told with its new end.
                (Act::Grant | Act::Renew, _) => {
                    out.push(self.standing_consent(subscriber, &change.grant, change.at)?);
                }
                // A no after a yes ends it; the recipient is not told which word it was, nor who said it.
                (Act::Withdraw | Act::Refuse | Act::Revoke | Act::Invalidate, Some(ended)) => {
                    out.extend(self.ending(subscriber, ended, change.at)?);
                }
                // What takes the place of another is told, not that it does.
                (Act::Withdraw | Act::Refuse | Act::Revoke | Act::Invalidate, None)
                | (Act::Pause | Act::Resume | Act::Request | Act::Capture | Act::Defer | Act::Supersede, _) =>
                    {}
            }
        }
        for one in &mut out {
            one.addressed = audience.listeners.contains(&one.message.recipient);
        }
        Ok(out)
    }

    /// That a grant has ended, and that what came of it is to be deleted.
    fn ending(&self, subscriber: &Subscriber, ended: &Grant, at: At) -> Result<Vec<Announcement>, Failure> {
        let withdrawn = self.announcement(subscriber, ended, at, Kind::Withdrawn, data_of(ended))?;
        let asked =
            self.deletion(subscriber, ended, at)?.map(|asked| Announcement { addressed: false, ..asked });
        Ok([Some(withdrawn), asked].into_iter().flatten().collect())
    }

    /// That what came of a grant is to be deleted, to a recipient that listens. Of numbers of many people nothing can be, and nothing has to.
    pub(super) fn deletion(
        &self,
        subscriber: &Subscriber,
        ended: &Grant,
        at: At,
    ) -> Result<Option<Announcement>, Failure> {
        if !ended.cell.category.is_personal() {
            return Ok(None);
        }
        let purge = Purge {
            id: PurgeId::new(at, self.rng.as_ref()),
            subscriber: subscriber.id,
            recipient: ended.cell.recipient,
            purpose: ended.cell.purpose,
            category: ended.cell.category,
            asked_at: at,
            deadline_at: at.plus(DEADLINE_US),
            statement: None,
            answered_at: None,
        };
        let mut data = data_of(ended);
        data.purge = Some(purge.id);
        data.since = Some(at.rfc3339());
        data.deadline = Some(purge.deadline_at.rfc3339());
        let asked = self.announcement(subscriber, ended, at, Kind::PurgeRequested, data)?;
        Ok(Some(Announcement { addressed: true, purge: Some(purge), ..asked }))
    }

    fn announcement(
        &self,
        subscriber: &Subscriber,
        grant: &Grant,
        at: At,
        kind: Kind,
        about: About,
    ) -> Result<Announcement, Failure> {
        let recipient = grant.cell.recipient;
        let subject = pseudonym::pairwise(&self.keyring, recipient, subscriber.id, subscriber.epoch);
        let told = Told { kind, subject: subject.clone(), time: at.rfc3339(), data: Data::Consent(about) };
        let message = NewMessage {
            id: MessageId::new(at, self.rng.as_ref()),
            subscriber: subscriber.id,
            recipient,
            subscription: None,
            pseudonym: subject,
            epoch: subscriber.epoch,
            document: told.text()?,
            at,
        };
        Ok(Announcement { told, message, addressed: false, purge: None })
    }

    /// That a consent stands, as it is told to who begins to listen.
    pub(super) fn standing_consent(
        &self,
        subscriber: &Subscriber,
        grant: &Grant,
        at: At,
    ) -> Result<Announcement, Failure> {
        let mut about = data_of(grant);
        about.precision = Some(grant.precision);
        about.until = Some(grant.until.rfc3339());
        self.announcement(subscriber, grant, at, Kind::Granted, about)
    }
}

impl Told {
    /// As it is kept.
    pub(super) fn text(&self) -> Result<String, Fault> {
        canonical::to_string(self).map_err(|_| Fault::Ledger("a message does not serialise".to_owned()))
    }
}

fn data_of(grant: &Grant) -> About {
    About {
        consent: grant.id,
        subscription: None,
        purpose: grant.cell.purpose,
        category: grant.cell.category,
        precision: None,
        until: None,
        purge: None,
        since: None,
        deadline: None,
    }
}
