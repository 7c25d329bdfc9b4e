//! C2SP signed notes (<https://c2sp.org/signed-note>) with Ed25519 keys: text, a blank line, signature lines.
//!
//! ```text
//! the text, any number of lines
//!
//! — <key name> base64(key id || signature)
//! ```
//! Deliberately absent: other signature types. Lines of keys that are not asked for, such as those of witnesses, are passed over.
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::crypt::sign::{LogKey, ed25519_verify};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The signature type byte of Ed25519 notes.
const ED25519: u8 = 1;
/// The longest note read, bytes.
const MAX_NOTE: usize = 1 << 20;
/// The most signature lines read.
const MAX_SIGNATURES: usize = 100;

/// What is wrong with a note or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// A key name is empty or holds a blank, a plus sign or a control character.
    #[error("a key name must be one word without plus signs")]
    Name,
    /// A verifier key is not of its text form.
    #[error("a verifier key has the form `name+hash+base64`, with an Ed25519 key and the hash of both")]
    Vkey,
    /// A note is not of its form.
    #[error("this is not a signed note: text, blank line, lines of `— name signature`")]
    Form,
    /// No signature of the key.
    #[error("the note is not signed by the key that was asked for")]
    Unsigned,
    /// A signature that claims the key does not verify.
    #[error("the signature does not verify: text or signature were changed, or another key signed")]
    Invalid,
    /// The text of a checkpoint is not of its form.
    #[error("the signed text is not a checkpoint: origin, size, root hash")]
    Checkpoint,
}

/// A public key by name, as it is handed to whoever verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl Verifier {
    /// Names a public key. A name is one word without `+`, best the origin of the log.
    pub fn new(name: &str, public: [u8; 32]) -> Result<Verifier, NoteError> {
        if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
            return Err(NoteError::Name);
        }
        let digest = sha256(&[name.as_bytes(), b"\n", &[ED25519], &public]);
        let [a, b, c, d, ..] = digest;
        Ok(Verifier { name: name.to_owned(), id: [a, b, c, d], public })
    }

    /// Reads the text form `name+<key id, 8 hex digits>+<base64 of type byte and key>`.
    pub fn parse(vkey: &str) -> Result<Verifier, NoteError> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Vkey);
        };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Vkey)?;
        let Some((&ED25519, public)) = key.split_first() else { return Err(NoteError::Vkey) };
        let verifier = Verifier::new(name, public.try_into().map_err(|_| NoteError::Vkey)?)?;
        if verifier.vkey() == vkey { Ok(verifier) } else { Err(NoteError::Vkey) }
    }

    /// The text form.
    pub fn vkey(&self) -> String {
        let key = [&[ED25519], self.public.as_slice()].concat();
        format!("{}+{}+{}", self.name, hex::encode(&self.id), STANDARD.encode(key))
    }

    /// The public key (RFC 8032).
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A private key by name.
#[derive(Debug)]
pub struct Signer<'k> {
    key: &'k LogKey,
    verifier: Verifier,
}

impl<'k> Signer<'k> {
    /// Names the key of the log.
    pub fn new(name: &str, key: &'k LogKey) -> Result<Signer<'k>, NoteError> {
        Ok(Signer { key, verifier: Verifier::new(name, key.public())? })
    }

    /// What verifies this key's notes.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// Signs `text`, which ends in a newline and holds no other control character. The same text gives the same note.
    pub fn sign(&self, text: &str) -> Result<String, NoteError> {
        if !text.ends_with('\n') || text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Form);
        }
        let signature = [self.verifier.id.as_slice(), &self.key.sign(text.as_bytes())].concat();
        Ok(format!("{text}\n— {} {}\n", self.verifier.name, STANDARD.encode(signature)))
    }
}

