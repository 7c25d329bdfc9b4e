//! A recipient's server asks with an official client by the program that docs/connect/server-to-server.md shows, as it stands there. The program
//! without a client is run with the document.
use super::support::house::House;
use super::support::linker::Linker;
use super::support::program::{Running, keeps_key, python, runs, written};
use super::support::world::ISSUER;
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::domain::client::AudienceProfile;

#[test]
fn authlib_asks_by_the_program_in_the_document_under_either_audience() {
    let w = World::new(House::sqlite());
    let _runs = Running::start(&w);
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    w.neighbours_are_at(MUNICH);
    mina.allows(&linker.provider, ASSISTANT, ZONE, R6);
    mina.is_at(MUNICH);
    keeps_key(&w, "assistant.pem", &linker.client().key);
    let subject = linker.provider.knows(&mina);
    let issuer = written("docs/connect/server-to-server.md", "python", 0);
    let endpoint = issuer.replace("Proves(issuer))", "Proves())");
    assert_ne!(issuer, endpoint);
    for (profile, program) in [(AudienceProfile::Fapi, issuer), (AudienceProfile::Camara, endpoint)] {
        linker.registers(|client| client.audience_profile = profile);
        let arguments = [ISSUER, "assistant", "assistant.pem", subject.as_str()];
        let Some(program) = python(&w, "authlib", &program, &arguments) else { return };
        let told = runs(&w, program, |_| None);
        for wanted in ["\"location.zone\"", "the receipt is good"] {
            assert!(told.contains(wanted), "`{wanted}` is not in {told}");
        }
    }
}
