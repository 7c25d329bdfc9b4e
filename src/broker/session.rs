//! How sessions end, and what is kept of an answer that came after its session had. Deliberately absent: how they begin (`invite`, `code`,
//! `login`, `pin`).
use super::invite::{Pass, SESSION_US, Use, Visitor};
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::domain::time::{At, HOUR_US};
use crate::store::{Stops, logins};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What an unfinished answer is sealed to.
const PLACE: (&str, &str) = ("sessions", "kept");
/// How long after the end of a session an answer that comes under it is kept, and how long then, µs.
const KEPT_US: i64 = HOUR_US;

impl Broker {
    /// Ends a session: it opens nothing any more, whoever has a copy of it.
    pub fn leave(&self, session: &str) -> Result<(), Failure> {
        let pass = self.open_pass(session, &[Use::Session])?;
        let id = pass.id()?;
        self.store
            .write_until(Stops::Last, "visitor.leave", move |tx| logins::end(tx, pass.subscriber, &id))?;
        Ok(())
    }

    /// Ends every session on the visitor's page, this one too. Gives their number.
    pub fn leave_everywhere(&self, visitor: &Visitor) -> Result<usize, Failure> {
        let subscriber = visitor.subscriber;
        Ok(self.store.write_until(Stops::Last, "visitor.leave-everywhere", move |tx| {
            logins::end_all(tx, subscriber)
        })?)
    }

    /// Keeps what was chosen in a form of a session that has ended, for its visitor alone: nothing of it is done, and it reads for nobody
    /// else. `None` for a form that is not of this session, or comes too late.
    pub fn keep(&self, session: &str, form_token: &str, chosen: &str) -> Option<String> {
        let (pass, now) = (self.open_pass(session, &[Use::Session]).ok()?, self.now().ok()?);
        let late = now >= pass.until.plus(KEPT_US);
        if late || form_token.is_empty() || form_token != self.form_token(&pass) {
            return None;
        }
        let plain = [&now.plus(KEPT_US).0.to_be_bytes(), chosen.as_bytes()].concat();
        let sealed = self.keyring.sealer().seal(self.rng.as_ref(), PLACE, &row(&pass), &plain);
        Some(URL_SAFE_NO_PAD.encode(sealed))
    }

    /// What this session's visitor had chosen before.
    pub fn kept(&self, session: &str, kept: &str) -> Option<String> {
        let pass = self.open_pass(session, &[Use::Session]).ok()?;
        let sealed = URL_SAFE_NO_PAD.decode(kept).ok()?;
        let plain = self.keyring.sealer().open(PLACE, &row(&pass), &sealed).ok()?;
        let (until, chosen) = plain.split_first_chunk::<8>()?;
        let lives = self.now().ok()? < At(i64::from_be_bytes(*until));
        lives.then(|| String::from_utf8(chosen.to_vec()).ok()).flatten()
    }
}

/// Whoever sits on the same page by the same right.
fn row(pass: &Pass) -> [u8; 32] {
    let relation = pass.relation.map_or([0; 16], |r| r.0);
    sha256(&[&pass.subscriber.0, &relation])
}

/// The longest that a browser needs to remember a session, µs: a little longer than it lasts, so that what was answered too late is kept.
pub const REMEMBERED_US: i64 = SESSION_US + KEPT_US;
