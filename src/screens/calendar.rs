//! Dates in words and the time of day, in the operator's time zone. Deliberately absent: calendars other than the Gregorian.
use super::words::Words;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, SECOND_US};
use jiff::civil::{Date, DateTime};

/// Local date and time of an instant.
pub(super) fn local(at: At, home: Jurisdiction) -> DateTime {
    let shifted = at.plus(i64::from(home.offset_s(at)) * SECOND_US);
    let utc = jiff::Timestamp::from_microsecond(shifted.0).unwrap_or_default();
    utc.to_zoned(jiff::tz::TimeZone::UTC).datetime()
}

/// `24 November 2026`. All its parts are of the language itself, so the marks that hold foreign parts apart are taken out: with
/// them a date in Arabic has no letter of its own to tell its direction by (Unicode annex 9, rule P2), and would be turned around.
pub(super) fn date(words: &Words, date: Date) -> String {
    let marked = words.date(&date.day().to_string(), &words.month(date.month()), &date.year().to_string());
    marked.replace(['\u{2068}', '\u{2069}'], "")
}

/// `24 November 2026` of an instant.
pub(super) fn date_of(words: &Words, at: At, home: Jurisdiction) -> String {
    date(words, local(at, home).date())
}

/// `Today`, `Yesterday`, or `Tuesday, 24 November 2026`.
pub(super) fn day(words: &Words, day: Date, today: Date) -> String {
    if day == today {
        words.today()
    } else if today.yesterday().is_ok_and(|y| y == day) {
        words.yesterday()
    } else {
        words.day(&words.weekday(day.weekday().to_monday_one_offset()), &date(words, day))
    }
}

/// `14:03` of today, `25 November 2026, 00:00` of any other day.
pub(super) fn moment(words: &Words, at: At, home: Jurisdiction, now: At) -> String {
    let then = local(at, home);
    if then.date() == local(now, home).date() { time(then) } else { exactly(words, at, home) }
}

/// `25 November 2026, 00:00` of any day.
pub(super) fn exactly(words: &Words, at: At, home: Jurisdiction) -> String {
    let then = local(at, home);
    words.moment(&date(words, then.date()), &time(then)).replace(['\u{2068}', '\u{2069}'], "")
}

/// `14:03`.
pub(super) fn time(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    fn bare(text: String) -> String {
        text.replace(['\u{2068}', '\u{2069}'], "")
    }

    #[test]
    fn a_day_is_told_in_the_way_of_the_language_and_the_zone_of_the_operator() {
        let at = At::parse("2026-11-23T23:30:00Z").unwrap();
        for (language, home, said, clock) in [
            (Language::En, Jurisdiction::SG, "Tuesday, 24 November 2026", "07:30"),
            (Language::De, Jurisdiction::DE, "Dienstag, 24. November 2026", "00:30"),
            (Language::Ko, Jurisdiction::KR, "2026년 11월 24일 화요일", "08:30"),
            (Language::Ar, Jurisdiction::AE, "الثلاثاء، 24 نوفمبر 2026", "03:30"),
            (Language::Zh, Jurisdiction::SG, "2026年11月24日 星期二", "07:30"),
            (Language::Ms, Jurisdiction::SG, "Selasa, 24 November 2026", "07:30"),
        ] {
            let (words, then) = (Words::of(language), local(at, home));
            let later = then.date().saturating_add(jiff::Span::new().days(2));
            assert_eq!(bare(day(words, then.date(), later)), said);
            assert_eq!(time(then), clock);
            assert!(!date(words, then.date()).contains('\u{2068}'), "a date must show its own direction");
            assert_eq!(day(words, then.date(), then.date()), words.today());
            assert_eq!(day(words, then.date(), then.date().tomorrow().unwrap()), words.yesterday());
        }
    }
}
