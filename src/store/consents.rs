//! Consent events and their projection, the grants: at most one row per cell.
use super::kept::changed;
use super::schema::{consent_events, consent_events as e};
use super::schema::{grants, notices};
use super::tx::on;
use super::{Fault, Tx, withdrawn};
use crate::domain::canonical;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{
    Act, Actor, Capture, Cell, Event, Footing, Grant, Holds, Limits, People, Provenance, State, Terms,
};
use crate::domain::id::{GrantId, PresentationId, RecipientId, RelationId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::time::At;
use diesel::prelude::*;

/// JSON of what is seldom there; an absent limit must not read as one, nor a limit as none.
fn limits(text: &str) -> Option<Limits> {
    if text == PLAIN {
        return Some(Limits::NONE);
    }
    serde_json::from_str::<Limits>(text).ok().filter(Limits::is_whole)
}

pub(super) fn limits_text(limits: &Limits) -> Result<String, Fault> {
    canonical::to_string(limits).map_err(|_| Fault::Corrupt("limits"))
}

/// No limits, as they are written.
pub(super) const PLAIN: &str = "{}";

pub(super) type Row = (
    (Vec<u8>, Vec<u8>, String, String),
    (Vec<u8>, String, String, String, i64, i64),
    (String, Option<i64>, Option<i64>, Option<i64>, i64),
    (String, Option<Vec<u8>>),
);
type Columns = (
    (grants::subscriber_id, grants::recipient_id, grants::purpose, grants::category),
    (grants::id, grants::precision, grants::state, grants::notice, grants::granted_at, grants::until_at),
    (grants::limits, grants::paused_until, grants::renewed_at, grants::closed_at, grants::edition),
    (grants::actor, grants::relation_id),
);
pub(super) const COLUMNS: Columns = (
    (grants::subscriber_id, grants::recipient_id, grants::purpose, grants::category),
    (grants::id, grants::precision, grants::state, grants::notice, grants::granted_at, grants::until_at),
    (grants::limits, grants::paused_until, grants::renewed_at, grants::closed_at, grants::edition),
    (grants::actor, grants::relation_id),
);

fn cell((subscriber, recipient, purpose, category): (Vec<u8>, Vec<u8>, String, String)) -> Option<Cell> {
    Some(Cell {
        subscriber: SubscriberId::from_slice(&subscriber)?,
        recipient: RecipientId::from_slice(&recipient)?,
        purpose: Purpose::parse(&purpose)?,
        category: Category::parse(&category)?,
    })
}

/// Grants as those leave them who may speak for their subscriber: never without that, or a guardian's yes would outlive his say.
fn bound(rows: Vec<Row>, people: &People) -> Result<Vec<Grant>, Fault> {
    rows.into_iter().map(|row| Ok(grant(row)?.bound(people))).collect()
}

fn relation(id: Option<Vec<u8>>) -> Option<Option<RelationId>> {
    id.map_or(Some(None), |id| RelationId::from_slice(&id).map(Some))
}

pub(super) fn grant(
    (key, (id, precision, state, notice, granted_at, until), terms, (actor, by)): Row,
) -> Result<Grant, Fault> {
    let read = || {
        Some(Grant {
            id: GrantId::from_slice(&id)?,
            cell: cell(key)?,
            precision: Precision::parse(&precision)?,
            state: State::parse(&state)?,
            notice,
            granted_at: At(granted_at),
            until: At(until),
            terms: Terms {
                limits: limits(&terms.0)?,
                paused_until: terms.1.map(At),
                renewed_at: terms.2.map(At),
                closed_at: terms.3.map(At),
                edition: u32::try_from(terms.4).ok()?,
                footing: Footing { actor: Actor::parse(&actor)?, relation: relation(by)? },
                holds: Holds::Never,
            },
        })
    };
    read().ok_or(Fault::Corrupt("grants"))
}

/// All that a subscriber, for whom `people` may speak, decided about a recipient.
pub fn held_with(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    recipient: RecipientId,
    people: &People,
) -> Result<Vec<Grant>, Fault> {
    let rows: Vec<Row> = on!(tx, c => grants::table
        .filter(grants::subscriber_id.eq(subscriber.0.as_slice()).and(grants::recipient_id.eq(recipient.0.as_slice())))
        .select(COLUMNS).load(c))?;
    bound(rows, people)
}

/// All that a subscriber, for whom `people` may speak, decided.
pub fn held(tx: &mut Tx<'_>, subscriber: SubscriberId, people: &People) -> Result<Vec<Grant>, Fault> {
    let rows: Vec<Row> = on!(tx, c => grants::table
        .filter(grants::subscriber_id.eq(subscriber.0.as_slice())).select(COLUMNS).load(c))?;
    bound(rows, people)
}

/// One act on one cell, with the grant as it is after it.
#[derive(Debug, Clone)]
pub struct Change {
    /// The grant after the act.
    pub grant: Grant,
    /// What was done.
    pub act: Act,
    /// Who acted, and how it reached us.
    pub by: Capture,
    /// When.
    pub at: At,
    /// What was shown, where that was needed.
    pub presentation: Option<PresentationId>,
}

/// Appends the event and writes the projection, in the caller's transaction.
pub fn apply(tx: &mut Tx<'_>, change: &Change) -> Result<(), Fault> {
    let Change { grant, act, by, at, presentation } = change;
    let Cell { subscriber, recipient, purpose, category } = grant.cell;
    let until = match act {
        Act::Grant | Act::Capture | Act::Renew => Some(grant.until.0),
        Act::Pause => grant.terms.paused_until.map(|end| end.0),
        _ => None,
    };
    let limits = limits_text(&grant.terms.limits)?;
    changed!(tx,
        "INSERT INTO consent_events (subscriber_id, grant_id, recipient_id, purpose, category, act, precision, notice, channel,
            at, actor, valid_at, until_at, limits, presentation_id, edition, relation_id, seq) SELECT " Bytes(&subscriber.0)
        ", " Bytes(&grant.id.0)
        ", " Bytes(&recipient.0)
        ", " Text(purpose.as_str())
        ", " Text(category.as_str())
        ", " Text(act.as_str())
        ", " Text(grant.precision.as_str())
        ", " Text(&grant.notice)
        ", " Text(by.channel)
        ", " Int(at.0)
        ", " Text(by.actor.as_str())
        ", " Int(at.0)
        ", " Maybe(until)
        ", " Text(if matches!(act, Act::Grant | Act::Capture) { &limits } else { PLAIN })
        ", " MaybeBytes(presentation.as_ref().map(|p| p.0.as_slice()))
        ", " Int(i64::from(grant.terms.edition))
        ", " MaybeBytes(by.relation.as_ref().map(|r| r.0.as_slice()))
        ", COALESCE(MAX(seq), 0) + 1 FROM consent_events WHERE subscriber_id = " Bytes(&subscriber.0)
    )?;
    project(tx, grant, *at)
}

