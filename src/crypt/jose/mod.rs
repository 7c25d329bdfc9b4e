//! JOSE: what is signed for and by the outside world (access tokens, client assertions, proofs of possession, receipts).
//!
//! ring does the arithmetic, behind jsonwebtoken's `CryptoProvider`; ES256, EdDSA (Ed25519) and PS256 are accepted, everything
//! else (`none`, HMAC, PKCS#1 v1.5) does not exist here. Deliberately absent: time, audience and issuer checks, which need a
//! clock and an opinion and are `oauth`'s; encryption (JWE); fetching keys.
mod jwk;
mod provider;
mod signer;
mod unverified;

pub use jwk::{Jwk, JwkSet};
pub use ring::rand::SecureRandom;
pub use signer::{Signer, random_id};
pub use unverified::{MAX_TOKEN_BYTES, Typ, Unverified, verify};

use serde::{Deserialize, Serialize};

/// Makes ring the cryptography of jsonwebtoken. Every function here that needs it calls it first; calling it again is free.
pub fn install() {
    provider::install();
}

/// The algorithms accepted from outside; ES256 is the one we sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alg {
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSASSA-PSS with SHA-256.
    #[serde(rename = "PS256")]
    Ps256,
}

impl Alg {
    /// All of them, in the order in which metadata names them.
    pub const ALL: [Alg; 3] = [Alg::Es256, Alg::EdDsa, Alg::Ps256];

    /// The name registered with IANA (RFC 7518 section 3.1, RFC 8037 section 3.1).
    pub fn as_str(self) -> &'static str {
        match self {
            Alg::Es256 => "ES256",
            Alg::EdDsa => "EdDSA",
            Alg::Ps256 => "PS256",
        }
    }
    /// Reads the name; case matters, as RFC 7515 section 4.1.1 has it.
    pub fn parse(text: &str) -> Option<Alg> {
        Self::ALL.into_iter().find(|a| a.as_str() == text)
    }
    fn jsonwebtoken(self) -> jsonwebtoken::Algorithm {
        match self {
            Alg::Es256 => jsonwebtoken::Algorithm::ES256,
            Alg::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Alg::Ps256 => jsonwebtoken::Algorithm::PS256,
        }
    }
}

/// Why a token or key is refused. No value of either is in any message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// Not three base64url parts with a JSON header.
    #[error("not a compact JWS of three base64url parts with a JSON header")]
    Malformed,
    /// Longer than `MAX_TOKEN_BYTES`.
    #[error("longer than 8,192 bytes")]
    TooLong,
    /// An algorithm that is not accepted, or not the one the key is for.
    #[error("the algorithm is not `ES256`, `EdDSA` or `PS256`, or is not the one the key is for")]
    Algorithm,
    /// `typ` says that it was made for something else.
    #[error("`typ` is not the one expected here")]
    Typ,
    /// `crit` is present: it names extensions that must be understood, and none are.
    #[error("`crit` names extensions that are not understood")]
    Critical,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// The claims do not have the expected members.
    #[error("the claims lack a member or have one of another type")]
    Claims,
    /// A JWK that cannot be read.
    #[error("not a public JWK: a member is missing or is not canonical base64url of the right length")]
    Key,
    /// A JWK of a kind that is not accepted (another curve, algorithm or use).
    #[error("a JWK of a kind that is not accepted; expected P-256, Ed25519 or RSA for signatures")]
    KeyKind,
    /// A JWK that holds private or symmetric members. Whoever sent it has lost it.
    #[error("the JWK holds private members; it must be replaced")]
    PrivateKey,
    /// RSA shorter than 2,048 bits, or longer than 4,096.
    #[error("an RSA key must have 2,048 to 4,096 bits")]
    KeyLength,
    /// A JWK set without an acceptable key, or with more than 16.
    #[error("a JWK set must hold 1 to 16 keys for signatures, with different `kid`s")]
    KeySet,
    /// Our own signing key or the machine's randomness failed.
    #[error("signing failed")]
    Signing,
}

#[cfg(test)]
mod tests;
