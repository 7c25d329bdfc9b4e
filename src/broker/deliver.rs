//! What recipients are told is sent: taken from the outbox, signed, and settled by what became of it. Deliberately absent: HTTP, which is the
//! caller's; a second server that takes the same message, since whoever takes one has it for a minute.
use super::announce::{Data, Kind, Told};
use super::authenticate::Caller;
use super::subscribed;
use super::{Broker, Failure};
use crate::crypt::webhook::{Secret, signatures};
use crate::domain::canonical;
use crate::domain::id::RecipientId;
use crate::domain::recipient::Recipient;
use crate::domain::stop::Stop;
use crate::domain::time::{At, DAY_US, SECOND_US};
use crate::domain::webhook::{self, WebhookUrl};
use crate::store::event_subscriptions::{self, EventSubscription};
use crate::store::outbox::{self, Taken};
use crate::store::webhooks::{self, SealedSecret};
use crate::store::{Fault, Tx, entries, recipients, stops, subscribers};
use serde::Serialize;
use zeroize::Zeroizing;

/// How long an older secret goes on signing beside a new one, µs.
const OVERLAP_US: i64 = DAY_US;
/// How long messages belong to whoever took them, µs. He sends for half of it at most.
const HELD_US: i64 = 60 * SECOND_US;
/// Messages taken at once.
const TURN: i64 = 64;
/// What a secret is sealed to; the row is recipient and instant.
pub(super) const PLACE: (&str, &str) = ("webhook_secrets", "sealed");
/// What the credential of a sink is sealed to; the row is the subscription.
pub(super) const CREDENTIAL: (&str, &str) = ("event_subscriptions", "credential");
/// Subscriptions ended by time at once.
const OVER: i64 = 256;

/// A new secret, told this once.
#[derive(Debug)]
pub struct NewSecret {
    /// `whsec_…`.
    pub text: Zeroizing<String>,
    /// Until when older ones sign as well.
    pub older_until: At,
}

/// What a sink wants to see; never printed.
pub struct Bearer(Zeroizing<String>);

impl Bearer {
    /// `Bearer …`, for the header `Authorization`.
    pub fn header(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Bearer {}", self.0.as_str()))
    }
}

impl std::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bearer")
    }
}

/// One message, ready to be posted.
#[derive(Debug)]
pub struct Delivery {
    /// Where to.
    pub url: WebhookUrl,
    /// `webhook-id`: the same each time it is sent.
    pub id: String,
    /// `webhook-timestamp`, Unix seconds.
    pub sent_s: i64,
    /// `webhook-signature`; empty where the recipient has no secret, which only a subscription goes without.
    pub signature: String,
    /// What a subscription's sink wants to see.
    pub bearer: Option<Bearer>,
    /// A CloudEvent in structured mode, `application/cloudevents+json`; the same bytes each time.
    pub body: Vec<u8>,
    taken: Taken,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The recipient has it.
    Arrived,
    /// It does not, or did not say so.
    Failed,
    /// It was not tried.
    Untried,
}

/// CloudEvents 1.0, with the extension `sequence`.
#[derive(Serialize)]
struct CloudEvent<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: Kind,
    subject: &'a str,
    time: &'a str,
    datacontenttype: &'static str,
    sequence: String,
    data: &'a Data,
}

