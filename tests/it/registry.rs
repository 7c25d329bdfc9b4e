//! The registry asked about any instant, and the states that a consent goes through. Deliberately absent: `decide` for events that no
//! verb would write (`domain::consent`), and limits at work (`limits`).
use super::support::world::told;
use super::support::{ASSISTANT, CITY, MUNICH, Provider, R6, Subscriber, World, ZONE, rows};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::{Decided, Wish};
use dongui::broker::history::{AsOf, Held};
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Actor, Capture, Grant, Hours, Limits, Quota, State, Status};
use dongui::domain::relation::Verified;
use dongui::domain::scene::Standing;
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use dongui::store::{consents, relations, subscribers, uses};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

fn by(actor: Actor) -> Capture {
    Capture { actor, channel: "console", relation: None }
}

/// Something about the one cell of a story.
fn one(who: &Provider<'_>, act: Act, until: Option<At>) -> Wish {
    Wish::Change { act, until, recipient: Some(who.id), purpose: Some(ASSISTANT), category: Some(ZONE) }
}

fn does(w: &World, mina: &Subscriber<'_>, wish: &Wish, actor: Actor) -> Result<Decided, Failure> {
    let decided = w.broker().show_and_decide(mina.id, wish, by(actor));
    w.clock.advance(MINUTE_US);
    decided
}

fn as_of(w: &World, mina: &Subscriber<'_>, who: &Provider<'_>, at: Option<At>, known: Option<At>) -> Held {
    let asked = AsOf { recipient: who.id, purpose: ASSISTANT, category: ZONE, at, known };
    w.broker().as_of(&Caller::console(), &mina.reference(), &asked).unwrap()
}

fn status(w: &World, mina: &Subscriber<'_>, who: &Provider<'_>) -> Status {
    as_of(w, mina, who, None, None).answer.status
}

#[test]
fn what_held_when_is_told_as_it_was_known_then() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let start = w.clock.now();
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, start.plus(DAY_US));
        w.clock.advance(HOUR_US);
        mina.withdraws();
        let now = w.clock.now();
        let told = |at: At, known: At| {
            let Held { answer, .. } = as_of(w, &mina, &assistant, Some(at), Some(known));
            (answer.status, answer.evidence, answer.until)
        };
        assert_eq!(told(start.plus(-1), now), (Status::Unknown, vec![], Some(start)));
        assert_eq!(told(start, now), (Status::Given, vec![1], Some(now)));
        assert_eq!(told(now, now), (Status::Withdrawn, vec![1, 2], None));
        // Before the withdrawal was known, the grant was taken to last the day.
        let end = start.plus(DAY_US);
        assert_eq!(told(now, now.plus(-1)), (Status::Given, vec![1], Some(end)));
        assert_eq!(told(end, now.plus(-1)), (Status::Expired, vec![1], None));
        let events = as_of(w, &mina, &assistant, None, None).events;
        let acts: Vec<_> = events.iter().map(|e| (e.act, e.actor, e.channel.as_str())).collect();
        let me = Actor::Subscriber;
        assert_eq!(acts, [(Act::Grant, me, "screen"), (Act::Withdraw, me, "screen")]);
    });
}

#[test]
fn a_second_grant_takes_the_place_of_the_first_and_an_event_says_so() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let first = as_of(w, &mina, &assistant, None, None).answer.grant.unwrap().id;
        w.clock.advance(MINUTE_US);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        let acts = rows::texts(
            &w.house.url,
            "SELECT act AS value FROM consent_events WHERE seq < 9 AND subscriber_id IN (SELECT subscriber_id FROM grants WHERE precision = 'city') ORDER BY seq",
        );
        assert_eq!(acts, ["grant", "supersede", "grant"]);
        let answer = as_of(w, &mina, &assistant, None, None).answer;
        assert_eq!((answer.status, answer.evidence), (Status::Given, vec![3]));
        assert_ne!(answer.grant.unwrap().id, first);
        // A no does the same, and after it there is nothing to make room for.
        mina.refuses(&assistant, ASSISTANT, ZONE);
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        assert_eq!(as_of(w, &mina, &assistant, None, None).answer.evidence, [6]);
    });
}

#[test]
fn an_act_that_the_state_does_not_know_is_refused_by_its_name() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let end = w.clock.now().plus(3 * DAY_US);
        let refused = |act, actor, state: &str| {
            let until = (act == Act::Renew).then_some(end.plus(DAY_US));
            match does(w, &mina, &one(&assistant, act, until), actor) {
                Err(Failure::Conflict(text)) => assert!(text.ends_with(state), "{act:?}: {text}"),
                other => panic!("{act:?} in {state}: {other:?}"),
            }
        };
        let me = Actor::Subscriber;
        for act in [Act::Pause, Act::Resume, Act::Withdraw, Act::Renew] {
            refused(act, me, " unknown");
        }
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, end);
        mina.withdraws();
        for act in [Act::Pause, Act::Resume, Act::Renew] {
            refused(act, me, " withdrawn");
        }
        refused(Act::Revoke, Actor::Operator, " withdrawn");
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, end);
        w.clock.set(end);
        for act in [Act::Pause, Act::Resume, Act::Withdraw, Act::Renew] {
            refused(act, me, " expired");
        }
        // What is so already is no error, and neither is anything that names more than one cell.
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        assert_eq!(does(w, &mina, &one(&assistant, Act::Resume, None), me).unwrap().entry, None);
        mina.withdraws();
        assert_eq!(does(w, &mina, &one(&assistant, Act::Withdraw, None), me).unwrap().entry, None);
        assert_eq!(mina.pauses().entry, None);
    });
}

