//! Gives entries their ordinals among those about one subscriber and those with one recipient, and has the log commit to them
//! (`ledger::tally`). It comes after an entry has its number, so that no request waits for it and no row is written by every request.
use super::{Broker, Failure};
use crate::crypt::hex;
use crate::domain::entry::{Kind, Leaf};
use crate::domain::record::{Event, Record};
use crate::ledger::tally::{Ordinal, Ordinals};
use crate::store::entries::Numbered;
use crate::store::ordinals::{self, OrdinalRow, Stand};
use crate::store::{Fault, Tx, counters, entries};
use std::collections::HashMap;

/// Entries given ordinals in one story: a few milliseconds of the writer.
const STORY: i64 = 256;

/// A page of entries with their ordinals, and what the log is to say of them.
struct Numbering {
    from: i64,
    rows: Vec<OrdinalRow>,
    links: Vec<String>,
}

/// Last number and leaf index by whose chain it is.
type Heads = HashMap<Vec<u8>, Option<(i64, i64)>>;

/// Finds the last number and leaf index of a chain.
type Last = fn(&mut Tx<'_>, &[u8]) -> Result<Option<(i64, i64)>, Fault>;

impl Broker {
    /// Gives every numbered entry its ordinals; whether there were any to give. Tallies alone are not worth another.
    pub(super) fn give_ordinals(&self) -> Result<bool, Failure> {
        let Ok(now) = self.now() else {
            // A clock gone back stops what is recorded, not what is published.
            return Ok(false);
        };
        let mut any = false;
        while let Some(Numbering { from, rows, links }) =
            self.store.read("ledger.ordinals", |tx| self.numbering(tx))?
        {
            let first = u64::try_from(from).map_err(|_| Fault::Corrupt("counters"))?;
            let event = Event::Tally { first, links };
            let tally =
                self.entry(&Record { at: now, subscriber: None, recipient: None, purpose: None, event })?;
            self.store.write("ledger.ordinal", move |tx| {
                let until =
                    from.saturating_add(i64::try_from(rows.len()).map_err(|_| Fault::Corrupt("ordinals"))?);
                counters::advance(tx, counters::ORDINALS, from, until)?;
                rows.iter().try_for_each(|row| ordinals::insert(tx, row))?;
                entries::append(tx, &tally)
            })?;
            any = true;
        }
        Ok(any)
    }

    /// The next page, unless there is nothing in it but tallies.
    fn numbering(&self, tx: &mut Tx<'_>) -> Result<Option<Numbering>, Fault> {
        let from = counters::value(tx, counters::ORDINALS)?;
        let page =
            entries::with_records(tx, u64::try_from(from).map_err(|_| Fault::Corrupt("counters"))?, STORY)?;
        let leaves = page
            .iter()
            .map(|e| serde_json::from_slice::<Leaf>(&e.leaf).map_err(|_| Fault::Corrupt("entries")));
        let leaves: Vec<Leaf> = leaves.collect::<Result<_, _>>()?;
        if leaves.iter().all(|leaf| leaf.kind == Kind::Tally) {
            return Ok(None);
        }
        let (mut about, mut with) = (Heads::new(), Heads::new());
        let (mut rows, mut links) = (Vec::with_capacity(page.len()), Vec::with_capacity(page.len()));
        for (entry, leaf) in page.into_iter().zip(leaves) {
            let seq = i64::try_from(entry.seq).map_err(|_| Fault::Corrupt("entries"))?;
            let opened = self.unsealed(&entry)?;
            let subscriber = opened.as_ref().and_then(|(_, record)| record.subscriber).map(|s| s.0);
            let subscriber =
                subscriber.map(|id| stand(tx, &mut about, &id, seq, ordinals::last_about)).transpose()?;
            let recipient =
                leaf.recipient.map(|id| stand(tx, &mut with, &id.0, seq, ordinals::last_with)).transpose()?;
            let row = OrdinalRow { seq, subscriber, recipient };
            let link =
                opened.map(|(salt, _)| Ok::<_, Fault>(hex::encode(&told(&row)?.link(&salt, entry.seq))));
            links.push(link.transpose()?.unwrap_or_default());
            rows.push(row);
        }
        Ok(Some(Numbering { from, rows, links }))
    }

    /// Salt and record of an entry, unless it is erased.
    fn unsealed(&self, entry: &Numbered) -> Result<Option<([u8; 32], Record)>, Fault> {
        let Some(sealed) = &entry.sealed else { return Ok(None) };
        let (salt, canonical) = self.open_record(entry.id, sealed)?;
        let record = serde_json::from_slice(&canonical).map_err(|_| Fault::Corrupt("records"))?;
        Ok(Some((salt, record)))
    }
}

/// The next ordinal in a chain.
fn stand(tx: &mut Tx<'_>, heads: &mut Heads, owner: &[u8; 16], seq: i64, last: Last) -> Result<Stand, Fault> {
    let head = match heads.get(owner.as_slice()) {
        Some(head) => *head,
        None => last(tx, owner)?,
    };
    let (number, before) = head.map_or((1, None), |(number, seq)| (number + 1, Some(seq)));
    heads.insert(owner.to_vec(), Some((number, seq)));
    Ok(Stand { owner: owner.to_vec(), number, before })
}

/// The ordinals of a row as a bundle has them.
pub(super) fn told(row: &OrdinalRow) -> Result<Ordinals, Fault> {
    let index = |n: i64| u64::try_from(n).map_err(|_| Fault::Corrupt("ordinals"));
    let ordinal = |stand: &Option<Stand>| {
        let ordinal = |s: &Stand| {
            Ok::<_, Fault>(Ordinal { before: s.before.map(index).transpose()?, number: index(s.number)? })
        };
        stand.as_ref().map(ordinal).transpose()
    };
    Ok(Ordinals { recipient: ordinal(&row.recipient)?, subscriber: ordinal(&row.subscriber)? })
}
