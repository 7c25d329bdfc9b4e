//! `dongui feed`.
use super::{Answer, Installation, Trouble};
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::ingest::Report;
use crate::domain::feed::FeedKind;
use crate::feed::{self, Stopped};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

/// What to do with feeds.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load feed files: CSV with header names, or NDJSON; plain or gzip. A file loaded before is answered as the first time.
    Load {
        /// cells, places, location, app, web, categories or account.
        #[arg(long, value_parser = kind)]
        kind: FeedKind,
        /// Take the feed's own latest instant as the present: for old data.
        #[arg(long)]
        own_time: bool,
        /// Files; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

fn kind(text: &str) -> Result<FeedKind, String> {
    FeedKind::parse(text).ok_or_else(|| format!("one of {}", FeedKind::ALL.map(FeedKind::as_str).join(", ")))
}

pub fn run(installation: &Installation, command: Command, json: bool) -> Result<Answer, Trouble> {
    let Command::Load { kind, own_time, files } = command;
    let broker = installation.broker()?;
    let (mut text, mut reports) = (String::new(), Vec::new());
    for path in &files {
        let report = load_file(&broker, kind, own_time, path, json)?;
        text.push_str(&format!("{}: {}\n", path.display(), words(&report)));
        reports.push(report);
    }
    Ok(Answer::new(text, serde_json::to_value(&reports).map_err(Trouble::of)?))
}

fn load_file(
    broker: &Broker,
    kind: FeedKind,
    own_time: bool,
    path: &Path,
    json: bool,
) -> Result<Report, Trouble> {
    if path == Path::new("-") {
        return load(broker, kind, own_time, std::io::stdin().lock(), None);
    }
    let file = std::fs::File::open(path).map_err(|e| Trouble::file(path, &e))?;
    let length = file.metadata().map(|m| m.len()).unwrap_or(0);
    let bar = (std::io::stderr().is_terminal() && !json).then(|| bar(length));
    let report = load(broker, kind, own_time, file, bar.as_ref())
        .map_err(|e| Trouble(format!("`{}`: {e}", path.display())));
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    report
}

/// Loads one feed.
pub fn load(
    broker: &Broker,
    kind: FeedKind,
    own_time: bool,
    read: impl Read,
    bar: Option<&ProgressBar>,
) -> Result<Report, Trouble> {
    let reader = feed::Reader::new(kind, read).map_err(Trouble::of)?;
    let progress = reader.progress();
    let mut intake = broker.intake(&Caller::console(), kind, own_time)?;
    let mut seen = 0u64;
    feed::drain(reader, &mut |line, row| {
        seen += 1;
        if let Some(bar) = bar
            && seen.is_multiple_of(1 << 14)
        {
            bar.set_position(progress.bytes());
        }
        intake.push(line, row)
    })
    .map_err(|e| match e {
        Stopped::Feed(e) => Trouble::of(e),
        Stopped::By(e) => Trouble::of(e),
    })?;
    Ok(intake.finish()?)
}

/// A bar that shows how much of so many bytes is read.
pub fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// A report in words.
pub fn words(r: &Report) -> String {
    let mut text = format!(
        "{} lines: {} kept, {} of no use to any live grant, {} known already, {} rejected",
        r.lines, r.kept, r.dropped, r.repeated, r.rejected
    );
    if r.replayed_chunks > 0 {
        text.push_str(" (loaded before)");
    }
    for named in &r.named {
        text.push_str(&format!("\n  line {}: {}", named.line, named.reason));
    }
    text
}
