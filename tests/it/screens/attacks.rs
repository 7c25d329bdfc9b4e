//! Attacks on the subscriber's page, each written down before its defence: bent forms, foreign forms, old links, made-up sessions, and
//! what a page could give away.
use super::visitor::{Visitor, bare, between, control, forms, invitation, question};
use super::{MONTH, NO, YES, assistant};
use crate::support::world::neighbour;
use crate::support::{ASSISTANT, CITY, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::invite::{LINK_US, SESSION_US};
use dongui::domain::category::{Category, Precision};

#[test]
fn a_form_that_is_not_his_own_changes_nothing() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        let (mut visitor, mut again) = (Visitor::enters(w, &mina), Visitor::enters(w, &mina));
        let (page, elsewhere) = (visitor.page_of(&id), again.page());
        let other = forms(&elsewhere)[0].field("form_token").to_owned();
        let before = w.broker().overview(mina.id).unwrap().grants;
        let asked = question(&page, &id, "usage.interest");
        let pause = control(&visitor.page(), None, None, "pause").unwrap();
        let leave = forms(&page).into_iter().find(|f| f.action == "/me/leave").unwrap();
        for (form, button) in [(&asked, YES), (&pause, ("act", "withdraw")), (&leave, ("", ""))] {
            let right = form.field("form_token").to_owned();
            let wrong = [other.clone(), right[1..].to_owned(), format!("{right}A"), right.to_lowercase()];
            for token in wrong.into_iter().chain([String::new()]) {
                assert_eq!(visitor.sends(&form.with("form_token", &token), button, &[MONTH]).status, 403);
            }
            assert_eq!(visitor.sends(&form.without("form_token"), button, &[MONTH]).status, 403);
            for site in ["cross-site", "same-site"] {
                if form.action == "/me/leave" {
                    continue;
                }
                visitor.headers.push(("sec-fetch-site".to_owned(), site.to_owned()));
                assert_eq!(visitor.sends(form, button, &[MONTH]).status, 403, "{site}");
                visitor.headers.pop();
            }
            let mut stranger = Visitor::new(w);
            let status = stranger.sends(form, button, &[MONTH]).status;
            assert!(status == 403 || form.action == "/me/leave" && status == 303, "{status}");
        }
        assert_eq!(w.broker().overview(mina.id).unwrap().grants, before);
        assert!(visitor.get("/me").status == 200, "and he is still in");
    });
}

#[test]
fn a_form_that_was_bent_changes_nothing() {
    let w = World::new(crate::support::house::House::sqlite());
    let mina = w.subscriber("mina");
    let provider = w.provider_with("assistant", |r| {
        r.purposes = vec![ASSISTANT];
        r.ceiling = vec![(ZONE, CITY), (Category::UsageInterest, Precision::Label)];
    });
    let id = provider.id.to_string();
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    let mut visitor = Visitor::enters(&w, &mina);
    let before = w.broker().overview(mina.id).unwrap().grants;
    let asked = question(&visitor.page_of(&id), &id, "usage.interest");
    let mut neighbour = Visitor::enters(&w, &w.subscriber("jan"));
    let foreign = question(&neighbour.page_of(&id), &id, "usage.interest").field("presentation").to_owned();
    let pause = control(&visitor.page(), None, None, "pause").unwrap();
    let mut twice = pause.with("recipient", &id);
    twice.fields.push(("recipient".to_owned(), id.clone()));
    for (form, button, chosen, status) in [
        (asked.clone(), YES, vec![("term", "366")], 400),
        (asked.clone(), YES, vec![MONTH, ("precision", "zone-r7")], 400),
        (asked.clone(), YES, vec![MONTH, ("precision", "exact")], 400),
        (asked.clone(), ("answer", "perhaps"), vec![MONTH], 400),
        (asked.without("presentation"), YES, vec![MONTH], 400),
        (asked.with("presentation", "a.b.c"), YES, vec![MONTH], 409),
        (asked.with("presentation", &asked.field("presentation").to_lowercase()), NO, vec![], 409),
        (asked.with("presentation", &foreign), YES, vec![MONTH], 409),
        (asked.with("presentation", &foreign), NO, vec![], 409),
        (asked.with("category", "web.interest"), YES, vec![MONTH], 409),
        (asked.with("purpose", "dpv:PersonalisedAdvertising"), NO, vec![], 409),
        (asked.with("recipient", "rcp_00000000000000000000000000000000"), NO, vec![], 400),
        (asked.without("category"), NO, vec![], 400),
        (pause.clone(), ("act", "grant"), vec![], 400),
        (pause.clone(), ("act", "refuse"), vec![], 400),
        (pause.with("recipient", ""), ("act", "withdraw"), vec![], 400),
        (pause.with("category", "location"), ("act", "withdraw"), vec![], 400),
        (twice, ("act", "withdraw"), vec![], 400),
    ] {
        let reply = visitor.sends(&form, button, &chosen);
        assert_eq!(reply.status, status, "{button:?} {chosen:?} {form:?}");
    }
    let long = vec![("x".to_owned(), "y".repeat(20_000))];
    assert_eq!(visitor.post("/me/change", &long).status, 400);
    assert_eq!(w.broker().overview(mina.id).unwrap().grants, before);
}

