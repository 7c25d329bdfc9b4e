//! Promise 4 and 10 with others who remember: a log cannot have two histories before a witness, and a database that was set back with
//! everything beside it discloses nothing. Deliberately absent: each rule of the protocol (`ledger`).
use super::halt::{halted, told};
use super::support::door::Call;
use super::support::house::copy_files;
use super::support::watcher::{Watcher, outside, policy};
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::broker::outside::Outside;
use dongui::crypt::hash::sha256;
use dongui::crypt::hex;
use dongui::crypt::sign::LogKey;
use dongui::domain::time::{DAY_US, MINUTE_US};
use dongui::ledger::checkpoint::Checkpoint;
use dongui::ledger::grow::append;
use dongui::ledger::note::Signer;
use dongui::ledger::proof::consistency;
use dongui::ledger::quorum::{self, TrustPolicy};
use dongui::ledger::tile::Tiles;
use dongui::ledger::witness::Asked;
use std::collections::BTreeMap;
use std::process::Command;

fn remembered(w: &World, outside: &Outside) {
    w.restart(Opening { outside: outside.clone(), ..Opening::default() });
}

#[test]
fn a_checkpoint_goes_out_with_the_cosignatures_of_enough_witnesses_and_a_bundle_verifies_by_the_policy() {
    World::each(|w| {
        let vkey = w.broker().log_verifier().unwrap().vkey();
        let mut watchers =
            ["witness.regulator.example/w1", "witness.sister.example/w1"].map(|n| Watcher::start(n, &vkey));
        let text = policy(&w.broker(), "all", &[&watchers[0], &watchers[1]]);
        let policy = TrustPolicy::parse(&text).unwrap();
        remembered(w, &outside(&text));
        let start = w.clock.now();
        let published = w.broker().sequence().unwrap();
        let round = w.broker().ask_witnesses().unwrap().unwrap();
        assert!(round.enough && round.by.len() == 2 && round.size == published.size, "{round:?}");
        assert_eq!(w.broker().ask_witnesses().unwrap(), None, "asked once a checkpoint");
        told(w);
        w.clock.advance(MINUTE_US);
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("bundle");
        w.exports(start, w.clock.now(), &out).unwrap();
        let note = String::from_utf8(w.broker().published_file("checkpoint").unwrap()).unwrap();
        assert!(policy.open(&note).unwrap().size > published.size);
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
        // With the command's own verifier and with Python's, by the same file.
        let file = dir.path().join("policy");
        std::fs::write(&file, &text).unwrap();
        let python = || {
            let run = Command::new("python3")
                .arg("-I")
                .arg(out.join("verify.py"))
                .arg(&out)
                .arg("--policy")
                .arg(&file)
                .output()
                .unwrap();
            (run.status.code(), String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned())
        };
        assert!(quorum::verify(&out, &policy).is_ok());
        assert_eq!(python().0, Some(0), "{}", python().1);
        // A policy of a witness that did not see it.
        let stranger = Watcher::start("witness.stranger.example/w1", &vkey);
        let more = super::support::watcher::policy(&w.broker(), "all", &[&watchers[0], &stranger]);
        assert_eq!(quorum::verify(&out, &TrustPolicy::parse(&more).unwrap()).unwrap_err().file, "checkpoint");
        std::fs::write(&file, more).unwrap();
        assert!(python().0 == Some(1) && python().1.contains("quorum"), "{}", python().1);
        // One witness is away: life goes on, the served checkpoint is the last that enough cosigned, and what is newer is proven by the log alone.
        watchers[1].dies();
        let (mina, assistant) = (w.subscriber("jan"), w.provider("other"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let newest = w.broker().sequence().unwrap();
        let round = w.broker().ask_witnesses().unwrap().unwrap();
        assert!(!round.enough && round.by.len() == 1 && round.not.len() == 1, "{round:?}");
        assert_eq!(w.broker().published_file("checkpoint").unwrap(), note.as_bytes());
        watchers[1].wakes();
        assert!(w.broker().ask_witnesses().unwrap().unwrap().enough);
        let served = String::from_utf8(w.broker().published_file("checkpoint").unwrap()).unwrap();
        assert_eq!(policy.open(&served).unwrap().size, newest.size);
    });
}

/// A log of the broker's key whose entries differ by `branch` from the `fork`th on.
struct Log(LogKey);

impl Log {
    fn asked(&self, old: u64, size: u64, fork: u64, branch: u8) -> String {
        let entry = |i: u64| {
            [&i.to_be_bytes()[..], if i < fork { &[] } else { std::slice::from_ref(&branch) }].concat()
        };
        let growth = append(&BTreeMap::new(), 0, &(0..size).map(entry).collect::<Vec<_>>()).unwrap();
        let files: BTreeMap<_, _> = growth.writes.into_iter().collect();
        let head = Checkpoint { origin: "log.operator.example/log".to_owned(), size, root: growth.root };
        let proof = consistency(&Tiles::new(&files, size), old.min(size), size).unwrap();
        let note = head.sign(&Signer::new("log.operator.example/log", &self.0).unwrap()).unwrap();
        Asked { old, proof, note }.text()
    }
}

#[test]
fn a_witness_refuses_a_fork_a_tree_that_shrank_and_an_old_checkpoint_also_after_it_was_killed() {
    let log = Log(LogKey::from_seed(&[8; 32]).unwrap());
    let vkey = Signer::new("log.operator.example/log", &log.0).unwrap().verifier().vkey();
    let mut watcher = Watcher::start("witness.example/w1", &vkey);
    let key = dongui::ledger::cosign::Witness::parse(&watcher.vkey).unwrap();
    let hash = hex::encode(&sha256(&[b"log.operator.example/log"]));
    assert_eq!(watcher.get(&format!("/{hash}/checkpoint")).status, 404, "nothing yet");
    let note_of = |asked: &str| asked.split_once("\n\n").unwrap().1.to_owned();
    let first = log.asked(0, 300, 1000, 0);
    let line = watcher.is_asked(&first);
    assert_eq!(line.status, 200, "{}", line.text());
    assert!(key.cosigned(&(note_of(&first) + &line.text())).is_ok());
    let second = log.asked(300, 900, 1000, 0);
    assert_eq!(watcher.is_asked(&second).status, 200);
    for _ in 0..2 {
        for (what, asked, status) in [
            ("forked before what it saw", log.asked(900, 950, 200, 1), 422),
            ("forked at what it saw", log.asked(900, 900, 200, 1), 422),
            ("rolled back", log.asked(0, 300, 1000, 0), 409),
            ("rolled back and forked", log.asked(300, 500, 300, 2), 409),
            ("an old request again", first.clone(), 409),
            ("the newest request again", second.clone(), 409),
            ("a size that shrinks by its own word", log.asked(900, 300, 1000, 0), 400),
            ("another log's key", log.asked(900, 950, 1000, 0).replace("log.operator", "log.stranger"), 404),
            ("a changed root", log.asked(900, 950, 1000, 0).replace("\n950\n", "\n951\n"), 403),
            ("nothing", String::new(), 400),
        ] {
            let reply = watcher.is_asked(&asked);
            assert_eq!(reply.status, status, "{what}: {}", reply.text());
            if status == 409 {
                assert_eq!(
                    (reply.text().as_str(), reply.header("content-type")),
                    ("900\n", Some("text/x.tlog.size"))
                );
            }
        }
        // The same head once more is cosigned: nothing is new.
        assert_eq!(watcher.is_asked(&log.asked(900, 900, 1000, 0)).status, 200);
        watcher.dies();
        watcher.wakes();
    }
    let kept = watcher.get(&format!("/{hash}/checkpoint")).text();
    assert!(key.cosigned(&kept).is_ok() && kept.contains("\n900\n"), "{kept}");
    let evidence = watcher.evidence();
    assert!(
        evidence.len() == 2
            && evidence.iter().all(|e| e.contains(&vkey[..24]) && e.contains("last cosigned")),
        "{evidence:?}"
    );
    // Who damages what it kept does not make it begin anew.
    let file = watcher.dir.path().join(format!("witness/{hash}.checkpoint"));
    std::fs::write(&file, kept.replace("\n900\n", "\n90\n")).unwrap();
    assert_eq!(watcher.is_asked(&log.asked(0, 300, 200, 1)).status, 500);
    // A second one in the same directory would remember something else.
    let out = watcher.witness(&["--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
}

/// A backup of rows and log is put back after life went on and was seen outside.
fn set_back(w: &World, outside: &Outside) {
    remembered(w, outside);
    w.broker().sequence().unwrap();
    let (mina, assistant) = told(w);
    w.broker().sequence().unwrap();
    w.broker().ask_witnesses().unwrap();
    let log = tempfile::tempdir().unwrap();
    copy_files(&w.house.log_dir(), log.path());
    w.backs_up();
    assert!(mina.withdraws().entry.is_some());
    assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
    w.broker().sequence().unwrap();
    w.broker().ask_witnesses().unwrap();
    std::fs::remove_dir_all(w.house.log_dir()).unwrap();
    copy_files(log.path(), &w.house.log_dir());
    w.is_set_back();
    // Without anybody who remembers the withdrawal would be forgotten: that is the attack.
    assert!(w.broker().sequence().is_ok() && assistant.asks(&mina).tells());
    remembered(w, outside);
    let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
    assert!(halted(&assistant.asks_with(&token, &request).0), "not even before the first look");
    assert!(halted(&w.broker().sequence()));
    assert!(halted(&assistant.asks_with(&token, &request).0));
    assert!(halted(&w.broker().ready()));
    let door = w.http();
    assert_eq!(door.get("/readyz").status, 503);
    let asking = Call::new("POST", "/v1/context").json(&serde_json::to_value(&request).unwrap());
    assert_eq!(door.send(&asking.by(&assistant.client)).status, 503);
    // What is recorded meanwhile does not make up for what was lost, and a no is always taken.
    for _ in 0..30 {
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
    }
    assert!(mina.withdraws().entry.is_some());
    assert!(halted(&w.broker().sequence()));
    assert!(halted(&assistant.asks_with(&token, &request).0));
    // Nor where another process has numbered all of it: it is another history now, which is noticed before it is signed.
    let elsewhere = Opening { seed: 9, ..Opening::default() };
    std::fs::remove_dir_all(w.house.log_dir()).unwrap();
    assert!(w.another(elsewhere).sequence().is_ok());
    remembered(w, outside);
    assert!(halted(&w.broker().sequence()));
    assert!(halted(&assistant.asks_with(&token, &request).0));
    assert!(mina.withdraws().entry.is_none(), "it is withdrawn");
}

#[test]
fn a_database_that_was_set_back_with_its_log_is_noticed_by_the_anchor_and_a_withdrawal_does_not_come_back() {
    World::each(|w| {
        let disk = tempfile::tempdir().unwrap();
        let path = disk.path().join("anchor");
        let anchored = Outside { anchor: Some(path.clone()), witnesses: None };
        remembered(w, &anchored);
        assert!(halted(&w.broker().sequence()), "a disk that is not there is no reason to go on");
        std::fs::write(&path, "").unwrap();
        w.broker().sequence().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), w.broker().published_file("checkpoint").unwrap());
        set_back(w, &anchored);
        let note = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, note.replacen("context.", "another.", 1)).unwrap();
        remembered(w, &anchored);
        assert!(halted(&w.broker().sequence()), "nor an anchor of something else");
    });
}

#[test]
fn a_database_that_was_set_back_with_its_log_is_noticed_by_a_witness_and_a_withdrawal_does_not_come_back() {
    World::each(|w| {
        let vkey = w.broker().log_verifier().unwrap().vkey();
        let watcher = Watcher::start("witness.regulator.example/w1", &vkey);
        set_back(w, &outside(&policy(&w.broker(), "any", &[&watcher])));
    });
}

#[test]
fn without_a_word_of_any_witness_nothing_is_disclosed_at_the_start_and_one_that_goes_later_stops_nothing() {
    World::each(|w| {
        let vkey = w.broker().log_verifier().unwrap().vkey();
        let mut watcher = Watcher::start("witness.regulator.example/w1", &vkey);
        let asked = outside(&policy(&w.broker(), "any", &[&watcher]));
        remembered(w, &asked);
        w.broker().sequence().unwrap();
        let (mina, assistant) = told(w);
        w.broker().ask_witnesses().unwrap();
        watcher.dies();
        w.broker().sequence().unwrap();
        assert!(!w.broker().ask_witnesses().unwrap().unwrap().enough);
        assert!(assistant.asks(&mina).tells());
        remembered(w, &asked);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        assert!(halted(&w.broker().sequence()));
        assert!(halted(&assistant.asks_with(&token, &request).0));
        assert!(mina.withdraws().entry.is_some());
        watcher.wakes();
        w.broker().sequence().unwrap();
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, w.clock.now().plus(DAY_US));
        assert!(assistant.asks(&mina).tells());
    });
}

