//! Where an installation keeps its things, and how its broker is put together.
use super::Trouble;
use super::login::{self, Ways};
use super::token::TokenOptions;
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::outside::{Outside, Witnesses};
use crate::broker::{Broker, Parts, Settings};
use crate::crypt::keyring::Keyring;
use crate::crypt::sign::LogKey;
use crate::crypt::signing::SigningKeys;
use crate::domain::rng::Rng;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::Clock;
use crate::minimise::crowd::CrowdBase;
use crate::minimise::guard::Guard;
use crate::policy::{Engine, Sources};
use crate::store::{Recorder, Store};
use crate::telemetry::uncounted;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use zeroize::Zeroizing;

/// People that a rescue agency may ask about within an hour, unless it is said otherwise.
const EMERGENCY_MOST: u32 = 100;

/// Options that every command shares.
#[derive(Debug, Clone, Args)]
pub struct Installation {
    /// Directory of database, keys and log.
    #[arg(long, global = true, env = "DONGUI_DATA", default_value = "dongui-data", value_name = "DIR")]
    pub data: PathBuf,
    /// `postgres://…` or a SQLite file; `DIR/dongui.db` if absent.
    #[arg(long, global = true, env = "DONGUI_DATABASE", hide_env_values = true, value_name = "URL")]
    pub database: Option<String>,
    /// Key file; `DIR/keys` if absent. The variable DONGUI_KEYRING may hold the file's content instead.
    #[arg(long, global = true, env = "DONGUI_KEYS", value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// Public address, without a trailing slash: issuer of tokens, base of links.
    #[arg(
        long,
        global = true,
        env = "DONGUI_ISSUER",
        default_value = "http://127.0.0.1:8080",
        value_name = "URL"
    )]
    pub issuer: String,
    /// The operator's home country: KR, DE, SG or AE.
    #[arg(long, global = true, env = "DONGUI_HOME", default_value = "DE", value_parser = home, value_name = "COUNTRY")]
    pub home: Jurisdiction,
    /// Directory of policies; the built-in set if absent.
    #[arg(long, global = true, env = "DONGUI_POLICIES", value_name = "DIR")]
    pub policies: Option<PathBuf>,
    /// Disclose nothing until two people stand for the policy set (`dongui policy approve`).
    #[arg(long, global = true, env = "DONGUI_TWO_PEOPLE")]
    pub two_people: bool,
    /// How subscribers get in beside links: identity provider and codes, TOML.
    #[arg(long, global = true, env = "DONGUI_LOGIN", value_name = "FILE")]
    pub login: Option<PathBuf>,
    /// What the operator says of itself on the subscriber's pages: its data protection officer, the others of its group; TOML.
    #[arg(long, global = true, env = "DONGUI_OPERATORS", value_name = "FILE")]
    pub operators: Option<PathBuf>,
    /// Who cosigns the log, and how many are enough: a C2SP policy file with the address of each witness.
    #[arg(long, global = true, env = "DONGUI_WITNESSES", value_name = "FILE")]
    pub witnesses: Option<PathBuf>,
    /// A file on another disk that the last checkpoint is copied to and compared with. It must exist; an empty one begins anew.
    #[arg(long, global = true, env = "DONGUI_ANCHOR", value_name = "FILE")]
    pub anchor: Option<PathBuf>,
    /// Whose events fill the crowds that answers hide in: `consented`, or `all` who are enrolled (see docs/privacy.md first).
    #[arg(long, global = true, env = "DONGUI_CROWD_BASE", default_value = "consented", value_parser = base, value_name = "BASE")]
    pub crowd_base: CrowdBase,
    /// Let clients name subscribers by phone number: `tel:` in requests out of band and in signed statements.
    #[arg(long, global = true, env = "DONGUI_NUMBER_HINTS")]
    pub number_hints: bool,
    /// Demand a nonce of the server's in every proof of possession (RFC 9449); see docs/operators.md first.
    #[arg(long, global = true, env = "DONGUI_DPOP_NONCE")]
    pub dpop_nonce: bool,
    /// About how many different people a client of a rescue agency may ask within an hour; 0 tells it nothing.
    #[arg(long, global = true, env = "DONGUI_EMERGENCY_MOST", default_value_t = EMERGENCY_MOST, value_name = "PEOPLE")]
    pub emergency_most: u32,
    /// What wraps the roots of the key file.
    #[command(flatten)]
    pub token: TokenOptions,
}

fn base(text: &str) -> Result<CrowdBase, String> {
    CrowdBase::parse(text).ok_or_else(|| "one of consented, all".to_owned())
}

fn home(text: &str) -> Result<Jurisdiction, String> {
    Jurisdiction::parse(text).ok_or_else(|| "one of KR, DE, SG, AE".to_owned())
}

