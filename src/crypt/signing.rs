//! The keys that tokens and receipts are signed with, one after the other: each is published before it signs (next), signs (active), and stays
//! published until nothing that it signed can still be shown (retiring). What a key is follows from the time and from when it and the one after
//! it begin, so that all who have the same key file agree and nobody has to turn anything. Deliberately absent: the log's key, which stays.
use super::jose::{JoseError, Jwk, SecureRandom, Signer};
use super::keyring::{Keyring, SigningKey};
use crate::domain::time::{At, SECOND_US};

/// How long whoever verifies may keep our published keys, s.
pub const CACHED_S: i64 = 3600;
/// From when a key is made until it signs, s: every copy that does not have it is older than it may be by then, with a minute for servers to read
/// the key file again.
pub const AHEAD_S: i64 = CACHED_S + 60;
/// From when a key is followed by the next until it is taken out, s: the longest life of a token, and as long as somebody may keep what he shows it
/// with, and a minute.
pub const BEHIND_S: i64 = 300 + CACHED_S + 60;

/// What a key is at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Published, and signs nothing yet.
    Next,
    /// Signs.
    Active,
    /// Signs no more, and what it signed is good.
    Retiring,
    /// What it signed is good as a receipt only.
    Retired,
}

impl State {
    /// The word that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Next => "next",
            State::Active => "active",
            State::Retiring => "retiring",
            State::Retired => "retired",
        }
    }
}

/// What the key that begins at `from`, and is followed at `followed`, is at `now`.
fn state(from: Option<At>, followed: Option<At>, now: At) -> State {
    match followed {
        _ if from.is_some_and(|from| now < from) => State::Next,
        Some(next) if now >= next.plus(BEHIND_S * SECOND_US) => State::Retired,
        Some(next) if now >= next => State::Retiring,
        _ => State::Active,
    }
}

/// The keys of a house, in the order in which they begin.
#[derive(Debug)]
pub struct SigningKeys {
    held: Vec<(Option<At>, Signer)>,
    retired: Vec<Jwk>,
}

impl SigningKeys {
    /// Those of a key file.
    ///
    /// # Errors
    /// `Signing` when one does not parse, `Key` for a retired one that is no key.
    pub fn of(keyring: &Keyring, system: &dyn SecureRandom) -> Result<SigningKeys, JoseError> {
        let held = keyring.signing().iter().map(|SigningKey { from, pkcs8 }| {
            Signer::from_pkcs8(pkcs8, system).map(|signer| (*from, signer))
        });
        let retired = keyring.retired().iter().map(|point| Jwk::p256(point));
        Ok(SigningKeys { held: held.collect::<Result<_, _>>()?, retired: retired.collect::<Result<_, _>>()? })
    }

    /// One key that has always signed.
    pub fn single(signer: Signer) -> SigningKeys {
        SigningKeys { held: vec![(None, signer)], retired: Vec::new() }
    }

    /// What each is at `now`, and since or from when it signs.
    pub fn states(&self, now: At) -> impl Iterator<Item = (State, Option<At>, &Signer)> {
        let followed = self.held.iter().skip(1).map(|(from, _)| *from).chain([None]);
        self.held
            .iter()
            .zip(followed)
            .map(move |((from, signer), next)| (state(*from, next, now), *from, signer))
    }

    /// The one that signs at `now`. Where the clock says that none does yet, the first does.
    pub fn active(&self, now: At) -> &Signer {
        let began = self.held.iter().rev().find(|(from, _)| from.is_none_or(|from| from <= now));
        // INVARIANT: a key file without a key is not read, so that there is a first one.
        &began.unwrap_or(&self.held[0]).1
    }

    /// The key of that name, if what it signed is good at `now`.
    pub fn find(&self, kid: &str, now: At) -> Option<&Jwk> {
        self.published(now).find(|key| key.thumbprint() == kid)
    }

    /// What whoever verifies tokens needs at `now`: next, active and retiring.
    pub fn published(&self, now: At) -> impl Iterator<Item = &Jwk> {
        let good = |(state, _, _): &(State, Option<At>, &Signer)| *state != State::Retired;
        self.states(now).filter(good).map(|(_, _, signer)| signer.jwk())
    }

    /// What whoever verifies receipts needs, of whatever age: every key that has ever signed one, or will next.
    pub fn ever(&self) -> impl Iterator<Item = &Jwk> {
        self.retired.iter().chain(self.held.iter().map(|(_, signer)| signer.jwk()))
    }
}

