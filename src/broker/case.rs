//! What a regulator sees of an export in a console: its reports, entries and a lot of them, read from the bundle that was made and from nothing else.
//! Deliberately absent: making it (`approve_export`), and counting anything anew: what is shown is what was signed.
use super::approve_export::{Asked, State};
use super::archive;
use super::console::{About, Looker, Page, Standing};
use super::sequence::Directory;
use super::{Broker, Failure};
use crate::domain::entry::{Kind, Leaf};
use crate::ledger::lot::Lot;
use crate::ledger::manifest::Manifest;
use crate::ledger::receipt::Receipt;
use crate::ledger::tile::Tiles;
use crate::report::parties::Parties;
use crate::report::told::Told;
use crate::store::Fault;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::{Path, PathBuf};

/// Entries on one page.
pub const PAGE: usize = 50;
/// The longest file of a bundle that is read whole, bytes.
const WHOLE: u64 = 64 << 20;

/// An export and what it says.
#[derive(Debug)]
pub struct Case {
    /// What was asked and how it stands.
    pub asked: Asked,
    /// Its reports, while it lies there.
    pub told: Option<Told>,
}

/// Which entries are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// From this index on.
    pub from: Option<u64>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this month, UTC, such as `2026-11`.
    pub month: Option<String>,
}

/// What is behind a leaf, as the bundle tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// Salt, hex, and canonical JSON of the record.
    Opened(String, String),
    /// Its key was destroyed.
    Erased,
    /// It is about others than were asked about.
    Withheld,
}

/// An entry of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Leaf index.
    pub index: u64,
    /// The leaf, as in the log.
    pub text: String,
    /// The same, read.
    pub leaf: Leaf,
    /// What is behind it.
    pub behind: Behind,
    /// Name of the recipient that the leaf names.
    pub recipient: Option<String>,
}

/// Some entries of a bundle.
#[derive(Debug)]
pub struct Lines {
    /// Which export.
    pub id: String,
    /// Index of the first entry of the bundle.
    pub first: u64,
    /// Entries of the bundle.
    pub count: u64,
    /// Those that were looked for.
    pub lines: Vec<Line>,
    /// From which index on there are more of them.
    pub next: Option<u64>,
}

/// One entry with its proof.
#[derive(Debug)]
pub struct Proved {
    /// The entry.
    pub line: Line,
    /// That it is in the log (C2SP tlog-proof), under the checkpoint of the bundle.
    pub proof: String,
}

/// A lot to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wager<'s> {
    /// What is drawn by.
    pub seed: &'s str,
    /// How many.
    pub size: usize,
    /// Of which kind alone.
    pub kind: Option<Kind>,
}

/// A line of `records.jsonl`.
#[derive(Deserialize)]
struct Record<'l> {
    index: u64,
    #[serde(borrow, default)]
    record: Option<&'l RawValue>,
    #[serde(default)]
    salt: Option<String>,
    #[serde(default)]
    withheld: bool,
}

impl Broker {
    /// An export that somebody in a console asked for, with its reports where it lies there.
    ///
    /// # Errors
    /// As `look`; `NotFound` also for another client's.
    pub fn case(&self, at: Standing<'_>, id: &str) -> Result<(Looker, Case), Failure> {
        let (looker, asked) = self.looked(at, id, Page::Case, None)?;
        let told = match asked.state {
            State::Made => {
                let bytes = archive::small(&self.made(id), "report.json", WHOLE).map_err(gone)?;
                Some(serde_json::from_slice(&bytes).map_err(|_| unreadable())?)
            }
            _ => None,
        };
        Ok((looker, Case { asked, told }))
    }

    /// The entries of one that are looked for, a page of them.
    ///
    /// # Errors
    /// As `case`; `Conflict` while it does not lie there.
    pub fn case_lines(
        &self,
        at: Standing<'_>,
        id: &str,
        search: &Search,
    ) -> Result<(Looker, Lines), Failure> {
        let (looker, asked) = self.looked(at, id, Page::Entries, None)?;
        let from = search.from.unwrap_or(0);
        let lines = self.lines_of(&asked, PAGE, &mut |index, leaf| {
            index >= from
                && search.kind.is_none_or(|kind| leaf.kind == kind)
                && search.month.as_deref().is_none_or(|month| leaf.hour.date().starts_with(month))
        })?;
        Ok((looker, lines))
    }

    /// One entry of one, with the proof that it is in the log.
    ///
    /// # Errors
    /// As `case_lines`; `NotFound` for an index that is not in it.
    pub fn case_entry(&self, at: Standing<'_>, id: &str, index: u64) -> Result<(Looker, Proved), Failure> {
        let (looker, asked) = self.looked(at, id, Page::Entry, Some(index))?;
        // The one after it is wanted too, so that nothing is read beyond that.
        let found = self.lines_of(&asked, 1, &mut |at, _| at >= index)?;
        let line = found
            .lines
            .into_iter()
            .find(|line| line.index == index)
            .ok_or(Failure::NotFound("entry of this export"))?;
        let path = self.made(id);
        let note = archive::small(&path, "checkpoint", WHOLE).map_err(gone)?;
        let note = String::from_utf8(note).map_err(|_| unreadable())?;
        let directory = Directory(self.settings().log_dir.clone());
        let size = manifest(&path)?.size;
        let proof = Receipt::new(&Tiles::new(&directory, size), index, size, &note)
            .map_err(|e| Failure::Fault(Fault::Ledger(e.to_string())))?;
        Ok((looker, Proved { line, proof: proof.text() }))
    }

