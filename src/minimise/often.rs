//! How much of his time somebody spends within a circle that a recipient names. Where somebody lives stands still while questions go on, so that no
//! number of them may find more than one does: it is looked no finer than home and work are told, whatever the circle; what is counted are areas
//! where somebody often is; questions are few a week (`budget`); and whether one is answered does not depend on the answer, as in `verify`.
//!
//! Deliberately absent: the share, and time spent on the way.
use super::charge::Found;
use super::crowd::{CrowdKey, CrowdKind, Crowds, epoch};
use super::draw::{Facts, Scope, least, usable_stay};
use super::item::{Age, Origin, Value};
use super::verify::{Question, sided};
use super::zone;
use crate::domain::frequency::Frequency;
use crate::domain::place::Confidence;
use crate::domain::reason::Reason;
use crate::domain::time::At;
use crate::domain::zone::Zone;
use crate::profile::Profile;
use std::collections::BTreeMap;

/// The finest area that somebody is often in.
pub const AREA: u8 = super::life::AREA;
/// The least share of all time that is often: 1 in 8.
const SHARE: u64 = 8;

/// The areas in which somebody often is, at most eight, with the minutes spent in each, and all his minutes; none where it is not known yet what a
/// place is to him.
fn areas(profile: &Profile) -> (Vec<(Zone, u32)>, u32) {
    let mut spent: BTreeMap<Zone, u32> = BTreeMap::new();
    if profile.anchors().is_none() {
        return (Vec::new(), 0);
    }
    let mut all = 0u32;
    for place in profile.spent() {
        let minutes = place.night + place.office + place.rest;
        all = all.saturating_add(minutes);
        if let Some(area) = zone::parent(place.zone, AREA) {
            let of = spent.entry(area).or_default();
            *of = of.saturating_add(minutes);
        }
    }
    let often = |(_, minutes): &(Zone, u32)| *minutes > 0 && u64::from(*minutes) * SHARE >= u64::from(all);
    (spent.into_iter().filter(often).collect(), all)
}

/// The crowds that a person enters by what is known of him on the day of `at`: those of the areas in which he often is (`crowd::widen` makes the coarser ones). He counts
/// with those who were told of alike, not with those who pass through.
pub fn postings(profile: &Profile, at: At) -> impl Iterator<Item = CrowdKey> + use<> {
    areas(profile).0.into_iter().map(move |(area, _)| CrowdKey::often(area, at))
}

impl Question {
    /// How much of his time somebody spends within; `None` where that is not known yet.
    pub(super) fn frequency(self, profile: &Profile) -> Option<Frequency> {
        let (areas, all) = areas(profile);
        let zones = self.zones(self.resolution(None));
        let within = |area: Zone| {
            zone::parent(area, self.resolution(None)).is_some_and(|z| zones.binary_search(&z).is_ok())
        };
        let minutes = areas.into_iter().filter(|(area, _)| within(*area)).map(|(_, minutes)| minutes);
        (all > 0).then(|| Frequency::of(minutes.fold(0, u32::saturating_add), all))
    }

    /// Who is often within, by the day of `at`, and who is often elsewhere alone.
    pub(super) fn often(self, at: At) -> [CrowdKey; 2] {
        let key = self.key(self.resolution(None));
        let bucket = epoch(at);
        [CrowdKind::OftenWithin, CrowdKind::OftenBeyond].map(|kind| CrowdKey { kind, key, bucket })
    }

    /// Whom an answer holds for too; `None` where fewer than `least` persons are on either side.
    pub(super) fn alike(
        self,
        frequency: Frequency,
        at: At,
        crowds: &Crowds,
        least: u32,
    ) -> Option<(CrowdKey, u32)> {
        sided(frequency > Frequency::None, self.often(at), crowds, least)
    }
}