/// The text of a note that `verifier`'s key signed.
pub fn open<'n>(note: &'n str, verifier: &Verifier) -> Result<&'n str, NoteError> {
    if note.len() > MAX_NOTE || note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Form);
    }
    let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
    let text = note.get(..=text.len()).ok_or(NoteError::Form)?;
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
    let mut signed = false;
    for (i, line) in lines.split('\n').enumerate() {
        let (name, signature) =
            line.strip_prefix("— ").and_then(|l| l.split_once(' ')).ok_or(NoteError::Form)?;
        let bytes = STANDARD.decode(signature).map_err(|_| NoteError::Form)?;
        let (id, signature) = bytes.split_first_chunk::<4>().ok_or(NoteError::Form)?;
        if name.is_empty() || signature.is_empty() || i >= MAX_SIGNATURES {
            return Err(NoteError::Form);
        }
        if name == verifier.name && *id == verifier.id {
            if !ed25519_verify(&verifier.public, text.as_bytes(), signature) {
                return Err(NoteError::Invalid);
            }
            signed = true;
        }
    }
    if signed { Ok(text) } else { Err(NoteError::Unsigned) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SIGNATURE: &str = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_note_and_key_of_the_go_package_verify_and_are_written_alike() {
        let seed = STANDARD.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").unwrap();
        let key = LogKey::from_seed(seed[1..].try_into().unwrap()).unwrap();
        let signer = Signer::new("PeterNeumann", &key).unwrap();
        assert_eq!(signer.verifier().vkey(), VKEY);
        assert_eq!(Verifier::parse(VKEY).as_ref(), Ok(signer.verifier()));
        let note = format!("{TEXT}\n{SIGNATURE}");
        assert_eq!(signer.sign(TEXT).unwrap(), note);
        assert_eq!(open(&note, signer.verifier()), Ok(TEXT));
    }

    #[test]
    fn lines_of_other_keys_are_passed_over_and_cannot_stand_for_the_key() {
        let verifier = Verifier::parse(VKEY).unwrap();
        let other = "— witness.example AAAAAAAA\n";
        assert_eq!(open(&format!("{TEXT}\n{other}{SIGNATURE}{other}"), &verifier), Ok(TEXT));
        assert_eq!(open(&format!("{TEXT}\n{other}"), &verifier), Err(NoteError::Unsigned));
        let renamed = SIGNATURE.replace("PeterNeumann", "Peter");
        assert_eq!(open(&format!("{TEXT}\n{renamed}"), &verifier), Err(NoteError::Unsigned));
        let forged = SIGNATURE.replace("ZJku", "ZJkv");
        assert_eq!(open(&format!("{TEXT}\n{SIGNATURE}{forged}"), &verifier), Err(NoteError::Invalid));
        assert_eq!(open(&format!("x{TEXT}\n{SIGNATURE}"), &verifier), Err(NoteError::Invalid));
    }

    #[test]
    fn what_is_not_a_note_or_a_key_is_refused() {
        let verifier = Verifier::parse(VKEY).unwrap();
        let whole = format!("{TEXT}\n{SIGNATURE}");
        for bad in [
            String::new(),
            TEXT.to_owned(),
            whole.trim_end().to_owned(),
            format!("{whole}\n"),
            format!("{TEXT}{SIGNATURE}"),
            whole.replace('—', "-"),
            whole.replace("=\n", "\n"),
            format!("{TEXT}\t\n{SIGNATURE}"),
            format!("{whole}— short AAAA\n"),
            format!("{whole}{}", "— witness.example AAAAAAAA\n".repeat(100)),
        ] {
            assert_eq!(open(&bad, &verifier), Err(NoteError::Form), "{bad:?}");
        }
        for bad in [
            "",
            "a+b",
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            &VKEY.replace("+AR", "+Ag"),
        ] {
            assert_eq!(Verifier::parse(bad), Err(NoteError::Vkey), "{bad}");
        }
        for bad in ["", "two words", "a+b", "a\u{2003}b", "a\n"] {
            assert_eq!(Verifier::new(bad, [0; 32]), Err(NoteError::Name), "{bad}");
        }
    }
}
