//! The token endpoint: a client's proof of itself and of a key, for a token for itself or about a subscriber who linked it.
use super::authenticate::{NO_PROOF, OneTime, REPLAYED, spend_all};
use super::linked::{CODE, Code, REFRESH, Standing, Ticket, recipient_of};
use super::{Broker, Failure};
use crate::domain::client::{Client, Role};
use crate::domain::recipient::Assurance;
use crate::domain::time::{At, SECOND_US};
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::binding::Binding;
use crate::oauth::form::Form;
use crate::oauth::metadata::TOKEN_PATH;
use crate::oauth::pkce::Verifier;
use crate::oauth::scope::{Scope, Scopes};
use crate::oauth::token::{self, Issue, TokenResponse};
use crate::oauth::token_request::{Ground, TokenRequest};
use crate::store::{Stops, links};

/// Whatever is wrong with what a token about a subscriber is asked for with.
pub(super) const SPENT: OAuthError = OAuthError::InvalidGrant(
    "it is not one of this client's, was used, has ended, or nothing is allowed any more",
);

/// How long a hosted client's last refresh token is taken once more, µs: hosts lose answers, and each would end a link.
const GRACE_US: i64 = 30 * SECOND_US;

/// How a token about a subscriber was given.
enum Written {
    Yes,
    Replayed,
    /// What it was asked for with had been used: its link is over.
    Used,
}

/// Whether what is bound to a key, if to any, is asked for with a proof by that one.
pub(super) fn fits(key: Option<&str>, binding: Option<&Binding>) -> bool {
    key.is_none() || key == binding.and_then(Binding::key)
}

impl Broker {
    /// Client assertion, proof of possession and a ground, for an access token. `certificate` is the thumbprint of what the client proved when it
    /// connected: a server that shows no other proof gets a token that is bound to it.
    ///
    /// # Errors
    /// `Unproven` with what is wrong, in the words of the protocol; faults.
    pub fn grant_token(
        &self,
        fields: &[(String, String)],
        proof: Option<&str>,
        url: &str,
        certificate: Option<&str>,
    ) -> Result<TokenResponse, Failure> {
        let outcome = self.granted(fields, proof, url, certificate);
        self.figures.token(&outcome);
        outcome
    }