#[test]
fn who_ended_a_consent_is_in_its_state_and_nobody_ends_it_in_anothers_name() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        for (act, actor, ends_as) in [
            (Act::Withdraw, Actor::Subscriber, Status::Withdrawn),
            (Act::Withdraw, Actor::Guardian, Status::Withdrawn),
            (Act::Withdraw, Actor::Staff, Status::Withdrawn),
            (Act::Revoke, Actor::Operator, Status::Revoked),
            (Act::Invalidate, Actor::Authority, Status::Invalidated),
        ] {
            mina.allows(&assistant, ASSISTANT, ZONE, R6);
            for other in Actor::ALL.into_iter().filter(|a| !a.may(act)) {
                let refused = does(w, &mina, &one(&assistant, act, None), other);
                assert!(matches!(refused, Err(Failure::Invalid { field: "actor", .. })), "{act:?} {other:?}");
            }
            // Who speaks for somebody else has a relation to him.
            let relation =
                (actor == Actor::Guardian).then(|| super::people::guardian(w, &mina, Verified::Court));
            let wish = one(&assistant, act, None);
            let ended = w.broker().decide(mina.id, &wish, Capture { relation, ..by(actor) });
            assert!(ended.unwrap().entry.is_some());
            assert_eq!(status(w, &mina, &assistant), ends_as);
            assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
            let last = as_of(w, &mina, &assistant, None, None).events.pop().unwrap();
            assert_eq!((last.actor, last.channel.as_str()), (actor, "console"));
        }
        // Nobody but the subscriber's side says yes.
        let yes = Wish::Allow {
            recipient: assistant.id,
            purpose: ASSISTANT,
            category: ZONE,
            precision: R6,
            until: w.clock.now().plus(DAY_US),
            limits: Limits::NONE,
            shown: told(),
        };
        for actor in [Actor::Operator, Actor::Authority] {
            assert!(does(w, &mina, &yes, actor).is_err());
        }
    });
}

#[test]
fn a_question_may_be_put_off_and_after_a_no_there_is_none() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (recipient, purpose, category) = (assistant.id, ASSISTANT, ZONE);
        let asks = Wish::Request { recipient, purpose, category, shown: told() };
        let later = Wish::Defer { recipient, purpose, category, shown: told() };
        assert!(does(w, &mina, &asks, Actor::Operator).is_ok());
        let asked = as_of(w, &mina, &assistant, None, None).answer;
        assert_eq!(asked.status, Status::Requested);
        assert!(does(w, &mina, &later, Actor::Subscriber).is_ok());
        assert_eq!(status(w, &mina, &assistant), Status::RequestDeferred);
        // Neither is a decision, and the recipient hears of neither.
        assert!(w.broker().overview(mina.id).unwrap().grants.is_empty());
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let given = as_of(w, &mina, &assistant, None, None).answer;
        assert_eq!((given.status, given.grant.unwrap().id), (Status::Given, asked.grant.unwrap().id));
        assert_eq!(given.evidence, [1, 2, 3]);
        mina.refuses(&assistant, ASSISTANT, ZONE);
        let refused = does(w, &mina, &asks, Actor::Operator);
        assert!(matches!(refused, Err(Failure::Conflict(text)) if text.contains(" refused;")));
    });
}

#[test]
fn a_renewal_moves_the_end_and_keeps_the_rest() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let end = w.clock.now().plus(DAY_US);
        mina.allows_until(&assistant, ASSISTANT, ZONE, CITY, end);
        mina.pauses();
        let later = end.plus(DAY_US);
        let renewed = does(w, &mina, &one(&assistant, Act::Renew, Some(later)), Actor::Subscriber).unwrap();
        assert_eq!((renewed.grants[0].until, renewed.grants[0].state), (later, State::Paused));
        assert_eq!(status(w, &mina, &assistant), Status::Paused);
        mina.resumes();
        assert_eq!(status(w, &mina, &assistant), Status::Renewed);
        w.clock.set(end);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert_eq!(assistant.asks(&mina).precision(ZONE), Some(CITY));
        w.clock.set(later);
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("expired"));
    });
}

/// A step of a made-up life with consents: what, about which of two categories, and how long until the next.
type Step = (u8, bool, i64, i64, u8);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0u8..14, any::<bool>(), 1i64..400, 1i64..3000, 0u8..6), 1..14)
}

