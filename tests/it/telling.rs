//! Subscribers are told of what left about them: each answer once, within the time that they chose, by the operator's messaging, and never
//! where they were. Deliberately absent: how the page looks (`screens`), the rules of when (`domain::telling`).
use super::support::house::House;
use super::support::lives::Dice;
use super::support::receiver::Receiver;
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, Provider, R6, Subscriber, World, ZONE, rows};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::depart::Departure;
use dongui::domain::consent::Hours;
use dongui::domain::courier::{Courier, Letter, Says, Told};
use dongui::domain::record::Event;
use dongui::domain::telling::{Manner, Rhythm};
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use dongui::policy::Sources;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Carries letters into a list, and says at will that it did not.
#[derive(Default)]
struct Letterbox {
    got: Mutex<Vec<(String, String, Vec<Told>)>>,
    denies: AtomicBool,
}

impl Courier for Letterbox {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        let Says::Told(told) = letter.says else { return Err("it is a code") };
        self.got.lock().unwrap().push((letter.id.clone(), letter.to.text().to_owned(), told.to_vec()));
        if self.denies.load(Ordering::SeqCst) { Err("there is no way") } else { Ok(()) }
    }
}

impl Letterbox {
    fn opens(w: &World, policies: Sources) -> Arc<Letterbox> {
        let letters = Arc::new(Letterbox::default());
        w.restart(Opening { courier: Some(letters.clone()), policies, ..Opening::default() });
        letters
    }
    /// What came since it was last looked at.
    fn taken(&self) -> Vec<(String, String, Vec<Told>)> {
        std::mem::take(&mut self.got.lock().unwrap())
    }
    /// How many answers each letter told of.
    fn counts(&self) -> Vec<usize> {
        self.taken().iter().map(|(.., told)| told.iter().map(|t| t.times.len()).sum()).collect()
    }
}

/// A country whose law wants everybody told, and leaves him to choose how often.
fn strict() -> Sources {
    told_by("may_be_together = true")
}

/// One whose law says nothing of it.
pub fn free() -> Sources {
    let mut all = Sources::bundled();
    let pack = all.find("country/de.toml").unwrap().to_owned();
    let (before, rest) = pack.split_once("[telling]\n").unwrap();
    let after = rest.split_once("\n\n").unwrap().1;
    all.insert("country/de.toml", format!("{before}{after}"));
    all
}

/// The country as it comes, with this in the place of how it leaves no choice.
fn told_by(choice: &str) -> Sources {
    let mut all = Sources::bundled();
    let pack = all.find("country/de.toml").unwrap().replace("may_be_together = false", choice);
    assert!(pack.contains(choice));
    all.insert("country/de.toml", pack);
    all
}

fn chooses(w: &World, who: &Subscriber<'_>, rhythm: Rhythm, quiet: Option<&str>) -> Result<bool, Failure> {
    let manner = Manner { rhythm, quiet: quiet.map(|q| Hours::parse(q).unwrap()) };
    w.broker().choose_notices(who.id, "screen".into(), manner).map(|entry| entry.is_some())
}

fn told(w: &World) -> Result<usize, Failure> {
    w.broker().sequence().unwrap();
    w.broker().tell(&|| false)
}

/// The provider asks and is answered.
fn answers(w: &World, who: &Subscriber<'_>, by: &Provider<'_>) -> At {
    w.neighbours_are_at(MUNICH);
    who.is_at(MUNICH);
    w.clock.advance(MINUTE_US);
    assert!(by.asks(who).tells());
    who.timeline()[0].at
}

fn known<'w>(w: &'w World) -> (Subscriber<'w>, Provider<'w>) {
    let (mina, provider) = (w.subscriber("mina"), w.provider("assistant"));
    mina.allows(&provider, ASSISTANT, ZONE, R6);
    (mina, provider)
}

