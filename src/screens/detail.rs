//! What a permission says, line by line, and the same lines wherever one is shown.
use super::calendar::date_of;
use super::facts::Facts;
use super::words::Words;
use crate::domain::category::Precision;
use crate::domain::consent::Grant;
use serde::Serialize;

/// One line: what it is about, and what it says.
#[derive(Serialize)]
pub(super) struct Detail {
    pub label: String,
    pub value: String,
}

/// How precisely, what for, until when, and within which limits.
pub(super) fn details(words: &Words, facts: &Facts, grant: &Grant) -> Vec<Detail> {
    let cell = grant.cell;
    // A contract that was narrowed since lowers what was granted.
    let ceiling = facts.recipient(cell.recipient).and_then(|r| r.ceiling_for(cell.category));
    let precision = ceiling.map_or(grant.precision, |c| grant.precision.meet(c));
    lines(words, facts, grant, precision)
}

/// The same with a precision of another day.
pub(super) fn lines(words: &Words, facts: &Facts, grant: &Grant, precision: Precision) -> Vec<Detail> {
    let mut lines = vec![
        Detail { label: words.label_precision(), value: words.precision(precision) },
        Detail { label: words.label_purpose(), value: words.purpose(grant.cell.purpose) },
        Detail { label: words.until(), value: date_of(words, grant.until, facts.home) },
    ];
    let footing = grant.terms.footing;
    lines.extend(
        (!footing.is_own()).then(|| Detail { label: words.label_by(), value: words.by(footing.actor) }),
    );
    let limits = grant.terms.limits;
    lines.extend(limits.hours.map(|h| Detail { label: words.label_hours(), value: words.hours(h) }));
    lines.extend(limits.quota.map(|q| Detail { label: words.label_often(), value: words.quota(q) }));
    lines
}
