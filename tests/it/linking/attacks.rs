//! The code flow by attack: what is replayed, mixed up, sent to somebody else, or taken from somebody else.
use super::super::screens::visitor::{Visitor, forms};
use super::super::support::door::Call;
use super::super::support::linker::{Linker, but, part, wants};
use super::super::support::world::ISSUER;
use super::super::support::{World, ZONE};
use super::{allows, back, ends, links_in, links_with, redeemed, refused, text};
use dongui::ambient::SystemRng;
use dongui::domain::category::Precision;
use dongui::domain::recipient::Assurance;
use dongui::domain::time::SECOND_US;
use dongui::oauth::client::ClientKey;
use serde_json::json;

fn stranger(id: &str) -> ClientKey {
    ClientKey::generate(id, SystemRng::new().ring()).unwrap()
}

#[test]
fn a_code_is_worth_nothing_without_all_that_it_is_bound_to_and_once() {
    World::each(|w| {
        let (linker, other, mina) =
            (Linker::new(w, "assistant"), Linker::new(w, "other"), w.subscriber("mina"));
        let address = links_with(&linker, &mina);
        let code = part(&address, "code").unwrap();
        let well = || linker.redeems(&code);
        // Another client, with all else that it needs.
        refused(&other.token(&other.redeems(&code)), "invalid_grant");
        // Another verifier, another address, another key: the code was bound to the key of the push.
        let verifier = "another-verifier-of-more-than-43-characters-000000";
        refused(&linker.token(&but(&well(), "code_verifier", verifier)), "invalid_grant");
        refused(
            &linker.token(&but(&well(), "redirect_uri", "https://assistant.example/callback")),
            "invalid_grant",
        );
        refused(&linker.sends("/oauth/token", &well(), Some(&stranger("assistant"))), "invalid_grant");
        refused(&linker.token(&but(&well(), "code", &code[..code.len() - 2])), "invalid_grant");
        // None of that used it up.
        let answer = redeemed(&linker, &address);
        // Whoever has it a second time ends what came of it.
        refused(&linker.token(&well()), "invalid_grant");
        assert_eq!(linker.asks(&text(&answer, "access_token"), None, &["location.zone"]).status, 401);
        refused(&linker.token(&linker.refreshes(&text(&answer, "refresh_token"))), "invalid_grant");
        // And it is good for a minute.
        let late = links_with(&linker, &mina);
        w.clock.advance(60 * SECOND_US);
        refused(&linker.token(&linker.redeems(&part(&late, "code").unwrap())), "invalid_grant");
    });
}

#[test]
fn a_refresh_token_that_comes_twice_ends_the_link_for_both_who_have_it() {
    World::each(|w| {
        let (linker, other, mina) =
            (Linker::new(w, "assistant"), Linker::new(w, "other"), w.subscriber("mina"));
        let first = redeemed(&linker, &links_with(&linker, &mina));
        let stolen = text(&first, "refresh_token");
        // A thief without the client's key, with his own client, or with another key gets nothing and spoils nothing.
        refused(&other.token(&other.refreshes(&stolen)), "invalid_grant");
        refused(
            &linker.sends("/oauth/token", &linker.refreshes(&stolen), Some(&stranger("assistant"))),
            "invalid_grant",
        );
        let second = linker.token(&linker.refreshes(&stolen)).json();
        assert_ne!(text(&second, "refresh_token"), stolen);
        refused(&linker.token(&linker.refreshes(&stolen)), "invalid_grant");
        refused(&linker.token(&linker.refreshes(&text(&second, "refresh_token"))), "invalid_grant");
        assert_eq!(linker.asks(&text(&second, "access_token"), None, &["location.zone"]).status, 401);
    });
}

