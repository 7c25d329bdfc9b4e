//! An export is asked for, stood for by two people of the operator, made beside everything else, and fetched. Each step is an entry of the log.
//! Deliberately absent: what is in it (`export`), and the console, which has the keys anyway unless the installation wants two people for everything.
use super::approve::PEOPLE;
use super::archive::pack;
use super::authenticate::Caller;
use super::export::{Wanted, rests_on_something};
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::client::Role;
use crate::domain::time::{At, DAY_US, HOUR_US, SECOND_US};
use crate::store::drafts::{self, Draft};
use crate::store::{Fault, entries};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const EXPORT: &str = "export";
/// How long an export that was asked for may be approved and fetched, µs.
pub const LASTS_US: i64 = 30 * DAY_US;
/// How long a made one lies there to be fetched, µs: records are open in it.
pub const LIES_US: i64 = HOUR_US;

/// The question as it lies there.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Document {
    wanted: Wanted,
    /// The client that asked.
    by: String,
    /// When, µs.
    at: At,
}

/// How an export that was asked for stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// By which it is approved and fetched.
    pub id: String,
    /// What was asked.
    pub wanted: Wanted,
    /// By which client.
    pub by: String,
    /// When.
    pub at: At,
    /// Clients that stand for it.
    pub approved_by: Vec<String>,
    /// What can be done with it.
    pub state: State,
}

/// What can be done with an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Fewer than two people stand for it.
    Waits,
    /// It may be fetched.
    Approved,
    /// It is being made: leaves done, of how many.
    Making(u64, u64),
    /// It lies there.
    Made,
    /// It was asked for too long ago.
    Lapsed,
}

/// An export that is being made.
#[derive(Debug, Default)]
pub struct Job {
    done: AtomicU64,
    of: AtomicU64,
}

/// What fetching comes to.
#[derive(Debug)]
pub enum Fetched {
    /// The archive.
    Ready(PathBuf),
    /// Somebody makes it: leaves done, of how many.
    Making(u64, u64),
    /// Nobody makes it yet; the caller does, by [`Broker::make_export`].
    Begin(Arc<Job>),
}

impl Broker {
    /// Asks for an export.
    ///
    /// # Errors
    /// `Invalid` naming the field; faults.
    pub fn ask_export(&self, caller: &Caller, wanted: Wanted) -> Result<Asked, Failure> {
        if wanted.from >= wanted.to {
            return Err(Failure::invalid("to", "an instant after `from`"));
        }
        rests_on_something(wanted.ground.as_deref().unwrap_or_default())?;
        let (now, by, recipient) = (self.now()?, caller.client().id.clone(), wanted.recipient);
        let document = canonical::to_string(&Document { wanted, by: by.clone(), at: now })
            .map_err(|_| Failure::invalid("ground", "plain text"))?;
        let hash = hex::encode(&sha256(&[b"dongui/v1/draft", EXPORT.as_bytes(), &[0], document.as_bytes()]));
        let entry = self.operation(now, recipient, "export.ask", format!("{hash} by {by}"))?;
        let draft = Draft { hash: hash.clone(), kind: EXPORT.to_owned(), document };
        self.store.write("export.ask", move |tx| {
            drafts::put(tx, &draft, now)?;
            entries::append(tx, &entry)
        })?;
        self.asked_export(&hash)
    }

    /// Stands for an export. Who asked for it is none of the two.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for who asked, and for one that was asked for too long ago; faults.
    pub fn approve_export(&self, caller: &Caller, id: &str) -> Result<Asked, Failure> {
        let asked = self.asked_export(id)?;
        let who = caller.client().id.clone();
        if who == asked.by {
            return Err(Failure::Conflict(
                "who asks for an export does not stand for it; another client does".to_owned(),
            ));
        }
        if asked.state == State::Lapsed {
            return Err(Failure::Conflict(
                "this export was asked for more than 30 days ago; ask anew".to_owned(),
            ));
        }
        let (now, which) = (self.now()?, id.to_owned());
        let entry =
            self.operation(now, asked.wanted.recipient, "export.approve", format!("{id} by {who}"))?;
        self.store.write("export.approve", move |tx| {
            if drafts::approve(tx, &which, &who, now)? {
                entries::append(tx, &entry)?;
            }
            Ok(())
        })?;
        self.asked_export(id)
    }

    /// The exports that were asked for, newest first, lapsed ones too. A regulator hears of its own.
    pub fn asked_exports(&self, caller: &Caller) -> Result<Vec<Asked>, Failure> {
        let all = self.store.read("export.all", |tx| drafts::all(tx, EXPORT))?;
        let all: Vec<Asked> =
            all.iter().map(|draft| self.asked_export(&draft.hash)).collect::<Result<_, _>>()?;
        let mine = |asked: &Asked| caller.client().role != Role::Regulator || asked.by == caller.client().id;
        Ok(all.into_iter().filter(mine).collect())
    }

