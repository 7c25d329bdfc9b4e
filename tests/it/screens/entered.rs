//! Coming in, staying and leaving, over HTTP: codes, PINs, sessions that end, answers that come too late. Deliberately absent: the rules
//! without pages (`entry`), and the operator's login (`login`).
use super::visitor::{Form, Visitor, bare, control, forms, invitation, question};
use super::{MONTH, NO, YES, assistant, status};
use crate::support::{ASSISTANT, CITY, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::invite::IDLE_US;
use dongui::domain::category::{Category, Precision};

const SESSION: &str = "__Host-dongui";
const PIN: &str = "482916";

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The form of the page with the PIN, filled in.
fn pins(visitor: &mut Visitor<'_>, act: &str, filled: &[(&str, &str)]) -> crate::support::door::Reply {
    let page = visitor.sees("/me/pin");
    let form: Form = forms(&page).into_iter().find(|f| f.buttons.iter().any(|(_, v)| v == act)).unwrap();
    let mut fields = form.fields.clone();
    fields.extend(filled.iter().map(|(n, v)| field(n, v)));
    fields.push(field("act", act));
    visitor.post("/me/pin", &fields)
}

#[test]
fn a_link_with_a_code_shows_nothing_before_the_code_is_right() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (url, code) = w.broker().invite_with_code(&Caller::console(), &mina.reference()).unwrap();
        let path = url[url.find("/me/enter/").unwrap()..].to_owned();
        let mut visitor = Visitor::new(w);
        assert!(bare(&visitor.sees(&path)).contains("One more step"));
        assert_eq!(visitor.post(&path, &[]).status, 200, "the page again, and nobody is in");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let reply = visitor.post(&path, &[field("code", wrong)]);
        assert_eq!(reply.status, 422);
        assert!(bare(&reply.text()).contains("4 tries are left"), "{}", reply.text());
        assert!(visitor.cookies.is_empty());
        let reply = visitor.post(&path, &[field("code", &code)]);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/me")));
        assert_eq!(visitor.get("/me").status, 200);
        assert_eq!(Visitor::new(w).post(&path, &[field("code", &code)]).status, 410);
    });
}

#[test]
fn behind_a_pin_nothing_is_told_and_everything_can_be_held_back() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        mina.allows(&provider, ASSISTANT, Category::UsageInterest, Precision::Label);
        provider.asks(&mina);
        let id = provider.id.to_string();
        let mut owner = Visitor::enters(w, &mina);
        for (new, again) in [("123456", "123456"), (PIN, "482917"), ("48291", "48291")] {
            assert_eq!(pins(&mut owner, "set", &[("new", new), ("again", again)]).status, 422);
        }
        let before = owner.cookies[SESSION].clone();
        assert_eq!(pins(&mut owner, "set", &[("new", PIN), ("again", PIN)]).status, 303);
        assert_ne!(owner.cookies[SESSION], before, "another session");
        assert_eq!(owner.get("/me/asked").status, 200);

        let mut partner = Visitor::enters(w, &mina);
        let receipt = w.broker().consents(mina.id).unwrap()[0].grant.id;
        for path in [
            "/me/asked".to_owned(),
            format!("/me/asked?by={id}"),
            "/me/data".to_owned(),
            "/me/data/file".to_owned(),
            "/me/data/erase".to_owned(),
            "/me/receipts".to_owned(),
            "/me/never".to_owned(),
            "/me/family".to_owned(),
            "/me/notices".to_owned(),
            "/me/code".to_owned(),
            format!("/me/with/{id}/code?for=dpv%3AProvidePersonalisedRecommendations"),
            format!("/me/receipts/{receipt}"),
            format!("/me/receipts/{receipt}/receipt.json"),
            format!("/me/with/{id}/preview"),
        ] {
            let reply = partner.get(&path);
            let to = reply.header("location").unwrap_or_default().to_owned();
            assert!(reply.status == 303 && to.starts_with("/me/pin"), "{path}: {}", reply.status);
        }
        let home = partner.page();
        assert!(bare(&home).contains("Enter your PIN to see who asked") && !home.contains("<time"), "{home}");
        let erase = [field("form_token", forms(&home)[0].field("form_token")), field("act", "erase")];
        assert_eq!(partner.post("/me/data/erase", &erase).header("location"), Some("/me/pin?to=/me/data"));

        // Promise 12: what holds back never asks for it.
        let pause = control(&partner.page_of(&id), Some(&id), Some("usage.interest"), "pause").unwrap();
        assert_eq!(status(&partner.presses(&pause, ("act", "pause"), &[])), "Paused");
        let withdraw = control(&partner.page(), None, None, "withdraw").unwrap();
        assert_eq!(status(&partner.presses(&withdraw, ("act", "withdraw"), &[])), "Withdrawn");
        let asked = question(&partner.page_of(&id), &id, "web.interest");
        partner.presses(&asked, NO, &[]);

        assert_eq!(pins(&mut partner, "say", &[("pin", "482917")]).status, 422);
        assert_eq!(pins(&mut partner, "say", &[("pin", PIN)]).status, 303);
        assert_eq!(partner.get("/me/asked").status, 200);
    });
}

