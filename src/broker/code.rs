//! A code beside a link: six digits that go to the subscriber by another way, good once, for ten minutes and five tries. Deliberately
//! absent: a second code for a link; who has lost his asks for a new link.
use super::authenticate::Caller;
use super::enrol;
use super::invite::{LINK_US, Pass, Use};
use super::{Broker, Failure};
use crate::crypt::sign;
use crate::domain::courier::{Letter, Says};
use crate::domain::rng::{Rng, bytes};
use crate::domain::subscriber::Reference;
use crate::domain::time::MINUTE_US;
use crate::store::logins::{self, Code};
use crate::store::relations::{self, Holder};
use crate::store::{Fault, Stops, Tx, subscribers};

/// Life of a code, µs.
pub const CODE_US: i64 = 10 * MINUTE_US;
/// How often may be tried.
pub const TRIES: i64 = 5;

const UNSENT: &str = "a code could not be sent; `dongui doctor` says why";

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// Right: the token of a session.
    In(String),
    /// Wrong, and so many tries are left.
    Wrong(i64),
}

impl Broker {
    /// A one-time link to the subscriber's own page that wants a code, and the code, which goes to him by another way.
    pub fn invite_with_code(
        &self,
        _caller: &Caller,
        reference: &Reference,
    ) -> Result<(String, String), Failure> {
        let subscriber = self.subscriber_of(reference)?.id;
        let (_, token) = self.pass(Use::Coded, (subscriber, None, None), self.now()?.plus(LINK_US));
        let (code, kept) = self.code(&self.open_pass(&token, &[Use::Coded])?)?;
        self.store.write_until(Stops::Last, "code.make", move |tx| logins::put_code(tx, &kept))?;
        Ok((self.address(&token), code))
    }

    /// Whether a link opens its page only together with a code.
    pub(super) fn wants_code(&self, pass: &Pass) -> bool {
        pass.coded() || self.courier.is_some()
    }

    /// Sends the code that a link wants, unless it was sent before.
    ///
    /// # Errors
    /// `DeadLink`; `Halted` when it cannot be sent, and then it may be tried again.
    pub fn send_code(&self, link: &str, locale: &str) -> Result<(), Failure> {
        let pass = self.open_link(link)?;
        let Some(courier) = self.courier.as_ref().filter(|_| !pass.coded()) else { return Ok(()) };
        let (code, kept) = self.code(&pass)?;
        let (subscriber, id, until, at) = (kept.subscriber, kept.link, kept.until, self.now()?);
        let to = self.address_of(&pass)?;
        if !self.store.write_until(Stops::Last, "code.make", move |tx| logins::put_code(tx, &kept))? {
            return Ok(());
        }
        let letter = Letter {
            id: format!("code_{}", crate::crypt::hex::encode(&id)),
            to,
            at,
            says: Says::Code { code: &code, locale, until },
        };
        courier.carry(&letter).map_err(|problem| {
            tracing::error!(problem, "a code is not sent");
            let dropped = self
                .store
                .write_until(Stops::Last, "code.drop", move |tx| logins::drop_code(tx, subscriber, &id));
            dropped.map_or_else(Failure::from, |()| Failure::Halted(UNSENT))
        })
    }

    /// Uses up a link together with its code and begins a session. A try counts before it is looked at, so that no crowd of them gets
    /// more than `TRIES`.
    ///
    /// # Errors
    /// `DeadLink` when the link is used or ended, was not sent a code, or was tried too often.
    pub fn enter_by_code(&self, link: &str, said: &str) -> Result<Tried, Failure> {
        let (pass, now) = (self.open_link(link)?, self.now()?);
        let (subscriber, id, once) = (pass.subscriber, pass.id()?, pass.once());
        let counted = self.store.write_until(Stops::Last, "code.try", move |tx| {
            let code = logins::find_code(tx, subscriber, &id)?;
            let Some(code) = code.filter(|c| c.tries < TRIES && now < c.until) else { return Ok(None) };
            if logins::count_code(tx, &code)? { Ok(Some(code)) } else { Err(Fault::LostRace) }
        })?;
        let code = counted.ok_or(Failure::DeadLink)?;
        if !sign::is_code(&self.keyring, &id, said, &code.mac) {
            return match TRIES - code.tries - 1 {
                0 => Err(Failure::DeadLink),
                left => Ok(Tried::Wrong(left)),
            };
        }
        let (session, token) = self.session(pass.whose(), true)?;
        let entered = self.store.write_until(Stops::Last, "visitor.enter", move |tx| {
            let fresh = once.spend(tx)?;
            if fresh {
                logins::begin(tx, &session)?;
            }
            Ok(fresh)
        })?;
        if entered { Ok(Tried::In(token)) } else { Err(Failure::DeadLink) }
    }

    /// A new code for a link, and what is kept of it.
    fn code(&self, pass: &Pass) -> Result<(String, Code), Failure> {
        let (link, code) = (pass.id()?, six_digits(self.rng.as_ref()));
        let mac = sign::code(&self.keyring, &link, &code).to_vec();
        let until = self.now()?.plus(CODE_US);
        let kept = Code { subscriber: pass.subscriber, link, mac, tries: 0, until, ends: pass.until };
        Ok((code, kept))
    }

    /// Whom a code goes to: who was invited.
    fn address_of(&self, pass: &Pass) -> Result<Reference, Failure> {
        let (sealed, place, row) =
            self.store.read("code.address", |tx| invited(tx, pass))?.ok_or(Failure::DeadLink)?;
        self.open_reference(&sealed, place, &row)
    }

    /// A reference that was sealed to `place`.
    pub(super) fn open_reference(
        &self,
        sealed: &[u8],
        place: (&'static str, &'static str),
        row: &[u8; 16],
    ) -> Result<Reference, Failure> {
        let opened = self.keyring.sealer().open(place, row, sealed);
        let text = opened.ok().and_then(|plain| String::from_utf8(plain.to_vec()).ok());
        text.and_then(|text| Reference::parse(&text)).ok_or(Failure::Fault(Fault::Corrupt(place.0)))
    }
}

/// A sealed reference, with what it is sealed to.
type Sealed = (Vec<u8>, (&'static str, &'static str), [u8; 16]);

fn invited(tx: &mut Tx<'_>, pass: &Pass) -> Result<Option<Sealed>, Fault> {
    let subscriber = match pass.relation {
        None => pass.subscriber,
        Some(id) => match relations::find(tx, id)? {
            None => return Ok(None),
            Some((_, Holder::Sealed(sealed))) => return Ok(Some((sealed, super::people::PLACE, id.0))),
            Some((_, Holder::Subscriber(holder))) => holder,
        },
    };
    let sealed = subscribers::sealed_reference(tx, subscriber)?;
    Ok(sealed.map(|sealed| (sealed, enrol::PLACE, subscriber.0)))
}

/// Six digits, each as likely as any other.
fn six_digits(rng: &dyn Rng) -> String {
    const CODES: u32 = 1_000_000;
    loop {
        let drawn = u32::from_be_bytes(bytes(rng));
        if drawn < u32::MAX - u32::MAX % CODES {
            return format!("{:06}", drawn % CODES);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_and_is_seldom_the_same() {
        let rng = crate::ambient::SystemRng::new();
        let codes: std::collections::BTreeSet<String> = (0..100).map(|_| six_digits(&rng)).collect();
        assert!(
            codes.len() > 90 && codes.iter().all(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_digit()))
        );
    }
}
