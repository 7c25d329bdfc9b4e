//! Logs and figures. Logs are one line an event to standard error, figures are Prometheus text. Fields and labels come from closed lists; no
//! value of a request is ever one.
use metrics::{NoopRecorder, Recorder, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusRecorder};
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Bounds of what is timed, s.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Bounds of how many stories one commit takes.
const STORIES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Starts logging at the level of `DONGUI_LOG` (`info` if absent); a second start changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_env("DONGUI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let _already = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}

/// The figures of one server. Handed to whoever counts, not installed for the process, so that two servers in one do not count together.
#[derive(Clone)]
pub struct Figures(Arc<PrometheusRecorder>);

impl Figures {
    /// Nothing counted yet.
    pub fn new() -> Result<Figures, BuildError> {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
            .set_buckets_for_metric(Matcher::Suffix("_stories".to_owned()), &STORIES)?;
        let figures = Figures(Arc::new(builder.build_recorder()));
        metrics::with_local_recorder(&figures.0, || {
            describe_gauge!("dongui_build_info", "1, with the version as a label");
            gauge!("dongui_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        });
        Ok(figures)
    }

    /// Where to count.
    pub fn recorder(&self) -> Arc<dyn Recorder + Send + Sync> {
        Arc::<PrometheusRecorder>::clone(&self.0)
    }

    /// All of them in the Prometheus text format.
    pub fn text(&self) -> String {
        self.0.handle().render()
    }

    /// Gathers what was timed. It waits in memory until then, and perhaps nobody ever reads the text.
    pub fn gather(&self) {
        self.0.handle().run_upkeep();
    }
}

/// For whoever does not serve: nothing is counted.
pub fn uncounted() -> Arc<dyn Recorder + Send + Sync> {
    Arc::new(NoopRecorder)
}
