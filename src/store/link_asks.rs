//! What clients ask subscribers to be linked for, out of band. A request that leads to nobody is a row like any other, of a subscriber who does not
//! exist. Deliberately absent: whom a name means, and what an answer is worth.
use super::kept::changed;
use super::schema::link_asks;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::canonical;
use crate::domain::id::{AskId, SubscriberId};
use crate::domain::link::Wanted;
use crate::domain::time::At;
use diesel::prelude::*;

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not answered.
    Pending,
    /// Answered with yes; the tokens wait.
    Allowed,
    /// Answered with no.
    Refused,
}

impl State {
    const ALL: [State; 3] = [State::Pending, State::Allowed, State::Refused];

    fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Allowed => "allowed",
            State::Refused => "refused",
        }
    }
}

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkAsk {
    /// Of whom.
    pub subscriber: SubscriberId,
    /// Which.
    pub id: AskId,
    /// By which client.
    pub client: String,
    /// In which pseudonym epoch.
    pub epoch: i64,
    /// What for.
    pub wanted: Wanted,
    /// What the assistant shows too.
    pub message: Option<String>,
    /// The key that was shown with it.
    pub jkt: Option<String>,
    /// How it stands.
    pub state: State,
    /// Of the link, once it is allowed.
    pub version: i64,
    /// Whether messaging has taken it, or is not to.
    pub told: bool,
    /// Between two polls, s.
    pub interval_s: i64,
    /// The last poll, or when it was asked.
    pub polled: At,
    /// Until when it can be answered; a refusal is kept for longer.
    pub until: At,
}

type Row = (
    (Vec<u8>, Vec<u8>, String, i64, String),
    (Option<String>, Option<String>, String, i64),
    (i64, i64, i64, i64),
);
type Columns = (
    (link_asks::subscriber_id, link_asks::id, link_asks::client_id, link_asks::epoch, link_asks::wanted),
    (link_asks::message, link_asks::jkt, link_asks::state, link_asks::version),
    (link_asks::told, link_asks::interval_s, link_asks::polled_at, link_asks::until_at),
);
const COLUMNS: Columns = (
    (link_asks::subscriber_id, link_asks::id, link_asks::client_id, link_asks::epoch, link_asks::wanted),
    (link_asks::message, link_asks::jkt, link_asks::state, link_asks::version),
    (link_asks::told, link_asks::interval_s, link_asks::polled_at, link_asks::until_at),
);

fn ask(row: Row) -> Result<LinkAsk, Fault> {
    let ((subscriber, id, client, epoch, wanted), (message, jkt, state, version), rest) = row;
    let (told, interval_s, polled, until) = rest;
    let read = || {
        Some(LinkAsk {
            subscriber: SubscriberId::from_slice(&subscriber)?,
            id: AskId::from_slice(&id)?,
            client,
            epoch,
            wanted: serde_json::from_str(&wanted).ok()?,
            message,
            jkt,
            state: State::ALL.into_iter().find(|s| s.as_str() == state)?,
            version,
            told: told == 1,
            interval_s,
            polled: At(polled),
            until: At(until),
        })
    };
    read().ok_or(Fault::Corrupt("link_asks"))
}

/// Writes a new request.
pub fn put(tx: &mut Tx<'_>, new: &LinkAsk) -> Result<(), Fault> {
    let wanted = canonical::to_string(&new.wanted).map_err(|_| Fault::Corrupt("link_asks"))?;
    let row = (
        (
            link_asks::subscriber_id.eq(new.subscriber.0.as_slice()),
            link_asks::id.eq(new.id.0.as_slice()),
            link_asks::client_id.eq(new.client.as_str()),
            link_asks::epoch.eq(new.epoch),
            link_asks::wanted.eq(wanted.as_str()),
            link_asks::message.eq(new.message.as_deref()),
            link_asks::jkt.eq(new.jkt.as_deref()),
        ),
        (
            link_asks::state.eq(new.state.as_str()),
            link_asks::version.eq(new.version),
            link_asks::told.eq(i64::from(new.told)),
            link_asks::interval_s.eq(new.interval_s),
            link_asks::polled_at.eq(new.polled.0),
            link_asks::until_at.eq(new.until.0),
        ),
    );
    on!(tx, c => diesel::insert_into(link_asks::table).values(row).execute(c))?;
    Ok(())
}

