//! SHA-256 with a label per use, so that a hash made for one thing never passes for another.
use ring::digest::{Context, SHA256};

/// 32 bytes of SHA-256.
pub type Digest = [u8; 32];

/// SHA-256 over the parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> Digest {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|p| context.update(p));
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// SHA-256 of bytes that arrive in pieces, for files too large to hold.
#[derive(Clone)]
pub struct Running(Context);

impl Default for Running {
    fn default() -> Running {
        Running(Context::new(&SHA256))
    }
}

impl Running {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Digest {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}

/// The salted commitment of a canonical record: SHA-256("dongui/v1/record" || salt || record).
pub fn commitment(salt: &[u8; 32], canonical: &[u8]) -> Digest {
    sha256(&[b"dongui/v1/record", salt, canonical])
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sha-256(…)")
    }
}
