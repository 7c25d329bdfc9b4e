//! From what was found to an item: what the release ledger keeps, and whether the budget allows it. Deliberately absent:
//! writing the ledger, which is the caller's, in the transaction that records the answer.
use super::budget;
use super::crowd::{CrowdKey, WEEK_US, epoch};
use super::draw::Scope;
use super::item::{Age, Item, Origin, Released, Value, fact};
use crate::domain::category::{Category, Precision};
use crate::domain::frequency::Frequency;
use crate::domain::place::Confidence;
use crate::domain::reason::Reason;
use crate::domain::time::At;

/// A label is one of four words, and so is what is left: at most two bits.
const LABEL_BITS_MILLI: u32 = 2000;
/// How much of the time, where it is some: one of four steps.
const STEP_BITS_MILLI: u32 = 2000;
/// A routine is one of ten answers.
const ROUTINE_BITS_MILLI: u32 = 3322;

/// What was found, before budget and ledger.
pub(super) struct Found {
    pub value: Value,
    pub crowd: Option<(CrowdKey, u32)>,
    pub age: Age,
    pub valid_for_s: u32,
    pub confidence: Confidence,
    pub origin: Origin,
}

/// Turns what was found into an item, if the budget allows. A fact that was released in its epoch is free.
pub(super) fn charge(
    scope: &Scope,
    asked: Precision,
    found: Found,
    fitting: u32,
    released: &[Released],
    now: At,
) -> Result<Item, Reason> {
    let level = found.value.precision();
    let (crowd, bits_milli) = match found.crowd {
        Some((_, persons)) => (persons, surprisal_milli(persons, fitting) + step_milli(found.value)),
        None if scope.category == Category::Routine => (fitting, ROUTINE_BITS_MILLI),
        None => (fitting, LABEL_BITS_MILLI),
    };
    let entry = Released {
        fact: fact(scope.category, found.value, now),
        category: scope.category,
        purpose: scope.purpose,
        precision: level,
        reduced: level < asked,
        crowd,
        bits_milli,
        keys: found.crowd.into_iter().map(|(key, _)| key).collect(),
        epoch: epoch(now),
    };
    let known = match found.value {
        // An interest lasts: told late last week, it is the same item this week.
        Value::Topic(_) => {
            let last_week = fact(scope.category, found.value, now.plus(-WEEK_US));
            budget::knows(released, &[entry.fact, last_week])
        }
        Value::Zone { .. }
        | Value::Label(_)
        | Value::Within { .. }
        | Value::Often { .. }
        | Value::Routine(_)
        | Value::Registered { .. }
        | Value::Volume(_) => budget::knows(released, &[entry.fact]),
    };
    if !known && scope.guard.holds() {
        budget::allows(released, &entry)?;
    }
    Ok(Item {
        category: scope.category,
        value: found.value,
        age: found.age,
        valid_for_s: found.valid_for_s.min(scope.obligations.retain_s),
        confidence: found.confidence,
        origin: found.origin,
        grant: scope.grant,
        released: entry,
        is_new: !known,
    })
}

/// What a step says beside the crowd that it is told of, which is of all steps but the least.
fn step_milli(value: Value) -> u32 {
    match value {
        Value::Often { frequency, .. } if frequency > Frequency::None => STEP_BITS_MILLI,
        _ => 0,
    }
}

/// What an answer adds to what was told: -log2(persons / base) in thousandths of a bit, `base` of those who fitted before; 0 when all of them fit.
fn surprisal_milli(persons: u32, base: u32) -> u32 {
    if persons == 0 || persons >= base {
        return 0;
    }
    ((f64::from(base) / f64::from(persons)).log2() * 1000.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surprisal_is_the_log_of_the_share() {
        assert_eq!(surprisal_milli(1, 1024), 10_000);
        assert_eq!(surprisal_milli(50, 30_000_000), 19_195);
        assert_eq!((surprisal_milli(7, 7), surprisal_milli(9, 7), surprisal_milli(0, 7)), (0, 0, 0));
    }
}
