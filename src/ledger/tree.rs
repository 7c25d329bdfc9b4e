//! The RFC 6962 Merkle tree over SHA-256 and its frontier: what is needed to grow a log and know its root.
//! Deliberately absent: storing anything; tiles are in `tile`, proofs in `proof`.
use crate::crypt::hash::{Digest, sha256};

/// The largest tree accepted anywhere, so that no sum of sizes overflows.
pub const MAX_SIZE: u64 = 1 << 62;

/// The hash of a leaf: SHA-256(0x00 || entry), RFC 6962 section 2.1.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    sha256(&[&[0], entry])
}

/// The hash of an inner node: SHA-256(0x01 || left || right), RFC 6962 section 2.1.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[1], left, right])
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    sha256(&[])
}

/// The root over the hashes of neighbouring perfect subtrees of one height, in order. Gives `empty_root` for none.
pub fn root_of(hashes: &[Digest]) -> Digest {
    let mut frontier = Frontier::default();
    hashes.iter().for_each(|h| frontier.append_hash(*h));
    frontier.root()
}

/// The fewest perfect, aligned subtrees that cover the leaves `begin..end` from left to right, as `(level, index)`: the subtree
/// holds the leaves `index << level .. (index + 1) << level`. Empty when `begin >= end`.
pub fn decompose(begin: u64, end: u64) -> Vec<(u32, u64)> {
    let (mut at, mut out) = (begin, Vec::new());
    while at < end {
        let level = at.trailing_zeros().min((end - at).ilog2());
        out.push((level, at >> level));
        at += 1 << level;
    }
    out
}

/// A compact range from the first leaf on: the perfect subtrees whose sizes are the bits of `size`, largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Digest>,
}

impl Frontier {
    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends an entry.
    pub fn append(&mut self, entry: &[u8]) {
        self.append_hash(leaf_hash(entry));
    }

    /// Appends an entry by its leaf hash.
    pub fn append_hash(&mut self, hash: Digest) {
        self.carry(0, hash);
    }

    /// Appends a perfect subtree of `1 << level` leaves by its hash. Refused, and nothing changes, where such a subtree cannot
    /// stand: the size is no multiple of its width, or would pass `MAX_SIZE`.
    #[must_use]
    pub fn append_subtree(&mut self, level: u32, hash: Digest) -> bool {
        let fits = level < 62 && self.size.trailing_zeros() >= level && self.size + (1 << level) <= MAX_SIZE;
        if fits {
            self.carry(level, hash);
        }
        fits
    }

    fn carry(&mut self, level: u32, mut hash: Digest) {
        let mut above = self.size >> level;
        while above & 1 == 1 {
            // INVARIANT: a set bit of `size` has a node.
            if let Some(left) = self.nodes.pop() {
                hash = node_hash(&left, &hash);
            }
            above >>= 1;
        }
        self.nodes.push(hash);
        self.size += 1 << level;
    }

    /// The RFC 6962 root.
    pub fn root(&self) -> Digest {
        let mut right_to_left = self.nodes.iter().rev();
        match right_to_left.next() {
            None => empty_root(),
            Some(last) => right_to_left.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// The size as eight big-endian bytes, then the node hashes, largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.size.to_be_bytes().to_vec();
        self.nodes.iter().for_each(|n| out.extend_from_slice(n));
        out
    }

    /// Reads what `to_bytes` wrote; `None` unless there is exactly one hash per bit of the size.
    pub fn from_bytes(bytes: &[u8]) -> Option<Frontier> {
        let (size, rest) = bytes.split_first_chunk::<8>()?;
        let size = u64::from_be_bytes(*size);
        let (nodes, odd) = rest.as_chunks::<32>();
        let whole = odd.is_empty() && size <= MAX_SIZE && nodes.len() == size.count_ones() as usize;
        whole.then(|| Frontier { size, nodes: nodes.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::hex;
    use proptest::prelude::*;

    /// Leaves and roots of the Certificate Transparency test data.
    const CT: [(&str, &str); 8] = [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (
            "606162636465666768696a6b6c6d6e6f",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ),
    ];

    /// The definition of RFC 6962 section 2.1, word by word.
    fn mth(entries: &[Vec<u8>]) -> Digest {
        match entries {
            [] => sha256(&[]),
            [one] => leaf_hash(one),
            many => {
                let k = many.len().next_power_of_two() / 2;
                node_hash(&mth(&many[..k]), &mth(&many[k..]))
            }
        }
    }

    #[test]
    fn the_roots_of_the_certificate_transparency_test_data_come_out() {
        let mut frontier = Frontier::default();
        assert_eq!(
            hex::encode(&frontier.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        for (leaf, root) in CT {
            frontier.append(&hex::decode(leaf).unwrap());
            assert_eq!(hex::encode(&frontier.root()), root, "size {}", frontier.size());
        }
    }

    #[test]
    fn the_frontier_agrees_with_the_definition_at_every_size_and_survives_its_bytes() {
        let entries: Vec<Vec<u8>> = (0..530u32).map(|i| i.to_be_bytes().to_vec()).collect();
        let mut frontier = Frontier::default();
        for n in 0..entries.len() {
            assert_eq!(frontier.root(), mth(&entries[..n]), "size {n}");
            let bytes = frontier.to_bytes();
            assert_eq!(Frontier::from_bytes(&bytes), Some(frontier.clone()));
            assert_eq!(Frontier::from_bytes(&bytes[..bytes.len() - 1]), None);
            frontier.append(&entries[n]);
        }
    }

    #[test]
    fn a_subtree_is_refused_where_it_cannot_stand() {
        let mut frontier = Frontier::default();
        frontier.append(b"a");
        assert!(!frontier.append_subtree(1, [0; 32]));
        assert!(!frontier.append_subtree(63, [0; 32]));
        assert_eq!(frontier.size(), 1);
        frontier.append(b"b");
        assert!(frontier.append_subtree(1, [0; 32]));
        assert_eq!(frontier.size(), 4);
    }

    proptest! {
        #[test]
        fn a_decomposition_covers_every_leaf_once_with_aligned_subtrees(a in 0u64..MAX_SIZE, b in 0u64..MAX_SIZE) {
            let (begin, end) = (a.min(b), a.max(b));
            let mut at = begin;
            for (level, index) in decompose(begin, end) {
                prop_assert_eq!(index << level, at);
                at += 1 << level;
            }
            prop_assert_eq!(at, end);
        }

        #[test]
        fn a_root_is_the_same_from_leaves_and_from_subtrees(first in 0usize..200, more in 0usize..200) {
            let entries: Vec<Vec<u8>> = (0..first + more).map(|i| i.to_string().into_bytes()).collect();
            let mut frontier = Frontier::default();
            for (begin, end) in [(0, first), (first, first + more)] {
                for (level, index) in decompose(begin as u64, end as u64) {
                    let from = (index << level) as usize;
                    prop_assert!(frontier.append_subtree(level, mth(&entries[from..from + (1 << level)])));
                }
            }
            prop_assert_eq!(frontier.root(), mth(&entries));
        }
    }
}
