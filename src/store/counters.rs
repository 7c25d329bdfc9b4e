//! What is counted once for all. Nothing on the request path counts here.
use super::kept::changed;
use super::schema::counters;
use super::tx::on;
use super::{Fault, Tx};
use diesel::prelude::*;

/// Ledger entries numbered so far.
pub const ENTRIES: &str = "entries";
/// Persons enrolled so far.
pub const PERSONS: &str = "persons";
/// Version of the reference tables: cells, places, topics.
pub const REFERENCE: &str = "reference";
/// Version of recipients and clients.
pub const REGISTRATIONS: &str = "registrations";
/// Up to which entry was looked for what subscribers are to be told.
pub const TOLD: &str = "told";
/// Up to which entry ordinals were given.
pub const ORDINALS: &str = "ordinals";
/// Up to which entry every record that ends by itself has ended.
pub const RETAINED: &str = "retained";
/// Version of the crowds.
pub const CROWDS: &str = "crowds";

/// Version of the stop orders.
pub const STOPS: &str = "stops";

/// What a request looks at: everything but the numbers of entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Persons enrolled so far.
    pub persons: i64,
    /// Version of recipients and clients.
    pub registrations: i64,
    /// Version of the crowds.
    pub crowds: i64,
    /// Version of the stop orders.
    pub stops: i64,
}

/// All that a request looks at, in one query.
pub fn all(tx: &mut Tx<'_>) -> Result<Counters, Fault> {
    let rows: Vec<(String, i64)> = on!(tx, c => counters::table.load(c))?;
    let of = |name: &str| rows.iter().find(|(n, _)| n == name).map(|(_, value)| *value);
    let read = || {
        let (persons, registrations) = (of(PERSONS)?, of(REGISTRATIONS)?);
        Some(Counters { persons, registrations, crowds: of(CROWDS)?, stops: of(STOPS)? })
    };
    read().ok_or(Fault::Corrupt("counters"))
}

/// The present value.
pub fn value(tx: &mut Tx<'_>, name: &str) -> Result<i64, Fault> {
    Ok(on!(tx, c => counters::table.find(name).select(counters::value).get_result(c))?)
}

/// The present value, which is then one higher.
pub fn next(tx: &mut Tx<'_>, name: &str) -> Result<i64, Fault> {
    let now = value(tx, name)?;
    advance(tx, name, now, now + 1)?;
    Ok(now)
}

/// Sets `to` if the value is still `from`; else the story lost a race.
pub fn advance(tx: &mut Tx<'_>, name: &str, from: i64, to: i64) -> Result<(), Fault> {
    let moved = changed!(tx,
        "UPDATE counters SET value = " Int(to)
        " WHERE name = " Text(name)
        " AND value = " Int(from)
    )?;
    if moved == 1 { Ok(()) } else { Err(Fault::LostRace) }
}
