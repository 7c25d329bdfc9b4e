//! Once a minute what has expired is forgotten. Deliberately absent: what a subscriber has erased, which waits for nobody.
use super::{Broker, Failure};
use crate::domain::time::At;
use crate::minimise::budget;
use crate::minimise::crowd::{self, CrowdKind};
use crate::store::{answers, batches, crowds, link_asks, link_codes, links, logins, releases};

/// Releases forgotten in one story: a few milliseconds of the writer, which requests wait for.
const PORTION: u16 = 1000;
/// Portions at a time; the rest is there a minute later.
const PORTIONS: usize = 100;

impl Broker {
    /// Forgets one-time values, answers, sessions and idle links that have ended, crowds of past epochs, and what left so long ago that it
    /// counts no more.
    pub fn sweep(&self) -> Result<(), Failure> {
        let now = self.now()?;
        self.store.write("broker.sweep", move |tx| {
            batches::sweep(tx, now)?;
            answers::sweep(tx, now)?;
            logins::sweep(tx, now)?;
            link_asks::sweep(tx, now)?;
            link_codes::sweep(tx, now)?;
            links::sweep(tx, now.plus(-super::linked::IDLE_US))?;
            for kind in CrowdKind::ALL {
                crowds::sweep(tx, kind.as_str(), crowd::horizon(kind, now))?;
            }
            Ok(())
        })?;
        self.forget_releases(budget::horizon(now)).map(drop)
    }

    /// Forgets the releases of days before `before`, the oldest first; whether that was all of them.
    pub fn forget_releases(&self, before: At) -> Result<bool, Failure> {
        for _ in 0..PORTIONS {
            let swept = self
                .store
                .write("broker.forget", move |tx| releases::sweep(tx, before, i64::from(PORTION)))?;
            if swept < usize::from(PORTION) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
