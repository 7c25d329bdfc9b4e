//! Where somebody is told to be: no other place because a phone lies at a border, and none the finer because many are there for an hour.
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::domain::reason::Reason;
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};
use dongui::minimise::zone;

const ULM: (f64, f64) = (48.40, 9.99);
/// Of longitude at Munich, m.
const DEGREE_M: f64 = 74_200.0;

/// The point so many metres east of the first border of an area of resolution 6 east of `from`.
fn east_of_border((lat, lon): (f64, f64), m: f64) -> (f64, f64) {
    let area = |lon: f64| zone::parent(zone::from_point(lat, lon).unwrap(), 6).unwrap();
    let step = 5.0 / DEGREE_M;
    let beyond = (0..4000).map(|n| lon + f64::from(n) * step).find(|east| area(*east) != area(lon)).unwrap();
    (lat, beyond + m / DEGREE_M)
}

#[test]
fn a_phone_at_a_border_is_where_it_was_until_it_is_well_beyond() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let at = |m| east_of_border(MUNICH, m);
        w.neighbours_are_at(at(-400.0));
        mina.is_at(at(-150.0));
        let first = assistant.asks(&mina);
        assert!(first.tells(), "among sixty on this side");
        // The masts of either side pick it up in turn; on the other she would be alone.
        for m in [100.0, -100.0, 60.0, 180.0, -20.0, 90.0] {
            w.clock.advance(MINUTE_US);
            mina.is_at(at(m));
            assert_eq!(assistant.asks(&mina).bytes(), first.bytes(), "{m} m beyond the border");
        }
        w.restart(Default::default());
        assert_eq!(assistant.asks(&mina).bytes(), first.bytes());
        w.clock.advance(MINUTE_US);
        let zone = |(lat, lon)| zone::from_point(lat, lon).unwrap();
        assert_eq!(zone(at(420.0)), zone(at(60.0)), "well beyond, and not yet in a third");
        mina.is_at(at(420.0));
        assert_ne!(assistant.asks(&mina).bytes(), first.bytes(), "told coarser, for she is alone there");
        // In another hour, when what was given up may be told again, she comes back, and is over there until she is well on this side.
        for _ in 0..3 {
            w.clock.advance(20 * MINUTE_US);
            mina.is_at(at(420.0));
        }
        w.neighbours_are_at(at(-400.0));
        mina.is_at(at(-60.0));
        assert_ne!(assistant.asks(&mina).bytes(), first.bytes());
        w.clock.advance(HOUR_US);
        w.neighbours_are_at(at(-400.0));
        mina.is_at(at(-420.0));
        assert_eq!(assistant.asks(&mina).bytes(), first.bytes());
    });
}

#[test]
fn a_place_where_usually_nobody_is_is_not_told_because_many_are_there_today() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        w.clock.advance(DAY_US);
        let all_at = |place| {
            w.neighbours_are_at(place);
            mina.is_at(place);
            assistant.asks(&mina)
        };
        w.broker().sweep().unwrap();
        assert!(!all_at(ULM).tells(), "sixty came together where nobody was yesterday");
        assert_eq!(mina.last_reason(), Some(Reason::CrowdTooSmall));
        // The next hour they are where they usually are; a broker that remembers nothing, and one that looks again, say the same.
        w.clock.advance(HOUR_US);
        let there = all_at(MUNICH);
        assert!(there.tells());
        w.restart(Default::default());
        w.broker().sweep().unwrap();
        assert_eq!(assistant.asks(&mina).bytes(), there.bytes());
        // Tomorrow's table is made of today.
        w.clock.advance(DAY_US);
        w.broker().sweep().unwrap();
        assert!(all_at(ULM).tells());
    });
}

#[test]
fn without_a_day_before_who_is_there_counts() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        // Nobody was seen for a day, so that nothing is known of it.
        w.clock.advance(2 * DAY_US);
        w.broker().sweep().unwrap();
        w.neighbours_are_at(ULM);
        mina.is_at(ULM);
        assert!(assistant.asks(&mina).tells());
    });
}
