//! `dongui bench feed`: a made-up location feed, from its file to sealed profiles in the database, by the command that operators
//! use, and the parts of that in this process.
use super::house::House;
use super::{Feed, command, hundredth, median, tenth, usage};
use crate::ambient::SystemClock;
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::feed::{Event, FeedKind, Happening, Row, Spot};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, Clock, DAY_US, HOUR_US, SECOND_US};
use crate::domain::zone::Zone;
use crate::feed::commuters::commuters;
use crate::feed::town::Town;
use crate::feed::{self, Reader, Stopped};
use crate::minimise::zone;
use crate::profile::Profile;
use crate::store::profiles;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The days that the feed tells of.
const SPAN_S: u64 = 7 * 86_400;
/// The one day of a feed that is loaded with and without its crowds lies so far back that by the clock it enters none any more, µs.
const PAST_US: i64 = 14 * DAY_US;

/// How long something took.
#[derive(Debug, Clone, Copy, Default)]
struct Took {
    rows: u64,
    wall: Duration,
    cpu_us: u64,
}

impl Took {
    fn per_s(&self) -> f64 {
        self.rows as f64 / self.wall.as_secs_f64().max(1e-9)
    }
    /// Rows in a second of CPU time: what one core does.
    fn per_core_s(&self) -> f64 {
        self.rows as f64 * 1e6 / self.cpu_us.max(1) as f64
    }
    fn json(&self) -> Value {
        json!({ "rows": self.rows, "per_s": self.per_s().round(), "per_core_s": self.per_core_s().round(),
            "wall_ms": self.wall.as_millis() as u64, "cpu_ms": self.cpu_us / 1000 })
    }
}

/// A load by the command, in a process of its own.
struct Loaded {
    took: Took,
    peak_kb: u64,
    file_bytes: u64,
    profile_bytes: f64,
}

/// Removes the file when it is no longer needed.
struct Made(PathBuf);

impl Drop for Made {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

pub fn run(installation: &Installation, arguments: &Feed) -> Result<Answer, Trouble> {
    let town = Town::munich().ok_or_else(|| Trouble("the bundled cells do not read".to_owned()))?;
    let data = installation.data.join("bench-feed");
    let week = SystemClock.now().floor(HOUR_US).plus(-(SPAN_S as i64) * SECOND_US - HOUR_US);
    let file = make(&data, arguments, arguments.rows, (week, SPAN_S), &town)?;
    let parsed = parse(&file.0)?;
    let folded = fold(&file.0, &town)?;
    let whole = load(&data, arguments, &file.0, Present::Clock)?;
    drop(file);
    let longer = match arguments.memory {
        false => None,
        true => {
            let file = make(&data, arguments, arguments.rows * 2, (week, SPAN_S), &town)?;
            Some(load(&data, arguments, &file.0, Present::Clock)?)
        }
    };
    let crowds = arguments.crowds.map(|rounds| crowds(&data, arguments, rounds, &town)).transpose()?;
    let mut text = format!(
        "{} rows of {} subscribers, {:.0} MB\n",
        arguments.rows,
        arguments.subscribers,
        whole.file_bytes as f64 / 1e6
    );
    for (name, took) in [
        ("parsed only", &parsed),
        ("parsed, resolved, folded in memory", &folded),
        ("whole: folded, sealed, durable", &whole.took),
    ] {
        text.push_str(&format!(
            "  {name:<36}{:>10.0} rows/s {:>10.0} rows/s per core\n",
            took.per_s(),
            took.per_core_s()
        ));
    }
    text.push_str(&format!(
        "  whole over in memory, CPU: {:.2}; peak {:.0} MB; {:.0} bytes a sealed profile\n",
        folded.per_core_s() / whole.took.per_core_s(),
        whole.peak_kb as f64 / 1e3,
        whole.profile_bytes
    ));
    if let Some(longer) = &longer {
        text.push_str(&format!(
            "  twice the rows: {:.0} rows/s per core, peak {:.0} MB\n",
            longer.took.per_core_s(),
            longer.peak_kb as f64 / 1e3
        ));
    }
    if let Some(crowds) = &crowds {
        text.push_str(&crowds.text());
    }
    let figures = json!({
        "subscribers": arguments.subscribers,
        "file_bytes": whole.file_bytes,
        "parsed": parsed.json(),
        "folded_in_memory": folded.json(),
        "whole": whole.took.json(),
        "whole_over_in_memory_cpu": hundredth(folded.per_core_s() / whole.took.per_core_s()),
        "peak_kb": whole.peak_kb,
        "profile_bytes": tenth(whole.profile_bytes),
        "crowds": crowds.as_ref().map(Crowds::json),
        "twice_the_rows": longer.map(|l| json!({ "whole": l.took.json(), "peak_kb": l.peak_kb })),
    });
    Ok(Answer::new(text, json!({ "feed": figures })))
}

/// What is taken for the present while a file is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Present {
    /// What the clock says.
    Clock,
    /// What the file says.
    Own,
}

