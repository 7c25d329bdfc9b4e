//! `dongui keys`: make, rotate, show.
use super::token::TokenOptions;
use super::{Answer, Installation, Trouble};
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::rewrap::Rewrapped;
use crate::crypt::keyring::Keyring;
use crate::crypt::sign::LogKey;
use crate::crypt::signing::{self, SigningKeys};
use crate::domain::time::{At, Clock};
use clap::Subcommand;
use indicatif::ProgressBar;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new key file (mode 0600); an existing one is left alone.
    Init,
    /// Put a new root on top; everything sealed before goes on opening. Restart the server afterwards.
    Rotate,
    /// Seal anew under the newest root what older ones sealed, while servers go on. Begun again, it takes up where it was.
    Rewrap {
        /// Say that every server was restarted since `dongui keys rotate`: one that was not does not open what is sealed anew.
        #[arg(long)]
        servers_restarted: bool,
    },
    /// Take older roots out of the key file, once nothing is sealed under them: what they sealed opens no more in any copy, backups among them.
    DropRoots {
        /// Say that every server was restarted since `dongui keys rotate`: one that was not goes on sealing under an older root.
        #[arg(long)]
        servers_restarted: bool,
    },
    /// Make a new key for tokens and receipts. It is published now, signs in an hour, and the one before stays published for another; a running server
    /// takes it up by itself.
    RotateSigning {
        /// Somebody else has the key: it is over now, with every token of it. Whoever verifies needs the new one at once.
        #[arg(long)]
        at_once: bool,
    },
    /// Print the public keys.
    Show,
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    let path = installation.keys();
    let rotates =
        matches!(command, Command::Rotate | Command::RotateSigning { .. } | Command::DropRoots { .. });
    if rotates && std::env::var_os("DONGUI_KEYRING").is_some() {
        let cure =
            "the keys are in DONGUI_KEYRING and not in a file: unset it, put them into one and change that";
        return Err(Trouble(cure.to_owned()));
    }
    match command {
        Command::Init => {
            init_wrapped(&path, &installation.token)?;
            Ok(Answer::new(format!("keys made in {}", path.display()), json!({ "keys": path })))
        }
        Command::Rotate => {
            replace(installation, installation.keyring()?.rotate(&SystemRng::new()))?;
            let roots = installation.keyring()?.roots();
            Ok(Answer::new(
                format!("a new root seals from now on; {roots} roots open"),
                json!({ "roots": roots }),
            ))
        }
        Command::Rewrap { servers_restarted } => {
            know_restarted(servers_restarted)?;
            rewrap(installation)
        }
        Command::DropRoots { servers_restarted } => drop_roots(installation, servers_restarted),
        Command::RotateSigning { at_once } => rotate_signing(installation, at_once),
        Command::Show => show(installation),
    }
}

fn know_restarted(said: bool) -> Result<(), Trouble> {
    let cure = "restart every server since the root was rotated, then say so with `--servers-restarted`";
    if said { Ok(()) } else { Err(Trouble(cure.to_owned())) }
}

fn rewrap(installation: &Installation) -> Result<Answer, Trouble> {
    let bar = ProgressBar::new_spinner();
    let done = installation.broker()?.rewrap(&mut |values| bar.set_position(values))?;
    bar.finish_and_clear();
    let Rewrapped { values, renewed, broken } = done;
    let mut text = format!("{renewed} of {values} values are sealed anew under the newest root");
    if broken > 0 {
        text.push_str(&format!("; {broken} do not open and stay as they are"));
    }
    Ok(Answer::new(text, json!({ "values": values, "renewed": renewed, "broken": broken })))
}

