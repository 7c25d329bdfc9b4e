//! One-time links: a MAC over what the link allows and until when.
use super::keyring::Keyring;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

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
