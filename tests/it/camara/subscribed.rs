//! What who subscribed is sent: the real server, a real receiver, and attacks on the order of things. Deliberately absent: the registered address (`outbox`).
use super::subscriptions::{SCOPE, SUBSCRIPTIONS, WITHDRAWN, YES, looks, near, subscribes, wants};
use super::token_about;
use crate::support::linker::Linker;
use crate::support::receiver::{Message, Receiver};
use crate::support::rows::texts;
use crate::support::{ASSISTANT, CITY, Subscriber, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::depart::Departure;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::Act;
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};
use serde_json::{Value, json};
use std::time::Duration;

pub const LEFT: Category = Category::DataVolume;
pub const STEP: Precision = Precision::Label;

pub fn kinds(got: &[Message]) -> Vec<String> {
    got.iter().map(Message::kind).collect()
}

/// A linker, somebody who allows it her city, and its subscription about her.
pub fn listening<'w>(
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

pub fn one_ends(mina: &Subscriber<'_>, linker: &Linker<'_>, category: Category) {
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
pub fn status(linker: &Linker<'_>, made: &Value) -> String {
    let own = linker.client().token();
    let path = format!("{SUBSCRIPTIONS}/{}", made["id"].as_str().unwrap());
    looks(linker, &own, &path).json()["status"].as_str().unwrap().to_owned()
}

/// What stands in a subscription's line and was not given up.
pub fn line(w: &World) -> Vec<Value> {
    let sql = "SELECT document AS value FROM outbox WHERE subscription_id IS NOT NULL AND state <> 'dead' ORDER BY seq";
    texts(&w.house.url, sql).iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}

/// What the last message of a line says it ended of.
pub fn reason(w: &World) -> Value {
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
        // To the address: a yes, two ends with their requests to delete; to the subscription its end alone.
        let got = receiver.waits_for(7);
        let (ours, theirs): (Vec<_>, Vec<_>) =
            got.iter().partition(|m| m.json()["data"]["subscriptionId"].is_string());
        assert_eq!(
            kinds(&ours.into_iter().cloned().collect::<Vec<_>>()),
            ["subscription-started", "subscription-ended"]
        );
        let numbers: Vec<u64> = theirs.iter().map(|m| m.sequence()).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5], "no number of a line shows that there is another");
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
        receiver.waits_for(1);
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
        let token = token_about(&linker, &mina, SCOPE, &[]);
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
        assert_eq!(
            (end.header("authorization"), status(&linker, &brief)),
            ("Bearer their-own", "EXPIRED".to_owned())
        );
        assert_eq!(status(&linker, &made), "ACTIVE");
    });
}
