//! Keys by kind and epoch, all derived or unwrapped from one root key. The first key of a kind seals, all of them open.
//!
//! Shape of the key file (mode 0600): one line `dongui-root-v1 <hex>` per root, newest first. Rotation puts a new line on top.
//! Roots only derive (HKDF-SHA-256, RFC 5869) and wrap; the signing keys are kept sealed under a root in the same file
//! (`signing-p256 <hex>`, `signing-ed25519 <hex>`), so that rotating the root does not change what the world verifies with. So is what pseudonyms and
//! the index of references come from (`lasting <hex>`), so that a root can go; in files of before that is the oldest root, which stays.
//! A P-256 key that took the place of another says when it begins (`signing-p256 <hex> from <time>`); of one that is over the public
//! half stays (`retired-p256 <hex>`), for receipts that it signed.
use super::hash::Digest;
use super::hex;
use super::seal::{SealError, Sealer};
use crate::domain::rng::{Rng, bytes};
use crate::domain::time::{At, SECOND_US};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

/// What is wrong with a key file. No key material in any message.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A line of the file is not understood.
    #[error(
        "line {0} of the key file is not understood; expected `dongui-root-v1 <64 hex digits>` or a sealed signing key"
    )]
    Line(usize),
    /// No root key.
    #[error("the key file holds no root key; make one with `dongui keys init`")]
    NoRoot,
    /// A signing key is absent or does not open.
    #[error("the {0} signing key is missing or was sealed under a root that the file no longer holds")]
    Signing(&'static str),
}

struct HkdfLen(usize);
impl ring::hkdf::KeyType for HkdfLen {
    fn len(&self) -> usize {
        self.0
    }
}

/// A P-256 key for tokens and receipts.
#[derive(Clone)]
pub struct SigningKey {
    /// When it begins to sign; the first of a house has signed from its beginning on.
    pub from: Option<At>,
    /// PKCS#8.
    pub pkcs8: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "signing key from {:?}", self.from)
    }
}

/// An uncompressed point (0x04 || x || y): the public half of a P-256 key.
pub type Point = [u8; 65];

/// The operator's keys.
pub struct Keyring {
    roots: Vec<Zeroizing<[u8; 32]>>,
    lasting: Option<Zeroizing<[u8; 32]>>,
    signing: Vec<SigningKey>,
    retired: Vec<Point>,
    ed25519: Zeroizing<Vec<u8>>,
    sealer: Sealer,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "keyring({} roots)", self.roots.len())
    }
}

/// Derives 32 bytes from `root` for `label`.
fn derive(root: &[u8; 32], label: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let prk = Salt::new(HKDF_SHA256, b"dongui/v1").extract(root);
    let mut out = Zeroizing::new([0; 32]);
    // INVARIANT: 32 bytes are far below HKDF's limit of 255 blocks, so neither step can fail; zeros would only fail closed.
    if let Ok(okm) = prk.expand(label, HkdfLen(32)) {
        let _filled = okm.fill(out.as_mut());
    }
    out
}

/// The word before a root in a key file.
pub const ROOT: &str = "dongui-root-v1";
const P256: &str = "signing-p256";
const RETIRED: &str = "retired-p256";
const ED25519: &str = "signing-ed25519";
const LASTING: &str = "lasting";

/// A new P-256 key, PKCS#8.
fn p256(system: &dyn SecureRandom) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, system);
    made.map(|key| Zeroizing::new(key.as_ref().to_vec())).map_err(|_| KeyError::Signing("P-256"))
}

fn point(key: &SigningKey, system: &dyn SecureRandom) -> Result<Point, KeyError> {
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.pkcs8, system);
    let bad = KeyError::Signing("P-256");
    pair.ok().and_then(|pair| pair.public_key().as_ref().try_into().ok()).ok_or(bad)
}

/// What a signing key is sealed to, so that nobody moves its time.
fn row(from: Option<At>) -> String {
    from.map(At::rfc3339).unwrap_or_default()
}

