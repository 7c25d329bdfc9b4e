//! Somebody looks at a console: a client of a regulator or of the operator asks for a link that is good once, the link begins a session for an hour, and
//! every look in it is an entry of the log before anything is shown. No passwords. Deliberately absent: what is seen (`case`, `reigns` and the verbs
//! that the doors call anyway), and anything that a session could change: it asks for exports as its client might, and no more.
use super::authenticate::Caller;
use super::{Broker, Failure};
use crate::crypt::{hex, sign};
use crate::domain::client::Client;
pub use crate::domain::console::{Console, Page};
use crate::domain::id::{RecipientId, SubscriberId};
use crate::domain::record::{Event, Record};
use crate::domain::rng;
use crate::domain::stop::Ground;
use crate::domain::time::{At, MINUTE_US};
use crate::store::console_visits::{self as visits, Visit};
use crate::store::entries::EntryRow;
use crate::store::{entries, recipients};
use serde::{Deserialize, Serialize};

/// Life of an unused link, µs.
pub const LINK_US: i64 = 15 * MINUTE_US;
/// Life of a session, however often somebody looks, µs.
pub const SESSION_US: i64 = 60 * MINUTE_US;

/// What link and session hold; a MAC stands beside it. Its words are none of a subscriber's link or session.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pass {
    #[serde(rename = "use")]
    use_: Use,
    id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Use {
    ConsoleLink,
    ConsoleSession,
}

/// Where somebody stands: a console, and the session that his browser shows.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'s> {
    /// Whose pages.
    pub console: Console,
    /// The session's token.
    pub session: &'s str,
}

/// Somebody who looks.
#[derive(Debug)]
pub struct Looker {
    caller: Caller,
    /// Why he does.
    pub ground: Ground,
    /// When his session ends.
    pub ends: At,
    acts: bool,
    /// Goes into every form, so that no other site can send one.
    pub form_token: String,
}

impl Looker {
    /// The client on whose behalf he looks.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
    /// The same, where it may act on incidents: the token that asked for the link could.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn acting(&self) -> Result<&Caller, Failure> {
        if self.acts { Ok(&self.caller) } else { Err(Failure::Forbidden("breaches:write")) }
    }
    fn looks(&self, page: Page, which: Option<String>) -> Event {
        let (client, ground) = (self.caller.client().id.clone(), self.ground.as_str().to_owned());
        Event::Look { client, page, which, ground }
    }
}

/// About whom a look is: it stands among what is about him and with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    pub subscriber: Option<SubscriberId>,
    pub recipient: Option<RecipientId>,
}

impl Broker {
    /// A link into the console of the client's role, for somebody who looks for it on this ground, and until when it is good. `acts`: whether its token may act on
    /// incidents, which the session then may, too.
    ///
    /// # Errors
    /// `Forbidden` for a role that has none; faults.
    pub fn invite_to_console(
        &self,
        caller: &Caller,
        ground: Ground,
        acts: bool,
    ) -> Result<(String, At), Failure> {
        let Client { id: client, role, .. } = caller.client();
        let console = Console::of(*role).ok_or(Failure::Forbidden("audit:read"))?;
        let (id, ends) = (rng::bytes::<16>(self.rng.as_ref()), self.now()?.plus(LINK_US));
        let link = Visit { id, client: client.clone(), ground, entered: false, ends, acts };
        self.store.write("console.invite", move |tx| visits::put(tx, &link))?;
        let token = self.console_pass(Use::ConsoleLink, &id);
        Ok((format!("{}{}/enter/{token}", self.settings.issuer, console.path()), ends))
    }

    /// Whether a link would let somebody in; nothing is used up.
    ///
    /// # Errors
    /// `DeadLink`; faults.
    pub fn peek_at_console(&self, console: Console, link: &str) -> Result<(), Failure> {
        self.console_visit(console, Use::ConsoleLink, link).map(drop)
    }

    /// Uses a link up and begins a session; returns the session's token.
    ///
    /// # Errors
    /// `DeadLink` for a link that was used, has ended, is not ours or leads to another console; faults.
    pub fn enter_console(&self, console: Console, link: &str) -> Result<String, Failure> {
        let (link, client) = self.console_visit(console, Use::ConsoleLink, link)?;
        let (id, now) = (rng::bytes::<16>(self.rng.as_ref()), self.now()?);
        let session = Visit { id, entered: true, ends: now.plus(SESSION_US), ..link.clone() };
        let looker = self.looker(&session, client);
        let entry = self.look_entry(now, About::default(), looker.looks(Page::Enter, None))?;
        let entered = self.store.write("console.enter", move |tx| {
            if !visits::end(tx, &link.id)? {
                return Ok(false);
            }
            visits::put(tx, &session)?;
            entries::append(tx, &entry)?;
            Ok(true)
        })?;
        if entered { Ok(self.console_pass(Use::ConsoleSession, &id)) } else { Err(Failure::DeadLink) }
    }

