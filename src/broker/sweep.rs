//! Once a minute what has expired is forgotten. Deliberately absent: what a subscriber has erased, which waits for nobody.
use super::{Broker, Failure};
use crate::domain::time::{At, DAY_US};
use crate::minimise::budget;
use crate::minimise::crowd::{self, CrowdKind};
use crate::store::{
    Fault, Tx, answers, ask_counts, batches, console_visits, crowds, emergencies, event_subscriptions,
    link_asks, link_codes, links, logins, outbox, presentations, releases, touched, uses,
};
use std::sync::atomic::Ordering;

/// Rows forgotten in one story: a few milliseconds of the writer, which requests wait for.
const PORTION: u16 = 1000;
/// Portions at a time; the rest is there a minute later.
const PORTIONS: usize = 100;
/// What recipients were told is kept for so long, µs: a month in which to ask what became of it, well beyond the days in which it is tried.
pub const TOLD_US: i64 = 30 * DAY_US;
/// What proves a consent is kept for so long after it was over, µs: three years, in which somebody may still go to law about it (in Germany
/// BGB section 195). Of what was shown the hash stays for good, and so do the acts.
pub const PROVED_US: i64 = 3 * 366 * DAY_US;

impl Broker {
    /// Makes the day's table of how many are usually where. Forgets one-time values, answers, sessions and idle links that have ended, crowds of past epochs, what left so long ago that it
    /// counts no more, what recipients were told, subscriptions that ended and emergencies that were told of a month ago, and what proves consents that were over three years ago.
    pub fn sweep(&self) -> Result<(), Failure> {
        let now = self.now()?;
        // Before the hours that it is made of are gone.
        let drawn = self.draw_densities(now);
        self.store.write("broker.sweep", move |tx| {
            batches::sweep(tx, now)?;
            answers::sweep(tx, now)?;
            logins::sweep(tx, now)?;
            console_visits::sweep(tx, now)?;
            ask_counts::sweep(tx, now)?;
            link_asks::sweep(tx, now)?;
            link_codes::sweep(tx, now)?;
            links::sweep(tx, now.plus(-super::linked::IDLE_US))?;
            for kind in CrowdKind::ALL {
                crowds::sweep(tx, kind.as_str(), crowd::horizon(kind, now))?;
            }
            Ok(())
        })?;
        if self.uncleared.load(Ordering::Relaxed) {
            self.clear();
        }
        let _swept_next_time = self.sweep_exports();
        self.forget_rows(touched::sweep, now.plus(-PROVED_US))?;
        self.forget_releases(budget::horizon(now))?;
        self.forget_rows(event_subscriptions::sweep, now.plus(-TOLD_US))?;
        self.forget_rows(outbox::sweep, now.plus(-TOLD_US))?;
        self.forget_rows(emergencies::sweep, now.plus(-TOLD_US))?;
        self.forget_rows(uses::sweep, now.plus(-PROVED_US))?;
        self.forget_rows(presentations::sweep, now.plus(-PROVED_US))?;
        // Last, so that what keeps one of them from ending holds nothing else up.
        let counted = self.count_breaches();
        let destroyed = self.destroy(now);
        self.retain_daily(now)?;
        drawn.and(counted).and(destroyed.map(drop))
    }

    /// Forgets the releases of days before `before`, the oldest first; whether that was all of them.
    pub fn forget_releases(&self, before: At) -> Result<bool, Failure> {
        self.forget_rows(releases::sweep, before)
    }

    /// Forgets rows of before `before`, the oldest first; whether that was all of them.
    fn forget_rows(
        &self,
        sweep: fn(&mut Tx<'_>, At, i64) -> Result<usize, Fault>,
        before: At,
    ) -> Result<bool, Failure> {
        for _ in 0..PORTIONS {
            let swept = self.store.write("broker.forget", move |tx| sweep(tx, before, i64::from(PORTION)))?;
            if swept < usize::from(PORTION) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
