//! What was learnt is told to him about whom it was: from what really left, of each recipient and of all together.
use super::support::{ASSISTANT, MUNICH, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::time::{DAY_US, HOUR_US};

#[test]
fn what_was_told_adds_up_by_recipient_and_what_was_told_to_both_counts_once() {
    World::each(|w| {
        let [first, second] = ["first", "second"].map(|name| w.provider(name));
        let mina = w.subscriber("mina");
        for by in [&first, &second] {
            mina.allows(by, ASSISTANT, ZONE, Precision::ZoneR6);
        }
        mina.allows(&first, ASSISTANT, Category::LocationLabel, Precision::Label);
        mina.lived(14, MUNICH, (48.20, 11.60));
        let learnt = |by| w.broker().learnt(mina.id, by).unwrap();
        assert_eq!(learnt(None), Default::default(), "nothing was told yet");
        // To the night of Munich.
        w.clock.advance(10 * HOUR_US);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(first.asks_for(&mina, ASSISTANT, &[ZONE, Category::LocationLabel]).tells());
        assert!(second.asks(&mina).tells());
        let (of_first, of_second, of_both) = (learnt(Some(first.id)), learnt(Some(second.id)), learnt(None));
        assert_eq!((of_first.facts, of_first.zones), (2, 1));
        assert_eq!((of_second.facts, of_second.zones), (1, 1));
        assert_eq!((of_both.facts, of_both.zones), (2, 1), "the zone is one fact");
        assert!(of_both.fewest.is_some_and(|n| n >= 50), "{of_both:?}");
        let home = of_both.home.unwrap();
        assert_eq!(home.share, 100);
        assert!(
            home.within_km.is_some_and(|km| km <= 5),
            "a zone that was told by night is home's: {home:?}"
        );
        assert_eq!(of_both.work, None);
        w.clock.advance(7 * DAY_US);
        assert_eq!(learnt(None), Default::default(), "after seven days it is no longer counted");
    });
}
