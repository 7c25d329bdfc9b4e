//! A mother on her own pages and on her child's, and permissions that end soon. Deliberately absent: who may (`family`, beside this room).
use super::furnished::{Furnished, TAGS};
use super::visitor::{Visitor, bare, control, forms, question};
use super::{MONTH, NO, YES, assistant, status};
use crate::family::speaks_for;
use crate::support::browser::Browser;
use crate::support::world::told;
use crate::support::{ASSISTANT, CITY, MUNICH, World, ZONE};
use dongui::broker::consent::Wish;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Actor, Capture, Status};
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{DAY_US, HOUR_US};

#[test]
fn a_child_says_yes_his_mother_is_told_confirms_it_on_his_pages_and_comes_back() {
    World::each(|w| {
        let (ward, mother) = (w.enrols("ward", AgeBand::Minor), w.subscriber("mother"));
        let provider = assistant(w, "Almanac");
        let id = provider.id.to_string();
        speaks_for(w, &mother, &ward, None);
        let mut child = Visitor::enters(w, &ward);
        assert!(bare(&child.page()).contains("your guardian has to say yes too"), "in a child's words");
        let asked = question(&child.page_of(&id), &id, "location.zone");
        let done = child.presses(&asked, YES, &[("precision", "city"), MONTH]);
        assert_eq!(status(&done), "Your guardian is asked");
        assert_eq!(status(&child.page()), "Nobody may see anything about you");
        assert!(bare(&child.page()).contains("It counts only when your guardian says yes too"));

        let mut visitor = Visitor::enters(w, &mother);
        assert!(bare(&visitor.page()).contains("Your child waits for your word on one question"));
        let family = visitor.sees("/me/family");
        assert!(bare(&family).contains("Your child, since 24 November 2026"));
        for number in [&mother.number, &ward.number] {
            assert!(!family.contains(number.trim_start_matches('+')), "no number on any page");
        }
        let enter = forms(&family).into_iter().find(|f| f.action == "/me/family/enter").unwrap();
        assert_eq!(visitor.post(&enter.action, &enter.with("form_token", "x").fields).status, 403);
        assert_eq!(visitor.post(&enter.action, &enter.fields).header("location"), Some("/me"));
        let here = "You act for your child, as you may since 24 November 2026";
        for path in ["/me", "/me/family", "/me/receipts", "/me/asked", "/me/data"] {
            assert!(bare(&visitor.sees(path)).contains(here), "{path}");
        }
        assert!(bare(&visitor.page()).contains("your child said yes to Almanac"));
        let asked = question(&visitor.page_of(&id), &id, "location.zone");
        assert_eq!(status(&visitor.presses(&asked, YES, &[("precision", "city"), MONTH])), "Allowed");
        w.neighbours_are_at(MUNICH);
        ward.is_at(MUNICH);
        assert_eq!(provider.asks(&ward).precision(ZONE), Some(CITY));
        // Who said it stands on the child's page; a pause of hers is not his to take back.
        assert!(bare(&child.page_of(&id)).contains("<dd>by your guardian</dd>"));
        let pause = control(&visitor.page(), None, None, "pause").unwrap();
        visitor.presses(&pause, ("act", "pause"), &[]);
        let page = child.page();
        assert!(control(&page, None, None, "resume").is_none());
        assert!(bare(&page).contains("paused by your guardian"));
        let forged = control(&visitor.page(), None, None, "resume").unwrap();
        let token = forms(&page)[0].field("form_token").to_owned();
        let sent = child.sends(&forged.with("form_token", &token), ("act", "resume"), &[]);
        assert!(sent.status >= 400, "{}", sent.status);
        // Back to herself: nothing of the child's pages comes along.
        let back = forms(&visitor.page()).into_iter().find(|f| f.action == "/me/family/back").unwrap();
        assert_eq!(visitor.post(&back.action, &back.fields).status, 303);
        let page = visitor.page();
        assert!(!bare(&page).contains("You act for"));
        assert_eq!(visitor.get("/me/done").header("location"), Some("/me"), "what she did there stays there");
        assert_eq!(w.broker().overview(mother.id).unwrap().grants.len(), 0);
        // A stranger who copies her form comes nowhere.
        let mut stranger = Visitor::enters(w, &w.subscriber("stranger"));
        let token = forms(&stranger.page())[0].field("form_token").to_owned();
        let sent = stranger.post(&enter.action, &enter.with("form_token", &token).fields);
        assert_eq!(sent.status, 400);
        assert!(!bare(&stranger.page()).contains("You act for"));
    });
}

