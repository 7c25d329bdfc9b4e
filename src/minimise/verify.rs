//! Whether a phone is within a circle that a recipient names. A yes or no about a circle of one's choice is a way to find anybody by asking again
//! (51 answers found an exact position to 1.5 m), so the circle's middle is snapped, its radius is of a closed list, the phone's place is its zone, and
//! questions are few a day (`budget`). Whether it is answered does not depend on the answer: both must leave enough persons.
//!
//! Deliberately absent: how well it matches. A share of the circle told the place in three answers.
use super::charge::Found;
use super::crowd::{CrowdKey, CrowdKind, Crowds};
use super::draw::{Facts, Scope, least, seen, usable_stay};
use super::item::Value;
use super::zone;
use crate::domain::category::Category;
use crate::domain::circle::{Circle, Radius};
use crate::domain::place::Label;
use crate::domain::reason::Reason;
use crate::domain::time::{At, HOUR_US};
use crate::domain::zone::Zone;
use crate::profile::LastStay;

/// The coarsest resolution that a circle is made of.
const COARSEST: u8 = 5;

/// A circle as it is answered about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The zone of resolution 7 whose middle is its middle.
    pub centre: Zone,
    /// How far it reaches.
    pub radius: Radius,
}

impl Question {
    /// The question that a circle asks; `None` when its middle is not on the globe or its radius not on the list.
    pub fn of(circle: &Circle) -> Option<Question> {
        let centre = zone::from_point(circle.latitude, circle.longitude)?;
        Some(Question { centre, radius: Radius::parse(circle.radius_km)? })
    }

    /// Whether a phone is near the middle of `zone`.
    pub fn around(zone: Zone) -> Question {
        Question { centre: zone, radius: Radius::Km5 }
    }

    /// The resolution at which it is looked where a phone is: coarser where the circle is large, and at home or work, and where it is not known
    /// yet whether a place is one of them.
    pub(super) fn resolution(self, label: Option<Label>) -> u8 {
        let finest = match label {
            Some(Label::Frequent | Label::Other) => 7,
            Some(Label::Home | Label::Work) | None => 6,
        };
        finest.min(match self.radius {
            Radius::Km5 | Radius::Km10 => 7,
            Radius::Km20 => 6,
            Radius::Km50 => 5,
        })
    }

    /// Whether a phone in `zone`, looked for at `resolution`, is within.
    fn holds(self, zone: Zone, resolution: u8) -> bool {
        zone::parent(zone, resolution).is_some_and(|z| self.zones(resolution).binary_search(&z).is_ok())
    }

    /// Yes or no, and who else it holds for; `None` where fewer than `least` persons are on either side. Were it answered by the side that he is
    /// on, silence would tell which.
    pub(super) fn answer(
        self,
        stay: LastStay,
        label: Option<Label>,
        crowds: &Crowds,
        least: u32,
    ) -> Option<(bool, (CrowdKey, u32))> {
        let holds = self.holds(stay.zone, self.resolution(label));
        sided(holds, self.crowds(label, stay.at), crowds, least).map(|crowd| (holds, crowd))
    }

    /// Who was within in the hour of `at`, and who was elsewhere.
    pub(super) fn crowds(self, label: Option<Label>, at: At) -> [CrowdKey; 2] {
        let resolution = self.resolution(label);
        let (key, bucket) = (self.key(resolution), at.floor(HOUR_US));
        [CrowdKind::Within, CrowdKind::Beyond].map(|kind| CrowdKey { kind, key, bucket })
    }

    /// The number of the circle, made of zones of `resolution`.
    pub(super) fn key(self, resolution: u8) -> u64 {
        zone::short(self.centre) << 4
            | (self.radius as u64) << 2
            | u64::from(resolution.saturating_sub(COARSEST))
    }

    pub(super) fn zones(self, resolution: u8) -> Vec<Zone> {
        zone::within(self.centre, f64::from(self.radius.km()) * 1000.0, resolution)
    }
}

