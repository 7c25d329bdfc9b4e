//! What two people of the operator must stand for: a recipient's own words, and the policy set. Who drafts is the first, another client
//! is the second. Deliberately absent: who those people are; each has a client and a key of his own.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Recipient, Wording};
use crate::domain::time::{At, DAY_US};
use crate::store::drafts::{self, Draft};
use crate::store::{Fault, Tx, entries, recipients};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// How many must stand for it.
pub const PEOPLE: usize = 2;
/// Longest text of a recipient in one language, characters: it stands in every question.
const LONGEST: usize = 400;
const WORDING: &str = "wording";
const POLICIES: &str = "policies";

/// Whether a publication changes what is done or only how it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// What is done changes: older consents hold until the grace is over, and older showings are not answered any more.
    Material,
    /// Only the words change.
    Editorial,
}

/// A recipient's own words about what it does, to be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingDraft {
    /// Whose.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What changes.
    pub weight: Weight,
    /// How long consents to what was done before still hold, days; of no meaning to an editorial one.
    #[serde(default)]
    pub grace_days: u16,
    /// By language, BCP 47; English must be among them.
    pub texts: BTreeMap<String, String>,
}

/// A draft and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drafted {
    /// By which it is approved.
    pub hash: String,
    /// What it says.
    pub draft: WordingDraft,
    /// The edition that it makes.
    pub edition: u32,
    /// Clients that stand for it.
    pub approved_by: Vec<String>,
    /// Whether it is in force.
    pub in_force: bool,
}

/// The draft with the edition that it was made for: of two made at once one comes too late.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    edition: u32,
    draft: WordingDraft,
}

impl Broker {
    /// Lays down a recipient's own words; the caller is the first to stand for them.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for a recipient that is not registered; faults.
    pub fn draft_wording(&self, caller: &Caller, draft: WordingDraft) -> Result<Drafted, Failure> {
        check(&draft)?;
        let (recipient, purpose) = (draft.recipient, draft.purpose);
        let found = self.store.read("draft.recipient", |tx| recipients::find(tx, recipient))?;
        let found = found.ok_or(Failure::NotFound("recipient"))?;
        if !found.purposes.contains(&purpose) {
            return Err(Failure::invalid("purpose", "a purpose that the recipient has declared"));
        }
        let edition = found.wording(purpose).map_or(0, |w| w.edition) + 1;
        let document = canonical::to_string(&Document { edition, draft })
            .map_err(|_| Failure::invalid("texts", "plain text"))?;
        let hash = sha256(&[b"dongui/v1/draft", WORDING.as_bytes(), &[0], document.as_bytes()]);
        let draft = Draft { hash: hex::encode(&hash), kind: WORDING.to_owned(), document };
        let (hash, now, who) = (draft.hash.clone(), self.now()?, caller.client().id.clone());
        let entry = self.operation(now, Some(recipient), "wording.draft", format!("{hash} by {who}"))?;
        self.store.write("draft.put", move |tx| {
            drafts::put(tx, &draft, now)?;
            drafts::approve(tx, &draft.hash, &who, now)?;
            entries::append(tx, &entry)
        })?;
        self.drafted(&hash)
    }

    /// Stands for a draft. With the second who does it comes into force.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when another edition came first; faults.
    pub fn approve_wording(&self, caller: &Caller, hash: &str) -> Result<Drafted, Failure> {
        let (now, who, which) = (self.now()?, caller.client().id.clone(), hash.to_owned());
        let drafted = self.drafted(hash)?;
        if drafted.in_force {
            return Ok(drafted);
        }
        let about = Some(drafted.draft.recipient);
        let entry = self.operation(now, about, "wording.approve", format!("{hash} by {who}"))?;
        let outcome = self.store.write("draft.approve", move |tx| {
            if recipients::find(tx, drafted.draft.recipient)?
                .is_none_or(|r| next(&r, &drafted) != drafted.edition)
            {
                return Ok(Err("another edition of these words came first; draft anew on top of it"));
            }
            // Who stands for it already is not a second one.
            if !drafts::approve(tx, &which, &who, now)? {
                return Ok(Ok(()));
            }
            if drafts::approved_by(tx, &which)?.len() >= PEOPLE {
                publish(tx, &drafted, now)?;
            }
            entries::append(tx, &entry)?;
            Ok(Ok(()))
        })?;
        outcome.map_err(|why| Failure::Conflict(why.to_owned()))?;
        self.drafted(hash)
    }

    /// All drafts of recipients' words, newest first.
    pub fn drafted_wordings(&self) -> Result<Vec<Drafted>, Failure> {
        let all = self.store.read("draft.all", |tx| drafts::all(tx, WORDING))?;
        all.iter().map(|draft| self.drafted(&draft.hash)).collect()
    }

