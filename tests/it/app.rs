//! The registry over HTTP, as the operator's own app asks it, with what known registries get wrong: each test here breaks one of them.
//! Deliberately absent: what a showing is (`evidence`), the states (`registry`).
use super::support::door::{Call, Reply};
use super::support::{ASSISTANT, Client, MUNICH, Provider, Subscriber, World, ZONE};
use dongui::domain::client::Role;
use dongui::domain::id::RecipientId;
use dongui::domain::time::{At, DAY_US, MINUTE_US};
use dongui::store::consents;
use serde_json::{Value, json};

/// The app of one operator.
pub struct App<'w> {
    w: &'w World,
    client: Client<'w>,
}

impl<'w> App<'w> {
    pub fn of(w: &'w World) -> App<'w> {
        App { w, client: w.client(Role::Operator) }
    }

    pub fn call(&self, path: &str, body: &Value) -> Call {
        Call::new("POST", path).json(body)
    }

    pub fn sends(&self, call: &Call) -> Reply {
        self.w.http().send(&call.clone().by(&self.client))
    }

    pub fn posts(&self, path: &str, body: &Value) -> Reply {
        self.sends(&self.call(path, body))
    }

    /// What is shown about the zone, signed.
    fn shows(&self, who: &Subscriber<'_>, by: RecipientId) -> String {
        let question =
            json!({ "purpose": ASSISTANT, "category": ZONE, "notice": words(), "precisions": ["city"] });
        let body = json!({ "reference": who.number, "recipient": by, "questions": [question] });
        let reply = self.posts("/v1/showings", &body);
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()["showing"].as_str().unwrap().to_owned()
    }

    pub fn answer(&self, who: &Subscriber<'_>, by: RecipientId, answer: &str) -> Value {
        let mut body = json!({ "reference": who.number, "recipient": by, "purpose": ASSISTANT, "category": ZONE,
            "answer": answer, "notice": words() });
        if answer == "allow" {
            body["showing"] = json!(self.shows(who, by));
            body["precision"] = json!("city");
            body["days"] = json!(30);
        }
        body
    }

    pub fn answers(&self, who: &Subscriber<'_>, by: RecipientId, answer: &str) -> Reply {
        self.posts("/v1/consents/answers", &self.answer(who, by, answer))
    }

    fn changes(&self, who: &Subscriber<'_>, change: &str) -> Reply {
        self.posts("/v1/consents/changes", &json!({ "reference": who.number, "change": change }))
    }

    pub fn checks(&self, who: &Subscriber<'_>, by: RecipientId, more: Value) -> Value {
        let mut body =
            json!({ "reference": who.number, "recipient": by, "purpose": ASSISTANT, "category": ZONE });
        more.as_object().into_iter().flatten().for_each(|(k, v)| body[k] = v.clone());
        let reply = self.posts("/v1/consents/check", &body);
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply.json()
    }

    fn state(&self, who: &Subscriber<'_>) -> Reply {
        self.posts("/v1/consents/state", &json!({ "reference": who.number }))
    }
}

fn words() -> Value {
    json!({ "locale": "en", "text": "May the assistant know your city?" })
}

fn events(w: &World, who: &Subscriber<'_>, by: &Provider<'_>) -> usize {
    w.store().read("story", |tx| consents::events(tx, who.id, by.id)).unwrap().len()
}

#[test]
fn a_day_with_the_app_from_the_question_to_the_stop() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        w.neighbours_are_at(MUNICH);
        let start = w.clock.now();
        let given = app.answers(&mina, assistant.id, "allow");
        assert_eq!((given.status, given.header("etag")), (200, Some("\"1\"")), "{}", given.text());
        assert_eq!(given.json()["consents"][0]["status"], "given");
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).told(ZONE).is_some());
        let checked = app.checks(&mina, assistant.id, Value::Null);
        assert_eq!((&checked["permits"], &checked["evidence"]), (&json!(true), &json!([1])));
        let stopped = app.changes(&mina, "withdraw");
        assert_eq!((stopped.status, stopped.header("etag")), (200, Some("\"2\"")));
        assert!(assistant.asks(&mina).told(ZONE).is_none());
        assert_eq!(app.state(&mina).json()["consents"][0]["status"], "withdrawn");
        // And what held before it is still told.
        let then = |at: At| app.checks(&mina, assistant.id, json!({ "at": at.rfc3339() }))["permits"].clone();
        assert_eq!((then(start.plus(-1_000_000)), then(start)), (json!(false), json!(true)));
    });
}

#[test]
fn who_refused_is_not_told_to_have_agreed() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        assert_eq!(app.answers(&mina, assistant.id, "refuse").status, 200);
        let checked = app.checks(&mina, assistant.id, Value::Null);
        assert_eq!((&checked["permits"], &checked["status"]), (&json!(false), &json!("refused")));
    });
}

#[test]
fn what_has_expired_is_found_as_expired_at_once_everywhere() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        app.answers(&mina, assistant.id, "allow");
        let end = At::parse(app.state(&mina).json()["consents"][0]["until"].as_str().unwrap()).unwrap();
        w.clock.set(end.plus(-1_000_000));
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["until"], end.rfc3339());
        w.clock.set(end);
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], false);
        assert_eq!(app.state(&mina).json()["consents"][0]["status"], "expired");
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("expired"));
    });
}

