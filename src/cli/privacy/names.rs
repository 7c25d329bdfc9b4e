//! A13: pseudonyms against somebody who has every phone number and the key of an epoch. Where pseudonyms are made over numbers, as a broker without care would make
//! them, the number is found at once; that shows the teeth. Deliberately absent: breaking the MAC.
use super::campaign::Campaign;
use crate::attack::verdict::Figure;
use crate::cli::Trouble;
use crate::crypt::hash::sha256;
use crate::crypt::keyring::Keyring;
use crate::crypt::pseudonym;
use crate::domain::id::{RecipientId, SubscriberId};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashSet;

/// Epochs that are tried.
const EPOCHS: [i64; 4] = [0, 1, 2, 3];

impl Campaign<'_> {
    /// Tries every number in every way.
    pub fn names(&self) -> Result<Figure, Trouble> {
        let keyring = self.house.keyring()?;
        let (mut tried, mut found, mut all) = (0u64, 0u64, 0u64);
        for (by, recipient) in self.house.recipients.iter().enumerate() {
            let asked = self.population.numbers.iter().take(self.plan.asked);
            let known: HashSet<String> = if self.house.guarded() {
                self.house.subjects.get(by).into_iter().flatten().cloned().collect()
            } else {
                asked.map(|number| careless(&keyring, *recipient, number, 1)).collect()
            };
            all += known.len() as u64;
            for number in &self.population.numbers {
                for guess in guesses(&keyring, *recipient, number) {
                    tried += 1;
                    found += u64::from(known.contains(&guess));
                }
            }
        }
        let whose = if self.house.guarded() { "pseudonyms" } else { "pseudonyms made over the number" };
        let says = format!(
            "{tried} guesses from every phone number with the leaked key; {found} of {all} {whose} found"
        );
        Ok(Figure { value: found as f64 / all.max(1) as f64, broken: Vec::new(), says })
    }
}

/// A pseudonym over the number instead of the random id.
fn careless(keyring: &Keyring, recipient: RecipientId, number: &str, epoch: i64) -> String {
    let digest = sha256(&[number.as_bytes()]);
    let mut id = [0; 16];
    id.iter_mut().zip(digest).for_each(|(slot, byte)| *slot = byte);
    pseudonym::pairwise(keyring, recipient, SubscriberId(id), epoch)
}

fn guesses(keyring: &Keyring, recipient: RecipientId, number: &str) -> Vec<String> {
    let short = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes.get(..16).unwrap_or(bytes));
    let bare = number.trim_start_matches('+');
    let mut all = vec![short(&sha256(&[number.as_bytes()])), short(&sha256(&[bare.as_bytes()]))];
    all.push(short(keyring.blind_index(number).as_ref()));
    all.extend(EPOCHS.map(|epoch| careless(keyring, recipient, number, epoch)));
    all
}
