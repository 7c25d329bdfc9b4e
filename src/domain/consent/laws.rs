//! What must hold of `decide` for any events in any order, also for such as no verb would write. For unit tests only.
use super::*;
use crate::domain::age::Majority;
use crate::domain::category::{Category, Precision};
use crate::domain::id::GrantId;
use crate::domain::scene::Standing;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use proptest::prelude::*;
use proptest::sample::select;

pub(super) const HOME: Jurisdiction = Jurisdiction::DE;
/// A Tuesday afternoon; all instants are whole halves of an hour from it.
const START: At = At(1_795_533_600_000_000);

pub(super) fn at(n: i64) -> At {
    START.plus(n * HOUR_US / 2)
}

pub(super) fn cell(n: u8) -> Cell {
    Cell {
        subscriber: SubscriberId([1; 16]),
        recipient: RecipientId([n; 16]),
        purpose: Purpose::ProvidePersonalisedRecommendations,
        category: Category::LocationZone,
    }
}

pub(super) fn limits() -> impl Strategy<Value = Limits> {
    let hours = (0u16..48, 0u16..48).prop_map(|(a, b)| Hours::new(a * 30, b * 30));
    let quota = (1u32..3, select(Period::ALL.to_vec())).prop_map(|(times, per)| Some(Quota { times, per }));
    (prop_oneof![2 => Just(None), 1 => hours], prop_oneof![2 => Just(None), 1 => quota])
        .prop_map(|(hours, quota)| Limits { hours, quota })
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    // Grants and pauses more often than the rest, or most stories would be about nothing.
    let act =
        prop_oneof![1 => select(vec![Act::Grant, Act::Grant, Act::Pause]), 3 => select(Act::ALL.to_vec())];
    let when =
        (0i64..40, prop_oneof![3 => Just(0i64), 1 => -20i64..20], proptest::option::weighted(0.8, 1i64..60));
    (act, 0u8..2, 0u8..3, when, limits(), 0u32..3).prop_map(
        |(act, of, chain, (recorded, valid, until), limits, edition)| Event {
            seq: 0,
            grant: GrantId([of * 10 + chain; 16]),
            cell: cell(of),
            act,
            precision: Precision::City,
            notice: String::new(),
            edition,
            presentation: None,
            until: until.map(|n| at(recorded + n)),
            limits,
            recorded: at(recorded),
            valid: at(recorded + valid),
            actor: Actor::Subscriber,
            channel: "law".to_owned(),
            relation: None,
            provenance: Provenance::Explicit,
        },
    )
}

/// Numbered in the order in which they were recorded.
pub(super) fn story() -> impl Strategy<Value = Vec<Event>> {
    proptest::collection::vec(event(), 0..14).prop_map(|mut events| {
        events.sort_by_key(|e| e.recorded);
        number(events)
    })
}

pub(super) fn number(mut events: Vec<Event>) -> Vec<Event> {
    events.iter_mut().zip(1i64..).for_each(|(e, n)| e.seq = n);
    events
}

pub(super) fn uses() -> impl Strategy<Value = Vec<Use>> {
    let one = (0u8..3, 0i64..70).prop_map(|(chain, n)| Use { grant: GrantId([chain; 16]), at: at(n) });
    proptest::collection::vec(one, 0..5)
}

/// An adult for whom nobody else speaks.
static ALONE: People = People { majority: Majority::REACHED, relations: Vec::new(), blocks: Vec::new() };

pub(super) fn asked(t: i64, known: i64) -> Question<'static> {
    Question {
        cell: cell(0),
        home: HOME,
        at: at(t),
        known: at(known),
        people: &ALONE,
        in_force: InForce::NOTHING,
    }
}

