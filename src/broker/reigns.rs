//! Which policy set was in force from which entry of the log on: every leaf names the one it was recorded under. Deliberately absent: what the sets
//! say; whoever has the files of one computes its digest (`dongui policy check`).
use super::console::{Looker, Page, Standing};
use super::{Broker, Failure};
use crate::domain::entry::Leaf;
use crate::domain::time::At;
use crate::store::{Fault, drafts, entries};
use std::sync::PoisonError;

/// Leaves read at a time.
const LEAVES: i64 = 4096;
/// Stretches shown at most, the newest.
const SHOWN: usize = 200;

/// A stretch of the log under one policy set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reign {
    /// SHA-256 of the set, hex.
    pub digest: String,
    /// Index of the first entry under it.
    pub first: u64,
    /// Hour of that.
    pub since: At,
    /// Index of the last.
    pub last: u64,
    /// Hour of that.
    pub until: At,
}

/// A stretch, and who stands for its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stood {
    /// The stretch.
    pub reign: Reign,
    /// Clients of the operator that stand for the set, first come first.
    pub approved_by: Vec<String>,
    /// Whether it is the set in force now.
    pub in_force: bool,
}

/// How far the log was followed. Published entries never change, so no entry is read twice.
#[derive(Debug, Default)]
pub(super) struct Followed {
    next: u64,
    reigns: Vec<Reign>,
}

impl Broker {
    /// The policy sets of the log, newest stretch first, for somebody in a console.
    ///
    /// # Errors
    /// As `look`.
    pub fn reigns(&self, at: Standing<'_>) -> Result<(Looker, Vec<Stood>), Failure> {
        let looker = self.look(at, Page::Policies)?;
        let reigns = self.follow_reigns()?;
        let stood = self.store.read("policies.stood", |tx| {
            reigns
                .iter()
                .map(|reign| {
                    let approved_by = drafts::approved_by(tx, &reign.digest)?;
                    let in_force = reign.digest == self.engine.digest();
                    Ok(Stood { reign: reign.clone(), approved_by, in_force })
                })
                .collect::<Result<Vec<_>, Fault>>()
        })?;
        Ok((looker, stood))
    }

    fn follow_reigns(&self) -> Result<Vec<Reign>, Failure> {
        let mut followed = self.reigns.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let next = followed.next;
            let page = self.store.read("policies.follow", |tx| entries::leaves(tx, next, LEAVES))?;
            for (leaf, index) in page.iter().zip(next..) {
                let Leaf { policy, hour, .. } =
                    serde_json::from_slice(leaf).map_err(|_| Fault::Corrupt("entries"))?;
                match followed.reigns.last_mut().filter(|reign| reign.digest == policy) {
                    Some(reign) => (reign.last, reign.until) = (index, hour),
                    None => followed.reigns.push(Reign {
                        digest: policy,
                        first: index,
                        since: hour,
                        last: index,
                        until: hour,
                    }),
                }
                followed.next = index + 1;
            }
            if page.len() < LEAVES as usize {
                return Ok(followed.reigns.iter().rev().take(SHOWN).cloned().collect());
            }
        }
    }
}
