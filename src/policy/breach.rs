//! By when a country's law has subscribers and an authority told of an incident. Deliberately absent: who is told (`domain::breach`).
use super::pack::{Checked, Pack};
use crate::domain::time::{At, HOUR_US};
use serde::Deserialize;

/// The rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachClock {
    /// Within how many hours after it became known subscribers are told.
    pub subscribers_h: u16,
    /// Within how many hours the authority is.
    pub authority_h: u16,
    /// From how many people on the authority is told.
    pub authority_from: u32,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

impl BreachClock {
    /// Whether it tells nobody when.
    pub(super) fn is_empty(&self) -> bool {
        self.subscribers_h == 0 || self.authority_h == 0 || self.authority_from == 0
    }
    /// By when subscribers are told of what became known at `known`.
    pub fn subscribers_by(&self, known: At) -> At {
        known.plus(i64::from(self.subscribers_h) * HOUR_US)
    }
    /// By when the authority is, where so many people are touched; `None` where they are too few.
    pub fn authority_by(&self, known: At, people: u64) -> Option<At> {
        (people >= u64::from(self.authority_from)).then(|| known.plus(i64::from(self.authority_h) * HOUR_US))
    }
}

impl Pack {
    /// By when people are told of an incident; `None` where the pack does not say.
    pub fn clock(&self) -> Option<&BreachClock> {
        self.breach.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscriber::Jurisdiction;
    use crate::policy::sources::{Sources, pack_name};

    #[test]
    fn every_home_has_a_clock_and_one_that_tells_nobody_when_is_refused() {
        for home in Jurisdiction::ALL {
            let name = pack_name(home);
            let text = Sources::bundled().find(&name).unwrap().to_owned();
            let pack = Pack::parse(&name, home, &text).unwrap();
            let clock = pack.clock().unwrap();
            assert!(clock.subscribers_by(At(0)) <= At(72 * HOUR_US), "{home:?}");
            let few = u64::from(clock.authority_from) - 1;
            assert_eq!((clock.authority_by(At(0), few), few < 1000), (None, true));
            assert!(clock.authority_by(At(0), few + 1).is_some());
            let bad = text.replace("subscribers_h = ", "subscribers_h = 0 #");
            assert!(Pack::parse(&name, home, &bad).is_err() && bad != text);
        }
    }
}
