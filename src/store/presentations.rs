//! What subscribers were shown, kept once one of its questions was answered.
use super::schema::presentations;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::{PresentationId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;

/// Keeps the signed presentation; a repeat changes nothing.
pub fn put(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    id: PresentationId,
    token: &str,
    at: At,
) -> Result<(), Fault> {
    let row = (
        presentations::subscriber_id.eq(subscriber.0.as_slice()),
        presentations::id.eq(id.0.as_slice()),
        presentations::token.eq(token),
        presentations::at.eq(at.0),
    );
    on!(tx, c => diesel::insert_into(presentations::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The signed presentation.
pub fn find(tx: &mut Tx<'_>, subscriber: SubscriberId, id: PresentationId) -> Result<Option<String>, Fault> {
    let key = (subscriber.0.as_slice(), id.0.as_slice());
    Ok(on!(tx, c => presentations::table.find(key).select(presentations::token).get_result(c).optional())?)
}
