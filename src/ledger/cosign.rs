//! C2SP cosignatures of witnesses (<https://c2sp.org/tlog-cosignature>), `cosignature/v1` with Ed25519: the statement that a tree was the
//! largest its witness had seen of the log, at a time.
//!
//! ```text
//! cosignature/v1
//! time <POSIX seconds>
//! <the text of the checkpoint>
//! ```
//! Deliberately absent: ML-DSA-44, which ring does not have; lines of that type are passed over.
use super::note::{Line, NoteError, key_id, parse_vkey, split, write_vkey};
use crate::crypt::sign::{LogKey, ed25519_verify};

/// The signature type byte of Ed25519 cosignatures.
const COSIGNATURE: u8 = 4;

/// The public key of a witness, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl Witness {
    /// Names a public key. A name is one word without `+`, best a URL without its scheme.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Witness, NoteError> {
        Ok(Witness { name: name.to_owned(), id: key_id(name, COSIGNATURE, &public)?, public })
    }

    /// Reads the text form `name+<key id, 8 hex digits>+<base64 of type byte and key>`.
    pub fn parse(vkey: &str) -> Result<Witness, NoteError> {
        let (name, public) = parse_vkey(vkey, COSIGNATURE)?;
        let witness = Witness::new(name, public)?;
        if witness.vkey() == vkey { Ok(witness) } else { Err(NoteError::Vkey) }
    }

    /// The text form.
    pub fn vkey(&self) -> String {
        write_vkey(&self.name, &self.id, COSIGNATURE, &self.public)
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key (RFC 8032).
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// When this witness cosigned the checkpoint, POSIX seconds; the last time of several.
    ///
    /// # Errors
    /// `Unsigned` without a line of this key, `Invalid` with one that does not verify.
    pub fn cosigned(&self, note: &str) -> Result<u64, NoteError> {
        let (text, lines) = split(note)?;
        let mut last = None;
        for line in lines.iter().filter(|line| line.name == self.name && line.id == self.id) {
            let (time, signature) = line.signature.split_first_chunk::<8>().ok_or(NoteError::Invalid)?;
            let time = u64::from_be_bytes(*time);
            if i64::try_from(time).is_err()
                || !ed25519_verify(&self.public, message(time, text).as_bytes(), signature)
            {
                return Err(NoteError::Invalid);
            }
            last = last.max(Some(time));
        }
        last.ok_or(NoteError::Unsigned)
    }
}

/// What is signed.
fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// The private key of a witness, by name.
#[derive(Debug)]
pub struct Cosigner<'k> {
    key: &'k LogKey,
    witness: Witness,
}

impl<'k> Cosigner<'k> {
    /// Names a key, which must be no log's.
    pub fn new(name: &str, key: &'k LogKey) -> Result<Cosigner<'k>, NoteError> {
        Ok(Cosigner { key, witness: Witness::new(name, key.public())? })
    }

    /// What verifies this key's lines.
    pub fn witness(&self) -> &Witness {
        &self.witness
    }

    /// The line that cosigns the text of a checkpoint at a time, POSIX seconds.
    pub fn line(&self, text: &str, time: u64) -> String {
        let signature =
            [time.to_be_bytes().as_slice(), &self.key.sign(message(time, text).as_bytes())].concat();
        Line { name: &self.witness.name, id: self.witness.id, signature }.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::checkpoint::Checkpoint;
    use crate::ledger::note::{Signer, Verifier};

    #[test]
    fn a_cosignature_verifies_with_the_log_s_own_and_no_changed_byte_of_it_does() {
        let (log, other) = (LogKey::from_seed(&[1; 32]).unwrap(), LogKey::from_seed(&[2; 32]).unwrap());
        let signer = Signer::new("log.example/a", &log).unwrap();
        let cosigner = Cosigner::new("witness.example/w1", &other).unwrap();
        let checkpoint = Checkpoint { origin: "log.example/a".to_owned(), size: 9, root: [7; 32] };
        let note = checkpoint.sign(&signer).unwrap();
        assert_eq!(cosigner.witness().cosigned(&note), Err(NoteError::Unsigned));
        let both = format!("{note}{}", cosigner.line(&checkpoint.text(), 1_679_315_147));
        assert_eq!(cosigner.witness().cosigned(&both), Ok(1_679_315_147));
        assert_eq!(Checkpoint::open(&both, signer.verifier()), Ok(checkpoint.clone()));
        let twice = format!("{both}{}", cosigner.line(&checkpoint.text(), 1_679_315_148));
        assert_eq!(cosigner.witness().cosigned(&twice), Ok(1_679_315_148));
        for at in 0..both.len() {
            let mut bytes = both.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let by_both = Checkpoint::open(&changed, signer.verifier()).is_ok()
                && cosigner.witness().cosigned(&changed).is_ok();
            assert!(!by_both, "byte {at}");
        }
        let foreign = checkpoint.text().replace("log.example/a", "log.example/b");
        let moved = format!("{note}{}", cosigner.line(&foreign, 1));
        assert_eq!(cosigner.witness().cosigned(&moved), Err(NoteError::Invalid));
    }

    #[test]
    fn a_witness_s_key_is_no_log_s_and_the_other_way_round() {
        let key = LogKey::from_seed(&[2; 32]).unwrap();
        let vkey = Cosigner::new("witness.example/w1", &key).unwrap().witness().vkey();
        assert_eq!(Witness::parse(&vkey).unwrap().vkey(), vkey);
        assert_eq!(Verifier::parse(&vkey), Err(NoteError::Vkey));
        let log = Verifier::new("witness.example/w1", key.public()).unwrap().vkey();
        assert_eq!(Witness::parse(&log), Err(NoteError::Vkey));
        assert_eq!(Witness::parse(&vkey.replace("w1", "w2")), Err(NoteError::Vkey));
    }

    /// The example of the specification is of a key it does not give; what the line must look like, it does.
    #[test]
    fn a_line_has_the_length_of_the_specification_s() {
        let key = LogKey::from_seed(&[2; 32]).unwrap();
        let line = Cosigner::new("witness.example.com/w1", &key).unwrap().line("a\n1\nx\n", 1_679_315_147);
        let example = "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
        assert_eq!(line.len(), example.len());
        let time = |line: &str| Line::parse(line.trim_end()).unwrap().signature[..8].to_vec();
        assert_eq!(time(&line), time(example));
    }
}
