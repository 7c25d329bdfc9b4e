//! Limits inside a consent: hours of the day, and how often. Each can only lower what the grant is worth.
//!
//! Both go by the calendar of the subscriber's home. A span of the calendar is what people mean by "three a day"; its price is that two
//! spans' worth may fall close together around midnight.
use crate::domain::calendar::{DAY_MIN, Span};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use serde::{Deserialize, Serialize};

/// Hours of the local day in which a grant holds, half-open; over midnight where `from_min` is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    from_min: u16,
    to_min: u16,
}

impl Hours {
    /// Local minutes since midnight, below 1440 each. `None` if beyond, or alike: that would be never, or always.
    pub fn new(from_min: u16, to_min: u16) -> Option<Hours> {
        (from_min < DAY_MIN && to_min < DAY_MIN && from_min != to_min).then_some(Hours { from_min, to_min })
    }
    /// Reads `09:00-17:30`; `00:00` or `24:00` ends the day.
    pub fn parse(text: &str) -> Option<Hours> {
        let minute = |t: &str| {
            let (h, m) = t.split_once(':')?;
            let two = |n: &str| n.len() == 2 && n.bytes().all(|b| b.is_ascii_digit());
            let (h, m): (u16, u16) = (two(h) && two(m)).then_some((h.parse().ok()?, m.parse().ok()?))?;
            (m < 60 && h * 60 + m <= DAY_MIN).then_some((h * 60 + m) % DAY_MIN)
        };
        let (from, to) = text.split_once('-')?;
        Hours::new(minute(from)?, minute(to)?)
    }
    /// `09:00-17:30`.
    pub fn text(self) -> String {
        let Hours { from_min: a, to_min: b } = self;
        format!("{:02}:{:02}-{:02}:{:02}", a / 60, a % 60, b / 60, b % 60)
    }
    /// Whether a local minute of the day lies inside.
    pub fn hold(self, minute: u16) -> bool {
        if self.from_min < self.to_min {
            (self.from_min..self.to_min).contains(&minute)
        } else {
            minute >= self.from_min || minute < self.to_min
        }
    }
    /// The first instant after `now` at which that may change.
    pub fn next(self, now: At, home: Jurisdiction) -> At {
        home.next_minute(now, self.from_min).min(home.next_minute(now, self.to_min))
    }
    fn is_whole(self) -> bool {
        self.from_min < DAY_MIN && self.to_min < DAY_MIN && self.from_min != self.to_min
    }
}

/// Over what a quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// The whole life of the grant, renewals included.
    Life,
    /// Each hour.
    Hour,
    /// Each local day.
    Day,
    /// Each local week, from Monday.
    Week,
    /// Each local month.
    Month,
}

impl Period {
    /// All of them.
    pub const ALL: [Period; 5] = [Period::Life, Period::Hour, Period::Day, Period::Week, Period::Month];

    /// The word used everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Period::Life => "life",
            Period::Hour => "hour",
            Period::Day => "day",
            Period::Week => "week",
            Period::Month => "month",
        }
    }
    fn span(self) -> Option<Span> {
        match self {
            Period::Life => None,
            Period::Hour => Some(Span::Hour),
            Period::Day => Some(Span::Day),
            Period::Week => Some(Span::Week),
            Period::Month => Some(Span::Month),
        }
    }
    /// Begin and end of the period that holds `now`; a life has no end of its own. What is beyond the calendar's years never ends and
    /// counts everything, which can only lower.
    pub fn around(self, now: At, home: Jurisdiction) -> (At, Option<At>) {
        match self.span().and_then(|span| home.span(now, span)) {
            Some((from, to)) => (from, Some(to)),
            None => (At(i64::MIN), None),
        }
    }
}

/// How many answers a grant gives in a period. An answer is one that carries the category, whether or not it says anything new: what
/// is limited is how often somebody may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Answers; at least one.
    pub times: u32,
    /// In each.
    pub per: Period,
}

impl Quota {
    /// Reads `once` or `3/day`.
    pub fn parse(text: &str) -> Option<Quota> {
        if text == "once" {
            return Some(Quota { times: 1, per: Period::Life });
        }
        let (times, per) = text.split_once('/')?;
        let per = Period::ALL.into_iter().find(|p| p.as_str() == per)?;
        times.parse().ok().filter(|n| *n > 0).map(|times| Quota { times, per })
    }
    /// `once` or `3/day`.
    pub fn text(self) -> String {
        match self {
            Quota { times: 1, per: Period::Life } => "once".to_owned(),
            Quota { times, per } => format!("{times}/{}", per.as_str()),
        }
    }
    /// Whether it never gives more answers than `most` would, whatever the calendar.
    pub fn within(self, most: Quota) -> bool {
        // The same periods begin together; of others any number may begin within one.
        let others = || most.per.longest_hours().div_ceil(self.per.shortest_hours());
        let periods = if self.per == most.per { 1 } else { others() };
        u64::from(self.times).saturating_mul(periods) <= u64::from(most.times)
    }
}