/// A key file; the first root seals.
fn text(
    roots: &[Zeroizing<[u8; 32]>],
    lasting: Option<&Zeroizing<[u8; 32]>>,
    signing: &[SigningKey],
    retired: &[Point],
    ed25519: &[u8],
    rng: &dyn Rng,
) -> Zeroizing<String> {
    let sealer = Sealer::new(&roots.iter().take(1).map(|r| derive(r, &[b"seal"])).collect::<Vec<_>>());
    let seal = |name: &str, row: &str, key: &[u8]| {
        hex::encode(&sealer.seal(rng, ("keyring", name), row.as_bytes(), key))
    };
    let mut text = Zeroizing::new(String::new());
    for root in roots {
        text.push_str(&format!("{ROOT} {}\n", hex::encode(root.as_ref())));
    }
    if let Some(lasting) = lasting {
        text.push_str(&format!("{LASTING} {}\n", seal("lasting", "", lasting.as_ref())));
    }
    for key in signing {
        let row = row(key.from);
        let from = if row.is_empty() { String::new() } else { format!(" from {row}") };
        text.push_str(&format!("{P256} {}{from}\n", seal("p256", &row, &key.pkcs8)));
    }
    for point in retired {
        text.push_str(&format!("{RETIRED} {}\n", hex::encode(point)));
    }
    text.push_str(&format!("{ED25519} {}\n", seal("ed25519", "", ed25519)));
    text
}

impl Keyring {
    /// The text of a new key file.
    pub fn generate(rng: &dyn Rng, system: &dyn SecureRandom) -> Result<Zeroizing<String>, KeyError> {
        let roots = [Zeroizing::new(bytes::<32>(rng))];
        let signing = [SigningKey { from: None, pkcs8: p256(system)? }];
        let ed = Ed25519KeyPair::generate_pkcs8(system).map_err(|_| KeyError::Signing("Ed25519"))?;
        let lasting = Zeroizing::new(bytes::<32>(rng));
        Ok(text(&roots, Some(&lasting), &signing, &[], ed.as_ref(), rng))
    }

    /// A key file with a new root on top; old roots go on opening, the signing keys are sealed anew.
    pub fn rotate(&self, rng: &dyn Rng) -> Zeroizing<String> {
        let new = std::iter::once(Zeroizing::new(bytes::<32>(rng)));
        let roots: Vec<_> = new.chain(self.roots.iter().cloned()).collect();
        text(&roots, self.lasting.as_ref(), &self.signing, &self.retired, &self.ed25519, rng)
    }

    /// A key file with the newest root alone: what an older one sealed opens no more, in no copy of it. `None` in files of before, whose oldest
    /// root is also what pseudonyms come from.
    pub fn without_older(&self, rng: &dyn Rng) -> Option<Zeroizing<String>> {
        let (newest, lasting) = (self.roots.get(..1)?, self.lasting.as_ref()?);
        Some(text(newest, Some(lasting), &self.signing, &self.retired, &self.ed25519, rng))
    }

    /// A key file with a new P-256 key that begins to sign at `from`. Of keys for which `is_over` says so only the public half stays.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness, or a key does not parse.
    pub fn with_signing(
        &self,
        from: At,
        is_over: impl Fn(&SigningKey) -> bool,
        rng: &dyn Rng,
        system: &dyn SecureRandom,
    ) -> Result<Zeroizing<String>, KeyError> {
        let (over, mut signing): (Vec<_>, Vec<_>) = self.signing.iter().cloned().partition(is_over);
        let points: Result<Vec<Point>, KeyError> = over.iter().map(|key| point(key, system)).collect();
        let retired = [self.retired.clone(), points?].concat();
        signing.push(SigningKey { from: Some(At(from.unix_s() * SECOND_US)), pkcs8: p256(system)? });
        Ok(text(&self.roots, self.lasting.as_ref(), &signing, &retired, &self.ed25519, rng))
    }