fn drop_roots(installation: &Installation, servers_restarted: bool) -> Result<Answer, Trouble> {
    let keyring = installation.keyring()?;
    if keyring.roots() == 1 {
        return Err(Trouble("there is one root only; `dongui keys rotate` makes another".to_owned()));
    }
    know_restarted(servers_restarted)?;
    let text = keyring.without_older(&SystemRng::new()).ok_or_else(|| {
        let why = "the oldest root of this key file is also what pseudonyms come from, and stays; key files that are made now have that apart";
        Trouble(why.to_owned())
    })?;
    let left = installation.broker()?.under_older_roots(&mut |_| {})?;
    let left = left.renewed + left.broken;
    if left > 0 {
        return Err(Trouble(format!(
            "{left} values are still sealed under older roots; run `dongui keys rewrap`"
        )));
    }
    replace(installation, text)?;
    Ok(Answer::new("the newest root alone opens from now on", json!({ "roots": 1 })))
}

fn rotate_signing(installation: &Installation, at_once: bool) -> Result<Answer, Trouble> {
    let (rng, now) = (SystemRng::new(), SystemClock.now());
    let renewed = signing::renewed(&installation.keyring()?, at_once, &rng, rng.ring(), now);
    let waits = || {
        let cure = "a new key waits already (`dongui keys show`); with `--at-once` it is made anew";
        Trouble(cure.to_owned())
    };
    let (text, from) = renewed.map_err(Trouble::of)?.ok_or_else(waits)?;
    replace(installation, text)?;
    let from = from.rfc3339();
    let said = format!(
        "a new key signs tokens and receipts from {from} on; running servers take it up by themselves"
    );
    Ok(Answer::new(said, json!({ "from": from })))
}

fn show(installation: &Installation) -> Result<Answer, Trouble> {
    let (keyring, system) = (installation.keyring()?, SystemRng::new());
    let keys = SigningKeys::of(&keyring, system.ring()).map_err(Trouble::of)?;
    let broker = installation.broker()?;
    let vkey = broker.log_verifier()?.vkey();
    LogKey::of(&keyring).map_err(Trouble::of)?;
    let mut text = format!("log:      {vkey}\nroots:    {}", keyring.roots());
    let mut signing = Vec::new();
    for (state, from, signer) in keys.states(SystemClock.now()) {
        let (state, kid) = (state.as_str(), signer.kid());
        let from = from.map(At::rfc3339);
        let since = from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        text.push_str(&format!("\nsigning:  {kid} {state}{since}"));
        signing.push(json!({ "kid": kid, "state": state, "from": from }));
    }
    Ok(Answer::new(text, json!({ "log": vkey, "signing": signing, "roots": keyring.roots() })))
}

/// Puts a new key file in the place of one. Whoever reads meanwhile reads the one or the other.
fn replace(installation: &Installation, text: Zeroizing<String>) -> Result<(), Trouble> {
    let (path, text) = (installation.keys(), installation.token.wrapped(text)?);
    let beside = path.with_extension("new");
    // What a rotation that was killed has left behind.
    let _absent = std::fs::remove_file(&beside);
    write_secret(&beside, &text)?;
    std::fs::rename(&beside, &path).map_err(|e| Trouble::file(&path, &e))
}

/// Makes a key file if there is none.
pub fn init(path: &Path) -> Result<(), Trouble> {
    init_wrapped(path, &TokenOptions::default())
}

/// The same with its roots wrapped by a token, where there is one.
fn init_wrapped(path: &Path, token: &TokenOptions) -> Result<(), Trouble> {
    let rng = SystemRng::new();
    let text = Keyring::generate(&rng, rng.ring()).map_err(Trouble::of)?;
    let text = token.wrapped(text)?;
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| Trouble::file(parent, &e))?;
    }
    write_secret(path, &text)
}

/// Writes a new file that nobody else may read. It is whole or it is not there: written beside, synced, renamed.
pub fn write_secret(path: &Path, text: &str) -> Result<(), Trouble> {
    if path.exists() {
        return Err(Trouble(format!("`{}` exists already and is left as it is", path.display())));
    }
    let beside = path.with_extension("part");
    // What a run that was killed has left behind.
    let _absent = std::fs::remove_file(&beside);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside).map_err(|e| Trouble::file(&beside, &e))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| Trouble::file(&beside, &e))?;
    std::fs::rename(&beside, path).map_err(|e| Trouble::file(path, &e))
}
