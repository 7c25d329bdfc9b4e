//! What a recipient says of the consents of a token's subscriber, where the operator trusts it to (CAMARA Consent Management 0.1). That he agreed is written down and gives nothing
//! until he says so himself (promise 1); that he no longer does ends it at once (promise 2).
//!
//! Deliberately absent: a record of claims that a recipient could look up. Whether one waits, or stands behind a no and is put to nobody (promise 12), is answered alike.
use super::authenticate::{GONE, Proven, UNLINKED};
use super::consent::Wish;
use super::permissions::Permission;
use super::wish::Shown;
use super::{Broker, Failure};
use crate::crypt::hex;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Capture, Limits};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::record::{Event, Record};
use crate::domain::time::{At, DAY_US};
use crate::store::{consents, counters, entries, relations, subscribers};

/// How it reached us, as the record says it.
const CHANNEL: &str = "consent-management";
/// How long a yes is written down for, µs, where the country's template does not say less. He chooses anew when he says it.
const TERM_US: i64 = 30 * DAY_US;

/// What a record calls something that was said and changed nothing.
const CLAIM: &str = "recipient.claim";

/// What a recipient says that a subscriber said.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Yes, to these words.
    Granted(Notice),
    /// No, to these words; or stop.
    Denied(Notice),
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It was taken. That he is asked is not said by it.
    Taken(At),
    /// The consent stands, until then.
    Stands(At),
}

impl Broker {
    /// The recipient of a token about somebody, if the operator trusts its word, and the purpose of the token.
    ///
    /// # Errors
    /// `Forbidden` where he does not; `Unproven` for a token about no subscriber; faults.
    pub fn manages(&self, proven: &Proven) -> Result<(Recipient, Purpose), Failure> {
        let link = proven.link().ok_or(UNLINKED)?;
        let registered = self.store.read("claim.recipient", |tx| {
            let counted = counters::all(tx)?;
            self.registered(tx, &counted, proven.client_id())
        })?;
        let registered = registered.ok_or(GONE)?;
        if !registered.recipient.consent_management {
            return Err(Failure::Forbidden("consent-management"));
        }
        Ok((registered.recipient.clone(), link.allowed.purpose))
    }

    /// What a consent of a token's subscriber is called to its recipient: follows from whose and which it is, so that it tells nothing else.
    ///
    /// # Errors
    /// `Unproven` for a token about no subscriber.
    pub fn consent_name(&self, proven: &Proven, category: Category) -> Result<String, Failure> {
        let link = proven.link().ok_or(UNLINKED)?;
        let (subject, purpose) = (&link.subject, link.allowed.purpose.as_str());
        let [name @ .., _, _, _, _, _, _, _, _] =
            self.keyring.blind_index(&format!("consent {subject} {purpose} {}", category.as_str()));
        Ok(format!("cns_{}", hex::encode(&name)))
    }

    /// Takes what a recipient says of a consent for the purpose of its token. The proof is the caller's to use up.
    ///
    /// # Errors
    /// As `manages` and `permission`; faults.
    pub fn claim(&self, proven: &Proven, category: Category, said: Said) -> Result<Claimed, Failure> {
        let (recipient, purpose) = self.manages(proven)?;
        let link = proven.link().ok_or(UNLINKED)?;
        let stands = self.permission(proven, &[category])?.into_iter().find_map(|p| match p {
            Permission::Given(until) => Some(until),
            Permission::Expired(_) | Permission::None => None,
        });
        let (now, subject) = (self.now()?, link.subject.as_str());
        let about = self
            .store
            .read("claim.subscriber", |tx| subscribers::find_by_pseudonym(tx, recipient.id, subject))?;
        // Of somebody who is nobody any more nothing is told.
        let Some(about) = about else { return Ok(Claimed::Taken(now)) };
        let cell = (about.id, recipient.id, purpose, category);
        match (said, stands) {
            (Said::Granted(_), Some(until)) => Ok(Claimed::Stands(until)),
            (Said::Denied(_), Some(_)) => {
                let wish = Wish::Change {
                    act: Act::Withdraw,
                    until: None,
                    recipient: Some(recipient.id),
                    purpose: Some(purpose),
                    category: Some(category),
                };
                self.decide(about.id, &wish, by())?;
                Ok(Claimed::Taken(now))
            }
            (said, None) => {
                let until = now.plus(self.longest_us(about.home, purpose).min(TERM_US));
                if self.is_settled(&said, cell)? {
                    self.overhear(&said, cell, now)?;
                    return Ok(Claimed::Taken(now));
                }
                match self.decide(about.id, &wish(&said, cell, until), by()) {
                    Ok(_) => {}
                    // A no that is not to be asked about again, or something faster.
                    Err(Failure::Conflict(_)) => self.overhear(&said, cell, now)?,
                    Err(other) => return Err(other),
                }
                Ok(Claimed::Taken(now))
            }
        }
    }

