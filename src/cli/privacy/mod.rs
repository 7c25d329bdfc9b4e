//! `dongui privacy`. An attack: two hostile recipients against the real API, once with the guard off and once with it on. An attack that fails against an open door proves
//! nothing, so both are told. Deliberately absent: anybody's data; the house is made for it and removed.
mod accounts;
mod campaign;
mod counted;
mod epsilon;
mod hostile;
mod house;
mod interests;
mod listened;
mod lives;
mod meter;
mod names;
mod oracle;
mod population;
mod published;
mod race;
mod registry;
mod report;
mod utility;
mod walks;

use super::demo::once::leave_nothing_behind;
use super::demo::progress::Progress;
use super::{Answer, Installation, Trouble};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use crate::minimise::guard::Guard;
use campaign::{Campaign, Plan};
use clap::{Args, Subcommand, ValueEnum};
use house::House;
use lives::Lives;
use population::Population;
use registry::{Found, REGISTRY, USES};
use report::Report;
use std::path::{Path, PathBuf};

/// Crowds that are compared in a report.
const CROWDS: [u32; 4] = [10, 20, 50, 100];

/// What to do about privacy.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Attack a scratch broker over HTTP; exit 1 if an attack succeeds with the guard on, or fails with it off.
    Attack(Attack),
    /// Say what recipients have learnt of a subscriber in seven days, each and all together.
    Meter(meter::Arguments),
    /// Say which days people were counted on, and what that cost whoever is counted.
    Epsilon(epsilon::Arguments),
}

/// Whom and how to attack.
#[derive(Debug, Args)]
pub struct Attack {
    /// How many people are made up; of many, some are asked about.
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(20..=1_000_000))]
    persons: u32,
    /// Days of questions, every hour.
    #[arg(long, default_value_t = 3, value_name = "D", value_parser = clap::value_parser!(u8).range(2..=60))]
    days: u8,
    /// What everything is drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Feed files to use instead of made-up people, whose clock is that of `--home`: those of location.csv, app.csv, web.csv and cells.csv that there are; cases.csv, in the form of location.csv, tells whom, when
    /// and with what answer U1 asks.
    #[arg(long, value_name = "DIR")]
    feeds: Option<PathBuf>,
    /// The last day of questions, of the days of the feed files; their last one if absent.
    #[arg(long, value_name = "DAY", requires = "feeds", value_parser = day)]
    last_day: Option<At>,
    /// When somebody is asked about: every hour, or only in hours in which the feed saw him.
    #[arg(long, default_value = "hourly", value_name = "WHEN")]
    ask_when: When,
    /// One mode only; both, one after the other, if absent.
    #[arg(long)]
    guard: Option<Mode>,
    /// Some attacks and uses only.
    #[arg(long, value_name = "A2,U1", value_delimiter = ',')]
    only: Vec<String>,
    /// The least crowd of the scratch house's policies; below 50 only to try it out with few people; a policy set takes no less than 10.
    #[arg(long, default_value_t = 50, value_name = "K", value_parser = clap::value_parser!(u32).range(10..=1000))]
    crowd: u32,
    /// At most so many people are asked about.
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(10..=100_000))]
    asked: u32,
    /// Write the report there, as JSON and as a page.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// A mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// As it is wherever subscribers are real.
    On,
    /// Without crowd, budget, coarser homes and silence about sensitive places.
    Off,
}

/// When is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// Every hour.
    Hourly,
    /// In hours in which the feed saw the person.
    Seen,
}

fn day(text: &str) -> Result<At, String> {
    let wrong = || format!("`{text}` is no day; write it as 2026-11-28");
    At::parse(&format!("{text}T00:00:00Z")).ok_or_else(wrong)
}

impl Mode {
    fn guard(self) -> Guard {
        match self {
            Mode::On => Guard::ON,
            Mode::Off => Guard::off_for_made_up_people(),
        }
    }
    fn word(self) -> &'static str {
        if self == Mode::On { "on" } else { "off" }
    }
}

pub fn run(installation: &Installation, command: Command, json: bool) -> Result<Answer, Trouble> {
    match command {
        Command::Attack(wanted) => attack(installation.home, wanted, json),
        Command::Meter(arguments) => meter::run(installation, &arguments),
        Command::Epsilon(arguments) => epsilon::run(installation, &arguments),
    }
}

