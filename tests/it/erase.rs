//! Promise 10 for one person: what was recorded about him can be erased, and history still verifies. Deliberately absent: what is known of his life
//! (`screens::kept`), records that vanish silently (`fsck`).
use super::audit::python;
use super::disclose::opened_by;
use super::screens::visitor::{Visitor, bare, forms};
use super::support::house::copy_files;
use super::support::rows::{files, texts};
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::outside::Outside;
use dongui::domain::purge::Asked;
use dongui::domain::record::{Event, Ground};
use dongui::domain::time::MINUTE_US;
use dongui::ledger::bundle;
use dongui::store::{entries, record_keys};
use std::sync::mpsc::channel;
use std::time::Duration;

fn column(w: &World, sql: &str) -> Vec<Vec<u8>> {
    let hex = if w.house.is_postgres() { "encode(sealed, 'hex')" } else { "lower(hex(sealed))" };
    let rows = texts(&w.house.url, &format!("SELECT {hex} AS value FROM {sql}"));
    rows.iter().map(|row| dongui::crypt::hex::decode(row).unwrap()).collect()
}

#[test]
fn what_was_recorded_about_somebody_goes_for_good_and_every_proof_stays() {
    World::each(|w| {
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        let start = w.clock.now();
        for who in [&mina, &jan] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        jan.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells() && assistant.asks(&jan).tells());
        w.broker().sequence().unwrap();
        let request = w.broker().requests(mina.id, None, 0, 1).unwrap().records[0].0;
        let proof = w.broker().inclusion(request).unwrap();
        let jans = jan.records();
        let (keys, sealed) = (column(w, "record_keys"), column(w, "records WHERE subscriber_id IS NOT NULL"));
        let old = w.store().read("story", |tx| entries::of(tx, mina.id, request)).unwrap().unwrap();
        assert!(opened_by(&old, request).is_some());

        let erased = w.broker().erase(mina.id, Ground::Subscriber).unwrap();
        assert!(erased.records >= 2 && erased.kept >= 1 && erased.cleared, "{erased:?}");
        assert_eq!(mina.timeline(), [], "nobody tells who asked for what");
        assert_eq!(mina.records().len(), 1, "what proves his consent stays, and opens");
        assert!(matches!(mina.records()[0].event, Event::Consent { .. }));
        assert_eq!(jan.records(), jans, "somebody else's are untouched");

        // A copy of before opens no more, with all that the house holds now.
        let now = w.store().read("story", |tx| entries::about(tx, mina.id, 0, 1)).unwrap();
        let copied = dongui::store::record_keys::SealedRecord { key: now[0].1.key.clone(), ..old };
        assert_eq!(opened_by(&copied, request), None);
        let (still, there) = (column(w, "record_keys"), column(w, "records"));
        let gone: Vec<_> = keys.iter().filter(|k| !still.contains(k)).collect();
        let lost: Vec<_> = sealed.iter().filter(|r| !there.contains(r)).collect();
        assert_eq!((gone.len(), lost.len() as u64), (1, erased.records + 1), "what stays is sealed anew");
        if !w.house.is_postgres() {
            let path = w.house.url.trim_start_matches("sqlite:").to_owned();
            let beside = files(std::path::Path::new(&path).parent().unwrap());
            assert!(
                beside.iter().any(|(name, _)| path.ends_with(name.as_str())),
                "the database is looked at"
            );
            for (name, bytes) in beside {
                for canary in gone.iter().chain(&lost) {
                    let found = memchr::memmem::find(&bytes, canary).is_some();
                    assert!(!found, "{name} still holds what was erased");
                }
            }
        }

        // The receipt of before still proves its leaf, the log says what was erased, and the chain goes on behind the hole.
        assert_eq!(w.broker().inclusion(request).unwrap().0, proof.0);
        assert!(assistant.asks(&mina).tells());
        w.broker().sequence().unwrap();
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
        w.clock.advance(MINUTE_US);
        let (dir, vkey) = (tempfile::tempdir().unwrap(), w.broker().log_verifier().unwrap().vkey());
        let out = dir.path().join("bundle");
        let report = w.exports(start, w.clock.now(), &out).unwrap();
        assert_eq!(bundle::verify(&out, &vkey).unwrap(), report);
        assert!(report.erased >= erased.records - 1 && report.followed.missing > 0, "{report:?}");
        assert_eq!(python(&out, &vkey).0, Some(0));
        let exported = std::fs::read_to_string(out.join("records.jsonl")).unwrap();
        assert!(exported.contains("\"kind\":\"erasure\"") && exported.contains("\"ground\":\"subscriber\""));
    });
}

