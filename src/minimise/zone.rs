//! Geometry of zones: H3 cells of resolution 7 or coarser. The only file that knows h3o. Deliberately absent: anything finer
//! than resolution 7.
use super::area::{self, Area};
use crate::domain::zone::Zone;
use h3o::{CellIndex, LatLng, Resolution};

/// The finest zone there is: about 5.2 km².
pub const FINEST: u8 = 7;

/// The resolution 7 zone of a point, degrees WGS 84. `None` when the point is not on the globe.
pub fn from_point(lat: f64, lon: f64) -> Option<Zone> {
    on_globe(lat, lon).then_some(())?;
    let point = LatLng::new(lat, lon).ok()?;
    Some(Zone(point.to_cell(Resolution::Seven).into()))
}

/// The zone of `resolution` that `zone` lies in; itself at its own resolution. `None` when `resolution` is finer than the
/// zone or than 7, or `zone` is no H3 cell.
pub fn parent(zone: Zone, resolution: u8) -> Option<Zone> {
    (resolution <= FINEST).then_some(())?;
    let cell = CellIndex::try_from(zone.0).ok()?;
    let resolution = Resolution::try_from(resolution).ok()?;
    cell.parent(resolution).map(|p| Zone(p.into()))
}

/// The zones of `resolution` that lie in `zone`, in order; itself at its own resolution. Empty when `resolution` is coarser than the zone or finer
/// than 7, or `zone` is no H3 cell.
pub fn children(zone: Zone, resolution: u8) -> Vec<Zone> {
    let target = Resolution::try_from(resolution).ok().filter(|_| resolution <= FINEST);
    let Some((cell, target)) = CellIndex::try_from(zone.0).ok().zip(target) else { return Vec::new() };
    let mut zones: Vec<Zone> = cell.children(target).map(|c| Zone(c.into())).collect();
    zones.sort_unstable();
    zones
}

/// Whether `coarse` is `fine` or an ancestor of it.
pub fn holds(coarse: Zone, fine: Zone) -> bool {
    resolution(coarse).and_then(|r| parent(fine, r)) == Some(coarse)
}

/// H3 resolution, 0 to 15; `None` when `zone` is no H3 cell.
pub fn resolution(zone: Zone) -> Option<u8> {
    CellIndex::try_from(zone.0).ok().map(|c| c.resolution().into())
}

/// The H3 index as 15 hex digits.
pub fn text(zone: Zone) -> String {
    format!("{:x}", zone.0)
}

/// The named area whose centre is nearest to the centre of `zone`, if any is within reach. A function of the zone alone: it
/// says nothing that the zone does not.
pub fn near(zone: Zone) -> Option<Area> {
    let centre = LatLng::from(CellIndex::try_from(zone.0).ok()?);
    area::nearest(centre.lat(), centre.lng())
}

/// The corners of a zone on a square of 1000 by 1000, x to the east and y to the south, drawn as it looks from above. Where it lies
/// is not in them. None when `zone` is no H3 cell.
pub fn corners(zone: Zone) -> Vec<(i32, i32)> {
    drawn(zone, &[zone]).pop().unwrap_or_default()
}

/// The corners of `zones` alike, round the middle of `about`.
pub fn drawn(about: Zone, zones: &[Zone]) -> Vec<Vec<(i32, i32)>> {
    let Ok(cell) = CellIndex::try_from(about.0) else { return Vec::new() };
    let centre = LatLng::from(cell);
    let east = centre.lat_radians().cos();
    let wrapped = |degrees: f64| (degrees + 540.0).rem_euclid(360.0) - 180.0;
    let flat = |corner: &LatLng| (wrapped(corner.lng() - centre.lng()) * east, centre.lat() - corner.lat());
    let shape = |cell: CellIndex| cell.boundary().iter().map(flat).collect::<Vec<(f64, f64)>>();
    let shapes: Vec<_> = zones.iter().filter_map(|z| CellIndex::try_from(z.0).ok()).map(shape).collect();
    let reach =
        shapes.iter().flatten().flat_map(|(x, y)| [x.abs(), y.abs()]).fold(f64::MIN_POSITIVE, f64::max);
    let scaled = |v: f64| (500.0 + v / reach * 460.0).round() as i32;
    let scaled = |shape: Vec<(f64, f64)>| shape.into_iter().map(|(x, y)| (scaled(x), scaled(y))).collect();
    shapes.into_iter().map(scaled).collect()
}

