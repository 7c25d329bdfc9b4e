//! The subscriber's own page over HTTP, on both engines: what a button does is seen on the page and heard by the provider.
//! Deliberately absent: how a page looks without a server (unit tests in `src/screens`).
mod browser;
mod visitor;

use crate::support::world::neighbour;
use crate::support::{ASSISTANT, CITY, MUNICH, Provider, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::notice_hash;
use dongui::broker::invite::{LINK_US, SESSION_US};
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::State;
use dongui::domain::notice::Notice;
use visitor::{Visitor, bare, between, control, forms, invitation, plain, question};

const YES: (&str, &str) = ("answer", "allow");
const NO: (&str, &str) = ("answer", "refuse");
const MONTH: (&str, &str) = ("term", "30");

/// A provider that asks for the assistant's purpose only, as most do.
fn assistant<'w>(w: &'w World, name: &str) -> Provider<'w> {
    w.provider_with(name, |r| r.purposes = vec![ASSISTANT])
}

fn status(page: &str) -> String {
    bare(between(page, "<h1", "</h1>")[0].split_once('>').unwrap().1)
}

#[test]
fn from_the_link_to_the_withdrawal_every_button_does_what_it_says() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        let mut visitor = Visitor::enters(w, &mina);
        let page = visitor.page();
        assert_eq!(status(&page), "Nobody may see anything about you");
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));

        let asked = question(&page, &id, "location.zone");
        let page = visitor.presses(&asked, YES, &[("precision", "city"), MONTH]);
        assert_eq!(status(&page), "One assistant may see something about you");
        assert!(bare(&page).contains("Allowed: Where you are."));
        assert!(bare(&page).contains("until 24 December 2026"), "{page}");
        let grants = w.broker().overview(mina.id).unwrap().grants;
        assert_eq!((grants.len(), grants[0].precision, grants[0].state), (1, CITY, State::Active));
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert_eq!(provider.asks(&mina).precision(ZONE), Some(CITY));
        let page = visitor.page();
        assert!(bare(&page).contains("Where you are: about the size of a city"), "{page}");
        assert!(!page.contains("Allowed:"), "told once");

        let pause = control(&page, None, None, "pause").unwrap();
        let page = visitor.presses(&pause, ("act", "pause"), &[]);
        assert_eq!(status(&page), "Everything is paused");
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
        let page = visitor.page();
        assert!(bare(&page).contains("Where you are: nothing, because you had paused it"));

        let resume = control(&page, Some(&id), Some("location.zone"), "resume").unwrap();
        let page = visitor.presses(&resume, ("act", "resume"), &[]);
        assert_eq!(status(&page), "One assistant may see something about you");
        assert!(provider.asks(&mina).tells());

        let withdraw = control(&page, Some(&id), Some("location.zone"), "withdraw").unwrap();
        let page = visitor.presses(&withdraw, ("act", "withdraw"), &[]);
        assert_eq!(status(&page), "Nobody may see anything about you");
        assert!(bare(&page).contains("Withdrawn: Where you are."));
        assert!(control(&page, None, None, "pause").is_none(), "nothing is left to pause");
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
    });
}

#[test]
fn a_refusal_is_kept_and_nobody_asks_again() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        let mut visitor = Visitor::enters(w, &mina);
        let asked = question(&visitor.page(), &id, "usage.interest");
        let page = visitor.presses(&asked, NO, &[]);
        let grants = w.broker().overview(mina.id).unwrap().grants;
        assert_eq!((grants.len(), grants[0].state), (1, State::Refused));
        let card = between(&page, &format!("id=\"{id}\""), "</section>")[0];
        let (open, closed) = card.split_once("May not see").unwrap();
        assert!(!open.contains("What your apps say you like"), "it is no open question any more");
        assert!(bare(closed).contains("You said no on 24 November 2026"));
        // He himself may change his mind, by the same form.
        let page = visitor.presses(&question(&page, &id, "usage.interest"), YES, &[MONTH]);
        assert_eq!(status(&page), "One assistant may see something about you");
    });
}

