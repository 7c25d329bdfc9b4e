//! The preview: it says what an answer would say, because the same code makes it, and it leaves no trace.
use super::assistant;
use super::visitor::{Visitor, bare, between, plain};
use crate::support::{ASSISTANT, CITY, MUNICH, R6, World, ZONE};
use dongui::broker::consent::Wish;
use dongui::domain::category::Category;
use dongui::domain::consent::{Act, Limits, Quota};
use dongui::domain::purpose::Purpose;
use dongui::domain::time::MINUTE_US;
use serde_json::Value;

/// The answer that the page shows.
fn shown(page: &str) -> Value {
    serde_json::from_str(&plain(between(page, "<code>", "</code>")[0])).unwrap()
}

#[test]
fn what_is_previewed_is_what_is_told_byte_for_byte_and_nothing_is_written() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        let path = format!("/me/with/{}/preview", provider.id);
        let before = w.dump();
        let page = visitor.sees(&path);
        assert_eq!(w.dump(), before, "not a row is written");
        let purpose = provider.asks_for(&mina, ASSISTANT, &Category::UNPROMPTED);
        assert_eq!(shown(&page), purpose.json());
        assert!(
            bare(&page).contains("<svg viewBox=\"0 0 1000 1000\"")
                && bare(&page).contains("<strong>Munich</strong>"),
            "{page}"
        );
        assert!(bare(&page).contains("Nothing, because you have not allowed it."));
        assert!(!page.contains("48.1"), "a drawing is of no place on earth");
        // Over and over: the budget does not move, and the answer stays the same.
        for _ in 0..50 {
            visitor.sees(&path);
        }
        assert_eq!(provider.asks_for(&mina, ASSISTANT, &Category::UNPROMPTED).bytes(), purpose.bytes());
        let paused =
            Wish::Change { act: Act::Pause, until: None, recipient: None, purpose: None, category: None };
        mina.decides(&paused).unwrap();
        let page = visitor.sees(&path);
        assert!(shown(&page)["items"].as_array().unwrap().is_empty() && !page.contains("<svg"));
        assert!(bare(&page).contains("Nothing, because you had paused it."));
    });
}

#[test]
fn a_question_is_previewed_rung_by_rung_without_a_grant_being_made() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        // Something else is allowed, or nothing would be known.
        mina.allows(
            &provider,
            ASSISTANT,
            Category::LocationLabel,
            dongui::domain::category::Precision::Label,
        );
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut visitor = Visitor::enters(w, &mina);
        let page = visitor.page_of(&provider.id.to_string());
        let links = between(&page, "href=\"", "\"");
        let link = links
            .into_iter()
            .find(|l| l.contains("/preview?of=") && l.contains("location-zone"))
            .unwrap()
            .to_owned();
        let before = w.dump();
        let page = visitor.sees(&link);
        assert_eq!(w.dump(), before);
        assert_eq!(page.matches("<li class=\"left\">").count(), 5, "{page}");
        assert!(page.find("a part of the country") < page.find("a city and its surroundings"));
        assert_eq!(
            provider.asks(&mina).withheld(ZONE).as_deref(),
            Some("not_granted"),
            "and nothing is given"
        );
        assert_eq!(w.broker().overview(mina.id).unwrap().grants.len(), 1);
        for odd in ["?of=x", "?purpose=dpv:Nothing", "?purpose=dpv:PersonalisedAdvertising", "?of="] {
            assert_eq!(visitor.get(&format!("/me/with/{}/preview{odd}", provider.id)).status, 404, "{odd}");
        }
    });
}

#[test]
fn looking_uses_up_no_quota() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        let wish = Wish::Allow {
            recipient: provider.id,
            purpose: ASSISTANT,
            category: ZONE,
            precision: CITY,
            until: w.clock.now().plus(dongui::domain::time::DAY_US),
            limits: Limits { hours: None, quota: Quota::parse("once") },
            shown: crate::support::world::told(),
        };
        mina.decides(&wish).unwrap();
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let look = || {
            let preview = w.broker().preview(mina.id, provider.id, ASSISTANT, None, "en").unwrap();
            preview.told.into_iter().find(|(c, _)| *c == ZONE).unwrap().1
        };
        for _ in 0..3 {
            assert!(look().is_ok());
        }
        assert!(provider.asks(&mina).tells());
        w.clock.advance(MINUTE_US);
        assert_eq!(look().map(|s| s.sentence), Err(dongui::domain::reason::Reason::QuotaSpent));
        assert!(
            w.broker().preview(mina.id, provider.id, Purpose::PersonalisedAdvertising, None, "en").is_ok()
        );
    });
}
