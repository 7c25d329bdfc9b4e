//! A location feed of any length for benchmarks: subscribers who sleep at one cell, work at another, and are seen in turn.
//! Streamed, time-ordered, bounded memory. Deliberately absent: a life one would believe; that is `residents`.
use super::seeded::mix;
use super::town::Town;
use crate::domain::time::{At, HOUR_US, MINUTE_US, SECOND_US};
use std::io::Read;

/// Bytes made at a time.
const CHUNK: usize = 256 * 1024;
/// Longest line: phone number, instant, cell id of a feed.
const LINE: usize = 256;

/// `subscriber,at,cell` CSV of `events` lines over `span_s` seconds from `start`, by `count` subscribers who are seen in
/// turn. The same arguments give the same bytes.
pub fn commuters(count: u64, events: u64, start: At, span_s: u64, town: &Town) -> impl Read + Send + 'static {
    let cells = town.towers().iter().map(|t| t.id.clone()).collect();
    let span_us = span_s.saturating_mul(SECOND_US as u64);
    Commuters {
        count: count.max(1),
        events,
        next: 0,
        start,
        span_us,
        cells,
        chunk: Vec::new(),
        given: 0,
        clock: Clock::new(),
    }
}

struct Commuters {
    count: u64,
    events: u64,
    next: u64,
    start: At,
    span_us: u64,
    cells: Vec<String>,
    chunk: Vec<u8>,
    given: usize,
    clock: Clock,
}

impl Commuters {
    fn refill(&mut self) {
        self.given = 0;
        self.chunk.clear();
        if self.next == 0 {
            self.chunk.extend_from_slice(b"subscriber,at,cell\n");
        }
        while self.next < self.events && self.chunk.len() + LINE < CHUNK {
            let n = self.next;
            self.next += 1;
            let passed = (u128::from(self.span_us) * u128::from(n) / u128::from(self.events)) as i64;
            let at = self.start.plus(passed);
            let who = n % self.count;
            write_msisdn(&mut self.chunk, who);
            self.chunk.push(b',');
            self.clock.write(&mut self.chunk, at);
            self.chunk.push(b',');
            let hour = at.0.div_euclid(HOUR_US).rem_euclid(24);
            let flicker = usize::from(mix(n ^ 0x00f1_1c6e).is_multiple_of(10));
            let place = if (8..17).contains(&hour) { mix(!who) } else { mix(who) };
            let cell = place as usize % self.cells.len().max(1) + flicker;
            self.chunk
                .extend_from_slice(self.cells.get(cell).or(self.cells.first()).map_or(b"", |c| c.as_bytes()));
            self.chunk.push(b'\n');
        }
    }
}

impl Read for Commuters {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.given == self.chunk.len() {
            self.refill();
        }
        let rest = self.chunk.get(self.given..).unwrap_or_default();
        let n = rest.len().min(out.len());
        out.iter_mut().zip(rest).for_each(|(o, b)| *o = *b);
        self.given += n;
        Ok(n)
    }
}

/// The numbers of made-up people: `+49 15550 100000` and on. Nobody is called or written to by any of them.
pub(super) fn write_msisdn(out: &mut Vec<u8>, n: u64) {
    out.push(b'+');
    write_digits(out, 4_915_550_100_000 + n, 13);
}

/// `n` with leading zeros up to `width` digits.
pub(super) fn write_digits(out: &mut Vec<u8>, n: u64, width: usize) {
    let from = out.len();
    out.resize(from + width, b'0');
    let mut left = n;
    for digit in out.iter_mut().skip(from).rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
    }
}

/// Writes instants as `YYYY-MM-DDTHH:MM:SSZ`; the minute is put into words once, not per line.
pub(super) struct Clock {
    minute: i64,
    words: Vec<u8>,
}

impl Clock {
    pub(super) fn new() -> Clock {
        Clock { minute: i64::MIN, words: Vec::new() }
    }

    pub(super) fn write(&mut self, out: &mut Vec<u8>, at: At) {
        let minute = at.0.div_euclid(MINUTE_US);
        if minute != self.minute {
            self.minute = minute;
            self.words = At(minute * MINUTE_US).rfc3339().into_bytes();
            self.words.truncate("2026-03-02T08:30:".len());
        }
        let second = (at.0.rem_euclid(MINUTE_US) / SECOND_US) as u8;
        out.extend_from_slice(&self.words);
        out.extend_from_slice(&[b'0' + second / 10, b'0' + second % 10, b'Z']);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::feed::{FeedKind, Row};
    use crate::feed::Reader;
    use std::collections::BTreeSet;
    use std::ops::ControlFlow;

    #[test]
    fn the_stream_is_whole_ordered_and_the_same_twice() {
        let town = Town::munich().unwrap();
        let start = At::parse("2026-03-01T23:00:00Z").unwrap();
        let feed = || commuters(500, 30_000, start, 3 * 86_400, &town);
        let (mut people, mut last, mut rows) = (BTreeSet::new(), start, 0);
        let ids: BTreeSet<&str> = town.towers().iter().map(|t| t.id.as_str()).collect();
        let mut reader = Reader::new(FeedKind::Location, feed()).unwrap();
        reader
            .for_each(&mut |_, row| {
                let Ok(Row::Location { subscriber, at, spot: crate::domain::feed::Spot::Cell(cell) }) = row
                else {
                    panic!("{row:?}")
                };
                assert!(last <= at && ids.contains(cell));
                last = at;
                people.insert(subscriber.to_owned());
                rows += 1;
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!((rows, people.len()), (30_000, 500));
        assert!(last.since(start) > 86_300 * 3 * SECOND_US && last.since(start) < 3 * 86_400 * SECOND_US);
        let (mut a, mut b) = (String::new(), String::new());
        feed().read_to_string(&mut a).unwrap();
        feed().read_to_string(&mut b).unwrap();
        assert!(a == b && a.starts_with("subscriber,at,cell\n+4915550100000,2026-03-01T23:00:00Z,262-1-"));
    }
}
