//! Moves: how often one place led to the next, seen from one and from two places back. Deliberately absent: times, zones; a place is
//! its position in the list of places.
use super::forget::{FULL, Fade, ONE, add};
use serde::{Deserialize, Serialize};

/// The position of no place.
pub(super) const NOWHERE: u8 = u8::MAX;
/// Moves kept from one place back.
pub(super) const MOST_PAIRS: usize = 192;
/// Moves kept from two places back.
pub(super) const MOST_TRIPLES: usize = 256;

/// `before` → `from` → `to`, fading; `before` is [`NOWHERE`] in moves from one place back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    pub(super) before: u8,
    pub(super) from: u8,
    pub(super) to: u8,
    pub(super) weight: u16,
}

/// Moves in the order they were first made; the weakest makes room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Moves(Vec<Move>);

impl Moves {
    /// One more of this move.
    pub(super) fn count(&mut self, most: usize, before: u8, from: u8, to: u8) {
        let same = |m: &&mut Move| (m.before, m.from, m.to) == (before, from, to);
        if let Some(known) = self.0.iter_mut().find(same) {
            return add(&mut known.weight, ONE);
        }
        let new = Move { before, from, to, weight: ONE };
        if self.0.len() < most {
            return self.0.push(new);
        }
        if let Some(weakest) = self.0.iter_mut().min_by_key(|m| m.weight) {
            *weakest = new;
        }
    }

    /// What followed `before` → `from`, and how often.
    pub(super) fn after(&self, before: u8, from: u8) -> impl Iterator<Item = (u8, u16)> + Clone + '_ {
        self.0.iter().filter(move |m| (m.before, m.from) == (before, from)).map(|m| (m.to, m.weight))
    }

    /// Days pass; moves that fade to nothing go.
    pub(super) fn fade(&mut self, fade: Fade) {
        self.0.retain_mut(|m| {
            m.weight = fade.of(m.weight);
            m.weight > 0
        });
    }

    /// Places have moved in their list: `to[old]` is the new position, `NOWHERE` when it is gone and every move over it with it.
    pub(super) fn renumber(&mut self, to: &[u8]) {
        let new = |old: u8| to.get(usize::from(old)).copied().unwrap_or(NOWHERE);
        self.0.retain_mut(|m| {
            let lost = m.before != NOWHERE && new(m.before) == NOWHERE;
            *m = Move { before: new(m.before), from: new(m.from), to: new(m.to), weight: m.weight };
            !lost && m.from != NOWHERE && m.to != NOWHERE
        });
    }

    /// Sum of all weights.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
    pub(super) fn total(&self) -> u32 {
        self.0.iter().map(|m| u32::from(m.weight)).sum()
    }

    /// Whether the list is one that counting among `places` places can have made: `pairs` never tell what was before, triples always.
    pub(super) fn holds(&self, most: usize, places: usize, pairs: bool) -> bool {
        let is_place = |p: u8| usize::from(p) < places;
        let one = |m: &Move| {
            let before = if pairs { m.before == NOWHERE } else { is_place(m.before) };
            before && is_place(m.from) && is_place(m.to) && m.weight <= FULL
        };
        self.0.len() <= most && self.0.iter().all(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_move_makes_room_for_a_new_one() {
        let mut moves = Moves::default();
        for to in [1, 1, 2, 3, 3] {
            moves.count(3, NOWHERE, 0, to);
        }
        moves.count(3, NOWHERE, 0, 4);
        let kept: Vec<_> = moves.after(NOWHERE, 0).collect();
        assert_eq!(kept, [(1, 2 * ONE), (4, ONE), (3, 2 * ONE)]);
    }

    #[test]
    fn a_lost_place_takes_its_moves_with_it_and_the_others_follow_their_places() {
        let (mut pairs, mut triples) = (Moves::default(), Moves::default());
        pairs.count(9, NOWHERE, 0, 1);
        pairs.count(9, NOWHERE, 1, 2);
        triples.count(9, 0, 1, 2);
        triples.count(9, 2, 1, 2);
        let to = [NOWHERE, 0, 1];
        pairs.renumber(&to);
        triples.renumber(&to);
        assert_eq!(pairs.after(NOWHERE, 0).collect::<Vec<_>>(), [(1, ONE)]);
        assert_eq!(triples.after(1, 0).collect::<Vec<_>>(), [(1, ONE)]);
        assert_eq!((pairs.total(), triples.total()), (128, 128));
    }
}
