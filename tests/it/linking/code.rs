//! Linking by a code that is shown to a subscriber and said to an assistant: the whole way, what is refused in one and the same way, and how
//! guesses are counted.
use super::super::screens::visitor::{Visitor, bare, between, forms, plain, question};
use super::super::support::door::Reply;
use super::super::support::house::House;
use super::super::support::linker::{Fields, Linker, proves};
use super::super::support::world::ISSUER;
use super::super::support::{ASSISTANT, CITY, MUNICH, Subscriber, World, ZONE};
use super::{refused, text, told};
use dongui::ambient::SystemRng;
use dongui::broker::link_code::{CODE_US, GUESSES, TRIES};
use dongui::domain::link_code::LinkCode;
use dongui::domain::recipient::Assurance;
use dongui::domain::time::MINUTE_US;
use dongui::store::link_codes;
use serde_json::{Value, json};

const GRANT: &str = "urn:dongui:grant-type:link-code";

/// The fields that redeem a code.
pub fn redeems(linker: &Linker<'_>, code: &str) -> Fields {
    let more = [("grant_type", GRANT), ("link_code", code)];
    linker.proves().into_iter().chain(more.map(|(n, v)| (n.to_owned(), v.to_owned()))).collect()
}

fn tries(linker: &Linker<'_>, code: &str) -> Reply {
    linker.token(&redeems(linker, code))
}

/// The page before a code.
fn page_before(linker: &Linker<'_>) -> String {
    format!("/me/with/{}/code?for={}", linker.provider.id, ASSISTANT.as_str().replace(':', "%3A"))
}

/// Presses the button on it.
fn asks_for_code(visitor: &mut Visitor<'_>, linker: &Linker<'_>) -> Reply {
    let page = visitor.sees(&page_before(linker));
    let action = format!("/me/with/{}/code", linker.provider.id);
    let form = forms(&page).into_iter().find(|f| f.action == action).unwrap();
    visitor.sends(&form, ("answer", "allow"), &[])
}

/// The code that his page shows.
fn shown(visitor: &mut Visitor<'_>) -> String {
    let page = visitor.sees("/me/code");
    plain(between(&page, "<p class=\"linkcode\" dir=\"ltr\">", "</p>")[0])
}

/// A code for a subscriber who allows his zone.
pub fn code_of(linker: &Linker<'_>, who: &Subscriber<'_>) -> String {
    who.allows(&linker.provider, ASSISTANT, ZONE, CITY);
    let mut visitor = Visitor::enters(linker.w, who);
    assert_eq!(asks_for_code(&mut visitor, linker).status, 303);
    shown(&mut visitor)
}

/// Another code that begins like this one.
fn beside(code: &str, n: usize) -> String {
    let last = if code.ends_with(char::from(b'2' + n as u8)) { 'Z' } else { char::from(b'2' + n as u8) };
    format!("{}{last}", &code[..code.len() - 1])
}

#[test]
fn a_subscriber_is_shown_a_code_and_whoever_he_says_it_to_is_linked_as_by_a_browser() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let id = linker.provider.id.to_string();
        w.neighbours_are_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        assert!(
            plain(&visitor.page_of(&id)).contains(&page_before(&linker)),
            "the page of a recipient leads there"
        );
        let page = visitor.sees(&page_before(&linker));
        assert!(bare(&page).contains("Link assistant with a code") && !page.contains(" checked"));
        // Without a yes there is no code.
        let nothing = asks_for_code(&mut visitor, &linker);
        assert_eq!(nothing.status, 422);
        assert!(bare(&nothing.text()).contains("You allow none of this yet"));
        // The question is the one there is everywhere, and leads back here.
        let form = question(&page, &id, "location.zone");
        let lacking = visitor.sends(&form, ("answer", "allow"), &[("term", "30")]);
        assert_eq!(lacking.status, 422);
        assert!(bare(&lacking.text()).contains("Link assistant with a code"), "still this page");
        let form = question(&visitor.sees(&page_before(&linker)), &id, "location.zone");
        let reply = visitor.sends(&form, ("answer", "allow"), &[("precision", "city"), ("term", "30")]);
        assert_eq!((reply.status, reply.header("location")), (303, Some(page_before(&linker).as_str())));
        let made = asks_for_code(&mut visitor, &linker);
        assert_eq!((made.status, made.header("location")), (303, Some("/me/code")));
        let code = shown(&mut visitor);
        assert_eq!(shown(&mut visitor), code, "it can be looked at again");
        assert!(code.len() == 9 && LinkCode::parse(&code).is_some(), "{code}");
        let held = w.dump().into_iter().map(|(_, row)| row).collect::<String>();
        assert!(!held.contains(&code) && !held.contains(&code.replace('-', "")), "only a MAC is kept");
        mina.is_at(MUNICH);
        // As somebody says it.
        let said = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        let reply = tries(&linker, &said);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let answer = reply.json();
        assert_eq!(text(&answer, "token_type"), "DPoP");
        let allowed = json!([{ "type": "urn:dongui:context", "purpose": "dpv:ProvidePersonalisedRecommendations",
            "categories": [{ "category": "location.zone", "precision": "city" }] }]);
        assert_eq!(answer["authorization_details"], allowed);
        assert_eq!(told(&linker.asks(&text(&answer, "access_token"), None, &["location.zone"])), (1, vec![]));
        let worth = linker.worth(&text(&answer, "access_token"));
        assert_eq!(worth["sub"], json!(linker.provider.knows(&mina)));
        assert!(text(&worth, "grant_id").starts_with("lnk_"));
        let next = linker.token(&linker.refreshes(&text(&answer, "refresh_token"))).json();
        assert_eq!(told(&linker.asks(&text(&next, "access_token"), None, &["location.zone"])).0, 1);
        assert!(!format!("{answer} {next}").contains(&mina.number[1..]));
        // It was good once, and his page shows what became of it.
        refused(&tries(&linker, &code), "invalid_grant");
        assert_eq!(visitor.get("/me/code").header("location"), Some("/me/linked"));
        assert!(bare(&visitor.sees("/me/linked")).contains("Last used: "));
    });
}