/// Corners of a zone, latitude and longitude in degrees WGS 84 to four digits (11 m), as they follow on its edge; empty when `zone` is no H3 cell. They
/// say what its index says, for who does not read that.
pub fn outline(zone: Zone) -> Vec<(f64, f64)> {
    let Ok(cell) = CellIndex::try_from(zone.0) else { return Vec::new() };
    let round = |degrees: f64| (degrees * 10_000.0).round() / 10_000.0;
    cell.boundary().iter().map(|corner| (round(corner.lat()), round(corner.lng()))).collect()
}

/// The area of a zone, m²; `None` when `zone` is no H3 cell.
pub fn area_m2(zone: Zone) -> Option<f64> {
    CellIndex::try_from(zone.0).ok().map(CellIndex::area_m2)
}

/// The H3 indices of all zones of the largest stored resolution, 3: every person that was seen anywhere is in one of them.
pub const REGIONS: std::ops::RangeInclusive<u64> = 0x0830_0000_0000_0000..=0x083f_ffff_ffff_ffff;

/// The zones of `resolution` whose middle is within `radius_m` of the middle of `centre`. Empty when `centre` is no H3 cell of that
/// resolution or finer.
pub fn within(centre: Zone, radius_m: f64, resolution: u8) -> Vec<Zone> {
    let start = parent(centre, resolution).and_then(|z| CellIndex::try_from(z.0).ok());
    let Some((start, middle)) = start.zip(middle(centre)) else { return Vec::new() };
    // Middles of neighbours are √3 edges apart; by distortion some are at little more than half of that.
    let rings = (radius_m / start.resolution().edge_length_m()).ceil() as u32 + 1;
    let near = |cell: &CellIndex| {
        let at = LatLng::from(*cell);
        distance_m(middle, (at.lat(), at.lng())) <= radius_m
    };
    let mut zones: Vec<Zone> =
        start.grid_disk::<Vec<_>>(rings).into_iter().filter(near).map(|c| Zone(c.into())).collect();
    zones.sort_unstable();
    zones
}

/// How far the middles of two zones are apart, m; `None` when one is no H3 cell.
#[cfg(test)]
pub(super) fn apart_m(a: Zone, b: Zone) -> Option<f64> {
    Some(distance_m(middle(a)?, middle(b)?))
}

/// The zones of the same resolution that have a side in common with `zone`: six, of twelve zones in the world five; none when it is no H3 cell.
pub(super) fn neighbours(zone: Zone) -> Vec<Zone> {
    let Ok(cell) = CellIndex::try_from(zone.0) else { return Vec::new() };
    cell.grid_disk::<Vec<_>>(1).into_iter().filter(|c| *c != cell).map(|c| Zone(c.into())).collect()
}

/// The middle of a zone, degrees.
pub(super) fn middle(zone: Zone) -> Option<(f64, f64)> {
    let at = LatLng::from(CellIndex::try_from(zone.0).ok()?);
    Some((at.lat(), at.lng()))
}

/// A zone of resolution 7 as 28 bits: base cell and seven digits, as an H3 index has them.
pub(super) fn short(zone: Zone) -> u64 {
    (zone.0 >> FINEST_SHIFT) & ((1 << FINEST_BITS) - 1)
}

/// The zone of resolution 7 that `short` made 28 bits of; `None` for other bits.
pub(super) fn from_short(bits: u64) -> Option<Zone> {
    let index = FINEST_HEAD | bits << FINEST_SHIFT | ((1 << FINEST_SHIFT) - 1);
    CellIndex::try_from(index).ok().filter(|_| bits < 1 << FINEST_BITS).map(|c| Zone(c.into()))
}

/// Seven bits of base cell and three of each digit.
const FINEST_BITS: u32 = 7 + 3 * FINEST as u32;
/// Digits finer than the resolution, all set, stand behind.
const FINEST_SHIFT: u32 = 3 * (15 - FINEST as u32);
/// Mode (cell) and resolution, as an H3 index has them.
const FINEST_HEAD: u64 = 1 << 59 | (FINEST as u64) << 52;

/// How far the furthest point of a zone is from its middle, m.
pub fn reach_m(zone: Zone) -> Option<f64> {
    let cell = CellIndex::try_from(zone.0).ok()?;
    let (centre, corners) = (LatLng::from(cell), cell.boundary());
    let far = |corner: &LatLng| distance_m((centre.lat(), centre.lng()), (corner.lat(), corner.lng()));
    corners.iter().map(far).max_by(f64::total_cmp)
}

/// Reads 15 hex digits; `None` for what is no H3 cell, or finer than resolution 7.
pub fn parse(text: &str) -> Option<Zone> {
    let digits = text.len() == 15 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let zone = digits.then(|| u64::from_str_radix(text, 16).ok().map(Zone)).flatten()?;
    resolution(zone).filter(|r| *r <= FINEST).map(|_| zone)
}

