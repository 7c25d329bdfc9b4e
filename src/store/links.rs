//! Subscribers whom clients of recipients were linked with: one row per subscriber, client and purpose. Deliberately absent: tokens and codes,
//! which hold nothing that is not here; whether a consent holds.
use super::kept::changed;
use super::schema::links;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::canonical;
use crate::domain::id::{LinkId, SubscriberId};
use crate::domain::link::Wanted;
use crate::domain::purpose::Purpose;
use crate::domain::time::At;
use diesel::prelude::*;

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Who.
    pub subscriber: SubscriberId,
    /// With which client.
    pub client: String,
    /// Its name in tokens.
    pub id: LinkId,
    /// Which of his answers.
    pub version: i64,
    /// In which pseudonym epoch.
    pub epoch: i64,
    /// What was asked for.
    pub wanted: Wanted,
    /// Of the refresh token in force; 0 until the code is redeemed.
    pub serial: i64,
    /// The key that its tokens are bound to.
    pub jkt: Option<String>,
    /// When the subscriber made it.
    pub linked: At,
    /// When it last gave a token, or was made.
    pub used: At,
    /// When it ended.
    pub ended: Option<At>,
    /// Whether the subscriber ended it himself.
    pub shut: bool,
}

type Row = ((Vec<u8>, i64, i64, String, i64, Option<String>), (i64, i64, Option<i64>, i64));
type Columns = (
    (links::id, links::version, links::epoch, links::wanted, links::serial, links::jkt),
    (links::linked_at, links::used_at, links::ended_at, links::shut),
);
const COLUMNS: Columns = (
    (links::id, links::version, links::epoch, links::wanted, links::serial, links::jkt),
    (links::linked_at, links::used_at, links::ended_at, links::shut),
);

fn link(subscriber: SubscriberId, client: &str, row: Row) -> Result<Link, Fault> {
    let ((id, version, epoch, wanted, serial, jkt), (linked, used, ended, shut)) = row;
    let read = || {
        Some(Link {
            subscriber,
            client: client.to_owned(),
            id: LinkId::from_slice(&id)?,
            version,
            epoch,
            wanted: serde_json::from_str(&wanted).ok()?,
            serial,
            jkt,
            linked: At(linked),
            used: At(used),
            ended: ended.map(At),
            shut: shut == 1,
        })
    };
    read().ok_or(Fault::Corrupt("links"))
}

/// The link of a subscriber with a client for a purpose.
pub fn find(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    client: &str,
    purpose: Purpose,
) -> Result<Option<Link>, Fault> {
    let row: Option<Row> = on!(tx, c => links::table.find((subscriber.0.as_slice(), client, purpose.as_str()))
        .select(COLUMNS).get_result(c).optional())?;
    row.map(|row| link(subscriber, client, row)).transpose()
}

/// All links of a subscriber, also those that ended lately, the latest first.
pub fn of(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Vec<Link>, Fault> {
    let rows: Vec<(String, Row)> = on!(tx, c => links::table
        .filter(links::subscriber_id.eq(subscriber.0.as_slice())).order((links::linked_at.desc(), links::id.desc()))
        .select((links::client_id, COLUMNS)).load(c))?;
    rows.into_iter().map(|(client, row)| link(subscriber, &client, row)).collect()
}

/// Writes a link that a subscriber has just made, in the place of one that he made before with the same client for the same purpose.
pub fn put(tx: &mut Tx<'_>, new: &Link, at: At) -> Result<(), Fault> {
    let wanted = canonical::to_string(&new.wanted).map_err(|_| Fault::Corrupt("links"))?;
    let set = (
        links::version.eq(new.version),
        links::epoch.eq(new.epoch),
        links::wanted.eq(wanted.as_str()),
        links::serial.eq(0),
        links::jkt.eq(None::<&str>),
        links::linked_at.eq(at.0),
        links::used_at.eq(at.0),
        links::ended_at.eq(None::<i64>),
        links::shut.eq(0),
    );
    let row = (
        links::subscriber_id.eq(new.subscriber.0.as_slice()),
        links::client_id.eq(new.client.as_str()),
        links::purpose.eq(new.wanted.purpose.as_str()),
        links::id.eq(new.id.0.as_slice()),
        set,
    );
    on!(tx, c => diesel::insert_into(links::table).values(row)
        .on_conflict((links::subscriber_id, links::client_id, links::purpose)).do_update().set(set).execute(c))?;
    Ok(())
}

/// Goes on to the next refresh token, bound to `jkt` or to no key; false when `seen` is not the link as it is: its code or refresh token was used
/// before, or it has ended, or was made anew.
pub fn turn(tx: &mut Tx<'_>, seen: &Link, jkt: Option<&str>, at: At) -> Result<bool, Fault> {
    let turned = changed!(tx,
        "UPDATE links SET serial = " Int(seen.serial + 1)
        ", jkt = " MaybeText(jkt)
        ", used_at = " Int(at.0)
        " WHERE subscriber_id = " Bytes(&seen.subscriber.0)
        " AND client_id = " Text(&seen.client)
        " AND purpose = " Text(seen.wanted.purpose.as_str())
        " AND version = " Int(seen.version)
        " AND serial = " Int(seen.serial);
        " AND ended_at IS NULL"
    )?;
    Ok(turned == 1)
}

/// Notes that a link gave a token that is not refreshed.
pub fn touch(tx: &mut Tx<'_>, seen: &Link, at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE links SET used_at = " Int(at.0)
        " WHERE subscriber_id = " Bytes(&seen.subscriber.0)
        " AND client_id = " Text(&seen.client)
        " AND purpose = " Text(seen.wanted.purpose.as_str())
        " AND version = " Int(seen.version);
        " AND ended_at IS NULL"
    )?;
    Ok(())
}

/// Ends a link and every token of it, `shut` by the subscriber himself; nothing to do for one that was made anew.
pub fn end(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    client: &str,
    purpose: Purpose,
    version: i64,
    (at, shut): (At, bool),
) -> Result<bool, Fault> {
    let ended = changed!(tx,
        "UPDATE links SET ended_at = " Int(at.0)
        ", shut = " Int(i64::from(shut))
        " WHERE subscriber_id = " Bytes(&subscriber.0)
        " AND client_id = " Text(client)
        " AND purpose = " Text(purpose.as_str())
        " AND version = " Int(version);
        " AND ended_at IS NULL"
    )?;
    Ok(ended == 1)
}

/// Leaves none of a subscriber's.
pub fn forget(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<(), Fault> {
    let all = links::table.filter(links::subscriber_id.eq(subscriber.0.as_slice()));
    on!(tx, c => diesel::delete(all).execute(c))?;
    Ok(())
}

/// Forgets links that gave no token since `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    Ok(on!(tx, c => diesel::delete(links::table.filter(links::used_at.lt(at.0))).execute(c))?)
}
