//! Requests that were sent under a key of the caller's: sent again they are answered the same.
use super::schema::answers;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::time::At;
use diesel::prelude::*;

/// What was sent, and what was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// SHA-256 of the request.
    pub body: Vec<u8>,
    /// JSON.
    pub answer: String,
}

/// What was answered under a key that has not expired.
pub fn find(tx: &mut Tx<'_>, id: &[u8; 32], now: At) -> Result<Option<Answered>, Fault> {
    let row: Option<(Vec<u8>, String)> = on!(tx, c => answers::table
        .filter(answers::id.eq(id.as_slice()).and(answers::expires_at.gt(now.0)))
        .select((answers::body, answers::answer)).get_result(c).optional())?;
    Ok(row.map(|(body, answer)| Answered { body, answer }))
}

/// Keeps an answer; one that has expired makes room. False when another stands there.
pub fn put(
    tx: &mut Tx<'_>,
    id: &[u8; 32],
    body: &[u8; 32],
    answer: &str,
    (now, expires_at): (At, At),
) -> Result<bool, Fault> {
    let row = (
        answers::id.eq(id.as_slice()),
        answers::body.eq(body.as_slice()),
        answers::answer.eq(answer),
        answers::expires_at.eq(expires_at.0),
    );
    let old = answers::id.eq(id.as_slice()).and(answers::expires_at.le(now.0));
    on!(tx, c => diesel::delete(answers::table.filter(old)).execute(c))?;
    let added =
        on!(tx, c => diesel::insert_into(answers::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(added == 1)
}

/// Takes back a `put` of the same transaction.
pub fn give_back(tx: &mut Tx<'_>, id: &[u8; 32]) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(answers::table.find(id.as_slice())).execute(c))?;
    Ok(())
}

/// Forgets what expired before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    Ok(on!(tx, c => diesel::delete(answers::table.filter(answers::expires_at.lt(at.0))).execute(c))?)
}
