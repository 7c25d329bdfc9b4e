//! Answers given under grants with a quota: each is spent in the story that records it.
use super::kept::changed;
use super::schema::uses;
use super::tx::on;
use super::{Fault, Tx};
use crate::domain::consent::Use;
use crate::domain::id::{EntryId, GrantId, SubscriberId};
use crate::domain::time::At;
use diesel::prelude::*;

/// One answer to be spent.
#[derive(Debug, Clone, Copy)]
pub struct Spending {
    /// About whom.
    pub subscriber: SubscriberId,
    /// Under which grant.
    pub grant: GrantId,
    /// Since when answers count.
    pub from: At,
    /// How many there may be since then.
    pub times: u32,
    /// When.
    pub at: At,
    /// The entry of the answer.
    pub entry: EntryId,
}

/// How many answers were given under a grant from `from` on.
pub fn count(tx: &mut Tx<'_>, subscriber: SubscriberId, grant: GrantId, from: At) -> Result<u32, Fault> {
    let of_grant = uses::subscriber_id.eq(subscriber.0.as_slice()).and(uses::grant_id.eq(grant.0.as_slice()));
    let n: i64 = on!(tx, c => uses::table.filter(of_grant.and(uses::at.ge(from.0))).count().get_result(c))?;
    Ok(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Spends one answer; false, and nothing is spent, when none is left.
pub fn spend(tx: &mut Tx<'_>, s: &Spending) -> Result<bool, Fault> {
    let spent = changed!(tx,
        "INSERT INTO uses (subscriber_id, grant_id, at, entry_id) SELECT " Bytes(&s.subscriber.0)
        ", " Bytes(&s.grant.0)
        ", " Int(s.at.0)
        ", " Bytes(&s.entry.0)
        " WHERE (SELECT count(*) FROM uses WHERE subscriber_id = " Bytes(&s.subscriber.0)
        " AND grant_id = " Bytes(&s.grant.0)
        " AND at >= " Int(s.from.0)
        ") < " Int(i64::from(s.times))
    )?;
    Ok(spent == 1)
}

/// Forgets answers given before `before` under consents that were over by then and on which nothing has been done since, the oldest first and at most
/// `most`; how many they were. What may still be counted, or asked for as of a later instant, stays.
pub fn sweep(tx: &mut Tx<'_>, before: At, most: i64) -> Result<usize, Fault> {
    Ok(changed!(tx,
        "DELETE FROM uses WHERE (subscriber_id, grant_id, at, entry_id) IN (\
            SELECT u.subscriber_id, u.grant_id, u.at, u.entry_id FROM uses u WHERE u.at < " Int(before.0)
        " AND NOT EXISTS (SELECT 1 FROM consent_events e WHERE e.subscriber_id = u.subscriber_id AND e.grant_id = u.grant_id \
            AND (e.at >= " Int(before.0)
        " OR e.until_at >= " Int(before.0)
        ")) ORDER BY u.at LIMIT " Int(most);
        ")"
    )?)
}

/// All answers ever given about a subscriber under grants with a quota.
pub fn all(tx: &mut Tx<'_>, subscriber: SubscriberId) -> Result<Vec<Use>, Fault> {
    let rows: Vec<(Vec<u8>, i64)> = on!(tx, c => uses::table
        .filter(uses::subscriber_id.eq(subscriber.0.as_slice()))
        .select((uses::grant_id, uses::at)).load(c))?;
    let read = |(grant, at): (Vec<u8>, i64)| Some(Use { grant: GrantId::from_slice(&grant)?, at: At(at) });
    rows.into_iter().map(|row| read(row).ok_or(Fault::Corrupt("uses"))).collect()
}

/// Forgets every answer that was given under a consent that was withdrawn.
pub fn forget(tx: &mut Tx<'_>, subscriber: SubscriberId, grant: GrantId) -> Result<(), Fault> {
    changed!(tx,
        "DELETE FROM uses WHERE subscriber_id = " Bytes(&subscriber.0)
        " AND grant_id = " Bytes(&grant.0)
    )?;
    Ok(())
}
