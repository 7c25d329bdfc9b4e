//! Logs: one line an event to standard error. Fields come from closed lists; no value of a request is ever one.
use tracing_subscriber::EnvFilter;

/// Starts logging at the level of `DONGUI_LOG` (`info` if absent); a second start changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_env("DONGUI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let _already = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}