#[test]
fn whatever_is_wrong_with_a_code_is_one_answer() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let answer = |reply: &Reply| {
            let kept = |(name, _): &&(String, String)| !["date", "x-request-id"].contains(&name.as_str());
            let mut headers: Vec<_> = reply.headers.iter().filter(kept).cloned().collect();
            headers.sort();
            (reply.status, headers, reply.text())
        };
        let unknown = tries(&linker, "0000-0000");
        refused(&unknown, "invalid_grant");
        let same = |reply: Reply, why: &str| assert_eq!(answer(&reply), answer(&unknown), "{why}");
        let (mina, jun, gone, away) =
            (w.subscriber("mina"), w.subscriber("jun"), w.subscriber("gone"), w.subscriber("away"));
        let code = code_of(&linker, &mina);
        same(tries(&other, &code), "another recipient's");
        let anew = code_of(&linker, &mina);
        same(tries(&linker, &code), "one in whose place another came");
        assert_eq!(tries(&linker, &anew).status, 200, "none of that used it up");
        same(tries(&linker, &anew), "used");
        let withdrawn = code_of(&linker, &jun);
        jun.withdraws();
        same(tries(&linker, &withdrawn), "nothing is allowed any more");
        let forgotten = code_of(&linker, &away);
        w.broker().forget(away.id, true).unwrap();
        same(tries(&linker, &forgotten), "he has become a stranger");
        let ended = code_of(&linker, &gone);
        let why = dongui::broker::depart::Departure::Recycled;
        w.broker().depart(&dongui::broker::authenticate::Caller::console(), &gone.reference(), why).unwrap();
        same(tries(&linker, &ended), "the number is gone");
        let late = code_of(&linker, &mina);
        w.clock.advance(CODE_US);
        same(tries(&linker, &late), "too late");
        w.broker().sweep().unwrap();
        same(tries(&linker, &late), "too late, and swept");
        for form in ["", "7K0Q-1ZB", "7K0Q-1ZBU", "7K0Q-1ZBAA"] {
            refused(&tries(&linker, form), "invalid_request");
        }
    });
}

#[test]
fn codes_that_begin_alike_are_tried_five_times_by_a_client_and_all_others_are_not_touched_by_that() {
    World::each(|w| {
        let (linker, mina, jun) = (Linker::new(w, "assistant"), w.subscriber("mina"), w.subscriber("jun"));
        let (code, other) = (code_of(&linker, &mina), code_of(&linker, &jun));
        for n in 0..TRIES as usize {
            refused(&tries(&linker, &beside(&code, n)), "invalid_grant");
        }
        refused(&tries(&linker, &code), "invalid_grant");
        assert_eq!(tries(&linker, &other).status, 200, "a code that begins otherwise");
        // Until nothing like it was tried for as long as a code lives: a new one that begins the same has its five again.
        w.clock.advance(CODE_US - MINUTE_US);
        refused(&tries(&linker, &code), "invalid_grant");
        w.clock.advance(CODE_US);
        refused(&tries(&linker, &code), "invalid_grant");
        let counted = |w: &World| w.dump().into_iter().filter(|(t, _)| t == "link_tries").count();
        assert_eq!(counted(w), 1);
        w.clock.advance(CODE_US + 1);
        w.broker().sweep().unwrap();
        assert_eq!(counted(w), 0);
        // Four wrong tries spoil nothing, and the right one clears them.
        let code = code_of(&linker, &mina);
        for n in 0..TRIES as usize - 1 {
            refused(&tries(&linker, &beside(&code, n)), "invalid_grant");
        }
        assert_eq!(tries(&linker, &code).status, 200);
        assert_eq!(counted(w), 0);
    });
}

