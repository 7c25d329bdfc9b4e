//! The subscriber's own page over HTTP, on both engines: what a button does is seen on the page and heard by the provider.
//! Deliberately absent: how a page looks without a server (unit tests in `src/screens`).
pub mod accessible;
mod attacks;
pub mod browser;
mod corrected;
mod elsewhere;
mod entered;
mod family;
mod furnished;
mod kept;
mod kept_back;
mod keyboard;
pub mod loopback;
mod narrowed;
mod notified;
mod previewed;
pub mod visitor;
mod worn;

use crate::support::{ASSISTANT, CITY, MUNICH, Provider, World, ZONE};
use dongui::broker::consent::notice_hash;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::State;
use dongui::domain::notice::Notice;
use visitor::{Visitor, bare, between, control, forms, invitation, plain, question};

const YES: (&str, &str) = ("answer", "allow");
const NO: (&str, &str) = ("answer", "refuse");
const MONTH: (&str, &str) = ("term", "30");

/// A provider that asks for the assistant's purpose only, as most do.
fn assistant<'w>(w: &'w World, name: &str) -> Provider<'w> {
    w.provider_with("assistant", |r| {
        r.name = name.to_owned();
        r.purposes = vec![ASSISTANT];
    })
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
        assert_eq!(status(&visitor.page()), "Nobody may see anything about you");
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));

        let asked = question(&visitor.page_of(&id), &id, "location.zone");
        let page = visitor.presses(&asked, YES, &[("precision", "city"), MONTH]);
        assert_eq!(status(&page), "Allowed");
        for line in
            ["assistant", "Where you are", "a city and its surroundings, about 1,770 km²", "24 December 2026"]
        {
            assert!(bare(&page).contains(&format!("<dd>{line}</dd>")), "{line}: {page}");
        }
        assert_eq!(status(&visitor.page()), "One assistant may see something about you");
        let grants = w.broker().overview(mina.id).unwrap().grants;
        assert_eq!((grants.len(), grants[0].precision, grants[0].state), (1, CITY, State::Active));
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert_eq!(provider.asks(&mina).precision(ZONE), Some(CITY));
        assert!(bare(&visitor.page()).contains("Where you are: a city and its surroundings"));

        let pause = control(&visitor.page(), None, None, "pause").unwrap();
        assert_eq!(status(&visitor.presses(&pause, ("act", "pause"), &[])), "Paused");
        assert_eq!(status(&visitor.page()), "Everything is paused");
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
        assert!(bare(&visitor.asked()).contains("Where you are: nothing, because you had paused it"));

        let resume = control(&visitor.page_of(&id), Some(&id), Some("location.zone"), "resume").unwrap();
        assert_eq!(status(&visitor.presses(&resume, ("act", "resume"), &[])), "Resumed");
        assert_eq!(status(&visitor.page()), "One assistant may see something about you");
        assert!(provider.asks(&mina).tells());

        let withdraw = control(&visitor.page_of(&id), Some(&id), Some("location.zone"), "withdraw").unwrap();
        assert_eq!(status(&visitor.presses(&withdraw, ("act", "withdraw"), &[])), "Withdrawn");
        let page = visitor.page();
        assert_eq!(status(&page), "Nobody may see anything about you");
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
        let asked = question(&visitor.page_of(&id), &id, "usage.interest");
        let done = visitor.presses(&asked, NO, &[]);
        assert!(
            bare(&done).contains("nobody asks you again")
                && forms(&done).iter().all(|f| ["/me/leave", "/me/exit"].contains(&f.action.as_str()))
        );
        let grants = w.broker().overview(mina.id).unwrap().grants;
        assert_eq!((grants.len(), grants[0].state), (1, State::Refused));
        let page = visitor.page_of(&id);
        let (open, closed) = page.split_once("May not see").unwrap();
        let what = "<span class=\"what\">What your apps say you like";
        assert!(closed.contains(what) && !open.contains(what), "it is no open question any more");
        assert!(bare(closed).contains("You said no on 24 November 2026"));
        // He himself may change his mind, by the same form.
        visitor.presses(&question(&page, &id, "usage.interest"), YES, &[MONTH]);
        assert_eq!(status(&visitor.page()), "One assistant may see something about you");
    });
}

