//! Who calls: token, proof of possession, role. A proof is good for one request; the client is looked up at each.
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::jose::JwkSet;
use crate::domain::category::Category;
use crate::domain::client::Client;
use crate::domain::request::ContextRequest;
use crate::domain::time::At;
pub use crate::oauth::access::Presented;
use crate::oauth::access::{self, Admitted};
use crate::oauth::form::ClientProof;
use crate::oauth::scope::{Scope, Scopes};
use crate::oauth::token::{AccessToken, Linked};
use crate::oauth::{Jti, OAuthError};
use crate::store::{Fault, Tx, batches, recipients};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// A proof or assertion that was used before.
pub(super) const REPLAYED: OAuthError =
    OAuthError::InvalidDpopProof("the proof was used before; make one for every request");
/// A client that is not registered any more.
pub(super) const GONE: OAuthError = OAuthError::InvalidToken("the client is not registered any more");
/// A token of a link that has ended or was made anew.
pub(super) const UNLINKED: OAuthError =
    OAuthError::InvalidToken("the link that the token was given for has ended");
pub(super) const NO_PROOF: OAuthError = OAuthError::InvalidDpopProof("the `DPoP` header is missing");

/// A caller whose token and proof verify. The proof is not used up yet, so nothing may be done for it.
#[derive(Debug)]
pub struct Proven {
    token: Arc<AccessToken>,
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
        Caller {
            client: Client {
                id: "console".to_owned(),
                role,
                recipient: None,
                jwks: String::new(),
                redirect_uris: Vec::new(),
            },
        }
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
    pub(super) fn new(kind: &str, value: &str, expires_at: At) -> OneTime {
        let hash = sha256(&[b"dongui/v1/one-time", kind.as_bytes(), &[0], value.as_bytes()]);
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        OneTime { id, expires_at }
    }
    pub(super) fn of(jti: &Jti) -> OneTime {
        OneTime::new(jti.kind, &jti.value, jti.expires_at)
    }
    /// Uses it up in the caller's transaction; false when it was used before.
    pub(super) fn spend(self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        batches::spend(tx, &self.id, self.expires_at)
    }
    /// Takes back a `spend` of the same transaction.
    pub(super) fn give_back(self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        batches::give_back(tx, &self.id, self.expires_at)
    }
}

impl Proven {
    /// Whether the token reaches `scope`.
    pub fn require(&self, scope: Scope) -> Result<(), Failure> {
        if self.token.scopes.has(scope) { Ok(()) } else { Err(Failure::Forbidden(scope.as_str())) }
    }
    /// The request as the token narrows it: one about a subscriber is about nobody else, and reaches what he allowed then.
    ///
    /// # Errors
    /// `Invalid` for another subject than the token's; `insufficient_scope` for what is beyond its reach.
    pub(super) fn narrows<'r>(
        &self,
        request: &'r ContextRequest,
    ) -> Result<Cow<'r, ContextRequest>, Failure> {
        let Some(link) = &self.token.link else { return Ok(Cow::Borrowed(request)) };
        if !request.subject.is_empty() && request.subject != link.subject {
            return Err(Failure::invalid("/subject", "the subject of the token, or none"));
        }
        let reaches = |c: &Category| link.allowed.piece(request.purpose, *c).is_some();
        if !request.categories.iter().all(reaches) {
            return Err(OAuthError::InsufficientScope.into());
        }
        Ok(Cow::Owned(ContextRequest { subject: link.subject.clone(), ..request.clone() }))
    }
    /// The link that the token was given for.
    pub(super) fn link(&self) -> Option<&Linked> {
        self.token.link.as_ref()
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
    pub fn prove(&self, presented: &Presented<'_>) -> Result<Proven, Failure> {
        let (key, issuer) = (self.signer.jwk(), &self.settings.issuer);
        let Admitted { token, jti } = access::admit(&self.tokens, key, issuer, presented, self.now()?)?;
        Ok(Proven { token, proof: OneTime::of(&jti) })
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
        let client = found.ok_or(REPLAYED)?.ok_or(GONE)?;
        if !Scopes::of(client.role).has(scope) {
            return Err(Failure::Forbidden(scope.as_str()));
        }
        Ok(Caller { client })
    }

    /// The client that proves itself in a form, and what is used up with that.
    ///
    /// # Errors
    /// `invalid_client`, whatever it is; faults.
    pub(super) fn asserted(&self, proof: &ClientProof, now: At) -> Result<(Client, OneTime), Failure> {
        // The lookup cannot say that the database failed, so it is remembered and asked for afterwards.
        let (found, fault) = (RefCell::new(None), RefCell::new(None));
        let keys = |id: &str| {
            let read = self.store.read("token.client", |tx| recipients::find_client(tx, id));
            let client = read.map_err(|e| fault.replace(Some(e))).ok().flatten()?;
            let keys = JwkSet::parse(&client.jwks).ok();
            found.replace(Some(client));
            keys
        };
        let asserted = proof.check(&keys, &self.settings.issuer, now);
        if let Some(fault) = fault.take() {
            return Err(fault.into());
        }
        let asserted = asserted?;
        let client = found.take().ok_or(GONE)?;
        Ok((client, OneTime::of(&asserted.jti)))
    }
}
