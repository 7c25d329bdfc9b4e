//! What a witness is asked and when it must refuse (C2SP tlog-witness, <https://c2sp.org/tlog-witness>, `add-checkpoint`).
//!
//! ```text
//! old <size of the tree last cosigned>
//! <base64 hash of the consistency proof>
//!
//! <checkpoint, a signed note>
//! ```
//! Deliberately absent: keeping what was last seen, and HTTP; a witness sees sizes and roots, never a leaf.
use super::checkpoint::{Checkpoint, decimal, hash};
use super::note::{NoteError, Verifier, split};
use super::proof::verify_consistency;
use super::tree::empty_root;
use crate::crypt::hash::Digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The most hashes of a consistency proof.
const MAX_PROOF: usize = 63;

/// A log asks for a cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Size of the tree that the witness cosigned last, as far as the log knows.
    pub old: u64,
    /// That the new tree begins with it.
    pub proof: Vec<Digest>,
    /// The new checkpoint.
    pub note: String,
}

/// Why a witness does not cosign; each has its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not of the form (400).
    #[error("this is no request for a cosignature, or its old size is above the new one")]
    Malformed,
    /// Another log (404).
    #[error("this log is not one that is witnessed here")]
    Unknown,
    /// Not signed by the log (403).
    #[error("the checkpoint is not signed by the log whose name it bears")]
    Unsigned,
    /// Not what was cosigned last (409).
    #[error("the size last cosigned is {0}")]
    Stale(u64),
    /// Another history (422).
    #[error("the tree is not one that continues what was cosigned before")]
    Inconsistent,
}

impl Refused {
    /// The HTTP status of the specification.
    pub fn status(self) -> u16 {
        match self {
            Refused::Malformed => 400,
            Refused::Unknown => 404,
            Refused::Unsigned => 403,
            Refused::Stale(_) => 409,
            Refused::Inconsistent => 422,
        }
    }
}

impl Asked {
    /// The body of the request.
    pub fn text(&self) -> String {
        let mut out = format!("old {}\n", self.old);
        for step in &self.proof {
            out.push_str(&STANDARD.encode(step));
            out.push('\n');
        }
        format!("{out}\n{}", self.note)
    }

    /// Reads a body.
    pub fn parse(text: &str) -> Result<Asked, Refused> {
        let (head, note) = text.split_once("\n\n").ok_or(Refused::Malformed)?;
        let mut lines = head.split('\n');
        let old =
            lines.next().and_then(|l| l.strip_prefix("old ")).and_then(decimal).ok_or(Refused::Malformed)?;
        let proof: Option<Vec<Digest>> = lines.map(hash).collect();
        let proof = proof.filter(|p| p.len() <= MAX_PROOF).ok_or(Refused::Malformed)?;
        Ok(Asked { old, proof, note: note.to_owned() })
    }

    /// The name of the log that the checkpoint claims.
    pub fn origin(&self) -> Result<&str, Refused> {
        let (text, _) = split(&self.note).map_err(|_| Refused::Malformed)?;
        text.split('\n').next().ok_or(Refused::Malformed)
    }

