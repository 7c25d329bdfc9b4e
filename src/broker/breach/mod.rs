//! Incidents at recipients: an operator's person declares one, the log says whom it touches, and everybody touched is told, within the time that the law of his
//! country gives. That something leaked needs one person's word, that it did not needs two.
//!
//! Whom to tell what is never queued: it follows from what was done about the incident and what somebody was told last. Deliberately absent: finding out what
//! happened, and the words (`screens`).
pub mod foresee;
mod scope;
mod warn;

use super::approve::PEOPLE;
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::hex;
use crate::domain::breach::{Act, Breach, Step, Told, Touched, Word};
use crate::domain::canonical;
use crate::domain::category::Category;
use crate::domain::id::{BreachId, RecipientId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::stop::Ground;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::{At, DAY_US};
use crate::store::breaches::{self, Counted};
use crate::store::drafts::{self, Draft};
use crate::store::{Fault, Stops, entries, recipients, touched};
use std::collections::{BTreeMap, BTreeSet};

const CLEAR: &str = "clear";
/// Of those who could not be told, how many are named.
const NAMED: i64 = 1000;
/// How long his page tells somebody of what he was told last, µs.
const SHOWN_US: i64 = 90 * DAY_US;

/// What is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// At whom it happened.
    pub recipient: RecipientId,
    /// What left to it from then on is touched.
    pub from: At,
    /// Until before then; until now if absent.
    pub to: Option<At>,
    /// When the operator came to know of it.
    pub known: At,
    /// What it rests on.
    pub ground: Ground,
}

impl Declared {
    /// The end of the period, if it is one that is over.
    fn until(&self, now: At) -> Result<At, Failure> {
        let to = self.to.unwrap_or(now);
        if self.from >= to || to > now {
            return Err(Failure::invalid("to", "after `from`, and not later than now"));
        }
        if self.known > now {
            return Err(Failure::invalid("known", "not later than now"));
        }
        Ok(to)
    }
}

/// An incident and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The incident.
    pub breach: Breach,
    /// Whether everybody is counted whom it touches.
    pub counted: bool,
    /// Answers whose records are erased: about whom they were nobody knows.
    pub unnamed: u64,
    /// Clients that want it cleared, first come first.
    pub cleared_by: Vec<String>,
    /// Whether anything carries what people are told; else their pages tell it alone.
    pub carried: bool,
    /// What it comes to in each home country.
    pub homes: Vec<AtHome>,
    /// Who could not be told, a thousand at most.
    pub undelivered: Vec<Undelivered>,
}

/// What an incident comes to in one home country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtHome {
    /// Which.
    pub home: Jurisdiction,
    /// How many it touches.
    pub touched: u64,
    /// How many of them what was confirmed touches.
    pub confirmed: u64,
    /// How many were told what, whatever they are told next.
    pub told: BTreeMap<Word, u64>,
    /// How many are to be told something, and were not yet.
    pub waiting: u64,
    /// How many nobody can tell.
    pub gone: u64,
    /// By when subscribers are to be told.
    pub subscribers_by: Option<At>,
    /// Whether that is over and somebody was told nothing.
    pub subscribers_overdue: bool,
    /// By when the authority is to be told; absent where too few are touched, or no rule says it.
    pub authority_by: Option<At>,
    /// When it was.
    pub reported: Option<At>,
    /// Whether it should have been.
    pub authority_overdue: bool,
    /// The rule.
    pub citation: Option<String>,
}

impl AtHome {
    /// How many were told nothing yet and can be.
    pub fn unheard(&self) -> u64 {
        let told = self.told.values().sum::<u64>();
        self.touched.saturating_sub(told).saturating_sub(self.gone)
    }
}

/// Somebody who could not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Who.
    pub subscriber: SubscriberId,
    /// How often messaging did not take it; 0 where his number is no longer his.
    pub tries: u64,
}

/// What somebody's page tells him of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// At whom.
    pub recipient: RecipientId,
    /// What is known.
    pub word: Word,
    /// What left about him.
    pub what: BTreeSet<Category>,
    /// The first time.
    pub first: At,
    /// The last time.
    pub last: At,
}

