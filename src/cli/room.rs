//! Has a running server watch the disk of an embedded database. Deliberately absent: what stops when (`store::room`).
use crate::broker::Broker;
use crate::store::Stops;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Looks until it is stopped.
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Looks at once, so that there is a ballast before the first request, and begins to go on.
    pub fn start(broker: Arc<Broker>) -> Watch {
        let stop = Arc::new(AtomicBool::new(false));
        let mut last = broker.keep_room();
        say(last, Some(Stops::First));
        let stopped = Arc::clone(&stop);
        // Where the disk is a server's there is nothing to look at.
        let thread = last.is_some().then(|| {
            std::thread::spawn(move || {
                while !stopped.load(Ordering::Relaxed) {
                    std::thread::park_timeout(LOOK);
                    let now = broker.keep_room();
                    say(now, last);
                    last = now;
                }
            })
        });
        Watch { stop, thread }
    }

    /// Looks no more.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread {
            thread.thread().unpark();
            let _joined = thread.join();
        }
    }
}

fn say(now: Option<Stops>, last: Option<Stops>) {
    match now {
        _ if now == last => {}
        None => {}
        Some(Stops::First) => tracing::warn!("there is room on the disk again; everything goes on"),
        Some(Stops::Second) => tracing::error!("the disk is nearly full; nothing is disclosed"),
        Some(Stops::Last) => {
            tracing::error!(
                "the disk is full; nothing is disclosed, and only what ends or holds back is taken"
            );
        }
    }
}