#[test]
fn what_was_shown_is_what_the_grant_points_to() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "도움 <비서>"));
        let mut visitor = Visitor::enters(w, &mina);
        for (tag, category) in [("ko", "location.zone"), ("ar", "location.label"), ("de", "usage.interest")] {
            let page = visitor.get(&format!("/me?lang={tag}")).text();
            let asked = question(&page, &provider.id.to_string(), category);
            let start = format!("value=\"{}\"", asked.field("notice"));
            let rest = page.split_once(&start).unwrap().1;
            let text = plain(between(rest, "<p class=\"notice\">", "</p>")[0]);
            let chosen = [("precision", "country"), MONTH];
            let chosen = if category == "location.zone" { &chosen[..] } else { &chosen[1..] };
            visitor.presses(&asked, YES, chosen);
            let shown = notice_hash(&Notice { locale: tag.to_owned(), text }).unwrap();
            let grants = w.broker().overview(mina.id).unwrap().grants;
            let grant = grants.iter().find(|g| g.cell.category.as_str() == category).unwrap();
            assert_eq!(grant.notice, shown, "{tag}");
        }
    });
}

#[test]
fn an_answer_needs_its_choices_and_keeps_what_was_chosen() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    let mut visitor = Visitor::enters(&w, &mina);
    let asked = question(&visitor.page(), &provider.id.to_string(), "location.zone");
    for (chosen, lacking) in [
        (&[][..], "please choose how precisely and for how long"),
        (&[("precision", "region")][..], "please choose for how long"),
        (&[MONTH][..], "please choose how precisely"),
    ] {
        let reply = visitor.sends(&asked, YES, chosen);
        assert_eq!(reply.status, 422);
        assert!(bare(&reply.text()).contains(lacking), "{chosen:?}");
        assert_eq!(reply.text().matches(" checked").count(), chosen.len());
    }
    assert!(w.broker().overview(mina.id).unwrap().grants.is_empty());
    let values: Vec<String> = asked.choices.iter().map(|(_, v)| v.clone()).collect();
    assert_eq!(values, ["country", "region", "city", "zone-r5", "zone-r6", "zone-r7", "30", "90", "365"]);
}

#[test]
fn a_form_that_is_not_his_own_changes_nothing() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        let (mut visitor, mut again) = (Visitor::enters(w, &mina), Visitor::enters(w, &mina));
        let (page, elsewhere) = (visitor.page(), again.page());
        let other = forms(&elsewhere)[0].field("form_token").to_owned();
        let before = w.broker().overview(mina.id).unwrap().grants;
        let asked = question(&page, &id, "usage.interest");
        let pause = control(&page, None, None, "pause").unwrap();
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
    let page = visitor.page();
    let before = w.broker().overview(mina.id).unwrap().grants;
    let asked = question(&page, &id, "usage.interest");
    let pause = control(&page, None, None, "pause").unwrap();
    let mut twice = pause.with("recipient", &id);
    twice.fields.push(("recipient".to_owned(), id.clone()));
    for (form, button, chosen, status) in [
        (asked.clone(), YES, vec![("term", "366")], 400),
        (asked.clone(), YES, vec![MONTH, ("precision", "zone-r7")], 400),
        (asked.clone(), YES, vec![MONTH, ("precision", "exact")], 400),
        (asked.clone(), ("answer", "perhaps"), vec![MONTH], 400),
        (asked.with("lang", "fr"), YES, vec![MONTH], 400),
        (asked.with("lang", "de"), YES, vec![MONTH], 409),
        (asked.with("notice", &"0".repeat(64)), NO, vec![], 409),
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
fn undo_leads_back_and_only_to_what_was() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    let id = provider.id.to_string();
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    mina.allows(&provider, ASSISTANT, Category::UsageInterest, Precision::Label);
    let mut visitor = Visitor::enters(&w, &mina);
    let undo = |page: &str| {
        let said = between(page, "class=\"said\"", "</div>");
        said.first().and_then(|s| forms(s).into_iter().next())
    };
    let page = visitor.page();
    let one = control(&page, Some(&id), Some("usage.interest"), "pause").unwrap();
    let page = visitor.presses(&one, ("act", "pause"), &[]);
    assert!(undo(&page).is_some());
    // Were everything resumed now, so would be what was paused before: no undo.
    let all = control(&page, None, None, "pause").unwrap();
    let page = visitor.presses(&all, ("act", "pause"), &[]);
    assert!(undo(&page).is_none());
    let page = visitor.presses(&control(&page, None, None, "resume").unwrap(), ("act", "resume"), &[]);
    let page = visitor.presses(&undo(&page).unwrap(), ("act", "pause"), &[]);
    assert_eq!(status(&page), "Everything is paused");
    let states =
        |state| w.broker().overview(mina.id).unwrap().grants.iter().filter(|g| g.state == state).count();
    assert_eq!(states(State::Paused), 2);
    // Withdrawing is final, wherever it is pressed.
    let ending = control(&page, Some(&id), None, "withdraw").unwrap();
    let page = visitor.presses(&ending, ("act", "withdraw"), &[]);
    assert!(undo(&page).is_none());
    assert_eq!(states(State::Withdrawn), 2);
}

