//! What a subscriber never shares, told to himself and changed by him. Deliberately absent: holding it back, which is minimisation's,
//! and the places themselves in anything that is recorded; a record says that something was changed, not to what.
use super::{Broker, Failure};
use crate::domain::consent::{Capture, Hours};
use crate::domain::id::{EntryId, SubscriberId};
use crate::domain::never::{MOST_AREAS, Never};
use crate::domain::place::Label;
use crate::domain::record::{Event, Record};
use crate::domain::time::At;
use crate::domain::zone::Zone;
use crate::minimise::life::{self, Life};
use crate::minimise::summary;
use crate::minimise::zone;
use crate::profile::{HeldPlace, Profile};
use crate::store::subscribers::Subscriber;
use crate::store::{Fault, Stops, Tx, entries, nevers, subscribers};
use std::collections::{BTreeMap, BTreeSet};

/// What it is sealed to.
pub(super) const PLACE: (&str, &str) = ("nevers", "sealed");
/// Times a change is tried anew when another story about the same subscriber was faster.
const ATTEMPTS: u32 = 100;
/// Areas that are offered beside those that are marked.
const OFFERED: usize = 12;

/// One change to what is never shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Marks an area, or takes the mark away.
    Area(Zone, bool),
    /// The same of a kind of place.
    Label(Label, bool),
    /// Hours, or none.
    Hours(Option<Hours>),
    /// Everything at once.
    All(Never),
}

impl Change {
    /// Reads an area in a request: an H3 cell of resolution 6.
    ///
    /// # Errors
    /// `Invalid`, with the name of the field.
    pub fn area(field: &'static str, text: &str) -> Result<Zone, Failure> {
        let cure = || Failure::invalid(field, "H3 cells of resolution 6, 15 hex digits in lower case");
        life::parse_area(text).ok_or_else(cure)
    }

    /// An area as it is read.
    pub fn text(area: Zone) -> String {
        zone::text(area)
    }

    fn on(&self, mut never: Never) -> Never {
        fn mark<T: Ord>(all: &mut BTreeSet<T>, one: T, marked: bool) {
            if marked {
                all.insert(one)
            } else {
                all.remove(&one)
            };
        }
        match self {
            Change::Area(area, marked) => mark(&mut never.areas, *area, *marked),
            Change::Label(label, marked) => mark(&mut never.labels, *label, *marked),
            Change::Hours(hours) => never.hours = *hours,
            Change::All(all) => never = all.clone(),
        }
        never
    }
}

/// What is never shared, and what could be marked.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptBack {
    /// What is.
    pub never: Never,
    /// Areas: home, work, then those where most days are spent.
    pub areas: Vec<KnownArea>,
    /// Whether enough nights are known to tell home and work; until then a mark on either withholds every place.
    pub settled: bool,
}

/// An area that is marked, or in which the subscriber often is.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownArea {
    /// H3 index of resolution 6.
    pub area: String,
    /// The city nearby, in the words of the locale.
    pub near: Option<&'static str>,
    /// Whether it is marked itself.
    pub marked: bool,
    /// Which marked kind of place it is withheld for.
    pub through: Option<Label>,
    /// What the places in it are to him.
    pub labels: BTreeSet<Label>,
    /// Places of his in it.
    pub places: usize,
    /// Days of the last 28 with a stay at the most visited of them.
    pub days: u32,
    /// The area and then its places, drawn on a square of 1000 by 1000; where on earth is not in it.
    pub drawn: Vec<Vec<(i32, i32)>>,
}

