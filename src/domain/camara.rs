//! The scopes of CAMARA's APIs that reach one person, and what each reaches here: coarse words for categories, for clients that know no others. Deliberately
//! absent: what the APIs do (`camara`).
use super::category::Category;

/// A scope and the one category that it reaches.
const SCOPES: [(&str, Category); 5] = [
    ("location-retrieval:read", Category::LocationZone),
    ("location-verification:verify", Category::LocationVerify),
    ("most-frequent-location:verify", Category::FrequentArea),
    ("device-roaming-status:read", Category::RoamingCountry),
    ("device-data-volume:read", Category::DataVolume),
];

/// The scope of the API that tells how consents stand: it reaches nothing by itself.
pub const CONSENT_INFO: &str = "consent-info:retrieve";
/// The scope of the API that counts people: it reaches nobody.
pub const POPULATION: &str = "population-density-data:read";

/// What a scope reaches.
pub fn category(scope: &str) -> Option<Category> {
    SCOPES.iter().find(|(word, _)| *word == scope).map(|(_, category)| *category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reaches_one_category_about_one_person() {
        for (n, (scope, reached)) in SCOPES.iter().enumerate() {
            assert_eq!(category(scope), Some(*reached));
            assert!(reached.is_personal() && SCOPES[..n].iter().all(|(_, c)| c != reached), "{scope}");
        }
        for other in ["", "location.zone", "location-retrieval", CONSENT_INFO, POPULATION] {
            assert_eq!(category(other), None, "{other}");
        }
    }
}
