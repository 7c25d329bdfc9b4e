//! A subscriber comes in through a one-time link, and goes on in a short session.
//!
//! The link is used up by a click, not by a look: programs that fetch links in messages must not use it up.
use super::authenticate::{Caller, OneTime};
use super::{Broker, Failure};
use crate::crypt::sign;
use crate::domain::consent::{Actor, Capture};
use crate::domain::id::{RelationId, SubscriberId};
use crate::domain::relation::RelationKind;
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, MINUTE_US};
use crate::store::{relations, subscribers};
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
    /// By which relation, of a guardian on his ward's page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    relation: Option<RelationId>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Use {
    Link,
    Session,
}

/// A subscriber on his own page, or his guardian.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    /// Whose page.
    pub subscriber: SubscriberId,
    /// Who acts on it.
    pub by: Capture,
    /// Goes into every form, so that no other site can send one.
    pub form_token: String,
}

impl Broker {
    /// A one-time link to the subscriber's own page.
    pub fn invite(&self, _caller: &Caller, reference: &Reference) -> Result<String, Failure> {
        let subscriber = self.subscriber_of(reference)?.id;
        self.link_to_page(subscriber, None)
    }

    /// A one-time link to the subscriber's page for his guardian.
    ///
    /// # Errors
    /// `NotFound` for an unknown subscriber, and for a relation that is not a living guardian's of him.
    pub fn invite_guardian(
        &self,
        _caller: &Caller,
        reference: &Reference,
        relation: RelationId,
    ) -> Result<String, Failure> {
        let subscriber = self.subscriber_of(reference)?.id;
        if !self.is_open(subscriber, Some(relation))? {
            return Err(Failure::NotFound("guardian"));
        }
        self.link_to_page(subscriber, Some(relation))
    }

    fn link_to_page(
        &self,
        subscriber: SubscriberId,
        relation: Option<RelationId>,
    ) -> Result<String, Failure> {
        let token = self.pass(Use::Link, (subscriber, relation), self.now()?.plus(LINK_US));
        Ok(format!("{}/me/enter/{token}", self.settings.issuer))
    }

    /// Whether a page may be looked at: its subscription has not ended, and who speaks for the subscriber still does.
    fn is_open(&self, subscriber: SubscriberId, relation: Option<RelationId>) -> Result<bool, Failure> {
        let now = self.now()?;
        let open = self.store.read("visitor.find", |tx| {
            let found = subscribers::find(tx, subscriber)?.filter(|s| s.ended.is_none());
            let Some(found) = found else { return Ok(false) };
            let Some(id) = relation else { return Ok(true) };
            Ok(relations::find(tx, id)?.is_some_and(|(relation, _)| {
                relation.subscriber == found.id
                    && relation.kind == RelationKind::Guardian
                    && relation.lives(now, found.majority)
            }))
        })?;
        Ok(open)
    }

    /// Uses a link up and begins a session; returns the session's token.
    pub fn enter(&self, link: &str) -> Result<String, Failure> {
        let pass = self.open_pass(link, &Use::Link)?;
        let once = OneTime::new("link", &pass.nonce, pass.until);
        if !self.store.write("visitor.enter", move |tx| once.spend(tx))? {
            return Err(Failure::DeadLink);
        }
        Ok(self.pass(Use::Session, (pass.subscriber, pass.relation), self.now()?.plus(SESSION_US)))
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
        let actor = pass.relation.map_or(Actor::Subscriber, |_| Actor::Guardian);
        let by = Capture { actor, channel: "screen", relation: pass.relation };
        Ok(Visitor { subscriber: pass.subscriber, by, form_token })
    }

    fn pass(
        &self,
        use_: Use,
        (subscriber, relation): (SubscriberId, Option<RelationId>),
        until: At,
    ) -> String {
        let nonce = crate::crypt::hex::encode(&crate::domain::rng::bytes::<16>(self.rng.as_ref()));
        let pass = Pass { use_, subscriber, until, nonce, relation };
        sign::link(&self.keyring, &serde_json::to_vec(&pass).unwrap_or_default())
    }

    fn open_pass(&self, text: &str, wanted: &Use) -> Result<Pass, Failure> {
        let now = self.now()?;
        let payload = sign::open_link(&self.keyring, text).ok_or(Failure::DeadLink)?;
        let pass: Pass = serde_json::from_slice(&payload).map_err(|_| Failure::DeadLink)?;
        let ours = pass.use_ == *wanted && now < pass.until;
        if ours && self.is_open(pass.subscriber, pass.relation)? { Ok(pass) } else { Err(Failure::DeadLink) }
    }
}