#[test]
fn withdrawing_takes_no_more_steps_than_allowing() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    mina.allows(&provider, ASSISTANT, Category::UsageInterest, Precision::Label);
    mina.allows(&provider, ASSISTANT, Category::WebInterest, Precision::Label);
    let page = Visitor::enters(&w, &mina).page();
    // Steps: what must be opened, chosen and pressed, from the page as it first stands.
    let opened = |part: &str, at: &str| {
        let before = part.split(at).next().unwrap();
        before.matches("<details").count() - before.matches("</details").count()
    };
    let steps_to_allow = |form: &visitor::Form| {
        let groups: std::collections::BTreeSet<_> = form.choices.iter().map(|(n, _)| n).collect();
        opened(&page, &form.action) + groups.len() + 1
    };
    let questions = forms(&page).into_iter().filter(|f| f.action.starts_with("/me/answer"));
    let fewest = questions.map(|f| steps_to_allow(&f)).min().unwrap();
    let changes: Vec<&str> = between(&page, "<form class=\"acts\"", "</form>");
    let withdrawals: Vec<_> = changes.iter().filter(|f| f.contains("value=\"withdraw\"")).collect();
    assert_eq!(withdrawals.len(), 4, "each, all of the recipient, everything");
    for form in withdrawals {
        let steps = opened(&page, form) + 1;
        assert!(steps <= fewest, "{steps} against {fewest}: {form}");
    }
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
        for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/", "Max-Age=1800"] {
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
    for path in ["/me", "/me?lang=ko", "/me?lang=ar", &link, "/me/enter/x", "/me/nothing", "/me/"] {
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
fn the_language_is_the_readers_and_is_remembered_when_chosen() {
    let w = World::new(crate::support::house::House::sqlite());
    let mina = w.subscriber("mina");
    let mut visitor = Visitor::enters(&w, &mina);
    let language = |reply: &crate::support::door::Reply| {
        let text = reply.text();
        let tag = between(&text, "<html lang=\"", "\"")[0].to_owned();
        assert_eq!(reply.header("content-language"), Some(tag.as_str()));
        assert_eq!(text.contains("dir=\"rtl\">\n<head>"), tag == "ar");
        tag
    };
    for (accepted, tag) in [("ko-KR,ko;q=0.9", "ko"), ("ar", "ar"), ("fr", "de"), ("en-GB", "en")] {
        visitor.headers = vec![("accept-language".to_owned(), accepted.to_owned())];
        assert_eq!(language(&visitor.get("/me")), tag, "{accepted}");
    }
    assert_eq!(language(&visitor.get("/me?lang=ar")), "ar");
    assert_eq!(language(&visitor.get("/me")), "ar", "remembered");
    assert_eq!(language(&visitor.get("/me/nowhere")), "ar");
    assert_eq!(language(&visitor.get("/me?lang=xx")), "ar", "a language that is none changes nothing");
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
