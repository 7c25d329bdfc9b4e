//! What a subscriber never shares, whatever he has allowed: areas, kinds of place, hours of the day. Deliberately absent: geometry,
//! which is `minimise`'s, and recipients; what is here holds against all of them.
use super::consent::Hours;
use super::place::Label;
use super::subscriber::Jurisdiction;
use super::time::At;
use super::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Areas that one subscriber may mark: as many as there are places in a profile.
pub const MOST_AREAS: usize = 64;

/// What is never shared. It neither prints nor leaves but sealed, and to the subscriber himself.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// H3 cells of resolution 6.
    #[serde(default)]
    pub areas: BTreeSet<Zone>,
    /// Places by what they are to him; those of [`Never::LABELS`].
    #[serde(default)]
    pub labels: BTreeSet<Label>,
    /// Local hours of the day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hours: Option<Hours>,
}

impl std::fmt::Debug for Never {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Never(..)")
    }
}

impl Never {
    /// Kinds of place that may be marked.
    pub const LABELS: [Label; 2] = [Label::Home, Label::Work];

    /// Whether nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.areas.is_empty() && self.labels.is_empty() && self.hours.is_none()
    }

    /// Whether the instant lies in the hours.
    pub fn at(&self, at: At, home: Jurisdiction) -> bool {
        self.hours.is_some_and(|hours| hours.hold(home.minute_of_day(at)))
    }

    /// The first instant after `now` at which the hours begin or end.
    pub fn turns(&self, now: At, home: Jurisdiction) -> Option<At> {
        self.hours.map(|hours| hours.next(now, home))
    }

    /// The names of the parts in which it differs from `other`, for a record: what changed, not to what.
    pub fn changed(&self, other: &Never) -> Vec<&'static str> {
        let parts = [
            ("areas", self.areas != other.areas),
            ("labels", self.labels != other.labels),
            ("hours", self.hours != other.hours),
        ];
        parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_go_by_the_clock_on_the_wall_also_where_it_is_put_back() {
        let never = Never { hours: Hours::parse("22:00-06:00"), ..Never::default() };
        let at = |text: &str| At::parse(text).unwrap();
        // In Berlin the night of 25 October 2026 has an hour more.
        for (text, held) in [
            ("2026-10-24T19:59:59Z", false),
            ("2026-10-24T20:00:00Z", true),
            ("2026-10-25T04:59:59Z", true),
            ("2026-10-25T05:00:00Z", false),
            ("2026-10-25T20:59:59Z", false),
            ("2026-10-25T21:00:00Z", true),
        ] {
            assert_eq!(never.at(at(text), Jurisdiction::DE), held, "{text}");
        }
        // The change of clocks may be such an instant, too; none is left out.
        let turn = never.turns(at("2026-10-24T23:00:00Z"), Jurisdiction::DE).unwrap();
        assert!(turn <= at("2026-10-25T05:00:00Z") && turn > at("2026-10-24T23:00:00Z"));
        assert!(!Never::default().at(at("2026-10-24T23:00:00Z"), Jurisdiction::DE));
    }

    #[test]
    fn it_names_what_changed_and_prints_nothing_of_it() {
        let none = Never::default();
        let some = Never {
            areas: [Zone(7)].into(),
            labels: [Label::Home].into(),
            hours: Hours::parse("22:00-06:00"),
        };
        assert_eq!(none.changed(&some), ["areas", "labels", "hours"]);
        assert!(some.changed(&some).is_empty() && none.is_empty() && !some.is_empty());
        assert_eq!(format!("{some:?}"), "Never(..)");
    }
}
