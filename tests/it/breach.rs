//! Incidents at recipients: whom one touches is counted from the log, each of them is told once by the clock of his country, and nobody else hears of it. Deliberately absent:
//! the words in each language (`screens`), the law of who is told what next (`domain::breach`).
use super::screens::visitor::{Visitor, bare};
use super::support::door::Call;
use super::support::world::Opening;
use super::support::{ASSISTANT, Client, MUNICH, Provider, R6, Subscriber, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::breach::{AtHome, Declared, Incident};
use dongui::broker::depart::Departure;
use dongui::domain::breach::{Act, Word};
use dongui::domain::client::Role;
use dongui::domain::courier::{Courier, Letter, Says};
use dongui::domain::id::{BreachId, RecipientId};
use dongui::domain::record::{Event, Ground as Erased};
use dongui::domain::stop::Ground;
use dongui::domain::time::{At, HOUR_US, MINUTE_US};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Carries letters into a list; those to somebody in particular, or the first of all, it does not take.
#[derive(Default)]
pub struct Letterbox {
    got: Mutex<Vec<(String, String, Word)>>,
    deaf: Mutex<Option<String>>,
    fails: AtomicUsize,
}

impl Courier for Letterbox {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        let Says::Warned { word, recipient, first, last, .. } = &letter.says else {
            return Err("no warning");
        };
        assert!(*recipient == "assistant" && first <= last);
        if self.deaf.lock().unwrap().as_deref() == Some(letter.to.text()) {
            return Err("nobody there");
        }
        self.got.lock().unwrap().push((letter.id.clone(), letter.to.text().to_owned(), *word));
        let left = self.fails.load(Ordering::SeqCst);
        if left > 0 {
            self.fails.store(left - 1, Ordering::SeqCst);
            return Err("it is not known whether it was taken");
        }
        Ok(())
    }
}

/// Where only incidents are told.
fn opened(letters: &Arc<Letterbox>) -> Opening<'static> {
    Opening { courier: Some(letters.clone()), policies: crate::telling::free(), ..Opening::default() }
}

impl Letterbox {
    pub fn opens(w: &World) -> Arc<Letterbox> {
        let letters = Arc::new(Letterbox::default());
        w.restart(opened(&letters));
        letters
    }
    /// What came since it was last looked at: to whom which word, in order of numbers.
    pub fn taken(&self) -> Vec<(String, Word)> {
        let mut all: Vec<_> = std::mem::take(&mut *self.got.lock().unwrap())
            .into_iter()
            .map(|(_, to, word)| (to, word))
            .collect();
        all.sort();
        all
    }
}

fn told(who: &Subscriber<'_>, word: Word) -> (String, Word) {
    (who.number.trim_start_matches('+').to_owned(), word)
}

/// Somebody about whom the recipient was told something now.
pub fn answered<'w>(w: &'w World, name: &str, by: &Provider<'_>) -> Subscriber<'w> {
    let who = w.subscriber(name);
    who.allows(by, ASSISTANT, ZONE, R6);
    hears(w, &who, by);
    who
}

fn hears(w: &World, who: &Subscriber<'_>, by: &Provider<'_>) {
    w.neighbours_are_at(MUNICH);
    who.is_at(MUNICH);
    assert!(by.asks(who).tells(), "{who:?}: {:?}", who.last_reason());
}

/// A page of his, while nothing carries codes.
fn sees(w: &World, letters: &Arc<Letterbox>, who: &Subscriber<'_>, path: &str) -> String {
    w.restart(Opening::default());
    let page = bare(&Visitor::enters(w, who).sees(path));
    w.restart(opened(letters));
    page
}

fn declared(recipient: RecipientId, from: At, to: Option<At>, known: At) -> Declared {
    Declared { recipient, from, to, known, ground: Ground::parse("incident 2026-17").unwrap() }
}

/// Somebody of the operator declares that what left since `from` may be gone.
pub fn declares(w: &World, recipient: RecipientId, from: At) -> Incident {
    let now = w.clock.now();
    w.broker().declare_breach(&Caller::console(), declared(recipient, from, None, now)).unwrap()
}

pub fn acts(w: &World, id: BreachId, act: Act) -> Incident {
    w.broker().act_on_breach(&Caller::console(), id, act).unwrap()
}

