//! Ends and limits of subscriptions while much happens at once, and by every order of acts. Deliberately absent: what a subscription is sent in peace (`subscribed`).
use super::subscribed::{LEFT, STEP, kinds, listening, one_ends, reason, status};
use super::subscriptions::{GRANTED, SCOPE, YES, near, subscribes, wants};
use super::token_about;
use crate::support::receiver::{Manners, Message, Receiver};
use crate::support::rows::{self, texts};
use crate::support::world::{Opening, told};
use crate::support::{ASSISTANT, World, ZONE};
use dongui::broker::consent::Wish;
use dongui::broker::deliver::Outcome;
use dongui::domain::category::Category;
use dongui::domain::consent::{Act, Limits};
use dongui::domain::time::{DAY_US, HOUR_US, SECOND_US};
use serde_json::{Value, json};
use std::time::Duration;

#[test]
fn of_changes_at_once_as_many_events_leave_as_were_asked_for_and_then_the_end() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina, made) = listening(w, &receiver, |body| {
            body["types"] = json!([GRANTED]);
            body["config"]["subscriptionMaxEvents"] = json!(5);
        });
        // Two brokers, as two servers would be, and both send.
        let brokers = [w.broker(), w.another(Opening::default())];
        let (id, recipient) = (mina.id, linker.provider.id);
        std::thread::scope(|scope| {
            for n in 0..6 {
                let (broker, until) = (&brokers[n % 2], w.clock.now().plus(DAY_US));
                scope.spawn(move || {
                    for _ in 0..3 {
                        let wish = Wish::Allow {
                            recipient,
                            purpose: ASSISTANT,
                            category: LEFT,
                            precision: STEP,
                            until,
                            limits: Limits::NONE,
                            shown: told(),
                        };
                        broker.show_and_decide(id, &wish, "screen").unwrap();
                    }
                });
            }
            for broker in &brokers {
                scope.spawn(move || {
                    for _ in 0..20 {
                        let Ok(taken) = broker.deliveries(recipient) else { continue };
                        broker.settle(taken.into_iter().map(|d| (d, Outcome::Untried)).collect()).unwrap();
                    }
                });
            }
        });
        let got = receiver.waits_for(7);
        let mut wanted = vec!["subscription-started"];
        wanted.extend(["granted"; 5]);
        wanted.push("subscription-ended");
        assert_eq!(kinds(&got), wanted);
        assert_eq!(got.iter().map(Message::sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
        assert_eq!((reason(w), status(&linker, &made)), (json!("MAX_EVENTS_REACHED"), "DELETED".to_owned()));
    });
}

#[test]
fn what_a_dead_sink_was_to_hear_is_given_up_with_the_end() {
    World::each(|w| {
        let receiver = Receiver::new();
        receiver.answers(|_| Manners::Status(503));
        let expires = w.clock.now().plus(HOUR_US);
        let (linker, mina, _) = listening(w, &receiver, |body| {
            body["config"]["subscriptionExpireTime"] = json!(expires.rfc3339());
        });
        receiver.waits_for(1);
        mina.allows(&linker.provider, ASSISTANT, LEFT, STEP);
        w.clock.set(expires);
        receiver.answers(|_| Manners::Status(204));
        let begun = std::time::Instant::now();
        while receiver.got().last().is_none_or(|m| m.kind() != "subscription-ended") {
            assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", kinds(&receiver.got()));
            std::thread::sleep(Duration::from_millis(50));
            w.clock.advance(SECOND_US);
        }
        let all = receiver.got();
        assert!(all.iter().all(|m| m.status == 503 || m.kind() == "subscription-ended"), "{:?}", kinds(&all));
    });
}

#[test]
fn a_message_under_way_is_not_sent_once_the_withdrawal_is_acknowledged() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina, _) = listening(w, &receiver, |_| {});
        receiver.waits_for(1);
        // The server stops, so that a hand may hold what it would send.
        w.restart(Opening::default());
        mina.allows(&linker.provider, ASSISTANT, LEFT, STEP);
        let broker = w.broker();
        let mut taken = broker.deliveries(linker.provider.id).unwrap();
        let held = taken.pop().unwrap();
        assert!(taken.is_empty() && broker.still(&held).unwrap());
        mina.withdraws();
        assert!(!broker.still(&held).unwrap(), "it would tell of what has ended");
        // The end waits behind what may be under way elsewhere.
        assert!(broker.deliveries(linker.provider.id).unwrap().is_empty());
        broker.settle(vec![(held, Outcome::Untried)]).unwrap();
        w.http();
        let got = receiver.waits_for(2);
        assert_eq!(kinds(&got), ["subscription-started", "subscription-ended"]);
    });
}

