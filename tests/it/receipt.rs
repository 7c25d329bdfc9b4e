//! Receipts of consents: what a subscriber keeps, and anyone can check without us.
use super::support::{ASSISTANT, R6, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::consent::Wish;
use dongui::broker::receipt::ConsentReceipt;
use dongui::crypt::document;
use dongui::domain::category::Category;
use dongui::domain::consent::{Act, Hours, Limits, Quota};
use dongui::domain::id::GrantId;
use dongui::domain::time::{DAY_US, HOUR_US};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn consent(w: &World, who: &super::support::Subscriber<'_>, category: Category) -> GrantId {
    let grants = w.broker().overview(who.id).unwrap().grants;
    grants.iter().find(|g| g.cell.category == category).unwrap().id
}

/// DPV states of the record, oldest first.
fn states(receipt: &ConsentReceipt) -> Vec<String> {
    let all = &receipt.document["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"];
    all.as_array().unwrap().iter().map(|s| s["@type"][0].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_receipt_says_what_was_agreed_in_which_words_and_all_that_happened_since() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let id = consent(w, &mina, ZONE);
        let first = w.broker().consent_receipt(mina.id, id, None).unwrap();
        let record = &first.document["dpv:hasRecordOfActivity"];
        assert_eq!(first.document["dct:conformsTo"], "https://w3id.org/dpv/schema/dpv-27560#receipt");
        assert_eq!(record["dct:identifier"], id.to_string());
        assert_eq!(record["dpv:hasDataSubject"]["@id"], assistant.request(&mina, ASSISTANT, &[ZONE]).subject);
        assert_eq!(record["dpv:hasProcess"]["dpv:hasPurpose"], ASSISTANT.as_str());
        assert_eq!(record["dpv:hasProcess"]["dpv:hasRecipient"], assistant.id.to_string());
        assert_eq!(record["dpv:hasProcess"]["dpv:hasPersonalData"]["dongui:precision"], "zone-r6");
        assert_eq!(record["dpv:hasNotice"]["dct:language"], super::support::world::notice().locale);
        assert_eq!(states(&first), ["dpv:ConsentGiven"]);
        mina.pauses();
        mina.resumes();
        mina.withdraws();
        let last = w.broker().consent_receipt(mina.id, id, None).unwrap();
        let told = ["dpv:ConsentGiven", "dongui:ConsentPaused", "dpv:ConsentGiven", "dpv:ConsentWithdrawn"];
        assert_eq!(states(&last), told);
        // Asked for again they are the same, the old one too.
        assert_eq!(w.broker().consent_receipt(mina.id, id, Some(1)).unwrap().receipt, first.receipt);
        assert_eq!(w.broker().consent_receipt(mina.id, id, Some(4)).unwrap().receipt, last.receipt);
        assert!(matches!(
            w.broker().consent_receipt(mina.id, id, Some(5)),
            Err(Failure::NotFound("receipt"))
        ));
    });
}

#[test]
fn a_receipt_from_before_a_renewal_still_says_what_was_agreed_then() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let until = w.clock.now().plus(HOUR_US);
        let limits = Limits { hours: Hours::parse("08:00-20:00"), quota: Quota::parse("3/day") };
        let (recipient, shown) = (assistant.id, super::support::world::told());
        let (purpose, category, precision) = (ASSISTANT, ZONE, R6);
        let wish = Wish::Allow { recipient, purpose, category, precision, until, limits, shown };
        mina.decides(&wish).unwrap();
        let id = consent(w, &mina, ZONE);
        let first = w.broker().consent_receipt(mina.id, id, None).unwrap();
        let process = &first.document["dpv:hasRecordOfActivity"]["dpv:hasProcess"];
        assert_eq!(
            (&process["dongui:hours"], &process["dongui:quota"]),
            (&"08:00-20:00".into(), &"3/day".into())
        );
        let later = w.clock.now().plus(DAY_US);
        let renewal = Wish::Change {
            act: Act::Renew,
            until: Some(later),
            recipient: None,
            purpose: None,
            category: None,
        };
        mina.decides(&renewal).unwrap();
        let renewed = w.broker().consent_receipt(mina.id, id, None).unwrap();
        assert_eq!(states(&renewed), ["dpv:ConsentGiven", "dpv:RenewedConsentGiven"]);
        assert!(renewed.document.to_string().contains(&later.rfc3339()));
        // The first end has passed, and the consent goes on: no receipt says that it expired then.
        w.clock.advance(2 * HOUR_US);
        assert_eq!(w.broker().consent_receipt(mina.id, id, Some(1)).unwrap().receipt, first.receipt);
        assert_eq!(w.broker().consent_receipt(mina.id, id, None).unwrap().receipt, renewed.receipt);
        assert!(w.broker().consent_receipt(mina.id, id, Some(0)).is_err());
    });
}

