//! What a subscriber keeps, and what is kept about him: receipts, the file with everything, and erasing what is known.
use super::visitor::{Form, Visitor, bare, between, control, forms, plain, question};
use super::{MONTH, NO, YES, assistant, status};
use crate::support::world::{Interrupted, Opening};
use crate::support::{ASSISTANT, CITY, MUNICH, R6, World, ZONE};
use dongui::crypt::document::{RECEIPT, verify};
use dongui::crypt::keyring::Keyring;
use dongui::crypt::sign::LogKey;
use dongui::domain::category::Category;
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};
use serde_json::Value;
use std::sync::Arc;

/// Where the receipts of a list are.
fn receipts(page: &str) -> Vec<String> {
    let links = between(page, "href=\"", "\"");
    links.into_iter().filter(|l| l.starts_with("/me/receipts/grn_")).map(str::to_owned).collect()
}

/// The public key that receipts are signed with.
fn log_public() -> [u8; 32] {
    LogKey::of(&Keyring::parse(crate::support::world::keys()).unwrap()).unwrap().public()
}

fn json(visitor: &mut Visitor<'_>, path: &str) -> Value {
    let reply = visitor.get(path);
    assert_eq!(reply.status, 200, "{path}");
    assert!(reply.header("content-disposition").is_some_and(|d| d.starts_with("attachment; filename=")));
    serde_json::from_slice(&reply.body).unwrap()
}

fn erasing(page: &str) -> Form {
    forms(page).into_iter().find(|f| f.action == "/me/data/erase").expect("a form that erases")
}

#[test]
fn a_receipt_shows_the_words_that_were_shown_and_all_that_was_done_since() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        let id = provider.id.to_string();
        let mut visitor = Visitor::enters(w, &mina);
        assert!(bare(&visitor.sees("/me/receipts")).contains("There are no receipts yet."));
        let page = visitor.sees(&format!("/me/with/{id}?lang=ko"));
        let asked = question(&page, &id, "usage.interest");
        let shown = plain(
            between(
                page.split_once("name=\"category\" value=\"usage.interest\"").unwrap().1,
                "<p class=\"notice\">",
                "</p>",
            )[0],
        );
        visitor.presses(&asked, YES, &[MONTH, ("quota", "once")]);
        let page = visitor.sees(&format!("/me/with/{id}?lang=en"));
        visitor.presses(&question(&page, &id, "web.interest"), NO, &[]);
        w.clock.advance(MINUTE_US);
        let pause = control(&visitor.page_of(&id), Some(&id), Some("usage.interest"), "pause").unwrap();
        visitor.presses(&pause, ("act", "pause"), &[]);
        let list = visitor.sees("/me/receipts");
        let found = receipts(&list);
        assert_eq!(found.len(), 2);
        assert!(bare(&list).contains("<span class=\"mark\">not allowed</span>"));
        let page = bare(&visitor.sees(&found[1]));
        // Korean, as it was then, though the page is in English now.
        assert!(
            page.contains(&format!("<blockquote class=\"sheet\" lang=\"ko\" dir=\"ltr\">{}", bare(&shown))),
            "{page}"
        );
        for said in [
            "<dd>paused</dd>",
            "<dd>only once</dd>",
            "<dd>24 December 2026</dd>",
            "<strong>Allowed</strong>",
            "by you",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(page.find("<strong>Allowed</strong>") < page.find("<strong>Paused</strong>"));
        // What is downloaded is what was signed, and anyone can check it.
        let whole = json(&mut visitor, &format!("{}/receipt.json", found[1]));
        let signed = visitor.get(&format!("{}/receipt.jws", found[1]));
        assert_eq!(signed.header("content-type"), Some("application/jose"));
        assert_eq!(whole["receipt"].as_str(), Some(signed.text().as_str()));
        let log = log_public();
        assert_eq!(verify(RECEIPT, &signed.text(), &log).unwrap(), whole["document"]);
    });
}

#[test]
fn nobody_reads_the_receipts_of_another() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, jan, provider) = (w.subscriber("mina"), w.subscriber("jan"), assistant(&w, "assistant"));
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    let found = receipts(&Visitor::enters(&w, &mina).sees("/me/receipts"));
    let mut other = Visitor::enters(&w, &jan);
    assert_eq!(receipts(&other.sees("/me/receipts")), Vec::<String>::new());
    for path in [found[0].clone(), format!("{}/receipt.jws", found[0]), format!("{}/receipt.json", found[0])]
    {
        assert_eq!(other.get(&path).status, 404, "{path}");
        assert_eq!(Visitor::new(&w).get(&path).status, 403, "{path}");
    }
    for odd in ["/me/receipts/x", "/me/receipts/grn_00000000000000000000000000000000", "/me/receipts?skip=x"]
    {
        assert_eq!(other.get(odd).status, 404, "{odd}");
    }
    assert_eq!(Visitor::enters(&w, &mina).get(&format!("{}/receipt.pdf", found[0])).status, 404);
}

