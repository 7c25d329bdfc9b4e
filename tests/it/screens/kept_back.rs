//! What a visitor never shares, on his page: each button holds back or gives back what it stands beside, and what zones give away is told
//! beside the preview.
use super::visitor::{Form, Visitor, bare, between, forms};
use super::{assistant, status};
use crate::support::{ASSISTANT, MUNICH, PASING, R6, World, ZONE};
use dongui::domain::category::{Category, Precision};

const YES: (&str, &str) = ("never", "yes");
const NO: (&str, &str) = ("never", "no");

/// The forms that mark something by a field.
fn marking(page: &str, name: &str) -> Vec<Form> {
    let about = |f: &Form| f.action == "/me/never" && !f.field(name).is_empty();
    forms(page).into_iter().filter(about).collect()
}

/// Presses a button and looks at the page that follows.
fn presses(visitor: &mut Visitor<'_>, form: &Form, button: (&str, &str)) -> String {
    assert!(form.buttons.iter().any(|(n, v)| (n.as_str(), v.as_str()) == button), "{form:?}");
    let reply = visitor.sends(form, button, &[]);
    assert_eq!((reply.status, reply.header("location")), (303, Some("/me/never")), "{}", reply.text());
    visitor.sees("/me/never")
}

#[test]
fn every_mark_is_set_and_taken_away_by_the_same_button_and_the_provider_hears_nothing_of_it() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        mina.lived(10, MUNICH, PASING);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        assert!(visitor.page().contains("href=\"/me/never\""));
        let before = w.dump();
        let page = visitor.sees("/me/never");
        assert_eq!(w.dump(), before, "looking changes nothing");
        assert_eq!(status(&page), "What you never share");
        assert!(bare(&page).contains("<strong>Munich</strong>") && !page.contains("48.1"), "{page}");
        assert_eq!((marking(&page, "label").len(), marking(&page, "area").len()), (2, 2));

        let hears = |visitor: &mut Visitor<'_>, form: &Form| {
            assert!(provider.asks(&mina).tells());
            let marked = presses(visitor, form, YES);
            assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
            assert!(
                bare(&visitor.asked()).contains("Where you are: nothing, because you never share this place")
            );
            marked
        };
        let home = marking(&page, "label").into_iter().find(|f| f.field("label") == "home").unwrap();
        let page = hears(&mut visitor, &home);
        assert!(bare(&page).contains("Never shared, because you never share “Home”."), "{page}");
        assert_eq!(marking(&page, "area").len(), 1, "the area of home needs no button of its own");
        let home = marking(&page, "label").into_iter().find(|f| f.field("label") == "home").unwrap();
        let page = presses(&mut visitor, &home, NO);
        // Of the two areas that of home comes first.
        let all = marking(&page, "area");
        let (mine, other) = (&all[0], &all[1]);
        let page = presses(&mut visitor, other, YES);
        assert!(provider.asks(&mina).tells(), "it is about another place");
        assert_eq!(page.matches("<li class=\"kept\">").count(), 1);
        let page = hears(&mut visitor, mine);
        for form in marking(&page, "area") {
            presses(&mut visitor, &form, NO);
        }
        assert!(provider.asks(&mina).tells());
        assert!(w.broker().never(mina.id).unwrap().is_empty());
    });
}

#[test]
fn hours_are_chosen_from_two_lists_and_two_alike_are_asked_for_again() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        let form =
            |page: &str| marking(page, "hours").into_iter().find(|f| f.field("hours") == "these").unwrap();
        let page = visitor.sees("/me/never");
        assert!(!page.contains(" selected"), "nothing is chosen beforehand");
        for (from, to) in [("", ""), ("22:00", "22:00"), ("22:00", ""), ("25:00", "06:00")] {
            let reply = visitor.sends(&form(&page), YES, &[("from", from), ("to", to)]);
            assert_eq!(reply.status, 422);
            assert!(bare(&reply.text()).contains("Please choose two different times."));
        }
        let reply = visitor.sends(&form(&page), YES, &[("from", "16:00"), ("to", "06:00")]);
        assert_eq!(reply.status, 303);
        assert_eq!(provider.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
        assert!(bare(&visitor.asked()).contains("because you never share anything at this hour"));
        let page = visitor.sees("/me/never");
        assert!(bare(&page).contains("between 16:00 and 06:00") && page.matches(" selected").count() == 2);
        let none = marking(&page, "hours").into_iter().find(|f| f.field("hours") == "none").unwrap();
        presses(&mut visitor, &none, NO);
        assert!(provider.asks(&mina).tells());
    });
}

#[test]
fn odd_marks_and_strangers_change_nothing() {
    let w = World::new(crate::support::house::House::sqlite());
    let mina = w.subscriber("mina");
    let mut visitor = Visitor::enters(&w, &mina);
    let form = marking(&visitor.sees("/me/never"), "label")[0].clone();
    let before = w.dump();
    for (form, button, status) in [
        (form.without("form_token"), YES, 403),
        (form.with("form_token", "x"), YES, 403),
        (form.with("label", "other"), YES, 400),
        (form.with("label", "frequent"), YES, 400),
        (form.with("area", "861fa4407ffffff"), YES, 400),
        (form.without("label").with("area", "Munich"), YES, 400),
        (form.without("label").with("area", "871fa4409ffffff"), YES, 400),
        (form.without("label").with("hours", "22:00-06:00"), YES, 400),
        (form.clone(), ("never", "perhaps"), 400),
        (form.clone(), ("act", "yes"), 400),
    ] {
        assert_eq!(visitor.sends(&form, button, &[]).status, status, "{form:?} {button:?}");
    }
    assert_eq!(Visitor::new(&w).sends(&form, YES, &[]).status, 403);
    assert_eq!(Visitor::new(&w).get("/me/never").status, 403);
    assert_eq!(w.dump(), before);
}

#[test]
fn what_zones_give_away_is_told_for_each_precision_and_a_mark_takes_it_away() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, Category::LocationLabel, Precision::Label);
        mina.lived(10, MUNICH, PASING);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        let page = visitor.page_of(&provider.id.to_string());
        let links = between(&page, "href=\"", "\"");
        let of =
            links.into_iter().find(|l| l.contains("/preview?of=") && l.contains("location-zone")).unwrap();
        let page = bare(&visitor.sees(of));
        assert_eq!(page.matches("<meter").count(), 10, "home and work, at five rungs: {page}");
        let within: Vec<u32> = between(&page, "found to within ", " km")
            .iter()
            .step_by(2)
            .map(|km| km.parse().unwrap())
            .collect();
        assert!(within.is_sorted_by(|a, b| a >= b) && within[0] > 50 && within[4] <= 5, "{within:?}");
        assert_eq!(within[3], within[4], "home is told at r6 at most");
        assert!(
            page.contains("Worked out from the 10 nights") || page.contains("Worked out from the 11 nights")
        );
        let home = marking(&visitor.sees("/me/never"), "label")[0].clone();
        presses(&mut visitor, &home, YES);
        let page = bare(&visitor.sees(of));
        assert_eq!(page.matches("Home: what it is told does not lead there.").count(), 5, "{page}");
        assert_eq!(page.matches("found to within").count(), 5, "work is another matter");
    });
}