#[test]
fn a_consent_whose_time_is_over_has_a_receipt_that_says_so() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, w.clock.now().plus(HOUR_US));
        let id = consent(w, &mina, ZONE);
        w.clock.advance(HOUR_US);
        let over = w.broker().consent_receipt(mina.id, id, None).unwrap();
        assert_eq!(states(&over), ["dpv:ConsentGiven", "dpv:ConsentExpired"]);
        w.clock.advance(DAY_US);
        assert_eq!(w.broker().consent_receipt(mina.id, id, None).unwrap().receipt, over.receipt);
    });
}

#[test]
fn a_refusal_has_a_receipt_and_nobody_gets_one_of_somebody_else() {
    World::each(|w| {
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let assistant = w.provider("assistant");
        mina.refuses(&assistant, ASSISTANT, ZONE);
        let id = consent(w, &mina, ZONE);
        assert_eq!(states(&w.broker().consent_receipt(mina.id, id, None).unwrap()), ["dpv:ConsentRefused"]);
        assert!(matches!(w.broker().consent_receipt(jan.id, id, None), Err(Failure::NotFound("consent"))));
    });
}

#[test]
fn a_receipt_names_neither_phone_number_nor_internal_id() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.broker().sequence().unwrap();
        let receipt = w.broker().consent_receipt(mina.id, consent(w, &mina, ZONE), None).unwrap();
        assert_eq!(receipt.proofs.len(), 1);
        let text = serde_json::to_string(&receipt).unwrap();
        for secret in [mina.number.as_str(), mina.number.trim_start_matches('+'), &mina.id.to_string()] {
            assert!(!text.contains(secret), "{secret}");
        }
    });
}

fn audit(file: &Path, key: &str) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
    let out = command.args(["audit", "receipt", "--key", key]).arg(file).env_clear().output().unwrap();
    (out.status.success(), String::from_utf8(out.stdout).unwrap())
}

#[test]
fn anyone_verifies_a_receipt_offline_and_a_changed_one_fails() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.withdraws();
        w.broker().sequence().unwrap();
        let receipt = w.broker().consent_receipt(mina.id, consent(w, &mina, ZONE), None).unwrap();
        let verifier = w.broker().log_verifier().unwrap();
        assert_eq!(
            document::verify(document::RECEIPT, &receipt.receipt, verifier.public()).unwrap(),
            receipt.document
        );
        let file = w.house.dir.path().join("receipt.json");
        let check = |receipt: &Value| {
            std::fs::write(&file, receipt.to_string()).unwrap();
            audit(&file, &verifier.vkey())
        };
        let whole = serde_json::to_value(&receipt).unwrap();
        let (verifies, said) = check(&whole);
        assert!(verifies, "{said}");
        assert!(said.contains("acts in the log: 2"), "{said}");
        // Another document beside the signature, an act that the receipt does not name, a leaf of somebody else, another key.
        let mut changed = whole.clone();
        changed["document"]["dpv:hasRecordOfActivity"]["dpv:hasProcess"]["dpv:hasPersonalData"]["dongui:precision"] =
            "zone-r7".into();
        assert!(!check(&changed).0);
        let mut changed = whole.clone();
        changed["proofs"][0]["entry"] = changed["proofs"][1]["entry"].clone();
        assert!(!check(&changed).0);
        let mut changed = whole.clone();
        changed["proofs"][0]["leaf"] = changed["proofs"][1]["leaf"].clone();
        assert!(!check(&changed).0);
        check(&whole);
        let other = dongui::ledger::note::Verifier::new("another.example/log", [7; 32]).unwrap().vkey();
        assert!(!audit(&file, &other).0);
    });
}
