//! What subscribers were shown, kept once one of its questions was answered.
use super::kept::changed;
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
    changed!(tx,
        "INSERT INTO presentations (id, subscriber_id, token, at) VALUES (" Bytes(&id.0)
        ", " Bytes(&subscriber.0)
        ", " Text(token)
        ", " Int(at.0);
        ") ON CONFLICT (id) DO NOTHING"
    )?;
    Ok(())
}

/// The signed presentation.
pub fn find(tx: &mut Tx<'_>, subscriber: SubscriberId, id: PresentationId) -> Result<Option<String>, Fault> {
    Ok(on!(tx, c => presentations::table.find(id.0.as_slice())
        .filter(presentations::subscriber_id.eq(subscriber.0.as_slice()))
        .select(presentations::token).get_result(c).optional())?)
}
