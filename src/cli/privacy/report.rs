//! What the attacks came to: a line each for people, JSON for programs, a page to keep. Deliberately absent: the page's looks, which are a template's.
use super::campaign::Plan;
use super::listened::Curve;
use super::population::Population;
use super::published;
use super::registry::{Found, REGISTRY, USES};
use super::{Attack as Wanted, When};
use crate::attack::verdict::{Attack, Figure, Outcome, Use, Worth};
use crate::cli::{Answer, Trouble};
use crate::screens::attacked::{Attacked, Plot, Row};
use serde_json::{Value, json};
use std::path::Path;

/// A plot's title, what is along its foot, and its line in a mode.
type Drawn = (&'static str, &'static str, fn(&Found) -> &Curve);

/// A report in the making.
pub struct Report {
    persons: usize,
    given: bool,
    own_moves: bool,
    plan: Plan,
    off: Option<Found>,
    on: Option<Found>,
    /// What U1 and U3 came to, which need no broker.
    pub input: Vec<(&'static str, Figure)>,
    /// What the input gives away by itself.
    pub tables: Vec<published::Row>,
    /// Share of questions answered, by crowd.
    pub by_crowd: Vec<(u32, f64)>,
    /// How long it took, s.
    pub took_s: u64,
}

impl Report {
    /// Nothing tried yet.
    pub fn new(wanted: &Wanted, population: &Population, plan: Plan) -> Report {
        let given = wanted.feeds.is_some();
        Report {
            persons: population.numbers.len(),
            given,
            own_moves: population.moves_of_its_own(),
            plan,
            off: None,
            on: None,
            input: Vec::new(),
            tables: Vec::new(),
            by_crowd: Vec::new(),
            took_s: 0,
        }
    }

    /// Adds a mode.
    pub fn add(&mut self, on: bool, found: Found) {
        *(if on { &mut self.on } else { &mut self.off }) = Some(found);
    }

    /// What each attack came to that was tried.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let of = |found: &Option<Found>, id| found.as_ref().and_then(|f| f.figures.get(id)).cloned();
        let tried = |entry: &super::registry::Entry| {
            let mut attack = entry.attack;
            if attack.id == "A10" {
                // One over the crowd that the house was built with.
                attack.at_most = 1.0 / f64::from(self.plan.crowd);
            }
            let (off, on) = (of(&self.off, attack.id), of(&self.on, attack.id));
            (off.is_some() || on.is_some()).then(|| Outcome::of(attack, off, on))
        };
        REGISTRY.iter().filter_map(tried).collect()
    }

    /// What each use came to that was tried.
    pub fn worths(&self) -> Vec<Worth> {
        let of = |found: &Option<Found>, id| found.as_ref().and_then(|f| f.figures.get(id)).cloned();
        let tried = |kind: &Use| {
            let mut kind = *kind;
            if kind.id == "U1" && self.own_moves {
                // How much of it can be foreseen differs from data set to data set; that it is foreseen better than by habit need not.
                (kind.passes, kind.at_least) = ("0.05 more than the most frequent place", 0.0);
            }
            let alone = self.input.iter().find(|(id, _)| *id == kind.id).map(|(_, figure)| figure.clone());
            let (off, on) = (of(&self.off, kind.id), alone.or(of(&self.on, kind.id)));
            (off.is_some() || on.is_some()).then(|| Worth::of(kind, off, on))
        };
        USES.iter().filter_map(tried).collect()
    }

    fn passed(&self) -> bool {
        self.outcomes().iter().all(|o| o.passed) && self.worths().iter().all(|w| w.passed)
    }

