//! Who calls: token, proof of possession, role. A proof is good for one request; the client is looked up at each.
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::jose::JwkSet;
use crate::domain::client::Client;
use crate::domain::time::At;
pub use crate::oauth::access::Presented;
use crate::oauth::access::{self, Admitted};
use crate::oauth::scope::{Scope, Scopes};
use crate::oauth::token::{self, AccessToken, Issue, TokenResponse};
use crate::oauth::token_request::TokenRequest;
use crate::oauth::{Jti, OAuthError, dpop};
use crate::store::{Fault, Tx, batches, recipients};
use std::cell::RefCell;
use std::sync::Arc;

/// A proof or assertion that was used before.
pub(super) const REPLAYED: OAuthError =
    OAuthError::InvalidDpopProof("the proof was used before; make one for every request");
/// A client that is not registered any more.
pub(super) const GONE: OAuthError = OAuthError::InvalidToken("the client is not registered any more");
const NO_PROOF: OAuthError = OAuthError::InvalidDpopProof("the `DPoP` header is missing");

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
    pub(super) fn new(kind: &str, value: &str, expires_at: At) -> OneTime {
        let hash = sha256(&[b"dongui/v1/one-time", kind.as_bytes(), &[0], value.as_bytes()]);
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        OneTime { id, expires_at }
    }
    fn of(jti: &Jti) -> OneTime {
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

    /// The token endpoint: client assertion and proof of possession for an access token.
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
        let now = self.now()?;
        let issuer = &self.settings.issuer;
        let request = TokenRequest::parse(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())), issuer)?;
        // The lookup cannot say that the database failed, so it is remembered and asked for afterwards.
        let (found, fault) = (RefCell::new(None), RefCell::new(None));
        let keys = |id: &str| {
            let read = self.store.read("token.client", |tx| recipients::find_client(tx, id));
            let client = read.map_err(|e| fault.replace(Some(e))).ok().flatten()?;
            let keys = JwkSet::parse(&client.jwks).ok();
            found.replace(Some(client));
            keys
        };
        let asserted = request.authenticate(&keys, issuer, now);
        if let Some(fault) = fault.take() {
            return Err(fault.into());
        }
        let asserted = asserted?;
        let client = found.take().ok_or(GONE)?;
        let proof = dpop::check(proof.ok_or(NO_PROOF)?, "POST", url, None, now)?;
        let scopes = Scopes::granted(client.role, request.scopes)?;
        let used = [OneTime::of(&asserted.jti), OneTime::of(&proof.jti)];
        let fresh = self.store.write("token.grant", move |tx| Ok(used[0].spend(tx)? & used[1].spend(tx)?))?;
        if !fresh {
            return Err(REPLAYED.into());
        }
        let what = Issue { issuer, client_id: &client.id, scopes, proof: &proof, ttl_s: token::LIFETIME_S };
        Ok(token::issue(&self.signer, self.system.as_ref(), &what, now)?)
    }
}
