//! Public keys as JSON (RFC 7517, RFC 7518 section 6, RFC 8037), read strictly. Deliberately absent: private keys in this form.
use super::{Alg, JoseError, install};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType,
    Jwk as Plain, KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse, RSAKeyParameters,
    RSAKeyType, ThumbprintHash,
};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most keys a set may hold: enough for rotation on several machines, few enough to try all.
const MAX_KEYS: usize = 16;

/// A public key for signatures, parsed once and ready to verify with.
#[derive(Clone)]
pub struct Jwk {
    alg: Alg,
    plain: Plain,
    key: DecodingKey,
    thumbprint: String,
}

impl std::fmt::Debug for Jwk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "jwk({}, {})", self.alg.as_str(), self.thumbprint)
    }
}

impl PartialEq for Jwk {
    fn eq(&self, other: &Jwk) -> bool {
        self.thumbprint == other.thumbprint
    }
}

impl Eq for Jwk {}

impl Jwk {
    /// Reads one key from JSON text.
    ///
    /// # Errors
    /// `Key` for what is no JWK; `KeyKind`, `PrivateKey`, `KeyLength` for one that is not accepted.
    pub fn parse(text: &str) -> Result<Jwk, JoseError> {
        serde_json::from_str::<Members>(text).map_err(|_| JoseError::Key)?.try_into()
    }

    /// From an uncompressed P-256 point (0x04 || x || y, 65 bytes); the `kid` is the thumbprint.
    pub(in crate::crypt) fn p256(point: &[u8]) -> Result<Jwk, JoseError> {
        let [4, coordinates @ ..] = point else { return Err(JoseError::Key) };
        let (x, y) = coordinates.split_at_checked(32).ok_or(JoseError::Key)?;
        let mut jwk = Jwk::ec(URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))?;
        jwk.plain.common.key_id = Some(jwk.thumbprint.clone());
        Ok(jwk)
    }

    fn ec(x: String, y: String) -> Result<Jwk, JoseError> {
        let point = [[4].as_slice(), &fixed::<32>(&x)?, &fixed::<32>(&y)?].concat();
        let parameters = EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve: EllipticCurve::P256,
            x,
            y,
        };
        let key = DecodingKey::from_ec_der(&point);
        Jwk::new(Alg::Es256, AlgorithmParameters::EllipticCurve(parameters), key)
    }

    /// From an Ed25519 public key (RFC 8032); the `kid` is the thumbprint.
    pub fn of_ed25519(public: &[u8; 32]) -> Result<Jwk, JoseError> {
        let mut jwk = Jwk::ed25519(URL_SAFE_NO_PAD.encode(public))?;
        jwk.plain.common.key_id = Some(jwk.thumbprint.clone());
        Ok(jwk)
    }

    fn ed25519(x: String) -> Result<Jwk, JoseError> {
        let key = DecodingKey::from_ed_der(&fixed::<32>(&x)?);
        let parameters = OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x,
        };
        Jwk::new(Alg::EdDsa, AlgorithmParameters::OctetKeyPair(parameters), key)
    }

    fn rsa(n: String, e: String) -> Result<Jwk, JoseError> {
        let (modulus, exponent) = (decoded(&n)?, decoded(&e)?);
        // Leading zeros are not canonical (RFC 7518 section 6.3.1.1): the same key would have two thumbprints.
        let (Some(&top @ 1..), Some(1..)) = (modulus.first(), exponent.first()) else {
            return Err(JoseError::Key);
        };
        let bits = modulus.len().saturating_mul(8).saturating_sub(top.leading_zeros() as usize);
        // The ceiling bounds what a stranger's key can cost: verification time grows with the square of the length.
        if !(2048..=4096).contains(&bits) {
            return Err(JoseError::KeyLength);
        }
        let key = DecodingKey::from_rsa_raw_components(&modulus, &exponent);
        let parameters = RSAKeyParameters { key_type: RSAKeyType::RSA, n, e };
        Jwk::new(Alg::Ps256, AlgorithmParameters::RSA(parameters), key)
    }

    fn new(alg: Alg, algorithm: AlgorithmParameters, key: DecodingKey) -> Result<Jwk, JoseError> {
        install();
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(KeyAlgorithm::from(alg.jsonwebtoken())),
            ..CommonParameters::default()
        };
        let plain = Plain { common, algorithm };
        let thumbprint = plain.thumbprint(ThumbprintHash::SHA256).map_err(|_| JoseError::Key)?;
        Ok(Jwk { alg, plain, key, thumbprint })
    }

    /// The algorithm that this key verifies; no other.
    pub fn alg(&self) -> Alg {
        self.alg
    }
    /// SHA-256 thumbprint, base64url (RFC 7638).
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }
    /// The name its owner gave it.
    pub fn kid(&self) -> Option<&str> {
        self.plain.common.key_id.as_deref()
    }
    /// Only the members that make the key, as a header embeds it (no `kid`, `alg`, `use`).
    pub(super) fn bare(&self) -> &AlgorithmParameters {
        &self.plain.algorithm
    }
    pub(super) fn decoding_key(&self) -> &DecodingKey {
        &self.key
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.plain.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Jwk, D::Error> {
        Members::deserialize(d)?.try_into().map_err(serde::de::Error::custom)
    }
}