/// The same day loaded with and without crowds, medians: rows in a second of CPU time, and of the clock.
struct Crowds {
    rounds: u16,
    with: (f64, f64),
    without: (f64, f64),
}

impl Crowds {
    fn text(&self) -> String {
        let Crowds { rounds, with, without } = self;
        format!(
            "  one day, medians of {rounds}: {:.0} rows/s per core with crowds, {:.0} without: {:.2} (by the clock {:.2})\n",
            with.0,
            without.0,
            with.0 / without.0,
            with.1 / without.1
        )
    }
    fn json(&self) -> Value {
        let Crowds { rounds, with, without } = self;
        let of = |(per_core_s, per_s): &(f64, f64)| json!({ "per_core_s": per_core_s.round(), "per_s": per_s.round() });
        json!({ "rounds": rounds, "with": of(with), "without": of(without),
            "with_over_without_cpu": hundredth(with.0 / without.0), "with_over_without": hundredth(with.1 / without.1) })
    }
}

/// Loads a day of long ago by its own time, so that every row enters crowds, and by the clock, so that none does. All else is the same.
fn crowds(data: &Path, arguments: &Feed, rounds: u16, town: &Town) -> Result<Crowds, Trouble> {
    let day = SystemClock.now().floor(DAY_US).plus(-PAST_US);
    let file = make(data, arguments, arguments.rows, (day, 86_400), town)?;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        with.push(load(data, arguments, &file.0, Present::Own)?.took);
        without.push(load(data, arguments, &file.0, Present::Clock)?.took);
    }
    let middle =
        |took: &[Took]| (median(took.iter().map(Took::per_core_s)), median(took.iter().map(Took::per_s)));
    Ok(Crowds { rounds, with: middle(&with), without: middle(&without) })
}

/// Writes a feed of so many seconds from an instant on.
fn make(
    data: &Path,
    arguments: &Feed,
    rows: u64,
    (start, span_s): (At, u64),
    town: &Town,
) -> Result<Made, Trouble> {
    std::fs::create_dir_all(data).map_err(|e| Trouble::file(data, &e))?;
    let path = data.join(format!("location-{rows}.csv"));
    let mut feed = commuters(u64::from(arguments.subscribers), rows, start, span_s, town);
    let made = Made(path);
    let mut write = || {
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&made.0)?);
        std::io::copy(&mut feed, &mut out)?;
        out.flush()
    };
    write().map_err(|e| Trouble::file(&made.0, &e))?;
    Ok(made)
}

