//! Codes that link a subscriber with the client of one recipient, and wrong codes that clients sent. Deliberately absent: the codes, of which a
//! MAC is kept; whether a try was right.
use super::kept::changed;
use super::schema::{link_codes, link_tries};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::canonical;
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::link::Wanted;
use crate::domain::time::At;
use diesel::prelude::*;

/// A code as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkCode {
    /// For whom it is.
    pub recipient: RecipientId,
    /// MAC of recipient and code.
    pub mac: [u8; 32],
    /// Who was shown it.
    pub subscriber: SubscriberId,
    /// In which pseudonym epoch.
    pub epoch: i64,
    /// What the link is to reach.
    pub wanted: Wanted,
    /// When it ends.
    pub until: At,
}

/// Keeps a code in the place of one that the same subscriber was shown before for the same recipient and purpose.
pub fn put(tx: &mut Tx<'_>, new: &LinkCode) -> Result<(), Fault> {
    let wanted = canonical::to_string(&new.wanted).map_err(|_| Fault::Corrupt("link_codes"))?;
    let purpose = new.wanted.purpose.as_str();
    let before = link_codes::table.filter(
        link_codes::subscriber_id
            .eq(new.subscriber.0.as_slice())
            .and(link_codes::recipient_id.eq(new.recipient.0.as_slice()))
            .and(link_codes::purpose.eq(purpose)),
    );
    on!(tx, c => diesel::delete(before).execute(c))?;
    let row = (
        link_codes::recipient_id.eq(new.recipient.0.as_slice()),
        link_codes::mac.eq(new.mac.as_slice()),
        link_codes::subscriber_id.eq(new.subscriber.0.as_slice()),
        link_codes::purpose.eq(purpose),
        link_codes::epoch.eq(new.epoch),
        link_codes::wanted.eq(wanted.as_str()),
        link_codes::until_at.eq(new.until.0),
    );
    on!(tx, c => diesel::insert_into(link_codes::table).values(row).execute(c))?;
    Ok(())
}

/// The code of that MAC that is good at `at`. One that was used, has ended, was shown for another recipient or never was is none.
pub fn find(
    tx: &mut Tx<'_>,
    recipient: RecipientId,
    mac: &[u8; 32],
    at: At,
) -> Result<Option<LinkCode>, Fault> {
    let row: Option<(Vec<u8>, i64, String, i64)> = on!(tx, c => link_codes::table
        .find((recipient.0.as_slice(), mac.as_slice())).filter(link_codes::until_at.gt(at.0))
        .select((link_codes::subscriber_id, link_codes::epoch, link_codes::wanted, link_codes::until_at))
        .get_result(c).optional())?;
    let read = |(subscriber, epoch, wanted, until): (Vec<u8>, i64, String, i64)| {
        Some(LinkCode {
            recipient,
            mac: *mac,
            subscriber: SubscriberId::from_slice(&subscriber)?,
            epoch,
            wanted: serde_json::from_str(&wanted).ok()?,
            until: At(until),
        })
    };
    row.map(|row| read(row).ok_or(Fault::Corrupt("link_codes"))).transpose()
}

/// Uses a code up; false when somebody was faster, or it was shown anew meanwhile.
pub fn take(tx: &mut Tx<'_>, recipient: RecipientId, mac: &[u8; 32]) -> Result<bool, Fault> {
    let one = link_codes::table.find((recipient.0.as_slice(), mac.as_slice()));
    Ok(on!(tx, c => diesel::delete(one).execute(c))? == 1)
}

/// Leaves none of a subscriber's.
pub fn forget(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<(), Fault> {
    let all = link_codes::table.filter(link_codes::subscriber_id.eq(subscriber.0.as_slice()));
    on!(tx, c => diesel::delete(all).execute(c))?;
    Ok(())
}

/// Counts a try of a client at codes of a class, and gives how many there were since a while without any. Tries at one class wait for each other
/// here, others do not.
pub fn count(tx: &mut Tx<'_>, client: &str, class: &[u8; 32], now: At, until: At) -> Result<i64, Fault> {
    changed!(tx,
        "INSERT INTO link_tries (client_id, class, tries, until_at) VALUES (" Text(client)
        ", " Bytes(class.as_slice())
        ", 1, " Int(until.0)
        ") ON CONFLICT (client_id, class) DO UPDATE SET tries = CASE WHEN link_tries.until_at <= " Int(now.0)
        " THEN 1 ELSE link_tries.tries + 1 END, until_at = " Int(until.0)
    )?;
    Ok(
        on!(tx, c => link_tries::table.find((client, class.as_slice())).select(link_tries::tries).get_result(c))?,
    )
}

/// Forgets tries at a class of codes, for the right one was said.
pub fn forgive(tx: &mut Tx<'_>, client: &str, class: &[u8; 32]) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(link_tries::table.find((client, class.as_slice()))).execute(c))?;
    Ok(())
}

/// At how many classes of codes a client has tried lately: about how often it guessed wrong.
pub fn guessed(tx: &mut Tx<'_>, client: &str, now: At) -> Result<i64, Fault> {
    let all = link_tries::table.filter(link_tries::client_id.eq(client).and(link_tries::until_at.gt(now.0)));
    Ok(on!(tx, c => all.count().get_result(c))?)
}

/// Forgets codes and tries that ended before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    let codes =
        on!(tx, c => diesel::delete(link_codes::table.filter(link_codes::until_at.lt(at.0))).execute(c))?;
    let tries =
        on!(tx, c => diesel::delete(link_tries::table.filter(link_tries::until_at.lt(at.0))).execute(c))?;
    Ok(codes + tries)
}