#[test]
fn two_yes_leave_one_consent_and_one_stop_ends_it() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let first = app.answers(&mina, assistant.id, "allow").json()["consents"][0]["consent"].clone();
        w.clock.advance(MINUTE_US);
        let second = app.answers(&mina, assistant.id, "allow").json()["consents"][0]["consent"].clone();
        assert_ne!(first, second);
        assert_eq!(app.state(&mina).json()["consents"].as_array().unwrap().len(), 1);
        app.changes(&mina, "withdraw");
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], false);
    });
}

#[test]
fn what_was_withdrawn_comes_back_by_no_change_and_no_old_answer() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let body = app.answer(&mina, assistant.id, "allow");
        assert_eq!(app.posts("/v1/consents/answers", &body).status, 200);
        app.changes(&mina, "withdraw");
        let until = w.clock.now().plus(DAY_US).rfc3339();
        for change in ["resume", "renew", "grant", "given", "active"] {
            let one = json!({ "reference": mina.number, "change": change, "until": until, "recipient": assistant.id,
                "purpose": ASSISTANT, "category": ZONE });
            let status = app.posts("/v1/consents/changes", &one).status;
            assert!([400, 409, 422].contains(&status), "{change}: {status}");
        }
        assert_eq!(app.posts("/v1/consents/answers", &body).status, 409, "the same yes once more");
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], false);
    });
}

#[test]
fn what_cannot_be_read_is_no_withdrawal_and_no_refusal() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        app.answers(&mina, assistant.id, "allow");
        let before = events(w, &mina, &assistant);
        let whole = app.answer(&mina, assistant.id, "refuse").to_string();
        let torn = [
            "",
            "{}",
            "null",
            "[]",
            "{\"optIn\":false}",
            &whole[..whole.len() / 2],
            &whole.replace("refuse", "no"),
        ];
        for path in ["/v1/consents/answers", "/v1/consents/changes"] {
            for body in torn {
                let call = Call::new("POST", path).body("application/json", body);
                assert_eq!(app.sends(&call).status, 400, "{path} {body}");
            }
            for header in [
                ("if-match", "W/\"1\""),
                ("if-match", "1"),
                ("idempotency-key", ""),
                ("idempotency-key", "a b"),
            ] {
                let call =
                    app.call(path, &app.answer(&mina, assistant.id, "refuse")).header(header.0, header.1);
                assert_eq!(app.sends(&call).status, 400, "{header:?}");
            }
        }
        assert_eq!(events(w, &mina, &assistant), before);
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], true);
    });
}

#[test]
fn a_key_that_comes_with_the_request_signs_nothing() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        // A showing signed by a key that the caller brings along in the header of the token.
        let token = app.shows(&mina, assistant.id);
        let parts: Vec<&str> = token.split('.').collect();
        let own = dongui::crypt::sign::LogKey::from_seed(&[9; 32]).unwrap();
        let forged = {
            use base64::Engine;
            use base64::engine::general_purpose::URL_SAFE_NO_PAD;
            let canonical = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
            dongui::crypt::document::sign(dongui::crypt::document::PRESENTATION, &canonical, &own).unwrap()
        };
        let mut body = app.answer(&mina, assistant.id, "allow");
        body["showing"] = json!(forged);
        assert_eq!(app.posts("/v1/consents/answers", &body).status, 422);
        for brought in ["jwk", "verificationMethod", "publicKey", "signature"] {
            let mut body = app.answer(&mina, assistant.id, "allow");
            body[brought] = json!("mine");
            assert_eq!(app.posts("/v1/consents/answers", &body).status, 400, "{brought}");
        }
        assert_eq!(events(w, &mina, &assistant), 0);
    });
}

#[test]
fn nobody_reads_or_changes_what_is_somebody_elses() {
    World::each(|w| {
        let (app, mina, jan) = (App::of(w), w.subscriber("mina"), w.subscriber("jan"));
        let (assistant, other) = (w.provider("assistant"), w.provider("other"));
        app.answers(&mina, assistant.id, "allow");
        // A showing to one is not answered for the other, nor by another recipient, nor is a consent reached by naming another subscriber.
        for (who, by) in [(&jan, &assistant), (&mina, &other)] {
            let mut body = app.answer(&mina, assistant.id, "allow");
            body["reference"] = json!(who.number);
            body["recipient"] = json!(by.id);
            assert_eq!(app.posts("/v1/consents/answers", &body).status, 422);
        }
        assert_eq!(app.changes(&jan, "withdraw").json()["consents"], json!([]));
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], true);
        assert_eq!(app.checks(&jan, assistant.id, Value::Null)["status"], "unknown");
        assert_eq!(app.state(&jan).json()["consents"], json!([]));
        // A recipient has no way in at all.
        let call = app.call("/v1/consents/state", &json!({ "reference": mina.number }));
        assert_eq!(w.http().send(&call.by(&assistant.client)).status, 403);
    });
}

