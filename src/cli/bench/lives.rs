//! The made-up lives of the measured house: two weeks between home, work and a third place, an interest, and a last sight some
//! minutes ago. Deliberately absent: a life one would believe; `feed::residents` makes those, at a price.
use crate::cli::Trouble;
use crate::domain::feed::{Event, Happening};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use crate::domain::topic::Topic;
use crate::domain::zone::Zone;
use crate::feed::seeded::Seeded;
use crate::feed::town::Town;
use crate::minimise::crowd::{CrowdKey, postings};
use crate::minimise::zone;
use crate::profile::Profile;

/// Seed of everything in the house.
pub const SEED: u64 = 1948;
/// What everybody is interested in: those who fit a zone and an interest together are a crowd also in a small house.
const TOPIC: Topic = Topic::Food;
/// Days that are lived before the present one.
const DAYS: i64 = 14;

/// Lives as they look at one instant.
#[derive(Debug)]
pub struct Lives {
    zones: Vec<Zone>,
    now: At,
}

/// What is known of one resident.
#[derive(Debug)]
pub struct Life {
    /// The folded profile.
    pub profile: Profile,
    /// The crowds that he is in today and this week.
    pub crowds: Vec<CrowdKey>,
}

impl Lives {
    /// Lives in Munich, up to `now`.
    pub fn new(now: At) -> Result<Lives, Trouble> {
        let town = Town::munich().ok_or_else(|| Trouble("the bundled cells do not read".to_owned()))?;
        let zones: Vec<Zone> = town.towers().iter().filter_map(|t| zone::from_point(t.lat, t.lon)).collect();
        if zones.is_empty() {
            Err(Trouble("the bundled cells lie nowhere".to_owned()))
        } else {
            Ok(Lives { zones, now })
        }
    }

    /// The life of resident `n`.
    pub fn of(&self, n: u32) -> Life {
        let rng = Seeded::named(SEED, &[7, u64::from(n)]);
        let place = || {
            let at = rng.below(self.zones.len() as u64) as usize;
            self.zones.get(at).copied().unwrap_or(Zone(0))
        };
        let (home, work, third) = (place(), place(), place());
        let topic = Some(TOPIC);
        let today = self.now.floor(DAY_US);
        let (mut profile, mut crowds) = (Profile::default(), Vec::new());
        let mut fold = |event: Event, posted: bool| {
            profile.fold(&event, Jurisdiction::DE.offset_s(event.at));
            if posted {
                crowds.extend(postings(&event, Jurisdiction::DE).flat_map(CrowdKey::round));
            }
        };
        for back in (1..=DAYS).rev() {
            let day = today.plus(-back * DAY_US);
            let noon = if rng.chance(0.4) { third } else { work };
            for (hour, zone) in
                [(0, home), (5, home), (8, work), (11, noon), (13, work), (17, third), (19, home), (22, home)]
            {
                let at = day.plus(hour * HOUR_US + rng.between(0, 40) * MINUTE_US);
                fold(Event { at, what: Happening::Stay { zone, sensitive: false } }, false);
            }
            // An interest shows on several days, and two weeks are looked at.
            if back <= 6 || back == DAYS {
                let at = day.plus(18 * HOUR_US);
                fold(Event { at, what: Happening::App { topic, seconds: 600, bytes: 1 << 20 } }, back <= 6);
            }
        }
        let zone = if rng.chance(0.5) { third } else { work };
        // Crowds are counted by the hour: at its turn everybody was seen in the new one.
        let at = self.now.plus(-rng.between(1, 10) * MINUTE_US).max(self.now.floor(HOUR_US));
        fold(Event { at, what: Happening::Stay { zone, sensitive: false } }, true);
        crowds.sort_unstable();
        crowds.dedup();
        Life { profile, crowds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_the_same_twice_and_has_what_is_asked_about() {
        for now in ["2026-03-03T09:30:00Z", "2026-03-03T09:00:10Z", "2026-03-03T00:00:10Z"] {
            lives_at(At::parse(now).unwrap());
        }
    }

    fn lives_at(now: At) {
        let lives = Lives::new(now).unwrap();
        for n in 0..20 {
            let life = lives.of(n);
            assert!(life.profile == lives.of(n).profile);
            let stay = life.profile.last_stay().unwrap();
            assert_eq!(stay.at.floor(HOUR_US), now.floor(HOUR_US), "one crowd for all");
            assert!(now.since(stay.at) <= 10 * MINUTE_US && life.profile.label(stay.zone).is_some());
            assert_eq!(life.profile.interest(crate::domain::feed::Source::App, now), Some(TOPIC));
            assert!((7..=10).contains(&life.crowds.len()), "{}", life.crowds.len());
        }
        assert!(lives.of(1).profile != lives.of(2).profile);
    }
}