impl Broker {
    /// Declares an incident and begins to count whom it touches.
    ///
    /// # Errors
    /// `Invalid` for a period that is none or not over; `NotFound` for a recipient that is not registered; faults.
    pub fn declare_breach(&self, caller: &Caller, wanted: Declared) -> Result<Incident, Failure> {
        let now = self.now()?;
        let to = wanted.until(now)?;
        let Declared { recipient, from, known, ground, .. } = wanted;
        // What has left has its number from here on, so that the entries of the period are known once for all.
        self.sequence()?;
        let id = BreachId::new(now, self.rng.as_ref());
        let breach = Breach {
            id,
            recipient,
            from,
            to,
            known,
            ground,
            at: now,
            possible: None,
            confirmed: None,
            cleared: None,
            reported: Vec::new(),
        };
        let entry = self.entry(&step(&breach, Step::Declared, caller, None, now))?;
        let range = self.store.read("breach.range", |tx| entries::range(tx, from, to))?.unwrap_or_default();
        let range = (i64::try_from(range.0), i64::try_from(range.1));
        let (Ok(first), Ok(end)) = range else { return Err(Fault::Corrupt("entries").into()) };
        let known = self.store.write_until(Stops::Last, "breach.put", move |tx| {
            if recipients::find(tx, recipient)?.is_none() {
                return Ok(false);
            }
            breaches::put(tx, &breach, (first, end))?;
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        if !known {
            return Err(Failure::NotFound("recipient"));
        }
        self.count_on(id)?;
        self.incident(id)
    }

    /// Takes a step. Clearing waits for a second person, whoever declared it.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` saying why it does not apply; faults.
    pub fn act_on_breach(&self, caller: &Caller, id: BreachId, act: Act) -> Result<Incident, Failure> {
        let (now, who) = (self.now()?, caller.client().id.clone());
        let found = self.store.read("breach.find", |tx| breaches::find(tx, id))?;
        let breach = found.ok_or(Failure::NotFound("incident"))?.breach;
        let Some(after) = breach.after(act, now).map_err(|why| Failure::Conflict(why.to_owned()))? else {
            return self.incident(id);
        };
        let home = if let Act::Reported(home) = act { Some(home) } else { None };
        let asked = self.entry(&step(&after, Step::ClearAsked, caller, None, now))?;
        let taken = self.entry(&step(&after, act.step(), caller, home, now))?;
        let (before, draft) = (breach, clearing(id)?);
        let done = self.store.write_until(Stops::Last, "breach.act", move |tx| {
            if breaches::find(tx, id)?.is_none_or(|found| found.breach != before) {
                return Ok(false);
            }
            if act == Act::Cleared {
                drafts::put(tx, &draft, now)?;
                // Who wants it already is not a second one.
                if !drafts::approve(tx, &draft.hash, &who, now)? {
                    return Ok(true);
                }
                entries::append(tx, &asked)?;
                if drafts::approved_by(tx, &draft.hash)?.len() < PEOPLE {
                    return Ok(true);
                }
            }
            breaches::update(tx, &after)?;
            entries::append(tx, &taken)?;
            Ok(true)
        })?;
        if !done {
            return Err(Failure::Conflict(
                "somebody else acted on this incident just now; look again".to_owned(),
            ));
        }
        if matches!(act, Act::Confirmed { .. }) {
            self.count_on(id)?;
        }
        self.incident(id)
    }

    /// Confirming what lies in a period, or all that was declared.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn confirming(&self, id: BreachId, (from, to): (Option<At>, Option<At>)) -> Result<Act, Failure> {
        let found = self.store.read("breach.find", |tx| breaches::find(tx, id))?;
        let breach = found.ok_or(Failure::NotFound("incident"))?.breach;
        Ok(Act::Confirmed { from: from.unwrap_or(breach.from), to: to.unwrap_or(breach.to) })
    }

    /// All incidents, the newest first.
    ///
    /// # Errors
    /// Faults.
    pub fn breaches(&self) -> Result<Vec<Incident>, Failure> {
        let all = self.store.read("breach.all", breaches::all)?;
        all.into_iter().map(|counted| self.tallied(counted)).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// `NotFound`; faults.
    pub fn incident(&self, id: BreachId) -> Result<Incident, Failure> {
        let found = self.store.read("breach.find", |tx| breaches::find(tx, id))?;
        self.tallied(found.ok_or(Failure::NotFound("incident"))?)
    }

    fn tallied(&self, counted: Counted) -> Result<Incident, Failure> {
        let (now, id) = (self.now()?, counted.breach.id);
        let (counts, undelivered, cleared_by) = self.store.read("breach.counts", |tx| {
            let by = drafts::approved_by(tx, &clearing(id)?.hash)?;
            Ok((touched::counts(tx, id)?, touched::undelivered(tx, id, NAMED)?, by))
        })?;
        let mut homes: BTreeMap<&'static str, AtHome> = BTreeMap::new();
        for (home, told, inside, people) in counts {
            let at = homes.entry(home.as_str()).or_insert_with(|| self.at_home(home, &counted.breach));
            at.touched += people;
            at.confirmed += if inside { people } else { 0 };
            match told {
                Told::Word(word) => *at.told.entry(word).or_default() += people,
                Told::Gone => at.gone += people,
                Told::Nothing => {}
            }
            let waits = counted.breach.next(told, inside, counted.is_sorted()).is_some();
            at.waiting += if waits { people } else { 0 };
            let unheard = told == Told::Nothing && counted.breach.cleared.is_none();
            at.subscribers_overdue |= unheard && at.subscribers_by.is_some_and(|by| by < now);
        }
        let homes = homes.into_values().map(|mut at| {
            let clock = self.engine.pack(at.home).clock();
            at.authority_by = clock.and_then(|clock| clock.authority_by(counted.breach.known, at.touched));
            at.authority_overdue = at.reported.is_none() && at.authority_by.is_some_and(|by| by < now);
            at
        });
        let named = |t: Touched| Undelivered { subscriber: t.subscriber, tries: t.tries.unsigned_abs() };
        Ok(Incident {
            counted: counted.is_counted(),
            unnamed: counted.unnamed.unsigned_abs(),
            cleared_by,
            carried: self.courier.is_some(),
            homes: homes.collect(),
            undelivered: undelivered.into_iter().map(named).collect(),
            breach: counted.breach,
        })
    }

    fn at_home(&self, home: Jurisdiction, breach: &Breach) -> AtHome {
        let clock = self.engine.pack(home).clock();
        AtHome {
            home,
            touched: 0,
            confirmed: 0,
            told: BTreeMap::new(),
            waiting: 0,
            gone: 0,
            subscribers_by: clock.map(|clock| clock.subscribers_by(breach.known)),
            subscribers_overdue: false,
            authority_by: None,
            reported: breach.reported.iter().find(|(to, _)| *to == home).map(|(_, at)| *at),
            authority_overdue: false,
            citation: clock.map(|clock| clock.citation.clone()),
        }
    }

    /// What the subscriber's pages tell him, whether or not a message reached him.
    ///
    /// # Errors
    /// Faults.
    pub fn warnings(&self, subscriber: SubscriberId) -> Result<Vec<Warning>, Failure> {
        let now = self.now()?;
        Ok(self.store.read("breach.warnings", |tx| {
            let mut all = Vec::new();
            for one in touched::of(tx, subscriber)? {
                let Some(counted) = breaches::find(tx, one.breach)? else { continue };
                all.extend(warning(&counted, one, now));
            }
            Ok(all)
        })?)
    }
}

fn warning(counted: &Counted, one: Touched, now: At) -> Option<Warning> {
    let breach = &counted.breach;
    let last = if let Told::Word(word) = one.told { Some(word) } else { None };
    let word = breach.next(one.told, one.inside, counted.is_sorted()).or(last)?;
    let since = match word {
        Word::Possible => breach.possible,
        Word::Confirmed => breach.confirmed.map(|c| c.at),
        Word::Cleared => breach.cleared,
    };
    let shown = since.is_some_and(|since| now < since.plus(SHOWN_US));
    let Touched { what, first, last, .. } = one;
    shown.then_some(Warning { recipient: breach.recipient, word, what, first, last })
}

/// What the log has of a step.
fn step(breach: &Breach, step: Step, caller: &Caller, home: Option<Jurisdiction>, now: At) -> Record {
    let (from, to) = match (step, breach.confirmed) {
        (Step::Confirmed, Some(confirmed)) => (confirmed.from, confirmed.to),
        _ => (breach.from, breach.to),
    };
    let first = step == Step::Declared;
    let event = Event::Breach {
        breach: breach.id,
        step,
        client: caller.client().id.clone(),
        from,
        to,
        known: first.then_some(breach.known),
        ground: first.then(|| breach.ground.as_str().to_owned()),
        home,
    };
    Record { at: now, subscriber: None, recipient: Some(breach.recipient), purpose: None, event }
}

/// What those stand for who want an incident cleared.
fn clearing(id: BreachId) -> Result<Draft, Fault> {
    let document = canonical::to_string(&id).map_err(|_| Fault::Corrupt("drafts"))?;
    let hash = sha256(&[b"dongui/v1/draft", CLEAR.as_bytes(), &[0], document.as_bytes()]);
    Ok(Draft { hash: hex::encode(&hash), kind: CLEAR.to_owned(), document })
}
