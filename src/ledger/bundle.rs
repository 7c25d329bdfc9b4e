//! The regulator's export: a contiguous range of leaves with their records and everything needed to verify them offline.
//!
//! | file | what |
//! |---|---|
//! | `manifest.json`, `manifest.sig` | question, counts, SHA-256 of every other file; signed note over the manifest's SHA-256 |
//! | `leaves.jsonl` | the leaves, byte for byte as in the tree |
//! | `records.jsonl` | per leaf its salt and record, or that its key was destroyed |
//! | `records.csv` | the same as a table for spreadsheets |
//! | `proofs.json` | hashes left and right of the range, by which the leaves lead to the root |
//! | `parties.json`, `report…` | whom ids stand for, and what is drawn from the records; not in every bundle |
//! | `checkpoint`, `vkey` | head of the log as signed, key that signed it |
//! | `README.txt`, `schema.json`, `verify.py` | how to read and verify it, with Python's standard library alone |
//!
//! Deliberately absent: the time it was made, so that the same question over the same log gives the same bytes. Leaves stream: memory
//! does not grow with their number.
use super::checkpoint::Checkpoint;
use super::export::{Annex, Export, ExportError, ExportLeaf};
use super::line::{CSV_HEAD, Header, canonical, record_line};
use super::manifest::{self, FORMAT, Manifest, RangeProof, Sum};
use super::note::Verifier;
use super::report::{Broken, Report};
use super::shelf::{Dir, NewDir, Sink};
use super::tally::{Absent, Chains, Opened};
use super::tile::{MAX_ENTRY, TileError, Tiles};
use super::tree::{Frontier, decompose};
use crate::crypt::hash::{Digest, Running, commitment};
use crate::crypt::hex;
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::path::Path;

/// The longest record, bytes of canonical JSON.
pub const MAX_RECORD: usize = 1 << 20;

/// Files whose bytes are the same in every bundle of this version.
pub(super) const FIXED: [(&str, &str); 3] = [
    ("README.txt", include_str!("readme.txt")),
    ("schema.json", include_str!("schema.json")),
    ("verify.py", include_str!("verify.py")),
];

/// Every file of a bundle but the manifest and its signature.
pub(super) const FILES: [&str; 9] = [
    "README.txt",
    "checkpoint",
    "leaves.jsonl",
    "proofs.json",
    "records.csv",
    "records.jsonl",
    "schema.json",
    "verify.py",
    "vkey",
];

/// Files on their way out, hashed as they go.
struct Outgoing<'s> {
    sink: &'s mut dyn Sink,
    sums: BTreeMap<String, (u64, Running)>,
}

impl Outgoing<'_> {
    fn put(&mut self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        if !self.sums.contains_key(name) {
            self.sums.insert(name.to_owned(), Default::default());
        }
        let Some((bytes, running)) = self.sums.get_mut(name) else { return Ok(()) };
        for part in parts {
            self.sink.append(name, part)?;
            running.update(part);
            *bytes += part.len() as u64;
        }
        Ok(())
    }
}

