//! The exact text a subscriber saw.
use serde::{Deserialize, Serialize};

/// A notice text in one language, addressed by the SHA-256 of its canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// BCP 47 language.
    pub locale: String,
    /// The words.
    pub text: String,
}
