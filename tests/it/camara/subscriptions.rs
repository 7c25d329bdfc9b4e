//! Subscriptions to consent events as a client keeps them: what is taken, what is told of them, and that they are nobody else's. Deliberately absent: what is
//! sent (`subscribed`).
use super::{asks, members, refused, token_about};
use crate::support::door::{Call, Reply};
use crate::support::linker::Linker;
use crate::support::receiver::Receiver;
use crate::support::rows::{rows_of, texts};
use crate::support::{Subscriber, World};
use dongui::broker::sweep::TOLD_US;
use dongui::domain::time::{HOUR_US, MINUTE_US};
use dongui::domain::webhook::WebhookUrl;
use serde_json::{Value, json};

/// Where they are.
pub const SUBSCRIPTIONS: &str = "/camara/consent-subscriptions/v0.1/subscriptions";
pub const GRANTED: &str = "dev.dongui.consent.granted";
pub const WITHDRAWN: &str = "dev.dongui.consent.withdrawn";
pub const SCOPE: &str =
    "openid dpv:ProvidePersonalisedRecommendations consent-subscriptions:read location-retrieval:read";
pub const YES: &[(&str, &[(&str, &str)])] = &[("location.zone", &[("precision", "city"), ("term", "30")])];

/// A linker whose operator registered the receiver's address, without a secret: what comes comes by subscription.
pub fn near<'w>(w: &'w World, name: &str, receiver: &Receiver) -> Linker<'w> {
    Linker::with(w, name, |r| r.webhook = WebhookUrl::parse(&receiver.url()))
}

/// What a client sends to hear of everything.
pub fn wants(receiver: &Receiver) -> Value {
    json!({ "protocol": "HTTP", "sink": receiver.url(), "types": [GRANTED, WITHDRAWN], "config": { "subscriptionDetail": {} } })
}

/// Subscribes.
pub fn subscribes(linker: &Linker<'_>, token: &str, body: &Value) -> Value {
    let reply = asks(linker, token, SUBSCRIPTIONS, body);
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()
}

/// Asks for one, or for all.
pub fn looks(linker: &Linker<'_>, token: &str, path: &str) -> Reply {
    does(linker, token, "GET", path)
}

fn does(linker: &Linker<'_>, token: &str, method: &str, path: &str) -> Reply {
    linker.w.clock.advance(1);
    linker.w.http().send(&Call::new(method, path).with(linker.client(), token))
}

fn of(id: &Value) -> String {
    format!("{SUBSCRIPTIONS}/{}", id.as_str().unwrap())
}

fn about(linker: &Linker<'_>, who: &Subscriber<'_>) -> String {
    token_about(linker, who, SCOPE, YES)
}

