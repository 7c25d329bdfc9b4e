//! The subscriber's own page over HTTP, on both engines: what a button does is seen on the page and heard by the provider.
//! Deliberately absent: how a page looks without a server (unit tests in `src/screens`).
mod attacks;
mod browser;
mod loopback;
mod visitor;

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
        let what = "<span class=\"what\">What your apps say you like";
        assert!(closed.contains(what) && !open.contains(what), "it is no open question any more");
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
            let chosen = [("precision", "region"), MONTH];
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
    assert_eq!(values, ["region", "city", "zone-r5", "zone-r6", "zone-r7", "30", "90", "365"]);
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
