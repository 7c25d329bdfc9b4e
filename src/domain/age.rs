//! From when a person consents alone. Deliberately absent: a date of birth that is kept. Whether somebody is under age is worked out from
//! one instant whenever it is asked, so nothing has to be changed on a birthday.
use super::subscriber::{AgeBand, Jurisdiction};
use super::time::At;
use jiff::civil::Date;

/// The instant from which a person consents alone; unknown for a minor whose birthday nobody has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Majority(Option<At>);

impl Majority {
    /// Of age since before anything here happened.
    pub const REACHED: Majority = Majority(Some(At(0)));
    /// A minor until somebody says otherwise.
    pub const UNKNOWN: Majority = Majority(None);

    /// From that instant on.
    pub fn from(at: At) -> Majority {
        Majority(Some(at))
    }
    /// The instant, if it is known.
    pub fn instant(self) -> Option<At> {
        self.0
    }
    /// Whether the person is under age at an instant: not on the birthday itself.
    pub fn is_minor(self, at: At) -> bool {
        self.0.is_none_or(|from| at < from)
    }
    /// The band at an instant.
    pub fn band(self, at: At) -> AgeBand {
        if self.is_minor(at) { AgeBand::Minor } else { AgeBand::Adult }
    }
}

/// What is said of a person's age when he is enrolled, or later. Never kept as it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Consents alone.
    Adult,
    /// Does not, and the birthday is not said.
    Minor,
    /// The day of birth.
    Born(Date),
}

impl std::fmt::Debug for Age {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("age(…)")
    }
}

impl From<AgeBand> for Age {
    fn from(band: AgeBand) -> Age {
        match band {
            AgeBand::Minor => Age::Minor,
            AgeBand::Adult => Age::Adult,
        }
    }
}

impl Age {
    /// Reads `adult`, `minor` or a day of birth such as `2012-03-05`, of this century or the last.
    pub fn parse(text: &str) -> Option<Age> {
        if let Some(band) = AgeBand::parse(text) {
            return Some(band.into());
        }
        let day: Date = (text.len() == 10).then(|| text.parse().ok())??;
        (day.year() >= 1900).then_some(Age::Born(day))
    }

    /// From when the person consents alone where that is from `years` on. `None` for a day of birth to come.
    pub fn majority(self, home: Jurisdiction, years: u8, now: At) -> Option<Majority> {
        match self {
            Age::Adult => Some(Majority::REACHED),
            Age::Minor => Some(Majority::UNKNOWN),
            Age::Born(day) => {
                let born = home.birthday(day, 0).filter(|born| *born <= now);
                born.and_then(|_| home.birthday(day, years)).map(Majority::from)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        At::parse(text).unwrap()
    }

    #[test]
    fn a_birthday_begins_at_local_midnight_and_a_leap_day_is_reached_on_the_first_of_march() {
        let now = at("2026-11-24T12:00:00Z");
        let of = |home, born: &str, years| {
            let said = Age::parse(born).unwrap();
            said.majority(home, years, now).unwrap().instant().unwrap().rfc3339()
        };
        assert_eq!(of(Jurisdiction::KR, "2012-11-25", 14), "2026-11-24T15:00:00Z");
        assert_eq!(of(Jurisdiction::DE, "2010-07-01", 16), "2026-06-30T22:00:00Z");
        // BGB section 188(2): sixteen years are full with the end of the last day of February.
        assert_eq!(of(Jurisdiction::DE, "2012-02-29", 16), "2028-02-28T23:00:00Z");
        assert_eq!(of(Jurisdiction::KR, "2012-02-29", 14), "2026-02-28T15:00:00Z");
    }

    #[test]
    fn on_the_birthday_itself_a_person_is_of_age_and_one_of_no_birthday_never() {
        let majority = Majority::from(At(100));
        assert!(majority.is_minor(At(99)) && !majority.is_minor(At(100)));
        assert!(Majority::UNKNOWN.is_minor(At(i64::MAX)) && !Majority::REACHED.is_minor(At(0)));
    }

    #[test]
    fn what_is_no_day_of_birth_is_not_taken_for_one_and_none_prints() {
        let now = at("2026-11-24T12:00:00Z");
        for odd in ["", "child", "2012", "2012-13-01", "2011-02-29", "1899-12-31", "2012-03-05T00:00", "0"] {
            assert_eq!(Age::parse(odd), None, "{odd}");
        }
        assert_eq!(Age::parse("2026-11-25").unwrap().majority(Jurisdiction::DE, 16, now), None);
        assert_eq!(format!("{:?}", Age::parse("2012-03-05")), "Some(age(…))");
    }
}
