//! The record of one consent in the words of the Data Privacy Vocabulary, laid out as its guide to ISO/IEC TS 27560:2023 says
//! (<https://w3id.org/dpv/guides/consent-27560>): JSON-LD. A function of what happened and nothing else, so that a receipt that is
//! asked for again is the same. Deliberately absent: phone number, internal id, any location; signatures.
use super::canonical;
use super::category::{Category, Precision};
use super::consent::{Act, Actor, Limits};
use super::id::{EntryId, GrantId, PresentationId};
use super::purpose::Purpose;
use super::recipient::Recipient;
use super::subscriber::Jurisdiction;
use super::time::At;
use serde_json::{Value, json};

/// The profile that a receipt follows.
const RECEIPT_PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt";
/// The profile that the record inside follows.
const RECORD_PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record";

/// One thing that happened to a consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What; `None` when its time ended.
    pub act: Option<Act>,
    /// When.
    pub at: At,
    /// Who acted.
    pub actor: Actor,
    /// How it reached us.
    pub channel: String,
    /// The ledger entry and the hash of its leaf (RFC 6962), hex; `None` when its time ended, which nobody records.
    pub entry: Option<(EntryId, String)>,
}

/// What a receipt is about.
#[derive(Debug, Clone)]
pub struct Consented<'a> {
    /// The broker: its issuer URL.
    pub issuer: &'a str,
    /// Where it is governed.
    pub home: Jurisdiction,
    /// The recipient's own pseudonym of the subscriber.
    pub subject: &'a str,
    /// To whom.
    pub recipient: &'a Recipient,
    /// Which consent.
    pub consent: GrantId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// How fine at most.
    pub precision: Precision,
    /// Until when at the latest.
    pub until: At,
    /// When in the day, and how often.
    pub limits: Limits,
    /// SHA-256 of the canonical notice, hex, and its language.
    pub notice: (&'a str, &'a str),
    /// What the subscriber was shown when he agreed, where that was recorded.
    pub presentation: Option<PresentationId>,
    /// Everything that happened, oldest first; at least one.
    pub happened: &'a [Happened],
}

/// The receipt over everything in `consented`: the number of things that happened is its number.
pub fn document(consented: &Consented<'_>) -> Value {
    let Consented { issuer, consent, happened, .. } = consented;
    let number = happened.len();
    json!({
        "@context": {
            "dct": "http://purl.org/dc/terms/",
            "dpv": "https://w3id.org/dpv#",
            "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
            "loc": "https://w3id.org/dpv/loc#",
            "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "schema": "https://schema.org/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "dongui": format!("{issuer}/terms#"),
        },
        "@id": format!("{issuer}/receipts/{consent}/{number}"),
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": format!("{consent}/{number}"),
        "dct:conformsTo": RECEIPT_PROFILE,
        "dct:created": happened.last().map(|h| h.at.rfc3339()),
        "dct:publisher": issuer,
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": record(consented),
    })
}

fn record(consented: &Consented<'_>) -> Value {
    let Consented { issuer, home, subject, recipient, consent, notice: (hash, locale), happened, .. } =
        consented;
    let mut record = json!({
        "@id": format!("{issuer}/consents/{consent}"),
        "@type": "dpv:ConsentRecord",
        "dct:identifier": consent,
        "dct:conformsTo": RECORD_PROFILE,
        "dpv:hasDataSubject": { "@id": subject, "skos:broader": "dpv:Customer" },
        "dpv:hasDataController": issuer,
        "dpv:hasJurisdiction": format!("loc:{}", home.as_str()),
        "dpv:hasEntity": [
            { "@id": issuer, "@type": ["dpv:Entity", "dpv:DataController"], "dpv:hasName": host(issuer),
              "dpv:hasIdentifier": issuer, "schema:url": issuer },
            { "@id": recipient.id, "@type": ["dpv:Entity", "dpv:Recipient"], "dpv:hasName": recipient.name,
              "dpv:hasIdentifier": recipient.id, "dpv:hasLocation": format!("loc:{}", recipient.country.as_str()) },
        ],
        "dpv:hasProcess": process(consented),
        "dpv:hasConsentControl": { "@type": ["dpv:ProvideConsent", "dpv:WithdrawConsent"], "dpv:isExercisedAt": format!("{issuer}/me") },
        "dpv:hasRight": { "@type": "dpv:DataSubjectRight", "dct:title": "Right to withdraw consent", "dpv:isExercisedAt": format!("{issuer}/me") },
        "dpv:hasNotice": { "@id": format!("{issuer}/notices/{hash}"), "@type": "dpv:ConsentNotice", "dct:language": locale,
            "dongui:sha256": hash },
        "dpv:hasConsentStatus": happened.iter().map(status).collect::<Vec<_>>(),
    });
    if let Some(presentation) = consented.presentation {
        record["dpv:hasNotice"]["dongui:presentation"] = json!(presentation);
    }
    if *home == Jurisdiction::DE {
        record["dpv:hasApplicableLaw"] = json!("eu-gdpr:GDPR");
        record["dpv:hasRight"]["@type"] = json!(["dpv:DataSubjectRight", "eu-gdpr:A7-3"]);
    }
    record
}

