//! Categories of context (closed vocabulary) and the precision ladder.
use serde::{Deserialize, Serialize};

/// What kind of fact may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Last known zone.
    #[serde(rename = "location.zone")]
    LocationZone,
    /// Home, work, frequent or other.
    #[serde(rename = "location.label")]
    LocationLabel,
    /// Whether the phone is within a circle that the recipient names.
    #[serde(rename = "location.verify")]
    LocationVerify,
    /// How much of his time the subscriber spends within a circle that the recipient names.
    #[serde(rename = "location.frequent_area")]
    FrequentArea,
    /// Where next.
    #[serde(rename = "mobility.next_place")]
    NextPlace,
    /// Whether the subscriber is where he usually is, and how soon he usually moves on.
    #[serde(rename = "mobility.routine")]
    Routine,
    /// A lasting interest from app use.
    #[serde(rename = "usage.interest")]
    UsageInterest,
    /// A lasting interest from visited sites.
    #[serde(rename = "web.interest")]
    WebInterest,
    /// The country whose network the line is registered with.
    #[serde(rename = "account.roaming_country")]
    RoamingCountry,
    /// How much data the line has left.
    #[serde(rename = "account.data_volume")]
    DataVolume,
    /// Whether the subscriber counts in how many people are where; no fact about him.
    #[serde(rename = "aggregate.population")]
    Population,
}

impl Category {
    /// All of them.
    pub const ALL: [Category; 11] = [
        Category::LocationZone,
        Category::LocationLabel,
        Category::LocationVerify,
        Category::FrequentArea,
        Category::NextPlace,
        Category::Routine,
        Category::UsageInterest,
        Category::WebInterest,
        Category::RoamingCountry,
        Category::DataVolume,
        Category::Population,
    ];
    /// Those that say something of one person: what a context may be asked for.
    pub const PERSONAL: [Category; 10] = [
        Category::LocationZone,
        Category::LocationLabel,
        Category::LocationVerify,
        Category::FrequentArea,
        Category::NextPlace,
        Category::Routine,
        Category::UsageInterest,
        Category::WebInterest,
        Category::RoamingCountry,
        Category::DataVolume,
    ];
    /// Whether it says something of one person.
    pub fn is_personal(self) -> bool {
        Category::PERSONAL.contains(&self)
    }
    /// Those that are asked about a circle.
    pub const OF_A_CIRCLE: [Category; 2] = [Category::LocationVerify, Category::FrequentArea];
    /// Those that answer no question but the one what they are.
    pub const UNPROMPTED: [Category; 8] = [
        Category::LocationZone,
        Category::LocationLabel,
        Category::NextPlace,
        Category::Routine,
        Category::UsageInterest,
        Category::WebInterest,
        Category::RoamingCountry,
        Category::DataVolume,
    ];

    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Category::LocationZone => "location.zone",
            Category::LocationLabel => "location.label",
            Category::LocationVerify => "location.verify",
            Category::FrequentArea => "location.frequent_area",
            Category::NextPlace => "mobility.next_place",
            Category::Routine => "mobility.routine",
            Category::UsageInterest => "usage.interest",
            Category::WebInterest => "web.interest",
            Category::RoamingCountry => "account.roaming_country",
            Category::DataVolume => "account.data_volume",
            Category::Population => "aggregate.population",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Category> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
    /// The rungs that a grant of this category may name, coarsest first.
    pub fn rungs(self) -> &'static [Precision] {
        use Precision::{City, Country, Label, Region, ZoneR5, ZoneR6, ZoneR7};
        match self {
            // The country would need borders, which are not here: nobody is asked for what cannot be told.
            Category::LocationZone => &[Region, City, ZoneR5, ZoneR6, ZoneR7],
            Category::NextPlace => &[Label, ZoneR5, ZoneR6, ZoneR7],
            Category::LocationLabel
            | Category::LocationVerify
            | Category::FrequentArea
            | Category::Routine
            | Category::UsageInterest
            | Category::WebInterest
            | Category::DataVolume => &[Label],
            // Whether a line is abroad, without the country: told where the country has too few, that word would point to those few.
            Category::RoamingCountry => &[Country],
            Category::Population => &[ZoneR6],
        }
    }
}

/// A rung of the ladder; a later one says more. Nothing finer exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// A word from a closed list, no place.
    Label,
    /// ISO country.
    Country,
    /// H3 resolution 3, about 12,400 km².
    Region,
    /// H3 resolution 4, about 1,770 km².
    City,
    /// H3 resolution 5, about 253 km².
    ZoneR5,
    /// H3 resolution 6, about 36 km².
    ZoneR6,
    /// H3 resolution 7, about 5.2 km².
    ZoneR7,
}

impl Precision {
    /// All of them, coarsest first.
    pub const ALL: [Precision; 7] = [
        Precision::Label,
        Precision::Country,
        Precision::Region,
        Precision::City,
        Precision::ZoneR5,
        Precision::ZoneR6,
        Precision::ZoneR7,
    ];
    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Label => "label",
            Precision::Country => "country",
            Precision::Region => "region",
            Precision::City => "city",
            Precision::ZoneR5 => "zone-r5",
            Precision::ZoneR6 => "zone-r6",
            Precision::ZoneR7 => "zone-r7",
        }
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Precision> {
        Self::ALL.into_iter().find(|p| p.as_str() == text)
    }
    /// The H3 resolution of a zone rung.
    pub fn resolution(self) -> Option<u8> {
        match self {
            Precision::Label | Precision::Country => None,
            Precision::Region => Some(3),
            Precision::City => Some(4),
            Precision::ZoneR5 => Some(5),
            Precision::ZoneR6 => Some(6),
            Precision::ZoneR7 => Some(7),
        }
    }
    /// The coarser of two: the meet.
    #[must_use]
    pub fn meet(self, other: Precision) -> Precision {
        self.min(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rung() -> impl Strategy<Value = Precision> {
        (0usize..7).prop_map(|i| Precision::ALL[i])
    }
    proptest! {
        #[test]
        fn the_meet_is_associative_commutative_idempotent_and_never_finer(a in rung(), b in rung(), c in rung()) {
            prop_assert_eq!(a.meet(b).meet(c), a.meet(b.meet(c)));
            prop_assert_eq!(a.meet(b), b.meet(a));
            prop_assert_eq!(a.meet(a), a);
            prop_assert!(a.meet(b) <= a && a.meet(b) <= b);
        }
    }
}
