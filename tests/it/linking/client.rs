//! Official clients go the whole way by the programs that docs/connect/link.md, link-elsewhere.md and camara.md show, as they stand there.
use super::{allows, ends};
use crate::screens::visitor::Visitor;
use crate::support::house::House;
use crate::support::linker::{BACK, Linker};
use crate::support::program::{Running, keeps_key, node, runs, written};
use crate::support::world::{ISSUER, Opening};
use crate::support::{MUNICH, World};
use dongui::domain::link::RedirectUri;

/// What every client library takes: an address without a query.
const PLAIN: &str = "https://assistant.example/callback";

/// Runs a program that links a subscriber, for whom he comes in and allows his zone. Of what he is led to later he allows the data volume.
fn links_by(w: &World, package: &str, text: &str, back: &str) -> Option<String> {
    let _runs = Running::start(w);
    let (linker, mina) =
        (Linker::with(w, "assistant", |r| r.consent_management = true), w.subscriber("mina"));
    let mut linked = false;
    w.neighbours_are_at(MUNICH);
    linker.registers(|client| client.redirect_uris.push(RedirectUri::parse(PLAIN).unwrap()));
    keeps_key(w, "assistant.pem", &linker.client().key);
    let program = node(w, package, text, &[ISSUER, "assistant", "assistant.pem", back])?;
    let told = runs(w, program, |path| {
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(visitor.get(path).status, 200, "{path}");
        if std::mem::replace(&mut linked, true) {
            allows(&mut visitor, &linker, "account.data_volume", &[("term", "30")]);
            ends(&mut visitor, "allow");
            return None;
        }
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

/// Where nonces are needed or not.
fn world(dpop_nonce: bool) -> World {
    let w = World::new(House::sqlite());
    w.restart(Opening { dpop_nonce, ..Opening::default() });
    w
}

#[test]
fn an_official_client_links_a_subscriber_by_the_program_in_the_document_also_where_nonces_are_needed() {
    let program = written("docs/connect/link.md", "js", 0);
    for dpop_nonce in [false, true] {
        let told = links_by(&world(dpop_nonce), "oauth4webapi", &program, BACK);
        says(told, &["\"location.zone\"", "refreshed 200", "ended 401"]);
    }
}

#[test]
fn openid_client_does_the_same_and_jose_verifies_what_we_signed() {
    let program = written("docs/connect/link.md", "js", 1);
    for dpop_nonce in [false, true] {
        let told = links_by(&world(dpop_nonce), "openid-client", &program, PLAIN);
        says(told, &["\"location.zone\"", "verified true", "refreshed 200", "ended false"]);
    }
}

#[test]
fn openid_client_asks_in_camaras_words_by_the_program_in_the_document() {
    let program = written("docs/connect/camara.md", "js", 0);
    let told = links_by(&world(true), "openid-client", &program, PLAIN);
    says(
        told,
        &["\"areaType\":\"POLYGON\"", "\"statusValidForProcessing\":true", "\"correlator\":\"example-1\""],
    );
}

#[test]
fn openid_client_says_what_it_heard_and_subscribes_by_what_the_document_adds_to_its_program() {
    let parts = [0, 1, 2].map(|which| written("docs/connect/camara.md", "js", which));
    let told = links_by(&world(true), "openid-client", &parts.concat(), PLAIN);
    says(
        told,
        &[
            "said 201 PENDING",
            "confirmed GRANTED true",
            "ended 200 PENDING",
            "made 201 ACTIVE",
            "listed true",
            "deleted 204",
        ],
    );
}

#[test]
fn an_official_client_links_without_a_browser_in_each_of_the_ways_in_the_document() {
    for dpop_nonce in [false, true] {
        links_elsewhere(&world(dpop_nonce));
    }
}

fn links_elsewhere(w: &World) {
    let text = written("docs/connect/link-elsewhere.md", "js", 0);
    let _runs = Running::start(w);
    let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
    let name = linker.provider.knows(&mina);
    keeps_key(w, "assistant.pem", &linker.client().key);
    w.neighbours_are_at(MUNICH);
    let code = super::code::code_of(&linker, &mina).to_lowercase();
    mina.is_at(MUNICH);
    let goes = |way: &str, what: &str, last: &str| {
        let Some(program) = node(w, "jose", &text, &[ISSUER, "assistant", "assistant.pem", way, what]) else {
            return;
        };
        // Asked on his pages, he answers there.
        let told = runs(w, program, |path| {
            let mut visitor = Visitor::enters(w, &mina);
            assert_eq!(visitor.get(path).status, 200, "{path}");
            let path = super::asked::waits(&mut visitor).unwrap();
            assert_eq!(super::asked::presses(&mut visitor, &path, "allow").status, 303);
            None
        });
        assert!(told.contains("\"level\": \"city\"") && told.contains(last), "{told}");
        assert!(!told.contains(&mina.number[1..]), "{told}");
    };
    goes("code", &code, "to be refreshed");
    goes("ask", &name, "to be refreshed");
    goes("state", &name, "for this once");
}
