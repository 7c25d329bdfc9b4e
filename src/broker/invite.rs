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
use crate::store::{Fault, Tx, relations, subscribers};
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
    /// Whose own page he came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    own: Option<SubscriberId>,
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
    /// For whom a guardian acts.
    pub acts_for: Option<Acting>,
    /// Goes into every form, so that no other site can send one.
    pub form_token: String,
}

/// What a guardian is told on his ward's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acting {
    /// Since when he may.
    pub since: At,
    /// Whether the ward is under age.
    pub minor: bool,
    /// Whether he came from a page of his own.
    pub returns: bool,
}

/// Whose page, by which relation, and whose own page that is left for it.
type Whose = (SubscriberId, Option<RelationId>, Option<SubscriberId>);

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
        if self.opened((subscriber, Some(relation), None))?.is_none() {
            return Err(Failure::NotFound("guardian"));
        }
        self.link_to_page(subscriber, Some(relation))
    }

    fn link_to_page(
        &self,
        subscriber: SubscriberId,
        relation: Option<RelationId>,
    ) -> Result<String, Failure> {
        let token = self.pass(Use::Link, (subscriber, relation, None), self.now()?.plus(LINK_US));
        Ok(format!("{}/me/enter/{token}", self.settings.issuer))
    }

    /// Whether a page may be looked at, and for whom by somebody else: its subscription has not ended, and who speaks for the subscriber
    /// still does.
    fn opened(&self, (subscriber, relation, own): Whose) -> Result<Option<Option<Acting>>, Failure> {
        let now = self.now()?;
        let open = self.store.read("visitor.find", |tx| {
            let living = |tx: &mut Tx<'_>, id| {
                Ok::<_, Fault>(subscribers::find(tx, id)?.filter(|s| s.ended.is_none()))
            };
            let Some(found) = living(tx, subscriber)? else { return Ok(None) };
            let Some(id) = relation else { return Ok(Some(None)) };
            if let Some(own) = own
                && living(tx, own)?.is_none()
            {
                return Ok(None);
            }
            let relation = relations::find(tx, id)?.map(|(relation, _)| relation).filter(|relation| {
                relation.subscriber == found.id
                    && relation.kind == RelationKind::Guardian
                    && relation.lives(now, found.majority)
            });
            let minor = found.majority.is_minor(now);
            Ok(relation.map(|r| Some(Acting { since: r.from, minor, returns: own.is_some() })))
        })?;
        Ok(open)
    }

    /// Whose own page a session stands on.
    pub(super) fn own_session(&self, session: &str) -> Result<SubscriberId, Failure> {
        let (pass, _) = self.open_pass(session, &Use::Session)?;
        if pass.relation.is_some() { Err(Failure::DeadLink) } else { Ok(pass.subscriber) }
    }

    /// From whose own page a session came.
    pub(super) fn origin(&self, session: &str) -> Result<Option<SubscriberId>, Failure> {
        Ok(self.open_pass(session, &Use::Session)?.0.own)
    }

    /// A session on another page that ends when this one would; `None` for a page that is not open.
    pub(super) fn session_beside(
        &self,
        session: &str,
        (subscriber, relation): (SubscriberId, Option<RelationId>),
        own: Option<SubscriberId>,
    ) -> Result<Option<String>, Failure> {
        let (pass, _) = self.open_pass(session, &Use::Session)?;
        let whose = (subscriber, relation, own);
        Ok(self.opened(whose)?.map(|_| self.pass(Use::Session, whose, pass.until)))
    }

    /// Uses a link up and begins a session; returns the session's token.
    pub fn enter(&self, link: &str) -> Result<String, Failure> {
        let (pass, _) = self.open_pass(link, &Use::Link)?;
        let once = OneTime::new("link", &pass.nonce, pass.until);
        if !self.store.write("visitor.enter", move |tx| once.spend(tx))? {
            return Err(Failure::DeadLink);
        }
        Ok(self.pass(Use::Session, (pass.subscriber, pass.relation, None), self.now()?.plus(SESSION_US)))
    }

    /// Whether a link could still be used; nothing is used up.
    pub fn peek(&self, link: &str) -> Result<(), Failure> {
        self.open_pass(link, &Use::Link).map(|_| ())
    }

    /// The visitor of a session.
    pub fn visitor(&self, session: &str) -> Result<Visitor, Failure> {
        let (pass, acts_for) = self.open_pass(session, &Use::Session)?;
        let form_token = sign::link(&self.keyring, format!("form {}", pass.nonce).as_bytes());
        let form_token = form_token.rsplit_once('.').map_or_else(String::new, |(_, mac)| mac.to_owned());
        let actor = pass.relation.map_or(Actor::Subscriber, |_| Actor::Guardian);
        let by = Capture { actor, channel: "screen", relation: pass.relation };
        Ok(Visitor { subscriber: pass.subscriber, by, acts_for, form_token })
    }

    fn pass(&self, use_: Use, (subscriber, relation, own): Whose, until: At) -> String {
        let nonce = crate::crypt::hex::encode(&crate::domain::rng::bytes::<16>(self.rng.as_ref()));
        let pass = Pass { use_, subscriber, until, nonce, relation, own };
        sign::link(&self.keyring, &serde_json::to_vec(&pass).unwrap_or_default())
    }

    fn open_pass(&self, text: &str, wanted: &Use) -> Result<(Pass, Option<Acting>), Failure> {
        let now = self.now()?;
        let payload = sign::open_link(&self.keyring, text).ok_or(Failure::DeadLink)?;
        let pass: Pass = serde_json::from_slice(&payload).map_err(|_| Failure::DeadLink)?;
        let ours = pass.use_ == *wanted && now < pass.until;
        let opened = if ours { self.opened((pass.subscriber, pass.relation, pass.own))? } else { None };
        opened.map(|acts_for| (pass, acts_for)).ok_or(Failure::DeadLink)
    }
}