#[test]
fn a_subscription_is_told_as_it_was_asked_for_until_it_is_deleted_and_swept() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina) = (near(w, "assistant", &receiver), w.subscriber("mina"));
        let token = about(&linker, &mina);
        let mut body = wants(&receiver);
        let expires = w.clock.now().plus(HOUR_US).rfc3339();
        body["config"]["subscriptionExpireTime"] = json!(expires);
        body["config"]["subscriptionMaxEvents"] = json!(5);
        body["sinkCredential"] = json!({ "credentialType": "ACCESSTOKEN", "accessToken": "their-own-secret",
            "accessTokenExpiresUtc": w.clock.now().plus(2 * HOUR_US).rfc3339(), "accessTokenType": "bearer" });
        let made = subscribes(&linker, &token, &body);
        assert_eq!(
            members(&made),
            ["config", "expiresAt", "id", "protocol", "sink", "startsAt", "status", "types"]
        );
        for name in ["protocol", "sink", "types", "config"] {
            assert_eq!(made[name], body[name], "{name}");
        }
        assert_eq!((&made["status"], &made["expiresAt"]), (&json!("ACTIVE"), &json!(expires)));
        let path = of(&made["id"]);
        assert_eq!(looks(&linker, &token, &path).json(), made);
        let listed = looks(&linker, &token, SUBSCRIPTIONS).json();
        assert_eq!(listed["subscriptions"], json!([made]));
        assert_eq!(
            listed["pagination"],
            json!({ "page": 1, "perPage": 20, "totalCount": 1, "totalPages": 1 })
        );
        // The client's own token sees all of the client's, a page at a time.
        let own = linker.client().token();
        let second = subscribes(&linker, &token, &wants(&receiver));
        let page = looks(&linker, &own, &format!("{SUBSCRIPTIONS}?page=2&perPage=1")).json();
        assert_eq!(page["subscriptions"], json!([second]));
        assert_eq!(page["pagination"]["totalCount"], 2);
        for bad in ["page=0", "perPage=0", "perPage=101", "page=x", "size=1"] {
            refused(&looks(&linker, &own, &format!("{SUBSCRIPTIONS}?{bad}")), 400, "INVALID_ARGUMENT");
        }
        // Neither the answers nor the rows show what the sink wants to see.
        let kept: String = w.dump().into_iter().map(|(_, row)| row).collect();
        assert!(!kept.contains("their-own-secret") && !kept.contains(&hex("their-own-secret")));
        assert!(!made.to_string().contains("their-own-secret"));
        let gone = does(&linker, &token, "DELETE", &path);
        assert_eq!((gone.status, gone.body.len()), (204, 0));
        assert_eq!(looks(&linker, &own, &path).json()["status"], "DELETED");
        refused(&does(&linker, &own, "DELETE", &path), 404, "NOT_FOUND");
        let records = mina.records();
        let told = records.iter().map(|r| format!("{:?}", r.event)).collect::<String>();
        assert!(told.contains("subscriber.subscribe") && told.contains("subscriber.unsubscribe"));
        w.clock.advance(TOLD_US + MINUTE_US);
        w.broker().sweep().unwrap();
        assert_eq!(rows_of(&w.house.url, "event_subscriptions").len(), 1);
        let left = format!(
            "SELECT state AS value FROM outbox WHERE document LIKE '%{}%'",
            made["id"].as_str().unwrap()
        );
        assert!(texts(&w.house.url, &left).is_empty(), "with what was told of it");
    });
}

fn hex(text: &str) -> String {
    dongui::crypt::hex::encode(text.as_bytes())
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, mina) = (near(w, "assistant", &receiver), w.subscriber("mina"));
        let token = about(&linker, &mina);
        let with = |pointer: &str, value: Value| {
            let mut body = wants(&receiver);
            let (place, name) = pointer.rsplit_once('/').unwrap();
            body.pointer_mut(place).unwrap()[name] = value;
            body
        };
        let credential = |kind: &str, token: &str, until: i64, of: &str| {
            let until = w.clock.now().plus(until).rfc3339();
            with(
                "/sinkCredential",
                json!({ "credentialType": kind, "accessToken": token, "accessTokenExpiresUtc": until, "accessTokenType": of }),
            )
        };
        for (body, status, code) in [
            (with("/protocol", json!("MQTT3")), 400, "INVALID_PROTOCOL"),
            (with("/sink", json!("https://10.0.0.1/x")), 400, "INVALID_SINK"),
            (with("/sink", json!("http://hooks.assistant.example/")), 400, "INVALID_SINK"),
            // This machine is somebody's own only where the operator says so.
            (with("/sink", json!("http://127.0.0.1:1/hook")), 400, "INVALID_SINK"),
            (with("/sink", json!(format!("http://localhost:{}/hook", receiver.port()))), 400, "INVALID_SINK"),
            (credential("PLAIN", "x", HOUR_US, "bearer"), 400, "INVALID_CREDENTIAL"),
            (credential("PRIVATE_KEY_JWT", "x", HOUR_US, "bearer"), 422, "PRIVATE_KEY_JWT_NOT_CONFIGURED"),
            (credential("ACCESSTOKEN", "x", HOUR_US, "mac"), 400, "INVALID_TOKEN"),
            (credential("ACCESSTOKEN", "x\r\nhost: y", HOUR_US, "bearer"), 400, "INVALID_CREDENTIAL"),
            (credential("ACCESSTOKEN", "", HOUR_US, "bearer"), 400, "INVALID_CREDENTIAL"),
            (credential("ACCESSTOKEN", "x", MINUTE_US, "bearer"), 400, "INVALID_ARGUMENT"),
            (with("/types", json!([])), 400, "INVALID_ARGUMENT"),
            (with("/types", json!([GRANTED, GRANTED])), 400, "INVALID_ARGUMENT"),
            (with("/types", json!(["dev.dongui.consent.purge_requested"])), 400, "INVALID_ARGUMENT"),
            (with("/types", json!(["dev.dongui.consent.subscription-ended"])), 400, "INVALID_ARGUMENT"),
            (with("/config/subscriptionMaxEvents", json!(0)), 400, "OUT_OF_RANGE"),
            (with("/config/subscriptionMaxEvents", json!(1_000_001)), 400, "OUT_OF_RANGE"),
            (with("/config/subscriptionExpireTime", json!("tomorrow")), 400, "INVALID_ARGUMENT"),
            (with("/config/subscriptionExpireTime", json!("2020-01-01T00:00:00Z")), 400, "INVALID_ARGUMENT"),
            (with("/config/subscriptionDetail", json!({ "x": 1 })), 400, "INVALID_ARGUMENT"),
            (
                with("/config/subscriptionDetail", json!({ "phoneNumber": mina.number })),
                422,
                "UNNECESSARY_IDENTIFIER",
            ),
            (with("/id", json!("evs_1")), 400, "INVALID_ARGUMENT"),
        ] {
            refused(&asks(&linker, &token, SUBSCRIPTIONS, &body), status, code);
        }
        assert!(rows_of(&w.house.url, "event_subscriptions").is_empty());
        for _ in 0..10 {
            subscribes(&linker, &token, &wants(&receiver));
        }
        refused(&asks(&linker, &token, SUBSCRIPTIONS, &wants(&receiver)), 429, "QUOTA_EXCEEDED");
        mina.withdraws();
        refused(&asks(&linker, &token, SUBSCRIPTIONS, &wants(&receiver)), 403, "PERMISSION_DENIED");
    });
}

