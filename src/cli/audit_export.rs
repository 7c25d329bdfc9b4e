//! `dongui audit export`, its approvals, and the reports of a bundle, drawn anew from what it tells.
use super::audit::{instant, own_key};
use super::demo::progress::Progress;
use super::wording::By;
use super::{Answer, Installation, Trouble, people};
use crate::broker::Broker;
use crate::broker::approve_export::State;
use crate::broker::authenticate::Caller;
use crate::broker::export::Wanted;
use crate::domain::id::RecipientId;
use crate::domain::time::At;
use crate::ledger::bundle;
use crate::ledger::export::Annex;
use crate::ledger::manifest::Manifest;
use crate::ledger::tally::Absent;
use crate::report::Reports;
use crate::report::parties::Parties;
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// What to export.
#[derive(Debug, Args)]
pub struct Arguments {
    /// RFC 3339 or Unix seconds.
    #[arg(long, value_parser = instant, required_unless_present = "approved")]
    from: Option<At>,
    /// RFC 3339 or Unix seconds, exclusive.
    #[arg(long, value_parser = instant, required_unless_present = "approved")]
    to: Option<At>,
    /// Only the records about who has this phone number or account reference, or had it last.
    #[arg(long, value_name = "REFERENCE")]
    subscriber: Option<String>,
    /// Only the records with this recipient.
    #[arg(long, value_name = "ID", value_parser = recipient)]
    recipient: Option<RecipientId>,
    /// Why: the number of a case, or a provision of law. It stands in the bundle.
    #[arg(long)]
    ground: Option<String>,
    /// The export that two people stand for, where the installation wants two people.
    #[arg(long, value_name = "ID", conflicts_with_all = ["from", "to", "subscriber", "recipient", "ground"])]
    approved: Option<String>,
    /// A directory that is new or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

fn recipient(text: &str) -> Result<RecipientId, String> {
    RecipientId::parse(text)
        .ok_or_else(|| "`rcp_` and 32 hex digits, as `dongui recipient list` prints it".to_owned())
}

pub(super) fn export(
    installation: &Installation,
    arguments: Arguments,
    quiet: bool,
) -> Result<Answer, Trouble> {
    let (broker, out) = (installation.broker()?, arguments.out.clone());
    let wanted = wanted(installation, &broker, arguments)?;
    let stage = Progress::new(quiet).stage("entries", 1);
    let report = broker.export(&Caller::console(), &wanted, &out, &mut |done, of| {
        stage.bar().set_length(of);
        stage.bar().set_position(done);
    })?;
    drop(stage);
    let text = format!(
        "{} leaves from number {} on, of a log of {}: {} opened, {} erased, {} about others\nwritten to {}\nkey: {}",
        report.leaves,
        report.first,
        report.size,
        report.opened,
        report.erased,
        report.withheld,
        out.display(),
        broker.log_verifier()?.vkey()
    );
    let json = json!({ "leaves": report.leaves, "first": report.first, "size": report.size, "opened": report.opened,
        "erased": report.erased, "withheld": report.withheld, "out": out });
    Ok(Answer::new(text, json))
}

/// What two people stand for, or what the console wants where nobody has to.
fn wanted(installation: &Installation, broker: &Broker, arguments: Arguments) -> Result<Wanted, Trouble> {
    let Arguments { from, to, subscriber, recipient, ground, approved, .. } = arguments;
    if let Some(id) = approved {
        let asked = broker.asked_export(&id)?;
        return match asked.state {
            State::Waits => Err(Trouble(
                "two people must stand for this export first; see `dongui audit approve`".to_owned(),
            )),
            State::Lapsed => Err(Trouble(
                "this export was asked for more than 30 days ago; let it be asked for anew".to_owned(),
            )),
            State::Approved | State::Making(..) | State::Made => Ok(asked.wanted),
        };
    }
    if installation.two_people {
        return Err(Trouble(
            "two people must stand for an export here: name it by `--approved ID`; see `dongui audit asked`"
                .to_owned(),
        ));
    }
    let subscriber = match subscriber {
        Some(text) => Some(broker.known_as(&people::reference("--subscriber", &text)?)?),
        None => None,
    };
    let (Some(from), Some(to)) = (from, to) else {
        return Err(Trouble("`--from` and `--to` are missing".to_owned()));
    };
    Ok(Wanted { from, to, subscriber, recipient, ground })
}

pub(super) fn approve(installation: &Installation, id: &str, by: &By) -> Result<Answer, Trouble> {
    let approved: Vec<String> =
        match by.posts(installation, "/v1/audit/exports/approvals", &json!({ "id": id })) {
            Some(answer) => serde_json::from_value(answer?["approved_by"].clone()).map_err(Trouble::of)?,
            None => installation.broker()?.approve_export(&Caller::console(), id)?.approved_by,
        };
    let text = format!("export {id} is stood for by {}", approved.join(" and "));
    Ok(Answer::new(text, json!({ "id": id, "approved_by": approved })))
}

pub(super) fn asked(installation: &Installation) -> Result<Answer, Trouble> {
    let all = installation.broker()?.asked_exports(&Caller::console())?;
    let word = |state| match state {
        State::Waits => "waits",
        State::Approved | State::Making(..) | State::Made => "approved",
        State::Lapsed => "lapsed",
    };
    let lines: Vec<String> = all
        .iter()
        .map(|a| {
            let (by, ground) = (a.approved_by.join(" and "), a.wanted.ground.as_deref().unwrap_or_default());
            let (from, to) = (a.wanted.from.rfc3339(), a.wanted.to.rfc3339());
            let by = if by.is_empty() { "nobody" } else { &by };
            format!(
                "{}: {from} to {to}, asked by {} ({ground}), stood for by {by}  {}",
                word(a.state),
                a.by,
                a.id
            )
        })
        .collect();
    let text = if lines.is_empty() { "no export was asked for".to_owned() } else { lines.join("\n") };
    let rows: Vec<_> = all
        .iter()
        .map(|a| json!({ "id": a.id, "state": word(a.state), "from": a.wanted.from.rfc3339(), "to": a.wanted.to.rfc3339(),
            "subscriber": a.wanted.subscriber, "recipient": a.wanted.recipient, "ground": a.wanted.ground,
            "asked_by": a.by, "asked_at": a.at.rfc3339(), "approved_by": a.approved_by }))
        .collect();
    Ok(Answer::new(text, json!({ "exports": rows })))
}

/// Verifies a bundle and writes the reports that its records give.
pub(super) fn report(dir: &Path, out: &Path, key: Option<&str>) -> Result<Answer, Trouble> {
    let key = key.map_or_else(|| own_key(dir), |key| Ok(key.to_owned()))?;
    bundle::verify(dir, &key).map_err(|broken| Trouble(format!("the bundle does not verify: {broken}")))?;
    let files = drawn(dir).map_err(Trouble)?;
    std::fs::create_dir_all(out).map_err(|e| Trouble::file(out, &e))?;
    for (name, bytes) in &files {
        let path = out.join(name);
        let written =
            File::create_new(&path).and_then(|mut file| std::io::Write::write_all(&mut file, bytes));
        written.map_err(|e| Trouble::file(&path, &e))?;
    }
    let names: Vec<&String> = files.iter().map(|(name, _)| name).collect();
    let text = format!("{} reports are written to {}", files.len(), out.display());
    Ok(Answer::new(text, json!({ "files": names, "out": out })))
}

/// Draws the reports of a verified bundle anew and compares them with those in it. Their names; none where it has none.
///
/// # Errors
/// Which of them says something else than the records.
pub(super) fn redraw(dir: &Path) -> Result<Vec<String>, String> {
    if !dir.join("parties.json").exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for (name, bytes) in drawn(dir)? {
        if std::fs::read(dir.join(&name)).ok().as_ref() != Some(&bytes) {
            return Err(format!("`{name}` is not what the records and `parties.json` give"));
        }
        names.push(name);
    }
    Ok(names)
}

/// A line of `records.jsonl`.
#[derive(Deserialize)]
struct Line<'l> {
    index: u64,
    #[serde(borrow, default)]
    record: Option<&'l RawValue>,
    #[serde(default)]
    withheld: bool,
}