#[test]
fn what_was_shown_is_what_the_grant_points_to() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "도움 <비서>"));
        let mut visitor = Visitor::enters(w, &mina);
        for (tag, category) in [
            ("ko", "location.zone"),
            ("ar", "location.label"),
            ("de", "usage.interest"),
            ("zh", "web.interest"),
            ("ms", "mobility.next_place"),
        ] {
            let page = visitor.sees(&format!("/me/with/{}?lang={tag}", provider.id));
            let asked = question(&page, &provider.id.to_string(), category);
            let start = format!("name=\"category\" value=\"{category}\"");
            let rest = page.split_once(&start).unwrap().1;
            let text = plain(between(rest, "<p class=\"notice\">", "</p>")[0]);
            let coarsest = asked.choices.iter().find(|(name, _)| name == "precision");
            let coarsest = coarsest.map(|(name, value)| (name.as_str(), value.as_str()));
            let chosen: Vec<_> = coarsest.into_iter().chain([MONTH]).collect();
            visitor.presses(&asked, YES, &chosen);
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
    let asked =
        question(&visitor.page_of(&provider.id.to_string()), &provider.id.to_string(), "location.zone");
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
    assert_eq!(
        values,
        [
            "region",
            "city",
            "zone-r5",
            "zone-r6",
            "zone-r7",
            "30",
            "90",
            "365",
            "any",
            "08:00-20:00",
            "18:00-24:00",
            "20:00-08:00",
            "any",
            "once",
            "1/day",
            "3/day",
            "10/day",
        ]
    );
}

#[test]
fn undo_leads_back_and_only_to_what_was() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    let id = provider.id.to_string();
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    mina.allows(&provider, ASSISTANT, Category::UsageInterest, Precision::Label);
    let mut visitor = Visitor::enters(&w, &mina);
    let undo = |page: &str| forms(page).into_iter().find(|f| f.action == "/me/change");
    let one = control(&visitor.page_of(&id), Some(&id), Some("usage.interest"), "pause").unwrap();
    let page = visitor.presses(&one, ("act", "pause"), &[]);
    assert!(undo(&page).is_some());
    assert_eq!(visitor.sees("/me/done?lang=en"), page, "it can be read again, in another language too");
    // Were everything resumed now, so would be what was paused before: no undo.
    let all = control(&visitor.page(), None, None, "pause").unwrap();
    let page = visitor.presses(&all, ("act", "pause"), &[]);
    assert!(undo(&page).is_none());
    let resume = control(&visitor.page(), None, None, "resume").unwrap();
    let page = visitor.presses(&resume, ("act", "resume"), &[]);
    visitor.presses(&undo(&page).unwrap(), ("act", "pause"), &[]);
    assert_eq!(status(&visitor.page()), "Everything is paused");
    let states =
        |state| w.broker().overview(mina.id).unwrap().grants.iter().filter(|g| g.state == state).count();
    assert_eq!(states(State::Paused), 2);
    // Withdrawing is final, wherever it is pressed.
    let ending = control(&visitor.page_of(&id), Some(&id), None, "withdraw").unwrap();
    let page = visitor.presses(&ending, ("act", "withdraw"), &[]);
    assert!(undo(&page).is_none());
    assert_eq!(states(State::Withdrawn), 2);
}

#[test]
fn a_withdrawal_is_undone_by_a_new_answer_and_never_by_a_button() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        let first = w.broker().overview(mina.id).unwrap().grants[0].id;
        let mut visitor = Visitor::enters(w, &mina);
        let withdraw = control(&visitor.page_of(&id), Some(&id), Some("location.zone"), "withdraw").unwrap();
        let done = visitor.presses(&withdraw, ("act", "withdraw"), &[]);
        let again = between(&done, "<a class=\"button\" href=\"", "\"")[0].to_owned();
        let page = visitor.sees(again.split('#').next().unwrap());
        assert!(
            page.contains(&format!("id=\"{}\" open>", again.split('#').nth(1).unwrap())),
            "the question is open"
        );
        assert!(!page.contains(" checked"), "and nothing is chosen for him");
        assert_eq!(
            provider.asks(&mina).withheld(ZONE).as_deref(),
            Some("not_granted"),
            "looking gives nothing back"
        );
        let asked = question(&page, &id, "location.zone");
        assert_eq!(status(&visitor.presses(&asked, YES, &[("precision", "region"), MONTH])), "Allowed");
        let grants = w.broker().overview(mina.id).unwrap().grants;
        assert!(grants.len() == 1 && grants[0].id != first, "a new grant with its own notice");
    });
}

#[test]
fn what_was_done_is_told_to_him_who_did_it() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, jan, provider) = (w.subscriber("mina"), w.subscriber("jan"), assistant(&w, "assistant"));
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    let mut visitor = Visitor::enters(&w, &mina);
    assert_eq!(visitor.get("/me/done").header("location"), Some("/me"), "nothing is done yet");
    let pause = control(&visitor.page(), None, None, "pause").unwrap();
    visitor.presses(&pause, ("act", "pause"), &[]);
    let link = invitation(&w, &jan);
    assert_eq!(visitor.post(&link, &[]).status, 303);
    assert_eq!(visitor.get("/me/done").header("location"), Some("/me"), "the next one has done nothing");
}

