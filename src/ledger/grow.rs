//! Growing a log: new entries become files to write. Deliberately absent: writing them, and signing the new root.
use super::tile::{MAX_ENTRY, TileError, TilePath, TileSource, Tiles, WIDTH};
use super::tree::{Frontier, MAX_SIZE, leaf_hash, root_of};
use crate::crypt::hash::Digest;

/// What appending does to a log. Writing it twice changes nothing: every path is written with the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Growth {
    /// The root before, recomputed from the stored tiles. Compare it with the last checkpoint before anything is signed.
    pub before: Digest,
    /// The tree after.
    pub frontier: Frontier,
    /// Leaves after.
    pub size: u64,
    /// Root after.
    pub root: Digest,
    /// Files to write, entry bundles first, each path once.
    pub writes: Vec<(String, Vec<u8>)>,
}

/// Appends `entries` to the log of `size` leaves kept in `source`, as files to write. Reads the partial files at the right edge
/// only, and recomputes the leaf hashes of the bundle it continues, so that a damaged one is never built upon.
pub fn append(source: &dyn TileSource, size: u64, entries: &[Vec<u8>]) -> Result<Growth, TileError> {
    let tiles = Tiles::new(source, size);
    tiles.within(size, size)?;
    let mut frontier = tiles.frontier(size)?;
    let before = frontier.root();
    let end = size.saturating_add(entries.len() as u64);
    if end > MAX_SIZE {
        return Err(TileError::Beyond { begin: size, end, size: MAX_SIZE });
    }
    let mut hashes = Vec::with_capacity(entries.len());
    for (i, entry) in entries.iter().enumerate() {
        if entry.len() > MAX_ENTRY {
            return Err(TileError::Long { index: size + i as u64, bytes: entry.len() });
        }
        let hash = leaf_hash(entry);
        frontier.append_hash(hash);
        hashes.push(hash);
    }
    let mut writes = bundles(&tiles, entries)?;
    for level in 0..8u8 {
        if hashes.is_empty() {
            break;
        }
        hashes = grow(&tiles, level, hashes, &mut writes)?;
    }
    Ok(Growth { before, size: end, root: frontier.root(), frontier, writes })
}

/// Writes the tiles of one level that `new` hashes reach and gives the hashes this adds to the level above.
fn grow(
    tiles: &Tiles<'_>,
    level: u8,
    new: Vec<Digest>,
    writes: &mut Vec<(String, Vec<u8>)>,
) -> Result<Vec<Digest>, TileError> {
    let begin = tiles.size() >> (8 * u32::from(level));
    let mut hashes =
        if begin.is_multiple_of(WIDTH) { Vec::new() } else { tiles.hashes(level, begin / WIDTH)?.to_vec() };
    hashes.extend(new);
    let mut above = Vec::new();
    for (index, chunk) in (begin / WIDTH..).zip(hashes.chunks(256)) {
        let path = TilePath { level: Some(level), index, width: chunk.len() as u16 };
        writes.push((path.to_string(), chunk.concat()));
        if chunk.len() == 256 {
            above.push(root_of(chunk));
        }
    }
    Ok(above)
}

