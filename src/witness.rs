//! A witness of logs: it cosigns a checkpoint that continues the one it cosigned before, and remembers it durably before it says so. It sees
//! names of logs, sizes and roots, never a leaf.
//!
//! A regulator, a consumers' body or a sister operator runs it, on a machine and with a key of its own. Deliberately absent: HTTP
//! (`cli::witness`), and a way to forget: whoever deletes its files lets every log begin anew.
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::crypt::sign::LogKey;
use crate::domain::time::At;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::cosign::Cosigner;
use crate::ledger::note::Verifier;
use crate::ledger::quorum::TrustPolicy;
use crate::ledger::witness::{Asked, Refused};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The longest request read, bytes: 63 hashes and a note with many lines.
pub const MAX_BODY: usize = 64 * 1024;
/// Refused requests kept as evidence, for all logs together.
const EVIDENCE: usize = 1000;

/// Why a witness does not begin.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The directory is in use or cannot be written.
    #[error("the directory of the witness: {0}")]
    Directory(#[from] io::Error),
    /// The name or key will not do.
    #[error("{0}")]
    Key(&'static str),
}

/// Why nothing is cosigned.
#[derive(Debug, thiserror::Error)]
pub enum Declined {
    /// As the protocol has it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// What was cosigned last cannot be read or written: nothing is signed on a guess.
    #[error("the witness cannot keep what it saw: {0}")]
    Memory(String),
}

/// A witness at work. One at a time in a directory.
pub struct Keeper {
    dir: PathBuf,
    name: String,
    key: LogKey,
    policy: TrustPolicy,
    one: Mutex<()>,
    _alone: File,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "witness {} of {} logs", self.name, self.policy.logs.len())
    }
}

impl Keeper {
    /// A witness of the logs of `policy` that keeps what it saw in `dir`.
    ///
    /// # Errors
    /// The directory is another witness's, the name is none, or the key is a log's.
    pub fn open(dir: &Path, name: &str, key: LogKey, policy: TrustPolicy) -> Result<Keeper, Unfit> {
        Cosigner::new(name, &key).map_err(|_| {
            Unfit::Key("the name of a witness is one word without plus signs, best a URL without its scheme")
        })?;
        if policy.logs.iter().any(|log| *log.key.public() == key.public()) {
            return Err(Unfit::Key(
                "this key is that of a log; a log is no witness of itself, so make another key file",
            ));
        }
        std::fs::create_dir_all(dir.join("evidence"))?;
        let alone = File::create(dir.join(".lock"))?;
        alone.try_lock().map_err(|_| io::Error::other("another witness works in it"))?;
        Ok(Keeper {
            dir: dir.to_owned(),
            name: name.to_owned(),
            key,
            policy,
            one: Mutex::new(()),
            _alone: alone,
        })
    }

    /// The public key in its text form, for the policies of those who trust it.
    pub fn vkey(&self) -> String {
        Cosigner::new(&self.name, &self.key).map(|c| c.witness().vkey()).unwrap_or_default()
    }

    /// Cosigns the checkpoint of a request (`add-checkpoint`), and gives the line of the cosignature.
    ///
    /// # Errors
    /// `Refused` with the status of the protocol; `Memory` where nothing can be kept, and so nothing signed.
    pub fn add(&self, body: &[u8], now: At) -> Result<String, Declined> {
        let asked = std::str::from_utf8(body).map_err(|_| Refused::Malformed).and_then(Asked::parse)?;
        let origin = asked.origin()?;
        let log = self.policy.logs.iter().find(|log| log.key.name() == origin).ok_or(Refused::Unknown)?;
        // Looking and keeping are one: else an older tree could be kept over a newer one.
        let _one = self.one.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.remembered(&log.key)?;
        let head = asked.check(&log.key, last.as_ref().map(|(head, _)| head));
        if head == Err(Refused::Inconsistent) {
            self.keep_evidence(&asked, last.as_ref());
        }
        let head = head?;
        let cosigner = Cosigner::new(&self.name, &self.key).map_err(|e| Declined::Memory(e.to_string()))?;
        let line = cosigner.line(&head.text(), u64::try_from(now.unix_s()).unwrap_or(0));
        let own = asked
            .note
            .split_inclusive('\n')
            .filter(|l| !l.starts_with("— ") || l.starts_with(&format!("— {origin} ")));
        let note = own.collect::<String>() + &line;
        keep(&self.path(origin), note.as_bytes()).map_err(|e| Declined::Memory(e.kind().to_string()))?;
        Ok(line)
    }

    /// The checkpoint cosigned last of the log with this origin hash (SHA-256, hex), with the cosignature.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn latest(&self, origin_hash: &str) -> Result<Option<String>, Declined> {
        let is_it = |name: &str| hex::encode(&sha256(&[name.as_bytes()])) == origin_hash;
        let Some(log) = self.policy.logs.iter().find(|log| is_it(log.key.name())) else { return Ok(None) };
        Ok(self.remembered(&log.key)?.map(|(_, note)| note))
    }

    fn path(&self, origin: &str) -> PathBuf {
        self.dir.join(format!("{}.checkpoint", hex::encode(&sha256(&[origin.as_bytes()]))))
    }

    /// What was cosigned last. A file that is there and is not what was kept stops the log: it must not begin anew by damage.
    fn remembered(&self, log: &Verifier) -> Result<Option<(Checkpoint, String)>, Declined> {
        let broken = |what: String| Declined::Memory(format!("{}: {what}", self.path(log.name()).display()));
        let note = match std::fs::read_to_string(self.path(log.name())) {
            Ok(note) => note,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(broken(e.kind().to_string())),
        };
        let head = Checkpoint::open(&note, log).map_err(|e| broken(e.to_string()))?;
        let own = Cosigner::new(&self.name, &self.key).and_then(|c| c.witness().cosigned(&note));
        own.map_err(|e| broken(e.to_string()))?;
        Ok(Some((head, note)))
    }

    /// Two histories that one log has signed, for whoever has to judge. A disk that is full loses evidence, not safety.
    fn keep_evidence(&self, asked: &Asked, last: Option<&(Checkpoint, String)>) {
        let dir = self.dir.join("evidence");
        if std::fs::read_dir(&dir).is_ok_and(|there| there.count() >= EVIDENCE) {
            return;
        }
        let note = last.map_or("none\n", |(_, note)| note.as_str());
        let text = format!("{}\nlast cosigned:\n\n{note}", asked.text());
        // By the two histories: cosigned again the newer one has another time, and is no other.
        let head = last.map(|(head, _)| head.text()).unwrap_or_default();
        let name = hex::encode(&sha256(&[asked.text().as_bytes(), b"\0", head.as_bytes()]));
        if let Err(e) = keep(&dir.join(format!("{name}.txt")), text.as_bytes()) {
            tracing::error!(problem = %e.kind(), "evidence against a log is not kept");
        }
    }
}

/// Durably: beside, synced, renamed, and the name synced, too.
fn keep(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}
