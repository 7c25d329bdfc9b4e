//! What an attack came to: it must have succeeded with the guard off, else it proves nothing, and failed with the guard on. And what a use came to, which the guard
//! must leave good enough. Deliberately absent: which attacks and uses there are.
use serde::Serialize;

/// What one attack says of itself.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Attack {
    /// Short name, such as `A2`.
    pub id: &'static str,
    /// In words.
    pub title: &'static str,
    /// What the figure counts.
    pub figure: &'static str,
    /// When the guard holds, in words.
    pub passes: &'static str,
    /// The most that the figure may be with the guard on.
    pub at_most: f64,
    /// The least that it must be with the guard off.
    pub bites_from: f64,
}

/// What was found in one mode.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// What else had to hold and did not.
    pub broken: Vec<String>,
    /// What it rests on, in words.
    pub says: String,
}

/// An attack and what it came to.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Which.
    #[serde(flatten)]
    pub attack: Attack,
    /// With the guard off, if that was tried.
    pub off: Option<Figure>,
    /// With the guard on, if that was tried.
    pub on: Option<Figure>,
    /// Whether the guard held, as far as it was tried.
    pub holds: bool,
    /// Whether the attack failed where it had to succeed.
    pub toothless: bool,
    /// Both.
    pub passed: bool,
}

impl Outcome {
    /// Compares.
    pub fn of(attack: Attack, off: Option<Figure>, on: Option<Figure>) -> Outcome {
        let holds = on.as_ref().is_none_or(|f| f.value <= attack.at_most && f.broken.is_empty());
        let toothless = off.as_ref().is_some_and(|f| f.value < attack.bites_from);
        Outcome { attack, off, on, holds, toothless, passed: holds && !toothless }
    }
}

/// What one use says of itself: what answers are good for, or figures of others that have to come out here too.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Use {
    /// Short name, such as `U2`.
    pub id: &'static str,
    /// In words.
    pub title: &'static str,
    /// What the figure counts.
    pub figure: &'static str,
    /// When it is good enough, in words.
    pub passes: &'static str,
    /// The least that the figure has to be.
    pub at_least: f64,
}

/// A use and what it came to.
#[derive(Debug, Clone, Serialize)]
pub struct Worth {
    /// Which.
    #[serde(flatten)]
    pub of: Use,
    /// With the guard off, if it asks the broker and that was tried.
    pub off: Option<Figure>,
    /// With the guard on, or without a broker.
    pub on: Option<Figure>,
    /// Whether it is good enough with the guard on, as far as it was tried.
    pub passed: bool,
}

impl Worth {
    /// Compares.
    pub fn of(of: Use, off: Option<Figure>, on: Option<Figure>) -> Worth {
        let passed = on.as_ref().is_none_or(|f| f.value >= of.at_least && f.broken.is_empty());
        Worth { of, off, on, passed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_judged_by_what_the_guard_leaves_of_it() {
        let of = Use { id: "U0", title: "", figure: "", passes: "", at_least: 0.5 };
        let figure = |value| Some(Figure { value, ..Figure::default() });
        assert!(Worth::of(of, figure(0.9), figure(0.5)).passed && Worth::of(of, figure(0.1), None).passed);
        assert!(!Worth::of(of, figure(0.9), figure(0.4)).passed);
        let broken = Figure { value: 0.9, broken: vec!["x".to_owned()], ..Figure::default() };
        assert!(!Worth::of(of, None, Some(broken)).passed);
    }

    #[test]
    fn a_guard_that_holds_against_an_attack_without_teeth_proves_nothing() {
        let attack = Attack { id: "A0", title: "", figure: "", passes: "", at_most: 0.05, bites_from: 0.5 };
        let figure = |value| Some(Figure { value, ..Figure::default() });
        let passed = |off, on| {
            let o = Outcome::of(attack, off, on);
            (o.passed, o.toothless)
        };
        assert_eq!(passed(figure(0.9), figure(0.05)), (true, false));
        assert_eq!(passed(figure(0.9), figure(0.06)), (false, false));
        assert_eq!(passed(figure(0.4), figure(0.0)), (false, true));
        assert_eq!(passed(None, figure(0.0)), (true, false));
        let broken = Figure { broken: vec!["x".to_owned()], ..Figure::default() };
        assert_eq!(passed(figure(1.0), Some(broken)), (false, false));
    }
}
