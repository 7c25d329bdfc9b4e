//! Links into consoles and sessions there. Deliberately absent: who may have one (`broker::console`).
use super::schema::console_visits as visits;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::stop::Ground;
use crate::domain::time::At;
use diesel::prelude::*;

/// A link that waits to be used, or a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Tells it from every other.
    pub id: [u8; 16],
    /// For which client.
    pub client: String,
    /// Why.
    pub ground: Ground,
    /// Whether it is a session.
    pub entered: bool,
    /// When it ends by itself.
    pub ends: At,
    /// Whether it may act on incidents.
    pub acts: bool,
}

/// Keeps one.
pub fn put(tx: &mut Tx<'_>, new: &Visit) -> Result<(), Fault> {
    let row = (
        visits::id.eq(new.id.as_slice()),
        visits::client_id.eq(new.client.as_str()),
        visits::ground.eq(new.ground.as_str()),
        visits::entered.eq(i64::from(new.entered)),
        visits::ends_at.eq(new.ends.0),
        visits::acts.eq(i64::from(new.acts)),
    );
    on!(tx, c => diesel::insert_into(visits::table).values(row).execute(c))?;
    Ok(())
}

/// One by its id, whether or not its time has come.
pub fn find(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<Option<Visit>, Fault> {
    let row: Option<(String, String, i64, i64, i64)> = on!(tx, c => visits::table.find(id.as_slice())
        .select((visits::client_id, visits::ground, visits::entered, visits::ends_at, visits::acts)).get_result(c).optional())?;
    let read = |(client, ground, entered, ends, acts): (String, String, i64, i64, i64)| {
        let ground = Ground::parse(&ground).ok_or(Fault::Corrupt("console_visits"))?;
        Ok(Visit { id: *id, client, ground, entered: entered == 1, ends: At(ends), acts: acts == 1 })
    };
    row.map(read).transpose()
}

/// Ends one; false when it had ended.
pub fn end(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<bool, Fault> {
    Ok(on!(tx, c => diesel::delete(visits::table.find(id.as_slice())).execute(c))? == 1)
}

/// Forgets what ended before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    Ok(on!(tx, c => diesel::delete(visits::table.filter(visits::ends_at.lt(at.0))).execute(c))?)
}
