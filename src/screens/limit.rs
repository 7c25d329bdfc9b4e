//! Limits that may be put on a yes: hours of the day, and how often. Nothing is chosen beforehand, and each can only narrow.
//! Deliberately absent: limits that only the API knows; they are told here, not offered.
use super::ask::Choice;
use super::calm::Calm;
use super::form::Form;
use super::words::Words;
use crate::domain::consent::{Hours, Limits, Quota};
use serde::Serialize;

/// Hours that are offered.
const HOURS: [&str; 3] = ["08:00-20:00", "18:00-24:00", "20:00-08:00"];
/// Quotas that are offered.
const QUOTAS: [&str; 4] = ["once", "1/day", "3/day", "10/day"];
/// No limit, said in so many words.
const ANY: &str = "any";

/// What may be chosen.
#[derive(Serialize)]
pub(super) struct Offer {
    pub hours: Vec<Choice>,
    pub quotas: Vec<Choice>,
    /// Whether something is chosen already.
    pub open: bool,
}

impl Offer {
    /// The choices, with what an answer that lacked something had chosen.
    pub fn new(words: &Words, chosen: Limits) -> Offer {
        let choice =
            |value: &str, word: String, chosen: bool| Choice { value: value.to_owned(), word, chosen };
        let hours = HOURS.iter().filter_map(|text| {
            let hours = Hours::parse(text)?;
            Some(choice(text, words.hours(hours), chosen.hours == Some(hours)))
        });
        let quotas = QUOTAS.iter().filter_map(|text| {
            let quota = Quota::parse(text)?;
            Some(choice(text, words.quota(quota), chosen.quota == Some(quota)))
        });
        Offer {
            hours: std::iter::once(choice(ANY, words.hours_any(), false)).chain(hours).collect(),
            quotas: std::iter::once(choice(ANY, words.quota_any(), false)).chain(quotas).collect(),
            open: !chosen.is_none(),
        }
    }
}

/// What was chosen; one that is not offered is not understood.
pub(super) fn read(form: &Form) -> Result<Limits, Calm> {
    let of = |name, offered: &[&str]| match form.one(name) {
        None | Some(ANY) => Ok(None),
        Some(text) if offered.contains(&text) => Ok(Some(text.to_owned())),
        Some(_) => Err(Calm::Odd),
    };
    let (hours, quota) = (of("hours", &HOURS)?, of("quota", &QUOTAS)?);
    Ok(Limits {
        hours: hours.as_deref().and_then(Hours::parse),
        quota: quota.as_deref().and_then(Quota::parse),
    })
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;
    use actix_web::web::Bytes;

    #[test]
    fn what_is_offered_is_taken_and_nothing_else() {
        let form = |body: String| Form::read(Ok(Bytes::from(body))).unwrap();
        for hours in HOURS {
            let limits = read(&form(format!("hours={hours}"))).unwrap();
            assert_eq!((limits.hours, limits.quota), (Hours::parse(hours), None));
        }
        for quota in QUOTAS {
            let limits = read(&form(format!("quota={quota}"))).unwrap();
            assert_eq!((limits.hours, limits.quota), (None, Quota::parse(quota)));
        }
        assert_eq!(read(&form("hours=any&quota=any".to_owned())), Ok(Limits::NONE));
        for odd in ["hours=", "hours=00:00-23:59", "quota=0/day", "quota=4/day", "hours=once"] {
            assert_eq!(read(&form(odd.to_owned())), Err(Calm::Odd), "{odd}");
        }
    }

    #[test]
    fn no_limit_is_chosen_beforehand_in_any_language() {
        for language in Language::ALL {
            let offer = Offer::new(Words::of(language), Limits::NONE);
            assert!(!offer.open && offer.hours.iter().chain(&offer.quotas).all(|c| !c.chosen));
            let words: std::collections::BTreeSet<_> =
                offer.hours.iter().chain(&offer.quotas).map(|c| c.word.clone()).collect();
            assert_eq!(words.len(), HOURS.len() + QUOTAS.len() + 2, "{language:?}: two limits sound alike");
        }
    }
}
