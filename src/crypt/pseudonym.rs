//! Pairwise pseudonyms: keyed per recipient and epoch, over the random internal id, never over a phone number.
use super::keyring::Keyring;
use crate::domain::id::{RecipientId, SubscriberId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// HMAC-SHA-256 under a key of (recipient), over (subscriber, epoch); 128 bits, base64url, 22 characters.
pub fn pairwise(keyring: &Keyring, recipient: RecipientId, subscriber: SubscriberId, epoch: i64) -> String {
    let key = ring::hmac::Key::new(
        ring::hmac::HMAC_SHA256,
        keyring.lasting(&[b"pseudonym", &recipient.0]).as_ref(),
    );
    let mut context = ring::hmac::Context::with_key(&key);
    context.update(&subscriber.0);
    context.update(&epoch.to_be_bytes());
    URL_SAFE_NO_PAD.encode(&context.sign().as_ref()[..16])
}

/// Whether `text` has the shape of a pseudonym: 22 characters of base64url. A phone number has 15 at most.
pub fn is_shaped(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