/// Keys of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// At least one, at most 16.
    pub keys: Vec<Jwk>,
}

impl JwkSet {
    /// A set of the keys.
    ///
    /// # Errors
    /// `KeySet` for none, more than 16, or two of one `kid`.
    pub fn new(keys: Vec<Jwk>) -> Result<JwkSet, JoseError> {
        let mut kids: Vec<_> = keys.iter().filter_map(Jwk::kid).collect();
        let named = kids.len();
        kids.sort_unstable();
        kids.dedup();
        if keys.is_empty() || keys.len() > MAX_KEYS || kids.len() != named {
            return Err(JoseError::KeySet);
        }
        Ok(JwkSet { keys })
    }

    /// Reads `{"keys":[…]}`. Keys of a kind that is not accepted are left out (RFC 7517 section 5); a private or weak key refuses
    /// the whole set, because its owner must hear of it.
    ///
    /// # Errors
    /// `Key` for what is no JWK set, the fault of the key at fault, `KeySet` when nothing acceptable is left.
    pub fn parse(text: &str) -> Result<JwkSet, JoseError> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Members>,
        }
        let set: Set = serde_json::from_str(text).map_err(|_| JoseError::Key)?;
        if set.keys.len() > MAX_KEYS {
            return Err(JoseError::KeySet);
        }
        let mut keys = Vec::with_capacity(set.keys.len());
        for members in set.keys {
            match Jwk::try_from(members) {
                Ok(key) => keys.push(key),
                Err(JoseError::KeyKind) => {}
                Err(fault) => return Err(fault),
            }
        }
        JwkSet::new(keys)
    }

    /// The keys that a token with this `kid` and algorithm may have been signed with: those of that name (or thumbprint), or all
    /// of the algorithm when it names none.
    pub fn candidates(&self, kid: Option<&str>, alg: Alg) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().filter(move |key| {
            key.alg == alg && kid.is_none_or(|kid| key.kid() == Some(kid) || key.thumbprint == kid)
        })
    }
}

/// The members of a JWK that matter, nothing decided yet.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Members {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    d: bool,
    #[serde(default, deserialize_with = "present")]
    p: bool,
    #[serde(default, deserialize_with = "present")]
    q: bool,
    #[serde(default, deserialize_with = "present")]
    dp: bool,
    #[serde(default, deserialize_with = "present")]
    dq: bool,
    #[serde(default, deserialize_with = "present")]
    qi: bool,
    #[serde(default, deserialize_with = "present")]
    oth: bool,
    #[serde(default, deserialize_with = "present")]
    k: bool,
}

/// Whether a member is there, whatever its value, `null` included.
pub(super) fn present<'de, D: Deserializer<'de>>(d: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(d).map(|_| true)
}

impl TryFrom<Members> for Jwk {
    type Error = JoseError;
    fn try_from(m: Members) -> Result<Jwk, JoseError> {
        if [m.d, m.p, m.q, m.dp, m.dq, m.qi, m.oth, m.k].contains(&true) {
            return Err(JoseError::PrivateKey);
        }
        let for_signatures = m.usage.as_deref().is_none_or(|usage| usage == "sig")
            && m.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !for_signatures {
            return Err(JoseError::KeyKind);
        }
        let alg = match (m.kty.as_str(), m.crv.as_deref()) {
            ("EC", Some("P-256")) => Alg::Es256,
            ("OKP", Some("Ed25519")) => Alg::EdDsa,
            ("RSA", _) => Alg::Ps256,
            _ => return Err(JoseError::KeyKind),
        };
        if m.alg.as_deref().is_some_and(|named| named != alg.as_str()) {
            return Err(JoseError::KeyKind);
        }
        let need = |member: Option<String>| member.ok_or(JoseError::Key);
        let mut jwk = match alg {
            Alg::Es256 => Jwk::ec(need(m.x)?, need(m.y)?),
            Alg::EdDsa => Jwk::ed25519(need(m.x)?),
            Alg::Ps256 => Jwk::rsa(need(m.n)?, need(m.e)?),
        }?;
        jwk.plain.common.key_id = m.kid;
        Ok(jwk)
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, JoseError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| JoseError::Key)
}

fn fixed<const N: usize>(text: &str) -> Result<[u8; N], JoseError> {
    decoded(text)?.try_into().map_err(|_| JoseError::Key)
}
