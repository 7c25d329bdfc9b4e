//! The token endpoint: a client's proof of itself and of a key, for a token for itself or about a subscriber who linked it.
use super::authenticate::{NO_PROOF, OneTime, REPLAYED};
use super::linked::{CODE, Code, REFRESH, Standing, Ticket, recipient_of};
use super::{Broker, Failure};
use crate::domain::client::Client;
use crate::domain::time::At;
use crate::oauth::dpop::Proof;
use crate::oauth::form::Form;
use crate::oauth::pkce::Verifier;
use crate::oauth::scope::{Scope, Scopes};
use crate::oauth::token::{self, Issue, TokenResponse};
use crate::oauth::token_request::{Ground, TokenRequest};
use crate::oauth::{OAuthError, dpop};
use crate::store::links;

/// Whatever is wrong with a code or a refresh token.
const SPENT: OAuthError = OAuthError::InvalidGrant(
    "it is not one of this client's, was used, has ended, or nothing is allowed any more",
);

/// How a token about a subscriber was given.
enum Written {
    Yes,
    Replayed,
    /// What it was asked for with had been used: its link is over.
    Used,
}

impl Broker {
    /// Client assertion, proof of possession and a ground, for an access token.
    ///
    /// # Errors
    /// `Unproven` with what is wrong, in the words of the protocol; faults.
    pub fn grant_token(
        &self,
        fields: &[(String, String)],
        proof: Option<&str>,
        url: &str,
    ) -> Result<TokenResponse, Failure> {
        let outcome = self.granted(fields, proof, url);
        self.figures.token(&outcome);
        outcome
    }

    fn granted(
        &self,
        fields: &[(String, String)],
        proof: Option<&str>,
        url: &str,
    ) -> Result<TokenResponse, Failure> {
        let (now, issuer) = (self.now()?, &self.settings.issuer);
        let form = Form::read(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
        let request = TokenRequest::parse(&form, issuer)?;
        let (client, used) = self.asserted(&request.client, now)?;
        let proof = dpop::check(proof.ok_or(NO_PROOF)?, "POST", url, None, now)?;
        let used = [used, OneTime::of(&proof.jti)];
        match request.ground {
            Ground::Itself(scopes) => self.for_itself(&client, scopes, &proof, used, now),
            Ground::Code { code, redirect_uri, verifier } => {
                let ticket = self.redeemed(&client, &code, &redirect_uri, &verifier, &proof, now)?;
                self.about_subscriber(&client, &ticket, &proof, used, now)
            }
            Ground::Refresh(token) => {
                let ticket = self.refresh_ticket(&client.id, &token).ok_or(SPENT)?;
                self.about_subscriber(&client, &ticket, &proof, used, now)
            }
        }
    }

    fn for_itself(
        &self,
        client: &Client,
        scopes: Option<Scopes>,
        proof: &Proof,
        used: [OneTime; 2],
        now: At,
    ) -> Result<TokenResponse, Failure> {
        let scopes = Scopes::granted(client.role, scopes)?;
        let fresh = self.store.write("token.grant", move |tx| Ok(used[0].spend(tx)? & used[1].spend(tx)?))?;
        if !fresh {
            return Err(REPLAYED.into());
        }
        let (issuer, client_id) = (&self.settings.issuer, client.id.as_str());
        let what = Issue { issuer, client_id, scopes, proof, ttl_s: token::LIFETIME_S, link: None };
        Ok(token::issue(&self.signer, self.system.as_ref(), &what, now)?)
    }

    /// The ticket of a code, if everything that it is bound to is there.
    fn redeemed(
        &self,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &Verifier,
        proof: &Proof,
        now: At,
    ) -> Result<Ticket, Failure> {
        let code: Code = self.take_back(CODE, client.id.as_bytes(), code).ok_or(SPENT)?;
        let bound = code.redirect_uri == redirect_uri
            && verifier.fits(&code.challenge)
            && code.jkt.as_ref().is_none_or(|jkt| *jkt == proof.jkt)
            && now < code.until;
        if bound { Ok(code.ticket) } else { Err(SPENT.into()) }
    }

    /// A token about the subscriber of a link, and the refresh token that takes the place of the ticket. Whoever comes with a ticket of
    /// before has it from somebody else, or somebody else has his: the link is over, and with it every token of it.
    fn about_subscriber(
        &self,
        client: &Client,
        ticket: &Ticket,
        proof: &Proof,
        used: [OneTime; 2],
        now: At,
    ) -> Result<TokenResponse, Failure> {
        let whose = (client.id.as_str(), recipient_of(client)?);
        let found = self.store.read("link.find", |tx| self.standing(tx, whose, ticket, now))?;
        let Standing { link, told } = found.ok_or(SPENT)?;
        if link.jkt.as_ref().is_some_and(|jkt| *jkt != proof.jkt) {
            return Err(SPENT.into());
        }
        let seen = links::Link { serial: ticket.serial, ..link };
        let (turned, jkt) = (seen.clone(), proof.jkt.clone());
        let written = self.store.write("link.turn", move |tx| {
            if !(used[0].spend(tx)? & used[1].spend(tx)?) {
                return Ok(Written::Replayed);
            }
            if links::turn(tx, &turned, &jkt, now)? {
                return Ok(Written::Yes);
            }
            links::end(tx, turned.subscriber, &turned.client, turned.wanted.purpose, turned.version, now)?;
            Ok(Written::Used)
        })?;
        match written {
            Written::Yes => {}
            Written::Replayed => return Err(REPLAYED.into()),
            Written::Used => return Err(SPENT.into()),
        }
        let scopes = [Scope::ContextRead].into_iter().collect();
        let (issuer, client_id) = (&self.settings.issuer, client.id.as_str());
        let what = Issue { issuer, client_id, scopes, proof, ttl_s: token::LIFETIME_S, link: Some(&told) };
        let answer = token::issue(&self.signer, self.system.as_ref(), &what, now)?;
        let next = Ticket { serial: ticket.serial + 1, ..*ticket };
        let refresh_token = Some(self.hand_out(REFRESH, client.id.as_bytes(), &next));
        Ok(TokenResponse { refresh_token, ..answer })
    }
}