/// Great-circle distance of two points in degrees, m, on a sphere of radius 6,371,008.8 m (IUGG mean radius), haversine.
pub(super) fn distance_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat_a, lat_b) = (a.0.to_radians(), b.0.to_radians());
    let (d_lat, d_lon) = (lat_b - lat_a, (b.1 - a.1).to_radians());
    let h = (d_lat / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * (d_lon / 2.0).sin().powi(2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

/// Whether the numbers are a latitude and a longitude in degrees.
pub(super) fn on_globe(lat: f64, lon: f64) -> bool {
    (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_point_off_the_globe_has_no_zone() {
        for (lat, lon) in [(90.1, 0.0), (0.0, -180.5), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(from_point(lat, lon), None);
        }
    }

    #[test]
    fn a_known_point_falls_into_its_published_cell() {
        // Uber's H3 documentation: (37.7752702151959, -122.418307270836) at resolution 9 is 8928308280fffff; 7 is its ancestor.
        let zone = from_point(37.775_270_215_195_9, -122.418_307_270_836).unwrap();
        assert_eq!(text(zone), "872830828ffffff");
    }

    #[test]
    fn the_distance_of_seoul_and_berlin_is_known() {
        let km = distance_m((37.5665, 126.9780), (52.5200, 13.4050)) / 1000.0;
        assert!((8120.0..8150.0).contains(&km), "{km}");
    }

    #[test]
    fn a_zone_is_drawn_as_a_hexagon_that_fills_its_square_and_says_not_where_it_lies() {
        for (lat, lon) in [(37.5663, 126.9779), (1.35, 103.82), (-16.5, 179.999)] {
            for resolution in 3..=FINEST {
                let drawn = corners(parent(from_point(lat, lon).unwrap(), resolution).unwrap());
                assert!((6..=10).contains(&drawn.len()), "{drawn:?}");
                assert!(drawn.iter().all(|(x, y)| (40..=960).contains(x) && (40..=960).contains(y)));
                let (x, y): (i32, i32) = drawn.iter().fold((0, 0), |(a, b), (x, y)| (a + x, b + y));
                let n = i32::try_from(drawn.len()).unwrap();
                assert!((x / n - 500).abs() < 60 && (y / n - 500).abs() < 60, "around its centre");
            }
        }
        assert_eq!(corners(Zone(0)), []);
    }

    #[test]
    fn several_zones_are_drawn_to_one_scale_and_a_zone_reads_as_it_is_written() {
        let fine = from_point(37.5663, 126.9779).unwrap();
        let coarse = parent(fine, 6).unwrap();
        let shapes = drawn(coarse, &[coarse, fine]);
        let wide = |shape: &[(i32, i32)]| {
            shape.iter().map(|(x, _)| x).max().unwrap() - shape.iter().map(|(x, _)| x).min().unwrap()
        };
        assert!(wide(&shapes[0]) > 2 * wide(&shapes[1]));
        assert!(shapes.iter().flatten().all(|(x, y)| (40..=960).contains(x) && (40..=960).contains(y)));
        let reach = reach_m(coarse).unwrap();
        assert!((3_000.0..4_500.0).contains(&reach), "{reach}");
        for zone in [fine, coarse] {
            assert_eq!(parse(&text(zone)), Some(zone));
        }
        for odd in ["", "home", "8928308280fffff", "000000000000000", "+72830828ffffff", "872830828FFFFFF"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn seoul_city_hall_is_near_seoul_and_the_ocean_near_nothing() {
        let near_seoul = near(from_point(37.5663, 126.9779).unwrap()).unwrap();
        assert_eq!(near_seoul.as_str(), "kr-seoul");
        assert_eq!(near(from_point(0.0, -30.0).unwrap()), None);
    }

    proptest! {
        #[test]
        fn every_rung_of_the_ladder_holds_the_one_below_and_nothing_is_finer_than_seven(
            lat in -90.0..90.0f64, lon in -180.0..180.0f64,
        ) {
            let zone = from_point(lat, lon).unwrap();
            prop_assert_eq!(resolution(zone), Some(FINEST));
            prop_assert_eq!(parent(zone, 8), None);
            for r in 0..FINEST {
                let coarse = parent(zone, r).unwrap();
                prop_assert!(holds(coarse, zone));
                prop_assert!(holds(coarse, parent(zone, r + 1).unwrap()));
                prop_assert!(!holds(zone, coarse));
                prop_assert_eq!(parent(coarse, r + 1), None);
            }
        }
    }
}
