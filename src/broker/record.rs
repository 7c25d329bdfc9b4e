//! Records become entries: the leaf that the world sees and the sealed record behind it.
use super::Broker;
use crate::crypt::hash::commitment;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::entry::Leaf;
use crate::domain::id::EntryId;
use crate::domain::record::Record;
use crate::domain::time::HOUR_US;
use crate::store::Fault;
use crate::store::entries::EntryRow;
use crate::store::record_keys::SealedRecord;
use std::sync::Arc;
use zeroize::Zeroizing;

impl Broker {
    /// The entry of `record`, ready to be written: a new id, a salted commitment in the leaf, the record sealed.
    pub(crate) fn entry(&self, record: &Record) -> Result<EntryRow, Fault> {
        let id = EntryId::new(record.at, self.rng.as_ref());
        let canonical =
            canonical::to_vec(record).map_err(|_| Fault::Ledger("a record does not serialise".to_owned()))?;
        let salt = crate::domain::rng::bytes::<32>(self.rng.as_ref());
        let leaf = Leaf {
            v: 1,
            kind: record.event.kind(),
            jurisdiction: self.settings.home,
            recipient: record.recipient,
            purpose: record.purpose,
            policy: self.engine.digest().to_owned(),
            hour: record.at.floor(HOUR_US),
            commitment: hex::encode(&commitment(&salt, &canonical)),
        };
        let leaf =
            canonical::to_string(&leaf).map_err(|_| Fault::Ledger("a leaf does not serialise".to_owned()))?;
        let behind = Zeroizing::new([salt.as_slice(), &canonical].concat());
        let seal = Arc::clone(&self.seal);
        Ok(EntryRow { id, subscriber: record.subscriber, leaf, record: behind, seal, at: record.at })
    }

    /// Salt and canonical record of a sealed one.
    pub(super) fn open_record(
        &self,
        id: EntryId,
        sealed: &SealedRecord,
    ) -> Result<([u8; 32], Vec<u8>), Fault> {
        let opened = self.seal.open(&id.0, sealed.key(), &sealed.sealed);
        let plain = opened.map_err(|_| Fault::Corrupt("records"))?;
        let (salt, canonical) = plain.split_at_checked(32).ok_or(Fault::Corrupt("records"))?;
        Ok((salt.try_into().map_err(|_| Fault::Corrupt("records"))?, canonical.to_vec()))
    }
}
