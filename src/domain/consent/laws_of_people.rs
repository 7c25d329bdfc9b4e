//! What must hold of `decide` for whoever says yes and no, under whatever relations. For unit tests only.
use super::laws::{at, cell, permits, story};
use super::*;
use crate::domain::age::Majority;
use crate::domain::category::Precision;
use crate::domain::id::{BlockId, RelationId};
use crate::domain::relation::{Block, Relation, RelationKind, Verified};
use crate::domain::scene::Standing;
use crate::domain::time::At;
use proptest::prelude::*;
use proptest::sample::select;

fn majority() -> impl Strategy<Value = Majority> {
    prop_oneof![
        1 => Just(Majority::UNKNOWN),
        2 => Just(Majority::REACHED),
        4 => (-5i64..60).prop_map(|n| Majority::from(at(n))),
    ]
}

fn relation(n: u8) -> impl Strategy<Value = Relation> {
    let times = (-10i64..40, proptest::option::of(1i64..60), proptest::option::weighted(0.3, 1i64..60));
    (select(RelationKind::ALL.to_vec()), any::<bool>(), times).prop_map(
        move |(kind, may_allow, (from, until, ended))| Relation {
            id: RelationId([n; 16]),
            subscriber: SubscriberId([1; 16]),
            kind,
            verified: Verified::Court,
            may_allow,
            from: at(from),
            until: until.map(|n| at(from + n)),
            ended: ended.map(|n| at(from + n)),
            recorded: at(from),
        },
    )
}

fn block() -> impl Strategy<Value = Block> {
    let finest = prop_oneof![1 => Just(None), 1 => Just(Some(Precision::Region))];
    (0u8..3, finest, 0i64..40, proptest::option::of(1i64..40)).prop_map(|(n, finest, from, lifted)| Block {
        id: BlockId([0; 16]),
        relation: RelationId([n; 16]),
        recipient: None,
        category: None,
        finest,
        from: at(from),
        lifted: lifted.map(|n| at(from + n)),
    })
}

fn people() -> impl Strategy<Value = People> {
    (majority(), (relation(0), relation(1), relation(2)), proptest::collection::vec(block(), 0..3))
        .prop_map(|(majority, (a, b, c), blocks)| People { majority, relations: vec![a, b, c], blocks })
}

/// A story in which anybody says anything by any relation.
fn told() -> impl Strategy<Value = Vec<Event>> {
    let whose = (select(Actor::ALL.to_vec()), proptest::option::weighted(0.8, 0u8..4));
    (story(), proptest::collection::vec(whose, 14)).prop_map(|(events, whose)| {
        let by = |(event, (actor, n)): (Event, (Actor, Option<u8>))| Event {
            actor,
            relation: n.map(|n| RelationId([n; 16])),
            ..event
        };
        events.into_iter().zip(whose).map(by).collect()
    })
}

fn asked(people: &People, t: i64) -> Question<'_> {
    let (home, in_force) = (super::laws::HOME, InForce::NOTHING);
    Question { cell: cell(0), home, at: at(t), known: at(99), people, in_force }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_is_permitted_but_by_the_yes_of_who_may_say_it_and_while_he_may(
        events in told(), people in people(), t in 0i64..80
    ) {
        let answer = decide(&events, &[], &asked(&people, t));
        let Some(grant) = answer.grant.as_ref().filter(|_| permits(&answer)) else { return Ok(()) };
        let (said, by) = (grant.terms.renewed_at.unwrap_or(grant.granted_at), grant.terms.footing);
        if people.majority.is_minor(said) {
            prop_assert_eq!(by.actor, Actor::Guardian, "a minor alone");
        }
        match by.actor {
            Actor::Subscriber | Actor::Staff => {}
            Actor::Guardian | Actor::Delegate => {
                let relation = people.relations.iter().find(|r| Some(r.id) == by.relation).unwrap();
                let kind = if by.actor == Actor::Guardian { RelationKind::Guardian } else { RelationKind::Delegate };
                prop_assert_eq!(relation.kind, kind);
                prop_assert!(relation.from <= said && relation.from <= at(t));
                for end in [relation.until, relation.ended].into_iter().flatten() {
                    prop_assert!(at(t) < end, "after its end");
                }
                if kind == RelationKind::Guardian && people.majority.is_minor(relation.from) {
                    prop_assert!(people.majority.is_minor(at(t)), "after majority by the guardian of a minor");
                } else {
                    prop_assert!(!people.majority.is_minor(said) || kind == RelationKind::Guardian);
                    prop_assert!(kind == RelationKind::Guardian || relation.may_allow);
                }
            }
            Actor::Operator | Actor::Authority | Actor::Recipient => prop_assert!(false, "{by:?}"),
        }
    }

    #[test]
    fn until_it_may_change_the_answer_stays_whoever_speaks(
        events in told(), people in people(), t in 0i64..80, part in 0f64..1.0
    ) {
        let q = asked(&people, t);
        let now = decide(&events, &[], &q);
        let end = now.until.unwrap_or(at(4000));
        prop_assert!(end > q.at);
        let between = q.at.plus((end.since(q.at) as f64 * part) as i64).min(end.plus(-1));
        for t in [between, end.plus(-1)] {
            let then = decide(&events, &[], &Question { at: t, ..q });
            prop_assert_eq!((now.status, now.standing), (then.status, then.standing));
        }
    }

    #[test]
    fn what_an_owner_forbids_never_allows_more(
        events in told(), people in people(), more in block(), t in 0i64..80
    ) {
        let before = decide(&events, &[], &asked(&people, t)).standing;
        let mut barred = people.clone();
        barred.blocks.push(more);
        let after = decide(&events, &[], &asked(&barred, t)).standing;
        match (before, after) {
            (Standing::Live { precision: a, .. }, Standing::Live { precision: b, .. }) => prop_assert!(b <= a),
            (Standing::Live { .. }, after) => prop_assert_eq!(after, Standing::Blocked),
            (before, after) => prop_assert_eq!(before, after),
        }
    }

    #[test]
    fn a_relation_that_ends_earlier_or_a_later_majority_of_ones_own_yes_never_allows_more(
        events in told(), people in people(), which in 0usize..3, end in 0i64..60, t in 0i64..80
    ) {
        let before = decide(&events, &[], &asked(&people, t));
        let mut shorter = people.clone();
        // An owner's block ends with him, and that may allow what the user allowed.
        if shorter.relations[which].kind == RelationKind::Owner { return Ok(()) }
        let ended = &mut shorter.relations[which].ended;
        *ended = Some(ended.map_or(at(end), |old: At| old.min(at(end))));
        let after = decide(&events, &[], &asked(&shorter, t));
        prop_assert!(permits(&before) || !permits(&after), "{before:?} {after:?}");
    }
}
