//! The write that makes an answer final, guarded by what it was decided on. Deliberately absent: deciding, and waiting.
use super::Broker;
use super::authenticate::{OneTime, spend_all};
use crate::domain::id::SubscriberId;
use crate::domain::time::At;
use crate::store::entries::EntryRow;
use crate::store::releases::{self, ReleaseRow};
use crate::store::uses::{self, Spending};
use crate::store::{Fault, Tx, entries, stops, subscribers};
use std::sync::Arc;

/// An answer about to leave: what must still hold when it becomes final, what it spends, and what is recorded of it.
pub(super) struct Leaving {
    /// Nothing, where the token is bound to no key.
    pub(super) proof: Option<OneTime>,
    /// About whom, and the version that it was decided on.
    pub(super) guard: Option<(SubscriberId, i64)>,
    /// The version of the stop orders that it was decided on.
    pub(super) stops: i64,
    /// When the first of its grants ends.
    pub(super) until: Option<At>,
    pub(super) spends: Vec<Spending>,
    pub(super) released: Vec<ReleaseRow>,
    pub(super) entry: EntryRow,
}

/// How the write ended.
pub(super) enum Written {
    Yes,
    /// Something changed meanwhile; nothing is written.
    Moved,
    /// The proof was used before.
    Replayed,
}

impl Broker {
    /// The story that lets an answer leave.
    pub(super) fn finalise(
        &self,
        leaving: Leaving,
    ) -> impl FnMut(&mut Tx<'_>) -> Result<Written, Fault> + Send + use<> {
        let clock = Arc::clone(&self.clock);
        move |tx| {
            let Leaving { proof, guard, stops, until, spends, released, entry } = &leaving;
            stops::hold(tx)?;
            if !spend_all(tx, &[*proof])? {
                return Ok(Written::Replayed);
            }
            // No version moves when time ends a grant, so the clock is asked where the answer becomes final.
            let ended = until.is_some_and(|until| clock.now() >= until);
            let bump = |(id, version)| subscribers::bump_unstopped(tx, id, version, *stops);
            if ended || !guard.map_or(Ok(true), bump)? {
                // Decided anew, and the same proof is good for that.
                proof.map_or(Ok(()), |proof| proof.give_back(tx))?;
                return Ok(Written::Moved);
            }
            for spending in spends {
                // The version says that there is one left; a row that says otherwise is right.
                if !uses::spend(tx, spending)? {
                    return Err(Fault::Corrupt("uses"));
                }
            }
            released.iter().try_for_each(|row| releases::put(tx, row))?;
            entries::append(tx, entry)?;
            Ok(Written::Yes)
        }
    }
}
