//! Whole histories of many subscribers at once, for what carries consents in and out. Deliberately absent: what an event means.
use super::consents::{self, EVENT, EventRow, PLAIN, limits_text};
use super::kept::changed;
use super::schema::{consent_events as e, grants, subscribers as s};
use super::subscribers::{self, Subscriber};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::consent::{Act, Cell, Event, Grant};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use diesel::prelude::*;

/// Values in one list of a statement: engines take some thousands.
pub(super) const LIST: usize = 500;

/// The subscribers behind blind indices, with the index of each; those that are not enrolled are missing.
pub fn enrolled(tx: &mut Tx<'_>, indices: &[[u8; 32]]) -> Result<Vec<([u8; 32], Subscriber)>, Fault> {
    let mut out = Vec::with_capacity(indices.len());
    for list in indices.chunks(LIST) {
        let list: Vec<&[u8]> = list.iter().map(<[u8; 32]>::as_slice).collect();
        let rows: Vec<(Vec<u8>, subscribers::Row)> = on!(tx, c => s::table
            .filter(s::reference_index.eq_any(&list)).select((s::reference_index, subscribers::COLUMNS)).load(c))?;
        for (index, row) in rows {
            let index = index.try_into().map_err(|_| Fault::Corrupt("subscribers"))?;
            out.push((index, subscribers::subscriber(row)?));
        }
    }
    Ok(out)
}

/// What these subscribers' cells hold, those of one subscriber together; who may speak for them is not looked at yet (`Grant::bound`).
pub fn grants_of(tx: &mut Tx<'_>, whose: &[SubscriberId]) -> Result<Vec<Grant>, Fault> {
    let mut out = Vec::new();
    for list in whose.chunks(LIST) {
        let list: Vec<&[u8]> = list.iter().map(|id| id.0.as_slice()).collect();
        let rows: Vec<consents::Row> = on!(tx, c => grants::table
            .filter(grants::subscriber_id.eq_any(&list)).order(grants::subscriber_id.asc())
            .select(consents::COLUMNS).load(c))?;
        for row in rows {
            out.push(consents::grant(row)?);
        }
    }
    Ok(out)
}

/// Everything ever done to these subscribers' consents: of each in order, one after the other.
pub fn events_of(tx: &mut Tx<'_>, whose: &[SubscriberId]) -> Result<Vec<Event>, Fault> {
    let mut out = Vec::new();
    for list in whose.chunks(LIST) {
        let list: Vec<&[u8]> = list.iter().map(|id| id.0.as_slice()).collect();
        let rows: Vec<EventRow> = on!(tx, c => e::table
            .filter(e::subscriber_id.eq_any(&list)).order((e::subscriber_id.asc(), e::seq.asc())).select(EVENT).load(c))?;
        for row in rows {
            out.push(consents::event(row)?);
        }
    }
    Ok(out)
}

/// One subscriber as the operator knows him.
#[derive(Debug, Clone)]
pub struct Referred {
    /// Blind index of the reference.
    pub index: Vec<u8>,
    /// Internal id.
    pub id: SubscriberId,
    /// The reference, sealed.
    pub sealed: Vec<u8>,
}

type ReferredRow = (Vec<u8>, Vec<u8>, Vec<u8>);

fn referred_row((index, id, sealed): ReferredRow) -> Result<Referred, Fault> {
    let id = SubscriberId::from_slice(&id).ok_or(Fault::Corrupt("subscribers"))?;
    Ok(Referred { index, id, sealed })
}

/// Subscribers whose numbers are still theirs, after `index` in the order of their blind indices, at most `most`.
pub fn after(tx: &mut Tx<'_>, index: &[u8], most: i64) -> Result<Vec<Referred>, Fault> {
    let rows: Vec<ReferredRow> = on!(tx, c => s::table
        .filter(s::reference_index.gt(index).and(s::ended_at.is_null())).order(s::reference_index.asc()).limit(most)
        .select((s::reference_index, s::id, s::reference_sealed)).load(c))?;
    rows.into_iter().map(referred_row).collect()
}

/// Those of `ids` whose numbers are still theirs.
pub fn referred(tx: &mut Tx<'_>, ids: &[SubscriberId]) -> Result<Vec<Referred>, Fault> {
    let mut out = Vec::new();
    for list in ids.chunks(LIST) {
        let list: Vec<&[u8]> = list.iter().map(|id| id.0.as_slice()).collect();
        let rows: Vec<ReferredRow> = on!(tx, c => s::table
            .filter(s::id.eq_any(&list).and(s::ended_at.is_null()))
            .select((s::reference_index, s::id, s::reference_sealed)).load(c))?;
        for row in rows {
            out.push(referred_row(row)?);
        }
    }
    Ok(out)
}

/// Appends an event under its own number, in the caller's transaction; the projection is the caller's to write.
pub fn append(tx: &mut Tx<'_>, event: &Event) -> Result<(), Fault> {
    let Cell { subscriber, recipient, purpose, category } = event.cell;
    let limits = limits_text(&event.limits)?;
    changed!(tx,
        "INSERT INTO consent_events (subscriber_id, seq, grant_id, recipient_id, purpose, category, act, precision, notice, channel,
            at, actor, valid_at, until_at, limits, edition, relation_id, provenance) VALUES (" Bytes(&subscriber.0)
        ", " Int(event.seq)
        ", " Bytes(&event.grant.0)
        ", " Bytes(&recipient.0)
        ", " Text(purpose.as_str())
        ", " Text(category.as_str())
        ", " Text(event.act.as_str())
        ", " Text(event.precision.as_str())
        ", " Text(&event.notice)
        ", " Text(&event.channel)
        ", " Int(event.recorded.0)
        ", " Text(event.actor.as_str())
        ", " Int(event.valid.0)
        ", " Maybe(event.until.map(|until| until.0))
        ", " Text(if matches!(event.act, Act::Grant | Act::Capture) { &limits } else { PLAIN })
        ", " Int(i64::from(event.edition))
        ", " MaybeBytes(event.relation.as_ref().map(|r| r.0.as_slice()))
        ", " Text(event.provenance.as_str());
        ")"
    )?;
    Ok(())
}

/// Writes what a cell holds now, in the caller's transaction.
pub fn project(tx: &mut Tx<'_>, grant: &Grant, at: At) -> Result<(), Fault> {
    consents::project(tx, grant, at)
}
