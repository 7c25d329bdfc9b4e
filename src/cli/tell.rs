//! Has subscribers told what left about them, beside a server. Deliberately absent: who is told what and when (`broker::told`).
//!
//! It has a thread of its own, because messaging that does not answer must hold up neither the log nor recipients.
use crate::broker::Broker;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often is looked for what is due.
const LOOK: Duration = Duration::from_secs(5);

/// Looks until it is stopped; where nothing carries messages it does not run.
pub(super) struct Teller {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Teller {
    pub(super) fn start(broker: Arc<Broker>) -> Teller {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let carried = broker.tells();
        let looks = move || {
            while !stopped.load(Ordering::Relaxed) {
                if let Err(e) = broker.tell(&|| stopped.load(Ordering::Relaxed)) {
                    tracing::error!(problem = %e, "subscribers are not told");
                }
                std::thread::park_timeout(LOOK);
            }
        };
        let thread = carried.then(|| std::thread::spawn(looks));
        Teller { stop, thread }
    }

    pub(super) fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread {
            thread.thread().unpark();
            let _joined = thread.join();
        }
    }
}
