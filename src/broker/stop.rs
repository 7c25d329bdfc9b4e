//! Stop orders: an authority's or the operator's own, in force at once and over every door. Who stops needs nobody else; lifting wants two people.
//!
//! What a stop covers is a fact of the scene like age or home, and policy refuses it (`rail-stop`). An answer that was decided before a stop is not final
//! after it: the write that lets it leave compares the version of the stops. Deliberately absent: an end by time, which nobody would have ordered.
use super::approve::PEOPLE;
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::id::StopId;
use crate::domain::stop::{Ground, Reach, Stop};
use crate::store::counters::Counters;
use crate::store::drafts::{self, Draft};
use crate::store::{Fault, Stops, Tx, entries, recipients, stops};
use std::sync::Arc;

const LIFT: &str = "lift";

/// A stop and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered {
    /// The order.
    pub stop: Stop,
    /// Clients that want it lifted, first come first.
    pub lifted_by: Vec<String>,
}

impl Broker {
    /// Stops what `reach` covers. Once it is acknowledged, no answer that it covers begins.
    ///
    /// # Errors
    /// `Invalid` for an order that names nothing; `NotFound` for a recipient that is not registered; faults.
    pub fn stop(&self, caller: &Caller, reach: Reach, ground: Ground) -> Result<Ordered, Failure> {
        if !reach.is_something() {
            let cure = "a recipient, a home country or a country that it goes to; to stop everything, stop the server";
            return Err(Failure::invalid("recipient", cure));
        }
        let now = self.now()?;
        let stop = Stop { id: StopId::new(now, self.rng.as_ref()), reach, ground, at: now, lifted: None };
        let entry = self.operation(now, reach.recipient, "stop", told(&stop, caller))?;
        let ordered = Ordered { stop: stop.clone(), lifted_by: Vec::new() };
        let known = self.store.write_until(Stops::Last, "stop.put", move |tx| {
            stops::alone(tx)?;
            if let Some(id) = reach.recipient
                && recipients::find(tx, id)?.is_none()
            {
                return Ok(false);
            }
            stops::put(tx, &stop)?;
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        known.then_some(ordered).ok_or(Failure::NotFound("recipient"))
    }

    /// Wants a stop lifted. With the second client that does it is, whoever gave the order.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn lift_stop(&self, caller: &Caller, id: StopId) -> Result<Ordered, Failure> {
        let (now, who) = (self.now()?, caller.client().id.clone());
        let draft = lifting(id)?;
        let Ordered { stop, .. } = self.stop_of(id)?;
        if stop.lifted.is_some() {
            return self.stop_of(id);
        }
        let asked = self.operation(now, stop.reach.recipient, "stop.lift", told(&stop, caller))?;
        let lifted = self.operation(now, stop.reach.recipient, "stop.lifted", told(&stop, caller))?;
        self.store.write("stop.lift", move |tx| {
            stops::alone(tx)?;
            drafts::put(tx, &draft, now)?;
            // Who wants it already is not a second one.
            if !drafts::approve(tx, &draft.hash, &who, now)? {
                return Ok(());
            }
            entries::append(tx, &asked)?;
            let stands = stops::find(tx, id)?.is_some_and(|stop| stop.lifted.is_none());
            if stands && drafts::approved_by(tx, &draft.hash)?.len() >= PEOPLE {
                stops::lift(tx, id, now)?;
                entries::append(tx, &lifted)?;
            }
            Ok(())
        })?;
        self.stop_of(id)
    }

    /// All stop orders, the newest first, those that were lifted too.
    ///
    /// # Errors
    /// Faults.
    pub fn stops(&self) -> Result<Vec<Ordered>, Failure> {
        Ok(self.store.read("stop.all", |tx| {
            stops::all(tx)?.into_iter().map(|stop| ordered(tx, stop)).collect::<Result<Vec<_>, Fault>>()
        })?)
    }

    fn stop_of(&self, id: StopId) -> Result<Ordered, Failure> {
        let found = self.store.read("stop.find", |tx| match stops::find(tx, id)? {
            Some(stop) => ordered(tx, stop).map(Some),
            None => Ok(None),
        })?;
        found.ok_or(Failure::NotFound("stop order"))
    }

    /// The stops of a snapshot, those that were lifted too.
    pub(super) fn stops_in(&self, tx: &mut Tx<'_>, counted: Counters) -> Result<Arc<[Stop]>, Fault> {
        self.stops.get(counted.stops, (), |()| Ok(Arc::from(stops::all(tx)?)))
    }
}

fn ordered(tx: &mut Tx<'_>, stop: Stop) -> Result<Ordered, Fault> {
    let lifted_by = drafts::approved_by(tx, &lifting(stop.id)?.hash)?;
    Ok(Ordered { stop, lifted_by })
}

/// What those stand for who want a stop lifted.
fn lifting(id: StopId) -> Result<Draft, Fault> {
    let document = canonical::to_string(&id).map_err(|_| Fault::Corrupt("drafts"))?;
    let hash = sha256(&[b"dongui/v1/draft", LIFT.as_bytes(), &[0], document.as_bytes()]);
    Ok(Draft { hash: hex::encode(&hash), kind: LIFT.to_owned(), document })
}

/// How the log says it.
fn told(stop: &Stop, caller: &Caller) -> String {
    let Stop { id, reach, ground, .. } = stop;
    let mut text = format!("{id} by {}:", caller.client().id);
    if let Some(recipient) = reach.recipient {
        text.push_str(&format!(" recipient {recipient},"));
    }
    if let Some(home) = reach.home {
        text.push_str(&format!(" home {},", home.as_str()));
    }
    if let Some(country) = reach.country {
        text.push_str(&format!(" country {},", country.as_str()));
    }
    text.push_str(&format!(" ground {}", ground.as_str()));
    text
}
