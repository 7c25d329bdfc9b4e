//! What is recorded behind a leaf. A record holds codes, ids and the precision that left, never a place: Korean law keeps the location itself out
//! of the confirmation data (Location Information Act, article 2(5)). Deliberately absent: how it is sealed.
use super::breach::{Step, Word as Warned};
use super::category::{Category, Precision};
use super::consent::{Act, Actor, Provenance, Terms};
use super::console::Page;
use super::emergency::Found;
use super::entry::Kind;
use super::id::{BreachId, EntryId, GrantId, PresentationId, PurgeId, RecipientId, RelationId, SubscriberId};
use super::purge::{Cause, Word};
use super::purpose::Purpose;
use super::reason::Reason;
use super::subscriber::Jurisdiction;
use super::time::At;
use serde::{Deserialize, Serialize};

/// What happened, in full. Sealed beside the log; canonical JSON inside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// When, µs.
    pub at: At,
    /// About whom.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subscriber: Option<SubscriberId>,
    /// With which recipient.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient: Option<RecipientId>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub purpose: Option<Purpose>,
    /// What happened.
    pub event: Event,
}

/// Why records were erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// Their subscriber wanted it, on his own pages.
    Subscriber,
    /// The operator did it: he was asked by letter, or the law has it so.
    Operator,
    /// Their time was over.
    Retention,
    /// The consent that they rest on was withdrawn.
    Withdrawn,
    /// They had been erased before, and a copy from before that was brought back.
    Restored,
}

/// The part that differs by kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Event {
    /// A context request was answered, with something or with nothing.
    Request {
        /// The client that asked.
        client: String,
        /// The pseudonym it used.
        subject: String,
        /// What became of each category.
        outcomes: Vec<Outcome>,
        /// SHA-256 of the canonical payload, hex.
        payload: String,
        /// Retention that the recipient is bound to, s.
        retain_s: u32,
    },
    /// The subscriber decided something, or somebody did about his consents.
    Consent {
        /// What was done to which grant.
        acts: Vec<ConsentAct>,
        /// Who acted; the subscriber unless said.
        #[serde(skip_serializing_if = "is_subscriber", default = "subscriber")]
        actor: Actor,
        /// How it reached us.
        channel: String,
        /// By which relation, of who speaks for the subscriber.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        relation: Option<RelationId>,
    },
    /// A feed chunk was folded.
    Feed {
        /// Kind of feed.
        feed: String,
        /// Its batch id.
        batch: String,
        /// Events folded.
        kept: u64,
        /// Events that no live grant could use.
        dropped: u64,
        /// Events folded before.
        repeated: u64,
        /// Lines that were not understood.
        rejected: u64,
    },
    /// The operator changed something.
    Operation {
        /// What.
        what: String,
        /// Which.
        which: String,
    },
    /// A recipient stated what became of what it was asked to delete.
    Purge {
        /// The request.
        purge: PurgeId,
        /// What.
        category: Category,
        /// What it says it did.
        statement: Word,
        /// Why it keeps it, if it does.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cause: Option<Cause>,
    },
    /// The people of a day were counted. How many is not recorded: what is told of them is in the answers alone.
    Count {
        /// When the day begins, µs.
        day: At,
        /// Zones that are told of.
        told: u64,
        /// What whoever is counted was charged, thousandths of ε.
        eps_milli: u32,
    },
    /// A recipient was told how many people were where.
    Told {
        /// The client that asked.
        client: String,
        /// When the day begins, µs.
        day: At,
        /// Zones that it asked about.
        zones: u64,
        /// SHA-256 of the canonical answer, hex.
        payload: String,
    },
    /// An incident at a recipient took a step.
    Breach {
        /// Which.
        breach: BreachId,
        /// What was done.
        step: Step,
        /// The client that did it.
        client: String,
        /// What left from then is meant, µs.
        from: At,
        /// Until before then, µs.
        to: At,
        /// When it became known, where it is declared.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        known: Option<At>,
        /// What it rests on, where it is declared.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        ground: Option<String>,
        /// Whose authority was told, where one was.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        home: Option<Jurisdiction>,
    },
    /// A subscriber was told of an incident.
    Warned {
        /// Which.
        breach: BreachId,
        /// What he was told.
        word: Warned,
        /// The first of his data that left in the period, µs.
        from: At,
        /// The last of it, µs.
        to: At,
    },
    /// Records were erased. Whose is not recorded.
    Erasure {
        /// Leaf indices of the erased, ascending.
        leaves: Vec<u64>,
        /// Records about the same subscriber that stay.
        kept: u64,
        /// Why.
        ground: Ground,
    },
    /// Entries were given their ordinals; see `ledger::tally`.
    Tally {
        /// Index of the first of them.
        first: u64,
        /// What commits to the ordinals of each, hex; empty where the record was erased before.
        links: Vec<String>,
    },
    /// An export was taken.
    Export {
        /// By which client.
        client: String,
        /// From, µs.
        from: At,
        /// To, µs.
        to: At,
        /// First leaf.
        first: u64,
        /// One past the last leaf.
        end: u64,
        /// Why: the number of a case, or a provision of law; absent where nobody said.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        ground: Option<String>,
    },
    /// Somebody looked into a console.
    Look {
        /// For which client.
        client: String,
        /// At which page.
        page: Page,
        /// Of which export, and at which of its entries, if at one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        which: Option<String>,
        /// Why: the number of a case, or a provision of law.
        ground: String,
    },
    /// A rescue agency asked where the subscriber is. The place itself is not recorded.
    Emergency {
        /// Its client.
        client: String,
        /// What it rests its question on.
        ground: String,
        /// What came of it.
        found: Found,
        /// How fine a place it was told, if one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        precision: Option<Precision>,
        /// Why the subscriber is told later, where he is not told at once.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        deferred: Option<String>,
    },
    /// A subscriber was told that a rescue agency asked where he is.
    EmergencyTold {
        /// The entry of its question.
        entry: EntryId,
        /// Its client.
        client: String,
    },
}

