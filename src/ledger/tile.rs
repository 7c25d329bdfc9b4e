//! C2SP tlog-tiles (<https://c2sp.org/tlog-tiles>): a log as immutable files of 256 hashes or 256 entries.
//!
//! `tile/<L>/<N>[.p/<W>]` holds hashes of height 8 subtrees, `tile/entries/<N>[.p/<W>]` entries with a big-endian two-byte length
//! before each; `<N>` in groups of three digits: `x001/x234/067`. Deliberately absent: where the files are kept; writing them is in `grow`.
use super::tree::{Frontier, MAX_SIZE, decompose, leaf_hash, node_hash, root_of};
use crate::crypt::hash::Digest;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u64 = 256;
/// The longest entry, bytes: its length is written in two.
pub const MAX_ENTRY: usize = 65_535;

/// Reads files of a log by their path, such as `tile/0/x001/067` or `tile/entries/000.p/3`.
pub trait TileSource {
    /// The file at `path`, whole; `None` when there is none.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

impl TileSource for BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.get(path).cloned()
    }
}

/// What is wrong with the files of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// A file is absent.
    #[error("the log lacks `{0}`")]
    Missing(String),
    /// A file is not what its path promises.
    #[error("`{path}` {what}")]
    Malformed {
        /// Path of the file.
        path: String,
        /// What is wrong.
        what: &'static str,
    },
    /// An entry does not fit.
    #[error("entry {index} has {bytes} bytes; at most {MAX_ENTRY} fit")]
    Long {
        /// Index it would have.
        index: u64,
        /// Its length.
        bytes: usize,
    },
    /// Leaves were asked for that the log does not hold.
    #[error("leaves {begin} to {end} were asked of a log of {size}")]
    Beyond {
        /// First leaf asked for.
        begin: u64,
        /// Leaf after the last.
        end: u64,
        /// Size of the log.
        size: u64,
    },
}

/// The name of one file of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TilePath {
    /// Level of a hash tile, 0 to 63; `None` for an entry bundle.
    pub level: Option<u8>,
    /// Index within the level.
    pub index: u64,
    /// Hashes or entries in the file, 1 to 256; below 256 it is partial.
    pub width: u16,
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let (mut rest, mut groups) = (self.index / 1000, vec![self.index % 1000]);
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (i, group) in groups.iter().enumerate().rev() {
            if i > 0 { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
        }
        if u64::from(self.width) < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl TilePath {
    /// Reads a path; `None` unless it is exactly of the form that is written, as for a server that must refuse all others.
    pub fn parse(path: &str) -> Option<TilePath> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level =
            if level == "entries" { None } else { Some(level.parse::<u8>().ok().filter(|l| *l < 64)?) };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, width.parse::<u16>().ok().filter(|w| (1..=255).contains(w))?),
            None => (rest, 256),
        };
        let index = groups.split('/').try_fold(0u64, |n, group| {
            let three = group.strip_prefix('x').unwrap_or(group);
            n.checked_mul(1000)?.checked_add(three.parse::<u64>().ok().filter(|g| *g < 1000)?)
        })?;
        let parsed = TilePath { level, index, width };
        (parsed.to_string() == path).then_some(parsed)
    }
}

/// The entries of a bundle; `None` when a length does not fit the bytes.
pub fn split_bundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut out = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        out.push(entry);
        bytes = rest;
    }
    bytes.is_empty().then_some(out)
}

/// Tiles by level and index.
type Seen = BTreeMap<(u8, u64), Rc<Vec<Digest>>>;

/// The stored files of a log of `size` leaves, read once each. Answers for that size and every smaller one.
pub struct Tiles<'s> {
    source: &'s dyn TileSource,
    size: u64,
    seen: RefCell<Seen>,
}

