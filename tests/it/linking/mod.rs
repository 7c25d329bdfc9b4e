//! Subscribers who link an assistant in their browser: the whole way over HTTP, and what becomes of it afterwards. Attacks are in `attacks`, the
//! official client in `client`.
mod asked;
mod attacks;
pub mod client;
mod code;
mod fields;
pub mod stated;

use super::screens::visitor::{Visitor, bare, forms, question};
use super::support::door::{Call, Reply};
use super::support::linker::{BACK, Fields, Linker, STATE, part};
use super::support::world::ISSUER;
use super::support::{MUNICH, Subscriber, World};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::domain::client::{Client, Role};
use dongui::domain::link::RedirectUri;
use dongui::domain::recipient::Assurance;
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{DAY_US, MINUTE_US, SECOND_US};
use dongui::oauth::token::TokenResponse;
use serde_json::{Value, json};
use std::sync::Barrier;

/// Says yes to the question about a category on the page of the link, and is led back to it.
pub fn allows(visitor: &mut Visitor<'_>, linker: &Linker<'_>, category: &str, chosen: &[(&str, &str)]) {
    answers(visitor, linker, category, ("answer", "allow"), chosen);
}

fn answers(
    visitor: &mut Visitor<'_>,
    linker: &Linker<'_>,
    category: &str,
    button: (&str, &str),
    chosen: &[(&str, &str)],
) {
    let form = question(&visitor.sees("/me/link"), &linker.provider.id.to_string(), category);
    let reply = visitor.sends(&form, button, chosen);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/me/link")), "{}", reply.text());
}

/// Presses one of the two buttons at the end.
pub fn ends(visitor: &mut Visitor<'_>, answer: &str) -> Reply {
    let page = visitor.sees("/me/link");
    let form = forms(&page).into_iter().find(|f| f.action == "/me/link").unwrap();
    assert!(form.buttons.contains(&("answer".to_owned(), answer.to_owned())), "{form:?}");
    visitor.sends(&form, ("answer", answer), &[])
}

/// Follows an assistant's address, comes in, allows his zone, and gives the address that he is sent back to.
pub fn links_with(linker: &Linker<'_>, who: &Subscriber<'_>) -> String {
    let mut visitor = Visitor::enters(linker.w, who);
    links_in(&mut visitor, linker)
}

fn links_in(visitor: &mut Visitor<'_>, linker: &Linker<'_>) -> String {
    assert_eq!(visitor.get(&linker.address()).status, 200);
    if visitor.sees("/me/link").contains("value=\"location.zone\"") {
        allows(visitor, linker, "location.zone", &[("precision", "city"), ("term", "30")]);
    }
    back(&ends(visitor, "allow"))
}

fn back(reply: &Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text());
    let address = reply.header("location").unwrap().to_owned();
    assert!(address.starts_with(&format!("{BACK}&")), "{address}");
    assert_eq!(
        (part(&address, "iss").unwrap(), part(&address, "state").unwrap()),
        (ISSUER.into(), STATE.into())
    );
    address
}

