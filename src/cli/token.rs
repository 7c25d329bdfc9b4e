//! Which token wraps the roots, and watching it. Deliberately absent: what it is asked (`token`).
use super::Trouble;
use super::installation::refuse_open_file;
use crate::ambient::{SystemClock, SystemRng};
use crate::broker::Broker;
use crate::domain::time::{At, Clock, SECOND_US};
use crate::token::{Token, is_wrapped};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use zeroize::Zeroizing;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// How long keys are used after the token was last seen to open them, µs: one that hangs holds nobody up for longer.
const HOLDS_US: i64 = 3 * SECOND_US;

/// The token that the roots of the key file are wrapped under; none if all are absent.
#[derive(Debug, Clone, Default, Args)]
pub struct TokenOptions {
    /// PKCS#11 module of the token that wraps the roots of the key file; see docs/operators.md.
    #[arg(long, global = true, env = "DONGUI_PKCS11_MODULE", value_name = "FILE")]
    pkcs11_module: Option<PathBuf>,
    /// Label of the token.
    #[arg(long, global = true, env = "DONGUI_PKCS11_TOKEN", value_name = "LABEL")]
    pkcs11_token: Option<String>,
    /// File with the PIN of the token's user, mode 0600.
    #[arg(long, global = true, env = "DONGUI_PKCS11_PIN", value_name = "FILE")]
    pkcs11_pin: Option<PathBuf>,
}

impl TokenOptions {
    fn token(&self) -> Result<Option<Token>, Trouble> {
        let Some(module) = &self.pkcs11_module else { return Ok(None) };
        let (Some(label), Some(file)) = (&self.pkcs11_token, &self.pkcs11_pin) else {
            let cure = "`--pkcs11-module` needs `--pkcs11-token` and `--pkcs11-pin` beside it";
            return Err(Trouble(cure.to_owned()));
        };
        let pin = Zeroizing::new(std::fs::read_to_string(file).map_err(|e| Trouble::file(file, &e))?);
        refuse_open_file(file)?;
        Ok(Some(Token::new(module, label, pin.trim_end())))
    }

    /// The text of a key file as it is to be kept.
    pub fn wrapped(&self, text: Zeroizing<String>) -> Result<Zeroizing<String>, Trouble> {
        match self.token()? {
            Some(token) => token.wrap(&text, &SystemRng::new()).map_err(Trouble::of),
            None => Ok(text),
        }
    }

    /// The text of a key file that was kept.
    pub fn unwrapped(&self, text: Zeroizing<String>) -> Result<Zeroizing<String>, Trouble> {
        if !is_wrapped(&text) {
            return Ok(text);
        }
        let cure = "the roots of the key file are wrapped by a token; name it with `--pkcs11-module`, `--pkcs11-token` and `--pkcs11-pin`";
        let token = self.token()?.ok_or_else(|| Trouble(cure.to_owned()))?;
        token.unwrap(&text).map_err(Trouble::of)
    }
}

/// Looks once a second whether the token still opens the roots. While it does not, everything is refused.
pub struct TokenWatch {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl TokenWatch {
    /// Begins to look, where the roots of `text`, a key file, are wrapped.
    pub fn start(broker: Arc<Broker>, options: TokenOptions, text: Zeroizing<String>) -> Option<TokenWatch> {
        if !is_wrapped(&text) {
            return None;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        // They were opened just now.
        broker.hold_keys(SystemClock.now().plus(HOLDS_US));
        let thread = std::thread::spawn(move || {
            let mut there = true;
            while !stopped.load(Ordering::Relaxed) {
                std::thread::park_timeout(LOOK);
                let seen = options.unwrapped(text.clone());
                broker.hold_keys(if seen.is_ok() { SystemClock.now().plus(HOLDS_US) } else { At(i64::MIN) });
                match seen {
                    Ok(_) if !there => tracing::warn!("the token opens the roots again; everything goes on"),
                    Err(e) if there => {
                        tracing::error!(problem = %e, "the token is away; everything is refused")
                    }
                    _ => {}
                }
                there = broker.holds_keys();
            }
        });
        Some(TokenWatch { stop, thread })
    }

    /// Looks no more.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        let _joined = self.thread.join();
    }
}
