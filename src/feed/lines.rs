//! Bytes to lines with bounded memory. Deliberately absent: what a line says.
use memchr::memchr;
use std::io::{ErrorKind, Read};

/// The longest line that is looked at, bytes without its line break.
pub const LINE_LIMIT: usize = 64 * 1024;
/// One buffer for all: a longest line fits four times over, so reads stay large.
const BUFFER: usize = 4 * LINE_LIMIT;

/// One line, without its line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// With its line break, or the last of a text whose end is proven.
    Whole(&'a [u8]),
    /// The text ended before a line break did: it may be whole, or may not.
    Unended(&'a [u8]),
    /// Longer than `LINE_LIMIT`; skipped.
    TooLong,
    /// The source broke off here; nothing follows.
    Torn,
}

/// How the source came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Clean,
    BrokeOff,
}

/// Splits a source into lines and numbers them, the first being 1.
#[derive(Debug)]
pub(super) struct Lines<R> {
    read: R,
    buf: Box<[u8]>,
    start: usize,
    end: usize,
    number: u64,
    over: Option<End>,
    /// A line break at the very end was passed, or a last line was given out: only the verdict on the end is left.
    done: bool,
}

/// Where the next line lies; a range first, so that no borrow of the buffer is held while it is refilled.
enum Found {
    Whole(usize, usize),
    Unended(usize, usize),
    TooLong,
    Torn,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(read: R) -> Lines<R> {
        let buf = vec![0; BUFFER].into_boxed_slice();
        Lines { read, buf, start: 0, end: 0, number: 0, over: None, done: false }
    }

    pub(super) fn source(&self) -> &R {
        &self.read
    }

    /// The bytes not yet given out, at least `n` unless the source is shorter.
    pub(super) fn peek(&mut self, n: usize) -> std::io::Result<&[u8]> {
        while self.end - self.start < n && self.over.is_none() {
            self.fill()?;
        }
        Ok(self.buf.get(self.start..self.end).unwrap_or_default())
    }

    /// Passes over the first `n` bytes of what `peek` showed.
    pub(super) fn skip(&mut self, n: usize) {
        self.start = (self.start + n).min(self.end);
    }

    /// The next line with its number, or `None` after the last. Errors are the source's; one that says the source ended too
    /// early is no error but `Line::Torn`.
    pub(super) fn next(&mut self) -> std::io::Result<Option<(u64, Line<'_>)>> {
        // The usual case first: the whole line is in the buffer.
        let found = match memchr(b'\n', self.buf.get(self.start..self.end).unwrap_or_default()) {
            Some(n) if n <= LINE_LIMIT => {
                let from = self.start;
                self.start += n + 1;
                Some(Found::Whole(from, from + n))
            }
            _ => self.search()?,
        };
        let Some(found) = found else { return Ok(None) };
        self.number += 1;
        let line = |from: usize, to: usize| self.buf.get(from..to).unwrap_or_default();
        Ok(Some((
            self.number,
            match found {
                Found::Whole(from, to) => Line::Whole(line(from, to)),
                Found::Unended(from, to) => Line::Unended(line(from, to)),
                Found::TooLong => Line::TooLong,
                Found::Torn => Line::Torn,
            },
        )))
    }

    /// The slow path: the line break is not in the buffer yet, or too far away.
    fn search(&mut self) -> std::io::Result<Option<Found>> {
        let mut searched = 0;
        let mut long = false;
        loop {
            let rest = self.buf.get(self.start + searched..self.end).unwrap_or_default();
            if let Some(n) = memchr(b'\n', rest).map(|n| n + searched) {
                let from = self.start;
                self.start += n + 1;
                return Ok(Some(if long || n > LINE_LIMIT {
                    Found::TooLong
                } else {
                    Found::Whole(from, from + n)
                }));
            }
            searched = self.end - self.start;
            if searched > LINE_LIMIT {
                long = true;
                self.start = self.end;
                searched = 0;
            }
            match self.over {
                None => self.fill()?,
                Some(end) => return Ok(self.last(end, long)),
            }
        }
    }