#[test]
fn a_question_that_was_put_is_answered_later_beside_two_equal_buttons_and_not_asked_again_meanwhile() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        let id = provider.id.to_string();
        let mut visitor = Visitor::enters(w, &mina);
        let later = |page: &str| question(page, &id, "usage.interest").buttons.len() == 3;
        assert!(!later(&visitor.page_of(&id)), "nobody has asked");
        let (recipient, purpose, category) = (provider.id, ASSISTANT, Category::UsageInterest);
        let asks = Wish::Request { recipient, purpose, category, shown: told() };
        let operator = Capture { actor: Actor::Operator, channel: "console", relation: None };
        w.broker().decide(mina.id, &asks, operator).unwrap();
        assert!(bare(&visitor.page()).contains("Almanac asks whether it may see"));
        let page = visitor.page_of(&id);
        assert!(later(&page) && question(&page, &id, "location.zone").buttons.len() == 2);
        let done = visitor.presses(&question(&page, &id, "usage.interest"), ("answer", "later"), &[]);
        assert_eq!(status(&done), "Put off");
        assert!(bare(&done).contains("You will not be asked again before 1 December 2026"));
        assert!(!bare(&visitor.page()).contains("asks whether"));
        let page = visitor.page_of(&id);
        assert!(!later(&page) && bare(&page).contains("You put this off"));
        w.clock.advance(7 * DAY_US);
        let mut visitor = Visitor::enters(w, &mina);
        assert!(bare(&visitor.page()).contains("asks whether"));
        let page = visitor.page_of(&id);
        visitor.presses(&question(&page, &id, "usage.interest"), NO, &[]);
    });
}

#[test]
fn what_ends_within_a_week_is_told_and_renewed_in_as_many_taps_as_it_is_let_end() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        let id = provider.id.to_string();
        let late = w.clock.now().plus(300 * DAY_US);
        mina.allows_until(&provider, ASSISTANT, Category::UsageInterest, Precision::Label, late);
        mina.allows_until(&provider, ASSISTANT, ZONE, CITY, w.clock.now().plus(30 * DAY_US));
        w.clock.advance(22 * DAY_US);
        let mut visitor = Visitor::enters(w, &mina);
        assert!(!bare(&visitor.page()).contains("Ends soon"));
        w.clock.advance(DAY_US + HOUR_US);
        let mut visitor = Visitor::enters(w, &mina);
        let home = bare(&visitor.page());
        assert!(home.contains("Ends soon") && home.contains("Ends on 24 December 2026"), "{home}");
        let choice = |page: &str| control(page, Some(&id), Some("location.zone"), "renew").unwrap();
        let page = visitor.page_of(&id);
        let form = choice(&page);
        assert_eq!(form.buttons.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>(), ["let-end", "renew"]);
        assert!(control(&page, Some(&id), Some("usage.interest"), "renew").is_none());
        // Letting it end changes nothing.
        let last = w.broker().overview(mina.id).unwrap().last;
        assert_eq!(visitor.sends(&form, ("act", "let-end"), &[]).header("location"), Some("/me"));
        assert_eq!(w.broker().overview(mina.id).unwrap().last, last);
        // What does not end soon, or everything, is not renewed by a form of one's own making.
        for form in [form.with("category", "usage.interest"), form.without("category")] {
            assert_eq!(visitor.sends(&form, ("act", "renew"), &[]).status, 400);
        }
        assert_eq!(status(&visitor.presses(&choice(&page), ("act", "renew"), &[])), "Renewed");
        let grants = w.broker().overview(mina.id).unwrap().grants;
        let zone = grants.iter().find(|g| g.cell.category == ZONE).unwrap();
        assert_eq!(zone.status(w.clock.now()), Status::Renewed);
        assert!(zone.until > w.clock.now().plus(29 * DAY_US));
        assert!(!bare(&visitor.page()).contains("Ends soon"));
    });
}

#[test]
fn a_wards_pages_fit_a_phone_under_their_banner_in_every_language() {
    let Some(browser) = Browser::start() else { return };
    let kept = std::env::var_os("DONGUI_TEST_SCREENS").map(std::path::PathBuf::from);
    let house = Furnished::new();
    house.enters(&browser);
    browser.goes(&house.url("/me/family"));
    browser.follows(|| {
        browser.eval("document.querySelector('.people form button').click()");
    });
    let own = format!("/me/with/{}", house.known);
    for tag in TAGS {
        for (name, path) in [("ward-home", "/me"), ("ward-question", own.as_str())] {
            browser.goes(&house.in_language(path, tag));
            assert_eq!(browser.eval("document.querySelectorAll('.acting button').length"), 1, "{name} {tag}");
            browser.sized((320, 640));
            let wide = browser.eval("document.documentElement.scrollWidth - innerWidth");
            assert_eq!(wide, 0, "{name} {tag}");
            if let Some(kept) = &kept {
                browser.sized((390, 1080));
                std::fs::write(kept.join(format!("{name}-{tag}.png")), browser.picture()).unwrap();
            }
        }
    }
}