    /// Reads a key file.
    pub fn parse(text: &str) -> Result<Keyring, KeyError> {
        let (mut roots, mut sealed, mut retired) = (Vec::new(), Vec::new(), Vec::new());
        let (mut ed25519, mut lasting) = (None, None);
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let bad = || KeyError::Line(i + 1);
            let mut words = line.split_ascii_whitespace();
            let (Some(word), Some(value)) = (words.next(), words.next()) else { return Err(bad()) };
            let value = Zeroizing::new(hex::decode(value).ok_or_else(bad)?);
            let from = match (words.next(), words.next(), words.next()) {
                (None, ..) => None,
                (Some("from"), Some(at), None) if word == P256 => Some(At::parse(at).ok_or_else(bad)?),
                _ => return Err(bad()),
            };
            match word {
                ROOT => {
                    let root: [u8; 32] = value.as_slice().try_into().map_err(|_| bad())?;
                    roots.push(Zeroizing::new(root));
                }
                P256 => sealed.push((from, value)),
                RETIRED => retired.push(value.as_slice().try_into().map_err(|_| bad())?),
                ED25519 => ed25519 = Some(value),
                LASTING => lasting = Some(value),
                _ => return Err(bad()),
            }
        }
        if roots.is_empty() {
            return Err(KeyError::NoRoot);
        }
        let sealer = Sealer::new(&roots.iter().map(|r| derive(r, &[b"seal"])).collect::<Vec<_>>());
        let open = |name: &'static str, row: &[u8], sealed: &[u8]| {
            sealer.open(("keyring", name), row, sealed).map_err(|_: SealError| KeyError::Signing(name))
        };
        let opened = sealed.iter().map(|(from, value)| {
            Ok(SigningKey { from: *from, pkcs8: open("p256", row(*from).as_bytes(), value)? })
        });
        let mut signing = opened.collect::<Result<Vec<_>, KeyError>>()?;
        signing.sort_by_key(|key| key.from);
        if signing.is_empty() {
            return Err(KeyError::Signing("p256"));
        }
        let ed25519 = open("ed25519", b"", &ed25519.ok_or(KeyError::Signing("ed25519"))?)?;
        let lasting = lasting.map(|sealed| {
            let opened = open("lasting", b"", &sealed)?;
            let key: Result<[u8; 32], _> = opened.as_slice().try_into();
            key.map(Zeroizing::new).map_err(|_| KeyError::Signing("lasting"))
        });
        Ok(Keyring { roots, lasting: lasting.transpose()?, signing, retired, ed25519, sealer })
    }

    /// Seals and opens stored values.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// The blind index of a subscriber's reference; it does not change when roots rotate.
    pub fn blind_index(&self, reference: &str) -> Digest {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, self.lasting(&[b"reference-index"]).as_ref());
        let mut out = [0; 32];
        out.copy_from_slice(ring::hmac::sign(&key, reference.as_bytes()).as_ref());
        out
    }

    /// The secret of a use that must survive rotation, such as pseudonyms and one-time links.
    pub fn lasting(&self, label: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let source = self.lasting.as_ref().or(self.roots.last());
        source.map_or_else(|| Zeroizing::new([0; 32]), |root| derive(root, label))
    }

    /// The P-256 keys for tokens and receipts, in the order in which they begin; one at least.
    pub fn signing(&self) -> &[SigningKey] {
        &self.signing
    }

    /// The public halves of those that are over.
    pub fn retired(&self) -> &[Point] {
        &self.retired
    }

    /// PKCS#8 of the Ed25519 key for checkpoints and bundles.
    pub fn ed25519_pkcs8(&self) -> &[u8] {
        &self.ed25519
    }

    /// How many roots open.
    pub fn roots(&self) -> usize {
        self.roots.len()
    }
}

/// The Ed25519 pair of the log.
pub fn log_pair(keyring: &Keyring) -> Result<Ed25519KeyPair, KeyError> {
    Ed25519KeyPair::from_pkcs8(keyring.ed25519_pkcs8()).map_err(|_| KeyError::Signing("Ed25519"))
}
