//! How often clients asked subscribers out of band, in all and by each name, for a while each; about whom rescue agencies asked. Deliberately absent: whom a name leads to; it
//! is a MAC here.
use super::kept::changed;
use super::schema::ask_counts;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::time::At;
use diesel::prelude::*;

/// Counts a request of a client by `name`, and gives how many there were since its while began; one that begins now lasts until `until`.
pub fn count(tx: &mut Tx<'_>, client: &str, name: &[u8; 32], now: At, until: At) -> Result<i64, Fault> {
    changed!(tx,
        "INSERT INTO ask_counts (client_id, name, asks, until_at) VALUES (" Text(client)
        ", " Bytes(name.as_slice())
        ", 1, " Int(until.0)
        ") ON CONFLICT (client_id, name) DO UPDATE SET asks = CASE WHEN ask_counts.until_at <= " Int(now.0)
        " THEN 1 ELSE ask_counts.asks + 1 END, until_at = CASE WHEN ask_counts.until_at <= " Int(now.0)
        " THEN " Int(until.0);
        " ELSE ask_counts.until_at END"
    )?;
    Ok(
        on!(tx, c => ask_counts::table.find((client, name.as_slice())).select(ask_counts::asks).get_result(c))?,
    )
}

/// By how many names but this one a client asked within its while.
pub fn others(tx: &mut Tx<'_>, client: &str, name: &[u8; 32], now: At) -> Result<i64, Fault> {
    Ok(on!(tx, c => ask_counts::table
        .filter(ask_counts::client_id.eq(client).and(ask_counts::name.ne(name.as_slice())))
        .filter(ask_counts::until_at.gt(now.0)).count().get_result(c))?)
}

/// Counts a request by `name`, whose while lasts from now on until `until`.
pub fn hold(tx: &mut Tx<'_>, client: &str, name: &[u8; 32], until: At) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO ask_counts (client_id, name, asks, until_at) VALUES (" Text(client)
        ", " Bytes(name.as_slice())
        ", 1, " Int(until.0)
        ") ON CONFLICT (client_id, name) DO UPDATE SET asks = ask_counts.asks + 1, until_at = " Int(until.0)
    )?;
    Ok(())
}

/// Forgets counts whose while ended before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    Ok(on!(tx, c => diesel::delete(ask_counts::table.filter(ask_counts::until_at.lt(at.0))).execute(c))?)
}
