//! The client's side of the protocol, for demo, bench and tests. Deliberately absent: HTTP.
use super::assertion;
use super::dpop;
use super::form::ASSERTION_TYPE;
use super::numeric_date::NumericDate;
use super::token_request::CLIENT_CREDENTIALS;
use crate::crypt::jose::{JoseError, Jwk, JwkSet, SecureRandom, Signer, random_id};
use crate::domain::time::{At, SECOND_US};
use zeroize::Zeroizing;

/// A client's P-256 key: it signs both its assertions and its proofs.
pub struct ClientKey {
    client_id: String,
    pkcs8: Zeroizing<Vec<u8>>,
    signer: Signer,
}

impl std::fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "client-key({}, {})", self.client_id, self.signer.kid())
    }
}

impl ClientKey {
    /// A new key for `client_id`.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn generate(client_id: &str, system: &dyn SecureRandom) -> Result<ClientKey, JoseError> {
        ClientKey::from_pkcs8(client_id, &Signer::generate_pkcs8(system)?, system)
    }

    /// A kept key.
    ///
    /// # Errors
    /// `Signing` when it does not parse.
    pub fn from_pkcs8(
        client_id: &str,
        pkcs8: &[u8],
        system: &dyn SecureRandom,
    ) -> Result<ClientKey, JoseError> {
        let signer = Signer::from_pkcs8(pkcs8, system)?;
        Ok(ClientKey { client_id: client_id.to_owned(), pkcs8: Zeroizing::new(pkcs8.to_vec()), signer })
    }

    /// The `client_id`.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
    /// The key to keep, PKCS#8.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
    /// The public key.
    pub fn jwk(&self) -> &Jwk {
        self.signer.jwk()
    }
    /// The set to register with the broker.
    pub fn jwks(&self) -> JwkSet {
        JwkSet { keys: vec![self.jwk().clone()] }
    }
    /// For signing something else with it.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// An assertion for the broker `issuer`, good for a minute and one use.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn assertion(&self, system: &dyn SecureRandom, issuer: &str, now: At) -> Result<String, JoseError> {
        let claims = assertion::Claims {
            iss: self.client_id.clone(),
            sub: self.client_id.clone(),
            aud: issuer.to_owned(),
            exp: NumericDate(now.plus(60 * SECOND_US)),
            iat: Some(NumericDate(now)),
            nbf: None,
            jti: random_id(system)?,
        };
        self.signer.sign(system, assertion::TYP, &claims)
    }

    /// The fields of a token request; an empty `scope` asks for all that the client may have.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn token_request(
        &self,
        system: &dyn SecureRandom,
        issuer: &str,
        scope: &str,
        now: At,
    ) -> Result<Vec<(&'static str, String)>, JoseError> {
        Ok(vec![
            ("grant_type", CLIENT_CREDENTIALS.to_owned()),
            ("client_assertion_type", ASSERTION_TYPE.to_owned()),
            ("client_assertion", self.assertion(system, issuer, now)?),
            ("scope", scope.to_owned()),
        ])
    }

    /// The `DPoP` header of one request; with `token` unless it goes to the token endpoint.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn proof(
        &self,
        system: &dyn SecureRandom,
        method: &str,
        url: &str,
        token: Option<&str>,
        now: At,
    ) -> Result<String, JoseError> {
        self.proof_with_nonce(system, method, url, token, None, now)
    }

    /// The same with the last `nonce` that the server told.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn proof_with_nonce(
        &self,
        system: &dyn SecureRandom,
        method: &str,
        url: &str,
        token: Option<&str>,
        nonce: Option<&str>,
        now: At,
    ) -> Result<String, JoseError> {
        let htu = url.split(['?', '#']).next().unwrap_or(url);
        let claims = dpop::Claims {
            htm: method.to_owned(),
            htu: htu.to_owned(),
            iat: NumericDate(now),
            jti: random_id(system)?,
            ath: token.map(dpop::ath),
            nonce: nonce.map(str::to_owned),
            exp: None,
            nbf: None,
        };
        self.signer.sign_with_key(system, dpop::TYP, &claims)
    }
}
