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

/// Scopes of the APIs that tell how consents stand, or that they changed: they reach nothing by themselves.
pub const SILENT: [&str; 8] = [
    "consent-info:retrieve",
    "consent-management:create",
    "consent-management:update",
    "consent-management:retrieve-info",
    "consent-subscriptions:dev.dongui.consent.granted:create",
    "consent-subscriptions:dev.dongui.consent.withdrawn:create",
    "consent-subscriptions:read",
    "consent-subscriptions:delete",
];
/// The scope of the API that counts people: it reaches nobody.
pub const POPULATION: &str = "population-density-data:read";

/// The categories that scopes reach.
pub fn categories() -> impl Iterator<Item = Category> {
    SCOPES.iter().map(|(_, category)| *category)
}

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
        for other in SILENT.into_iter().chain(["", "location.zone", "location-retrieval", POPULATION]) {
            assert_eq!(category(other), None, "{other}");
        }
    }
}
