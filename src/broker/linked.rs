//! What a link is worth: what its codes and refresh tokens name, and what is left of it when one is used. Deliberately absent: consent, which
//! is looked up at each request; a link that holds lets nothing leave.
use super::authenticate::Proven;
use super::{Broker, Failure};
use crate::crypt::pseudonym;
use crate::domain::consent::{Grant, Status};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::link::{Piece, Wanted};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::time::{At, DAY_US};
use crate::oauth::audience::Audience;
use crate::oauth::token::Linked;
use crate::store::links::Link;
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Tx, consents, links, recipients, relations, subscribers};
use serde::{Deserialize, Serialize};

/// How long a link holds that gives no token, µs.
pub const IDLE_US: i64 = 90 * DAY_US;
/// What codes are sealed to, beside their client.
pub(super) const CODE: (&str, &str) = ("links", "code");
/// What refresh tokens are sealed to, beside their client.
pub(super) const REFRESH: (&str, &str) = ("links", "refresh");

/// Which link, and how far it had gone: all that a code or a refresh token says. Both are worth something only while the row says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ticket {
    pub(super) subscriber: SubscriberId,
    pub(super) purpose: Purpose,
    pub(super) version: i64,
    pub(super) serial: i64,
    /// Which resource was asked for.
    #[serde(default)]
    pub(super) audience: Audience,
}

/// What a browser brings back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) ticket: Ticket,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) jkt: Option<String>,
    pub(super) until: At,
}

impl Ticket {
    pub(super) fn of(link: &Link, audience: Audience) -> Ticket {
        let Link { subscriber, version, serial, .. } = *link;
        Ticket { subscriber, purpose: link.wanted.purpose, version, serial, audience }
    }
}

/// A link that holds, with what it is worth now.
pub(super) struct Standing {
    pub(super) link: Link,
    /// As tokens tell of it.
    pub(super) told: Linked,
}

impl Proven {
    /// Whether the link that the token was given for still holds. A token for the client itself has none that could end.
    pub(super) fn holds(&self, tx: &mut Tx<'_>, subscriber: &Subscriber) -> Result<bool, Fault> {
        let Some(told) = self.link() else { return Ok(true) };
        let link = links::find(tx, subscriber.id, self.client_id(), told.allowed.purpose)?;
        Ok(link.is_some_and(|link| {
            (link.id, link.version, link.epoch) == (told.id, told.version, subscriber.epoch)
                && link.ended.is_none()
        }))
    }
}

impl Broker {
    /// What of `wanted` a subscriber allows a recipient now, each as fine as both say; `None` when it is nothing.
    pub(super) fn allowed(
        &self,
        tx: &mut Tx<'_>,
        subscriber: &Subscriber,
        recipient: RecipientId,
        wanted: &Wanted,
        now: At,
    ) -> Result<Option<Wanted>, Fault> {
        let Some(registered) = recipients::find(tx, recipient)? else { return Ok(None) };
        let mut pieces = Vec::new();
        for grant in self.given(tx, subscriber, &registered, wanted.purpose, now)? {
            let piece = wanted.piece(grant.cell.purpose, grant.cell.category);
            pieces.extend(piece.map(|piece| Piece {
                precision: Some(piece.precision.map_or(grant.precision, |asked| asked.min(grant.precision))),
                ..*piece
            }));
        }
        Ok((!pieces.is_empty()).then(|| Wanted::new(wanted.purpose, pieces, None)))
    }

    /// What a subscriber has given a recipient for a purpose, as it may be told to it. What he holds back for a while counts as given: whoever
    /// is told otherwise could tell a pause (promise 8).
    pub(super) fn given(
        &self,
        tx: &mut Tx<'_>,
        subscriber: &Subscriber,
        recipient: &Recipient,
        purpose: Purpose,
        now: At,
    ) -> Result<Vec<Grant>, Fault> {
        let people = relations::people(tx, subscriber.id, subscriber.majority, subscriber.related)?;
        let rules = self.in_force(Some(recipient), subscriber.home, purpose);
        let all = consents::held_with(tx, subscriber.id, recipient.id, &people)?;
        let given = |grant: &Grant| {
            let status = grant.status(now);
            grant.cell.purpose == purpose
                && matches!(status, Status::Given | Status::Renewed | Status::Paused)
        };
        Ok(all.into_iter().map(|grant| grant.under(rules)).filter(given).collect())
    }

    /// The link behind a ticket of `client`, if it is worth a token: neither ended nor idle nor of a name that is none any more, and with
    /// something allowed.
    pub(super) fn standing(
        &self,
        tx: &mut Tx<'_>,
        (client, recipient): (&str, RecipientId),
        ticket: &Ticket,
        now: At,
    ) -> Result<Option<Standing>, Fault> {
        let found = subscribers::find(tx, ticket.subscriber)?.filter(|s| s.ended.is_none());
        let link = links::find(tx, ticket.subscriber, client, ticket.purpose)?;
        let (Some(found), Some(link)) = (found, link) else { return Ok(None) };
        let holds = (link.version, link.epoch, link.ended) == (ticket.version, found.epoch, None);
        if !holds || link.used.plus(IDLE_US) <= now {
            return Ok(None);
        }
        let Some(allowed) = self.allowed(tx, &found, recipient, &link.wanted, now)? else { return Ok(None) };
        let subject = pseudonym::pairwise(&self.keyring, recipient, found.id, found.epoch);
        let told = Linked { subject, id: link.id, version: link.version, allowed };
        Ok(Some(Standing { link, told }))
    }

    /// Whom a token of `client` is about, by what it says.
    pub(super) fn ticket_of(
        &self,
        tx: &mut Tx<'_>,
        (client, recipient): (&str, RecipientId),
        told: &Linked,
    ) -> Result<Option<Ticket>, Fault> {
        let Some(found) = subscribers::find_by_pseudonym(tx, recipient, &told.subject)? else {
            return Ok(None);
        };
        let link = links::find(tx, found.id, client, told.allowed.purpose)?;
        let same = link.filter(|link| (link.id, link.version) == (told.id, told.version));
        Ok(same.map(|link| Ticket::of(&link, Audience::Api)))
    }

    /// A refresh token of `client`, with how far its link had gone.
    pub(super) fn refresh_ticket(&self, client: &str, text: &str) -> Option<Ticket> {
        self.take_back(REFRESH, client.as_bytes(), text)
    }
}

/// The recipient that a client asks for.
pub(super) fn recipient_of(client: &crate::domain::client::Client) -> Result<RecipientId, Failure> {
    let none =
        crate::oauth::OAuthError::UnauthorizedClient("only a recipient's client is linked with anybody");
    client.recipient.ok_or_else(|| none.into())
}
