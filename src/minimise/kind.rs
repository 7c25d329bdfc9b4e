//! What persons may have in common: the closed list of crowds. Deliberately absent: which one of a kind is meant (`crowd`).
use super::crowd::WEEK_US;
use crate::domain::time::{DAY_US, HOUR_US};
use serde::{Deserialize, Serialize};

/// What the persons of a crowd have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CrowdKind {
    /// Were in a zone in an hour.
    Zone,
    /// Were in a zone in any hour of the epoch. Not stored: the hours together.
    Day,
    /// Were within a circle in an hour. Not stored: zones of the hour together.
    Within,
    /// Were somewhere in an hour, but not within a circle. Not stored.
    Beyond,
    /// Used apps about a topic.
    App,
    /// Visited sites about a topic.
    Web,
    /// Used apps about a topic in a week, in the numbers of the week after.
    AppBefore,
    /// Visited sites about a topic in a week, in the numbers of the week after.
    WebBefore,
    /// Have one home, and were registered in one country on a day.
    Country,
    /// Are often in an area, by what was known of them on a day.
    Often,
    /// Are often within a circle. Not stored: areas of the day together.
    OftenWithin,
    /// Are often somewhere, but nowhere within a circle. Not stored.
    OftenBeyond,
    /// Are usually in a zone: nobody, but how many (`density`).
    Usual,
}

impl CrowdKind {
    /// All of them.
    pub const ALL: [CrowdKind; 13] = [
        CrowdKind::Zone,
        CrowdKind::Day,
        CrowdKind::Within,
        CrowdKind::Beyond,
        CrowdKind::App,
        CrowdKind::Web,
        CrowdKind::AppBefore,
        CrowdKind::WebBefore,
        CrowdKind::Country,
        CrowdKind::Often,
        CrowdKind::OftenWithin,
        CrowdKind::OftenBeyond,
        CrowdKind::Usual,
    ];
    /// Stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            CrowdKind::Zone => "zone",
            CrowdKind::Day => "day",
            CrowdKind::Within => "within",
            CrowdKind::Beyond => "beyond",
            CrowdKind::App => "app",
            CrowdKind::Web => "web",
            CrowdKind::AppBefore => "app-before",
            CrowdKind::WebBefore => "web-before",
            CrowdKind::Country => "country",
            CrowdKind::Often => "often",
            CrowdKind::OftenWithin => "often-within",
            CrowdKind::OftenBeyond => "often-beyond",
            CrowdKind::Usual => "usual",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<CrowdKind> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
    /// Width of a bucket, µs: an hour or a day for places, a day for countries and areas, seven days for topics.
    pub fn width_us(self) -> i64 {
        match self {
            CrowdKind::Zone | CrowdKind::Within | CrowdKind::Beyond => HOUR_US,
            CrowdKind::Day
            | CrowdKind::Country
            | CrowdKind::Often
            | CrowdKind::OftenWithin
            | CrowdKind::OftenBeyond
            | CrowdKind::Usual => DAY_US,
            CrowdKind::App | CrowdKind::Web | CrowdKind::AppBefore | CrowdKind::WebBefore => WEEK_US,
        }
    }
    /// The same topic's kind in the numbers of the week after; itself for others.
    #[must_use]
    pub fn before(self) -> CrowdKind {
        match self {
            CrowdKind::App => CrowdKind::AppBefore,
            CrowdKind::Web => CrowdKind::WebBefore,
            other => other,
        }
    }
    /// Whether it is of a topic.
    pub fn is_topic(self) -> bool {
        self.width_us() == WEEK_US
    }
}
