//! A client asks a subscriber out of band (OpenID CIBA, poll): he finds the question on his pages and answers it there. A name that leads to nobody,
//! to somebody who ended his link with the client or who said no lately is a request like any other that is never answered. Deliberately absent:
//! the questions themselves, which are those of every page.
use super::authenticate::{OneTime, REPLAYED, spend_all};
use super::invite::Visitor;
use super::linked::{Ticket, recipient_of};
use super::push::may_ask;
use super::token::{SPENT, fits};
use super::{Broker, Failure};
use crate::crypt::sign;
use crate::domain::client::Client;
use crate::domain::id::{AskId, RecipientId, SubscriberId};
use crate::domain::link::Wanted;
use crate::domain::recipient::Assurance;
use crate::domain::record::{Event, Record};
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::backchannel::{Backchannel, INTERVAL_S};
use crate::oauth::binding::Binding;
use crate::oauth::form::{ClientProof, Form};
use crate::oauth::hint::Hint;
use crate::oauth::metadata::BACKCHANNEL_PATH;
use crate::store::link_asks::{self, LinkAsk, State};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Stops, Tx, ask_counts, entries, links, recipients, subscribers};
use serde::{Deserialize, Serialize};

/// How long after a no a client's requests do not reach the subscriber, µs.
pub const QUIET_US: i64 = 7 * DAY_US;
/// How often a client may ask by one name in an hour, whoever goes by it.
pub const ASKS_BY_NAME: i64 = 10;
/// How often it may ask in ten minutes in all.
pub const ASKS: i64 = 6000;
/// For how long each is counted, µs.
const COUNTED_US: (i64, i64) = (HOUR_US, 10 * MINUTE_US);
/// What the reference of a request is sealed to, beside its client.
const ASKED: (&str, &str) = ("link_asks", "asked");

/// The answer to a request.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// What the client polls with.
    pub auth_req_id: String,
    /// How long the subscriber has, s.
    pub expires_in: i64,
    /// Between two polls, at least, s.
    pub interval: i64,
}

/// A request as its subscriber sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskOf {
    /// Which.
    pub id: AskId,
    /// Whose client asks.
    pub recipient: RecipientId,
    /// What for.
    pub wanted: Wanted,
    /// What the assistant shows too.
    pub message: Option<String>,
    /// Until when it can be answered.
    pub until: At,
}

/// What a reference names.
#[derive(Debug, Serialize, Deserialize)]
struct Named {
    subscriber: SubscriberId,
    id: AskId,
    audience: Audience,
    until: At,
}

/// How a poll ended.
enum Polled {
    Replayed,
    Refused(OAuthError),
    Allowed(LinkAsk),
}

