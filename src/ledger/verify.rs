//! Verifies a bundle, reading each file once: names, signature, hashes, every line, the way from the leaves to the signed root.
//!
//! `verify.py` beside it does the same in the same order. Deliberately absent: trust in anything within the bundle but what the key
//! given from outside has signed.
use super::bundle::{FILES, MAX_RECORD};
use super::checkpoint::Checkpoint;
use super::export::is_annex;
use super::line::{CSV_HEAD, Header, digest, parse_record};
use super::manifest::{Manifest, Query, RangeProof, Sum, signed};
use super::note::Verifier;
use super::report::{Broken, Report};
use super::shelf::Shelf;
use super::tally::{Absent, Chains, Followed, Opened};
use super::tile::MAX_ENTRY;
use super::tree::{Frontier, decompose};
use crate::crypt::hash::{Running, commitment, sha256};
use serde::Deserialize;
use std::io::{BufRead, Read};

/// The longest small file, bytes.
const MAX_SMALL: u64 = 1 << 20;
/// Room in a line of `records.jsonl` or `records.csv` beside the record, whose quotes the latter doubles.
const MAX_LINE: usize = 2 * MAX_RECORD + 4 * MAX_ENTRY;

/// Verifies the bundle on `shelf` against the log's key, which must come from elsewhere than the bundle.
pub fn check(shelf: &dyn Shelf, verifier: &Verifier) -> Result<Report, Broken> {
    names(shelf)?;
    let bytes = small(shelf, "manifest.json")?;
    let note = text("manifest.sig", small(shelf, "manifest.sig")?)?;
    signed(&bytes, &note, verifier).map_err(|e| Broken::file("manifest.sig", format!("fails: {e}")))?;
    let manifest = Manifest::parse(&bytes).map_err(|what| Broken::file("manifest.json", what))?;
    listed(shelf, &manifest)?;
    for name in ["README.txt", "schema.json", "verify.py"] {
        summed(shelf, &manifest, name)?;
    }
    for name in manifest.files.keys().filter(|name| is_annex(name)) {
        let mut lines = Lines::open(shelf, name)?;
        while !lines.next()?.is_empty() {}
        compare(&manifest, name, &Sum::new(lines.bytes, &lines.running.finish()))?;
    }
    if summed(shelf, &manifest, "vkey")? != format!("{}\n", verifier.vkey()).as_bytes() {
        return Err(Broken::file("vkey", "is not the key that was asked for"));
    }
    let note = text("checkpoint", summed(shelf, &manifest, "checkpoint")?)?;
    let head =
        Checkpoint::open(&note, verifier).map_err(|e| Broken::file("checkpoint", format!("fails: {e}")))?;
    let root = digest(&manifest.root).unwrap_or_default();
    if (&head.origin, head.size, head.root) != (&manifest.origin, manifest.size, root) {
        return Err(Broken::file("checkpoint", "is not the one that the manifest names"));
    }
    let proofs = summed(shelf, &manifest, "proofs.json")?;
    let proofs =
        RangeProof::parse(&proofs).ok_or_else(|| Broken::file("proofs.json", "is not a range proof"))?;
    let mut frontier = Frontier::default();
    climb(&mut frontier, manifest.first, &proofs.left)?;
    let followed = lines(shelf, &manifest, &mut frontier)?;
    climb(&mut frontier, manifest.size, &proofs.right)?;
    if frontier.size() != head.size || frontier.root() != head.root {
        return Err(Broken::file(
            "leaves.jsonl",
            "and `proofs.json` do not lead to the root of the checkpoint",
        ));
    }
    Ok(Report::of(&manifest, followed))
}

/// Refuses a manifest that lists other files than are there.
fn listed(shelf: &dyn Shelf, manifest: &Manifest) -> Result<(), Broken> {
    let all = FILES.iter().all(|name| manifest.files.contains_key(*name));
    if !all || manifest.files.keys().any(|name| !FILES.contains(&name.as_str()) && !is_annex(name)) {
        return Err(Broken::file("manifest.json", "does not list the files of a bundle"));
    }
    let there = shelf.names().map_err(|e| Broken::file(".", format!("cannot be read: {e}")))?;
    if let Some(missing) = manifest.files.keys().find(|name| !there.contains(name)) {
        return Err(Broken::file(missing, "is missing"));
    }
    match there.iter().find(|name| is_annex(name) && !manifest.files.contains_key(*name)) {
        Some(extra) => Err(Broken::file(extra, "does not belong to the bundle")),
        None => Ok(()),
    }
}

