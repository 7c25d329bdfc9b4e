//! What recipients are asked to delete, and what they state.
use super::schema::purges;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::category::Category;
use crate::domain::id::{PurgeId, RecipientId, SubscriberId};
use crate::domain::purge::{Asked, Statement};
use crate::domain::purpose::Purpose;
use crate::domain::time::At;
use diesel::prelude::*;

/// A request to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purge {
    /// Its id.
    pub id: PurgeId,
    /// Whose data.
    pub subscriber: SubscriberId,
    /// Who is asked.
    pub recipient: RecipientId,
    /// What it was held for.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// When the consent ended.
    pub asked_at: At,
    /// When an answer is due.
    pub deadline_at: At,
    /// The word and cause that were stated, if any.
    pub statement: Option<(String, Option<String>)>,
    /// When.
    pub answered_at: Option<At>,
}

type Row = (Vec<u8>, Vec<u8>, Vec<u8>, String, String, i64, i64, Option<String>, Option<String>, Option<i64>);

fn purge(row: Row) -> Result<Purge, Fault> {
    let (id, subscriber, recipient, purpose, category, asked_at, deadline_at, statement, cause, answered_at) =
        row;
    let read = || {
        Some(Purge {
            id: PurgeId::from_slice(&id)?,
            subscriber: SubscriberId::from_slice(&subscriber)?,
            recipient: RecipientId::from_slice(&recipient)?,
            purpose: Purpose::parse(&purpose)?,
            category: Category::parse(&category)?,
            asked_at: At(asked_at),
            deadline_at: At(deadline_at),
            statement: statement.map(|s| (s, cause)),
            answered_at: answered_at.map(At),
        })
    };
    read().ok_or(Fault::Corrupt("purges"))
}

/// Writes a request, in the caller's transaction.
pub fn put(tx: &mut Tx<'_>, new: &Purge) -> Result<(), Fault> {
    let row = (
        purges::id.eq(new.id.0.as_slice()),
        purges::subscriber_id.eq(new.subscriber.0.as_slice()),
        purges::recipient_id.eq(new.recipient.0.as_slice()),
        purges::purpose.eq(new.purpose.as_str()),
        purges::category.eq(new.category.as_str()),
        purges::asked_at.eq(new.asked_at.0),
        purges::deadline_at.eq(new.deadline_at.0),
    );
    on!(tx, c => diesel::insert_into(purges::table).values(row).execute(c))?;
    Ok(())
}

/// By id.
pub fn find(tx: &mut Tx<'_>, id: PurgeId) -> Result<Option<Purge>, Fault> {
    let row: Option<Row> = on!(tx, c => purges::table.find(id.0.as_slice()).get_result(c).optional())?;
    row.map(purge).transpose()
}

/// Notes the first statement about a request; false if there is one already.
pub fn state(tx: &mut Tx<'_>, id: PurgeId, statement: Statement, at: At) -> Result<bool, Fault> {
    let set = (
        purges::statement.eq(statement.word().as_str()),
        purges::cause.eq(statement.cause().map(|c| c.as_str())),
        purges::answered_at.eq(at.0),
    );
    let noted = on!(tx, c => diesel::update(purges::table.find(id.0.as_slice())
        .filter(purges::statement.is_null())).set(set).execute(c))?;
    Ok(noted == 1)
}

/// Those of a kind, at most `most`, the oldest deadline first.
pub fn list(tx: &mut Tx<'_>, which: Asked, now: At, most: i64) -> Result<Vec<Purge>, Fault> {
    let all = purges::table.order((purges::deadline_at.asc(), purges::id.asc())).limit(most);
    let rows: Vec<Row> = match which {
        Asked::Open => {
            let open = all.filter(purges::statement.is_null().and(purges::deadline_at.gt(now.0)));
            on!(tx, c => open.load(c))?
        }
        Asked::Overdue => {
            let late = all.filter(purges::statement.is_null().and(purges::deadline_at.le(now.0)));
            on!(tx, c => late.load(c))?
        }
        Asked::Done | Asked::NothingHeld | Asked::Refused => {
            let stated = all.filter(purges::statement.eq(which.as_str()));
            on!(tx, c => stated.load(c))?
        }
    };
    rows.into_iter().map(purge).collect()
}

/// What is asked of whom about a subscriber and was not answered.
pub fn unanswered_about(
    tx: &mut Tx<'_>,
    id: SubscriberId,
) -> Result<Vec<(RecipientId, Purpose, Category)>, Fault> {
    let open =
        purges::table.filter(purges::subscriber_id.eq(id.0.as_slice()).and(purges::statement.is_null()));
    let rows: Vec<(Vec<u8>, String, String)> = on!(tx, c => open
        .select((purges::recipient_id, purges::purpose, purges::category)).load(c))?;
    let read = |(recipient, purpose, category): (Vec<u8>, String, String)| {
        Some((RecipientId::from_slice(&recipient)?, Purpose::parse(&purpose)?, Category::parse(&category)?))
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("purges"))).collect()
}

/// How many are overdue.
pub fn overdue(tx: &mut Tx<'_>, now: At) -> Result<u64, Fault> {
    let count: i64 = on!(tx, c => purges::table
        .filter(purges::statement.is_null().and(purges::deadline_at.le(now.0))).count().get_result(c))?;
    u64::try_from(count).map_err(|_| Fault::Corrupt("purges"))
}
