//! A table of a report: a name, what it is for, columns, rows. Deliberately absent: how it is written down (`sheet`, `pdf`).
use serde::{Deserialize, Serialize};

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A word, an id, an instant.
    Text(String),
    /// How many.
    Count(u64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell::Text(text)
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Cell {
        Cell::Count(count)
    }
}

impl Cell {
    /// As text.
    pub fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Count(count) => count.to_string(),
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Of its file: lower-case letters and `-`.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What asks for it.
    pub citation: &'static str,
    /// Names of the columns.
    pub head: Vec<&'static str>,
    /// The column that is drawn as bars beside the first, if one is.
    #[serde(skip)]
    pub bars: Option<usize>,
    /// As many cells each as there are columns.
    pub rows: Vec<Vec<Cell>>,
}