/// Writes a bundle of `leaves`, which follow one another from `export.first` on. Every commitment and the root are checked before
/// anything is signed; on an error the sink is left without a manifest, which no verifier takes.
pub fn fill<E: Into<Box<dyn Error + Send + Sync>>>(
    sink: &mut dyn Sink,
    export: &Export<'_>,
    leaves: impl IntoIterator<Item = Result<ExportLeaf, E>>,
    annex: &mut dyn Annex,
) -> Result<Report, ExportError> {
    let head = Checkpoint::open(export.checkpoint, export.signer.verifier())?;
    let mut frontier = Frontier::default();
    let left = subtrees(export.tiles, &mut frontier, export.first.min(head.size))?;
    let mut out = Outgoing { sink, sums: BTreeMap::new() };
    // Begun here, so that they exist when no leaf follows.
    out.put("leaves.jsonl", &[b""])?;
    out.put("records.jsonl", &[b""])?;
    out.put("records.csv", &[CSV_HEAD.as_bytes()])?;
    let (mut index, mut opened, mut withheld) = (export.first, 0, 0);
    let mut chains = export.query.chains(export.first);
    for leaf in leaves {
        let leaf = leaf.map_err(|e| ExportError::Leaves(e.into()))?;
        if index >= head.size {
            return Err(ExportError::Leaf { index, what: "is beyond the checkpoint" });
        }
        put_leaf(&mut out, (index, &leaf), &mut chains, annex)?;
        frontier.append(&leaf.leaf);
        opened += u64::from(leaf.opened.is_ok());
        withheld += u64::from(leaf.opened == Err(Absent::Withheld));
        index += 1;
    }
    let right = subtrees(export.tiles, &mut frontier, head.size)?;
    if frontier.size() != head.size || frontier.root() != head.root || export.first > head.size {
        return Err(ExportError::Root);
    }
    out.put("proofs.json", &[&RangeProof { left, right }.bytes()])?;
    out.put("checkpoint", &[export.checkpoint.as_bytes()])?;
    out.put("vkey", &[export.signer.verifier().vkey().as_bytes(), b"\n"])?;
    for (name, text) in FIXED {
        out.put(name, &[text.as_bytes()])?;
    }
    for (name, bytes) in annex.files() {
        out.put(&name, &[&bytes])?;
    }
    let count = index - export.first;
    let followed = chains.finish();
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        origin: head.origin,
        query: export.query.clone(),
        size: head.size,
        root: hex::encode(&head.root),
        first: export.first,
        count,
        opened,
        erased: count - opened - withheld,
        withheld,
        files: std::mem::take(&mut out.sums)
            .into_iter()
            .map(|(name, (bytes, running))| (name, Sum::new(bytes, &running.finish())))
            .collect(),
    };
    let bytes = manifest.bytes();
    out.sink.append("manifest.json", &bytes)?;
    out.sink.append("manifest.sig", manifest::sign(&bytes, export.signer)?.as_bytes())?;
    out.sink.close()?;
    Ok(Report::of(&manifest, followed))
}

/// Brings the frontier from where it stands to `end` leaves by hashes out of the tiles, and gives those hashes.
fn subtrees(tiles: &Tiles<'_>, frontier: &mut Frontier, end: u64) -> Result<Vec<String>, TileError> {
    let mut out = Vec::new();
    for (level, index) in decompose(frontier.size(), end) {
        let hash: Digest = tiles.node(level, index)?;
        // INVARIANT: a decomposition is aligned, so no subtree is refused.
        let _stands = frontier.append_subtree(level, hash);
        out.push(hex::encode(&hash));
    }
    Ok(out)
}

/// Writes the three lines of one leaf.
fn put_leaf(
    out: &mut Outgoing<'_>,
    (index, leaf): (u64, &ExportLeaf),
    chains: &mut Chains,
    annex: &mut dyn Annex,
) -> Result<(), ExportError> {
    let bad = |what| ExportError::Leaf { index, what };
    if leaf.leaf.len() > MAX_ENTRY {
        return Err(bad("is longer than an entry can be"));
    }
    let header = Header::parse(&leaf.leaf).map_err(bad)?;
    let told = leaf.opened.as_ref().map_err(|absent| *absent);
    if let Ok((salt, record)) = told {
        if record.len() > MAX_RECORD {
            return Err(bad("has a record that is too long"));
        }
        canonical(record).map_err(|_| bad("has a record that is not canonical JSON"))?;
        if commitment(salt, record) != header.commitment().map_err(bad)? {
            return Err(bad("does not commit to its record"));
        }
    }
    let behind = told.map(|(salt, record)| Opened { salt, record, ordinals: &leaf.ordinals });
    chains.take(index, header.recipient(), behind).map_err(bad)?;
    annex.take(index, &leaf.leaf, told.map(|(_, record)| record.as_slice())).map_err(bad)?;
    let line = told.map(|(salt, record)| (*salt, record.as_slice(), leaf.ordinals));
    out.put("leaves.jsonl", &[&leaf.leaf, b"\n"])?;
    out.put("records.jsonl", &[&record_line(index, line), b"\n"])?;
    out.put("records.csv", &[header.row(index, told.map(|(_, record)| record.as_slice())).as_bytes()])?;
    Ok(())
}

