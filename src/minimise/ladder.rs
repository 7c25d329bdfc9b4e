//! The rungs at which one zone could be told, and the choice among them. Deliberately absent: holes. Home and work are made
//! coarser like any other place, since a hole in a map points at its middle.
use super::crowd::{CrowdKey, CrowdKind, Crowds};
use super::item::Released;
use super::zone;
use crate::domain::category::{Category, Precision};
use crate::domain::place::Label;
use crate::domain::time::At;
use crate::domain::zone::Zone;

/// Home and work leave at this rung or coarser: at resolution 7, 15 % of homes were found within 500 m, at 6 it was 6 %.
pub(super) const HOME_RUNG: Precision = Precision::ZoneR6;

/// One rung at which a zone could be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rung {
    pub level: Precision,
    pub zone: Zone,
    pub key: CrowdKey,
}

/// The rungs for `target`, finest first, in the hour of `at`. Home and work begin at their rung, and so does a place of which
/// it is not known yet whether it is one of them.
pub(super) fn ladder(asked: Precision, target: Zone, at: At, label: Option<Label>) -> Vec<Rung> {
    let finest = match label {
        Some(Label::Frequent | Label::Other) => asked,
        Some(Label::Home | Label::Work) | None => asked.meet(HOME_RUNG),
    };
    let rung = |level: Precision| {
        let zone = zone::parent(target, level.resolution()?)?;
        Some(Rung { level, zone, key: CrowdKey::zone(zone, at) })
    };
    Precision::ALL.into_iter().rev().filter(|p| *p <= finest).filter_map(rung).collect()
}

/// The finest rung whose crowd is large enough. A rung that was given up in this hour stays given up: when a crowd passes
/// its threshold is nobody's business.
pub(super) fn finest_crowded(
    category: Category,
    least: u32,
    rungs: Vec<Rung>,
    coarsest: Precision,
    crowds: &Crowds,
    released: &[Released],
) -> Option<(Rung, u32)> {
    let given_up = |rung: &Rung| {
        released.iter().any(|r| {
            r.reduced
                && r.category == category
                && r.precision < rung.level
                && r.keys.iter().any(|k| {
                    k.kind == CrowdKind::Zone
                        && k.bucket == rung.key.bucket
                        && zone::holds(Zone(k.key), rung.zone)
                })
        })
    };
    rungs
        .into_iter()
        .filter(|r| r.level >= coarsest && !given_up(r))
        .map(|r| (r, crowds.count(r.key)))
        .find(|(_, persons)| *persons >= least)
}
