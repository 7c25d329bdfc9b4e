//! Coming in with a code beside the link, the PIN before what is told, and how sessions end: attacks first. Deliberately absent: the
//! operator's login (`login`), and how the pages look (`screens`).
use super::support::receiver::Receiver;
use super::support::world::Opening;
use super::support::{ASSISTANT, CITY, Subscriber, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::code::{CODE_US, TRIES, Tried};
use dongui::broker::depart::Departure;
use dongui::broker::invite::Wants;
use dongui::broker::pin::{FRESH_US, Said};
use dongui::broker::{Broker, Failure};
use dongui::domain::courier::{Courier, Letter, Says};
use dongui::domain::time::{DAY_US, MINUTE_US};
use std::sync::{Arc, Mutex};

/// Carries letters into a list.
#[derive(Default)]
struct Letterbox(Mutex<Vec<(String, String)>>, Mutex<bool>);

impl Courier for Letterbox {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        if *self.1.lock().unwrap() {
            return Err("there is no way");
        }
        let Says::Code { code, .. } = letter.says else { return Err("it is no code") };
        self.0.lock().unwrap().push((letter.to.text().to_owned(), code.to_owned()));
        Ok(())
    }
}

fn coded(w: &World, who: &Subscriber<'_>) -> (String, String) {
    let (url, code) = w.broker().invite_with_code(&Caller::console(), &who.reference()).unwrap();
    (url.rsplit_once('/').unwrap().1.to_owned(), code)
}

fn link(w: &World, who: &Subscriber<'_>) -> String {
    let url = w.broker().invite(&Caller::console(), &who.reference()).unwrap();
    url.rsplit_once('/').unwrap().1.to_owned()
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

fn dead<T: std::fmt::Debug>(outcome: Result<T, Failure>) -> bool {
    matches!(outcome, Err(Failure::DeadLink))
}

fn enters(broker: &Broker, link: &str, code: &str) -> String {
    match broker.enter_by_code(link, code).unwrap() {
        Tried::In(session) => session,
        Tried::Wrong(left) => panic!("wrong, {left} left"),
    }
}

#[test]
fn a_link_that_wants_a_code_opens_nothing_without_it_and_once_with_it() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (link, code) = coded(w, &mina);
        assert_eq!(w.broker().peek(&link).unwrap(), Wants::Code);
        assert!(dead(w.broker().enter(&link)), "the link alone");
        assert_eq!(w.broker().enter_by_code(&link, &other(&code)).unwrap(), Tried::Wrong(TRIES - 1));
        for odd in ["", "x", " ", "0000000"] {
            let (fresh, _) = coded(w, &mina);
            assert_eq!(w.broker().enter_by_code(&fresh, odd).unwrap(), Tried::Wrong(TRIES - 1), "{odd}");
        }
        let session = enters(&w.broker(), &link, &code);
        assert_eq!(w.broker().visitor(&session).unwrap().subscriber, mina.id);
        assert!(dead(w.broker().enter_by_code(&link, &code)), "a second time");
        let (first, second) = (coded(w, &mina), coded(w, &mina));
        let crossed = w.broker().enter_by_code(&first.0, &second.1).unwrap();
        assert!(first.1 == second.1 || crossed == Tried::Wrong(TRIES - 1), "a code of another link");
        let (late, code) = coded(w, &mina);
        w.clock.advance(CODE_US);
        assert!(dead(w.broker().enter_by_code(&late, &code)), "too late");
        assert!(w.dump().iter().all(|(_, row)| !row.contains(&format!("'{code}'"))), "it is kept nowhere");
    });
}

#[test]
fn a_code_that_was_tried_five_times_is_dead_also_for_who_has_it() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (link, code) = coded(w, &mina);
        for left in (1..TRIES).rev() {
            assert_eq!(w.broker().enter_by_code(&link, &other(&code)).unwrap(), Tried::Wrong(left));
        }
        assert!(dead(w.broker().enter_by_code(&link, &other(&code))));
        assert!(dead(w.broker().enter_by_code(&link, &code)));
        w.restart(Opening::default());
        assert!(dead(w.broker().enter_by_code(&link, &code)), "nor after a restart");
    });
}

#[test]
fn of_a_crowd_of_tries_no_more_than_five_are_looked_at() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let (link, code) = coded(w, &mina);
        let brokers = [w.broker(), w.another(Opening::default())];
        let wrong = other(&code);
        let tried: Vec<bool> = std::thread::scope(|scope| {
            let one = |n: usize| {
                let (broker, link, wrong) = (&brokers[n % 2], &link, &wrong);
                scope.spawn(move || matches!(broker.enter_by_code(link, wrong), Ok(Tried::Wrong(_))))
            };
            let threads: Vec<_> = (0..24).map(one).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        // The fifth wrong one is told that the link is dead.
        assert_eq!(tried.iter().filter(|t| **t).count() as i64, TRIES - 1);
        assert!(dead(w.broker().enter_by_code(&link, &code)));
    });
}

