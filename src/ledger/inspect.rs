//! Recomputes a published log from its entries and names every stored file that is not what comes out.
//!
//! Each leaf is known three times: by the entry handed in, by the hash tile, by the entry bundle. Where one says something else than the
//! other two, it is the one that is named, and the rest of the tree is computed with what the two say: one changed bit names one place.
//! Deliberately absent: where entries come from, and the signature of the checkpoint.
use super::tile::{TilePath, TileSource, Tiles, WIDTH, split_bundle};
use super::tree::{Frontier, leaf_hash, root_of};
use crate::crypt::hash::Digest;
use std::collections::BTreeMap;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// A file of the log, or what the caller calls the place.
    pub place: String,
    /// What is wrong there, to be read after the place.
    pub what: String,
}

impl Wrong {
    /// About a place.
    pub fn at(place: impl Into<String>, what: impl Into<String>) -> Wrong {
        Wrong { place: place.into(), what: what.into() }
    }
}

/// A file as it is stored: its path and its bytes.
type Stored = (TilePath, Vec<u8>);

/// Takes the entries of a log in order and compares its files with them.
pub struct Inspector<'s> {
    source: &'s dyn TileSource,
    /// Names files for the size of the checkpoint.
    tiles: Tiles<'s>,
    /// Widths stored of each file that was not compared yet.
    widths: BTreeMap<(Option<u8>, u64), Vec<u16>>,
    /// Entries of the bundle under way; `None` where the caller has none.
    bundle: Vec<Option<Vec<u8>>>,
    /// Hashes of the tile under way at each level, from level 0.
    levels: Vec<Vec<Digest>>,
    frontier: Frontier,
    root: Option<Digest>,
    files: u64,
    wrong: Vec<Wrong>,
}

