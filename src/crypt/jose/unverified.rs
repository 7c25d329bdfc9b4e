//! Tokens from outside (JWS compact serialisation, RFC 7515): first `Unverified`, then claims that a key stands for.
use super::jwk::{Jwk, Members, present};
use super::{Alg, JoseError, install};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest token that is read, bytes. A proof with an RSA key of 4,096 bits has about 2,000.
pub const MAX_TOKEN_BYTES: usize = 8192;

/// Which `typ` a token must bear, so that one made for one use never passes for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typ<'a> {
    /// This one, with or without `application/` (RFC 7515 section 4.1.9).
    Is(&'a str),
    /// This one, `JWT` or none: for uses that are older than explicit typing (RFC 8725 section 3.11).
    IsOrPlain(&'a str),
}

impl Typ<'_> {
    fn fits(self, typ: Option<&str>) -> bool {
        let bare = typ.map(|typ| match typ.split_at_checked(12) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
            _ => typ,
        });
        let is = |wanted: &str| bare.is_some_and(|typ| typ.eq_ignore_ascii_case(wanted));
        match self {
            Typ::Is(wanted) => is(wanted),
            Typ::IsOrPlain(wanted) => bare.is_none() || is("JWT") || is(wanted),
        }
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    jwk: Option<Members>,
    #[serde(default, deserialize_with = "present")]
    crit: bool,
}

/// A well-formed token that nobody has vouched for yet.
pub struct Unverified<'a> {
    alg: Alg,
    header: Header,
    signed: &'a str,
    claims: Vec<u8>,
    signature: &'a str,
}

impl std::fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unverified({})", self.alg.as_str())
    }
}

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// `TooLong`, `Malformed`, `Critical`, and `Algorithm` for one that is not accepted.
    pub fn read(token: &'a str) -> Result<Unverified<'a>, JoseError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(JoseError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JoseError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(JoseError::Malformed)?;
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JoseError::Malformed);
        let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| JoseError::Malformed)?;
        if header.crit {
            return Err(JoseError::Critical);
        }
        let alg = Alg::parse(&header.alg).ok_or(JoseError::Algorithm)?;
        Ok(Unverified { alg, header, signed, claims: decoded(claims)?, signature })
    }

    /// The algorithm that it says it was signed with.
    pub fn alg(&self) -> Alg {
        self.alg
    }
    /// The key that it says it was signed with.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }
    /// The key it brings along: proves possession of that key and nothing about who has it.
    ///
    /// # Errors
    /// `Key` for none, otherwise as `Jwk::parse`.
    pub fn embedded_key(&self) -> Result<Jwk, JoseError> {
        self.header.jwk.clone().ok_or(JoseError::Key)?.try_into()
    }
    /// Claims that nobody stands for yet: for finding the key, nothing else.
    ///
    /// # Errors
    /// `Claims`.
    pub fn peek<C: DeserializeOwned>(&self) -> Result<C, JoseError> {
        serde_json::from_slice(&self.claims).map_err(|_| JoseError::Claims)
    }
    /// The claims, if `key` signed them for this use.
    ///
    /// # Errors
    /// `Typ`, `Algorithm`, `Signature`, `Claims`.
    pub fn verify<C: DeserializeOwned>(&self, key: &Jwk, typ: Typ<'_>) -> Result<C, JoseError> {
        if !typ.fits(self.header.typ.as_deref()) {
            return Err(JoseError::Typ);
        }
        if self.alg != key.alg() {
            return Err(JoseError::Algorithm);
        }
        install();
        let fits = jsonwebtoken::crypto::verify(
            self.signature,
            self.signed.as_bytes(),
            key.decoding_key(),
            self.alg.jsonwebtoken(),
        );
        if fits != Ok(true) {
            return Err(JoseError::Signature);
        }
        self.peek()
    }
}

/// The claims of `token`, if `key` signed them for the use `typ`. Time, audience and issuer are not looked at.
///
/// # Errors
/// As `Unverified::read` and `Unverified::verify`.
pub fn verify<C: DeserializeOwned>(token: &str, key: &Jwk, typ: &str) -> Result<C, JoseError> {
    Unverified::read(token)?.verify(key, Typ::Is(typ))
}
