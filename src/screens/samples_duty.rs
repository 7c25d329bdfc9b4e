//! What the law has the operator do, for the pages of tests. Deliberately absent: the rest of what they show (`samples`).
use super::samples::now;
use crate::broker::breach::Warning;
use crate::broker::destroy::Destroyed;
use crate::domain::breach::Word;
use crate::domain::category::Category;
use crate::domain::id::RecipientId;
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
