//! Inclusion and consistency proofs of RFC 6962 section 2.1, made from tiles and checked without them (the checking is that of
//! RFC 9162 sections 2.1.3.2 and 2.1.4.2). Deliberately absent: signatures; see `checkpoint` and `receipt`.
use super::tile::{TileError, Tiles};
use super::tree::{MAX_SIZE, empty_root, node_hash};
use crate::crypt::hash::Digest;

/// The largest power of two below `n`, for `n` of 2 or more.
fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

/// Proof that leaf `index` is in the tree of the first `size` leaves: sibling hashes from the leaf upwards.
pub fn inclusion(tiles: &Tiles<'_>, index: u64, size: u64) -> Result<Vec<Digest>, TileError> {
    tiles.within(index, size)?;
    tiles.within(index.saturating_add(1), size)?;
    let (mut begin, mut end, mut down) = (0, size, Vec::new());
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            down.push(tiles.range(middle, end)?);
            end = middle;
        } else {
            down.push(tiles.range(begin, middle)?);
            begin = middle;
        }
    }
    down.reverse();
    Ok(down)
}

/// Proof that the tree of the first `old` leaves is what the tree of the first `new` leaves began with. Empty when `old` is 0 or `new`.
pub fn consistency(tiles: &Tiles<'_>, old: u64, new: u64) -> Result<Vec<Digest>, TileError> {
    tiles.within(old, new)?;
    tiles.within(0, new)?;
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut begin, mut end, mut down) = (0, new, Vec::new());
    while end != old {
        let middle = begin + split(end - begin);
        if old <= middle {
            down.push(tiles.range(middle, end)?);
            end = middle;
        } else {
            down.push(tiles.range(begin, middle)?);
            begin = middle;
        }
    }
    // The old tree itself is known to who checks; a right part of it is not.
    if begin > 0 {
        down.push(tiles.range(begin, end)?);
    }
    down.reverse();
    Ok(down)
}

