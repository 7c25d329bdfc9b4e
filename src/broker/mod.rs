//! Verbs: one file one story one transaction. Deliberately absent: HTTP, HTML, terminals.
//!
//! A verb reads a snapshot, lets the pure engines decide, and writes guarded by the subscriber's version: when the version
//! has moved in between, it reads and decides again. Nothing is answered before the write is durable.
mod again;
mod announce;
pub mod approve;
pub mod approve_export;
mod archive;
pub mod authenticate;
pub mod backchannel;
pub mod breach;
mod brought;
mod brought_relation;
mod capture;
pub mod carry;
pub mod case;
pub mod chunk;
pub mod claim;
pub mod code;
pub mod condition;
pub mod connect;
pub mod consent;
pub mod consented;
pub mod console;
pub mod correct;
pub mod counter;
pub mod deliver;
mod density;
pub mod depart;
pub mod destroy;
mod digest;
pub mod disclose;
pub mod due;
pub mod emergency;
pub mod enrol;
pub mod erase;
pub mod explain;
pub mod export;
pub mod failure;
pub mod family;
mod figures;
pub mod fold;
mod gather;
mod held;
mod hinted;
pub mod history;
pub mod import;
pub mod ingest;
pub mod inspect;
pub mod introspect;
pub mod invite;
mod keys;
pub mod known;
mod lapse;
pub mod learnt;
mod leave;
pub mod link_code;
mod linked;
pub mod login;
mod moves;
pub mod never;
pub mod officer;
mod ordinal;
pub mod others;
pub mod outside;
pub mod people;
pub mod permissions;
pub mod pin;
pub mod population;
pub mod portable;
pub mod present;
pub mod preview;
pub mod prove;
pub mod purge;
pub mod push;
mod question;
mod recall;
pub mod receipt;
mod record;
pub mod reference;
pub mod register;
pub mod reigns;
mod release;
pub mod remembered;
pub mod retain;
pub mod rewrap;
mod sealed;
pub mod sequence;
pub mod session;
mod settled;
mod stated;
pub mod stop;
pub mod subscribe;
mod subscribed;
pub mod sweep;
pub mod telling;
pub mod timeline;
pub mod token;
mod told;
mod told_asks;
mod tombstone;
pub mod unlink;
mod wish;

use crate::crypt::jose::SecureRandom;
use crate::crypt::keyring::Keyring;
use crate::crypt::nonce::Nonces;
use crate::crypt::record::RecordSeal;
use crate::crypt::sign::LogKey;
use crate::crypt::signing::SigningKeys;
use crate::domain::courier::Courier;
use crate::domain::operator::Operators;
use crate::domain::rng::Rng;
use crate::domain::stop::Stop;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, Clock, SECOND_US};
use crate::minimise::crowd::{Crowd, CrowdBase, CrowdKey};
use crate::minimise::guard::Guard;
use crate::oauth::login::Login;
use crate::policy::Engine;
use crate::store::{Recorder, Stops, Store};
pub use failure::Failure;
use figures::Figures;
use remembered::{Registered, Remembered};
use std::collections::BTreeMap;
use std::hash::Hasher;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// How far the clock may step back before everything is refused, µs: what time servers correct in one step.
const CLOCK_SLACK_US: i64 = 2 * SECOND_US;
/// Verified tokens remembered, some 300 bytes each.
const TOKENS: usize = 100_000;
/// Queues for stories that lost a race; unrelated ones rarely share one.
const TURNS: usize = 64;
/// Clients remembered, a few kB each.
const CLIENTS: usize = 1000;
/// Sizes of crowds remembered, 40 bytes each.
const CROWDS: usize = 1_000_000;
/// Sets of persons remembered, bytes: of a million persons the zones of three hours.
const CROWD_SETS: usize = 32 << 20;
/// Pairs of crowds of which it is remembered how many are in both.
const CROWD_PAIRS: usize = 100_000;
/// Orders of numbers remembered, 128 KiB for 65,536 persons and a week each.
const ORDERS: usize = 256;

