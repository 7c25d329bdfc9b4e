//! Clock and dice in the hands of a story.
use dongui::ambient::SystemRng;
use dongui::crypt::hash::sha256;
use dongui::domain::rng::Rng;
use dongui::domain::time::{At, Clock};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A clock set by hand; clones share one hand.
#[derive(Debug, Clone)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub fn at(at: At) -> HandClock {
        HandClock(Arc::new(AtomicI64::new(at.0)))
    }
    pub fn set(&self, at: At) {
        self.0.store(at.0, Ordering::SeqCst);
    }
    pub fn advance(&self, us: i64) {
        self.0.fetch_add(us, Ordering::SeqCst);
    }
    pub fn now(&self) -> At {
        At(self.0.load(Ordering::SeqCst))
    }
}

impl Clock for HandClock {
    fn now(&self) -> At {
        HandClock::now(self)
    }
}

/// Randomness from a seed: SHA-256 of seed and count.
#[derive(Debug)]
pub struct SeededRng {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRng {
    pub fn new(seed: u64) -> SeededRng {
        SeededRng { seed, drawn: AtomicU64::new(0) }
    }
}

impl Rng for SeededRng {
    fn fill(&self, out: &mut [u8]) {
        for block in out.chunks_mut(32) {
            let n = self.drawn.fetch_add(1, Ordering::Relaxed);
            let bytes = sha256(&[&self.seed.to_be_bytes(), &n.to_be_bytes()]);
            block.copy_from_slice(&bytes[..block.len()]);
        }
    }
}

/// Randomness at whose next draw something else happens first: whatever a verb has read by then is old.
#[derive(Default)]
pub struct Interrupted {
    first: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Interrupted {
    pub fn next_draw_after(&self, deed: impl FnOnce() + Send + 'static) {
        *self.first.lock().unwrap() = Some(Box::new(deed));
    }
    pub fn is_done(&self) -> bool {
        self.first.lock().unwrap().is_none()
    }
}

impl Rng for Interrupted {
    fn fill(&self, out: &mut [u8]) {
        let deed = self.first.lock().unwrap().take();
        if let Some(deed) = deed {
            deed();
        }
        SystemRng::new().fill(out);
    }
}