impl Broker {
    /// Makes the secret that messages to a recipient are signed with. One that it has already goes on signing for a day.
    pub fn renew_webhook_secret(
        &self,
        _caller: &Caller,
        recipient: RecipientId,
    ) -> Result<NewSecret, Failure> {
        let (now, secret) = (self.now()?, Secret::generate(self.rng.as_ref()));
        let sealed =
            self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &row(recipient, now), secret.bytes());
        if sealed.is_empty() {
            return Err(Failure::Halted("a secret does not seal"));
        }
        let entry = self.operation(now, Some(recipient), "webhook.secret", recipient.to_string())?;
        let (new, older_until) = (SealedSecret { made_at: now, sealed }, now.plus(OVERLAP_US));
        let known = self.store.write("webhook.secret", move |tx| {
            if recipients::find(tx, recipient)?.is_none() {
                return Ok(false);
            }
            webhooks::add(tx, recipient, &new, older_until)?;
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        known.then_some(()).ok_or(Failure::NotFound("recipient"))?;
        Ok(NewSecret { text: secret.text(), older_until })
    }

    /// Recipients for whom something is due, and who can be told: at an address with a secret, or by subscription. Subscriptions whose time is over
    /// end first.
    pub fn awaited(&self) -> Result<Vec<RecipientId>, Failure> {
        let now = self.now()?;
        self.end_over(now)?;
        Ok(self.store.read("outbox.awaited", |tx| {
            let mut out = Vec::new();
            for recipient in recipients::all(tx)? {
                let addressed = recipient.webhook.is_some() && webhooks::exist(tx, recipient.id)?;
                if outbox::is_due(tx, recipient.id, addressed, now)? {
                    out.push(recipient.id);
                }
            }
            Ok(out)
        })?)
    }

    fn end_over(&self, now: At) -> Result<(), Failure> {
        let over = self.store.read("subscription.over", |tx| event_subscriptions::over(tx, now, OVER))?;
        over.into_iter().try_for_each(|one| {
            self.store.write("subscription.over", move |tx| {
                // A renewal may have been faster.
                match event_subscriptions::find(tx, one.subscriber, one.id)? {
                    Some(one) if one.ends <= now => subscribed::end(tx, &one, now, subscribed::by_time(&one)),
                    _ => Ok(()),
                }
            })?;
            Ok(())
        })
    }

    /// Takes what is due to a recipient, in the order in which it is to be sent. Each must be given back by `settle`; what is not is taken
    /// again after a minute.
    pub fn deliveries(&self, recipient: RecipientId) -> Result<Vec<Delivery>, Failure> {
        // What a set-back database would tell may no longer be so.
        self.refuse_when_behind()?;
        let now = self.now()?;
        let (url, sealed, taken) = self.store.write("outbox.take", move |tx| {
            let registered = recipients::find(tx, recipient)?;
            let (stops, url) = (stops::all(tx)?, registered.as_ref().and_then(|r| r.webhook.clone()));
            let secrets = webhooks::signing(tx, recipient, now)?;
            let addressed = url.is_some() && !secrets.is_empty();
            let taken = outbox::take(tx, (recipient, addressed), now, now.plus(HELD_US), TURN)?;
            let mut due = Vec::with_capacity(taken.len());
            for one in taken {
                let told = told(&one)?;
                // Not told later either: what asking tells is that there is nothing.
                if is_stopped(tx, &stops, registered.as_ref(), &one, &told)? {
                    outbox::failed(tx, &one, true)?;
                    continue;
                }
                let Some(id) = one.subscription else {
                    due.push((one, told, None));
                    continue;
                };
                let of = event_subscriptions::find(tx, one.subscriber, id)?;
                // What its time has overtaken is told no more.
                match of.filter(|of| is_timely(&told, of, now)) {
                    Some(of) => due.push((one, told, Some(of))),
                    None => outbox::failed(tx, &one, true)?,
                }
            }
            Ok((url, secrets, due))
        })?;
        let open = |s: &SealedSecret| {
            let plain = self.keyring.sealer().open(PLACE, &row(recipient, s.made_at), &s.sealed).ok();
            plain.and_then(|p| Secret::from_bytes(&p)).ok_or(Fault::Corrupt("webhook_secrets"))
        };
        let secrets = sealed.iter().map(open).collect::<Result<Vec<Secret>, Fault>>()?;
        let mut out = Vec::with_capacity(taken.len());
        for (one, told, of) in taken {
            let to = match (&of, &url) {
                (Some(of), _) => &of.wish.sink,
                (None, Some(url)) => url,
                (None, None) => continue,
            };
            let bearer = of.as_ref().map_or(Ok(None), |of| self.bearer(of))?;
            out.push(self.delivery((one, told), (to, bearer), &secrets, now)?);
        }
        Ok(out)
    }

    /// What the sink of a subscription wants to see.
    fn bearer(&self, of: &EventSubscription) -> Result<Option<Bearer>, Failure> {
        let Some((sealed, _)) = &of.credential else { return Ok(None) };
        let corrupt = || Fault::Corrupt("event_subscriptions");
        let plain = self.keyring.sealer().open(CREDENTIAL, &of.id.0, sealed).map_err(|_| corrupt())?;
        let text = std::str::from_utf8(&plain).map_err(|_| corrupt())?;
        Ok(Some(Bearer(Zeroizing::new(text.to_owned()))))
    }

    /// Whether a message that was taken may be sent now: asked right before it goes, since what it is for may have ended meanwhile.
    ///
    /// # Errors
    /// Faults.
    pub fn still(&self, delivery: &Delivery) -> Result<bool, Failure> {
        let (taken, now) = (&delivery.taken, self.now()?);
        Ok(self.store.read("outbox.still", |tx| {
            let (told, registered) = (told(taken)?, recipients::find(tx, taken.recipient)?);
            let stops = stops::all(tx)?;
            if is_stopped(tx, &stops, registered.as_ref(), taken, &told)? {
                return Ok(false);
            }
            let Some(id) = taken.subscription else { return Ok(true) };
            let of = event_subscriptions::find(tx, taken.subscriber, id)?;
            Ok(of.is_some_and(|of| is_timely(&told, &of, now)) && outbox::waits(tx, taken)?)
        })?)
    }

    fn delivery(
        &self,
        (taken, told): (Taken, Told),
        (url, bearer): (&WebhookUrl, Option<Bearer>),
        secrets: &[Secret],
        now: At,
    ) -> Result<Delivery, Failure> {
        let id = taken.id.to_string();
        let event = CloudEvent {
            specversion: "1.0",
            id: &id,
            source: &self.settings.issuer,
            kind: told.kind,
            subject: &told.subject,
            time: &told.time,
            datacontenttype: "application/json",
            // As text of one length, so that comparing text compares numbers.
            sequence: format!("{:020}", taken.number),
            data: &told.data,
        };
        let body = canonical::to_vec(&event).map_err(|_| Fault::Corrupt("outbox"))?;
        let sent_s = now.unix_s();
        let signature = signatures(secrets, &id, sent_s, &body);
        Ok(Delivery { url: url.clone(), id, sent_s, signature, bearer, body, taken })
    }

    /// Notes what became of deliveries. After one that failed, later ones about the same subscriber must not have been tried.
    pub fn settle(&self, outcomes: Vec<(Delivery, Outcome)>) -> Result<(), Failure> {
        let now = self.now()?;
        let mut settled = Vec::with_capacity(outcomes.len());
        for (Delivery { taken, .. }, outcome) in outcomes {
            let again = match outcome {
                Outcome::Failed => {
                    webhook::retry(taken.attempts.saturating_add(1), taken.at, now, self.rng.as_ref())
                }
                Outcome::Arrived | Outcome::Untried => Some(now),
            };
            self.figures.sent(outcome, again.is_none());
            settled.push((taken, outcome, again));
        }
        self.store.write("outbox.settle", move |tx| {
            for (taken, outcome, _) in settled.iter().filter(|(_, outcome, _)| *outcome != Outcome::Failed) {
                if *outcome == Outcome::Arrived {
                    outbox::arrived(tx, taken)?;
                }
                outbox::wait(tx, taken, now)?;
            }
            // After the others, since what failed says when its line goes on.
            for (taken, _, again) in settled.iter().filter(|(_, outcome, _)| *outcome == Outcome::Failed) {
                outbox::failed(tx, taken, again.is_none())?;
                outbox::wait(tx, taken, again.unwrap_or(now))?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

fn told(taken: &Taken) -> Result<Told, Fault> {
    serde_json::from_str(&taken.document).map_err(|_| Fault::Corrupt("outbox"))
}

/// Whether a stop order covers a message. That a consent is given says that there is something to ask for; that one has ended, and what is to be deleted, is
/// told whatever is stopped.
fn is_stopped(
    tx: &mut Tx<'_>,
    stops: &[Stop],
    recipient: Option<&Recipient>,
    one: &Taken,
    told: &Told,
) -> Result<bool, Fault> {
    let Some(recipient) = recipient.filter(|_| told.kind == Kind::Granted && !stops.is_empty()) else {
        return Ok(false);
    };
    let about = subscribers::find(tx, one.subscriber)?;
    Ok(about.is_some_and(|about| Stop::of(stops, recipient, about.home).is_some()))
}

/// Whether a subscription has time for it: after its end for nothing but that.
fn is_timely(told: &Told, of: &EventSubscription, now: At) -> bool {
    told.kind == Kind::SubscriptionEnded || now < of.ends
}

fn row(recipient: RecipientId, made_at: At) -> Vec<u8> {
    [recipient.0.as_slice(), &made_at.0.to_be_bytes()].concat()
}
