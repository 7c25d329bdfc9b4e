//! The receipt of a consent: what was agreed, in which words, and everything that happened to it since, signed and with proof that
//! each act is in the log. Asked for again it is the same, byte for byte.
use super::{Broker, Failure};
use crate::crypt::{document, hex, pseudonym};
use crate::domain::consent::{Act, Actor, Holds};
use crate::domain::id::{EntryId, GrantId, SubscriberId};
use crate::domain::receipt::{Consented, Happened, bytes, document};
use crate::domain::record::{ConsentAct, Event, Record};
use crate::domain::time::At;
use crate::ledger::tree::leaf_hash;
use crate::store::record_keys::SealedRecord;
use crate::store::{Fault, consents, entries, presentations, recipients, relations, subscribers};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Records read at a time.
const PAGE: i64 = 100;

/// A receipt as it is handed out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentReceipt {
    /// What is signed, for reading.
    pub document: Value,
    /// The document signed (JWS compact).
    pub receipt: String,
    /// What was shown, signed when it was shown (JWS compact), where the document names it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presentation: Option<String>,
    /// Where the acts are in the log, as far as they are published.
    pub proofs: Vec<Proved>,
}

/// One act in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    /// The entry, named in the document.
    pub entry: EntryId,
    /// Its leaf.
    pub leaf: String,
    /// C2SP tlog-proof.
    pub proof: String,
}

/// Who acted, and how it reached us.
type By = (Actor, String);

impl Broker {
    /// The receipt of a consent of `subscriber`, over the first `number` things that happened to it; over all of them if absent.
    pub fn consent_receipt(
        &self,
        subscriber: SubscriberId,
        consent: GrantId,
        number: Option<usize>,
    ) -> Result<ConsentReceipt, Failure> {
        let now = self.now()?;
        let mut told = self.told(subscriber, consent)?;
        // Of an older receipt only what had been agreed by then.
        told.truncate(number.unwrap_or(usize::MAX));
        let gives = |(_, act): &&(Happened, ConsentAct)| matches!(act.act, Act::Grant | Act::Renew);
        let agreed = told.iter().rev().find(gives).or(told.first()).cloned();
        let (said, agreed) = agreed.ok_or(Failure::NotFound("receipt"))?;
        let ends = self.ends(subscriber, said.at, &agreed)?;
        let mut happened: Vec<Happened> = told.into_iter().map(|(happened, _)| happened).collect();
        let lives = happened
            .last()
            .is_some_and(|h| matches!(h.act, Some(Act::Grant | Act::Pause | Act::Resume | Act::Renew)));
        if lives && ends <= now && number.is_none_or(|n| n > happened.len()) {
            happened.push(Happened {
                act: None,
                at: ends,
                actor: Actor::Subscriber,
                channel: String::new(),
                entry: None,
            });
        }
        if number.is_some_and(|n| n != happened.len()) {
            return Err(Failure::NotFound("receipt"));
        }
        let (found, recipient, notice, presentation) = self.store.read("consent.receipt", |tx| {
            let (found, recipient) =
                (subscribers::find(tx, subscriber)?, recipients::find(tx, agreed.recipient)?);
            let shown = match agreed.presentation {
                Some(id) => presentations::find(tx, subscriber, id)?,
                None => None,
            };
            Ok((found, recipient, consents::find_notice(tx, &agreed.notice)?, shown))
        })?;
        let found = found.ok_or(Failure::NotFound("subscriber"))?;
        let recipient = recipient.ok_or(Failure::NotFound("recipient"))?;
        let subject = pseudonym::pairwise(&self.keyring, recipient.id, subscriber, found.epoch);
        let document = document(&Consented {
            issuer: &self.settings.issuer,
            home: found.home,
            subject: &subject,
            recipient: &recipient,
            consent,
            purpose: agreed.purpose,
            category: agreed.category,
            precision: agreed.precision,
            until: agreed.until,
            limits: agreed.terms.limits,
            notice: (&agreed.notice, notice.as_ref().map_or("und", |n| n.locale.as_str())),
            presentation: agreed.presentation,
            happened: &happened,
        });
        let canonical = bytes(&document).map_err(|_| Failure::Halted("a receipt does not serialise"))?;
        let receipt = document::sign(document::RECEIPT, &canonical, &self.log_key)
            .map_err(|_| Failure::Halted("a receipt does not sign"))?;
        let proofs = happened.iter().filter_map(|h| h.entry.as_ref()).map(|(entry, _)| self.proved(*entry));
        Ok(ConsentReceipt {
            document,
            receipt,
            presentation,
            proofs: proofs.filter_map(Result::transpose).collect::<Result<_, _>>()?,
        })
    }