/// Refuses missing and extra files.
fn names(shelf: &dyn Shelf) -> Result<(), Broken> {
    let mut there = shelf.names().map_err(|e| Broken::file(".", format!("cannot be read: {e}")))?;
    let wanted = || FILES.into_iter().chain(["manifest.json", "manifest.sig"]);
    if let Some(missing) = wanted().find(|name| !there.iter().any(|t| t == name)) {
        return Err(Broken::file(missing, "is missing"));
    }
    there.retain(|name| !wanted().any(|w| w == name) && !is_annex(name));
    match there.first() {
        Some(extra) => Err(Broken::file(extra, "does not belong to the bundle")),
        None => Ok(()),
    }
}

/// A whole small file.
fn small(shelf: &dyn Shelf, name: &str) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    let read = shelf.open(name).and_then(|file| file.take(MAX_SMALL + 1).read_to_end(&mut bytes));
    read.map_err(|e| Broken::file(name, format!("cannot be read: {e}")))?;
    if bytes.len() as u64 > MAX_SMALL {
        return Err(Broken::file(name, "is too long"));
    }
    Ok(bytes)
}

/// A whole small file whose sum is in the manifest.
fn summed(shelf: &dyn Shelf, manifest: &Manifest, name: &str) -> Result<Vec<u8>, Broken> {
    let bytes = small(shelf, name)?;
    compare(manifest, name, &Sum::new(bytes.len() as u64, &sha256(&[&bytes])))?;
    Ok(bytes)
}

fn compare(manifest: &Manifest, name: &str, found: &Sum) -> Result<(), Broken> {
    match manifest.files.get(name) {
        Some(sum) if sum == found => Ok(()),
        _ => Err(Broken::file(name, "was changed: its length or SHA-256 is not that of the manifest")),
    }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Broken> {
    String::from_utf8(bytes).map_err(|_| Broken::file(name, "is not UTF-8"))
}

/// Brings the frontier to `end` leaves by the hashes of a range proof, of which there must be just enough.
fn climb(frontier: &mut Frontier, end: u64, hashes: &[String]) -> Result<(), Broken> {
    let subtrees = decompose(frontier.size(), end);
    if subtrees.len() != hashes.len() {
        return Err(Broken::file("proofs.json", "has more or fewer hashes than the range needs"));
    }
    for ((level, _), hash) in subtrees.into_iter().zip(hashes) {
        let hash = digest(hash)
            .ok_or_else(|| Broken::file("proofs.json", "has a hash that is not 64 lower-case hex digits"))?;
        if !frontier.append_subtree(level, hash) {
            return Err(Broken::file("proofs.json", "does not fit the range"));
        }
    }
    Ok(())
}

/// A file read line by line and hashed as it goes.
struct Lines<'s> {
    name: &'s str,
    file: Box<dyn BufRead + 's>,
    running: Running,
    bytes: u64,
    number: u64,
    line: Vec<u8>,
}

impl<'s> Lines<'s> {
    fn open(shelf: &'s dyn Shelf, name: &'s str) -> Result<Lines<'s>, Broken> {
        let file = shelf.open(name).map_err(|e| Broken::file(name, format!("cannot be read: {e}")))?;
        Ok(Lines { name, file, running: Running::default(), bytes: 0, number: 0, line: Vec::new() })
    }

    /// The next line with its newline; empty at the end of the file.
    fn next(&mut self) -> Result<&[u8], Broken> {
        self.line.clear();
        self.number += 1;
        let read = (&mut self.file).take(MAX_LINE as u64).read_until(b'\n', &mut self.line);
        read.map_err(|e| Broken::file(self.name, format!("cannot be read: {e}")))?;
        self.running.update(&self.line);
        self.bytes += self.line.len() as u64;
        Ok(&self.line)
    }

    /// The line last read, without its newline; there must be one.
    fn whole(&self) -> Result<&[u8], Broken> {
        self.line.strip_suffix(b"\n").ok_or_else(|| self.broken("is missing or has no end"))
    }

    fn broken(&self, what: impl Into<String>) -> Broken {
        Broken::line(self.name, self.number, what)
    }

    /// Reads to the end and refuses another sum than the manifest's. Where reading side by side has failed, the file that was changed
    /// is to blame, at the line that was reached: a line of one file may contradict an innocent line of another.
    fn end(mut self, manifest: &Manifest, verdict: &Result<(), Broken>) -> Result<(), Broken> {
        let reached = self.number;
        while !self.next()?.is_empty() {}
        let changed = compare(manifest, self.name, &Sum::new(self.bytes, &self.running.finish()));
        match (changed, verdict) {
            (Ok(()), Ok(())) if self.number > reached + 1 => {
                Err(Broken::line(self.name, reached + 1, "is beyond the range"))
            }
            (Err(_), Err(broken)) if broken.file == self.name => Err(broken.clone()),
            (Err(changed), Err(_)) => Err(Broken { line: Some(reached), ..changed }),
            (changed, _) => changed,
        }
    }
}