    fn drafted(&self, hash: &str) -> Result<Drafted, Failure> {
        let (found, approved_by) = self
            .store
            .read("draft.find", |tx| Ok((drafts::find(tx, hash)?, drafts::approved_by(tx, hash)?)))?;
        let found = found.filter(|d| d.kind == WORDING).ok_or(Failure::NotFound("draft"))?;
        let Document { edition, draft } = read(&found)?;
        let id = draft.recipient;
        let recipient = self.store.read("draft.recipient", |tx| recipients::find(tx, id))?;
        let in_force = recipient
            .as_ref()
            .and_then(|r| r.wording(draft.purpose))
            .is_some_and(|w| w.edition == edition && approved_by.len() >= PEOPLE);
        Ok(Drafted { hash: found.hash, draft, edition, approved_by, in_force })
    }

    /// The text of an edition of a recipient's words in a language, or in English; empty where there was none.
    pub(super) fn wording_of(
        &self,
        recipient: RecipientId,
        purpose: Purpose,
        edition: u32,
        locale: &str,
    ) -> Result<String, Failure> {
        for draft in self.drafted_wordings()? {
            let is_it = draft.draft.recipient == recipient && draft.draft.purpose == purpose;
            if is_it && draft.edition == edition && draft.approved_by.len() >= PEOPLE {
                let texts = &draft.draft.texts;
                return Ok(texts.get(locale).or_else(|| texts.get("en")).cloned().unwrap_or_default());
            }
        }
        Ok(String::new())
    }

    /// Stands for the policy set in force. Returns who does.
    pub fn approve_policies(&self, caller: &Caller, digest: &str) -> Result<Vec<String>, Failure> {
        if digest != self.engine.digest() {
            return Err(Failure::Conflict(format!("the set in force is {}", self.engine.digest())));
        }
        let (now, who, which) = (self.now()?, caller.client().id.clone(), digest.to_owned());
        let entry = self.operation(now, None, "policies.approve", format!("{digest} by {who}"))?;
        self.store.write("policies.approve", move |tx| {
            let draft =
                Draft { hash: which.clone(), kind: POLICIES.to_owned(), document: format!("\"{which}\"") };
            drafts::put(tx, &draft, now)?;
            if drafts::approve(tx, &which, &who, now)? {
                entries::append(tx, &entry)?;
            }
            Ok(())
        })?;
        self.policies_approved_by()
    }

    /// Stops disclosures by a policy set that two people must stand for and do not. Once they do they do for good: a set is its digest.
    pub(super) fn refuse_unless_stood_for(&self) -> Result<(), Failure> {
        if self.stood_for.load(Ordering::Relaxed) {
            return Ok(());
        }
        if self.policies_approved_by()?.len() < PEOPLE {
            return Err(Failure::Halted(
                "the policy set waits for two people to stand for it; see `dongui policy approve`",
            ));
        }
        self.stood_for.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Clients that stand for the policy set in force.
    pub fn policies_approved_by(&self) -> Result<Vec<String>, Failure> {
        Ok(self.store.read("policies.approved", |tx| drafts::approved_by(tx, self.engine.digest()))?)
    }
}

fn read(draft: &Draft) -> Result<Document, Fault> {
    serde_json::from_str(&draft.document).map_err(|_| Fault::Corrupt("drafts"))
}

fn next(recipient: &Recipient, drafted: &Drafted) -> u32 {
    recipient.wording(drafted.draft.purpose).map_or(0, |w| w.edition) + 1
}

fn publish(tx: &mut Tx<'_>, drafted: &Drafted, now: At) -> Result<(), Fault> {
    let Drafted { draft, edition, .. } = drafted;
    let Some(mut recipient) = recipients::find(tx, draft.recipient)? else { return Ok(()) };
    let before = recipient.wording(draft.purpose).map_or((0, At(i64::MAX)), |w| (w.material, w.grace_until));
    let (material, grace_until) = match draft.weight {
        Weight::Material => (*edition, now.plus(i64::from(draft.grace_days) * DAY_US)),
        Weight::Editorial => before,
    };
    let (purpose, texts) = (draft.purpose, draft.texts.clone());
    recipient.wordings.retain(|w| w.purpose != purpose);
    recipient.wordings.push(Wording { purpose, edition: *edition, material, grace_until, texts });
    recipients::put(tx, &recipient, now)
}

fn check(draft: &WordingDraft) -> Result<(), Failure> {
    if !draft.texts.contains_key("en") {
        return Err(Failure::invalid(
            "texts",
            "an English text beside the others, for whom reads none of them",
        ));
    }
    if draft.grace_days > 366 {
        return Err(Failure::invalid("grace_days", "366 days at most"));
    }
    let tag = |text: &str| {
        (2..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    for (locale, text) in &draft.texts {
        if !tag(locale) {
            return Err(Failure::invalid("texts", "languages as BCP 47 tags, such as `de`"));
        }
        let length = text.trim().chars().count();
        if !(1..=LONGEST).contains(&length) || text.chars().any(char::is_control) {
            return Err(Failure::invalid(
                "texts",
                format!("1 to {LONGEST} printable characters in each language"),
            ));
        }
    }
    Ok(())
}
