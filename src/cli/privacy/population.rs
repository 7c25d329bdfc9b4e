//! Who is attacked: made-up people who live as densely as people do round a real city, seen by the real base stations of Munich, or those of given feed files.
//! The truth is kept here, to score by. Deliberately absent: what is told of them.
use crate::attack::unicity::{Point, Presence};
use crate::cli::Trouble;
use crate::cli::demo::feeds::events;
use crate::domain::feed::{FeedKind, Row, Spot};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US, HOUR_US};
use crate::domain::zone::Zone;
use crate::feed::residents::Residents;
use crate::feed::town::{Town, distance_km};
use crate::feed::{Reader, bundled};
use crate::minimise::zone;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;

/// A Monday, 00:00 UTC: the first day of made-up events.
const FIRST: At = At(20_731 * DAY_US);
/// Days of events before the first question, so that homes are learnt.
pub const HISTORY_DAYS: i64 = 14;
/// Days of given events before the first question that are fed, at most: what is older has faded.
const GIVEN_DAYS: i64 = 90;
/// Rungs of the ladder, finest first.
pub const RUNGS: [u8; 5] = [7, 6, 5, 4, 3];

/// People and their events.
pub struct Population {
    /// Phone numbers.
    pub numbers: Vec<String>,
    /// When questions begin, 00:00 UTC.
    pub start: At,
    /// When events begin.
    pub first: At,
    /// The cells feed.
    pub cells: Vec<u8>,
    /// What U1 asks, as a location feed: whom, when, and where he then was.
    pub cases: Option<Vec<u8>>,
    /// Where they come from.
    pub source: Source,
    /// Whose clock their habits go by, and where they are at home.
    pub home: Jurisdiction,
    towers: HashMap<String, (f64, f64)>,
    by_number: HashMap<String, usize>,
}

/// Where people come from.
pub enum Source {
    Made(Box<Residents>),
    Given(BTreeMap<&'static str, Sheet>),
}

/// A feed file in memory, in order of time.
pub struct Sheet {
    header: String,
    lines: Vec<(At, String)>,
}

impl Sheet {
    fn read(kind: FeedKind, path: &Path, numbers: &mut Vec<String>) -> Result<Sheet, Trouble> {
        let text = std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?;
        let (header, rows) = text.split_once('\n').unwrap_or((text.as_str(), ""));
        let all: Vec<&str> = rows.lines().collect();
        let (mut lines, mut known) = (Vec::new(), HashSet::new());
        each(kind, text.as_bytes(), &mut |line, number, at, _| {
            let row = usize::try_from(line).ok().and_then(|n| all.get(n.checked_sub(2)?));
            lines.extend(row.map(|row| (at, (*row).to_owned())));
            if !known.contains(number) {
                known.insert(number.to_owned());
            }
        })?;
        numbers.extend(known);
        lines.sort();
        Ok(Sheet { header: header.to_owned(), lines })
    }
}

impl Population {
    /// Makes people up.
    pub fn made(seed: u64, persons: usize) -> Result<Population, Trouble> {
        let town =
            Town::munich().ok_or_else(|| Trouble("the bundled base stations are missing".to_owned()))?;
        let residents = Residents::spread(seed, town, persons);
        let numbers = residents.people().iter().map(|p| p.msisdn.clone()).collect();
        let start = FIRST.plus(HISTORY_DAYS * DAY_US);
        let source = Source::Made(Box::new(residents));
        Population::of(numbers, (FIRST, start), bundled::cells().to_vec(), source, Jurisdiction::DE)
    }

    /// From `location.csv`, `app.csv` and `web.csv` in `dir`, those of them that there are, with `cells.csv`; asked about on the `days` that end with `last`, or with the
    /// last event. Of what happened before no more is fed than [`GIVEN_DAYS`]. `cases.csv` tells what U1 asks.
    pub fn given(dir: &Path, days: i64, last: Option<At>, home: Jurisdiction) -> Result<Population, Trouble> {
        let mut sheets = BTreeMap::new();
        let mut numbers: Vec<String> = Vec::new();
        for kind in [FeedKind::Location, FeedKind::App, FeedKind::Web] {
            let path = dir.join(format!("{}.csv", kind.as_str()));
            if path.exists() {
                sheets.insert(kind.as_str(), Sheet::read(kind, &path, &mut numbers)?);
            }
        }
        numbers.sort();
        numbers.dedup();
        let times = || sheets.values().flat_map(|sheet| sheet.lines.iter().map(|(at, _)| *at));
        let (Some(first), Some(latest)) = (times().min(), times().max()) else {
            return Err(Trouble(format!(
                "`{}` holds no `location.csv`, `app.csv` or `web.csv` that can be read",
                dir.display()
            )));
        };
        let (first, last) = (first.floor(DAY_US), last.unwrap_or(latest).floor(DAY_US));
        if !(first..=latest).contains(&last) {
            return Err(Trouble("`--last-day` is not a day of the feed files".to_owned()));
        }
        let start = At(last.plus(-(days - 1) * DAY_US).0.max(first.0));
        let first = At(start.plus(-GIVEN_DAYS * DAY_US).0.max(first.0));
        let cells = dir.join("cells.csv");
        let cells = match cells.exists() {
            true => std::fs::read(&cells).map_err(|e| Trouble::file(&cells, &e))?,
            false => bundled::cells().to_vec(),
        };
        let mut population = Population::of(numbers, (first, start), cells, Source::Given(sheets), home)?;
        let cases = dir.join("cases.csv");
        if cases.exists() {
            population.cases = Some(std::fs::read(&cases).map_err(|e| Trouble::file(&cases, &e))?);
        }
        Ok(population)
    }

