//! Linking without a browser: a subscriber is shown a code for one recipient, says it to the assistant, and the recipient's own server sends it.
//! The code is made by the operator after the subscriber has allowed something, so nobody can be talked into confirming a code of somebody else's.
//! Deliberately absent: clients that prove themselves by no key; a difference between codes that are wrong, another recipient's, used or too old.
use super::authenticate::{OneTime, REPLAYED, spend_all};
use super::connect::Making;
use super::invite::Visitor;
use super::linked::Ticket;
use super::present::cells;
use super::token::SPENT;
use super::{Broker, Failure};
use crate::crypt::sign;
use crate::domain::client::Client;
use crate::domain::id::RecipientId;
use crate::domain::link::{Piece, Wanted};
use crate::domain::link_code::LinkCode;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::time::{At, MINUTE_US};
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::store::{Fault, Tx, link_codes, links, subscribers};
use serde::{Deserialize, Serialize};

/// Life of a code, µs.
pub const CODE_US: i64 = 10 * MINUTE_US;
/// How often a client may try codes that begin alike, until it has not for the life of a code.
pub const TRIES: i64 = 5;
/// At how many beginnings of codes a client may try within the life of a code: with a thousand codes out, who
/// guesses all that time finds one with a chance of one in a million.
pub const GUESSES: i64 = 1000;
/// What a browser keeps of a code is sealed to, beside its subscriber.
const SHOWN: (&str, &str) = ("link_codes", "shown");

/// A code as its subscriber may look at it again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShownCode {
    /// `XXXX-XXXX`.
    pub code: String,
    /// For whom.
    pub recipient: RecipientId,
    /// Until when it is good.
    pub until: At,
}

/// What became of a code that a client sent.
enum Redeemed {
    Linked,
    Replayed,
    /// Whatever is wrong with it.
    Wrong,
}

/// What a code would link for: all that a contract lets a recipient ask for a purpose. `None` where that is nothing, and for a recipient whose
/// servers prove themselves by no key.
pub fn wanted(recipient: &Recipient, purpose: Purpose) -> Option<Wanted> {
    let of = |(p, category)| (p == purpose).then_some(Piece { category, precision: None });
    let pieces: Vec<Piece> = cells(recipient).filter_map(of).collect();
    (recipient.assurance == Assurance::Server && !pieces.is_empty())
        .then(|| Wanted::new(purpose, pieces, None))
}

impl Broker {
    /// Makes a code for one recipient in the place of one made before, if the visitor allows it something. Gives what his browser keeps.
    ///
    /// # Errors
    /// `Conflict` when he allows nothing of it; `NotFound` for a recipient that is not linked so; faults.
    pub fn make_link_code(
        &self,
        visitor: &Visitor,
        recipient: RecipientId,
        purpose: Purpose,
    ) -> Result<String, Failure> {
        let now = self.now()?;
        let all = self.recipients()?;
        let wanted = all.iter().find(|r| r.id == recipient).and_then(|r| wanted(r, purpose));
        let wanted = wanted.ok_or(Failure::NotFound("recipient"))?;
        let seen = self.store.read("link.code", |tx| {
            let found = subscribers::find(tx, visitor.subscriber)?.filter(|s| s.ended.is_none());
            let Some(found) = found else { return Ok(None) };
            let allowed = self.allowed(tx, &found, recipient, &wanted, now)?;
            Ok(Some((found, allowed.is_some())))
        })?;
        let (found, allowed) = seen.ok_or(Failure::DeadLink)?;
        if !allowed {
            return Err(Failure::Conflict("nothing of what is asked for is allowed".to_owned()));
        }
        let (code, until) = (LinkCode::new(self.rng.as_ref()), now.plus(CODE_US));
        let (mac, subscriber, epoch) = (self.mac_of(recipient, code.as_str()), found.id, found.epoch);
        let kept = link_codes::LinkCode { recipient, mac, subscriber, epoch, wanted, until };
        self.store.write("link.code", move |tx| link_codes::put(tx, &kept))?;
        let shown = ShownCode { code: code.text(), recipient, until };
        Ok(self.hand_out(SHOWN, &visitor.subscriber.0, &shown))
    }

