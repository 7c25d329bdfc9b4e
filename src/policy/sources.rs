//! The texts of a policy set, by name. Deliberately absent: reading a directory, which is the caller's.
use super::error::PolicyError;
use crate::crypt::{hash, hex};
use crate::domain::purpose::Purpose;
use crate::domain::subscriber::Jurisdiction;
use std::collections::BTreeMap;

/// Name of the schema text.
pub const SCHEMA: &str = "broker.cedarschema";
/// Name of the text that holds the rails.
pub const RAILS: &str = "00-rails.cedar";
/// Folder of the texts that speak of one purpose each.
pub const PURPOSES: &str = "20-purpose/";

/// Texts of a policy set, by their name inside the set, such as `00-rails.cedar` or `country/kr.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(BTreeMap<String, String>);

macro_rules! bundled {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policies/", $name)))),+]
    };
}

impl Sources {
    /// No texts.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// The set that comes with the binary.
    pub fn bundled() -> Sources {
        let texts = bundled![
            "broker.cedarschema",
            "00-rails.cedar",
            "20-purpose/FraudPreventionAndDetection.cedar",
            "20-purpose/PersonalisedAdvertising.cedar",
            "20-purpose/ProvideEventRecommendations.cedar",
            "20-purpose/ProvidePersonalisedRecommendations.cedar",
            "20-purpose/ResearchAndDevelopment.cedar",
            "20-purpose/ServicePersonalisation.cedar",
            "country/ae.toml",
            "country/de.toml",
            "country/kr.toml",
            "country/sg.toml",
        ];
        Sources(texts.into_iter().map(|(n, t)| (n.to_owned(), t.to_owned())).collect())
    }

    /// Adds a text or replaces the one of that name.
    pub fn insert(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// Takes a text out; `None` if there was none.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// Whether a file of this name belongs into a set: what a reader of a directory must pick up, no more.
    pub fn takes(name: &str) -> bool {
        name == SCHEMA || name.ends_with(".cedar") || country(name).is_some()
    }

    /// One text.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and texts, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, t)| (n.as_str(), t.as_str()))
    }

    /// Hex SHA-256 of the canonical set: the RFC 8785 JSON object of all texts by name. Anyone who has the texts can
    /// compute it without this program.
    pub(super) fn digest(&self) -> Result<String, PolicyError> {
        let canonical =
            serde_jcs::to_vec(&self.0).map_err(|_| PolicyError::missing("a canonical form of its texts"))?;
        Ok(hex::encode(&hash::sha256(&[&canonical])))
    }

    /// A misnamed text would be one that silently does not count, so it is refused.
    pub(super) fn names_are_known(&self) -> Result<(), PolicyError> {
        for (name, _) in self.iter() {
            if !Sources::takes(name) {
                return Err(PolicyError::text(
                    name,
                    "expected `broker.cedarschema`, a `.cedar` text or `country/<home>.toml`",
                ));
            }
            if name.starts_with(PURPOSES) && purpose_of(name).is_none() {
                return Err(PolicyError::text(
                    name,
                    "expected the file name to be a purpose of the purpose list",
                ));
            }
        }
        Ok(())
    }
}

/// The home country of a pack's name.
pub(super) fn country(name: &str) -> Option<Jurisdiction> {
    Jurisdiction::ALL.into_iter().find(|h| name == pack_name(*h))
}

/// The name of a home country's pack.
pub(super) fn pack_name(home: Jurisdiction) -> String {
    format!("country/{}.toml", home.as_str().to_ascii_lowercase())
}

/// The purpose of a text in the folder of purposes.
pub(super) fn purpose_of(name: &str) -> Option<Purpose> {
    let term = name.strip_prefix(PURPOSES)?.strip_suffix(".cedar")?;
    Purpose::parse(&format!("dpv:{term}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_changes_with_any_text_and_with_no_order() {
        let bundled = Sources::bundled();
        let mut other = Sources::new();
        for (name, text) in bundled.iter().collect::<Vec<_>>().into_iter().rev() {
            other.insert(name, text);
        }
        assert_eq!(bundled.digest(), other.digest());
        other.insert("country/kr.toml", "home = \"KR\"");
        assert_ne!(bundled.digest(), other.digest());
    }

    #[test]
    fn every_policy_text_of_the_folder_is_bundled() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        for folder in ["", "20-purpose", "country"] {
            for file in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = file.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                if Sources::takes(&name) {
                    assert!(Sources::bundled().find(&name).is_some(), "{name}");
                }
            }
        }
    }

    #[test]
    fn a_misnamed_text_is_refused() {
        for name in ["country/kr.tml", "country/xx.toml", "20-purpose/Selling.cedar", "notes.txt"] {
            let mut sources = Sources::bundled();
            sources.insert(name, "");
            assert!(sources.names_are_known().is_err(), "{name}");
        }
    }
}