impl Broker {
    /// Takes what a client asks a subscriber for, and answers with what it polls with. With a proof of possession the tokens will be bound to the key
    /// of that.
    ///
    /// # Errors
    /// `Unproven` with what is wrong, in the words of the protocol; never whom the hint leads to: names are counted as they are said. Faults.
    pub fn ask_subscriber(
        &self,
        fields: &[(String, String)],
        proof: Option<&str>,
        url: &str,
    ) -> Result<Asked, Failure> {
        let (now, issuer) = (self.now()?, &self.settings.issuer);
        let form = Form::read(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
        let client = ClientProof::read(&form)?;
        let asks = Backchannel::parse(&form, issuer, self.settings.number_hints)?;
        let (client, used) = self.asserted(&client, BACKCHANNEL_PATH, now)?;
        let proof = self.possession(proof, url, now)?;
        let recipient = self.by_server(&client)?;
        let registered = self.store.read("link.recipient", |tx| recipients::find(tx, recipient))?;
        let within = |r: &_| asks.wanted.categories.iter().all(|p| may_ask(r, asks.wanted.purpose, p));
        if !registered.as_ref().is_some_and(within) {
            return Err(OAuthError::InvalidAuthorizationDetails.into());
        }
        let nobody = self.nobody();
        let found = self.store.read("link.ask", |tx| {
            let found = self.hinted(tx, recipient, &asks.hint, nobody)?;
            let open = open(tx, &found, &client.id, &asks.wanted, now)?;
            Ok(if open { found } else { nobody })
        })?;
        let (id, until) = (AskId::new(now, self.rng.as_ref()), now.plus(asks.expires_s * SECOND_US));
        let named = Named { subscriber: found.id, id, audience: asks.audience, until };
        let entry = self.entry(&Record {
            at: now,
            subscriber: Some(found.id).filter(|_| found.ended.is_none()),
            recipient: Some(recipient),
            purpose: Some(asks.wanted.purpose),
            event: Event::Operation { what: "subscriber.ask".to_owned(), which: client.id.clone() },
        })?;
        let row = LinkAsk {
            subscriber: found.id,
            id,
            client: client.id.clone(),
            epoch: found.epoch,
            wanted: asks.wanted,
            message: asks.message,
            jkt: proof.as_ref().map(|proof| proof.jkt.clone()),
            state: State::Pending,
            version: 0,
            told: false,
            interval_s: INTERVAL_S,
            polled: now,
            until,
        };
        let used = [used, proof.map(|proof| OneTime::of(&proof.jti))];
        let names = self.counted_names(recipient, &asks.hint);
        let refused = self.store.write("link.ask", move |tx| {
            if !spend_all(tx, &used)? {
                return Ok(Some(REPLAYED));
            }
            if too_many(tx, &row.client, &names, now)? {
                return Ok(Some(OAuthError::TooMany));
            }
            link_asks::put(tx, &row)?;
            entries::append(tx, &entry)?;
            Ok(None)
        })?;
        if let Some(refused) = refused {
            return Err(refused.into());
        }
        let auth_req_id = self.hand_out(ASKED, client.id.as_bytes(), &named);
        Ok(Asked { auth_req_id, expires_in: asks.expires_s, interval: INTERVAL_S })
    }

    /// What a client's requests are counted by: the name that one says, and all together.
    fn counted_names(&self, recipient: RecipientId, hint: &Hint) -> [[u8; 32]; 2] {
        let name = match hint {
            Hint::Pseudonym(name) => name.as_str(),
            Hint::Number(number) => number.text(),
        };
        let label = [b"dongui/v1/asked-by".as_slice(), &recipient.0].concat();
        [name, ""].map(|name| sign::code(&self.keyring, &label, name))
    }

    /// The recipient of a client that proves itself by a key of its own.
    pub(super) fn by_server(&self, client: &Client) -> Result<RecipientId, Failure> {
        let recipient = recipient_of(client)?;
        let cure = "only a server that proves itself with a key asks so, not a hosted client";
        match client.assurance {
            Assurance::Server => Ok(recipient),
            Assurance::Hosted => Err(OAuthError::UnauthorizedClient(cure).into()),
        }
    }

    /// What became of a request of `client`: the ticket of the link, once and when it was allowed.
    ///
    /// # Errors
    /// `authorization_pending`, `slow_down`, `access_denied`, `expired_token`; `invalid_grant` for a reference that is another client's, was used, or
    /// never was; faults.
    pub(super) fn polled_ticket(
        &self,
        client: &Client,
        text: &str,
        binding: Option<&Binding>,
        used: [Option<OneTime>; 2],
        now: At,
    ) -> Result<Ticket, Failure> {
        self.by_server(client)?;
        let named: Named = self.take_back(ASKED, client.id.as_bytes(), text).ok_or(SPENT)?;
        if named.until <= now {
            return Err(OAuthError::ExpiredToken.into());
        }
        let (whose, binding) = ((named.subscriber, named.id), binding.cloned());
        let polled = self.store.write("link.poll", move |tx| {
            if !spend_all(tx, &used)? {
                return Ok(Polled::Replayed);
            }
            poll(tx, whose, binding.as_ref(), now)
        })?;
        match polled {
            Polled::Replayed => Err(REPLAYED.into()),
            Polled::Refused(why) => Err(why.into()),
            Polled::Allowed(ask) => Ok(Ticket {
                subscriber: ask.subscriber,
                purpose: ask.wanted.purpose,
                version: ask.version,
                serial: 0,
                audience: named.audience,
            }),
        }
    }

    /// What waits for a subscriber's answer, of each client the latest.
    ///
    /// # Errors
    /// Faults.
    pub fn asks_of(&self, subscriber: SubscriberId) -> Result<Vec<AskOf>, Failure> {
        let now = self.now()?;
        Ok(self.store.read("link.asks", |tx| {
            let Some(found) = subscribers::find(tx, subscriber)? else { return Ok(Vec::new()) };
            let (mut all, mut seen) = (Vec::new(), Vec::new());
            for ask in link_asks::of(tx, subscriber, now)? {
                if ask.state != State::Pending || ask.epoch != found.epoch || seen.contains(&ask.client) {
                    continue;
                }
                seen.push(ask.client.clone());
                let client = recipients::find_client(tx, &ask.client)?;
                let LinkAsk { id, wanted, message, until, .. } = ask;
                all.extend(client.and_then(|c| c.recipient).map(|recipient| AskOf {
                    id,
                    recipient,
                    wanted,
                    message,
                    until,
                }));
            }
            Ok(all)
        })?)
    }

    /// Links the visitor with the client that asked, if he allows something of what it asks.
    ///
    /// # Errors
    /// `Conflict` when he allows nothing of it; `DeadLink` for what was answered before or has ended; faults.
    pub fn allow_ask(&self, visitor: &Visitor, id: AskId) -> Result<(), Failure> {
        let now = self.now()?;
        let seen = self.store.read("link.ask", |tx| {
            let found = subscribers::find(tx, visitor.subscriber)?.filter(|s| s.ended.is_none());
            let ask = link_asks::find(tx, visitor.subscriber, id)?;
            let (Some(found), Some(ask)) = (found, ask) else { return Ok(None) };
            let stands = ask.state == State::Pending && now < ask.until && ask.epoch == found.epoch;
            let client = recipients::find_client(tx, &ask.client)?.and_then(|c| c.recipient);
            let (Some(recipient), true) = (client, stands) else { return Ok(None) };
            let allowed = self.allowed(tx, &found, recipient, &ask.wanted, now)?;
            let before = links::find(tx, found.id, &ask.client, ask.wanted.purpose)?;
            let whose = (ask.client.as_str(), recipient);
            let making = self.making(&found, whose, &ask.wanted, before.as_ref(), now)?;
            Ok(Some((making, allowed, ask.until)))
        })?;
        let (making, allowed, until) = seen.ok_or(Failure::DeadLink)?;
        if allowed.is_none() {
            return Err(Failure::Conflict("nothing of what is asked for is allowed".to_owned()));
        }
        let whose = (visitor.subscriber, id);
        let answered = self.store.write_until(Stops::Second, "link.make", move |tx| {
            let answered = link_asks::answer(tx, whose, (State::Allowed, making.link.version), until)?;
            if answered {
                link_asks::supersede(tx, whose, &making.link.client)?;
                making.write(tx)?;
            }
            Ok(answered)
        })?;
        if answered { Ok(()) } else { Err(Failure::DeadLink) }
    }

    /// Links nobody; what that client asks afterwards does not reach the visitor for `QUIET_US`.
    ///
    /// # Errors
    /// `DeadLink` for what was answered before; faults.
    pub fn refuse_ask(&self, visitor: &Visitor, id: AskId) -> Result<(), Failure> {
        let (whose, until) = ((visitor.subscriber, id), self.now()?.plus(QUIET_US));
        let answered = self.store.write_until(Stops::Last, "link.decline", move |tx| {
            let Some(ask) = link_asks::find(tx, whose.0, whose.1)? else { return Ok(false) };
            let answered = link_asks::answer(tx, whose, (State::Refused, 0), until)?;
            if answered {
                link_asks::supersede(tx, whose, &ask.client)?;
            }
            Ok(answered)
        })?;
        if answered { Ok(()) } else { Err(Failure::DeadLink) }
    }
}

/// Whether a client's request reaches somebody: he has neither ended his link with it nor said no lately. As much is looked up of nobody.
fn open(tx: &mut Tx<'_>, found: &Subscriber, client: &str, wanted: &Wanted, now: At) -> Result<bool, Fault> {
    let link = links::find(tx, found.id, client, wanted.purpose)?;
    let asks = link_asks::of(tx, found.id, now)?;
    let refused = asks.iter().any(|ask| ask.state == State::Refused && ask.client == client);
    Ok(found.ended.is_none() && !refused && link.is_none_or(|link| !link.shut))
}

/// Counts a request, and says whether it is one too many. What was refused counts, too: whether anybody goes by the name has no part in it.
fn too_many(tx: &mut Tx<'_>, client: &str, names: &[[u8; 32]; 2], now: At) -> Result<bool, Fault> {
    let [name, all] = names;
    let by_name = ask_counts::count(tx, client, name, now, now.plus(COUNTED_US.0))?;
    let in_all = ask_counts::count(tx, client, all, now, now.plus(COUNTED_US.1))?;
    Ok(by_name > ASKS_BY_NAME || in_all > ASKS)
}

fn poll(
    tx: &mut Tx<'_>,
    whose: (SubscriberId, AskId),
    binding: Option<&Binding>,
    now: At,
) -> Result<Polled, Fault> {
    let Some(ask) = link_asks::find(tx, whose.0, whose.1)? else { return Ok(Polled::Refused(SPENT)) };
    if ask.state == State::Refused {
        return Ok(Polled::Refused(OAuthError::AccessDenied));
    }
    // A client that does not wait has to wait longer (section 11 of the specification).
    if now < ask.polled.plus(ask.interval_s * SECOND_US) {
        link_asks::polled(tx, whose, now, ask.interval_s + INTERVAL_S)?;
        return Ok(Polled::Refused(OAuthError::SlowDown));
    }
    link_asks::polled(tx, whose, now, ask.interval_s)?;
    if ask.state == State::Pending {
        return Ok(Polled::Refused(OAuthError::AuthorizationPending));
    }
    if fits(ask.jkt.as_deref(), binding) && link_asks::take(tx, whose.0, whose.1)? {
        Ok(Polled::Allowed(ask))
    } else {
        Ok(Polled::Refused(SPENT))
    }
}