#[test]
fn a_request_is_answered_once_by_whoever_it_was_shown_to_and_in_time() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let reference = linker.reference();
        let mut visitor = Visitor::enters(w, &mina);
        // Looking twice uses nothing up.
        for _ in 0..2 {
            assert_eq!(visitor.get(&linker.address_of(&reference)).status, 200);
        }
        let kept = visitor.cookies["__Host-dongui-link"].clone();
        allows(&mut visitor, &linker, "location.zone", &[("precision", "city"), ("term", "30")]);
        back(&ends(&mut visitor, "allow"));
        // By the address again, and by what the browser kept.
        assert_eq!(visitor.get(&linker.address_of(&reference)).status, 200, "a look tells nothing");
        visitor.cookies.insert("__Host-dongui-link".to_owned(), kept);
        let form = forms(&visitor.sees("/me/link")).into_iter().find(|f| f.action == "/me/link").unwrap();
        for answer in ["allow", "refuse"] {
            let reply = visitor.sends(&form, ("answer", answer), &[]);
            assert_eq!((reply.status, reply.header("location")), (410, None), "{}", reply.text());
        }
        // Too late, of another client, changed, and nothing at all: a page, never a way back.
        let reference = linker.reference();
        let other = Linker::new(w, "other");
        let changed = format!("{}AA", &reference[..reference.len() - 2]);
        let fresh = linker.address_of(&reference);
        let mut wrong = vec![
            other.address_of(&reference),
            linker.address_of(&changed),
            linker.address_of("urn:ietf:params:oauth:request_uri:"),
            linker.address_of("https://assistant.example/request"),
            "/oauth/authorize".to_owned(),
            "/oauth/authorize?client_id=assistant".to_owned(),
            format!("{fresh}&client_id=assistant"),
        ];
        w.clock.advance(90 * SECOND_US);
        wrong.push(fresh);
        for address in wrong {
            let reply = visitor.get(&address);
            assert_eq!((reply.status, reply.header("location")), (410, None), "{address}: {}", reply.text());
        }
    });
}

#[test]
fn a_form_from_elsewhere_and_an_answer_to_what_another_page_put_in_its_place_link_nobody() {
    let w = World::new(super::super::support::house::House::sqlite());
    let (linker, other, mina) =
        (Linker::new(&w, "assistant"), Linker::new(&w, "other"), w.subscriber("mina"));
    let mut visitor = Visitor::enters(&w, &mina);
    assert_eq!(visitor.get(&linker.address()).status, 200);
    allows(&mut visitor, &linker, "location.zone", &[("precision", "city"), ("term", "30")]);
    let form = forms(&visitor.sees("/me/link")).into_iter().find(|f| f.action == "/me/link").unwrap();
    let reply = visitor.sends(&form.with("form_token", "x"), ("answer", "allow"), &[]);
    assert_eq!(reply.status, 403);
    visitor.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
    assert_eq!(visitor.sends(&form, ("answer", "allow"), &[]).status, 403);
    visitor.headers.pop();
    // Another assistant's address is opened meanwhile: the page that was drawn before answers nothing of it.
    assert_eq!(visitor.get(&other.address()).status, 200);
    let reply = visitor.sends(&form, ("answer", "allow"), &[]);
    assert_eq!((reply.status, reply.header("location")), (403, None));
    // An assistant whose addresses were taken away is answered no more.
    assert_eq!(visitor.get(&linker.address()).status, 200);
    let id = linker.client().key.client_id();
    let jwks = serde_json::to_string(&linker.client().key.jwks()).unwrap();
    let role = dongui::domain::client::Role::Recipient;
    let bare = dongui::domain::client::Client {
        id: id.to_owned(),
        role,
        recipient: Some(linker.provider.id),
        jwks,
        redirect_uris: Vec::new(),
        assurance: Assurance::Server,
        audience_profile: Default::default(),
    };
    w.broker().register_client(&dongui::broker::authenticate::Caller::console(), bare).unwrap();
    assert_eq!(visitor.get("/me/link").status, 410);
    refused(&linker.pushes(&linker.wants()), "unauthorized_client");
}

