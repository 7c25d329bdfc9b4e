//! What who subscribed is sent: the real server, a real receiver, and attacks on the order of things. Deliberately absent: the registered address (`outbox`).
use super::subscriptions::{GRANTED, SCOPE, SUBSCRIPTIONS, WITHDRAWN, YES, looks, near, subscribes, wants};
use super::token_about;
use crate::support::linker::Linker;
use crate::support::receiver::{Manners, Message, Receiver};
use crate::support::rows::{self, texts};
use crate::support::world::{Opening, told};
use crate::support::{ASSISTANT, CITY, Subscriber, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::depart::Departure;
use dongui::broker::deliver::Outcome;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Limits};
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const LEFT: Category = Category::DataVolume;
const STEP: Precision = Precision::Label;

fn kinds(got: &[Message]) -> Vec<String> {
    got.iter().map(Message::kind).collect()
}

/// A linker, somebody who allows it her city, and its subscription about her.
fn listening<'w>(
    w: &'w World,
    receiver: &Receiver,
    change: impl FnOnce(&mut Value),
) -> (Linker<'w>, Subscriber<'w>, Value) {
    let (linker, mina) = (near(w, "assistant", receiver), w.subscriber("mina"));
    let token = token_about(&linker, &mina, SCOPE, YES);
    let mut body = wants(receiver);
    change(&mut body);
    let made = subscribes(&linker, &token, &body);
    (linker, mina, made)
}

fn one_ends(mina: &Subscriber<'_>, linker: &Linker<'_>, category: Category) {
    let wish = Wish::Change {
        act: Act::Withdraw,
        until: None,
        recipient: Some(linker.provider.id),
        purpose: Some(ASSISTANT),
        category: Some(category),
    };
    assert!(mina.decides(&wish).unwrap().entry.is_some());
}

/// How a client sees its subscription.
fn status(linker: &Linker<'_>, made: &Value) -> String {
    let own = linker.client().token();
    let path = format!("{SUBSCRIPTIONS}/{}", made["id"].as_str().unwrap());
    looks(linker, &own, &path).json()["status"].as_str().unwrap().to_owned()
}

/// What stands in a subscription's line and was not given up.
fn line(w: &World) -> Vec<Value> {
    let sql = "SELECT document AS value FROM outbox WHERE subscription_id IS NOT NULL AND state <> 'dead' ORDER BY seq";
    texts(&w.house.url, sql).iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

/// What the last message of a line says it ended of.
fn reason(w: &World) -> Value {
    line(w).pop().unwrap()["data"]["terminationReason"].clone()
}

#[test]
fn who_subscribed_hears_of_its_begin_of_changes_and_of_the_end_of_the_last_consent() {
    World::each(|w| {
        let receiver = Receiver::new();
        let until = w.clock.now().plus(DAY_US);
        let (linker, mina, made) = listening(w, &receiver, |body| {
            body["config"]["initialEvent"] = json!(true);
            body["sinkCredential"] = json!({ "credentialType": "ACCESSTOKEN", "accessToken": "their-own",
                "accessTokenExpiresUtc": until.rfc3339(), "accessTokenType": "bearer" });
        });
        receiver.waits_for(2);
        mina.allows(&linker.provider, ASSISTANT, LEFT, STEP);
        one_ends(&mina, &linker, ZONE);
        receiver.waits_for(4);
        assert_eq!(status(&linker, &made), "ACTIVE");
        mina.withdraws();
        let got = receiver.waits_for(5);
        assert_eq!(
            kinds(&got),
            ["subscription-started", "granted", "granted", "withdrawn", "subscription-ended"]
        );
        for (n, message) in got.iter().enumerate() {
            let event = message.json();
            assert_eq!(message.header("content-type"), "application/cloudevents+json");
            assert_eq!(message.header("authorization"), "Bearer their-own");
            assert_eq!(message.header("webhook-signature"), "", "there is no secret to sign with");
            assert_eq!((&event["specversion"], message.sequence()), (&json!("1.0"), n as u64 + 1));
            assert_eq!(event["data"]["subscriptionId"], made["id"]);
        }
        let of = |n: usize| got[n].json()["data"].clone();
        assert_eq!(of(0)["initiationReason"], "SUBSCRIPTION_CREATED");
        assert_eq!((&of(1)["category"], &of(1)["precision"]), (&json!(ZONE), &json!("city")));
        assert_eq!((&of(2)["category"], &of(3)["category"]), (&json!(LEFT), &json!(ZONE)));
        assert_eq!(of(4)["terminationReason"], "CONSENT_REVOKED");
        assert_eq!(status(&linker, &made), "DELETED");
        // What comes later is another subscription's.
        mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(receiver.got().len(), 5);
        let all: String = got.iter().map(|m| String::from_utf8_lossy(&m.body).into_owned()).collect();
        assert!(!all.contains(&mina.number[1..]) && !all.contains("sub_"), "{all}");
    });
}

#[test]
fn a_registered_address_with_a_secret_hears_as_ever_and_both_are_signed() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina, _) = listening(w, &receiver, |body| body["types"] = json!([WITHDRAWN]));
        receiver.waits_for(1);
        let secret = w.broker().renew_webhook_secret(&Caller::console(), linker.provider.id).unwrap().text;
        mina.allows(&linker.provider, ASSISTANT, LEFT, STEP);
        mina.withdraws();
        // To the address: two yeses, two ends with their requests to delete; to the subscription its end alone.
        let got = receiver.waits_for(8);
        let (ours, theirs): (Vec<_>, Vec<_>) =
            got.iter().partition(|m| m.json()["data"]["subscriptionId"].is_string());
        assert_eq!(kinds(&ours.into_iter().cloned().collect::<Vec<_>>()), ["subscription-started", "subscription-ended"]);
        let numbers: Vec<u64> = theirs.iter().map(|m| m.sequence()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6], "no number of a line shows that there is another");
        assert!(got[1..].iter().all(|m| m.is_signed_with(&secret)));
    });
}

