//! C2SP `.tlog-proof` receipts (<https://c2sp.org/tlog-proof>): one text that shows, without the log, that a leaf is in it.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! index <decimal>
//! <base64 hash, from the leaf's sibling upwards>
//!
//! <checkpoint, a signed note>
//! ```
//! Deliberately absent: the leaf; its holder brings it. `extra` data is carried but never trusted: nothing signs it.
use super::checkpoint::{Checkpoint, decimal, hash};
use super::note::{NoteError, Verifier};
use super::proof::{inclusion, verify_inclusion};
use super::tile::{TileError, Tiles};
use super::tree::leaf_hash;
use crate::crypt::hash::Digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// What is wrong with a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// The text is not a receipt.
    #[error("line {0} of the receipt is not of the form `c2sp.org/tlog-proof@v1`")]
    Form(usize),
    /// The checkpoint is not the log's.
    #[error("the checkpoint of the receipt: {0}")]
    Note(#[from] NoteError),
    /// The proof does not lead from the leaf to the root.
    #[error("the leaf is not at this index of the log, or the proof was changed")]
    Proof,
}

/// Proof that a leaf is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Index of the leaf.
    pub index: u64,
    /// Sibling hashes, from the leaf upwards.
    pub path: Vec<Digest>,
    /// The checkpoint as signed.
    pub checkpoint: String,
    /// Opaque bytes that nothing authenticates.
    pub extra: Option<Vec<u8>>,
}

impl Receipt {
    /// The receipt of leaf `index` under a checkpoint of `size` leaves whose signed note is `note`.
    pub fn new(tiles: &Tiles<'_>, index: u64, size: u64, note: &str) -> Result<Receipt, TileError> {
        Ok(Receipt { index, path: inclusion(tiles, index, size)?, checkpoint: note.to_owned(), extra: None })
    }

    /// The text of the `.tlog-proof` file.
    pub fn text(&self) -> String {
        let mut out = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            out.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        out.push_str(&format!("index {}\n", self.index));
        for step in &self.path {
            out.push_str(&STANDARD.encode(step));
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint);
        out
    }

    /// Reads the text. Nothing is verified yet.
    pub fn parse(text: &str) -> Result<Receipt, ReceiptError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Form(1))?;
        let mut lines = head.split('\n').enumerate().map(|(i, line)| (i + 1, line)).peekable();
        if lines.next().is_none_or(|(_, line)| line != HEADER) {
            return Err(ReceiptError::Form(1));
        }
        let extra = match lines.next_if(|(_, line)| line.starts_with("extra ")) {
            Some((n, line)) => {
                let value = line.strip_prefix("extra ").unwrap_or_default();
                Some(STANDARD.decode(value).map_err(|_| ReceiptError::Form(n))?)
            }
            None => None,
        };
        let (n, line) = lines.next().ok_or(ReceiptError::Form(2))?;
        let index = line.strip_prefix("index ").and_then(decimal).ok_or(ReceiptError::Form(n))?;
        // A tree of MAX_SIZE leaves has paths of 62 hashes.
        let path = lines
            .map(|(n, line)| hash(line).filter(|_| n < 70).ok_or(ReceiptError::Form(n)))
            .collect::<Result<_, _>>()?;
        Ok(Receipt { index, path, checkpoint: checkpoint.to_owned(), extra })
    }

    /// Whether `leaf` (the entry's bytes, as in the log) is where the receipt says, under a checkpoint signed by `verifier`'s key.
    pub fn verify(&self, leaf: &[u8], verifier: &Verifier) -> Result<Checkpoint, ReceiptError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, verifier)?;
        if verify_inclusion(&leaf_hash(leaf), self.index, checkpoint.size, &self.path, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(ReceiptError::Proof)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::sign::LogKey;
    use crate::ledger::grow::append;
    use crate::ledger::note::Signer;
    use std::collections::BTreeMap;

    fn issue(size: u64, index: u64) -> (Receipt, Verifier) {
        let entries: Vec<Vec<u8>> = (0..size).map(|i| i.to_be_bytes().to_vec()).collect();
        let growth = append(&BTreeMap::new(), 0, &entries).unwrap();
        let key = LogKey::from_seed(&[9; 32]).unwrap();
        let signer = Signer::new("log.example/a", &key).unwrap();
        let head = Checkpoint { origin: "log.example/a".to_owned(), size, root: growth.root };
        let files: BTreeMap<_, _> = growth.writes.into_iter().collect();
        let note = head.sign(&signer).unwrap();
        let receipt = Receipt::new(&Tiles::new(&files, size), index, size, &note).unwrap();
        (receipt, signer.verifier().clone())
    }

    #[test]
    fn a_receipt_verifies_for_its_leaf_alone_and_no_changed_byte_of_it_does() {
        let (receipt, verifier) = issue(301, 300);
        let text = receipt.text();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 300\n"));
        assert_eq!(Receipt::parse(&text).as_ref(), Ok(&receipt));
        assert_eq!(receipt.verify(&300u64.to_be_bytes(), &verifier).unwrap().size, 301);
        assert_eq!(receipt.verify(&299u64.to_be_bytes(), &verifier), Err(ReceiptError::Proof));
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let Ok(changed) = String::from_utf8(bytes) else { continue };
                let verdict =
                    Receipt::parse(&changed).and_then(|r| r.verify(&300u64.to_be_bytes(), &verifier));
                assert!(verdict.is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn the_smallest_log_has_a_receipt_without_hashes_and_extra_bytes_are_carried() {
        let (mut receipt, verifier) = issue(1, 0);
        assert!(receipt.path.is_empty());
        receipt.extra = Some(b"hint".to_vec());
        let read = Receipt::parse(&receipt.text()).unwrap();
        assert_eq!(read, receipt);
        assert!(read.verify(&0u64.to_be_bytes(), &verifier).is_ok());
        assert_eq!(Receipt::parse("c2sp.org/tlog-proof@v1\nindex 01\n\n"), Err(ReceiptError::Form(2)));
        assert_eq!(Receipt::parse("c2sp.org/tlog-proof@v2\nindex 1\n\n"), Err(ReceiptError::Form(1)));
    }
}
