//! A subscriber comes in through a one-time link, and goes on in a session. Deliberately absent: what a session may do and how it ends
//! (`session`), codes beside links (`code`), and the operator's own login (`login`).
//!
//! The link is used up by a click, not by a look: programs that fetch links in messages must not use it up.
use super::authenticate::{Caller, OneTime};
use super::{Broker, Failure};
use crate::crypt::sign;
use crate::domain::consent::{Actor, Capture};
use crate::domain::id::{RelationId, SubscriberId};
use crate::domain::relation::RelationKind;
use crate::domain::subscriber::Reference;
use crate::domain::time::{At, HOUR_US, MINUTE_US};
use crate::store::logins::{self, Session};
use crate::store::{Fault, Stops, Tx, relations, subscribers};
use serde::{Deserialize, Serialize};

/// Life of an unused link, µs.
pub const LINK_US: i64 = 15 * MINUTE_US;
/// Life of a session, however often its visitor comes, µs.
pub const SESSION_US: i64 = 4 * HOUR_US;
/// How long a session waits for its visitor since the minute in which he was last there, µs.
pub const IDLE_US: i64 = 15 * MINUTE_US;
/// How exactly it is written down when he was last there, µs.
const SEEN_US: i64 = MINUTE_US;

/// What link and session hold; a MAC stands beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pass {
    #[serde(rename = "use")]
    use_: Use,
    pub subscriber: SubscriberId,
    pub until: At,
    nonce: String,
    /// By which relation, of a guardian on his ward's page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub relation: Option<RelationId>,
    /// Whose own page he came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    own: Option<SubscriberId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Use {
    Link,
    /// A link that wants a code, also where no other link does.
    Coded,
    Session,
}

impl Pass {
    /// Tells it from every other.
    pub fn id(&self) -> Result<[u8; 16], Failure> {
        let bytes = crate::crypt::hex::decode(&self.nonce).and_then(|b| b.try_into().ok());
        bytes.ok_or(Failure::DeadLink)
    }
    /// Whose page it opens, for whom.
    pub fn whose(&self) -> Whose {
        (self.subscriber, self.relation, self.own)
    }
    /// Whether it wants a code, also where no other link does.
    pub fn coded(&self) -> bool {
        self.use_ == Use::Coded
    }
    /// What is used up with it.
    pub fn once(&self) -> OneTime {
        OneTime::new("link", &self.nonce, self.until)
    }
}

/// What a link wants beside itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// It opens its page.
    Nothing,
    /// A code, which is sent first.
    Sending,
    /// A code, which went out together with the link.
    Code,
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
    /// A PIN stands before what is told of him, and was not said in this session.
    pub closed: bool,
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