    fn setting(&self) -> String {
        let whose = if self.given { "people of the given feed files" } else { "made-up people" };
        format!(
            "{} {whose}, {} of them asked about {} for {} days by two recipients that pool what they hear; crowds of {}, seed {}",
            self.persons,
            self.plan.asked,
            if self.plan.when == When::Seen { "in every hour in which each was seen" } else { "every hour" },
            self.plan.days,
            self.plan.crowd,
            self.plan.seed
        )
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let curve = |found: &Option<Found>| {
            found.as_ref().map(
                |f| json!({ "unicity_by_points": f.unicity, "linked_by_day": f.links, "served": f.served }),
            )
        };
        let outcomes = self.outcomes();
        json!({
            "setting": { "persons": self.persons, "asked": self.plan.asked, "days": self.plan.days, "crowd": self.plan.crowd,
                "seed": self.plan.seed, "given": self.given, "seen_only": self.plan.when == When::Seen },
            "took_s": self.took_s,
            "passed": self.passed(),
            "attacks": outcomes,
            "uses": self.worths(),
            "input": self.tables,
            "curves": { "off": curve(&self.off), "on": curve(&self.on), "served_by_crowd": self.by_crowd },
        })
    }

    /// In words and as JSON.
    pub fn answer(&self) -> Answer {
        let outcomes = self.outcomes();
        let mut text = format!("{}\n\n{:<5}{:<42}{:>8}{:>8}\n", self.setting(), "", "guard", "off", "on");
        for o in &outcomes {
            let verdict = verdict(o);
            let (off, on) = (word(&o.off, "-"), word(&o.on, "-"));
            text.push_str(&format!("{:<5}{:<42}{off:>8}{on:>8}  {verdict}\n", o.attack.id, o.attack.title));
            for figure in [&o.off, &o.on].into_iter().flatten() {
                text.push_str(&format!("       {}\n", figure.says));
            }
            for broken in o.on.iter().flat_map(|f| &f.broken) {
                text.push_str(&format!("     ! {broken}\n"));
            }
        }
        let worths = self.worths();
        for w in &worths {
            let (off, on) = (word(&w.off, "-"), word(&w.on, "-"));
            text.push_str(&format!("{:<5}{:<42}{off:>8}{on:>8}  {}\n", w.of.id, w.of.title, good(w)));
            for figure in [&w.off, &w.on].into_iter().flatten() {
                text.push_str(&format!("       {}\n", figure.says));
            }
            for broken in w.on.iter().flat_map(|f| &f.broken) {
                text.push_str(&format!("     ! {broken}\n"));
            }
        }
        if !self.tables.is_empty() {
            text.push_str(&format!(
                "\n{:<58}{:>8}{:>11}\n",
                "share of people told apart by", "here", "published"
            ));
        }
        for row in &self.tables {
            let of = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{share:.3}"));
            text.push_str(&format!("{:<58}{:>8}{:>11}\n", row.what, of(row.share), of(row.published)));
        }
        let all = outcomes.len() + worths.len();
        let passed =
            outcomes.iter().filter(|o| o.passed).count() + worths.iter().filter(|w| w.passed).count();
        text.push_str(&format!("\n{passed} of {all} as they should be, in {} s\n", self.took_s));
        Answer { text, json: self.json(), holds: passed == all }
    }

    /// Writes it into a directory.
    pub fn write(&self, out: &Path) -> Result<(), Trouble> {
        std::fs::create_dir_all(out).map_err(|e| Trouble::file(out, &e))?;
        let json = serde_json::to_string_pretty(&self.json()).map_err(Trouble::of)? + "\n";
        let page = self.page().html().map_err(Trouble::of)? + "\n";
        for (name, text) in [("report.json", json), ("report.html", page)] {
            let path = out.join(name);
            std::fs::write(&path, text).map_err(|e| Trouble::file(&path, &e))?;
        }
        Ok(())
    }

