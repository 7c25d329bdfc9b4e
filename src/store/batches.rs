//! Feed chunks already folded, and used one-time values.
use super::kept::changed;
use super::schema::{batches, replay};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::time::At;
use diesel::prelude::*;

/// What was answered to a chunk before.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Result<Option<String>, Fault> {
    Ok(on!(tx, c => batches::table.find(id).select(batches::answer).get_result(c).optional())?)
}

/// Remembers the answer to a chunk.
pub fn insert(tx: &mut Tx<'_>, id: &str, answer: &str, at: At) -> Result<(), Fault> {
    let row = (batches::id.eq(id), batches::answer.eq(answer), batches::at.eq(at.0));
    on!(tx, c => diesel::insert_into(batches::table).values(row).execute(c))?;
    Ok(())
}

/// Uses up a one-time value; false when it was used before.
pub fn spend(tx: &mut Tx<'_>, id: &[u8; 16], expires_at: At) -> Result<bool, Fault> {
    let added = changed!(tx,
        "INSERT INTO replay (expires_at, id) VALUES (" Int(expires_at.0)
        ", " Bytes(id.as_slice());
        ") ON CONFLICT (expires_at, id) DO NOTHING"
    )?;
    Ok(added == 1)
}

/// Takes back a `spend` of the same transaction.
pub fn give_back(tx: &mut Tx<'_>, id: &[u8; 16], expires_at: At) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(replay::table.find((expires_at.0, id.as_slice()))).execute(c))?;
    Ok(())
}

/// Forgets one-time values that expired before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    Ok(on!(tx, c => diesel::delete(replay::table.filter(replay::expires_at.lt(at.0))).execute(c))?)
}
