//! The subscriber's own way in: a link that works once, a session that ends, a form that no other site can send. Deliberately absent: screens.
use super::support::World;
use super::support::world::{Opening, SeededRng};
use dongui::ambient::SystemRng;
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::invite::{IDLE_US, LINK_US, SESSION_US};
use dongui::crypt::keyring::Keyring;
use dongui::domain::time::MINUTE_US;

/// The part of a link that `enter` takes.
fn invited(w: &World, who: &super::support::Subscriber<'_>) -> String {
    let url = w.broker().invite(&Caller::console(), &who.reference()).unwrap();
    url.rsplit_once('/').unwrap().1.to_owned()
}

fn dead<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> bool {
    matches!(outcome, Err(Failure::DeadLink))
}

#[test]
fn a_link_lets_its_subscriber_in_once() {
    World::each(|w| {
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let (link, other) = (invited(w, &mina), invited(w, &jan));
        assert!(w.broker().peek(&link).is_ok() && w.broker().peek(&link).is_ok(), "looking uses nothing up");
        let session = w.broker().enter(&link).unwrap();
        assert_eq!(w.broker().visitor(&session).unwrap().subscriber, mina.id);
        assert!(dead(w.broker().enter(&link)), "a second time");
        assert!(dead(w.another(Opening::default()).enter(&link)), "nor at another process");
        let session = w.broker().enter(&other).unwrap();
        assert_eq!(w.broker().visitor(&session).unwrap().subscriber, jan.id);
    });
}

#[test]
fn of_a_link_followed_many_times_at_once_one_visit_begins() {
    World::each(|w| {
        let link = invited(w, &w.subscriber("mina"));
        let broker = w.broker();
        let entered: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| broker.enter(&link).is_ok())).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(entered.iter().filter(|ok| **ok).count(), 1, "{entered:?}");
    });
}

#[test]
fn a_link_or_session_ends_at_its_instant() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (early, late, start) = (invited(w, &mina), invited(w, &mina), w.clock.now());
        w.clock.set(start.plus(LINK_US - 1));
        let session = w.broker().enter(&early).unwrap();
        w.clock.set(start.plus(LINK_US));
        assert!(dead(w.broker().enter(&late)) && dead(w.broker().peek(&late)));
        // Visits put off the end for want of visits, and never the end itself.
        let begun = start.plus(LINK_US - 1);
        let visits = IDLE_US - MINUTE_US;
        while w.clock.now().plus(visits) < begun.plus(SESSION_US) {
            assert!(w.broker().visitor(&session).is_ok());
            w.clock.advance(visits);
        }
        assert!(w.broker().visitor(&session).is_ok());
        w.clock.set(begun.plus(SESSION_US - 1));
        assert!(w.broker().visitor(&session).is_ok());
        w.clock.advance(1);
        assert!(dead(w.broker().visitor(&session)));
        let session = w.broker().enter(&invited(w, &mina)).unwrap();
        w.clock.advance(IDLE_US);
        assert!(dead(w.broker().visitor(&session)), "nobody came");
    });
}

#[test]
fn a_link_that_is_not_ours_or_was_changed_is_dead() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let link = invited(w, &mina);
        let foreign = Keyring::generate(&SeededRng::new(99), SystemRng::new().ring()).unwrap();
        let foreign = w.another(Opening { keys: &foreign, ..Opening::default() });
        assert!(dead(foreign.enter(&link)), "made with other keys");
        for at in 0..link.len() {
            let mut bytes = link.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            // The last letter of base64 may hold bits that count for nothing, and then it is not read at all.
            assert!(dead(w.broker().peek(&changed)), "byte {at}");
        }
        for odd in ["", ".", "a.b", "…"] {
            assert!(dead(w.broker().enter(odd)), "{odd}");
        }
        assert!(w.broker().enter(&link).is_ok(), "and none of that used it up");
    });
}

#[test]
fn a_link_is_no_session_and_a_session_no_link() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let link = invited(w, &mina);
        assert!(dead(w.broker().visitor(&link)));
        let session = w.broker().enter(&link).unwrap();
        assert!(dead(w.broker().enter(&session)));
    });
}

#[test]
fn a_form_token_belongs_to_one_session() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let [first, second] = [0, 1].map(|_| w.broker().enter(&invited(w, &mina)).unwrap());
        let token = |session: &str| w.broker().visitor(session).unwrap().form_token;
        assert_eq!(token(&first), token(&first));
        assert_ne!(token(&first), token(&second), "a form of one session is refused in the other");
        assert!(
            token(&first).len() >= 32 && !first.contains(&token(&first)),
            "nor can it be read off the session"
        );
    });
}

#[test]
fn nobody_is_invited_who_is_not_enrolled() {
    World::each(|w| {
        let stranger = dongui::domain::subscriber::Reference::parse("+49155009999999").unwrap();
        assert!(matches!(w.broker().invite(&Caller::console(), &stranger), Err(Failure::NotFound(_))));
    });
}
