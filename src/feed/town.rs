//! The base stations of a town: which one serves a point, which ones are next to it. Deliberately absent: radio; the nearest
//! mast serves.
use super::bundled;
use super::reader::Reader;
use crate::domain::feed::{FeedKind, Row};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// A base station.
#[derive(Debug, Clone, PartialEq)]
pub struct Tower {
    /// Its id in the cells feed.
    pub id: String,
    /// Latitude, degrees WGS 84.
    pub lat: f64,
    /// Longitude, degrees WGS 84.
    pub lon: f64,
}

/// Side of a square of the index, degrees of latitude: about 1.1 km.
const SQUARE_DEG: f64 = 0.01;
/// Squares searched around a point before all towers are.
const RINGS: i32 = 3;
/// Neighbours kept of every tower.
const NEIGHBOURS: usize = 3;

/// Base stations with an index over the plane. Never empty.
#[derive(Debug)]
pub struct Town {
    towers: Vec<Tower>,
    squares: HashMap<(i32, i32), Vec<usize>>,
    near: Vec<Vec<usize>>,
}

impl Town {
    /// From base stations; of two with one id the later stays. `None` when there are none.
    pub fn new(towers: impl IntoIterator<Item = Tower>) -> Option<Town> {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut kept: Vec<Tower> = Vec::new();
        for tower in towers {
            let at = *known.entry(tower.id.clone()).or_insert(kept.len());
            match kept.get_mut(at) {
                Some(old) => *old = tower,
                None => kept.push(tower),
            }
        }
        let mut squares: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        for (i, tower) in kept.iter().enumerate() {
            squares.entry(square(tower.lat, tower.lon)).or_default().push(i);
        }
        let mut town = Town { towers: kept, squares, near: Vec::new() };
        town.near = town.towers.iter().map(|t| town.nearest(t.lat, t.lon, NEIGHBOURS + 1)).collect();
        (!town.towers.is_empty()).then_some(town)
    }

    /// Munich, from the bundled cells.
    pub fn munich() -> Option<Town> {
        let mut towers = Vec::new();
        let mut reader = Reader::new(FeedKind::Cells, bundled::cells()).ok()?;
        let read = reader.for_each(&mut |_, row| {
            if let Ok(Row::Cell { id, lat, lon, .. }) = row {
                towers.push(Tower { id: id.to_owned(), lat, lon });
            }
            ControlFlow::Continue(())
        });
        read.ok().and_then(|()| Town::new(towers))
    }

    /// All of them; a position in this list names a tower in the other functions.
    pub fn towers(&self) -> &[Tower] {
        &self.towers
    }

    /// The tower that serves a point.
    pub fn serving(&self, lat: f64, lon: f64) -> usize {
        self.nearest(lat, lon, 1).first().copied().unwrap_or(0)
    }

    /// One of the towers next to `tower`, chosen by `n`; itself when it stands alone.
    pub fn beside(&self, tower: usize, n: u64) -> usize {
        let near = self.near.get(tower).map(Vec::as_slice).unwrap_or_default();
        let others = near.iter().filter(|t| **t != tower);
        let count = others.clone().count() as u64;
        if count == 0 { tower } else { others.copied().nth((n % count) as usize).unwrap_or(tower) }
    }

    /// The `count` nearest towers, nearest first.
    fn nearest(&self, lat: f64, lon: f64, count: usize) -> Vec<usize> {
        let (row, column) = square(lat, lon);
        let far = |i: &usize| self.towers.get(*i).map_or(f64::MAX, |t| distance_km(lat, lon, t.lat, t.lon));
        let mut found: Vec<usize> = Vec::new();
        let mut sure_of = 0;
        for ring in 0..=RINGS {
            for r in row - ring..=row + ring {
                for c in column - ring..=column + ring {
                    if (r - row).abs().max((c - column).abs()) == ring {
                        found.extend(self.squares.get(&(r, c)).into_iter().flatten());
                    }
                }
            }
            // A tower found in this ring may lie in its corner: only what lies within the ring's inner edge is sure to be
            // nearer than anything outside.
            let edge = f64::from(ring) * SQUARE_DEG * 111.2;
            sure_of = found.iter().filter(|i| far(i) <= edge).count();
            if sure_of >= count {
                break;
            }
        }
        if sure_of < count {
            found = (0..self.towers.len()).collect();
        }
        let mut by_distance: Vec<(f64, usize)> = found.iter().map(|i| (far(i), *i)).collect();
        by_distance.sort_by(|a, b| a.0.total_cmp(&b.0));
        by_distance.into_iter().take(count).map(|(_, i)| i).collect()
    }
}

fn square(lat: f64, lon: f64) -> (i32, i32) {
    // A degree of longitude is 0.669 of one of latitude at 48°: so the square is never narrower than it is high, and from a
    // point in it everything within n heights lies within n rings. That holds up to 51° of latitude.
    ((lat / SQUARE_DEG).floor() as i32, (lon / (1.6 * SQUARE_DEG)).floor() as i32)
}

/// Distance on a plane that touches the globe here, km; good to 1 % within a town.
pub fn distance_km(lat: f64, lon: f64, lat2: f64, lon2: f64) -> f64 {
    let north = (lat2 - lat) * 111.2;
    let east = (lon2 - lon) * 111.2 * lat.to_radians().cos();
    north.hypot(east)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::seeded::Seeded;

    #[test]
    fn the_later_of_two_towers_with_one_id_stays_and_none_make_no_town() {
        let tower = |id: &str, lat| Tower { id: id.to_owned(), lat, lon: 11.5 };
        let town = Town::new([tower("a", 48.1), tower("b", 48.2), tower("a", 48.3)]).unwrap();
        assert_eq!(town.towers(), [tower("a", 48.3), tower("b", 48.2)]);
        assert_eq!((town.serving(48.31, 11.5), town.serving(10.0, 10.0), town.beside(0, 9)), (0, 1, 1));
        assert!(Town::new([]).is_none());
        assert_eq!(Town::new([tower("a", 1.0)]).unwrap().beside(0, 3), 0);
    }

    #[test]
    fn the_index_finds_what_a_search_of_all_finds() {
        let town = Town::munich().unwrap();
        assert_eq!(town.towers().len(), 2_110);
        let rng = Seeded::new(5);
        for _ in 0..300 {
            let (lat, lon) = (48.0 + 0.3 * rng.unit(), 11.3 + 0.5 * rng.unit());
            let all = town.towers().iter().map(|t| distance_km(lat, lon, t.lat, t.lon));
            let best = all.fold(f64::MAX, f64::min);
            let got = &town.towers()[town.serving(lat, lon)];
            assert!((distance_km(lat, lon, got.lat, got.lon) - best).abs() < 1e-9);
        }
    }
}