#[test]
fn a_client_that_guesses_is_heard_a_thousand_times_in_ten_minutes_and_others_are_not_held_up_by_it() {
    let w = World::new(House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let code = code_of(&linker, &mina);
    let (store, now) = (w.store(), w.clock.now());
    let guess = move |tx: &mut dongui::store::Tx<'_>, n: i64| {
        let mut class = [0; 32];
        class[..8].copy_from_slice(&n.to_be_bytes());
        link_codes::count(tx, "assistant", &class, now, now.plus(CODE_US)).map(drop)
    };
    store.write("test.guess", move |tx| (0..GUESSES).try_for_each(|n| guess(tx, n))).unwrap();
    refused(&tries(&linker, &code), "invalid_grant");
    let other = Linker::new(&w, "other");
    assert_eq!(tries(&other, &code_of(&other, &mina)).status, 200);
    w.clock.advance(CODE_US);
    assert_eq!(tries(&linker, &code_of(&linker, &mina)).status, 200);
}

#[test]
fn of_many_who_redeem_a_code_at_once_one_is_linked() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let (code, key) = (code_of(&linker, &mina), &linker.client().key);
        let url = format!("{ISSUER}/oauth/token");
        let asked: Vec<(Fields, String)> = (0..4)
            .map(|_| {
                let proof = key.proof(SystemRng::new().ring(), "POST", &url, None, w.clock.now()).unwrap();
                (redeems(&linker, &code), proof)
            })
            .collect();
        let answers = super::at_once(w, &asked, &url);
        let well: Vec<_> = answers.iter().filter_map(|a| a.as_ref().ok()).collect();
        assert_eq!(well.len(), 1, "{answers:?}");
        assert_eq!(linker.worth(&well[0].access_token)["active"], true, "who lost ended nothing");
    });
}

#[test]
fn a_request_that_is_sent_again_uses_up_nothing_and_a_key_is_needed() {
    let w = World::new(House::sqlite());
    let (linker, mina) = (Linker::new(&w, "assistant"), w.subscriber("mina"));
    let code = code_of(&linker, &mina);
    let wrong = redeems(&linker, "0000-0000");
    refused(&linker.token(&wrong), "invalid_grant");
    let right: Fields = wrong.iter().filter(|(n, _)| n != "link_code").cloned().collect();
    let right: Fields = right.into_iter().chain([("link_code".to_owned(), code.clone())]).collect();
    refused(&linker.token(&right), "invalid_dpop_proof");
    refused(&linker.sends("/oauth/token", &redeems(&linker, &code), None), "invalid_dpop_proof");
    // A client of the operator's, and a hosted one of the same recipient, which has no key.
    let feed = w.client(dongui::domain::client::Role::Feed);
    let more =
        [("grant_type", GRANT), ("link_code", code.as_str())].map(|(n, v)| (n.to_owned(), v.to_owned()));
    let fields: Fields = proves(&w, &feed.key).into_iter().chain(more.clone()).collect();
    refused(&linker.sends("/oauth/token", &fields, Some(&feed.key)), "unauthorized_client");
    let id = super::hosted(&w, &linker);
    let name = [("client_id".to_owned(), id)];
    let fields: Fields = name.into_iter().chain(more).collect();
    refused(&linker.sends("/oauth/token", &fields, None), "unauthorized_client");
    assert_eq!(tries(&linker, &code).status, 200);
    // A recipient whose servers prove themselves by no key has no page for codes.
    let loose = Linker::with(&w, "loose", |r| r.assurance = Assurance::Hosted);
    let mut visitor = Visitor::enters(&w, &mina);
    assert_eq!(visitor.get(&page_before(&loose)).status, 404);
    assert!(!visitor.page_of(&loose.provider.id.to_string()).contains("/code?for="));
}

