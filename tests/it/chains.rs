//! Promise 10 for one person and one recipient: "everything about me" and "everything to this recipient" have no gap, not even by the hand of
//! who holds the log's key. Deliberately absent: changed bytes (`audit`), each way to break a chain (`ledger`).
use super::support::door::Call;
use super::support::rows::texts;
use super::support::world::{ISSUER, Opening, keys};
use super::support::{ASSISTANT, MUNICH, Provider, R6, World, ZONE};
use dongui::crypt::document;
use dongui::crypt::hash::sha256;
use dongui::crypt::jose::JwkSet;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::crypt::sign::LogKey;
use dongui::domain::record::Ground;
use dongui::domain::time::{At, MINUTE_US, SECOND_US};
use dongui::ledger::bundle;
use dongui::ledger::manifest::{Manifest, Sum, sign};
use dongui::ledger::note::Signer;
use dongui::ledger::report::{Broken, Report};
use dongui::ledger::tally::Followed;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// Two people, two recipients, some answers; the bundle of all of it.
fn exported(w: &World, out: &Path) -> (At, Report) {
    let start = w.clock.now();
    let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
    let (assistant, other) = (w.provider("assistant"), w.provider("other"));
    for who in [&mina, &jan] {
        for by in [&assistant, &other] {
            who.allows(by, ASSISTANT, ZONE, R6);
        }
    }
    w.neighbours_are_at(MUNICH);
    for _ in 0..3 {
        for who in [&mina, &jan] {
            who.is_at(MUNICH);
        }
        for who in [&mina, &jan] {
            assert!(assistant.asks(who).tells() && other.asks(who).tells());
        }
        w.broker().sequence().unwrap();
        w.restart(Opening::default());
        w.clock.advance(MINUTE_US);
    }
    mina.withdraws();
    w.clock.advance(MINUTE_US);
    (start, w.exports(start, w.clock.now(), out).unwrap())
}

fn lines(out: &Path, name: &str) -> Vec<String> {
    std::fs::read_to_string(out.join(name)).unwrap().split_inclusive('\n').map(str::to_owned).collect()
}

/// Sums and signs a bundle anew, as an insider with the log's key would.
pub fn reseal(out: &Path, change: impl FnOnce(&mut Manifest)) {
    let mut manifest = Manifest::parse(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
    for (name, sum) in &mut manifest.files {
        let bytes = std::fs::read(out.join(name)).unwrap();
        *sum = Sum::new(bytes.len() as u64, &sha256(&[&bytes]));
    }
    change(&mut manifest);
    let (bytes, key) = (manifest.bytes(), LogKey::of(&Keyring::parse(keys()).unwrap()).unwrap());
    let note = sign(&bytes, &Signer::new(&manifest.origin, &key).unwrap()).unwrap();
    std::fs::write(out.join("manifest.json"), bytes).unwrap();
    std::fs::write(out.join("manifest.sig"), note).unwrap();
}

/// What both verifiers say; they agree.
fn verdict(w: &World, out: &Path) -> Result<Followed, Broken> {
    let vkey = w.broker().log_verifier().unwrap().vkey();
    let ours = bundle::verify(out, &vkey);
    let python = Command::new("python3")
        .arg("-I")
        .arg(out.join("verify.py"))
        .arg(out)
        .args(["--key", &vkey])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[python.stdout, python.stderr].concat()).into_owned();
    match &ours {
        Ok(report) => {
            assert!(python.status.success(), "{said}");
            assert_eq!(said.contains("are counted and erased"), report.followed.missing > 0, "{said}");
        }
        Err(broken) => assert!(said.contains(&broken.to_string()), "{said} instead of {broken}"),
    }
    ours.map(|report| report.followed)
}

