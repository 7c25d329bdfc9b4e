//! Generated requests, well and badly formed, to every operation of our own OpenAPI document (`schemathesis`, PyPI): none is a server's error, and none is answered
//! otherwise than the document says. It is skipped where that is not installed.
use super::support::house::House;
use super::support::program::{Running, keeps_key, kept, python, runs};
use super::support::world::ISSUER;
use super::support::{ASSISTANT, MUNICH, World};
use dongui::domain::client::Role;
use dongui::oauth::scope::{Scope, Scopes};
use serde_json::{Map, Value, json};

#[test]
fn five_thousand_generated_requests_meet_no_fault_and_no_answer_that_is_not_documented() {
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (assistant, mina) = (w.provider("assistant"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let others =
        [Role::Operator, Role::Feed, Role::Regulator, Role::Rescue].map(|role| (role, w.client(role)));
    let mut clients = Map::new();
    for (role, client) in others.iter().map(|(r, c)| (*r, c)).chain([(Role::Recipient, &assistant.client)]) {
        keeps_key(&w, "key.pem", &client.key);
        let pem = std::fs::read_to_string(w.house.dir.path().join("key.pem")).unwrap();
        for scope in Scope::ALL.iter().filter(|scope| Scopes::of(role).has(**scope)) {
            clients.insert(scope.as_str().to_owned(), json!([client.key.client_id(), pem]));
        }
    }
    let known: Value = json!({
        "subject": assistant.knows(&mina), "reference": mina.number, "recipient": assistant.id, "purpose": ASSISTANT,
        "categories": ["location.zone"], "purposes": [ASSISTANT], "ceiling": [["location.zone", "city"]], "assurance": "server", "category": "location.zone", "precision": "city", "kind": "location", "zone": "861f8d7a7ffffff",
        "day": w.clock.now().date(), "circle": null, "age": "adult", "country": "DE", "role": "feed", "state": "open", "locale": "de", "language": "de",
    });
    let always = json!({ "POST /v1/context": { "subject": assistant.knows(&mina) } });
    let world = json!({ "clients": clients, "known": known, "always": always }).to_string();
    std::fs::write(w.house.dir.path().join("world.json"), world).unwrap();
    let server = format!("http://{}", w.http().address());
    let arguments = [ISSUER, &server, "world.json", "5000"];
    let Some(program) = python(&w, "schemathesis", &kept("tests/pypi/cases.py"), &arguments) else { return };
    let said = runs(&w, program, |_| None);
    // They came as far as verbs, and were not all turned away at the door.
    for reached in ["200 POST /v1/context", "200 POST /v1/links", "200 POST /v1/subscribers"] {
        assert!(said.contains(reached), "no `{reached}` in {said}");
    }
}
