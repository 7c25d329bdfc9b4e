//! A subscriber comes in through a one-time link, and goes on in a short session.
//!
//! The link is used up by a click, not by a look: programs that fetch links in messages must not use it up.
use super::authenticate::{Caller, OneTime};
use super::{Broker, Failure};
use crate::crypt::sign;
use crate::domain::id::SubscriberId;
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, MINUTE_US};
use serde::{Deserialize, Serialize};

/// Life of an unused link, µs.
pub const LINK_US: i64 = 15 * MINUTE_US;
/// Life of a session, µs.
pub const SESSION_US: i64 = 30 * MINUTE_US;

/// What link and session hold; a MAC stands beside it.
#[derive(Debug, Serialize, Deserialize)]
struct Pass {
    #[serde(rename = "use")]
    use_: Use,
    subscriber: SubscriberId,
    until: At,
    nonce: String,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Use {
    Link,
    Session,
}

/// A subscriber on his own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Who.
    pub subscriber: SubscriberId,
    /// Goes into every form, so that no other site can send one.
    pub form_token: String,
}

impl Broker {
    /// A one-time link to the subscriber's own page.
    pub fn invite(&self, _caller: &Caller, reference: &Reference) -> Result<String, Failure> {
        let subscriber = self.subscriber_of(reference)?.id;
        let token = self.pass(Use::Link, subscriber, self.now()?.plus(LINK_US));
        Ok(format!("{}/me/enter/{token}", self.settings.issuer))
    }

    /// Uses a link up and begins a session; returns the session's token.
    pub fn enter(&self, link: &str) -> Result<String, Failure> {
        let pass = self.open_pass(link, &Use::Link)?;
        let once = OneTime::new("link", &pass.nonce, pass.until);
        if !self.store.write("visitor.enter", move |tx| once.spend(tx))? {
            return Err(Failure::DeadLink);
        }
        Ok(self.pass(Use::Session, pass.subscriber, self.now()?.plus(SESSION_US)))
    }

    /// Whether a link could still be used; nothing is used up.
    pub fn peek(&self, link: &str) -> Result<(), Failure> {
        self.open_pass(link, &Use::Link).map(|_| ())
    }

    /// The visitor of a session.
    pub fn visitor(&self, session: &str) -> Result<Visitor, Failure> {
        let pass = self.open_pass(session, &Use::Session)?;
        let form_token = sign::link(&self.keyring, format!("form {}", pass.nonce).as_bytes());
        let form_token = form_token.rsplit_once('.').map_or_else(String::new, |(_, mac)| mac.to_owned());
        Ok(Visitor { subscriber: pass.subscriber, form_token })
    }

    fn pass(&self, use_: Use, subscriber: SubscriberId, until: At) -> String {
        let nonce = crate::crypt::hex::encode(&crate::domain::rng::bytes::<16>(self.rng.as_ref()));
        let pass = Pass { use_, subscriber, until, nonce };
        sign::link(&self.keyring, &serde_json::to_vec(&pass).unwrap_or_default())
    }

    fn open_pass(&self, text: &str, wanted: &Use) -> Result<Pass, Failure> {
        let now = self.now()?;
        let payload = sign::open_link(&self.keyring, text).ok_or(Failure::DeadLink)?;
        let pass: Pass = serde_json::from_slice(&payload).map_err(|_| Failure::DeadLink)?;
        if pass.use_ == *wanted && now < pass.until { Ok(pass) } else { Err(Failure::DeadLink) }
    }
}
