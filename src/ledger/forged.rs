//! Bundles that somebody changed, also with the log's key in hand, and what the verifier says of each. Deliberately absent: what `verify.py` says
//! (`bundle`), and real records (the stories).
use super::note::Verifier;
use super::report::{Broken, Report};
use super::verify::check;
use crate::ledger::sample::{Files, bundle, reseal, vkey};

fn verdict(files: &Files) -> Result<Report, Broken> {
    check(files, &Verifier::parse(&vkey()).unwrap())
}

fn edit(files: &mut Files, name: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[name].clone()).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
}

/// A small generator, so that a failure repeats (Knuth's MMIX constants).
fn random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

#[test]
fn every_range_of_a_log_verifies() {
    for (size, first, end) in [
        (0, 0, 0),
        (1, 0, 1),
        (1, 0, 0),
        (1, 1, 1),
        (7, 3, 4),
        (300, 0, 300),
        (300, 255, 257),
        (300, 299, 300),
        (1000, 321, 640),
    ] {
        let report = verdict(&bundle(size, first, end)).unwrap();
        assert_eq!((report.size, report.first, report.leaves), (size, first, end - first));
        assert_eq!(report.opened + report.erased, report.leaves);
        assert_eq!(report.erased, (first..end).filter(|i| i % 5 == 0).count() as u64);
    }
}

#[test]
fn ten_thousand_changes_of_one_byte_are_all_detected() {
    change_bytes(10_000, 1);
}

#[test]
#[ignore = "a minute; run with tests/run --faults"]
fn a_hundred_thousand_changes_of_one_byte_are_all_detected() {
    change_bytes(100_000, 2);
}

fn change_bytes(rounds: usize, seed: u64) {
    let whole = bundle(300, 120, 160);
    let names: Vec<&String> = whole.keys().collect();
    let (mut state, mut files) = (seed, whole.clone());
    for round in 0..rounds {
        let name = names[round % names.len()];
        let (at, flip) = (random(&mut state) % whole[name].len(), random(&mut state) % 255 + 1);
        files.get_mut(name).unwrap()[at] ^= flip as u8;
        let broken = verdict(&files).expect_err("a changed byte passed");
        let named = broken.file == *name || (name == "manifest.json" && broken.file == "manifest.sig");
        assert!(named, "byte {at} of {name} was blamed on {broken}");
        if ["leaves.jsonl", "records.jsonl", "records.csv"].contains(&name.as_str()) {
            let line = 1 + whole[name][..at].iter().filter(|b| **b == b'\n').count() as u64;
            assert_eq!(broken.line, Some(line), "byte {at} of {name} was blamed on {broken}");
        }
        files.get_mut(name).unwrap()[at] ^= flip as u8;
    }
    assert!(verdict(&files).is_ok());
}

#[test]
fn a_byte_added_or_cut_off_anywhere_is_detected() {
    let whole = bundle(40, 10, 20);
    for name in whole.keys() {
        let mut files = whole.clone();
        files.get_mut(name).unwrap().push(b'\n');
        assert!(verdict(&files).is_err(), "{name} longer");
        files.get_mut(name).unwrap().truncate(whole[name].len() - 1);
        assert!(verdict(&files).is_err(), "{name} shorter");
        files.remove(name);
        assert_eq!(verdict(&files).unwrap_err(), Broken::file(name, "is missing"));
    }
    let mut files = whole;
    files.insert("notes.txt".to_owned(), Vec::new());
    assert_eq!(verdict(&files).unwrap_err().to_string(), "`notes.txt` does not belong to the bundle");
}

#[test]
fn an_insider_who_signs_anew_is_still_caught_at_the_line() {
    let whole = bundle(300, 120, 160);
    let wrong = |name: &str, from: &str, to: &str| {
        let mut files = whole.clone();
        edit(&mut files, name, from, to);
        reseal(&mut files, |_| {});
        let broken = verdict(&files).unwrap_err();
        (broken.file, broken.line)
    };
    let at = |file: &str, line| (file.to_owned(), line);
    assert_eq!(wrong("records.jsonl", "\"seq\":123", "\"seq\":124"), at("records.jsonl", Some(4)));
    assert_eq!(wrong("records.jsonl", "{\"index\":121,", "{\"index\":122,"), at("records.jsonl", Some(2)));
    assert_eq!(
        wrong("records.jsonl", "true,\"index\":125", "null,\"index\":125"),
        at("records.jsonl", Some(6))
    );
    assert_eq!(wrong("records.csv", "permitted", "refused"), at("records.csv", Some(3)));
    assert_eq!(wrong("leaves.jsonl", "\"v\":1", "\"v\":2"), at("leaves.jsonl", Some(1)));
    assert_eq!(wrong("leaves.jsonl", "\"hour\":", "\"hour\": "), at("leaves.jsonl", Some(1)));
    assert_eq!(wrong("proofs.json", "\"right\":[\"", "\"right\":[\"00"), at("proofs.json", None));
    assert_eq!(wrong("checkpoint", "\n300\n", "\n301\n"), at("checkpoint", None));
    assert_eq!(wrong("vkey", "ledger", "hedger"), at("vkey", None));
}

#[test]
fn an_insider_cannot_move_hide_or_recount_what_the_tree_holds() {
    let whole = bundle(300, 120, 160);
    // A leaf whose commitment stays, in both files that tell of it: only the root can know.
    let mut files = whole.clone();
    edit(&mut files, "leaves.jsonl", "\"consent\"", "\"request\"");
    edit(&mut files, "records.csv", "\"consent\"", "\"request\"");
    reseal(&mut files, |_| {});
    assert!(verdict(&files).unwrap_err().what.contains("do not lead to the root"));
    // The range shortened by its last line, and shifted.
    let shorter = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let cut = text.trim_end().rfind('\n').unwrap() + 1;
        text.as_bytes()[..cut].to_vec()
    };
    let mut files = whole.clone();
    for name in ["leaves.jsonl", "records.jsonl", "records.csv"] {
        files.insert(name.to_owned(), shorter(&whole[name]));
    }
    reseal(&mut files, |m| (m.count, m.opened) = (m.count - 1, m.opened - 1));
    assert!(verdict(&files).is_err());
    let mut files = whole.clone();
    reseal(&mut files, |m| m.first += 1);
    assert!(verdict(&files).is_err());
    // An opened record counted as erased.
    let mut files = whole.clone();
    reseal(&mut files, |m| (m.opened, m.erased) = (m.opened - 1, m.erased + 1));
    assert_eq!(verdict(&files).unwrap_err().file, "manifest.json");
    // Another log's key.
    let other = Verifier::new("ledger.operator.example/kr", [1; 32]).unwrap();
    assert_eq!(check(&whole, &other).unwrap_err().file, "manifest.sig");
}
