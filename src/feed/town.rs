//! The base stations of a town: which one serves a point, which ones are next to it. Deliberately absent: radio; the nearest
//! mast serves.
use super::bundled;
use super::reader::Reader;
use crate::domain::feed::{FeedKind, Row};
use rustc_hash::FxHashMap as HashMap;
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

/// Base stations with an index over the plane. Never empty.
#[derive(Debug)]
pub struct Town {
    towers: Vec<Tower>,
    squares: HashMap<(i32, i32), Vec<usize>>,
}

impl Town {
    /// From base stations; of two with one id the later stays. `None` when there are none.
    pub fn new(towers: impl IntoIterator<Item = Tower>) -> Option<Town> {
        let mut known: HashMap<String, usize> = HashMap::default();
        let mut kept: Vec<Tower> = Vec::new();
        for tower in towers {
            let at = *known.entry(tower.id.clone()).or_insert(kept.len());
            match kept.get_mut(at) {
                Some(old) => *old = tower,
                None => kept.push(tower),
            }
        }
        let mut squares: HashMap<(i32, i32), Vec<usize>> = HashMap::default();
        for (i, tower) in kept.iter().enumerate() {
            squares.entry(square(tower.lat, tower.lon)).or_default().push(i);
        }
        (!kept.is_empty()).then_some(Town { towers: kept, squares })
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
        let (row, column) = square(lat, lon);
        let east = lat.to_radians().cos();
        let mut best = (f64::MAX, 0);
        for ring in 0..=RINGS {
            for place in around(row, column, ring) {
                for i in self.squares.get(&place).into_iter().flatten() {
                    // Degrees of latitude, squared: enough to compare by.
                    let Some(t) = self.towers.get(*i) else { continue };
                    let (y, x) = (t.lat - lat, (t.lon - lon) * east);
                    let far = y * y + x * x;
                    if far < best.0 {
                        best = (far, *i);
                    }
                }
            }
            // A tower found in this ring may lie in its corner: only what lies within its inner edge is sure to be the
            // nearest.
            let edge = f64::from(ring) * SQUARE_DEG;
            if best.0 <= edge * edge {
                return best.1;
            }
        }
        let far = |t: &Tower| distance_km(lat, lon, t.lat, t.lon);
        let all = self.towers.iter().enumerate();
        all.min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map_or(0, |(i, _)| i)
    }

    /// One of the towers next to `tower`, chosen by `n`; itself when it stands alone for some km.
    pub fn beside(&self, tower: usize, n: u64) -> usize {
        let Some(t) = self.towers.get(tower) else { return tower };
        let (row, column) = square(t.lat, t.lon);
        for ring in 0..=RINGS {
            let near = around(row, column, ring).filter_map(|place| self.squares.get(&place)).flatten();
            let others = near.copied().filter(|i| *i != tower);
            let count = others.clone().count() as u64;
            if count > 0 {
                return others.clone().nth((n % count) as usize).unwrap_or(tower);
            }
        }
        tower
    }
}

/// The squares at exactly `ring` steps.
fn around(row: i32, column: i32, ring: i32) -> impl Iterator<Item = (i32, i32)> + Clone {
    (row - ring..=row + ring).flat_map(move |r| {
        let edge = (r - row).abs() == ring || ring == 0;
        let step = if edge { 1 } else { 2 * ring as usize };
        (column - ring..=column + ring).step_by(step).map(move |c| (r, c))
    })
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
        let town = Town::new([tower("a", 48.1), tower("b", 48.29), tower("a", 48.3)]).unwrap();
        assert_eq!(town.towers(), [tower("a", 48.3), tower("b", 48.29)]);
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
