//! Proving that an entry is in the log: whoever holds a receipt's id gets the path from its leaf to the signed root.
use super::sequence::Directory;
use super::{Broker, Failure};
use crate::domain::id::EntryId;
use crate::ledger::receipt::Receipt;
use crate::ledger::tile::Tiles;
use crate::store::{Fault, entries};

impl Broker {
    /// The inclusion proof of an entry as text (C2SP tlog-proof), with the leaf it is about.
    pub fn inclusion(&self, id: EntryId) -> Result<(Vec<u8>, String), Failure> {
        let seq =
            self.store.read("ledger.seq", |tx| entries::seq(tx, id))?.ok_or(Failure::NotFound("entry"))?;
        let directory = Directory(self.settings().log_dir.clone());
        let published = self.last_published(&directory)?;
        let waiting = || {
            Failure::Conflict("the entry is recorded and not published yet; ask again in a second".to_owned())
        };
        // Best the checkpoint that witnesses cosigned; the newest entries are ahead of it.
        let witnessed = self.witnessed(&directory, u64::MAX)?.filter(|w| seq.is_some_and(|seq| seq < w.size));
        let published = witnessed.or(published);
        let (index, published) = seq.zip(published).filter(|(i, p)| *i < p.size).ok_or_else(waiting)?;
        let unreadable = |e: crate::ledger::tile::TileError| Failure::Fault(Fault::Ledger(e.to_string()));
        let tiles = Tiles::new(&directory, published.size);
        let leaf = tiles.entry(index).map_err(unreadable)?;
        let receipt = Receipt::new(&tiles, index, published.size, &published.note).map_err(unreadable)?;
        Ok((leaf, receipt.text()))
    }
}
