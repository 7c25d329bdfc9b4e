//! `dongui keys`: make, rotate, show.
use super::{Answer, Installation, Trouble};
use crate::ambient::SystemRng;
use crate::crypt::jose::Signer;
use crate::crypt::keyring::Keyring;
use crate::crypt::sign::LogKey;
use clap::Subcommand;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// What to do with the keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new key file (mode 0600); an existing one is left alone.
    Init,
    /// Put a new root on top; everything sealed before goes on opening. Restart the server afterwards.
    Rotate,
    /// Print the public keys.
    Show,
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    let path = installation.keys();
    match command {
        Command::Init => {
            init(&path)?;
            Ok(Answer::new(format!("keys made in {}", path.display()), json!({ "keys": path })))
        }
        Command::Rotate => {
            let text = installation.keyring()?.rotate(&SystemRng::new());
            let beside = path.with_extension("new");
            // What a rotation that was killed has left behind.
            let _absent = std::fs::remove_file(&beside);
            write_secret(&beside, &text)?;
            std::fs::rename(&beside, &path).map_err(|e| Trouble::file(&path, &e))?;
            let roots = installation.keyring()?.roots();
            Ok(Answer::new(
                format!("a new root seals from now on; {roots} roots open"),
                json!({ "roots": roots }),
            ))
        }
        Command::Show => {
            let keyring = installation.keyring()?;
            let signer = Signer::es256(&keyring, SystemRng::new().ring()).map_err(Trouble::of)?;
            let broker = installation.broker()?;
            let vkey = broker.log_verifier()?.vkey();
            LogKey::of(&keyring).map_err(Trouble::of)?;
            let text = format!("log:      {vkey}\nreceipts: {}\nroots:    {}", signer.kid(), keyring.roots());
            Ok(Answer::new(text, json!({ "log": vkey, "receipts": signer.kid(), "roots": keyring.roots() })))
        }
    }
}

/// Makes a key file if there is none.
pub fn init(path: &Path) -> Result<(), Trouble> {
    let rng = SystemRng::new();
    let text = Keyring::generate(&rng, rng.ring()).map_err(Trouble::of)?;
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