fn drawn(dir: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let open = |name: &str| File::open(dir.join(name)).map_err(|e| format!("`{name}`: {}", e.kind()));
    let read = |name: &str| std::fs::read(dir.join(name)).map_err(|e| format!("`{name}`: {}", e.kind()));
    let manifest = Manifest::parse(&read("manifest.json")?).map_err(str::to_owned)?;
    let parties: Parties = serde_json::from_slice(&read("parties.json")?)
        .map_err(|e| format!("`parties.json` is of another form ({e})"))?;
    let mut reports = Reports::of(&manifest.query, parties);
    let leaves = BufReader::new(open("leaves.jsonl")?).lines();
    let records = BufReader::new(open("records.jsonl")?).lines();
    for (leaf, record) in leaves.zip(records) {
        let (leaf, record) = leaf
            .and_then(|leaf| Ok((leaf, record?)))
            .map_err(|e| format!("the lines cannot be read: {}", e.kind()))?;
        let line: Line<'_> = serde_json::from_str(&record)
            .map_err(|_| "`records.jsonl` has a line of another form".to_owned())?;
        let absent = if line.withheld { Absent::Withheld } else { Absent::Erased };
        let record = line.record.map(|raw| raw.get().as_bytes()).ok_or(absent);
        let taken = reports.take(line.index, leaf.as_bytes(), record);
        taken.map_err(|what| format!("`records.jsonl`: entry {} {what}", line.index))?;
    }
    Ok(reports.files())
}
