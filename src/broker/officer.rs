//! What the operator's data protection officer looks at: queues, budgets, how consents stand; sums over everybody, and nobody's row. Deliberately absent: what is
//! due when (`due`), and what happened in a period, which the signed reports of an export say (`report`).
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::domain::purpose::Purpose;
use crate::domain::time::{At, DAY_US};
use crate::minimise::budget::{COUNTRIES_A_DAY, Cap, ZONES_A_DAY, cap};
use crate::minimise::population::{MOST_A_WEEK, heaviest_week};
use crate::store::counts::Draw;
use crate::store::subscribers;
use crate::store::sums;
pub use crate::store::sums::{Acts, Effect, Messages, Queue, Released, Standing, Unanswered};

/// Days of which the cost of counts is told.
const DAYS: i64 = 31;
/// Weeks of which acts are told, the present one included.
pub const WEEKS: i64 = 12;

/// What people and recipients are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queues {
    /// Whether anything carries what subscribers are told; else their pages tell it alone.
    pub carried: bool,
    /// Subscribers who are to be told of what left about them.
    pub letters: Queue,
    /// Subscribers who are to be told that a rescue agency asked about them.
    pub emergencies: Queue,
    /// Subscribers who are to be told of a year.
    pub digests: Queue,
    /// Subscribers who are to be told of an incident.
    pub warnings: u64,
    /// Messages to recipients.
    pub messages: Vec<Messages>,
}

/// What was spent of what may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// The days that were counted, and what they cost who is counted.
    pub draws: Vec<Draw>,
    /// The most that seven days in a row cost, thousandths of ε.
    pub heaviest_milli: u32,
    /// What they may, thousandths of ε.
    pub most_milli: u32,
    /// The day that is running.
    pub today: At,
    /// What left on it, by recipient.
    pub released: Vec<Released>,
    /// About how many subscribers how many facts left on it.
    pub spent: Vec<(u64, u64)>,
    /// How many new facts may leave for each purpose, and in how many µs.
    pub caps: Vec<(Purpose, Cap)>,
    /// New zones a day, whatever for.
    pub zones: usize,
    /// New countries a day, whatever for.
    pub countries: usize,
}

/// How consents stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posture {
    /// As of when.
    pub at: At,
    /// Subscribers who were ever enrolled.
    pub subscribers: u64,
    /// What has not run out.
    pub standing: Vec<Standing>,
    /// What was decided in the last weeks.
    pub acts: Vec<Acts>,
    /// How fast what ended in them had effect.
    pub effect: Effect,
}

impl Broker {
    /// What is to be told to whom.
    ///
    /// # Errors
    /// Faults.
    pub fn queues(&self, _caller: &Caller) -> Result<Queues, Failure> {
        let now = self.now()?;
        let warnings = self.breaches()?.iter().flat_map(|i| &i.homes).map(|at| at.waiting).sum();
        let carried = self.courier.is_some();
        Ok(self.store.read("officer.queues", |tx| {
            Ok(Queues {
                carried,
                letters: sums::untold(tx, now)?,
                emergencies: sums::emergencies(tx, now)?,
                digests: sums::digests(tx, now)?,
                warnings,
                messages: sums::messages(tx)?,
            })
        })?)
    }

    /// Requests to delete that nobody answered: those whose time is over, and the others.
    ///
    /// # Errors
    /// Faults.
    pub fn unanswered(&self, _caller: &Caller) -> Result<[Vec<Unanswered>; 2], Failure> {
        let now = self.now()?;
        Ok(self.store.read("officer.deletions", |tx| {
            Ok([sums::unanswered(tx, true, now)?, sums::unanswered(tx, false, now)?])
        })?)
    }

    /// What was spent.
    ///
    /// # Errors
    /// Faults.
    pub fn budgets(&self, _caller: &Caller) -> Result<Budgets, Failure> {
        let today = self.now()?.floor(DAY_US);
        let draws = self.draws(today.plus(-DAYS * DAY_US))?;
        let charged: Vec<(At, u32)> = draws.iter().map(|d| (d.day, d.eps_milli)).collect();
        let (released, spent) = self
            .store
            .read("officer.budgets", |tx| Ok((sums::released(tx, today)?, sums::spent(tx, today)?)))?;
        let heaviest_milli = heaviest_week(&charged);
        Ok(Budgets {
            draws,
            heaviest_milli,
            most_milli: MOST_A_WEEK,
            today,
            released,
            spent,
            caps: Purpose::ALL.iter().map(|purpose| (*purpose, cap(*purpose))).collect(),
            zones: ZONES_A_DAY,
            countries: COUNTRIES_A_DAY,
        })
    }

    /// How consents stand now, and what was decided in the last weeks.
    ///
    /// # Errors
    /// Faults.
    pub fn posture(&self, _caller: &Caller) -> Result<Posture, Failure> {
        let at = self.now()?;
        let from = sums::monday(at).plus(-(WEEKS - 1) * sums::WEEK_US);
        Ok(self.store.read("officer.posture", |tx| {
            Ok(Posture {
                at,
                subscribers: u64::try_from(subscribers::count(tx)?).unwrap_or_default(),
                standing: sums::standing(tx, at)?,
                acts: sums::acts(tx, from)?,
                effect: sums::effect(tx, from)?,
            })
        })?)
    }
}