#[test]
fn what_asking_would_not_tell_moves_no_subscription() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina, made) = listening(w, &receiver, |_| {});
        receiver.waits_for(1);
        // What she does with herself and with others.
        let other = w.provider("other");
        mina.pauses();
        mina.resumes();
        mina.allows(&other, ASSISTANT, ZONE, CITY);
        mina.refuses(&linker.provider, ASSISTANT, LEFT);
        mina.pauses();
        assert_eq!((line(w).len(), status(&linker, &made).as_str()), (1, "ACTIVE"));
        // As a stranger she has another name: under the old one nothing is told, not even an end.
        w.broker().forget(mina.id, true).unwrap();
        mina.resumes();
        mina.withdraws();
        assert_eq!((line(w).len(), status(&linker, &made).as_str()), (1, "ACTIVE"));
        // It ends when it was to end anyway.
        w.clock.advance(31 * DAY_US);
        assert_eq!(status(&linker, &made), "EXPIRED");
        receiver.waits_for(2);
        assert_eq!(reason(w), "SUBSCRIPTION_EXPIRED");
    });
}

#[test]
fn a_departure_ends_a_subscription_as_it_ends_the_consents() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina, made) = listening(w, &receiver, |_| {});
        w.broker().depart(&Caller::console(), &mina.reference(), Departure::Recycled).unwrap();
        let got = receiver.waits_for(2);
        assert_eq!(kinds(&got), ["subscription-started", "subscription-ended"]);
        assert_eq!((reason(w), status(&linker, &made)), (json!("CONSENT_REVOKED"), "DELETED".to_owned()));
    });
}

#[test]
fn time_ends_a_subscription_with_the_first_of_its_ends_and_a_renewal_puts_that_off() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina, made) = listening(w, &receiver, |_| {});
        let ends = |made: &Value| {
            let own = linker.client().token();
            let path = format!("{SUBSCRIPTIONS}/{}", made["id"].as_str().unwrap());
            looks(&linker, &own, &path).json()["expiresAt"].as_str().unwrap().to_owned()
        };
        let last = w.clock.now().plus(90 * DAY_US);
        mina.allows_until(&linker.provider, ASSISTANT, LEFT, STEP, last);
        assert_eq!(ends(&made), last.rfc3339(), "with the last of its consents");
        one_ends(&mina, &linker, LEFT);
        assert!(ends(&made) < last.rfc3339());
        // A credential ends it a minute early, so that the end is told with it.
        let token = token_about(&linker, &mina, SCOPE, YES);
        let mut body = wants(&receiver);
        let until = w.clock.now().plus(HOUR_US);
        body["sinkCredential"] = json!({ "credentialType": "ACCESSTOKEN", "accessToken": "their-own",
            "accessTokenExpiresUtc": until.rfc3339(), "accessTokenType": "bearer" });
        let brief = subscribes(&linker, &token, &body);
        assert!(brief["expiresAt"].as_str().unwrap() < until.rfc3339().as_str());
        let before = receiver.waits_for(4).len();
        w.clock.advance(HOUR_US - MINUTE_US);
        let got = receiver.waits_for(before + 1);
        let end = got.last().unwrap();
        assert_eq!(end.json()["data"]["terminationReason"], "ACCESS_TOKEN_EXPIRED");
        assert_eq!((end.header("authorization"), status(&linker, &brief)), ("Bearer their-own", "EXPIRED".to_owned()));
        assert_eq!(status(&linker, &made), "ACTIVE");
    });
}

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
        for round in 0..6 {
            let mina = w.subscriber(&format!("mina-{round}"));
            let token = token_about(&linker, &mina, SCOPE, YES);
            let made = subscribes(&linker, &token, &wants(&receiver));
            let acknowledged = AtomicBool::new(false);
            std::thread::scope(|scope| {
                for n in 0..3 {
                    let (mina, linker, acknowledged) = (&mina, &linker, &acknowledged);
                    scope.spawn(move || {
                        while !acknowledged.load(Ordering::SeqCst) {
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
                std::thread::sleep(Duration::from_millis(150));
                mina.withdraws();
                acknowledged.store(true, Ordering::SeqCst);
            });
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
