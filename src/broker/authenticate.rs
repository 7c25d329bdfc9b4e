//! Who calls: token, proof of possession, role. A proof is good for one request; the client is looked up at each.
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::jose::JwkSet;
use crate::domain::client::Client;
use crate::domain::time::At;
use crate::oauth::scope::Scope;
use crate::oauth::token::AccessToken;
use crate::oauth::token_request::{self, Granted};
use crate::oauth::{Jti, OAuthError, assertion, dpop, token};
use crate::store::{Fault, Tx, batches, recipients};

/// What a request presents.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The `DPoP` header.
    pub dpop: Option<&'a str>,
    /// HTTP method.
    pub method: &'a str,
    /// The URL as the client sees it, without query.
    pub url: &'a str,
}

/// A caller whose token and proof verify. The proof is not used up yet, so nothing may be done for it.
#[derive(Debug)]
pub struct Proven {
    token: AccessToken,
    proof: OneTime,
}

/// A caller whose proof is used up and whose client is registered now.
#[derive(Debug, Clone)]
pub struct Caller {
    client: Client,
}

impl Caller {
    /// The operator at his own machine, who holds database and keys anyway.
    pub fn console() -> Caller {
        let role = crate::domain::client::Role::Operator;
        Caller { client: Client { id: "console".to_owned(), role, recipient: None, jwks: String::new() } }
    }
    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// A value that may be used once, as the replay store keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OneTime {
    id: [u8; 16],
    expires_at: At,
}

impl OneTime {
    pub(super) fn new(kind: &str, issuer: &str, value: &str, expires_at: At) -> OneTime {
        let hash = sha256(&[b"dongui/v1/one-time", kind.as_bytes(), &[0], issuer.as_bytes(), &[0], value.as_bytes()]);
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        OneTime { id, expires_at }
    }
    fn of(issuer: &str, jti: &Jti) -> OneTime {
        OneTime::new(jti.kind, issuer, &jti.value, jti.expires_at)
    }
    /// Uses it up in the caller's transaction; false when it was used before.
    pub(super) fn spend(self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        batches::spend(tx, &self.id, self.expires_at)
    }
}

impl Proven {
    /// Whether the token reaches `scope`.
    pub(super) fn require(&self, scope: Scope) -> Result<(), Failure> {
        if self.token.scopes.contains(&scope) { Ok(()) } else { Err(Failure::Forbidden(scope.as_str())) }
    }
    pub(super) fn client_id(&self) -> &str {
        &self.token.client_id
    }
    pub(super) fn proof(&self) -> OneTime {
        self.proof
    }
}

impl Broker {
    /// Verifies token and proof of possession; no database is asked.
    pub fn prove(&self, presented: Presented<'_>) -> Result<Proven, Failure> {
        let now = self.now()?;
        let text = presented
            .authorization
            .and_then(|a| a.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("DPoP"))
            .map(|(_, token)| token.trim())
            .ok_or(OAuthError::MissingToken)?;
        let token = match self.tokens.find(text, now) {
            Some(token) => token,
            None => {
                let token = token::verify(&self.signer.jwk(), text, &self.settings.issuer, now)?;
                self.tokens.remember(text, &token);
                token
            }
        };
        let header = presented.dpop.ok_or(OAuthError::MissingProof)?;
        let proof = dpop::check(header, presented.method, presented.url, Some(text), now)?;
        if proof.jkt != token.jkt {
            return Err(OAuthError::WrongKey.into());
        }
        let proof = OneTime::of(&proof.jkt, &proof.jti);
        Ok(Proven { token, proof })
    }

    /// Uses the proof up and looks the client up: what every verb but `disclose` begins with.
    pub fn admit(&self, proven: Proven, scope: Scope) -> Result<Caller, Failure> {
        proven.require(scope)?;
        let (id, proof) = (proven.client_id().to_owned(), proven.proof());
        let found = self.store.write("caller.admit", move |tx| {
            if !proof.spend(tx)? {
                return Ok(None);
            }
            Ok(Some(recipients::find_client(tx, &id)?))
        })?;
        let client = found.ok_or(OAuthError::Replayed)?.ok_or(OAuthError::UnknownClient)?;
        if !scope.allowed_to(client.role) {
            return Err(Failure::Forbidden(scope.as_str()));
        }
        Ok(Caller { client })
    }

    /// The token endpoint: client assertion and proof of possession for an access token.
    pub fn grant_token(&self, fields: &[(String, String)], proof: Option<&str>, url: &str) -> Result<Granted, Failure> {
        let now = self.now()?;
        let request = token_request::parse(fields)?;
        let id = assertion::client_id(&request.assertion)?;
        let client = self.store.read("token.client", |tx| recipients::find_client(tx, &id))?;
        let keys = client.as_ref().and_then(|c| JwkSet::parse(&c.jwks).ok());
        let asserted = assertion::check(&request.assertion, &|_| keys.clone(), &self.settings.issuer, now)?;
        let client = client.ok_or(OAuthError::UnknownClient)?;
        let proof = dpop::check(proof.ok_or(OAuthError::MissingProof)?, "POST", url, None, now)?;
        let scopes = request.narrow(client.role)?;
        let used = [OneTime::of(&client.id, &asserted.jti), OneTime::of(&proof.jkt, &proof.jti)];
        let fresh = self.store.write("token.grant", move |tx| Ok(used[0].spend(tx)? & used[1].spend(tx)?))?;
        if !fresh {
            return Err(OAuthError::Replayed.into());
        }
        let issuer = &self.settings.issuer;
        Ok(token::issue(&self.signer, self.rng.as_ref(), issuer, &client.id, &scopes, &proof.jkt, now)?)
    }
}
