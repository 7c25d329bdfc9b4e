//! What recipients are told when a consent changes: what, in which order, signed how, and what becomes of it when they do not listen. The
//! receiver is a real server. Deliberately absent: what they do about it (`purge`).
use super::support::door::Call;
use super::support::receiver::{Manners, Message, Receiver};
use super::support::world::{Interrupted, Opening, told};
use super::support::{ASSISTANT, CITY, MUNICH, Provider, R6, World, ZONE, rows};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::deliver::Outcome;
use dongui::domain::category::Category;
use dongui::domain::client::Role;
use dongui::domain::consent::Act;
use dongui::domain::time::{DAY_US, SECOND_US};
use dongui::domain::webhook::{GIVE_UP_US, WebhookUrl};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A provider that listens at a receiver, and the secret it was handed.
pub fn listening<'w>(w: &'w World, name: &str, receiver: &Receiver) -> (Provider<'w>, String) {
    let provider = w.provider_with(name, |r| r.webhook = WebhookUrl::parse(&receiver.url()));
    let secret = renewed(w, &provider);
    (provider, secret)
}

fn renewed(w: &World, provider: &Provider<'_>) -> String {
    w.broker().renew_webhook_secret(&Caller::console(), provider.id).unwrap().text.to_string()
}

pub fn kinds(got: &[Message]) -> Vec<String> {
    got.iter().map(Message::kind).collect()
}

fn states(w: &World) -> Vec<String> {
    rows::texts(&w.house.url, "SELECT state AS value FROM outbox ORDER BY subscriber_id, recipient_id, seq")
}

#[test]
fn a_recipient_is_told_what_it_may_and_what_it_may_no_longer() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, secret) = listening(w, "assistant", &receiver);
        let subject = assistant.knows(&mina);
        w.http();
        let until = w.clock.now().plus(30 * DAY_US);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        receiver.waits_for(1);
        let then = w.clock.now();
        mina.withdraws();
        let got = receiver.waits_for(3);
        assert_eq!(kinds(&got), ["granted", "withdrawn", "purge_requested"]);
        for (n, message) in got.iter().enumerate() {
            let event = message.json();
            assert_eq!(message.header("content-type"), "application/cloudevents+json");
            assert_eq!(event["specversion"], "1.0");
            assert_eq!(event["id"], message.header("webhook-id"));
            assert_eq!(event["source"], super::support::world::ISSUER);
            assert_eq!(event["subject"], subject.as_str());
            assert_eq!(message.sequence(), n as u64 + 1);
            assert_eq!(event["data"]["purpose"], json!(ASSISTANT));
            assert_eq!(event["data"]["category"], json!(ZONE));
            assert_eq!(event["data"]["consent"], got[0].json()["data"]["consent"]);
            assert!(message.is_signed_with(&secret) && !message.is_signed_with(&renewed(w, &assistant)));
        }
        let (granted, purge) = (&got[0].json()["data"], &got[2].json()["data"]);
        assert_eq!((&granted["precision"], &granted["until"]), (&json!(CITY), &json!(until.rfc3339())));
        assert_eq!(purge["since"], then.rfc3339());
        assert_eq!(purge["deadline"], then.plus(7 * DAY_US).rfc3339());
        assert!(purge["purge"].as_str().unwrap().starts_with("pur_"));
        // Nothing in it leads to her: neither number nor internal id.
        let all = got.iter().map(|m| String::from_utf8_lossy(&m.body).into_owned()).collect::<String>();
        assert!(!all.contains(&mina.number[1..]) && !all.contains("sub_"), "{all}");
    });
}

#[test]
fn a_pause_is_not_told_nor_does_any_number_show_that_there_was_one() {
    World::each(|w| {
        let (receiver, mina, other) = (Receiver::new(), w.subscriber("mina"), w.provider("other"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        // What she does with others, and what she pauses, moves her version and none of the recipient's numbers.
        mina.allows(&other, ASSISTANT, ZONE, CITY);
        mina.pauses();
        mina.resumes();
        mina.pauses();
        mina.withdraws();
        w.http();
        let got = receiver.waits_for(3);
        assert_eq!(kinds(&got), ["granted", "withdrawn", "purge_requested"]);
        assert_eq!(got.iter().map(Message::sequence).collect::<Vec<_>>(), [1, 2, 3]);
    });
}

#[test]
fn a_no_is_told_only_where_it_ends_a_yes_and_then_like_any_end() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        mina.refuses(&assistant, ASSISTANT, Category::WebInterest);
        assert_eq!(states(w), Vec::<String>::new());
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        mina.refuses(&assistant, ASSISTANT, ZONE);
        mina.refuses(&assistant, ASSISTANT, ZONE);
        w.http();
        assert_eq!(kinds(&receiver.waits_for(3)), ["granted", "withdrawn", "purge_requested"]);
        assert_eq!(states(w).len(), 3);
    });
}