#[test]
fn an_answer_that_comes_too_late_is_kept_and_not_given() {
    World::each(|w| {
        let (mina, jan, provider) = (w.subscriber("mina"), w.subscriber("jan"), assistant(w, "Almanac"));
        let id = provider.id.to_string();
        let mut visitor = Visitor::enters(w, &mina);
        let asked = question(&visitor.page_of(&id), &id, "location.zone");
        w.clock.advance(IDLE_US);
        let reply = visitor.sends(&asked, YES, &[("precision", "city"), MONTH]);
        assert_eq!(reply.status, 403);
        assert!(bare(&reply.text()).contains("Nothing was decided"), "{}", reply.text());
        assert!(w.broker().overview(mina.id).unwrap().grants.is_empty());
        let kept = visitor.cookies["dongui-kept"].clone();
        assert!(!kept.contains(&id), "it does not tell");

        let mut other = Visitor::new(w);
        other.cookies.insert("dongui-kept".to_owned(), kept);
        let reply = other.post(&invitation(w, &jan), &[]);
        assert_eq!(reply.header("location"), Some("/me"), "nothing is chosen for somebody else");
        assert!(!other.cookies.contains_key("dongui-kept"));

        let reply = visitor.post(&invitation(w, &mina), &[]);
        assert_eq!(reply.header("location"), Some(format!("/me/with/{id}").as_str()));
        let page = visitor.page_of(&id);
        assert_eq!(page.matches(" checked").count(), 2, "what he had chosen");
        assert!(bare(&page).contains("You chose this before your page closed"));
        assert!(w.broker().overview(mina.id).unwrap().grants.is_empty(), "looking decides nothing");
        visitor.presses(&question(&page, &id, "location.zone"), YES, &[("precision", "city"), MONTH]);
        assert_eq!(w.broker().overview(mina.id).unwrap().grants.len(), 1);
        assert!(!visitor.cookies.contains_key("dongui-kept"));
    });
}

#[test]
fn a_session_that_was_planted_leads_nowhere_once_its_browser_has_come_in() {
    World::each(|w| {
        let (mina, mallory) = (w.subscriber("mina"), w.subscriber("mallory"));
        let planted = Visitor::enters(w, &mallory).cookies[SESSION].clone();
        let mut visitor = Visitor::new(w);
        visitor.cookies.insert(SESSION.to_owned(), planted.clone());
        assert_eq!(visitor.post(&invitation(w, &mina), &[]).status, 303);
        assert_ne!(visitor.cookies[SESSION], planted);
        assert!(w.broker().visitor(&planted).is_err());
        // A copy of his own ends with his leaving.
        let copy = visitor.cookies[SESSION].clone();
        let page = visitor.page();
        let leave = forms(&page).into_iter().find(|f| f.action == "/me/leave").unwrap();
        visitor.post("/me/leave", &leave.fields);
        assert!(w.broker().visitor(&copy).is_err());
    });
}

#[test]
fn closing_everywhere_closes_every_browser() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (mut here, mut there) = (Visitor::enters(w, &mina), Visitor::enters(w, &mina));
        let page = here.sees("/me/pin");
        let form =
            forms(&page).into_iter().find(|f| f.buttons.contains(&field("where", "everywhere"))).unwrap();
        assert_eq!(here.sends(&form.with("form_token", "x"), ("where", "everywhere"), &[]).status, 403);
        assert_eq!(there.get("/me").status, 200);
        assert_eq!(here.sends(&form, ("where", "everywhere"), &[]).status, 303);
        assert_eq!((here.get("/me").status, there.get("/me").status), (403, 403));
    });
}

#[test]
fn a_form_that_says_it_comes_from_elsewhere_is_refused_also_without_fetch_metadata() {
    let w = World::new(crate::support::house::House::sqlite());
    let link = invitation(&w, &w.subscriber("mina"));
    let mut visitor = Visitor::new(&w);
    for origin in ["https://other.example", "http://context.operator.example.other.example"] {
        visitor.headers.push(("origin".to_owned(), origin.to_owned()));
        assert_eq!(visitor.post(&link, &[]).status, 403, "{origin}");
        visitor.headers.pop();
    }
    visitor.headers.push(("origin".to_owned(), "https://context.operator.example".to_owned()));
    assert_eq!(visitor.post(&link, &[]).status, 303);
}

#[test]
fn who_leaves_is_out() {
    let w = World::new(crate::support::house::House::sqlite());
    let mut visitor = Visitor::enters(&w, &w.subscriber("mina"));
    let page = visitor.page();
    let leave = forms(&page).into_iter().find(|f| f.action == "/me/leave").unwrap();
    assert_eq!(visitor.post(&leave.action, &leave.fields).status, 303);
    assert!(visitor.cookies.is_empty());
    assert_eq!(visitor.get("/me").status, 403);
}
