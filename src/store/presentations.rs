//! What subscribers were shown, kept once one of its questions was answered.
use super::kept::changed;
use super::schema::{consent_events as events, grants, presentations};
use super::tx::on;
use super::{Fault, Tx};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::id::{PresentationId, SubscriberId};
use crate::domain::time::At;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

/// What stands before a hash in the place of what was signed.
const HASHED: &str = "sha256:";
/// States of a consent that is given.
const GIVEN: [&str; 2] = ["active", "paused"];

/// Keeps the signed presentation; a repeat changes nothing.
pub fn put(
    tx: &mut Tx<'_>,
    subscriber: SubscriberId,
    id: PresentationId,
    token: &str,
    at: At,
) -> Result<(), Fault> {
    changed!(tx,
        "INSERT INTO presentations (id, subscriber_id, token, at) VALUES (" Bytes(&id.0)
        ", " Bytes(&subscriber.0)
        ", " Text(token)
        ", " Int(at.0);
        ") ON CONFLICT (id) DO NOTHING"
    )?;
    Ok(())
}

/// The signed presentation; `None` where only its hash is kept.
pub fn find(tx: &mut Tx<'_>, subscriber: SubscriberId, id: PresentationId) -> Result<Option<String>, Fault> {
    let token: Option<String> = on!(tx, c => presentations::table.find(id.0.as_slice())
        .filter(presentations::subscriber_id.eq(subscriber.0.as_slice()))
        .select(presentations::token).get_result(c).optional())?;
    Ok(token.filter(|token| !token.starts_with(HASHED)))
}

/// Keeps no more than the hashes of what a subscriber was shown: of everything, or of what no consent rests on that is given. Whoever has a
/// receipt with a showing can still prove that it is the one.
pub fn forget(tx: &mut Tx<'_>, subscriber: SubscriberId, everything: bool) -> Result<(), Fault> {
    let cited: Vec<(Option<Vec<u8>>, Vec<u8>)> = on!(tx, c => events::table
        .filter(events::subscriber_id.eq(subscriber.0.as_slice()).and(events::presentation_id.is_not_null()))
        .select((events::presentation_id, events::grant_id)).load(c))?;
    let given: Vec<Vec<u8>> = on!(tx, c => grants::table
        .filter(grants::subscriber_id.eq(subscriber.0.as_slice()).and(grants::state.eq_any(GIVEN)))
        .select(grants::id).load(c))?;
    let needed = |grant: &Vec<u8>| !everything && given.contains(grant);
    let (kept, mut gone): (Vec<_>, Vec<_>) = cited.into_iter().partition(|(_, grant)| needed(grant));
    gone.retain(|(id, _)| kept.iter().all(|(other, _)| other != id));
    for id in gone.into_iter().filter_map(|(id, _)| id) {
        let token: Option<String> = on!(tx, c => presentations::table.find(id.as_slice())
            .filter(presentations::subscriber_id.eq(subscriber.0.as_slice()))
            .select(presentations::token).get_result(c).optional())?;
        if let Some(token) = token.filter(|token| !token.starts_with(HASHED)) {
            keep_hash(tx, &id, &token)?;
        }
    }
    Ok(())
}

/// Keeps no more than the hashes of what was shown before `before` where every consent that rests on it was over by then and nothing has been done on it
/// since, the oldest first and at most `most`; how many they were.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    let old: Vec<(Vec<u8>, String)> = on!(tx, c => presentations::table
        .filter(presentations::at.lt(before.0))
        .filter(sql::<Bool>("substr(token, 1, 7) <> 'sha256:'"))
        .filter(sql::<Bool>(RESTS_ON).bind::<BigInt, _>(before.0).sql(" OR later.until_at >= ").bind::<BigInt, _>(before.0).sql("))"))
        .order(presentations::at.asc()).limit(most)
        .select((presentations::id, presentations::token)).load(c))?;
    for (id, token) in &old {
        keep_hash(tx, id, token)?;
    }
    Ok(old.len())
}

/// That no consent rests on a presentation which was given, asked for or done anything on since an instant: the begin of it.
const RESTS_ON: &str = "NOT EXISTS (SELECT 1 FROM consent_events cited JOIN consent_events later \
    ON later.subscriber_id = cited.subscriber_id AND later.grant_id = cited.grant_id \
    WHERE cited.subscriber_id = presentations.subscriber_id AND cited.presentation_id = presentations.id AND (later.at >= ";

/// Keeps the hash of what was signed, in its place.
fn keep_hash(tx: &mut Tx<'_>, id: &[u8], token: &str) -> Result<(), Fault> {
    let hash = format!("{HASHED}{}", hex::encode(&sha256(&[token.as_bytes()])));
    changed!(tx, "UPDATE presentations SET token = " Text(&hash) " WHERE id = " Bytes(id))?;
    Ok(())
}