#[test]
fn nobody_who_says_no_waits_for_whoever_still_reads_what_is_erased() {
    World::each(|w| {
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        for who in [&mina, &jan] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
        }
        let ((looks, looking), (says, said)) = (channel(), channel());
        let erased = std::thread::scope(|s| {
            let reads = s.spawn(move || {
                let read = w.store().read("story", |tx| {
                    record_keys::count(tx, mina.id)?;
                    looks.send(()).unwrap();
                    Ok(said.recv_timeout(Duration::from_secs(8)).is_ok())
                });
                read.unwrap()
            });
            looking.recv().unwrap();
            let before = column(w, "record_keys");
            let erasing = s.spawn(|| w.broker().erase(mina.id, Ground::Subscriber).unwrap());
            while column(w, "record_keys") == before {}
            for _ in 0..20 {
                jan.pauses();
                jan.resumes();
            }
            jan.withdraws();
            says.send(()).unwrap();
            assert!(reads.join().unwrap(), "a withdrawal waited for a reader");
            erasing.join().unwrap()
        });
        assert!(erased.cleared, "{erased:?}");
    });
}

#[test]
fn requests_and_erasures_of_the_same_person_at_once_leave_a_log_in_which_every_record_opens() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let token = assistant.client.token();
        std::thread::scope(|s| {
            for _ in 0..3 {
                s.spawn(|| {
                    let request = assistant.request(&mina, ASSISTANT, &[ZONE]);
                    (0..20).for_each(|_| assert!(assistant.asks_with(&token, &request).tells()));
                });
            }
            s.spawn(|| {
                for _ in 0..10 {
                    w.broker().erase(mina.id, Ground::Subscriber).unwrap();
                    w.broker().sequence().unwrap();
                }
            });
        });
        w.broker().sequence().unwrap();
        let found = w.broker().inspect(&mut |_, _| {}).unwrap();
        assert!(found.is_sound(), "{found:?}");
        w.broker().erase(mina.id, Ground::Operator).unwrap();
        assert_eq!(mina.timeline(), []);
        assert_eq!(mina.records().len(), 1, "and his consent is still proven");
    });
}

#[test]
fn who_ticks_it_on_his_page_erases_the_list_and_learns_before_what_stays_and_why() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let mut visitor = Visitor::enters(w, &mina);
        let page = visitor.sees("/me/data/erase");
        let said = bare(&page);
        assert!(said.contains("stays for 4 years") && said.contains("GDPR Art. 7(1)"), "{said}");
        let form = forms(&page).into_iter().find(|f| f.action == "/me/data/erase").unwrap();
        assert_eq!(visitor.sends(&form.with("records", "all"), ("act", "erase"), &[]).status, 400);
        assert_eq!(visitor.sends(&form, ("act", "erase"), &[]).status, 303);
        assert_eq!(mina.timeline().len(), 1, "nobody ticked anything");
        let page = visitor.sees("/me/data/erase");
        let form = forms(&page).into_iter().find(|f| f.action == "/me/data/erase").unwrap();
        assert_eq!(visitor.sends(&form, ("act", "erase"), &[("records", "yes")]).status, 303);
        assert_eq!(mina.timeline(), []);
    });
}

