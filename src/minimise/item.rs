//! One fact that may leave, and what the release ledger keeps of it. Deliberately absent: a way to make an item; only
//! `apply` can.
use super::area::Area;
use super::crowd::{CrowdKey, WEEK_US, epoch};
pub use super::recency::Age;
use super::verify::Question;
use super::zone;
use crate::crypt::hash::{Digest, sha256};
use crate::domain::category::{Category, Precision};
use crate::domain::frequency::Frequency;
use crate::domain::id::GrantId;
use crate::domain::place::{Confidence, Label};
use crate::domain::purpose::Purpose;
use crate::domain::territory::Territory;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::domain::zone::Zone;
use crate::profile::Routine;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

/// The value of an item: closed vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// An H3 cell of a rung of the ladder.
    Zone {
        /// Which, already generalised.
        zone: Zone,
        /// Its rung.
        level: Precision,
    },
    /// What a place is to the subscriber.
    Label(Label),
    /// Whether the phone is within a circle.
    Within {
        /// Which.
        question: Question,
        /// Yes or no.
        holds: bool,
    },
    /// How much time is spent within a circle.
    Often {
        /// Which.
        question: Question,
        /// How much.
        frequency: Frequency,
    },
    /// What is usual.
    Routine(Routine),
    /// An interest.
    Topic(Topic),
    /// Where a line is registered.
    Registered {
        /// The country of the network.
        country: Territory,
        /// Whether that is another than the line's own.
        abroad: bool,
    },
    /// What is left of a line's data.
    Volume(Volume),
}

impl Value {
    /// The rung it speaks at.
    pub fn precision(self) -> Precision {
        match self {
            Value::Zone { level, .. } => level,
            Value::Registered { .. } => Precision::Country,
            Value::Label(_)
            | Value::Within { .. }
            | Value::Often { .. }
            | Value::Routine(_)
            | Value::Topic(_)
            | Value::Volume(_) => Precision::Label,
        }
    }
    /// The named area next to a zone.
    pub fn near(self) -> Option<Area> {
        match self {
            Value::Zone { zone, .. } => zone::near(zone),
            Value::Label(_)
            | Value::Within { .. }
            | Value::Often { .. }
            | Value::Routine(_)
            | Value::Topic(_)
            | Value::Registered { .. }
            | Value::Volume(_) => None,
        }
    }
    fn word(self) -> String {
        match self {
            Value::Zone { zone, .. } => zone::text(zone),
            Value::Label(label) => label_word(label).to_owned(),
            Value::Within { question: Question { centre, radius }, holds } => {
                format!("{holds} {} {}", zone::text(centre), radius.km())
            }
            Value::Often { question: Question { centre, radius }, frequency } => {
                format!("{} {} {}", frequency.as_str(), zone::text(centre), radius.km())
            }
            Value::Routine(routine) => format!("{routine:?}"),
            Value::Topic(topic) => topic.as_str().to_owned(),
            Value::Registered { country, abroad } => format!("{} {abroad}", country.as_str()),
            Value::Volume(volume) => volume.as_str().to_owned(),
        }
    }
}

/// The word of a label in payloads.
pub(super) fn label_word(label: Label) -> &'static str {
    match label {
        Label::Home => "home",
        Label::Work => "work",
        Label::Frequent => "frequent",
        Label::Other => "other",
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match *self {
            Value::Zone { zone, level } => {
                let near = self.near();
                let mut out = s.serialize_struct("Value", 2 + usize::from(near.is_some()))?;
                out.serialize_field("zone", &zone::text(zone))?;
                out.serialize_field("level", level.as_str())?;
                if let Some(area) = near {
                    out.serialize_field("near", area.as_str())?;
                }
                out.end()
            }
            Value::Label(label) => {
                let mut out = s.serialize_struct("Value", 1)?;
                out.serialize_field("label", label_word(label))?;
                out.end()
            }
            Value::Within { question: Question { centre, radius }, holds } => {
                let mut out = s.serialize_struct("Value", 3)?;
                out.serialize_field("within", &holds)?;
                out.serialize_field("centre", &zone::text(centre))?;
                out.serialize_field("radius_km", &radius.km())?;
                out.end()
            }
            Value::Often { question: Question { centre, radius }, frequency } => {
                let mut out = s.serialize_struct("Value", 3)?;
                out.serialize_field("time_spent", &frequency)?;
                out.serialize_field("centre", &zone::text(centre))?;
                out.serialize_field("radius_km", &radius.km())?;
                out.end()
            }
            Value::Routine(routine) => {
                let moves_in = match routine {
                    Routine::UsualUntil(half_hours) => Some(u32::from(half_hours) * 30),
                    Routine::Unusual | Routine::Usual => None,
                };
                let mut out = s.serialize_struct("Value", 1 + usize::from(moves_in.is_some()))?;
                out.serialize_field("usual", &(routine != Routine::Unusual))?;
                if let Some(minutes) = moves_in {
                    out.serialize_field("moves_in_min", &minutes)?;
                }
                out.end()
            }
            Value::Topic(topic) => {
                let mut out = s.serialize_struct("Value", 1)?;
                out.serialize_field("topic", &topic)?;
                out.end()
            }
            Value::Registered { country, abroad } => {
                let mut out = s.serialize_struct("Value", 2)?;
                out.serialize_field("roaming", &abroad)?;
                out.serialize_field("country", country.as_str())?;
                out.end()
            }
            Value::Volume(volume) => {
                let mut out = s.serialize_struct("Value", 1)?;
                out.serialize_field("data_left", &volume)?;
                out.end()
            }
        }
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Base stations.
    NetworkCell,
    /// App use, summed.
    UsageAggregate,
    /// Visited sites, summed.
    WebAggregate,
    /// A prediction.
    Inferred,
    /// The network that the line is registered with.
    NetworkRegistration,
    /// The operator's account of the line.
    AccountRecord,
}

