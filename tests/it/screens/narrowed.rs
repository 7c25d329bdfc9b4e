//! What makes less of a yes: a pause that ends by itself, hours of the day, and how often.
use super::visitor::{Form, Visitor, bare, control, forms, question};
use super::{MONTH, YES, assistant, status};
use crate::support::{ASSISTANT, CITY, MUNICH, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Limits, State};
use dongui::domain::time::{At, HOUR_US, MINUTE_US};

/// The form that pauses for a while.
fn spells(page: &str, recipient: &str, category: &str) -> Form {
    let fits = |f: &&Form| {
        f.field("act") == "pause" && f.field("recipient") == recipient && f.field("category") == category
    };
    forms(page).iter().find(fits).expect("a pause for a while").clone()
}

#[test]
fn a_pause_for_an_hour_says_so_and_is_over_after_an_hour() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        let now = w.broker().now().unwrap();
        let all = spells(&visitor.page(), "", "");
        let done = visitor.presses(&all, ("for", "hour"), &[]);
        let then = |at: At| at.plus(HOUR_US).rfc3339()[11..16].to_owned();
        // Germany in winter.
        let when = then(now.plus(HOUR_US));
        assert!(bare(&done).contains(&format!("Nothing of it is given out until {when}.")), "{done}");
        assert_eq!(status(&visitor.page()), format!("Everything is paused until {when}"));
        assert!(bare(&visitor.page_of(&id)).contains(&format!("paused until {when}")));
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
        w.clock.advance(HOUR_US - MINUTE_US);
        let mut visitor = Visitor::enters(w, &mina);
        assert_eq!(status(&visitor.page()), format!("Everything is paused until {when}"));
        w.clock.advance(MINUTE_US);
        assert_eq!(status(&visitor.page()), "One assistant may see something about you");
        assert_eq!(provider.asks(&mina).precision(ZONE), Some(CITY));
        // The undoing of a pause that ends by itself is to resume.
        let one = spells(&visitor.page_of(&id), &id, "location.zone");
        let done = visitor.presses(&one, ("for", "tomorrow"), &[]);
        assert!(bare(&done).contains("25 November 2026, 00:00"), "{done}");
        let undo = forms(&done).into_iter().find(|f| f.action == "/me/change").unwrap();
        visitor.presses(&undo, ("act", "resume"), &[]);
        assert_eq!(status(&visitor.page()), "One assistant may see something about you");
    });
}

#[test]
fn no_other_act_and_no_other_time_can_be_put_into_a_pause() {
    let w = World::new(crate::support::house::House::sqlite());
    let (mina, provider) = (w.subscriber("mina"), assistant(&w, "assistant"));
    mina.allows(&provider, ASSISTANT, ZONE, CITY);
    let mut visitor = Visitor::enters(&w, &mina);
    let all = spells(&visitor.page(), "", "");
    for (form, word) in [
        (all.clone(), "never"),
        (all.clone(), ""),
        (all.with("act", "withdraw"), "hour"),
        (all.with("act", "resume"), "hour"),
    ] {
        assert_eq!(visitor.sends(&form, ("for", word), &[]).status, 400, "{form:?} {word}");
    }
    let grants = w.broker().overview(mina.id).unwrap().grants;
    assert!(grants.len() == 1 && grants[0].state == State::Active);
    assert!(control(&visitor.page(), None, None, "pause").is_some(), "and one press still pauses it all");
}

#[test]
fn limits_are_a_choice_of_his_own_and_stand_on_the_permission() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "assistant"));
        let id = provider.id.to_string();
        let mut visitor = Visitor::enters(w, &mina);
        let asked = question(&visitor.page_of(&id), &id, "usage.interest");
        for odd in [("hours", "00:00-23:59"), ("quota", "1000/day"), ("quota", "3/year"), ("hours", "")] {
            assert_eq!(visitor.sends(&asked, YES, &[MONTH, odd]).status, 400, "{odd:?}");
        }
        // What was chosen is kept where something else lacks.
        let reply = visitor.sends(&asked, YES, &[("hours", "08:00-20:00")]);
        assert_eq!((reply.status, reply.text().matches(" checked").count()), (422, 1));
        let done = visitor.presses(&asked, YES, &[MONTH, ("hours", "08:00-20:00"), ("quota", "3/day")]);
        let page = visitor.page_of(&id);
        for line in ["between 08:00 and 20:00", "3 times a day at most"] {
            for page in [&done, &page] {
                assert!(bare(page).contains(&format!("<dd>{line}</dd>")), "{line}: {page}");
            }
        }
        let limits = w.broker().overview(mina.id).unwrap().grants[0].terms.limits;
        let kept = (limits.hours.map(|h| h.text()), limits.quota.map(|q| q.text()));
        assert_eq!(kept, (Some("08:00-20:00".to_owned()), Some("3/day".to_owned())));
        // Who chooses none has none.
        let asked = question(&visitor.page_of(&id), &id, "web.interest");
        visitor.presses(&asked, YES, &[MONTH, ("hours", "any")]);
        let grants = w.broker().overview(mina.id).unwrap().grants;
        let web = grants.iter().find(|g| g.cell.category == Category::WebInterest).unwrap();
        assert_eq!((web.terms.limits, web.precision), (Limits::NONE, Precision::Label));
    });
}
