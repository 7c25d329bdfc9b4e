//! Sealed profiles: one blob per subscriber. Deliberately absent: opening them.
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
        .select((profiles::sealed, profiles::revision)).first(c).optional())?;
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
        .first(c).optional())?;
    Ok(row.map(|(version, p)| (version, p.map(|(sealed, revision)| SealedProfile { sealed, revision }))))
}

/// Writes the next revision; another fold in between makes this one lose the race.
pub fn put(tx: &mut Tx<'_>, id: SubscriberId, sealed: &[u8], read: Option<i64>, at: At) -> Result<(), Fault> {
    let moved = match read {
        Some(revision) => on!(tx, c => diesel::update(profiles::table.find(id.0.as_slice())
            .filter(profiles::revision.eq(revision)))
            .set((profiles::sealed.eq(sealed), profiles::revision.eq(revision + 1), profiles::at.eq(at.0)))
            .execute(c))?,
        None => on!(tx, c => diesel::insert_into(profiles::table).values((
            profiles::subscriber_id.eq(id.0.as_slice()), profiles::sealed.eq(sealed),
            profiles::revision.eq(1), profiles::at.eq(at.0))).execute(c))?,
    };
    if moved == 1 { Ok(()) } else { Err(Fault::LostRace) }
}

/// Forgets everything known.
pub fn delete(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(profiles::table.find(id.0.as_slice())).execute(c))?;
    Ok(())
}
