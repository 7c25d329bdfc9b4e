//! Documents that the house answers for: signed so that the same document always gives the same bytes (JWS compact, RFC 7515, with
//! Ed25519, RFC 8037). The log's key signs, since log and document are shown together. Deliberately absent: what a document says.
use super::jose::{self, Alg, JoseError, Jwk};
use super::sign::LogKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The `typ` of a receipt of a consent; no other token of ours has it.
pub const RECEIPT: &str = "consent-receipt+jwt";
/// The `typ` of where an entry stands among those with a recipient.
pub const COUNTER: &str = "counter+jwt";
/// The `typ` of a presentation: what a subscriber was shown.
pub const PRESENTATION: &str = "consent-presentation+jwt";

/// Signs the canonical bytes of a document of the kind `typ`.
///
/// # Errors
/// `Key` when the log's key has no public form.
pub fn sign(typ: &str, canonical: &[u8], key: &LogKey) -> Result<String, JoseError> {
    let jwk = Jwk::of_ed25519(&key.public())?;
    let header = format!(r#"{{"alg":"{}","kid":"{}","typ":"{typ}"}}"#, Alg::EdDsa.as_str(), jwk.thumbprint());
    let mut token = URL_SAFE_NO_PAD.encode(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(canonical, &mut token);
    let signature = key.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Ok(token)
}

/// The document of the kind `typ` that `public` signed.
///
/// # Errors
/// As `jose::verify`.
pub fn verify(typ: &str, token: &str, public: &[u8; 32]) -> Result<Value, JoseError> {
    jose::verify(token, &Jwk::of_ed25519(public)?, typ)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_document_has_the_same_receipt_and_no_changed_character_of_it_verifies() {
        let key = LogKey::from_seed(&[7; 32]).unwrap();
        let document = json!({"a": 1, "b": "x"});
        let canonical = crate::domain::receipt::bytes(&document).unwrap();
        let receipt = sign(RECEIPT, &canonical, &key).unwrap();
        assert_eq!(sign(RECEIPT, &canonical, &key).unwrap(), receipt);
        assert_eq!(verify(RECEIPT, &receipt, &key.public()).unwrap(), document);
        for at in 0..receipt.len() {
            let mut changed = receipt.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            // The last character of base64 has bits that nothing reads; a strict reader refuses those too.
            assert!(verify(RECEIPT, &changed, &key.public()).is_err(), "{at}");
        }
        let other = LogKey::from_seed(&[8; 32]).unwrap();
        assert_eq!(verify(RECEIPT, &receipt, &other.public()), Err(JoseError::Signature));
        assert!(
            verify(PRESENTATION, &receipt, &key.public()).is_err(),
            "one kind is never taken for another"
        );
    }
}