/// Whoever is to be told something is.
fn tells(w: &World) {
    w.broker().sequence().unwrap();
    w.broker().tell(&|| false).unwrap();
    w.clock.advance(1);
}

pub fn home(incident: &Incident) -> &AtHome {
    let [home] = &incident.homes[..] else { panic!("{incident:?}") };
    home
}

pub fn stands(w: &World, id: BreachId) -> Incident {
    w.broker().breaches().unwrap().into_iter().find(|one| one.breach.id == id).unwrap()
}

fn warned(who: &Subscriber<'_>) -> Vec<Word> {
    let word = |event| if let Event::Warned { word, .. } = event { Some(word) } else { None };
    let mut all: Vec<Word> = who.records().into_iter().filter_map(|r| word(r.event)).collect();
    all.reverse();
    all
}

#[test]
fn everybody_touched_is_told_once_what_is_known_and_nobody_else() {
    World::each(|w| {
        let (assistant, other) = (w.provider("assistant"), w.provider("other"));
        let start = w.clock.now();
        let mina = answered(w, "mina", &assistant);
        let jan = answered(w, "jan", &other);
        // He was asked about, and nothing was told.
        let tim = w.subscriber("tim");
        assert!(!assistant.asks(&tim).tells());
        let letters = Letterbox::opens(w);
        let incident = declares(w, assistant.id, start);
        let id = incident.breach.id;
        assert!(incident.counted && incident.carried);
        assert_eq!((home(&incident).touched, home(&incident).waiting), (1, 0));
        tells(w);
        assert_eq!(letters.taken(), [], "nobody said yet that it may have happened");

        let incident = acts(w, id, Act::Possible);
        assert_eq!(home(&incident).waiting, 1);
        let page = sees(w, &letters, &mina, "/me");
        assert!(page.contains("may have leaked"), "a page waits for no message: {page}");
        assert!(!sees(w, &letters, &jan, "/me").contains("leaked"));
        for _ in 0..3 {
            tells(w);
        }
        w.restart(opened(&letters));
        tells(w);
        assert_eq!(letters.taken(), [told(&mina, Word::Possible)]);
        assert_eq!((warned(&mina), warned(&jan), warned(&tim)), (vec![Word::Possible], vec![], vec![]));
        let page = sees(w, &letters, &mina, "/me/asked");
        assert!(page.contains("told that what left about you may have leaked"), "{page}");

        // It has not: that wants two.
        let second = Client::register(w, "second", Role::Operator, None);
        let clear =
            || Call::new("POST", "/v1/breaches/acts").json(&json!({ "breach": id, "act": "cleared" }));
        for _ in 0..2 {
            let one = acts(w, id, Act::Cleared);
            assert_eq!((one.breach.cleared, one.cleared_by.len()), (None, 1), "who says it twice is one");
        }
        tells(w);
        assert_eq!(letters.taken(), []);
        assert_eq!(w.http().send(&clear().by(&second)).status, 200);
        tells(w);
        tells(w);
        assert_eq!(letters.taken(), [told(&mina, Word::Cleared)]);
        assert_eq!(warned(&mina), [Word::Possible, Word::Cleared]);
        let page = sees(w, &letters, &mina, "/me");
        assert!(page.contains("has not leaked") && page.contains("need not do anything"), "{page}");
        let too_late = Act::Confirmed { from: start, to: incident.breach.to };
        let again = w.broker().act_on_breach(&Caller::console(), id, too_late);
        assert!(matches!(again, Err(Failure::Conflict(_))));
        w.broker().sequence().unwrap();
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}

#[test]
fn what_is_confirmed_for_a_shorter_time_is_told_to_those_and_the_others_are_told_that_it_was_not_them() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        let early = answered(w, "early", &assistant);
        let both = answered(w, "both", &assistant);
        w.clock.advance(2 * HOUR_US);
        let from = w.clock.now();
        let late = answered(w, "late", &assistant);
        let erased = answered(w, "erased", &assistant);
        hears(w, &both, &assistant);
        w.clock.advance(2 * HOUR_US);
        let to = w.clock.now();
        hears(w, &early, &assistant);
        let letters = Letterbox::opens(w);
        let id = declares(w, assistant.id, start).breach.id;
        acts(w, id, Act::Possible);
        tells(w);
        assert_eq!(letters.taken().len(), 4);
        // Of whom nothing is left to look at it is not said that it was not him; `early` left before and after.
        w.broker().erase(erased.id, Erased::Subscriber).unwrap();
        let outside = Act::Confirmed { from: start.plus(-1), to };
        let refused = w.broker().act_on_breach(&Caller::console(), id, outside);
        assert!(matches!(refused, Err(Failure::Conflict(_))));
        let incident = acts(w, id, Act::Confirmed { from, to });
        assert_eq!((home(&incident).touched, home(&incident).confirmed, home(&incident).waiting), (4, 3, 3));
        tells(w);
        let mut expected = [&both, &late, &erased].map(|who| told(who, Word::Confirmed));
        expected.sort();
        assert_eq!(letters.taken(), expected);
        let second = Client::register(w, "second", Role::Operator, None);
        acts(w, id, Act::Cleared);
        let clear = Call::new("POST", "/v1/breaches/acts").json(&json!({ "breach": id, "act": "cleared" }));
        assert_eq!(w.http().send(&clear.by(&second)).status, 200);
        tells(w);
        assert_eq!(letters.taken(), [told(&early, Word::Cleared)]);
        assert_eq!(warned(&early), [Word::Possible, Word::Cleared]);
        assert_eq!(warned(&late), [Word::Possible, Word::Confirmed]);
        assert_eq!(home(&stands(w, id)).waiting, 0);
    });
}

