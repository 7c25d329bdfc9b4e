//! Promise 8: a refusal tells nothing about the person. Of its time only that it is waited for: whether that hides the cause needs a quiet machine
//! (`dongui bench refusals`).
use super::support::door::{Call, Reply};
use super::support::{ASSISTANT, ISLAND, MUNICH, Provider, R6, Subscriber, World, ZONE};
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::category::Category;
use dongui::domain::feed::FeedKind;
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::web::context::SILENCE;
use serde_json::{Value, json};
use std::time::Instant;

fn asks(assistant: &Provider<'_>, w: &World, subject: &str) -> Reply {
    let body = json!({ "subject": subject, "purpose": ASSISTANT, "categories": [ZONE], "locale": "en" });
    w.http().send(&Call::new("POST", "/v1/context").json(&body).by(&assistant.client))
}

/// A reply without what is random or names the subject: status, headers, body, claims of the receipt.
fn bare(w: &World, reply: &Reply) -> (u16, Vec<(String, String)>, String, Value, usize) {
    let headers = reply.headers.iter().filter(|(n, _)| n != "date").cloned().collect();
    let mut body = reply.json();
    let receipt = body["receipt"].take().as_str().unwrap().to_owned();
    let key = w.broker().jwks().unwrap().keys[0].clone();
    let claims = DisclosureReceipt::verify(&receipt, &key, super::support::world::ISSUER).unwrap();
    let mut claims = serde_json::to_value(claims).unwrap();
    for random in ["jti", "sub"] {
        claims[random].take();
    }
    (reply.status, headers, body.to_string(), claims, reply.body.len())
}

/// Behind the broker's back: said to be of age when he allowed it, he was not.
fn turns_out_a_minor(w: &World, who: &Subscriber<'_>) {
    let id = dongui::crypt::hex::encode(&who.id.0);
    let id = if w.house.is_postgres() { format!("'\\x{id}'") } else { format!("x'{id}'") };
    w.sql(&format!("UPDATE subscribers SET of_age_at = NULL, version = version + 1 WHERE id = {id}"));
}

#[test]
fn everything_about_the_person_is_one_answer() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let someone = |name: &str| {
            let who = w.subscriber(name);
            who.allows(&assistant, ASSISTANT, ZONE, R6);
            if name == "minor" {
                turns_out_a_minor(w, &who);
            }
            who
        };
        w.load(FeedKind::Places, "kind,lat,lon,radius_m\nhealth,48.1355,11.5600,200\n");
        w.neighbours_are_at(MUNICH);
        let [minor, paused, alone, ill, unseen, well] =
            ["minor", "paused", "alone", "ill", "unseen", "well"].map(someone);
        for who in [&minor, &paused, &well] {
            who.is_at(MUNICH);
        }
        paused.pauses();
        alone.is_at(ISLAND);
        ill.is_at((48.1355, 11.5600));
        let reason = |who: &Subscriber<'_>| {
            let began = Instant::now();
            let reply = asks(&assistant, w, &assistant.knows(who));
            let silent = reply.json()["context"]["withheld"][0]["reason"] == "not_available";
            assert!(!silent || began.elapsed() >= SILENCE, "an answer that came sooner tells its cause");
            (who.last_reason(), bare(w, &reply))
        };
        let cases = [
            (Reason::Minor, &minor),
            (Reason::Paused, &paused),
            (Reason::CrowdTooSmall, &alone),
            (Reason::SensitivePlace, &ill),
            (Reason::NoData, &unseen),
        ];
        let stranger = bare(w, &asks(&assistant, w, "AAAAAAAAAAAAAAAAAAAAAA"));
        assert_eq!(stranger.0, 200);
        for (expected, who) in cases {
            let (true_reason, heard) = reason(who);
            assert_eq!(true_reason, Some(expected), "the subscriber sees the true reason");
            assert_eq!(heard, stranger, "{expected:?}");
        }
        // The attack: the same comparison does tell an answer with data.
        let (none, told) = reason(&well);
        assert_eq!(none, None);
        assert_ne!(told, stranger);
    });
}

#[test]
fn a_number_that_is_gone_looks_like_any_other() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let subject = assistant.knows(&mina);
        let unseen = bare(w, &asks(&assistant, w, &subject));
        // Everything about him is forgotten: his pseudonyms lead nowhere.
        let id = dongui::crypt::hex::encode(&mina.id.0);
        let id = if w.house.is_postgres() { format!("'\\x{id}'") } else { format!("x'{id}'") };
        w.sql(&format!("UPDATE subscribers SET epoch = epoch + 1, version = version + 1 WHERE id = {id}"));
        assert_eq!(bare(w, &asks(&assistant, w, &subject)), unseen);
    });
}

#[test]
fn a_subject_that_is_no_pseudonym_is_not_even_recorded() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let asks = |subject: &str| asks(&assistant, w, subject);
        let _runs = w.http();
        let entries = || w.dump().iter().filter(|(table, _)| table == "entries").count();
        let before = entries();
        for subject in
            [mina.number.as_str(), &mina.number[1..], "", &mina.id.to_string(), "+49 155 50000000 is he"]
        {
            let reply = asks(subject);
            assert_eq!((reply.status, &reply.json()["field"]), (422, &json!("/subject")), "{subject}");
        }
        assert_eq!(entries(), before);
        assert_eq!(asks(&assistant.knows(&mina)).status, 200);
    });
}

#[test]
fn what_depends_on_the_recipient_alone_comes_before_what_depends_on_the_person() {
    World::each(|w| {
        // A hosted client may not hear interests from sites: it hears that of everyone, also of a minor or a paused one.
        let hosted =
            w.provider_with("hosted", |r| r.assurance = dongui::domain::recipient::Assurance::Hosted);
        let heard = ["adult", "minor", "paused"].map(|name| {
            let who = w.subscriber(name);
            who.allows(&hosted, ASSISTANT, Category::WebInterest, dongui::domain::category::Precision::Label);
            match name {
                "paused" => drop(who.pauses()),
                "minor" => turns_out_a_minor(w, &who),
                _ => {}
            }
            hosted.asks_for(&who, ASSISTANT, &[Category::WebInterest]).text()
        });
        assert!(heard[0].contains("assurance_too_low"), "{}", heard[0]);
        assert_eq!((&heard[1], &heard[2]), (&heard[0], &heard[0]));
    });
}

#[test]
fn a_purpose_that_is_never_permitted_tells_nothing_about_who_allowed_it() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let heard = [true, false].map(|at_home| {
            let who = w.subscriber("someone");
            who.allows(&assistant, Purpose::ResearchAndDevelopment, ZONE, R6);
            if at_home {
                w.neighbours_are_at(MUNICH);
                who.is_at(MUNICH);
            }
            assistant.asks_for(&who, Purpose::ResearchAndDevelopment, &[ZONE]).text()
        });
        assert!(heard[0].contains("not_available"), "{}", heard[0]);
        assert_eq!(heard[0], heard[1]);
    });
}