/// Writes what a cell holds now, in the caller's transaction.
pub(super) fn project(tx: &mut Tx<'_>, grant: &Grant, at: At) -> Result<(), Fault> {
    let Cell { subscriber, recipient, purpose, category } = grant.cell;
    let limits = limits_text(&grant.terms.limits)?;
    changed!(tx,
        "INSERT INTO grants (subscriber_id, recipient_id, purpose, category, id, precision, state, notice, granted_at, until_at,
            changed_at, limits, paused_until, renewed_at, closed_at, edition, actor, relation_id) VALUES (" Bytes(&subscriber.0)
        ", " Bytes(&recipient.0)
        ", " Text(purpose.as_str())
        ", " Text(category.as_str())
        ", " Bytes(&grant.id.0)
        ", " Text(grant.precision.as_str())
        ", " Text(grant.state.as_str())
        ", " Text(&grant.notice)
        ", " Int(grant.granted_at.0)
        ", " Int(grant.until.0)
        ", " Int(at.0)
        ", " Text(&limits)
        ", " Maybe(grant.terms.paused_until.map(|end| end.0))
        ", " Maybe(grant.terms.renewed_at.map(|at| at.0))
        ", " Maybe(grant.terms.closed_at.map(|at| at.0))
        ", " Int(i64::from(grant.terms.edition))
        ", " Text(grant.terms.footing.actor.as_str())
        ", " MaybeBytes(grant.terms.footing.relation.as_ref().map(|r| r.0.as_slice()));
        ") ON CONFLICT (subscriber_id, recipient_id, purpose, category) DO UPDATE SET id = excluded.id,
            precision = excluded.precision, state = excluded.state, notice = excluded.notice,
            granted_at = excluded.granted_at, until_at = excluded.until_at, changed_at = excluded.changed_at,
            limits = excluded.limits, paused_until = excluded.paused_until, renewed_at = excluded.renewed_at,
            closed_at = excluded.closed_at, edition = excluded.edition,
            actor = excluded.actor, relation_id = excluded.relation_id"
    )?;
    // Whatever ends it: what rests on it and on a consent that was withdrawn may go now.
    if grant.state.is_open() { Ok(()) } else { withdrawn::look(tx, subscriber, at) }
}