    fn of(
        numbers: Vec<String>,
        times: (At, At),
        cells: Vec<u8>,
        source: Source,
        home: Jurisdiction,
    ) -> Result<Population, Trouble> {
        let mut towers = HashMap::new();
        let mut reader = Reader::new(FeedKind::Cells, cells.as_slice()).map_err(Trouble::of)?;
        let read = reader.for_each(&mut |_, row| {
            if let Ok(Row::Cell { id, lat, lon, .. }) = row {
                towers.insert(id.to_owned(), (lat, lon));
            }
            ControlFlow::Continue(())
        });
        read.map_err(Trouble::of)?;
        let by_number = numbers.iter().enumerate().map(|(who, number)| (number.clone(), who)).collect();
        let (first, start) = times;
        Ok(Population { numbers, start, first, cells, cases: None, source, home, towers, by_number })
    }

    /// Everybody's events of a kind in `[from, to)`, CSV; `None` where there are none of the kind.
    pub fn csv(&self, kind: FeedKind, from: At, to: At) -> Result<Option<Vec<u8>>, Trouble> {
        match &self.source {
            Source::Made(residents) => events(residents, kind, from, to).map(Some),
            Source::Given(sheets) => Ok(sheets.get(kind.as_str()).and_then(|sheet| {
                let place = |at: At| sheet.lines.partition_point(|(t, _)| *t < at);
                let lines = sheet.lines.get(place(from)..place(to)).filter(|l| !l.is_empty())?;
                let rows = lines.iter().map(|(_, line)| line.as_str());
                let all: Vec<&str> = std::iter::once(sheet.header.as_str()).chain(rows).collect();
                // A last line without an end would be taken for half a line.
                Some((all.join("\n") + "\n").into_bytes())
            })),
        }
    }

    /// Whether they are real people's own moves that U1 asks about: how often those can be foreseen at all is theirs.
    pub fn moves_of_its_own(&self) -> bool {
        matches!(self.source, Source::Given(_)) && self.cases.is_none()
    }

    /// The point of a place.
    pub fn point(&self, spot: Option<Spot<'_>>) -> Option<(f64, f64)> {
        match spot? {
            Spot::Cell(id) => self.towers.get(id).copied(),
            Spot::Point { lat, lon, .. } => Some((lat, lon)),
        }
    }

    /// Whose number it is.
    pub fn who(&self, number: &str) -> Option<usize> {
        self.by_number.get(number).copied()
    }

    /// Words that must be in no answer: numbers, cells, hosts, apps.
    pub fn secrets(&self) -> HashSet<String> {
        let numbers = self.numbers.iter().map(|n| n.trim_start_matches('+').to_owned());
        let hosts = bundled::visited_hosts().into_iter().map(|(host, _)| host);
        let apps = String::from_utf8_lossy(bundled::apps()).into_owned();
        let apps =
            apps.lines().skip(1).filter_map(|l| l.split(',').nth(1).map(str::to_owned)).collect::<Vec<_>>();
        numbers.chain(self.towers.keys().cloned()).chain(hosts).chain(apps).filter(|w| w.len() > 5).collect()
    }

    /// The base stations.
    pub fn towers(&self) -> impl Iterator<Item = (f64, f64)> {
        self.towers.values().copied()
    }
}

/// Where everybody really was, hour by hour.
#[derive(Default)]
pub struct Truth {
    /// Who was where.
    pub presence: Presence,
    /// Where each was seen last in an hour, finest zone.
    pub last: HashMap<(usize, i64), Zone>,
    /// The point where each was seen last in an hour.
    pub points: HashMap<(usize, i64), (f64, f64)>,
    nests: HashMap<(u64, u64), Option<Nest>>,
}

type Nest = [Zone; RUNGS.len()];

impl Truth {
    /// Takes in a location feed, CSV.
    pub fn learn(&mut self, population: &Population, csv: &[u8]) -> Result<(), Trouble> {
        each(FeedKind::Location, csv, &mut |_, number, at, spot| {
            let Some((point, who)) = population.point(spot).zip(population.who(number)) else { return };
            let key = (point.0.to_bits(), point.1.to_bits());
            let Some(nest) = *self.nests.entry(key).or_insert_with(|| nest(point)) else { return };
            let hour = at.0.div_euclid(HOUR_US);
            self.presence.seen(u32::try_from(who).unwrap_or(u32::MAX), &nest, hour);
            self.last.insert((who, hour), nest[0]);
            self.points.insert((who, hour), point);
        })
    }

