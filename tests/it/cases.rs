//! Generated requests, well and badly formed, to every operation of our own OpenAPI document (`schemathesis`, PyPI): none is a server's error, and none is answered
//! otherwise than the document says. It is skipped, and says so, where `DONGUI_TEST_PYPI` names no environment with it.
use super::linking::client::Running;
use super::support::house::House;
use super::support::world::ISSUER;
use super::support::{ASSISTANT, MUNICH, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dongui::domain::client::Role;
use dongui::oauth::scope::{Scope, Scopes};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// The program with schemathesis, where it is installed.
fn python() -> Option<PathBuf> {
    let dir = std::env::var_os("DONGUI_TEST_PYPI").map(PathBuf::from);
    let python = dir.map(|dir| dir.join("bin/python3")).filter(|python| {
        let found = Command::new(python).args(["-c", "import schemathesis"]).output();
        found.is_ok_and(|found| found.status.success())
    });
    if python.is_none() {
        let said = "cases: schemathesis is not installed; its story is skipped\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    python
}

fn sends(count: u32) {
    let Some(python) = python() else { return };
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (assistant, mina) = (w.provider("assistant"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let others = [Role::Operator, Role::Feed, Role::Regulator].map(|role| (role, w.client(role)));
    let mut clients = Map::new();
    for (role, client) in others.iter().map(|(r, c)| (*r, c)).chain([(Role::Recipient, &assistant.client)]) {
        let key = STANDARD.encode(client.key.pkcs8());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
        for scope in Scope::ALL.iter().filter(|scope| Scopes::of(role).has(**scope)) {
            clients.insert(scope.as_str().to_owned(), json!([client.key.client_id(), pem]));
        }
    }
    let known: Value = json!({
        "subject": assistant.knows(&mina), "reference": mina.number, "recipient": assistant.id, "purpose": ASSISTANT,
        "categories": ["location.zone"], "category": "location.zone", "precision": "city", "kind": "location", "zone": "861f8d7a7ffffff",
        "day": w.clock.now().date(), "age": "adult", "country": "DE", "role": "feed", "state": "open", "locale": "de", "language": "de",
    });
    let world = w.house.dir.path().join("world.json");
    std::fs::write(&world, json!({ "clients": clients, "known": known }).to_string()).unwrap();
    let server = format!("http://{}", w.http().address());
    let told = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pypi/cases.py"))
        .args([ISSUER, &server])
        .arg(&world)
        .arg(count.to_string())
        .output()
        .unwrap();
    let (said, wrong) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{said}\n{wrong}");
    // They came as far as verbs, and were not all turned away at the door.
    for reached in ["200 POST /v1/context", "200 POST /v1/links", "201 POST /v1/subscribers"] {
        assert!(said.contains(reached), "no `{reached}` in {said}");
    }
}

#[test]
fn generated_requests_meet_no_fault_and_no_answer_that_is_not_documented() {
    sends(600);
}

#[test]
#[ignore = "minutes long: `tests/run --faults`"]
fn five_thousand_generated_requests_meet_no_fault_and_no_answer_that_is_not_documented() {
    sends(5_000);
}
