//! What holds an agency up and what shows what it did: no rule, no log, too many people; the reports, and the subscriber's page. Deliberately absent: letters (`told`).
use super::told::{Letterbox, tells};
use super::{agency, asks_of, deferrable, emergencies, log, seen, with_rule, zone_of};
use crate::console;
use crate::halt::halted;
use crate::screens::visitor::{Visitor, bare};
use crate::support::world::Opening;
use crate::support::{Client, MUNICH, World};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::emergency::Rescuer;
use dongui::broker::export::Wanted;
use dongui::domain::client::Role;
use dongui::domain::emergency::Found;
use dongui::domain::stop::Ground;
use dongui::domain::subscriber::Reference;
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn where_no_rule_has_it_told_nothing_is_told_and_the_question_is_recorded() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let mina = seen(w, "mina", &assistant, MUNICH);
        w.restart(Opening { policies: with_rule(None), ..Opening::default() });
        for number in [mina.number.as_str(), "+4915599999999"] {
            let reply = asks_of(w, &fire, number, json!({}));
            assert_eq!((reply.status, &reply.json()["type"]), (403, &json!("urn:dongui:problem:no-rule")));
            assert!(reply.text().contains("[emergency]"), "{}", reply.text());
        }
        assert_eq!(emergencies(&log(w)), [Found::NoRule; 2]);
        assert_eq!(emergencies(&mina.records()), [], "nothing of hers was looked at");
        w.restart(Opening::default());
        assert!(zone_of(w, &fire, &mina).is_some());
    });
}

#[test]
fn while_the_log_takes_nothing_nothing_is_told() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let mina = seen(w, "mina", &assistant, MUNICH);
        w.broker().sequence().unwrap();
        w.backs_up();
        assert!(zone_of(w, &fire, &mina).is_some());
        w.broker().sequence().unwrap();
        w.is_set_back();
        assert!(halted(&w.broker().sequence()));
        let reply = asks_of(w, &fire, &mina.number, json!({}));
        assert_eq!((reply.status, reply.json().get("place")), (503, None), "{}", reply.text());
    });
    // The clock has gone back, and the policies that say what the law is wait for two people.
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let mina = seen(w, "mina", &assistant, MUNICH);
        w.restart(Opening { two_people: true, ..Opening::default() });
        assert_eq!(asks_of(w, &fire, &mina.number, json!({})).status, 503);
        assert_eq!(emergencies(&mina.records()), []);
    });
}

#[test]
fn a_stolen_key_asks_about_so_many_people_in_an_hour_and_every_question_stands_in_the_log() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let police = Client::register(w, "police-112", Role::Rescue, None);
        w.restart(Opening { emergency_most: 3, ..Opening::default() });
        let people: Vec<_> =
            ["mina", "jan", "tim", "kim"].map(|name| seen(w, name, &assistant, MUNICH)).into();
        let status = |by: &Client<'_>, number: &str| asks_of(w, by, number, json!({})).status;
        assert_eq!(status(&fire, &people[0].number), 200);
        assert_eq!(status(&fire, "+4915599999999"), 200, "a number of nobody's counts too");
        for _ in 0..3 {
            assert_eq!(status(&fire, &people[0].number), 200, "the same one again counts once");
        }
        assert_eq!(status(&fire, &people[1].number), 200);
        let reply = asks_of(w, &fire, &people[2].number, json!({}));
        assert_eq!((reply.status, reply.header("retry-after")), (429, Some("60")));
        assert_eq!(reply.json()["type"], "urn:dongui:problem:too-many");
        assert_eq!(status(&police, &people[2].number), 200, "another agency has its own people");
        assert_eq!(status(&fire, &people[0].number), 200, "who was asked about already may be asked about");
        w.clock.advance(HOUR_US - MINUTE_US);
        assert_eq!(status(&fire, &people[0].number), 200);
        w.clock.advance(2 * MINUTE_US);
        assert_eq!(status(&fire, &people[2].number), 200, "two of them fell out");
        assert_eq!(status(&fire, &people[3].number), 200);
        assert_eq!(status(&fire, &people[1].number), 429, "but she who was asked about last did not");
        let all = emergencies(&log(w));
        let of = |found| all.iter().filter(|one| **one == found).count();
        assert_eq!((of(Found::Told), of(Found::Unknown), of(Found::TooMany)), (10, 1, 2));
        assert_eq!(emergencies(&people[2].records()).len(), 2, "what was refused is about nobody");

        // All at once.
        w.clock.advance(2 * HOUR_US);
        let others = w.another(Opening { emergency_most: 3, ..Opening::default() });
        let numbers: Vec<String> = (0..12).map(|n| format!("+491559888{n:04}")).collect();
        let token = fire.token();
        let told = AtomicUsize::new(0);
        std::thread::scope(|s| {
            for (n, number) in numbers.iter().enumerate() {
                let broker = if n % 2 == 0 { w.broker() } else { Arc::clone(&others) };
                let (fire, token, told) = (&fire, &token, &told);
                s.spawn(move || {
                    let proof = fire.proof("POST", "/v1/context", Some(token));
                    let proven = fire.proven(token, &proof).unwrap();
                    let caller = broker.admit(proven, dongui::oauth::scope::Scope::EmergencyLocate).unwrap();
                    let call = dongui::broker::emergency::Call {
                        ground: Ground::parse("case 9").unwrap(),
                        defer: None,
                    };
                    let whom = Reference::parse(number).unwrap();
                    match broker.locate(&Rescuer::of(caller).unwrap(), &whom, &call) {
                        Ok(_) => drop(told.fetch_add(1, Ordering::SeqCst)),
                        Err(Failure::TooMany(3)) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                });
            }
        });
        assert_eq!(told.load(Ordering::SeqCst), 3);
    });
}

