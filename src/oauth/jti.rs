//! Ids that may be used once. Deliberately absent: remembering them, which is the store's.
use crate::crypt::hash::sha256;
use crate::domain::time::At;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// One use of one signed thing. Whoever receives it inserts (kind, value); if it is there already, the thing is a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jti {
    /// `assertion` or `dpop`.
    pub kind: &'static str,
    /// SHA-256 over who used it and the id it chose, base64url, 43 characters: of one length whatever a client sends, and no
    /// client can burn the ids of another.
    pub value: String,
    /// From then on the thing is refused for its age, and the row may go.
    pub expires_at: At,
}

impl Jti {
    /// Fewest characters of an id: 96 random bits in base64url (RFC 9449 section 4.2).
    pub const MIN_CHARS: usize = 16;
    /// Most characters of an id.
    pub const MAX_CHARS: usize = 128;

    /// `None` when the id is shorter than 16 bytes, longer than 128 or not printable ASCII.
    pub(super) fn new(kind: &'static str, owner: &str, id: &str, expires_at: At) -> Option<Jti> {
        let sound =
            (Jti::MIN_CHARS..=Jti::MAX_CHARS).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        let owner_length = u64::try_from(owner.len()).ok()?.to_be_bytes();
        let digest = sha256(&[b"dongui/v1/jti", &owner_length, owner.as_bytes(), id.as_bytes()]);
        sound.then(|| Jti { kind, value: URL_SAFE_NO_PAD.encode(digest), expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_one_length_and_belong_to_their_owner() {
        let jti = |owner: &str, id: &str| Jti::new("dpop", owner, id, At(0)).map(|j| j.value);
        assert_eq!(jti("a", "0123456789abcdef").unwrap().len(), 43);
        assert_eq!(jti("a", &"x".repeat(128)).unwrap().len(), 43);
        assert_ne!(jti("a", "0123456789abcdef"), jti("b", "0123456789abcdef"));
        assert_ne!(jti("ab", "0123456789abcdef"), jti("a", "b0123456789abcdef"));
        for id in ["", "0123456789abcde", "0123456789abcde ", "0123456789abcde\u{e9}", &"x".repeat(129)] {
            assert_eq!(jti("a", id), None, "{id}");
        }
    }
}
