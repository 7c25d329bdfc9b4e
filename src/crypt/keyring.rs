//! Keys by kind and epoch, all derived or unwrapped from one root key. The first key of a kind seals, all of them open.
//!
//! Shape of the key file (mode 0600): one line `dongui-root-v1 <hex>` per root, newest first. Rotation puts a new line on top.
//! Roots only derive (HKDF-SHA-256, RFC 5869) and wrap; the two signing keys are kept sealed under a root in the same file
//! (`signing-p256 <hex>`, `signing-ed25519 <hex>`), so that rotating the root does not change what the world verifies with.
use super::hash::Digest;
use super::hex;
use super::seal::{SealError, Sealer};
use crate::domain::rng::{Rng, bytes};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
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

/// The operator's keys.
pub struct Keyring {
    roots: Vec<Zeroizing<[u8; 32]>>,
    p256: Zeroizing<Vec<u8>>,
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

impl Keyring {
    /// The text of a new key file.
    pub fn generate(rng: &dyn Rng, system: &dyn SecureRandom) -> Result<Zeroizing<String>, KeyError> {
        let root = Zeroizing::new(bytes::<32>(rng));
        let sealer = Sealer::new(&[derive(&root, &[b"seal"])]);
        let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, system)
            .map_err(|_| KeyError::Signing("P-256"))?;
        let ed = Ed25519KeyPair::generate_pkcs8(system).map_err(|_| KeyError::Signing("Ed25519"))?;
        let seal = |name: &str, key: &[u8]| hex::encode(&sealer.seal(rng, ("keyring", name), b"", key));
        Ok(Zeroizing::new(format!(
            "dongui-root-v1 {}\nsigning-p256 {}\nsigning-ed25519 {}\n",
            hex::encode(root.as_ref()),
            seal("p256", p256.as_ref()),
            seal("ed25519", ed.as_ref())
        )))
    }

    /// A key file with a new root on top; old roots go on opening, the signing keys are sealed anew.
    pub fn rotate(&self, rng: &dyn Rng) -> Zeroizing<String> {
        let root = Zeroizing::new(bytes::<32>(rng));
        let sealer = Sealer::new(&[derive(&root, &[b"seal"])]);
        let mut text = format!("dongui-root-v1 {}\n", hex::encode(root.as_ref()));
        for old in &self.roots {
            text.push_str(&format!("dongui-root-v1 {}\n", hex::encode(old.as_ref())));
        }
        for (name, key) in [("p256", &self.p256), ("ed25519", &self.ed25519)] {
            text.push_str(&format!(
                "signing-{name} {}\n",
                hex::encode(&sealer.seal(rng, ("keyring", name), b"", key))
            ));
        }
        Zeroizing::new(text)
    }

    /// Reads a key file.
    pub fn parse(text: &str) -> Result<Keyring, KeyError> {
        let (mut roots, mut p256, mut ed25519) = (Vec::new(), None, None);
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let bad = KeyError::Line(i + 1);
            let (word, value) = line.trim().split_once(' ').ok_or(KeyError::Line(i + 1))?;
            let value = Zeroizing::new(hex::decode(value).ok_or(KeyError::Line(i + 1))?);
            match word {
                "dongui-root-v1" => {
                    let root: [u8; 32] = value.as_slice().try_into().map_err(|_| bad)?;
                    roots.push(Zeroizing::new(root));
                }
                "signing-p256" => p256 = Some(value),
                "signing-ed25519" => ed25519 = Some(value),
                _ => return Err(bad),
            }
        }
        if roots.is_empty() {
            return Err(KeyError::NoRoot);
        }
        let sealer = Sealer::new(&roots.iter().map(|r| derive(r, &[b"seal"])).collect::<Vec<_>>());
        let open = |name: &'static str, sealed: Option<Zeroizing<Vec<u8>>>| {
            let sealed = sealed.ok_or(KeyError::Signing(name))?;
            sealer.open(("keyring", name), b"", &sealed).map_err(|_: SealError| KeyError::Signing(name))
        };
        let (p256, ed25519) = (open("p256", p256)?, open("ed25519", ed25519)?);
        Ok(Keyring { roots, p256, ed25519, sealer })
    }

    /// Seals and opens stored values.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// The blind index of a subscriber's reference, under the oldest root: it must not change when roots rotate.
    pub fn blind_index(&self, reference: &str) -> Digest {
        let mut out = [0; 32];
        if let Some(root) = self.roots.last() {
            let key =
                ring::hmac::Key::new(ring::hmac::HMAC_SHA256, derive(root, &[b"reference-index"]).as_ref());
            out.copy_from_slice(ring::hmac::sign(&key, reference.as_bytes()).as_ref());
        }
        out
    }

    /// The secret of a use that must survive rotation, such as pseudonyms and one-time links.
    pub fn lasting(&self, label: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        self.roots.last().map_or_else(|| Zeroizing::new([0; 32]), |root| derive(root, label))
    }

    /// PKCS#8 of the P-256 key for tokens and receipts.
    pub fn p256_pkcs8(&self) -> &[u8] {
        &self.p256
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
