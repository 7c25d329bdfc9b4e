//! A recipient's client that is linked with a subscriber leads him to questions that are not answered yet (CAMARA Consent Info 0.2, capture URL), and hears which
//! way they went. Deliberately absent: a link, which stands as it was; any answer of somebody else who opens the address.
use super::authenticate::{Proven, UNLINKED};
use super::invite::Visitor;
use super::push::Pending;
use super::{Broker, Failure};
use crate::crypt::pseudonym;
use crate::domain::category::Category;
use crate::domain::link::{Piece, RedirectUri, Wanted};
use crate::domain::time::MINUTE_US;
use crate::oauth::metadata::AUTHORIZE_PATH;
use crate::store::subscribers;

/// How long the address may be opened, µs.
pub const CAPTURE_US: i64 = 10 * MINUTE_US;

impl Broker {
    /// The address at which the subscriber of a token answers about some categories. His browser goes on to `back`, which is one of the client's own, or to his
    /// own pages.
    ///
    /// # Errors
    /// `Unproven` for a token about no subscriber; `Invalid` for another `back`; faults.
    pub fn capture(
        &self,
        proven: &Proven,
        categories: &[Category],
        back: Option<&str>,
    ) -> Result<String, Failure> {
        let (told, now) = (proven.link().ok_or(UNLINKED)?, self.now()?);
        let caller = self.known_client(proven)?;
        let client = caller.client();
        let none = || Failure::invalid("callbackUrl", "one of the client's registered `redirect_uris`");
        let back = match back {
            Some(back) => client.sends_back_to(back),
            None => self.own_pages(),
        };
        let pieces = categories.iter().map(|category| Piece { category: *category, precision: None });
        let wanted = Wanted::new(told.allowed.purpose, pieces.collect(), None);
        let recipient = client.recipient.ok_or(UNLINKED)?;
        let until = now.plus(CAPTURE_US);
        let pending = self.waiting_for(
            &told.subject,
            (client.id.clone(), recipient),
            back.ok_or_else(none)?,
            wanted,
            until,
        );
        let reference = self.request_uri(&pending);
        let mut address = form_urlencoded::Serializer::new(String::new());
        address.extend_pairs([("client_id", client.id.as_str()), ("request_uri", &reference)]);
        Ok(format!("{}{AUTHORIZE_PATH}?{}", self.settings.issuer, address.finish()))
    }

    /// The subscriber's own pages, as somewhere that a browser is sent to.
    pub(super) fn own_pages(&self) -> Option<RedirectUri> {
        RedirectUri::parse(&format!("{}/me/", self.settings.issuer))
    }

    /// Whether a visitor is the one whom a request is about, where it is about one.
    ///
    /// # Errors
    /// `DeadLink` where he is not: whose it is, is not told.
    pub fn is_for(&self, visitor: &Visitor, pending: &Pending) -> Result<(), Failure> {
        let Some(name) = &pending.subject else { return Ok(()) };
        let found = self.store.read("capture.visitor", |tx| subscribers::find(tx, visitor.subscriber))?;
        let own = found.map(|s| pseudonym::pairwise(&self.keyring, pending.recipient, s.id, s.epoch));
        if own.as_ref() == Some(name) { Ok(()) } else { Err(Failure::DeadLink) }
    }

    /// Where the browser of a visitor goes who has answered as much as he wanted: back, with the word for what he allows now.
    ///
    /// # Errors
    /// `DeadLink` for what was answered before and for another visitor; faults.
    pub(super) fn captured(&self, visitor: &Visitor, pending: &Pending) -> Result<String, Failure> {
        self.is_for(visitor, pending)?;
        let (now, wanted) = (self.now()?, &pending.wanted);
        let allowed = self.store.read("capture.allowed", |tx| {
            let found = subscribers::find(tx, visitor.subscriber)?.filter(|s| s.ended.is_none());
            let Some(found) = found else { return Ok(None) };
            self.allowed(tx, &found, pending.recipient, wanted, now)
        })?;
        let result = match allowed.map(|allowed| allowed.categories.len()) {
            None => "denied",
            Some(all) if all == wanted.categories.len() => "granted",
            Some(_) => "partial_grant",
        };
        let once = pending.once();
        if !self.store.write("capture.end", move |tx| once.spend(tx))? {
            return Err(Failure::DeadLink);
        }
        Ok(pending.back_bare(("capture_result", result)))
    }
}
