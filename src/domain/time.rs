//! Instants in microseconds since 1970-01-01T00:00:00Z. Deliberately absent: asking the machine for the time.
use super::subscriber::Jurisdiction;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// An instant, µs since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub i64);

/// One second in µs.
pub const SECOND_US: i64 = 1_000_000;
/// One minute in µs.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// One hour in µs.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// One day in µs.
pub const DAY_US: i64 = 24 * HOUR_US;

impl At {
    /// Reads RFC 3339 (`2026-03-02T08:30:00+01:00`), the same with a blank for `T`, or Unix seconds (`1772436600`).
    pub fn parse(text: &str) -> Option<At> {
        let text = text.trim();
        if let Some(at) = parse_utc(text.as_bytes()) {
            return Some(at);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && !text.contains("..") {
            let seconds: f64 = text.parse().ok()?;
            return (seconds < 1e11).then_some(At((seconds * 1e6) as i64));
        }
        let text =
            if text.as_bytes().get(10) == Some(&b' ') { text.replacen(' ', "T", 1) } else { text.to_owned() };
        text.parse::<jiff::Timestamp>().ok().map(|t| At(t.as_microsecond()))
    }

    /// Unix seconds, rounded down.
    pub fn unix_s(self) -> i64 {
        self.0.div_euclid(SECOND_US)
    }

    /// The instant `us` later; saturates.
    pub fn plus(self, us: i64) -> At {
        At(self.0.saturating_add(us))
    }

    /// µs from `earlier` to `self`; negative when `earlier` is later.
    pub fn since(self, earlier: At) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant rounded down to a multiple of `us`.
    pub fn floor(self, us: i64) -> At {
        At(self.0.div_euclid(us) * us)
    }

    /// RFC 3339 in UTC, to the second.
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.unix_s())
            .map_or_else(|_| "out-of-range".to_owned(), |t| t.to_string())
    }
}

impl At {
    /// The UTC day, `YYYY-MM-DD`.
    pub fn date(self) -> String {
        self.rfc3339().chars().take(10).collect()
    }

    /// Reads the beginning of a UTC day, `YYYY-MM-DD`.
    pub fn parse_date(text: &str) -> Option<At> {
        At::parse(&format!("{text}T00:00:00Z")).filter(|day| day.date() == text)
    }

    /// RFC 3339 in UTC, with as many digits as it needs: what reads as the same instant.
    pub fn rfc3339_exact(self) -> String {
        jiff::Timestamp::from_microsecond(self.0)
            .map_or_else(|_| "out-of-range".to_owned(), |t| t.to_string())
    }
}

/// The fixed form `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`, the usual one in feeds; anything else is left to the general parser.
fn parse_utc(b: &[u8]) -> Option<At> {
    if b.len() < 20
        || b.last() != Some(&b'Z')
        || b[4] != b'-'
        || b[7] != b'-'
        || b[10] != b'T'
        || b[13] != b':'
        || b[16] != b':'
    {
        return None;
    }
    let n = |r: std::ops::Range<usize>| -> Option<i64> {
        b[r].iter().try_fold(0i64, |n, c| c.is_ascii_digit().then(|| n * 10 + i64::from(c - b'0')))
    };
    let (y, m, d, h, mi, s) = (n(0..4)?, n(5..7)?, n(8..10)?, n(11..13)?, n(14..16)?, n(17..19)?);
    if !(1..=12).contains(&m) || d < 1 || d > days_in(y, m) || h > 23 || mi > 59 || s > 59 {
        return None;
    }
    let us = match &b[19..b.len() - 1] {
        [] => 0,
        [b'.', f @ ..] if !f.is_empty() && f.len() <= 6 => {
            let mut us = n(20..b.len() - 1)?;
            for _ in f.len()..6 {
                us *= 10;
            }
            us
        }
        _ => return None,
    };
    Some(At((((days_from_civil(y, m, d) * 24 + h) * 60 + mi) * 60 + s) * SECOND_US + us))
}

fn days_in(y: i64, m: i64) -> i64 {
    match m {
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`).
fn days_from_civil(y: i64, m: i64, d: i64) -> i64 {
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + d - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

impl Jurisdiction {
    /// Local time minus UTC at `at`, s; of the operator's main zone.
    pub fn offset_s(self, at: At) -> i32 {
        let instant = jiff::Timestamp::from_second(at.unix_s()).unwrap_or_default();
        zone(self).to_offset(instant).seconds()
    }
}

/// The zone of a home.
pub(super) fn zone(home: Jurisdiction) -> &'static jiff::tz::TimeZone {
    static ZONES: OnceLock<[jiff::tz::TimeZone; 4]> = OnceLock::new();
    static UTC: jiff::tz::TimeZone = jiff::tz::TimeZone::UTC;
    // INVARIANT: the zone database is compiled in; a zone it lacks would be told in UTC.
    let zone = |j: Jurisdiction| jiff::tz::TimeZone::get(j.time_zone()).unwrap_or(jiff::tz::TimeZone::UTC);
    ZONES.get_or_init(|| Jurisdiction::ALL.map(zone)).get(home as usize).unwrap_or(&UTC)
}

/// Tells the time. The machine's is in `ambient`; tests set theirs by hand.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> At;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_form_and_the_general_form_agree() {
        for text in [
            "2000-02-29T23:59:59Z",
            "2026-11-24T00:00:00.25Z",
            "1969-12-31T23:59:59Z",
            "2400-03-01T01:02:03Z",
        ] {
            let general: jiff::Timestamp = text.parse().unwrap();
            assert_eq!(At::parse(text), Some(At(general.as_microsecond())), "{text}");
        }
        assert_eq!(At::parse("2026-02-30T00:00:00Z"), None);
        assert_eq!(At::parse("2015-08-20 12:00:00+08:00"), At::parse("2015-08-20T04:00:00Z"));
        assert_eq!(At::parse("1551380987.065").map(|a| a.unix_s()), Some(1_551_380_987));
        assert_eq!(At::parse("soon"), None);
    }
}