#[test]
fn another_purpose_is_not_permitted_by_this_one() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        app.answers(&mina, assistant.id, "allow");
        for purpose in ["dpv:PersonalisedAdvertising", "dpv:ServicePersonalisation"] {
            let checked = app.checks(&mina, assistant.id, json!({ "purpose": purpose }));
            assert_eq!(
                (&checked["permits"], &checked["status"]),
                (&json!(false), &json!("unknown")),
                "{purpose}"
            );
        }
        let unknown = json!({ "reference": mina.number, "recipient": assistant.id, "purpose": "sell_ads", "category": ZONE });
        assert_eq!(app.posts("/v1/consents/check", &unknown).status, 400);
    });
}

#[test]
fn the_same_request_twice_is_one_event_and_one_answer() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let body = app.answer(&mina, assistant.id, "allow");
        let call = app.call("/v1/consents/answers", &body).header("idempotency-key", "a-1");
        let first = app.sends(&call);
        assert_eq!(first.status, 200, "{}", first.text());
        w.clock.advance(MINUTE_US);
        let again = app.sends(&call);
        assert_eq!(
            (again.status, again.text(), again.header("etag")),
            (200, first.text(), first.header("etag"))
        );
        assert_eq!(events(w, &mina, &assistant), 1);
        // The key stands for that request: another body under it, or another address, is refused, and changes nothing.
        let refuse = app.answer(&mina, assistant.id, "refuse");
        let other = app.call("/v1/consents/answers", &refuse).header("idempotency-key", "a-1");
        assert_eq!(app.sends(&other).status, 409);
        assert_eq!(events(w, &mina, &assistant), 1);
        // Even what was withdrawn since is not granted by sending an old yes again.
        app.changes(&mina, "withdraw");
        assert_eq!(app.sends(&call).text(), first.text(), "what was answered then");
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], false);
        // Many at once.
        let all: Vec<Reply> = std::thread::scope(|scope| {
            let fresh = app.answer(&mina, assistant.id, "refuse");
            let call = app.call("/v1/consents/answers", &fresh).header("idempotency-key", "a-2");
            let calls: Vec<Call> = (0..6).map(|_| call.clone().by(&app.client)).collect();
            let door = w.http();
            let sent: Vec<_> = calls
                .into_iter()
                .map(|c| {
                    scope.spawn({
                        let door = door.clone();
                        move || door.send(&c)
                    })
                })
                .collect();
            sent.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert!(all.iter().all(|r| r.status == 200 && r.text() == all[0].text()), "{all:?}");
        assert_eq!(events(w, &mina, &assistant), 3);
        // A day later the key is free.
        w.clock.advance(DAY_US);
        assert_eq!(app.sends(&other).status, 200);
    });
}

#[test]
fn of_two_requests_sent_at_once_under_one_key_one_happens() {
    World::each(|w| {
        let (app, mina, jan) = (App::of(w), w.subscriber("mina"), w.subscriber("jan"));
        let assistant = w.provider("assistant");
        for round in 0..5 {
            let call = |who: &Subscriber<'_>| {
                let refuse = app.answer(who, assistant.id, "refuse");
                let key = format!("both-{round}");
                app.call("/v1/consents/answers", &refuse).header("idempotency-key", key).by(&app.client)
            };
            let calls: Vec<Call> = (0..4).flat_map(|_| [call(&mina), call(&jan)]).collect();
            let before = events(w, &mina, &assistant) + events(w, &jan, &assistant);
            let door = w.http();
            let sent: Vec<u16> = std::thread::scope(|scope| {
                let send = |c: Call| {
                    scope.spawn({
                        let door = door.clone();
                        move || door.send(&c).status
                    })
                };
                let all: Vec<_> = calls.into_iter().map(send).collect();
                all.into_iter().map(|t| t.join().unwrap()).collect()
            });
            assert_eq!(events(w, &mina, &assistant) + events(w, &jan, &assistant), before + 1, "{sent:?}");
            let count = |status| sent.iter().filter(|s| **s == status).count();
            assert_eq!((count(200), count(409)), (4, 4));
        }
    });
}

#[test]
fn what_was_decided_in_between_is_not_written_over() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let seen = app.state(&mina).header("etag").unwrap().to_owned();
        assert_eq!(seen, "\"0\"");
        mina.refuses(&assistant, ASSISTANT, ZONE);
        let allow = app.call("/v1/consents/answers", &app.answer(&mina, assistant.id, "allow"));
        assert_eq!(app.sends(&allow.clone().header("if-match", seen)).status, 412);
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["status"], "refused");
        let now = app.state(&mina).header("etag").unwrap().to_owned();
        assert_eq!(app.sends(&allow.header("if-match", now)).status, 200);
        // What recipients ask in between moves nothing.
        let tag = app.state(&mina).header("etag").unwrap().to_owned();
        assistant.asks(&mina);
        let stop =
            app.call("/v1/consents/changes", &json!({ "reference": mina.number, "change": "withdraw" }));
        assert_eq!(app.sends(&stop.header("if-match", tag)).status, 200);
    });
}
