//! How long a pause lasts: an hour, until tomorrow, or until it is taken back. Deliberately absent: ending one, which the registry does
//! by itself when its time is over.
use super::calendar::moment;
use super::control::Control;
use super::facts::Facts;
use super::scope::Scope;
use super::words::Words;
use crate::domain::consent::{Act, Grant, State};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use serde::Serialize;

/// A pause that ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spell {
    Hour,
    /// To the next midnight at home.
    Tomorrow,
}

impl Spell {
    pub const ALL: [Spell; 2] = [Spell::Hour, Spell::Tomorrow];

    pub fn as_str(self) -> &'static str {
        match self {
            Spell::Hour => "hour",
            Spell::Tomorrow => "tomorrow",
        }
    }
    pub fn parse(text: &str) -> Option<Spell> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
    /// When a pause that begins now is over. `None` beyond the calendar's years.
    pub fn end(self, now: At, home: Jurisdiction) -> Option<At> {
        match self {
            Spell::Hour => Some(now.plus(HOUR_US)),
            Spell::Tomorrow => home.tomorrow(now),
        }
    }
}

/// Pausing for a while: opened first, then pressed.
#[derive(Serialize)]
pub(super) struct Spells {
    pub heading: String,
    pub control: Control,
}

impl Spells {
    /// The buttons for `scope`; `None` where nothing is given out that could be held back.
    pub fn of(words: &Words, facts: &Facts, scope: Scope) -> Option<Spells> {
        let mut control = Control::change(facts, scope, Vec::new());
        control.fields.push(("act", Act::Pause.as_str().to_owned()));
        control.name = "for";
        control.buttons = Spell::ALL.map(|spell| (spell.as_str(), words.spell(spell))).into();
        facts.holds(scope, State::Active).then(|| Spells { heading: words.pause_while(), control })
    }
}

/// The word that a grant is held back, and until when.
pub(super) fn mark(words: &Words, facts: &Facts, grant: &Grant) -> Option<String> {
    let until = |end| words.paused_until(&moment(words, end, facts.home, facts.now));
    let paused = grant.state == State::Paused;
    let marked = |grant: &Grant| match grant.terms.paused_until {
        _ if facts.kept(grant) => words.paused_by_guardian(),
        Some(end) => until(end),
        None => words.paused_mark(),
    };
    paused.then(|| marked(grant))
}

/// When the first of what is held back within `scope` begins again by itself.
pub(super) fn first_end(facts: &Facts, scope: Scope) -> Option<At> {
    facts.paused(scope).filter_map(|g| g.terms.paused_until).min()
}

/// When all of what is held back within `scope` begins again, if it is one instant.
pub(super) fn common_end(facts: &Facts, scope: Scope) -> Option<At> {
    let first = first_end(facts, scope)?;
    facts.paused(scope).all(|g| g.terms.paused_until == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tomorrow_begins_at_midnight_at_home() {
        let now = At::parse("2026-11-24T22:30:00Z").unwrap();
        for (home, end) in [
            (Jurisdiction::DE, "2026-11-24T23:00:00Z"),
            (Jurisdiction::KR, "2026-11-25T15:00:00Z"),
            (Jurisdiction::AE, "2026-11-25T20:00:00Z"),
        ] {
            assert_eq!(Spell::Tomorrow.end(now, home), At::parse(end), "{home:?}");
            assert_eq!(Spell::Hour.end(now, home), At::parse("2026-11-24T23:30:00Z"));
        }
        for text in ["", "day", "Hour", "hour "] {
            assert_eq!(Spell::parse(text), None);
        }
    }
}