/// Reads leaves, records and table, appends the leaves to the frontier and follows the chains.
fn lines(shelf: &dyn Shelf, manifest: &Manifest, frontier: &mut Frontier) -> Result<Followed, Broken> {
    let mut files = [
        Lines::open(shelf, "leaves.jsonl")?,
        Lines::open(shelf, "records.jsonl")?,
        Lines::open(shelf, "records.csv")?,
    ];
    let (mut opened, mut withheld) = (0, 0);
    let mut chains = manifest.query.chains(manifest.first);
    let mut verdict = head(&mut files[2]);
    for index in manifest.first..manifest.first + manifest.count {
        if verdict.is_err() {
            break;
        }
        verdict = side_by_side(index, &mut files, frontier, (&manifest.query, &mut chains)).map(|behind| {
            opened += u64::from(behind.is_ok());
            withheld += u64::from(behind == Err(Absent::Withheld));
        });
    }
    for file in files {
        file.end(manifest, &verdict)?;
    }
    verdict?;
    if (opened, withheld) != (manifest.opened, manifest.withheld) {
        return Err(Broken::file(
            "manifest.json",
            "counts other numbers of opened, erased and withheld records",
        ));
    }
    Ok(chains.finish())
}

/// Reads the head of the table.
fn head(table: &mut Lines<'_>) -> Result<(), Broken> {
    let right = table.next()? == CSV_HEAD.as_bytes();
    right.then_some(()).ok_or_else(|| table.broken("is not the head of the table"))
}

/// About whom a record is.
#[derive(Deserialize)]
struct About {
    #[serde(default)]
    subscriber: Option<String>,
}

/// Refuses what is withheld though it was asked for, and what is told though it was not.
fn answers(query: &Query, header: &Header, behind: Result<&[u8], Absent>) -> Result<(), &'static str> {
    let (kind, recipient) = (header.kind(), header.recipient());
    match behind {
        Err(Absent::Withheld) if query.tells(kind, recipient) => Err("is withheld though it was asked for"),
        Ok(record) if !query.is_whole() => {
            let about: About =
                serde_json::from_slice(record).map_err(|_| "is about no subscriber that can be read")?;
            let asked = query.asks(kind, recipient, about.subscriber.as_deref());
            asked.then_some(()).ok_or("is told though it was not asked for")
        }
        _ => Ok(()),
    }
}

/// Reads the lines of one leaf and tells whether its record is there.
fn side_by_side(
    index: u64,
    files: &mut [Lines<'_>; 3],
    frontier: &mut Frontier,
    (query, chains): (&Query, &mut Chains),
) -> Result<Result<(), Absent>, Broken> {
    // All three are read first, so that they stand at this leaf whichever is found wrong.
    for file in files.iter_mut() {
        file.next()?;
    }
    let [leaves, records, table] = files;
    let leaf = leaves.whole()?;
    frontier.append(leaf);
    let header = Header::parse(leaf).map_err(|what| leaves.broken(what))?;
    let claim = header.commitment().map_err(|what| leaves.broken(what))?;
    let told = parse_record(index, records.whole()?).map_err(|what| records.broken(what))?;
    if told.is_ok_and(|(salt, record, _)| commitment(&salt, record) != claim) {
        return Err(records.broken("is not what the leaf commits to"));
    }
    let record = told.map(|(_, record, _)| record);
    if table.line != header.row(index, record).as_bytes() {
        return Err(table.broken("does not say what leaf and record say"));
    }
    answers(query, &header, record).map_err(|what| records.broken(what))?;
    let behind = told.as_ref().map(|(salt, record, ordinals)| Opened { salt, record, ordinals });
    let followed = chains.take(index, header.recipient(), behind.map_err(|absent| *absent));
    followed.map_err(|what| records.broken(what))?;
    Ok(record.map(drop))
}
