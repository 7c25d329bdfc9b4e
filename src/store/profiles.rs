//! Sealed profiles: one blob per subscriber. Deliberately absent: opening them.
use super::schema::{profiles, subscribers};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use diesel::dsl::exists;
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
    let id = write.subscriber.0.as_slice();
    let still = subscribers::table.filter(subscribers::id.eq(id).and(subscribers::version.eq(write.version)));
    let moved = match write.read {
        Some(revision) => on!(tx, c => diesel::update(profiles::table.find(id)
            .filter(profiles::revision.eq(revision).and(exists(still))))
            .set((profiles::sealed.eq(write.sealed.as_slice()), profiles::revision.eq(revision + 1),
                profiles::at.eq(at.0))).execute(c))?,
        None => {
            let there: bool = on!(tx, c => diesel::select(exists(still)).get_result(c))?;
            if !there {
                return Ok(false);
            }
            let row = (
                profiles::subscriber_id.eq(id),
                profiles::sealed.eq(write.sealed.as_slice()),
                profiles::revision.eq(1),
                profiles::at.eq(at.0),
            );
            on!(tx, c => diesel::insert_into(profiles::table).values(row).on_conflict_do_nothing().execute(c))?
        }
    };
    Ok(moved == 1)
}

/// Forgets everything known.
pub fn delete(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(profiles::table.find(id.0.as_slice())).execute(c))?;
    Ok(())
}