/// How much time is spent within the circle that is asked about.
pub(super) fn frequent_area(scope: &Scope, facts: &Facts, crowds: &Crowds, now: At) -> Result<Found, Reason> {
    let stay = usable_stay(scope, facts, now)?;
    let (question, frequency) = facts.question.zip(facts.frequency).ok_or(Reason::NoData)?;
    let alike = question.alike(frequency, stay.at, crowds, least(scope)).ok_or(Reason::CrowdTooSmall)?;
    Ok(Found {
        value: Value::Often { question, frequency },
        crowd: Some(alike),
        // Of weeks; that there was a stay today is not told with it.
        age: Age::Days,
        valid_for_s: 86_400,
        confidence: Confidence::Medium,
        origin: Origin::Inferred,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::circle::Radius;
    use crate::domain::feed::{Event, Happening};
    use crate::domain::time::{DAY_US, HOUR_US};
    use crate::minimise::laws::a_zone;
    use proptest::prelude::*;
    use proptest::sample::select;
    use std::collections::BTreeSet;

    const NOW: At = At(20_000 * DAY_US + 15 * HOUR_US);

    /// Somebody who was, for two weeks, at `day` from nine to seven and else at `night`.
    fn lived(night: Zone, day: Zone) -> Profile {
        let mut profile = Profile::default();
        for half in (0..14 * 48).rev() {
            let at = NOW.plus(-half * HOUR_US / 2);
            let hour = at.0.rem_euclid(DAY_US) / HOUR_US;
            let zone = if (9..19).contains(&hour) { day } else { night };
            profile.fold(&Event { at, what: Happening::Stay { zone, sensitive: false } }, 0);
        }
        profile
    }
    /// Somebody who is at home.
    fn still(home: Zone) -> Profile {
        lived(home, home)
    }
    fn zone(lat: f64, lon: f64) -> Zone {
        zone::from_point(lat, lon).unwrap()
    }
    fn children(of: Zone) -> Vec<Zone> {
        zone::children(zone::parent(of, AREA).unwrap(), 7)
    }

    #[test]
    fn home_is_most_of_the_time_work_a_part_of_it_and_elsewhere_nothing() {
        let (home, work) = (zone(48.137, 11.575), zone(48.40, 9.99));
        let profile = lived(home, work);
        let of = |centre, radius| Question { centre, radius }.frequency(&profile).unwrap();
        assert_eq!(of(home, Radius::Km5), Frequency::Half);
        assert_eq!(of(work, Radius::Km5), Frequency::Half);
        assert_eq!(of(zone(52.52, 13.40), Radius::Km50), Frequency::None);
        assert_eq!(of(zone(48.27, 10.8), Radius::Km50), Frequency::None, "between both");
        let idle = still(home);
        assert_eq!(
            Question { centre: home, radius: Radius::Km10 }.frequency(&idle),
            Some(Frequency::NearlyAll)
        );
        assert_eq!(Question { centre: home, radius: Radius::Km10 }.frequency(&Profile::default()), None);
        let keys: BTreeSet<CrowdKey> = postings(&profile, NOW).flat_map(CrowdKey::round).collect();
        assert_eq!(keys.len(), 2 * 3 - usize::from(zone::parent(home, 3) == zone::parent(work, 3)));
    }

    /// Where somebody who asks about every circle round a town, as often as he likes, believes that a person is who is answered by `answer`: the zones
    /// that fit all answers.
    fn found<A: PartialEq>(town: &[Zone], home: Zone, answer: impl Fn(Question, Zone) -> A) -> Vec<Zone> {
        let all =
            town.iter().flat_map(|centre| Radius::ALL.map(|radius| Question { centre: *centre, radius }));
        all.fold(town.to_vec(), |mut left, question| {
            let heard = answer(question, home);
            left.retain(|zone| answer(question, *zone) == heard);
            left
        })
    }

    #[test]
    fn every_circle_of_a_town_finds_an_area_and_no_zone_in_it() {
        let town = zone::children(zone::parent(zone(48.137, 11.575), 4).unwrap(), 7);
        let asked: Vec<Zone> = town.iter().copied().step_by(3).collect();
        let mut off_m = Vec::new();
        for home in town.iter().copied().step_by(29) {
            // As fine as zones are a few circles name the one.
            let fine = |question: Question, home: Zone| question.zones(7).binary_search(&home).is_ok();
            assert_eq!(found(&asked, home, fine).into_iter().filter(|z| *z != home).count(), 0);
            let ours = |question: Question, home: Zone| question.frequency(&still(home));
            let left = found(&children(home), home, ours);
            assert_eq!(left, children(home), "all that live in the area are answered alike");
            let centre = zone::parent(home, AREA).unwrap();
            off_m.push(zone::apart_m(centre, home).unwrap());
        }
        off_m.sort_by(f64::total_cmp);
        assert!(off_m[off_m.len() / 2] >= 750.0, "{off_m:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        /// What no number of questions gets through: two who live in one area are answered alike, whatever is asked.
        #[test]
        fn whoever_lives_anywhere_in_an_area_is_answered_alike(
            home in a_zone(), work in a_zone(), at in any::<(usize, usize)>(),
            asked in prop::collection::vec((a_zone(), select(Radius::ALL.to_vec())), 1..40),
        ) {
            let pick = |all: Vec<Zone>, n: usize| all[n % all.len()];
            let neighbour = lived(pick(children(home), at.0), pick(children(work), at.1));
            let somebody = lived(home, work);
            prop_assert!(postings(&somebody, NOW).eq(postings(&neighbour, NOW)));
            for (centre, radius) in asked.into_iter().chain(children(home).into_iter().map(|z| (z, Radius::Km5))) {
                let question = Question { centre, radius };
                prop_assert_eq!(question.frequency(&somebody), question.frequency(&neighbour));
            }
        }

        #[test]
        fn who_hears_of_time_within_is_in_the_crowd_of_it_and_nobody_else(
            home in a_zone(), work in a_zone(), centre in a_zone(), radius in select(Radius::ALL.to_vec()),
        ) {
            let profile = lived(home, work);
            let question = Question { centre, radius };
            let [within, _] = question.often(NOW);
            let entered: Vec<CrowdKey> = postings(&profile, NOW).flat_map(CrowdKey::round).collect();
            let counted = within.stored(NOW).iter().any(|key| entered.contains(key));
            prop_assert_eq!(question.frequency(&profile).unwrap() > Frequency::None, counted);
        }
    }
}
