//! Purposes: terms of the W3C Data Privacy Vocabulary 2.3.
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

macro_rules! purposes {
    ($($(#[$doc:meta])* $variant:ident),+ $(,)?) => {
        /// A purpose, written `dpv:<Term>`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Purpose { $($(#[$doc])* $variant),+ }
        impl Purpose {
            /// All of them.
            pub const ALL: &[Purpose] = &[$(Purpose::$variant),+];
            /// `dpv:<Term>`.
            pub fn as_str(self) -> &'static str {
                match self { $(Purpose::$variant => concat!("dpv:", stringify!($variant))),+ }
            }
        }
    };
}
purposes! {
    /// The assistant's: suggestions made for this person.
    ProvidePersonalisedRecommendations,
    /// Suggestions of events.
    ProvideEventRecommendations,
    /// A service adapted to this person.
    ServicePersonalisation,
    /// Advertising to this person; off unless granted for itself.
    PersonalisedAdvertising,
    /// Protection against fraud.
    FraudPreventionAndDetection,
    /// Research; with AI training denied unless a regulator decided otherwise.
    ResearchAndDevelopment,
}

impl Purpose {
    /// Reads `dpv:<Term>`.
    pub fn parse(text: &str) -> Option<Purpose> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text)
    }
}

impl Serialize for Purpose {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Purpose {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Purpose, D::Error> {
        let text = String::deserialize(d)?;
        Purpose::parse(&text)
            .ok_or_else(|| D::Error::custom("unknown purpose; expected a `dpv:` term of the purpose list"))
    }
}
