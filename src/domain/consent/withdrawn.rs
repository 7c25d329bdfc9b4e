//! Which consents were withdrawn, of all that was ever said. Deliberately absent: what else ends one; time and others' words are no withdrawal.
use super::{Cell, Event, Grant, State, chains};
use crate::domain::id::GrantId;
use std::collections::{HashMap, HashSet};

/// Those of a subscriber's consents that ended because his side said stop, or no where there was a yes, and those in whose place they had come; with
/// every chain as it is now. Events in their order.
pub fn withdrawn(events: &[Event]) -> (HashSet<GrantId>, HashMap<GrantId, Grant>) {
    let all: Vec<Grant> = chains(events).into_iter().map(|(grant, _)| grant).collect();
    // What came in its place, and whether that was withdrawn.
    let mut next: HashMap<Cell, bool> = HashMap::new();
    let mut gone = HashSet::new();
    for grant in all.iter().rev() {
        let ended = match grant.state {
            State::Withdrawn | State::Refused => true,
            State::Superseded => next.get(&grant.cell).copied().unwrap_or(false),
            _ => false,
        };
        if ended {
            gone.insert(grant.id);
        }
        next.insert(grant.cell, ended);
    }
    (gone, all.into_iter().map(|grant| (grant.id, grant)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::{Category, Precision};
    use crate::domain::consent::{Act, Actor, Limits, Provenance};
    use crate::domain::id::{RecipientId, SubscriberId};
    use crate::domain::purpose::Purpose;
    use crate::domain::time::At;
    use proptest::prelude::*;

    fn event(seq: i64, grant: u8, act: Act) -> Event {
        Event {
            seq,
            grant: GrantId([grant; 16]),
            cell: Cell {
                subscriber: SubscriberId([1; 16]),
                recipient: RecipientId([2; 16]),
                purpose: Purpose::ServicePersonalisation,
                category: Category::LocationZone,
            },
            act,
            precision: Precision::City,
            notice: String::new(),
            edition: 0,
            presentation: None,
            until: Some(At(1000)),
            limits: Limits::NONE,
            recorded: At(seq),
            valid: At(seq),
            actor: Actor::Subscriber,
            channel: "screen".to_owned(),
            relation: None,
            provenance: Provenance::Explicit,
        }
    }

    fn gone(acts: &[(u8, Act)]) -> Vec<u8> {
        let events: Vec<Event> = acts.iter().zip(1..).map(|((g, act), seq)| event(seq, *g, *act)).collect();
        let mut gone: Vec<u8> = withdrawn(&events).0.into_iter().map(|id| id.0[0]).collect();
        gone.sort_unstable();
        gone
    }

    #[test]
    fn a_stop_and_a_no_withdraw_what_they_end_and_what_that_had_taken_the_place_of() {
        use Act::{Grant, Refuse, Revoke, Supersede, Withdraw};
        assert_eq!(gone(&[(1, Grant), (1, Withdraw)]), [1]);
        assert_eq!(gone(&[(1, Grant), (1, Revoke)]), [] as [u8; 0]);
        assert_eq!(gone(&[(1, Grant), (1, Supersede), (2, Refuse)]), [1, 2]);
        assert_eq!(gone(&[(1, Grant), (1, Supersede), (2, Grant)]), [] as [u8; 0]);
        assert_eq!(gone(&[(1, Grant), (1, Supersede), (2, Grant), (2, Withdraw)]), [1, 2]);
        // What was allowed anew afterwards is another consent.
        assert_eq!(gone(&[(1, Grant), (1, Withdraw), (2, Grant)]), [1]);
        assert_eq!(gone(&[(1, Grant), (1, Revoke), (2, Grant), (2, Withdraw)]), [2]);
    }

    proptest! {
        #[test]
        fn whatever_happens_what_is_withdrawn_is_over_and_stays_withdrawn(
            acts in prop::collection::vec((1u8..5, 0usize..Act::ALL.len()), 0..24), cut in 0usize..24,
        ) {
            let acts: Vec<(u8, Act)> = acts.into_iter().map(|(g, a)| (g, Act::ALL[a])).collect();
            let events: Vec<Event> = acts.iter().zip(1..).map(|((g, act), seq)| event(seq, *g, *act)).collect();
            let (gone, all) = withdrawn(&events);
            prop_assert!(gone.iter().all(|id| !all[id].state.is_open()));
            let (before, _) = withdrawn(&events[..cut.min(events.len())]);
            prop_assert!(before.is_subset(&gone));
        }
    }
}
