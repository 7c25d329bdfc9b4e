//! What a command says: words for people, JSON for programs, and whether it went well.
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

/// The answer of a command.
#[derive(Debug, Clone)]
pub struct Answer {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Value,
    /// Whether what was checked holds; false makes the exit code 1.
    pub holds: bool,
}

impl Answer {
    /// It went well.
    pub fn new(text: impl Into<String>, json: Value) -> Answer {
        Answer { text: text.into(), json, holds: true }
    }
}

/// Why a command could not do its work: one plain sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

impl Trouble {
    /// From any error that speaks for itself.
    pub fn of(e: impl std::fmt::Display) -> Trouble {
        Trouble(e.to_string())
    }
    /// About a file.
    pub fn file(path: &std::path::Path, e: &std::io::Error) -> Trouble {
        Trouble(format!("`{}`: {e}", path.display()))
    }
}

impl From<crate::broker::Failure> for Trouble {
    fn from(e: crate::broker::Failure) -> Trouble {
        Trouble::of(e)
    }
}

impl From<crate::store::Fault> for Trouble {
    fn from(e: crate::store::Fault) -> Trouble {
        Trouble::of(e)
    }
}

/// Prints a line at once; a reader that has gone away is no trouble.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints the outcome and gives the exit code: 0 well, 1 something does not hold, 2 could not be done.
pub fn print(outcome: Result<Answer, Trouble>, json: bool) -> ExitCode {
    match outcome {
        Ok(answer) => {
            if json {
                say(&answer.json.to_string());
            } else if !answer.text.is_empty() {
                say(answer.text.trim_end());
            }
            if answer.holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(trouble) => {
            if json {
                say(&json!({ "error": trouble.to_string() }).to_string());
            }
            let _gone = writeln!(std::io::stderr(), "dongui: {trouble}");
            ExitCode::from(2)
        }
    }
}
