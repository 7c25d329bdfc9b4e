//! Limits that a subscriber puts into a consent: a pause with an end, hours of the day, how often. They only ever lower, and a recipient
//! cannot tell them from anything else. Deliberately absent: the same laws of pure code (`domain::consent`), threads (`race`).
use super::support::world::told;
use super::support::{ASSISTANT, MUNICH, Provider, R6, Subscriber, World, ZONE, rows};
use dongui::broker::consent::Wish;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Hours, Limits, Quota, State};
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::subscriber::Jurisdiction;
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};

pub fn hours(text: &str) -> Limits {
    Limits { hours: Some(Hours::parse(text).unwrap()), quota: None }
}

pub fn quota(text: &str) -> Limits {
    Limits { hours: None, quota: Some(Quota::parse(text).unwrap()) }
}

/// Says yes for a month, within limits.
pub fn allows(w: &World, mina: &Subscriber<'_>, who: &Provider<'_>, category: Category, limits: Limits) {
    let (precision, until) = (*category.rungs().last().unwrap(), w.clock.now().plus(30 * DAY_US));
    let (recipient, purpose) = (who.id, ASSISTANT);
    let wish = Wish::Allow { recipient, purpose, category, precision, until, limits, shown: told() };
    assert!(mina.decides(&wish).unwrap().entry.is_some());
}

pub fn pauses_until(mina: &Subscriber<'_>, until: At) {
    let wish =
        Wish::Change { act: Act::Pause, until: Some(until), recipient: None, purpose: None, category: None };
    assert!(mina.decides(&wish).unwrap().entry.is_some());
}

/// Everyone is in Munich now, and the assistant asks: whether it was told, or the word it heard and the true reason.
fn asked(w: &World, mina: &Subscriber<'_>, who: &Provider<'_>) -> Option<(String, Reason)> {
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    heard(mina, who)
}

fn heard(mina: &Subscriber<'_>, who: &Provider<'_>) -> Option<(String, Reason)> {
    let answer = who.asks(mina);
    answer.withheld(ZONE).map(|word| (word, mina.last_reason().unwrap()))
}

fn uniform(reason: Reason) -> Option<(String, Reason)> {
    Some(("not_available".to_owned(), reason))
}

#[test]
fn a_pause_with_an_end_is_over_at_that_instant_without_anybody_acting() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let (start, end) = (w.clock.now(), w.clock.now().plus(HOUR_US));
        pauses_until(&mina, end);
        w.clock.set(end.plus(-1));
        assert_eq!(mina.is_at(MUNICH).dropped, 1, "while paused nothing is taken in");
        assert_eq!(w.broker().overview(mina.id).unwrap().grants[0].state, State::Paused);
        assert_eq!(heard(&mina, &assistant), uniform(Reason::Paused));
        w.clock.set(end);
        assert_eq!(asked(w, &mina, &assistant), None);
        assert_eq!(w.broker().overview(mina.id).unwrap().grants[0].state, State::Active);
        // A longer pause goes over a shorter one, never the other way, and a past one is none.
        let at = |h: i64| start.plus(h * HOUR_US);
        pauses_until(&mina, at(4));
        let shorter = Wish::Change {
            act: Act::Pause,
            until: Some(at(3)),
            recipient: None,
            purpose: None,
            category: None,
        };
        assert_eq!(mina.decides(&shorter).unwrap().entry, None);
        pauses_until(&mina, at(6));
        w.clock.set(at(5));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::Paused));
        assert!(mina.decides(&shorter).is_err());
        mina.resumes();
        assert_eq!(asked(w, &mina, &assistant), None);
    });
}

#[test]
fn tomorrow_begins_at_local_midnight() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let midnight = Jurisdiction::DE.tomorrow(w.clock.now()).unwrap();
        assert_eq!(midnight.rfc3339(), "2026-11-24T23:00:00Z");
        pauses_until(&mina, midnight);
        w.clock.set(midnight.plus(-1));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::Paused));
        w.clock.set(midnight);
        assert_eq!(asked(w, &mina, &assistant), None);
    });
}

#[test]
fn outside_its_hours_a_grant_gives_and_takes_nothing() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        allows(w, &mina, &assistant, ZONE, hours("09:00-17:00"));
        let at = |text: &str| At::parse(text).unwrap();
        // Local time is an hour ahead of UTC.
        w.clock.set(at("2026-11-24T15:59:59Z"));
        assert_eq!(asked(w, &mina, &assistant), None);
        w.clock.set(at("2026-11-24T16:00:00Z"));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::OutsideHours));
        assert_eq!(mina.is_at(MUNICH).dropped, 1);
        w.clock.set(at("2026-11-25T07:59:59Z"));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::OutsideHours));
        w.clock.set(at("2026-11-25T08:00:00Z"));
        assert_eq!(asked(w, &mina, &assistant), None);
        // Over midnight.
        allows(w, &mina, &assistant, ZONE, hours("22:00-06:00"));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::OutsideHours));
        w.clock.set(at("2026-11-25T23:30:00Z"));
        assert_eq!(asked(w, &mina, &assistant), None);
        w.clock.set(at("2026-11-26T05:00:00Z"));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::OutsideHours));
    });
}

