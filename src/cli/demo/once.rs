//! `dongui demo --once`: a fresh directory, a free port, the story, a report.
use super::Arguments;
use super::clock::SetClock;
use super::progress::Progress;
use super::report::Report;
use super::stage::Stage;
use super::story::Story;
use crate::cli::serve::{Background, listen};
use crate::cli::{Answer, Installation, Trouble};
use crate::domain::time::{At, Clock};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// A Thursday afternoon in Munich, 16:50: many are at work, and most go elsewhere next. A set clock makes the same seed tell the
/// same story on every day.
const START: &str = "2026-10-15T14:50:00Z";

pub fn run(arguments: &Arguments, json: bool) -> Result<Answer, Trouble> {
    let begun = std::time::Instant::now();
    let start = At::parse(START).ok_or_else(|| Trouble("the demo has no beginning".to_owned()))?;
    let dir = tempfile::Builder::new().prefix("dongui-demo-").tempdir().map_err(Trouble::of)?;
    leave_nothing_behind(dir.path().to_owned());
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr().map_err(Trouble::of)?;
    let installation =
        Installation { issuer: format!("http://{address}"), ..Installation::at(dir.path().to_owned()) };
    let clock = Arc::new(SetClock::at(start));
    let shared: Arc<dyn Clock> = Arc::<SetClock>::clone(&clock);
    let stage = Stage::set(installation, shared, arguments.seed, usize::from(arguments.residents))?;
    let server = Background::start(Arc::clone(&stage.broker), stage.figures.clone(), listener)?;
    let told = tell(&stage, &clock, start, arguments, Progress::new(json));
    server.stop();
    drop(stage);
    let report = told?;
    dir.close().map_err(Trouble::of)?;
    let took_s = begun.elapsed().as_secs_f64();
    let heading = format!(
        "Dongui demo: {} made-up residents of Munich, {} days of events, seed {}. The clock of this run is set to Thursday,\n15 \
         October 2026, 16:50, so that every run tells the same story. Enrolment, decisions,\nfeeds, questions and the export went over HTTP, in {took_s:.1} s.",
        arguments.residents, arguments.days, arguments.seed
    );
    let facts = json!({ "residents": arguments.residents, "days": arguments.days, "seed": arguments.seed, "start": START,
        "took_s": took_s });
    Ok(report.answer(&heading, facts))
}

/// Ctrl-C in the middle takes the directory away too.
pub fn leave_nothing_behind(dir: PathBuf) {
    std::thread::spawn(move || {
        if actix_web::rt::System::new().block_on(actix_web::rt::signal::ctrl_c()).is_ok() {
            // Whoever still writes may put a file back; so a second time.
            let _first = std::fs::remove_dir_all(&dir);
            let _second = std::fs::remove_dir_all(&dir);
            std::process::exit(130);
        }
    });
}

fn tell(
    stage: &Stage,
    clock: &SetClock,
    start: At,
    arguments: &Arguments,
    progress: Progress,
) -> Result<Report, Trouble> {
    let mut story = Story::new(stage, clock, start, i64::from(arguments.days), progress)?;
    story.play()?;
    Ok(story.report)
}
