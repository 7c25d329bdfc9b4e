//! What two people must stand for: recipients' own words, the policy set. Deliberately absent: the rest of the app (`app`).
use super::app::App;
use super::support::answers::Answer;
use super::support::world::Opening;
use super::support::{ASSISTANT, CITY, Client, MUNICH, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::domain::client::Role;
use dongui::domain::time::{DAY_US, MINUTE_US};
use serde_json::{Value, json};

#[test]
fn words_are_published_by_two_and_a_material_change_asks_anew() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let second = Client::register(w, "second", Role::Operator, None);
        let says = |weight: &str, text: &str| {
            json!({ "recipient": assistant.id, "purpose": ASSISTANT, "weight": weight, "grace_days": 10,
                "texts": { "en": text, "de": "Wir suchen." } })
        };
        let publishes = |weight: &str, text: &str| {
            let hash = app.posts("/v1/wordings", &says(weight, text)).json()["hash"].clone();
            let approve = app.call("/v1/wordings/approvals", &json!({ "hash": hash }));
            // Who drafted cannot be the second, however often he says so.
            assert_eq!(app.sends(&approve).json()["in_force"], false);
            let published = w.http().send(&approve.by(&second));
            assert_eq!(published.json()["in_force"], true, "{}", published.text());
            published.json()
        };
        let first = publishes("material", "We look for concerts.");
        assert_eq!((&first["edition"], &first["approved_by"]), (&json!(1), &json!(["operator", "second"])));
        let old = app.answer(&mina, assistant.id, "allow");
        publishes("editorial", "We look for concerts that you may like.");
        let older = app.answer(&mina, assistant.id, "allow");
        assert_eq!(app.posts("/v1/consents/answers", &old).status, 200, "only said otherwise");
        // What is done changes: an answer to the words of before says nothing about it.
        publishes("material", "We sell what we find.");
        let refused = app.posts("/v1/consents/answers", &older);
        assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("urn:dongui:problem:outdated")));
        let difference = &refused.json()["difference"];
        assert_eq!(difference["before"], "We look for concerts.");
        assert_eq!(difference["now"], "We sell what we find.");
        // A no needs no new words, and the consent to what was done before holds until the grace is over.
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], true);
        w.clock.advance(10 * DAY_US - 1_000_000);
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], true);
        w.clock.advance(1_000_000);
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["status"], "expired");
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("expired"));
        assert_eq!(app.answers(&mina, assistant.id, "allow").status, 200, "to the words in force");
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], true);
        // A new registration leaves the words alone.
        w.narrows(&assistant, |r| r.ceiling = vec![(ZONE, CITY)]);
        assert_eq!(
            w.broker().recipients().unwrap()[0].wordings.len()
                + w.broker().recipients().unwrap()[1].wordings.len(),
            1
        );
    });
}

#[test]
fn of_two_drafts_made_at_once_the_second_comes_too_late_and_a_faulty_one_is_named() {
    World::each(|w| {
        let (app, assistant) = (App::of(w), w.provider("assistant"));
        let second = Client::register(w, "second", Role::Operator, None);
        let draft = |text: &str| {
            let body = json!({ "recipient": assistant.id, "purpose": ASSISTANT, "weight": "material", "texts": { "en": text } });
            app.posts("/v1/wordings", &body).json()["hash"].clone()
        };
        let (one, two) = (draft("One."), draft("Two."));
        let approves = |hash: &Value| {
            w.http().send(&app.call("/v1/wordings/approvals", &json!({ "hash": hash })).by(&second)).status
        };
        assert_eq!((approves(&one), approves(&two), approves(&json!("0"))), (200, 409, 404));
        for (texts, why) in [
            (json!({ "de": "Nur deutsch." }), "English"),
            (json!({ "en": " " }), "printable"),
            (json!({ "en": "x".repeat(401) }), "printable"),
            (json!({ "en": "a\u{7}b" }), "printable"),
            (json!({ "en": "a", "../x": "b" }), "BCP 47"),
        ] {
            let body = json!({ "recipient": assistant.id, "purpose": ASSISTANT, "weight": "material", "texts": texts });
            let reply = app.posts("/v1/wordings", &body);
            assert_eq!((reply.status, reply.json()["field"].as_str()), (422, Some("texts")));
            assert!(reply.text().contains(why), "{}", reply.text());
        }
    });
}

#[test]
fn the_policy_set_is_stood_for_by_name() {
    World::each(|w| {
        let app = App::of(w);
        let second = Client::register(w, "second", Role::Operator, None);
        let digest = w.broker().engine().digest().to_owned();
        let call = app.call("/v1/policies/approvals", &json!({ "digest": digest }));
        assert_eq!(app.sends(&call).json()["approved_by"], json!(["operator"]));
        assert_eq!(app.sends(&call).json()["approved_by"], json!(["operator"]), "one is one");
        w.clock.advance(MINUTE_US);
        assert_eq!(w.http().send(&call.by(&second)).json()["approved_by"], json!(["operator", "second"]));
        let other = app.call("/v1/policies/approvals", &json!({ "digest": "0".repeat(64) }));
        assert_eq!(app.sends(&other).status, 409);
    });
}

#[test]
fn where_two_must_stand_for_the_policies_nothing_is_disclosed_before() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.neighbours_are_at(MUNICH);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        mina.is_at(MUNICH);
        w.restart(Opening { two_people: true, seed: 5, ..Opening::default() });
        let halted = |a: &Answer| a.0.as_ref().is_err_and(|e| matches!(e, Failure::Halted(_)));
        assert!(halted(&assistant.asks(&mina)) && w.broker().ready().is_err());
        let digest = w.broker().engine().digest().to_owned();
        w.broker().approve_policies(&Caller::console(), &digest).unwrap();
        assert!(halted(&assistant.asks(&mina)), "one is not two");
        let app = App::of(w);
        app.posts("/v1/policies/approvals", &json!({ "digest": digest }));
        assert!(assistant.asks(&mina).told(ZONE).is_some() && w.broker().ready().is_ok());
    });
}