/// Of those within and those beyond, the side that somebody is on; `None` where fewer than `least` persons are on either. Where nobody is on one
/// side, the answer is known already.
pub(super) fn sided(
    holds: bool,
    sides: [CrowdKey; 2],
    crowds: &Crowds,
    least: u32,
) -> Option<(CrowdKey, u32)> {
    let [within, beyond] = sides.map(|key| (key, crowds.count(key)));
    let (his, other) = if holds { (within, beyond) } else { (beyond, within) };
    (his.1 >= least && (other.1 == 0 || other.1 >= least)).then_some(his)
}

/// Whether the phone is within the circle that is asked about.
pub(super) fn location_verify(
    scope: &Scope,
    facts: &Facts,
    crowds: &Crowds,
    now: At,
) -> Result<Found, Reason> {
    let stay = usable_stay(scope, facts, now)?;
    let question = facts.question.ok_or(Reason::NoData)?;
    let (holds, crowd) =
        question.answer(stay, facts.label, crowds, least(scope)).ok_or(Reason::CrowdTooSmall)?;
    Ok(seen(stay, Value::Within { question, holds }, Some(crowd), now))
}

/// The crowds of the circle that is asked about: of who was there, or of who often is.
pub(super) fn circle_keys(scope: &Scope, facts: &Facts, now: At) -> Vec<CrowdKey> {
    let place = usable_stay(scope, facts, now).ok().zip(facts.question);
    let keys = place.map(|(stay, question)| match scope.category {
        Category::FrequentArea => question.often(stay.at),
        _ => question.crowds(facts.label, stay.at),
    });
    keys.map_or_else(Vec::new, Vec::from)
}

/// The zones of the circle that a crowd's key names, in order; none for a key that names no circle.
pub(super) fn zones(key: u64) -> Vec<Zone> {
    let radius = Radius::ALL.into_iter().find(|r| *r as u64 == key >> 2 & 3);
    let question = zone::from_short(key >> 4).zip(radius).map(|(centre, radius)| Question { centre, radius });
    question.map_or_else(Vec::new, |q| q.zones(COARSEST + (key & 3) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY_US;
    use crate::minimise::laws::a_zone;
    use proptest::prelude::*;
    use proptest::sample::select;

    const NOW: At = At(20_000 * DAY_US);
    const SEOUL: Circle = Circle { latitude: 37.5663, longitude: 126.9779, radius_km: 5 };

    #[test]
    fn a_middle_is_told_no_finer_than_its_zone() {
        let near = Circle { latitude: 37.5668, ..SEOUL };
        assert_eq!(Question::of(&SEOUL), Question::of(&near));
        assert_eq!(Question::of(&Circle { latitude: 91.0, ..SEOUL }), None);
        assert_eq!(Question::of(&Circle { longitude: f64::NAN, ..SEOUL }), None);
        assert_eq!(Question::of(&Circle { radius_km: 6, ..SEOUL }), None);
    }

    #[test]
    fn home_and_work_are_looked_for_as_coarsely_as_they_are_told() {
        let question = Question::of(&SEOUL).unwrap();
        let at = |label| question.resolution(label);
        assert_eq!([Some(Label::Home), Some(Label::Work), None].map(at), [6; 3]);
        assert_eq!([Some(Label::Frequent), Some(Label::Other)].map(at), [7; 2]);
        let wide = Question { radius: Radius::Km50, ..question };
        assert_eq!([wide.resolution(Some(Label::Other)), wide.resolution(None)], [5; 2]);
    }

    proptest! {
        #[test]
        fn a_crowd_is_of_the_very_zones_for_which_the_answer_is_yes(
            centre in a_zone(), phone in a_zone(), radius in select(Radius::ALL.to_vec()),
            label in select(vec![Some(Label::Home), Some(Label::Other), None]),
        ) {
            let question = Question { centre, radius };
            let resolution = question.resolution(label);
            let [within, beyond] = question.crowds(label, NOW);
            let zones = zones(within.key);
            prop_assert_eq!(&zones, &question.zones(resolution));
            prop_assert_eq!(within.key, beyond.key);
            prop_assert!(!zones.is_empty() && zones.len() < 120, "{}", zones.len());
            let there = zones.iter().any(|z| zone::holds(*z, phone));
            prop_assert_eq!(question.holds(phone, resolution), there);
        }

        #[test]
        fn no_key_panics(key in any::<u64>()) {
            zones(key);
        }
    }
}