#[test]
fn who_wants_it_is_told_of_each_answer_once_and_nobody_of_what_was_refused() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let jan = w.subscriber("jan");
        jan.allows(&provider, ASSISTANT, ZONE, R6);
        let letters = Letterbox::opens(w, free());
        answers(w, &jan, &provider);
        answers(w, &mina, &provider);
        assert_eq!(told(w).unwrap(), 0, "nobody asked to be told");
        assert!(rows::rows_of(&w.house.url, "tellings").is_empty());
        assert!(chooses(w, &mina, Rhythm::Every, None).unwrap());
        assert!(!chooses(w, &mina, Rhythm::Every, None).unwrap(), "what changes nothing is no story");
        assert_eq!(told(w).unwrap(), 0, "what left before is on his pages");
        let at = answers(w, &mina, &provider);
        mina.pauses();
        assert!(!provider.asks(&mina).tells());
        assert_eq!((told(w).unwrap(), told(w).unwrap()), (1, 0));
        let [(id, to, all)] = &letters.taken()[..] else { panic!("one letter") };
        assert!(id.starts_with("told_") && format!("+{to}") == mina.number);
        let one = Told {
            recipient: "assistant".to_owned(),
            purpose: ASSISTANT,
            categories: [ZONE].into(),
            times: vec![at],
        };
        assert_eq!(all, &[one]);
        let said: Vec<String> = mina
            .records()
            .into_iter()
            .filter_map(|r| match r.event {
                Event::Operation { what, which } => Some(format!("{what}: {which}")),
                _ => None,
            })
            .filter(|said| said.starts_with("subscriber.notices") || said.starts_with("subscriber.told"))
            .collect();
        assert_eq!(said, ["subscriber.told: 1 answers", "subscriber.notices: every (subscriber, screen)"]);
    });
}

#[test]
fn ten_are_told_together_and_what_is_left_over_within_thirty_days() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, free());
        chooses(w, &mina, Rhythm::Times10, None).unwrap();
        for n in 1..=13 {
            answers(w, &mina, &provider);
            assert_eq!(told(w).unwrap(), usize::from(n == 10));
        }
        let oldest = w.clock.now();
        assert_eq!(letters.counts(), [10]);
        w.clock.advance(27 * DAY_US);
        assert_eq!(told(w).unwrap(), 0);
        w.clock.advance(DAY_US);
        assert_eq!(told(w).unwrap(), 1);
        assert!(w.clock.now().since(oldest) < 30 * DAY_US);
        assert_eq!(letters.counts(), [3]);
        answers(w, &mina, &provider);
        assert_eq!(told(w).unwrap(), 0);
        chooses(w, &mina, Rhythm::Every, None).unwrap();
        assert_eq!((told(w).unwrap(), letters.counts()), (1, vec![1]), "the switch holds at once");
    });
}

#[test]
fn where_the_law_wants_it_everybody_is_told_and_nobody_can_switch_it_off() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, strict());
        let notices = w.broker().notices(mina.id).unwrap();
        assert!(notices.law && notices.carried && !notices.offered.contains(&Rhythm::Off));
        assert_eq!(notices.manner, Manner { rhythm: Rhythm::Every, quiet: None });
        assert!(matches!(chooses(w, &mina, Rhythm::Off, None), Err(Failure::Invalid { .. })));
        answers(w, &mina, &provider);
        assert_eq!((told(w).unwrap(), letters.counts()), (1, vec![1]));
    });
}

#[test]
fn in_germany_each_answer_is_told_at_once_and_there_is_nothing_to_choose() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, Sources::bundled());
        for rhythm in Rhythm::ALL.into_iter().filter(|rhythm| *rhythm != Rhythm::Every) {
            assert!(matches!(chooses(w, &mina, rhythm, None), Err(Failure::Invalid { .. })), "{rhythm:?}");
        }
        assert!(!chooses(w, &mina, Rhythm::Every, None).unwrap(), "it is so already");
        for _ in 0..3 {
            answers(w, &mina, &provider);
            assert_eq!(told(w).unwrap(), 1);
        }
        assert_eq!(letters.counts(), [1, 1, 1]);
        assert_eq!(w.broker().notices(mina.id).unwrap().offered, [Rhythm::Every]);
    });
}

#[test]
fn messaging_that_does_not_take_it_gets_the_same_letter_again_and_nothing_is_lost() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, strict());
        answers(w, &mina, &provider);
        letters.denies.store(true, Ordering::SeqCst);
        assert!(matches!(told(w), Err(Failure::Halted(_))));
        assert_eq!(told(w).unwrap(), 0, "it is not tried again at once");
        // As a server that dies before it could write down that the letter was taken.
        let letters_before = letters.taken();
        let letters = Letterbox::opens(w, strict());
        w.clock.advance(10 * MINUTE_US);
        assert_eq!((told(w).unwrap(), told(w).unwrap()), (1, 0));
        assert_eq!(letters.taken(), letters_before);
    });
}