#[test]
fn in_whatever_order_a_subscriber_acts_the_end_is_the_last_thing_told() {
    World::each(|w| {
        let receiver = Receiver::new();
        let linker = near(w, "assistant", &receiver);
        for round in 0..3 {
            let mina = w.subscriber(&format!("mina-{round}"));
            let token = token_about(&linker, &mina, SCOPE, YES);
            let made = subscribes(&linker, &token, &wants(&receiver));
            std::thread::scope(|scope| {
                for n in 0..3 {
                    let (mina, linker) = (&mina, &linker);
                    scope.spawn(move || {
                        for _ in 0..8 {
                            let until = linker.w.clock.now().plus(DAY_US);
                            let wish = match n {
                                0 => Wish::Allow {
                                    recipient: linker.provider.id,
                                    purpose: ASSISTANT,
                                    category: LEFT,
                                    precision: STEP,
                                    until,
                                    limits: Limits::NONE,
                                    shown: told(),
                                },
                                _ => Wish::Change {
                                    act: if n == 1 { Act::Pause } else { Act::Resume },
                                    until: None,
                                    recipient: None,
                                    purpose: None,
                                    category: None,
                                },
                            };
                            let _may_come_too_late = mina.decides(&wish);
                        }
                    });
                }
                std::thread::sleep(Duration::from_millis(20 * (round + 1)));
                mina.withdraws();
            });
            // What came after it may stand again.
            mina.withdraws();
            let of = |event: &Value| event["data"]["subscriptionId"] == made["id"];
            let begun = std::time::Instant::now();
            loop {
                let got: Vec<Message> = receiver.got().into_iter().filter(|m| of(&m.json())).collect();
                if got.last().is_some_and(|m| m.kind() == "subscription-ended") {
                    std::thread::sleep(Duration::from_millis(300));
                    let later = receiver.got().into_iter().filter(|m| of(&m.json())).count();
                    assert_eq!(later, got.len(), "something came after the end");
                    let numbers: Vec<u64> = got.iter().map(Message::sequence).collect();
                    assert!(numbers.windows(2).all(|n| n[0] < n[1]), "{numbers:?}");
                    break;
                }
                assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", kinds(&got));
                std::thread::sleep(Duration::from_millis(20));
            }
            assert_eq!(rows_of_live(w), 0, "round {round}");
        }
    });
}

fn rows_of_live(w: &World) -> usize {
    let sql = "SELECT client_id AS value FROM event_subscriptions WHERE ended_at IS NULL";
    rows::texts(&w.house.url, sql).len()
}

/// Draws from a seed.
fn drawn(seed: &mut u64, of: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize % of
}

#[test]
fn a_line_says_what_a_list_of_the_acts_says() {
    World::each(|w| {
        let receiver = Receiver::new();
        let linker = near(w, "assistant", &receiver);
        for seed in 0..8u64 {
            let (mina, mut draws) = (w.subscriber(&format!("mina-{seed}")), seed);
            let token = token_about(&linker, &mina, SCOPE, YES);
            let made = subscribes(&linker, &token, &wants(&receiver));
            let (mut given, mut wanted) = (vec![ZONE], vec!["subscription-started"]);
            let cells = [ZONE, LEFT, Category::RoamingCountry];
            while !given.is_empty() && wanted.len() < 12 {
                let cell = cells[drawn(&mut draws, cells.len())];
                match drawn(&mut draws, 5) {
                    0 => {
                        mina.allows(&linker.provider, ASSISTANT, cell, cell.rungs()[0]);
                        given.retain(|c| *c != cell);
                        given.push(cell);
                        wanted.push("granted");
                    }
                    1 if given.contains(&cell) => {
                        one_ends(&mina, &linker, cell);
                        given.retain(|c| *c != cell);
                        wanted.push("withdrawn");
                    }
                    2 if given.contains(&cell) => {
                        mina.refuses(&linker.provider, ASSISTANT, cell);
                        given.retain(|c| *c != cell);
                        wanted.push("withdrawn");
                    }
                    3 => drop(mina.pauses()),
                    _ => drop(mina.resumes()),
                }
            }
            mina.withdraws();
            if given.is_empty() {
                // The last end is told as the end of all.
                assert_eq!(wanted.pop(), Some("withdrawn"));
            }
            let sql = format!(
                "SELECT document AS value FROM outbox WHERE document LIKE '%{}%' ORDER BY seq",
                made["id"].as_str().unwrap()
            );
            let told: Vec<Value> =
                texts(&w.house.url, &sql).iter().map(|t| serde_json::from_str(t).unwrap()).collect();
            let kinds: Vec<&str> =
                told.iter().map(|t| t["type"].as_str().unwrap().rsplit('.').next().unwrap()).collect();
            wanted.push("subscription-ended");
            assert_eq!(kinds, wanted, "seed {seed}");
            assert_eq!(told.last().unwrap()["data"]["terminationReason"], "CONSENT_REVOKED");
        }
    });
}
