//! Subscribers, their pseudonyms and the version row that guards every story about one of them.
use super::kept::changed;
use super::schema::{pseudonyms, subscribers};
use super::tx::on;
use super::{Fault, Tx, counters, record_keys, relations};
use crate::domain::age::Majority;
use crate::domain::id::{PersonId, RecipientId, SubscriberId};
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use diesel::prelude::*;

/// A subscriber without his reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscriber {
    /// Random internal id.
    pub id: SubscriberId,
    /// Who holds the subscription.
    pub person: PersonId,
    /// Home country.
    pub home: Jurisdiction,
    /// From when he consents alone.
    pub majority: Majority,
    /// Dense number of the person in crowds.
    pub person_number: u32,
    /// Bumped by every story.
    pub version: i64,
    /// Pseudonym epoch.
    pub epoch: i64,
    /// How many could ever speak for him; 0 spares a look.
    pub related: i64,
    /// When the number went to somebody else, or left.
    pub ended: Option<At>,
    /// What feeds say of before belongs to a former holder of the number.
    pub since: At,
}

/// What enrolling needs beyond the id.
#[derive(Debug)]
pub struct NewSubscriber {
    /// Random internal id.
    pub id: SubscriberId,
    /// Who holds the subscription.
    pub person: PersonId,
    /// Blind index of the reference.
    pub reference_index: [u8; 32],
    /// Sealed reference.
    pub reference_sealed: Vec<u8>,
    /// The sealed key of his records.
    pub record_key: Vec<u8>,
    /// Home country.
    pub home: Jurisdiction,
    /// From when he consents alone.
    pub majority: Majority,
    /// When.
    pub at: At,
}

pub(super) type Row = ((Vec<u8>, Vec<u8>, String, Option<i64>), (i64, i64, i64), (i64, Option<i64>, i64));
type Columns = (
    (subscribers::id, subscribers::person_id, subscribers::home, subscribers::of_age_at),
    (subscribers::person_number, subscribers::version, subscribers::epoch),
    (subscribers::related, subscribers::ended_at, subscribers::since_at),
);
pub(super) const COLUMNS: Columns = (
    (subscribers::id, subscribers::person_id, subscribers::home, subscribers::of_age_at),
    (subscribers::person_number, subscribers::version, subscribers::epoch),
    (subscribers::related, subscribers::ended_at, subscribers::since_at),
);

pub(super) fn subscriber(row: Row) -> Result<Subscriber, Fault> {
    let ((id, person, home, of_age), (number, version, epoch), (related, ended, since)) = row;
    let read = || {
        Some(Subscriber {
            id: SubscriberId::from_slice(&id)?,
            person: PersonId::from_slice(&person)?,
            home: Jurisdiction::parse(&home)?,
            majority: relations::majority(of_age),
            person_number: u32::try_from(number).ok()?,
            version,
            epoch,
            related,
            ended: ended.map(At),
            since: At(since),
        })
    };
    read().ok_or(Fault::Corrupt("subscribers"))
}

/// Adds a subscriber; a person known already keeps his number.
pub fn insert(tx: &mut Tx<'_>, new: &NewSubscriber) -> Result<Subscriber, Fault> {
    let known: Option<i64> = on!(tx, c => subscribers::table
        .filter(subscribers::person_id.eq(new.person.0.as_slice()))
        .select(subscribers::person_number).get_result(c).optional())?;
    let number = match known {
        Some(number) => number,
        None => counters::next(tx, counters::PERSONS)?,
    };
    // A number that somebody else had before: what is said of that time is not about this subscriber.
    let former: Option<Option<i64>> = on!(tx, c => subscribers::table
        .filter(subscribers::former_index.eq(new.reference_index.as_slice()))
        .select(diesel::dsl::max(subscribers::ended_at)).get_result(c).optional())?;
    let since = former.flatten().unwrap_or(0);
    let row = (
        subscribers::id.eq(new.id.0.as_slice()),
        subscribers::person_id.eq(new.person.0.as_slice()),
        subscribers::reference_index.eq(new.reference_index.as_slice()),
        subscribers::reference_sealed.eq(new.reference_sealed.as_slice()),
        subscribers::home.eq(new.home.as_str()),
        subscribers::of_age_at.eq(new.majority.instant().map(|at| at.0)),
        subscribers::since_at.eq(since),
        subscribers::person_number.eq(number),
        subscribers::version.eq(1),
        subscribers::epoch.eq(1),
        subscribers::created_at.eq(new.at.0),
    );
    on!(tx, c => diesel::insert_into(subscribers::table).values(row).execute(c))?;
    record_keys::insert(tx, new.id, &new.record_key)?;
    let person_number = u32::try_from(number).map_err(|_| Fault::Corrupt("counters"))?;
    Ok(Subscriber {
        id: new.id,
        person: new.person,
        home: new.home,
        majority: new.majority,
        person_number,
        version: 1,
        epoch: 1,
        related: 0,
        ended: None,
        since: At(since),
    })
}

