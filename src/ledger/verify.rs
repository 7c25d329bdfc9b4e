//! Verifies a bundle, reading each file once: names, signature, hashes, every line, the way from the leaves to the signed root.
//!
//! `verify.py` beside it does the same in the same order. Deliberately absent: trust in anything within the bundle but what the key
//! given from outside has signed.
use super::bundle::{FILES, MAX_RECORD};
use super::checkpoint::Checkpoint;
use super::line::{CSV_HEAD, Header, digest, parse_record};
use super::manifest::{Manifest, RangeProof, Sum, signed};
use super::note::Verifier;
use super::report::{Broken, Report};
use super::shelf::Shelf;
use super::tally::{Chains, Followed, Opened};
use super::tile::MAX_ENTRY;
use super::tree::{Frontier, decompose};
use crate::crypt::hash::{Running, commitment, sha256};
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
    if !manifest.files.keys().eq(FILES) {
        return Err(Broken::file("manifest.json", "does not list the files of a bundle"));
    }
    for name in ["README.txt", "schema.json", "verify.py"] {
        summed(shelf, &manifest, name)?;
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

/// Refuses missing and extra files.
fn names(shelf: &dyn Shelf) -> Result<(), Broken> {
    let mut there = shelf.names().map_err(|e| Broken::file(".", format!("cannot be read: {e}")))?;
    let wanted = || FILES.into_iter().chain(["manifest.json", "manifest.sig"]);
    if let Some(missing) = wanted().find(|name| !there.iter().any(|t| t == name)) {
        return Err(Broken::file(missing, "is missing"));
    }
    there.retain(|name| !wanted().any(|w| w == name));
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
    name: &'static str,
    file: Box<dyn BufRead + 's>,
    running: Running,
    bytes: u64,
    number: u64,
    line: Vec<u8>,
}

impl<'s> Lines<'s> {
    fn open(shelf: &'s dyn Shelf, name: &'static str) -> Result<Lines<'s>, Broken> {
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
    let (mut opened, mut chains) = (0, Chains::from(manifest.first));
    let mut verdict = head(&mut files[2]);
    for index in manifest.first..manifest.first + manifest.count {
        if verdict.is_err() {
            break;
        }
        verdict = side_by_side(index, &mut files, frontier, &mut chains)
            .map(|is_open| opened += u64::from(is_open));
    }
    for file in files {
        file.end(manifest, &verdict)?;
    }
    verdict?;
    if opened != manifest.opened {
        return Err(Broken::file("manifest.json", "counts other numbers of opened and erased records"));
    }
    Ok(chains.finish())
}

/// Reads the head of the table.
fn head(table: &mut Lines<'_>) -> Result<(), Broken> {
    let right = table.next()? == CSV_HEAD.as_bytes();
    right.then_some(()).ok_or_else(|| table.broken("is not the head of the table"))
}

/// Reads the lines of one leaf and tells whether its record is there.
fn side_by_side(
    index: u64,
    files: &mut [Lines<'_>; 3],
    frontier: &mut Frontier,
    chains: &mut Chains,
) -> Result<bool, Broken> {
    // All three are read first, so that they stand at this leaf whichever is found wrong.
    for file in files.iter_mut() {
        file.next()?;
    }
    let [leaves, records, table] = files;
    let leaf = leaves.whole()?;
    frontier.append(leaf);
    let header = Header::parse(leaf).map_err(|what| leaves.broken(what))?;
    let claim = header.commitment().map_err(|what| leaves.broken(what))?;
    let opened = parse_record(index, records.whole()?).map_err(|what| records.broken(what))?;
    if opened.is_some_and(|(salt, record, _)| commitment(&salt, record) != claim) {
        return Err(records.broken("is not what the leaf commits to"));
    }
    if table.line != header.row(index, opened.map(|(_, record, _)| record)).as_bytes() {
        return Err(table.broken("does not say what leaf and record say"));
    }
    let behind = opened.as_ref().map(|(salt, record, ordinals)| Opened { salt, record, ordinals });
    chains.take(index, header.recipient(), behind).map_err(|what| records.broken(what))?;
    Ok(opened.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sample::{Files, bundle, reseal, vkey};

    fn verdict(files: &Files) -> Result<Report, Broken> {
        check(files, &Verifier::parse(&vkey()).unwrap())
    }

    fn edit(files: &mut Files, name: &str, from: &str, to: &str) {
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
    }

    /// A small generator, so that a failure repeats (Knuth's MMIX constants).
    fn random(state: &mut u64) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize
    }

    #[test]
    fn every_range_of_a_log_verifies() {
        for (size, first, end) in [
            (0, 0, 0),
            (1, 0, 1),
            (1, 0, 0),
            (1, 1, 1),
            (7, 3, 4),
            (300, 0, 300),
            (300, 255, 257),
            (300, 299, 300),
            (1000, 321, 640),
        ] {
            let report = verdict(&bundle(size, first, end)).unwrap();
            assert_eq!((report.size, report.first, report.leaves), (size, first, end - first));
            assert_eq!(report.opened + report.erased, report.leaves);
            assert_eq!(report.erased, (first..end).filter(|i| i % 5 == 0).count() as u64);
        }
    }

    #[test]
    fn ten_thousand_changes_of_one_byte_are_all_detected() {
        let whole = bundle(300, 120, 160);
        let names: Vec<&String> = whole.keys().collect();
        let (mut state, mut files) = (1, whole.clone());
        for round in 0..10_000 {
            let name = names[round % names.len()];
            let (at, flip) = (random(&mut state) % whole[name].len(), random(&mut state) % 255 + 1);
            files.get_mut(name).unwrap()[at] ^= flip as u8;
            let broken = verdict(&files).expect_err("a changed byte passed");
            let named = broken.file == *name || (name == "manifest.json" && broken.file == "manifest.sig");
            assert!(named, "byte {at} of {name} was blamed on {broken}");
            if ["leaves.jsonl", "records.jsonl", "records.csv"].contains(&name.as_str()) {
                let line = 1 + whole[name][..at].iter().filter(|b| **b == b'\n').count() as u64;
                assert_eq!(broken.line, Some(line), "byte {at} of {name} was blamed on {broken}");
            }
            files.get_mut(name).unwrap()[at] ^= flip as u8;
        }
        assert!(verdict(&files).is_ok());
    }

    #[test]
    fn a_byte_added_or_cut_off_anywhere_is_detected() {
        let whole = bundle(40, 10, 20);
        for name in whole.keys() {
            let mut files = whole.clone();
            files.get_mut(name).unwrap().push(b'\n');
            assert!(verdict(&files).is_err(), "{name} longer");
            files.get_mut(name).unwrap().truncate(whole[name].len() - 1);
            assert!(verdict(&files).is_err(), "{name} shorter");
            files.remove(name);
            assert_eq!(verdict(&files).unwrap_err(), Broken::file(name, "is missing"));
        }
        let mut files = whole;
        files.insert("notes.txt".to_owned(), Vec::new());
        assert_eq!(verdict(&files).unwrap_err().to_string(), "`notes.txt` does not belong to the bundle");
    }

    #[test]
    fn an_insider_who_signs_anew_is_still_caught_at_the_line() {
        let whole = bundle(300, 120, 160);
        let wrong = |name: &str, from: &str, to: &str| {
            let mut files = whole.clone();
            edit(&mut files, name, from, to);
            reseal(&mut files, |_| {});
            let broken = verdict(&files).unwrap_err();
            (broken.file, broken.line)
        };
        let at = |file: &str, line| (file.to_owned(), line);
        assert_eq!(wrong("records.jsonl", "\"seq\":123", "\"seq\":124"), at("records.jsonl", Some(4)));
        assert_eq!(
            wrong("records.jsonl", "{\"index\":121,", "{\"index\":122,"),
            at("records.jsonl", Some(2))
        );
        assert_eq!(
            wrong("records.jsonl", "true,\"index\":125", "null,\"index\":125"),
            at("records.jsonl", Some(6))
        );
        assert_eq!(wrong("records.csv", "permitted", "refused"), at("records.csv", Some(3)));
        assert_eq!(wrong("leaves.jsonl", "\"v\":1", "\"v\":2"), at("leaves.jsonl", Some(1)));
        assert_eq!(wrong("leaves.jsonl", "\"hour\":", "\"hour\": "), at("leaves.jsonl", Some(1)));
        assert_eq!(wrong("proofs.json", "\"right\":[\"", "\"right\":[\"00"), at("proofs.json", None));
        assert_eq!(wrong("checkpoint", "\n300\n", "\n301\n"), at("checkpoint", None));
        assert_eq!(wrong("vkey", "ledger", "hedger"), at("vkey", None));
    }

    #[test]
    fn an_insider_cannot_move_hide_or_recount_what_the_tree_holds() {
        let whole = bundle(300, 120, 160);
        // A leaf whose commitment stays, in both files that tell of it: only the root can know.
        let mut files = whole.clone();
        edit(&mut files, "leaves.jsonl", "\"consent\"", "\"request\"");
        edit(&mut files, "records.csv", "\"consent\"", "\"request\"");
        reseal(&mut files, |_| {});
        assert!(verdict(&files).unwrap_err().what.contains("do not lead to the root"));
        // The range shortened by its last line, and shifted.
        let shorter = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let cut = text.trim_end().rfind('\n').unwrap() + 1;
            text.as_bytes()[..cut].to_vec()
        };
        let mut files = whole.clone();
        for name in ["leaves.jsonl", "records.jsonl", "records.csv"] {
            files.insert(name.to_owned(), shorter(&whole[name]));
        }
        reseal(&mut files, |m| (m.count, m.opened) = (m.count - 1, m.opened - 1));
        assert!(verdict(&files).is_err());
        let mut files = whole.clone();
        reseal(&mut files, |m| m.first += 1);
        assert!(verdict(&files).is_err());
        // An opened record counted as erased.
        let mut files = whole.clone();
        reseal(&mut files, |m| (m.opened, m.erased) = (m.opened - 1, m.erased + 1));
        assert_eq!(verdict(&files).unwrap_err().file, "manifest.json");
        // Another log's key.
        let other = Verifier::new("ledger.operator.example/kr", [1; 32]).unwrap();
        assert_eq!(check(&whole, &other).unwrap_err().file, "manifest.sig");
    }
}
