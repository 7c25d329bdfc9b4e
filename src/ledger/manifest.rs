//! The manifest of a bundle: what was asked, what was found, and the SHA-256 of every file; canonical JSON, signed. And the hashes around the range.
//! Deliberately absent: when and by whom the bundle was made, so that the same question gives the same bytes.
use super::line::digest;
use super::note::{NoteError, Signer, Verifier, open};
use super::tally::Chains;
use crate::crypt::hash::{Digest, sha256};
use crate::crypt::hex;
use crate::domain::time::At;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Format of the bundle.
pub const FORMAT: &str = "dongui-bundle/2";
/// First line of the note that signs the manifest.
const NOTE: &str = "dongui bundle v1";

/// What was asked: a period, `from` included, `to` not; maybe about one subscriber, with one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// RFC 3339, UTC, to the second.
    pub from: String,
    /// The same instant, µs.
    pub from_us: At,
    /// RFC 3339, UTC, to the second.
    pub to: String,
    /// The same instant, µs.
    pub to_us: At,
    /// Only what is about this subscriber.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subscriber: Option<String>,
    /// Only what is with this recipient.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient: Option<String>,
    /// Why: the number of a case, or a provision of law.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ground: Option<String>,
}

/// Kinds that are told whatever was asked: they are about nobody, and without them no chain can be followed.
const ALWAYS: [&str; 2] = ["tally", "erasure"];

impl Query {
    /// Everything between two instants.
    pub fn new(from: At, to: At) -> Query {
        let (subscriber, recipient, ground) = (None, None, None);
        Query {
            from: from.rfc3339(),
            from_us: from,
            to: to.rfc3339(),
            to_us: to,
            subscriber,
            recipient,
            ground,
        }
    }

    /// Whether it asks for everything.
    pub fn is_whole(&self) -> bool {
        self.subscriber.is_none() && self.recipient.is_none()
    }

    /// Whether it asks for an entry of this kind, with this recipient, about this subscriber.
    pub fn asks(&self, kind: &str, recipient: Option<&str>, subscriber: Option<&str>) -> bool {
        let within = |asked: &Option<String>, of: Option<&str>| asked.is_none() || asked.as_deref() == of;
        ALWAYS.contains(&kind) || (within(&self.recipient, recipient) && within(&self.subscriber, subscriber))
    }

    /// Whether a leaf may not be withheld, as far as the leaf alone tells.
    pub(super) fn tells(&self, kind: &str, recipient: Option<&str>) -> bool {
        self.subscriber.is_none() && self.asks(kind, recipient, None) || ALWAYS.contains(&kind)
    }

    /// What follows the chains of a bundle that answers it.
    pub(super) fn chains(&self, first: u64) -> Chains {
        // Of what is about somebody and not with that recipient, something is withheld.
        Chains::from(first).about(self.subscriber.as_deref().filter(|_| self.recipient.is_none()))
    }
}

/// Length and hash of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, hex.
    pub sha256: String,
}

impl Sum {
    /// From the length and digest of a file.
    pub fn new(bytes: u64, digest: &Digest) -> Sum {
        Sum { bytes, sha256: hex::encode(digest) }
    }
}

/// What is in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `FORMAT`.
    pub format: String,
    /// Name of the log.
    pub origin: String,
    /// What was asked.
    pub query: Query,
    /// Leaves in the log at the checkpoint.
    pub size: u64,
    /// Root of the log at the checkpoint, hex.
    pub root: String,
    /// Index of the first leaf in the bundle.
    pub first: u64,
    /// Leaves in the bundle.
    pub count: u64,
    /// Leaves whose record is in the bundle.
    pub opened: u64,
    /// Leaves whose record's key was destroyed.
    pub erased: u64,
    /// Leaves whose record is about others than was asked for.
    pub withheld: u64,
    /// Every other file but the signature of the manifest.
    pub files: BTreeMap<String, Sum>,
}

impl Manifest {
    /// Canonical JSON.
    pub fn bytes(&self) -> Vec<u8> {
        // INVARIANT: strings, integers and maps of them always serialise; were it not so, empty bytes would never parse.
        serde_jcs::to_vec(self).unwrap_or_default()
    }

