//! Official clients go the whole way by the programs that docs/connect/mcp.md shows, as they stand there.
use super::host::{BACK, Host};
use crate::linking::{allows, ends};
use crate::screens::visitor::Visitor;
use crate::support::door::{Call, agent, send};
use crate::support::house::House;
use crate::support::program::{Running, kept, node, python, runs, written};
use crate::support::world::ISSUER;
use crate::support::{MUNICH, World};
use dongui::broker::authenticate::Caller;
use dongui::domain::client::{Client, Role};
use dongui::domain::link::RedirectUri;
use dongui::domain::recipient::Assurance;
use std::process::Command;

/// The assistant's `client_id`.
const ID: &str = "https://host.example/client.json";

/// Runs a program that connects; for each browser that it sends out one thing more is allowed.
fn goes_the_whole_way(w: &World, make: impl FnOnce() -> Option<Command>) -> Option<String> {
    let _runs = Running::start(w);
    let (host, mina) = (Host::new(w, "host"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let zone: &[(&str, &str)] = &[("precision", "city"), ("term", "30")];
    let mut asked = [("location.zone", zone), ("usage.interest", &[("term", "30")])].into_iter();
    let told = runs(w, make()?, |path| {
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(visitor.get(path).status, 200, "{path}");
        // The first time he allows where he is, and what else is asked later.
        let (category, chosen) = asked.next().unwrap();
        allows(&mut visitor, &host.linker, category, chosen);
        mina.is_at(MUNICH);
        let back = ends(&mut visitor, "allow");
        Some(back.header("location").unwrap().to_owned())
    });
    assert!(!told.contains(&mina.number[1..]));
    Some(told)
}

fn says(told: Option<String>, all: &[&str]) {
    let Some(told) = told else { return };
    for wanted in all {
        assert!(told.contains(wanted), "`{wanted}` is not in {told}");
    }
}

#[test]
fn the_official_typescript_client_connects_and_asks_by_the_program_in_the_document() {
    let w = World::new(House::sqlite());
    let program = written("docs/connect/mcp.md", "js", 0);
    let make = || node(&w, "@modelcontextprotocol/client", &program, &[ISSUER, ID, BACK]);
    let wanted = ["get_context", "\"location.zone\"", "stepped up", "\"usage.interest\""];
    says(goes_the_whole_way(&w, make), &wanted);
}

#[test]
fn the_official_python_client_connects_and_asks_by_the_program_in_the_document() {
    let w = World::new(House::sqlite());
    let program = written("docs/connect/mcp.md", "python", 0);
    let make = || python(&w, "mcp", &program, &[ISSUER, ID, BACK]);
    says(goes_the_whole_way(&w, make), &["get_context", "\"location.zone\""]);
}

#[test]
fn the_small_assistant_says_what_it_was_told_and_what_it_was_not_allowed_to_see() {
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (host, mina) = (Host::new(&w, "host"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    let client = Client {
        id: "this-machine".to_owned(),
        role: Role::Recipient,
        recipient: Some(host.provider().id),
        assurance: Assurance::Hosted,
        audience_profile: Default::default(),
        jwks: String::new(),
        redirect_uris: vec![RedirectUri::parse("http://127.0.0.1/callback").unwrap()],
    };
    w.broker().register_client(&Caller::console(), client).unwrap();
    let places = kept("examples/assistant/places.json");
    std::fs::write(w.house.dir.path().join("places.json"), places).unwrap();
    let program = kept("examples/assistant/assistant.mjs");
    let Some(program) = node(&w, "@modelcontextprotocol/client", &program, &[ISSUER]) else { return };
    let told = runs(&w, program, |path| {
        let mut visitor = Visitor::enters(&w, &mina);
        assert_eq!(visitor.get(path).status, 200, "{path}");
        allows(&mut visitor, &host.linker, "location.zone", &[("precision", "city"), ("term", "30")]);
        mina.is_at(MUNICH);
        let back = ends(&mut visitor, "allow").header("location").unwrap().to_owned();
        let address = back.strip_prefix("http://").unwrap();
        let (address, path) = address.split_at(address.find('/').unwrap());
        let came = send(&agent(), address, &Call::new("GET", path)).unwrap();
        assert_eq!(came.status, 200);
        None
    });
    let (heard, not_heard) = told.split_once("What I was not allowed to see:").unwrap();
    assert!(heard.contains("- the area you are in, until 20") && heard.contains("Good there: "), "{told}");
    assert!(heard.contains("Where you go next I cannot say"), "{told}");
    assert!(
        not_heard.contains("where you probably go next") && !not_heard.contains("the area you are in"),
        "{told}"
    );
}
