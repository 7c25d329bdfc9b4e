//! Who is on a subscriber's page, the codes that links want beside themselves, and PINs. None of it bumps the subscriber's version: what
//! is told about him does not hang on it. Deliberately absent: whether a try is right.
use super::kept::changed;
use super::schema::{codes, pins, sessions};
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use diesel::prelude::*;

/// A session as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Whose page.
    pub subscriber: SubscriberId,
    /// Random, new at entry and whenever it comes to reach further.
    pub id: [u8; 16],
    /// When somebody came in.
    pub begun: At,
    /// The last request, to the minute.
    pub seen: At,
    /// When it ends, however often he comes.
    pub ends: At,
    /// A second factor was shown at entry.
    pub proven: bool,
    /// The PIN was said.
    pub opened: bool,
}

/// A code as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Whose page its link opens.
    pub subscriber: SubscriberId,
    /// The link that wants it.
    pub link: [u8; 16],
    /// MAC of link and code.
    pub mac: Vec<u8>,
    /// Tries begun so far.
    pub tries: i64,
    /// When the code ends.
    pub until: At,
    /// When the link ends.
    pub ends: At,
}

/// A PIN as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Salted hash, sealed.
    pub sealed: Vec<u8>,
    /// Wrong tries since the last right one.
    pub tries: i64,
    /// Until when nobody may try.
    pub locked_until: At,
}

/// Begins a session.
pub fn begin(tx: &mut Tx<'_>, new: &Session) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO sessions (subscriber_id, id, begun_at, seen_at, ends_at, proven, opened) VALUES (" Bytes(&new.subscriber.0)
        ", " Bytes(&new.id)
        ", " Int(new.begun.0)
        ", " Int(new.seen.0)
        ", " Int(new.ends.0)
        ", " Int(i64::from(new.proven))
        ", " Int(i64::from(new.opened));
        ")"
    )?;
    Ok(())
}

/// A session by its id, whether or not its time has come.
pub fn find(tx: &mut Tx<'_>, subscriber: SubscriberId, id: &[u8; 16]) -> Result<Option<Session>, Fault> {
    type Row = (i64, i64, i64, i64, i64);
    let row: Option<Row> = on!(tx, c => sessions::table.find((subscriber.0.as_slice(), id.as_slice()))
        .select((sessions::begun_at, sessions::seen_at, sessions::ends_at, sessions::proven, sessions::opened))
        .get_result(c).optional())?;
    Ok(row.map(|(begun, seen, ends, proven, opened)| Session {
        subscriber,
        id: *id,
        begun: At(begun),
        seen: At(seen),
        ends: At(ends),
        proven: proven == 1,
        opened: opened == 1,
    }))
}

/// Writes down that somebody is still there.
pub fn seen(tx: &mut Tx<'_>, subscriber: SubscriberId, id: &[u8; 16], at: At) -> Result<(), Fault> {
    changed!(tx,
        "UPDATE sessions SET seen_at = " Int(at.0)
        " WHERE subscriber_id = " Bytes(&subscriber.0)
        " AND id = " Bytes(id.as_slice())
        " AND seen_at < " Int(at.0)
    )?;
    Ok(())
}

/// Ends a session; false when it had ended.
pub fn end(tx: &mut Tx<'_>, subscriber: SubscriberId, id: &[u8; 16]) -> Result<bool, Fault> {
    let gone = on!(tx, c => diesel::delete(sessions::table.find((subscriber.0.as_slice(), id.as_slice()))).execute(c))?;
    Ok(gone == 1)
}

