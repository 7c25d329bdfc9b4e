//! Nonces that a server hands out and remembers nothing of (RFC 9449 sections 8 and 9): a MAC over the minute, under a key of the operator's.
//! Deliberately absent: whose a nonce is. Everybody is told the same one, for all that it proves is that a proof was made after it was told.
use super::keyring::Keyring;
use crate::domain::time::{At, SECOND_US};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac::{HMAC_SHA256, Key, sign, verify};

/// How long one nonce is told, s. It is taken for as long again, so that it is good for one to two minutes: no longer than a proof.
pub const WINDOW_S: i64 = 60;

/// The nonces of a server. Replicas that share keys take each other's.
pub struct Nonces(Key);

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nonces")
    }
}

impl Nonces {
    /// Those of the operator's keys.
    pub fn of(keyring: &Keyring) -> Nonces {
        Nonces(Key::new(HMAC_SHA256, keyring.lasting(&[b"dpop-nonce"]).as_ref()))
    }

    /// What is told at `now`, 43 characters of base64url.
    pub fn at(&self, now: At) -> String {
        URL_SAFE_NO_PAD.encode(sign(&self.0, &window(now)).as_ref())
    }

    /// Whether `text` is told at `now`, or was a window ago.
    pub fn is_fresh(&self, text: &str, now: At) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(text) else { return false };
        let told = |at: At| verify(&self.0, &window(at), &tag).is_ok();
        told(now) || told(now.plus(-WINDOW_S * SECOND_US))
    }
}

fn window(at: At) -> [u8; 8] {
    at.unix_s().div_euclid(WINDOW_S).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use proptest::prelude::*;

    fn nonces() -> Nonces {
        let rng = SystemRng::new();
        Nonces::of(&Keyring::parse(&Keyring::generate(&rng, rng.ring()).unwrap()).unwrap())
    }

    proptest! {
        #[test]
        fn a_nonce_is_good_for_one_to_two_windows_and_before_it_is_told_for_none(
            at in 0i64..4_000_000_000, later in -200i64..200,
        ) {
            let (nonces, told) = (nonces(), At(at * SECOND_US));
            let nonce = nonces.at(told);
            let begin = told.floor(WINDOW_S * SECOND_US);
            let seen = told.plus(later * SECOND_US);
            let since = seen.since(begin);
            prop_assert_eq!(nonces.is_fresh(&nonce, seen), (0..2 * WINDOW_S * SECOND_US).contains(&since));
            prop_assert_eq!(nonce.len(), 43);
        }
        #[test]
        fn nobody_makes_one(text in "([A-Za-z0-9_-]{43}|\\PC{0,60})", at in 0usize..43, to in "[A-Za-z0-9_-]") {
            let (nonces, now) = (nonces(), At(1_772_436_600_000_000));
            prop_assert!(!nonces.is_fresh(&text, now));
            let told = nonces.at(now);
            let other = format!("{}{to}{}", &told[..at], &told[at + 1..]);
            prop_assert_eq!(nonces.is_fresh(&other, now), other == told);
            prop_assert!(!self::nonces().is_fresh(&told, now), "another operator's");
        }
    }
}
