//! What recipients are told is sent: taken from the outbox, signed, and settled by what became of it. Deliberately absent: HTTP, which is the
//! caller's; a second server that takes the same message, since whoever takes one has it for a minute.
use super::announce::{Data, Kind, Told};
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::webhook::{Secret, signatures};
use crate::domain::canonical;
use crate::domain::id::RecipientId;
use crate::domain::time::{At, DAY_US, SECOND_US};
use crate::domain::webhook::{self, WebhookUrl};
use crate::store::outbox::{self, Taken};
use crate::store::webhooks::{self, SealedSecret};
use crate::store::{Fault, entries, recipients};
use serde::Serialize;
use zeroize::Zeroizing;

/// How long an older secret goes on signing beside a new one, µs.
const OVERLAP_US: i64 = DAY_US;
/// How long messages belong to whoever took them, µs. He sends for half of it at most.
const HELD_US: i64 = 60 * SECOND_US;
/// Messages taken at once.
const TURN: i64 = 64;
/// What a secret is sealed to; the row is recipient and instant.
const PLACE: (&str, &str) = ("webhook_secrets", "sealed");

/// A new secret, told this once.
#[derive(Debug)]
pub struct NewSecret {
    /// `whsec_…`.
    pub text: Zeroizing<String>,
    /// Until when older ones sign as well.
    pub older_until: At,
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
    /// `webhook-signature`.
    pub signature: String,
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

    /// Recipients for whom something is due, and who can be told: with an address and a secret.
    pub fn awaited(&self) -> Result<Vec<RecipientId>, Failure> {
        let now = self.now()?;
        Ok(self.store.read("outbox.awaited", |tx| {
            let mut out = Vec::new();
            for recipient in recipients::all(tx)?.into_iter().filter(|r| r.webhook.is_some()) {
                if outbox::is_due(tx, recipient.id, now)? && webhooks::exist(tx, recipient.id)? {
                    out.push(recipient.id);
                }
            }
            Ok(out)
        })?)
    }

    /// Takes what is due to a recipient, in the order in which it is to be sent. Each must be given back by `settle`; what is not is taken
    /// again after a minute.
    pub fn deliveries(&self, recipient: RecipientId) -> Result<Vec<Delivery>, Failure> {
        // What a set-back database would tell may no longer be so.
        self.refuse_when_behind()?;
        let now = self.now()?;
        let (url, sealed, taken) = self.store.write("outbox.take", move |tx| {
            let url = recipients::find(tx, recipient)?.and_then(|r| r.webhook);
            let secrets = webhooks::signing(tx, recipient, now)?;
            let taken = if url.is_none() || secrets.is_empty() {
                Vec::new()
            } else {
                outbox::take(tx, recipient, now, now.plus(HELD_US), TURN)?
            };
            Ok((url, secrets, taken))
        })?;
        let Some(url) = url else { return Ok(Vec::new()) };
        let open = |s: &SealedSecret| {
            let plain = self.keyring.sealer().open(PLACE, &row(recipient, s.made_at), &s.sealed).ok();
            plain.and_then(|p| Secret::from_bytes(&p)).ok_or(Fault::Corrupt("webhook_secrets"))
        };
        let secrets = sealed.iter().map(open).collect::<Result<Vec<Secret>, Fault>>()?;
        taken.into_iter().map(|one| self.delivery(one, &url, &secrets, now)).collect()
    }

    fn delivery(
        &self,
        taken: Taken,
        url: &WebhookUrl,
        secrets: &[Secret],
        now: At,
    ) -> Result<Delivery, Failure> {
        let told: Told = serde_json::from_str(&taken.document).map_err(|_| Fault::Corrupt("outbox"))?;
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
            sequence: format!("{:020}", taken.seq),
            data: &told.data,
        };
        let body = canonical::to_vec(&event).map_err(|_| Fault::Corrupt("outbox"))?;
        let sent_s = now.unix_s();
        let signature = signatures(secrets, &id, sent_s, &body);
        Ok(Delivery { url: url.clone(), id, sent_s, signature, body, taken })
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

fn row(recipient: RecipientId, made_at: At) -> Vec<u8> {
    [recipient.0.as_slice(), &made_at.0.to_be_bytes()].concat()
}