#[test]
fn the_clock_runs_from_when_it_was_known_and_says_who_is_late() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        let mina = answered(w, "mina", &assistant);
        let letters = Letterbox::opens(w);
        let known = w.clock.now();
        w.clock.advance(10 * HOUR_US);
        let id = w
            .broker()
            .declare_breach(&Caller::console(), declared(assistant.id, start, Some(known), known))
            .unwrap()
            .breach
            .id;
        let due = known.plus(72 * HOUR_US);
        let late = || {
            let incident = stands(w, id);
            let home = home(&incident);
            assert_eq!((home.subscribers_by, home.authority_by), (Some(due), Some(due)));
            assert!(home.citation.as_deref().unwrap().contains("GDPR Art. 33"));
            (home.subscribers_overdue, home.authority_overdue)
        };
        assert_eq!(late(), (false, false));
        w.clock.set(due);
        assert_eq!(late(), (false, false), "to the last microsecond");
        w.clock.advance(1);
        assert_eq!(late(), (true, true));
        acts(w, id, Act::Possible);
        tells(w);
        assert_eq!(letters.taken(), [told(&mina, Word::Possible)]);
        assert_eq!(late(), (false, true));
        let reported = Act::Reported(w.broker().settings().home);
        let first = acts(w, id, reported);
        w.clock.advance(HOUR_US);
        assert_eq!(home(&acts(w, id, reported)).reported, home(&first).reported, "the first counts");
        assert_eq!(late(), (false, false));
        // A clock that goes back stops it, and tells nobody twice.
        w.clock.advance(-HOUR_US);
        assert!(matches!(w.broker().breaches(), Err(Failure::Halted(_))));
        assert!(matches!(w.broker().tell(&|| false), Err(Failure::Halted(_))));
        w.clock.advance(HOUR_US);
        tells(w);
        assert_eq!(letters.taken(), []);
    });
}