impl Installation {
    /// An installation in `data` with everything else by default.
    pub fn at(data: PathBuf) -> Installation {
        let issuer = "http://127.0.0.1:8080".to_owned();
        Installation {
            data,
            database: None,
            keys: None,
            issuer,
            home: Jurisdiction::DE,
            policies: None,
            two_people: false,
            login: None,
            operators: None,
            witnesses: None,
            anchor: None,
            crowd_base: CrowdBase::default(),
            number_hints: false,
            dpop_nonce: false,
            emergency_most: EMERGENCY_MOST,
            token: TokenOptions::default(),
        }
    }

    /// Address of the database.
    pub fn database(&self) -> String {
        self.database.clone().unwrap_or_else(|| self.data.join("dongui.db").display().to_string())
    }

    /// Path of the key file.
    pub fn keys(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys"))
    }

    /// Directory of tiles and checkpoints.
    pub fn log_dir(&self) -> PathBuf {
        self.data.join("log")
    }

    /// The keys, from the variable or the file.
    pub fn keyring(&self) -> Result<Keyring, Trouble> {
        let text = self.token.unwrapped(self.key_text()?)?;
        Keyring::parse(&text).map_err(Trouble::of)
    }

    /// The keys as they are kept.
    pub(super) fn key_text(&self) -> Result<Zeroizing<String>, Trouble> {
        if let Ok(text) = std::env::var("DONGUI_KEYRING") {
            return Ok(Zeroizing::new(text));
        }
        let path = self.keys();
        let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Trouble(format!(
                "there is no key file `{}`; make one with `dongui keys init`",
                path.display()
            )),
            _ => Trouble::file(&path, &e),
        })?;
        refuse_open_file(&path)?;
        Ok(Zeroizing::new(text))
    }

    /// The policy set.
    pub fn engine(&self) -> Result<Engine, Trouble> {
        let sources = match &self.policies {
            None => Sources::bundled(),
            Some(dir) => super::policy::read(dir)?,
        };
        Engine::load(&sources).map_err(Trouble::of)
    }

    /// The database; one that does not exist yet is not made here.
    pub fn store(&self) -> Result<Store, Trouble> {
        self.store_in(uncounted())
    }

    fn store_in(&self, recorder: Recorder) -> Result<Store, Trouble> {
        let url = self.database();
        if !crate::store::is_postgres(&url)
            && !std::path::Path::new(url.trim_start_matches("sqlite:")).exists()
        {
            return Err(Trouble(format!("there is no database `{url}`; make it with `dongui migrate`")));
        }
        Ok(Store::open(&url, Arc::new(SystemRng::new()), recorder)?)
    }

    /// The broker of this installation.
    pub fn broker(&self) -> Result<Arc<Broker>, Trouble> {
        self.broker_on(Arc::new(SystemClock), uncounted())
    }

    /// The broker of this installation on another clock, for a story that is told at a set time, or counted, for a server.
    pub fn broker_on(&self, clock: Arc<dyn Clock>, recorder: Recorder) -> Result<Arc<Broker>, Trouble> {
        self.guarded_broker(clock, recorder, Guard::ON)
    }

    /// The same with another guard, for whoever can make one.
    pub fn guarded_broker(
        &self,
        clock: Arc<dyn Clock>,
        recorder: Recorder,
        guard: Guard,
    ) -> Result<Arc<Broker>, Trouble> {
        let keyring = self.keyring()?;
        let (rng, system): (Arc<dyn Rng>, _) = (Arc::new(SystemRng::new()), SystemRng::shared());
        let signing = SigningKeys::of(&keyring, system.as_ref()).map_err(Trouble::of)?;
        let log_key = LogKey::of(&keyring).map_err(Trouble::of)?;
        let settings = Settings {
            issuer: self.issuer.trim_end_matches('/').to_owned(),
            home: self.home,
            log_dir: self.log_dir(),
            two_people: self.two_people,
            operators: self.operators.as_deref().map(super::operators::read).transpose()?.unwrap_or_default(),
            crowd_base: self.crowd_base,
            number_hints: self.number_hints,
            dpop_nonce: self.dpop_nonce,
            emergency_most: self.emergency_most,
        };
        let (store, engine) = (self.store_in(Recorder::clone(&recorder))?, self.engine()?);
        let Ways { login, courier } = self.login.as_deref().map(login::read).transpose()?.unwrap_or_default();
        let broker = Broker::new(Parts {
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
        });
        Ok(Arc::new(broker.remembered_by(self.outside()?)))
    }

    /// What remembers the log outside of this installation.
    fn outside(&self) -> Result<Outside, Trouble> {
        let policy = self.witnesses.as_deref().map(super::witness::read_policy).transpose()?;
        let witnesses = policy.map(|policy| Witnesses { policy, ask: super::witness::ask() });
        Ok(Outside { anchor: self.anchor.clone(), witnesses })
    }
}

/// Keys that others on the machine may read are no keys.
#[cfg(unix)]
pub(super) fn refuse_open_file(path: &std::path::Path) -> Result<(), Trouble> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|e| Trouble::file(path, &e))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Trouble(format!("`{}` may be read by others; run `chmod 600` on it", path.display())))
}

#[cfg(not(unix))]
pub(super) fn refuse_open_file(_: &std::path::Path) -> Result<(), Trouble> {
    Ok(())
}
