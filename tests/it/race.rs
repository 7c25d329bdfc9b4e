//! Promise 2 under load: real threads, real time, both engines. Deliberately absent: the order of two requests that are under way at once.
use super::support::world::{Interrupted, Opening, START};
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE, rows};
use dongui::broker::Broker;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Limits};
use dongui::domain::feed::{FeedKind, Row};
use dongui::domain::time::{HOUR_US, SECOND_US};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

/// Requests in flight around each withdrawal.
const REQUESTS: usize = 200;
const THREADS: usize = 8;

#[test]
fn after_a_withdrawal_is_acknowledged_no_answer_with_data_begins() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        // Everything is proven beforehand, so that the threads meet in the one place that counts.
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
            // Into the middle of them.
            while told.load(Ordering::SeqCst) < 20 && next.load(Ordering::SeqCst) < REQUESTS {
                std::thread::yield_now();
            }
            mina.withdraws();
            acknowledged.store(true, Ordering::SeqCst);
            mina.disclosures()
        });
        let (told, after) = (told.load(Ordering::SeqCst), begun_after.load(Ordering::SeqCst));
        eprintln!("{told} told, {after} asked after the acknowledgement");
        assert!(told >= 20 && after > 0, "the withdrawal did not fall into the middle: {told} {after}");
        let all = mina.disclosures();
        assert_eq!(all, at_acknowledgement, "a disclosure was recorded after the acknowledgement");
        assert_eq!(all, told);
    });
}

/// A world whose broker can be interrupted between reading and writing, and another broker that interrupts.
fn interrupted(w: &World) -> (Arc<Interrupted>, Arc<Broker>) {
    let rng = Arc::new(Interrupted::default());
    let other = w.another(Opening::default());
    w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
    (rng, other)
}

fn everything(act: Act) -> Wish {
    Wish::Change { act, until: None, recipient: None, purpose: None, category: None }
}

#[test]
fn a_withdrawal_between_the_decision_and_its_record_stops_the_answer() {
    World::each(|w| {
        for act in [Act::Withdraw, Act::Pause] {
            let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
            mina.allows(&assistant, ASSISTANT, ZONE, R6);
            w.neighbours_are_at(MUNICH);
            mina.is_at(MUNICH);
            let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
            let ((rng, other), id) = (interrupted(w), mina.id);
            rng.next_draw_after(move || {
                assert!(other.decide(id, &everything(act), "screen").unwrap().entry.is_some())
            });
            let answer = assistant.asks_with(&token, &request);
            assert!(rng.is_done() && !answer.tells(), "{act:?}: {}", answer.text());
            assert_eq!(mina.disclosures(), 0);
            w.clock.advance(HOUR_US);
        }
    });
}

#[test]
fn a_consent_that_ends_between_the_decision_and_its_record_stops_the_answer() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, w.clock.now().plus(60 * SECOND_US));
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let ((rng, _), clock) = (interrupted(w), w.clock.clone());
        rng.next_draw_after(move || clock.advance(60 * SECOND_US));
        let answer = assistant.asks_with(&token, &request);
        assert!(rng.is_done() && !answer.tells(), "{}", answer.text());
        assert_eq!(answer.withheld(ZONE).as_deref(), Some("expired"));
        assert_eq!(mina.disclosures(), 0);
    });
}

