//! What the officer's pages count: sums over whole tables, each a scan, and never a row of anybody. Deliberately absent: what the sums mean, and by when something is due.
use super::schema::{digests, emergencies, outbox, purges, releases, tellings};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::category::Category;
use crate::domain::consent::{Act, State};
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::telling::Rhythm;
use crate::domain::time::{At, DAY_US, SECOND_US};
use diesel::dsl::{count, count_star, max, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};

/// Length of a week, µs; weeks begin on Monday, UTC.
pub const WEEK_US: i64 = 7 * DAY_US;
/// The first Monday of the epoch, µs.
const MONDAY_US: i64 = 4 * DAY_US;

fn whole(n: i64) -> Result<u64, Fault> {
    u64::try_from(n).map_err(|_| Fault::Corrupt("sums"))
}

/// What a recipient was asked to delete and has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Who.
    pub recipient: RecipientId,
    /// How many requests.
    pub requests: u64,
    /// The earliest deadline.
    pub first: At,
}

/// Requests to delete without an answer, by recipient; `late` those whose deadline has passed at `now`, else the others.
pub fn unanswered(tx: &mut Tx<'_>, late: bool, now: At) -> Result<Vec<Unanswered>, Fault> {
    let open = purges::table.filter(purges::statement.is_null());
    let sums = (purges::recipient_id, count_star(), min(purges::deadline_at));
    let rows: Vec<(Vec<u8>, i64, Option<i64>)> = match late {
        true => on!(tx, c => open.filter(purges::deadline_at.le(now.0)).group_by(purges::recipient_id)
            .order(purges::recipient_id).select(sums).load(c))?,
        false => on!(tx, c => open.filter(purges::deadline_at.gt(now.0)).group_by(purges::recipient_id)
            .order(purges::recipient_id).select(sums).load(c))?,
    };
    let read = |(id, n, first): (Vec<u8>, i64, Option<i64>)| {
        Some(Unanswered {
            recipient: RecipientId::from_slice(&id)?,
            requests: u64::try_from(n).ok()?,
            first: At(first?),
        })
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("purges"))).collect()
}

/// A queue of what people are to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queue {
    /// How many people.
    pub people: u64,
    /// How many of them are due by now.
    pub due: u64,
    /// When the first of all is.
    pub first: Option<At>,
    /// When what waits longest happened, where that is known.
    pub oldest: Option<At>,
}

/// When the oldest answer was given of which somebody is to be told at once and was not. `default`: what holds for who chose nothing.
pub fn oldest_of_each(tx: &mut Tx<'_>, default: Rhythm) -> Result<Option<At>, Fault> {
    let each = tellings::table.filter(tellings::rhythm.eq(Rhythm::Every.as_str()));
    let chosen: Option<i64> = on!(tx, c => each.select(min(tellings::oldest_at)).get_result(c))?;
    let silent: Option<i64> = match default {
        Rhythm::Every => {
            let silent = tellings::table.filter(tellings::rhythm.is_null());
            on!(tx, c => silent.select(min(tellings::oldest_at)).get_result(c))?
        }
        _ => None,
    };
    Ok([chosen, silent].into_iter().flatten().min().map(At))
}

/// Whom something waits for that left about him.
pub fn untold(tx: &mut Tx<'_>, now: At) -> Result<Queue, Fault> {
    let waits = tellings::table.filter(tellings::due_at.is_not_null());
    let (people, first, oldest): (i64, Option<i64>, Option<i64>) = on!(tx, c => waits
        .select((count_star(), min(tellings::due_at), min(tellings::oldest_at))).get_result(c))?;
    let due: i64 = on!(tx, c => tellings::table.filter(tellings::due_at.le(now.0)).count().get_result(c))?;
    Ok(Queue { people: whole(people)?, due: whole(due)?, first: first.map(At), oldest: oldest.map(At) })
}

/// Whom a yearly digest waits for.
pub fn digests(tx: &mut Tx<'_>, now: At) -> Result<Queue, Fault> {
    let waits = digests::table.filter(digests::due_at.is_not_null());
    let (people, first): (i64, Option<i64>) =
        on!(tx, c => waits.select((count_star(), min(digests::due_at))).get_result(c))?;
    let due: i64 = on!(tx, c => digests::table.filter(digests::due_at.le(now.0)).count().get_result(c))?;
    Ok(Queue { people: whole(people)?, due: whole(due)?, first: first.map(At), oldest: None })
}

