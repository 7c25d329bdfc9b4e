//! What a client may do about its own tokens: end one (RFC 7009), and ask what one is worth (RFC 7662). Another client's token, one that has
//! ended and one that never was are one answer.
use super::authenticate::{OneTime, REPLAYED, spend_all};
use super::linked::Ticket;
use super::{Broker, Failure};
use crate::domain::client::Client;
use crate::domain::link::Wanted;
use crate::domain::time::At;
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::binding::Binding;
use crate::oauth::form::{ClientProof, Form};
use crate::oauth::introspection::Introspection;
use crate::oauth::metadata::{INTROSPECT_PATH, REVOKE_PATH};
use crate::oauth::token::AccessToken;
use crate::store::{Stops, links};
use std::sync::Arc;

/// A token as the client that shows it may know it.
enum Shown {
    Access(Arc<AccessToken>),
    Refresh(Ticket),
    /// Not one of its own, or none.
    Nothing,
}

impl Broker {
    /// Ends the link that a token was given for, and every token of it. A token that is not the client's own, or has ended, is no error.
    ///
    /// # Errors
    /// `Unproven` for a client that does not prove itself, and for a token for the client itself; faults.
    pub fn revoke_token(&self, fields: &[(String, String)]) -> Result<(), Failure> {
        let (client, used, shown, now) = self.token_shown(fields, REVOKE_PATH)?;
        if matches!(&shown, Shown::Access(token) if token.link.is_none()) {
            self.spend_assertion(used)?;
            return Err(OAuthError::UnsupportedTokenType.into());
        }
        let ticket = self.behind(&client, &shown)?;
        let fresh = self.store.write_until(Stops::Last, "link.end", move |tx| {
            if !spend_all(tx, &[used])? {
                return Ok(false);
            }
            if let Some(Ticket { subscriber, purpose, version, .. }) = ticket {
                links::end(tx, subscriber, &client.id, purpose, version, (now, false))?;
            }
            Ok(true)
        })?;
        if fresh { Ok(()) } else { Err(REPLAYED.into()) }
    }

    /// What a token of the client's own is worth now. Whether data may leave is not told: that is asked for with the token itself.
    ///
    /// # Errors
    /// `Unproven` for a client that does not prove itself; faults.
    pub fn introspect_token(&self, fields: &[(String, String)]) -> Result<Introspection, Failure> {
        let (client, used, shown, now) = self.token_shown(fields, INTROSPECT_PATH)?;
        self.spend_assertion(used)?;
        let standing = match (self.behind(&client, &shown)?, client.recipient) {
            (Some(ticket), Some(recipient)) => self
                .store
                .read("link.worth", |tx| self.standing(tx, (&client.id, recipient), &ticket, now))?,
            _ => None,
        };
        let issuer = &self.settings.issuer;
        let audience = match &shown {
            Shown::Access(token) => token.audience,
            Shown::Refresh(ticket) => ticket.audience,
            Shown::Nothing => Audience::Api,
        };
        let about = |subject: String, details: Option<[Wanted; 1]>, grant| Introspection {
            active: true,
            client_id: Some(client.id.clone()),
            sub: Some(subject),
            iss: Some(issuer.clone()),
            aud: Some(audience.url(issuer)),
            grant_id: grant,
            authorization_details: details,
            ..Introspection::default()
        };
        Ok(match (shown, standing) {
            (Shown::Access(token), standing) if token.link.is_none() || standing.is_some() => {
                let told = standing.map(|s| s.told);
                let subject = told.as_ref().map_or_else(|| client.id.clone(), |told| told.subject.clone());
                let id = told.as_ref().map(|told| told.id);
                let details = token.link.as_ref().map(|link| [link.allowed.clone()]);
                Introspection {
                    token_type: Some(Binding::token_type(token.binding.as_ref())),
                    scope: Some(token.scopes.to_string()),
                    iat: Some(token.issued_at.unix_s()),
                    exp: Some(token.expires_at.unix_s()),
                    cnf: token.binding.clone(),
                    ..about(subject, details, id)
                }
            }
            (Shown::Refresh(ticket), Some(standing)) if ticket.serial == standing.link.serial => {
                let key = standing.link.jkt.map(Binding::Key);
                let told = standing.told;
                Introspection { cnf: key, ..about(told.subject, Some([told.allowed]), Some(told.id)) }
            }
            _ => Introspection::default(),
        })
    }

    /// The answer of `introspect_token` as a signed statement to the client (RFC 9701).
    ///
    /// # Errors
    /// As `introspect_token`; `Halted` when it does not sign.
    pub fn introspect_token_signed(&self, fields: &[(String, String)]) -> Result<String, Failure> {
        let answer = self.introspect_token(fields)?;
        let named =
            fields.iter().find(|(name, _)| name == "client_assertion").map(|(_, value)| value.as_str());
        // INVARIANT: the assertion was checked.
        let audience = named.and_then(crate::oauth::assertion::issuer_of).unwrap_or_default();
        let (keys, now) = (self.signing(), self.now()?);
        answer
            .sign(keys.active(now), self.system.as_ref(), &self.settings.issuer, &audience, now)
            .map_err(|_| Failure::Halted("an introspection does not sign"))
    }

    fn spend_assertion(&self, used: Option<OneTime>) -> Result<(), Failure> {
        let fresh = self.store.write("token.shown", move |tx| spend_all(tx, &[used]))?;
        if fresh { Ok(()) } else { Err(REPLAYED.into()) }
    }

    /// The client that shows a token, and the token as far as it is its own.
    fn token_shown(
        &self,
        fields: &[(String, String)],
        path: &str,
    ) -> Result<(Client, Option<OneTime>, Shown, At), Failure> {
        let (now, issuer) = (self.now()?, &self.settings.issuer);
        let form = Form::read(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
        let proof = ClientProof::read(&form)?;
        let text = form.need("token", "`token` is missing, or too long")?;
        let (client, used) = self.asserted(&proof, path, now)?;
        let shown = match self.refresh_ticket(&client.id, text) {
            Some(ticket) => Shown::Refresh(ticket),
            None => match self.tokens.verify(&self.signing(), text, issuer, now) {
                Ok(token) if token.client_id == client.id => Shown::Access(token),
                _ => Shown::Nothing,
            },
        };
        Ok((client, used, shown, now))
    }

    /// Which link a token was given for.
    fn behind(&self, client: &Client, shown: &Shown) -> Result<Option<Ticket>, Failure> {
        match (shown, client.recipient) {
            (Shown::Refresh(ticket), Some(_)) => Ok(Some(*ticket)),
            (Shown::Access(token), Some(recipient)) => match &token.link {
                Some(told) => Ok(self
                    .store
                    .read("link.behind", |tx| self.ticket_of(tx, (&client.id, recipient), told))?),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }
}
