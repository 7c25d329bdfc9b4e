//! Stop orders: what one covers, at once and at every door; who hears of it and who does not; and who lifts it. Deliberately absent: what a policy that
//! forbids sounds like (`refuse`), and the decision itself, which is policy's (`rail-stop`).
use super::outbox::{kinds, listening};
use super::population;
use super::support::door::Call;
use super::support::receiver::{Message, Receiver};
use super::support::world::{Interrupted, Opening};
use super::support::{ASSISTANT, CITY, Client, MUNICH, Provider, R6, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::stop::Ordered;
use dongui::domain::client::Role;
use dongui::domain::id::{RecipientId, StopId};
use dongui::domain::reason::Reason;
use dongui::domain::stop::{Ground, Reach};
use dongui::domain::subscriber::{Country, Jurisdiction};
use dongui::domain::time::HOUR_US;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

const NOTHING: Reach = Reach { recipient: None, home: None, country: None };
/// Requests in flight around a stop.
const REQUESTS: usize = 200;
const THREADS: usize = 8;

fn for_recipient(id: RecipientId) -> Reach {
    Reach { recipient: Some(id), ..NOTHING }
}

fn country(code: &str) -> Option<Country> {
    Some(Country::parse(code).unwrap())
}

fn ground() -> Ground {
    Ground::parse("PIPA Art. 28-9(1), case 2026-17").unwrap()
}

fn stops(w: &World, reach: Reach) -> StopId {
    w.broker().stop(&Caller::console(), reach, ground()).unwrap().stop.id
}

/// Two people lift it.
fn is_lifted(w: &World, id: StopId, second: &Client<'_>) {
    assert_eq!(w.broker().lift_stop(&Caller::console(), id).unwrap().stop.lifted, None);
    let lift = Call::new("POST", "/v1/stops/lift").json(&json!({ "stop": id }));
    assert_eq!(w.http().send(&lift.by(second)).json()["in_force"], false);
}

fn in_country<'w>(w: &'w World, name: &str, code: &str) -> Provider<'w> {
    w.provider_with(name, |r| r.country = Country::parse(code).unwrap())
}

#[test]
fn a_stop_covers_what_it_names_at_once_and_nothing_else() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (near, far) = (in_country(w, "near", "DE"), in_country(w, "far", "FR"));
        for who in [&near, &far] {
            mina.allows(who, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let second = Client::register(w, "second", Role::Operator, None);
        let home = Some(Jurisdiction::DE);
        // What is stopped, and whether each is then told.
        let tried = [
            (for_recipient(far.id), [true, false]),
            (Reach { home, ..NOTHING }, [false, false]),
            (Reach { home: Some(Jurisdiction::KR), ..NOTHING }, [true, true]),
            (Reach { country: country("FR"), ..NOTHING }, [true, false]),
            (Reach { home, country: country("DE"), ..NOTHING }, [false, true]),
            (Reach { home: Some(Jurisdiction::KR), country: country("FR"), ..NOTHING }, [true, true]),
            (Reach { recipient: Some(near.id), country: country("FR"), ..NOTHING }, [true, true]),
            (Reach { recipient: Some(near.id), home, country: country("DE") }, [false, true]),
        ];
        let both = || [near.asks(&mina).tells(), far.asks(&mina).tells()];
        assert_eq!(both(), [true, true]);
        for (reach, expected) in tried {
            let id = stops(w, reach);
            assert_eq!(both(), expected, "{reach:?}");
            is_lifted(w, id, &second);
            assert_eq!(both(), [true, true], "after {reach:?}");
        }
    });
}

#[test]
fn a_recipient_hears_of_a_stop_what_it_hears_of_a_small_crowd_and_the_subscriber_hears_the_reason() {
    World::each(|w| {
        let (mina, jun, assistant) = (w.subscriber("mina"), w.subscriber("jun"), w.provider("assistant"));
        for who in [&mina, &jun] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        // Of him nothing is known.
        let unknown = assistant.asks(&jun);
        stops(w, for_recipient(assistant.id));
        let stopped = assistant.asks(&mina);
        assert_eq!(stopped.withheld(ZONE).as_deref(), Some("not_available"));
        assert_eq!(stopped.text(), unknown.text());
        assert_eq!(mina.last_reason(), Some(Reason::Stopped));
        assert_eq!(mina.last_outcomes()[0].by, ["rail-stop"]);
        // What it knows of its own grants it goes on hearing.
        mina.withdraws();
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
        let explained =
            w.broker().explain(&Caller::console(), &jun.reference(), assistant.id, ASSISTANT, ZONE).unwrap();
        assert_eq!(explained.decision.reason, Some(Reason::Stopped));
        assert!(explained.to_string().contains("(PIPA Art. 28-9(1), case 2026-17)"), "{explained}");
        // Another broker that remembers nothing says the same.
        w.restart(Opening::default());
        assert!(!assistant.asks(&jun).tells());
        assert_eq!(jun.last_reason(), Some(Reason::Stopped));
    });
}

