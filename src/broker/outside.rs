//! What remembers the log outside of its database and its directory: a file on another disk, witnesses. Deliberately absent: the way to
//! them, which is an argument (`Ask`).
//!
//! A database that is set back together with its log directory looks whole and has forgotten withdrawals. Whoever remembers a larger tree, or
//! another one of the same size, proves it with a checkpoint that this log has signed. Then nothing is disclosed (promise 4). A witness's
//! word alone proves nothing and stops nothing.
use super::sequence::{Directory, Published, write_whole};
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::cosign::Witness;
use crate::ledger::note::Verifier;
use crate::ledger::proof::consistency;
use crate::ledger::quorum::{Known, TrustPolicy};
use crate::ledger::tile::{TileSource, Tiles};
use crate::ledger::witness::Asked;
use crate::store::Fault;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The cosigned checkpoint, beside `checkpoint`.
pub(super) const WITNESSED: &str = "witnessed";
/// How often a witness is told another old size before it is given up for this time.
const TRIES: u32 = 3;

/// Reaches a witness: posts a body, or gets where there is none; bounded in time. Gives status and body.
pub type Ask = dyn Fn(&str, Option<&[u8]>) -> Result<(u16, Vec<u8>), String> + Send + Sync;

/// Who cosigns the log, and how they are reached.
#[derive(Clone)]
pub struct Witnesses {
    /// Which of them are enough.
    pub policy: TrustPolicy,
    /// The way.
    pub ask: Arc<Ask>,
}

/// Everything outside that remembers.
#[derive(Clone, Default)]
pub struct Outside {
    /// A file on another disk that the last checkpoint is copied to. It must exist; empty, it begins with the next checkpoint.
    pub anchor: Option<PathBuf>,
    /// Witnesses.
    pub witnesses: Option<Witnesses>,
}

/// What was heard from outside since the start.
#[derive(Default)]
pub(super) struct Heard {
    outside: Outside,
    /// Whether the witnesses were asked what they remember, and whether anybody who remembers has answered.
    asked: AtomicBool,
    answered: AtomicBool,
    /// Whether what was erased was looked for in a database from before.
    pub(super) erased_again: AtomicBool,
    /// Checkpoints that are to be compared with.
    heads: Mutex<Vec<Checkpoint>>,
    /// Sizes last cosigned, by witness.
    sizes: Mutex<HashMap<String, u64>>,
    asking: Mutex<()>,
}

/// What came of asking the witnesses once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Size of the tree that was shown.
    pub size: u64,
    /// Who cosigned it.
    pub by: Vec<String>,
    /// Who did not, and why.
    pub not: Vec<(String, String)>,
    /// Whether that is the quorum.
    pub enough: bool,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Heard {
    /// Whether anything outside is to be asked.
    fn remembers(&self) -> bool {
        self.outside.anchor.is_some() || self.witnesses().next().is_some()
    }

    /// Witnesses that can be reached.
    fn witnesses(&self) -> impl Iterator<Item = (&Witness, &str, &Arc<Ask>)> {
        let known = self.outside.witnesses.iter();
        known
            .flat_map(|w| w.policy.witnesses.iter().map(move |k| (k, &w.ask)))
            .filter_map(|(Known { key, url }, ask)| url.as_deref().map(|url| (key, url, ask)))
    }

    /// The policy, where cosignatures are asked for.
    pub(super) fn policy(&self) -> Option<&TrustPolicy> {
        self.outside.witnesses.as_ref().map(|w| &w.policy)
    }
}

impl Broker {
    /// Gives the broker what remembers its log; nothing is disclosed until something of it was heard and fits.
    #[must_use]
    pub fn remembered_by(mut self, outside: Outside) -> Broker {
        self.heard = Heard { outside, ..Heard::default() };
        self.behind.store(self.heard.remembers(), Ordering::Relaxed);
        self
    }

    /// What outside remembers of the log, larger than what is known to fit.
    pub(super) fn recalled(&self, verifier: &Verifier) -> Result<Vec<Checkpoint>, Failure> {
        let mut recalled = Vec::new();
        if let Some(note) = self.anchored() {
            let note = note.ok_or(Failure::Halted(
                "the anchor cannot be read; bring its disk back, or make an empty file to begin anew",
            ))?;
            if !note.is_empty() {
                recalled.push(Checkpoint::open(&note, verifier).map_err(|_| {
                    Failure::Halted(
                        "the checkpoint of the anchor does not verify: was the key or the file exchanged?",
                    )
                })?);
            }
            self.heard.answered.store(true, Ordering::Relaxed);
        }
        if !self.heard.asked.swap(true, Ordering::Relaxed) {
            self.hear(verifier);
            if self.heard.remembers() && !self.heard.answered.load(Ordering::Relaxed) {
                self.heard.asked.store(false, Ordering::Relaxed);
                return Err(Failure::Halted(
                    "no witness says what it has seen of the log, so that nobody knows whether the database was set back",
                ));
            }
        }
        recalled.extend(held(&self.heard.heads).iter().cloned());
        Ok(recalled)
    }