pub(super) fn permits(a: &Answer) -> bool {
    matches!(a.standing, Standing::Live { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_order_in_which_events_are_read_does_not_matter(
        (events, shuffled) in story().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle())), uses in uses(), t in 0i64..80
    ) {
        prop_assert_eq!(decide(&events, &uses, &asked(t, 99)), decide(&shuffled, &uses, &asked(t, 99)));
    }

    #[test]
    fn one_more_no_never_makes_a_yes(
        events in story(), uses in uses(), mut no in event(), t in 0i64..80, place in any::<prop::sample::Index>(),
        act in select(vec![Act::Refuse, Act::Pause, Act::Withdraw, Act::Revoke, Act::Invalidate, Act::Supersede])
    ) {
        no.act = act;
        let mut more = events.clone();
        more.insert(place.index(events.len() + 1), no);
        let (before, after) = (decide(&events, &uses, &asked(t, 99)), decide(&number(more), &uses, &asked(t, 99)));
        prop_assert!(permits(&before) || !permits(&after), "{before:?} {after:?}");
    }

    #[test]
    fn one_more_limit_never_makes_a_yes(
        mut events in story(), uses in uses(), limits in limits(), t in 0i64..80, which in any::<prop::sample::Index>()
    ) {
        if events.is_empty() { return Ok(()) }
        let of = which.index(events.len());
        let open = Limits { hours: events[of].limits.hours.filter(|_| limits.hours.is_none()), quota: events[of].limits.quota.filter(|_| limits.quota.is_none()) };
        events[of].limits = open;
        let before = decide(&events, &uses, &asked(t, 99));
        events[of].limits = Limits { hours: limits.hours.or(open.hours), quota: limits.quota.or(open.quota) };
        let after = decide(&events, &uses, &asked(t, 99));
        prop_assert!(permits(&before) || !permits(&after), "{before:?} {after:?}");
        prop_assert_eq!(before.status, after.status);
    }

    #[test]
    fn what_is_said_of_another_cell_changes_nothing(events in story(), uses in uses(), mut other in event(), t in 0i64..80) {
        other.cell = cell(7);
        let mut more = events.clone();
        other.seq = 1000;
        more.push(other);
        prop_assert_eq!(decide(&events, &uses, &asked(t, 99)), decide(&more, &uses, &asked(t, 99)));
    }

    #[test]
    fn what_is_recorded_later_does_not_change_what_was_known(
        events in story(), uses in uses(), later in proptest::collection::vec(event(), 1..5), t in 0i64..80, known in 0i64..60
    ) {
        let mut more = events.clone();
        more.extend(later.into_iter().map(|e| Event { recorded: at(known + 1).plus(e.recorded.since(START)), ..e }));
        let more = number(more);
        prop_assert_eq!(decide(&events, &uses, &asked(t, known)), decide(&more, &uses, &asked(t, known)));
    }

    #[test]
    fn until_it_may_change_the_answer_stays(events in story(), uses in uses(), t in 0i64..80, part in 0f64..1.0) {
        let q = asked(t, 99);
        let now = decide(&events, &uses, &q);
        let end = now.until.unwrap_or(at(4000));
        prop_assert!(end > q.at);
        let between = q.at.plus((end.since(q.at) as f64 * part) as i64).min(end.plus(-1));
        for t in [between, end.plus(-1)] {
            let then = decide(&events, &uses, &Question { at: t, ..q });
            prop_assert_eq!((now.status, now.standing, &now.evidence), (then.status, then.standing, &then.evidence));
        }
    }

    #[test]
    fn without_a_yes_in_force_nothing_is_permitted(events in story(), uses in uses(), t in 0i64..80) {
        let answer = decide(&events, &uses, &asked(t, 99));
        let yes = events.iter().any(|e| e.cell == cell(0) && e.act == Act::Grant && e.valid <= at(t) && e.until.is_some_and(|u| u > e.valid));
        prop_assert!(yes || !permits(&answer));
        prop_assert_eq!(decide(&[], &uses, &asked(t, 99)).status, Status::Unknown);
        if permits(&answer) {
            let grant = answer.grant.unwrap();
            prop_assert!(answer.status.holds() && grant.granted_at <= at(t) && at(t) < grant.until);
        }
    }

    #[test]
    fn what_comes_into_force_later_never_makes_a_yes(
        events in story(), uses in uses(), t in 0i64..80, (edition, grace, longest) in (0u32..3, -10i64..90, 0i64..90)
    ) {
        let rules = InForce { edition, grace_until: at(grace), longest_us: longest * HOUR_US / 2 };
        let before = decide(&events, &uses, &asked(t, 99));
        let after = decide(&events, &uses, &Question { in_force: rules, ..asked(t, 99) });
        prop_assert!(permits(&before) || !permits(&after), "{before:?} {after:?}");
        if let (true, Some(grant)) = (permits(&after), after.grant) {
            let began = grant.terms.renewed_at.unwrap_or(grant.granted_at);
            prop_assert!(at(t).since(began) < rules.longest_us);
            prop_assert!(grant.terms.edition >= edition || at(t) < rules.grace_until);
        }
    }

    #[test]
    fn what_has_ended_for_good_never_comes_back(events in story(), mut next in event(), t in 0i64..60) {
        // In the order of time, as verbs write.
        let ordered: Vec<Event> = events.into_iter().map(|e| Event { valid: e.recorded, ..e }).collect();
        let before = decide(&ordered, &[], &asked(t, t));
        let Some(grant) = before.grant.filter(|g| !g.state.is_open()) else { return Ok(()) };
        next.cell = grant.cell;
        next.grant = grant.id;
        next.recorded = at(t);
        next.valid = at(t);
        next.seq = 1000;
        let mut more = ordered;
        more.push(next);
        prop_assert_eq!(decide(&more, &[], &asked(t, t)).status, before.status);
    }
}

#[test]
fn a_grant_holds_from_its_first_instant_to_just_before_its_end() {
    let yes = Event {
        seq: 1,
        grant: GrantId([0; 16]),
        cell: cell(0),
        act: Act::Grant,
        precision: Precision::City,
        notice: String::new(),
        edition: 0,
        presentation: None,
        until: Some(at(10)),
        limits: Limits::NONE,
        recorded: at(0),
        valid: at(4),
        actor: Actor::Subscriber,
        channel: "law".to_owned(),
        relation: None,
        provenance: Provenance::Explicit,
    };
    let status = |t: At| {
        let answer = decide(std::slice::from_ref(&yes), &[], &Question { at: t, ..asked(0, 20) });
        (answer.status, answer.until)
    };
    assert_eq!(status(at(4).plus(-1)), (Status::Unknown, Some(at(4))));
    assert_eq!(status(at(4)), (Status::Given, Some(at(10))));
    assert_eq!(status(at(10).plus(-1)), (Status::Given, Some(at(10))));
    assert_eq!(status(at(10)), (Status::Expired, None));
}
