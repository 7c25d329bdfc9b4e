//! What the operator says of itself on the subscriber's pages, from a TOML file. Deliberately absent: what may be said (`domain::operator`).
use super::Trouble;
use crate::domain::operator::Operators;
use std::path::Path;

/// Reads the file at `path`.
pub fn read(path: &Path) -> Result<Operators, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::file(path, &e))?;
    let wrong = |what: &str| Trouble(format!("`{}`: {what}", path.display()));
    let said: Operators = toml::from_str(&text).map_err(|e| wrong(e.to_string().trim()))?;
    said.check().map_err(|e| wrong(&e))?;
    Ok(said)
}