#[test]
fn everything_about_a_subscriber_and_with_a_recipient_is_numbered_without_a_gap() {
    World::each(|w| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        let (_, report) = exported(w, &out);
        assert_eq!(verdict(w, &out), Ok(report.followed));
        assert_eq!(report.followed.missing, 0);
        let records: Vec<Value> =
            lines(&out, "records.jsonl").iter().map(|l| serde_json::from_str(l).unwrap()).collect();
        let mut whole = 0;
        for (owner, chain) in [("subscriber", "subscriber"), ("recipient", "recipient")] {
            let ids: std::collections::BTreeSet<String> =
                records.iter().filter_map(|r| Some(r["record"][owner].as_str()?.to_owned())).collect();
            for id in ids {
                let mine = records.iter().filter(|r| r["record"][owner] == id.as_str());
                let numbers: Vec<u64> =
                    mine.map(|r| r["ordinals"][chain]["number"].as_u64().unwrap()).collect();
                assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{owner} {id}: {numbers:?}");
                whole += usize::from(numbers[0] == 1 && numbers.len() > 4);
            }
        }
        assert_eq!(whole, 4, "two subscribers and two recipients, from their first entry on");
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}

#[test]
fn an_entry_dropped_from_an_export_is_counted_and_hiding_that_is_refused() {
    World::each(|w| {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        exported(w, &out);
        let records = lines(&out, "records.jsonl");
        let parsed: Vec<Value> = records.iter().map(|l| serde_json::from_str(l).unwrap()).collect();
        // An answer from the middle, and the next entry about the same subscriber.
        let about = |n: usize| parsed[n]["record"]["subscriber"].as_str();
        let answers = |n: &usize| parsed[*n]["record"]["event"]["kind"] == "request";
        let gone = (0..records.len()).filter(answers).nth(3).unwrap();
        let next = (gone + 1..records.len()).find(|n| about(*n) == about(gone)).unwrap();
        let mut erased = records.clone();
        erased[gone] = format!("{{\"erased\":true,\"index\":{}}}\n", parsed[gone]["index"]);
        let mut table = lines(&out, "records.csv");
        let row = table[gone + 1].clone();
        table[gone + 1] = format!("{}\"erased\",\"\"\r\n", row.split_once("\"opened\"").unwrap().0);
        std::fs::write(out.join("records.jsonl"), erased.concat()).unwrap();
        std::fs::write(out.join("records.csv"), table.concat()).unwrap();
        reseal(&out, |m| (m.opened, m.erased) = (m.opened - 1, m.erased + 1));
        assert_eq!(verdict(w, &out).unwrap().missing, 1, "it verifies, and says that one is missing");
        // The next entry is given its number, so that nothing seems to be missing.
        let ordinal = |n: usize| parsed[n]["ordinals"]["subscriber"].to_string();
        erased[next] = erased[next].replace(&ordinal(next), &ordinal(gone));
        std::fs::write(out.join("records.jsonl"), erased.concat()).unwrap();
        reseal(&out, |_| {});
        let broken = verdict(w, &out).unwrap_err();
        assert_eq!(broken.file, "records.jsonl", "{broken}");
        // Or has no number at all.
        let all = parsed[next]["ordinals"].to_string();
        erased[next] = records[next].replace(&format!("\"ordinals\":{all},"), "");
        std::fs::write(out.join("records.jsonl"), erased.concat()).unwrap();
        reseal(&out, |_| {});
        assert_eq!(verdict(w, &out).unwrap_err().file, "records.jsonl");
    });
}

#[test]
fn no_request_waits_for_a_place_and_an_erased_record_keeps_its_recipient_s_count() {
    World::each(|w| {
        let dir = tempfile::tempdir().unwrap();
        let first = dir.path().join("first");
        let (start, _) = exported(w, &first);
        let (mina, assistant) = (w.subscriber("ana"), w.provider("third"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.is_at(MUNICH);
        let count = |what: &str| {
            texts(&w.house.url, &format!("SELECT CAST(count(*) AS TEXT) AS value FROM {what}")).remove(0)
        };
        let before = count("ordinals");
        (0..5).for_each(|_| assert!(assistant.asks(&mina).tells()));
        assert_eq!(count("ordinals"), before, "given by the sequencer alone");
        w.broker().sequence().unwrap();
        w.broker().erase(mina.id, Ground::Subscriber).unwrap();
        assert!(assistant.asks(&mina).tells());
        w.clock.advance(MINUTE_US);
        let out = dir.path().join("second");
        let report = w.exports(start, w.clock.now(), &out).unwrap();
        assert!(report.erased >= 3 && report.followed.missing >= 1, "{report:?}");
        assert_eq!(verdict(w, &out), Ok(report.followed));
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
        // Nothing happened, nothing is added.
        let size = w.broker().sequence().unwrap().size;
        assert_eq!(w.broker().sequence().unwrap().size, size);
    });
}

#[test]
fn a_recipient_sees_by_signed_numbers_that_its_entries_are_whole_and_nobody_elses() {
    World::each(|w| {
        let (mina, assistant, other) = (w.subscriber("mina"), w.provider("assistant"), w.provider("other"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let published = JwkSet::parse(&w.http().get("/oauth/jwks/receipts").text()).unwrap();
        let asks = || {
            // Entries of one millisecond are numbered in any order.
            w.clock.advance(SECOND_US);
            let receipt = assistant.asks(&mina).disclosed().receipt.clone();
            let verified =
                published.keys.iter().find_map(|k| DisclosureReceipt::verify(&receipt, k, ISSUER).ok());
            verified.unwrap().jti.to_string()
        };
        let entries = [asks(), asks(), asks()];
        let sees = |who: &Provider<'_>, entry: &str| {
            w.http().send(&Call::new("GET", &format!("/v1/receipts/{entry}")).by(&who.client))
        };
        w.broker().sequence().unwrap();
        let numbers: Vec<Value> = entries.iter().map(|entry| sees(&assistant, entry).json()).collect();
        // Held against the leaves, which anybody may read: each number counts those that name the recipient.
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        w.exports(At(0), w.clock.now().plus(SECOND_US), &out).unwrap();
        let with: Vec<u64> = (0..)
            .zip(lines(&out, "leaves.jsonl"))
            .filter(|(_, leaf)| leaf.contains(&assistant.id.to_string()))
            .map(|(index, _)| index)
            .collect();
        for told in &numbers {
            let number = told["number"].as_u64().unwrap() as usize;
            assert_eq!(told["index"], with[number - 1], "{told}");
            assert_eq!(told["before"].as_u64(), number.checked_sub(2).map(|n| with[n]));
            assert_eq!(told["of"], with.len());
        }
        let key = LogKey::of(&Keyring::parse(keys()).unwrap()).unwrap();
        let signed = numbers[1]["signed"].as_str().unwrap();
        let signed = document::verify(document::COUNTER, signed, &key.public()).unwrap();
        assert_eq!((&signed["number"], &signed["recipient"]), (&numbers[1]["number"], &json!(assistant.id)));
        // Another's is as one that there is not, to the byte.
        let none = sees(&other, "ent_00000000000000000000000000000000");
        let theirs = sees(&other, &entries[0]);
        assert_eq!((theirs.status, theirs.text()), (404, none.text()));
    });
}
