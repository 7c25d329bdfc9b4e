//! What clients of recipients subscribed to. Whether one lives is a column of its row, so that of all who would end it one does. Deliberately absent: what is told
//! (`outbox`), and why it ends.
use super::kept::changed;
use super::schema::event_subscriptions as table;
use super::schema::{grants, outbox};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::canonical;
use crate::domain::id::{RecipientId, SubscriberId, SubscriptionId};
use crate::domain::purpose::Purpose;
use crate::domain::subscription::{Ending, Subscribed};
use crate::domain::time::At;
use diesel::prelude::*;

/// A subscription as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSubscription {
    /// About whom.
    pub subscriber: SubscriberId,
    /// Its id.
    pub id: SubscriptionId,
    /// Who hears.
    pub recipient: RecipientId,
    /// Whose client subscribed.
    pub client: String,
    /// Of consents for which purpose.
    pub purpose: Purpose,
    /// In which pseudonym epoch.
    pub epoch: i64,
    /// What the recipient calls the subscriber.
    pub subject: String,
    /// What was asked for.
    pub wish: Subscribed,
    /// What the sink wants to see, sealed, and how long it takes that.
    pub credential: Option<(Vec<u8>, At)>,
    /// Since when.
    pub made: At,
    /// Until when.
    pub ends: At,
    /// Events written so far.
    pub told: u32,
    /// When it ended, and why.
    pub ended: Option<(At, Ending)>,
}

type Row = (
    (Vec<u8>, Vec<u8>, Vec<u8>, String, String, i64, String, String),
    (Option<Vec<u8>>, Option<i64>, i64, i64, i64, Option<i64>, Option<String>),
);
type Columns = (
    (
        table::subscriber_id,
        table::id,
        table::recipient_id,
        table::client_id,
        table::purpose,
        table::epoch,
        table::subject,
        table::document,
    ),
    (
        table::credential,
        table::token_until,
        table::made_at,
        table::ends_at,
        table::told,
        table::ended_at,
        table::ending,
    ),
);
const COLUMNS: Columns = (
    (
        table::subscriber_id,
        table::id,
        table::recipient_id,
        table::client_id,
        table::purpose,
        table::epoch,
        table::subject,
        table::document,
    ),
    (
        table::credential,
        table::token_until,
        table::made_at,
        table::ends_at,
        table::told,
        table::ended_at,
        table::ending,
    ),
);

fn subscription(row: Row) -> Result<EventSubscription, Fault> {
    let (
        (subscriber, id, recipient, client, purpose, epoch, subject, document),
        (sealed, until, made, ends, told, ended, ending),
    ) = row;
    let read = || {
        Some(EventSubscription {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            id: SubscriptionId::from_slice(&id)?,
            recipient: RecipientId::from_slice(&recipient)?,
            client,
            purpose: Purpose::parse(&purpose)?,
            epoch,
            subject,
            wish: serde_json::from_str(&document).ok()?,
            credential: sealed.zip(until.map(At)),
            made: At(made),
            ends: At(ends),
            told: u32::try_from(told).ok()?,
            ended: match ended {
                Some(at) => Some((At(at), Ending::parse(&ending?)?)),
                None => None,
            },
        })
    };
    read().ok_or(Fault::Corrupt("event_subscriptions"))
}

fn all(rows: Vec<Row>) -> Result<Vec<EventSubscription>, Fault> {
    rows.into_iter().map(subscription).collect()
}

