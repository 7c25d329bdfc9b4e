//! A relation that is over gives nothing any more, to the microsecond, whenever somebody asks (`domain::consent::people`). Here what it allowed is
//! ended in the registry too, so that recipients are told and asked to delete. Deliberately absent: anything that a decision would wait for.
use super::depart::Cause;
use super::{Broker, Failure};
use crate::domain::id::RelationId;
use crate::domain::time::{At, DAY_US, SECOND_US};
use crate::store::Tx;
use crate::store::relations::{self, MOST};
use crate::store::subscribers::{self, Subscriber};

impl Broker {
    /// Ends what relations allowed that are over by themselves, or by the departure of their holder. Gives how many relations that was.
    ///
    /// # Errors
    /// Faults.
    pub fn end_lapsed(&self) -> Result<usize, Failure> {
        let mut all = 0;
        loop {
            let now = self.now()?;
            let over = self.store.read("relation.over", |tx| relations::over(tx, now))?;
            let due: Vec<RelationId> = over
                .iter()
                .filter(|(id, end)| end.plus(self.spread_us(*id)) <= now)
                .map(|(id, _)| *id)
                .collect();
            due.iter().try_for_each(|id| self.end_lapsed_one(*id))?;
            all += due.len();
            if due.is_empty() || over.len() < MOST as usize {
                return Ok(all);
            }
        }
    }

    /// How long after its end a relation is told of, a day at most: whoever is told at midnight has learnt a birthday.
    fn spread_us(&self, id: RelationId) -> i64 {
        let [a, b, c, d, ..] = self.keyring.blind_index(&format!("lapse {id}"));
        i64::from(u32::from_be_bytes([a, b, c, d])) % (DAY_US / SECOND_US) * SECOND_US
    }

    fn end_lapsed_one(&self, id: RelationId) -> Result<(), Failure> {
        let found = self.store.read("relation.find", |tx| relations::find(tx, id))?;
        let Some((relation, _)) = found else { return Ok(()) };
        let cause = Cause {
            name: "relation.lapse",
            what: ("relation.lapse".to_owned(), id.to_string()),
            write: move |tx: &mut Tx<'_>, found: &Subscriber, now: At| {
                relations::told(tx, id, now)?;
                subscribers::bump(tx, found.id, found.version)
            },
        };
        match self.revoke_with(relation.subscriber, move |g| g.terms.footing.relation == Some(id), cause) {
            // The number went away, and with it all that there was to tell.
            Err(Failure::NotFound(_)) => {
                let now = self.now()?;
                Ok(self.store.write("relation.lapse", move |tx| relations::told(tx, id, now))?)
            }
            other => other.map(drop),
        }
    }
}
