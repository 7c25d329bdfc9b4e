//! What verifying a bundle says: what it holds, or where it is wrong. Deliberately absent: anything a record says.
use super::manifest::Manifest;
use super::tally::Followed;
use crate::domain::time::At;
use std::fmt;

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Name of the log.
    pub origin: String,
    /// Start of the period that was asked for.
    pub from: At,
    /// End of the period, not included.
    pub to: At,
    /// Leaves in the log at the checkpoint.
    pub size: u64,
    /// Index of the first leaf in the bundle.
    pub first: u64,
    /// Leaves in the bundle.
    pub leaves: u64,
    /// Leaves whose record is in the bundle and is what the leaf commits to.
    pub opened: u64,
    /// Leaves whose record's key was destroyed.
    pub erased: u64,
    /// Leaves whose record is about others than was asked for.
    pub withheld: u64,
    /// What following the chains through the leaves came to.
    pub followed: Followed,
}

impl Report {
    pub(super) fn of(manifest: &Manifest, followed: Followed) -> Report {
        Report {
            origin: manifest.origin.clone(),
            from: manifest.query.from_us,
            to: manifest.query.to_us,
            size: manifest.size,
            first: manifest.first,
            leaves: manifest.count,
            opened: manifest.opened,
            erased: manifest.erased,
            withheld: manifest.withheld,
            followed,
        }
    }
}

/// Where a bundle is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The file.
    pub file: String,
    /// The line, from 1, where one line is wrong.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "`{}` line {line} {}", self.file, self.what),
            None => write!(f, "`{}` {}", self.file, self.what),
        }
    }
}

impl std::error::Error for Broken {}

impl Broken {
    pub(super) fn file(file: &str, what: impl Into<String>) -> Broken {
        Broken { file: file.to_owned(), line: None, what: what.into() }
    }

    pub(super) fn line(file: &str, line: u64, what: impl Into<String>) -> Broken {
        Broken { line: Some(line), ..Broken::file(file, what) }
    }
}