/// What an installation is told once.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Public address without a trailing slash, such as `https://context.operator.example`; the OAuth issuer.
    pub issuer: String,
    /// The operator's home country.
    pub home: Jurisdiction,
    /// Where tiles and checkpoints are published.
    pub log_dir: PathBuf,
    /// Whether nothing is disclosed until two people stand for the policy set.
    pub two_people: bool,
    /// What the operator says of itself.
    pub operators: Operators,
    /// Whose events fill the crowds.
    pub crowd_base: CrowdBase,
    /// Whether clients may name subscribers by their phone numbers.
    pub number_hints: bool,
    /// Whether proofs of possession need a nonce of ours.
    pub dpop_nonce: bool,
    /// About how many people a client of a rescue agency may ask within an hour.
    pub emergency_most: u32,
}

/// The parts that a broker is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The operator's keys.
    pub keyring: Keyring,
    /// The policy set in force.
    pub engine: Engine,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub rng: Arc<dyn Rng>,
    /// Gives randomness to signatures.
    pub system: Arc<dyn SecureRandom + Send + Sync>,
    /// Sign tokens and receipts.
    pub signing: SigningKeys,
    /// Signs checkpoints.
    pub log_key: LogKey,
    /// Whether answers are held back.
    pub guard: Guard,
    /// The rest.
    pub settings: Settings,
    /// Where is counted what happens.
    pub recorder: Recorder,
    /// Carries the codes that links then want.
    pub courier: Option<Arc<dyn Courier>>,
    /// The operator's identity provider.
    pub login: Option<Login>,
}

/// Consent registry, policy engine and transparency log behind one set of verbs.
pub struct Broker {
    store: Store,
    keyring: Arc<Keyring>,
    seal: Arc<RecordSeal>,
    engine: Engine,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    system: Arc<dyn SecureRandom + Send + Sync>,
    signing: RwLock<Arc<SigningKeys>>,
    log_key: LogKey,
    guard: Guard,
    settings: Settings,
    nonces: Option<Nonces>,
    tokens: crate::oauth::remembered::Remembered,
    registered: Remembered<String, Option<Arc<Registered>>>,
    stops: Remembered<(), Arc<[Stop]>>,
    crowd_sizes: Remembered<CrowdKey, u32>,
    crowd_sets: Remembered<CrowdKey, Arc<Crowd>>,
    crowd_pairs: Remembered<(CrowdKey, CrowdKey), u64>,
    orders: Remembered<(At, u32), Arc<[u16]>>,
    latest: AtomicI64,
    keys_until: AtomicI64,
    behind: AtomicBool,
    heard: outside::Heard,
    stood_for: AtomicBool,
    uncleared: AtomicBool,
    retained: AtomicI64,
    exporting: Mutex<BTreeMap<String, Arc<approve_export::Job>>>,
    reference: Mutex<Option<Arc<reference::Reference>>>,
    reigns: Mutex<reigns::Followed>,
    sequencing: Mutex<()>,
    counting: Mutex<()>,
    turns: Vec<Mutex<()>>,
    figures: Figures,
    courier: Option<Arc<dyn Courier>>,
    login: Option<Login>,
}

impl std::fmt::Debug for Broker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "broker({:?})", self.store)
    }
}

