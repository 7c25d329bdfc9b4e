//! What subscribers never share: one sealed blob each, and none for who marked nothing. Deliberately absent: opening them.
use super::profiles::SealedProfile;
use super::schema::{nevers, profiles, subscribers};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use diesel::prelude::*;

/// The blob, if something is marked.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Option<Vec<u8>>, Fault> {
    Ok(on!(tx, c => nevers::table.find(id.0.as_slice()).select(nevers::sealed).get_result(c).optional())?)
}

/// The sealed profile and the blob in one read: what an answer needs.
pub fn find_with_profile(
    tx: &mut Tx<'_>,
    id: SubscriberId,
) -> Result<(Option<SealedProfile>, Option<Vec<u8>>), Fault> {
    type Found = (Option<(Vec<u8>, i64)>, Option<Vec<u8>>);
    let row: Option<Found> = on!(tx, c => subscribers::table
        .left_join(profiles::table.on(profiles::subscriber_id.eq(subscribers::id)))
        .left_join(nevers::table.on(nevers::subscriber_id.eq(subscribers::id)))
        .filter(subscribers::id.eq(id.0.as_slice()))
        .select(((profiles::sealed, profiles::revision).nullable(), nevers::sealed.nullable()))
        .get_result(c).optional())?;
    let (profile, never) = row.unwrap_or_default();
    Ok((profile.map(|(sealed, revision)| SealedProfile { sealed, revision }), never))
}

/// Takes the place of what was marked before.
pub fn put(tx: &mut Tx<'_>, id: SubscriberId, sealed: &[u8], at: At) -> Result<(), Fault> {
    let row = (nevers::subscriber_id.eq(id.0.as_slice()), nevers::sealed.eq(sealed), nevers::at.eq(at.0));
    let again = (nevers::sealed.eq(sealed), nevers::at.eq(at.0));
    on!(tx, c => diesel::insert_into(nevers::table).values(row)
        .on_conflict(nevers::subscriber_id).do_update().set(again).execute(c))?;
    Ok(())
}

/// Marks nothing any more.
pub fn delete(tx: &mut Tx<'_>, id: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(nevers::table.find(id.0.as_slice())).execute(c))?;
    Ok(())
}
