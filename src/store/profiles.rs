//! Sealed profiles: one blob per subscriber. Deliberately absent: opening them.
use super::kept::changed;
use super::schema::{profiles, subscribers};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use diesel::prelude::*;

/// A sealed profile and the revision it had when read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedProfile {
    /// As sealed.
    pub sealed: Vec<u8>,
    /// Bumped by every fold.
    pub revision: i64,
}

/// The sealed profile, if anything is known.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Option<SealedProfile>, Fault> {
    let row: Option<(Vec<u8>, i64)> = on!(tx, c => profiles::table.find(id.0.as_slice())
        .select((profiles::sealed, profiles::revision)).get_result(c).optional())?;
    Ok(row.map(|(sealed, revision)| SealedProfile { sealed, revision }))
}

/// The subscriber's version and the sealed profile in one read: what a fold needs. `None` when he is gone.
pub fn find_with_version(
    tx: &mut Tx<'_>,
    id: SubscriberId,
) -> Result<Option<(i64, Option<SealedProfile>)>, Fault> {
    type Found = (i64, Option<(Vec<u8>, i64)>);
    let row: Option<Found> = on!(tx, c => subscribers::table
        .left_join(profiles::table.on(profiles::subscriber_id.eq(subscribers::id)))
        .filter(subscribers::id.eq(id.0.as_slice()))
        .select((subscribers::version, (profiles::sealed, profiles::revision).nullable()))
        .get_result(c).optional())?;
    Ok(row.map(|(version, p)| (version, p.map(|(sealed, revision)| SealedProfile { sealed, revision }))))
}

/// A profile to be written, with what it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Whose.
    pub subscriber: SubscriberId,
    /// The subscriber's version when read.
    pub version: i64,
    /// The profile's revision when read; `None` if there was none.
    pub read: Option<i64>,
    /// The new blob.
    pub sealed: Vec<u8>,
}

/// Writes the next revision if neither subscriber nor profile moved since they were read; false otherwise.
pub fn put(tx: &mut Tx<'_>, write: &Write, at: At) -> Result<bool, Fault> {
    let Write { subscriber, version, read, sealed } = write;
    let id = subscriber.0.as_slice();
    let moved = match read {
        Some(revision) => changed!(tx,
            "UPDATE profiles SET sealed = " Bytes(sealed)
            ", revision = " Int(revision + 1)
            ", at = " Int(at.0)
            " WHERE subscriber_id = " Bytes(id)
            " AND revision = " Int(*revision)
            " AND EXISTS (SELECT 1 FROM subscribers WHERE id = " Bytes(id)
            " AND version = " Int(*version);
            ")"
        )?,
        None => changed!(tx,
            "INSERT INTO profiles (subscriber_id, sealed, revision, at) SELECT id, " Bytes(sealed)
            ", 1, " Int(at.0)
            " FROM subscribers WHERE id = " Bytes(id)
            " AND version = " Int(*version);
            " ON CONFLICT DO NOTHING"
        )?,
    };
    Ok(moved == 1)
}

/// Forgets everything known.
pub fn delete(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(profiles::table.find(id.0.as_slice())).execute(c))?;
    Ok(())
}