    fn page(&self) -> Attacked {
        let outcomes = self.outcomes();
        let row = |o: &Outcome| {
            let Attack { id, title, figure, passes, .. } = o.attack;
            let (off, on, passed) = (word(&o.off, "–"), word(&o.on, "–"), o.passed);
            Row { id, title, figure, passes, off, on, passed, verdict: verdict(o), says: says(&o.off, &o.on) }
        };
        let worth = |w: &Worth| {
            let Use { id, title, figure, passes, .. } = w.of;
            let (off, on, passed) = (word(&w.off, "–"), word(&w.on, "–"), w.passed);
            Row { id, title, figure, passes, off, on, passed, verdict: good(w), says: says(&w.off, &w.on) }
        };
        Attacked {
            passed: self.passed(),
            setting: self.setting(),
            command: self.command(),
            rows: outcomes.iter().map(row).collect(),
            uses: self.worths().iter().map(worth).collect(),
            plots: self.plots(),
        }
    }

    fn command(&self) -> String {
        let Plan { days, seed, asked, crowd, when } = self.plan;
        let when = if when == When::Seen { " --ask-when seen" } else { "" };
        let whose = if self.given {
            "--feeds DIR".to_owned()
        } else {
            format!("--persons {} --seed {seed}", self.persons)
        };
        format!("dongui privacy attack {whose} --days {days} --asked {asked} --crowd {crowd}{when} --out DIR")
    }

    fn plots(&self) -> Vec<Plot> {
        let mut plots = Vec::new();
        let both: [Drawn; 2] = [
            ("Unicity: share of persons and days that so much of what was told fits alone", "points", |f| {
                &f.unicity
            }),
            ("Linkage: share of people linked from the day before", "day", |f| &f.links),
        ];
        for (title, foot, of) in both {
            let (off, on) = (self.off.as_ref().map(of), self.on.as_ref().map(of));
            let mut places: Vec<i64> = off.into_iter().chain(on).flatten().map(|(place, _)| *place).collect();
            // Zero stands for all there are.
            places.sort_by_key(|place| if *place == 0 { i64::MAX } else { *place });
            places.dedup();
            let line = |curve: Option<&Curve>| {
                let share = |p: &i64| curve?.iter().find(|(place, _)| place == p).map(|(_, share)| *share);
                places.iter().map(share).collect::<Vec<_>>()
            };
            let marks =
                places.iter().map(|p| if *p == 0 { "all".to_owned() } else { p.to_string() }).collect();
            let (off, on) = (line(off), line(on));
            plots.extend((!places.is_empty()).then_some(Plot { title, foot, marks, off, on }));
        }
        if !self.by_crowd.is_empty() {
            plots.push(Plot {
                title: "Service: share of questions for a zone that are answered",
                foot: "least crowd",
                marks: self.by_crowd.iter().map(|(crowd, _)| crowd.to_string()).collect(),
                off: self.by_crowd.iter().map(|_| self.off.as_ref().and_then(|f| f.served)).collect(),
                on: self.by_crowd.iter().map(|(_, served)| Some(*served)).collect(),
            });
        }
        plots
    }
}

/// A figure, or `absent`.
fn word(figure: &Option<Figure>, absent: &str) -> String {
    figure.as_ref().map_or(absent.to_owned(), |f| format!("{:.3}", f.value))
}

/// What figures rest on, and what had to hold and did not.
fn says(off: &Option<Figure>, on: &Option<Figure>) -> Vec<String> {
    let mut says = Vec::new();
    for (mode, figure) in [("off", off), ("on", on)] {
        says.extend(figure.iter().map(|f| format!("{mode}: {}", f.says)));
    }
    says.extend(on.iter().flat_map(|f| &f.broken).map(|b| format!("not so: {b}")));
    says
}

/// What a use came to, in a word.
fn good(w: &Worth) -> &'static str {
    if w.passed { "good enough" } else { "falls short" }
}

/// What an attack came to, in a word.
fn verdict(o: &Outcome) -> &'static str {
    match o {
        Outcome { toothless: true, .. } => "toothless",
        Outcome { holds: false, .. } => "succeeds",
        Outcome { on: None, .. } => "has teeth",
        _ => "held",
    }
}
