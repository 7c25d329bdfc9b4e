//! Proof Key for Code Exchange (RFC 7636): a code is worth nothing without what was hashed before it was made. Deliberately absent: `plain`.
use super::problem::OAuthError;
use crate::crypt::hash::sha256;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The one method.
pub const METHOD: &str = "S256";

/// What only who asked knows: 43 to 128 unreserved characters (section 4.1). It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("verifier")
    }
}

impl Verifier {
    /// Reads it.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn parse(text: &str) -> Result<Verifier, OAuthError> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let sound = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        let wrong = OAuthError::InvalidRequest("`code_verifier` is not 43 to 128 unreserved characters");
        sound.then(|| Verifier(text.to_owned())).ok_or(wrong)
    }

    /// Whether `challenge` was made of it.
    pub fn fits(&self, challenge: &str) -> bool {
        URL_SAFE_NO_PAD.encode(sha256(&[self.0.as_bytes()])) == challenge
    }
}

/// Whether `text` could be a SHA-256 in base64url: 43 characters.
pub fn is_digest(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_appendix_b_fits_and_nothing_else_does() {
        let verifier = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifier.fits(challenge) && is_digest(challenge));
        assert!(!verifier.fits("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "`plain`");
        for bad in ["", "a", &"a".repeat(42), &"a".repeat(129), &"ä".repeat(43), &" ".repeat(50)] {
            assert!(Verifier::parse(bad).is_err(), "{bad}");
        }
        assert!(!is_digest("") && !is_digest(&"a".repeat(44)) && !is_digest(&"+".repeat(43)));
        assert_eq!(format!("{verifier:?}"), "verifier");
    }
}
