//! Whom an incident would touch, before anybody declares it: counted from the log as a declared one is, and nothing is written. Deliberately absent: who they
//! are.
use super::{Broker, Declared, Failure};
use crate::domain::category::Category;
use crate::domain::subscriber::Jurisdiction;
use crate::domain::time::At;
use crate::store::{Fault, entries, subscribers};
use std::collections::{BTreeMap, BTreeSet};

/// Entries read at a time.
const PAGE: i64 = 500;
/// Entries looked at, some seconds; what is beyond is counted once it is declared.
const MOST: i64 = 100_000;

/// What an incident would come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// Entries of the period.
    pub entries: u64,
    /// Of them looked at; where they are fewer, the rest is least.
    pub looked: u64,
    /// Answers whose records are erased: about whom they were nobody knows.
    pub unnamed: u64,
    /// About how many subscribers each category left.
    pub what: BTreeMap<Category, u64>,
    /// What it comes to in each home country.
    pub homes: Vec<Home>,
}

/// What it comes to in one home country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// Which.
    pub home: Jurisdiction,
    /// How many it touches.
    pub people: u64,
    /// By when they are to be told.
    pub subscribers_by: Option<At>,
    /// By when the authority is; absent where too few are touched, or no rule says it.
    pub authority_by: Option<At>,
    /// The rule.
    pub citation: Option<String>,
}

impl Broker {
    /// Works out whom it would touch.
    ///
    /// # Errors
    /// As `declare_breach`.
    pub fn foresee_breach(&self, wanted: &Declared) -> Result<Foreseen, Failure> {
        let (now, Declared { recipient, from, known, .. }) = (self.now()?, wanted);
        let to = wanted.until(now)?;
        self.sequence()?;
        let (recipient, from) = (*recipient, *from);
        let range = self.store.read("breach.range", |tx| entries::range(tx, from, to))?.unwrap_or_default();
        let (Ok(first), Ok(end)) = (i64::try_from(range.0), i64::try_from(range.1)) else {
            return Err(Fault::Corrupt("entries").into());
        };
        let mut foreseen = Foreseen { entries: range.1 - range.0, ..Foreseen::default() };
        let (mut next, mut touched) = (first, BTreeMap::new());
        while next < end.min(first + MOST) {
            let most = PAGE.min(end - next);
            let page = self
                .store
                .read("breach.foresee", |tx| entries::with_records(tx, next.unsigned_abs(), most))?;
            let last = page.last().ok_or(Fault::Corrupt("entries"))?.seq;
            next = i64::try_from(last).map_err(|_| Fault::Corrupt("entries"))? + 1;
            let (left, unnamed) = self.left_to(recipient, from..to, &page)?;
            foreseen.unnamed += unnamed.unsigned_abs();
            for (whose, left) in left {
                touched.entry(whose).or_insert_with(BTreeSet::new).extend(left.what);
            }
        }
        foreseen.looked = (next - first).unsigned_abs();
        let homes = self.store.read("breach.homes", |tx| {
            let mut homes: BTreeMap<&str, (Jurisdiction, u64)> = BTreeMap::new();
            for whose in touched.keys() {
                let home = subscribers::find(tx, *whose)?.ok_or(Fault::Corrupt("records"))?.home;
                homes.entry(home.as_str()).or_insert((home, 0)).1 += 1;
            }
            Ok(homes)
        })?;
        for what in touched.values().flatten() {
            *foreseen.what.entry(*what).or_default() += 1;
        }
        foreseen.homes =
            homes.into_values().map(|(home, people)| self.foreseen_at(home, people, *known)).collect();
        Ok(foreseen)
    }

    fn foreseen_at(&self, home: Jurisdiction, people: u64, known: At) -> Home {
        let clock = self.engine.pack(home).clock();
        Home {
            home,
            people,
            subscribers_by: clock.map(|clock| clock.subscribers_by(known)),
            authority_by: clock.and_then(|clock| clock.authority_by(known, people)),
            citation: clock.map(|clock| clock.citation.clone()),
        }
    }
}