#[test]
fn who_cannot_be_told_holds_nobody_up_and_is_named_and_the_next_holder_of_a_number_hears_nothing() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        let all: Vec<_> = ["mina", "jan", "tim"].map(|name| answered(w, name, &assistant)).into();
        let [mina, jan, tim] = &all[..] else { panic!() };
        let letters = Letterbox::opens(w);
        let id = declares(w, assistant.id, start).breach.id;
        *letters.deaf.lock().unwrap() = Some(told(jan, Word::Possible).0);
        w.broker().depart(&Caller::console(), &tim.reference(), Departure::Recycled).unwrap();
        let next = Subscriber::enrol(w, "next", &tim.number, dongui::domain::subscriber::AgeBand::Adult);
        acts(w, id, Act::Possible);
        tells(w);
        assert_eq!(letters.taken(), [told(mina, Word::Possible)]);
        let incident = stands(w, id);
        let mut named: Vec<_> = incident.undelivered.iter().map(|u| (u.subscriber, u.tries)).collect();
        named.sort();
        let mut expected = vec![(jan.id, 1), (tim.id, 0)];
        expected.sort();
        assert_eq!(named, expected);
        assert_eq!((home(&incident).gone, home(&incident).waiting), (1, 1));
        assert_eq!(warned(&next), []);
        // A regulator sees how many, never whom.
        let regulator = w.client(Role::Regulator);
        let seen = w.http().send(&Call::new("GET", "/v1/audit/breaches").by(&regulator)).json();
        assert_eq!((&seen[0]["homes"][0]["gone"], seen[0].get("undelivered")), (&json!(1), None));
        *letters.deaf.lock().unwrap() = None;
        tells(w);
        assert_eq!(letters.taken(), [], "not at once");
        w.clock.advance(10 * MINUTE_US);
        tells(w);
        assert_eq!(letters.taken(), [told(jan, Word::Possible)]);
        assert_eq!(stands(w, id).undelivered.len(), 1);
    });
}

#[test]
fn a_server_that_dies_between_sending_and_writing_it_down_sends_the_same_letter_again_and_records_it_once() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        let mina = answered(w, "mina", &assistant);
        let letters = Letterbox::opens(w);
        let id = declares(w, assistant.id, start).breach.id;
        acts(w, id, Act::Possible);
        letters.fails.store(1, Ordering::SeqCst);
        tells(w);
        let other = w.another(opened(&letters));
        other.tell(&|| false).unwrap();
        assert_eq!(letters.got.lock().unwrap().len(), 1, "nobody else sends it meanwhile");
        w.restart(opened(&letters));
        w.clock.advance(10 * MINUTE_US);
        std::thread::scope(|s| {
            s.spawn(|| other.tell(&|| false).unwrap());
            s.spawn(|| w.broker().tell(&|| false).unwrap());
        });
        let got = letters.got.lock().unwrap().clone();
        assert_eq!(got.len(), 2, "{got:?}");
        assert_eq!(got[0], got[1], "and the messaging knows it by its id");
        assert_eq!(warned(&mina), [Word::Possible]);
    });
}

#[test]
fn a_stranger_declares_nothing_sees_nothing_and_learns_nothing_and_a_false_period_is_refused_by_name() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let start = w.clock.now();
        let _mina = answered(w, "mina", &assistant);
        let id = declares(w, assistant.id, start).breach.id;
        let body = json!({ "recipient": assistant.id, "from": start.rfc3339(), "known": start.rfc3339(), "ground": "case 1" });
        let act = json!({ "breach": id, "act": "possible" });
        let (regulator, feed) = (w.client(Role::Regulator), w.client(Role::Feed));
        for who in [&regulator, &feed, &assistant.client] {
            for call in [
                Call::new("POST", "/v1/breaches").json(&body),
                Call::new("POST", "/v1/breaches/acts").json(&act),
                Call::new("GET", "/v1/breaches"),
            ] {
                assert_eq!(w.http().send(&call.by(who)).status, 403);
            }
        }
        assert_eq!(w.http().send(&Call::new("GET", "/v1/audit/breaches").by(&assistant.client)).status, 403);
        assert_eq!(stands(w, id).breach.possible, None);
        let operator = w.client(Role::Operator);
        let says = |change: serde_json::Value| {
            let mut body = body.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let reply = w.http().send(&Call::new("POST", "/v1/breaches").json(&body).by(&operator));
            (reply.status, reply.text())
        };
        assert_eq!(says(json!({})).0, 200);
        let (from, later) = (start.rfc3339(), w.clock.now().plus(HOUR_US).rfc3339());
        for (wrong, field) in [
            (json!({ "to": from }), "to"),
            (json!({ "to": later }), "to"),
            (json!({ "known": later }), "known"),
            (json!({ "ground": "+49 155 0001 0000" }), "ground"),
            (json!({ "from": "yesterday" }), "from"),
        ] {
            let (status, text) = says(wrong);
            assert!(status == 422 && text.contains(&format!("`{field}`")), "{field}: {text}");
        }
        let nobody = RecipientId([9; 16]);
        assert_eq!(says(json!({ "recipient": nobody })).0, 404);
    });
}
