//! Whoever an agency asked about hears of it: at once or when it may wait no longer, once, and never where he was. Deliberately absent: the words in each language (`screens`).
use super::{agency, asks_of, deferrable, h3, seen, zone_of};
use crate::screens::visitor::{Visitor, bare};
use crate::support::canary::{Sight, found};
use crate::support::world::{Opening, SeededRng};
use crate::support::{MUNICH, Subscriber, World, rows};
use dongui::broker::authenticate::Caller;
use dongui::broker::depart::Departure;
use dongui::broker::due::Duty;
use dongui::domain::courier::{Courier, Letter, Says};
use dongui::domain::record::{Event, Record};
use dongui::domain::rng::Rng;
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};
use dongui::minimise::zone;
use dongui::policy::Sources;
use dongui::screens::located;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How long telling somebody may wait where a story has it so.
const WAITS_US: i64 = 72 * HOUR_US;

/// A letter: id, to whom, whether a place was told, whether it waited.
type Told = (String, String, bool, bool);

/// Carries letters into a list, and says of some that it does not know whether it did.
#[derive(Default)]
pub(super) struct Letterbox {
    got: Mutex<Vec<Told>>,
    text: Mutex<String>,
    fails: AtomicUsize,
}

impl Courier for Letterbox {
    fn carry(&self, letter: &Letter<'_>) -> Result<(), &'static str> {
        let Says::Located { agency, found, at, deferred, address, home, locale } = &letter.says else {
            return Err("no emergency");
        };
        assert!(address.ends_with("/me/asked"));
        let said = located::letter(*locale, *home, (agency, *at), (*found, *deferred), address);
        self.text.lock().unwrap().push_str(&said.text);
        let to = format!("+{}", letter.to.text());
        self.got.lock().unwrap().push((letter.id.clone(), to, *found, *deferred));
        let left = self.fails.load(Ordering::SeqCst);
        if left > 0 {
            self.fails.store(left - 1, Ordering::SeqCst);
            return Err("it is not known whether it was taken");
        }
        Ok(())
    }
}

impl Letterbox {
    pub(super) fn opens(w: &World, policies: Sources) -> Arc<Letterbox> {
        let letters = Arc::new(Letterbox::default());
        w.restart(Opening { courier: Some(letters.clone()), policies, ..Opening::default() });
        letters
    }
    /// What came since it was last looked at: to whom, whether a place was told, whether it waited.
    pub(super) fn taken(&self) -> Vec<(String, bool, bool)> {
        let all = std::mem::take(&mut *self.got.lock().unwrap());
        all.into_iter().map(|(_, to, found, deferred)| (to, found, deferred)).collect()
    }
}

pub(super) fn tells(w: &World) -> usize {
    w.broker().sequence().unwrap();
    w.broker().tell(&|| false).unwrap()
}

fn informed(who: &Subscriber<'_>) -> usize {
    who.records().iter().filter(|r| matches!(r.event, Event::EmergencyTold { .. })).count()
}

/// A page of his, while nothing carries codes.
fn sees(w: &World, letters: &Arc<Letterbox>, who: &Subscriber<'_>, path: &str) -> String {
    w.restart(Opening { policies: deferrable(), ..Opening::default() });
    let page = bare(&Visitor::enters(w, who).sees(path));
    w.restart(Opening { courier: Some(letters.clone()), policies: deferrable(), ..Opening::default() });
    page
}

#[test]
fn the_subscriber_is_told_at_once_and_once_and_never_where() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let (mina, jan) = (seen(w, "mina", &assistant, MUNICH), w.subscriber("jan"));
        let letters = Letterbox::opens(w, deferrable());
        assert!(zone_of(w, &fire, &mina).is_some() && zone_of(w, &fire, &jan).is_none());
        let owed = || -> Vec<u64> {
            let dues = w.broker().dues(&Caller::console()).unwrap();
            dues.iter().filter(|due| due.duty == Duty::Emergencies).map(|due| due.count).collect()
        };
        assert_eq!(owed(), [2]);
        // A server that dies in between sends the same letter again, and another one sends nothing meanwhile.
        letters.fails.store(1, Ordering::SeqCst);
        tells(w);
        let other = w.another(Opening {
            courier: Some(letters.clone()),
            policies: deferrable(),
            ..Opening::default()
        });
        other.tell(&|| false).unwrap();
        let got = letters.got.lock().unwrap().clone();
        assert_eq!(got.len(), 2, "{got:?}");
        w.clock.advance(MINUTE_US);
        std::thread::scope(|s| {
            s.spawn(|| other.tell(&|| false).unwrap());
            s.spawn(|| w.broker().tell(&|| false).unwrap());
        });
        let mut all = letters.got.lock().unwrap().clone();
        assert_eq!((all.len(), &all[2]), (3, &got[0]), "and the messaging knows it by its id");
        all.truncate(2);
        let mut to: Vec<_> = all.into_iter().map(|(_, to, found, deferred)| (to, found, deferred)).collect();
        to.sort();
        let mut expected = vec![(mina.number.clone(), true, false), (jan.number.clone(), false, false)];
        expected.sort();
        assert_eq!(to, expected);
        assert_eq!((informed(&mina), informed(&jan), owed()), (1, 1, vec![]));
        w.clock.advance(DAY_US);
        letters.taken();
        tells(w);
        assert_eq!(letters.taken(), [], "once");

