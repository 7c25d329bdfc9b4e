//! C2SP checkpoints (<https://c2sp.org/tlog-checkpoint>): the head of the log as a signed note.
//!
//! ```text
//! <origin>
//! <size, decimal>
//! <base64 of the root hash>
//! ```
//! Deliberately absent: extension lines are refused, for nobody could audit them; cosigning is the witness's.
use super::note::{NoteError, Signer, Verifier, open};
use super::tree::MAX_SIZE;
use crate::crypt::hash::Digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The head of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log, the same as the name of its key.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// RFC 6962 root of the first `size` leaves.
    pub root: Digest,
}

/// A decimal number as it is written: no sign, no leading zero.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let n: u64 = text.parse().ok()?;
    (n.to_string() == text).then_some(n)
}

/// A base64 hash as it is written.
pub(super) fn hash(text: &str) -> Option<Digest> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// Reads the text, which must be exactly what `text` writes.
    pub fn parse(text: &str) -> Result<Checkpoint, NoteError> {
        let mut lines = text.strip_suffix('\n').ok_or(NoteError::Checkpoint)?.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(NoteError::Checkpoint);
        };
        let size = decimal(size).filter(|n| *n <= MAX_SIZE).ok_or(NoteError::Checkpoint)?;
        let root = hash(root).ok_or(NoteError::Checkpoint)?;
        if origin.is_empty() {
            return Err(NoteError::Checkpoint);
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root })
    }

    /// The signed note. The key must bear the name of the log.
    pub fn sign(&self, signer: &Signer<'_>) -> Result<String, NoteError> {
        let text = self.text();
        Checkpoint::parse(&text)?;
        if signer.verifier().name() != self.origin {
            return Err(NoteError::Name);
        }
        signer.sign(&text)
    }

    /// The checkpoint of a note that the log of this name and key signed. Cosignatures may be there; they are not looked at.
    pub fn open(note: &str, verifier: &Verifier) -> Result<Checkpoint, NoteError> {
        let checkpoint = Checkpoint::parse(open(note, verifier)?)?;
        if checkpoint.origin == verifier.name() { Ok(checkpoint) } else { Err(NoteError::Name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::sign::LogKey;
    use proptest::prelude::*;

    #[test]
    fn the_text_is_that_of_the_specification() {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse(text).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.text(), text);
        for bad in [
            text.replace("20852163", "020852163"),
            text.replace("20852163", "+20852163"),
            text.replace("20852163", "18446744073709551616"),
            text.replace("q2I=", "q2J="),
            text.replace("example.com/behind-the-sofa", ""),
            format!("{text}extension\n"),
            format!("{text}\n"),
            text.trim_end().to_owned(),
        ] {
            assert_eq!(Checkpoint::parse(&bad), Err(NoteError::Checkpoint), "{bad:?}");
        }
    }

    #[test]
    fn a_log_signs_under_its_own_name_only() {
        let key = LogKey::from_seed(&[3; 32]).unwrap();
        let signer = Signer::new("log.example/a", &key).unwrap();
        let checkpoint = Checkpoint { origin: "log.example/b".to_owned(), size: 1, root: [0; 32] };
        assert_eq!(checkpoint.sign(&signer), Err(NoteError::Name));
        let note = signer.sign(&checkpoint.text()).unwrap();
        assert_eq!(Checkpoint::open(&note, signer.verifier()), Err(NoteError::Name));
    }

    proptest! {
        #[test]
        fn a_signed_checkpoint_opens_and_no_changed_byte_does(size in 0..MAX_SIZE, root in any::<[u8; 32]>(), at in any::<prop::sample::Index>(), flip in 1u8..) {
            let key = LogKey::from_seed(&[3; 32]).unwrap();
            let signer = Signer::new("log.example/a", &key).unwrap();
            let checkpoint = Checkpoint { origin: "log.example/a".to_owned(), size, root };
            let note = checkpoint.sign(&signer).unwrap();
            prop_assert_eq!(Checkpoint::open(&note, signer.verifier()), Ok(checkpoint));
            let mut bytes = note.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            if let Ok(changed) = String::from_utf8(bytes) {
                prop_assert!(Checkpoint::open(&changed, signer.verifier()).is_err());
            }
        }
    }
}
