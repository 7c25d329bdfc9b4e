//! What the law has the operator do, for the pages of tests. Deliberately absent: the rest of what they show (`samples`).
use super::samples::now;
use crate::broker::breach::Warning;
use crate::broker::destroy::Destroyed;
use crate::broker::others::Seen;
use crate::domain::breach::Word;
use crate::domain::category::{Category, Precision};
use crate::domain::console::Page;
use crate::domain::emergency::Found;
use crate::domain::id::RecipientId;
use crate::domain::record::Event;
use crate::domain::time::DAY_US;

/// Of every kind something.
pub(super) fn destroyed() -> Destroyed {
    Destroyed { records: 7, at: Some(now()), mixed: 2, kept: Some((3, "a law".to_owned())) }
}

/// Each word once.
pub(super) fn warnings() -> Vec<Warning> {
    let warning = |word| Warning {
        recipient: RecipientId([1; 16]),
        word,
        what: [Category::LocationZone, Category::UsageInterest].into(),
        first: now().plus(-9 * DAY_US),
        last: now().plus(-2 * DAY_US),
    };
    Word::ALL.into_iter().map(warning).collect()
}

/// Somebody of every kind, one of them several times.
pub(super) fn seen() -> Vec<Seen> {
    let emergency = |client: &str, found, deferred: Option<&str>| Event::Emergency {
        client: client.to_owned(),
        ground: "case 7".to_owned(),
        found,
        precision: (found == Found::Told).then_some(Precision::ZoneR7),
        deferred: deferred.map(str::to_owned),
    };
    let look = || Event::Look {
        client: "authority".to_owned(),
        page: Page::Entries,
        which: None,
        ground: "case 8".to_owned(),
    };
    let export = Event::Export {
        client: "console".to_owned(),
        from: now(),
        to: now(),
        first: 0,
        end: 9,
        ground: None,
    };
    let all = [
        emergency("fire-119", Found::Told, None),
        emergency("police-112", Found::Unknown, Some("case 9")),
        look(),
        look(),
        look(),
        export,
    ];
    let at = |n: usize| now().plus(-(n as i64) * 1_000_000);
    all.into_iter().enumerate().map(|(n, event)| Seen { at: at(n), event }).collect()
}
