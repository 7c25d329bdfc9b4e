//! What was told about zones and days, and what was charged for it. The first answer stays, also the one that told nothing: drawn again, noise
//! averages out. Deliberately absent: drawing it, and who was counted.
use super::kept::changed;
use super::schema::counts;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::time::At;
use crate::domain::zone::Zone;
use diesel::prelude::*;
use std::ops::RangeInclusive;

/// An answer about one zone and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountRow {
    /// When the window begins.
    pub day: At,
    /// Where.
    pub zone: Zone,
    /// How many, as told; `None` where nothing is.
    pub persons: Option<u64>,
    /// What is charged for it, thousandths of ε.
    pub eps_milli: u32,
    /// When it was drawn.
    pub at: At,
}

/// Keeps `row` unless that zone and day has an answer, and gives what stands.
pub fn keep(tx: &mut Tx<'_>, row: &CountRow) -> Result<Option<u64>, Fault> {
    let persons = row.persons.map(i64::try_from).transpose().map_err(|_| Fault::Corrupt("counts"))?;
    changed!(tx,
        "INSERT INTO counts (day, zone, persons, eps_milli, at) VALUES (" Int(row.day.0)
        ", " Int(row.zone.0.cast_signed())
        ", " Maybe(persons)
        ", " Int(i64::from(row.eps_milli))
        ", " Int(row.at.0);
        ") ON CONFLICT (day, zone) DO NOTHING"
    )?;
    find(tx, row.day, row.zone)?.ok_or(Fault::LostRace)
}

/// What was told about a zone and day; `None` where none was asked about yet.
pub fn find(tx: &mut Tx<'_>, day: At, zone: Zone) -> Result<Option<Option<u64>>, Fault> {
    let key = (day.0, zone.0.cast_signed());
    let row: Option<Option<i64>> =
        on!(tx, c => counts::table.find(key).select(counts::persons).get_result(c).optional())?;
    let told = |n: i64| u64::try_from(n).map_err(|_| Fault::Corrupt("counts"));
    row.map(|persons| persons.map(told).transpose()).transpose()
}

/// The days that were charged for in `days`, in order, with what each was charged.
pub fn charged(tx: &mut Tx<'_>, days: RangeInclusive<At>) -> Result<Vec<(At, u32)>, Fault> {
    let of_days = counts::day.between(days.start().0, days.end().0).and(counts::eps_milli.gt(0));
    let rows: Vec<(i64, i64)> = on!(tx, c => counts::table.filter(of_days)
        .order((counts::day.asc(), counts::zone.asc())).select((counts::day, counts::eps_milli)).load(c))?;
    let read = |(day, eps): (i64, i64)| {
        u32::try_from(eps).map(|eps| (At(day), eps)).map_err(|_| Fault::Corrupt("counts"))
    };
    rows.into_iter().map(read).collect()
}