#[test]
fn where_the_operator_wants_it_every_link_sends_one_code_by_another_way() {
    World::each(|w| {
        let (mina, letters) = (w.subscriber("mina"), Arc::new(Letterbox::default()));
        w.restart(Opening { courier: Some(letters.clone()), ..Opening::default() });
        let link = link(w, &mina);
        assert!(dead(w.broker().enter(&link)) && w.broker().peek(&link).unwrap() == Wants::Sending);
        *letters.1.lock().unwrap() = true;
        assert!(matches!(w.broker().send_code(&link, "en"), Err(Failure::Halted(_))));
        assert!(dead(w.broker().enter_by_code(&link, "000000")), "nothing was sent");
        *letters.1.lock().unwrap() = false;
        (0..3).for_each(|_| w.broker().send_code(&link, "en").unwrap());
        let sent = letters.0.lock().unwrap().clone();
        assert_eq!(sent.len(), 1, "asked for again it is the same one");
        assert_eq!(format!("+{}", sent[0].0), mina.number);
        enters(&w.broker(), &link, &sent[0].1);
    });
}

#[test]
fn the_operators_messaging_is_told_the_code_in_a_signed_message() {
    let w = World::new(super::support::house::House::sqlite());
    let receiver = Receiver::new();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let file = |name: &str, text: &str| {
        let path = w.house.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path
    };
    file("secret", secret);
    let login =
        file("login.toml", &format!("[code]\nurl = \"{}\"\nsecret_file = \"secret\"\n", receiver.url()));
    let mina = w.subscriber("mina");
    w.restart(Opening { login: Some(login), ..Opening::default() });
    let link = link(&w, &mina);
    w.broker().send_code(&link, "ko").unwrap();
    let message = receiver.got().remove(0);
    assert!(message.is_signed_with(secret));
    let told = message.json();
    assert_eq!(
        (told["type"].as_str(), told["data"]["locale"].as_str()),
        (Some("subscriber.code"), Some("ko"))
    );
    enters(&w.broker(), &link, told["data"]["code"].as_str().unwrap());
}

const PIN: &str = "482916";

fn set(broker: &Broker, session: &str, old: &str, new: &str) -> Said<String> {
    broker.set_pin(session, old, Some(new)).unwrap()
}

fn right(said: Said<String>) -> String {
    match said {
        Said::Right(session) => session,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pin_closes_what_is_told_and_never_what_holds_back() {
    World::each(|w| {
        let (mina, provider) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&provider, ASSISTANT, ZONE, CITY);
        let broker = w.broker();
        let (mine, theirs) = (broker.enter(&link(w, &mina)).unwrap(), broker.enter(&link(w, &mina)).unwrap());
        let session = right(set(&broker, &mine, "", PIN));
        assert!(dead(broker.visitor(&mine)) && dead(broker.visitor(&theirs)), "every older session ends");
        assert!(!broker.visitor(&session).unwrap().closed);
        let later = broker.enter(&link(w, &mina)).unwrap();
        assert!(broker.visitor(&later).unwrap().closed);
        assert_eq!(broker.say_pin(&later, "482917").unwrap(), Said::Wrong(4));
        for (old, new) in [("", "735218"), ("482917", "735218")] {
            assert!(
                !matches!(set(&broker, &later, old, new), Said::Right(_)),
                "who does not know it sets none"
            );
        }
        assert!(matches!(broker.set_pin(&later, "", None).unwrap(), Said::Wrong(1)));
        let open = right(broker.say_pin(&later, PIN).unwrap());
        assert!(!broker.visitor(&open).unwrap().closed && open != later);
        assert!(dead(broker.visitor(&later)), "a session that was planted before does not come to see more");
        let bare = right(broker.set_pin(&open, PIN, None).unwrap());
        assert!(!broker.visitor(&bare).unwrap().closed);
        assert!(!broker.visitor(&broker.enter(&link(w, &mina)).unwrap()).unwrap().closed);
    });
}

#[test]
fn wrong_tries_lock_the_pin_for_longer_and_longer() {
    World::each(|w| {
        let (mina, broker) = (w.subscriber("mina"), w.broker());
        right(set(&broker, &broker.enter(&link(w, &mina)).unwrap(), "", PIN));
        let session = broker.enter(&link(w, &mina)).unwrap();
        let said = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..12).map(|_| scope.spawn(|| broker.say_pin(&session, "111112").unwrap())).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(said.iter().filter(|s| matches!(s, Said::Wrong(_))).count(), 4, "{said:?}");
        let locked = |said: Said<String>| match said {
            Said::Locked(until) => until.since(w.clock.now()),
            other => panic!("{other:?}"),
        };
        assert_eq!(locked(broker.say_pin(&session, PIN).unwrap()), 5 * MINUTE_US, "also the right one");
        w.clock.advance(5 * MINUTE_US);
        assert_eq!(locked(broker.say_pin(&session, "111112").unwrap()), 10 * MINUTE_US);
        w.clock.advance(10 * MINUTE_US);
        right(broker.say_pin(&session, PIN).unwrap());
    });
}

