//! Why a feed as a whole cannot be read. A single line is never a reason: that is a `Reject`.

/// Why a feed as a whole cannot be read. Never quotes a line about a person.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Not one byte.
    #[error("the feed is empty; write a CSV header or JSON lines")]
    Empty,
    /// The header breaks off, is not UTF-8, is too long or has too many columns.
    #[error("the first line is not a CSV header that can be read")]
    Header,
    /// The first line has no column name of any feed.
    #[error("the first line is not a CSV header: it names neither `{column}` nor any other column of a feed")]
    NoHeader {
        /// The first column that was looked for.
        column: &'static str,
    },
    /// A required column is missing.
    #[error("the CSV header has no column `{column}`; it has {found}")]
    Column {
        /// The missing one.
        column: &'static str,
        /// The ones that are there, in backticks.
        found: String,
    },
    /// A column is there twice.
    #[error("the CSV header names the column `{column}` twice")]
    Twice {
        /// Which.
        column: &'static str,
    },
    /// The source failed, or its gzip is damaged.
    #[error("the feed cannot be read on: {0}")]
    Read(#[from] std::io::Error),
}
