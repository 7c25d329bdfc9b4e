//! A token about a subscriber for a client's own signed statement of whom it means (JWT bearer, as CAMARA profiles it): what he has allowed already,
//! for 300 s and not to be refreshed. Deliberately absent: asking him anything; a difference between somebody who allows nothing, somebody who ended
//! the link with the client, and nobody.
use super::authenticate::{OneTime, REPLAYED, spend_all};
use super::connect::Making;
use super::linked::IDLE_US;
use super::push::may_ask;
use super::token::SPENT;
use super::{Broker, Failure};
use crate::crypt::jose::JwkSet;
use crate::crypt::pseudonym;
use crate::domain::client::Client;
use crate::domain::time::At;
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::binding::Binding;
use crate::oauth::grant_assertion::{self, Stated};
use crate::oauth::metadata::TOKEN_PATH;
use crate::oauth::scope::Scope;
use crate::oauth::token::{self, Issue, Linked, TokenResponse};
use crate::store::links::Link;
use crate::store::{links, recipients};

/// A statement that came before.
const USED: OAuthError =
    OAuthError::InvalidGrant("the assertion was used before; make one for every request");

/// The link that a token is given for.
enum Ground {
    /// One that there is.
    Stands(Link),
    /// One that is made: what he allows was said elsewhere than in a browser of the client's.
    Made(Box<Making>),
}

impl Broker {
    /// A token about whom a statement names, as far as he allows what it asks for.
    ///
    /// # Errors
    /// `invalid_grant` for a statement that does not hold, and in other words, but always the same ones, where there is nothing to give;
    /// `invalid_scope`, `unauthorized_client`; faults.
    pub(super) fn about_stated(
        &self,
        client: &Client,
        assertion: &str,
        audience: Option<Audience>,
        binding: Option<&Binding>,
        used: [Option<OneTime>; 2],
        now: At,
    ) -> Result<TokenResponse, Failure> {
        let recipient = self.by_server(client)?;
        let keys =
            JwkSet::parse(&client.jwks).map_err(|_| OAuthError::InvalidClient("the client has no keys"))?;
        let endpoint = format!("{}{TOKEN_PATH}", self.settings.issuer);
        let numbers = self.settings.number_hints;
        let Stated { hint, wanted, jti } =
            grant_assertion::check(assertion, (&client.id, &keys), (&endpoint, numbers), now)?;
        let registered = self.store.read("link.recipient", |tx| recipients::find(tx, recipient))?;
        let within = |r: &_| wanted.categories.iter().all(|piece| may_ask(r, wanted.purpose, piece));
        if !registered.as_ref().is_some_and(within) {
            return Err(OAuthError::InvalidScope.into());
        }
        let nobody = self.nobody();
        let seen = self.store.read("link.stated", |tx| {
            let found = self.hinted(tx, recipient, &hint, nobody)?;
            let allowed = self.allowed(tx, &found, recipient, &wanted, now)?;
            let before = links::find(tx, found.id, &client.id, wanted.purpose)?;
            let shut = before.as_ref().is_some_and(|link| link.shut);
            let Some(allowed) = allowed.filter(|_| found.ended.is_none() && !shut) else { return Ok(None) };
            let stands = |l: &Link| l.ended.is_none() && l.epoch == found.epoch && now < l.used.plus(IDLE_US);
            let ground = match before {
                Some(link) if stands(&link) => Ground::Stands(link),
                before => {
                    let whose = (client.id.as_str(), recipient);
                    Ground::Made(Box::new(self.making(&found, whose, &wanted, before.as_ref(), now)?))
                }
            };
            let (id, version) = match &ground {
                Ground::Stands(link) => (link.id, link.version),
                Ground::Made(making) => (making.link.id, making.link.version),
            };
            let subject = pseudonym::pairwise(&self.keyring, recipient, found.id, found.epoch);
            Ok(Some((ground, Linked { subject, id, version, allowed })))
        })?;
        let (ground, told) = seen.unzip();
        let once = OneTime::of(&jti);
        let replayed = self.store.write("link.stated", move |tx| {
            if !spend_all(tx, &used)? {
                return Ok(Some(REPLAYED));
            }
            if !once.spend(tx)? {
                return Ok(Some(USED));
            }
            match &ground {
                Some(Ground::Made(making)) => {
                    making.write(tx)?;
                    links::turn(tx, &making.link, None, now)?;
                }
                Some(Ground::Stands(link)) => links::touch(tx, link, now)?,
                None => {}
            }
            Ok(None)
        })?;
        if let Some(replayed) = replayed {
            return Err(replayed.into());
        }
        let told = told.ok_or(SPENT)?;
        let (issuer, client_id) = (&self.settings.issuer, client.id.as_str());
        let (audience, scopes) = (audience.unwrap_or_default(), [Scope::ContextRead].into_iter().collect());
        let (ttl_s, link) = (token::LIFETIME_S, Some(&told));
        let what = Issue { issuer, audience, client_id, scopes, binding, ttl_s, link };
        Ok(token::issue(self.signing().active(now), self.system.as_ref(), &what, now)?)
    }
}