#[test]
fn the_file_holds_everything_about_him_and_neither_number_nor_internal_id() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        provider.asks(&mina);
        let mut visitor = Visitor::enters(w, &mina);
        let page = bare(&visitor.sees("/me/data"));
        assert!(
            page.contains("Last taken in") && page.contains("0 of the last 28")
                || page.contains("1 of the last 28"),
            "{page}"
        );
        assert!(!page.contains(&mina.number[1..]) && !page.contains("48.1"));
        let file = json(&mut visitor, "/me/data/file");
        assert_eq!(file["consents"].as_array().unwrap().len(), 1);
        assert_eq!(file["consents"][0]["acts"][0]["act"], "grant");
        let receipt = file["receipts"][0]["receipt"].as_str().unwrap();
        assert!(verify(RECEIPT, receipt, &log_public()).is_ok());
        let hash = file["consents"][0]["acts"][0]["notice"].as_str().unwrap();
        assert!(file["notices"][hash]["text"].is_string(), "the words that the hash is of");
        let records = file["records"].as_array().unwrap();
        assert_eq!(records.len(), mina.records().len());
        assert!(records.iter().any(|r| r["event"]["kind"] == "request"));
        let text = file.to_string();
        assert!(!text.contains(&mina.id.to_string()) && !text.contains(&mina.number[1..]));
        assert!(!text.contains("48.1") && !text.contains("11.5"), "no coordinate is held");
    });
}

#[test]
fn erasing_says_first_what_follows_and_then_leaves_nothing() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(provider.asks(&mina).tells());
        let mut visitor = Visitor::enters(w, &mina);
        let before = w.dump();
        let page = visitor.sees("/me/data/erase");
        assert_eq!(w.dump(), before, "looking erases nothing");
        for said in ["This cannot be undone", "it is learnt anew", "pausing is enough"] {
            assert!(bare(&page).contains(said), "{said}: {page}");
        }
        assert!(control(&page, None, None, "pause").is_some(), "a pause is offered instead");
        let form = erasing(&page);
        for (form, button, status) in [
            (form.without("form_token"), ("act", "erase"), 403),
            (form.clone(), ("act", "pause"), 400),
            (form.with("stranger", "no"), ("act", "erase"), 400),
            (form.clone(), ("", ""), 400),
        ] {
            assert_eq!(visitor.sends(&form, button, &[]).status, status, "{form:?} {button:?}");
        }
        assert_eq!(
            visitor.get("/me/data/erased").header("location"),
            Some("/me/data"),
            "not said before it is so"
        );
        let reply = visitor.sends(&form, ("act", "erase"), &[]);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/me/data/erased")));
        assert_eq!(status(&visitor.sees("/me/data/erased")), "Erased");
        assert!(bare(&visitor.sees("/me/data")).contains("Nothing is known about your life right now."));
        assert_eq!(visitor.get("/me/data/erase").status, 200, "what was recorded is left to erase");
        w.clock.advance(MINUTE_US);
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
        // The consent stays, what is learnt begins anew, and the recipient still knows him by his name.
        w.clock.advance(DAY_US);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(provider.asks(&mina).tells());
        let kept =
            mina.records().into_iter().filter(|r| format!("{:?}", r.event).contains("subscriber.forget"));
        assert_eq!(kept.count(), 1, "and the log says that it was done");
    });
}

#[test]
fn a_stranger_is_one_to_everybody_until_he_is_connected_anew() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, before) = (provider.client.token(), provider.request(&mina, ASSISTANT, &[ZONE]));
        assert!(provider.asks_with(&token, &before).tells());
        let mut visitor = Visitor::enters(w, &mina);
        let form = erasing(&visitor.sees("/me/data/erase"));
        assert_eq!(visitor.sends(&form, ("act", "erase"), &[("stranger", "yes")]).status, 303);
        w.clock.advance(HOUR_US);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(!provider.asks_with(&provider.client.token(), &before).tells(), "the old name leads nowhere");
        assert_ne!(provider.request(&mina, ASSISTANT, &[ZONE]).subject, before.subject);
        assert!(provider.asks(&mina).tells(), "the new one does");
    });
}

#[test]
fn an_answer_that_is_being_made_while_he_erases_finds_nothing() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        for stranger in [false, true] {
            let (token, request) = (provider.client.token(), provider.request(&mina, ASSISTANT, &[ZONE]));
            let (rng, other, id) = (Arc::new(Interrupted::default()), w.another(Opening::default()), mina.id);
            w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
            rng.next_draw_after(move || assert!(other.forget(id, stranger).is_ok()));
            let answer = provider.asks_with(&token, &request);
            assert!(rng.is_done() && !answer.tells(), "{}", answer.text());
            assert_eq!(mina.disclosures(), 0);
            assert!(w.broker().known(id, "en").unwrap().is_none());
            w.clock.advance(HOUR_US);
            w.neighbours_are_at(MUNICH);
            mina.is_at(MUNICH);
        }
    });
}

#[test]
fn a_refusal_has_a_receipt_like_a_yes() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    mina.refuses(&provider, ASSISTANT, Category::WebInterest);
    let mut visitor = Visitor::enters(&w, &mina);
    let found = receipts(&visitor.sees("/me/receipts"));
    let page = visitor.sees(&found[0]);
    assert!(page.contains("<strong>Not allowed</strong>") && !page.contains("How precisely"), "{page}");
    assert_eq!(visitor.get(&format!("{}/receipt.json", found[0])).status, 200);
}