/// Ends every session on a subscriber's page.
pub fn end_all(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<usize, Fault> {
    let all = sessions::table.filter(sessions::subscriber_id.eq(subscriber.0.as_slice()));
    Ok(on!(tx, c => diesel::delete(all).execute(c))?)
}

/// Keeps the code of a link; false when the link has one.
pub fn put_code(tx: &mut Tx<'_>, new: &Code) -> Result<bool, Fault> {
    let row = (
        codes::subscriber_id.eq(new.subscriber.0.as_slice()),
        codes::link_id.eq(new.link.as_slice()),
        codes::mac.eq(new.mac.as_slice()),
        codes::tries.eq(new.tries),
        codes::until_at.eq(new.until.0),
        codes::ends_at.eq(new.ends.0),
    );
    let added =
        on!(tx, c => diesel::insert_into(codes::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(added == 1)
}

/// The code of a link.
pub fn find_code(tx: &mut Tx<'_>, subscriber: SubscriberId, link: &[u8; 16]) -> Result<Option<Code>, Fault> {
    let row: Option<(Vec<u8>, i64, i64, i64)> = on!(tx, c => codes::table.find((subscriber.0.as_slice(), link.as_slice()))
        .select((codes::mac, codes::tries, codes::until_at, codes::ends_at)).get_result(c).optional())?;
    Ok(row.map(|(mac, tries, until, ends)| Code {
        subscriber,
        link: *link,
        mac,
        tries,
        until: At(until),
        ends: At(ends),
    }))
}

/// Counts a try before it is looked at; false when another was counted since `tries` were.
pub fn count_code(tx: &mut Tx<'_>, code: &Code) -> Result<bool, Fault> {
    let counted = on!(tx, c => diesel::update(codes::table.find((code.subscriber.0.as_slice(), code.link.as_slice()))
        .filter(codes::tries.eq(code.tries))).set(codes::tries.eq(code.tries + 1)).execute(c))?;
    Ok(counted == 1)
}

/// Takes a code back that could not be sent.
pub fn drop_code(tx: &mut Tx<'_>, subscriber: SubscriberId, link: &[u8; 16]) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(codes::table.find((subscriber.0.as_slice(), link.as_slice()))).execute(c))?;
    Ok(())
}

/// Whether a PIN stands before a subscriber's page.
pub fn pinned(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<bool, Fault> {
    use diesel::dsl::{exists, select};
    Ok(on!(tx, c => select(exists(pins::table.find(subscriber.0.as_slice()))).get_result(c))?)
}

/// A subscriber's PIN.
pub fn find_pin(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Option<Pin>, Fault> {
    let row: Option<(Vec<u8>, i64, i64)> = on!(tx, c => pins::table.find(subscriber.0.as_slice())
        .select((pins::sealed, pins::tries, pins::locked_until)).get_result(c).optional())?;
    Ok(row.map(|(sealed, tries, until)| Pin { sealed, tries, locked_until: At(until) }))
}

/// Keeps a PIN in place of another, nothing tried yet.
pub fn put_pin(tx: &mut Tx<'_>, subscriber: SubscriberId, sealed: &[u8]) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO pins (subscriber_id, sealed, tries, locked_until) VALUES (" Bytes(&subscriber.0)
        ", " Bytes(sealed)
        ", 0, 0) ON CONFLICT (subscriber_id) DO UPDATE SET sealed = " Bytes(sealed);
        ", tries = 0, locked_until = 0"
    )?;
    Ok(())
}

/// Counts tries and sets the lock; false when the PIN was tried or changed since `read`.
pub fn count_pin(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    read: &Pin,
    (tries, locked_until): (i64, At),
) -> Result<bool, Fault> {
    let counted = on!(tx, c => diesel::update(pins::table.find(subscriber.0.as_slice())
        .filter(pins::tries.eq(read.tries).and(pins::sealed.eq(read.sealed.as_slice()))))
        .set((pins::tries.eq(tries), pins::locked_until.eq(locked_until.0))).execute(c))?;
    Ok(counted == 1)
}

/// Forgets that the PIN `sealed` was tried, for the right one was said.
pub fn forgive_pin(tx: &mut Tx<'_>, subscriber: SubscriberId, sealed: &[u8]) -> Result<bool, Fault> {
    let forgiven = on!(tx, c => diesel::update(pins::table.find(subscriber.0.as_slice())
        .filter(pins::sealed.eq(sealed))).set((pins::tries.eq(0), pins::locked_until.eq(0))).execute(c))?;
    Ok(forgiven == 1)
}

/// Takes the PIN away.
pub fn drop_pin(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<(), Fault> {
    on!(tx, c => diesel::delete(pins::table.find(subscriber.0.as_slice())).execute(c))?;
    Ok(())
}

/// Leaves nothing of a life that has ended.
pub fn forget(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<(), Fault> {
    end_all(tx, subscriber)?;
    drop_pin(tx, subscriber)?;
    let all = codes::table.filter(codes::subscriber_id.eq(subscriber.0.as_slice()));
    on!(tx, c => diesel::delete(all).execute(c))?;
    Ok(())
}

/// Forgets sessions and codes that ended before `at`.
pub fn sweep(tx: &mut Tx<'_>, at: At) -> Result<usize, Fault> {
    let sessions =
        on!(tx, c => diesel::delete(sessions::table.filter(sessions::ends_at.lt(at.0))).execute(c))?;
    let codes = on!(tx, c => diesel::delete(codes::table.filter(codes::ends_at.lt(at.0))).execute(c))?;
    Ok(sessions + codes)
}
