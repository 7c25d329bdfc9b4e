//! What a recipient is asked to delete when a consent ends, what it states, and who sees that it has not. Deliberately absent: how it is told
//! (`outbox`).
use super::outbox::{kinds, listening};
use super::support::door::{Call, Reply};
use super::support::receiver::Receiver;
use super::support::{ASSISTANT, CITY, Provider, Subscriber, World, ZONE, rows};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::domain::client::Role;
use dongui::domain::consent::{Act, Actor, Capture};
use dongui::domain::purge::{Asked, Cause, DEADLINE_US, Word};
use dongui::domain::record::Event;
use dongui::domain::relation::Verified;
use dongui::domain::time::DAY_US;
use serde_json::json;

/// Asks a provider to delete what it has of someone; returns the id as it is told.
pub fn asked(w: &World, who: &Provider<'_>, mina: &Subscriber<'_>) -> String {
    if w.broker().recipients().unwrap().iter().any(|r| r.id == who.id && r.webhook.is_none()) {
        w.narrows(who, |r| r.webhook = dongui::domain::webhook::WebhookUrl::parse("http://127.0.0.1:9/"));
    }
    who.knows(mina);
    mina.allows(who, ASSISTANT, ZONE, CITY);
    mina.withdraws();
    let newest =
        "SELECT document AS value FROM outbox WHERE document LIKE '%purge_requested%' ORDER BY id DESC";
    let told: serde_json::Value = serde_json::from_str(&rows::texts(&w.house.url, newest)[0]).unwrap();
    told["data"]["purge"].as_str().unwrap().to_owned()
}

fn states(w: &World, who: &Provider<'_>, purge: &str, body: &serde_json::Value) -> Reply {
    w.http()
        .send(&Call::new("POST", &format!("/v1/purges/{purge}/acknowledgement")).json(body).by(&who.client))
}

#[test]
fn what_a_recipient_states_is_recorded_once() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        for (body, word, cause) in [
            (json!({ "statement": "done" }), Word::Done, None),
            (json!({ "statement": "nothing_held" }), Word::NothingHeld, None),
            (
                json!({ "statement": "refused", "reason": "legal_claim" }),
                Word::Refused,
                Some(Cause::LegalClaim),
            ),
        ] {
            let purge = asked(w, &assistant, &mina);
            let before = mina.records().len();
            assert_eq!(states(w, &assistant, &purge, &body).status, 204);
            // Again: the answer was lost on the way.
            assert_eq!(states(w, &assistant, &purge, &body).status, 204);
            let records = mina.records();
            assert_eq!(records.len(), before + 1);
            let stated = records.iter().find_map(|r| match &r.event {
                Event::Purge { purge: p, statement, cause, category } if p.to_string() == purge => {
                    Some((*statement, *cause, *category, r.recipient, r.purpose))
                }
                _ => None,
            });
            assert_eq!(stated, Some((word, cause, ZONE, Some(assistant.id), Some(ASSISTANT))));
            let other = if word == Word::Done { "nothing_held" } else { "done" };
            assert_eq!(states(w, &assistant, &purge, &json!({ "statement": other })).status, 409);
            assert_eq!(mina.records().len(), before + 1);
            w.clock.advance(1000);
        }
        let purge = asked(w, &assistant, &mina);
        for body in
            [json!({ "statement": "refused" }), json!({ "statement": "done", "reason": "legal_claim" })]
        {
            assert_eq!(states(w, &assistant, &purge, &body).status, 422, "{body}");
        }
    });
}

#[test]
fn another_recipients_request_and_none_at_all_are_one_answer() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let ((assistant, _), other) = (listening(w, "assistant", &receiver), w.provider("other"));
        let purge = asked(w, &assistant, &mina);
        let done = json!({ "statement": "done" });
        let (theirs, none) = (
            states(w, &other, &purge, &done),
            states(w, &other, "pur_00000000000000000000000000000000", &done),
        );
        assert_eq!((theirs.status, theirs.text()), (404, none.text()));
        assert_eq!(states(w, &other, "x", &done).text(), none.text());
        assert_eq!(
            w.broker().purges(&Caller::console(), Asked::Open).unwrap().len(),
            1,
            "nothing was stated"
        );
        assert_eq!(states(w, &assistant, &purge, &done).status, 204);
    });
}

#[test]
fn who_does_not_answer_in_time_is_seen_by_operator_and_regulator_and_no_person_is() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let ((assistant, _), clients) = (
            listening(w, "assistant", &receiver),
            [Role::Operator, Role::Regulator].map(|role| w.client(role)),
        );
        let (purge, subject) = (asked(w, &assistant, &mina), assistant.knows(&mina));
        let look = |state: &str| {
            let call = Call::new("GET", &format!("/v1/purges?state={state}"));
            let seen = clients.each_ref().map(|client| w.http().send(&call.clone().by(client)).json());
            assert_eq!(seen[0], seen[1], "both see the same");
            let text = seen[0].to_string();
            assert!(
                !text.contains(&subject) && !text.contains("sub_") && !text.contains(&mina.number[1..]),
                "{text}"
            );
            seen[0].as_array().unwrap().clone()
        };
        assert_eq!((look("open").len(), look("overdue").len()), (1, 0));
        w.clock.advance(DEADLINE_US);
        let late = look("overdue");
        assert_eq!((look("open").len(), late.len()), (0, 1));
        assert_eq!((&late[0]["id"], &late[0]["recipient"]), (&json!(purge), &json!(assistant.id)));
        w.broker().measure();
        assert!(w.figures.text().contains("dongui_purges_overdue 1"));
        // Late is better than never.
        assert_eq!(states(w, &assistant, &purge, &json!({ "statement": "done" })).status, 204);
        assert_eq!((look("overdue").len(), look("done").len()), (0, 1));
        let call = Call::new("GET", "/v1/purges?state=everything").by(&clients[0]);
        assert_eq!(w.http().send(&call).status, 400);
    });
}

#[test]
fn whoever_ends_a_consent_the_recipient_hears_that_it_ended_and_a_renewal_with_its_new_end() {
    World::each(|w| {
        let receiver = Receiver::new();
        let (assistant, _) = listening(w, "assistant", &receiver);
        let mut wanted = 0;
        for (name, actor, act) in [
            ("mina", Actor::Operator, Act::Revoke),
            ("jan", Actor::Authority, Act::Invalidate),
            ("ines", Actor::Guardian, Act::Withdraw),
        ] {
            let who = w.subscriber(name);
            assistant.knows(&who);
            who.allows(&assistant, ASSISTANT, ZONE, CITY);
            let change = |act, until, actor| {
                let wish = Wish::Change { act, until, recipient: None, purpose: None, category: None };
                let guardian = || super::people::guardian(w, &who, Verified::Court);
                let relation = (actor == Actor::Guardian).then(guardian);
                w.broker().decide(who.id, &wish, Capture { actor, channel: "console", relation }).unwrap()
            };
            let until = w.clock.now().plus(60 * DAY_US);
            change(Act::Renew, Some(until), Actor::Subscriber);
            change(act, None, actor);
            w.http();
            wanted += 4;
            let got = receiver.waits_for(wanted);
            let got = &got[got.len() - 4..];
            assert_eq!(kinds(got), ["granted", "granted", "withdrawn", "purge_requested"], "{act:?}");
            assert_eq!(got[1].json()["data"]["until"], until.rfc3339());
            let all = got.iter().map(|m| String::from_utf8_lossy(&m.body).into_owned()).collect::<String>();
            assert!(
                !all.contains("revoke") && !all.contains("invalid") && !all.contains("guardian"),
                "{all}"
            );
        }
    });
}
