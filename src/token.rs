//! A key in a hardware token (PKCS#11), under which the roots of a key file are wrapped: a copy of the file opens nothing without the token. Deliberately
//! absent: what roots are for. They are unwrapped at the start and are in memory then, since sealing takes microseconds and a token milliseconds;
//! that the token still opens is looked at beside (`cli::token`).
use crate::crypt::hex;
use crate::crypt::keyring::ROOT;
use crate::domain::rng::{Rng, bytes};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use zeroize::Zeroizing;

/// A root in a key file, wrapped.
const WRAPPED: &str = "pkcs11-root-v1";
/// Label of the key in the token.
const LABEL: &str = "dongui";
/// What a wrapped root is bound to.
const PLACE: &[u8] = b"dongui/v1/root";
/// Lengths of nonce and tag, bytes.
const NONCE: usize = 12;
const TAG: usize = 16;

/// Modules stay loaded: none likes to go and come again. Whoever uses one has it for himself, for a login is a whole process's.
static LOADED: Mutex<Vec<(PathBuf, Pkcs11)>> = Mutex::new(Vec::new());

/// Why a token does not do what was asked. Neither PIN nor key is in any message.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The module itself.
    #[error("the PKCS#11 module `{0}` does not load ({1})")]
    Module(PathBuf, Error),
    /// No token with this label.
    #[error("no token is labelled `{0}`; is it connected?")]
    Absent(String),
    /// No key in it.
    #[error(
        "the token holds no AES key labelled `dongui`; make one with `dongui keys init` or `dongui keys rotate`"
    )]
    NoKey,
    /// What was wrapped was wrapped by another key, or is not what it was.
    #[error("line {0} of the key file does not open with the token: was it wrapped by another?")]
    Line(usize),
    /// Anything else that the token says.
    #[error("the token refuses ({0})")]
    Refused(#[from] Error),
}

/// A token, by its module and label.
pub struct Token {
    module: PathBuf,
    label: String,
    pin: AuthPin,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "token({})", self.label)
    }
}

impl Token {
    /// Nothing is asked yet.
    pub fn new(module: &Path, label: &str, pin: &str) -> Token {
        Token { module: module.to_owned(), label: label.to_owned(), pin: AuthPin::from(pin.to_owned()) }
    }

    /// A key file with every root of it wrapped, also those that lay there in the open. Makes the key in the token where there is none.
    ///
    /// # Errors
    /// Those of the token.
    pub fn wrap(&self, text: &str, rng: &dyn Rng) -> Result<Zeroizing<String>, TokenError> {
        self.with(true, |session| {
            let key = match find(session)? {
                Some(key) => key,
                None => make(session)?,
            };
            let mut out = Zeroizing::new(String::new());
            for line in text.lines() {
                match line.split_once(' ').filter(|(word, _)| *word == ROOT) {
                    Some((_, root)) => {
                        let plain = Zeroizing::new(hex::decode(root.trim()).unwrap_or_default());
                        let mut nonce = bytes::<NONCE>(rng);
                        let sealed = session.encrypt(&mechanism(&mut nonce)?, key, &plain)?;
                        // The token may have taken another nonce than it was given.
                        out.push_str(&format!("{WRAPPED} {}{}", hex::encode(&nonce), hex::encode(&sealed)));
                    }
                    None => out.push_str(line),
                }
                out.push('\n');
            }
            Ok(out)
        })
    }

    /// The key file as it was before its roots were wrapped; what lies there in the open stays as it is.
    ///
    /// # Errors
    /// `Line` for a root that does not open; those of the token.
    pub fn unwrap(&self, text: &str) -> Result<Zeroizing<String>, TokenError> {
        self.with(false, |session| {
            let key = find(session)?.ok_or(TokenError::NoKey)?;
            let mut out = Zeroizing::new(String::new());
            for (i, line) in text.lines().enumerate() {
                match line.split_once(' ').filter(|(word, _)| *word == WRAPPED) {
                    Some((_, sealed)) => {
                        let bytes = hex::decode(sealed.trim()).ok_or(TokenError::Line(i + 1))?;
                        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(TokenError::Line(i + 1))?;
                        let mut nonce: Vec<u8> = nonce.to_vec();
                        let opened = session.decrypt(&mechanism(&mut nonce)?, key, sealed);
                        let root =
                            Zeroizing::new(opened.map_err(|e| {
                                if is_content(&e) { TokenError::Line(i + 1) } else { e.into() }
                            })?);
                        out.push_str(&format!("{ROOT} {}", hex::encode(&root)));
                    }
                    None => out.push_str(line),
                }
                out.push('\n');
            }
            Ok(out)
        })
    }

    /// Does something in a session of its own, so that a token that went away, or took another PIN, is met.
    fn with<T>(
        &self,
        writes: bool,
        f: impl FnOnce(&Session) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        let module = self.loaded(&mut loaded).map_err(|e| TokenError::Module(self.module.clone(), e))?;
        let begun = match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
            Err(e) => Err(e.into()),
        };
        let done = begun.and_then(|()| self.within(&module, writes, f));
        if matches!(done, Err(TokenError::Absent(_) | TokenError::Refused(_))) {
            // A module may go on with what it knew of a token that went away. It begins anew with the next question.
            let _over = module.finalize();
        }
        done
    }

    fn within<T>(
        &self,
        module: &Pkcs11,
        writes: bool,
        f: impl FnOnce(&Session) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let labelled = |slot: &Slot| {
            module.get_token_info(*slot).is_ok_and(|info| info.label().trim_end() == self.label)
        };
        let slot = module.get_slots_with_initialized_token()?.into_iter().find(labelled);
        let slot = slot.ok_or_else(|| TokenError::Absent(self.label.clone()))?;
        let session = if writes { module.open_rw_session(slot)? } else { module.open_ro_session(slot)? };
        session.login(UserType::User, Some(&self.pin))?;
        let done = f(&session);
        let _in_any_case = session.logout();
        done
    }

    fn loaded(&self, loaded: &mut Vec<(PathBuf, Pkcs11)>) -> Result<Pkcs11, Error> {
        if let Some((_, module)) = loaded.iter().find(|(path, _)| *path == self.module) {
            return Ok(module.clone());
        }
        let module = Pkcs11::new(&self.module)?;
        loaded.push((self.module.clone(), module.clone()));
        Ok(module)
    }
}

/// Whether a key file needs a token.
pub fn is_wrapped(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(WRAPPED))
}

/// Errors of what is opened, and not of the token.
fn is_content(e: &Error) -> bool {
    matches!(
        e,
        Error::Pkcs11(
            RvError::EncryptedDataInvalid | RvError::EncryptedDataLenRange | RvError::GeneralError,
            _
        )
    )
}

fn mechanism(nonce: &mut [u8]) -> Result<Mechanism<'_>, Error> {
    Ok(Mechanism::AesGcm(GcmParams::new(nonce, PLACE, (TAG as u64 * 8).into())?))
}

fn find(session: &Session) -> Result<Option<ObjectHandle>, TokenError> {
    let wanted = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Label(LABEL.as_bytes().to_vec()),
    ];
    Ok(session.find_objects(&wanted)?.into_iter().next())
}

/// A key that never leaves the token.
fn make(session: &Session) -> Result<ObjectHandle, TokenError> {
    let key = [
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Encrypt(true),
        Attribute::Decrypt(true),
        Attribute::ValueLen(32.into()),
        Attribute::Label(LABEL.as_bytes().to_vec()),
    ];
    Ok(session.generate_key(&Mechanism::AesKeyGen, &key)?)
}
