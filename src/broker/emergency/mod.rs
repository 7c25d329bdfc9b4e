//! A rescue agency asks where somebody is whose life is in danger, where the law of his home country has it told without asking him: whatever he allowed, paused, withdrew or never
//! shares, and however few are there. It is told the newest place that is kept, as finely as it is kept, once the entry of that is durable; he is told himself (`tell`).
//!
//! Nothing of a recipient's is in this: no permit, no context, no release, no budget, so no answer to a recipient is another for it. What `Rescuer` does not let in does not get here.
//! Deliberately absent: looking for a phone. Of whoever consented to nothing nothing is kept, and of him only the network itself knows.
mod tell;

use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::domain::category::Precision;
use crate::domain::client::Role;
pub use crate::domain::emergency::{Call, Found};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, HOUR_US};
use crate::minimise::zone;
use crate::oauth::scope::Scope;
use crate::profile::LastStay;
use crate::store::emergencies::{self, Emergency};
use crate::store::entries::EntryRow;
use crate::store::subscribers::{self, Subscriber};
use crate::store::{Fault, Stops, ask_counts, entries, profiles};

/// Times it is looked anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;
/// How long a person counts among those whom an agency asked about, µs.
const COUNTS_US: i64 = HOUR_US;

/// A client of a rescue agency. Nobody else is one, so that what takes one is out of everybody else's reach.
#[derive(Debug, Clone)]
pub struct Rescuer(Caller);

impl Rescuer {
    /// The caller, if he is one.
    ///
    /// # Errors
    /// `Forbidden` for any other role, the operator's own too.
    pub fn of(caller: Caller) -> Result<Rescuer, Failure> {
        match caller.client().role {
            Role::Rescue => Ok(Rescuer(caller)),
            Role::Operator | Role::Feed | Role::Regulator | Role::Recipient => {
                Err(Failure::Forbidden(Scope::EmergencyLocate.as_str()))
            }
        }
    }
    fn client(&self) -> &str {
        &self.0.client().id
    }
}

/// Where somebody was seen last. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// H3 index of resolution 7.
    pub h3: String,
    /// How far he may be from its middle, m.
    pub reach_m: u32,
    /// When he was seen there.
    pub seen: At,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(..)")
    }
}

/// What an agency is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Nothing where nothing is kept, and where the number is nobody's here.
    pub place: Option<Place>,
    /// The entry of its question.
    pub entry: EntryId,
    /// When it was answered.
    pub at: At,
    /// Until when the subscriber is not told, where that was wanted.
    pub deferred_until: Option<At>,
}

/// How the write ended.
enum Written {
    Yes,
    Moved,
    TooMany,
}

impl Broker {
    /// Tells an agency where somebody was seen last, or that nothing is known. Nothing is told before it is recorded.
    ///
    /// # Errors
    /// `NoRule` where the law of his home country is not known to have it told, `TooMany` beyond the people of an hour, both recorded; `Invalid` where telling him may not wait;
    /// `Halted` while nothing can be recorded; faults.
    pub fn locate(&self, by: &Rescuer, whom: &Reference, call: &Call) -> Result<Located, Failure> {
        let index = self.keyring.blind_index(whom.text());
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&index));
            let now = self.now()?;
            self.refuse_when_behind()?;
            self.refuse_unless_stood_for()?;
            let (found, last) = self.store.read("emergency.locate", |tx| {
                let found = subscribers::find_by_reference(tx, &index)?.filter(|s| s.ended.is_none());
                let Some(found) = found else { return Ok((None, None)) };
                // Nothing personal is unsealed where no law has it told.
                if self.engine.pack(found.home).emergency.is_none() {
                    return Ok((Some(found), None));
                }
                let sealed = profiles::find(tx, found.id)?;
                Ok((Some(found), self.open_profile(&found, sealed)?.last_stay()))
            })?;
            let home = found.map_or(self.settings.home, |s| s.home);
            let Some(rule) = &self.engine.pack(home).emergency else {
                let entry = self.asked(by, call, (None, Found::NoRule), now)?;
                self.store
                    .write_until(Stops::Second, "emergency.refuse", move |tx| entries::append(tx, &entry))?;
                return Err(Failure::NoRule(home));
            };
            let deferred_until = match &call.defer {
                None => None,
                Some(_) => Some(rule.deferred_until(now).ok_or_else(|| {
                    Failure::invalid("defer", "nothing: the law of his country has him told at once")
                })?),
            };
            let place = last.map(place).transpose()?;
            let outcome = if place.is_some() { Found::Told } else { Found::Unknown };
            let entry = self.asked(by, call, (found.map(|s| s.id), outcome), now)?;
            let id = entry.id;
            match self.write_located(by, call, (found, whom), (entry, outcome, deferred_until), now)? {
                Written::Yes => return Ok(Located { place, entry: id, at: now, deferred_until }),
                Written::TooMany => {
                    tracing::warn!(
                        client = by.client(),
                        "a rescue client asks about more people than it may"
                    );
                    return Err(Failure::TooMany(self.settings.emergency_most));
                }
                Written::Moved => {}
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    fn write_located(
        &self,
        by: &Rescuer,
        call: &Call,
        (found, whom): (Option<Subscriber>, &Reference),
        (entry, outcome, deferred_until): (EntryRow, Found, Option<At>),
        now: At,
    ) -> Result<Written, Failure> {
        let refused = self.asked(by, call, (None, Found::TooMany), now)?;
        let (client, most) = (by.client().to_owned(), i64::from(self.settings.emergency_most));
        // Also of whoever is nobody here, or numbers could be tried through.
        let name = self.keyring.blind_index(&format!("emergency {}", whom.text()));
        let from = deferred_until.unwrap_or(now);
        let row = found.map(|s| Emergency {
            subscriber: s.id,
            entry: entry.id,
            client: client.clone(),
            found: outcome == Found::Told,
            at: now,
            from,
            due: Some(from),
        });
        let written = self.store.write_until(Stops::Second, "emergency.locate", move |tx| {
            if ask_counts::others(tx, &client, &name, now)? >= most {
                entries::append(tx, &refused)?;
                return Ok(Written::TooMany);
            }
            if let Some(found) = found
                && !subscribers::bump(tx, found.id, found.version)?
            {
                return Ok(Written::Moved);
            }
            ask_counts::hold(tx, &client, &name, now.plus(COUNTS_US))?;
            row.iter().try_for_each(|row| emergencies::put(tx, row))?;
            entries::append(tx, &entry)?;
            Ok(Written::Yes)
        })?;
        Ok(written)
    }

    /// The entry of a question. One that was refused is about nobody: nothing of his was looked at.
    fn asked(
        &self,
        by: &Rescuer,
        call: &Call,
        (subscriber, found): (Option<SubscriberId>, Found),
        at: At,
    ) -> Result<EntryRow, Fault> {
        let event = Event::Emergency {
            client: by.client().to_owned(),
            ground: call.ground.as_str().to_owned(),
            found,
            precision: (found == Found::Told).then_some(Precision::ZoneR7),
            deferred: call.defer.as_ref().map(|why| why.as_str().to_owned()),
        };
        self.entry(&Record { at, subscriber, recipient: None, purpose: None, event })
    }
}

fn place(last: LastStay) -> Result<Place, Fault> {
    let reach = zone::reach_m(last.zone).ok_or(Fault::Corrupt("profiles"))?;
    Ok(Place { h3: zone::text(last.zone), reach_m: reach.ceil() as u32, seen: last.at })
}
