//! A recipient is told where an answer stands among everything recorded with it, signed: it keeps books of its own, and whoever gives it an answer that
//! is in no log, or logs one that it never got, is contradicted by a number. Deliberately absent: numbers about subscribers, and other recipients'.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::document::{self, COUNTER};
use crate::domain::canonical;
use crate::domain::id::{EntryId, RecipientId};
use crate::store::{Fault, entries, ordinals};
use serde::Serialize;

/// For an unknown entry, and for another's: a stranger learns nothing from the difference.
const NONE: Failure = Failure::NotFound("receipt");

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counter {
    /// With whom.
    pub recipient: RecipientId,
    /// Which.
    pub entry: EntryId,
    /// Its leaf index.
    pub index: u64,
    /// How manieth entry with this recipient it is, from 1, without gaps.
    pub number: u64,
    /// Leaf index of the one before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// How many there are by now.
    pub of: u64,
}

impl Broker {
    /// Where an entry stands among those with the caller's recipient, and the same signed with the log's key.
    ///
    /// # Errors
    /// `NotFound` for an entry that is not with it; `Conflict` while it has no number yet; faults.
    pub fn counter(&self, caller: &Caller, id: EntryId) -> Result<(Counter, String), Failure> {
        let recipient = caller.client().recipient.ok_or(NONE)?;
        let (leaf, stand, last) = self.store.read("receipt.counter", |tx| {
            let leaf = entries::leaf(tx, id)?;
            let seq = entries::seq(tx, id)?.flatten().and_then(|seq| i64::try_from(seq).ok());
            let row = match seq {
                Some(seq) => ordinals::within(tx, seq, seq.saturating_add(1))?.pop(),
                None => None,
            };
            Ok((leaf, row, ordinals::last_with(tx, &recipient.0)?))
        })?;
        let header: crate::domain::entry::Leaf =
            serde_json::from_slice(&leaf.ok_or(NONE)?).map_err(|_| Fault::Corrupt("entries"))?;
        if header.recipient != Some(recipient) {
            return Err(NONE);
        }
        let stand = stand.and_then(|row| Some((row.seq, row.recipient?)));
        let Some(((index, stand), (last, _))) = stand.zip(last) else {
            return Err(Failure::Conflict("the entry has no number yet; ask again in a second".to_owned()));
        };
        let count = |n: i64| u64::try_from(n).map_err(|_| Fault::Corrupt("ordinals"));
        let counter = Counter {
            recipient,
            entry: id,
            index: count(index)?,
            number: count(stand.number)?,
            before: stand.before.map(count).transpose()?,
            of: count(last)?,
        };
        let bytes = canonical::to_vec(&counter).map_err(|_| Fault::Corrupt("ordinals"))?;
        let signed = document::sign(COUNTER, &bytes, &self.log_key)
            .map_err(|_| Failure::Halted("the log's key has no public form"))?;
        Ok((counter, signed))
    }
}