impl<'s> Inspector<'s> {
    /// For a log whose checkpoint has `size` leaves and whose directory holds the files `paths` beside the checkpoint.
    pub fn new(source: &'s dyn TileSource, paths: &[String], size: u64) -> Inspector<'s> {
        let (mut widths, mut wrong) = (BTreeMap::<_, Vec<u16>>::new(), Vec::new());
        for path in paths {
            match TilePath::parse(path) {
                Some(found) => widths.entry((found.level, found.index)).or_default().push(found.width),
                None => wrong.push(Wrong::at(path, "is no file of a log")),
            }
        }
        let root = (size == 0).then(super::tree::empty_root);
        Inspector {
            source,
            tiles: Tiles::new(source, size),
            widths,
            bundle: Vec::new(),
            levels: Vec::new(),
            frontier: Frontier::default(),
            root,
            files: 0,
            wrong,
        }
    }

    /// Takes the next entry, or that there is none where one should be.
    pub fn take(&mut self, entry: Option<&[u8]>) {
        self.bundle.push(entry.map(<[u8]>::to_vec));
        if self.bundle.len() as u64 == WIDTH {
            self.close_bundle();
        }
    }

    /// Compares what is left, and the root of the checkpoint if there is one. Gives what was found and how many files were compared.
    pub fn finish(mut self, root: Option<&Digest>) -> (Vec<Wrong>, u64) {
        if !self.bundle.is_empty() {
            self.close_bundle();
        }
        for level in 0..self.levels.len() {
            let begun = std::mem::take(&mut self.levels[level]);
            if !begun.is_empty() {
                self.close_tile(level as u8 + 1, self.frontier.size() >> (8 * (level + 2)), &begun);
            }
        }
        let uncompared = std::mem::take(&mut self.widths);
        for ((level, index), widths) in uncompared {
            for width in widths {
                let path = TilePath { level, index, width };
                self.wrong.push(Wrong::at(path.to_string(), "holds more than there are entries"));
            }
        }
        if root.is_some() && self.root.as_ref() != root {
            let said = match self.root {
                Some(_) => "has another root than the entries lead to",
                None => "has more leaves than there are entries",
            };
            self.wrong.push(Wrong::at("checkpoint", said));
        }
        (self.wrong, self.files)
    }

    /// Every stored file of this index; one that should be there and is not is named.
    fn stored(&mut self, level: Option<u8>, index: u64) -> Vec<Stored> {
        let mut out = Vec::new();
        let full = TilePath { level, index, width: 256 };
        for width in self.widths.remove(&(level, index)).unwrap_or_default() {
            let path = TilePath { level, index, width };
            match self.source.read(&path.to_string()) {
                Some(bytes) => out.push((path, bytes)),
                // The parts of a tile are cleared away when it is whole, also while this is running.
                None if self.source.read(&full.to_string()).is_some() => {}
                None => self.wrong.push(Wrong::at(path.to_string(), "cannot be read")),
            }
        }
        let needed = self.tiles.named(level, index);
        let whole = out.iter().any(|(p, _)| p.width == 256) || self.source.read(&full.to_string()).is_some();
        if needed.width > 0 && !whole && !out.iter().any(|(p, _)| p.width == needed.width) {
            self.wrong.push(Wrong::at(needed.to_string(), "is missing"));
        }
        self.files += out.len() as u64;
        out
    }

    fn close_bundle(&mut self) {
        let entries = std::mem::take(&mut self.bundle);
        let (begin, index) = (self.frontier.size(), self.frontier.size() / WIDTH);
        let (bundles, tiles) = (self.stored(None, index), self.stored(Some(0), index));
        let told = longest(&bundles).map(|b| hashes_of(b)).unwrap_or_default();
        let tile = longest(&tiles).map_or(&[][..], |t| t.as_chunks::<32>().0);
        let mut agreed = Vec::with_capacity(entries.len());
        for (i, entry) in entries.iter().enumerate() {
            let ours = entry.as_deref().map(leaf_hash);
            let (told, tile) = (told.get(i).copied().flatten(), tile.get(i).copied());
            let right = if ours.is_some() && (ours == told || ours == tile) {
                ours
            } else {
                told.filter(|_| told == tile)
            };
            let right = right.or(ours).or(tile).or(told);
            if ours != right || right.is_none() {
                let what = if ours.is_some() { "is not the entry that the log has" } else { "is missing" };
                self.wrong.push(Wrong::at(format!("entry {}", begin + i as u64), what));
            }
            agreed.push(right.unwrap_or_default());
        }
        for (path, bytes) in &bundles {
            let read = hashes_of(bytes);
            let fits = read.len() == usize::from(path.width) && read.len() <= agreed.len();
            if !fits || !read.iter().zip(&agreed).all(|(read, right)| *read == Some(*right)) {
                self.wrong.push(Wrong::at(path.to_string(), "does not hold the entries of the log"));
            }
        }
        self.compare(&tiles, &agreed);
        for hash in &agreed {
            self.frontier.append_hash(*hash);
            if self.frontier.size() == self.tiles.size() {
                self.root = Some(self.frontier.root());
            }
        }
        if agreed.len() as u64 == WIDTH {
            self.carry(1, root_of(&agreed));
        }
    }

    /// Adds a hash at a level, and what that completes above.
    fn carry(&mut self, level: usize, hash: Digest) {
        if self.levels.len() < level {
            self.levels.resize(level, Vec::new());
        }
        let Some(tile) = self.levels.get_mut(level - 1) else { return };
        tile.push(hash);
        if tile.len() as u64 == WIDTH {
            let whole = std::mem::take(tile);
            self.close_tile(level as u8, (self.frontier.size() >> (8 * level)) / WIDTH - 1, &whole);
            self.carry(level + 1, root_of(&whole));
        }
    }

    fn close_tile(&mut self, level: u8, index: u64, hashes: &[Digest]) {
        let stored = self.stored(Some(level), index);
        self.compare(&stored, hashes);
    }

    fn compare(&mut self, stored: &[Stored], hashes: &[Digest]) {
        for (path, bytes) in stored {
            let right = hashes.get(..usize::from(path.width)).map(<[Digest]>::concat);
            if right.as_ref() != Some(bytes) {
                self.wrong.push(Wrong::at(path.to_string(), "does not hold the hashes that its leaves have"));
            }
        }
    }
}

/// The bytes of the widest file.
fn longest(stored: &[Stored]) -> Option<&Vec<u8>> {
    stored.iter().max_by_key(|(path, _)| path.width).map(|(_, bytes)| bytes)
}

/// The leaf hashes of a bundle; one nothing for bytes that are no bundle.
fn hashes_of(bundle: &[u8]) -> Vec<Option<Digest>> {
    split_bundle(bundle)
        .map_or_else(|| vec![None], |all| all.into_iter().map(|e| Some(leaf_hash(e))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::grow::append;

    type Files = BTreeMap<String, Vec<u8>>;

    fn entries(n: usize) -> Vec<Vec<u8>> {
        (0..n).map(|i| format!("{{\"n\":{i}}}").into_bytes()).collect()
    }

    /// A log that grew in three steps, so that partial files of earlier sizes lie about.
    fn log(all: &[Vec<u8>]) -> (Files, Digest) {
        let (mut files, mut size, mut root) = (Files::new(), 0, [0; 32]);
        for chunk in all.chunks(all.len() / 3 + 1) {
            let growth = append(&files, size, chunk).unwrap();
            (size, root) = (growth.size, growth.root);
            files.extend(growth.writes);
        }
        (files, root)
    }

    fn inspect(files: &Files, entries: &[Option<Vec<u8>>], size: u64, root: &Digest) -> Vec<Wrong> {
        let paths: Vec<String> = files.keys().cloned().collect();
        let mut inspector = Inspector::new(files, &paths, size);
        entries.iter().for_each(|e| inspector.take(e.as_deref()));
        let (wrong, compared) = inspector.finish(Some(root));
        assert!(compared <= files.len() as u64);
        wrong
    }

    #[test]
    fn a_sound_log_of_any_size_has_nothing_wrong() {
        for n in [0, 1, 2, 255, 256, 257, 700, 66_000] {
            let all = entries(n);
            let (files, root) =
                if n == 0 { (Files::new(), crate::ledger::tree::empty_root()) } else { log(&all) };
            let all: Vec<_> = all.into_iter().map(Some).collect();
            assert_eq!(inspect(&files, &all, n as u64, &root), [], "{n}");
        }
    }

    #[test]
    fn a_flipped_bit_names_the_one_file_or_row_it_is_in() {
        let all = entries(700);
        let (files, root) = log(&all);
        let whole: Vec<_> = all.iter().cloned().map(Some).collect();
        for (n, (path, bytes)) in files.iter().enumerate() {
            for k in 0..12usize {
                let (at, bit) = ((k * 7919 + n * 31) % bytes.len(), k % 8);
                let mut damaged = files.clone();
                damaged.get_mut(path).unwrap()[at] ^= 1 << bit;
                let wrong = inspect(&damaged, &whole, 700, &root);
                assert!(wrong.len() == 1 && wrong[0].place == *path, "{path} byte {at} bit {bit}: {wrong:?}");
            }
        }
        for n in (0..700).step_by(37) {
            let mut rows = whole.clone();
            rows[n].as_mut().unwrap()[3] ^= 4;
            let wrong = inspect(&files, &rows, 700, &root);
            assert_eq!(wrong, [Wrong::at(format!("entry {n}"), "is not the entry that the log has")]);
            rows[n] = None;
            assert_eq!(inspect(&files, &rows, 700, &root), [Wrong::at(format!("entry {n}"), "is missing")]);
        }
        let mut other = root;
        other[5] ^= 16;
        assert_eq!(inspect(&files, &whole, 700, &other)[0].place, "checkpoint");
    }

    #[test]
    fn files_that_are_missing_or_too_many_are_named() {
        let all = entries(300);
        let (files, root) = log(&all);
        let whole: Vec<_> = all.iter().cloned().map(Some).collect();
        for gone in ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"] {
            let mut fewer = files.clone();
            fewer.remove(gone).unwrap();
            let wrong = inspect(&fewer, &whole, 300, &root);
            assert!(wrong.iter().any(|w| w.place == gone && w.what == "is missing"), "{gone}: {wrong:?}");
        }
        for extra in ["tile/0/002", "tile/2/000.p/1", "tile/entries/001.p/45", "notes.txt"] {
            let mut more = files.clone();
            more.insert(extra.to_owned(), vec![0; 32]);
            let wrong = inspect(&more, &whole, 300, &root);
            assert!(wrong.iter().all(|w| w.place == extra) && !wrong.is_empty(), "{extra}: {wrong:?}");
        }
        // A log whose tiles were written just before its checkpoint was not.
        let (early, before) = log(&all[..250]);
        let mut both = early;
        both.extend(files);
        assert_eq!(inspect(&both, &whole, 250, &before), []);
        let wrong = inspect(&both, &whole[..249], 250, &before);
        assert!(wrong.iter().any(|w| w.place == "checkpoint"), "{wrong:?}");
    }
}