        let page = sees(w, &letters, &mina, "/me/asked?lang=ko");
        for word in
            ["그 밖에 내 정보를 본 곳", "fire-119", "마지막으로 확인된 지역을 제공받음", "근거: case 2026-17"]
        {
            assert!(page.contains(word), "{word}: {page}");
        }
        let quiet = sees(w, &letters, &jan, "/me/asked");
        assert!(
            quiet.contains("Your operator did not know") && !quiet.contains("was told the area"),
            "{quiet}"
        );
        let nobody = w.subscriber("nobody");
        assert!(
            !sees(w, &letters, &nobody, "/me/asked").contains("Others who saw"),
            "nothing where nothing was"
        );
        // No place in what is recorded, kept, logged or sent.
        let place = h3(MUNICH);
        let coarser: Vec<String> = (0..7)
            .map(|r| zone::text(zone::parent(zone::from_point(MUNICH.0, MUNICH.1).unwrap(), r).unwrap()))
            .collect();
        let mut sights: Vec<Sight> =
            vec![("letters".to_owned(), letters.text.lock().unwrap().clone().into_bytes())];
        let ours = |r: &Record| matches!(r.event, Event::Emergency { .. } | Event::EmergencyTold { .. });
        let records = mina.records();
        let records: Vec<Value> =
            records.iter().filter(|r| ours(r)).map(|r| serde_json::to_value(r).unwrap()).collect();
        assert_eq!(records.len(), 2);
        sights.push(("records".to_owned(), serde_json::to_vec(&records).unwrap()));
        sights.push(("rows".to_owned(), rows::rows_of(&w.house.url, "emergencies").join("\n").into_bytes()));
        sights.push(("leaves".to_owned(), rows::rows_of(&w.house.url, "entries").join("\n").into_bytes()));
        let canaries: Vec<&str> = std::iter::once(place.as_str())
            .chain(coarser.iter().map(String::as_str))
            .chain(["48.137"])
            .collect();
        assert_eq!(found(&canaries, &sights), Vec::<String>::new());
    });
}