#[test]
fn every_dead_link_looks_the_same_and_a_look_uses_nothing_up() {
    World::each(|w| {
        let (mina, mut visitor) = (w.subscriber("mina"), Visitor::new(w));
        let link = invitation(w, &mina);
        for _ in 0..3 {
            let reply = visitor.get(&link);
            assert_eq!((reply.status, forms(&reply.text()).len()), (200, 1));
            assert!(reply.header("set-cookie").is_none());
        }
        visitor.headers.push(("sec-fetch-site".to_owned(), "cross-site".to_owned()));
        assert_eq!(visitor.post(&link, &[]).status, 403, "another site cannot press it");
        visitor.headers.pop();
        let entered = visitor.post(&link, &[]);
        let cookie = entered.header("set-cookie").unwrap();
        assert!(cookie.starts_with("__Host-dongui="), "{cookie}");
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=18000"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert_eq!(visitor.get("/me").status, 200);
        let late = invitation(w, &mina);
        let mut stranger = Visitor::new(w);
        let used = stranger.post(&link, &[]);
        w.clock.advance(LINK_US);
        let dead = [used, stranger.post(&late, &[]), stranger.get(&late), stranger.get("/me/enter/a.b")];
        for reply in &dead {
            assert_eq!((reply.status, reply.text()), (410, dead[0].text()));
            assert!(reply.header("set-cookie").is_none());
        }
        assert!(bare(&dead[0].text()).contains("This link no longer works"));
        w.clock.advance(SESSION_US);
        let ended = visitor.get("/me");
        assert_eq!(ended.status, 403);
        assert!(bare(&ended.text()).contains("Your page is closed"));
    });
}

#[test]
fn no_page_loads_anything_from_elsewhere_or_names_a_number() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    provider.asks(&mina);
    let link = invitation(&w, &mina);
    let mut visitor = Visitor::enters(&w, &mina);
    let style = between(&visitor.page(), "rel=\"stylesheet\" href=\"", "\"")[0].to_owned();
    let sheet = visitor.get(&style);
    assert_eq!((sheet.status, sheet.header("content-type")), (200, Some("text/css; charset=utf-8")));
    for never in ["@import", "url(", "//"] {
        assert!(!sheet.text().contains(never), "{never}");
    }
    let about = format!("/me/with/{}", provider.id);
    for path in [
        "/me",
        "/me?lang=ko",
        "/me?lang=ar",
        &about,
        "/me/asked",
        &link,
        "/me/enter/x",
        "/me/nothing",
        "/me/",
    ] {
        let reply = visitor.get(path);
        let (text, header) = (reply.text(), |name: &str| reply.header(name).unwrap_or_default());
        assert!(text.starts_with("<!DOCTYPE html>"), "{path}: {text}");
        for never in ["<script", "://", "=\"//", "javascript:", "<iframe", "<img", " style=\""] {
            assert!(!text.contains(never), "{path}: {never}");
        }
        let number = mina.number.trim_start_matches('+');
        assert!(!text.contains(number) && !text.contains(&number[2..]) && !text.contains(&neighbour(0)[1..]));
        assert!(!text.contains(&mina.id.to_string()), "{path}: an internal id of the person");
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
            "{path}"
        );
        assert_eq!(
            (header("cache-control"), header("referrer-policy")),
            ("no-store", "no-referrer"),
            "{path}"
        );
        assert_eq!(header("content-type"), "text/html; charset=utf-8", "{path}");
    }
    for path in ["/me/answer", "/me/change", "/me/leave"] {
        assert_eq!(visitor.get(path).header("location"), Some("/me"), "{path}");
    }
}

#[test]
fn nobody_is_let_in_without_a_session_or_with_one_that_was_made_up() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
    let link = w.broker().invite(&Caller::console(), &jan.reference()).unwrap();
    let session = Visitor::enters(&w, &mina).cookies["__Host-dongui"].clone();
    let (payload, mac) = session.split_once('.').unwrap();
    for made_up in ["", "x", link.rsplit_once('/').unwrap().1, payload, &format!("{payload}.{}", &mac[1..])] {
        let mut visitor = Visitor::new(&w);
        visitor.cookies.insert("__Host-dongui".to_owned(), made_up.to_owned());
        let reply = visitor.get("/me");
        assert_eq!(reply.status, 403, "{made_up}");
        assert!(bare(&reply.text()).contains("Your page is closed"));
    }
}
