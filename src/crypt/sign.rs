//! Ed25519 over bytes for the log (RFC 8032), and one-time links: a MAC over what the link allows and until when.
//! Deliberately absent: what the signed bytes mean; that is `ledger::note`.
use super::keyring::{KeyError, Keyring, log_pair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// The Ed25519 signature of `bytes`; the same bytes always give the same signature.
pub fn ed25519_sign(pair: &Ed25519KeyPair, bytes: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    out.copy_from_slice(pair.sign(bytes).as_ref());
    out
}

/// Whether `signature` is one of `bytes` under the 32-byte public key.
pub fn ed25519_verify(public: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(bytes, signature).is_ok()
}

/// The key that signs checkpoints and bundles.
pub struct LogKey(Ed25519KeyPair);

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("log key")
    }
}

impl LogKey {
    /// The log key of the operator's keyring.
    pub fn of(keyring: &Keyring) -> Result<LogKey, KeyError> {
        log_pair(keyring).map(LogKey)
    }

    /// The key of an RFC 8032 seed (its "private key"), for published vectors and test logs.
    pub fn from_seed(seed: &[u8; 32]) -> Result<LogKey, KeyError> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(LogKey).map_err(|_| KeyError::Signing("Ed25519"))
    }

    /// The public half, encoded as RFC 8032 says.
    pub fn public(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.public_key().as_ref());
        out
    }

    /// Signs `bytes`.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        ed25519_sign(&self.0, bytes)
    }
}

/// `<base64url payload>.<base64url mac>`.
pub fn link(keyring: &Keyring, payload: &[u8]) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, keyring.lasting(&[b"link"]).as_ref());
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(payload),
        URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, payload).as_ref())
    )
}

/// The payload of a link that this keyring made.
pub fn open_link(keyring: &Keyring, text: &str) -> Option<Vec<u8>> {
    let (payload, mac) = text.split_once('.')?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, keyring.lasting(&[b"link"]).as_ref());
    ring::hmac::verify(&key, &payload, &URL_SAFE_NO_PAD.decode(mac).ok()?).ok().map(|()| payload)
}

/// What is kept of a short code that goes with something: only who has the keys can try codes against it.
pub fn code(keyring: &Keyring, with: &[u8], code: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(ring::hmac::sign(&code_key(keyring), &[with, code.as_bytes()].concat()).as_ref());
    out
}

/// Whether it is that code, in the same time whatever was said.
pub fn is_code(keyring: &Keyring, with: &[u8], code: &str, kept: &[u8]) -> bool {
    ring::hmac::verify(&code_key(keyring), &[with, code.as_bytes()].concat(), kept).is_ok()
}

fn code_key(keyring: &Keyring) -> ring::hmac::Key {
    ring::hmac::Key::new(ring::hmac::HMAC_SHA256, keyring.lasting(&[b"code"]).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypt::hex;

    #[test]
    fn ed25519_gives_the_second_vector_of_rfc_8032() {
        let seed = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
        let key = LogKey::from_seed(seed.as_slice().try_into().unwrap()).unwrap();
        assert_eq!(
            hex::encode(&key.public()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        let signature = key.sign(&[0x72]);
        assert_eq!(
            hex::encode(&signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(ed25519_verify(&key.public(), &[0x72], &signature));
        for bit in 0..512 {
            let mut bad = signature;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!ed25519_verify(&key.public(), &[0x72], &bad), "bit {bit}");
        }
        assert!(!ed25519_verify(&key.public(), &[0x73], &signature));
        assert!(!ed25519_verify(&key.public(), &[0x72], &signature[..63]));
    }
}