    /// When time ends what was agreed: at its own end, or when who said yes speaks for the subscriber no longer.
    fn ends(&self, subscriber: SubscriberId, said: At, agreed: &ConsentAct) -> Result<At, Failure> {
        let people = self.store.read("consent.people", |tx| {
            let Some(found) = subscribers::find(tx, subscriber)? else { return Ok(None) };
            relations::people(tx, subscriber, found.majority, found.related).map(Some)
        })?;
        let people = people.ok_or(Failure::NotFound("subscriber"))?;
        Ok(match people.bears(agreed.terms.footing, said) {
            Holds::Until(end) => agreed.until.min(end),
            Holds::Always | Holds::Never => agreed.until,
        })
    }

    /// What the subscriber's records say of the consent. The registry knows in which order and how much there is.
    fn told(
        &self,
        subscriber: SubscriberId,
        consent: GrantId,
    ) -> Result<Vec<(Happened, ConsentAct)>, Failure> {
        let acts = self.store.read("consent.acts", |tx| consents::acts_on(tx, subscriber, consent))?;
        if acts.is_empty() {
            return Err(Failure::NotFound("consent"));
        }
        let (mut found, mut skip) = (Vec::<(Happened, ConsentAct)>::new(), 0);
        while found.len() < acts.len() {
            let page = self.store.read("consent.records", |tx| entries::about(tx, subscriber, skip, PAGE))?;
            let last = page.len() < PAGE as usize;
            for (entry, sealed, at) in page {
                let Some(((actor, channel), acts)) = self.acts_on(entry, &sealed, consent)? else { continue };
                let leaf = self.store.read("consent.leaf", |tx| entries::leaf(tx, entry))?;
                let leaf = hex::encode(&leaf_hash(&leaf.ok_or(Fault::Corrupt("entries"))?));
                for act in acts {
                    let (at, channel) = (act.valid.unwrap_or(at), channel.clone());
                    let entry = Some((entry, leaf.clone()));
                    found.push((Happened { act: Some(act.act), at, actor, channel, entry }, act));
                }
            }
            if last {
                break;
            }
            skip += PAGE;
        }
        // Within one instant records have no order.
        found.sort_by_key(|(h, _)| acts.iter().position(|(act, at)| (Some(*act), *at) == (h.act, h.at)));
        // A record that was erased is missing from the receipt; without any there is none.
        Ok(found)
    }

    fn acts_on(
        &self,
        entry: EntryId,
        sealed: &SealedRecord,
        consent: GrantId,
    ) -> Result<Option<(By, Vec<ConsentAct>)>, Failure> {
        let (_, canonical) = self.open_record(entry, sealed)?;
        let record: Record = serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
        let Event::Consent { acts, actor, channel, .. } = record.event else { return Ok(None) };
        let acts: Vec<ConsentAct> = acts.into_iter().filter(|act| act.grant == consent).collect();
        Ok((!acts.is_empty()).then_some(((actor, channel), acts)))
    }

    /// `None` while the entry waits to be published.
    fn proved(&self, entry: EntryId) -> Result<Option<Proved>, Failure> {
        match self.inclusion(entry) {
            Ok((leaf, proof)) => {
                let leaf = String::from_utf8(leaf).map_err(|_| Fault::Corrupt("entries"))?;
                Ok(Some(Proved { entry, leaf, proof }))
            }
            Err(Failure::Conflict(_)) => Ok(None),
            Err(e) => Err(e),
        }
    }
}