/// The answer of the token endpoint to a code.
pub fn redeemed(linker: &Linker<'_>, address: &str) -> Value {
    let reply = linker.token(&linker.redeems(&part(address, "code").unwrap()));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// Registers a client without a key for the same recipient; its id.
fn hosted(w: &World, linker: &Linker<'_>) -> String {
    let client = Client {
        id: "https://host.example/client.json".to_owned(),
        role: Role::Recipient,
        recipient: Some(linker.provider.id),
        assurance: Assurance::Hosted,
        audience_profile: Default::default(),
        jwks: String::new(),
        redirect_uris: vec![RedirectUri::parse("https://host.example/back").unwrap()],
    };
    let id = client.id.clone();
    w.broker().register_client(&Caller::console(), client).unwrap();
    id
}

/// What becomes of token requests, each with its proof, that are sent at the same moment.
fn at_once(w: &World, all: &[(Fields, String)], url: &str) -> Vec<Result<TokenResponse, Failure>> {
    let (broker, gate) = (&w.broker(), &Barrier::new(all.len()));
    std::thread::scope(|scope| {
        let one = |(fields, proof): &(Fields, String)| {
            let (fields, proof) = (fields.clone(), proof.clone());
            scope.spawn(move || {
                gate.wait();
                broker.grant_token(&fields, Some(&proof), url, None)
            })
        };
        let threads: Vec<_> = all.iter().map(one).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {value}")).to_owned()
}

fn refused(reply: &Reply, code: &str) {
    assert_eq!((reply.status, reply.json()["error"].as_str()), (400, Some(code)), "{}", reply.text());
}

/// Of an answer with context: what it tells, and why what is withheld is.
fn told(reply: &Reply) -> (usize, Vec<String>) {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let context = &reply.json()["context"];
    let withheld = context["withheld"].as_array().unwrap();
    (context["items"].as_array().unwrap().len(), withheld.iter().map(|w| text(w, "reason")).collect())
}

#[test]
fn a_subscriber_links_an_assistant_that_never_learns_his_number() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        // The assistant's address comes first; the visitor is nobody yet.
        let mut visitor = Visitor::new(w);
        let first = visitor.get(&linker.address());
        assert_eq!(first.status, 200, "{}", first.text());
        assert!(bare(&first.text()).contains("assistant asks to be linked with you"), "{}", first.text());
        let cookie = first.headers.iter().find(|(n, _)| n == "set-cookie").unwrap().1.clone();
        assert!(cookie.starts_with("__Host-dongui-link=") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert_eq!(visitor.get("/me/link").status, 403, "he has to come in");
        let entered = visitor.post(&super::screens::visitor::invitation(w, &mina), &[]);
        assert_eq!(entered.header("location"), Some("/me/link"), "{}", entered.text());
        // He is asked for what the assistant asked, as fine and as long as it asked, and nothing stands chosen.
        let page = visitor.sees("/me/link");
        let questions: Vec<_> =
            forms(&page).into_iter().filter(|f| f.action.starts_with("/me/answer")).collect();
        assert_eq!(
            questions.iter().map(|f| f.field("category")).collect::<Vec<_>>(),
            ["location.zone", "usage.interest"]
        );
        let of = |name: &str| {
            let all = questions[0].choices.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str());
            all.collect::<Vec<_>>()
        };
        assert_eq!((of("precision"), of("term")), (vec!["region", "city"], vec!["30", "90"]));
        assert!(!page.contains(" checked") && page.contains("assistant.example"));
        // Without a yes there is no link, and the page says so.
        let nothing = ends(&mut visitor, "allow");
        assert_eq!(nothing.status, 422);
        assert!(bare(&nothing.text()).contains("You allow none of this yet"));
        // A form may lead to the assistant, and nowhere else.
        let policy = nothing.header("content-security-policy").unwrap();
        assert!(policy.contains("form-action 'self' https://assistant.example;"), "{policy}");
        allows(&mut visitor, &linker, "location.zone", &[("precision", "city"), ("term", "30")]);
        answers(&mut visitor, &linker, "usage.interest", ("answer", "refuse"), &[]);
        let address = back(&ends(&mut visitor, "allow"));
        assert!(!visitor.cookies.contains_key("__Host-dongui-link"));
        mina.is_at(MUNICH);
        let answer = redeemed(&linker, &address);
        assert_eq!(
            (text(&answer, "token_type"), text(&answer, "scope")),
            ("DPoP".into(), "context:read dpv:ProvidePersonalisedRecommendations location.zone".into())
        );
        let allowed = json!([{ "type": "urn:dongui:context", "purpose": "dpv:ProvidePersonalisedRecommendations",
            "categories": [{ "category": "location.zone", "precision": "city" }] }]);
        assert_eq!(answer["authorization_details"], allowed, "what he allowed of what was asked");
        let token = text(&answer, "access_token");
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])), (1, vec![]));
        let name = linker.provider.knows(&mina);
        assert_eq!(told(&linker.asks(&token, Some(&name), &["location.zone"])).0, 1);
        let claims: Value = dongui::crypt::jose::Unverified::read(&token).unwrap().peek().unwrap();
        assert_eq!((text(&claims, "sub"), &claims["grant_version"]), (name, &json!(1)));
        let said = format!("{address} {answer} {claims}");
        assert!(!said.contains(&mina.number[1..]) && !said.contains(&mina.id.to_string()), "{said}");
    });
}

