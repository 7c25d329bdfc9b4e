//! `dongui theme`: whether an operator's look of the subscriber's pages may be worn. Deliberately absent: drawing one.
use super::{Answer, Trouble};
use crate::screens::theme::{Complaint, Theme};
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to do with themes.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check that everything can be read and that yes and no look alike.
    Check {
        /// The theme, TOML.
        file: PathBuf,
    },
}

/// Reads the theme at `path`, with what is refused in it.
pub fn read(path: &Path) -> Result<Result<Theme, Vec<Complaint>>, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?;
    let beside = path.parent().unwrap_or(Path::new(""));
    Ok(Theme::read(&text, &|logo| std::fs::read_to_string(beside.join(logo))))
}

/// The theme at `path`; a refused one is trouble.
pub fn taken(path: &Path) -> Result<Theme, Trouble> {
    read(path)?.map_err(|complaints| Trouble(said(path, &complaints)))
}

fn said(path: &Path, complaints: &[Complaint]) -> String {
    let lines: Vec<String> = complaints.iter().map(|c| format!("{}: {c}", path.display())).collect();
    lines.join("\n")
}

pub fn run(command: Command) -> Result<Answer, Trouble> {
    let Command::Check { file } = command;
    Ok(match read(&file)? {
        Ok(_) => Answer::new(
            format!("{} may be worn", file.display()),
            json!({ "file": file.display().to_string(), "complaints": [] }),
        ),
        Err(complaints) => Answer {
            text: said(&file, &complaints),
            json: json!({ "file": file.display().to_string(), "complaints": complaints }),
            holds: false,
        },
    })
}
