//! Feed files and streams, line by line: bytes in, borrowed `Row`s and numbered rejects out; the open data that ships with
//! the product; residents made up for the demo. Deliberately absent: resolving a cell to a zone, a host to a topic or a
//! phone number to a subscriber; folding; storage; the clock (a row ahead of it is the verb's to refuse).
//!
//! A line is a line: a quoted field may hold commas and doubled quotes, never a line break (no name of ours has one), so a
//! stray quote costs its own line and not the rest of the file.
mod columns;
mod consent_writer;
mod consents;
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

pub use consent_writer::ConsentWriter;
pub use consents::ConsentReader;
pub use fault::FeedError;
pub use lines::LINE_LIMIT;
pub use reader::{Format, Reader, Take, sniff};
pub use source::Progress;

use crate::domain::feed::{Reject, Row};
use std::io::Read;
use std::ops::ControlFlow;

/// Why a feed was not read to its end.
#[derive(Debug)]
pub enum Stopped<E> {
    /// The feed itself.
    Feed(FeedError),
    /// Whoever takes the lines.
    By(E),
}

/// What takes the lines of a feed and may fail.
pub type TakeOrFail<'f, E> = dyn FnMut(u64, Result<Row<'_>, Reject>) -> Result<(), E> + 'f;

/// Hands every line of a feed to `take` until it fails.
pub fn drain<R: Read, E>(mut reader: Reader<R>, take: &mut TakeOrFail<'_, E>) -> Result<(), Stopped<E>> {
    let mut stopped = None;
    let read = reader.for_each(&mut |line, row| match take(line, row) {
        Ok(()) => ControlFlow::Continue(()),
        Err(e) => {
            stopped = Some(e);
            ControlFlow::Break(())
        }
    });
    match stopped {
        Some(e) => Err(Stopped::By(e)),
        None => read.map_err(Stopped::Feed),
    }
}
