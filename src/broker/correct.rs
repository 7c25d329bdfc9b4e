//! A subscriber says that something known of him is wrong: it goes at once, and no answer that rests on it begins after that. Deliberately
//! absent: what was told before, which his timeline shows, and consents, which are his own words.
use super::fold::PLACE;
use super::{Broker, Failure};
use crate::domain::consent::Capture;
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::place::Label;
use crate::domain::record::{Event, Record};
use crate::domain::topic::Topic;
use crate::profile::Profile;
use crate::store::{Fault, entries, profiles, subscribers};

/// Times a correction is made anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// What is taken for his home or his place of work.
    Place(Label),
    /// An interest.
    Interest(Topic),
}

impl Wrong {
    fn as_str(self) -> &'static str {
        match self {
            Wrong::Place(_) => "place",
            Wrong::Interest(_) => "interest",
        }
    }

    /// Takes it out; false when it is not there.
    fn leaves(self, profile: &mut Profile) -> bool {
        match self {
            Wrong::Interest(topic) => profile.drop_topic(topic),
            Wrong::Place(label) => {
                let anchors = profile.anchors();
                let zone = match label {
                    Label::Home => anchors.and_then(|a| a.home),
                    Label::Work => anchors.and_then(|a| a.work),
                    Label::Frequent | Label::Other => None,
                };
                zone.is_some_and(|zone| profile.drop_place(zone))
            }
        }
    }
}

impl Broker {
    /// Takes out of the profile what is wrong in it; `None` when it is not there. What is recorded of it is that a place or an interest was
    /// corrected, never which.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn correct(
        &self,
        subscriber: SubscriberId,
        by: Capture,
        wrong: Wrong,
    ) -> Result<Option<EntryId>, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let (found, sealed) = self.store.read("subscriber.correct", |tx| {
                Ok((subscribers::find(tx, subscriber)?, profiles::find(tx, subscriber)?))
            })?;
            let found = found.filter(|s| s.ended.is_none()).ok_or(Failure::NotFound("subscriber"))?;
            let read = sealed.as_ref().map(|s| s.revision);
            let mut profile = self.open_profile(&found, sealed)?;
            if !wrong.leaves(&mut profile) {
                return Ok(None);
            }
            let plain = profile.encode();
            let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &subscriber.0, &plain);
            let write = profiles::Write { subscriber, version: found.version, read, sealed };
            let which = format!("{} ({}, {})", wrong.as_str(), by.actor.as_str(), by.channel);
            let event = Event::Operation { what: "subscriber.correct".to_owned(), which };
            let record =
                Record { at: now, subscriber: Some(subscriber), recipient: None, purpose: None, event };
            let entry = self.entry(&record)?;
            let id = entry.id;
            let corrected = self.store.write("subscriber.correct", move |tx| {
                if !profiles::put(tx, &write, now)? {
                    return Ok(false);
                }
                // An answer that is being made meanwhile is made anew.
                if !subscribers::bump(tx, subscriber, write.version)? {
                    return Err(Fault::LostRace);
                }
                entries::append(tx, &entry)?;
                Ok(true)
            })?;
            if corrected {
                return Ok(Some(id));
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }
}