#[test]
fn what_left_while_nothing_carried_it_waits_and_is_told_once_something_does() {
    World::each(|w| {
        let (mina, provider) = known(w);
        w.restart(Opening { policies: strict(), ..Opening::default() });
        assert!(!w.broker().notices(mina.id).unwrap().carried);
        answers(w, &mina, &provider);
        assert_eq!(told(w).unwrap(), 0);
        let letters = Letterbox::opens(w, strict());
        assert_eq!((told(w).unwrap(), letters.counts()), (1, vec![1]));
    });
}

#[test]
fn nothing_is_sent_at_a_quiet_hour_and_it_comes_after() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, free());
        // It is twenty past four in the afternoon there.
        chooses(w, &mina, Rhythm::Every, Some("16:00-18:00")).unwrap();
        answers(w, &mina, &provider);
        assert_eq!(told(w).unwrap(), 0);
        w.clock.advance(HOUR_US);
        assert_eq!(told(w).unwrap(), 0);
        w.clock.advance(HOUR_US);
        assert_eq!((told(w).unwrap(), letters.counts()), (1, vec![1]));
    });
}

#[test]
fn who_has_left_is_told_nothing_and_the_next_holder_of_the_number_neither() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, strict());
        answers(w, &mina, &provider);
        w.broker().sequence().unwrap();
        chooses(w, &mina, Rhythm::Days10, None).unwrap();
        w.broker().depart(&Caller::console(), &mina.reference(), Departure::Recycled).unwrap();
        assert!(rows::rows_of(&w.house.url, "tellings").is_empty());
        assert!(matches!(chooses(w, &mina, Rhythm::Every, None), Err(Failure::NotFound(_))));
        w.clock.advance(30 * DAY_US);
        assert_eq!((told(w).unwrap(), letters.counts()), (0, vec![]));
    });
}

#[test]
fn whatever_is_chosen_when_no_answer_stays_untold_for_more_than_thirty_days_and_none_is_told_twice() {
    World::each(|w| {
        let (mina, provider) = known(w);
        let letters = Letterbox::opens(w, strict());
        let dice = &mut Dice::new(7);
        let (mut open, mut all): (Vec<At>, Vec<At>) = (Vec::new(), Vec::new());
        for n in 0..80 {
            if n % 15 == 0 {
                mina.allows(&provider, ASSISTANT, ZONE, R6);
            }
            if dice.below(3) > 0 {
                open.push(answers(w, &mina, &provider));
            }
            if dice.below(6) == 0 {
                let quiet = (dice.below(2) == 0).then_some("21:00-08:00");
                chooses(w, &mina, *dice.one(&Rhythm::ALL[..7]), quiet).unwrap();
            }
            // The messaging is down now and then, and for ten minutes.
            letters.denies.store(dice.below(8) == 0, Ordering::SeqCst);
            let failed = told(w).is_err();
            let came: Vec<At> =
                letters.taken().into_iter().flat_map(|(.., t)| t).flat_map(|t| t.times).collect();
            if !failed {
                open.retain(|at| !came.contains(at));
                all.extend(came);
            }
            assert!(open.iter().all(|at| w.clock.now().since(*at) <= 30 * DAY_US), "{open:?}");
            w.clock.advance(dice.below(36) as i64 * HOUR_US);
        }
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(count > 20, "{count}");
    });
}

#[test]
fn the_operators_messaging_gets_it_in_a_signed_message_without_a_place() {
    let w = World::new(House::sqlite());
    let (mina, provider) = known(&w);
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
    w.restart(Opening { login: Some(login), ..Opening::default() });
    chooses(&w, &mina, Rhythm::Every, None).unwrap();
    let at = answers(&w, &mina, &provider);
    assert_eq!(told(&w).unwrap(), 1);
    let message = receiver.got().remove(0);
    assert!(message.is_signed_with(secret));
    let body = message.json();
    assert_eq!(body["type"], "subscriber.told");
    assert_eq!(
        body["data"],
        serde_json::json!({
            "subscriber": mina.reference().text(),
            "told": [{
                "recipient": "assistant",
                "purpose": ASSISTANT.as_str(),
                "categories": ["location.zone"],
                "count": 1,
                "times": [at.rfc3339()],
            }],
        })
    );
}