    /// Whether saying it once more would change nothing: what waits for his word waits, and a no is one.
    fn is_settled(&self, said: &Said, cell: Of) -> Result<bool, Failure> {
        let (subscriber, recipient, purpose, category) = cell;
        let held = self.store.read("claim.held", |tx| {
            let Some(found) = subscribers::find(tx, subscriber)? else { return Ok(Vec::new()) };
            let people = relations::people(tx, subscriber, found.majority, found.related)?;
            consents::held_with(tx, subscriber, recipient, &people)
        })?;
        let of = held.iter().find(|g| (g.cell.purpose, g.cell.category) == (purpose, category));
        Ok(of.is_some_and(|grant| match said {
            Said::Granted(_) => grant.is_captured(),
            Said::Denied(_) => grant.terms.closed_at.is_some() && !grant.state.is_open(),
        }))
    }

    /// Records what was said and changes nothing.
    fn overhear(
        &self,
        said: &Said,
        (subscriber, recipient, purpose, category): Of,
        at: At,
    ) -> Result<(), Failure> {
        let word = if matches!(said, Said::Granted(_)) { "granted" } else { "denied" };
        let which = format!("{word} {}", category.as_str());
        let event = Event::Operation { what: CLAIM.to_owned(), which };
        let record = Record {
            at,
            subscriber: Some(subscriber),
            recipient: Some(recipient),
            purpose: Some(purpose),
            event,
        };
        let entry = self.entry(&record)?;
        Ok(self.store.write("claim.overhear", move |tx| entries::append(tx, &entry))?)
    }
}

/// What a recipient said in a subscriber's name, as he is shown it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// That he agrees, which gives nothing by itself.
    Yes,
    /// That he does not, which was taken as his no.
    No,
    /// The same, where it changed nothing.
    NoAgain,
    /// That it is to stop, which ended a consent.
    Stop,
}

/// What of an event a recipient said in the subscriber's name; nothing for every other event.
pub fn heard(event: &Event) -> Vec<(Category, Heard)> {
    match event {
        Event::Consent { acts, actor: Actor::Recipient, .. } => {
            acts.iter().filter_map(|one| Some((one.category, Heard::of(one.act)?))).collect()
        }
        Event::Operation { what, which } if what == CLAIM => overheard(which).into_iter().collect(),
        _ => Vec::new(),
    }
}

impl Heard {
    fn of(act: Act) -> Option<Heard> {
        match act {
            Act::Capture => Some(Heard::Yes),
            Act::Refuse => Some(Heard::No),
            Act::Withdraw => Some(Heard::Stop),
            // What made room for one of these.
            _ => None,
        }
    }
}

/// Reads what `overhear` writes.
fn overheard(which: &str) -> Option<(Category, Heard)> {
    let (word, category) = which.split_once(' ')?;
    let heard = if word == "granted" { Heard::Yes } else { Heard::NoAgain };
    Some((Category::parse(category)?, heard))
}

/// Whose consent, to whom, what for, what.
type Of = (SubscriberId, RecipientId, Purpose, Category);

fn by() -> Capture {
    Capture { actor: Actor::Recipient, channel: CHANNEL, relation: None }
}

fn wish(said: &Said, (_, recipient, purpose, category): Of, until: At) -> Wish {
    match said {
        // The coarsest, since nobody said how fine.
        Said::Granted(notice) => Wish::Allow {
            recipient,
            purpose,
            category,
            precision: category.rungs().first().copied().unwrap_or(Precision::Label),
            until,
            limits: Limits::NONE,
            shown: Shown::Told(notice.clone()),
        },
        Said::Denied(notice) => {
            Wish::Refuse { recipient, purpose, category, shown: Shown::Told(notice.clone()) }
        }
    }
}
