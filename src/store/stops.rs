//! Stop orders, all of them in one small table. Deliberately absent: whom one covers (`domain::stop`), and who may lift it.
use super::schema::stops;
use super::tx::on;
use super::{Fault, Tx, counters};
use crate::domain::id::{RecipientId, StopId};
use crate::domain::stop::{Ground, Reach, Stop};
use crate::domain::subscriber::{Country, Jurisdiction};
use crate::domain::time::At;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

type Row = (Vec<u8>, Option<Vec<u8>>, Option<String>, Option<String>, String, i64, Option<i64>);

fn stop((id, recipient, home, country, ground, at, lifted): Row) -> Result<Stop, Fault> {
    let read = || {
        let recipient = recipient.map(|id| RecipientId::from_slice(&id).ok_or(())).transpose().ok()?;
        let home = home.map(|home| Jurisdiction::parse(&home).ok_or(())).transpose().ok()?;
        let country = country.map(|country| Country::parse(&country).ok_or(())).transpose().ok()?;
        Some(Stop {
            id: StopId::from_slice(&id)?,
            reach: Reach { recipient, home, country },
            ground: Ground::parse(&ground)?,
            at: At(at),
            lifted: lifted.map(At),
        })
    };
    read().ok_or(Fault::Corrupt("stops"))
}

/// All of them, the newest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Stop>, Fault> {
    let rows: Vec<Row> = on!(tx, c => stops::table.order((stops::at.desc(), stops::id.desc())).load(c))?;
    rows.into_iter().map(stop).collect()
}

/// By id.
pub fn find(tx: &mut Tx<'_>, id: StopId) -> Result<Option<Stop>, Fault> {
    let row: Option<Row> = on!(tx, c => stops::table.find(id.0.as_slice()).get_result(c).optional())?;
    row.map(stop).transpose()
}

/// Begins a story that changes stops: it waits until every answer that is becoming final has become so, and those that come meanwhile see the change.
/// On a server nothing may be read before it, since what a story sees is settled with its first look; the one writer of the embedded engine needs none of it.
pub fn alone(tx: &mut Tx<'_>) -> Result<(), Fault> {
    lock(tx, "LOCK TABLE stops IN EXCLUSIVE MODE")
}

/// Begins a story that lets an answer leave: no stop comes into force until it is over. On a server nothing may be read before it.
pub fn hold(tx: &mut Tx<'_>) -> Result<(), Fault> {
    lock(tx, "LOCK TABLE stops IN ROW SHARE MODE")
}

fn lock(tx: &mut Tx<'_>, statement: &str) -> Result<(), Fault> {
    match tx {
        Tx::Sqlite(_) => Ok(()),
        Tx::Postgres(c) => Ok(c.batch_execute(statement)?),
    }
}

/// The version that every change moves.
pub fn version(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    counters::value(tx, counters::STOPS)
}

/// Puts a stop in force.
pub fn put(tx: &mut Tx<'_>, stop: &Stop) -> Result<(), Fault> {
    let Reach { recipient, home, country } = &stop.reach;
    let row = (
        stops::id.eq(stop.id.0.as_slice()),
        stops::recipient_id.eq(recipient.as_ref().map(|id| id.0.as_slice())),
        stops::home.eq(home.map(Jurisdiction::as_str)),
        stops::country.eq(country.as_ref().map(Country::as_str)),
        stops::ground.eq(stop.ground.as_str()),
        stops::at.eq(stop.at.0),
    );
    on!(tx, c => diesel::insert_into(stops::table).values(row).execute(c))?;
    counters::next(tx, counters::STOPS).map(drop)
}

/// Lifts a stop; what has been lifted stays as it is.
pub fn lift(tx: &mut Tx<'_>, id: StopId, at: At) -> Result<(), Fault> {
    on!(tx, c => diesel::update(stops::table.find(id.0.as_slice()).filter(stops::lifted_at.is_null()))
        .set(stops::lifted_at.eq(at.0)).execute(c))?;
    counters::next(tx, counters::STOPS).map(drop)
}
