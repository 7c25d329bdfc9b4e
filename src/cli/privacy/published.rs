//! U3: what the input gives away before any broker, and beside it what was published of the same data. Deliberately absent: zones finer than there are here (H3
//! resolution 7); the raw points stand for them.
use super::lives::{Lives, Sight};
use crate::attack::tables::{halves, top, unicity};
use crate::attack::verdict::Figure;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, HOUR_US};
use crate::feed::seeded::Seeded;
use crate::minimise::zone;
use serde::Serialize;

/// Points that are drawn of somebody.
const POINTS: [usize; 3] = [1, 2, 4];
/// Who has fewer is left out.
const LEAST: usize = 4;
/// Draws for each person and number of points.
const DRAWS: usize = 20;
/// Words of a history that is split in halves.
const LONG: usize = 50;
/// How near a published figure has to come out.
const NEAR: f64 = 0.02;
/// Which of the named generators of a seed draws.
const DRAWN: u64 = 24;

/// What of the time is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    Minute,
    Hours(i64),
    /// Four hours of a weekday or of a day of the weekend.
    Slot,
    None,
}

/// A published row: resolution (15 stands for the point itself), time, shares of GeoLife and of Foursquare New York for one, two and four points.
type Published = (u8, Time, [f64; 3], [f64; 3]);

const RAW: u8 = 15;
const UNICITY: [Published; 12] = [
    (RAW, Time::Minute, [0.99, 1.0, 1.0], [1.0, 1.0, 1.0]),
    (7, Time::Hours(1), [0.81, 0.97, 0.995], [0.49, 0.97, 0.999]),
    (7, Time::Hours(4), [0.66, 0.92, 0.984], [0.32, 0.86, 0.992]),
    (7, Time::Hours(24), [0.51, 0.82, 0.956], [0.14, 0.61, 0.931]),
    (6, Time::Hours(1), [0.67, 0.94, 0.989], [0.27, 0.90, 0.998]),
    (6, Time::Hours(24), [0.37, 0.69, 0.904], [0.03, 0.30, 0.743]),
    (5, Time::Hours(4), [0.40, 0.76, 0.953], [0.02, 0.35, 0.902]),
    (5, Time::Hours(24), [0.24, 0.53, 0.820], [0.002, 0.07, 0.379]),
    (7, Time::Slot, [0.06, 0.20, 0.437], [0.02, 0.25, 0.655]),
    (5, Time::Slot, [0.02, 0.08, 0.187], [0.0, 0.003, 0.045]),
    (7, Time::None, [0.01, 0.07, 0.152], [0.002, 0.05, 0.283]),
    (5, Time::None, [0.0, 0.02, 0.037], [0.0, 0.0, 0.012]),
];
/// Two most visited zones, and halves of a history: resolution, GeoLife, Foursquare New York.
const TOP: [(u8, Option<f64>, Option<f64>); 3] =
    [(7, Some(0.47), Some(0.42)), (6, Some(0.19), Some(0.13)), (5, None, Some(0.007))];
const HALVES: [(u8, Option<f64>, Option<f64>); 2] =
    [(7, Some(0.60), Some(0.60)), (5, Some(0.27), Some(0.12))];

/// The data that something is published of, by how many people it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    GeoLife,
    Foursquare,
}

impl Data {
    fn of(persons: usize) -> Option<Data> {
        match persons {
            158 => Some(Data::GeoLife),
            1083 => Some(Data::Foursquare),
            _ => None,
        }
    }
    fn pick<T>(self, geolife: T, foursquare: T) -> T {
        if self == Data::GeoLife { geolife } else { foursquare }
    }
}

/// A share that came out, and the published one.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What is shared, in words.
    pub what: String,
    /// What came out; none where nobody has so much.
    pub share: Option<f64>,
    /// What was published of the same data.
    pub published: Option<f64>,
}

/// The tables; `given` input is compared with what was published of as many people.
pub fn tables(lives: &Lives, seed: u64, given: bool) -> Vec<Row> {
    let data = given.then(|| Data::of(lives.all.len())).flatten();
    let mut rows = Vec::new();
    for (n, (rung, time, geolife, foursquare)) in (0u64..).zip(UNICITY) {
        let known: Vec<_> = lives
            .all
            .iter()
            .map(|l| l.iter().filter_map(|s| point(s, lives.home, rung, time)).collect())
            .collect();
        let rng = Seeded::named(seed, &[DRAWN, n]);
        let shares = unicity(&known, &POINTS, LEAST, DRAWS, &mut |n| rng.below(n as u64) as usize);
        for (i, (points, share)) in POINTS.iter().zip(shares).enumerate() {
            let published = data.and_then(|d| d.pick(geolife, foursquare).get(i).copied());
            rows.push(Row { what: format!("{points} of {}", words(rung, time)), share, published });
        }
    }
    for (rung, geolife, foursquare) in TOP {
        let published = data.and_then(|d| d.pick(geolife, foursquare));
        let share = top(2, &visits(lives, rung));
        rows.push(Row { what: format!("the two most visited zones of r{rung}"), share, published });
    }
    for (rung, geolife, foursquare) in HALVES {
        let published = data.and_then(|d| d.pick(geolife, foursquare));
        let all: Vec<Vec<String>> =
            visits(lives, rung).iter().map(|v| v.iter().map(u64::to_string).collect()).collect();
        let share = halves(&all, LONG);
        rows.push(Row { what: format!("one half found by the other, zones of r{rung}"), share, published });
    }
    rows
}