#[test]
fn a_code_is_shown_to_nobody_else_and_a_form_from_elsewhere_makes_none() {
    let w = World::new(House::sqlite());
    let (linker, mina, jun) = (Linker::new(&w, "assistant"), w.subscriber("mina"), w.subscriber("jun"));
    mina.allows(&linker.provider, ASSISTANT, ZONE, CITY);
    let mut visitor = Visitor::enters(&w, &mina);
    let action = format!("/me/with/{}/code", linker.provider.id);
    let form = forms(&visitor.sees(&page_before(&linker))).into_iter().find(|f| f.action == action).unwrap();
    assert_eq!(visitor.sends(&form.with("form_token", "x"), ("answer", "allow"), &[]).status, 403);
    visitor.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
    assert_eq!(visitor.sends(&form, ("answer", "allow"), &[]).status, 403);
    visitor.headers.pop();
    assert_eq!(visitor.sends(&form, ("answer", "allow"), &[]).status, 303);
    let kept = visitor.cookies["dongui-code"].clone();
    let mut other = Visitor::enters(&w, &jun);
    other.cookies.insert("dongui-code".to_owned(), kept);
    assert_eq!(other.get("/me/code").header("location"), Some("/me/linked"));
    for odd in ["/me/with/rcp_0/code?for=dpv:ServicePersonalisation", &format!("{action}?for=x")] {
        assert_eq!(visitor.get(odd).status, 404, "{odd}");
    }
    assert_eq!(visitor.get(&action).header("location"), Some(action.strip_suffix("/code").unwrap()));
    assert_eq!(Visitor::new(&w).get("/me/code").status, 403, "he has to come in");
}

/// The rows of the page of links, as a reader sees them, and the forms that end one.
fn rows(visitor: &mut Visitor<'_>) -> (Vec<String>, Vec<super::super::screens::visitor::Form>) {
    let page = visitor.sees("/me/linked");
    let rows = between(&page, "<ul class=\"rows\">", "</ul>").concat();
    let told = between(&rows, "<li>", "</li>").into_iter().map(bare).collect();
    (told, forms(&page).into_iter().filter(|f| f.action == "/me/linked").collect())
}

#[test]
fn a_link_is_ended_on_the_page_of_links_at_once_and_what_is_allowed_stays() {
    World::each(|w| {
        let (linker, other) = (Linker::new(w, "assistant"), Linker::new(w, "other"));
        let (mina, jun) = (w.subscriber("mina"), w.subscriber("jun"));
        w.neighbours_are_at(MUNICH);
        let answer = |linker: &Linker<'_>| -> Value { tries(linker, &code_of(linker, &mina)).json() };
        let (of_one, of_other) = (answer(&linker), answer(&other));
        mina.is_at(MUNICH);
        let token = text(&of_one, "access_token");
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])).0, 1);
        let mut visitor = Visitor::enters(w, &mina);
        let (told_of, ends) = rows(&mut visitor);
        assert_eq!((told_of.len(), ends.len()), (2, 2));
        let which = told_of.iter().position(|row| row.contains("<bdi>assistant</bdi>")).unwrap();
        assert!(told_of[which].contains("Linked since 24 November 2026"), "{}", told_of[which]);
        let button = ends[which].buttons[0].clone();
        let button = (button.0.as_str(), button.1.as_str());
        // Nobody else ends it.
        let mut stranger = Visitor::enters(w, &jun);
        let theirs = forms(&stranger.sees("/me/linked"))[0].field("form_token").to_owned();
        let reply =
            stranger.post("/me/linked", &[("form_token".into(), theirs), ("link".into(), button.1.into())]);
        assert!(matches!(reply.status, 400 | 404), "{}", reply.status);
        assert_eq!(visitor.sends(&ends[which].with("form_token", "x"), button, &[]).status, 403);
        assert_eq!(told(&linker.asks(&token, None, &["location.zone"])).0, 1);
        let reply = visitor.sends(&ends[which], button, &[]);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/me/linked")));
        // At once, for whatever was given.
        assert_eq!(linker.asks(&token, None, &["location.zone"]).status, 401);
        refused(&linker.token(&linker.refreshes(&text(&of_one, "refresh_token"))), "invalid_grant");
        assert_eq!(linker.worth(&token), json!({ "active": false }));
        assert_eq!(other.worth(&text(&of_other, "access_token"))["active"], true);
        let grants = w.broker().overview(mina.id).unwrap().grants;
        assert!(grants.iter().filter(|g| g.cell.recipient == linker.provider.id).all(|g| g.state.is_given()));
        assert_eq!(linker.provider.asks(&mina).precision(ZONE), Some(CITY), "consents are as they were");
        let recorded =
            mina.records().into_iter().filter(|r| format!("{:?}", r.event).contains("subscriber.unlink"));
        let recorded: Vec<_> = recorded.map(|r| (r.recipient, format!("{:?}", r.event))).collect();
        assert_eq!(recorded.len(), 1, "{recorded:?}");
        assert!(recorded[0].0 == Some(linker.provider.id) && recorded[0].1.contains("(subscriber, screen)"));
        let (told_of, ends) = rows(&mut visitor);
        assert!(told_of[which].contains("Ended: ") && ends.len() == 1);
        // Pressed again it is no error, and he may link again.
        assert_eq!(visitor.sends(&ends[0], button, &[]).status, 303);
        let again = answer(&linker);
        assert_eq!(told(&linker.asks(&text(&again, "access_token"), None, &["location.zone"])).0, 1);
        assert_eq!(rows(&mut visitor).1.len(), 2);
    });
}
