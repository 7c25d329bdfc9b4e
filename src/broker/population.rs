//! How many people were where: the people of a day are counted once and together, and every recipient is told the same. Deliberately absent: anything
//! about one person; who counts is decided as for an answer about him, and forgotten with the count.
//!
//! A day is read from one snapshot, so that its count is as of one instant: who took his consent back before that is not in it, who did so later is, as
//! he is in what others were told before. Nothing of the read is kept but the zones that are told of, with their noise.
use super::authenticate::Caller;
use super::held::Held;
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::canonical;
use crate::domain::category::{Category, Precision};
use crate::domain::consent::Grant;
use crate::domain::id::{GrantId, RecipientId, SubscriberId};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::Recipient;
use crate::domain::record::{Event, Record};
use crate::domain::scene::{Scene, Standing};
use crate::domain::stop::Stop;
use crate::domain::subscriber::AgeBand;
use crate::domain::time::{At, DAY_US};
use crate::domain::zone::Zone;
use crate::minimise::count::{SETTLED_US, is_closed, window};
use crate::minimise::life::Life;
use crate::minimise::population::{self, Asked, Tally, Unasked};
use crate::minimise::zone;
use crate::policy::{self, Permit};
use crate::profile::DAYS_BEGUN;
use crate::store::counts::{self, Candidate, Draw};
use crate::store::{Fault, Tx, counters, entries, recipients, stops};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What everybody who is counted said yes to.
pub const PURPOSE: Purpose = Purpose::ResearchAndDevelopment;
pub(super) const CATEGORY: Category = Category::Population;
/// Subscribers read at a time.
const PAGE: i64 = 256;

/// What is told: the same bytes to whoever asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Population {
    /// The day, `YYYY-MM-DD`, UTC.
    pub day: String,
    /// Its zones, in the order of their indices.
    pub zones: Vec<Counted>,
    /// What whoever is counted was charged for all the zones of the day together, thousandths of ε.
    pub epsilon_milli: u32,
}

/// One zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// H3 index of resolution 6.
    pub zone: String,
    /// Persons first seen there on the day, with noise, a multiple of 10; `None` where they are too few, or nobody.
    pub persons: Option<u64>,
}

/// Recipients and stop orders as one snapshot has them.
struct Known {
    recipients: BTreeMap<RecipientId, Recipient>,
    stops: Arc<[Stop]>,
}

