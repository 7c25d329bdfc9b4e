//! Topics: the closed taxonomy of interests that may leave. Tier 1 of the IAB Content Taxonomy 3.1 (CC BY 3.0) without its
//! special categories (GDPR article 9, children, weapons, gambling): a topic that is not here cannot be said.
use serde::{Deserialize, Serialize};

macro_rules! topics {
    ($($(#[$doc:meta])* $variant:ident = $iab:literal $slug:literal),+ $(,)?) => {
        /// What an app or a host is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Topic { $($(#[$doc])* $variant),+ }
        impl Topic {
            /// All of them, in stored order: append only.
            pub const ALL: &[Topic] = &[$(Topic::$variant),+];
            /// The word in payloads and feeds.
            pub fn as_str(self) -> &'static str { match self { $(Topic::$variant => $slug),+ } }
            /// Unique id in the IAB Content Taxonomy 3.1.
            pub fn iab(self) -> &'static str { match self { $(Topic::$variant => $iab),+ } }
        }
    };
}
topics! {
    /// Museums, parks, sights.
    Attractions = "150" "attractions",
    /// Cars and driving.
    Automotive = "1" "automotive",
    /// Books.
    Books = "42" "books",
    /// Business and markets.
    Business = "52" "business",
    /// Messaging and social networks.
    Communication = "80DV8O" "communication",
    /// Learning.
    Education = "132" "education",
    /// Film, music, television.
    Entertainment = "JLBCU7" "entertainment",
    /// Concerts, fairs.
    Events = "8VZQHL" "events",
    /// Art.
    Art = "201" "art",
    /// Eating and drinking.
    Food = "210" "food",
    /// Pastimes.
    Hobbies = "239" "hobbies",
    /// House and garden.
    Home = "274" "home",
    /// Animals at home.
    Pets = "422" "pets",
    /// What everyone talks about.
    PopCulture = "432" "pop-culture",
    /// Flats and houses.
    RealEstate = "441" "real-estate",
    /// Research.
    Science = "464" "science",
    /// Buying things.
    Shopping = "473" "shopping",
    /// Sport.
    Sports = "483" "sports",
    /// Clothes and beauty.
    Style = "552" "style",
    /// Computers and software.
    Technology = "596" "technology",
    /// Journeys.
    Travel = "653" "travel",
    /// Games.
    Gaming = "680" "gaming",
}

impl Topic {
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Topic> {
        Self::ALL.iter().copied().find(|t| t.as_str() == text)
    }
    /// Position in `ALL`, the stored form.
    pub fn index(self) -> u16 {
        self as u16
    }
    /// From the stored form.
    pub fn from_index(index: u16) -> Option<Topic> {
        Self::ALL.get(usize::from(index)).copied()
    }
}

impl Serialize for Topic {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Topic, D::Error> {
        let text = <String as Deserialize>::deserialize(d)?;
        Topic::parse(&text).ok_or_else(|| serde::de::Error::custom("unknown topic"))
    }
}
