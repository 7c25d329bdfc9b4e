//! Promise 2 under load: real threads, real time, both engines. Deliberately absent: the order of two requests that are under way at once.
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::broker::consent::Wish;
use dongui::domain::consent::Act;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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

#[test]
fn of_many_decisions_at_once_none_is_lost_and_the_last_one_holds() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (broker, changed) = (w.broker(), AtomicUsize::new(0));
        let act = |act| Wish::Change { act, recipient: None, purpose: None, category: None };
        std::thread::scope(|scope| {
            for n in 0..THREADS {
                let (broker, changed, act) = (&broker, &changed, &act);
                let id = mina.id;
                scope.spawn(move || {
                    for _ in 0..5 {
                        let wish = act(if n % 2 == 0 { Act::Pause } else { Act::Resume });
                        if broker.decide(id, &wish, "screen").unwrap().entry.is_some() {
                            changed.fetch_add(1, Ordering::SeqCst);
                        }
                    }
                });
            }
        });
        // Pauses and resumes alternate, whatever the threads did: every change started from what the one before left.
        let acts = super::support::rows::texts(
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