    /// Asks every witness what it cosigned last.
    fn hear(&self, verifier: &Verifier) {
        std::thread::scope(|scope| {
            for (witness, url, ask) in self.heard.witnesses() {
                scope.spawn(move || match latest(verifier, url, ask.as_ref()) {
                    Ok(head) => {
                        self.heard.answered.store(true, Ordering::Relaxed);
                        held(&self.heard.heads).extend(head);
                    }
                    Err(why) => tracing::warn!(witness = witness.name(), why, "a witness was not heard"),
                });
            }
        });
    }

    /// Refuses a tree of `size` numbered entries that cannot be the one that is remembered.
    pub(super) fn not_before(&self, recalled: &[Checkpoint], size: u64) -> Result<(), Failure> {
        if recalled.iter().all(|head| head.size <= size) {
            return Ok(());
        }
        Err(Failure::Halted(
            "the database is behind a checkpoint that is remembered outside; restore a newer one",
        ))
    }

    /// Refuses tiles that are not those of what is remembered; what fits need not be compared again.
    pub(super) fn fits(&self, recalled: &[Checkpoint], tiles: &Tiles<'_>) -> Result<(), Failure> {
        for head in recalled {
            let root = tiles.root(head.size).map_err(|e| Failure::Fault(Fault::Ledger(e.to_string())))?;
            if root != head.root {
                return Err(Failure::Halted(
                    "the log and a checkpoint that is remembered outside are two histories; restore the right database",
                ));
            }
        }
        held(&self.heard.heads).retain(|head| head.size > tiles.size());
        Ok(())
    }

    /// What the anchor holds, where there is one; nothing where it cannot be read.
    pub(super) fn anchored(&self) -> Option<Option<String>> {
        self.heard.outside.anchor.as_deref().map(|path| std::fs::read_to_string(path).ok())
    }

    /// Where the anchor is.
    pub(super) fn anchor_path(&self) -> Option<&Path> {
        self.heard.outside.anchor.as_deref()
    }

    /// Copies the checkpoint to the anchor.
    pub(super) fn anchor(&self, published: &Published) -> Result<(), Failure> {
        let Some(path) = &self.heard.outside.anchor else { return Ok(()) };
        if std::fs::read(path).is_ok_and(|held| held == published.note.as_bytes()) {
            return Ok(());
        }
        write_whole(path, published.note.as_bytes())
    }

    /// Asks every witness to cosign the last published checkpoint, side by side, and keeps it with what they gave once that is the quorum.
    /// `None` where there are no witnesses or nothing is published.
    ///
    /// # Errors
    /// The log cannot be read or written. A witness that refuses or does not answer is no error.
    pub fn ask_witnesses(&self) -> Result<Option<Round>, Failure> {
        let _one = held(&self.heard.asking);
        let (Some(policy), directory) = (self.heard.policy(), Directory(self.settings.log_dir.clone()))
        else {
            return Ok(None);
        };
        let Some(published) = self.last_published(&directory)? else { return Ok(None) };
        let kept = self.witnessed(&directory, published.size)?;
        if kept.is_some_and(|k| {
            k.size == published.size
                && policy.witnessed(&k.note).is_ok_and(|by| by.len() == policy.witnesses.len())
        }) {
            return Ok(None);
        }
        let verifier = self.log_verifier()?;
        let answers: Vec<(String, Result<String, String>)> = std::thread::scope(|scope| {
            let asked = self.heard.witnesses().map(|(witness, url, ask)| {
                let (published, verifier) = (&published, &verifier);
                let turn = move || self.cosigned_by(witness, url, ask.as_ref(), published, verifier);
                (witness.name().to_owned(), scope.spawn(turn))
            });
            let asked: Vec<_> = asked.collect();
            let broken = |_| Err("its thread broke".to_owned());
            asked.into_iter().map(|(name, thread)| (name, thread.join().unwrap_or_else(broken))).collect()
        });
        let (mut note, mut round) =
            (published.note.clone(), Round { size: published.size, ..Round::default() });
        for (name, answer) in answers {
            match answer {
                Ok(line) => {
                    note.push_str(&line);
                    round.by.push(name);
                }
                Err(why) => round.not.push((name, why)),
            }
        }
        round.enough = policy.witnessed(&note).is_ok();
        if round.enough {
            write_whole(&directory.0.join(WITNESSED), note.as_bytes())?;
        }
        Ok(Some(round))
    }

