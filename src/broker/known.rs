//! What the house holds about a subscriber, told to himself, and forgetting it. Deliberately absent: what his feeds said, of which nothing
//! is kept, and what recipients hold, which they are asked to delete when a consent ends (`purge`).
use super::{Broker, Failure, never};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::never::Never;
use crate::domain::place::Label;
use crate::domain::record::{Event, Record};
use crate::domain::territory::Territory;
use crate::domain::time::At;
use crate::domain::topic::Topic;
use crate::domain::volume::Volume;
use crate::minimise::summary;
use crate::minimise::zone;
use crate::profile::{Holdings, Profile};
use crate::store::profiles::SealedProfile;
use crate::store::subscribers::Subscriber;
use crate::store::{
    Fault, entries, link_asks, link_codes, links, logins, nevers, presentations, profiles, subscribers,
};
use std::collections::BTreeSet;

/// Times a forgetting is tried anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// What is held, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Places he stays at.
    pub places: Vec<KnownPlace>,
    /// Nights looked back on, 28 at most.
    pub nights: u32,
    /// Moves from one place to the next.
    pub moves: usize,
    /// Where the last days began: when he was seen, and the H3 index of resolution 7.
    pub days: Vec<(At, String)>,
    /// Topics of his apps, in the words of the locale.
    pub apps: Vec<&'static str>,
    /// Topics of his websites.
    pub web: Vec<&'static str>,
    /// The country whose network his line was registered with last, its code and its name in the words of the locale.
    pub country: Option<(Territory, &'static str)>,
    /// How much of its data was left, as was heard last.
    pub left: Option<(Volume, &'static str)>,
    /// All of these topics, each once.
    pub topics: Vec<(Topic, &'static str)>,
    /// The latest event that was taken in.
    pub latest: Option<At>,
}

/// A place that he stays at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPlace {
    /// H3 index of resolution 7, about 5 km².
    pub zone: String,
    /// The city nearby, in the words of the locale.
    pub near: Option<&'static str>,
    /// What it is to him; `None` below five nights of history.
    pub label: Option<Label>,
    /// Days of the last 28 with a stay.
    pub days: u32,
}

impl Broker {
    pub(super) fn open_profile(
        &self,
        subscriber: &Subscriber,
        sealed: Option<SealedProfile>,
    ) -> Result<Profile, Fault> {
        let Some(sealed) = sealed else { return Ok(Profile::default()) };
        let plain = self
            .keyring
            .sealer()
            .open(super::fold::PLACE, &subscriber.id.0, &sealed.sealed)
            .map_err(|_| Fault::Corrupt("profiles"))?;
        Profile::decode(&plain).map_err(|_| Fault::Corrupt("profiles"))
    }

    /// What is held about the subscriber; `None` when there is nothing. Cities and topics in the words of `locale`.
    pub fn known(&self, subscriber: SubscriberId, locale: &str) -> Result<Option<Known>, Failure> {
        let now = self.now()?;
        let (found, sealed) = self.store.read("subscriber.known", |tx| {
            Ok((subscribers::find(tx, subscriber)?, profiles::find(tx, subscriber)?))
        })?;
        let found = found.ok_or(Failure::NotFound("subscriber"))?;
        if sealed.is_none() {
            return Ok(None);
        }
        let Holdings { places, nights, moves, days, apps, web, country, left, latest } =
            self.open_profile(&found, sealed)?.holdings(now);
        let topics = |of: &[Topic]| of.iter().map(|t| summary::topic(*t, locale)).collect();
        let all: BTreeSet<Topic> = apps.iter().chain(&web).copied().collect();
        let all = all.into_iter().map(|t| (t, summary::topic(t, locale))).collect();
        let place = |p: crate::profile::HeldPlace| KnownPlace {
            zone: zone::text(p.zone),
            near: summary::near(p.zone, locale),
            label: p.label,
            days: p.days,
        };
        let places = places.into_iter().map(place).collect();
        let days = days.into_iter().map(|first| (first.at, zone::text(first.zone))).collect();
        let (apps, web) = (topics(&apps), topics(&web));
        let country = country.map(|country| (country, summary::country(country, locale)));
        let left = left.map(|left| (left, summary::left(left, locale)));
        Ok(Some(Known { places, nights, moves, days, apps, web, country, left, topics: all, latest }))
    }

    /// Deletes everything that is known of the subscriber's life, and with it the areas that he never shared, which tell of it; kinds of
    /// place and hours that he never shares hold on, as his consents do. With `stranger` every name that recipients have for him leads
    /// nowhere from then on, too. An answer that is being made meanwhile is made anew and finds nothing. What he counted for in crowds
    /// names nobody and goes with its epoch; what was told to recipients is not called back, and consents stay; of
    /// what he was shown, the hash is left where no consent rests on it that is given.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn forget(&self, subscriber: SubscriberId, stranger: bool) -> Result<EntryId, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let (found, never) = self.store.read("subscriber.forget", |tx| {
                Ok((subscribers::find(tx, subscriber)?, nevers::find(tx, subscriber)?))
            })?;
            let version = found.ok_or(Failure::NotFound("subscriber"))?.version;
            let never = Never { areas: BTreeSet::new(), ..self.open_never(subscriber, never)? };
            let never = self.seal_never(subscriber, &never)?;
            let which = if stranger { "profile, pseudonyms" } else { "profile" };
            let event = Event::Operation { what: "subscriber.forget".to_owned(), which: which.to_owned() };
            let record =
                Record { at: now, subscriber: Some(subscriber), recipient: None, purpose: None, event };
            let entry = self.entry(&record)?;
            let id = entry.id;
            let forgotten = self.store.write("subscriber.forget", move |tx| {
                let moved = if stranger {
                    subscribers::turn_epoch(tx, subscriber, version)?
                } else {
                    subscribers::bump(tx, subscriber, version)?
                };
                if !moved {
                    return Ok(false);
                }
                if stranger {
                    links::forget(tx, subscriber)?;
                    link_codes::forget(tx, subscriber)?;
                    link_asks::forget(tx, subscriber)?;
                }
                profiles::delete(tx, subscriber)?;
                never::write(tx, subscriber, never.as_deref(), now)?;
                logins::drop_pin(tx, subscriber)?;
                presentations::forget(tx, subscriber, false)?;
                entries::append(tx, &entry)?;
                Ok(true)
            })?;
            if forgotten {
                return Ok(id);
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }
}