/// The entry bundles that `entries` reach.
fn bundles(tiles: &Tiles<'_>, entries: &[Vec<u8>]) -> Result<Vec<(String, Vec<u8>)>, TileError> {
    let (index, held) = (tiles.size() / WIDTH, tiles.size() % WIDTH);
    let begun = if held == 0 || entries.is_empty() { Vec::new() } else { tiles.entries(index)? };
    let all: Vec<&[u8]> = begun.iter().chain(entries).map(Vec::as_slice).collect();
    let mut out = Vec::new();
    for (index, chunk) in (index..).zip(all.chunks(256)) {
        let mut bytes = Vec::with_capacity(chunk.iter().map(|e| e.len() + 2).sum());
        for entry in chunk {
            // INVARIANT: no entry is longer than MAX_ENTRY; new ones were measured, stored ones were read by this length.
            bytes.extend_from_slice(&(entry.len() as u16).to_be_bytes());
            bytes.extend_from_slice(entry);
        }
        out.push((TilePath { level: None, index, width: chunk.len() as u16 }.to_string(), bytes));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn entries(range: std::ops::Range<usize>) -> Vec<Vec<u8>> {
        range.map(|i| format!("{{\"n\":{i}}}").into_bytes()).collect()
    }

    /// The files that exist for a log of one size: full ones, and the partial ones of its right edge.
    fn live(files: &BTreeMap<String, Vec<u8>>, size: u64) -> BTreeMap<String, Vec<u8>> {
        let keep = |path: &TilePath| {
            let now = Tiles::new(files, size).named(path.level, path.index);
            path.width == now.width
        };
        files
            .iter()
            .filter(|(p, _)| TilePath::parse(p).is_some_and(|p| keep(&p)))
            .map(|(p, b)| (p.clone(), b.clone()))
            .collect()
    }

    #[test]
    fn a_tree_of_seventy_thousand_has_the_tiles_the_specification_counts() {
        let growth = append(&BTreeMap::new(), 0, &entries(0..70_000)).unwrap();
        let paths: Vec<TilePath> = growth.writes.iter().map(|(p, _)| TilePath::parse(p).unwrap()).collect();
        let count =
            |level, width| paths.iter().filter(|p| p.level == Some(level) && p.width == width).count();
        assert_eq!((count(0, 256), count(0, 112)), (273, 1));
        assert_eq!((count(1, 256), count(1, 17)), (1, 1));
        assert_eq!((count(2, 1), paths.iter().filter(|p| p.level.is_some()).count()), (1, 277));
        let files: BTreeMap<_, _> = growth.writes.into_iter().collect();
        assert_eq!(Tiles::new(&files, 70_000).root(70_000).unwrap(), growth.root);
        assert_eq!(Tiles::new(&files, 70_000).entry(69_999).unwrap(), b"{\"n\":69999}");
    }

    #[test]
    fn a_damaged_right_edge_is_never_built_upon() {
        let files: BTreeMap<_, _> =
            append(&BTreeMap::new(), 0, &entries(0..300)).unwrap().writes.into_iter().collect();
        for path in ["tile/entries/001.p/44", "tile/0/001.p/44"] {
            let mut bad = files.clone();
            bad.get_mut(path).unwrap()[40] ^= 1;
            assert!(matches!(append(&bad, 300, &entries(0..1)), Err(TileError::Malformed { .. })), "{path}");
            bad.remove(path);
            assert_eq!(append(&bad, 300, &entries(0..1)), Err(TileError::Missing(path.to_owned())));
        }
        let mut bad = files.clone();
        bad.get_mut("tile/1/000.p/1").unwrap()[0] ^= 1;
        let growth = append(&bad, 300, &entries(0..1)).unwrap();
        assert_ne!(growth.before, append(&files, 300, &[]).unwrap().root, "the root before tells");
        assert!(matches!(append(&files, 300, &[vec![0; 65_536]]), Err(TileError::Long { index: 300, .. })));
        assert!(append(&files, 300, &[vec![0; 65_535]]).is_ok());
    }

    #[test]
    fn a_partial_tile_may_go_once_the_full_one_is_there() {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        files.extend(append(&files, 0, &entries(0..200)).unwrap().writes);
        let root = Tiles::new(&files, 200).root(200).unwrap();
        files.extend(append(&files, 200, &entries(200..700)).unwrap().writes);
        files.retain(|path, _| !path.starts_with("tile/0/000.p") && !path.starts_with("tile/entries/000.p"));
        assert_eq!(Tiles::new(&files, 200).root(200).unwrap(), root);
        assert_eq!(Tiles::new(&files, 700).root(200).unwrap(), root);
        assert_eq!(Tiles::new(&files, 200).entries(0).unwrap(), entries(0..200));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn tiles_written_step_by_step_equal_tiles_written_at_once(steps in prop::collection::vec(0usize..700, 1..6)) {
            let total: usize = steps.iter().sum();
            let (mut files, mut size) = (BTreeMap::new(), 0usize);
            let mut frontier = Frontier::default();
            for step in steps {
                let new = entries(size..size + step);
                let growth = append(&files, size as u64, &new).unwrap();
                prop_assert_eq!(&growth, &append(&files, size as u64, &new).unwrap());
                prop_assert_eq!(growth.before, frontier.root());
                new.iter().for_each(|e| frontier.append(e));
                prop_assert_eq!(&growth.frontier, &frontier);
                prop_assert_eq!(growth.root, frontier.root());
                files.extend(growth.writes);
                size += step;
            }
            let once: BTreeMap<_, _> = append(&BTreeMap::new(), 0, &entries(0..total)).unwrap().writes.into_iter().collect();
            prop_assert_eq!(live(&files, total as u64), once);
            prop_assert_eq!(Tiles::new(&files, total as u64).frontier(total as u64).unwrap(), frontier);
        }
    }
}