    fn granted(
        &self,
        fields: &[(String, String)],
        proof: Option<&str>,
        url: &str,
        certificate: Option<&str>,
    ) -> Result<TokenResponse, Failure> {
        let (now, issuer) = (self.now()?, &self.settings.issuer);
        let form = Form::read(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
        let request = TokenRequest::parse(&form, issuer)?;
        let (client, used) = self.asserted(&request.client, TOKEN_PATH, now)?;
        let proof = self.possession(proof, url, now)?;
        let is_server = client.assurance == Assurance::Server;
        // The certificate of a hosted client's host is every customer's of that host, and changes when the host wants.
        let binding = Binding::of(proof.as_ref(), certificate.filter(|_| is_server));
        if binding.is_none() && is_server {
            return Err(NO_PROOF.into());
        }
        let used = [used, proof.as_ref().map(|proof| OneTime::of(&proof.jti))];
        let (binding, audience) = (binding.as_ref(), request.audience);
        match request.ground {
            Ground::Itself(scopes) => self.for_itself(&client, scopes, audience, binding, used, now),
            Ground::Code { code, redirect_uri, verifier } => {
                let ticket = self.redeemed(&client, &code, &redirect_uri, &verifier, binding, now)?;
                self.about_subscriber(&client, &ticket, audience, binding, used, now)
            }
            Ground::Asked(reference) => {
                let ticket = self.polled_ticket(&client, &reference, binding, used, now)?;
                self.about_subscriber(&client, &ticket, audience, binding, [None; 2], now)
            }
            Ground::Stated(assertion) => self.about_stated(&client, &assertion, audience, binding, used, now),
            Ground::LinkCode(code) => {
                let ticket = self.redeem_link_code(&client, &code, audience, used, now)?;
                self.about_subscriber(&client, &ticket, audience, binding, [None; 2], now)
            }
            Ground::Refresh(token) => {
                let ticket = self.refresh_ticket(&client.id, &token).ok_or(SPENT)?;
                self.about_subscriber(&client, &ticket, audience, binding, used, now)
            }
        }
    }

    fn for_itself(
        &self,
        client: &Client,
        scopes: Option<Scopes>,
        audience: Option<Audience>,
        binding: Option<&Binding>,
        used: [Option<OneTime>; 2],
        now: At,
    ) -> Result<TokenResponse, Failure> {
        if client.is_public() {
            let cure =
                "a client without a key gets tokens about subscribers who linked it, and none for itself";
            return Err(OAuthError::UnauthorizedClient(cure).into());
        }
        let scopes = Scopes::granted(client.role, scopes)?;
        let binding = Some(binding.ok_or(NO_PROOF)?);
        // Without one nothing is ended over HTTP.
        let stops = if client.role == Role::Operator { Stops::Last } else { Stops::First };
        if !self.store.write_until(stops, "token.grant", move |tx| spend_all(tx, &used))? {
            return Err(REPLAYED.into());
        }
        let (issuer, client_id, audience) =
            (&self.settings.issuer, client.id.as_str(), audience.unwrap_or_default());
        let ttl_s = token::LIFETIME_S;
        let what = Issue { issuer, audience, client_id, scopes, binding, ttl_s, link: None };
        Ok(token::issue(self.signing().active(now), self.system.as_ref(), &what, now)?)
    }

    /// The ticket of a code, if everything that it is bound to is there.
    fn redeemed(
        &self,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &Verifier,
        binding: Option<&Binding>,
        now: At,
    ) -> Result<Ticket, Failure> {
        let code: Code = self.take_back(CODE, client.id.as_bytes(), code).ok_or(SPENT)?;
        let bound = code.redirect_uri == redirect_uri
            && verifier.fits(&code.challenge)
            && fits(code.jkt.as_deref(), binding)
            && now < code.until;
        if bound { Ok(code.ticket) } else { Err(SPENT.into()) }
    }

    /// A token about the subscriber of a link, and the refresh token that takes the place of the ticket. Whoever comes with a ticket of
    /// before has it from somebody else, or somebody else has his: the link is over, and with it every token of it.
    fn about_subscriber(
        &self,
        client: &Client,
        ticket: &Ticket,
        audience: Option<Audience>,
        binding: Option<&Binding>,
        used: [Option<OneTime>; 2],
        now: At,
    ) -> Result<TokenResponse, Failure> {
        let whose = (client.id.as_str(), recipient_of(client)?);
        let found = self.store.read("link.find", |tx| self.standing(tx, whose, ticket, now))?;
        let Standing { link, told } = found.ok_or(SPENT)?;
        if !fits(link.jkt.as_deref(), binding) {
            return Err(SPENT.into());
        }
        // A hosted assistant that lost an answer asks once more.
        let again = client.assurance == Assurance::Hosted
            && ticket.serial > 0
            && ticket.serial + 1 == link.serial
            && now < link.used.plus(GRACE_US);
        let seen = links::Link { serial: ticket.serial, ..link };
        // A certificate is renewed within the life of a link: a refresh token is its client's, who proves himself, and not of one certificate
        // (RFC 8705 section 7.1). One that was bound to a key stays bound to it.
        let (turned, jkt) = (seen, binding.and_then(Binding::key).map(str::to_owned));
        let written = self.store.write("link.turn", move |tx| {
            if !spend_all(tx, &used)? {
                return Ok(Written::Replayed);
            }
            let stands = if again {
                let next = links::Link { serial: turned.serial + 1, ..turned.clone() };
                links::find(tx, turned.subscriber, &turned.client, turned.wanted.purpose)? == Some(next)
            } else {
                links::turn(tx, &turned, jkt.as_deref(), now)?
            };
            if stands {
                return Ok(Written::Yes);
            }
            let (purpose, version) = (turned.wanted.purpose, turned.version);
            links::end(tx, turned.subscriber, &turned.client, purpose, version, (now, false))?;
            Ok(Written::Used)
        })?;
        match written {
            Written::Yes => {}
            Written::Replayed => return Err(REPLAYED.into()),
            Written::Used => return Err(SPENT.into()),
        }
        let scopes = [Scope::ContextRead].into_iter().collect();
        let (issuer, client_id) = (&self.settings.issuer, client.id.as_str());
        let (audience, ttl_s, link) = (audience.unwrap_or(ticket.audience), token::LIFETIME_S, Some(&told));
        let what = Issue { issuer, audience, client_id, scopes, binding, ttl_s, link };
        let answer = token::issue(self.signing().active(now), self.system.as_ref(), &what, now)?;
        let next = Ticket { serial: ticket.serial + 1, ..*ticket };
        let refresh_token = Some(self.hand_out(REFRESH, client.id.as_bytes(), &next));
        Ok(TokenResponse { refresh_token, ..answer })
    }
}
