//! Local time of a home: minutes of the day, and where hours, days, weeks and months begin. Deliberately absent: a zone of the
//! subscriber's own; the operator's main zone is what he is told the time in.
use super::subscriber::Jurisdiction;
use super::time::{At, HOUR_US, MINUTE_US, SECOND_US, zone};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Minutes of a day.
pub const DAY_MIN: u16 = 24 * 60;

/// A span of the calendar, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// From the full hour.
    Hour,
    /// From midnight.
    Day,
    /// From Monday, midnight.
    Week,
    /// From the first, midnight.
    Month,
}

impl Jurisdiction {
    /// Local minutes since midnight, 0 to 1439.
    pub fn minute_of_day(self, at: At) -> u16 {
        let local_us = at.plus(i64::from(self.offset_s(at)) * SECOND_US).0;
        u16::try_from(local_us.div_euclid(MINUTE_US).rem_euclid(i64::from(DAY_MIN))).unwrap_or(0)
    }

    /// The first instant after `at` at which the local minute of the day is `minute`, or at which clocks are put forward or back
    /// if that is earlier: what was computed by the old offset holds no longer then.
    pub fn next_minute(self, at: At, minute: u16) -> At {
        let ahead_min = (minute + DAY_MIN - self.minute_of_day(at)) % DAY_MIN;
        let ahead_min = if ahead_min == 0 { DAY_MIN } else { ahead_min };
        let next = at.floor(MINUTE_US).plus(i64::from(ahead_min) * MINUTE_US);
        let shift = instant(at).and_then(|t| zone(self).following(t).next());
        shift
            .map(|t| At(t.timestamp().as_microsecond()))
            .filter(|shift| *shift > at)
            .map_or(next, |s| s.min(next))
    }

    /// Begin and end of the span that holds `at`, half-open. `None` beyond the calendar's years.
    pub fn span(self, at: At, span: Span) -> Option<(At, At)> {
        if span == Span::Hour {
            // Each of these homes is whole hours away from UTC.
            let from = at.floor(HOUR_US);
            return Some((from, from.plus(HOUR_US)));
        }
        let day = instant(at)?.to_zoned(zone(self).clone()).date();
        let days = |n: i64| jiff::Span::new().try_days(n).ok();
        let (first, next) = match span {
            Span::Hour | Span::Day => (day, day.tomorrow().ok()?),
            Span::Week => {
                let monday = day.checked_sub(days(i64::from(day.weekday().to_monday_zero_offset()))?).ok()?;
                (monday, monday.checked_add(days(7)?).ok()?)
            }
            Span::Month => (day.first_of_month(), day.last_of_month().tomorrow().ok()?),
        };
        Some((self.midnight(first)?, self.midnight(next)?))
    }

    /// The next local midnight.
    pub fn tomorrow(self, at: At) -> Option<At> {
        self.span(at, Span::Day).map(|(_, end)| end)
    }

    /// The local midnight at which a person born on `born` is so many years old. One born on a leap day is on the first of March, where the
    /// year has none (BGB sections 187(2) and 188(2); Korean Civil Act Art. 160(3)).
    pub fn birthday(self, born: Date, years: u8) -> Option<At> {
        let year = born.year().checked_add(i16::from(years))?;
        let leaps = Date::new(year, born.month(), born.day());
        self.midnight(leaps.or_else(|_| Date::new(year, 3, 1)).ok()?)
    }

    fn midnight(self, day: Date) -> Option<At> {
        Some(At(day.to_zoned(zone(self).clone()).ok()?.timestamp().as_microsecond()))
    }
}

fn instant(at: At) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> At {
        At::parse(text).unwrap()
    }

    #[test]
    fn days_weeks_and_months_begin_at_local_midnight_also_when_clocks_change() {
        let of = |home: Jurisdiction, t: &str, span| {
            let (from, to) = home.span(at(t), span).unwrap();
            (from.rfc3339(), to.rfc3339())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        // 23 and 25 hours long.
        assert_eq!(
            of(Jurisdiction::DE, "2026-03-29T12:00:00Z", Span::Day),
            pair("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
        );
        assert_eq!(
            of(Jurisdiction::DE, "2026-10-25T12:00:00Z", Span::Day),
            pair("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")
        );
        assert_eq!(
            of(Jurisdiction::KR, "2026-11-22T15:00:00Z", Span::Week),
            pair("2026-11-22T15:00:00Z", "2026-11-29T15:00:00Z")
        );
        assert_eq!(
            of(Jurisdiction::KR, "2026-11-22T14:59:59Z", Span::Week),
            pair("2026-11-15T15:00:00Z", "2026-11-22T15:00:00Z")
        );
        assert_eq!(
            of(Jurisdiction::SG, "2028-02-29T12:00:00Z", Span::Month),
            pair("2028-01-31T16:00:00Z", "2028-02-29T16:00:00Z")
        );
        assert_eq!(
            of(Jurisdiction::AE, "2026-11-24T15:59:59Z", Span::Hour),
            pair("2026-11-24T15:00:00Z", "2026-11-24T16:00:00Z")
        );
    }

    #[test]
    fn the_next_minute_is_found_and_never_past_a_change_of_clocks() {
        let next = |t: &str, m| Jurisdiction::DE.next_minute(at(t), m).rfc3339();
        assert_eq!(next("2026-11-24T15:20:30Z", 17 * 60), "2026-11-24T16:00:00Z");
        assert_eq!(next("2026-11-24T16:00:00Z", 17 * 60), "2026-11-25T16:00:00Z");
        assert_eq!(next("2026-03-28T20:00:00Z", 9 * 60), "2026-03-29T01:00:00Z");
        assert_eq!(Jurisdiction::DE.minute_of_day(at("2026-11-24T23:30:00Z")), 30);
    }
}