/// A request.
pub fn find(tx: &mut Tx<'_>, subscriber: SubscriberId, id: AskId) -> Result<Option<LinkAsk>, Fault> {
    let row: Option<Row> = on!(tx, c => link_asks::table.find((subscriber.0.as_slice(), id.0.as_slice()))
        .select(COLUMNS).get_result(c).optional())?;
    row.map(ask).transpose()
}

/// All of a subscriber that have not ended at `at`, the latest first: what waits for him, and what he refused lately.
pub fn of(tx: &mut Tx<'_>, subscriber: SubscriberId, at: At) -> Result<Vec<LinkAsk>, Fault> {
    let rows: Vec<Row> = on!(tx, c => link_asks::table
        .filter(link_asks::subscriber_id.eq(subscriber.0.as_slice()).and(link_asks::until_at.gt(at.0)))
        .order(link_asks::id.desc()).select(COLUMNS).load(c))?;
    rows.into_iter().map(ask).collect()
}

/// Of what waits, what messaging has not taken yet.
pub fn untold(tx: &mut Tx<'_>, at: At, most: i64) -> Result<Vec<LinkAsk>, Fault> {
    let rows: Vec<Row> = on!(tx, c => link_asks::table
        .filter(link_asks::until_at.gt(at.0).and(link_asks::told.eq(0))).order(link_asks::until_at.asc())
        .limit(most).select(COLUMNS).load(c))?;
    rows.into_iter().map(ask).collect()
}

/// Notes that messaging takes a request, or is not to; false when another process was faster.
pub fn tell(tx: &mut Tx<'_>, subscriber: SubscriberId, id: AskId) -> Result<bool, Fault> {
    let told = on!(tx, c => diesel::update(link_asks::table.find((subscriber.0.as_slice(), id.0.as_slice()))
        .filter(link_asks::told.eq(0))).set(link_asks::told.eq(1)).execute(c))?;
    Ok(told == 1)
}

/// Answers what was pending; false when it was answered before, or has gone.
pub fn answer(
    tx: &mut Tx<'_>,
    (subscriber, id): (SubscriberId, AskId),
    (state, version): (State, i64),
    until: At,
) -> Result<bool, Fault> {
    let answered = changed!(tx,
        "UPDATE link_asks SET state = " Text(state.as_str())
        ", version = " Int(version)
        ", told = 1, until_at = " Int(until.0)
        " WHERE subscriber_id = " Bytes(&subscriber.0)
        " AND id = " Bytes(&id.0);
        " AND state = 'pending'"
    )?;
    Ok(answered == 1)
}

/// Takes back what else of the same client is pending: one answer is to all of it.
pub fn supersede(
    tx: &mut Tx<'_>,
    (subscriber, id): (SubscriberId, AskId),
    client: &str,
) -> Result<(), Fault> {
    let others = link_asks::table.filter(
        link_asks::subscriber_id
            .eq(subscriber.0.as_slice())
            .and(link_asks::client_id.eq(client))
            .and(link_asks::state.eq(State::Pending.as_str()))
            .and(link_asks::id.ne(id.0.as_slice())),
    );
    on!(tx, c => diesel::delete(others).execute(c))?;
    Ok(())
}

/// Notes a poll at `at`, and how long to wait for the next.
pub fn polled(
    tx: &mut Tx<'_>,
    (subscriber, id): (SubscriberId, AskId),
    at: At,
    interval_s: i64,
) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE link_asks SET polled_at = " Int(at.0)
        ", interval_s = " Int(interval_s)
        " WHERE subscriber_id = " Bytes(&subscriber.0)
        " AND id = " Bytes(&id.0)
    )?;
    Ok(())
}

/// Uses a request up; false when somebody was faster.
pub fn take(tx: &mut Tx<'_>, subscriber: SubscriberId, id: AskId) -> Result<bool, Fault> {
    let one = link_asks::table.find((subscriber.0.as_slice(), id.0.as_slice()));
    Ok(on!(tx, c => diesel::delete(one).execute(c))? == 1)
}

/// Leaves none of a subscriber's.
pub fn forget(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<(), Fault> {
    let all = link_asks::table.filter(link_asks::subscriber_id.eq(subscriber.0.as_slice()));
    on!(tx, c => diesel::delete(all).execute(c))?;
    Ok(())
}

/// Forgets what ended before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    Ok(on!(tx, c => diesel::delete(link_asks::table.filter(link_asks::until_at.lt(at.0))).execute(c))?)
}