    /// Who stands there, for what is recorded by itself: a question for an export, leaving.
    ///
    /// # Errors
    /// `DeadLink` for a session that has ended, is not ours or stands elsewhere, and for one of a client that is registered no more; faults.
    pub fn in_console(&self, at: Standing<'_>) -> Result<Looker, Failure> {
        let (visit, client) = self.console_visit(at.console, Use::ConsoleSession, at.session)?;
        Ok(self.looker(&visit, client))
    }

    /// Somebody looks at a page about nobody. It is recorded before it is shown.
    ///
    /// # Errors
    /// As `in_console`; what cannot be recorded is not shown.
    pub fn look(&self, at: Standing<'_>, page: Page) -> Result<Looker, Failure> {
        self.look_at(at, page, None)
    }

    /// The same of one of several alike, by its id.
    ///
    /// # Errors
    /// As `look`.
    pub fn look_at(&self, at: Standing<'_>, page: Page, which: Option<String>) -> Result<Looker, Failure> {
        let looker = self.in_console(at)?;
        self.record_look(&looker, page, which, About::default())?;
        Ok(looker)
    }

    /// Records a look. Nothing may be shown before.
    pub(super) fn record_look(
        &self,
        looker: &Looker,
        page: Page,
        which: Option<String>,
        about: About,
    ) -> Result<(), Failure> {
        let entry = self.look_entry(self.now()?, about, looker.looks(page, which))?;
        Ok(self.store.write("console.look", move |tx| entries::append(tx, &entry))?)
    }

    /// Ends a session: it opens nothing any more, whoever has a copy of it.
    ///
    /// # Errors
    /// As `in_console`.
    pub fn leave_console(&self, at: Standing<'_>) -> Result<(), Failure> {
        let (visit, _) = self.console_visit(at.console, Use::ConsoleSession, at.session)?;
        self.store.write("console.leave", move |tx| visits::end(tx, &visit.id))?;
        Ok(())
    }

    fn look_entry(&self, at: At, about: About, event: Event) -> Result<EntryRow, Failure> {
        let About { subscriber, recipient } = about;
        Ok(self.entry(&Record { at, subscriber, recipient, purpose: None, event })?)
    }

    fn looker(&self, visit: &Visit, client: Client) -> Looker {
        let mac = sign::link(&self.keyring, format!("console form {}", hex::encode(&visit.id)).as_bytes());
        let form_token = mac.rsplit_once('.').map_or_else(String::new, |(_, mac)| mac.to_owned());
        let (ground, ends) = (visit.ground.clone(), visit.ends);
        Looker { caller: Caller::in_console(client), ground, ends, acts: visit.acts, form_token }
    }

    fn console_pass(&self, use_: Use, id: &[u8; 16]) -> String {
        let pass = Pass { use_, id: hex::encode(id) };
        sign::link(&self.keyring, &serde_json::to_vec(&pass).unwrap_or_default())
    }

    /// A link or session that is good, and its client as it is registered now.
    fn console_visit(&self, console: Console, use_: Use, text: &str) -> Result<(Visit, Client), Failure> {
        let payload = sign::open_link(&self.keyring, text).ok_or(Failure::DeadLink)?;
        let pass: Pass = serde_json::from_slice(&payload).map_err(|_| Failure::DeadLink)?;
        let id = hex::decode(&pass.id).and_then(|id| id.try_into().ok()).ok_or(Failure::DeadLink)?;
        let now = self.now()?;
        let found = self.store.read("console.find", |tx| {
            let Some(visit) = visits::find(tx, &id)? else { return Ok(None) };
            Ok(recipients::find_client(tx, &visit.client)?.map(|client| (visit, client)))
        })?;
        let good = |(visit, client): &(Visit, Client)| {
            pass.use_ == use_
                && visit.entered == (use_ == Use::ConsoleSession)
                && now < visit.ends
                && Console::of(client.role) == Some(console)
        };
        found.filter(good).ok_or(Failure::DeadLink)
    }
}