impl Broker {
    /// Tells a recipient how many people were first seen in `zone` (H3, hex), or in each zone in it, on `day` (`YYYY-MM-DD`, UTC). The first question makes the
    /// count where it was not made before.
    ///
    /// # Errors
    /// `Unregistered`; `Invalid` for what begins no day and for a zone that is not told of; `Conflict` where the day is not over or would cost a person too
    /// much; `NotFound` for a day that is long over and was never counted; `Halted`; faults.
    pub fn population(&self, caller: &Caller, day: &str, zone: &str) -> Result<Population, Failure> {
        let now = self.now()?;
        self.refuse_when_behind()?;
        self.refuse_unless_stood_for()?;
        let id = caller.client().recipient.ok_or(UNREGISTERED)?;
        let (recipient, stops, seen) = self.store.read("population.recipient", |tx| {
            let counted = counters::all(tx)?;
            Ok((recipients::find(tx, id)?, self.stops_in(tx, counted)?, counted.stops))
        })?;
        recipient.filter(|r| self.may_be_told(r, &stops, now)).ok_or(UNREGISTERED)?;
        let day = At::parse_date(day).ok_or_else(|| Failure::invalid("/day", "a day, such as 2026-11-27"))?;
        let zone = zone::parse(zone).ok_or_else(no_zone)?;
        let asked = Asked::of(day, zone, now).map_err(|wrong| unasked(wrong, day))?;
        let draw = self.counted(day, now)?;
        let (Some(first), Some(last)) = (asked.zones().first(), asked.zones().last()) else {
            return Err(no_zone());
        };
        let told = self.store.read("population.told", |tx| counts::told(tx, day, *first..=*last))?;
        let counted = |z: &Zone| Counted { zone: zone::text(*z), persons: told.get(z).copied() };
        let zones: Vec<Counted> = asked.zones().iter().map(counted).collect();
        let answer = Population { day: day.date(), zones, epsilon_milli: draw.eps_milli };
        let canonical = canonical::to_vec(&answer).map_err(|_| Fault::Corrupt("counts"))?;
        let event = Event::Told {
            client: caller.client().id.clone(),
            day,
            zones: answer.zones.len() as u64,
            payload: hex::encode(&sha256(&[&canonical])),
        };
        let entry = self.entry(&Record {
            at: now,
            subscriber: None,
            recipient: Some(id),
            purpose: Some(PURPOSE),
            event,
        })?;
        // As for an answer about one person: what was stopped meanwhile does not leave.
        let unstopped = self.store.write("population.answer", move |tx| {
            stops::hold(tx)?;
            if stops::version(tx)? != seen {
                return Ok(false);
            }
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        if unstopped { Ok(answer) } else { Err(Failure::Fault(Fault::Busy)) }
    }

    /// Counts the days that are over and were not counted yet, if there is anybody who ever decided about being counted, and anybody who may be told; how many were.
    ///
    /// # Errors
    /// `Halted`; faults.
    pub fn count_due(&self) -> Result<usize, Failure> {
        let now = self.now()?;
        let (all, stops, somebody) = self.store.read("population.due", |tx| {
            let counted = counters::all(tx)?;
            let stops = self.stops_in(tx, counted)?;
            let somebody = counts::candidates(tx, SubscriberId([0; 16]), 1, PURPOSE, CATEGORY)?;
            Ok((recipients::all(tx)?, stops, !somebody.is_empty()))
        })?;
        if !somebody || !all.iter().any(|r| self.may_be_told(r, &stops, now)) {
            return Ok(0);
        }
        let mut counted = 0;
        for day in (1..DAYS_BEGUN).rev().map(|n| window(now).plus(-n * DAY_US)).filter(|d| is_closed(*d, now))
        {
            let known = self.store.read("population.find", |tx| counts::find(tx, day))?;
            if known.is_none() {
                self.counted(day, now)?;
                counted += 1;
            }
        }
        Ok(counted)
    }

    /// Days that were counted since `since`, in order.
    ///
    /// # Errors
    /// Faults.
    pub fn draws(&self, since: At) -> Result<Vec<Draw>, Failure> {
        Ok(self.store.read("population.draws", |tx| counts::within(tx, since..=At(i64::MAX)))?)
    }

    /// Whether a recipient would be told of an adult here who said yes: the same rules as for one person, his consent apart.
    fn may_be_told(&self, recipient: &Recipient, stops: &[Stop], now: At) -> bool {
        let (home, grant) = (self.settings.home, GrantId([0; 16]));
        let standing = Standing::Live { grant, precision: Precision::ZoneR6 };
        let (purpose, category, guardian) = (PURPOSE, CATEGORY, false);
        let (stop, age) = (Stop::of(stops, recipient, home), AgeBand::Adult);
        let scene = Scene { recipient, home, age, guardian, purpose, category, standing, stop, now };
        policy::decide(&self.engine, &scene).is_ok()
    }

    /// The count of a day that is closed: the one that was made, or else a new one.
    fn counted(&self, day: At, now: At) -> Result<Draw, Failure> {
        let find = || self.store.read("population.find", |tx| counts::find(tx, day));
        if let Some(draw) = find()? {
            return Ok(draw);
        }
        // One count at a time: who waits finds it made.
        let _alone = self.counting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(draw) = find()? {
            return Ok(draw);
        }
        if now.since(day) >= DAYS_BEGUN * DAY_US {
            return Err(Failure::NotFound("a count of this day, made within the two days after it,"));
        }
        let tally = self.store.read("population.count", |tx| self.tally(tx, day, now))?;
        let told = tally.draw(self.guard, self.rng.as_ref());
        self.keep_count(day, now, told)
    }

    /// Everybody who counts on a day, as of one snapshot.
    fn tally(&self, tx: &mut Tx<'_>, day: At, now: At) -> Result<Tally, Fault> {
        let all: BTreeMap<RecipientId, Recipient> =
            recipients::all(tx)?.into_iter().map(|r| (r.id, r)).collect();
        let counted = counters::all(tx)?;
        let known = Known { recipients: all, stops: self.stops_in(tx, counted)? };
        let (mut tally, mut last) = (Tally::default(), SubscriberId([0; 16]));
        loop {
            let page = counts::candidates(tx, last, PAGE, PURPOSE, CATEGORY)?;
            let Some(end) = page.last().map(|c| c.subscriber.id) else { return Ok(tally) };
            for candidate in page {
                self.count_one(&mut tally, &known, candidate, day, now)?;
            }
            last = end;
        }
    }

    fn count_one(
        &self,
        tally: &mut Tally,
        known: &Known,
        candidate: Candidate,
        day: At,
        now: At,
    ) -> Result<(), Fault> {
        let Candidate { subscriber, people, grants, profile, never } = candidate;
        if subscriber.ended.is_some() {
            return Ok(());
        }
        let permitted = |grant: Grant| {
            let recipient = known.recipients.get(&grant.cell.recipient)?;
            let rules = self.in_force(Some(recipient), subscriber.home, PURPOSE);
            let held = Held::supposed(grant.under(rules), &people);
            let scene = Scene {
                recipient,
                home: subscriber.home,
                age: subscriber.majority.band(now),
                guardian: held.is_guardians(),
                purpose: PURPOSE,
                category: CATEGORY,
                standing: held.counting(now, subscriber.home),
                stop: Stop::of(&known.stops, recipient, subscriber.home),
                now,
            };
            policy::decide(&self.engine, &scene).ok().map(|permit| (held, permit))
        };
        let permitted: Vec<(Held, Permit)> = grants.into_iter().filter_map(permitted).collect();
        // Nothing personal is unsealed before a permit is there.
        if permitted.is_empty() {
            return Ok(());
        }
        let profile = self.open_profile(&subscriber, profile)?;
        let never = self.open_never(subscriber.id, never)?;
        let life = Life { profile: &profile, never: &never, home: subscriber.home };
        let Some(first) = population::beginning(&life, day) else { return Ok(()) };
        let holds = |(held, _): &(Held, Permit)| held.counts_seen(first.at, subscriber.home);
        if let Some((_, permit)) = permitted.into_iter().find(holds) {
            tally.add(permit, subscriber.person_number, first);
        }
        Ok(())
    }

    /// Keeps what was drawn, unless another server was faster; gives what stands.
    fn keep_count(&self, day: At, now: At, told: Vec<(Zone, u64)>) -> Result<Draw, Failure> {
        let around = day.plus(-WEEK_US)..=day.plus(WEEK_US);
        let charge = move |draws: &[Draw]| {
            let charged: Vec<(At, u32)> = draws.iter().map(|d| (d.day, d.eps_milli)).collect();
            population::charge(day, &charged)
        };
        let known = self.store.read("population.charged", |tx| counts::within(tx, around.clone()))?;
        let Some(eps_milli) = charge(&known) else { return Err(spent()) };
        let draw = Draw { day, eps_milli, at: now };
        let event = Event::Count { day, told: told.len() as u64, eps_milli };
        let entry = self.entry(&Record {
            at: now,
            subscriber: None,
            recipient: None,
            purpose: Some(PURPOSE),
            event,
        })?;
        let kept = self.store.write("population.keep", move |tx| {
            if counts::find(tx, day)?.is_some() {
                return Ok(true);
            }
            // What was charged meanwhile, by whichever server, counts as well.
            if charge(&counts::within(tx, around.clone())?) != Some(eps_milli) {
                return Ok(false);
            }
            if counts::keep(tx, &draw, &told)? {
                entries::append(tx, &entry)?;
            }
            Ok(true)
        })?;
        if !kept {
            return Err(spent());
        }
        let found = self.store.read("population.find", |tx| counts::find(tx, day))?;
        found.ok_or(Failure::Fault(Fault::LostRace))
    }
}

/// As long as the week that a person is charged for, µs.
const WEEK_US: i64 = 7 * DAY_US;
const UNREGISTERED: Failure =
    Failure::Unregistered("`aggregate.population` and `dpv:ResearchAndDevelopment`, to be told at a server");

fn spent() -> Failure {
    let detail =
        "counting this day would charge people more than may be charged in seven days; it is not counted";
    Failure::Conflict(detail.to_owned())
}

fn no_zone() -> Failure {
    Failure::invalid("/zone", "an H3 cell of resolution 4, 5 or 6, 15 hex digits")
}

fn unasked(wrong: Unasked, day: At) -> Failure {
    match wrong {
        Unasked::Zone => no_zone(),
        Unasked::Day | Unasked::Open => {
            let from = day.plus(DAY_US + SETTLED_US).rfc3339();
            Failure::Conflict(format!("this day is told of from {from} on; ask again then"))
        }
    }
}