fn limits(n: u8) -> Limits {
    let hours = [None, None, Hours::parse("09:00-17:00"), Hours::parse("22:00-06:30")];
    let quota = [None, Quota::parse("once"), Quota::parse("1/hour"), Quota::parse("2/day")];
    let n = usize::from(n);
    Limits { hours: hours[n % 4], quota: quota[(n * 3 + 1) % 4] }
}

fn wish(step: &Step, who: &Provider<'_>, now: At) -> Option<(Wish, Actor)> {
    let (kind, zone, _, ahead_min, limited) = *step;
    let category = if zone { ZONE } else { Category::LocationLabel };
    let (recipient, purpose) = (who.id, ASSISTANT);
    let until = now.plus(ahead_min * MINUTE_US);
    let change = |act, until| Wish::Change {
        act,
        until,
        recipient: Some(recipient),
        purpose: None,
        category: zone.then_some(category),
    };
    let me = Actor::Subscriber;
    Some(match kind {
        0..=3 => {
            let precision = if zone { R6 } else { Precision::Label };
            let limits = limits(limited);
            (Wish::Allow { recipient, purpose, category, precision, until, limits, shown: told() }, me)
        }
        4 => (Wish::Refuse { recipient, purpose, category, shown: told() }, me),
        5 => (Wish::Request { recipient, purpose, category, shown: told() }, Actor::Operator),
        6 => (Wish::Defer { recipient, purpose, category, shown: told() }, me),
        7 => (change(Act::Pause, (limited > 1).then_some(until)), me),
        8 => (change(Act::Resume, None), me),
        9 => (change(Act::Withdraw, None), me),
        10 => (change(Act::Renew, Some(until)), me),
        11 if limited == 0 => (change(Act::Invalidate, None), Actor::Authority),
        11 => (change(Act::Revoke, None), Actor::Operator),
        _ => return None,
    })
}

/// What the projection says of a cell at an instant.
fn projected(
    w: &World,
    mina: &Subscriber<'_>,
    who: &Provider<'_>,
    of: Category,
    at: At,
) -> (Status, Standing, Option<Grant>) {
    w.store()
        .read("story", |tx| {
            let found = subscribers::find(tx, mina.id)?.unwrap();
            let people = relations::people(tx, found.id, found.majority, found.related)?;
            let held = consents::held_with(tx, mina.id, who.id, &people)?;
            let Some(grant) = held.into_iter().find(|g| g.cell.category == of) else {
                return Ok((Status::Unknown, Standing::Absent, None));
            };
            let used = match grant.counts_from(at, found.home) {
                Some(from) => uses::count(tx, mina.id, grant.id, from)?,
                None => 0,
            };
            Ok((grant.status(at), grant.standing(at, found.home, used), Some(grant)))
        })
        .unwrap()
}

#[test]
fn the_projection_says_what_the_events_say_at_every_instant_of_any_story() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let cases = std::env::var("DONGUI_TEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(24);
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let seen = std::cell::RefCell::new(std::collections::HashSet::new());
        let law = |steps: Vec<Step>| {
            let mina = w.subscriber("mina");
            let asked = |of, at, known| {
                let asked = AsOf { recipient: assistant.id, purpose: ASSISTANT, category: of, at, known };
                w.broker().as_of(&Caller::console(), &mina.reference(), &asked).unwrap().answer
            };
            let mut past = Vec::new();
            for step in &steps {
                match wish(step, &assistant, w.clock.now()) {
                    // What the state does not know is refused and changes nothing.
                    Some((wish, actor)) => drop(w.broker().show_and_decide(mina.id, &wish, by(actor))),
                    None => {
                        w.neighbours_are_at(MUNICH);
                        mina.is_at(MUNICH);
                        assistant.asks_for(&mina, ASSISTANT, &[ZONE, Category::LocationLabel]);
                    }
                }
                w.clock.advance(step.2 * MINUTE_US);
                let now = w.clock.now();
                for of in [ZONE, Category::LocationLabel] {
                    for at in [now, now.plus(step.3 * MINUTE_US)] {
                        let answer = asked(of, Some(at), None);
                        let held = projected(w, &mina, &assistant, of, at);
                        let told = (answer.status, answer.standing, answer.grant.clone());
                        prop_assert_eq!(told, held, "{:?} {:?}", of, steps);
                        seen.borrow_mut().insert(answer.status);
                        past.push((of, at, now, answer));
                    }
                }
                w.clock.advance(1);
            }
            for (of, at, known, answer) in past {
                prop_assert_eq!(asked(of, Some(at), Some(known)), answer, "the past was told anew");
            }
            Ok(())
        };
        runner.run(&steps(), law).unwrap_or_else(|e| panic!("{e}"));
        let seen = seen.into_inner();
        assert!(seen.len() >= 8 && seen.contains(&Status::Given), "the stories were too dull: {seen:?}");
    });
}