impl Broker {
    /// What the subscriber never shares.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn never(&self, subscriber: SubscriberId) -> Result<Never, Failure> {
        let (found, sealed) = self.store.read("never.find", |tx| {
            Ok((subscribers::find(tx, subscriber)?, nevers::find(tx, subscriber)?))
        })?;
        found.ok_or(Failure::NotFound("subscriber"))?;
        Ok(self.open_never(subscriber, sealed)?)
    }

    /// The same, with what he could mark, cities in the words of `locale`.
    ///
    /// # Errors
    /// As `never`.
    pub fn kept_back(&self, subscriber: SubscriberId, locale: &str) -> Result<KeptBack, Failure> {
        let now = self.now()?;
        let found = self.store.read("never.show", |tx| {
            let Some(found) = subscribers::find(tx, subscriber)? else { return Ok(None) };
            Ok(Some((found, nevers::find_with_profile(tx, subscriber)?)))
        })?;
        let (found, (profile, never)) = found.ok_or(Failure::NotFound("subscriber"))?;
        let (profile, never) = (self.open_profile(&found, profile)?, self.open_never(subscriber, never)?);
        let life = Life { profile: &profile, never: &never, home: found.home };
        let areas = areas(&life, profile.holdings(now).places, locale);
        Ok(KeptBack { settled: profile.anchors().is_some(), areas, never })
    }

    /// Changes what is never shared, and records that it was; what changes nothing is recorded as nothing. An answer that is being made
    /// meanwhile is made anew.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for more areas than may be marked, kinds of place that may not be, hours that are none; faults.
    pub fn keep_back(
        &self,
        subscriber: SubscriberId,
        by: Capture,
        change: &Change,
    ) -> Result<Option<EntryId>, Failure> {
        for attempt in 0..ATTEMPTS {
            let _turn = (attempt > 0).then(|| self.turn(&subscriber.0));
            let now = self.now()?;
            let (found, sealed) = self.store.read("never.change", |tx| {
                Ok((subscribers::find(tx, subscriber)?, nevers::find(tx, subscriber)?))
            })?;
            let found = found.filter(|s| s.ended.is_none()).ok_or(Failure::NotFound("subscriber"))?;
            let before = self.open_never(subscriber, sealed)?;
            let after = change.on(before.clone());
            check(&after)?;
            let changed = after.changed(&before);
            if changed.is_empty() {
                return Ok(None);
            }
            let which = format!("{} ({}, {})", changed.join(", "), by.actor.as_str(), by.channel);
            let event = Event::Operation { what: "subscriber.never".to_owned(), which };
            let record =
                Record { at: now, subscriber: Some(subscriber), recipient: None, purpose: None, event };
            let entry = self.entry(&record)?;
            let (id, sealed) = (entry.id, self.seal_never(subscriber, &after)?);
            let written = self.store.write_until(Stops::Last, "never.change", move |tx| {
                if !subscribers::bump(tx, subscriber, found.version)? {
                    return Ok(false);
                }
                write(tx, subscriber, sealed.as_deref(), now)?;
                entries::append(tx, &entry)?;
                Ok(true)
            })?;
            if written {
                return Ok(Some(id));
            }
        }
        Err(Failure::Fault(Fault::Busy))
    }

    /// Profile and marks of a subscriber, opened.
    pub(super) fn open_life(
        &self,
        tx: &mut Tx<'_>,
        subscriber: &Subscriber,
    ) -> Result<(Profile, Never), Fault> {
        let (profile, never) = nevers::find_with_profile(tx, subscriber.id)?;
        Ok((self.open_profile(subscriber, profile)?, self.open_never(subscriber.id, never)?))
    }

    pub(super) fn open_never(&self, id: SubscriberId, sealed: Option<Vec<u8>>) -> Result<Never, Fault> {
        let Some(sealed) = sealed else { return Ok(Never::default()) };
        let plain =
            self.keyring.sealer().open(PLACE, &id.0, &sealed).map_err(|_| Fault::Corrupt("nevers"))?;
        serde_json::from_slice(&plain).map_err(|_| Fault::Corrupt("nevers"))
    }

    /// `None` where nothing is marked.
    pub(super) fn seal_never(&self, id: SubscriberId, never: &Never) -> Result<Option<Vec<u8>>, Fault> {
        if never.is_empty() {
            return Ok(None);
        }
        let plain = serde_json::to_vec(never).map_err(|_| Fault::Corrupt("nevers"))?;
        let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &id.0, &plain);
        // What does not seal would not open, and then nothing would be told at all.
        if sealed.is_empty() { Err(Fault::Corrupt("nevers")) } else { Ok(Some(sealed)) }
    }
}

/// Writes what `seal_never` gave.
pub(super) fn write(tx: &mut Tx<'_>, id: SubscriberId, sealed: Option<&[u8]>, now: At) -> Result<(), Fault> {
    match sealed {
        Some(sealed) => nevers::put(tx, id, sealed, now),
        None => nevers::delete(tx, id),
    }
}

fn check(never: &Never) -> Result<(), Failure> {
    if never.areas.len() > MOST_AREAS {
        return Err(Failure::invalid("/areas", format!("{MOST_AREAS} areas at most")));
    }
    if never.labels.iter().any(|label| !Never::LABELS.contains(label)) {
        return Err(Failure::invalid("/labels", "`home` and `work`".to_owned()));
    }
    Ok(())
}

/// The places of a life by the area they lie in, with marked areas of which nothing is known.
fn areas(life: &Life<'_>, places: Vec<HeldPlace>, locale: &str) -> Vec<KnownArea> {
    let mut by_area: BTreeMap<Zone, Vec<HeldPlace>> =
        life.never.areas.iter().map(|area| (*area, Vec::new())).collect();
    for place in places {
        if let Some(area) = life::area(place.zone) {
            by_area.entry(area).or_default().push(place);
        }
    }
    let mut all: Vec<KnownArea> =
        by_area.into_iter().map(|(area, places)| known(life, area, &places, locale)).collect();
    let rank = |area: &KnownArea| area.labels.first().copied().unwrap_or(Label::Other);
    all.sort_by(|a, b| (rank(a), b.days, &a.area).cmp(&(rank(b), a.days, &b.area)));
    let mut offered = 0;
    all.retain(|area| {
        let withheld = area.marked || area.through.is_some();
        offered += usize::from(!withheld);
        withheld || offered <= OFFERED
    });
    all
}

fn known(life: &Life<'_>, area: Zone, places: &[HeldPlace], locale: &str) -> KnownArea {
    let labels: BTreeSet<Label> = places.iter().filter_map(|p| p.label).collect();
    let zones: Vec<Zone> = std::iter::once(area).chain(places.iter().map(|p| p.zone)).collect();
    KnownArea {
        area: zone::text(area),
        near: summary::near(area, locale),
        marked: life.never.areas.contains(&area),
        through: labels.iter().find(|label| life.never.labels.contains(label)).copied(),
        places: places.len(),
        days: places.iter().map(|p| p.days).max().unwrap_or(0),
        drawn: zone::drawn(area, &zones),
        labels,
    }
}
