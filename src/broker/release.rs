//! What the release ledger keeps of an answer. Deliberately absent: counting the crowd of everything together.
use super::disclose::Seen;
use crate::domain::canonical;
use crate::domain::category::Precision;
use crate::domain::time::At;
use crate::minimise::context::Context;
use crate::minimise::crowd::CrowdKey;
use crate::minimise::item::Released;
use crate::store::Fault;
use crate::store::releases::ReleaseRow;

/// What the release ledger keeps of the items: everything that is not there already, merged with what is.
pub(super) fn rows(seen: &Seen, context: &Context, now: At) -> Result<Vec<ReleaseRow>, Fault> {
    let Some(subscriber) = seen.subscriber else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for item in context.items() {
        let mut fresh = item.released().clone();
        // An interest counts in the week it was first told in, not in every week it is repeated in.
        if !item.is_new()
            && item.precision() == Precision::Label
            && fresh.keys.iter().any(|k| k.kind.is_topic())
        {
            continue;
        }
        let (mut same, mut told) = (None, Vec::new());
        for known in seen.releases.iter().filter(|r| r.epoch == fresh.epoch && r.fact == fresh.fact) {
            let before = read(known)?;
            fresh.reduced |= before.reduced;
            told.push(before);
            same = same.or((known.recipient == seen.registered.recipient.id).then_some(&known.document));
        }
        add_to(&mut fresh, told);
        let document = canonical::to_string(&fresh).map_err(|_| Fault::Corrupt("releases"))?;
        if same != Some(&document) {
            rows.push(ReleaseRow {
                subscriber: subscriber.id,
                epoch: fresh.epoch,
                fact: fresh.fact,
                recipient: seen.registered.recipient.id,
                document,
                at: now,
            });
        }
    }
    Ok(rows)
}

/// Joins a fact with what was told of it before: in another hour it says more, in the same it says nothing new.
fn add_to(fresh: &mut Released, told: Vec<Released>) {
    let Some(crowd) = told.iter().map(|r| r.crowd).min() else { return };
    let bits_milli = told.iter().map(|r| r.bits_milli).max().unwrap_or(0);
    let is_told = |key: &CrowdKey| told.iter().any(|r| r.keys.contains(key));
    if fresh.keys.iter().all(is_told) {
        (fresh.crowd, fresh.bits_milli) = (crowd, bits_milli);
    } else {
        fresh.bits_milli += bits_milli;
    }
    fresh.keys.extend(told.into_iter().flat_map(|r| r.keys));
    fresh.keys.sort_unstable();
    fresh.keys.dedup();
}

/// A row of the release ledger as minimisation reads it.
pub(super) fn read(row: &ReleaseRow) -> Result<Released, Fault> {
    serde_json::from_str(&row.document).map_err(|_| Fault::Corrupt("releases"))
}