impl<'s> Tiles<'s> {
    /// A log of `size` leaves kept in `source`.
    pub fn new(source: &'s dyn TileSource, size: u64) -> Tiles<'s> {
        Tiles { source, size: size.min(MAX_SIZE), seen: RefCell::default() }
    }

    /// How many leaves the stored log has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Refuses what the log does not hold.
    pub(super) fn within(&self, begin: u64, end: u64) -> Result<(), TileError> {
        let held = begin <= end && end <= self.size;
        held.then_some(()).ok_or(TileError::Beyond { begin, end, size: self.size })
    }

    /// The name of the file `index` at `level` as it is for the size of the log; width 0 when there is none.
    pub(super) fn named(&self, level: Option<u8>, index: u64) -> TilePath {
        let total = self.size.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
        let width = total.saturating_sub(index.saturating_mul(WIDTH)).min(WIDTH);
        TilePath { level, index, width: width as u16 }
    }

    /// A file, or the full one in place of a partial one that was cleared away.
    fn load(&self, path: TilePath) -> Result<Vec<u8>, TileError> {
        let full = TilePath { width: 256, ..path };
        self.source
            .read(&path.to_string())
            .or_else(|| self.source.read(&full.to_string()))
            .ok_or_else(|| TileError::Missing(path.to_string()))
    }

    /// The hashes of the tile `index` at `level`.
    pub(super) fn hashes(&self, level: u8, index: u64) -> Result<Rc<Vec<Digest>>, TileError> {
        if let Some(seen) = self.seen.borrow().get(&(level, index)) {
            return Ok(Rc::clone(seen));
        }
        let path = self.named(Some(level), index);
        let bytes = self.load(path)?;
        let (hashes, odd) = bytes.as_chunks::<32>();
        let width = usize::from(path.width);
        if !odd.is_empty() || (hashes.len() != width && hashes.len() != 256) {
            return Err(TileError::Malformed {
                path: path.to_string(),
                what: "does not hold the hashes its name says",
            });
        }
        let hashes = Rc::new(hashes.iter().take(width).copied().collect::<Vec<_>>());
        self.seen.borrow_mut().insert((level, index), Rc::clone(&hashes));
        Ok(hashes)
    }

    /// The hash of the perfect subtree over the leaves `index << level .. (index + 1) << level`.
    pub fn node(&self, level: u32, index: u64) -> Result<Digest, TileError> {
        let beyond = TileError::Beyond { begin: index, end: index, size: self.size };
        if level > 62 || index.checked_add(1).is_none_or(|next| next > self.size >> level) {
            return Err(beyond);
        }
        let first = index << (level % 8);
        let tile = self.hashes((level / 8) as u8, first / WIDTH)?;
        let from = (first % WIDTH) as usize;
        tile.get(from..from + (1 << (level % 8))).map(root_of).ok_or(beyond)
    }

    /// The RFC 6962 hash over the leaves `begin..end` where `begin` is aligned as in a tree, that is 0 or a multiple of the power of
    /// two at or above `end - begin`.
    pub(super) fn range(&self, begin: u64, end: u64) -> Result<Digest, TileError> {
        self.within(begin, end)?;
        let mut hash = None;
        for (level, index) in decompose(begin, end).into_iter().rev() {
            let left = self.node(level, index)?;
            hash = Some(hash.map_or(left, |right| node_hash(&left, &right)));
        }
        Ok(hash.unwrap_or_else(super::tree::empty_root))
    }

    /// The frontier of the first `size` leaves.
    pub fn frontier(&self, size: u64) -> Result<Frontier, TileError> {
        self.within(0, size)?;
        let mut frontier = Frontier::default();
        for (level, index) in decompose(0, size) {
            // INVARIANT: a decomposition is aligned, so no subtree is refused.
            let _stands = frontier.append_subtree(level, self.node(level, index)?);
        }
        Ok(frontier)
    }

    /// The root of the first `size` leaves.
    pub fn root(&self, size: u64) -> Result<Digest, TileError> {
        self.range(0, size)
    }

    /// The entries of the bundle `index`, each checked against its leaf hash.
    pub fn entries(&self, index: u64) -> Result<Vec<Vec<u8>>, TileError> {
        let path = self.named(None, index);
        if path.width == 0 {
            return Err(TileError::Missing(path.to_string()));
        }
        let bytes = self.load(path)?;
        let bad = |what| TileError::Malformed { path: path.to_string(), what };
        let entries = split_bundle(&bytes).ok_or_else(|| bad("ends within an entry"))?;
        let hashes = self.hashes(0, index)?;
        if entries.len() != hashes.len() && entries.len() != 256 {
            return Err(bad("does not hold the entries its name says"));
        }
        if !hashes.iter().zip(&entries).all(|(hash, entry)| *hash == leaf_hash(entry)) {
            return Err(bad("holds an entry that does not hash to its leaf"));
        }
        Ok(entries.into_iter().take(hashes.len()).map(<[u8]>::to_vec).collect())
    }

    /// The entry of leaf `index`, checked against its leaf hash.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, TileError> {
        self.within(index, index.saturating_add(1))?;
        let at = (index % WIDTH) as usize;
        let missing = || TileError::Missing(self.named(None, index / WIDTH).to_string());
        self.entries(index / WIDTH)?.into_iter().nth(at).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = TilePath { level: Some(3), index: 1_234_067, width: 256 };
        assert_eq!(path.to_string(), "tile/3/x001/x234/067");
        assert_eq!(TilePath { width: 7, ..path }.to_string(), "tile/3/x001/x234/067.p/7");
        assert_eq!(TilePath { level: None, index: 0, width: 1 }.to_string(), "tile/entries/000.p/1");
        for bad in [
            "tile/0/1",
            "tile/0/x000/001",
            "tile/00/001",
            "tile/64/001",
            "tile/0/001.p/0",
            "tile/0/001.p/256",
            "tile/0/001.p/01",
            "tile/0/+01",
            "tile/-1/001",
            "tile/0/001/",
            "tile/0/x001",
            "/tile/0/001",
            "tile/data/001",
            "tile/0/001.p/1.p/1",
            "tile/0/x99999999999999999999/001",
            "tile/0/../001",
            "",
        ] {
            assert_eq!(TilePath::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_path_reads_back_as_it_was_written(level in prop::option::of(0u8..64), index in any::<u64>(), width in 1u16..=256) {
            let path = TilePath { level, index, width };
            prop_assert_eq!(TilePath::parse(&path.to_string()), Some(path));
        }
    }
}