#[test]
fn whoever_says_no_is_sent_back_with_a_no_and_is_linked_with_nobody() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(visitor.get(&linker.address()).status, 200);
        let no = back(&ends(&mut visitor, "refuse"));
        assert_eq!((part(&no, "error").as_deref(), part(&no, "code")), (Some("access_denied"), None));
        assert!(
            w.dump().iter().all(|(table, row)| table != "links" || row.is_empty()),
            "{:?}",
            w.dump().len()
        );
        assert_eq!(visitor.get("/me/link").status, 410, "it was answered");
    });
}

#[test]
fn a_link_goes_on_while_something_is_allowed_and_tells_no_pause() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        let first = redeemed(&linker, &links_with(&linker, &mina));
        mina.is_at(MUNICH);
        let next = |from: &Value| linker.token(&linker.refreshes(&text(from, "refresh_token")));
        let second = next(&first).json();
        assert_eq!(told(&linker.asks(&text(&second, "access_token"), None, &["location.zone"])).0, 1);
        // Paused: the same answer with the same members, and the token tells nothing.
        mina.pauses();
        let third = next(&second).json();
        let members = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            (members(&third), &third["authorization_details"]),
            (members(&second), &second["authorization_details"])
        );
        let token = text(&third, "access_token");
        assert_eq!(
            told(&linker.asks(&token, None, &["location.zone"])),
            (0, vec!["not_available".to_owned()])
        );
        assert_eq!(linker.worth(&token)["active"], true);
        mina.resumes();
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])).0, 1);
        // Withdrawn: at once for the token that is out, and no other is given.
        mina.withdraws();
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])), (0, vec!["not_granted".to_owned()]));
        assert_eq!(linker.worth(&token), json!({ "active": false }));
        refused(&next(&third), "invalid_grant");
    });
}

#[test]
fn the_link_of_a_number_that_is_gone_or_forgotten_gives_nothing_any_more() {
    World::each(|w| {
        let linker = Linker::new(w, "assistant");
        let (gone, stranger, idle) = (w.subscriber("gone"), w.subscriber("stranger"), w.subscriber("idle"));
        let [of_gone, of_stranger, of_idle] =
            [&gone, &stranger, &idle].map(|who| redeemed(&linker, &links_with(&linker, who)));
        let why = dongui::broker::depart::Departure::Recycled;
        w.broker().depart(&dongui::broker::authenticate::Caller::console(), &gone.reference(), why).unwrap();
        w.broker().forget(stranger.id, true).unwrap();
        for answer in [&of_gone, &of_stranger] {
            // As about anybody unknown; where a link ended is not told.
            let reply = linker.asks(&text(answer, "access_token"), None, &["location.zone"]);
            assert_eq!(told(&reply), (0, vec!["not_available".to_owned()]));
            refused(&linker.token(&linker.refreshes(&text(answer, "refresh_token"))), "invalid_grant");
            assert_eq!(linker.worth(&text(answer, "refresh_token")), json!({ "active": false }));
        }
        w.clock.advance(29 * DAY_US);
        let still = linker.token(&linker.refreshes(&text(&of_idle, "refresh_token"))).json();
        w.clock.advance(2 * DAY_US);
        refused(&linker.token(&linker.refreshes(&text(&still, "refresh_token"))), "invalid_grant");
    });
}

