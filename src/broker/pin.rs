//! A PIN that a subscriber may put before what is told of him, against who holds his phone. Pausing, refusing and withdrawing never ask for
//! it (promise 12). Deliberately absent: finding out a forgotten one; who comes in anew with a second factor sets another.
use super::invite::{Use, Visitor};
use super::{Broker, Failure};
use crate::crypt::pin;
use crate::domain::time::{At, DAY_US, MINUTE_US};
use crate::store::logins::{self, Pin};
use crate::store::{Fault, Stops, Tx};

/// Tries before the first lock.
const TRIES: i64 = 5;
/// The first lock, µs; each further wrong try doubles it.
const LOCK_US: i64 = 5 * MINUTE_US;
/// The longest lock, µs.
const LONGEST_US: i64 = DAY_US;
/// How long after an entry with a second factor a PIN may be set without the old one, µs.
pub const FRESH_US: i64 = 10 * MINUTE_US;

/// What became of saying a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said<T> {
    /// It is the one.
    Right(T),
    /// It is not, and so many tries are left before it is locked.
    Wrong(i64),
    /// Nobody may try before then.
    Locked(At),
}

/// Whether a visitor has a PIN, and what he may do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// There is one.
    pub set: bool,
    /// It may be set or taken away without being said: he came in with a second factor just now.
    pub fresh: bool,
    /// Until when nobody may try it.
    pub locked: Option<At>,
}

/// Whether a text may be a PIN: six digits, not all the same and not in a row.
pub fn fits(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps: Vec<i16> = digits.windows(2).map(|w| i16::from(w[1]) - i16::from(w[0])).collect();
    let even = [-1, 0, 1].iter().any(|step| steps.iter().all(|s| s == step));
    digits.len() == 6 && digits.iter().all(u8::is_ascii_digit) && !even
}

impl Broker {
    /// How it stands with the visitor's PIN.
    pub fn pin_standing(&self, session: &str) -> Result<Standing, Failure> {
        let ((visitor, held), now) = (self.visit(session)?, self.now()?);
        let kept = self.store.read("pin.find", |tx| logins::find_pin(tx, visitor.subscriber))?;
        let fresh = held.proven && now < held.begun.plus(FRESH_US);
        let locked = kept.as_ref().map(|pin| pin.locked_until).filter(|until| now < *until);
        Ok(Standing { set: kept.is_some(), fresh, locked })
    }

    /// Opens what the PIN stands before, in a session that takes the place of this one.
    pub fn say_pin(&self, session: &str, said: &str) -> Result<Said<String>, Failure> {
        let (visitor, held) = self.visit(session)?;
        let sealed = match self.try_pin(&visitor, said)? {
            Said::Right(sealed) => sealed,
            Said::Wrong(left) => return Ok(Said::Wrong(left)),
            Said::Locked(until) => return Ok(Said::Locked(until)),
        };
        let (id, token) = self.pass(Use::Session, (visitor.subscriber, visitor.by.relation, None), held.ends);
        let opened = self.store.write_until(Stops::Last, "pin.open", move |tx| {
            logins::forgive_pin(tx, held.subscriber, &sealed)?;
            renew(tx, &logins::Session { id, opened: true, ..held }, &held.id)
        })?;
        if opened { Ok(Said::Right(token)) } else { Err(Failure::DeadLink) }
    }

