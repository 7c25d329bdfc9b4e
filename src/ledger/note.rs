//! C2SP signed notes (<https://c2sp.org/signed-note>) with Ed25519 keys: text, a blank line, signature lines.
//!
//! ```text
//! the text, any number of lines
//!
//! — <key name> base64(key id || signature)
//! ```
//! Deliberately absent: other signature types; cosignatures are in `cosign`. Lines of keys that are not asked for are passed over.
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
        Ok(Verifier { name: name.to_owned(), id: key_id(name, ED25519, &public)?, public })
    }

    /// Reads the text form `name+<key id, 8 hex digits>+<base64 of type byte and key>`.
    pub fn parse(vkey: &str) -> Result<Verifier, NoteError> {
        let (name, public) = parse_vkey(vkey, ED25519)?;
        let verifier = Verifier::new(name, public)?;
        if verifier.vkey() == vkey { Ok(verifier) } else { Err(NoteError::Vkey) }
    }

    /// The text form.
    pub fn vkey(&self) -> String {
        write_vkey(&self.name, &self.id, ED25519, &self.public)
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
        let Verifier { name, id, .. } = &self.verifier;
        let line = Line { name, id: *id, signature: self.key.sign(text.as_bytes()).to_vec() };
        Ok(format!("{text}\n{}", line.text()))
    }
}

/// The id by which lines name a key: the first bytes of SHA-256(name || newline || type || key).
pub(super) fn key_id(name: &str, kind: u8, public: &[u8; 32]) -> Result<[u8; 4], NoteError> {
    if name.is_empty() || name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(NoteError::Name);
    }
    let [a, b, c, d, ..] = sha256(&[name.as_bytes(), b"\n", &[kind], public]);
    Ok([a, b, c, d])
}

/// The name and key in the text form of a key of that type. Whether the id in it is the key's is the caller's to check.
pub(super) fn parse_vkey(vkey: &str, kind: u8) -> Result<(&str, [u8; 32]), NoteError> {
    let mut parts = vkey.splitn(3, '+');
    let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Vkey);
    };
    let key = STANDARD.decode(key).map_err(|_| NoteError::Vkey)?;
    let public = key.split_first().filter(|(found, _)| **found == kind).map(|(_, public)| public);
    Ok((name, public.and_then(|p| p.try_into().ok()).ok_or(NoteError::Vkey)?))
}

/// The text form of a key.
pub(super) fn write_vkey(name: &str, id: &[u8; 4], kind: u8, public: &[u8; 32]) -> String {
    format!("{name}+{}+{}", hex::encode(id), STANDARD.encode([&[kind], public.as_slice()].concat()))
}

/// One line under a note: who says that he signed, and what follows the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'n> {
    /// Name of the key.
    pub name: &'n str,
    /// Its id.
    pub id: [u8; 4],
    /// The signature, of whatever type.
    pub signature: Vec<u8>,
}

impl Line<'_> {
    /// Reads a line without its newline.
    pub fn parse(line: &str) -> Option<Line<'_>> {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(signature).ok()?;
        let (id, signature) = bytes.split_first_chunk::<4>()?;
        (!name.is_empty() && !signature.is_empty()).then(|| Line {
            name,
            id: *id,
            signature: signature.to_vec(),
        })
    }

    /// Writes the line with its newline.
    pub fn text(&self) -> String {
        format!("— {} {}\n", self.name, STANDARD.encode([self.id.as_slice(), &self.signature].concat()))
    }
}

/// A note's text and the lines under it; nothing is verified.
pub(super) fn split(note: &str) -> Result<(&str, Vec<Line<'_>>), NoteError> {
    if note.len() > MAX_NOTE || note.chars().any(|c| c < ' ' && c != '\n') {
        return Err(NoteError::Form);
    }
    let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
    let text = note.get(..=text.len()).ok_or(NoteError::Form)?;
    let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
    let lines: Option<Vec<Line<'_>>> = lines.split('\n').map(Line::parse).collect();
    let lines = lines.filter(|lines| lines.len() <= MAX_SIGNATURES).ok_or(NoteError::Form)?;
    Ok((text, lines))
}

/// The text of a note that `verifier`'s key signed.
pub fn open<'n>(note: &'n str, verifier: &Verifier) -> Result<&'n str, NoteError> {
    let (text, lines) = split(note)?;
    let mut signed = false;
    for line in lines.iter().filter(|line| line.name == verifier.name && line.id == verifier.id) {
        if !ed25519_verify(&verifier.public, text.as_bytes(), &line.signature) {
            return Err(NoteError::Invalid);
        }
        signed = true;
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
