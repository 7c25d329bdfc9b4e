//! Official clients go the whole way by the programs that docs/connect/link.md shows, as they stand there.
use super::{allows, ends};
use crate::screens::visitor::Visitor;
use crate::support::house::House;
use crate::support::linker::{BACK, Linker};
use crate::support::program::{Running, keeps_key, node, runs, written};
use crate::support::world::{ISSUER, Opening};
use crate::support::{MUNICH, World};

/// Runs a program that links a subscriber, for whom he comes in and allows his zone.
fn links_by(w: &World, package: &str, text: &str) -> Option<String> {
    let _runs = Running::start(w);
    let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    keeps_key(w, "assistant.pem", &linker.client().key);
    let program = node(w, package, text, &[ISSUER, "assistant", "assistant.pem", BACK])?;
    let told = runs(w, program, |path| {
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(visitor.get(path).status, 200, "{path}");
        allows(&mut visitor, &linker, "location.zone", &[("precision", "city"), ("term", "30")]);
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
fn an_official_client_links_a_subscriber_by_the_program_in_the_document() {
    let w = World::new(House::sqlite());
    let program = written("docs/connect/link.md", "js");
    says(links_by(&w, "oauth4webapi", &program), &["\"location.zone\"", "refreshed 200", "ended 401"]);
}

#[test]
fn the_same_program_does_where_every_proof_needs_a_nonce() {
    let w = World::new(House::sqlite());
    w.restart(Opening { dpop_nonce: true, ..Opening::default() });
    let program = written("docs/connect/link.md", "js");
    says(links_by(&w, "oauth4webapi", &program), &["\"location.zone\"", "refreshed 200", "ended 401"]);
}
