//! The rungs at which one zone could be told, and the choice among them. Deliberately absent: holes. Home and work are made
//! coarser like any other place, since a hole in a map points at its middle.
use super::budget;
use super::crowd::{CrowdKey, Crowds, epoch};
use super::draw::Scope;
use super::guard::Guard;
use super::item::{Released, Value, fact};
use super::zone;
use crate::domain::category::Precision;
use crate::domain::place::Label;
use crate::domain::time::At;
use crate::domain::zone::Zone;

/// Home and work leave at this rung or coarser: at resolution 7, 15 % of homes were found within 500 m, at 6 it was 6 %.
pub(super) const HOME_RUNG: Precision = Precision::ZoneR6;

/// The last new zone of a day leaves at this rung or coarser: more of the day lies in it, so that more is answered, and it tells less.
const LAST_RUNG: Precision = Precision::ZoneR5;

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

/// The rungs that may still be told at `now`. One that was given up in this hour stays given up: when a crowd passes its threshold is nobody's
/// business. The last new zone of the day is a wide one; once it is told, what lies in it is told as it.
pub(super) fn open_rungs(
    scope: &Scope,
    rungs: Vec<Rung>,
    coarsest: Precision,
    released: &[Released],
    now: At,
) -> impl Iterator<Item = Rung> {
    let category = scope.category;
    let few_left = scope.guard.holds() && budget::few_zones_left(released, epoch(now));
    let too_fine = move |rung: &Rung| {
        let value = Value::Zone { zone: rung.zone, level: rung.level };
        few_left && rung.level > LAST_RUNG && !budget::knows(released, &[fact(category, value, now)])
    };
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
    rungs.into_iter().filter(move |r| r.level >= coarsest && !given_up(r) && !too_fine(r))
}

/// The finest of `rungs` whose crowd is large enough.
pub(super) fn finest_crowded(
    least: u32,
    mut rungs: impl Iterator<Item = Rung>,
    crowds: &Crowds,
) -> Option<(Rung, u32)> {
    rungs.find_map(|r| Some((r, crowds.count(r.key))).filter(|(_, persons)| *persons >= least))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Category;
    use crate::domain::id::GrantId;
    use crate::domain::obligation::Obligations;
    use crate::domain::purpose::Purpose;
    use crate::domain::time::{DAY_US, HOUR_US};
    use crate::minimise::budget::ZONES_A_DAY;

    const NOW: At = At(20_000 * DAY_US + 15 * HOUR_US);

    fn scope() -> Scope {
        let obligations =
            Obligations { precision: Precision::ZoneR7, crowd: 50, retain_s: 86_400, delay_s: 0 };
        let (category, purpose) = (Category::LocationZone, Purpose::ProvidePersonalisedRecommendations);
        Scope { grant: GrantId([7; 16]), category, purpose, obligations, guard: Guard::ON }
    }
    fn place(n: u8) -> Zone {
        zone::from_point(48.0 + f64::from(n), 11.6).unwrap()
    }
    /// That a place was told at its finest, `hours` ago.
    fn told(n: u8, hours: i64) -> Released {
        let (zone, at) = (place(n), NOW.plus(-hours * HOUR_US));
        let value = Value::Zone { zone, level: Precision::ZoneR7 };
        Released {
            fact: fact(Category::LocationZone, value, at),
            category: Category::LocationZone,
            purpose: Purpose::ProvidePersonalisedRecommendations,
            precision: Precision::ZoneR7,
            reduced: false,
            crowd: 400,
            bits_milli: 0,
            keys: vec![CrowdKey::zone(zone, at)],
            epoch: epoch(at),
        }
    }
    fn finest(target: u8, told: &[Released]) -> Option<Precision> {
        let key = |zone| CrowdKey::zone(zone, NOW);
        let rungs = ladder(Guard::ON, Precision::ZoneR7, place(target), Some(Label::Other), key);
        open_rungs(&scope(), rungs, Precision::Region, told, NOW).map(|rung| rung.level).next()
    }

    #[test]
    fn the_last_new_zone_of_a_day_is_a_wide_one_and_what_was_told_is_told_as_it_was() {
        let today: Vec<Released> = (1..ZONES_A_DAY as u8).map(|n| told(n, i64::from(n))).collect();
        let (most, one) = (&today[..], &today[1..]);
        assert_eq!(finest(9, one), Some(Precision::ZoneR7), "two are left");
        assert_eq!(finest(9, most), Some(LAST_RUNG));
        assert_eq!(finest(1, most), Some(Precision::ZoneR7), "told before, and free");
        let wide = zone::parent(place(3), 5).unwrap();
        let value = Value::Zone { zone: wide, level: LAST_RUNG };
        let last = Released {
            fact: fact(Category::LocationZone, value, NOW),
            precision: LAST_RUNG,
            keys: vec![CrowdKey::zone(wide, NOW.plus(-HOUR_US))],
            ..told(3, 0)
        };
        let spent = [most, std::slice::from_ref(&last)].concat();
        assert_eq!(finest(3, &spent), Some(LAST_RUNG), "none is left, and it lies in the wide one");
        let yesterday: Vec<Released> = (1..ZONES_A_DAY as u8).map(|n| told(n, 24)).collect();
        assert_eq!(finest(9, &yesterday), Some(Precision::ZoneR7), "another day");
    }
}
