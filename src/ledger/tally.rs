//! Where entries stand among those about one subscriber and those with one recipient, and how the log commits to it: so that "everything
//! about me" and "everything to this recipient" are without gaps, provably.
//!
//! The sequencer gives each entry its ordinals after it was recorded, and appends a *tally*: a record that commits to the ordinals of a stretch of
//! entries, one hash each, salted with the salt of the entry's own record. Whoever may read a record can check its ordinals; once the record
//! is erased, nothing in the tally leads anywhere. Deliberately absent: who gives ordinals; see `broker::ordinal`.
use crate::crypt::hash::{Digest, sha256};
use crate::crypt::hex;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// The ordinal of an entry in one chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordinal {
    /// Index of the leaf before it in the chain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<u64>,
    /// 1 for the first, and so on without gaps.
    pub number: u64,
}

/// The ordinals of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordinals {
    /// Among the entries with its recipient.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recipient: Option<Ordinal>,
    /// Among the entries about its subscriber.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subscriber: Option<Ordinal>,
}

impl Ordinals {
    /// Whether it stands in no chain.
    pub fn is_empty(&self) -> bool {
        *self == Ordinals::default()
    }

    /// Canonical JSON.
    pub fn bytes(&self) -> Vec<u8> {
        // INVARIANT: structs of integers always serialise.
        serde_jcs::to_vec(self).unwrap_or_default()
    }

    /// Reads what `bytes` wrote and nothing else.
    pub fn parse(bytes: &[u8]) -> Option<Ordinals> {
        serde_json::from_slice::<Ordinals>(bytes).ok().filter(|ordinals| ordinals.bytes() == bytes)
    }

    /// What a tally says of the entry `index`: SHA-256("dongui/v1/ordinal" || salt || index, eight bytes big-endian || ordinals).
    pub fn link(&self, salt: &[u8; 32], index: u64) -> Digest {
        sha256(&[b"dongui/v1/ordinal", salt, &index.to_be_bytes(), &self.bytes()])
    }
}

/// What of a record concerns chains.
#[derive(Debug, Default, Deserialize)]
struct Behind {
    #[serde(default)]
    subscriber: Option<String>,
    #[serde(default)]
    event: Tally,
}

#[derive(Debug, Default, Deserialize)]
struct Tally {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    first: u64,
    /// Of each entry from `first` on, hex; empty where the record was erased before it could be counted.
    #[serde(default)]
    links: Vec<String>,
}

/// An entry with what is behind it.
#[derive(Debug, Clone, Copy)]
pub struct Opened<'e> {
    /// Salt of its record.
    pub salt: &'e [u8; 32],
    /// The record, canonical JSON.
    pub record: &'e [u8],
    /// Its ordinals.
    pub ordinals: &'e Ordinals,
}

/// Why the record of an entry is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Its key was destroyed.
    Erased,
    /// It is about others than was asked for.
    Withheld,
}

impl Absent {
    /// The word in lines and tables.
    pub fn word(self) -> &'static str {
        match self {
            Absent::Erased => "erased",
            Absent::Withheld => "withheld",
        }
    }
}

/// Where a chain was seen last.
#[derive(Debug, Clone, Copy)]
struct Seen {
    number: u64,
    index: u64,
    /// Erased entries by then.
    erased: u64,
    /// Withheld entries by then.
    withheld: u64,
}

/// What following the chains through a stretch of entries came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Followed {
    /// Entries about subscribers that the numbers count and that are erased here.
    pub missing: u64,
    /// Entries whose tally lies beyond the stretch.
    pub unproven: u64,
}

/// Follows every chain through a stretch of entries, in their order.
#[derive(Debug, Default)]
pub struct Chains {
    first: u64,
    /// About whom nothing may be withheld.
    about: Option<String>,
    subscribers: HashMap<String, Seen>,
    /// `None` where the number is not known.
    recipients: HashMap<String, (Option<u64>, u64)>,
    /// What tallies are to say.
    awaited: BTreeMap<u64, Option<String>>,
    erased: u64,
    withheld: u64,
    missing: u64,
}

impl Chains {
    /// Beginning with entry `first`.
    pub fn from(first: u64) -> Chains {
        Chains { first, ..Chains::default() }
    }

    /// The same where others' entries are withheld: what is about this subscriber is there, or erased.
    pub fn about(self, subscriber: Option<&str>) -> Chains {
        Chains { about: subscriber.map(str::to_owned), ..self }
    }