fn attack(home: Jurisdiction, wanted: Attack, json: bool) -> Result<Answer, Trouble> {
    let known: Vec<&str> = REGISTRY.iter().map(|a| a.attack.id).chain(USES.iter().map(|u| u.id)).collect();
    if let Some(stray) = wanted.only.iter().find(|id| !known.contains(&id.as_str())) {
        return Err(Trouble(format!("there is no attack `{stray}`; `--only` takes {}", known.join(","))));
    }
    let begun = std::time::Instant::now();
    let population = match &wanted.feeds {
        Some(dir) => Population::given(dir, i64::from(wanted.days), wanted.last_day, home)?,
        None => Population::made(wanted.seed, wanted.persons as usize)?,
    };
    let plan = Plan {
        days: i64::from(wanted.days),
        seed: wanted.seed,
        asked: population.numbers.len().min(wanted.asked as usize),
        crowd: wanted.crowd,
        when: wanted.ask_when,
    };
    let wants =
        |ids: &[&str]| wanted.only.is_empty() || wanted.only.iter().any(|o| ids.contains(&o.as_str()));
    let lives = wants(&["U1", "U2", "U3"]).then(|| Lives::of(&population, plan.days)).transpose()?;
    let scratch = tempfile::Builder::new().prefix("dongui-attack-").tempdir().map_err(Trouble::of)?;
    leave_nothing_behind(scratch.path().to_owned());
    let mut report = Report::new(&wanted, &population, plan);
    if let Some(lives) = &lives {
        if wants(&["U1"]) {
            report.input.extend(utility::next_places(&population, lives)?.map(|figure| ("U1", figure)));
        }
        if wants(&["U3"]) {
            report.tables = published::tables(lives, plan.seed, wanted.feeds.is_some());
            report.input.extend(published::compared(&report.tables).map(|figure| ("U3", figure)));
        }
    }
    let asks = wanted.only.is_empty() || wanted.only.iter().any(|o| o != "U1" && o != "U3");
    for mode in [Mode::Off, Mode::On] {
        if !asks || wanted.guard.is_some_and(|only| only != mode) {
            continue;
        }
        let progress = Progress::new(json);
        let dir = scratch.path().join(mode.word());
        let found = {
            let mut house = House::build(&dir, mode.guard(), plan.crowd, &population)?;
            let found = one(&mut house, (&population, lives.as_ref()), plan, progress, &wants);
            house.close();
            found?
        };
        std::fs::remove_dir_all(&dir).map_err(|e| Trouble::file(&dir, &e))?;
        report.add(mode == Mode::On, found);
    }
    if wanted.out.is_some() && wanted.only.is_empty() && wanted.guard.is_none() {
        report.by_crowd = by_crowd(scratch.path(), &population, plan, Progress::new(json))?;
    }
    scratch.close().map_err(Trouble::of)?;
    report.took_s = begun.elapsed().as_secs();
    if let Some(out) = &wanted.out {
        report.write(out)?;
    }
    Ok(report.answer())
}

/// What a larger crowd costs: the share of one day's questions that is answered, with the guard on.
fn by_crowd(
    scratch: &Path,
    population: &Population,
    plan: Plan,
    progress: Progress,
) -> Result<Vec<(u32, f64)>, Trouble> {
    let served = |crowd: u32| {
        let mut house = House::build(&scratch.join(crowd.to_string()), Guard::ON, crowd, population)?;
        let plan = Plan { days: 1, crowd, ..plan };
        let mut campaign = Campaign::begin(&mut house, population, plan, progress)?;
        campaign.listen()?;
        Ok((crowd, campaign.served()))
    };
    CROWDS.into_iter().map(served).collect()
}

/// Everything in one mode.
fn one(
    house: &mut House,
    (population, lives): (&Population, Option<&Lives>),
    plan: Plan,
    progress: Progress,
    wants: &dyn Fn(&[&str]) -> bool,
) -> Result<Found, Trouble> {
    let mut campaign = Campaign::begin(house, population, plan, progress)?;
    let mut found = Found::default();
    if wants(&["A1", "A2", "A3", "A4", "A8", "A10", "A12", "U2"]) {
        campaign.listen()?;
        found.heard(&campaign, wants);
        if let Some(lives) = lives.filter(|_| wants(&["U2"])) {
            found.put("U2", campaign.cards(lives));
        }
    }
    let after = plan.days * 24;
    if wants(&["A5"]) {
        found.put("A5", campaign.oracle(after)?);
    }
    if wants(&["A7"]) {
        found.put("A7", campaign.walks(after + 1)?);
    }
    if wants(&["A11"]) {
        found.put("A11", campaign.race(after + 10)?);
    }
    if wants(&["A13"]) {
        found.put("A13", campaign.names()?);
    }
    if wants(&["A6", "A9"]) {
        campaign.finish_counts()?;
    }
    if wants(&["A15"]) {
        // The evening of the day after the last.
        found.put("A15", campaign.often(after + 24 + 20)?);
    }
    if wants(&["A6", "A9"]) {
        campaign.count_on()?;
        found.put("A6", campaign.differencing());
        found.put("A9", campaign.membership());
    }
    if wants(&["A16", "A17"]) {
        let [country, left] = campaign.accounts()?;
        found.put("A16", country);
        found.put("A17", left);
    }
    if wants(&["A14"]) {
        found.put("A14", campaign.interests()?);
    }
    Ok(found)
}