    /// All finest zones there are, each with those it lies in.
    pub fn nests(&self) -> Vec<Vec<u64>> {
        let mut all: Vec<Vec<u64>> =
            self.nests.values().flatten().map(|n| n.iter().map(|z| z.0).collect()).collect();
        all.sort();
        all.dedup();
        all
    }

    /// How many were in each zone of every rung in an hour.
    pub fn counts(&self, hour: i64) -> HashMap<u64, u32> {
        let zones: HashSet<Zone> = self.nests.values().flatten().flatten().copied().collect();
        let count =
            |zone: Zone| u32::try_from(self.presence.of(Point::Hour(zone, hour)).len()).unwrap_or(u32::MAX);
        zones.into_iter().map(|zone| (zone.0, count(zone))).collect()
    }

    /// Where somebody spends the nights: the point where he was seen last in most hours of them.
    pub fn home(&self, who: usize, hours: impl Iterator<Item = i64>) -> Option<(f64, f64)> {
        let mut tally: HashMap<(u64, u64), u32> = HashMap::new();
        for point in hours.filter_map(|hour| self.points.get(&(who, hour))) {
            *tally.entry((point.0.to_bits(), point.1.to_bits())).or_default() += 1;
        }
        let most = tally.into_iter().max_by_key(|(point, n)| (*n, *point));
        most.map(|((lat, lon), _)| (f64::from_bits(lat), f64::from_bits(lon)))
    }
}

fn nest((lat, lon): (f64, f64)) -> Option<Nest> {
    let finest = zone::from_point(lat, lon)?;
    let mut out = [finest; RUNGS.len()];
    for (slot, rung) in out.iter_mut().zip(RUNGS) {
        *slot = zone::parent(finest, rung)?;
    }
    Some(out)
}

/// The middle of the base stations in a zone: the best guess of whoever has a public list of them.
pub fn middle(population: &Population, told: Zone) -> Option<(f64, f64)> {
    let inside = |(lat, lon): &(f64, f64)| zone::from_point(*lat, *lon).is_some_and(|z| zone::holds(told, z));
    let all: Vec<(f64, f64)> = population.towers().filter(inside).collect();
    let n = all.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).sum::<f64>() / n;
    (!all.is_empty()).then(|| (mean(|p| p.0), mean(|p| p.1)))
}

/// How far apart, m.
pub fn apart_m(a: (f64, f64), b: (f64, f64)) -> f64 {
    distance_km(a.0, a.1, b.0, b.1) * 1000.0
}

/// What takes the lines of a feed: line, phone number, instant, place.
pub type Each<'f> = dyn FnMut(u64, &str, At, Option<Spot<'_>>) + 'f;

/// Hands the readable lines of a feed on.
pub fn each(kind: FeedKind, csv: &[u8], take: &mut Each<'_>) -> Result<(), Trouble> {
    let mut reader = Reader::new(kind, csv).map_err(Trouble::of)?;
    let read = reader.for_each(&mut |line, row| {
        match row {
            Ok(Row::Location { subscriber, at, spot }) => take(line, subscriber, at, Some(spot)),
            Ok(Row::App { subscriber, at, .. } | Row::Web { subscriber, at, .. }) => {
                take(line, subscriber, at, None)
            }
            _ => {}
        }
        ControlFlow::Continue(())
    });
    read.map_err(Trouble::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_given_files_is_fed_the_last_one_too() {
        let dir = tempfile::tempdir().unwrap();
        let csv = "subscriber,at,lat,lon\n+491,2026-03-01T08:00:00Z,48.1,11.5\n+491,2026-03-02T08:00:00Z,48.1,11.5\n";
        std::fs::write(dir.path().join("location.csv"), csv).unwrap();
        let given = Population::given(dir.path(), 1, None, Jurisdiction::SG).unwrap();
        for day in 0..2 {
            let from = given.first.plus(day * DAY_US);
            let csv = given.csv(FeedKind::Location, from, from.plus(DAY_US)).unwrap().unwrap();
            let mut lines = 0;
            each(FeedKind::Location, &csv, &mut |_, _, _, _| lines += 1).unwrap();
            assert_eq!(lines, 1);
        }
    }
}