impl Period {
    /// Hours, at most: a day may have 25, a month 31 days; a life has no end.
    fn longest_hours(self) -> u64 {
        match self {
            Period::Hour => 1,
            Period::Day => 25,
            Period::Week => 7 * 24 + 1,
            Period::Month => 31 * 24 + 1,
            Period::Life => u64::MAX,
        }
    }
    /// Hours that are sure to lie between the beginnings of two of them.
    fn shortest_hours(self) -> u64 {
        match self {
            Period::Hour => 1,
            Period::Day => 23,
            Period::Week => 7 * 24 - 1,
            Period::Month => 28 * 24 - 1,
            Period::Life => u64::MAX,
        }
    }
}

/// The limits of one grant; an absent one limits nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// When in the day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hours: Option<Hours>,
    /// How often.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota: Option<Quota>,
}

impl Limits {
    /// No limit.
    pub const NONE: Limits = Limits { hours: None, quota: None };

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Limits::NONE
    }
    /// Whether each says something that can be kept; what was read from elsewhere is asked this.
    pub fn is_whole(&self) -> bool {
        self.hours.is_none_or(Hours::is_whole) && self.quota.is_none_or(|q| q.times > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hours_are_half_open_and_may_go_over_midnight() {
        let day = Hours::parse("09:00-17:30").unwrap();
        for (minute, holds) in [(539, false), (540, true), (1049, true), (1050, false)] {
            assert_eq!(day.hold(minute), holds, "{minute}");
        }
        let night = Hours::parse("22:00-06:00").unwrap();
        for (minute, holds) in [(1319, false), (1320, true), (0, true), (359, true), (360, false)] {
            assert_eq!(night.hold(minute), holds, "{minute}");
        }
        assert!(Hours::parse("18:00-24:00").unwrap().hold(1439));
        for text in
            ["09:00", "09:00-09:00", "9:00-17:00", "00:00-24:00", "09:60-10:00", "09:00-24:01", "+9:00-10:00"]
        {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_quota_reads_as_it_is_written() {
        for text in ["once", "3/day", "2/life", "1/hour", "10/week", "4000/month"] {
            assert_eq!(Quota::parse(text).map(Quota::text).as_deref(), Some(text));
        }
        for text in ["", "0/day", "-1/day", "3", "3/year", "twice"] {
            assert_eq!(Quota::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_quota_is_within_another_only_where_it_can_never_give_more() {
        let within = |own: &str, most: &str| Quota::parse(own).unwrap().within(Quota::parse(most).unwrap());
        for (own, most) in
            [("3/day", "24/day"), ("once", "24/day"), ("24/day", "24/day"), ("1/hour", "25/day")]
        {
            assert!(within(own, most), "{own} {most}");
        }
        for (own, most) in
            [("25/day", "24/day"), ("1/hour", "24/day"), ("1/day", "24/life"), ("30/week", "24/day")]
        {
            assert!(!within(own, most), "{own} {most}");
        }
    }

    proptest! {
        #[test]
        fn until_the_next_boundary_hours_stay_as_they_are(
            from in 0u16..1440, to in 0u16..1440, at in 1_700_000_000_000_000i64..1_900_000_000_000_000, part in 0f64..1.0,
            home in proptest::sample::select(Jurisdiction::ALL.to_vec())
        ) {
            let Some(hours) = Hours::new(from, to) else { return Ok(()) };
            let (at, next) = (At(at), hours.next(At(at), home));
            prop_assert!(next > at);
            let between = at.plus((next.since(at) as f64 * part) as i64).min(next.plus(-1));
            for t in [between, next.plus(-1)] {
                prop_assert_eq!(hours.hold(home.minute_of_day(at)), hours.hold(home.minute_of_day(t)));
            }
        }

        #[test]
        fn a_period_holds_its_instant_and_parts_the_time(
            at in 1_700_000_000_000_000i64..1_900_000_000_000_000, which in 1usize..5,
            home in proptest::sample::select(Jurisdiction::ALL.to_vec())
        ) {
            let (per, at) = (Period::ALL[which], At(at));
            let (from, Some(to)) = per.around(at, home) else { return Err(TestCaseError::fail("no end")) };
            prop_assert!(from <= at && at < to);
            prop_assert_eq!(per.around(from, home), (from, Some(to)));
            prop_assert_eq!(per.around(to.plus(-1), home), (from, Some(to)));
            prop_assert_eq!(per.around(to, home).0, to);
        }
    }
}
