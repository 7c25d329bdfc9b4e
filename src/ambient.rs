//! The only file that asks the machine for the time and for randomness.
use crate::domain::rng::Rng;
use crate::domain::time::{At, Clock};
use ring::rand::{SecureRandom, SystemRandom};

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    fn now(&self) -> At {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        At(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The machine's randomness.
#[derive(Debug)]
pub struct SystemRng(SystemRandom);

impl SystemRng {
    /// Opens it.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn new() -> SystemRng {
        SystemRng(SystemRandom::new())
    }
    /// For signatures, shared between threads.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn shared() -> std::sync::Arc<dyn SecureRandom + Send + Sync> {
        std::sync::Arc::new(SystemRandom::new())
    }
    /// For ring's key generation.
    pub fn ring(&self) -> &dyn SecureRandom {
        &self.0
    }
}

impl Default for SystemRng {
    fn default() -> Self {
        Self::new()
    }
}

impl Rng for SystemRng {
    fn fill(&self, out: &mut [u8]) {
        // A machine without randomness must not go on: every secret made after would be guessable.
        if self.0.fill(out).is_err() {
            std::process::abort();
        }
    }
}