#[test]
fn a_forgotten_pin_is_set_anew_only_after_an_entry_with_a_second_factor() {
    World::each(|w| {
        let (mina, broker) = (w.subscriber("mina"), w.broker());
        right(set(&broker, &broker.enter(&link(w, &mina)).unwrap(), "", PIN));
        assert!(!broker.pin_standing(&broker.enter(&link(w, &mina)).unwrap()).unwrap().fresh);
        let (coded_link, code) = coded(w, &mina);
        let session = enters(&broker, &coded_link, &code);
        assert!(broker.visitor(&session).unwrap().closed, "it is not open yet");
        let stale = {
            let (l, c) = coded(w, &mina);
            enters(&broker, &l, &c)
        };
        let open = right(set(&broker, &session, "", "735218"));
        assert!(!broker.visitor(&open).unwrap().closed && dead(broker.visitor(&stale)));
        let (l, c) = coded(w, &mina);
        let late = enters(&broker, &l, &c);
        w.clock.advance(FRESH_US);
        assert!(matches!(set(&broker, &late, "", "604173"), Said::Wrong(_)), "not just now any more");
    });
}

#[test]
fn a_pin_goes_with_what_it_stood_before_and_with_the_number() {
    World::each(|w| {
        let (mina, broker) = (w.subscriber("mina"), w.broker());
        let session = right(set(&broker, &broker.enter(&link(w, &mina)).unwrap(), "", PIN));
        broker.forget(mina.id, false).unwrap();
        assert!(!broker.pin_standing(&session).unwrap().set);
        right(set(&broker, &session, "", PIN));
        let (unused, code) = coded(w, &mina);
        broker.depart(&Caller::console(), &mina.reference(), Departure::Recycled).unwrap();
        assert!(dead(broker.enter_by_code(&unused, &code)));
        w.clock.advance(DAY_US);
        broker.sweep().unwrap();
        for table in ["sessions", "codes", "pins"] {
            assert_eq!(w.dump().iter().filter(|(name, _)| name == table).count(), 0, "{table}");
        }
    });
}

#[test]
fn closing_everywhere_ends_every_session_and_leaving_ends_one() {
    World::each(|w| {
        let (mina, jan, broker) = (w.subscriber("mina"), w.subscriber("jan"), w.broker());
        let [one, two, three] = [0; 3].map(|_| broker.enter(&link(w, &mina)).unwrap());
        let neighbour = broker.enter(&link(w, &jan)).unwrap();
        broker.leave(&one).unwrap();
        assert!(dead(broker.visitor(&one)) && broker.visitor(&two).is_ok());
        let visitor = broker.visitor(&two).unwrap();
        assert_eq!(broker.leave_everywhere(&visitor).unwrap(), 2);
        assert!(dead(broker.visitor(&two)) && dead(broker.visitor(&three)));
        assert!(broker.visitor(&neighbour).is_ok());
    });
}

#[test]
fn what_was_kept_of_a_late_answer_reads_for_its_own_visitor_alone() {
    World::each(|w| {
        let (mina, jan, broker) = (w.subscriber("mina"), w.subscriber("jan"), w.broker());
        let session = broker.enter(&link(w, &mina)).unwrap();
        let token = broker.visitor(&session).unwrap().form_token;
        w.clock.advance(dongui::broker::invite::IDLE_US);
        assert!(
            broker.keep(&session, "", "x").is_none() && broker.keep(&session, &token[1..], "x").is_none()
        );
        let kept = broker.keep(&session, &token, "term=30").unwrap();
        let (again, other) = (broker.enter(&link(w, &mina)).unwrap(), broker.enter(&link(w, &jan)).unwrap());
        assert_eq!(broker.kept(&again, &kept).as_deref(), Some("term=30"));
        assert_eq!(broker.kept(&other, &kept), None, "somebody else at the same browser");
        w.clock.advance(60 * MINUTE_US);
        assert_eq!(broker.kept(&again, &kept), None);
    });
}