pub(super) type EventRow = (
    i64,
    (Vec<u8>, Vec<u8>, String, String),
    (Vec<u8>, String, String, String, Option<Vec<u8>>, i64),
    (Option<i64>, String, i64, i64),
    (String, String, Option<Vec<u8>>, String),
);
type EventColumns = (
    e::seq,
    (e::subscriber_id, e::recipient_id, e::purpose, e::category),
    (e::grant_id, e::act, e::precision, e::notice, e::presentation_id, e::edition),
    (e::until_at, e::limits, e::at, e::valid_at),
    (e::actor, e::channel, e::relation_id, e::provenance),
);
pub(super) const EVENT: EventColumns = (
    e::seq,
    (e::subscriber_id, e::recipient_id, e::purpose, e::category),
    (e::grant_id, e::act, e::precision, e::notice, e::presentation_id, e::edition),
    (e::until_at, e::limits, e::at, e::valid_at),
    (e::actor, e::channel, e::relation_id, e::provenance),
);

/// Everything ever done to a subscriber's consents with a recipient, oldest first.
pub fn events(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    recipient: RecipientId,
) -> Result<Vec<Event>, Fault> {
    let rows: Vec<EventRow> = on!(tx, c => e::table
        .filter(e::subscriber_id.eq(subscriber.0.as_slice()).and(e::recipient_id.eq(recipient.0.as_slice())))
        .order(e::seq.asc()).select(EVENT).load(c))?;
    rows.into_iter().map(event).collect()
}

pub(super) fn event(row: EventRow) -> Result<Event, Fault> {
    whole(row).ok_or(Fault::Corrupt("consent_events"))
}

fn whole(row: EventRow) -> Option<Event> {
    let (
        seq,
        key,
        (grant, act, precision, notice, presentation, edition),
        (until, text, recorded, valid),
        (actor, channel, by, provenance),
    ) = row;
    Some(Event {
        seq,
        grant: GrantId::from_slice(&grant)?,
        cell: cell(key)?,
        act: Act::parse(&act)?,
        precision: Precision::parse(&precision)?,
        notice,
        edition: u32::try_from(edition).ok()?,
        presentation: presentation.map(|id| PresentationId::from_slice(&id).ok_or(())).transpose().ok()?,
        until: until.map(At),
        limits: limits(&text)?,
        recorded: At(recorded),
        valid: At(valid),
        actor: Actor::parse(&actor)?,
        channel,
        relation: relation(by)?,
        provenance: Provenance::parse(&provenance)?,
    })
}

/// The number of a subscriber's last event; 0 before the first.
pub fn last(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<i64, Fault> {
    let last: Option<i64> = on!(tx, c => consent_events::table
        .filter(consent_events::subscriber_id.eq(subscriber.0.as_slice()))
        .select(diesel::dsl::max(consent_events::seq)).get_result(c))?;
    Ok(last.unwrap_or(0))
}

/// What was done to one consent and from when it counts, oldest first.
pub fn acts_on(tx: &mut Tx<'_>, subscriber: SubscriberId, consent: GrantId) -> Result<Vec<(Act, At)>, Fault> {
    let rows: Vec<(String, i64)> = on!(tx, c => consent_events::table
        .filter(consent_events::subscriber_id.eq(subscriber.0.as_slice())
            .and(consent_events::grant_id.eq(consent.0.as_slice())))
        .order(consent_events::seq.asc())
        .select((consent_events::act, consent_events::valid_at))
        .load(c))?;
    let read = |(act, at): (String, i64)| Some((Act::parse(&act)?, At(at)));
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("consent_events"))).collect()
}

/// Keeps a notice under its hash; a repeat changes nothing.
pub fn put_notice(tx: &mut Tx<'_>, hash: &str, notice: &Notice) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO notices (hash, locale, body) VALUES (" Text(hash)
        ", " Text(&notice.locale)
        ", " Text(&notice.text);
        ") ON CONFLICT (hash) DO NOTHING"
    )?;
    Ok(())
}

/// A notice by its hash.
pub fn find_notice(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Notice>, Fault> {
    let row: Option<(String, String)> = on!(tx, c => notices::table.find(hash).select((notices::locale, notices::body)).get_result(c).optional())?;
    Ok(row.map(|(locale, text)| Notice { locale, text }))
}
