//! `dongui consent import` and `dongui consent export`: whole files of consents, with who may speak for whom. Deliberately absent: what a line becomes.
use super::{Answer, Trouble, feed};
use crate::broker::Broker;
use crate::broker::authenticate::Caller;
use crate::broker::carry::CarriedOut;
use crate::broker::import::Imported;
use crate::domain::consent::Actor;
use crate::feed::{ConsentReader, ConsentWriter, Format, Stopped};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lines {
    /// One JSON object a line.
    Ndjson,
    /// A header, then comma-separated lines.
    Csv,
}

impl Lines {
    fn format(self) -> Format {
        match self {
            Lines::Ndjson => Format::Ndjson,
            Lines::Csv => Format::Csv,
        }
    }
}

/// What to bring in.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, plain or gzip; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How they are written; told by their first byte if absent.
    #[arg(long, value_enum)]
    format: Option<Lines>,
    /// Say what would become of them and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// In whose name lines stand that name no `actor`; a yes that is not the subscriber's own waits for his word.
    #[arg(long, default_value = "operator", value_parser = actor, value_name = "WHO")]
    by: Actor,
}

/// What to take out.
#[derive(Debug, Args)]
pub struct Export {
    /// How to write it.
    #[arg(long, value_enum, default_value_t = Lines::Ndjson)]
    format: Lines,
    /// Where to write it, for its owner's eyes only; standard output if absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn actor(text: &str) -> Result<Actor, String> {
    Actor::parse(text).ok_or_else(|| format!("one of {}", Actor::ALL.map(Actor::as_str).join(", ")))
}

/// Brings files in.
pub fn import(broker: &Broker, what: &Import, json: bool) -> Result<Answer, Trouble> {
    let (mut text, mut reports) = (String::new(), Vec::new());
    for path in &what.files {
        let began = Instant::now();
        let report = import_file(broker, what, path, json)?;
        let per_s = report.lines as f64 / began.elapsed().as_secs_f64().max(1e-9);
        text.push_str(&format!("{}: {}\n", path.display(), words(&report, per_s)));
        let mut value = serde_json::to_value(&report).map_err(Trouble::of)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("lines_per_s".to_owned(), json!(per_s.round()));
        }
        reports.push(value);
    }
    Ok(Answer::new(text, json!(reports)))
}

fn import_file(broker: &Broker, what: &Import, path: &Path, json: bool) -> Result<Imported, Trouble> {
    if path == Path::new("-") {
        return read(broker, what, std::io::stdin().lock(), None);
    }
    let file = File::open(path).map_err(|e| Trouble::file(path, &e))?;
    let length = file.metadata().map(|m| m.len()).unwrap_or(0);
    let bar = (std::io::stderr().is_terminal() && !json).then(|| feed::bar(length));
    let report =
        read(broker, what, file, bar.as_ref()).map_err(|e| Trouble(format!("`{}`: {e}", path.display())));
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    report
}

fn read(
    broker: &Broker,
    what: &Import,
    from: impl Read,
    bar: Option<&ProgressBar>,
) -> Result<Imported, Trouble> {
    let reader = ConsentReader::new(from, what.format.map(Lines::format)).map_err(Trouble::of)?;
    let progress = reader.progress();
    let mut import = broker.import(&Caller::console(), what.by, what.dry_run);
    let mut seen = 0u64;
    reader
        .drain(|line, one| {
            seen += 1;
            if let Some(bar) = bar
                && seen.is_multiple_of(1 << 12)
            {
                bar.set_position(progress.bytes());
            }
            import.push(line, one)
        })
        .map_err(|e| match e {
            Stopped::Feed(e) => Trouble::of(e),
            Stopped::By(e) => Trouble::of(e),
        })?;
    Ok(import.finish()?)
}

fn words(r: &Imported, per_s: f64) -> String {
    let mut text = format!(
        "{} lines: {} {}, {} of them wait for the subscriber's own word, {} relations, {} known already, {} rejected; {per_s:.0} lines/s",
        r.lines,
        r.taken,
        if r.dry_run { "would be written down" } else { "written down" },
        r.waiting,
        r.relations,
        r.duplicates,
        r.rejected
    );
    for named in &r.named {
        text.push_str(&format!("\n  line {}: {}", named.line, named.reason));
    }
    for named in &r.unbacked {
        text.push_str(&format!("\n  line {} waits: {}", named.line, named.reason));
    }
    text
}

/// Takes everything out.
pub fn export(broker: &Broker, what: &Export) -> Result<Answer, Trouble> {
    let Some(path) = &what.out else {
        write(broker, what.format, std::io::stdout().lock())?;
        return Ok(Answer::new("", json!(null)));
    };
    let file = private(path).map_err(|e| Trouble::file(path, &e))?;
    let CarriedOut { relations, events } = write(broker, what.format, &file)?;
    file.sync_all().map_err(|e| Trouble::file(path, &e))?;
    let text = format!("{relations} relations and {events} events written to {}", path.display());
    let file = path.display().to_string();
    Ok(Answer::new(text, json!({ "relations": relations, "events": events, "file": file })))
}

fn write(broker: &Broker, format: Lines, out: impl Write) -> Result<CarriedOut, Trouble> {
    let mut writer = ConsentWriter::new(BufWriter::new(out), format.format()).map_err(Trouble::of)?;
    let out = broker.carry_out(&Caller::console(), |one| writer.write(one).map_err(Trouble::of))?;
    writer.finish().map_err(Trouble::of)?;
    Ok(out)
}

/// A new file that nobody else may read: phone numbers stand in it. One that is there is not written over.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
