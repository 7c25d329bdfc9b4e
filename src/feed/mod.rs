//! Feed files and streams, line by line: bytes in, borrowed `Row`s and numbered rejects out; the open data that ships with
//! the product; residents made up for the demo. Deliberately absent: resolving a cell to a zone, a host to a topic or a
//! phone number to a subscriber; folding; storage; the clock (a row ahead of it is the verb's to refuse).
//!
//! A line is a line: a quoted field may hold commas and doubled quotes, never a line break (no name of ours has one), so a
//! stray quote costs its own line and not the rest of the file.
mod columns;
mod fault;
mod fields;
mod lines;
mod ndjson;
mod reader;
mod source;

pub mod bundled;
pub mod commuters;
pub mod residents;
pub mod seeded;
pub mod town;

pub use fault::FeedError;
pub use lines::LINE_LIMIT;
pub use reader::{Format, Reader, Take, sniff};
pub use source::Progress;