#[test]
fn a_stranger_learns_of_no_subscription_and_ends_none() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (linker, other) = (near(w, "assistant", &receiver), near(w, "other", &receiver));
        let (mina, juno) = (w.subscriber("mina"), w.subscriber("juno"));
        let token = about(&linker, &mina);
        let made = subscribes(&linker, &token, &wants(&receiver));
        let (path, nobodys) = (of(&made["id"]), format!("{SUBSCRIPTIONS}/evs_{}", "0".repeat(32)));
        // Another recipient, the same one about somebody else, and what is no id.
        let strangers = [
            (&other, about(&other, &mina)),
            (&other, other.client().token()),
            (&linker, about(&linker, &juno)),
        ];
        for (who, token) in &strangers {
            for method in ["GET", "DELETE"] {
                let (known, unknown) = (does(who, token, method, &path), does(who, token, method, &nobodys));
                refused(&known, 404, "NOT_FOUND");
                assert_eq!(known.body, unknown.body);
                assert_eq!(does(who, token, method, &format!("{SUBSCRIPTIONS}/x")).body, known.body);
            }
            assert_eq!(looks(who, token, SUBSCRIPTIONS).json()["subscriptions"], json!([]));
        }
        let own = linker.client().token();
        refused(&asks(&linker, &own, SUBSCRIPTIONS, &wants(&receiver)), 422, "MISSING_IDENTIFIER");
        let mut named = wants(&receiver);
        let mut answers = Vec::new();
        for number in [mina.number.as_str(), "+12025550100"] {
            named["config"]["subscriptionDetail"] = json!({ "phoneNumber": number });
            answers.push(asks(&linker, &own, SUBSCRIPTIONS, &named));
        }
        refused(&answers[0], 422, "UNSUPPORTED_IDENTIFIER");
        assert_eq!(answers[0].body, answers[1].body);
        assert_eq!(looks(&linker, &own, &path).json()["status"], "ACTIVE");
        // A feed's or an operator's client has no business here.
        let operator = w.client(dongui::domain::client::Role::Operator);
        let reply = w.http().send(&Call::new("GET", SUBSCRIPTIONS).by(&operator));
        refused(&reply, 403, "PERMISSION_DENIED");
    });
}
