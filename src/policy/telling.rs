//! What a country's law asks about telling subscribers of each answer that left. Deliberately absent: when something is told (`domain::telling`).
use super::pack::{Checked, Pack};
use crate::domain::telling::Rhythm;
use serde::Deserialize;

/// The rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// How often who chose nothing is told.
    pub default: Rhythm,
    /// Whether he may choose not to be told at all.
    pub may_be_off: bool,
    /// Whether he may choose to be told of many together.
    pub may_be_together: bool,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Once a year a subscriber is told how often something left about him, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yearly {
    /// Within how many days after it left.
    pub days: u16,
    /// Whether he may choose not to be told.
    pub may_be_off: bool,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

impl Telling {
    fn offers(&self, rhythm: Rhythm) -> bool {
        match rhythm {
            Rhythm::Every => true,
            Rhythm::Off => self.may_be_off,
            _ => self.may_be_together,
        }
    }

    /// Whether it denies what it has for who chose nothing.
    pub(super) fn contradicts(&self) -> bool {
        !self.offers(self.default)
    }
}

impl Pack {
    /// How often who chose nothing is told of what left.
    pub fn rhythm(&self) -> Rhythm {
        self.telling.as_ref().map_or(Rhythm::Off, |t| t.default)
    }

    /// Whether a subscriber may choose it.
    pub fn offers(&self, rhythm: Rhythm) -> bool {
        self.telling.as_ref().is_none_or(|t| t.offers(rhythm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subscriber::Jurisdiction;
    use crate::policy::sources::{Sources, pack_name};

    #[test]
    fn korea_and_germany_tell_of_each_answer_germany_without_a_choice_and_elsewhere_only_who_wants_it_is_told()
     {
        for home in Jurisdiction::ALL {
            let name = pack_name(home);
            let pack = Pack::parse(&name, home, Sources::bundled().find(&name).unwrap()).unwrap();
            let (default, off, together) = match home {
                Jurisdiction::KR => (Rhythm::Every, false, true),
                Jurisdiction::DE => (Rhythm::Every, false, false),
                Jurisdiction::SG | Jurisdiction::AE => (Rhythm::Off, true, true),
            };
            assert_eq!((pack.rhythm(), pack.offers(Rhythm::Off)), (default, off), "{home:?}");
            assert_eq!(
                (pack.offers(Rhythm::Days30), pack.offers(Rhythm::Every)),
                (together, true),
                "{home:?}"
            );
        }
    }

    #[test]
    fn a_default_that_may_not_be_chosen_is_refused() {
        let good = Sources::bundled().find("country/de.toml").unwrap().to_owned();
        for other in ["off", "10-times", "30-days"] {
            let bad = good.replace("default = \"every\"", &format!("default = \"{other}\""));
            assert!(
                Pack::parse("country/de.toml", Jurisdiction::DE, &bad).is_err() && bad != good,
                "{other}"
            );
        }
    }
}