#[test]
fn reports_count_what_was_asked_and_have_no_such_table_where_nobody_asked() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let (mina, jan) = (seen(w, "mina", &assistant, MUNICH), w.subscriber("jan"));
        let dir = tempfile::tempdir().unwrap();
        let table = |w: &World, name: &str| {
            let out = dir.path().join(format!("{name}-{}", w.house.is_postgres()));
            w.broker().sequence().unwrap();
            w.exports(At(0), w.clock.now().plus(HOUR_US), &out).unwrap();
            let report: Value =
                serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
            let tables = report["tables"].as_array().unwrap().clone();
            (tables.into_iter().find(|t| t["name"] == "emergencies"), out)
        };
        assert_eq!(table(w, "before").0, None);
        let letters = Letterbox::opens(w, deferrable());
        for (who, more) in
            [(&mina, json!({})), (&mina, json!({})), (&jan, json!({})), (&mina, json!({ "defer": "case 7" }))]
        {
            assert_eq!(asks_of(w, &fire, &who.number, more).status, 200);
        }
        w.restart(Opening { policies: with_rule(None), ..Opening::default() });
        asks_of(w, &fire, &mina.number, json!({}));
        w.restart(Opening { courier: Some(letters.clone()), policies: deferrable(), ..Opening::default() });
        tells(w);
        let (found, out) = table(w, "after");
        let found = found.unwrap();
        assert_eq!(
            found["head"],
            json!([
                "month", "agency", "asked", "told", "unknown", "refused", "deferred", "people", "informed"
            ])
        );
        assert_eq!(found["rows"], json!([["2026-11", "fire-119", 5, 3, 1, 1, 1, 2, 3]]));
        let csv = std::fs::read_to_string(out.join("report-emergencies.csv")).unwrap();
        assert!(csv.contains("\"fire-119\",5,3,1,1,1,2,3"), "{csv}");
    });
}

#[test]
fn exports_about_somebody_alone_and_looks_at_them_are_on_his_page_and_on_nobody_elses() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let (mina, jan) = (seen(w, "mina", &assistant, MUNICH), seen(w, "jan", &assistant, MUNICH));
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut engineer = console::enters(w, &authority, "case 2026-17");
        let [from, to] = console::period(w);
        let about = [
            ("ground", "case 2026-17"),
            (from.0, from.1.as_str()),
            (to.0, to.1.as_str()),
            ("subscriber", mina.number.as_str()),
        ];
        let case = console::asks(&mut engineer, &about);
        console::has_it_made(w, &mut engineer, &case);
        engineer.sees(&case);
        w.clock.advance(DAY_US);
        let dir = tempfile::tempdir().unwrap();
        let period = (w.clock.now().plus(-2 * DAY_US), w.clock.now());
        let whole = Wanted::whole(period.0, period.1);
        let one = Wanted { subscriber: Some(mina.id), ..whole.clone() };
        for (n, wanted) in [one, whole].iter().enumerate() {
            w.broker().sequence().unwrap();
            let out = dir.path().join(n.to_string());
            w.broker().export(&Caller::console(), wanted, &out, &mut |_, _| {}).unwrap();
        }
        let page = bare(&Visitor::enters(w, &mina).sees("/me/asked"));
        for word in [
            "Others who saw something about you",
            "authority",
            "On this ground: case 2026-17",
            "Looked at the entries about you",
            "Your operator",
        ] {
            assert!(page.contains(word), "{word}: {page}");
        }
        assert_eq!(page.matches("Took a copy of the entries about you").count(), 2, "{page}");
        assert!(!bare(&Visitor::enters(w, &jan).sees("/me/asked")).contains("Others who saw"));
    });
}
