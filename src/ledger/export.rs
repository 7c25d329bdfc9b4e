//! What an export is made of, and what is drawn from it beside the lines: reports, which stand in the bundle under its signature.
//! Deliberately absent: how it is written (`bundle`).
use super::manifest::Query;
use super::note::{NoteError, Signer};
use super::tally::{Absent, Ordinals};
use super::tile::{TileError, Tiles};
use std::error::Error;
use std::io;

/// What to export.
pub struct Export<'a> {
    /// What was asked.
    pub query: &'a Query,
    /// Index of the first leaf; the leaves that follow must be contiguous from here.
    pub first: u64,
    /// The signed note of the checkpoint to verify against; its size may be below that of the stored log.
    pub checkpoint: &'a str,
    /// The stored log.
    pub tiles: &'a Tiles<'a>,
    /// The key of the log.
    pub signer: &'a Signer<'a>,
}

/// One leaf and what is behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportLeaf {
    /// The entry, as in the log.
    pub leaf: Vec<u8>,
    /// Salt and canonical JSON of the record, or why it is not there.
    pub opened: Result<([u8; 32], Vec<u8>), Absent>,
    /// Where it stands in its chains; nothing is told of them where it is not opened.
    pub ordinals: Ordinals,
}

/// Why no bundle was made.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The leaves could not be had.
    #[error("the leaves of the export could not be read: {0}")]
    Leaves(Box<dyn Error + Send + Sync>),
    /// A leaf or record is not what the log committed to; nothing may be signed over it.
    #[error("leaf {index} {what}")]
    Leaf {
        /// Its index.
        index: u64,
        /// What is wrong.
        what: &'static str,
    },
    /// The range does not lead to the root of the checkpoint.
    #[error("the leaves do not lead to the root of the checkpoint: the stored log was changed")]
    Root,
    /// The stored log has damaged or missing files, or too few leaves.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// The checkpoint is not this log's.
    #[error("the checkpoint of the export: {0}")]
    Note(#[from] NoteError),
    /// A file could not be written.
    #[error("the bundle could not be written: {0}")]
    Write(#[from] io::Error),
}

/// Draws files from what a bundle tells. The same leaves in the same order give the same files.
pub trait Annex {
    /// Hears of each leaf in turn; `record` is canonical JSON where the bundle tells it.
    ///
    /// # Errors
    /// What of the record cannot be read.
    fn take(&mut self, index: u64, leaf: &[u8], record: Result<&[u8], Absent>) -> Result<(), &'static str>;
    /// The files, by names that [`is_annex`] knows.
    fn files(&mut self) -> Vec<(String, Vec<u8>)>;
}

/// Nothing beside the lines.
#[derive(Debug)]
pub struct Bare;

impl Annex for Bare {
    fn take(&mut self, _: u64, _: &[u8], _: Result<&[u8], Absent>) -> Result<(), &'static str> {
        Ok(())
    }
    fn files(&mut self) -> Vec<(String, Vec<u8>)> {
        Vec::new()
    }
}

/// Whether a file of this name may stand in a bundle beside what every bundle has.
pub fn is_annex(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let stem = name
        .strip_suffix(".json")
        .or_else(|| name.strip_suffix(".csv"))
        .or_else(|| name.strip_suffix(".pdf"));
    stem.is_some_and(|stem| {
        (stem == "parties" || stem.starts_with("report")) && stem.len() <= 64 && stem.bytes().all(plain)
    })
}
