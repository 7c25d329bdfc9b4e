//! `dongui wording`: what recipients say of themselves in their questions, published by two people. Deliberately absent: their names; each
//! is a client with a key of his own, and whoever works at the console is one of them.
use super::client::read_key;
use super::connection::{Connection, agent};
use super::{Answer, Installation, Trouble};
use crate::ambient::SystemClock;
use crate::broker::approve::WordingDraft;
use crate::broker::authenticate::Caller;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// What to do with recipients' own words.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Draft them; who drafts is the first to stand for them. The file is JSON as `POST /v1/wordings` takes it.
    Draft {
        /// The draft.
        file: PathBuf,
        #[command(flatten)]
        by: By,
    },
    /// Stand for a draft; with the second who does, it comes into force.
    Approve {
        /// The draft's hash.
        hash: String,
        #[command(flatten)]
        by: By,
    },
    /// Show all drafts and who stands for them.
    List,
}

/// Who stands for it.
#[derive(Debug, Args)]
pub struct By {
    /// A client of the role `operator`, at the running server; the console itself if absent.
    #[arg(long, value_name = "ID", requires = "key")]
    client: Option<String>,
    /// The client's key file.
    #[arg(long, value_name = "FILE", requires = "client")]
    key: Option<PathBuf>,
    /// Trust the authorities in this PEM file instead of the usual ones, for a broker behind a private authority.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl By {
    /// Posts as the client; `None` when the console itself acts.
    pub fn posts(
        &self,
        installation: &Installation,
        path: &str,
        body: &Value,
    ) -> Option<Result<Value, Trouble>> {
        let (client, key) = (self.client.as_ref()?, self.key.as_ref()?);
        let sent = || {
            let (key, agent) = (read_key(key, client)?, agent(self.ca.as_deref())?);
            Connection::new(key, &installation.issuer, agent, Arc::new(SystemClock))
                .post(path, body)?
                .success()
        };
        Some(sent())
    }
}

pub fn run(installation: &Installation, command: Command) -> Result<Answer, Trouble> {
    match command {
        Command::Draft { file, by } => {
            let text = std::fs::read_to_string(&file).map_err(|e| Trouble::file(&file, &e))?;
            let wrong = |e: serde_json::Error| Trouble(format!("{}: {e}", file.display()));
            let draft: WordingDraft = serde_json::from_str(&text).map_err(wrong)?;
            let body = serde_json::to_value(&draft).map_err(Trouble::of)?;
            let drafted = match by.posts(installation, "/v1/wordings", &body) {
                Some(answer) => answer?,
                None => {
                    let drafted = installation.broker()?.draft_wording(&Caller::console(), draft)?;
                    serde_json::to_value(drafted).map_err(Trouble::of)?
                }
            };
            Ok(Answer::new(line(&drafted), drafted))
        }
        Command::Approve { hash, by } => {
            let drafted = match by.posts(installation, "/v1/wordings/approvals", &json!({ "hash": hash })) {
                Some(answer) => answer?,
                None => {
                    let drafted = installation.broker()?.approve_wording(&Caller::console(), &hash)?;
                    serde_json::to_value(drafted).map_err(Trouble::of)?
                }
            };
            Ok(Answer::new(line(&drafted), drafted))
        }
        Command::List => {
            let all =
                serde_json::to_value(installation.broker()?.drafted_wordings()?).map_err(Trouble::of)?;
            let lines: Vec<String> = all.as_array().into_iter().flatten().map(line).collect();
            let text = if lines.is_empty() { "no drafts".to_owned() } else { lines.join("\n") };
            Ok(Answer::new(text, json!({ "wordings": all })))
        }
    }
}

fn line(drafted: &Value) -> String {
    let by: Vec<&str> =
        drafted["approved_by"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let word = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let state = match (drafted["in_force"] == true, by.len()) {
        (true, _) => "in force",
        (false, 0 | 1) => "waits for a second",
        (false, _) => "replaced",
    };
    let draft = &drafted["draft"];
    format!(
        "{state}: edition {} ({}) of {} for {}, by {}  {}",
        drafted["edition"],
        word(&draft["weight"]),
        word(&draft["recipient"]),
        word(&draft["purpose"]),
        by.join(" and "),
        word(&drafted["hash"])
    )
}