/// Walks the file on this thread.
fn walk(path: &Path, take: &mut dyn FnMut(Row<'_>) -> Result<(), Trouble>) -> Result<Took, Trouble> {
    let file = File::open(path).map_err(|e| Trouble::file(path, &e))?;
    let (began, from, mut rows) = (Instant::now(), usage::process_us(std::process::id())?, 0);
    let reader = Reader::new(FeedKind::Location, file).map_err(Trouble::of)?;
    feed::drain(reader, &mut |line, row| {
        rows += 1;
        take(row.map_err(|e| Trouble(format!("line {line}: {}", e.sentence())))?)
    })
    .map_err(|e| match e {
        Stopped::Feed(e) => Trouble::of(e),
        Stopped::By(e) => e,
    })?;
    Ok(Took { rows, wall: began.elapsed(), cpu_us: usage::process_us(std::process::id())? - from })
}

fn parse(path: &Path) -> Result<Took, Trouble> {
    walk(path, &mut |row| {
        std::hint::black_box(&row);
        Ok(())
    })
}

/// The same as a broker without database, keys and ledger would: every subscriber known, every profile open in memory.
fn fold(path: &Path, town: &Town) -> Result<Took, Trouble> {
    let towers = town.towers().iter();
    let cells: FxHashMap<&str, Zone> =
        towers.filter_map(|t| Some((t.id.as_str(), zone::from_point(t.lat, t.lon)?))).collect();
    let mut slots: FxHashMap<Box<str>, usize> = FxHashMap::default();
    let mut all: Vec<Profile> = Vec::new();
    let (mut hour, mut offset_s) = (i64::MIN, 0);
    let took = walk(path, &mut |row| {
        let Row::Location { subscriber, at, spot: Spot::Cell(cell) } = row else {
            return Err(Trouble("not a row of cells".to_owned()));
        };
        let zone = *cells.get(cell).ok_or_else(|| Trouble("an unknown cell".to_owned()))?;
        let slot = match slots.get(subscriber) {
            Some(slot) => *slot,
            None => {
                all.push(Profile::default());
                slots.insert(subscriber.into(), all.len() - 1);
                all.len() - 1
            }
        };
        if at.0.div_euclid(HOUR_US) != hour {
            hour = at.0.div_euclid(HOUR_US);
            offset_s = Jurisdiction::DE.offset_s(at);
        }
        if let Some(profile) = all.get_mut(slot) {
            profile.fold(&Event { at, what: Happening::Stay { zone, sensitive: false } }, offset_s);
        }
        Ok(())
    })?;
    std::hint::black_box(&all);
    Ok(took)
}

/// Loads the file into a fresh house with the command that operators use.
fn load(data: &Path, arguments: &Feed, path: &Path, present: Present) -> Result<Loaded, Trouble> {
    let dir = data.join(format!("bench-{}", arguments.subscribers));
    if dir.exists() {
        std::fs::remove_dir_all(&dir).map_err(|e| Trouble::file(&dir, &e))?;
    }
    let house = House::open(data, arguments.subscribers, false)?;
    let words = ["feed", "load", "--kind", "location"].map(OsString::from).into_iter();
    let own = (present == Present::Own).then(|| "--own-time".into());
    let ran = command::run(&house, words.chain(own).chain([path.into()]))?;
    let said = ran.said.ok_or_else(|| Trouble("the load failed".to_owned()))?;
    let count = |name: &str| said.pointer(&format!("/0/{name}")).and_then(Value::as_u64).unwrap_or(0);
    let rows = count("lines");
    if count("kept") != rows || rows == 0 {
        return Err(Trouble(format!("the load did not keep every row: {said}")));
    }
    let file_bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    let profile_bytes = sealed_bytes(&house)?;
    let took = Took { rows, wall: ran.wall, cpu_us: ran.cpu_us };
    Ok(Loaded { took, peak_kb: ran.peak_kb, file_bytes, profile_bytes })
}

/// Mean bytes of a sealed profile, over a thousand of them.
fn sealed_bytes(house: &House) -> Result<f64, Trouble> {
    let store = house.installation().store()?;
    let (mut sum, mut count) = (0usize, 0usize);
    for n in (0..house.subscribers()).step_by((house.subscribers() as usize / 1000).max(1)) {
        if let Some(p) = store.read("bench.profile", |tx| profiles::find(tx, house.subscriber(n)))? {
            sum += p.sealed.len();
            count += 1;
        }
    }
    if count == 0 { Err(Trouble("no profile was made".to_owned())) } else { Ok(sum as f64 / count as f64) }
}
