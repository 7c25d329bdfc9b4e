//! Promise 10: history cannot be edited. Exports verify offline, in Rust and with Python's standard library; one changed byte does not.
//! Deliberately absent: every way to forge a bundle, which `ledger` tries.
use super::support::rows::files;
use super::support::world::{ISSUER, Opening};
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::record::{Event, Record};
use dongui::domain::time::{At, MINUTE_US};
use dongui::ledger::bundle;
use dongui::ledger::checkpoint::Checkpoint;
use dongui::ledger::tile::TilePath;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// A day's life to be exported.
fn lived(w: &World) -> (At, At) {
    let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
    let start = w.clock.now();
    mina.allows(&assistant, ASSISTANT, ZONE, R6);
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    assert!(assistant.asks(&mina).tells());
    mina.withdraws();
    assert!(!assistant.asks(&mina).tells());
    w.clock.advance(MINUTE_US);
    (start, w.clock.now())
}

/// Exit code and what the verifier inside the bundle says.
pub fn python(dir: &Path, vkey: &str) -> (Option<i32>, String) {
    let run =
        Command::new("python3").arg("-I").arg(dir.join("verify.py")).arg(dir).args(["--key", vkey]).output();
    let run = run.unwrap();
    (run.status.code(), String::from_utf8_lossy(&run.stdout).into_owned())
}

#[test]
fn an_export_verifies_in_rust_and_in_python_and_one_changed_byte_does_not() {
    World::each(|w| {
        let (from, to) = lived(w);
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        let report = w.exports(from, to, &out).unwrap();
        let vkey = w.broker().log_verifier().unwrap().vkey();
        assert!(report.leaves >= 7 && report.opened == report.leaves && report.first > 0, "{report:?}");
        assert_eq!(bundle::verify(&out, &vkey).unwrap(), report);
        let (code, said) = python(&out, &vkey);
        assert!(code == Some(0) && said.starts_with("verified: "), "{said}");
        for (name, bytes) in files(&out) {
            let mut changed = bytes.clone();
            changed[bytes.len() / 2] ^= 1;
            std::fs::write(out.join(&name), changed).unwrap();
            let broken = bundle::verify(&out, &vkey).unwrap_err();
            let blamed = if name == "manifest.json" { "manifest.sig" } else { &name };
            assert_eq!(broken.file, blamed);
            if name != "verify.py" {
                assert_eq!(python(&out, &vkey).0, Some(1), "{name}");
            }
            std::fs::write(out.join(&name), bytes).unwrap();
        }
        assert!(bundle::verify(&out, &vkey).is_ok());
    });
}

#[test]
fn an_export_holds_what_happened_and_the_same_question_gives_the_same_bytes() {
    World::each(|w| {
        let (from, to) = lived(w);
        let dir = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| {
            let out = dir.path().join(name);
            w.exports(from, to, &out).unwrap();
            // Taking it is an entry of its own, outside of the period.
            files(&out)
        });
        assert_eq!(
            first.iter().find(|f| f.0 == "leaves.jsonl"),
            second.iter().find(|f| f.0 == "leaves.jsonl")
        );
        let text =
            |name: &str| String::from_utf8(first.iter().find(|f| f.0 == name).unwrap().1.clone()).unwrap();
        let records: Vec<Record> = text("records.jsonl")
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].clone())
            .map(|record| serde_json::from_value(record).unwrap())
            .collect();
        let count = |of: fn(&Event) -> bool| records.iter().filter(|r| of(&r.event)).count();
        assert_eq!(count(|e| matches!(e, Event::Consent { .. })), 2);
        assert_eq!(count(|e| matches!(e, Event::Request { .. })), 2);
        assert_eq!(count(|e| matches!(e, Event::Feed { .. })), 2);
        w.broker().sequence().unwrap();
        w.clock.advance(MINUTE_US);
        let exports = dir.path().join("exports");
        w.exports(to, w.clock.now(), &exports).unwrap();
        let taken = std::fs::read_to_string(exports.join("records.jsonl")).unwrap();
        assert_eq!(taken.matches("\"kind\":\"export\"").count(), 2, "{taken}");
    });
}

#[test]
fn whoever_edits_a_row_cannot_export_it() {
    World::each(|w| {
        let (from, to) = lived(w);
        w.broker().sequence().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let export = |name: &str| w.exports(from, to, &dir.path().join(name));
        assert!(export("untouched").is_ok());
        w.sql("UPDATE entries SET leaf = REPLACE(leaf, '\"kind\":\"consent\"', '\"kind\":\"request\"')");
        assert!(export("edited").is_err());
        assert!(!dir.path().join("edited").join("manifest.json").exists(), "nothing is signed over it");
        w.sql("UPDATE entries SET leaf = REPLACE(leaf, '\"kind\":\"request\"', '\"kind\":\"consent\"')");
        assert!(export("edited back, but for the requests").is_err());
    });
}

#[test]
fn a_record_erased_leaves_its_proof() {
    World::each(|w| {
        let (from, to) = lived(w);
        w.broker().sequence().unwrap();
        w.sql("DELETE FROM records WHERE subscriber_id IS NOT NULL");
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        let report = w.exports(from, to, &out).unwrap();
        assert!(report.erased >= 4 && report.opened > 0, "{report:?}");
        let vkey = w.broker().log_verifier().unwrap().vkey();
        assert_eq!(bundle::verify(&out, &vkey).unwrap(), report);
        assert_eq!(python(&out, &vkey).0, Some(0));
    });
}

#[test]
fn receipts_verify_with_the_published_keys_and_the_log_with_the_published_checkpoint() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let answer = assistant.asks(&mina);
        let door = w.http();
        let published = door.get("/oauth/jwks");
        let keys = dongui::crypt::jose::JwkSet::parse(&published.text()).unwrap();
        let receipt = DisclosureReceipt::verify(&answer.disclosed().receipt, &keys.keys[0], ISSUER).unwrap();
        assert!(receipt.covers(&answer.json()));
        w.broker().sequence().unwrap();
        let verifier = w.broker().log_verifier().unwrap();
        let note = door.get("/log/checkpoint");
        let head = Checkpoint::open(&note.text(), &verifier).unwrap();
        assert!(head.size > 360);
        let last = TilePath { level: None, index: head.size / 256, width: (head.size % 256) as u16 };
        let tile = door.get(&format!("/log/{last}"));
        assert_eq!(tile.status, 200, "{}", tile.text());
        assert_eq!(door.get("/log/../dongui.db").status, 404);
        assert_eq!(door.get("/log/%2e%2e/dongui.db").status, 404);
    });
}

#[test]
fn a_log_grows_by_appending_only() {
    World::each(|w| {
        lived(w);
        let first = w.broker().sequence().unwrap();
        let log = files(&w.house.log_dir());
        lived(w);
        w.restart(Opening::default());
        let second = w.broker().sequence().unwrap();
        assert!(second.size > first.size && second.root != first.root);
        // Full tiles and partial ones of earlier sizes stay as they were published.
        let now = files(&w.house.log_dir());
        for (name, bytes) in log.iter().filter(|(name, _)| name != "checkpoint") {
            assert_eq!(now.iter().find(|f| f.0 == *name).map(|f| &f.1), Some(bytes), "{name}");
        }
    });
}