/// Writes a new one.
pub fn put(tx: &mut Tx<'_>, new: &EventSubscription) -> Result<(), Fault> {
    let document = canonical::to_string(&new.wish).map_err(|_| Fault::Corrupt("event_subscriptions"))?;
    let row = (
        (
            table::subscriber_id.eq(new.subscriber.0.as_slice()),
            table::id.eq(new.id.0.as_slice()),
            table::recipient_id.eq(new.recipient.0.as_slice()),
            table::client_id.eq(new.client.as_str()),
            table::purpose.eq(new.purpose.as_str()),
            table::epoch.eq(new.epoch),
            table::subject.eq(new.subject.as_str()),
        ),
        (
            table::document.eq(document.as_str()),
            table::credential.eq(new.credential.as_ref().map(|(sealed, _)| sealed.as_slice())),
            table::token_until.eq(new.credential.as_ref().map(|(_, until)| until.0)),
            table::made_at.eq(new.made.0),
            table::ends_at.eq(new.ends.0),
            table::told.eq(i64::from(new.told)),
        ),
    );
    on!(tx, c => diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// The living ones about a subscriber under a pseudonym epoch, in the order in which they were made.
pub fn live(tx: &mut Tx<'_>, subscriber: SubscriberId, epoch: i64) -> Result<Vec<EventSubscription>, Fault> {
    all(on!(tx, c => table::table.select(COLUMNS)
        .filter(table::subscriber_id.eq(subscriber.0.as_slice()).and(table::epoch.eq(epoch)).and(table::ended_at.is_null()))
        .order((table::made_at.asc(), table::id.asc())).load(c))?)
}

/// One of a subscriber's.
pub fn find(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    id: SubscriptionId,
) -> Result<Option<EventSubscription>, Fault> {
    let row: Option<Row> = on!(tx, c => table::table.find((subscriber.0.as_slice(), id.0.as_slice()))
        .select(COLUMNS).get_result(c).optional())?;
    row.map(subscription).transpose()
}

/// Those of a client, the oldest first; about one `subject` for one purpose where it is named.
pub fn of(
    tx: &mut Tx<'_>,
    client: &str,
    about: Option<(&str, Purpose)>,
) -> Result<Vec<EventSubscription>, Fault> {
    let named = about.is_none().into_sql::<diesel::sql_types::Bool>();
    let (subject, purpose) = about.map_or(("", ""), |(subject, purpose)| (subject, purpose.as_str()));
    all(on!(tx, c => table::table.select(COLUMNS)
        .filter(table::client_id.eq(client).and(named.or(table::subject.eq(subject).and(table::purpose.eq(purpose)))))
        .order((table::made_at.asc(), table::id.asc())).load(c))?)
}

/// One of a client's.
pub fn of_client(
    tx: &mut Tx<'_>,
    client: &str,
    id: SubscriptionId,
) -> Result<Option<EventSubscription>, Fault> {
    let row: Option<Row> = on!(tx, c => table::table.select(COLUMNS)
        .filter(table::client_id.eq(client).and(table::id.eq(id.0.as_slice()))).get_result(c).optional())?;
    row.map(subscription).transpose()
}

/// Counts an event; false where it has ended.
pub fn count(tx: &mut Tx<'_>, of: &EventSubscription) -> Result<bool, Fault> {
    let counted = changed!(tx,
        "UPDATE event_subscriptions SET told = told + 1 WHERE subscriber_id = " Bytes(&of.subscriber.0)
        " AND id = " Bytes(&of.id.0);
        " AND ended_at IS NULL"
    )?;
    Ok(counted == 1)
}

/// Has it end at another time.
pub fn prolong(tx: &mut Tx<'_>, of: &EventSubscription, ends: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE event_subscriptions SET ends_at = " Int(ends.0)
        " WHERE subscriber_id = " Bytes(&of.subscriber.0)
        " AND id = " Bytes(&of.id.0)
    )?;
    Ok(())
}

/// Ends it; false where it had ended.
pub fn end(tx: &mut Tx<'_>, of: &EventSubscription, at: At, why: Ending) -> Result<bool, Fault> {
    let ended = changed!(tx,
        "UPDATE event_subscriptions SET ended_at = " Int(at.0)
        ", ending = " Text(why.as_str())
        ", credential = CASE WHEN token_until > " Int(at.0)
        " THEN credential END WHERE subscriber_id = " Bytes(&of.subscriber.0)
        " AND id = " Bytes(&of.id.0);
        " AND ended_at IS NULL"
    )?;
    Ok(ended == 1)
}

/// Living ones whose time is over, the oldest first and at most `most`.
pub fn over(tx: &mut Tx<'_>, now: At, most: i64) -> Result<Vec<EventSubscription>, Fault> {
    all(on!(tx, c => table::table.select(COLUMNS)
        .filter(table::ended_at.is_null().and(table::ends_at.le(now.0)))
        .order(table::ends_at.asc()).limit(most).load(c))?)
}

/// Until when the last consent of a subscriber lasts that was given to a recipient for a purpose, whether or not it is held back; `None` where there is none.
pub fn stands_until(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    (recipient, purpose): (RecipientId, Purpose),
    now: At,
) -> Result<Option<At>, Fault> {
    let until: Option<i64> = on!(tx, c => grants::table
        .filter(grants::subscriber_id.eq(subscriber.0.as_slice()).and(grants::recipient_id.eq(recipient.0.as_slice()))
            .and(grants::purpose.eq(purpose.as_str())).and(grants::state.eq_any(["active", "paused"]))
            .and(grants::until_at.gt(now.0)))
        .select(diesel::dsl::max(grants::until_at)).get_result(c))?;
    Ok(until.map(At))
}

/// Forgets those that ended before `before`, with what was told of them, the oldest first and at most `most`; how many they were.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    let gone: Vec<(Vec<u8>, Vec<u8>)> = on!(tx, c => table::table
        .filter(table::ended_at.lt(before.0)).order(table::ended_at.asc()).limit(most)
        .select((table::subscriber_id, table::id)).load(c))?;
    for (subscriber, id) in &gone {
        on!(tx, c => diesel::delete(outbox::table.filter(outbox::subscriber_id.eq(subscriber.as_slice())
            .and(outbox::subscription_id.eq(id.as_slice())))).execute(c))?;
        on!(tx, c => diesel::delete(table::table.find((subscriber.as_slice(), id.as_slice()))).execute(c))?;
    }
    Ok(gone.len())
}
