//! Where somebody lives or works, from zones told at night or at work. Deliberately absent: a finer guess than the zone; where in it people live is for
//! whoever knows the map.
use super::told::Told;
use crate::domain::category::Category;
use crate::domain::time::HOUR_US;
use crate::domain::zone::Zone;
use std::collections::HashMap;

/// For each of `persons` the finest of the zones told most often in `hours` of the local day; `fineness` orders zones.
pub fn guessed(
    told: &[Told],
    persons: usize,
    offset_us: i64,
    hours: &[i64],
    fineness: &dyn Fn(Zone) -> u8,
) -> Vec<Option<Zone>> {
    let mut tallies: Vec<HashMap<Zone, u32>> = vec![HashMap::new(); persons];
    for fact in told.iter().filter(|t| t.category == Category::LocationZone) {
        let local = (fact.at.0 + offset_us).div_euclid(HOUR_US).rem_euclid(24);
        if let (Some(zone), Some(tally)) = (fact.zone, tallies.get_mut(fact.who))
            && hours.contains(&local)
        {
            *tally.entry(zone).or_default() += 1;
        }
    }
    // A finer zone that was told at all says more than a coarser one told more often, unless it was told once.
    let best = |tally: &HashMap<Zone, u32>| {
        let most = tally.values().copied().max()?;
        let usual = tally.iter().filter(|(_, n)| **n * 2 >= most);
        usual.max_by_key(|(zone, n)| (fineness(**zone), **n, zone.0)).map(|(zone, _)| *zone)
    };
    tallies.iter().map(best).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::At;

    #[test]
    fn the_zone_of_most_nights_is_the_guess_and_a_finer_one_told_as_often_is_better() {
        let fact = |hour: i64, zone: u64| Told {
            who: 0,
            by: 0,
            at: At(hour * HOUR_US),
            category: Category::LocationZone,
            word: String::new(),
            zone: Some(Zone(zone)),
        };
        let told = [fact(2, 7), fact(26, 7), fact(12, 9), fact(13, 9), fact(36, 9)];
        let fineness = |zone: Zone| u8::from(zone == Zone(6));
        assert_eq!(guessed(&told, 2, 0, &[1, 2, 3], &fineness), [Some(Zone(7)), None]);
        assert_eq!(guessed(&told, 1, 0, &[12, 13], &fineness), [Some(Zone(9))]);
        let finer = [told.as_slice(), &[fact(50, 6)]].concat();
        assert_eq!(guessed(&finer, 1, 0, &[1, 2, 3], &fineness), [Some(Zone(6))]);
    }
}