    /// The cosignature line of one witness.
    fn cosigned_by(
        &self,
        witness: &Witness,
        url: &str,
        ask: &Ask,
        published: &Published,
        verifier: &Verifier,
    ) -> Result<String, String> {
        let directory = Directory(self.settings.log_dir.clone());
        let tiles = Tiles::new(&directory, published.size);
        for _ in 0..TRIES {
            let old = held(&self.heard.sizes).get(url).copied().unwrap_or(0);
            let proof = if old > published.size {
                Vec::new()
            } else {
                consistency(&tiles, old, published.size).map_err(|e| e.to_string())?
            };
            let asked = Asked { old: old.min(published.size), proof, note: published.note.clone() };
            let (status, body) = ask(&format!("{url}/add-checkpoint"), Some(asked.text().as_bytes()))?;
            let body = String::from_utf8(body).map_err(|_| "its answer is no text".to_owned())?;
            match (status, body.trim_end().parse::<u64>()) {
                (200, _) => {
                    let lines: String = body
                        .lines()
                        .filter(|l| l.starts_with(&format!("— {} ", witness.name())))
                        .fold(String::new(), |all, l| all + l + "\n");
                    witness
                        .cosigned(&format!("{}{lines}", published.note))
                        .map_err(|e| format!("its cosignature: {e}"))?;
                    held(&self.heard.sizes).insert(url.to_owned(), published.size);
                    return Ok(lines);
                }
                (409, Ok(size)) if size <= published.size => {
                    held(&self.heard.sizes).insert(url.to_owned(), size);
                }
                (409 | 422, _) => {
                    self.prove_behind(verifier, url, ask);
                    return Err(format!("it remembers another tree (status {status})"));
                }
                _ => return Err(format!("it answers with status {status}")),
            }
        }
        Err("it does not settle on a size".to_owned())
    }

    /// A witness says that it has seen more, or something else. If it shows what this log signed itself, disclosures stop at once.
    fn prove_behind(&self, verifier: &Verifier, url: &str, ask: &Ask) {
        let Ok(Some(head)) = latest(verifier, url, ask) else { return };
        let directory = Directory(self.settings.log_dir.clone());
        // It may be a checkpoint that another process of this installation has published meanwhile.
        let known = self.last_published(&directory).ok().flatten().is_some_and(|now| {
            head.size <= now.size
                && Tiles::new(&directory, now.size).root(head.size).is_ok_and(|root| root == head.root)
        });
        if !known {
            tracing::error!(
                size = head.size,
                "a witness shows a checkpoint of this log that the log does not hold; nothing is disclosed"
            );
            held(&self.heard.heads).push(head);
            self.behind.store(true, Ordering::Relaxed);
        }
    }

    /// The cosigned checkpoint that is kept, of at most `most` leaves.
    pub(super) fn witnessed(&self, directory: &Directory, most: u64) -> Result<Option<Published>, Failure> {
        if self.heard.policy().is_none() {
            return Ok(None);
        }
        let Some(note) = directory.read(WITNESSED).and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return Ok(None);
        };
        let head = Checkpoint::open(&note, &self.log_verifier()?).ok().filter(|head| head.size <= most);
        Ok(head.map(|head| Published { size: head.size, root: head.root, note }))
    }
}

/// The checkpoint that a witness cosigned last, if this log signed it; `None` if it never cosigned one.
fn latest(verifier: &Verifier, url: &str, ask: &Ask) -> Result<Option<Checkpoint>, String> {
    let hash = hex::encode(&sha256(&[verifier.name().as_bytes()]));
    match ask(&format!("{url}/{hash}/checkpoint"), None)? {
        (200, body) => {
            let note = String::from_utf8(body).map_err(|_| "its checkpoint is no text".to_owned())?;
            Checkpoint::open(&note, verifier).map(Some).map_err(|e| format!("its checkpoint: {e}"))
        }
        (404, _) => Ok(None),
        (status, _) => Err(format!("it answers with status {status}")),
    }
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let witnesses = self.witnesses.as_ref().map_or(0, |w| w.policy.witnesses.len());
        write!(f, "anchor {:?}, {witnesses} witnesses", self.anchor.as_deref().map(std::path::Path::display))
    }
}
