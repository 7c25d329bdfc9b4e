//! Signatures of webhooks as Standard Webhooks 1.0 has them: HMAC-SHA-256 over id, time and body. Deliberately absent: verifying, which
//! is the receiver's. (The crate `standardwebhooks` would bring a second SHA-256.)
use crate::domain::rng::{Rng, bytes};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// What an operator and one recipient share, 24 to 64 bytes.
pub struct Secret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("webhook secret(…)")
    }
}

impl Secret {
    /// 32 random bytes.
    pub fn generate(rng: &dyn Rng) -> Secret {
        Secret(Zeroizing::new(bytes::<32>(rng).to_vec()))
    }

    /// From kept bytes; `None` unless 24 to 64, which is what the standard allows.
    pub fn from_bytes(bytes: &[u8]) -> Option<Secret> {
        (24..=64).contains(&bytes.len()).then(|| Secret(Zeroizing::new(bytes.to_vec())))
    }

    /// From how it is handed over.
    pub fn parse(text: &str) -> Option<Secret> {
        Secret::from_bytes(&STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?)
    }

    /// As it is kept, sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is handed over: `whsec_` and base64.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("whsec_{}", STANDARD.encode(self.0.as_slice())))
    }

    /// `v1,` and the signature of a message sent at `sent_s`, Unix seconds.
    fn sign(&self, id: &str, sent_s: i64, body: &[u8]) -> String {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.0);
        let mut context = ring::hmac::Context::with_key(&key);
        context.update(format!("{id}.{sent_s}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
    }
}

/// The header `webhook-signature`: one signature a secret, so that a receiver which still has the old one verifies too.
pub fn signatures(secrets: &[Secret], id: &str, sent_s: i64, body: &[u8]) -> String {
    secrets.iter().map(|s| s.sign(id, sent_s, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_the_published_vector() {
        let vector = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signatures(&[vector], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_secret_signs_and_none_shows_itself() {
        let both = [
            Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
            Secret(Zeroizing::new(vec![7; 32])),
        ];
        let signed = signatures(&both, "msg_1", 1, b"{}");
        assert_eq!(signed.split(' ').filter(|s| s.starts_with("v1,")).count(), 2);
        assert!(!format!("{both:?}").contains('7'));
        assert_eq!(both[0].text().as_str(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assert!(Secret::from_bytes(&[1; 23]).is_none() && Secret::from_bytes(&[1; 65]).is_none());
    }
}