#[test]
fn a_witness_that_lies_stops_nothing() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        w.broker().sequence().unwrap();
        // It says that it has seen more, and shows what the log never signed.
        let thief = LogKey::from_seed(&[66; 32]).unwrap();
        let origin = w.broker().log_verifier().unwrap().name().to_owned();
        let forged = Checkpoint { origin: origin.clone(), size: 1 << 40, root: [1; 32] };
        let forged = forged.sign(&Signer::new(&origin, &thief).unwrap()).unwrap();
        let watcher = dongui::ledger::cosign::Cosigner::new("witness.example/liar", &thief).unwrap();
        let log = w.broker().log_verifier().unwrap().vkey();
        let text =
            format!("log {log}\nwitness w {} http://127.0.0.1:1\nquorum w\n", watcher.witness().vkey());
        let mut asked = outside(&text);
        asked.witnesses.as_mut().unwrap().ask = std::sync::Arc::new(move |_, body| {
            Ok(if body.is_some() {
                (409, b"1099511627776\n".to_vec())
            } else {
                (404, forged.as_bytes().to_vec())
            })
        });
        remembered(w, &asked);
        w.broker().sequence().unwrap();
        let round = w.broker().ask_witnesses().unwrap().unwrap();
        assert!(!round.enough && round.not.len() == 1, "{round:?}");
        assert!(assistant.asks(&mina).tells());
    });
}