    /// Takes the entry `index`, with the recipient that its leaf names.
    ///
    /// # Errors
    /// Its ordinals do not go on where their chains were, or are not what the tally says.
    pub fn take(
        &mut self,
        index: u64,
        recipient: Option<&str>,
        behind: Result<Opened<'_>, Absent>,
    ) -> Result<(), &'static str> {
        let Opened { salt, record, ordinals } = match behind {
            Ok(opened) => opened,
            Err(why) => {
                let count = if why == Absent::Erased { &mut self.erased } else { &mut self.withheld };
                *count += 1;
                self.awaited.insert(index, None);
                return recipient.map_or(Ok(()), |recipient| self.take_recipient(index, recipient, None));
            }
        };
        self.awaited.insert(index, Some(hex::encode(&ordinals.link(salt, index))));
        let behind: Behind = serde_json::from_slice(record).unwrap_or_default();
        if let Some(recipient) = recipient {
            self.take_recipient(index, recipient, Some(ordinals.recipient))?;
        }
        if let Some(ordinal) = ordinals.subscriber {
            let subscriber =
                behind.subscriber.ok_or("has a ordinal among a subscriber's entries and is about none")?;
            self.take_subscriber(index, subscriber, ordinal)?;
        }
        if behind.event.kind == "tally" { self.take_tally(&behind.event) } else { Ok(()) }
    }

    /// What came of it.
    pub fn finish(self) -> Followed {
        Followed { missing: self.missing, unproven: self.awaited.len() as u64 }
    }

    /// Every leaf names its recipient, so that these are counted also where a record is erased. `None` for a ordinal that is not told,
    /// `Some(None)` for an entry that was not given one yet.
    fn take_recipient(
        &mut self,
        index: u64,
        recipient: &str,
        ordinal: Option<Option<Ordinal>>,
    ) -> Result<(), &'static str> {
        let before = self.recipients.get(recipient).copied();
        let number = match (before, ordinal) {
            (Some((Some(number), last)), Some(Some(ordinal))) => {
                if ordinal.number != number + 1 || ordinal.before != Some(last) {
                    return Err("does not follow the entry before it with the same recipient");
                }
                Some(ordinal.number)
            }
            (Some((None, last)), Some(Some(ordinal))) => {
                if ordinal.before != Some(last) {
                    return Err("does not follow the entry before it with the same recipient");
                }
                Some(ordinal.number)
            }
            (None, Some(Some(ordinal))) => {
                let begins = ordinal.number == 1 && ordinal.before.is_none();
                let follows = ordinal.number > 1 && ordinal.before.is_some_and(|b| b < self.first);
                if !begins && !follows {
                    return Err("leaves out entries with its recipient");
                }
                Some(ordinal.number)
            }
            (Some((number, _)), None) => number.map(|n| n + 1),
            (None, None) | (_, Some(None)) => None,
        };
        self.recipients.insert(recipient.to_owned(), (number, index));
        Ok(())
    }

    fn take_subscriber(
        &mut self,
        index: u64,
        subscriber: String,
        ordinal: Ordinal,
    ) -> Result<(), &'static str> {
        let last = self.subscribers.get(&subscriber).copied();
        let erased = self.erased - last.map_or(0, |seen| seen.erased);
        let whole = self.about.as_ref().is_some_and(|about| *about == subscriber);
        let withheld = if whole { 0 } else { self.withheld - last.map_or(0, |seen| seen.withheld) };
        let Ordinal { number, before } = ordinal;
        let gap = match last {
            Some(seen) if number == seen.number + 1 => {
                if before != Some(seen.index) {
                    return Err("does not follow the entry before it about the same subscriber");
                }
                0
            }
            Some(seen) => {
                let between = before.is_some_and(|b| b > seen.index && b < index);
                number
                    .checked_sub(seen.number + 1)
                    .filter(|gap| *gap > 0 && between)
                    .ok_or("repeats a number of its subscriber")?
            }
            None if before.is_none() && number == 1 => 0,
            // What lies before the stretch is not missing from it.
            None if number > 1 && before.is_some_and(|b| b < self.first) => 0,
            None if number > 1 && before.is_some_and(|b| b < index) => {
                if self.first == 0 {
                    number - 1
                } else {
                    1
                }
            }
            None => return Err("has a number of its subscriber that cannot be"),
        };
        if gap > erased + withheld {
            return Err("skips entries about its subscriber though none between is erased");
        }
        // Which of the others' are withheld and which are erased is not told.
        self.missing += if withheld == 0 { gap } else { 0 };
        let (erased, withheld) = (self.erased, self.withheld);
        self.subscribers.insert(subscriber, Seen { number, index, erased, withheld });
        Ok(())
    }

    fn take_tally(&mut self, tally: &Tally) -> Result<(), &'static str> {
        for (index, said) in (tally.first..).zip(&tally.links) {
            match self.awaited.remove(&index) {
                // Before the stretch, or erased.
                None if index < self.first => {}
                Some(None) => {}
                Some(Some(link)) if link == *said => {}
                _ => return Err("is a tally that says other ordinals of its entries"),
            }
        }
        Ok(())
    }
}