    /// What is left when the source is over.
    fn last(&mut self, end: End, long: bool) -> Option<Found> {
        let (from, to) = (self.start, self.end);
        self.start = self.end;
        if self.done {
            return None;
        }
        self.done = true;
        match end {
            End::BrokeOff => Some(Found::Torn),
            End::Clean if long => Some(Found::TooLong),
            End::Clean if from < to => Some(Found::Unended(from, to)),
            End::Clean => None,
        }
    }

    /// Moves what is left to the front and reads once.
    fn fill(&mut self) -> std::io::Result<()> {
        self.buf.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        // INVARIANT: after the move at most LINE_LIMIT + 1 bytes are left, so the free part is not empty.
        let free = self.buf.get_mut(self.end..).unwrap_or_default();
        match self.read.read(free) {
            Ok(0) => self.over = Some(End::Clean),
            Ok(n) => self.end = (self.end + n).min(self.buf.len()),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => self.over = Some(End::BrokeOff),
            Err(e) => return Err(e),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hands out at most `step` bytes a read, then ends, well or badly.
    struct Drip<'a>(&'a [u8], usize, bool);
    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() && self.2 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let n = self.0.len().min(self.1).min(out.len());
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn all(text: &[u8], step: usize, breaks: bool) -> Vec<(u64, String)> {
        let mut lines = Lines::new(Drip(text, step, breaks));
        let mut out = Vec::new();
        while let Some((n, line)) = lines.next().unwrap() {
            out.push((
                n,
                match line {
                    Line::Whole(b) => format!("whole {}", String::from_utf8_lossy(b)),
                    Line::Unended(b) => format!("unended {}", String::from_utf8_lossy(b)),
                    Line::TooLong => "too long".to_owned(),
                    Line::Torn => "torn".to_owned(),
                },
            ));
        }
        assert!(lines.next().unwrap().is_none(), "the end stays the end");
        out
    }

    #[test]
    fn the_longest_line_passes_and_one_byte_more_is_skipped_alone() {
        for step in [7, 4096, BUFFER, 1 << 20] {
            let mut text = vec![b'a'; LINE_LIMIT];
            text.extend(b"\n");
            text.extend(vec![b'b'; LINE_LIMIT + 1]);
            text.extend(b"\n");
            text.extend(vec![b'c'; 10 * LINE_LIMIT]);
            text.extend(b"\nd\n");
            let got = all(&text, step, false);
            assert_eq!(got.len(), 4, "step {step}");
            assert_eq!(got[0].1.len(), "whole ".len() + LINE_LIMIT);
            assert_eq!(&got[1..], &[(2, "too long".into()), (3, "too long".into()), (4, "whole d".into())]);
        }
    }

    #[test]
    fn a_source_that_breaks_off_is_torn_once_even_right_after_a_line_break() {
        assert_eq!(all(b"a\nb", 1, true), [(1, "whole a".into()), (2, "torn".into())]);
        assert_eq!(all(b"a\n", 1, true), [(1, "whole a".into()), (2, "torn".into())]);
        assert_eq!(all(b"", 1, true), [(1, "torn".into())]);
        let long = vec![b'x'; 3 * LINE_LIMIT];
        assert_eq!(all(&long, 4096, true), [(1, "torn".into())]);
        assert_eq!(all(&long, 4096, false), [(1, "too long".into())]);
    }

    proptest! {
        #[test]
        fn lines_do_not_depend_on_how_the_bytes_arrive(text in proptest::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..200), step in 1usize..50) {
            let got = all(&text, step, false);
            let mut want: Vec<(u64, String)> = Vec::new();
            let mut parts: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
            let last = parts.pop().unwrap();
            for p in parts {
                want.push((want.len() as u64 + 1, format!("whole {}", String::from_utf8_lossy(p))));
            }
            if !last.is_empty() {
                want.push((want.len() as u64 + 1, format!("unended {}", String::from_utf8_lossy(last))));
            }
            prop_assert_eq!(got, want);
        }
    }
}