#[test]
fn every_request_is_found_page_by_page_and_for_one_recipient_alone() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let one = assistant(w, "Almanac");
        let other = w.provider_with("other", |r| r.name = "Bellweather".to_owned());
        for n in 0..40 {
            w.clock.advance(dongui::domain::time::MINUTE_US);
            let who = if n % 4 == 0 { &other } else { &one };
            who.asks(&mina);
        }
        let mut visitor = Visitor::enters(w, &mina);
        let names =
            |page: &str, name: &str| bare(page).matches(&format!("<bdi>{name}</bdi></a></p>")).count();
        let mut seen = [0, 0];
        let mut next = Some("/me/asked".to_owned());
        let mut pages = 0;
        while let Some(path) = next {
            let page = visitor.sees(&path);
            seen[0] += names(&page, "Almanac");
            seen[1] += names(&page, "Bellweather");
            let turn = between(&page, "<p class=\"turn\">", "</p>");
            let link = |t: &&str| between(t, "<a class=\"on\" href=\"", "\"").first().map(|a| plain(a));
            next = turn.first().and_then(link);
            pages += 1;
        }
        // Three that follow each other and are alike are told once.
        assert_eq!((pages, seen[1]), (2, 10), "{seen:?}");
        assert!((10..=11).contains(&seen[0]), "{seen:?}: a page may end within three alike");
        let only = visitor.sees(&format!("/me/asked?by={}", other.id));
        assert_eq!((names(&only, "Almanac"), bare(&only).contains("10 times, last at")), (0, true));
        for odd in ["?by=x", "?skip=x", "?by=rcp_00000000000000000000000000000000", "/x"] {
            assert_eq!(visitor.get(&format!("/me/asked{odd}")).status, 404, "{odd}");
        }
        assert_eq!(visitor.get("/me/with/rcp_00000000000000000000000000000000").status, 404);
    });
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
fn the_quick_way_out_stands_first_and_leaves_nothing_behind() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "Almanac"));
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    let mut visitor = Visitor::enters(&w, &mina);
    let page = visitor.sees("/me?lang=ko");
    let exit = forms(&page)[0].clone();
    assert_eq!(exit.action, "/me/exit", "before everything else on the page");
    assert_eq!(
        visitor.sends(&exit.with("form_token", "x"), ("", ""), &[]).status,
        403,
        "nobody else throws him out"
    );
    let reply = visitor.post(&exit.action, &exit.fields);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/me/away")));
    assert_eq!(reply.header("clear-site-data"), Some("\"cache\", \"cookies\", \"storage\""));
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
    assert!(visitor.cookies.is_empty(), "{:?}", visitor.cookies);
    let away = visitor.sees("/me/away");
    for never in ["Almanac", "data and", "assistant", "<a ", "<form"] {
        assert!(!away.contains(never), "{never}: {away}");
    }
    assert_eq!(visitor.get("/me").status, 403, "back leads nowhere");
    assert_eq!(visitor.post(&exit.action, &exit.fields).status, 303, "pressed again it is no error");
}

#[test]
fn who_asks_for_data_is_given_the_page_as_data() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        let mut visitor = Visitor::enters(w, &mina);
        let html = visitor.page_of(&provider.id.to_string());
        let path = format!("/me/with/{}", provider.id);
        visitor.headers.push(("accept".to_owned(), "text/html,application/json;q=0.9".to_owned()));
        assert!(visitor.sees(&path).starts_with("<!DOCTYPE html>"), "a browser takes HTML, whatever else");
        visitor.headers.pop();
        visitor.headers.push(("accept".to_owned(), "application/json".to_owned()));
        let reply = visitor.get(&path);
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
        let page: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((page["kind"].as_str(), page["name"].as_str()), (Some("recipient"), Some("Almanac")));
        // The same questions, with the same words and hashes, and the answers in the same order.
        let asked = forms(&html).into_iter().filter(|f| f.action.starts_with("/me/answer"));
        let asks = page["asks"].as_array().unwrap();
        let mut compared = 0;
        for (form, ask) in asked.zip(asks) {
            let fields: Vec<(String, String)> = serde_json::from_value(ask["fields"].clone()).unwrap();
            // Each showing is signed anew.
            let but_showing = |of: &[(String, String)]| -> Vec<_> {
                of.iter().filter(|(name, _)| name != "presentation").cloned().collect()
            };
            assert_eq!(but_showing(&fields), but_showing(&form.fields));
            let answers: Vec<(String, String)> = serde_json::from_value(ask["answers"].clone()).unwrap();
            let buttons: Vec<&str> = form.buttons.iter().map(|(_, value)| value.as_str()).collect();
            assert_eq!(answers.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), buttons);
            assert!(html.contains(ask["notice"].as_str().unwrap()));
            compared += 1;
        }
        assert_eq!(compared, 7);
        // What a program sends back is the same form.
        let form = forms(&html).into_iter().find(|f| f.action == "/me/change").unwrap();
        assert_eq!(visitor.sends(&form, ("act", "pause"), &[]).status, 303);
        let page: serde_json::Value = serde_json::from_slice(&visitor.get("/me").body).unwrap();
        assert_eq!(page["status"], "Everything is paused");
        let mut stranger = Visitor::new(w);
        stranger.headers.push(("accept".to_owned(), "application/json".to_owned()));
        let reply = stranger.get("/me");
        assert_eq!((reply.status, reply.header("content-type")), (403, Some("application/json")));
    });
}
