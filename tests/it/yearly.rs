//! Once a year whoever something left about is told how often and to whom, once, unless he does not want it. Deliberately absent: being told of each answer (`telling`).
use super::screens::visitor::{Visitor, bare, forms};
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, Provider, R6, Subscriber, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::depart::Departure;
use dongui::domain::courier::{Courier, Letter, Says};
use dongui::domain::record::Event;
use dongui::domain::time::{DAY_US, MINUTE_US};
use dongui::policy::Sources;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

type Year = (String, String, Vec<(String, u64)>);

/// Carries letters into a list, and says at will that it did not.
#[derive(Default)]
struct Letterbox {
    got: Mutex<Vec<Year>>,
    denies: AtomicBool,
}

impl Courier for Letterbox {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        let Says::Yearly { counts, address, .. } = &letter.says else { return Err("no digest") };
        assert!(address.ends_with("/me/asked"));
        let to = format!("+{}", letter.to.text());
        self.got.lock().unwrap().push((letter.id.clone(), to, counts.to_vec()));
        if self.denies.load(Ordering::SeqCst) { Err("there is no way") } else { Ok(()) }
    }
}

fn opens(w: &World, letters: &Arc<Letterbox>) {
    w.restart(Opening { courier: Some(letters.clone()), policies: strict(), ..Opening::default() });
}

/// The home of everybody here has Korea's rule.
fn strict() -> Sources {
    let mut policies = crate::telling::free();
    let pack = policies.find("country/de.toml").unwrap().to_owned();
    let rule = "[yearly]\ndays = 365\nmay_be_off = true\ncitation = \"PIPA Art. 20-2\"\nchecked = \"text\"\n";
    policies.insert("country/de.toml", format!("{pack}\n{rule}"));
    policies
}

fn taken(letters: &Letterbox) -> Vec<Year> {
    std::mem::take(&mut letters.got.lock().unwrap())
}

fn tells(w: &World) -> Result<usize, Failure> {
    w.broker().sequence().unwrap();
    w.broker().tell(&|| false)
}

fn hears(w: &World, who: &Subscriber<'_>, by: &Provider<'_>) {
    who.allows(by, ASSISTANT, ZONE, R6);
    w.neighbours_are_at(MUNICH);
    who.is_at(MUNICH);
    assert!(by.asks(who).tells());
    tells(w).unwrap();
}

fn recorded(who: &Subscriber<'_>, word: &str) -> usize {
    let is = |e: &Event| matches!(e, Event::Operation { what, .. } if what == word);
    who.records().iter().filter(|r| is(&r.event)).count()
}

#[test]
fn whoever_something_left_about_is_told_once_a_year_how_often_and_to_whom_and_nobody_else() {
    World::each(|w| {
        let (assistant, other) = (w.provider("assistant"), w.provider("other"));
        let (mina, jan, tim) = (w.subscriber("mina"), w.subscriber("jan"), w.subscriber("tim"));
        let letters = Arc::new(Letterbox::default());
        opens(w, &letters);
        hears(w, &mina, &assistant);
        hears(w, &jan, &other);
        assert!(!assistant.asks(&tim).tells());
        w.clock.advance(100 * DAY_US);
        hears(w, &mina, &other);
        hears(w, &mina, &other);
        // One does not want it.
        w.restart(Opening { policies: strict(), ..Opening::default() });
        let mut visitor = Visitor::enters(w, &jan);
        let page = visitor.sees("/me/notices");
        let form =
            forms(&page).into_iter().find(|f| f.buttons.contains(&("yearly".into(), "off".into()))).unwrap();
        assert_eq!(visitor.sends(&form, ("yearly", "off"), &[]).status, 303);
        assert!(bare(&visitor.sees("/me/notices")).contains("You are not told once a year"));
        assert_eq!(recorded(&jan, "subscriber.yearly"), 1);
        opens(w, &letters);
        w.clock.advance(240 * DAY_US);
        assert_eq!((tells(w).unwrap(), taken(&letters)), (0, vec![]), "it is not time yet");
        w.clock.advance(20 * DAY_US);
        letters.denies.store(true, Ordering::SeqCst);
        assert!(matches!(tells(w), Err(Failure::Halted(_))));
        let first = taken(&letters);
        letters.denies.store(false, Ordering::SeqCst);
        opens(w, &letters);
        assert_eq!(tells(w).unwrap(), 0, "not at once");
        w.clock.advance(10 * MINUTE_US);
        assert_eq!((tells(w).unwrap(), tells(w).unwrap()), (1, 0));
        let got = taken(&letters);
        assert_eq!(got, first, "the same letter, and messaging knows it by its id");
        let [(_, to, counts)] = &got[..] else { panic!("{got:?}") };
        let mut counts = counts.clone();
        counts.sort();
        assert_eq!((to, counts), (&mina.number, vec![("assistant".to_owned(), 1), ("other".to_owned(), 2)]));
        assert_eq!((recorded(&mina, "subscriber.told-year"), recorded(&jan, "subscriber.told-year")), (1, 0));
        // What leaves then begins another year, and a clock that leaps over two tells of it once; one that goes back stops everything.
        hears(w, &mina, &assistant);
        assert_eq!(taken(&letters), vec![]);
        w.clock.advance(800 * DAY_US);
        opens(w, &letters);
        assert_eq!((tells(w).unwrap(), tells(w).unwrap()), (1, 0));
        assert_eq!((taken(&letters).len(), recorded(&mina, "subscriber.told-year")), (1, 2));
        w.clock.advance(-DAY_US);
        assert!(matches!(w.broker().tell(&|| false), Err(Failure::Halted(_))));
        w.clock.advance(DAY_US);
        w.clock.advance(800 * DAY_US);
        assert_eq!((tells(w).unwrap(), taken(&letters)), (0, vec![]), "nothing left since");
        w.broker().sequence().unwrap();
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}

#[test]
fn who_changes_his_mind_is_told_of_what_left_and_who_has_left_is_told_nothing() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let letters = Arc::new(Letterbox::default());
        opens(w, &letters);
        for who in [&mina, &jan] {
            hears(w, who, &assistant);
        }
        let chooses = |wanted| w.broker().choose_yearly(mina.id, "screen".into(), wanted).unwrap().is_some();
        assert!(!chooses(true), "what changes nothing is no story");
        assert!(chooses(false) && !chooses(false) && chooses(true));
        w.broker().depart(&Caller::console(), &jan.reference(), Departure::Recycled).unwrap();
        Subscriber::enrol(w, "next", &jan.number, dongui::domain::subscriber::AgeBand::Adult);
        w.clock.advance(365 * DAY_US);
        assert_eq!(tells(w).unwrap(), 1);
        let got = taken(&letters);
        assert_eq!(got.iter().map(|(_, to, _)| to).collect::<Vec<_>>(), [&mina.number]);
        // Where no law has it so nobody is asked.
        w.restart(Opening {
            courier: Some(letters.clone()),
            policies: crate::telling::free(),
            ..Opening::default()
        });
        assert_eq!(w.broker().yearly(mina.id).unwrap(), None);
        assert!(w.broker().choose_yearly(mina.id, "screen".into(), false).is_err());
    });
}
