//! How much may be told of one subscriber: caps on new facts, counted over all recipients together. Deliberately absent: the
//! joint crowd of everything released, and a cap on bits (they are recorded, but a cap made for one city would silence a
//! whole country).
use super::crowd::WEEK_US;
use super::item::Released;
use crate::crypt::hash::Digest;
use crate::domain::category::Category;
use crate::domain::purpose::Purpose;
use crate::domain::reason::Reason;
use crate::domain::time::{At, DAY_US};
use std::collections::BTreeSet;

/// New zones a day, of all categories and purposes.
pub const ZONES_A_DAY: usize = 3;
/// New countries a day: as many borders as a day's train crosses, and not a way through a continent.
pub const COUNTRIES_A_DAY: usize = 3;
/// New answers in seven days about where somebody often is: that stands still, so that questions of many days add up.
pub const AREAS_A_WEEK: usize = 3;
/// New interests in seven days, of each category.
pub const INTERESTS_A_WEEK: usize = 1;

/// New facts per purpose in a span of whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// How many.
    pub facts: usize,
    /// In how many µs, whole UTC days that end with the present one.
    pub span_us: i64,
}

/// The cap of a purpose.
pub fn cap(purpose: Purpose) -> Cap {
    match purpose {
        Purpose::ProvidePersonalisedRecommendations
        | Purpose::ProvideEventRecommendations
        | Purpose::ServicePersonalisation => Cap { facts: 24, span_us: DAY_US },
        Purpose::PersonalisedAdvertising => Cap { facts: 1, span_us: WEEK_US },
        Purpose::FraudPreventionAndDetection => Cap { facts: 5, span_us: DAY_US },
        // Research hears counts only, never a fact of one person.
        Purpose::ResearchAndDevelopment => Cap { facts: 0, span_us: DAY_US },
    }
}

/// Whether the caps leave room for `candidate`, a fact that is not in `released` yet. `released` is everything released about
/// the subscriber in the last seven days, to anyone; what bears a later date than the candidate counts too.
///
/// # Errors
/// `Reason::BudgetSpent`.
pub fn allows(released: &[Released], candidate: &Released) -> Result<(), Reason> {
    let spent = |span_us: i64, counts: &dyn Fn(&Released) -> bool| {
        spent(released, candidate.epoch.plus(DAY_US - span_us), counts)
    };
    let cap = cap(candidate.purpose);
    let facts = spent(cap.span_us, &|r| r.purpose == candidate.purpose) < cap.facts;
    let zones = !is_zone(candidate) || spent(DAY_US, &is_zone) < ZONES_A_DAY;
    let is_country = |r: &Released| r.category == Category::RoamingCountry;
    let countries = !is_country(candidate) || spent(DAY_US, &is_country) < COUNTRIES_A_DAY;
    let interests =
        !is_interest(candidate) || spent(WEEK_US, &|r| r.category == candidate.category) < INTERESTS_A_WEEK;
    let is_area = |r: &Released| r.category == Category::FrequentArea;
    let areas = !is_area(candidate) || spent(WEEK_US, &is_area) < AREAS_A_WEEK;
    if facts && zones && countries && areas && interests { Ok(()) } else { Err(Reason::BudgetSpent) }
}

/// Different facts of a kind that were released on `from` or later.
fn spent(released: &[Released], from: At, counts: &dyn Fn(&Released) -> bool) -> usize {
    let all = released.iter().filter(|r| r.epoch >= from && counts(r));
    all.map(|r| r.fact).collect::<BTreeSet<Digest>>().len()
}

/// Whether at most one new zone is left of the day that begins at `day`. It has to do for wherever the subscriber goes later.
pub(super) fn few_zones_left(released: &[Released], day: At) -> bool {
    spent(released, day, &is_zone) + 1 >= ZONES_A_DAY
}

/// Whether a fact, by its digests of this epoch and the one before, was released already.
pub(super) fn knows(released: &[Released], facts: &[Digest]) -> bool {
    released.iter().any(|r| facts.contains(&r.fact))
}

fn is_zone(r: &Released) -> bool {
    r.precision.resolution().is_some()
}

fn is_interest(r: &Released) -> bool {
    matches!(r.category, Category::UsageInterest | Category::WebInterest)
}

