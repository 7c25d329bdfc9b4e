//! Other operators of the group, and whom to complain to: what the operator's own file says, on the pages, on both engines.
use super::loopback::{dongui, runs};
use super::visitor::{Visitor, bare, between, invitation};
use super::{assistant, status};
use crate::support::world::{ISSUER, Opening};
use crate::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::cli::operators::read;
use dongui::crypt::receipt::DisclosureReceipt;
use dongui::domain::operator::Operators;

const FILE: &str = r#"
[officer]
name = "Datenschutz am Fluss"
address = "privacy@operator.example"

[[operator]]
name = "Hangang Telecom"
country = "KR"
address = "https://hangang.example/me"

[[operator]]
name = "Selat Mobile"
country = "SG"
address = "https://selat.example/me"
"#;

/// What the operator's file says.
pub fn operators(w: &World) -> Operators {
    let path = w.house.dir.path().join("operators.toml");
    std::fs::write(&path, FILE).unwrap();
    read(&path).unwrap()
}

#[test]
fn the_other_operators_are_named_and_told_apart_from_ones_own_and_nothing_leaves_by_looking() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let mut visitor = Visitor::enters(w, &mina);
        assert!(!visitor.page().contains("/me/elsewhere"), "an operator without a group speaks of none");
        assert_eq!(visitor.get("/me/elsewhere").status, 404);
        w.restart(Opening { operators: operators(w), ..Opening::default() });
        assert_eq!(Visitor::new(w).get("/me/elsewhere").status, 403, "a stranger sees nothing");
        assert!(visitor.page().contains("href=\"/me/elsewhere\""));
        let before = w.dump();
        let page = visitor.sees("/me/elsewhere");
        assert_eq!(w.dump(), before, "looking changes nothing");
        assert_eq!(status(&page), "In other countries");
        let holders = between(&page, "<li class=\"sheet\">", "</li>");
        let told = |n: usize, parts: &[&str]| parts.iter().all(|part| bare(holders[n]).contains(part));
        assert_eq!(holders.len(), 3);
        assert!(told(0, &["Your operator", "Germany", "Holds your permissions"]), "{page}");
        assert!(told(1, &["Hangang Telecom", "Korea", "Has nothing from here"]), "{page}");
        assert!(told(2, &["Selat Mobile", "Singapore", "href=\"https://selat.example/me\""]), "{page}");
        visitor.headers.push(("accept".to_owned(), "application/json".to_owned()));
        let data: serde_json::Value = serde_json::from_slice(&visitor.get("/me/elsewhere").body).unwrap();
        assert_eq!(
            (data["kind"].as_str(), data["others"][0]["name"].as_str()),
            (Some("elsewhere"), Some("Hangang Telecom"))
        );
    });
}

#[test]
fn one_request_is_quoted_by_its_receipt_and_only_by_whom_it_is_about() {
    World::each(|w| {
        let (mina, jan, provider) = (w.subscriber("mina"), w.subscriber("jan"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        assert!(bare(&visitor.sees("/me/help")).contains("has not said here how to reach one"));
        w.restart(Opening { operators: operators(w), ..Opening::default() });
        let answer = provider.asks(&mina);
        let key = w.broker().jwks().unwrap().keys[0].clone();
        let receipt = DisclosureReceipt::verify(&answer.disclosed().receipt, &key, ISSUER).unwrap();
        let row = visitor.asked();
        let complaint = between(&row, "href=\"/me/help?about=", "\"")[0].to_owned();
        assert_eq!(complaint, receipt.jti.to_string(), "the number of the receipt that the recipient has");
        let path = format!("/me/help?about={complaint}");
        let page = bare(&visitor.sees(&path));
        for line in ["24 November 2026, 16:20", "Almanac", &complaint] {
            assert!(page.contains(&format!("<dd>{line}</dd>")), "{line}: {page}");
        }
        assert!(page.contains("Datenschutz am Fluss: privacy@operator.example"), "{page}");
        assert!(!page.contains(&mina.number[1..]) && !page.contains(&mina.id.to_string()));

        assert_eq!(Visitor::enters(w, &jan).get(&path).status, 404, "it is not about him");
        assert_eq!(Visitor::new(w).get(&path).status, 403);
        let consent = mina.records().len();
        assert!(consent > 1);
        let none = format!("/me/help?about=ent_{}", "0".repeat(32));
        for odd in ["/me/help?about=x", "/me/help?about=", &none] {
            assert_eq!(visitor.get(odd).status, 404, "{odd}");
        }
        // Where a PIN stands before the requests it stands before each of them, too.
        let link = invitation(w, &mina);
        let session = w.broker().enter(link.rsplit('/').next().unwrap()).unwrap();
        assert!(w.broker().set_pin(&session, "", Some("482916")).is_ok());
        let reply = Visitor::enters(w, &mina).get(&path);
        assert_eq!(reply.status, 303);
        assert!(reply.header("location").is_some_and(|to| to.starts_with("/me/pin")));
    });
}

#[test]
fn a_file_that_no_page_can_show_is_refused_with_its_place_before_anything_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("operators.toml"));
    let near = "127.0.0.1:0";
    runs(&data, near, &["keys", "init"]);
    runs(&data, near, &["migrate"]);
    let says = |text: &str, command: &str| {
        std::fs::write(&file, text).unwrap();
        let out = dongui(&data, near).arg(command).arg("--operators").arg(&file).output().unwrap();
        let said = [out.stdout, out.stderr].concat();
        (out.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, said) = says(FILE, "doctor");
    let good = said.contains("ok   operators a data protection officer, 2 others of the group");
    assert!(code == Some(0) && good, "{said}");
    for (bad, place) in [
        (FILE.replace("https://selat", "http://selat"), "`operator` 2, `address`"),
        (FILE.replace("\"SG\"", "\"Singapore\""), "country"),
        (FILE.replace("Datenschutz am Fluss", ""), "`officer.name`"),
        (FILE.replace("[officer]", "[officers]"), "officers"),
    ] {
        let (code, said) = says(&bad, "doctor");
        assert!(code == Some(1) && said.contains("FAIL operators") && said.contains(place), "{said}");
        let (code, said) = says(&bad, "serve");
        assert!(code == Some(2) && said.contains(place), "{said}");
    }
}