    /// Entries of one, drawn by lot (`ledger::lot`).
    ///
    /// # Errors
    /// As `case_lines`.
    pub fn case_lot(
        &self,
        at: Standing<'_>,
        id: &str,
        wager: &Wager<'_>,
    ) -> Result<(Looker, Lines), Failure> {
        let (looker, asked) = self.looked(at, id, Page::Sample, None)?;
        let mut lot = Lot::new(wager.seed, wager.size);
        self.lines_of(&asked, 0, &mut |index, leaf| {
            if wager.kind.is_none_or(|kind| leaf.kind == kind) {
                lot.offer(index);
            }
            false
        })?;
        let taken: BTreeSet<u64> = lot.taken().into_iter().collect();
        let lines = self.lines_of(&asked, taken.len(), &mut |index, _| taken.contains(&index))?;
        Ok((looker, Lines { next: None, ..lines }))
    }

    /// The bundle of one as zip, for browsers: the same bytes for the same bundle.
    ///
    /// # Errors
    /// As `case_lines`.
    pub fn case_zip(&self, at: Standing<'_>, id: &str) -> Result<PathBuf, Failure> {
        let (_, asked) = self.looked(at, id, Page::Bundle, None)?;
        lies(&asked)?;
        let (made, zip) = (self.made(id), self.made(id).with_extension("zip"));
        let since = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified());
        let began = since(&made).map_err(gone)?;
        // It is as old as what it was made from, so that it is cleared away with it and never shown in the place of another.
        if since(&zip).ok() != Some(began) {
            let written = |e: std::io::Error| {
                Failure::Fault(Fault::Ledger(format!("an export cannot be packed: {}", e.kind())))
            };
            let mut new = tempfile::NamedTempFile::new_in(self.exports()).map_err(written)?;
            archive::rezip(&made, new.as_file_mut()).map_err(written)?;
            new.as_file().set_modified(began).map_err(written)?;
            new.persist(&zip).map_err(|e| written(e.error))?;
        }
        Ok(zip)
    }

    /// Records the look at an export that the looker's own client asked for. It is about whom the export is about.
    fn looked(
        &self,
        at: Standing<'_>,
        id: &str,
        page: Page,
        index: Option<u64>,
    ) -> Result<(Looker, Asked), Failure> {
        let looker = self.in_console(at)?;
        let asked = self.asked_export(id)?;
        if asked.by != looker.caller().client().id {
            return Err(Failure::NotFound("export"));
        }
        let about = About { subscriber: asked.wanted.subscriber, recipient: asked.wanted.recipient };
        let which = index.map_or_else(|| id.to_owned(), |index| format!("{id} {index}"));
        self.record_look(&looker, page, Some(which), about)?;
        Ok((looker, asked))
    }

    /// The first `most` entries that are wanted, and the index of the one after them. Every entry is shown to `wants` until then, in order.
    fn lines_of(
        &self,
        asked: &Asked,
        most: usize,
        wants: &mut dyn FnMut(u64, &Leaf) -> bool,
    ) -> Result<Lines, Failure> {
        lies(asked)?;
        let path = self.made(&asked.id);
        let manifest = manifest(&path)?;
        let parties = archive::small(&path, "parties.json", WHOLE).map_err(gone)?;
        let parties: Parties = serde_json::from_slice(&parties).map_err(|_| unreadable())?;
        let leaves = archive::member(&path, "leaves.jsonl").map_err(gone)?.lines();
        let records = archive::member(&path, "records.jsonl").map_err(gone)?.lines();
        let (id, first, count) = (asked.id.clone(), manifest.first, manifest.count);
        let mut found = Lines { id, first, count, lines: Vec::new(), next: None };
        for ((text, record), index) in leaves.zip(records).zip(first..) {
            let (text, record) = (text.map_err(gone)?, record.map_err(gone)?);
            let leaf: Leaf = serde_json::from_str(&text).map_err(|_| unreadable())?;
            if !wants(index, &leaf) {
                continue;
            }
            if found.lines.len() == most {
                found.next = Some(index);
                break;
            }
            let behind = behind(index, &record)?;
            let named = leaf.recipient.map(|id| id.to_string());
            let recipient = named.map(|id| parties.name(&id).map_or(id.clone(), str::to_owned));
            found.lines.push(Line { index, text, leaf, behind, recipient });
        }
        Ok(found)
    }
}

fn behind(index: u64, line: &str) -> Result<Behind, Failure> {
    let read: Record<'_> = serde_json::from_str(line).map_err(|_| unreadable())?;
    if read.index != index {
        return Err(unreadable());
    }
    Ok(match (read.record, read.salt) {
        (Some(record), Some(salt)) => Behind::Opened(salt, record.get().to_owned()),
        _ if read.withheld => Behind::Withheld,
        _ => Behind::Erased,
    })
}

fn manifest(path: &Path) -> Result<Manifest, Failure> {
    let bytes = archive::small(path, "manifest.json", WHOLE).map_err(gone)?;
    Manifest::parse(&bytes).map_err(|_| unreadable())
}

/// Refuses an export that does not lie there.
fn lies(asked: &Asked) -> Result<(), Failure> {
    match asked.state {
        State::Made => Ok(()),
        _ => Err(Failure::Conflict(
            "this export is not made yet, or was cleared away; see its page".to_owned(),
        )),
    }
}

/// A file that was cleared away since it was looked at.
fn gone(e: std::io::Error) -> Failure {
    match e.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::Conflict("this export has just been cleared away; see its page".to_owned())
        }
        kind => Failure::Fault(Fault::Ledger(format!("a made export cannot be read: {kind}"))),
    }
}

fn unreadable() -> Failure {
    Failure::Fault(Fault::Ledger("a made export is of another form".to_owned()))
}
