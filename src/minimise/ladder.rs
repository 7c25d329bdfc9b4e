//! The rungs at which one zone could be told, and the choice among them. Deliberately absent: holes. Home and work are made
//! coarser like any other place, since a hole in a map points at its middle.
use super::crowd::{CrowdKey, Crowds};
use super::guard::Guard;
use super::item::Released;
use super::zone;
use crate::domain::category::{Category, Precision};
use crate::domain::place::Label;
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

/// The rungs for `target`, finest first, each with the crowd that `key` names. Home and work begin at their rung, and so does a place of
/// which it is not known yet whether it is one of them.
pub(super) fn ladder(
    guard: Guard,
    asked: Precision,
    target: Zone,
    label: Option<Label>,
    key: impl Fn(Zone) -> CrowdKey,
) -> Vec<Rung> {
    let finest = match label {
        Some(Label::Home | Label::Work) | None if guard.holds() => asked.meet(HOME_RUNG),
        Some(_) | None => asked,
    };
    let rung = |level: Precision| {
        let zone = zone::parent(target, level.resolution()?)?;
        Some(Rung { level, zone, key: key(zone) })
    };
    Precision::ALL.into_iter().rev().filter(|p| *p <= finest).filter_map(rung).collect()
}

/// The rungs that may still be told. One that was given up in this hour stays given up: when a crowd passes its threshold is nobody's
/// business.
pub(super) fn open_rungs(
    category: Category,
    rungs: Vec<Rung>,
    coarsest: Precision,
    released: &[Released],
) -> impl Iterator<Item = Rung> {
    let given_up = move |rung: &Rung| {
        released.iter().any(|r| {
            r.reduced
                && r.category == category
                && r.precision < rung.level
                && r.keys.iter().any(|k| {
                    k.kind == rung.key.kind
                        && k.bucket == rung.key.bucket
                        && zone::holds(Zone(k.key), rung.zone)
                })
        })
    };
    rungs.into_iter().filter(move |r| r.level >= coarsest && !given_up(r))
}

/// The finest of `rungs` whose crowd is large enough.
pub(super) fn finest_crowded(
    least: u32,
    mut rungs: impl Iterator<Item = Rung>,
    crowds: &Crowds,
) -> Option<(Rung, u32)> {
    rungs.find_map(|r| Some((r, crowds.count(r.key))).filter(|(_, persons)| *persons >= least))
}
