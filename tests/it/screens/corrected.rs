//! What is wrong goes when its subscriber says so, and answers follow at once. Deliberately absent: erasing everything (`kept`).
use super::assistant;
use super::visitor::{Form, Visitor, bare, forms};
use crate::support::{ASSISTANT, MUNICH, PASING, World};
use dongui::domain::category::{Category, Precision};

const LABEL: Category = Category::LocationLabel;

fn doubt(page: &str, name: &str, value: &str) -> Option<Form> {
    forms(page).into_iter().find(|f| f.action == "/me/data" && f.field(name) == value)
}

#[test]
fn a_home_that_is_wrong_is_told_to_nobody_from_then_on() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), assistant(w, "Almanac"));
        mina.allows(&provider, ASSISTANT, LABEL, Precision::Label);
        mina.lived(10, MUNICH, PASING);
        mina.is_at(MUNICH);
        let says_home = || {
            let answer = provider.asks_for(&mina, ASSISTANT, &[LABEL]);
            answer.text().contains("\"label\":\"home\"")
        };
        assert!(says_home());
        let mut visitor = Visitor::enters(w, &mina);
        let page = visitor.sees("/me/data");
        assert!(bare(&page).contains("Is something wrong?"), "{page}");
        let form = doubt(&page, "place", "home").unwrap();
        for (form, button, status) in [
            (form.without("form_token"), ("act", "correct"), 403),
            (form.clone(), ("act", "erase"), 400),
            (form.with("interest", "food"), ("act", "correct"), 400),
            (form.without("place").with("place", "frequent"), ("act", "correct"), 400),
        ] {
            assert_eq!(visitor.sends(&form, button, &[]).status, status, "{form:?} {button:?}");
        }
        assert!(says_home(), "nothing was corrected yet");
        let records = mina.records().len();
        let reply = visitor.sends(&form, ("act", "correct"), &[]);
        assert_eq!((reply.status, reply.header("location")), (303, Some("/me/data")));
        assert!(!says_home(), "the very next answer");
        assert!(doubt(&visitor.sees("/me/data"), "place", "home").is_none_or(|_| !says_home()));
        let told: Vec<_> = mina.records().into_iter().map(|r| format!("{:?}", r.event)).collect();
        let corrected: Vec<_> = told.iter().filter(|r| r.contains("subscriber.correct")).collect();
        assert!(corrected.len() == 1 && !corrected[0].contains("home"), "{corrected:?}");
        assert!(told.len() > records);
        // Said once more, it finds nothing of it or the next best, and never the same again.
        visitor.sends(&form, ("act", "correct"), &[]);
        assert!(!says_home());
        assert!(visitor.sees("/me/data/file").contains("\"nights_of_28\""), "the rest is as it was");
    });
}
