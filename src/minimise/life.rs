//! All that minimisation looks at of one subscriber, and what of it he never shares. Deliberately absent: zones finer than the area
//! round a place. A hole of one zone in the middle of what is told would point at that zone, so a place is withheld with the area
//! of resolution 6 that it lies in, of which it need not be the middle.
use super::zone;
use crate::domain::never::Never;
use crate::domain::place::Label;
use crate::domain::reason::Reason;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use crate::domain::zone::Zone;
use crate::profile::Profile;

/// The finest area that may be marked: 36 km², seven zones.
pub const AREA: u8 = 6;

/// One subscriber.
#[derive(Debug, Clone, Copy)]
pub struct Life<'a> {
    /// What is known of him.
    pub profile: &'a Profile,
    /// What he never shares.
    pub never: &'a Never,
    /// Whose clocks he lives by.
    pub home: Jurisdiction,
}

/// The area that a zone is withheld with; `None` when it is no H3 cell or larger than that.
pub fn area(zone: Zone) -> Option<Zone> {
    zone::parent(zone, AREA)
}

/// Reads an area that may be marked, 15 hex digits.
pub fn parse_area(text: &str) -> Option<Zone> {
    zone::parse(text).filter(|zone| area(*zone) == Some(*zone))
}

impl Life<'_> {
    /// Why nothing may be said at `now` of what was seen at `seen` and of the zones `named`, if nothing may. What was seen in hours that are never
    /// shared is not told later.
    pub(super) fn never_tells(
        &self,
        seen: Option<At>,
        mut named: impl Iterator<Item = Zone>,
        now: At,
    ) -> Option<Reason> {
        if self.never.at(now, self.home) || seen.is_some_and(|at| self.never.at(at, self.home)) {
            return Some(Reason::NeverHours);
        }
        named.any(|zone| self.hides(zone)).then_some(Reason::NeverPlace)
    }

    /// Whether `zone` lies in an area that is never shared. What cannot be tested does: a zone that is none, and a kind of place that
    /// is not known yet.
    pub fn hides(&self, zone: Zone) -> bool {
        let Never { areas, labels, .. } = self.never;
        if areas.is_empty() && labels.is_empty() {
            return false;
        }
        let Some(around) = area(zone) else { return true };
        let Some(anchors) =
            (if labels.is_empty() { Some(Default::default()) } else { self.profile.anchors() })
        else {
            return true;
        };
        let of = |label: &Label| match label {
            Label::Home => anchors.home,
            Label::Work => anchors.work,
            Label::Frequent | Label::Other => None,
        };
        areas.contains(&around) || labels.iter().filter_map(of).filter_map(area).any(|of| of == around)
    }
}
