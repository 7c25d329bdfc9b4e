//! Incidents, and how far the log was searched for whom each touches. Deliberately absent: those whom one touches (`touched`).
use super::kept::changed;
use super::schema::breaches;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::breach::{Breach, Confirmed};
use crate::domain::canonical;
use crate::domain::id::{BreachId, RecipientId};
use crate::domain::stop::Ground;
use crate::domain::time::At;
use diesel::prelude::*;

/// An incident and how far it is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The incident.
    pub breach: Breach,
    /// Numbers of the entries in its period: from, and one past the last.
    pub range: (i64, i64),
    /// Up to where it was searched for whom it touches.
    pub counted: i64,
    /// Up to where it was searched for whom what was confirmed touches; nothing until something is.
    pub sorted: Option<i64>,
    /// Answers whose records are erased, so that nobody knows about whom they were.
    pub unnamed: i64,
}

impl Counted {
    /// Whether it is known whom it touches.
    pub fn is_counted(&self) -> bool {
        self.counted >= self.range.1
    }
    /// Whether it is known whom what was confirmed touches.
    pub fn is_sorted(&self) -> bool {
        self.is_counted() && self.sorted.is_some_and(|reached| reached >= self.range.1)
    }
}

type Row = (
    (Vec<u8>, Vec<u8>, i64, i64, i64, String, i64),
    (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, String),
    (i64, i64, i64, Option<i64>, i64),
);
type Columns = (
    (
        breaches::id,
        breaches::recipient_id,
        breaches::from_at,
        breaches::to_at,
        breaches::known_at,
        breaches::ground,
        breaches::at,
    ),
    (
        breaches::possible_at,
        breaches::confirmed_at,
        breaches::confirmed_from,
        breaches::confirmed_to,
        breaches::cleared_at,
        breaches::reported,
    ),
    (breaches::first_seq, breaches::end_seq, breaches::counted_seq, breaches::sorted_seq, breaches::unnamed),
);
const COLUMNS: Columns = (
    (
        breaches::id,
        breaches::recipient_id,
        breaches::from_at,
        breaches::to_at,
        breaches::known_at,
        breaches::ground,
        breaches::at,
    ),
    (
        breaches::possible_at,
        breaches::confirmed_at,
        breaches::confirmed_from,
        breaches::confirmed_to,
        breaches::cleared_at,
        breaches::reported,
    ),
    (breaches::first_seq, breaches::end_seq, breaches::counted_seq, breaches::sorted_seq, breaches::unnamed),
);

fn counted(
    ((id, recipient, from, to, known, ground, at), acts, (first, end, counted, sorted, unnamed)): Row,
) -> Result<Counted, Fault> {
    let (possible, confirmed, confirmed_from, confirmed_to, cleared, reported) = acts;
    let read = || {
        let confirmed = match (confirmed, confirmed_from, confirmed_to) {
            (Some(at), Some(from), Some(to)) => Some(Confirmed { at: At(at), from: At(from), to: At(to) }),
            (None, None, None) => None,
            _ => return None,
        };
        let breach = Breach {
            id: BreachId::from_slice(&id)?,
            recipient: RecipientId::from_slice(&recipient)?,
            from: At(from),
            to: At(to),
            known: At(known),
            ground: Ground::parse(&ground)?,
            at: At(at),
            possible: possible.map(At),
            confirmed,
            cleared: cleared.map(At),
            reported: serde_json::from_str(&reported).ok()?,
        };
        Some(Counted { breach, range: (first, end), counted, sorted, unnamed })
    };
    read().ok_or(Fault::Corrupt("breaches"))
}

/// All of them, the newest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Counted>, Fault> {
    let rows: Vec<Row> = on!(tx, c => breaches::table.order((breaches::at.desc(), breaches::id.desc())).select(COLUMNS).load(c))?;
    rows.into_iter().map(counted).collect()
}

/// By id.
pub fn find(tx: &mut Tx<'_>, id: BreachId) -> Result<Option<Counted>, Fault> {
    let row: Option<Row> =
        on!(tx, c => breaches::table.find(id.0.as_slice()).select(COLUMNS).get_result(c).optional())?;
    row.map(counted).transpose()
}

fn reported(breach: &Breach) -> Result<String, Fault> {
    canonical::to_string(&breach.reported).map_err(|_| Fault::Corrupt("breaches"))
}

/// Puts a declared one down, with the entries to search.
pub fn put(tx: &mut Tx<'_>, breach: &Breach, (first, end): (i64, i64)) -> Result<(), Fault> {
    let reported = reported(breach)?;
    let row = (
        breaches::id.eq(breach.id.0.as_slice()),
        breaches::recipient_id.eq(breach.recipient.0.as_slice()),
        breaches::from_at.eq(breach.from.0),
        breaches::to_at.eq(breach.to.0),
        breaches::known_at.eq(breach.known.0),
        breaches::ground.eq(breach.ground.as_str()),
        breaches::at.eq(breach.at.0),
        breaches::reported.eq(reported.as_str()),
        breaches::first_seq.eq(first),
        breaches::end_seq.eq(end),
        breaches::counted_seq.eq(first),
        breaches::unnamed.eq(0),
    );
    on!(tx, c => diesel::insert_into(breaches::table).values(row).execute(c))?;
    Ok(())
}

/// Writes down what was done about one. From what is confirmed on it is searched anew.
pub fn update(tx: &mut Tx<'_>, breach: &Breach) -> Result<(), Fault> {
    let reported = reported(breach)?;
    let confirmed = breach.confirmed;
    let values = (
        breaches::possible_at.eq(breach.possible.map(|at| at.0)),
        breaches::confirmed_at.eq(confirmed.map(|c| c.at.0)),
        breaches::confirmed_from.eq(confirmed.map(|c| c.from.0)),
        breaches::confirmed_to.eq(confirmed.map(|c| c.to.0)),
        breaches::cleared_at.eq(breach.cleared.map(|at| at.0)),
        breaches::reported.eq(reported.as_str()),
    );
    on!(tx, c => diesel::update(breaches::table.find(breach.id.0.as_slice())).set(values).execute(c))?;
    if confirmed.is_some() {
        changed!(tx,
            "UPDATE breaches SET sorted_seq = first_seq WHERE sorted_seq IS NULL AND id = " Bytes(&breach.id.0)
        )?;
    }
    Ok(())
}

/// Moves on the search for whom it touches, and counts whom nobody can name; false when somebody else was faster.
pub fn count_on(tx: &mut Tx<'_>, id: BreachId, (from, to): (i64, i64), unnamed: i64) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE breaches SET counted_seq = " Int(to)
        ", unnamed = unnamed + " Int(unnamed)
        " WHERE id = " Bytes(&id.0)
        " AND counted_seq = " Int(from)
    )?;
    Ok(moved == 1)
}

/// Moves on the search for whom what was confirmed touches; false when somebody else was faster.
pub fn sort_on(tx: &mut Tx<'_>, id: BreachId, (from, to): (i64, i64)) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE breaches SET sorted_seq = " Int(to)
        " WHERE id = " Bytes(&id.0)
        " AND sorted_seq = " Int(from)
    )?;
    Ok(moved == 1)
}