/// The text of a key file with one key more, and when that begins. Of keys that are retired the private half goes. `at_once` is for a key that somebody
/// else has: it goes, too, and what it signed is good no more.
///
/// # Errors
/// `None` inside where a key waits already; else as `Keyring::with_signing`.
pub fn renewed(
    keyring: &Keyring,
    at_once: bool,
    rng: &dyn crate::domain::rng::Rng,
    system: &dyn SecureRandom,
    now: At,
) -> Result<Option<(zeroize::Zeroizing<String>, At)>, super::keyring::KeyError> {
    let waits = keyring.signing().last().and_then(|key| key.from).filter(|from| *from > now);
    if waits.is_some() && !at_once {
        return Ok(None);
    }
    let from = if at_once { now } else { now.plus(AHEAD_S * SECOND_US) };
    let followed =
        |key: &SigningKey| keyring.signing().iter().filter_map(|k| k.from).find(|at| Some(*at) > key.from);
    let over = |key: &SigningKey| at_once || state(key.from, followed(key), now) == State::Retired;
    keyring.with_signing(from, over, rng, system).map(|text| Some((text, from)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use proptest::prelude::*;

    const NOW: At = At(1_772_436_600_000_000);

    fn parsed(text: &str) -> (Keyring, SigningKeys) {
        let keyring = Keyring::parse(text).unwrap();
        let keys = SigningKeys::of(&keyring, SystemRng::new().ring()).unwrap();
        (keyring, keys)
    }
    fn new() -> (Keyring, SigningKeys) {
        let rng = SystemRng::new();
        parsed(&Keyring::generate(&rng, rng.ring()).unwrap())
    }
    fn turned(keyring: &Keyring, at_once: bool, now: At) -> Option<(Keyring, SigningKeys)> {
        let rng = SystemRng::new();
        let text = renewed(keyring, at_once, &rng, rng.ring(), now).unwrap();
        text.map(|(text, _)| parsed(&text))
    }
    fn words(keys: &SigningKeys, at: At) -> Vec<&'static str> {
        keys.states(at).map(|(state, _, _)| state.as_str()).collect()
    }

    #[test]
    fn a_key_is_next_then_active_then_retiring_then_gone_but_for_receipts() {
        let (keyring, keys) = new();
        let first = keys.active(NOW).kid().to_owned();
        let (keyring, keys) = turned(&keyring, false, NOW).unwrap();
        let after = |s: i64| NOW.plus(s * SECOND_US);
        assert_eq!((words(&keys, NOW), keys.active(NOW).kid()), (vec!["active", "next"], first.as_str()));
        assert_eq!(words(&keys, after(AHEAD_S - 1)), ["active", "next"]);
        assert!(turned(&keyring, false, after(AHEAD_S - 1)).is_none(), "one waits");
        assert_eq!(words(&keys, after(AHEAD_S)), ["retiring", "active"]);
        assert_ne!(keys.active(after(AHEAD_S)).kid(), first);
        let last = after(AHEAD_S + BEHIND_S - 1);
        assert!(keys.find(&first, last).is_some() && keys.published(last).count() == 2);
        let gone = after(AHEAD_S + BEHIND_S);
        assert_eq!((words(&keys, gone), keys.find(&first, gone)), (vec!["retired", "active"], None));
        // The next rotation takes the private half away, and the public one stays for receipts.
        let (keyring, keys) = turned(&keyring, false, gone).unwrap();
        assert_eq!((keyring.signing().len(), keyring.retired().len(), keys.ever().count()), (2, 1, 3));
        assert!(keys.ever().any(|key| key.thumbprint() == first));
        // A new root changes nothing of it.
        let (again, same) = parsed(&keyring.rotate(&SystemRng::new()));
        assert_eq!((again.roots(), words(&same, gone)), (2, words(&keys, gone)));
        let kids = |keys: &SigningKeys| keys.ever().map(|k| k.thumbprint().to_owned()).collect::<Vec<_>>();
        assert_eq!(kids(&same), kids(&keys));
    }

    #[test]
    fn a_key_that_somebody_has_is_over_at_once_also_one_that_only_waits() {
        let (keyring, keys) = new();
        let first = keys.active(NOW).kid().to_owned();
        let (keyring, _) = turned(&keyring, false, NOW).unwrap();
        let (keyring, keys) = turned(&keyring, true, NOW.plus(SECOND_US)).unwrap();
        let now = NOW.plus(SECOND_US);
        assert_eq!((words(&keys, now), keyring.signing().len(), keys.ever().count()), (vec!["active"], 1, 3));
        assert_eq!(keys.find(&first, now), None);
    }

    #[test]
    fn a_key_whose_time_was_moved_does_not_open_and_a_line_has_one_form() {
        let (keyring, _) = new();
        let rng = SystemRng::new();
        let (text, from) = renewed(&keyring, false, &rng, rng.ring(), NOW).unwrap().unwrap();
        let moved = text.replace(&from.rfc3339(), &NOW.rfc3339());
        assert!(Keyring::parse(&moved).is_err());
        for (a, b) in [
            (" from ", " until "),
            (" from ", " from from "),
            ("Z\n", "Z now\n"),
            ("signing-p256", "signing"),
        ] {
            assert!(Keyring::parse(&text.replacen(a, b, 1)).is_err(), "{a} {b}");
        }
    }

    proptest! {
        /// Whatever rotations there were: what was signed is good by the keys that were published an hour before, and by those of an hour after its end.
        #[test]
        fn nobody_with_an_old_copy_fails_to_verify(
            rotations in proptest::collection::vec(1i64..9000, 0..5), at in 0i64..40_000, copy_s in 0i64..CACHED_S, life_s in 0i64..300,
        ) {
            let (mut keyring, mut keys) = new();
            let (mut now, signed) = (NOW, NOW.plus(at * SECOND_US));
            let shown = signed.plus(life_s * SECOND_US);
            let copied = shown.plus(-copy_s * SECOND_US);
            // The key set that was published at the instant of the copy, by the key file of that instant.
            let (mut copy, mut signer) = (Vec::new(), String::new());
            let kids = |keys: &SigningKeys, at: At| keys.published(at).map(|k| k.thumbprint().to_owned()).collect::<Vec<_>>();
            for wait in rotations.into_iter().map(Some).chain([None]) {
                let until = wait.map_or(At(i64::MAX), |s| now.plus(s * SECOND_US));
                if (now..until).contains(&signed) || signer.is_empty() { signer = keys.active(signed).kid().to_owned(); }
                if (now..until).contains(&copied) || copy.is_empty() { copy = kids(&keys, copied); }
                if let Some(next) = wait.and_then(|_| turned(&keyring, false, until)) { (keyring, keys) = next; }
                now = until;
            }
            prop_assert!(copy.contains(&signer), "{signer} is not in {copy:?}");
            prop_assert!(keys.ever().any(|key| key.thumbprint() == signer));
        }
    }
}