/// What the release ledger keeps of an item: everything told about one subscriber to anyone, so that no two answers combine.
/// It names no recipient and holds no readable value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// SHA-256 of category, value and epoch. The same fact to another recipient has the same digest.
    pub fact: Digest,
    /// What kind.
    pub category: Category,
    /// What for; caps on facts count per purpose.
    pub purpose: Purpose,
    /// How fine.
    pub precision: Precision,
    /// Crowd or home made it coarser than consented.
    pub reduced: bool,
    /// Persons alike; the whole base where no crowd was asked.
    pub crowd: u32,
    /// Surprisal of the answer, -log2(share of the base), in thousandths of a bit.
    pub bits_milli: u32,
    /// The crowds that everyone consistent with the answer is in.
    pub keys: Vec<CrowdKey>,
    /// Start of the UTC day it was released in.
    pub epoch: At,
}

/// The digest of a fact. Its epoch is the UTC day, for an interest and for where somebody often is the week.
pub(super) fn fact(category: Category, value: Value, at: At) -> Digest {
    let start = match category {
        Category::UsageInterest | Category::WebInterest | Category::FrequentArea => at.floor(WEEK_US),
        Category::LocationZone
        | Category::LocationLabel
        | Category::LocationVerify
        | Category::NextPlace
        | Category::Routine
        | Category::RoamingCountry
        | Category::DataVolume
        | Category::Population => epoch(at),
    };
    sha256(&[
        b"dongui/v1/fact\0",
        category.as_str().as_bytes(),
        b"\0",
        value.word().as_bytes(),
        b"\0",
        &start.0.to_be_bytes(),
    ])
}

/// One fact that may leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub(super) category: Category,
    pub(super) value: Value,
    pub(super) age: Age,
    pub(super) valid_for_s: u32,
    pub(super) confidence: Confidence,
    #[serde(rename = "source")]
    pub(super) origin: Origin,
    #[serde(skip)]
    pub(super) grant: GrantId,
    #[serde(skip)]
    pub(super) released: Released,
    #[serde(skip)]
    pub(super) is_new: bool,
}

impl Item {
    /// What kind.
    pub fn category(&self) -> Category {
        self.category
    }
    /// What it says.
    pub fn value(&self) -> Value {
        self.value
    }
    /// How fine.
    pub fn precision(&self) -> Precision {
        self.value.precision()
    }
    /// How old.
    pub fn age(&self) -> Age {
        self.age
    }
    /// After this many seconds the recipient must ask again.
    pub fn valid_for_s(&self) -> u32 {
        self.valid_for_s
    }
    /// How sure.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }
    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.origin
    }
    /// Crowd or home made it coarser than consented.
    pub fn precision_reduced(&self) -> bool {
        self.released.reduced
    }
    /// The grant it leaves under.
    pub fn grant(&self) -> GrantId {
        self.grant
    }
    /// What the release ledger keeps of it.
    pub fn released(&self) -> &Released {
        &self.released
    }
    /// Whether the fact is new in its epoch and must be charged; an old one is free.
    pub fn is_new(&self) -> bool {
        self.is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY_US;

    #[test]
    fn a_fact_is_one_within_its_epoch_and_another_in_the_next() {
        let day = At(20_000 * DAY_US);
        let home = Value::Label(Label::Home);
        let digest = |category, value, at| fact(category, value, at);
        let one = digest(Category::LocationLabel, home, day);
        assert_eq!(one, digest(Category::LocationLabel, home, day.plus(DAY_US - 1)));
        assert_ne!(one, digest(Category::LocationLabel, home, day.plus(DAY_US)));
        assert_ne!(one, digest(Category::NextPlace, home, day));
        assert_ne!(one, digest(Category::LocationLabel, Value::Label(Label::Work), day));
    }

    #[test]
    fn the_label_words_are_the_stored_words() {
        for label in [Label::Home, Label::Work, Label::Frequent, Label::Other] {
            assert_eq!(serde_json::to_value(label).unwrap(), label_word(label));
        }
    }
}