/// How many of the published figures came out; `None` where nothing is published of such data.
pub fn compared(rows: &[Row]) -> Option<Figure> {
    let pairs: Vec<(&Row, f64, f64)> =
        rows.iter().filter_map(|row| Some((row, row.share?, row.published?))).collect();
    let far: Vec<&(&Row, f64, f64)> = pairs.iter().filter(|(_, a, b)| (a - b).abs() > NEAR + 1e-9).collect();
    let says: Vec<String> =
        far.iter().map(|(row, a, b)| format!("{}: {a:.3}, not {b:.3}", row.what)).collect();
    let rest =
        if says.is_empty() { "all of them".to_owned() } else { format!("but for {}", says.join("; ")) };
    (!pairs.is_empty()).then(|| Figure {
        value: (pairs.len() - far.len()) as f64 / pairs.len() as f64,
        broken: Vec::new(),
        says: format!("{} published figures within {NEAR}, {rest}", pairs.len()),
    })
}

fn words(rung: u8, time: Time) -> String {
    let place = if rung == RAW { "points of 11 m".to_owned() } else { format!("zones of r{rung}") };
    match time {
        Time::Minute => format!("{place} with the minute"),
        Time::Hours(n) => format!("{place} in {n} h"),
        Time::Slot => format!("{place} at a time of weekday or weekend"),
        Time::None => format!("{place} without a time"),
    }
}

/// A place as a number, and a time.
fn point(sight: &Sight, home: Jurisdiction, rung: u8, time: Time) -> Option<(u64, i64)> {
    let place = match rung {
        RAW => (u64::from(sight.spot.0.cast_unsigned()) << 32) | u64::from(sight.spot.1.cast_unsigned()),
        _ => zone::parent(sight.zone, rung)?.0,
    };
    let local_s = sight.at.unix_s() + i64::from(home.offset_s(sight.at));
    let (hour, day) = (local_s.div_euclid(3600), local_s.div_euclid(86_400));
    let bin = match time {
        Time::Minute => local_s.div_euclid(60),
        Time::Hours(n) => hour.div_euclid(n),
        // The first of January 1970 was a Thursday.
        Time::Slot => i64::from((day + 3).rem_euclid(7) >= 5) * 6 + hour.rem_euclid(24) / 4,
        Time::None => 0,
    };
    Some((place, bin))
}

/// The zones of everybody in order of time, once for each hour in each.
fn visits(lives: &Lives, rung: u8) -> Vec<Vec<u64>> {
    let of = |life: &Vec<Sight>| {
        let hourly = |s: &Sight| Some((s.at.floor(HOUR_US), zone::parent(s.zone, rung)?.0));
        let mut all: Vec<(At, u64)> = life.iter().filter_map(hourly).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|(_, zone)| zone).collect()
    };
    lives.all.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY_US;

    /// People who are seen together every day at noon, and each alone by night.
    fn neighbours() -> Lives {
        let sight = |at, lat: f64| {
            let (zone, spot) = (zone::from_point(lat, 11.5).unwrap(), ((lat * 1e4) as i32, 115_000));
            Sight { at: At(at), zone, spot }
        };
        let life = |who: i32| {
            let day = |day: i64| {
                let night = sight(day * DAY_US, 48.0 + 0.2 * f64::from(who));
                [night, sight(day * DAY_US + 12 * HOUR_US, 52.0)]
            };
            (20_000..20_010).flat_map(day).collect()
        };
        Lives { home: Jurisdiction::DE, all: (0..4).map(life).collect() }
    }

    #[test]
    fn who_meets_at_noon_is_told_apart_by_the_night() {
        let rows = tables(&neighbours(), 1, true);
        let share = |what: &str| rows.iter().find(|r| r.what == what).unwrap().share.unwrap();
        let one = share("1 of zones of r7 in 1 h");
        assert!((0.3..0.7).contains(&one), "{one}");
        assert!(share("4 of zones of r7 in 1 h") > one);
        assert_eq!(share("the two most visited zones of r7"), 1.0);
        assert!(rows.iter().all(|r| r.published.is_none()) && compared(&rows).is_none());
    }

    #[test]
    fn a_published_figure_that_does_not_come_out_is_named() {
        let row = |share, published| Row { what: "1 of zones".to_owned(), share: Some(share), published };
        let figure = compared(&[row(0.51, Some(0.5)), row(0.4, Some(0.5)), row(0.1, None)]).unwrap();
        assert_eq!((figure.value, figure.says.contains("0.400, not 0.500")), (0.5, true));
    }

    #[test]
    fn a_saturday_is_of_the_weekend() {
        let sight = |day| {
            neighbours().all[0].first().map(|s| Sight { at: At(day * DAY_US + HOUR_US), ..*s }).unwrap()
        };
        // 2024-10-05 was a Saturday.
        let bins: Vec<i64> =
            [20_000, 20_001].map(|d| point(&sight(d), Jurisdiction::DE, 7, Time::Slot).unwrap().1).to_vec();
        assert_eq!(bins, [0, 6]);
    }
}