    /// Sets a PIN, or takes it away; one that is there must be said, unless he came in with a second factor just now. All other sessions on
    /// his page end.
    pub fn set_pin(&self, session: &str, old: &str, new: Option<&str>) -> Result<Said<String>, Failure> {
        if new.is_some_and(|new| !fits(new)) {
            return Err(Failure::invalid("new", "six digits, not all the same and not in a row"));
        }
        let standing = self.pin_standing(session)?;
        let (visitor, held) = self.visit(session)?;
        if visitor.by.relation.is_some() {
            return Err(Failure::Conflict("a guardian has no PIN on his ward's page".to_owned()));
        }
        if standing.set && !standing.fresh {
            match self.try_pin(&visitor, old)? {
                Said::Right(_) => {}
                Said::Wrong(left) => return Ok(Said::Wrong(left)),
                Said::Locked(until) => return Ok(Said::Locked(until)),
            }
        }
        let subscriber = visitor.subscriber;
        let seal = |new: &str| pin::seal(self.keyring.sealer(), self.rng.as_ref(), &subscriber.0, new);
        let (sealed, was) = (new.map(seal), standing.set);
        let (id, token) = self.pass(Use::Session, (subscriber, None, None), held.ends);
        let set = self.store.write_until(Stops::Second, "pin.set", move |tx| {
            // One that somebody set meanwhile was not said.
            if logins::pinned(tx, subscriber)? != was || logins::find(tx, subscriber, &held.id)?.is_none() {
                return Ok(false);
            }
            match &sealed {
                Some(sealed) => logins::put_pin(tx, subscriber, sealed)?,
                None => logins::drop_pin(tx, subscriber)?,
            }
            logins::end_all(tx, subscriber)?;
            logins::begin(tx, &logins::Session { id, opened: true, ..held })?;
            Ok(true)
        })?;
        if set { Ok(Said::Right(token)) } else { Err(Failure::DeadLink) }
    }

    /// A try counts before it is looked at, so that no crowd of them gets more. Gives the sealed PIN that was right.
    fn try_pin(&self, visitor: &Visitor, said: &str) -> Result<Said<Vec<u8>>, Failure> {
        let (subscriber, now) = (visitor.subscriber, self.now()?);
        let counted = self.store.write_until(Stops::Last, "pin.try", move |tx| {
            let Some(kept) = logins::find_pin(tx, subscriber)? else { return Ok(None) };
            if now < kept.locked_until {
                return Ok(Some(Err(kept.locked_until)));
            }
            let (tries, until) = counting(&kept, now);
            if logins::count_pin(tx, subscriber, &kept, (tries, until))? {
                Ok(Some(Ok((kept, tries, until))))
            } else {
                Err(Fault::LostRace)
            }
        })?;
        let counted = counted.ok_or(Failure::Conflict("there is no PIN".to_owned()))?;
        let (kept, tries, until) = match counted {
            Ok(counted) => counted,
            Err(until) => return Ok(Said::Locked(until)),
        };
        let right = pin::is(self.keyring.sealer(), &subscriber.0, &kept.sealed, said);
        match (right.ok_or(Failure::Fault(Fault::Corrupt("pins")))?, TRIES - tries) {
            (true, _) => Ok(Said::Right(kept.sealed)),
            (false, left) if left > 0 => Ok(Said::Wrong(left)),
            (false, _) => Ok(Said::Locked(until)),
        }
    }
}

/// The count after one more try, and until when nobody may try again if it is wrong.
fn counting(kept: &Pin, now: At) -> (i64, At) {
    let tries = kept.tries + 1;
    let doubled = u32::try_from(tries - TRIES).ok().map(|n| LOCK_US.saturating_mul(1 << n.min(20)));
    (tries, doubled.map_or(At(0), |lock| now.plus(lock.min(LONGEST_US))))
}

/// Puts a session in the place of another; false when that had ended.
fn renew(tx: &mut Tx<'_>, new: &logins::Session, old: &[u8; 16]) -> Result<bool, Fault> {
    let there = logins::end(tx, new.subscriber, old)?;
    if there {
        logins::begin(tx, new)?;
    }
    Ok(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_no_pin() {
        for bad in ["", "12345", "1234567", "12345a", "000000", "999999", "123456", "654321", "\u{661}23456"]
        {
            assert!(!fits(bad), "{bad}");
        }
        assert!(fits("482916") && fits("123457"));
    }

    #[test]
    fn the_lock_grows_with_each_wrong_try_up_to_a_day() {
        let kept = |tries| Pin { sealed: Vec::new(), tries, locked_until: At(0) };
        let lock = |tries| counting(&kept(tries), At(0)).1.0;
        assert_eq!([0, 3, 4, 5, 6].map(lock), [0, 0, LOCK_US, 2 * LOCK_US, 4 * LOCK_US]);
        assert_eq!([30, 10_000].map(lock), [LONGEST_US, LONGEST_US]);
    }
}
