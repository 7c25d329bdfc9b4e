//! Local time of the subscriber, cut into the slots that habits are counted in. Deliberately absent: time zones; the offset comes
//! with each event.
use super::forget::Day;
use crate::domain::time::At;

/// Slots of dwell: night, morning, working hours, evening; first of weekdays, then of weekends.
pub(super) const DWELL_SLOTS: usize = 8;
/// Slots of arrival: six of four hours, first of weekdays, then of weekends.
pub(super) const ARRIVAL_SLOTS: usize = 12;
/// Half hours of the day, first of weekdays, then of weekends.
pub(super) const HALF_HOURS: usize = 96;
/// Dwell slots of the night, 22 to 6.
pub(super) const NIGHT: [usize; 2] = [0, 4];
/// The dwell slot of working hours, weekdays 9 to 17.
pub(super) const OFFICE: usize = 2;

const DAY_S: i64 = 86_400;
const HALF_HOUR_S: i64 = 1_800;

/// A local instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Local {
    /// Seconds since 1970-01-01T00:00 local time.
    s: i64,
}

impl Local {
    /// Of an instant and local time minus UTC, s. No place on earth is further than 15 h from UTC: more is cut off.
    pub(super) fn of(at: At, offset_s: i32) -> Local {
        Local { s: at.unix_s().saturating_add(i64::from(offset_s.clamp(-54_000, 54_000))) }
    }
    /// The local date.
    pub(super) fn day(self) -> Day {
        Day::try_from(self.s.div_euclid(DAY_S).max(0)).unwrap_or(Day::MAX)
    }
    /// The date on whose evening the night began, when it is night (22 to 6).
    pub(super) fn night(self) -> Option<Day> {
        let hour = self.hour();
        (!(6..22).contains(&hour)).then(|| Local { s: self.s.saturating_sub(DAY_S / 4) }.day())
    }
    /// The slot of dwell.
    pub(super) fn dwell_slot(self) -> usize {
        let part = match self.hour() {
            6..9 => 1,
            9..17 => OFFICE,
            17..22 => 3,
            _ => 0,
        };
        part + 4 * usize::from(self.is_weekend())
    }
    /// The slot of arrival.
    pub(super) fn arrival_slot(self) -> usize {
        usize::try_from(self.hour() / 4).unwrap_or(0) + 6 * usize::from(self.is_weekend())
    }
    /// The half hour of the day.
    pub(super) fn half_hour(self) -> u8 {
        let of_day = u8::try_from(self.s.rem_euclid(DAY_S) / HALF_HOUR_S).unwrap_or(0);
        of_day + if self.is_weekend() { 48 } else { 0 }
    }
    /// So many half hours later.
    pub(super) fn ahead(self, half_hours: i64) -> Local {
        Local { s: self.s.saturating_add(half_hours * HALF_HOUR_S) }
    }
    /// Saturday or Sunday.
    pub(super) fn is_weekend(self) -> bool {
        is_weekend(self.day())
    }
    fn hour(self) -> i64 {
        self.s.rem_euclid(DAY_S) / 3600
    }
}

/// Saturday or Sunday. 1970-01-01 was a Thursday.
pub(super) fn is_weekend(day: Day) -> bool {
    (u32::from(day) + 3) % 7 >= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_local_time_and_the_week() {
        let slots = |text: &str, offset_s| {
            let local = Local::of(At::parse(text).unwrap(), offset_s);
            (local.dwell_slot(), local.arrival_slot())
        };
        assert_eq!(slots("2026-11-27T08:59:59Z", 0), (1, 2)); // a Friday
        assert_eq!(slots("2026-11-27T09:00:00Z", 0), (OFFICE, 2));
        assert_eq!(slots("2026-11-27T14:59:59Z", 32_400), (0, 5)); // one second to midnight in Seoul
        assert_eq!(slots("2026-11-27T15:00:00Z", 32_400), (4, 6)); // Saturday there
        assert_eq!(slots("2026-11-28T19:00:00Z", -7_200), (7, 10));
    }

    #[test]
    fn a_night_belongs_to_the_evening_it_began_on() {
        let night = |text: &str| Local::of(At::parse(text).unwrap(), 0).night();
        let evening = night("2026-11-27T22:00:00Z");
        assert!(evening.is_some());
        assert_eq!(evening, night("2026-11-28T05:59:59Z"));
        assert_eq!(night("2026-11-28T06:00:00Z"), None);
    }
}
