//! A six-digit PIN as it is kept: PBKDF2-HMAC-SHA-256 (RFC 8018), salted. A million PINs are soon tried, however slow the hash, so what
//! protects a stolen copy is the seal around it; the hash is for who has the key too. Deliberately absent: counting tries.
use super::seal::Sealer;
use crate::domain::rng::{Rng, bytes};
use ring::pbkdf2::{PBKDF2_HMAC_SHA256, derive, verify};
use std::num::NonZeroU32;

/// Rounds, as OWASP asks for this function (2023).
const ROUNDS: NonZeroU32 = match NonZeroU32::new(600_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MIN,
};
/// What hashes are sealed to.
const PLACE: (&str, &str) = ("pins", "sealed");
const SALT: usize = 16;

/// The sealed hash of `pin` for one row; each time another.
pub fn seal(sealer: &Sealer, rng: &dyn Rng, row: &[u8], pin: &str) -> Vec<u8> {
    let mut kept = bytes::<{ SALT + 32 }>(rng);
    let (salt, hash) = kept.split_at_mut(SALT);
    derive(PBKDF2_HMAC_SHA256, ROUNDS, salt, pin.as_bytes(), hash);
    sealer.seal(rng, PLACE, row, &kept)
}

/// Whether `pin` is the one that was sealed for the row; `None` when it does not open.
pub fn is(sealer: &Sealer, row: &[u8], sealed: &[u8], pin: &str) -> Option<bool> {
    let kept = sealer.open(PLACE, row, sealed).ok()?;
    let (salt, hash) = kept.split_at_checked(SALT)?;
    Some(verify(PBKDF2_HMAC_SHA256, ROUNDS, salt, pin.as_bytes(), hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use zeroize::Zeroizing;

    #[test]
    fn only_the_pin_itself_is_right_and_only_for_its_own_row() {
        let (sealer, rng) = (Sealer::new(&[Zeroizing::new([1; 32])]), SystemRng::new());
        let sealed = seal(&sealer, &rng, b"mina", "482916");
        assert_eq!(is(&sealer, b"mina", &sealed, "482916"), Some(true));
        assert_eq!(is(&sealer, b"mina", &sealed, "482917"), Some(false));
        assert_eq!(is(&sealer, b"jan", &sealed, "482916"), None, "copied to somebody else");
        assert_ne!(seal(&sealer, &rng, b"mina", "482916"), sealed);
    }
}
