//! Consent events and their projection, the grants: at most one row per cell.
use super::kept::changed;
use super::schema::{consent_events, grants, notices};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::category::{Category, Precision};
use crate::domain::consent::{Act, Cell, Grant, State};
use crate::domain::id::{GrantId, RecipientId, SubscriberId};
use crate::domain::notice::Notice;
use crate::domain::purpose::Purpose;
use crate::domain::time::At;
use diesel::prelude::*;

type Row = (Vec<u8>, Vec<u8>, String, String, Vec<u8>, String, String, String, i64, i64, i64);

fn grant(row: Row) -> Result<Grant, Fault> {
    let (subscriber, recipient, purpose, category, id, precision, state, notice, granted_at, until, _) = row;
    let read = || {
        Some(Grant {
            id: GrantId::from_slice(&id)?,
            cell: Cell {
                subscriber: SubscriberId::from_slice(&subscriber)?,
                recipient: RecipientId::from_slice(&recipient)?,
                purpose: Purpose::parse(&purpose)?,
                category: Category::parse(&category)?,
            },
            precision: Precision::parse(&precision)?,
            state: State::parse(&state)?,
            notice,
            granted_at: At(granted_at),
            until: At(until),
        })
    };
    read().ok_or(Fault::Corrupt("grants"))
}

/// All that a subscriber decided about a recipient.
pub fn held_with(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    recipient: RecipientId,
) -> Result<Vec<Grant>, Fault> {
    let rows: Vec<Row> = on!(tx, c => grants::table
        .filter(grants::subscriber_id.eq(subscriber.0.as_slice()).and(grants::recipient_id.eq(recipient.0.as_slice())))
        .load(c))?;
    rows.into_iter().map(grant).collect()
}

/// All that a subscriber decided.
pub fn held(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Vec<Grant>, Fault> {
    let rows: Vec<Row> =
        on!(tx, c => grants::table.filter(grants::subscriber_id.eq(subscriber.0.as_slice())).load(c))?;
    rows.into_iter().map(grant).collect()
}

/// What a subscriber decided about one cell.
pub fn find(tx: &mut Tx<'_>, cell: Cell) -> Result<Option<Grant>, Fault> {
    let key = (
        cell.subscriber.0.as_slice(),
        cell.recipient.0.as_slice(),
        cell.purpose.as_str(),
        cell.category.as_str(),
    );
    let row: Option<Row> = on!(tx, c => grants::table.find(key).get_result(c).optional())?;
    row.map(grant).transpose()
}

/// One act of a subscriber on one cell, with the grant as it is after it.
#[derive(Debug, Clone)]
pub struct Change {
    /// The grant after the act.
    pub grant: Grant,
    /// What was done.
    pub act: Act,
    /// How the subscriber acted.
    pub channel: &'static str,
    /// When.
    pub at: At,
}

/// Appends the event and writes the projection, in the caller's transaction.
pub fn apply(tx: &mut Tx<'_>, change: &Change) -> Result<(), Fault> {
    let Change { grant, act, channel, at } = change;
    let Cell { subscriber, recipient, purpose, category } = grant.cell;
    changed!(tx,
        "INSERT INTO consent_events (subscriber_id, grant_id, recipient_id, purpose, category, act, precision, notice, channel,
            at, seq) SELECT " Bytes(&subscriber.0)
        ", " Bytes(&grant.id.0)
        ", " Bytes(&recipient.0)
        ", " Text(purpose.as_str())
        ", " Text(category.as_str())
        ", " Text(act.as_str())
        ", " Text(grant.precision.as_str())
        ", " Text(&grant.notice)
        ", " Text(channel)
        ", " Int(at.0)
        ", COALESCE(MAX(seq), 0) + 1 FROM consent_events WHERE subscriber_id = " Bytes(&subscriber.0)
    )?;
    changed!(tx,
        "INSERT INTO grants (subscriber_id, recipient_id, purpose, category, id, precision, state, notice, granted_at, until_at,
            changed_at) VALUES (" Bytes(&subscriber.0)
        ", " Bytes(&recipient.0)
        ", " Text(purpose.as_str())
        ", " Text(category.as_str())
        ", " Bytes(&grant.id.0)
        ", " Text(grant.precision.as_str())
        ", " Text(grant.state.as_str())
        ", " Text(&grant.notice)
        ", " Int(grant.granted_at.0)
        ", " Int(grant.until.0)
        ", " Int(at.0);
        ") ON CONFLICT (subscriber_id, recipient_id, purpose, category) DO UPDATE SET id = excluded.id,
            precision = excluded.precision, state = excluded.state, notice = excluded.notice,
            granted_at = excluded.granted_at, until_at = excluded.until_at, changed_at = excluded.changed_at"
    )?;
    Ok(())
}

/// One past act, as the registry keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAct {
    /// Dense per subscriber, from 1.
    pub seq: i64,
    /// To whom.
    pub recipient: RecipientId,
    /// What for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// What was done.
    pub act: Act,
    /// When.
    pub at: At,
}

/// Everything a subscriber ever did, oldest first.
pub fn history(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Vec<PastAct>, Fault> {
    let rows: Vec<(i64, Vec<u8>, String, String, String, i64)> = on!(tx, c => consent_events::table
        .filter(consent_events::subscriber_id.eq(subscriber.0.as_slice()))
        .order(consent_events::seq.asc())
        .select((consent_events::seq, consent_events::recipient_id, consent_events::purpose,
            consent_events::category, consent_events::act, consent_events::at))
        .load(c))?;
    let read = |(seq, recipient, purpose, category, act, at): (i64, Vec<u8>, String, String, String, i64)| {
        Some(PastAct {
            seq,
            recipient: RecipientId::from_slice(&recipient)?,
            purpose: Purpose::parse(&purpose)?,
            category: Category::parse(&category)?,
            act: Act::parse(&act)?,
            at: At(at),
        })
    };
    rows.into_iter().map(|r| read(r).ok_or(Fault::Corrupt("consent_events"))).collect()
}

/// What was done to one consent and when, oldest first.
pub fn acts_on(tx: &mut Tx<'_>, subscriber: SubscriberId, consent: GrantId) -> Result<Vec<(Act, At)>, Fault> {
    let rows: Vec<(String, i64)> = on!(tx, c => consent_events::table
        .filter(consent_events::subscriber_id.eq(subscriber.0.as_slice())
            .and(consent_events::grant_id.eq(consent.0.as_slice())))
        .order(consent_events::seq.asc())
        .select((consent_events::act, consent_events::at))
        .load(c))?;
    let read = |(act, at): (String, i64)| Some((Act::parse(&act)?, At(at)));
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("consent_events"))).collect()
}

/// Keeps a notice under its hash; a repeat changes nothing.
pub fn put_notice(tx: &mut Tx<'_>, hash: &str, notice: &Notice) -> Result<(), Fault> {
    let row = (
        notices::hash.eq(hash),
        notices::locale.eq(notice.locale.as_str()),
        notices::body.eq(notice.text.as_str()),
    );
    on!(tx, c => diesel::insert_into(notices::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// A notice by its hash.
pub fn find_notice(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Notice>, Fault> {
    let row: Option<(String, String)> = on!(tx, c => notices::table.find(hash).select((notices::locale, notices::body)).get_result(c).optional())?;
    Ok(row.map(|(locale, text)| Notice { locale, text }))
}
