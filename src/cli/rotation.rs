//! Has a running server take up signing keys as the key file has them. Deliberately absent: roots, which are read once; what a key is at a time
//! (`crypt::signing`).
use super::Trouble;
use super::installation::refuse_open_file;
use super::token::TokenOptions;
use crate::ambient::SystemRng;
use crate::broker::Broker;
use crate::crypt::keyring::Keyring;
use crate::crypt::signing::SigningKeys;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use zeroize::Zeroizing;

/// How often the key file is read: far more often than a new key is published ahead of its use.
const LOOK: Duration = Duration::from_secs(5);

/// Reads the key file until it is stopped.
pub struct Rotation {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Rotation {
    /// Begins to look at `path`, whose roots that token may wrap.
    pub fn start(broker: Arc<Broker>, path: PathBuf, token: TokenOptions) -> Rotation {
        Rotation::reading(broker, path, LOOK, token)
    }

    /// The same, as often as a story wants it.
    pub fn looking(broker: Arc<Broker>, path: PathBuf, every: Duration) -> Rotation {
        Rotation::reading(broker, path, every, TokenOptions::default())
    }

    fn reading(broker: Arc<Broker>, path: PathBuf, every: Duration, token: TokenOptions) -> Rotation {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut last = Zeroizing::new(String::new());
            while !stopped.load(Ordering::Relaxed) {
                match read(&path, &last, &token) {
                    Ok(Some((text, keys))) => {
                        broker.take_up(keys);
                        last = text;
                    }
                    Ok(None) => {}
                    // What was read before goes on signing.
                    Err(e) => tracing::error!(problem = %e, "the key file is not taken up"),
                }
                std::thread::park_timeout(every);
            }
        });
        Rotation { stop, thread }
    }

    /// Looks no more.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        let _joined = self.thread.join();
    }
}

/// The text of the key file and its keys, if it is another than `last`.
fn read(
    path: &Path,
    last: &str,
    token: &TokenOptions,
) -> Result<Option<(Zeroizing<String>, SigningKeys)>, Trouble> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?);
    if *text == last {
        return Ok(None);
    }
    refuse_open_file(path)?;
    let keyring = Keyring::parse(&token.unwrapped(text.clone())?).map_err(Trouble::of)?;
    let keys = SigningKeys::of(&keyring, SystemRng::new().ring()).map_err(Trouble::of)?;
    Ok(Some((text, keys)))
}
