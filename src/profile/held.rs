//! What a profile holds, for the subscriber's own eyes, and what could be worked out of it. Deliberately absent: weights of moves, which say nothing to
//! a reader.
use super::calendar::{Local, OFFICE};
use super::forget::days_in;
use super::{First, Profile, places};
use crate::domain::place::Label;
use crate::domain::territory::Territory;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::domain::zone::Zone;

/// Everything that is held, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// Places, the most visited first.
    pub places: Vec<HeldPlace>,
    /// Nights looked back on, 28 at most.
    pub nights: u32,
    /// Different moves from one place to the next.
    pub moves: usize,
    /// Where the last days began.
    pub days: Vec<First>,
    /// Topics that came up in apps.
    pub apps: Vec<Topic>,
    /// Topics that came up on websites.
    pub web: Vec<Topic>,
    /// The country whose network the line was registered with last.
    pub country: Option<Territory>,
    /// The step of its data that was heard last.
    pub left: Option<Volume>,
    /// The latest event that was taken in.
    pub latest: Option<At>,
}

/// One place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldPlace {
    /// H3 resolution 7.
    pub zone: Zone,
    /// What it is to the subscriber; `None` below five nights of history.
    pub label: Option<Label>,
    /// Days of the last 28 with a stay.
    pub days: u32,
}

/// Time spent at one place, min, later time counting more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent {
    /// H3 resolution 7.
    pub zone: Zone,
    /// At night, 22 to 6.
    pub night: u32,
    /// On weekdays from 9 to 17.
    pub office: u32,
    /// At all other times.
    pub rest: u32,
}

/// Whether it is night (22 to 6), local time being `offset_s` later than UTC.
pub fn is_night(at: At, offset_s: i32) -> bool {
    Local::of(at, offset_s).night().is_some()
}

/// Whether it is a weekday between 9 and 17.
pub fn is_office(at: At, offset_s: i32) -> bool {
    Local::of(at, offset_s).dwell_slot() == OFFICE
}

impl Profile {
    /// Where the time was spent.
    pub fn spent(&self) -> impl Iterator<Item = Spent> {
        let of = |p: &places::Place| {
            let (night, office) = (p.night(), p.office());
            Spent { zone: p.zone, night, office, rest: p.all().saturating_sub(night + office) }
        };
        self.mobility.places.iter().map(of)
    }

    /// Nights looked back on, 28 at most.
    pub fn nights(&self) -> u32 {
        days_in(self.mobility.nights)
    }

    /// What is held as of `now`.
    pub fn holdings(&self, now: At) -> Holdings {
        let mobility = &self.mobility;
        let held = |place: &places::Place| HeldPlace {
            zone: place.zone,
            label: self.label(place.zone),
            days: place.days(),
        };
        let mut places: Vec<HeldPlace> = mobility.places.iter().map(held).collect();
        places.sort_by_key(|p| (p.label, std::cmp::Reverse(p.days), p.zone));
        let marks = [&self.location_mark, &self.app_mark, &self.web_mark];
        Holdings {
            places,
            nights: self.nights(),
            moves: mobility.pairs.len(),
            days: mobility.firsts.iter().collect(),
            apps: self.apps.topics(),
            web: self.web.topics(),
            country: self.registered().map(|r| r.country),
            left: self.account.latest_left(),
            latest: marks
                .iter()
                .filter_map(|mark| mark.latest())
                .chain(self.account.latest())
                .max()
                .filter(|at| *at <= now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_empty_profile_nothing_is_held_and_of_a_lived_one_home_comes_first() {
        let empty = Profile::default().holdings(At(0));
        assert_eq!((empty.places.len(), empty.nights, empty.moves, empty.latest), (0, 0, 0, None));
        let lived = super::super::tests::lived(1, 14);
        let held = lived.holdings(At(i64::MAX));
        assert_eq!(held.places.first().and_then(|p| p.label), Some(Label::Home));
        assert!(held.nights >= 13 && held.moves > 0 && held.apps.is_empty());
        assert_eq!(held.latest, lived.last_stay().map(|last| last.at));
        assert!(held.places.iter().all(|p| p.label == lived.label(p.zone)));
    }
}