impl Event {
    /// What the leaf says of it.
    pub fn kind(&self) -> Kind {
        match self {
            Event::Request { .. } => Kind::Request,
            Event::Consent { .. } => Kind::Consent,
            Event::Feed { .. } => Kind::Feed,
            Event::Operation { .. } | Event::Breach { .. } | Event::Warned { .. } => Kind::Operation,
            Event::EmergencyTold { .. } => Kind::Operation,
            Event::Emergency { .. } => Kind::Emergency,
            Event::Purge { .. } => Kind::Purge,
            Event::Count { .. } => Kind::Count,
            Event::Told { .. } => Kind::Request,
            Event::Tally { .. } => Kind::Tally,
            Event::Erasure { .. } => Kind::Erasure,
            Event::Export { .. } => Kind::Export,
            Event::Look { .. } => Kind::Look,
        }
    }
}

/// What became of one category of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which.
    pub category: Category,
    /// The grant that allowed it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub grant: Option<GrantId>,
    /// How fine it left; absent when withheld.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub precision: Option<Precision>,
    /// Persons alike.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub crowd: Option<u32>,
    /// Why it was withheld; absent when disclosed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<Reason>,
    /// Policies that decided.
    pub by: Vec<String>,
}

/// One act on one grant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentAct {
    /// Which grant.
    pub grant: GrantId,
    /// What was done.
    pub act: Act,
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// How fine.
    pub precision: Precision,
    /// Until when.
    pub until: At,
    /// SHA-256 of the notice that was shown, hex.
    pub notice: String,
    /// Limits, end of a pause, renewal.
    #[serde(skip_serializing_if = "Terms::is_plain", default)]
    pub terms: Terms,
    /// What was shown, where that was needed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presentation: Option<PresentationId>,
    /// When it was done, where it was recorded later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub valid: Option<At>,
    /// Whether it was said, or drawn from something else.
    #[serde(skip_serializing_if = "is_explicit", default)]
    pub provenance: Provenance,
}

fn is_explicit(provenance: &Provenance) -> bool {
    *provenance == Provenance::Explicit
}

fn subscriber() -> Actor {
    Actor::Subscriber
}

fn is_subscriber(actor: &Actor) -> bool {
    *actor == Actor::Subscriber
}
