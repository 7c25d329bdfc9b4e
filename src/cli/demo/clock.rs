//! A clock that is set: a story told at one time of day is the same story on every day it is told.
use crate::ambient::SystemClock;
use crate::domain::time::{At, Clock};
use std::sync::atomic::{AtomicI64, Ordering};

/// The machine's clock, moved.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock that shows `at` now and goes on from there.
    pub fn at(at: At) -> SetClock {
        SetClock(AtomicI64::new(at.since(SystemClock.now())))
    }

    /// Moves it to `at`; never back.
    pub fn go_to(&self, at: At) {
        self.0.fetch_max(at.since(SystemClock.now()), Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> At {
        SystemClock.now().plus(self.0.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY_US, MINUTE_US};

    #[test]
    fn it_goes_where_it_is_set_and_never_back() {
        let noon = At(20_000 * DAY_US);
        let clock = SetClock::at(noon);
        assert!(clock.now().since(noon) < MINUTE_US && clock.now() >= noon);
        clock.go_to(noon.plus(DAY_US));
        clock.go_to(noon);
        assert!(clock.now() >= noon.plus(DAY_US) && clock.now() < noon.plus(DAY_US + MINUTE_US));
    }
}