#[test]
fn a_token_ends_with_what_ended_its_link_and_with_a_new_one() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let first = redeemed(&linker, &links_with(&linker, &mina));
        let again = redeemed(&linker, &links_with(&linker, &mina));
        let dead =
            |answer: &Value| {
                let reply = linker.asks(&text(answer, "access_token"), None, &["location.zone"]);
                assert_eq!(reply.status, 401, "{}", reply.text());
                let challenge = reply.header("www-authenticate").unwrap();
                assert!(challenge.starts_with("DPoP error=\"invalid_token\""), "{challenge}");
                assert!(challenge.ends_with(&format!(
                    "resource_metadata=\"{ISSUER}/.well-known/oauth-protected-resource\""
                )));
                refused(&linker.token(&linker.refreshes(&text(answer, "refresh_token"))), "invalid_grant");
            };
        dead(&first);
        assert_eq!(linker.worth(&text(&again, "access_token"))["active"], true, "the new link stands");
        let worth = linker.worth(&text(&again, "refresh_token"));
        assert_eq!((&worth["active"], &worth["sub"]), (&json!(true), &json!(linker.provider.knows(&mina))));
        // By either token, also a second time; nobody else's is touched.
        let other = Linker::new(w, "other");
        assert_eq!(other.revokes(&text(&again, "refresh_token")).status, 200);
        assert_eq!(other.worth(&text(&again, "access_token")), json!({ "active": false }));
        assert_eq!(linker.worth(&text(&again, "access_token"))["active"], true);
        for _ in 0..2 {
            assert_eq!(linker.revokes(&text(&again, "access_token")).status, 200);
        }
        dead(&again);
        let third = redeemed(&linker, &links_with(&linker, &mina));
        assert_eq!(linker.revokes(&text(&third, "refresh_token")).status, 200);
        dead(&third);
        refused(&linker.revokes(&linker.client().token()), "unsupported_token_type");
        assert_eq!(linker.revokes("no token at all").status, 200);
    });
}

#[test]
fn what_the_servers_say_of_themselves_is_one_and_the_same() {
    let w = World::new(super::support::house::House::sqlite());
    let document = |path: &str| w.http().get(path).json();
    let server = document("/.well-known/oauth-authorization-server");
    assert_eq!(server, document("/.well-known/openid-configuration"));
    let resource = document("/.well-known/oauth-protected-resource");
    assert_eq!(
        (text(&server, "issuer"), &resource["authorization_servers"]),
        (ISSUER.into(), &json!([ISSUER]))
    );
    assert_eq!(resource["resource"], ISSUER);
    for (endpoint, path) in [
        ("authorization_endpoint", "/oauth/authorize"),
        ("pushed_authorization_request_endpoint", "/oauth/par"),
        ("token_endpoint", "/oauth/token"),
        ("revocation_endpoint", "/oauth/revoke"),
        ("introspection_endpoint", "/oauth/introspect"),
    ] {
        assert_eq!(server[endpoint], format!("{ISSUER}{path}"));
    }
    // A challenge leads there.
    let reply = w.http().send(&Call::new("POST", "/v1/context").json(&json!({})));
    assert_eq!(reply.status, 401);
    assert!(reply.header("www-authenticate").unwrap().contains("resource_metadata="));
}

#[test]
fn a_minor_links_nothing_before_his_guardian_says_yes_and_a_guardian_links_nobody_but_himself() {
    let w = World::new(super::support::house::House::sqlite());
    let (linker, child) = (Linker::new(&w, "assistant"), w.enrols("child", AgeBand::Minor));
    let mut visitor = Visitor::enters(&w, &child);
    assert_eq!(visitor.get(&linker.address()).status, 200);
    allows(&mut visitor, &linker, "location.zone", &[("precision", "city"), ("term", "30")]);
    assert_eq!(ends(&mut visitor, "allow").status, 422, "his yes waits");
    let mother = w.subscriber("mother");
    super::family::speaks_for(&w, &mother, &child, None);
    let mut guardian = Visitor::enters(&w, &mother);
    let family = guardian.sees("/me/family");
    let enter = forms(&family).into_iter().find(|f| f.action == "/me/family/enter").unwrap();
    assert_eq!(guardian.post(&enter.action, &enter.fields).header("location"), Some("/me"));
    assert_eq!(guardian.get(&linker.address()).status, 200);
    assert_eq!(guardian.get("/me/link").status, 404, "on the child's page");
    w.clock.advance(31 * MINUTE_US + 90 * SECOND_US);
    let late = visitor.get("/me/link");
    assert_eq!(late.status, 410, "too late: {}", late.text());
}