#[test]
fn nobody_is_told_of_a_person_he_has_no_name_for_and_nobody_without_an_address() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (stranger, _) = listening(w, "stranger", &receiver);
        let silent = w.provider("silent");
        silent.knows(&mina);
        for who in [&stranger, &silent] {
            mina.allows(who, ASSISTANT, ZONE, CITY);
        }
        mina.withdraws();
        assert_eq!(states(w), Vec::<String>::new());
        let purges = rows::texts(&w.house.url, "SELECT category AS value FROM purges");
        assert_eq!(purges, Vec::<String>::new(), "who was never told is not asked either");
    });
}

#[test]
fn what_fails_is_sent_again_in_order_with_the_same_id_and_the_same_bytes() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, secret) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        let seen = std::sync::Mutex::new(std::collections::HashMap::<String, u32>::new());
        receiver.answers(move |m: &Message| {
            let mut seen = seen.lock().unwrap();
            let times = seen.entry(m.header("webhook-id").to_owned()).or_default();
            *times += 1;
            Manners::Status(if *times <= 2 { 500 } else { 200 })
        });
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        mina.withdraws();
        w.http();
        let begun = Instant::now();
        while receiver.got().len() < 9 && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(200));
            w.clock.advance(20 * SECOND_US);
        }
        let got = receiver.got();
        assert_eq!(
            kinds(&got),
            ["granted"; 3]
                .iter()
                .chain(&["withdrawn"; 3])
                .chain(&["purge_requested"; 3])
                .copied()
                .collect::<Vec<_>>()
        );
        for tries in got.chunks(3) {
            assert!(
                tries
                    .iter()
                    .all(|m| m.body == tries[0].body
                        && m.header("webhook-id") == tries[0].header("webhook-id"))
            );
            let times: Vec<&str> = tries.iter().map(|m| m.header("webhook-timestamp")).collect();
            assert!(times.windows(2).all(|t| t[0] < t[1]), "{times:?}");
            assert!(tries.iter().all(|m| m.is_signed_with(&secret)), "each attempt is signed anew");
        }
        let text = w.figures.text();
        for line in
            ["dongui_webhooks_total{outcome=\"failed\"} 6", "dongui_webhooks_total{outcome=\"dead\"} 0"]
        {
            assert!(text.contains(line), "{line} in {text}");
        }
    });
}

#[test]
fn a_dead_recipient_holds_nobody_up_and_is_given_up_at_last() {
    World::each(|w| {
        let (dead, slow, well) = (Receiver::new(), Receiver::new(), Receiver::new());
        dead.answers(|_| Manners::Status(503));
        slow.answers(|_| Manners::Silent(Duration::from_secs(60)));
        let mina = w.subscriber("mina");
        let all = [&dead, &slow, &well].map(|r| listening(w, &format!("at-{}", r.port()), r).0);
        for who in &all {
            assert_ne!(who.knows(&mina), "");
        }
        w.http();
        for who in &all[..2] {
            mina.allows(who, ASSISTANT, ZONE, CITY);
        }
        dead.waits_for(1);
        slow.waits_for(1);
        let begun = Instant::now();
        mina.allows(&all[2], ASSISTANT, ZONE, CITY);
        well.waits_for(1);
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        // Given up after days, and what comes later goes its way.
        w.clock.advance(GIVE_UP_US + DAY_US);
        dead.waits_for(2);
        let gave_up = Instant::now();
        while !w.figures.text().contains("dongui_webhooks_total{outcome=\"dead\"} 1") {
            assert!(gave_up.elapsed() < Duration::from_secs(20), "{}", w.figures.text());
            std::thread::sleep(Duration::from_millis(20));
        }
        dead.answers(|_| Manners::Status(200));
        mina.withdraws();
        let got = dead.waits_for(4);
        assert_eq!(got[2..].iter().map(Message::sequence).collect::<Vec<_>>(), [2, 3], "the gap shows");
    });
}

#[test]
fn during_a_change_of_secrets_both_verify_and_after_a_day_the_new_one_alone() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, first) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        w.clock.advance(SECOND_US);
        let second = renewed(w, &assistant);
        let sends = |n: usize| {
            mina.allows(&assistant, ASSISTANT, ZONE, CITY);
            w.http();
            receiver.waits_for(n).pop().unwrap()
        };
        let during = sends(1);
        assert!(during.is_signed_with(&first) && during.is_signed_with(&second) && first != second);
        w.clock.advance(DAY_US);
        let after = sends(2);
        assert!(!after.is_signed_with(&first) && after.is_signed_with(&second));
        // Neither is in the database but sealed.
        let kept: String = w.dump().into_iter().map(|(_, row)| row.to_lowercase()).collect();
        for secret in [first, second] {
            use base64::Engine;
            let bytes = base64::engine::general_purpose::STANDARD.decode(&secret[6..]).unwrap();
            assert!(
                !kept.contains(&dongui::crypt::hex::encode(&bytes)) && !kept.contains(&secret.to_lowercase())
            );
        }
    });
}

