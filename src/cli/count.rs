//! Has the people of each day counted when it is over, beside a server, so that nobody who asks waits for it. Deliberately absent: who counts and what is
//! told (`broker::population`).
//!
//! It has a thread of its own, because everybody who said yes is read for it.
use crate::broker::Broker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often is looked for what is due.
const LOOK: Duration = Duration::from_secs(60);

/// Looks until it is stopped.
pub(super) struct Census {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Census {
    pub(super) fn start(broker: Arc<Broker>) -> Census {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            loop {
                std::thread::park_timeout(LOOK);
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                if let Err(e) = broker.count_due() {
                    tracing::error!(problem = %e, "people are not counted");
                }
            }
        });
        Census { stop, thread }
    }

    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        let _joined = self.thread.join();
    }
}
