//! Once a second waiting entries get their numbers, and tiles and a signed checkpoint are published.
//!
//! The database's numbers are the truth; tiles on disk follow them and are made anew from it after a crash. A checkpoint on
//! disk whose last leaf the database does not hold means that the database was set back, and stops disclosures.
use super::{Broker, Failure};
use crate::crypt::hash::Digest;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::grow;
use crate::ledger::note::{Signer, Verifier};
use crate::ledger::tile::{TileError, TilePath, TileSource, Tiles};
use crate::ledger::tree::leaf_hash;
use crate::store::{Fault, entries};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Entries numbered in one story: a few milliseconds of the writer, which requests wait for.
const STORY: u32 = 256;
/// Leaves read from the database at a time.
const LEAVES: i64 = 4096;

/// Tiles in a directory, as C2SP tlog-tiles lays them out.
#[derive(Debug, Clone)]
pub struct Directory(pub PathBuf);

impl TileSource for Directory {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }
}

/// The state of the published log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Leaves.
    pub size: u64,
    /// Root of the tree.
    pub root: Digest,
    /// The signed checkpoint.
    pub note: String,
}

impl Broker {
    /// Numbers what waits and publishes it, one at a time: an older checkpoint must not replace a newer one.
    pub fn sequence(&self) -> Result<Published, Failure> {
        let _one = self.sequencing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _alone = alone(&self.settings.log_dir)?;
        let signer = self.log_signer()?;
        let directory = Directory(self.settings.log_dir.clone());
        let published = self.published(&directory, signer.verifier()).and_then(|published| {
            self.holds(&directory, published.as_ref())?;
            Ok(published)
        });
        // A check that could not be made counts as failed. Nothing is numbered meanwhile: what is recorded now must not take the
        // place of what was lost.
        self.behind.store(published.is_err(), Ordering::Relaxed);
        let published = published?;
        // A story that was not full took the last; what came since waits a second.
        while self.store.write("ledger.number", |tx| entries::number(tx, STORY))? == STORY as usize {}
        let published = self.publish(&directory, &signer, published)?;
        self.figures.published(published.size, self.clock.now());
        Ok(published)
    }

    /// The name of the log and its public key.
    pub fn log_verifier(&self) -> Result<Verifier, Failure> {
        Ok(self.log_signer()?.verifier().clone())
    }

    /// A file of the published log by its path: `checkpoint` or a tile.
    pub fn published_file(&self, path: &str) -> Option<Vec<u8>> {
        (path == "checkpoint" || TilePath::parse(path).is_some()).then_some(())?;
        Directory(self.settings.log_dir.clone()).read(path)
    }

    pub(super) fn log_signer(&self) -> Result<Signer<'_>, Failure> {
        let origin =
            self.settings.issuer.split_once("://").map_or(self.settings.issuer.as_str(), |(_, host)| host);
        Signer::new(&format!("{origin}/log"), &self.log_key)
            .map_err(|_| Failure::Halted("the issuer is no name for a log"))
    }

    /// Whether the database holds the last leaf that was published. Commitments are salted, so one that was set back never
    /// comes to hold it again, however much is recorded since.
    fn holds(&self, directory: &Directory, published: Option<&Published>) -> Result<(), Failure> {
        let Some((size, last)) = published.and_then(|p| Some((p.size, p.size.checked_sub(1)?))) else {
            return Ok(());
        };
        let told = Tiles::new(directory, size).node(0, last).map_err(unreadable)?;
        let held = self.store.read("ledger.last", |tx| entries::leaves(tx, last, 1))?;
        if held.first().is_some_and(|leaf| leaf_hash(leaf) == told) {
            return Ok(());
        }
        Err(Failure::Halted("the database is behind the last published checkpoint; restore a newer one"))
    }

    fn publish(
        &self,
        directory: &Directory,
        signer: &Signer<'_>,
        published: Option<Published>,
    ) -> Result<Published, Failure> {
        let target = self.store.read("ledger.size", entries::size)?;
        let mut size = published.as_ref().map_or(0, |p| p.size);
        if let Some(published) = published.as_ref().filter(|p| p.size == target) {
            return Ok(published.clone());
        }
        let mut root = published.as_ref().map_or_else(crate::ledger::tree::empty_root, |p| p.root);
        while size < target {
            let leaves = self.store.read("ledger.leaves", |tx| entries::leaves(tx, size, LEAVES))?;
            if leaves.is_empty() {
                return Err(Fault::Ledger("a numbered entry is missing from the database".to_owned()).into());
            }
            let growth = grow::append(directory, size, &leaves).map_err(unreadable)?;
            // Nothing is signed over tiles that do not lead to the last checkpoint.
            if growth.before != root {
                return Err(Failure::Halted(
                    "the tiles on disk are not those of the last checkpoint; run `dongui doctor`",
                ));
            }
            for (path, bytes) in &growth.writes {
                write_whole(&directory.0.join(path), bytes)?;
                // The parts of a tile are in the whole (tlog-tiles, section on partial tiles).
                if !path.contains(".p/") {
                    let _none = std::fs::remove_dir_all(directory.0.join(format!("{path}.p")));
                }
            }
            (size, root) = (growth.size, growth.root);
        }
        let checkpoint = Checkpoint { origin: signer.verifier().name().to_owned(), size, root };
        let note = checkpoint.sign(signer).map_err(|_| Failure::Halted("a checkpoint does not sign"))?;
        write_whole(&directory.0.join("checkpoint"), note.as_bytes())?;
        Ok(Published { size, root, note })
    }

    /// The last published checkpoint.
    pub(super) fn last_published(&self, directory: &Directory) -> Result<Option<Published>, Failure> {
        self.published(directory, self.log_signer()?.verifier())
    }

    /// The last published checkpoint; one that does not verify stops everything.
    fn published(&self, directory: &Directory, verifier: &Verifier) -> Result<Option<Published>, Failure> {
        let Some(bytes) = directory.read("checkpoint") else { return Ok(None) };
        let broken = || {
            Failure::Halted(
                "the published checkpoint does not verify: was the key or the log directory exchanged?",
            )
        };
        let note = String::from_utf8(bytes).map_err(|_| broken())?;
        let checkpoint = Checkpoint::open(&note, verifier).map_err(|_| broken())?;
        Ok(Some(Published { size: checkpoint.size, root: checkpoint.root, note }))
    }
}

fn unreadable(e: TileError) -> Failure {
    Failure::Fault(Fault::Ledger(e.to_string()))
}

/// Held while this process publishes into `dir`; a command beside a server waits for the other. It ends with the file.
fn alone(dir: &Path) -> Result<std::fs::File, Failure> {
    let locked = || {
        std::fs::create_dir_all(dir)?;
        let file = std::fs::File::create(dir.join(".lock"))?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|e: std::io::Error| {
        Failure::Fault(Fault::Ledger(format!("cannot lock the log directory: {}", e.kind())))
    })
}

/// Writes beside, syncs, renames: a reader sees the old file or the new one.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |e: std::io::Error| Failure::Fault(Fault::Ledger(format!("cannot publish the log: {}", e.kind())));
    let parent = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let beside = path.with_extension("new");
    let mut file = std::fs::File::create(&beside).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}