#[test]
fn telling_somebody_waits_where_the_law_lets_it_and_no_longer() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let mina = seen(w, "mina", &assistant, MUNICH);
        let later = json!({ "defer": "held by somebody who reads his phone" });
        let refused = asks_of(w, &fire, &mina.number, later.clone());
        assert_eq!((refused.status, &refused.json()["field"]), (422, &json!("defer")), "not in Germany");
        let letters = Letterbox::opens(w, deferrable());
        let asked = w.clock.now();
        let told = asks_of(w, &fire, &mina.number, later).json();
        assert_eq!(told["deferred_until"], asked.plus(WAITS_US).rfc3339());
        tells(w);
        assert_eq!(letters.taken(), []);
        // He learns it from nothing else either.
        assert!(!sees(w, &letters, &mina, "/me/asked").contains("fire-119"));
        assert!(!w.broker().everything(mina.id).unwrap().to_string().contains("fire-119"));
        w.clock.set(asked.plus(WAITS_US - 1));
        tells(w);
        assert_eq!(letters.taken(), [], "to the last microsecond");
        w.clock.advance(1);
        // Pages wait for no message.
        assert!(sees(w, &letters, &mina, "/me/asked").contains("You were told of it later"));
        assert!(w.broker().everything(mina.id).unwrap().to_string().contains("fire-119"));
        tells(w);
        tells(w);
        assert_eq!(letters.taken(), [(mina.number.clone(), true, true)]);
        assert_eq!(informed(&mina), 1);
        // What waits for somebody who leaves meanwhile goes to nobody, least of all to the next one of his number.
        asks_of(w, &fire, &mina.number, json!({ "defer": "case 7" }));
        w.broker().depart(&Caller::console(), &mina.reference(), Departure::Recycled).unwrap();
        let next = Subscriber::enrol(w, "next", &mina.number, AgeBand::Adult);
        w.clock.advance(WAITS_US);
        tells(w);
        assert_eq!((letters.taken(), informed(&next)), (vec![], 0));
        // What is over is forgotten a month later; what waits is not.
        let kept = seen(w, "kept", &assistant, MUNICH);
        asks_of(w, &fire, &kept.number, json!({ "defer": "case 8" }));
        w.clock.advance(31 * DAY_US);
        w.broker().sweep().unwrap();
        let rows = rows::rows_of(&w.house.url, "emergencies");
        assert_eq!(rows.len(), 1, "{rows:?}");
        tells(w);
        assert_eq!(letters.taken(), [(kept.number.clone(), true, true)]);
        assert!(sees(w, &letters, &kept, "/me/asked").contains("fire-119"), "for ever");
    });
}

#[test]
fn whatever_fails_and_whoever_is_faster_everybody_is_told_once_and_nobody_late() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let letters = Letterbox::opens(w, deferrable());
        let other = w.another(Opening {
            courier: Some(letters.clone()),
            policies: deferrable(),
            ..Opening::default()
        });
        let rng = SeededRng::new(17);
        let dice = |most: u8| rng_byte(&rng) % most;
        let people: Vec<Subscriber<'_>> =
            (0..6).map(|n| seen(w, &format!("p{n}"), &assistant, MUNICH)).collect();
        let mut asked = 0;
        for _ in 0..25 {
            let who = &people[usize::from(dice(6))];
            if dice(3) > 0 {
                let more = if dice(2) == 0 { json!({ "defer": "case 7" }) } else { json!({}) };
                assert_eq!(asks_of(w, &fire, &who.number, more).status, 200);
                asked += 1;
            }
            w.clock.advance(i64::from(dice(30)) * HOUR_US);
            letters.fails.store(usize::from(dice(3)), Ordering::SeqCst);
            std::thread::scope(|s| {
                s.spawn(|| other.tell(&|| false));
                s.spawn(|| w.broker().tell(&|| false));
            });
            letters.fails.store(0, Ordering::SeqCst);
            w.clock.advance(MINUTE_US);
            w.broker().tell(&|| false).unwrap();
            let due = format!(
                "SELECT CAST(COUNT(*) AS TEXT) AS value FROM emergencies WHERE due_at IS NOT NULL AND from_at <= {}",
                w.clock.now().0
            );
            assert_eq!(rows::texts(&w.house.url, &due), ["0"], "nobody is untold whose time has come");
        }
        w.clock.advance(WAITS_US);
        w.broker().tell(&|| false).unwrap();
        let mut ids: Vec<String> = letters.got.lock().unwrap().iter().map(|(id, ..)| id.clone()).collect();
        let sent = ids.len();
        ids.sort();
        ids.dedup();
        assert!(asked > 8 && sent > ids.len(), "some came twice under one id");
        assert_eq!((ids.len(), people.iter().map(informed).sum::<usize>()), (asked, asked));
    });
}

fn rng_byte(rng: &SeededRng) -> u8 {
    let mut one = [0];
    rng.fill(&mut one);
    one[0]
}