/// First day that a caller must load the release ledger from, to ask at `now`.
pub fn horizon(now: At) -> At {
    now.floor(DAY_US).plus(DAY_US - WEEK_US)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Precision;

    const TODAY: At = At(20_000 * DAY_US);

    fn fact(n: u8, category: Category, purpose: Purpose, precision: Precision) -> Released {
        Released {
            fact: [n; 32],
            category,
            purpose,
            precision,
            reduced: false,
            crowd: 50,
            bits_milli: 0,
            keys: Vec::new(),
            epoch: TODAY,
        }
    }
    fn label(n: u8) -> Released {
        let purpose = Purpose::ProvidePersonalisedRecommendations;
        fact(n, Category::LocationLabel, purpose, Precision::Label)
    }
    fn zone(n: u8, purpose: Purpose) -> Released {
        fact(n, Category::LocationZone, purpose, Precision::ZoneR6)
    }

    #[test]
    fn the_assistant_hears_twenty_four_facts_a_day_and_not_one_more() {
        let told: Vec<Released> = (0..24).map(label).collect();
        assert_eq!(allows(&told[..23], &label(99)), Ok(()));
        assert_eq!(allows(&told, &label(99)), Err(Reason::BudgetSpent));
        let tomorrow = Released { epoch: TODAY.plus(DAY_US), ..label(99) };
        assert_eq!(allows(&told, &tomorrow), Ok(()));
    }

    #[test]
    fn three_zones_a_day_count_over_all_purposes() {
        let told = [
            zone(1, Purpose::ServicePersonalisation),
            zone(2, Purpose::FraudPreventionAndDetection),
            zone(3, Purpose::ProvideEventRecommendations),
        ];
        let next = zone(4, Purpose::ProvidePersonalisedRecommendations);
        assert_eq!(allows(&told[..2], &next), Ok(()));
        assert_eq!(allows(&told, &next), Err(Reason::BudgetSpent));
        assert_eq!(allows(&told, &label(4)), Ok(()));
    }

    #[test]
    fn three_countries_a_day_count_over_all_purposes() {
        let country = |n, purpose| fact(n, Category::RoamingCountry, purpose, Precision::Country);
        let (ours, theirs) = (Purpose::ProvidePersonalisedRecommendations, Purpose::ServicePersonalisation);
        let told = [country(1, ours), country(2, theirs), country(3, theirs)];
        assert_eq!(allows(&told[..2], &country(4, ours)), Ok(()));
        assert_eq!(allows(&told, &country(4, ours)), Err(Reason::BudgetSpent));
        assert_eq!(allows(&told, &zone(4, ours)), Ok(()), "a country is no zone");
        let tomorrow = Released { epoch: TODAY.plus(DAY_US), ..country(4, ours) };
        assert_eq!(allows(&told, &tomorrow), Ok(()));
    }

    #[test]
    fn three_areas_a_week_count_over_all_days() {
        let area = |n, days: i64| Released {
            epoch: TODAY.plus(days * DAY_US),
            ..fact(n, Category::FrequentArea, Purpose::FraudPreventionAndDetection, Precision::Label)
        };
        let told = [area(1, -6), area(2, -3), area(3, 0)];
        assert_eq!(allows(&told[..2], &area(4, 0)), Ok(()));
        assert_eq!(allows(&told, &area(4, 0)), Err(Reason::BudgetSpent));
        assert_eq!(allows(&told, &area(4, 1)), Ok(()), "the first is a week ago");
        let within =
            fact(5, Category::LocationVerify, Purpose::FraudPreventionAndDetection, Precision::Label);
        assert_eq!(allows(&told, &within), Ok(()), "where somebody is now is another question");
    }

    #[test]
    fn one_interest_a_week_and_advertising_one_fact_a_week() {
        let interest = |n, days: i64| Released {
            epoch: TODAY.plus(days * DAY_US),
            ..fact(n, Category::WebInterest, Purpose::ServicePersonalisation, Precision::Label)
        };
        assert_eq!(allows(&[interest(1, -6)], &interest(2, 0)), Err(Reason::BudgetSpent));
        assert_eq!(allows(&[interest(1, -7)], &interest(2, 0)), Ok(()));
        let ad = |n, days: i64| Released {
            epoch: TODAY.plus(days * DAY_US),
            ..fact(n, Category::LocationLabel, Purpose::PersonalisedAdvertising, Precision::Label)
        };
        assert_eq!(allows(&[ad(1, -6)], &ad(2, 0)), Err(Reason::BudgetSpent));
        assert_eq!(allows(&[ad(1, -7), label(3)], &ad(2, 0)), Ok(()));
    }

    #[test]
    fn research_hears_no_fact_of_one_person() {
        let asked = fact(1, Category::LocationLabel, Purpose::ResearchAndDevelopment, Precision::Label);
        assert_eq!(allows(&[], &asked), Err(Reason::BudgetSpent));
    }

    #[test]
    fn a_clock_that_went_back_gives_no_new_budget() {
        let told: Vec<Released> = (0..24).map(label).collect();
        let yesterday = Released { epoch: TODAY.plus(-DAY_US), ..label(99) };
        assert_eq!(allows(&told, &yesterday), Err(Reason::BudgetSpent));
    }

    #[test]
    fn the_horizon_covers_every_cap() {
        let now = TODAY.plus(5);
        for purpose in Purpose::ALL {
            assert!(horizon(now) <= TODAY.plus(DAY_US - cap(*purpose).span_us));
        }
    }
}
