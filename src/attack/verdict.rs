//! What an attack came to: it must have succeeded with the guard off, else it proves nothing, and failed with the guard on. Deliberately absent: which
//! attacks there are.
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

#[cfg(test)]
mod tests {
    use super::*;

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