/// By id.
pub fn find(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Option<Subscriber>, Fault> {
    let row: Option<Row> =
        on!(tx, c => subscribers::table.find(id.0.as_slice()).select(COLUMNS).get_result(c).optional())?;
    row.map(subscriber).transpose()
}

/// By the blind index of the reference.
pub fn find_by_reference(tx: &mut Tx<'_>, index: &[u8; 32]) -> Result<Option<Subscriber>, Fault> {
    let row: Option<Row> = on!(tx, c => subscribers::table
        .filter(subscribers::reference_index.eq(index.as_slice())).select(COLUMNS).get_result(c).optional())?;
    row.map(subscriber).transpose()
}

/// Who had a reference last, of those whose subscription has ended.
pub fn find_former(tx: &mut Tx<'_>, index: &[u8; 32]) -> Result<Option<Subscriber>, Fault> {
    let row: Option<Row> = on!(tx, c => subscribers::table
        .filter(subscribers::former_index.eq(index.as_slice())).order(subscribers::ended_at.desc())
        .select(COLUMNS).first(c).optional())?;
    row.map(subscriber).transpose()
}

/// Behind a recipient's pseudonym, if it is of the present epoch.
pub fn find_by_pseudonym(
    tx: &mut Tx<'_>,
    recipient: RecipientId,
    pseudonym: &str,
) -> Result<Option<Subscriber>, Fault> {
    let row: Option<Row> = on!(tx, c => pseudonyms::table
        .inner_join(subscribers::table.on(subscribers::id.eq(pseudonyms::subscriber_id)
            .and(subscribers::epoch.eq(pseudonyms::epoch))))
        .filter(pseudonyms::recipient_id.eq(recipient.0.as_slice()).and(pseudonyms::pseudonym.eq(pseudonym)))
        .select(COLUMNS).get_result(c).optional())?;
    row.map(subscriber).transpose()
}

/// Bumps the version from `expected`; false when another story was faster. Holds the row until the commit.
pub fn bump(tx: &mut Tx<'_>, id: SubscriberId, expected: i64) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE subscribers SET version = " Int(expected + 1)
        " WHERE id = " Bytes(&id.0)
        " AND version = " Int(expected)
    )?;
    Ok(moved == 1)
}

/// The same, and only while the stop orders are of this version.
pub fn bump_unstopped(tx: &mut Tx<'_>, id: SubscriberId, expected: i64, stops: i64) -> Result<bool, Fault> {
    let moved = changed!(tx,
        "UPDATE subscribers SET version = " Int(expected + 1)
        " WHERE id = " Bytes(&id.0)
        " AND version = " Int(expected)
        " AND (SELECT value FROM counters WHERE name = 'stops') = " Int(stops)
    )?;
    Ok(moved == 1)
}

/// Bumps version and pseudonym epoch: old pseudonyms lead nowhere.
pub fn turn_epoch(tx: &mut Tx<'_>, id: SubscriberId, expected: i64) -> Result<bool, Fault> {
    let moved = on!(tx, c => diesel::update(subscribers::table.find(id.0.as_slice())
        .filter(subscribers::version.eq(expected)))
        .set((subscribers::version.eq(expected + 1), subscribers::epoch.eq(subscribers::epoch + 1))).execute(c))?;
    Ok(moved == 1)
}

/// Ends the life of a subscription, if no other story was faster: its pseudonyms lead nowhere, and its reference is free for somebody else.
/// `spare` takes the place of the index.
pub fn end(
    tx: &mut Tx<'_>,
    id: SubscriberId,
    expected: i64,
    spare: &[u8; 32],
    at: At,
) -> Result<bool, Fault> {
    let moved = on!(tx, c => diesel::update(subscribers::table.find(id.0.as_slice())
        .filter(subscribers::version.eq(expected).and(subscribers::ended_at.is_null())))
        .set((subscribers::version.eq(expected + 1), subscribers::epoch.eq(subscribers::epoch + 1),
            subscribers::ended_at.eq(at.0), subscribers::former_index.eq(subscribers::reference_index.nullable()),
            subscribers::reference_index.eq(spare.as_slice()))).execute(c))?;
    Ok(moved == 1)
}

/// Remembers the way back from a pseudonym; a repeat changes nothing.
pub fn remember_pseudonym(
    tx: &mut Tx<'_>,
    recipient: RecipientId,
    pseudonym: &str,
    subscriber: &Subscriber,
) -> Result<(), Fault> {
    let row = (
        pseudonyms::recipient_id.eq(recipient.0.as_slice()),
        pseudonyms::pseudonym.eq(pseudonym),
        pseudonyms::subscriber_id.eq(subscriber.id.0.as_slice()),
        pseudonyms::epoch.eq(subscriber.epoch),
    );
    on!(tx, c => diesel::insert_into(pseudonyms::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// How many there are.
pub fn count(tx: &mut Tx<'_>) -> Result<i64, Fault> {
    Ok(on!(tx, c => subscribers::table.count().get_result(c))?)
}

/// The sealed reference, for the operator's own eyes.
pub fn sealed_reference(tx: &mut Tx<'_>, id: SubscriberId) -> Result<Option<Vec<u8>>, Fault> {
    Ok(
        on!(tx, c => subscribers::table.find(id.0.as_slice()).select(subscribers::reference_sealed).get_result(c).optional())?,
    )
}
