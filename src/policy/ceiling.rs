//! Ceilings that no policy text can lift: the finest rung a purpose is good for, and the finest a client may hear.
//!
//! A permit may say less. Deliberately absent: crowds, retention, delays, which are the policies' and the packs'.
use crate::domain::category::{Category, Precision};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Assurance;

/// The finest rung of `category` that `purpose` is good for; `None`: the purpose has no use for the category.
///
/// The assistant reaches zones, other recommendations the city and an interest; the assistant and a service that adapts itself the country that a line is
/// registered in and the step of its data; fraud hears a yes or no and a step, research how many people are
/// where, and no fact about one person.
pub fn of_purpose(purpose: Purpose, category: Category) -> Option<Precision> {
    match (purpose, category) {
        (Purpose::ProvidePersonalisedRecommendations, Category::LocationZone) => Some(Precision::ZoneR7),
        (Purpose::ProvidePersonalisedRecommendations, Category::NextPlace) => Some(Precision::ZoneR5),
        (
            Purpose::ProvidePersonalisedRecommendations | Purpose::ServicePersonalisation,
            Category::RoamingCountry,
        ) => Some(Precision::Country),
        (
            Purpose::ProvidePersonalisedRecommendations | Purpose::ServicePersonalisation,
            Category::DataVolume,
        ) => Some(Precision::Label),
        (Purpose::ResearchAndDevelopment, Category::Population) => Some(Precision::ZoneR6),
        (Purpose::ProvidePersonalisedRecommendations, Category::LocationLabel | Category::Routine) => {
            Some(Precision::Label)
        }
        (
            Purpose::ProvideEventRecommendations
            | Purpose::ServicePersonalisation
            | Purpose::PersonalisedAdvertising,
            Category::LocationZone,
        ) => Some(Precision::City),
        (
            Purpose::ProvidePersonalisedRecommendations
            | Purpose::ProvideEventRecommendations
            | Purpose::ServicePersonalisation
            | Purpose::PersonalisedAdvertising,
            Category::UsageInterest | Category::WebInterest,
        )
        | (Purpose::FraudPreventionAndDetection, Category::LocationVerify | Category::FrequentArea) => {
            Some(Precision::Label)
        }
        (
            Purpose::ProvideEventRecommendations
            | Purpose::ServicePersonalisation
            | Purpose::PersonalisedAdvertising,
            Category::LocationLabel | Category::NextPlace | Category::Routine,
        )
        | (
            Purpose::ProvidePersonalisedRecommendations
            | Purpose::ProvideEventRecommendations
            | Purpose::ServicePersonalisation
            | Purpose::PersonalisedAdvertising,
            Category::LocationVerify | Category::FrequentArea,
        )
        | (
            Purpose::ProvideEventRecommendations | Purpose::PersonalisedAdvertising,
            Category::RoamingCountry | Category::DataVolume,
        )
        | (Purpose::FraudPreventionAndDetection | Purpose::ResearchAndDevelopment, _)
        | (_, Category::Population) => None,
    }
}

/// The finest rung a client of this assurance may hear: a hosted assistant's token is as safe as its host, so no zone.
pub fn of_assurance(assurance: Assurance) -> Precision {
    match assurance {
        Assurance::Hosted => Precision::City,
        Assurance::Server => Precision::ZoneR7,
    }
}

/// The finest rung that `category` has and that is no finer than `bound`; `None` if even the coarsest is too fine.
pub fn rung(category: Category, bound: Precision) -> Option<Precision> {
    category.rungs().iter().copied().filter(|r| *r <= bound).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ceiling_is_a_rung_of_its_category() {
        for purpose in Purpose::ALL {
            for category in Category::ALL {
                if let Some(p) = of_purpose(*purpose, category) {
                    assert!(category.rungs().contains(&p), "{} {}", purpose.as_str(), category.as_str());
                }
            }
        }
    }

    #[test]
    fn a_zone_bounded_to_a_word_has_no_rung_and_a_next_place_has() {
        assert_eq!(rung(Category::LocationZone, Precision::Label), None);
        assert_eq!(rung(Category::NextPlace, Precision::City), Some(Precision::Label));
        assert_eq!(rung(Category::NextPlace, Precision::ZoneR6), Some(Precision::ZoneR6));
        assert_eq!(rung(Category::UsageInterest, Precision::ZoneR7), Some(Precision::Label));
    }
}
