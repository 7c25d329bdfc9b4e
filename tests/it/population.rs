//! What is told about a zone and a day is told once, whoever asks, however often and from however many servers at the same time.
use super::support::house::House;
use super::support::world::SeededRng;
use dongui::domain::time::{At, DAY_US};
use dongui::domain::zone::Zone;
use dongui::minimise::count::{EPS_MILLI, told};
use dongui::minimise::population::charge;
use dongui::store::Store;
use dongui::store::counts::{self, CountRow};
use dongui::telemetry::uncounted;
use std::sync::Arc;

const DAY: At = At(20_000 * DAY_US);
const WEEK: i64 = 7 * DAY_US;

fn each(story: impl Fn(&dyn Fn() -> Store)) {
    for postgres in [false, true] {
        let Some(house) = House::bare(postgres) else { continue };
        story(&|| Store::open(&house.url, Arc::new(SeededRng::new(0)), uncounted()).unwrap());
    }
}

/// Draws an answer about `zone` and `day`, as one server does that sees none, and gives what stands.
fn answer(store: &Store, seed: u64, day: At, zone: Zone, persons: u64) -> Option<u64> {
    let drawn = told(persons, &SeededRng::new(seed));
    let kept = store.write("story", move |tx| {
        let charged = counts::charged(tx, day.plus(-WEEK)..=day.plus(WEEK))?;
        let eps_milli = charge(day, &charged).unwrap();
        counts::keep(tx, &CountRow { day, zone, persons: drawn, eps_milli, at: day.plus(DAY_US) })
    });
    kept.unwrap()
}

#[test]
fn the_first_answer_stays_for_whoever_asks_whatever_was_drawn_or_counted_since() {
    each(|open| {
        let store = open();
        let first = answer(&store, 1, DAY, Zone(1), 1_000);
        let drawn: std::collections::BTreeSet<_> =
            (0..50).map(|seed| told(1_000, &SeededRng::new(seed))).collect();
        assert!(drawn.len() > 1, "drawn afresh it would differ, and an average would find it");
        assert!((2..50).all(|seed| answer(&store, seed, DAY, Zone(1), 1_000) == first));
        assert_eq!(answer(&store, 1, DAY, Zone(1), 2_000), first, "who came late is not told");
        assert_eq!(answer(&store, 1, DAY, Zone(2), 3), None);
        assert_eq!(answer(&store, 1, DAY, Zone(2), 3_000), None, "nothing told stays nothing told");
        drop(store);
        assert_eq!(answer(&open(), 9, DAY, Zone(1), 1_000), first, "also after a restart");
    });
}

#[test]
fn of_servers_that_ask_at_once_all_tell_what_the_first_drew_and_the_day_is_charged_once() {
    each(|open| {
        for n in 0..8 {
            let day = DAY.plus(n * DAY_US);
            let stores: Vec<Store> = (0..4).map(|_| open()).collect();
            let answers: Vec<_> = std::thread::scope(|scope| {
                let asks = stores
                    .iter()
                    .zip(1u64..)
                    .map(|(store, seed)| scope.spawn(move || answer(store, seed, day, Zone(1), 1_000)));
                let asks: Vec<_> = asks.collect();
                asks.into_iter().map(|ask| ask.join().unwrap()).collect()
            });
            assert!(answers.iter().all(|a| *a == answers[0]), "{answers:?}");
            let charged = stores[0].read("story", move |tx| counts::charged(tx, day..=day)).unwrap();
            assert_eq!(charged, [(day, EPS_MILLI)]);
        }
    });
}