#[test]
fn a_token_about_one_subscriber_is_about_nobody_else_and_reaches_no_further() {
    World::each(|w| {
        let (linker, mina, jun) = (Linker::new(w, "assistant"), w.subscriber("mina"), w.subscriber("jun"));
        let token = text(&redeemed(&linker, &links_with(&linker, &mina)), "access_token");
        let other = linker.asks(&token, Some(&linker.provider.knows(&jun)), &["location.zone"]);
        assert_eq!(
            (other.status, other.json()["field"].as_str()),
            (422, Some("/subject")),
            "{}",
            other.text()
        );
        let further = linker.asks(&token, None, &["location.zone", "web.interest"]);
        assert_eq!(further.status, 403, "{}", further.text());
        let challenge = further.header("www-authenticate").unwrap();
        assert!(challenge.contains("insufficient_scope"), "{challenge}");
        // At no other door.
        let purges = Call::new("POST", "/v1/purges/pur_0").json(&json!({})).with(linker.client(), &token);
        assert!(matches!(w.http().send(&purges).status, 403 | 404), "purges");
        // A token for the client itself has no subject: the body must name one.
        let own = linker.client().token();
        assert_eq!(linker.asks(&own, None, &["location.zone"]).status, 422);
        assert_eq!(jun.timeline().len() + mina.timeline().len(), 0, "nothing was asked of anybody");
    });
}

#[test]
fn two_links_of_one_browser_are_each_for_themselves() {
    let w = World::new(super::super::support::house::House::sqlite());
    let (one, two, mina) = (Linker::new(&w, "one"), Linker::new(&w, "two"), w.subscriber("mina"));
    let mut visitor = Visitor::enters(&w, &mina);
    let (of_one, of_two) = (links_in(&mut visitor, &one), links_in(&mut visitor, &two));
    let (of_one, of_two) = (redeemed(&one, &of_one), redeemed(&two, &of_two));
    assert_ne!(
        one.worth(&text(&of_one, "access_token"))["sub"],
        two.worth(&text(&of_two, "access_token"))["sub"]
    );
    assert_eq!(two.worth(&text(&of_one, "access_token")), json!({ "active": false }));
    assert_eq!(
        two.asks(&text(&of_one, "access_token"), None, &["location.zone"]).status,
        401,
        "by another key"
    );
}

#[test]
fn a_client_asks_for_nothing_beyond_its_contract_and_only_a_recipients_asks_at_all() {
    let w = World::new(super::super::support::house::House::sqlite());
    let narrow = Linker::with(&w, "narrow", |r| r.ceiling = vec![(ZONE, Precision::City)]);
    let asks = |details: &str| narrow.pushes(&but(&narrow.wants(), "authorization_details", details));
    let detail = |rest: &str| {
        let purpose = "dpv:ProvidePersonalisedRecommendations";
        format!("[{{\"type\":\"urn:dongui:context\",\"purpose\":\"{purpose}\",\"categories\":[{rest}]}}]")
    };
    assert_eq!(asks(&detail("{\"category\":\"location.zone\"}")).status, 201);
    for beyond in
        ["{\"category\":\"location.zone\",\"precision\":\"zone-r6\"}", "{\"category\":\"usage.interest\"}"]
    {
        refused(&asks(&detail(beyond)), "invalid_authorization_details");
    }
    let feed = w.client(dongui::domain::client::Role::Feed);
    refused(&narrow.sends("/oauth/par", &wants(&w, &feed.key), None), "unauthorized_client");
}

#[test]
fn a_signed_introspection_is_for_who_asked_and_verifies_with_the_public_key() {
    let w = World::new(super::super::support::house::House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let token = text(&redeemed(&linker, &links_with(&linker, &mina)), "access_token");
    let mut fields = linker.proves();
    fields.push(("token".to_owned(), token));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let call = Call::new("POST", "/oauth/introspect").body("application/x-www-form-urlencoded", body);
    let reply = w.http().send(&call.header("accept", "application/token-introspection+jwt"));
    assert_eq!(reply.header("content-type"), Some("application/token-introspection+jwt"));
    let keys = w.broker().jwks().unwrap();
    let claims: serde_json::Value =
        dongui::crypt::jose::verify(&reply.text(), &keys.keys[0], "token-introspection+jwt").unwrap();
    assert_eq!((&claims["aud"], &claims["iss"]), (&json!("assistant"), &json!(ISSUER)));
    let told = &claims["token_introspection"];
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(linker.provider.knows(&mina))));
}