    /// How one stands.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn asked_export(&self, id: &str) -> Result<Asked, Failure> {
        let (found, approved_by) =
            self.store.read("export.find", |tx| Ok((drafts::find(tx, id)?, drafts::approved_by(tx, id)?)))?;
        let found = found.filter(|d| d.kind == EXPORT).ok_or(Failure::NotFound("export"))?;
        let Document { wanted, by, at } =
            serde_json::from_str(&found.document).map_err(|_| Fault::Corrupt("drafts"))?;
        let job = self.exporting().get(id).cloned();
        let state = match job {
            _ if self.now()?.since(at) > LASTS_US => State::Lapsed,
            _ if approved_by.len() < PEOPLE => State::Waits,
            Some(job) => State::Making(job.done.load(Ordering::Relaxed), job.of.load(Ordering::Relaxed)),
            None if self.made(id).exists() => State::Made,
            None => State::Approved,
        };
        Ok(Asked { id: found.hash, wanted, by, at, approved_by, state })
    }

    /// Fetches an export that two people stand for, for a client of whoever asked.
    ///
    /// # Errors
    /// `NotFound`, also for another regulator's; `Conflict` while too few stand for it; faults.
    pub fn fetch_export(&self, caller: &Caller, id: &str) -> Result<Fetched, Failure> {
        let asked = self.asked_export(id)?;
        if caller.client().id != asked.by {
            return Err(Failure::NotFound("export"));
        }
        match asked.state {
            State::Waits => Err(Failure::Conflict(
                "two people of the operator must stand for this export first".to_owned(),
            )),
            State::Lapsed => {
                Err(Failure::Conflict("this export was asked for more than 30 days ago; ask anew".to_owned()))
            }
            State::Made => Ok(Fetched::Ready(self.made(id))),
            State::Making(done, of) => Ok(Fetched::Making(done, of)),
            State::Approved => {
                let job = Arc::new(Job::default());
                let mut running = self.exporting();
                if running.contains_key(id) {
                    return Ok(Fetched::Making(0, 0));
                }
                running.insert(id.to_owned(), Arc::clone(&job));
                Ok(Fetched::Begin(job))
            }
        }
    }

    /// Makes an export that `fetch_export` told to begin; it takes as long as the export is long.
    ///
    /// # Errors
    /// As `export`. Whoever fetches it next begins anew.
    pub fn make_export(&self, caller: &Caller, id: &str, job: &Job) -> Result<(), Failure> {
        let made = self.spool(caller, id, job);
        self.exporting().remove(id);
        made
    }

    fn spool(&self, caller: &Caller, id: &str, job: &Job) -> Result<(), Failure> {
        let asked = self.asked_export(id)?;
        let written = |e: std::io::Error| {
            Failure::Fault(Fault::Ledger(format!("an export cannot be written: {}", e.kind())))
        };
        let spool = self.exports();
        private(&spool).map_err(written)?;
        let dir = tempfile::Builder::new().prefix("making-").tempdir_in(&spool).map_err(written)?;
        let bundle = dir.path().join("bundle");
        self.export(caller, &asked.wanted, &bundle, &mut |done, of| {
            job.done.store(done, Ordering::Relaxed);
            job.of.store(of, Ordering::Relaxed);
        })?;
        let archive = dir.path().join("bundle.tar");
        pack(&bundle, &archive, asked.wanted.to).map_err(written)?;
        std::fs::rename(&archive, self.made(id)).map_err(written)
    }

    /// Removes what has lain there for too long, and what a process that died was making.
    pub(super) fn sweep_exports(&self) -> std::io::Result<()> {
        let spool = self.exports();
        if !spool.exists() {
            return Ok(());
        }
        for entry in std::fs::read_dir(&spool)? {
            let entry = entry?;
            let since = entry.metadata()?.modified()?.duration_since(std::time::UNIX_EPOCH);
            let since = since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX));
            if self.clock.now().unix_s() - since <= LIES_US / SECOND_US {
                continue;
            }
            if entry.file_type()?.is_dir() {
                std::fs::remove_dir_all(entry.path())?;
            } else {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn exporting(&self) -> std::sync::MutexGuard<'_, std::collections::BTreeMap<String, Arc<Job>>> {
        self.exporting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(super) fn exports(&self) -> PathBuf {
        self.settings.log_dir.with_file_name("exports")
    }

    pub(super) fn made(&self, id: &str) -> PathBuf {
        self.exports().join(format!("{id}.tar"))
    }
}

/// A directory that nobody else may look into.
fn private(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}
