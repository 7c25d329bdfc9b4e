//! `dongui policy`.
use super::wording::By;
use super::{Answer, Installation, Trouble};
use crate::broker::authenticate::Caller;
use crate::policy::Sources;
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to do with policies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load the policies strictly and run their cases.
    Check {
        /// Directory of policies; the one of `--policies`, or `policies`, if absent.
        dir: Option<PathBuf>,
    },
    /// Stand for the policy set in force; `dongui serve --two-people` starts only when two do.
    Approve {
        #[command(flatten)]
        by: By,
    },
}

/// Reads every policy source below `dir`.
pub fn read(dir: &Path) -> Result<Sources, Trouble> {
    let mut sources = Sources::new();
    for (name, text) in texts(dir, dir)? {
        if Sources::takes(&name) {
            sources.insert(name, text);
        }
    }
    Ok(sources)
}

fn texts(root: &Path, dir: &Path) -> Result<Vec<(String, String)>, Trouble> {
    let mut out = Vec::new();
    let mut entries: Vec<_> = std::fs::read_dir(dir)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|e| Trouble::file(dir, &e))?
        .into_iter()
        .map(|e| e.path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            out.extend(texts(root, &path)?);
            continue;
        }
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if ["cedar", "cedarschema", "toml", "json"].iter().any(|e| path.extension().is_some_and(|x| x == *e))
        {
            out.push((name, std::fs::read_to_string(&path).map_err(|e| Trouble::file(&path, &e))?));
        }
    }
    Ok(out)
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    let dir = match command {
        Command::Check { dir } => dir,
        Command::Approve { by } => return approve(installation, &by),
    };
    let dir = dir.or_else(|| installation.policies.clone()).unwrap_or_else(|| PathBuf::from("policies"));
    let engine = crate::policy::Engine::load(&read(&dir)?).map_err(Trouble::of)?;
    let case = |(name, text): (String, String)| Some((name.strip_prefix("cases/")?.to_owned(), text));
    let cases: Vec<_> = texts(&dir, &dir)?.into_iter().filter_map(case).collect();
    let report = crate::policy::cases::check(&engine, &cases);
    let mut text = format!(
        "{} cases ran, {} failed\npolicy set {}\n",
        report.ran,
        report.failures.len(),
        engine.digest()
    );
    for failure in &report.failures {
        text.push_str(&format!("  {}: {}\n", failure.name, failure.what));
    }
    for id in &report.unexercised {
        text.push_str(&format!("  no case exercises policy `{id}`\n"));
    }
    let failures: Vec<_> =
        report.failures.iter().map(|f| json!({ "case": f.name, "what": f.what })).collect();
    let unexercised: Vec<&str> = report.unexercised.iter().map(AsRef::as_ref).collect();
    let json = json!({ "digest": engine.digest(), "ran": report.ran, "failures": failures, "unexercised": unexercised });
    Ok(Answer { text, json, holds: report.is_clean() })
}

fn approve(installation: &Installation, by: &By) -> Result<Answer, Trouble> {
    let broker = installation.broker()?;
    let digest = broker.engine().digest().to_owned();
    let by = match by.posts(installation, "/v1/policies/approvals", &json!({ "digest": digest })) {
        Some(answer) => serde_json::from_value(answer?["approved_by"].clone()).map_err(Trouble::of)?,
        None => broker.approve_policies(&Caller::console(), &digest)?,
    };
    let text = format!("policy set {digest} is stood for by {}", by.join(" and "));
    Ok(Answer::new(text, json!({ "digest": digest, "approved_by": by })))
}
