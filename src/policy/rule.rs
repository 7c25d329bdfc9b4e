//! The rules of a country pack, each beside its citation. Deliberately absent: what they add up to (`pack`).
use super::pack::Checked;
use crate::domain::category::Precision;
use crate::domain::consent::Quota;
use crate::domain::entry::Kind;
use crate::domain::purpose::Purpose;
use serde::Deserialize;

/// From which age a person consents alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeOfConsent {
    /// Years of age.
    pub years: u8,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Least number of persons alike.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Crowd {
    /// Persons.
    pub least: u32,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Longest retention of location facts by the recipient.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retain {
    /// Seconds.
    pub location_s: u32,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Finest rung.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finest {
    /// The rung.
    pub finest: Precision,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Least age of a location fact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// Seconds.
    pub location_s: u32,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Who takes complaints about what happens to personal data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its name, in English and as it calls itself.
    pub name: String,
    /// Where it is found: a host name.
    pub place: String,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// What caps every consent for a purpose, whatever was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Which purpose; absent: all that have no template of their own.
    pub purpose: Option<Purpose>,
    /// Longest life, days.
    pub longest_days: u16,
    /// Most answers, such as `24/day`; a consent that names fewer keeps them.
    pub quota: Option<String>,
    /// How long nobody is asked again after a no or a stop, days.
    pub ask_again_days: u16,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

impl Template {
    /// Most answers.
    pub fn most(&self) -> Option<Quota> {
        self.quota.as_deref().and_then(Quota::parse)
    }
}

/// Records of a kind, and for how long: those that stay although their subscriber has them erased, or those that are erased when it is over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keep {
    /// Of which kind.
    pub record: Kind,
    /// For how long from when they were made, days.
    pub days: u16,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}

/// Records that are destroyed when the consent that they rest on is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destroy {
    /// Of which kind.
    pub record: Kind,
    /// The rule it rests on.
    pub citation: String,
    /// Where that was read.
    pub checked: Checked,
}