#[test]
fn a_quota_gives_so_many_answers_in_its_period_and_a_refusal_spends_none() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        allows(w, &mina, &assistant, ZONE, quota("2/day"));
        for _ in 0..3 {
            assert_eq!(heard(&mina, &assistant), uniform(Reason::NoData));
        }
        assert_eq!(asked(w, &mina, &assistant), None);
        // The same again says that nothing has changed, and that is an answer.
        assert_eq!(heard(&mina, &assistant), None);
        assert_eq!(heard(&mina, &assistant), uniform(Reason::QuotaSpent));
        assert_eq!(rows::rows_of(&w.house.url, "uses").len(), 2);
        let midnight = Jurisdiction::DE.tomorrow(w.clock.now()).unwrap();
        w.clock.set(midnight.plus(-1));
        assert_eq!(heard(&mina, &assistant), uniform(Reason::QuotaSpent));
        w.clock.set(midnight);
        assert_eq!(asked(w, &mina, &assistant), None);
        // A new yes is a new count; a renewed one is not.
        allows(w, &mina, &assistant, ZONE, quota("once"));
        assert_eq!(heard(&mina, &assistant), None);
        let until = Some(w.clock.now().plus(60 * DAY_US));
        let renew = Wish::Change { act: Act::Renew, until, recipient: None, purpose: None, category: None };
        assert!(mina.decides(&renew).unwrap().entry.is_some());
        assert_eq!(heard(&mina, &assistant), uniform(Reason::QuotaSpent));
        w.clock.advance(40 * DAY_US);
        assert_eq!(heard(&mina, &assistant), uniform(Reason::QuotaSpent));
        // Nothing can ever leave under it again, so nothing is taken in.
        assert_eq!(mina.is_at(MUNICH).dropped, 1);
    });
}

#[test]
fn what_the_recipient_has_no_room_for_spends_nothing() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        for category in Category::PERSONAL {
            allows(w, &mina, &assistant, category, quota("once"));
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut request = assistant.request(&mina, ASSISTANT, &Category::PERSONAL);
        request.max_tokens = Some(100);
        let answer = assistant.asks_with(&assistant.client.token(), &request);
        let left = answer.disclosed().context.items().len();
        assert_eq!(rows::rows_of(&w.house.url, "uses").len(), left);
        let all = assistant.asks_for(&mina, ASSISTANT, &Category::PERSONAL).disclosed().context.items().len();
        assert_eq!(rows::rows_of(&w.house.url, "uses").len(), left + all);
    });
}

#[test]
fn a_limit_cannot_be_told_by_asking_for_something_else() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let others = [
            (Purpose::ServicePersonalisation, ZONE),
            (Purpose::ResearchAndDevelopment, ZONE),
            (ASSISTANT, Category::WebInterest),
        ];
        let heard =
            || others.map(|(purpose, category)| assistant.asks_for(&mina, purpose, &[category]).text());
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let open = heard();
        // It is twenty past four.
        allows(w, &mina, &assistant, ZONE, hours("18:00-19:00"));
        assert_eq!(heard(), open);
        allows(w, &mina, &assistant, ZONE, quota("once"));
        assert_eq!(heard(), open);
        assert_eq!(asked(w, &mina, &assistant), None);
        assert_eq!(self::heard(&mina, &assistant), uniform(Reason::QuotaSpent));
        assert_eq!(heard(), open);
        pauses_until(&mina, w.clock.now().plus(HOUR_US));
        assert_eq!(heard(), open);
    });
}

#[test]
fn one_limit_more_never_tells_more() {
    World::each(|w| {
        let limits =
            [Limits::NONE, hours("09:00-17:00"), hours("16:00-03:00"), quota("once"), quota("2/day")];
        let told = |limits: Limits| {
            let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
            allows(w, &mina, &assistant, ZONE, limits);
            let start = w.clock.now();
            let mut told: Vec<Option<Precision>> = Vec::new();
            for _ in 0..9 {
                w.neighbours_are_at(MUNICH);
                mina.is_at(MUNICH);
                told.push(assistant.asks(&mina).precision(ZONE));
                w.clock.advance(3 * HOUR_US - 1);
            }
            w.clock.set(start.plus(2 * DAY_US));
            told
        };
        for (i, a) in limits.into_iter().enumerate() {
            let some = told(a);
            for b in limits.into_iter().skip(i + 1) {
                let both = Limits { hours: a.hours.or(b.hours), quota: a.quota.or(b.quota) };
                let less = told(both);
                if a.quota.is_some() {
                    // What one limit keeps back another may still have to give later, but there is never more of it.
                    let count = |t: &[Option<Precision>]| t.iter().flatten().count();
                    assert!(count(&less) <= count(&some), "{a:?} told {some:?}, and {both:?} {less:?}");
                    continue;
                }
                assert!(
                    less.iter().zip(&some).all(|(l, s)| l <= s),
                    "{a:?} told {some:?}, and {both:?} {less:?}"
                );
            }
        }
    });
}

#[test]
fn limits_that_say_nothing_are_refused_and_none_that_is_kept_reads_as_none() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let broken =
            Limits { hours: None, quota: Some(Quota { times: 0, ..Quota::parse("1/day").unwrap() }) };
        let wish = Wish::Allow {
            recipient: assistant.id,
            purpose: ASSISTANT,
            category: ZONE,
            precision: R6,
            until: w.clock.now().plus(DAY_US),
            limits: broken,
            shown: told(),
        };
        assert!(mina.decides(&wish).is_err());
        allows(w, &mina, &assistant, ZONE, quota("once"));
        w.clock.advance(MINUTE_US);
        w.sql("UPDATE grants SET limits = '{\"quotum\":{}}' WHERE limits <> '{}'");
        assert!(assistant.asks(&mina).0.is_err(), "a limit that cannot be read is none");
    });
}
