//! What an access token is bound to: a key that signs a proof of each request (RFC 9449), or the certificate of the connection (RFC 8705), whose key
//! TLS has proven once. Deliberately absent: both at once, for then each could be taken for enough.
use super::dpop::Proof;
use crate::crypt::hash::sha256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The `cnf` of a token, with one member and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Binding {
    /// A key by its thumbprint (RFC 7638).
    #[serde(rename = "jkt")]
    Key(String),
    /// A certificate by its thumbprint, as `thumbprint` makes it.
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Binding {
    /// What a token is bound to that is asked for with `proof`, over a connection with `certificate`: who shows a proof means the key of that.
    pub fn of(proof: Option<&Proof>, certificate: Option<&str>) -> Option<Binding> {
        let key = proof.map(|proof| Binding::Key(proof.jkt.clone()));
        key.or_else(|| certificate.map(|shown| Binding::Certificate(shown.to_owned())))
    }
    /// The key, where it is one.
    pub fn key(&self) -> Option<&str> {
        match self {
            Binding::Key(jkt) => Some(jkt),
            Binding::Certificate(_) => None,
        }
    }
    /// Whether it is a thumbprint at all.
    pub(super) fn is_sound(&self) -> bool {
        let (Binding::Key(thumbprint) | Binding::Certificate(thumbprint)) = self;
        thumbprint.len() == 43
    }
    /// How a token with it is sent.
    pub fn token_type(binding: Option<&Binding>) -> &'static str {
        match binding {
            Some(Binding::Key(_)) => "DPoP",
            Some(Binding::Certificate(_)) | None => "Bearer",
        }
    }
}

/// The thumbprint of a certificate in DER: SHA-256, base64url (RFC 8705 section 3.1).
pub fn thumbprint(der: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(sha256(&[der]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

    #[test]
    fn a_token_is_bound_to_one_thing() {
        let read = |text: &str| serde_json::from_str::<Binding>(text).ok();
        let both = format!(r#"{{"jkt":"{HASH}","x5t#S256":"{HASH}"}}"#);
        assert_eq!(read(&format!(r#"{{"jkt":"{HASH}"}}"#)), Some(Binding::Key(HASH.to_owned())));
        let of_certificate = Binding::Certificate(HASH.to_owned());
        assert_eq!(serde_json::to_string(&of_certificate).unwrap(), format!(r#"{{"x5t#S256":"{HASH}"}}"#));
        for odd in [both.as_str(), "{}", r#"{"kid":"x"}"#, r#"{"jkt":null}"#] {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert!(of_certificate.is_sound() && !Binding::Key(String::new()).is_sound());
    }

    #[test]
    fn a_thumbprint_is_the_hash_of_the_whole_certificate() {
        assert_eq!(thumbprint(b""), "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
    }
}
