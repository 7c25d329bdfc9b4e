//! Residents of Munich, made up from a seed, for the demo: where each lives, works and goes, what each likes, and the feeds
//! an operator would have of them. The truth behind the feeds is public here, so that what the product finds can be scored.
//! Pure: the same seed, town, count and window give the same bytes, and a window gives the same lines as a part of a larger
//! one. Deliberately absent: real people; their number range, homes and habits are drawn. Randomness here is no secret.
mod day;
mod feeds;
mod homes;
mod likes;
mod truth;

use super::seeded::Seeded;
use super::town::Town;
use crate::domain::subscriber::AgeBand;
use crate::domain::topic::Topic;
use jiff::tz::TimeZone;
use likes::Likes;
pub use truth::Sojourn;

/// How a resident's week goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rota {
    /// Monday to Friday, about 8:30 to 17:00.
    Office,
    /// Monday to Thursday, mornings.
    PartTime,
    /// Early and late shifts in turn, weeks alike or not.
    Shift,
    /// Two days a week at the office, three at home.
    HomeOffice,
    /// Monday to Friday, 8:00 to early afternoon.
    School,
    /// No place of work.
    Home,
}

/// A place of a resident.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Position of the serving base station in `Town::towers`.
    pub tower: usize,
    /// Latitude of that station, degrees WGS 84.
    pub lat: f64,
    /// Longitude of that station, degrees WGS 84.
    pub lon: f64,
}

/// One resident: the truth behind the feeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Resident {
    /// Phone number with `+`.
    pub msisdn: String,
    /// Pupils are minors.
    pub age: AgeBand,
    /// How the week goes.
    pub rota: Rota,
    /// Where the nights are spent.
    pub home: Place,
    /// Work or school; `None` for `Rota::Home`.
    pub work: Option<Place>,
    /// Two evenings a week.
    pub gym: Place,
    /// Errands.
    pub market: Place,
    /// One evening a week, most weeks.
    pub friend: Place,
    /// Friday evenings, nearly always.
    pub friday: Place,
    /// Weekend outings.
    pub outings: [Place; 2],
    /// What most app use is about.
    pub app_interest: Topic,
    /// What most visited sites are about.
    pub web_interest: Topic,
}

/// Where homes, work and evenings gather: latitude, longitude, spread in km, weight.
type Quarter = ((f64, f64, f64), u32);

/// Homes: five residents in eight live in two quarters, so crowds exist; the last four show what happens where none do.
const HOMES: [Quarter; 7] = [
    ((48.130, 11.601, 0.8), 34), // Haidhausen
    ((48.164, 11.583, 0.9), 30), // Schwabing
    ((48.154, 11.534, 0.9), 14), // Neuhausen
    ((48.117, 11.543, 0.9), 10), // Sendling
    ((48.145, 11.463, 1.0), 4),  // Pasing
    ((48.101, 11.643, 1.0), 4),  // Neuperlach
    ((48.181, 11.509, 1.0), 4),  // Moosach
];
/// Work and schools.
const WORKS: [Quarter; 4] = [
    ((48.139, 11.571, 0.7), 38), // Altstadt
    ((48.179, 11.596, 0.6), 28), // Parkstadt Schwabing
    ((48.125, 11.607, 0.5), 20), // Werksviertel
    ((48.177, 11.556, 0.7), 14), // Olympiapark
];
/// Friday evenings.
const EVENINGS: [Quarter; 3] =
    [((48.131, 11.574, 0.5), 45), ((48.159, 11.584, 0.5), 35), ((48.129, 11.596, 0.5), 20)];
/// Outings: park, zoo, river, lake.
const OUTINGS: [Quarter; 5] = [
    ((48.160, 11.603, 0.8), 30),
    ((48.097, 11.555, 0.5), 25),
    ((48.116, 11.563, 0.7), 20),
    ((48.159, 11.503, 0.5), 15),
    ((48.222, 11.560, 0.6), 10),
];
const ROTAS: [(Rota, u32); 6] = [
    (Rota::Office, 52),
    (Rota::PartTime, 10),
    (Rota::Shift, 9),
    (Rota::HomeOffice, 14),
    (Rota::School, 7),
    (Rota::Home, 8),
];

/// The residents and all that their feeds need.
#[derive(Debug)]
pub struct Residents {
    seed: u64,
    town: Town,
    people: Vec<Resident>,
    likes: Likes,
    zone: TimeZone,
}

impl Residents {
    /// Draws `count` residents of `town`.
    pub fn new(seed: u64, town: Town, count: usize) -> Residents {
        let likes = Likes::bundled();
        let people = (0..count as u64).map(|who| draw(seed, &town, &HOMES, who)).collect();
        // The time zone data is compiled in; a build without it would tell local time in UTC.
        let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
        Residents { seed, town, people, likes, zone }
    }

    /// Draws `count` residents of `town` who live as densely, and as thinly, as people were found to live round a real city.
    pub fn spread(seed: u64, town: Town, count: usize) -> Residents {
        let homes = homes::spread();
        let people = (0..count as u64).map(|who| draw(seed, &town, &homes, who)).collect();
        Residents { people, ..Residents::new(seed, town, 0) }
    }

    /// The truth.
    pub fn people(&self) -> &[Resident] {
        &self.people
    }

    /// The base stations they are seen by.
    pub fn town(&self) -> &Town {
        &self.town
    }
}

/// Which of the named generators of a seed is whose.
const DRAW: u64 = 1;

fn draw(seed: u64, town: &Town, homes: &[Quarter], who: u64) -> Resident {
    let rng = Seeded::named(seed, &[DRAW, who]);
    let place = |lat: f64, lon: f64| {
        let tower = town.serving(lat, lon);
        let (lat, lon) = town.towers().get(tower).map_or((lat, lon), |t| (t.lat, t.lon));
        Place { tower, lat, lon }
    };
    let around = |lat: f64, lon: f64, spread_km: f64| {
        let (north, east) = (rng.normal() * spread_km, rng.normal() * spread_km);
        place(lat + north / 111.2, lon + east / (111.2 * lat.to_radians().cos()))
    };
    let drawn = |quarters: &[Quarter]| {
        let (lat, lon, spread_km) = rng.weighted(quarters).copied().unwrap_or((48.137, 11.575, 1.0));
        around(lat, lon, spread_km)
    };
    let rota = rng.weighted(&ROTAS).copied().unwrap_or(Rota::Office);
    let home = drawn(homes);
    let mut msisdn = Vec::new();
    super::commuters::write_msisdn(&mut msisdn, who);
    Resident {
        msisdn: String::from_utf8(msisdn).unwrap_or_default(),
        age: if rota == Rota::School { AgeBand::Minor } else { AgeBand::Adult },
        rota,
        home,
        work: match rota {
            Rota::Home => None,
            // A school is near.
            Rota::School => Some(around(home.lat, home.lon, 0.9)),
            _ => Some(drawn(&WORKS)),
        },
        gym: around(home.lat, home.lon, 1.2),
        market: around(home.lat, home.lon, 0.6),
        friend: drawn(homes),
        friday: drawn(&EVENINGS),
        outings: [drawn(&OUTINGS), drawn(&OUTINGS)],
        app_interest: likes::main_app(&rng),
        web_interest: likes::main_web(&rng),
    }
}

#[cfg(test)]
mod tests;
