//! What a subscriber is shown is bound to what he answers: the house signs each showing, and each question of it is answered once.
//!
//! Deliberately absent: how it is shown, and what he answers.
use super::authenticate::OneTime;
use super::consent::{Decided, Shown, Wish, notice_hash};
use super::{Broker, Failure};
use crate::crypt::document::{self, PRESENTATION};
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Actor, Capture, InForce};
use crate::domain::id::{PresentationId, RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::presentation::{LIFE_US, Presentation, Preset, Question};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::DAY_US;
use crate::policy::ceiling::of_purpose;
use crate::store::{Fault, Tx, presentations, recipients};

/// One question as it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// The words.
    pub notice: Notice,
    /// How fine can be chosen; empty where any rung of the contract can.
    pub precisions: Vec<Precision>,
    /// How long can be chosen, days; empty where any can.
    pub days: Vec<u16>,
    /// What stands chosen.
    pub preset: Preset,
}

/// A showing that was answered, verified and not yet used up.
#[derive(Debug, Clone)]
pub(super) struct Presented {
    subscriber: SubscriberId,
    shown: Presentation,
    token: String,
    once: OneTime,
    /// The material edition of the recipient's words in it.
    pub(super) edition: u32,
    /// The language of the question.
    locale: String,
}

impl Presented {
    pub(super) fn id(&self) -> PresentationId {
        self.shown.id
    }

    /// Uses the question up in the caller's transaction; false when it was answered before.
    pub(super) fn spend(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        self.once.spend(tx)
    }

    /// Takes back a `spend` of the same transaction.
    pub(super) fn give_back(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        self.once.give_back(tx)
    }

    /// Keeps what was shown.
    pub(super) fn keep(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        presentations::put(tx, self.subscriber, self.shown.id, &self.token, self.shown.at)
    }
}

fn wrong(cure: &str) -> Failure {
    Failure::invalid("presentation", cure)
}

/// What a recipient's contract lets it ask, purpose by purpose, in its order: categories that the purpose has a use for. Nobody is asked for what
/// cannot be told.
pub fn cells(recipient: &Recipient) -> impl Iterator<Item = (Purpose, Category)> {
    let all = recipient.purposes.iter().flat_map(|p| recipient.ceiling.iter().map(|(c, _)| (*p, *c)));
    all.filter(|(purpose, category)| of_purpose(*purpose, *category).is_some())
}

impl Broker {
    /// Signs what a subscriber is about to be shown; nothing is recorded until he answers.
    ///
    /// # Errors
    /// `Invalid` for questions that put a yes beforehand, or none; faults.
    pub fn present(
        &self,
        subscriber: SubscriberId,
        recipient: &Recipient,
        questions: &[Put],
    ) -> Result<String, Failure> {
        if questions.is_empty() {
            return Err(wrong("one question at least"));
        }
        if questions.iter().any(|q| q.preset == Preset::Allow) {
            return Err(Failure::invalid(
                "preset",
                "nothing chosen beforehand: a yes that stood there is none",
            ));
        }
        let now = self.now()?;
        let question = |put: &Put| {
            Ok::<_, Failure>(Question {
                purpose: put.purpose,
                category: put.category,
                notice: notice_hash(&put.notice)?,
                locale: put.notice.locale.clone(),
                edition: recipient.wording(put.purpose).map_or(0, |w| w.material),
                precisions: put.precisions.clone(),
                days: put.days.clone(),
                preset: put.preset,
            })
        };
        let id = PresentationId::new(now, self.rng.as_ref());
        let shown = Presentation {
            id,
            to: self.mark(id, subscriber),
            recipient: recipient.id,
            at: now,
            until: now.plus(LIFE_US),
            questions: questions.iter().map(question).collect::<Result<_, _>>()?,
        };
        let canonical = canonical::to_vec(&shown).map_err(|_| wrong("plain values"))?;
        document::sign(PRESENTATION, &canonical, &self.log_key)
            .map_err(|_| Failure::Halted("a presentation does not sign"))
    }

    /// Shows the question of a wish, any choice open, and takes the wish as the answer to it: for those who put questions in no page.
    ///
    /// # Errors
    /// As `present` and `decide`.
    pub fn show_and_decide(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        by: impl Into<Capture>,
    ) -> Result<Decided, Failure> {
        let mut wish = wish.clone();
        let Some((shown, recipient, purpose, category)) = wish.answers() else {
            return self.decide(subscriber, &wish, by);
        };
        let notice = shown.notice().clone();
        let recipient = self.store.read("consent.show", |tx| recipients::find(tx, recipient))?;
        let recipient = recipient.ok_or(Failure::NotFound("recipient"))?;
        let (precisions, days, preset) = (Vec::new(), Vec::new(), Preset::None);
        let put = Put { purpose, category, notice: notice.clone(), precisions, days, preset };
        let token = self.present(subscriber, &recipient, &[put])?;
        wish.show(Shown::Presented { token, notice });
        self.decide(subscriber, &wish, by)
    }

