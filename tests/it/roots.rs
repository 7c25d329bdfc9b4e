//! The root that everything is sealed under is changed while everything goes on, and then the old one is gone: in every copy, too. Deliberately absent:
//! the keys that sign (`rotation`).
use super::support::site::{Site, each_engine};
use super::support::world::{Opening, keys};
use super::support::{ASSISTANT, MUNICH, Over, R6, World, ZONE};
use dongui::ambient::SystemRng;
use dongui::broker::authenticate::Caller;
use dongui::broker::rewrap::Rewrapped;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::record::RecordSeal;
use dongui::domain::record::Ground;
use dongui::store::entries;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn parsed(text: &str) -> Keyring {
    Keyring::parse(text).unwrap()
}

#[test]
fn a_new_root_takes_over_under_requests_and_what_the_old_one_sealed_opens_nowhere_afterwards() {
    World::each(|w| {
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        for who in [&mina, &jan] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        jan.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        w.broker().renew_webhook_secret(&Caller::console(), assistant.id).unwrap();
        let request = w.broker().requests(mina.id, None, 0, 1).unwrap().records[0].0;
        let copied = w.store().read("story", |tx| entries::of(tx, mina.id, request)).unwrap().unwrap();
        w.broker().erase(mina.id, Ground::Subscriber).unwrap();

        let rotated = parsed(keys()).rotate(&SystemRng::new());
        let before = w.broker();
        w.restart(Opening { keys: &rotated, ..Opening::default() });
        assert_eq!(before.rewrap(&mut |_| {}).unwrap().renewed, 0, "who has one root has nothing to do");
        let found = w.broker().under_older_roots(&mut |_| {}).unwrap();
        assert!(found.renewed > 150 && found.broken == 0, "{found:?}");
        let (done, token) = (AtomicBool::new(false), assistant.client.token());
        let request_of_jan = assistant.request(&jan, ASSISTANT, &[ZONE]);
        let rewrapped = std::thread::scope(|s| {
            let asking = s.spawn(|| {
                let mut asked = 0;
                while !done.load(Ordering::Relaxed) || asked == 0 {
                    assert!(assistant.asks_with(&token, &request_of_jan).tells());
                    asked += 1;
                }
            });
            let over = Over(&done);
            let rewrapped = w.broker().rewrap(&mut |_| {}).unwrap();
            drop(over);
            asking.join().unwrap();
            rewrapped
        });
        assert!(rewrapped.renewed > 150 && rewrapped.broken == 0, "{rewrapped:?}");
        let left = w.broker().under_older_roots(&mut |_| {}).unwrap();
        assert_eq!((left.renewed, left.broken), (0, 0));
        assert_eq!(w.broker().rewrap(&mut |_| {}).unwrap(), Rewrapped { renewed: 0, ..left });

        // A server that was not restarted cannot open what proves jan's consents. It erases none of it.
        w.broker().sequence().unwrap();
        let rows = |w: &World| -> Vec<_> {
            w.dump().into_iter().filter(|(table, _)| table.starts_with("record")).collect()
        };
        let there = rows(w);
        assert!(before.erase(jan.id, Ground::Subscriber).is_err());
        assert!(!there.is_empty() && rows(w) == there);

        let alone = parsed(&rotated).without_older(&SystemRng::new()).unwrap();
        assert_eq!(parsed(&alone).roots(), 1);
        w.restart(Opening { keys: &alone, ..Opening::default() });
        assert!(assistant.asks(&jan).tells(), "names, index, profiles and keys are as they were");
        assert!(!w.broker().requests(jan.id, None, 0, 10).unwrap().records.is_empty());
        assert!(w.broker().known(jan.id, "en").unwrap().is_some());
        w.broker().sequence().unwrap();
        let found = w.broker().inspect(&mut |_, _| {}).unwrap();
        assert!(found.is_sound(), "{found:?}");

        // The backup holds the record and the key that sealed it; the root that sealed the key is gone.
        let open = |text: &str| {
            let seal = RecordSeal::new(Arc::new(parsed(text)), Arc::new(SystemRng::new()));
            seal.open(&request.0, copied.key(), &copied.sealed).is_ok()
        };
        assert!(open(keys()) && open(&rotated), "while the root is there, a backup opens");
        assert!(!open(&alone));
    });
}

#[test]
fn the_commands_refuse_to_drop_a_root_that_still_seals_something() {
    each_engine(|house| {
        let site = Site::new(house, 3);
        let run = |arguments: &[&str]| {
            let out = site.dongui(&site.house).args(arguments).output().unwrap();
            let said = [out.stdout, out.stderr].concat();
            (out.status.success(), String::from_utf8_lossy(&said).into_owned())
        };
        let (done, said) = run(&["keys", "drop-roots", "--servers-restarted"]);
        assert!(!done && said.contains("one root only"), "{said}");
        assert!(run(&["keys", "rotate"]).0);
        let (done, said) = run(&["keys", "drop-roots"]);
        assert!(!done && said.contains("restart every server"), "{said}");
        let (done, said) = run(&["keys", "drop-roots", "--servers-restarted"]);
        assert!(!done && said.contains("run `dongui keys rewrap`"), "{said}");
        let (done, said) = run(&["keys", "rewrap"]);
        assert!(!done && said.contains("restart every server"), "{said}");
        let (done, said) = run(&["keys", "rewrap", "--servers-restarted"]);
        assert!(done && said.contains("are sealed anew"), "{said}");
        let (done, said) = run(&["keys", "drop-roots", "--servers-restarted"]);
        assert!(done, "{said}");
        let (sound, said) = run(&["audit", "fsck"]);
        assert!(sound, "{said}");
        let (erased, said) = run(&["erase", "--subscriber", &site.people[0].0]);
        assert!(erased && said.contains("would go for good"), "{said}");
        let (erased, said) = run(&["erase", "--subscriber", &site.people[0].0, "--yes"]);
        assert!(erased && said.contains("are erased"), "{said}");
        let (erased, said) = run(&["erase", "--subscriber", "+4915199999999", "--yes"]);
        assert!(!erased && !said.contains("4915199999999"), "{said}");
    });
}
