//! Whether what leaves is held back. An attack proves something only if it succeeds where nothing is held back, so that there has to be a way to ask
//! what a broker without limits would tell. Deliberately absent: any way there from a setting, a flag, a variable, a row or a default.

/// Crowd, joint count, budget, the coarser rung of home and work, the silence about sensitive places, the interest that stands and the day that what is left is told of; all of them or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    holds: bool,
}

impl Guard {
    /// As it is wherever subscribers are real.
    pub const ON: Guard = Guard { holds: true };

    /// What a broker without it would tell, for the scratch house of `dongui privacy attack` and its made-up people. A test lets nobody else name this.
    pub const fn off_for_made_up_people() -> Guard {
        Guard { holds: false }
    }

    /// Whether it is on.
    pub fn holds(self) -> bool {
        self.holds
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::{Category, Precision};
    use crate::domain::feed::{Event, Happening};
    use crate::domain::id::GrantId;
    use crate::domain::obligation::Obligations;
    use crate::domain::place::Label;
    use crate::domain::purpose::Purpose;
    use crate::domain::reason::Reason;
    use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
    use crate::domain::volume::Volume;
    use crate::minimise::account::left;
    use crate::minimise::crowd::Crowds;
    use crate::minimise::draw::{Facts, Scope, draw, wanted};
    use crate::minimise::zone;
    use crate::profile::{LastStay, Profile};

    const NOW: At = At(20_000 * DAY_US + 55 * MINUTE_US);

    fn scope(guard: Guard) -> Scope {
        let obligations =
            Obligations { precision: Precision::ZoneR7, crowd: 50, retain_s: 86_400, delay_s: 0 };
        let (category, purpose) = (Category::LocationZone, Purpose::ProvidePersonalisedRecommendations);
        Scope { grant: GrantId([7; 16]), category, purpose, obligations, guard }
    }
    fn at_home_in_a_hospital() -> Facts {
        let zone = zone::from_point(48.1369, 11.6003).unwrap();
        let stay = LastStay { zone, at: NOW.plus(-MINUTE_US), sensitive: true };
        Facts { stay: Some(stay), label: Some(Label::Home), ..Facts::default() }
    }

    #[test]
    fn without_it_the_finest_rung_is_told_wherever_that_is_however_few_are_there_and_however_often() {
        let (off, facts) = (scope(Guard::off_for_made_up_people()), at_home_in_a_hospital());
        assert_eq!(wanted(&off, &facts, &[], NOW), []);
        let mut told = Vec::new();
        for hours in 0..9 {
            let mut later = facts;
            later.stay.as_mut().unwrap().zone =
                zone::from_point(48.0 + f64::from(hours) * 0.1, 11.6).unwrap();
            let item = draw(&off, &later, &Crowds::new(9), &told, NOW).unwrap();
            assert_eq!((item.precision(), item.is_new()), (Precision::ZoneR7, true));
            told.push(item.released().clone());
        }
        assert_eq!(draw(&scope(Guard::ON), &facts, &Crowds::new(9), &[], NOW), Err(Reason::SensitivePlace));
    }

    #[test]
    fn what_is_never_shared_is_not_told_without_it_either() {
        let facts = Facts { never: Some(Reason::NeverPlace), ..at_home_in_a_hospital() };
        let off = scope(Guard::off_for_made_up_people());
        assert_eq!(draw(&off, &facts, &Crowds::new(9), &[], NOW), Err(Reason::NeverPlace));
    }

    #[test]
    fn the_hour_in_which_a_step_of_data_is_passed_is_told_without_it_alone() {
        let (mut profile, noon) = (Profile::default(), NOW.floor(DAY_US).plus(12 * HOUR_US));
        for (at, left) in [(noon.plus(-HOUR_US), Volume::From5GiB), (noon, Volume::Under5GiB)] {
            profile.fold(&Event { at, what: Happening::Account { country: None, left: Some(left) } }, 0);
        }
        assert_eq!(left(Guard::ON, &profile, noon), Some(Volume::From5GiB));
        assert_eq!(left(Guard::off_for_made_up_people(), &profile, noon), Some(Volume::Under5GiB));
    }
}