    /// The checkpoint, if a witness that knows the log by `verifier` and cosigned `last` may cosign it.
    pub fn check(&self, verifier: &Verifier, last: Option<&Checkpoint>) -> Result<Checkpoint, Refused> {
        let head = Checkpoint::open(&self.note, verifier).map_err(|e| match e {
            NoteError::Unsigned | NoteError::Invalid | NoteError::Name => Refused::Unsigned,
            NoteError::Form | NoteError::Vkey | NoteError::Checkpoint => Refused::Malformed,
        })?;
        let (size, root) = last.map_or((0, empty_root()), |last| (last.size, last.root));
        if self.old > head.size {
            return Err(Refused::Malformed);
        }
        if self.old != size {
            return Err(Refused::Stale(size));
        }
        let consistent = match size {
            // Any tree begins with nothing, and a tree of nothing has one root.
            0 => self.proof.is_empty() && (head.size > 0 || head.root == root),
            _ => verify_consistency((size, &root), (head.size, &head.root), &self.proof),
        };
        if consistent { Ok(head) } else { Err(Refused::Inconsistent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::sign::LogKey;
    use crate::ledger::grow::append;
    use crate::ledger::note::Signer;
    use crate::ledger::proof::consistency;
    use crate::ledger::tile::Tiles;
    use std::collections::BTreeMap;

    /// A log of entries that differ by `branch` from the `fork`th on.
    fn log(size: u64, fork: u64, branch: u8) -> (BTreeMap<String, Vec<u8>>, Digest) {
        let entry = |i: u64| {
            [&i.to_be_bytes()[..], if i < fork { &[] } else { std::slice::from_ref(&branch) }].concat()
        };
        let growth = append(&BTreeMap::new(), 0, &(0..size).map(entry).collect::<Vec<_>>()).unwrap();
        (growth.writes.into_iter().collect(), growth.root)
    }

    fn asked(
        key: &LogKey,
        (files, root): &(BTreeMap<String, Vec<u8>>, Digest),
        old: u64,
        size: u64,
    ) -> Asked {
        let signer = Signer::new("log.example/a", key).unwrap();
        let head = Checkpoint { origin: "log.example/a".to_owned(), size, root: *root };
        let proof = consistency(&Tiles::new(files, size), old.min(size), size).unwrap();
        Asked { old, proof, note: head.sign(&signer).unwrap() }
    }

    #[test]
    fn a_tree_that_goes_on_is_taken_and_every_other_is_refused_by_its_status() {
        let (key, thief) = (LogKey::from_seed(&[1; 32]).unwrap(), LogKey::from_seed(&[2; 32]).unwrap());
        let verifier = Verifier::new("log.example/a", key.public()).unwrap();
        let (small, large, forked) = (log(300, 1000, 0), log(700, 1000, 0), log(700, 200, 1));
        let first = asked(&key, &small, 0, 300);
        assert_eq!(Asked::parse(&first.text()).as_ref(), Ok(&first));
        let last = first.check(&verifier, None).unwrap();
        assert!(asked(&key, &large, 300, 700).check(&verifier, Some(&last)).is_ok());
        assert!(asked(&key, &small, 300, 300).check(&verifier, Some(&last)).is_ok(), "the same once more");
        let status =
            |asked: &Asked, last: Option<&Checkpoint>| asked.check(&verifier, last).map_err(Refused::status);
        assert_eq!(status(&asked(&key, &forked, 300, 700), Some(&last)), Err(422), "a fork");
        let other = log(300, 200, 1);
        assert_eq!(
            status(&asked(&key, &other, 300, 300), Some(&last)),
            Err(422),
            "another tree of the same size"
        );
        let newer = asked(&key, &large, 300, 700).check(&verifier, Some(&last)).unwrap();
        assert_eq!(status(&first, Some(&newer)), Err(409), "an old one again");
        assert_eq!(status(&asked(&key, &small, 300, 300), Some(&newer)), Err(409), "a tree that shrank");
        let shrunk = Asked { old: 700, ..asked(&key, &small, 0, 300) };
        assert_eq!(status(&shrunk, Some(&newer)), Err(400), "one that says so itself");
        assert_eq!(status(&asked(&thief, &large, 300, 700), Some(&last)), Err(403), "another key");
        let mut padded = asked(&key, &large, 0, 700);
        padded.proof = vec![[0; 32]];
        assert_eq!(status(&padded, None), Err(422), "a proof of nothing");
        let empty =
            Asked { old: 0, proof: Vec::new(), note: asked(&key, &(BTreeMap::new(), [3; 32]), 0, 0).note };
        assert_eq!(status(&empty, None), Err(422), "an empty tree of another root");
    }

    #[test]
    fn what_is_not_a_request_is_refused() {
        let key = LogKey::from_seed(&[1; 32]).unwrap();
        let good = asked(&key, &log(5, 9, 0), 0, 5).text();
        for bad in [
            String::new(),
            good.replace("old 0", "old 00"),
            good.replace("old 0", "new 0"),
            good.replacen("\n\n", "\n", 1),
            good.replacen("old 0\n", "old 0\nAAAA\n", 1),
            good.replacen(
                "old 0\n",
                &format!("old 0\n{}", format!("{}\n", STANDARD.encode([0; 32])).repeat(64)),
                1,
            ),
        ] {
            let parsed = Asked::parse(&bad).and_then(|a| a.origin().map(str::to_owned));
            assert!(parsed == Err(Refused::Malformed) || parsed.is_ok_and(|o| o != "log.example/a"), "{bad}");
        }
    }
}
