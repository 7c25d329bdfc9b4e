//! Homes as they lie round a real city, laid over Munich. Deliberately absent: anyone's home; the table counts people by squares of 500 m.
use super::Quarter;
use crate::feed::bundled;

/// The middle of Munich, degrees, on which the densest square is laid.
const MIDDLE: (f64, f64) = (48.137, 11.575);
/// Homes stray so far within their square, km.
const SPREAD_KM: f64 = 0.2;

/// The squares with their weights.
pub(super) fn spread() -> Vec<Quarter> {
    let (lat, lon) = MIDDLE;
    let square = |line: &str| {
        let mut fields = line.split(',');
        let (east, north) = (fields.next()?.parse::<f64>().ok()?, fields.next()?.parse::<f64>().ok()?);
        let people = fields.next()?.parse::<u32>().ok()?;
        let at = (lat + north / 111.2, lon + east / (111.2 * lat.to_radians().cos()), SPREAD_KM);
        Some((at, people))
    };
    bundled::homes().lines().skip(1).filter_map(square).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_the_people_live_in_few_squares_and_nobody_lives_out_of_town() {
        let mut squares = spread();
        squares.sort_by_key(|(_, people)| std::cmp::Reverse(*people));
        let all: u32 = squares.iter().map(|(_, people)| people).sum();
        let dense: u32 = squares.iter().take(squares.len() / 30).map(|(_, people)| people).sum();
        assert!(all > 20_000 && dense > all / 10, "{dense} of {all}");
        assert!(
            squares.iter().all(|((lat, lon, _), _)| (47.9..48.4).contains(lat) && (11.3..11.9).contains(lon))
        );
    }
}
