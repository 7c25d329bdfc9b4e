//! Whoever a rescue agency asked about is told of it: at once, or when telling him may wait no longer. What is due is put off before it is sent, and is told no more once that is
//! written down, so that a server which dies in between sends the same letter with the same id. His quiet hours do not count. Deliberately absent: the words, and the place.
use crate::broker::{Broker, Failure, enrol};
use crate::crypt::hex;
use crate::domain::courier::{Courier, Letter, Says};
use crate::domain::record::{Event, Record};
use crate::domain::time::MINUTE_US;
use crate::store::emergencies::{self, Emergency};
use crate::store::{entries, subscribers};

/// People told in one go.
const MOST: i64 = 100;
/// How long who could not be told waits, or who was being told when the server died.
const AGAIN_US: i64 = MINUTE_US;
/// So many in a row that messaging does not take are no longer about one number.
const IN_A_ROW: usize = 3;

const UNTOLD: &str =
    "the messaging does not take what subscribers are to be told of an emergency; it is tried again";

impl Broker {
    /// Tells those whom agencies asked about, until `stopped`. How many.
    ///
    /// # Errors
    /// `Halted` when the messaging takes nothing; faults.
    pub(in crate::broker) fn tell_emergencies(
        &self,
        courier: &dyn Courier,
        stopped: &dyn Fn() -> bool,
    ) -> Result<usize, Failure> {
        let (mut told, mut failed) = (0, 0);
        loop {
            let now = self.now()?;
            let due = self.store.read("emergency.due", |tx| emergencies::due(tx, now, MOST))?;
            if due.is_empty() {
                return Ok(told);
            }
            for row in due {
                if stopped() {
                    return Ok(told);
                }
                match self.tell_emergency(courier, row)? {
                    Some(true) => (told, failed) = (told + 1, 0),
                    Some(false) => failed += 1,
                    None => {}
                }
                if failed >= IN_A_ROW {
                    return Err(Failure::Halted(UNTOLD));
                }
            }
        }
    }

    /// Whether he was told; nothing where somebody else tells him, or the number is no longer his.
    fn tell_emergency(&self, courier: &dyn Courier, row: Emergency) -> Result<Option<bool>, Failure> {
        let (id, now) = (row.subscriber, self.now()?);
        let reached = self.store.read("emergency.who", |tx| {
            let found = subscribers::find(tx, id)?.filter(|s| s.ended.is_none());
            let Some(found) = found else { return Ok(None) };
            let sealed = subscribers::sealed_reference(tx, id)?;
            let locale = self.language(tx, &found)?;
            Ok(sealed.map(|sealed| (found.home, sealed, locale)))
        })?;
        let Some((home, sealed, locale)) = reached else {
            self.store.write("emergency.gone", move |tx| emergencies::end(tx, &row))?;
            return Ok(None);
        };
        let before = row.clone();
        let later = Some(now.plus(AGAIN_US));
        if !self.store.write("emergency.take", move |tx| emergencies::move_on(tx, &before, later))? {
            return Ok(None);
        }
        let to = self.open_reference(&sealed, enrol::PLACE, &id.0)?;
        let address = format!("{}/me/asked", self.settings.issuer);
        let says = Says::Located {
            agency: &row.client,
            found: row.found,
            at: row.at,
            deferred: row.from > row.at,
            address: &address,
            home,
            locale: locale.as_deref(),
        };
        let [name @ .., _, _, _, _] = self.keyring.blind_index(&format!("located {id} {}", row.entry));
        let letter = Letter { id: format!("located_{}", hex::encode(&name)), to, at: now, says };
        if let Err(problem) = courier.carry(&letter) {
            tracing::error!(problem, "a subscriber is not told of an emergency");
            return Ok(Some(false));
        }
        let event = Event::EmergencyTold { entry: row.entry, client: row.client.clone() };
        let record = Record { at: now, subscriber: Some(id), recipient: None, purpose: None, event };
        let entry = self.entry(&record)?;
        self.store.write("emergency.told", move |tx| {
            if emergencies::end(tx, &row)? {
                entries::append(tx, &entry)?;
            }
            Ok(())
        })?;
        Ok(Some(true))
    }
}