/// Whom a letter waits for that a rescue agency asked about him; `first` is when the first may be told.
pub fn emergencies(tx: &mut Tx<'_>, now: At) -> Result<Queue, Fault> {
    let owed = emergencies::table.filter(emergencies::due_at.is_not_null());
    let (people, first, oldest): (i64, Option<i64>, Option<i64>) = on!(tx, c => owed
        .select((count_star(), min(emergencies::from_at), min(emergencies::at))).get_result(c))?;
    let due: i64 = on!(tx, c => owed.filter(emergencies::from_at.le(now.0)).count().get_result(c))?;
    Ok(Queue { people: whole(people)?, due: whole(due)?, first: first.map(At), oldest: oldest.map(At) })
}

/// Messages to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    /// To whom.
    pub recipient: RecipientId,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// How many.
    pub messages: u64,
    /// When the first of them was made.
    pub oldest: At,
    /// How often one of them failed at most.
    pub failed: u64,
}

/// What recipients were told or are to be told, by recipient and state, as long as it is kept.
pub fn messages(tx: &mut Tx<'_>) -> Result<Vec<Messages>, Fault> {
    type Row = (Vec<u8>, String, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = on!(tx, c => outbox::table
        .group_by((outbox::recipient_id, outbox::state)).order((outbox::recipient_id, outbox::state))
        .select((outbox::recipient_id, outbox::state, count_star(), min(outbox::at), max(outbox::attempts)))
        .load(c))?;
    let read = |(id, state, n, oldest, failed): Row| {
        Some(Messages {
            recipient: RecipientId::from_slice(&id)?,
            state,
            messages: u64::try_from(n).ok()?,
            oldest: At(oldest?),
            failed: u64::try_from(failed?).ok()?,
        })
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("outbox"))).collect()
}

/// What left to one recipient in an epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// To whom.
    pub recipient: RecipientId,
    /// Facts.
    pub facts: u64,
    /// About how many subscribers.
    pub subscribers: u64,
}

/// What left in the epoch that begins at `epoch`, by recipient.
pub fn released(tx: &mut Tx<'_>, epoch: At) -> Result<Vec<Released>, Fault> {
    let rows: Vec<(Vec<u8>, i64, i64)> = on!(tx, c => releases::table.filter(releases::epoch.eq(epoch.0))
        .group_by(releases::recipient_id).order(releases::recipient_id)
        .select((releases::recipient_id, count_star(), count(releases::subscriber_id).aggregate_distinct())).load(c))?;
    let read = |(id, facts, subscribers): (Vec<u8>, i64, i64)| {
        Some(Released {
            recipient: RecipientId::from_slice(&id)?,
            facts: u64::try_from(facts).ok()?,
            subscribers: u64::try_from(subscribers).ok()?,
        })
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("releases"))).collect()
}

#[derive(QueryableByName)]
struct Spent {
    #[diesel(sql_type = BigInt)]
    facts: i64,
    #[diesel(sql_type = BigInt)]
    subscribers: i64,
}

/// About how many subscribers how many facts left in the epoch that begins at `epoch`, whoever received them.
pub fn spent(tx: &mut Tx<'_>, epoch: At) -> Result<Vec<(u64, u64)>, Fault> {
    let query = format!(
        "SELECT facts, COUNT(*) AS subscribers FROM (SELECT COUNT(DISTINCT fact) AS facts FROM releases WHERE epoch = {} \
         GROUP BY subscriber_id) AS each_one GROUP BY facts ORDER BY facts",
        epoch.0
    );
    let rows: Vec<Spent> = on!(tx, c => diesel::sql_query(&query).load(c))?;
    rows.into_iter().map(|row| Ok((whole(row.facts)?, whole(row.subscribers)?))).collect()
}

/// Grants of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// To whom.
    pub recipient: RecipientId,
    /// For what.
    pub purpose: Purpose,
    /// What.
    pub category: Category,
    /// How they stand.
    pub state: State,
    /// How many.
    pub grants: u64,
}

#[derive(QueryableByName)]
struct Alike {
    #[diesel(sql_type = Binary)]
    recipient: Vec<u8>,
    #[diesel(sql_type = Text)]
    purpose: String,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Text)]
    stands: String,
    #[diesel(sql_type = BigInt)]
    grants: i64,
}

