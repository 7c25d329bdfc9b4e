//! The data principal and the operator's reference to him, which never prints.
use serde::{Deserialize, Serialize};

/// The operator's reference to one subscription: a phone number in E.164 digits without `+`, or an opaque account
/// reference. It prints as `reference(…)` and nowhere else.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    /// Reads `+49 151 000-0000`-like text (7 to 15 digits, the first not 0: ITU-T E.164), or an opaque reference of 1 to 64
    /// letters, digits, `.`, `_`, `:` and `-` that holds a letter, so that it is never taken for a number.
    pub fn parse(text: &str) -> Option<Reference> {
        let text = text.trim();
        let number = text.strip_prefix('+').unwrap_or(text);
        if number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-')) {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            return ((7..=15).contains(&digits.len()) && !digits.starts_with('0'))
                .then_some(Reference(digits));
        }
        let opaque =
            text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-'));
        (opaque && text.len() <= 64 && text.bytes().any(|b| b.is_ascii_alphabetic()))
            .then(|| Reference(text.to_owned()))
    }

    /// The canonical text, for the blind index and the seal only.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("reference(…)")
    }
}

/// Age band at an instant (`Majority`). A minor's data needs a guardian's grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgeBand {
    /// Below the country's age of consent.
    Minor,
    /// At or above it.
    Adult,
}

/// An operator's home country, with a policy pack of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Jurisdiction {
    /// Korea.
    KR,
    /// Germany.
    DE,
    /// Singapore.
    SG,
    /// United Arab Emirates.
    AE,
}

impl Jurisdiction {
    /// All of them.
    pub const ALL: [Jurisdiction; 4] =
        [Jurisdiction::KR, Jurisdiction::DE, Jurisdiction::SG, Jurisdiction::AE];
    /// ISO 3166-1 alpha-2.
    pub fn as_str(self) -> &'static str {
        match self {
            Jurisdiction::KR => "KR",
            Jurisdiction::DE => "DE",
            Jurisdiction::SG => "SG",
            Jurisdiction::AE => "AE",
        }
    }
    /// Reads ISO 3166-1 alpha-2.
    pub fn parse(text: &str) -> Option<Jurisdiction> {
        Self::ALL.into_iter().find(|c| c.as_str() == text)
    }
    /// IANA time zone that the network's hours are told in.
    pub fn time_zone(self) -> &'static str {
        match self {
            Jurisdiction::KR => "Asia/Seoul",
            Jurisdiction::DE => "Europe/Berlin",
            Jurisdiction::SG => "Asia/Singapore",
            Jurisdiction::AE => "Asia/Dubai",
        }
    }
}

/// Any country, ISO 3166-1 alpha-2: where a recipient processes data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two capital letters.
    pub fn parse(text: &str) -> Option<Country> {
        let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Country(bytes))
    }
    /// Two capital letters.
    pub fn as_str(&self) -> &str {
        // INVARIANT: `parse` is the only way in and takes ASCII only.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Country, D::Error> {
        let text = <String as Deserialize>::deserialize(d)?;
        Country::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("expected an ISO 3166-1 alpha-2 country, such as `US`"))
    }
}

impl AgeBand {
    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            AgeBand::Minor => "minor",
            AgeBand::Adult => "adult",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<AgeBand> {
        [AgeBand::Minor, AgeBand::Adult].into_iter().find(|a| a.as_str() == text)
    }
}