/// Erased after a copy was made, and then the copy is brought back: `with_log` says whether the log directory comes back with it.
fn comes_back(w: &World, outside: Option<&Outside>, with_log: bool) {
    let opening = || Opening { outside: outside.cloned().unwrap_or_default(), ..Opening::default() };
    w.restart(opening());
    w.broker().sequence().unwrap();
    let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
    w.neighbours_are_at(MUNICH);
    for who in [&mina, &jan] {
        who.allows(&assistant, ASSISTANT, ZONE, R6);
        who.is_at(MUNICH);
        assert!(assistant.asks(who).tells());
    }
    w.broker().sequence().unwrap();
    let log = tempfile::tempdir().unwrap();
    copy_files(&w.house.log_dir(), log.path());
    let keys = column(w, "record_keys");
    w.backs_up();
    let erased = w.broker().erase(mina.id, Ground::Subscriber).unwrap();
    w.broker().sequence().unwrap();
    let jans = jan.records();
    if with_log {
        std::fs::remove_dir_all(w.house.log_dir()).unwrap();
        copy_files(log.path(), &w.house.log_dir());
    }
    w.is_set_back();
    assert!(mina.records().len() as u64 > erased.kept, "the copy has them still: that is the attack");
    w.restart(opening());
    assert!(w.broker().sequence().is_err(), "it is behind, and tells nobody anything");
    assert_eq!(mina.records().len() as u64, erased.kept, "what was erased is erased again");
    assert_eq!(jan.records(), jans);
    let gone = keys.iter().filter(|key| !column(w, "record_keys").contains(key)).count();
    assert_eq!(gone, 1, "his key has gone once more, and nobody else's");
    // The copy goes on with a log of its own, which says that it was done.
    std::fs::remove_dir_all(w.house.log_dir()).unwrap();
    w.restart(Opening { seed: 9, ..Opening::default() });
    w.broker().sequence().unwrap();
    assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
}

#[test]
fn a_database_that_is_brought_back_from_before_an_erasure_is_rid_of_it_before_anything_else() {
    World::each(|w| comes_back(w, None, false));
}

#[test]
fn nor_does_what_was_erased_come_back_with_the_log_of_before_where_the_anchor_remembers() {
    World::each(|w| {
        let disk = tempfile::tempdir().unwrap();
        let anchor = disk.path().join("anchor");
        std::fs::write(&anchor, "").unwrap();
        comes_back(w, Some(&Outside { anchor: Some(anchor), witnesses: None }), true);
    });
}

#[test]
fn recipients_are_asked_to_delete_what_they_hold_of_whoever_erases_once_and_his_consents_stand() {
    World::each(|w| {
        let (mina, assistant, deaf) = (w.subscriber("mina"), w.provider("assistant"), w.provider("deaf"));
        w.narrows(&assistant, |r| {
            r.webhook = dongui::domain::webhook::WebhookUrl::parse("http://127.0.0.1:9/");
        });
        for who in [&assistant, &deaf] {
            mina.allows(who, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells() && deaf.asks(&mina).tells());
        let open = || w.broker().purges(&Caller::console(), Asked::Open).unwrap();
        assert!(open().is_empty());
        w.clock.advance(1000);
        w.broker().erase(mina.id, Ground::Subscriber).unwrap();
        let asked = open();
        let [one] = &asked[..] else { panic!("{asked:?}") };
        assert_eq!((one.recipient, one.category, one.since), (assistant.id, ZONE, w.clock.now()));
        let told = texts(
            &w.house.url,
            "SELECT document AS value FROM outbox WHERE document LIKE '%purge_requested%'",
        );
        assert!(told.len() == 1 && told[0].contains(&one.id.to_string()), "{told:?}");
        w.clock.advance(1000);
        w.broker().erase(mina.id, Ground::Operator).unwrap();
        assert_eq!(open(), asked, "one that nobody answered is not asked again");
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells(), "his consents stand");
    });
}
