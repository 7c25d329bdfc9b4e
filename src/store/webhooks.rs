//! The sealed secrets that a recipient's messages are signed with: one that lasts, and older ones that end.
use super::schema::webhook_secrets;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::RecipientId;
use crate::domain::time::At;
use diesel::prelude::*;

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// When it was made: with the recipient, the place it is sealed to.
    pub made_at: At,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
}

/// Puts a new secret beside the present one, which ends at `older_until`; what has ended by now is forgotten. A second one of
/// the same instant takes the place of the first.
pub fn add(
    tx: &mut Tx<'_>,
    recipient: RecipientId,
    new: &SealedSecret,
    older_until: At,
) -> Result<(), Fault> {
    let of = || webhook_secrets::table.filter(webhook_secrets::recipient_id.eq(recipient.0.as_slice()));
    let gone = webhook_secrets::ends_at.le(new.made_at.0).or(webhook_secrets::made_at.eq(new.made_at.0));
    on!(tx, c => diesel::delete(of().filter(gone)).execute(c))?;
    on!(tx, c => diesel::update(of().filter(webhook_secrets::ends_at.is_null()))
        .set(webhook_secrets::ends_at.eq(older_until.0)).execute(c))?;
    let row = (
        webhook_secrets::recipient_id.eq(recipient.0.as_slice()),
        webhook_secrets::made_at.eq(new.made_at.0),
        webhook_secrets::sealed.eq(new.sealed.as_slice()),
    );
    on!(tx, c => diesel::insert_into(webhook_secrets::table).values(row).execute(c))?;
    Ok(())
}

/// Those that sign at `now`, newest first.
pub fn signing(tx: &mut Tx<'_>, recipient: RecipientId, now: At) -> Result<Vec<SealedSecret>, Fault> {
    let rows: Vec<(i64, Vec<u8>)> = on!(tx, c => webhook_secrets::table
        .filter(webhook_secrets::recipient_id.eq(recipient.0.as_slice())
            .and(webhook_secrets::ends_at.is_null().or(webhook_secrets::ends_at.gt(now.0))))
        .order(webhook_secrets::made_at.desc())
        .select((webhook_secrets::made_at, webhook_secrets::sealed)).load(c))?;
    Ok(rows.into_iter().map(|(made_at, sealed)| SealedSecret { made_at: At(made_at), sealed }).collect())
}

/// Whether there is any.
pub fn exist(tx: &mut Tx<'_>, recipient: RecipientId) -> Result<bool, Fault> {
    use diesel::dsl::{exists, select};
    let any = webhook_secrets::table.filter(webhook_secrets::recipient_id.eq(recipient.0.as_slice()));
    Ok(on!(tx, c => select(exists(any)).get_result(c))?)
}