#[test]
fn after_a_stop_is_acknowledged_no_answer_with_data_begins() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let proven: Vec<_> = (0..REQUESTS)
            .map(|_| {
                let proof = assistant.client.proof("POST", "/v1/context", Some(&token));
                assistant.client.proven(&token, &proof).unwrap()
            })
            .collect();
        let broker = w.broker();
        let (gate, acknowledged) = (Barrier::new(THREADS + 1), AtomicBool::new(false));
        let (told, begun_after, next) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let at_acknowledgement = std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    gate.wait();
                    loop {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        let Some(proven) = proven.get(n) else { return };
                        let late = acknowledged.load(Ordering::SeqCst);
                        let disclosed = broker.disclose(proven, &request).unwrap();
                        if !disclosed.context.items().is_empty() {
                            told.fetch_add(1, Ordering::SeqCst);
                            assert!(!late, "an answer with data began after the acknowledgement");
                        } else if late {
                            begun_after.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                });
            }
            gate.wait();
            while told.load(Ordering::SeqCst) < 20 && next.load(Ordering::SeqCst) < REQUESTS {
                std::thread::yield_now();
            }
            stops(w, Reach { home: Some(Jurisdiction::DE), ..NOTHING });
            acknowledged.store(true, Ordering::SeqCst);
            mina.disclosures()
        });
        let (told, after) = (told.load(Ordering::SeqCst), begun_after.load(Ordering::SeqCst));
        assert!(told >= 20 && after > 0, "the stop did not fall into the middle: {told} {after}");
        let all = mina.disclosures();
        assert_eq!(all, at_acknowledgement, "a disclosure was recorded after the acknowledgement");
        assert_eq!(all, told);
    });
}

#[test]
fn a_stop_between_the_decision_and_its_record_stops_the_answer() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let rng = Arc::new(Interrupted::default());
        let other = w.another(Opening::default());
        w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
        let id = assistant.id;
        rng.next_draw_after(move || {
            other.stop(&Caller::console(), for_recipient(id), ground()).unwrap();
        });
        let answer = assistant.asks_with(&token, &request);
        assert!(rng.is_done() && !answer.tells(), "{}", answer.text());
        assert_eq!((mina.disclosures(), mina.last_reason()), (0, Some(Reason::Stopped)));
    });
}

#[test]
fn counts_of_people_are_not_told_to_whom_they_are_stopped_for() {
    population::each(|w| {
        let lab = w.provider("lab");
        population::are_at(w, MUNICH);
        let day = population::next_day(w);
        assert!(population::asks_munich(w, &lab, day).is_ok());
        let second = Client::register(w, "second", Role::Operator, None);
        let id = stops(w, Reach { country: country("DE"), ..NOTHING });
        w.clock.advance(1);
        assert!(matches!(population::asks_munich(w, &lab, day), Err(Failure::Unregistered(_))));
        is_lifted(w, id, &second);
        w.clock.advance(1);
        assert!(population::asks_munich(w, &lab, day).is_ok());
    });
}

#[test]
fn a_yes_that_is_stopped_is_not_told_and_an_end_is() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        stops(w, for_recipient(assistant.id));
        w.http();
        mina.withdraws();
        let got = receiver.waits_for(2);
        assert_eq!(kinds(&got), ["withdrawn", "purge_requested"]);
        assert_eq!(got.iter().map(Message::sequence).collect::<Vec<_>>(), [2, 3]);
    });
}

#[test]
fn one_person_stops_and_two_lift_and_the_regulator_sees_both() {
    World::each(|w| {
        let (operator, second) =
            (w.client(Role::Operator), Client::register(w, "second", Role::Operator, None));
        let regulator = w.client(Role::Regulator);
        let post =
            |path: &str, body, by: &Client<'_>| w.http().send(&Call::new("POST", path).json(&body).by(by));
        let body = json!({ "home": "DE", "country": "US", "ground": "case 2026-17" });
        let stopped = post("/v1/stops", body, &operator);
        assert_eq!(stopped.status, 200, "{}", stopped.text());
        let id = stopped.json()["stop"].clone();
        let seen = || w.http().send(&Call::new("GET", "/v1/audit/stops").by(&regulator)).json();
        assert_eq!((seen()[0]["stop"].clone(), &seen()[0]["in_force"]), (id.clone(), &json!(true)));
        let lift = |by: &Client<'_>| post("/v1/stops/lift", json!({ "stop": id }), by).json();
        // However often one says so, he is one.
        for _ in 0..2 {
            let asked = lift(&operator);
            assert_eq!((&asked["in_force"], &asked["lifted_by"]), (&json!(true), &json!(["operator"])));
            w.clock.advance(1);
        }
        let lifted = lift(&second);
        assert_eq!(
            (&lifted["in_force"], &lifted["lifted_by"]),
            (&json!(false), &json!(["operator", "second"]))
        );
        assert_eq!((&seen()[0]["in_force"], &seen()[0]["ground"]), (&json!(false), &json!("case 2026-17")));
        // Lifted is lifted: a third changes nothing, and it does not come back.
        let at = lifted["lifted"].clone();
        w.clock.advance(HOUR_US);
        assert_eq!(w.broker().lift_stop(&Caller::console(), id_of(&id)).map(lifted_at).unwrap(), at);
        for (body, status) in [
            (json!({ "ground": "case 2026-17" }), 422),
            (json!({ "home": "DE", "ground": "+49 155 5010 0000" }), 422),
            (json!({ "home": "DE", "ground": "" }), 422),
            (json!({ "home": "XX", "ground": "case 1" }), 400),
            (json!({ "recipient": "rcp_018f0000000070008000000000000001", "ground": "case 1" }), 404),
        ] {
            assert_eq!(post("/v1/stops", body.clone(), &operator).status, status, "{body}");
        }
        assert_eq!(post("/v1/stops", json!({ "home": "DE", "ground": "case 1" }), &regulator).status, 403);
        assert_eq!(post("/v1/stops/lift", json!({ "stop": id }), &regulator).status, 403);
    });
}

fn id_of(id: &serde_json::Value) -> StopId {
    StopId::parse(id.as_str().unwrap()).unwrap()
}

fn lifted_at(ordered: Ordered) -> serde_json::Value {
    json!(ordered.stop.lifted.map(|at| at.rfc3339()))
}
