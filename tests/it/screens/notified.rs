//! How a visitor is told of what leaves, on his page: every choice is one button away from every other.
use super::status;
use super::visitor::{Form, Visitor, bare, forms};
use crate::support::World;
use crate::support::house::House;
use crate::support::world::Opening;
use dongui::domain::telling::Rhythm;

const SAVE: (&str, &str) = ("", "");

fn choosing(page: &str) -> Form {
    forms(page).into_iter().find(|f| f.action == "/me/notices").expect("a form that chooses")
}

#[test]
fn every_choice_is_made_by_the_same_button_and_is_the_one_that_stands_there_afterwards() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        // Where the law has it, there is nothing to choose but quiet hours.
        assert_eq!(choosing(&Visitor::enters(w, &mina).sees("/me/notices")).choices.len(), 1);
        w.restart(Opening { policies: crate::telling::free(), ..Opening::default() });
        let mut visitor = Visitor::enters(w, &mina);
        assert!(visitor.page().contains("href=\"/me/notices\""));
        let before = w.dump();
        let page = visitor.sees("/me/notices");
        assert_eq!(w.dump(), before, "looking changes nothing");
        assert_eq!(status(&page), "When you are told");
        assert!(bare(&page).contains("Messages are not set up here yet."), "{page}");
        for rhythm in Rhythm::ALL.into_iter().chain([Rhythm::Off]) {
            let form = choosing(&visitor.sees("/me/notices"));
            let value = ("rhythm".to_owned(), rhythm.as_str().to_owned());
            assert_eq!((form.choices.len(), form.choices.contains(&value)), (8, true));
            let chosen = [("rhythm", rhythm.as_str()), ("from", "22:00"), ("to", "07:00")];
            let reply = visitor.sends(&form, SAVE, &chosen);
            assert_eq!((reply.status, reply.header("location")), (303, Some("/me/notices")));
            let page = visitor.sees("/me/notices");
            assert!(page.contains(&format!("value=\"{}\" checked", rhythm.as_str())), "{page}");
            assert_eq!(page.matches(" checked").count(), 1);
            assert_eq!(page.matches(" selected").count(), 2);
            assert_eq!(w.broker().notices(mina.id).unwrap().manner.rhythm, rhythm);
        }
    });
}

#[test]
fn odd_choices_and_strangers_change_nothing() {
    let w = World::new(House::sqlite());
    let mina = w.subscriber("mina");
    let mut visitor = Visitor::enters(&w, &mina);
    let form = choosing(&visitor.sees("/me/notices"));
    let before = w.dump();
    let every = ("rhythm", "every");
    for (form, chosen, status) in [
        (form.without("form_token"), vec![every], 403),
        (form.with("form_token", "x"), vec![every], 403),
        (form.clone(), vec![("rhythm", "seldom")], 400),
        (form.clone(), vec![], 400),
        (form.clone(), vec![every, ("from", "22:00"), ("to", "22:00")], 422),
        (form.clone(), vec![every, ("from", "22:00")], 422),
    ] {
        assert_eq!(visitor.sends(&form, SAVE, &chosen).status, status, "{form:?} {chosen:?}");
    }
    assert_eq!(Visitor::new(&w).sends(&form, SAVE, &[every]).status, 403);
    assert_eq!(Visitor::new(&w).get("/me/notices").status, 403);
    assert_eq!(w.dump(), before);
}