#[test]
fn nothing_is_lost_between_a_decision_and_its_delivery_whenever_the_server_dies() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        mina.withdraws();
        // It dies before anything is taken, and again with everything taken and nothing settled.
        w.restart(Opening::default());
        let taken = w.broker().deliveries(assistant.id).unwrap();
        assert_eq!(taken.len(), 3);
        w.restart(Opening::default());
        assert_eq!(w.broker().awaited().unwrap(), [], "for a minute it may be still under way");
        w.clock.advance(61 * SECOND_US);
        w.http();
        let got = receiver.waits_for(3);
        assert_eq!(kinds(&got), ["granted", "withdrawn", "purge_requested"]);
        let ids: Vec<&str> = got.iter().map(|m| m.header("webhook-id")).collect();
        assert_eq!(ids, taken.iter().map(|d| d.id.as_str()).collect::<Vec<_>>());
        // What arrived and was settled by the one who was thought dead is not sent once more.
        let settled = taken.into_iter().map(|d| (d, Outcome::Arrived)).collect();
        w.broker().settle(settled).unwrap();
        assert_eq!(w.broker().awaited().unwrap(), []);
    });
}

#[test]
fn a_decision_that_is_not_kept_tells_nobody() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        let (rng, other) = (Arc::new(Interrupted::default()), w.another(Opening::default()));
        w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
        let id = mina.id;
        let everything =
            Wish::Change { act: Act::Withdraw, until: None, recipient: None, purpose: None, category: None };
        let first = everything.clone();
        rng.next_draw_after(move || assert!(other.decide(id, &first, "screen").unwrap().entry.is_some()));
        // Two withdrawals at once: the second finds nothing to end, and the end is told once.
        assert_eq!(mina.decides(&everything).unwrap().entry, None);
        assert!(rng.is_done());
        assert_eq!(states(w).len(), 3);
    });
}

#[test]
fn of_two_servers_at_one_database_each_message_is_taken_by_one() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        for _ in 0..5 {
            mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        }
        let (one, two) = (w.broker(), w.another(Opening::default()));
        let counts = std::thread::scope(|scope| {
            let take = |broker| {
                scope.spawn(move || dongui::broker::Broker::deliveries(broker, assistant.id).unwrap().len())
            };
            [take(&one), take(&two)].map(|t| t.join().unwrap())
        });
        assert_eq!(counts.iter().sum::<usize>(), 5, "{counts:?}");
    });
}

#[test]
fn an_address_that_leads_into_the_operators_own_network_is_never_called() {
    World::each(|w| {
        let (operator, inside, mina) = (w.client(Role::Operator), Receiver::new(), w.subscriber("mina"));
        let port = inside.port();
        let register = |webhook: &str| {
            let body = json!({ "name": "Sly", "country": "DE", "assurance": "server", "purposes": [ASSISTANT],
                "ceiling": [["location.zone", "city"]], "webhook": webhook });
            w.http().send(&Call::new("POST", "/v1/recipients").json(&body).by(&operator))
        };
        for address in [
            format!("http://hooks.sly.example:{port}/"),
            format!("https://10.0.0.1:{port}/"),
            format!("https://0x0a000001:{port}/"),
            format!("https://[::ffff:10.0.0.1]:{port}/"),
            format!("https://169.254.169.254:{port}/"),
            format!("https://me@hooks.sly.example:{port}/"),
        ] {
            let reply = register(&address);
            assert_eq!(reply.status, 422, "{address}: {}", reply.text());
            assert!(!reply.text().contains("sly") && reply.text().contains("webhook"), "{}", reply.text());
        }
        // A name that only leads to this machine is no loopback; one that redirects there is not followed.
        let (moved, honest) = (Receiver::new(), Receiver::new());
        moved.answers(move |_| Manners::Redirect(port));
        let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let sly = w.provider_with("sly", |r| {
            r.webhook = WebhookUrl::parse(&format!("https://{}:{port}/", name.trim()));
        });
        renewed(w, &sly);
        let (redirecting, _) = listening(w, "redirecting", &moved);
        let (plain, _) = listening(w, "plain", &honest);
        for who in [&sly, &redirecting, &plain] {
            who.knows(&mina);
            mina.allows(who, ASSISTANT, ZONE, CITY);
        }
        moved.waits_for(1);
        honest.waits_for(1);
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(inside.got().len(), 0);
    });
}

#[test]
fn telling_recipients_changes_nothing_for_those_who_ask() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        receiver.answers(|_| Manners::Silent(Duration::from_secs(60)));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        w.http();
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, w.clock.now().plus(DAY_US));
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        receiver.waits_for(1);
        assert!(assistant.asks(&mina).tells());
        let refused =
            Wish::Refuse { recipient: assistant.id, purpose: ASSISTANT, category: ZONE, shown: told() };
        mina.decides(&refused).unwrap();
        assert!(!assistant.asks(&mina).tells());
    });
}