    /// Reads what `bytes` wrote and nothing else.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, &'static str> {
        let manifest: Manifest =
            serde_json::from_slice(bytes).map_err(|_| "is not a manifest of this format")?;
        if manifest.format != FORMAT {
            return Err("is of another format than `dongui-bundle/2`");
        }
        if manifest.bytes() != bytes {
            return Err("is not canonical JSON");
        }
        let Query { from_us, to_us, .. } = manifest.query;
        if (&manifest.query.from, &manifest.query.to) != (&from_us.rfc3339(), &to_us.rfc3339()) {
            return Err("gives the period in two forms that differ");
        }
        if digest(&manifest.root).is_none() || manifest.files.values().any(|s| digest(&s.sha256).is_none()) {
            return Err("has a hash that is not 64 lower-case hex digits");
        }
        let end = manifest.first.checked_add(manifest.count);
        if end.is_none_or(|end| end > manifest.size) {
            return Err("claims leaves beyond the size of the log");
        }
        let told = manifest.opened.checked_add(manifest.erased);
        if told.and_then(|n| n.checked_add(manifest.withheld)) != Some(manifest.count) {
            return Err("has counts of opened, erased and withheld records that do not add up");
        }
        if manifest.withheld > 0 && manifest.query.is_whole() {
            return Err("withholds records from a question that asked for all");
        }
        Ok(manifest)
    }
}

/// The hashes around a range of leaves, hex: the perfect subtrees of `0..first` and of `first + count..size`, left to right.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeProof {
    /// Left of the range.
    pub left: Vec<String>,
    /// Right of the range.
    pub right: Vec<String>,
}

impl RangeProof {
    /// Canonical JSON.
    pub fn bytes(&self) -> Vec<u8> {
        // INVARIANT: lists of strings always serialise.
        serde_jcs::to_vec(self).unwrap_or_default()
    }

    /// Reads what `bytes` wrote and nothing else.
    pub fn parse(bytes: &[u8]) -> Option<RangeProof> {
        serde_json::from_slice::<RangeProof>(bytes).ok().filter(|proof| proof.bytes() == bytes)
    }
}

/// The text that is signed for a manifest.
fn text(manifest: &[u8]) -> String {
    format!("{NOTE}\n{}\n", hex::encode(&sha256(&[manifest])))
}

/// The detached note for a manifest's bytes.
pub fn sign(manifest: &[u8], signer: &Signer<'_>) -> Result<String, NoteError> {
    signer.sign(&text(manifest))
}

/// Whether `note` is the one signature of these bytes, in its one form.
pub fn signed(manifest: &[u8], note: &str, verifier: &Verifier) -> Result<(), NoteError> {
    let text = text(manifest);
    if open(note, verifier)? != text {
        return Err(NoteError::Invalid);
    }
    // Other signatures would be bytes that nothing covers.
    let rest = note.strip_prefix(&text).and_then(|n| n.strip_prefix('\n')).ok_or(NoteError::Form)?;
    if rest.lines().count() == 1 { Ok(()) } else { Err(NoteError::Form) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::sign::LogKey;

    fn sample() -> Manifest {
        Manifest {
            format: FORMAT.to_owned(),
            origin: "log.example/a".to_owned(),
            query: Query::new(At(1_764_028_800_000_001), At(1_764_032_400_000_000)),
            size: 9,
            root: "ab".repeat(32),
            first: 4,
            count: 3,
            opened: 2,
            erased: 1,
            withheld: 0,
            files: BTreeMap::from([("leaves.jsonl".to_owned(), Sum::new(3, &[7; 32]))]),
        }
    }

    #[test]
    fn a_manifest_reads_back_and_contradictions_are_refused() {
        let text = String::from_utf8(sample().bytes()).unwrap();
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(sample()));
        for (from, to) in [
            ("\"first\":4", "\"first\":7"),
            ("\"first\":4", "\"first\":18446744073709551615"),
            ("\"opened\":2", "\"opened\":3"),
            ("\"opened\":2", "\"opened\":1"),
            ("\"erased\":1", "\"erased\":0"),
            ("\"withheld\":0", "\"withheld\":1"),
            ("\"query\":{", "\"query\":{\"about\":1,"),
            ("abab", "ABAB"),
            ("dongui-bundle/2", "dongui-bundle/1"),
            ("\"size\":9", "\"size\": 9"),
            ("\"size\":9", "\"extra\":1,\"size\":9"),
            ("\"from_us\":1764028800", "\"from_us\":1764028801"),
            ("2025-11-25T00:00:00Z", "2025-11-25T00:00:01Z"),
        ] {
            assert!(text.contains(from), "{from}");
            assert!(Manifest::parse(text.replacen(from, to, 1).as_bytes()).is_err(), "{from} to {to}");
        }
    }

    #[test]
    fn the_signature_has_one_form() {
        let key = LogKey::from_seed(&[4; 32]).unwrap();
        let signer = Signer::new("log.example/a", &key).unwrap();
        let bytes = sample().bytes();
        let note = sign(&bytes, &signer).unwrap();
        assert_eq!(signed(&bytes, &note, signer.verifier()), Ok(()));
        assert_eq!(signed(&bytes[1..], &note, signer.verifier()), Err(NoteError::Invalid));
        let twice = format!("{note}— witness.example AAAAAAAA\n");
        assert_eq!(signed(&bytes, &twice, signer.verifier()), Err(NoteError::Form));
    }
}
