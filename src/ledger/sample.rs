//! A log and its bundles for the tests of this room.
use super::bundle::fill;
use super::checkpoint::Checkpoint;
use super::export::{Bare, Export, ExportLeaf};
use super::grow::append;
use super::manifest::{Manifest, Query, Sum, sign};
use super::note::Signer;
use super::tally::{Absent, Ordinals};
use super::tile::Tiles;
use crate::crypt::hash::{commitment, sha256};
use crate::crypt::hex;
use crate::crypt::sign::LogKey;
use crate::domain::entry::{Kind, Leaf};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use std::collections::BTreeMap;
use std::convert::Infallible;

pub(super) const ORIGIN: &str = "ledger.operator.example/kr";

/// Files by name.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

pub(super) fn key() -> LogKey {
    LogKey::from_seed(&[0x5a; 32]).unwrap()
}

pub(super) fn vkey() -> String {
    Signer::new(ORIGIN, &key()).unwrap().verifier().vkey()
}

/// Leaf `i`, every fifth one erased.
pub(super) fn leaf(i: u64) -> ExportLeaf {
    let salt = sha256(&[b"salt", &i.to_be_bytes()]);
    let record = serde_json::json!({
        "seq": i, "decision": "permitted", "categories": ["location.zone"], "note": "동의, \"zone\" \\ =1+1", "ratio": 0.25,
    });
    let record = serde_jcs::to_vec(&record).unwrap();
    let leaf = Leaf {
        v: 1,
        kind: if i.is_multiple_of(3) { Kind::Consent } else { Kind::Request },
        jurisdiction: Jurisdiction::KR,
        recipient: None,
        purpose: None,
        policy: "0c".repeat(32),
        hour: At(1_796_000_400_000_000 + i as i64 / 100 * 3_600_000_000),
        commitment: hex::encode(&commitment(&salt, &record)),
    };
    let opened = if i.is_multiple_of(5) { Err(Absent::Erased) } else { Ok((salt, record)) };
    ExportLeaf { leaf: serde_jcs::to_vec(&leaf).unwrap(), opened, ordinals: Ordinals::default() }
}

/// The tiles of a log of `size` leaves without its entries, and its signed checkpoint.
pub(super) fn log(size: u64) -> (Files, String) {
    let key = key();
    let mut files = Files::new();
    let (mut at, mut root) = (0, sha256(&[]));
    while at < size {
        let end = size.min(at + 4096);
        let growth = append(&files, at, &(at..end).map(|i| leaf(i).leaf).collect::<Vec<_>>()).unwrap();
        files.extend(growth.writes.into_iter().filter(|(path, _)| !path.contains("entries")));
        (at, root) = (growth.size, growth.root);
    }
    let head = Checkpoint { origin: ORIGIN.to_owned(), size, root };
    (files, head.sign(&Signer::new(ORIGIN, &key).unwrap()).unwrap())
}

/// The period of every sample export.
pub(super) const PERIOD: (At, At) = (At(1_796_000_400_000_000), At(1_796_004_000_000_001));

/// A bundle of the leaves `first..end` of a log of `size`, in memory.
pub(super) fn bundle(size: u64, first: u64, end: u64) -> Files {
    let (files, checkpoint) = log(size);
    let key = key();
    let signer = Signer::new(ORIGIN, &key).unwrap();
    let tiles = Tiles::new(&files, size);
    let export = Export {
        query: &Query::new(PERIOD.0, PERIOD.1),
        first,
        checkpoint: &checkpoint,
        tiles: &tiles,
        signer: &signer,
    };
    let mut out = Files::new();
    let report =
        fill(&mut out, &export, (first..end).map(|i| Ok::<_, Infallible>(leaf(i))), &mut Bare).unwrap();
    assert_eq!((report.size, report.first, report.leaves), (size, first, end - first));
    out
}

/// Sums and signs a bundle anew after `change`, as an insider with the log's key would.
pub(super) fn reseal(files: &mut Files, change: impl FnOnce(&mut Manifest)) {
    let mut manifest = Manifest::parse(&files["manifest.json"]).unwrap();
    for (name, sum) in &mut manifest.files {
        let bytes = &files[name];
        *sum = Sum::new(bytes.len() as u64, &sha256(&[bytes]));
    }
    change(&mut manifest);
    let bytes = manifest.bytes();
    let key = key();
    let note = sign(&bytes, &Signer::new(ORIGIN, &key).unwrap()).unwrap();
    files.insert("manifest.json".to_owned(), bytes);
    files.insert("manifest.sig".to_owned(), note.into_bytes());
}