/// Writes a bundle into a new or empty directory, durably.
pub fn write<E: Into<Box<dyn Error + Send + Sync>>>(
    dir: &Path,
    export: &Export<'_>,
    leaves: impl IntoIterator<Item = Result<ExportLeaf, E>>,
    annex: &mut dyn Annex,
) -> Result<Report, ExportError> {
    fill(&mut NewDir::create(dir)?, export, leaves, annex)
}

/// Verifies the bundle in a directory against the log's key in its text form, which must come from elsewhere than the bundle.
pub fn verify(dir: &Path, vkey: &str) -> Result<Report, Broken> {
    let verifier = Verifier::parse(vkey.trim()).map_err(|e| Broken::file("vkey", e.to_string()))?;
    super::verify::check(&Dir(dir), &verifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::export::Bare;
    use crate::ledger::manifest::Query;
    use crate::ledger::note::Signer;
    use crate::ledger::sample::{Files, ORIGIN, PERIOD, bundle, key, leaf, log, reseal, vkey};
    use std::convert::Infallible;
    use std::process::Command;

    /// What `verify.py` out of this tree says of a bundle: exit status and text.
    fn python(files: &Files, key: Option<&str>) -> (Option<i32>, String) {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        let mut command = Command::new("python3");
        command.arg("-c").arg(FIXED[2].1).arg(dir.path());
        if let Some(key) = key {
            command.args(["--key", key]);
        }
        let out = command.output().expect("python3 runs the verifier");
        (out.status.code(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned())
    }

    #[test]
    fn both_verifiers_take_a_bundle_from_a_directory_and_the_same_question_gives_the_same_bytes() {
        let (files, checkpoint) = log(600);
        let key = key();
        let signer = Signer::new(ORIGIN, &key).unwrap();
        let tiles = Tiles::new(&files, 600);
        let (from, to) = PERIOD;
        let query = Query::new(from, to);
        let export =
            Export { query: &query, first: 250, checkpoint: &checkpoint, tiles: &tiles, signer: &signer };
        let dir = tempfile::tempdir().unwrap();
        let leaves = || (250..520).map(|i| Ok::<_, Infallible>(leaf(i)));
        let report = write(dir.path(), &export, leaves(), &mut Bare).unwrap();
        assert_eq!(verify(dir.path(), &vkey()), Ok(report.clone()));
        assert_eq!((report.leaves, report.opened, report.erased), (270, 216, 54));
        let script = dir.path().join("verify.py");
        let out = Command::new("python3")
            .arg("-I")
            .arg(&script)
            .arg(dir.path())
            .args(["--key", &vkey()])
            .output()
            .unwrap();
        let said = String::from_utf8(out.stdout).unwrap();
        assert_eq!(
            said,
            format!("verified: 270 leaves from index 250 of 600 in {ORIGIN}, 216 opened, 54 erased\n"),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let again = bundle(600, 250, 520);
        for (name, bytes) in &again {
            assert_eq!(&std::fs::read(dir.path().join(name)).unwrap(), bytes, "{name}");
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), again.len());
        assert!(
            matches!(write(dir.path(), &export, leaves(), &mut Bare), Err(ExportError::Write(_))),
            "a full directory is kept"
        );
    }

    #[test]
    fn python_verifies_edges_and_finds_every_changed_file() {
        let (code, said) = python(&bundle(0, 0, 0), None);
        assert_eq!((code, said.contains("compare it with the published one")), (Some(0), true), "{said}");
        assert_eq!(python(&bundle(9, 9, 9), Some(&vkey())).0, Some(0));
        let whole = bundle(300, 120, 160);
        assert_eq!(python(&whole, Some(&vkey())).0, Some(0));
        for (i, name) in whole.keys().enumerate() {
            let mut files = whole.clone();
            let at = files[name].len() * (i + 1) / 13;
            files.get_mut(name).unwrap()[at] ^= 1;
            let (code, said) = python(&files, Some(&vkey()));
            let blamed = if name == "manifest.json" { "manifest.sig" } else { name };
            assert!(code == Some(1) && said.starts_with(&format!("broken: `{blamed}`")), "{name}: {said}");
            assert_eq!(python(&files, None).0, Some(1), "{name} without a key");
            files.remove(name);
            assert_eq!(python(&files, Some(&vkey())), (Some(1), format!("broken: `{name}` is missing\n")));
        }
        let mut files = whole;
        files.insert("extra".to_owned(), Vec::new());
        assert_eq!(python(&files, None).1, "broken: `extra` does not belong to the bundle\n");
    }

    #[test]
    fn python_catches_the_insider_who_signs_anew() {
        let whole = bundle(300, 120, 160);
        for (name, from, to, said) in [
            (
                "records.jsonl",
                "\"seq\":123",
                "\"seq\":124",
                "`records.jsonl` line 4 is not what the leaf commits to",
            ),
            ("records.csv", "permitted", "refused", "`records.csv` line 3 does not say"),
            (
                "leaves.jsonl",
                "\"hour\":",
                "\"hour\": ",
                "`leaves.jsonl` line 1 is not one JSON object without blanks",
            ),
            ("leaves.jsonl", "\"policy\":\"0c", "\"policy\":\"0d", "`records.csv` line 2 does not say"),
            ("proofs.json", "\"left\":[\"", "\"left\":[\"00\",\"", "`proofs.json` has other hashes"),
            ("checkpoint", "\n300\n", "\n301\n", "`checkpoint` fails: the signature"),
        ] {
            let mut files = whole.clone();
            let text = String::from_utf8(files[name].clone()).unwrap();
            assert!(text.contains(from), "{name} has no {from}");
            files.insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
            reseal(&mut files, |_| {});
            let (code, heard) = python(&files, Some(&vkey()));
            assert!(code == Some(1) && heard.starts_with(&format!("broken: {said}")), "{name}: {heard}");
        }
        let mut files = whole;
        reseal(&mut files, |m| m.first += 1);
        assert_eq!(python(&files, Some(&vkey())).0, Some(1));
    }

    #[test]
    fn nothing_is_signed_over_a_leaf_or_tile_that_was_changed() {
        let (mut files, checkpoint) = log(300);
        let key = key();
        let signer = Signer::new(ORIGIN, &key).unwrap();
        let run = |files: &Files, first, leaves: Vec<Result<ExportLeaf, &str>>| {
            let tiles = Tiles::new(files, 300);
            let (from, to) = PERIOD;
            let query = Query::new(from, to);
            let export =
                Export { query: &query, first, checkpoint: &checkpoint, tiles: &tiles, signer: &signer };
            let mut out = Files::new();
            let failed = fill(&mut out, &export, leaves, &mut Bare).unwrap_err();
            assert!(!out.contains_key("manifest.json") && !out.contains_key("manifest.sig"));
            failed
        };
        let changed = |change: fn(&mut ExportLeaf)| {
            let mut one = leaf(11);
            change(&mut one);
            vec![Ok(one)]
        };
        let salt = run(&files, 11, changed(|l| l.opened.as_mut().unwrap().0[0] ^= 1));
        assert_eq!(salt.to_string(), "leaf 11 does not commit to its record");
        assert!(matches!(
            run(&files, 11, changed(|l| l.opened = Ok(([0; 32], b"{} ".to_vec())))),
            ExportError::Leaf { .. }
        ));
        assert!(matches!(run(&files, 11, changed(|l| l.leaf.push(b'\n'))), ExportError::Leaf { .. }));
        assert!(matches!(run(&files, 12, changed(|_| {})), ExportError::Root));
        assert!(matches!(
            run(&files, 299, vec![Ok(leaf(299)), Ok(leaf(300))]),
            ExportError::Leaf { index: 300, .. }
        ));
        assert!(matches!(run(&files, 301, vec![]), ExportError::Root));
        assert!(matches!(run(&files, 11, vec![Err("the store is away")]), ExportError::Leaves(_)));
        files.get_mut("tile/0/001.p/44").unwrap()[5] ^= 1;
        assert!(matches!(run(&files, 11, changed(|_| {})), ExportError::Root));
    }
}