/// Grants by recipient, purpose, category and state at `now`, but for a yes that has run out. A pause that is over is none.
pub fn standing(tx: &mut Tx<'_>, now: At) -> Result<Vec<Standing>, Fault> {
    let (paused, active) = (State::Paused.as_str(), State::Active.as_str());
    let query = format!(
        "SELECT recipient_id AS recipient, purpose, category, \
         CASE WHEN state = '{paused}' AND paused_until <= {0} THEN '{active}' ELSE state END AS stands, COUNT(*) AS grants \
         FROM grants WHERE until_at > {0} OR state NOT IN ('{active}', '{paused}') GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        now.0
    );
    let rows: Vec<Alike> = on!(tx, c => diesel::sql_query(&query).load(c))?;
    let read = |row: Alike| {
        Some(Standing {
            recipient: RecipientId::from_slice(&row.recipient)?,
            purpose: Purpose::parse(&row.purpose)?,
            category: Category::parse(&row.category)?,
            state: State::parse(&row.stands)?,
            grants: u64::try_from(row.grants).ok()?,
        })
    };
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("grants"))).collect()
}

#[derive(QueryableByName)]
struct Weekly {
    #[diesel(sql_type = BigInt)]
    week: i64,
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = BigInt)]
    acts: i64,
}

/// Acts of one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acts {
    /// The Monday with which it begins, UTC.
    pub week: At,
    /// What was done.
    pub act: Act,
    /// How it reached us.
    pub channel: String,
    /// How often.
    pub acts: u64,
}

/// What subscribers decided from `from` on, by week, act and channel.
pub fn acts(tx: &mut Tx<'_>, from: At) -> Result<Vec<Acts>, Fault> {
    let query = format!(
        "SELECT (at - {MONDAY_US}) / {WEEK_US} AS week, act, channel, COUNT(*) AS acts FROM consent_events WHERE at >= {} \
         GROUP BY (at - {MONDAY_US}) / {WEEK_US}, act, channel ORDER BY week, act, channel",
        from.0.max(MONDAY_US)
    );
    let rows: Vec<Weekly> = on!(tx, c => diesel::sql_query(&query).load(c))?;
    let read = |row: Weekly| {
        Ok(Acts {
            week: At(row.week * WEEK_US + MONDAY_US),
            act: Act::parse(&row.act).ok_or(Fault::Corrupt("consent_events"))?,
            channel: row.channel,
            acts: whole(row.acts)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// The Monday, 00:00 UTC, of the week in which `at` lies.
pub fn monday(at: At) -> At {
    At((at.0 - MONDAY_US).div_euclid(WEEK_US) * WEEK_US + MONDAY_US)
}

#[derive(QueryableByName)]
struct Took {
    #[diesel(sql_type = BigInt)]
    ends: i64,
    #[diesel(sql_type = BigInt)]
    soon: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    longest: Option<i64>,
}

/// How fast endings and pauses were recorded after they were said: how many, how many of them within a second, and the longest time, µs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effect {
    /// Endings and pauses.
    pub ends: u64,
    /// Of them within a second.
    pub soon: u64,
    /// The longest time, µs.
    pub longest_us: i64,
}

/// How fast what ended from `from` on had effect. What was said elsewhere and carried here later counts from when it was said.
pub fn effect(tx: &mut Tx<'_>, from: At) -> Result<Effect, Fault> {
    let ends =
        [Act::Withdraw, Act::Revoke, Act::Invalidate, Act::Pause].map(|act| format!("'{}'", act.as_str()));
    let query = format!(
        "SELECT COUNT(*) AS ends, COALESCE(SUM(CASE WHEN at - valid_at <= {SECOND_US} THEN 1 ELSE 0 END), 0) AS soon, MAX(at - valid_at) AS longest \
         FROM consent_events WHERE at >= {} AND act IN ({})",
        from.0,
        ends.join(", ")
    );
    let took: Took = on!(tx, c => diesel::sql_query(&query).get_result(c))?;
    let Took { ends, soon, longest } = took;
    Ok(Effect { ends: whole(ends)?, soon: whole(soon)?, longest_us: longest.unwrap_or(0).max(0) })
}
