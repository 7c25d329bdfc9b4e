//! Once a second waiting entries get their numbers, and tiles and a signed checkpoint are published.
//!
//! The database's numbers are the truth; tiles on disk follow them and are made anew from it after a crash. A checkpoint on
//! disk whose last leaf the database does not hold means that the database was set back, and stops disclosures.
use super::again::ERASED;
use super::outside::WITNESSED;
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
/// In the leaf of a tombstone and in no other; leaves are canonical JSON.
const TOMBSTONE: &[u8] = br#""kind":"erasure""#;
/// The file that is locked by whoever publishes.
const LOCK: &str = ".lock";
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

impl Directory {
    /// The path of every file but the checkpoint, the lock, and what a writer that died left beside what it wrote.
    pub(super) fn paths(&self) -> std::io::Result<Vec<String>> {
        let (mut out, mut open) = (Vec::new(), vec![String::new()]);
        while let Some(inner) = open.pop() {
            let entries = match std::fs::read_dir(self.0.join(&inner)) {
                // The parts of a tile are cleared away when it is whole.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => continue,
                entries => entries?,
            };
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if inner.is_empty() { name } else { format!("{inner}/{name}") };
                if entry.file_type()?.is_dir() {
                    open.push(path);
                } else if !["checkpoint", WITNESSED, LOCK, ERASED].contains(&path.as_str())
                    && !path.ends_with(".new")
                {
                    out.push(path);
                }
            }
        }
        Ok(out)
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
        self.refuse_without_keys()?;
        let _one = self.sequencing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _alone = alone(&self.settings.log_dir)?;
        let signer = self.log_signer()?;
        let directory = Directory(self.settings.log_dir.clone());
        let checked = self.published(&directory, signer.verifier()).and_then(|published| {
            self.holds(&directory, published.as_ref())?;
            let recalled = self.recalled(signer.verifier())?;
            self.not_before(&recalled, self.store.read("ledger.size", entries::size)?)?;
            Ok((published, recalled))
        });
        // A check that could not be made counts as failed. Nothing is numbered meanwhile: what is recorded now must not take the
        // place of what was lost.
        if checked.is_err() {
            self.behind.store(true, Ordering::Relaxed);
            // What it brings back from before goes first; once is enough, since nothing that was erased comes a second time.
            if !self.heard.erased_again.swap(true, Ordering::Relaxed) {
                self.erase_again()
                    .inspect_err(|_| self.heard.erased_again.store(false, Ordering::Relaxed))?;
            }
        }
        let (published, recalled) = checked?;
        if recalled.is_empty() {
            self.behind.store(false, Ordering::Relaxed);
        }
        self.number()?;
        if self.give_ordinals()? {
            // The tallies, so that what is published commits to the ordinals of all that is published.
            self.number()?;
        }
        let published = self.publish(&directory, &signer, published, &recalled)?;
        self.behind.store(false, Ordering::Relaxed);
        self.anchor(&published)?;
        self.figures.published(published.size, self.clock.now());
        Ok(published)
    }

    /// Gives what waits its numbers. A story that was not full took the last; what came since waits a second.
    fn number(&self) -> Result<(), Failure> {
        while self.store.write("ledger.number", |tx| entries::number(tx, STORY))? == STORY as usize {}
        Ok(())
    }

    /// The name of the log and its public key.
    pub fn log_verifier(&self) -> Result<Verifier, Failure> {
        Ok(self.log_signer()?.verifier().clone())
    }

    /// The head of the log as it was published last.
    ///
    /// # Errors
    /// `Halted` for one that does not verify; faults.
    pub fn published_head(&self) -> Result<Option<Published>, Failure> {
        self.last_published(&Directory(self.settings.log_dir.clone()))
    }

    /// A file of the published log by its path: `checkpoint`, which is the last that enough witnesses cosigned where some are asked, or a
    /// tile.
    pub fn published_file(&self, path: &str) -> Option<Vec<u8>> {
        (path == "checkpoint" || TilePath::parse(path).is_some()).then_some(())?;
        let directory = Directory(self.settings.log_dir.clone());
        let witnessed =
            if path == "checkpoint" { self.witnessed(&directory, u64::MAX).ok().flatten() } else { None };
        witnessed.map_or_else(|| directory.read(path), |kept| Some(kept.note.into_bytes()))
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
        recalled: &[Checkpoint],
    ) -> Result<Published, Failure> {
        let target = self.store.read("ledger.size", entries::size)?;
        let mut size = published.as_ref().map_or(0, |p| p.size);
        if let Some(published) = published.as_ref().filter(|p| p.size == target) {
            self.fits(recalled, &Tiles::new(directory, size))?;
            return Ok(published.clone());
        }
        let mut tombstones = Vec::new();
        let mut root = published.as_ref().map_or_else(crate::ledger::tree::empty_root, |p| p.root);
        while size < target {
            let leaves = self.store.read("ledger.leaves", |tx| entries::leaves(tx, size, LEAVES))?;
            if leaves.is_empty() {
                return Err(Fault::Ledger("a numbered entry is missing from the database".to_owned()).into());
            }
            let is_tombstone = |leaf: &[u8]| memchr::memmem::find(leaf, TOMBSTONE).is_some();
            tombstones.extend((size..).zip(&leaves).filter(|(_, leaf)| is_tombstone(leaf)).map(|(n, _)| n));
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
        // Nor over a tree that somebody remembers otherwise.
        self.fits(recalled, &Tiles::new(directory, size))?;
        self.list_erased(&tombstones)?;
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
        let file = std::fs::File::create(dir.join(LOCK))?;
        file.lock()?;
        Ok(file)
    };
    locked().map_err(|e: std::io::Error| {
        Failure::Fault(Fault::Ledger(format!("cannot lock the log directory: {}", e.kind())))
    })
}

/// Writes beside, syncs, renames: a reader sees the old file or the new one.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed =
        |e: std::io::Error| Failure::Fault(Fault::Ledger(format!("cannot publish the log: {}", e.kind())));
    let parent = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed)?;
    let beside = path.with_extension("new");
    let mut file = std::fs::File::create(&beside).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&beside, path).map_err(failed)
}
