//! Signing with ES256. The key is parsed once; randomness is an argument.
use super::{Alg, JoseError, Jwk, SecureRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::AlgorithmParameters;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde::Serialize;
use zeroize::Zeroizing;

/// A P-256 key pair that signs tokens.
pub struct Signer {
    pair: EcdsaKeyPair,
    jwk: Jwk,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "signer({})", self.kid())
    }
}

#[derive(Serialize)]
struct Header<'a> {
    typ: &'a str,
    alg: Alg,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwk: Option<&'a AlgorithmParameters>,
}

impl Signer {
    /// A P-256 key in PKCS#8.
    ///
    /// # Errors
    /// `Signing` when it does not parse.
    pub fn from_pkcs8(pkcs8: &[u8], system: &dyn SecureRandom) -> Result<Signer, JoseError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, system)
            .map_err(|_| JoseError::Signing)?;
        let jwk = Jwk::p256(pair.public_key().as_ref())?;
        Ok(Signer { pair, jwk })
    }

    /// A new P-256 key in PKCS#8.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn generate_pkcs8(system: &dyn SecureRandom) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, system)
            .map_err(|_| JoseError::Signing)?;
        Ok(Zeroizing::new(pkcs8.as_ref().to_vec()))
    }

    /// The public half, with its `kid`.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }
    /// The key's thumbprint, which is its name.
    pub fn kid(&self) -> &str {
        self.jwk.thumbprint()
    }

    /// Signs `claims` for the use `typ`; the header names the key.
    ///
    /// # Errors
    /// `Claims` when they are no JSON object, `Signing` when the machine has no randomness.
    pub fn sign<C: Serialize>(
        &self,
        system: &dyn SecureRandom,
        typ: &str,
        claims: &C,
    ) -> Result<String, JoseError> {
        self.seal(system, &Header { typ, alg: Alg::Es256, kid: Some(self.kid()), jwk: None }, claims)
    }

    /// As `sign`; the header holds the key itself, for proofs of possession (RFC 9449 section 4.2).
    ///
    /// # Errors
    /// As `sign`.
    pub fn sign_with_key<C: Serialize>(
        &self,
        system: &dyn SecureRandom,
        typ: &str,
        claims: &C,
    ) -> Result<String, JoseError> {
        self.seal(system, &Header { typ, alg: Alg::Es256, kid: None, jwk: Some(self.jwk.bare()) }, claims)
    }

    fn seal<C: Serialize>(
        &self,
        system: &dyn SecureRandom,
        header: &Header<'_>,
        claims: &C,
    ) -> Result<String, JoseError> {
        let mut token = String::with_capacity(768);
        let header = serde_json::to_vec(header).map_err(|_| JoseError::Signing)?;
        let claims = serde_json::to_vec(claims).map_err(|_| JoseError::Claims)?;
        URL_SAFE_NO_PAD.encode_string(header, &mut token);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.pair.sign(system, token.as_bytes()).map_err(|_| JoseError::Signing)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// 128 random bits, base64url, 22 characters: a `jti`.
///
/// # Errors
/// `Signing` when the machine has no randomness.
pub fn random_id(system: &dyn SecureRandom) -> Result<String, JoseError> {
    let mut bytes = [0; 16];
    system.fill(&mut bytes).map_err(|_| JoseError::Signing)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