    /// What was shown before this wish. A yes of the subscriber or of who speaks for him needs it, everything else may have it.
    pub(super) fn presented(
        &self,
        subscriber: SubscriberId,
        wish: &Wish,
        by: Capture,
    ) -> Result<Option<Presented>, Failure> {
        let Some((shown, recipient, purpose, category)) = wish.answers() else { return Ok(None) };
        let Shown::Presented { token, notice } = shown else {
            let yes = matches!(wish, Wish::Allow { .. });
            return match by.actor {
                Actor::Subscriber | Actor::Guardian | Actor::Delegate if yes => {
                    Err(wrong("the showing that is answered; a yes to nothing shown is none"))
                }
                _ => Ok(None),
            };
        };
        let shown = self.shown(subscriber, token, recipient)?;
        let question = shown
            .question(purpose, category)
            .ok_or_else(|| wrong("a showing in which this question stands"))?;
        if question.notice != notice_hash(notice)? {
            return Err(wrong("the words that were shown, letter by letter"));
        }
        if let Wish::Allow { precision, until, .. } = wish
            && !question.offered(*precision, *until, shown.at)
        {
            return Err(wrong("one of the choices that were shown"));
        }
        let (edition, locale) = (question.edition, question.locale.clone());
        let which = format!("{} {} {}", shown.id, purpose.as_str(), category.as_str());
        let once = OneTime::new("presentation", &which, shown.until);
        Ok(Some(Presented { subscriber, shown, token: token.clone(), once, edition, locale }))
    }

    /// The showing behind a token, if it may still be answered by this subscriber.
    ///
    /// # Errors
    /// `Invalid` for one that is not ours, not his, another recipient's, or older than half an hour.
    pub fn shown(
        &self,
        subscriber: SubscriberId,
        token: &str,
        recipient: RecipientId,
    ) -> Result<Presentation, Failure> {
        let now = self.now()?;
        let document = document::verify(PRESENTATION, token, &self.log_key.public());
        let shown: Presentation = document
            .ok()
            .and_then(|value| serde_json::from_value(value).ok())
            .ok_or_else(|| wrong("a showing that this house signed"))?;
        if shown.to != self.mark(shown.id, subscriber) || shown.recipient != recipient {
            return Err(wrong("a showing to this subscriber, of this recipient"));
        }
        if shown.until <= now || now < shown.at {
            return Err(wrong("a showing of the last half hour; show the question again"));
        }
        Ok(shown)
    }

    /// Whether a yes to a showing still says yes to what the recipient does now. A no always stands.
    pub(super) fn stands(
        &self,
        presented: &Presented,
        recipient: &Recipient,
        purpose: Purpose,
        act: Act,
    ) -> Result<(), Failure> {
        let Some(words) = recipient.wording(purpose).filter(|w| presented.edition < w.material) else {
            return Ok(());
        };
        if !matches!(act, Act::Grant | Act::Capture) {
            return Ok(());
        }
        let (shown, locale) = (presented.edition, presented.locale.as_str());
        let now = words.texts.get(locale).or_else(|| words.texts.get("en")).cloned().unwrap_or_default();
        let before = self.wording_of(recipient.id, purpose, shown, locale)?;
        Err(Failure::Outdated { shown, in_force: words.material, before, now })
    }

    fn mark(&self, id: PresentationId, subscriber: SubscriberId) -> String {
        hex::encode(&self.keyring.blind_index(&format!("shown {id} {subscriber}")))
    }

    /// What is in force for a recipient's purpose and bears on consents given before.
    pub(super) fn in_force(
        &self,
        recipient: Option<&Recipient>,
        home: Jurisdiction,
        purpose: Purpose,
    ) -> InForce {
        let template = self.engine.pack(home).template(purpose);
        let words = recipient.and_then(|r| r.wording(purpose));
        InForce {
            edition: words.map_or(0, |w| w.material),
            grace_until: words.map_or(InForce::NOTHING.grace_until, |w| w.grace_until),
            longest_us: template.map_or(i64::MAX, |t| i64::from(t.longest_days) * DAY_US),
        }
    }
}