/// Whether `proof` shows that the leaf of this hash is at `index` in the tree of `size` leaves and this root.
pub fn verify_inclusion(leaf: &Digest, index: u64, size: u64, proof: &[Digest], root: &Digest) -> bool {
    if index >= size || size > MAX_SIZE {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            (at, last) = past_lone(at, last);
        } else {
            hash = node_hash(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Climbs over the levels at which the last node has no sibling.
fn past_lone(mut at: u64, mut last: u64) -> (u64, u64) {
    while at & 1 == 0 && at != 0 {
        at >>= 1;
        last >>= 1;
    }
    (at, last)
}

/// Whether `proof` shows that the tree `old` (size and root) is what the tree `new` began with.
pub fn verify_consistency(old: (u64, &Digest), new: (u64, &Digest), proof: &[Digest]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size || new_size > MAX_SIZE {
        return false;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root() && (new_size > 0 || old_root == new_root);
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    // An old tree that is perfect is a node of the new one: the proof leaves it out.
    let (seed, steps) = match proof.split_first() {
        _ if old_size.is_power_of_two() => (old_root, proof),
        Some(first) => first,
        None => return false,
    };
    let (mut small, mut large) = (*seed, *seed);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            small = node_hash(step, &small);
            large = node_hash(step, &large);
            (at, last) = past_lone(at, last);
        } else {
            large = node_hash(&large, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && small == *old_root && large == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::hex;
    use crate::ledger::grow::append;
    use crate::ledger::tree::leaf_hash;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn log(entries: &[Vec<u8>]) -> BTreeMap<String, Vec<u8>> {
        append(&BTreeMap::new(), 0, entries).unwrap().writes.into_iter().collect()
    }

    fn numbered(n: u64) -> Vec<Vec<u8>> {
        (0..n).map(|i| i.to_be_bytes().to_vec()).collect()
    }

    #[test]
    fn the_proofs_of_the_certificate_transparency_test_data_come_out() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let files = log(&leaves.map(|l| hex::decode(l).unwrap()));
        let tiles = Tiles::new(&files, 8);
        let text = |p: Vec<Digest>| p.iter().map(|h| hex::encode(h)).collect::<Vec<_>>();
        assert_eq!(
            text(inclusion(&tiles, 0, 8).unwrap()),
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        );
        assert_eq!(
            text(inclusion(&tiles, 5, 8).unwrap()),
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(
            text(consistency(&tiles, 6, 8).unwrap()),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert_eq!(consistency(&tiles, 1, 1).unwrap(), Vec::<Digest>::new());
    }

    /// Every way in which one bit of a proof, or its length, can be wrong (one bit of each hash, turning).
    fn spoilt(proof: &[Digest], turn: usize) -> Vec<Vec<Digest>> {
        let mut out: Vec<Vec<Digest>> = (0..proof.len())
            .map(|i| {
                let mut bad = proof.to_vec();
                bad[i][(turn + i) % 32] ^= 1 << ((turn / 32) % 8);
                bad
            })
            .collect();
        out.push([proof, &[[7; 32]]].concat());
        if let Some((_, shorter)) = proof.split_last() {
            out.push(shorter.to_vec());
        }
        if let Some((_, shorter)) = proof.split_first() {
            out.push(shorter.to_vec());
        }
        out
    }

    #[test]
    fn every_inclusion_proof_up_to_three_hundred_leaves_verifies_and_no_flipped_bit_does() {
        let entries = numbered(300);
        let files = log(&entries);
        let tiles = Tiles::new(&files, 300);
        for size in 0..=300 {
            let root = tiles.root(size).unwrap();
            assert!(inclusion(&tiles, size, size).is_err());
            for index in 0..size {
                let leaf = leaf_hash(&entries[index as usize]);
                let proof = inclusion(&tiles, index, size).unwrap();
                assert!(verify_inclusion(&leaf, index, size, &proof, &root), "{index} of {size}");
                if (index + size) % 7 != 0 && size > 40 {
                    continue;
                }
                let turn = (index * 13 + size) as usize;
                for bad in spoilt(&proof, turn) {
                    assert!(!verify_inclusion(&leaf, index, size, &bad, &root), "{index} of {size}");
                }
                let mut other = leaf;
                other[turn % 32] ^= 1;
                assert!(!verify_inclusion(&other, index, size, &proof, &root));
                assert!(!verify_inclusion(&leaf, index ^ 1, size, &proof, &root), "{index} of {size}");
                assert!(!verify_inclusion(&leaf, index, size, &proof, &leaf) || size == 1);
            }
        }
    }

    #[test]
    fn every_consistency_proof_up_to_three_hundred_leaves_verifies_and_no_flipped_bit_does() {
        let files = log(&numbered(300));
        let tiles = Tiles::new(&files, 300);
        let roots: Vec<Digest> = (0..=300).map(|n| tiles.root(n).unwrap()).collect();
        for new in 0..=300u64 {
            for old in 0..=new {
                let (a, b) = (&roots[old as usize], &roots[new as usize]);
                let proof = consistency(&tiles, old, new).unwrap();
                assert!(verify_consistency((old, a), (new, b), &proof), "{old} to {new}");
                if (old + new) % 7 != 0 && new > 40 {
                    continue;
                }
                let turn = (old * 13 + new) as usize;
                for bad in spoilt(&proof, turn) {
                    assert!(!verify_consistency((old, a), (new, b), &bad), "{old} to {new}");
                }
                let mut other = *a;
                other[turn % 32] ^= 1;
                assert!(!verify_consistency((old, &other), (new, b), &proof), "{old} to {new}");
                if old > 0 {
                    other = *b;
                    other[turn % 32] ^= 1;
                    assert!(!verify_consistency((old, a), (new, &other), &proof), "{old} to {new}");
                }
            }
        }
        assert!(!verify_consistency((2, &roots[2]), (1, &roots[1]), &[]));
        assert!(consistency(&tiles, 3, 301).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bit_of_a_proof_over_several_tile_levels_can_flip(size in 65_000u64..70_000, at in any::<prop::sample::Index>(), bit in any::<prop::sample::Index>()) {
            thread_local!(static FILES: BTreeMap<String, Vec<u8>> = log(&numbered(70_000)));
            FILES.with(|files| {
                let tiles = Tiles::new(files, 70_000);
                let (index, root) = (at.index(size as usize) as u64, tiles.root(size).unwrap());
                let leaf = leaf_hash(&index.to_be_bytes());
                let mut proof = inclusion(&tiles, index, size).unwrap();
                prop_assert!(verify_inclusion(&leaf, index, size, &proof, &root));
                let old = (index + 1, &tiles.root(index + 1).unwrap());
                prop_assert!(verify_consistency(old, (size, &root), &consistency(&tiles, index + 1, size).unwrap()));
                let bit = bit.index(proof.len() * 256);
                proof[bit / 256][bit % 256 / 8] ^= 1 << (bit % 8);
                prop_assert!(!verify_inclusion(&leaf, index, size, &proof, &root));
                Ok(())
            })?;
        }
    }
}