/// Whose page, by which relation, and whose own page was left for it.
pub(super) type Whose = (SubscriberId, Option<RelationId>, Option<SubscriberId>);

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
        let now = self.now()?;
        let whose = (subscriber, Some(relation), None);
        if self.store.read("guardian.find", |tx| opened(tx, whose, now))?.is_none() {
            return Err(Failure::NotFound("guardian"));
        }
        self.link_to_page(subscriber, Some(relation))
    }

    fn link_to_page(
        &self,
        subscriber: SubscriberId,
        relation: Option<RelationId>,
    ) -> Result<String, Failure> {
        let (_, token) = self.pass(Use::Link, (subscriber, relation, None), self.now()?.plus(LINK_US));
        Ok(self.address(&token))
    }

    /// Where a link leads.
    pub(super) fn address(&self, token: &str) -> String {
        format!("{}/me/enter/{token}", self.settings.issuer)
    }

    /// Uses a link up and begins a session; returns the session's token.
    ///
    /// # Errors
    /// `DeadLink`, also for a link that wants a code (`enter_by_code`).
    pub fn enter(&self, link: &str) -> Result<String, Failure> {
        let pass = self.open_link(link)?;
        if self.wants_code(&pass) {
            return Err(Failure::DeadLink);
        }
        let (once, (session, token)) = (pass.once(), self.session(pass.whose(), false)?);
        let entered = self.store.write_until(Stops::Last, "visitor.enter", move |tx| {
            let fresh = once.spend(tx)?;
            if fresh {
                logins::begin(tx, &session)?;
            }
            Ok(fresh)
        })?;
        if entered { Ok(token) } else { Err(Failure::DeadLink) }
    }

    /// What a link that could still be used wants; nothing is used up.
    pub fn peek(&self, link: &str) -> Result<Wants, Failure> {
        let pass = self.open_link(link)?;
        Ok(match (pass.coded(), self.wants_code(&pass)) {
            (true, _) => Wants::Code,
            (false, true) => Wants::Sending,
            (false, false) => Wants::Nothing,
        })
    }

    /// A new session, to be begun in a story of the caller's, and its token.
    pub(super) fn session(&self, whose: Whose, proven: bool) -> Result<(Session, String), Failure> {
        let now = self.now()?;
        let ends = now.plus(SESSION_US);
        let (id, token) = self.pass(Use::Session, whose, ends);
        let session = Session { subscriber: whose.0, id, begun: now, seen: now, ends, proven, opened: false };
        Ok((session, token))
    }

    /// The visitor of a session; each visit puts off its end for want of visits.
    pub fn visitor(&self, session: &str) -> Result<Visitor, Failure> {
        self.visit(session).map(|(visitor, _)| visitor)
    }

    /// The same, with the session as it is kept.
    pub(super) fn visit(&self, session: &str) -> Result<(Visitor, Session), Failure> {
        let (pass, now) = (self.open_pass(session, &[Use::Session])?, self.now()?);
        let id = pass.id()?;
        let (held, acts_for, pinned) = self.store.read("visitor.find", |tx| {
            let held = logins::find(tx, pass.subscriber, &id)?;
            let held = held.filter(|s| now < s.ends && now < s.seen.plus(IDLE_US));
            match (held, opened(tx, pass.whose(), now)?) {
                (Some(held), Some(acts_for)) => {
                    Ok((Some(held), acts_for, logins::pinned(tx, pass.subscriber)?))
                }
                _ => Ok((None, None, false)),
            }
        })?;
        let held = held.ok_or(Failure::DeadLink)?;
        if now.since(held.seen) >= SEEN_US {
            self.store.write_until(Stops::Last, "visitor.seen", move |tx| {
                logins::seen(tx, held.subscriber, &id, now)
            })?;
        }
        let actor = pass.relation.map_or(Actor::Subscriber, |_| Actor::Guardian);
        let by = Capture { actor, channel: "screen", relation: pass.relation };
        // The PIN is between a subscriber and who holds his phone; his guardian came in by a link of his own.
        let closed = pinned && !held.opened && pass.relation.is_none();
        let form_token = self.form_token(&pass);
        Ok((Visitor { subscriber: pass.subscriber, by, acts_for, form_token, closed }, held))
    }

    /// Whose own page a session stands on, behind no PIN.
    pub(super) fn own_session(&self, session: &str) -> Result<SubscriberId, Failure> {
        let (visitor, _) = self.visit(session)?;
        let own = visitor.by.relation.is_none() && !visitor.closed;
        if own { Ok(visitor.subscriber) } else { Err(Failure::DeadLink) }
    }

    /// From whose own page a session came.
    pub(super) fn origin(&self, session: &str) -> Result<Option<SubscriberId>, Failure> {
        self.visit(session)?;
        Ok(self.open_pass(session, &[Use::Session])?.own)
    }

    /// A session on another page in place of this one, which ends when this one would; `None` for a page that is not open.
    pub(super) fn session_beside(&self, session: &str, whose: Whose) -> Result<Option<String>, Failure> {
        let ((_, held), now) = (self.visit(session)?, self.now()?);
        let (id, token) = self.pass(Use::Session, whose, held.ends);
        let beside = Session { subscriber: whose.0, id, ..held };
        let turned = self.store.write_until(Stops::Last, "visitor.turn", move |tx| {
            if opened(tx, whose, now)?.is_none() || !logins::end(tx, held.subscriber, &held.id)? {
                return Ok(false);
            }
            logins::begin(tx, &beside)?;
            Ok(true)
        })?;
        Ok(turned.then_some(token))
    }

    /// What is in every form of a session.
    pub(super) fn form_token(&self, pass: &Pass) -> String {
        let link = sign::link(&self.keyring, format!("form {}", pass.nonce).as_bytes());
        link.rsplit_once('.').map_or_else(String::new, |(_, mac)| mac.to_owned())
    }

    /// A pass and its id.
    pub(super) fn pass(
        &self,
        use_: Use,
        (subscriber, relation, own): Whose,
        until: At,
    ) -> ([u8; 16], String) {
        let id = crate::domain::rng::bytes::<16>(self.rng.as_ref());
        let pass = Pass { use_, subscriber, until, nonce: crate::crypt::hex::encode(&id), relation, own };
        (id, sign::link(&self.keyring, &serde_json::to_vec(&pass).unwrap_or_default()))
    }

    /// A link whose time has not come, to a page that may be looked at.
    pub(super) fn open_link(&self, text: &str) -> Result<Pass, Failure> {
        let (pass, now) = (self.open_pass(text, &[Use::Link, Use::Coded])?, self.now()?);
        let open =
            now < pass.until && self.store.read("link.find", |tx| opened(tx, pass.whose(), now))?.is_some();
        if open { Ok(pass) } else { Err(Failure::DeadLink) }
    }

    /// What stands in a pass of ours, whether or not its time has come.
    pub(super) fn open_pass(&self, text: &str, wanted: &[Use]) -> Result<Pass, Failure> {
        let payload = sign::open_link(&self.keyring, text).ok_or(Failure::DeadLink)?;
        let pass: Pass = serde_json::from_slice(&payload).map_err(|_| Failure::DeadLink)?;
        if wanted.contains(&pass.use_) { Ok(pass) } else { Err(Failure::DeadLink) }
    }
}

/// Whether a page may be looked at, and for whom by somebody else: its subscription has not ended, and who speaks for the subscriber still does.
fn opened(
    tx: &mut Tx<'_>,
    (subscriber, relation, own): Whose,
    now: At,
) -> Result<Option<Option<Acting>>, Fault> {
    let living =
        |tx: &mut Tx<'_>, id| Ok::<_, Fault>(subscribers::find(tx, id)?.filter(|s| s.ended.is_none()));
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
}