fn process(consented: &Consented<'_>) -> Value {
    let Consented { recipient, purpose, category, precision, until, limits, .. } = consented;
    let mut process = json!({
        "@type": "dpv:Process",
        "dpv:hasRecipient": recipient.id,
        "dpv:hasPurpose": purpose.as_str(),
        "dpv:hasLegalBasis": "dpv:Consent",
        "dpv:hasPersonalData": { "@id": format!("dongui:{}", category.as_str()), "@type": "dpv:PersonalData", "dongui:precision": precision },
        // The recipient may keep less long: every answer says how long. Nothing may be kept beyond the consent.
        "dpv:hasStorageCondition": [
            { "@type": "dpv:StorageLocation", "dpv:hasLocation": format!("loc:{}", recipient.country.as_str()) },
            { "@type": "dpv:StorageDuration", "dpv:hasDuration": { "@type": "dpv:UntilTimeDuration", "rdf:value": until.rfc3339() } },
        ],
    });
    if let Some(hours) = limits.hours {
        process["dongui:hours"] = json!(hours.text());
    }
    if let Some(quota) = limits.quota {
        process["dongui:quota"] = json!(quota.text());
    }
    process
}

fn status(happened: &Happened) -> Value {
    // DPV 2.3 has no word for a pause, nor for a consent that another one took the place of.
    let (state, word) = match happened.act {
        Some(act) => (state(act), act.as_str()),
        None => ("dpv:ConsentExpired", "expire"),
    };
    let mut status = json!({
        "@type": [state],
        "dongui:act": word,
        "dpv:isIndicatedAtTime": happened.at.rfc3339(),
    });
    if matches!(happened.act, Some(Act::Grant | Act::Renew)) {
        status["@type"] = json!([state, "dpv:ExplicitlyExpressedConsent"]);
    }
    if let Some((entry, leaf)) = &happened.entry {
        status["dpv:isIndicatedBy"] = json!(indicated_by(happened.actor));
        status["dpv:hasIndicationMethod"] = json!(happened.channel);
        status["dongui:entry"] = json!(entry);
        status["dongui:leaf"] = json!(leaf);
    }
    status
}

fn state(act: Act) -> &'static str {
    match act {
        Act::Request | Act::Capture => "dpv:ConsentRequested",
        Act::Defer => "dpv:ConsentRequestDeferred",
        Act::Grant | Act::Resume => "dpv:ConsentGiven",
        Act::Renew => "dpv:RenewedConsentGiven",
        Act::Refuse => "dpv:ConsentRefused",
        Act::Pause => "dongui:ConsentPaused",
        Act::Withdraw => "dpv:ConsentWithdrawn",
        Act::Revoke => "dpv:ConsentRevoked",
        Act::Invalidate => "dpv:ConsentInvalidated",
        Act::Supersede => "dongui:ConsentSuperseded",
    }
}

fn indicated_by(actor: Actor) -> &'static str {
    match actor {
        Actor::Subscriber => "dpv:DataSubject",
        Actor::Guardian => "dpv:GuardianOfDataSubject",
        // DPV 2.3 has no word for one whom an adult asked to act for him.
        Actor::Delegate => "dongui:DelegateOfDataSubject",
        Actor::Staff | Actor::Operator => "dpv:DataController",
        Actor::Authority => "dpv:Authority",
        Actor::Recipient => "dpv:Recipient",
    }
}

fn host(issuer: &str) -> &str {
    issuer.split_once("://").map_or(issuer, |(_, host)| host)
}

/// The bytes of a receipt that are signed (RFC 8785).
///
/// # Errors
/// None for what `document` makes.
pub fn bytes(document: &Value) -> Result<Vec<u8>, serde_json::Error> {
    canonical::to_vec(document)
}