#[test]
fn of_many_requests_at_once_a_quota_answers_exactly_as_many_as_it_has_left() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        super::limits::allows(w, &mina, &assistant, ZONE, super::limits::quota("7/day"));
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        // Two are gone before.
        assert!(assistant.asks(&mina).tells() && assistant.asks(&mina).tells());
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let proven: Vec<_> = (0..40)
            .map(|_| {
                let proof = assistant.client.proof("POST", "/v1/context", Some(&token));
                assistant.client.proven(&token, &proof).unwrap()
            })
            .collect();
        // Two brokers, as two servers would be.
        let brokers = [w.broker(), w.another(Opening::default())];
        let (gate, told, next) = (Barrier::new(THREADS), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for n in 0..THREADS {
                let (broker, gate, told, next) = (&brokers[n % 2], &gate, &told, &next);
                let (proven, request) = (&proven, &request);
                scope.spawn(move || {
                    gate.wait();
                    while let Some(proven) = proven.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let disclosed = broker.disclose(proven, request).unwrap();
                        told.fetch_add(disclosed.context.items().len(), Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(told.load(Ordering::SeqCst), 5);
        assert_eq!((rows::rows_of(&w.house.url, "uses").len(), mina.disclosures()), (7, 7));
    });
}

#[test]
fn a_limit_that_takes_hold_between_the_decision_and_its_record_stops_the_answer() {
    World::each(|w| {
        // Sixteen twenty local time: the hour ends while the answer is under way, or a pause begins, or another answer spends the quota.
        for which in 0..3 {
            let (mina, assistant) = (w.subscriber("mina"), w.provider(&format!("assistant-{which}")));
            let limits =
                [super::limits::hours("09:00-17:00"), Limits::NONE, super::limits::quota("once")][which];
            super::limits::allows(w, &mina, &assistant, ZONE, limits);
            w.neighbours_are_at(MUNICH);
            mina.is_at(MUNICH);
            let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
            let second = assistant.client.proof("POST", "/v1/context", Some(&token));
            let second = assistant.client.proven(&token, &second).unwrap();
            let ((rng, other), id, clock) = (interrupted(w), mina.id, w.clock.clone());
            let (until, again) = (Some(w.clock.now().plus(HOUR_US)), request.clone());
            rng.next_draw_after(move || match which {
                0 => clock.set(START.plus(40 * 60 * SECOND_US)),
                1 => {
                    let pause = Wish::Change {
                        act: Act::Pause,
                        until,
                        recipient: None,
                        purpose: None,
                        category: None,
                    };
                    assert!(other.decide(id, &pause, "screen").unwrap().entry.is_some());
                }
                _ => assert_eq!(other.disclose(&second, &again).unwrap().context.items().len(), 1),
            });
            let answer = assistant.asks_with(&token, &request);
            assert!(rng.is_done() && !answer.tells(), "{which}: {}", answer.text());
            assert_eq!(answer.withheld(ZONE).as_deref(), Some("not_available"));
            assert_eq!(mina.disclosures(), usize::from(which == 2));
            let now = w.clock.now();
            w.clock.set(now.floor(HOUR_US).plus(HOUR_US));
        }
    });
}

#[test]
fn a_withdrawal_between_reading_a_profile_and_writing_it_drops_the_event() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let ((rng, other), id) = (interrupted(w), mina.id);
        rng.next_draw_after(move || assert!(other.decide(id, &everything(Act::Withdraw), "screen").is_ok()));
        let report = mina.is_at(MUNICH);
        assert_eq!((rng.is_done(), report.kept, report.dropped), (true, 0, 1));
        let profiles = rows::texts(&w.house.url, "SELECT cast(count(*) AS TEXT) AS value FROM profiles");
        assert_eq!(profiles, ["0"]);
    });
}

#[test]
fn two_feeds_at_once_about_one_person_lose_nothing() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.allows(&assistant, ASSISTANT, Category::UsageInterest, Precision::Label);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        w.clock.advance(SECOND_US);
        let ((rng, other), number, at) = (interrupted(w), mina.number.clone(), w.clock.now());
        rng.next_draw_after(move || {
            let console = Caller::console();
            let mut intake = other.intake(&console, FeedKind::App, false).unwrap();
            let row = Row::App { subscriber: &number, at, app: "unmapped", seconds: 1, bytes: 1 };
            intake.push(1, Ok(row)).unwrap();
            assert_eq!(intake.finish().unwrap().kept, 1);
        });
        assert_eq!((mina.is_at(MUNICH).kept, rng.is_done()), (1, true));
        // Both are in: sent again beside a later one, only that is new.
        let (number, later) = (&mina.number, at.plus(SECOND_US).rfc3339());
        let at = at.rfc3339();
        for (kind, head, tail) in [
            (FeedKind::App, "subscriber,at,app,seconds,bytes", "unmapped,1,1".to_owned()),
            (FeedKind::Location, "subscriber,at,lat,lon", format!("{},{}", MUNICH.0, MUNICH.1)),
        ] {
            let report = w.load(kind, &format!("{head}\n{number},{at},{tail}\n{number},{later},{tail}\n"));
            assert_eq!((report.kept, report.repeated), (1, 1), "{kind:?}");
        }
        assert!(assistant.asks(&mina).tells());
    });
}

#[test]
fn of_two_decisions_at_once_the_second_starts_from_the_first() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let ((rng, other), id) = (interrupted(w), mina.id);
        rng.next_draw_after(move || assert!(other.decide(id, &everything(Act::Withdraw), "screen").is_ok()));
        // A pause that was decided on a live grant finds a withdrawn one: there is nothing to pause, and nothing to resume later.
        assert_eq!(mina.pauses().entry, None);
        assert!(rng.is_done());
        mina.resumes();
        assert!(!assistant.asks(&mina).tells());
    });
}

#[test]
fn of_many_decisions_at_once_none_is_lost_and_the_last_one_holds() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (broker, changed) = (w.broker(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for n in 0..THREADS {
                let (broker, changed) = (&broker, &changed);
                let id = mina.id;
                scope.spawn(move || {
                    for _ in 0..5 {
                        let wish = everything(if n % 2 == 0 { Act::Pause } else { Act::Resume });
                        if broker.decide(id, &wish, "screen").unwrap().entry.is_some() {
                            changed.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        // Pauses and resumes alternate, whatever the threads did: every change started from what the one before left.
        let acts = rows::texts(
            &w.house.url,
            "SELECT act AS value FROM consent_events WHERE act IN ('pause', 'resume') ORDER BY seq",
        );
        assert_eq!(acts.len(), changed.load(Ordering::SeqCst));
        for pair in acts.windows(2) {
            assert_ne!(pair[0], pair[1], "{acts:?}");
        }
        let live = acts.last().is_none_or(|a| a == "resume");
        assert_eq!(assistant.asks(&mina).tells(), live);
    });
}
