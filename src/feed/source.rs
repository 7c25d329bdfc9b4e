//! Where the bytes of a feed come from: plain or gzip, told apart by the first two bytes, counted as they arrive.
use flate2::read::MultiGzDecoder;
use std::io::{Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// First bytes of a gzip member (RFC 1952 section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How many bytes of the input (compressed, when it is) were taken so far; a clone shows the same count, so a progress bar
/// may look on while the reader works.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A source that counts what is taken from it.
#[derive(Debug)]
pub(super) struct Counted<R> {
    inner: R,
    taken: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(out)?;
        self.taken.0.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

type Whole<R> = Counted<Chain<Cursor<Vec<u8>>, R>>;

/// The lines' bytes, unpacked.
#[derive(Debug)]
pub(super) enum Source<R> {
    /// As they came.
    Plain(Whole<R>),
    /// Unpacked on the way; several members follow each other as one text.
    Gzip(Box<MultiGzDecoder<Whole<R>>>),
}

impl<R: Read> Source<R> {
    /// Looks at the first two bytes of `read` and puts them back.
    pub(super) fn open(mut read: R) -> std::io::Result<(Source<R>, Progress)> {
        let mut first = Vec::with_capacity(GZIP.len());
        read.by_ref().take(GZIP.len() as u64).read_to_end(&mut first)?;
        let gzip = first == GZIP;
        let taken = Progress::default();
        let whole = Counted { inner: Cursor::new(first).chain(read), taken: taken.clone() };
        let source =
            if gzip { Source::Gzip(Box::new(MultiGzDecoder::new(whole))) } else { Source::Plain(whole) };
        Ok((source, taken))
    }

    /// Whether the end of the text proves that nothing is missing: gzip carries a checksum and a length, plain text nothing.
    pub(super) fn end_is_proof(&self) -> bool {
        matches!(self, Source::Gzip(_))
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Source::Plain(r) => r.read(out),
            Source::Gzip(r) => r.read(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn pack(text: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    }

    fn all(input: &[u8]) -> (Vec<u8>, u64) {
        let (mut source, taken) = Source::open(input).unwrap();
        let mut out = Vec::new();
        source.read_to_end(&mut out).unwrap();
        (out, taken.bytes())
    }

    #[test]
    fn plain_text_comes_through_and_is_counted() {
        for text in [&b""[..], b"a", b"ab", b"subscriber,at,cell\n"] {
            assert_eq!(all(text), (text.to_vec(), text.len() as u64));
        }
    }

    #[test]
    fn gzip_members_that_follow_each_other_are_one_text_and_the_packed_bytes_are_counted() {
        let mut packed = pack(b"one\n");
        packed.extend(pack(b"two\n"));
        assert_eq!(all(&packed), (b"one\ntwo\n".to_vec(), packed.len() as u64));
    }
}
