//! Why a recipient would hear something or nothing, in words, without asking for it: nothing is released or recorded.
use super::authenticate::Caller;
use super::{Broker, Failure, held};
use crate::domain::category::Category;
use crate::domain::consent::Status;
use crate::domain::id::RecipientId;
use crate::domain::purpose::Purpose;
use crate::domain::scene::Scene;
use crate::domain::stop::Stop;
use crate::domain::subscriber::Reference;
use crate::domain::time::At;
use crate::policy::{self, Explanation};
use crate::store::{counters, recipients};
use serde::Serialize;
use std::fmt;

/// A decision in words, with what the registry rests it on.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// The state of the consent in this cell.
    pub consent: Status,
    /// Its term in the Data Privacy Vocabulary, where it has one.
    pub iri: Option<&'static str>,
    /// When time first changes it, µs; `None`: never.
    pub until: Option<At>,
    /// The rest.
    #[serde(flatten)]
    pub decision: Explanation,
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nstate     {}", self.decision, self.consent.as_str())?;
        match self.until {
            Some(until) => write!(f, ", until {} at least", until.rfc3339()),
            None => Ok(()),
        }
    }
}

impl Broker {
    /// Who takes complaints in the house's country, and where it is found; `None` where the country pack does not say.
    pub fn authority(&self) -> Option<(String, String)> {
        let authority = self.engine.pack(self.settings.home).authority.as_ref();
        authority.map(|a| (a.name.clone(), a.place.clone()))
    }

    /// The trace of one decision as it would be made now.
    pub fn explain(
        &self,
        _caller: &Caller,
        reference: &Reference,
        recipient: RecipientId,
        purpose: Purpose,
        category: Category,
    ) -> Result<Explained, Failure> {
        let now = self.now()?;
        let subscriber = self.subscriber_of(reference)?;
        let (recipient, held, stops) = self.store.read("context.explain", |tx| {
            let counted = counters::all(tx)?;
            let stops = self.stops_in(tx, counted)?;
            let registered = recipients::find(tx, recipient)?;
            let rules = |purpose| self.in_force(registered.as_ref(), subscriber.home, purpose);
            let held = held::with(tx, &subscriber, recipient, now, rules)?;
            Ok((registered, held, stops))
        })?;
        let recipient = recipient.ok_or(Failure::NotFound("recipient"))?;
        let standing = held::standing(&held, purpose, category, now, subscriber.home);
        let scene = Scene {
            recipient: &recipient,
            home: subscriber.home,
            age: subscriber.majority.band(now),
            guardian: held::is_guardians(&held, purpose, category),
            purpose,
            category,
            standing,
            stop: Stop::of(&stops, &recipient, subscriber.home),
            now,
        };
        let (consent, until) = held::state(&held, purpose, category, now, subscriber.home);
        Ok(Explained { consent, iri: consent.iri(), until, decision: policy::explain(&self.engine, &scene) })
    }
}