    /// The code that the visitor's browser keeps, while it is good.
    ///
    /// # Errors
    /// `DeadLink` for one that was used, has ended or is not his; faults.
    pub fn link_code_of(&self, visitor: &Visitor, kept: &str) -> Result<ShownCode, Failure> {
        let shown: Option<ShownCode> = self.take_back(SHOWN, &visitor.subscriber.0, kept);
        let shown = shown.ok_or(Failure::DeadLink)?;
        let code = LinkCode::parse(&shown.code).ok_or(Failure::DeadLink)?;
        let (mac, now) = (self.mac_of(shown.recipient, code.as_str()), self.now()?);
        let good = self.store.read("link.code", |tx| link_codes::find(tx, shown.recipient, &mac, now))?;
        if good.is_some() { Ok(shown) } else { Err(Failure::DeadLink) }
    }

    /// Links the subscriber who was shown a code, and uses it up. A try counts before it is looked at.
    ///
    /// # Errors
    /// `invalid_grant` for whatever is wrong with it; `unauthorized_client`, `invalid_request`; faults.
    pub(super) fn redeem_link_code(
        &self,
        client: &Client,
        said: &str,
        audience: Option<Audience>,
        used: [Option<OneTime>; 2],
        now: At,
    ) -> Result<Ticket, Failure> {
        let recipient = self.by_server(client)?;
        let code = LinkCode::parse(said)
            .ok_or(OAuthError::InvalidRequest("`link_code` is not of the form XXXX-XXXX"))?;
        let (mac, class) = (self.mac_of(recipient, code.as_str()), self.mac_of(recipient, code.class()));
        let whose = (client.id.as_str(), recipient);
        let (making, free) = self.store.read("link.code", |tx| {
            Ok((
                self.made_by_code(tx, whose, &mac, now)?,
                link_codes::guessed(tx, &client.id, now)? < GUESSES,
            ))
        })?;
        let ticket = making.as_ref().map(|m| Ticket::of(&m.link, audience.unwrap_or_default()));
        let id = client.id.clone();
        let redeemed = self.store.write("link.redeem", move |tx| {
            if !spend_all(tx, &used)? {
                return Ok(Redeemed::Replayed);
            }
            let tries = link_codes::count(tx, &id, &class, now, now.plus(CODE_US))?;
            redeem(tx, (&id, recipient), (&mac, &class), making.as_ref().filter(|_| free && tries <= TRIES))
        })?;
        match (redeemed, ticket) {
            (Redeemed::Linked, Some(ticket)) => Ok(ticket),
            (Redeemed::Replayed, _) => Err(REPLAYED.into()),
            _ => Err(SPENT.into()),
        }
    }

    /// The link that a code makes; `None` for a code that is none, and where nothing is allowed any more.
    fn made_by_code(
        &self,
        tx: &mut Tx<'_>,
        (client, recipient): (&str, RecipientId),
        mac: &[u8; 32],
        now: At,
    ) -> Result<Option<Making>, Fault> {
        let Some(code) = link_codes::find(tx, recipient, mac, now)? else { return Ok(None) };
        let found = subscribers::find(tx, code.subscriber)?;
        let found = found.filter(|s| s.ended.is_none() && s.epoch == code.epoch);
        let Some(found) = found else { return Ok(None) };
        let Some(_) = self.allowed(tx, &found, recipient, &code.wanted, now)? else { return Ok(None) };
        let before = links::find(tx, found.id, client, code.wanted.purpose)?;
        self.making(&found, (client, recipient), &code.wanted, before.as_ref(), now).map(Some)
    }

    /// What is kept of a code, or of half of one: only who has the operator's keys can try codes against it.
    fn mac_of(&self, recipient: RecipientId, said: &str) -> [u8; 32] {
        sign::code(&self.keyring, &[b"dongui/v1/link-code".as_slice(), &recipient.0].concat(), said)
    }
}

fn redeem(
    tx: &mut Tx<'_>,
    (client, recipient): (&str, RecipientId),
    (mac, class): (&[u8; 32], &[u8; 32]),
    making: Option<&Making>,
) -> Result<Redeemed, Fault> {
    let Some(making) = making else { return Ok(Redeemed::Wrong) };
    if !link_codes::take(tx, recipient, mac)? {
        return Ok(Redeemed::Wrong);
    }
    link_codes::forgive(tx, client, class)?;
    making.write(tx)?;
    Ok(Redeemed::Linked)
}
