//! Areas as CAMARA's population API has them, as cells of a geohash grid. Deliberately absent: zones and people; a cell is a way to name a spot.
use geohash::{Coord, decode, encode, neighbors};
use std::collections::BTreeSet;

/// The coarsest cells whose middle stands for the whole: 4.9 km wide, less than a zone that people are counted in.
pub(super) const COARSEST: usize = 5;
/// The finest cells that are told of; all cells within a zone are told the same.
pub(super) const FINEST: usize = 7;
/// Most cells of an answer.
pub(super) const MOST: usize = 2_000;

/// A corner, degrees.
pub(super) type Corner = (f64, f64);

/// The cells of `precision` letters that a polygon of (latitude, longitude) covers: those whose middle is in it, and those that its corners are in. `None` where
/// they are more than [`MOST`], or the polygon reaches beyond the globe or across the 180th meridian.
pub(super) fn covering(corners: &[Corner], precision: usize) -> Option<BTreeSet<String>> {
    let mut cells = BTreeSet::new();
    for (lat, lon) in corners {
        cells.insert(encode(Coord { x: *lon, y: *lat }, precision).ok()?);
    }
    let edge = |axis: fn(&Corner) -> f64, pick: fn(f64, f64) -> f64| corners.iter().map(axis).reduce(pick);
    let (south, north) = (edge(|c| c.0, f64::min)?, edge(|c| c.0, f64::max)?);
    let (west, east) = (edge(|c| c.1, f64::min)?, edge(|c| c.1, f64::max)?);
    let (_, half_wide, half_high) = decode(cells.first()?).ok()?;
    let columns = (east - west) / (2.0 * half_wide) + 2.0;
    if columns * ((north - south) / (2.0 * half_high) + 2.0) > 4.0 * MOST as f64 {
        return None;
    }
    let mut row = encode(Coord { x: west, y: south }, precision).ok()?;
    loop {
        let mut cell = row.clone();
        loop {
            let (middle, ..) = decode(&cell).ok()?;
            if is_within((middle.y, middle.x), corners) {
                cells.insert(cell.clone());
            }
            if middle.x + half_wide >= east || cells.len() > MOST {
                break;
            }
            cell = neighbors(&cell).ok()?.e;
        }
        if decode(&row).ok()?.0.y + half_high >= north || cells.len() > MOST {
            break;
        }
        row = neighbors(&row).ok()?.n;
    }
    (cells.len() <= MOST).then_some(cells)
}

/// The middle of a cell, latitude and longitude in degrees; `None` for letters that name none.
pub(super) fn middle(cell: &str) -> Option<Corner> {
    decode(cell).ok().map(|(at, ..)| (at.y, at.x))
}

/// Whether a point is within a polygon: a ray from it to the east crosses the edges an odd number of times.
fn is_within((lat, lon): Corner, corners: &[Corner]) -> bool {
    let next = corners.iter().cycle().skip(1);
    let crossed = corners.iter().zip(next).filter(|((a_lat, a_lon), (b_lat, b_lon))| {
        (*a_lat > lat) != (*b_lat > lat) && lon < (b_lon - a_lon) * (lat - a_lat) / (b_lat - a_lat) + a_lon
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SQUARE: [Corner; 4] = [(48.10, 11.50), (48.10, 11.70), (48.20, 11.70), (48.20, 11.50)];

    #[test]
    fn a_polygon_is_covered_by_cells_of_one_size() {
        let cells = covering(&SQUARE, 6).unwrap();
        // 0.1 by 0.2 degrees, and a cell is 0.0055 by 0.011: 18 rows of 18, and the corners' own.
        assert!((300..=400).contains(&cells.len()), "{}", cells.len());
        assert!(cells.iter().all(|cell| cell.len() == 6 && cell.starts_with("u28")));
        let inside = |cell: &&String| is_within(middle(cell).unwrap(), &SQUARE);
        assert!(cells.iter().filter(|cell| !inside(cell)).count() <= 4);
        assert_eq!(covering(&SQUARE, 7), None, "too many");
        let spot = [(48.137, 11.575), (48.138, 11.575), (48.138, 11.576)];
        assert_eq!(covering(&spot, 5).unwrap().len(), 1);
        assert_eq!(covering(&[(0.0, 0.0), (95.0, 0.0), (0.0, 1.0)], 5), None);
        assert_eq!(covering(&[], 5), None);
    }

    proptest! {
        #[test]
        fn any_polygon_ends_in_few_cells_or_none(
            corners in proptest::collection::vec((-100.0..100.0f64, -200.0..200.0f64), 0..16), precision in COARSEST..=FINEST,
        ) {
            let cells = covering(&corners, precision);
            prop_assert!(cells.is_none_or(|cells| cells.len() <= MOST && cells.iter().all(|c| c.len() == precision)));
        }

        #[test]
        fn every_cell_that_lies_well_within_is_there(lat in -60.0..60.0f64, lon in -170.0..170.0f64) {
            let corners = [(lat, lon), (lat, lon + 0.3), (lat + 0.3, lon + 0.3), (lat + 0.3, lon)];
            let cells = covering(&corners, 5).unwrap();
            for n in 1..10 {
                let spot = Coord { x: lon + 0.03 * f64::from(n), y: lat + 0.15 };
                let cell = encode(spot, 5).unwrap();
                let well = is_within(middle(&cell).unwrap(), &corners);
                prop_assert!(!well || cells.contains(&cell));
            }
        }
    }
}