impl Broker {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Broker {
        let Parts {
            store,
            keyring,
            engine,
            clock,
            rng,
            system,
            signing,
            log_key,
            guard,
            settings,
            recorder,
            courier,
            login,
        } = parts;
        let stood_for = AtomicBool::new(!settings.two_people);
        let keyring = Arc::new(keyring);
        let seal = Arc::new(RecordSeal::new(Arc::clone(&keyring), Arc::clone(&rng)));
        let nonces = settings.dpop_nonce.then(|| Nonces::of(&keyring));
        Broker {
            store,
            keyring,
            seal,
            engine,
            clock,
            rng,
            system,
            signing: RwLock::new(Arc::new(signing)),
            log_key,
            guard,
            settings,
            nonces,
            tokens: crate::oauth::remembered::Remembered::new(TOKENS),
            registered: Remembered::new(CLIENTS),
            stops: Remembered::new(1),
            crowd_sizes: Remembered::new(CROWDS),
            crowd_sets: Remembered::weighed(CROWD_SETS, |crowd| crowd.bytes()),
            crowd_pairs: Remembered::new(CROWD_PAIRS),
            orders: Remembered::new(ORDERS),
            latest: AtomicI64::new(i64::MIN),
            keys_until: AtomicI64::new(i64::MAX),
            behind: AtomicBool::new(false),
            heard: outside::Heard::default(),
            stood_for,
            uncleared: AtomicBool::new(false),
            retained: AtomicI64::new(i64::MIN),
            exporting: Mutex::default(),
            reference: Mutex::new(None),
            reigns: Mutex::default(),
            sequencing: Mutex::new(()),
            counting: Mutex::new(()),
            turns: (0..TURNS).map(|_| Mutex::new(())).collect(),
            figures: Figures::on(&recorder),
            courier,
            login,
        }
    }

    /// The present instant. A clock that has gone back would revive what has ended, so it stops everything (promise 4), also
    /// when it went back while nothing was running: the newest entry of the ledger was once the present.
    pub fn now(&self) -> Result<At, Failure> {
        if self.latest.load(Ordering::Relaxed) == i64::MIN {
            let newest = self.store.read("broker.wake", crate::store::entries::newest)?;
            self.latest.fetch_max(newest.map_or(i64::MIN + 1, |at| at.0), Ordering::Relaxed);
        }
        let now = self.clock.now();
        let latest = self.latest.fetch_max(now.0, Ordering::Relaxed);
        if now.0 < latest.saturating_sub(CLOCK_SLACK_US) {
            return Err(Failure::Halted("the clock has gone back behind what was recorded; set it right"));
        }
        self.refuse_without_keys()?;
        Ok(now)
    }

    /// Stops everything while the token does not answer that the keys are wrapped under.
    fn refuse_without_keys(&self) -> Result<(), Failure> {
        let cure = "the token that wraps the keys does not answer; connect it again";
        if self.holds_keys() { Ok(()) } else { Err(Failure::Halted(cure)) }
    }

    /// The keys may be used until then: whoever watches the token that wraps them puts it off.
    pub fn hold_keys(&self, until: At) {
        self.keys_until.store(until.0, Ordering::Relaxed);
    }

    /// Whether they may be used.
    pub fn holds_keys(&self) -> bool {
        self.clock.now().0 < self.keys_until.load(Ordering::Relaxed)
    }

    /// Stops disclosures while the database is not known to hold the last published checkpoint: a restored backup may have
    /// lost withdrawals (promise 4).
    fn refuse_when_behind(&self) -> Result<(), Failure> {
        if self.behind.load(Ordering::Relaxed) {
            return Err(Failure::Halted(
                "the database and the last published checkpoint do not fit; `dongui doctor` says why",
            ));
        }
        Ok(())
    }

    /// A turn among the stories about `whom` that lost a race before: without one the slowest could lose again and again.
    fn turn(&self, whom: &[u8]) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = rustc_hash::FxHasher::default();
        hasher.write(whom);
        let queue = self.turns.get((hasher.finish() % TURNS as u64) as usize)?;
        Some(queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the installation was told.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The policy set in force.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Has the disk of an embedded database watched; see `Store::keep_room`.
    pub fn keep_room(&self) -> Option<Stops> {
        self.store.keep_room()
    }

    /// Flushes what a run before this one may have left; see `Store::flush`.
    pub fn flush(&self) -> Result<(), Failure> {
        Ok(self.store.flush()?)
    }

    /// Whether the database answers and the ledger may record; what `/readyz` says.
    pub fn ready(&self) -> Result<(), Failure> {
        self.now()?;
        self.refuse_when_behind()?;
        self.refuse_unless_stood_for()?;
        self.store.takes(Stops::First)?;
        self.store.read("broker.ready", crate::store::entries::size)?;
        Ok(())
    }
}
