//! Who calls: token, proof of possession, role. A proof is good for one request; the client is looked up at each.
use super::{Broker, Failure};
use crate::crypt::hash::sha256;
use crate::crypt::jose::JwkSet;
use crate::domain::category::Category;
use crate::domain::client::Client;
use crate::domain::link::Wanted;
use crate::domain::recipient::Assurance;
use crate::domain::request::ContextRequest;
use crate::domain::time::At;
pub use crate::oauth::access::Presented;
use crate::oauth::access::{self, Admitted, Guard};
use crate::oauth::assertion::{Endpoint, Registered};
use crate::oauth::audience::Audience;
use crate::oauth::dpop::{self, Proof};
use crate::oauth::form::{self, ClientProof};
use crate::oauth::scope::{Scope, Scopes};
use crate::oauth::token::{AccessToken, Linked};
use crate::oauth::{Jti, OAuthError};
use crate::store::{Fault, Stops, Tx, batches, recipients};
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

/// A caller whose token and proof verify. The proof is not used up yet, so nothing may be done for it; a copy uses up the same.
#[derive(Debug, Clone)]
pub struct Proven {
    token: Arc<AccessToken>,
    proof: Option<OneTime>,
}

/// A caller whose proof is used up and whose client is registered now.
#[derive(Debug, Clone)]
pub struct Caller {
    client: Client,
    /// Whether it is the operator at his own machine. No name says so: anybody may have asked for that one.
    here: bool,
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
                assurance: Assurance::Server,
                audience_profile: Default::default(),
            },
            here: true,
        }
    }
    /// Somebody in a console, on whose behalf his client asked for the link.
    pub(super) fn in_console(client: Client) -> Caller {
        Caller { client, here: false }
    }
    /// Whether it is the operator at his own machine.
    pub(super) fn is_here(&self) -> bool {
        self.here
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

/// Uses up all that there is; false when one of them was used before.
pub(super) fn spend_all(tx: &mut Tx<'_>, all: &[Option<OneTime>]) -> Result<bool, Fault> {
    all.iter().flatten().try_fold(true, |fresh, one| Ok(one.spend(tx)? & fresh))
}

/// How long a caller is let in while the disk fills up: by what ends a consent, or leads its subscriber there, to the last.
fn reaches(scope: Scope) -> Stops {
    match scope {
        Scope::ConsentsWrite | Scope::SubscribersWrite | Scope::LinksWrite | Scope::StopsWrite => Stops::Last,
        Scope::EmergencyLocate => Stops::Second,
        _ => Stops::First,
    }
}

impl Proven {
    /// Whether the token reaches `scope`.
    pub fn require(&self, scope: Scope) -> Result<(), Failure> {
        if self.token.scopes.has(scope) { Ok(()) } else { Err(Failure::Forbidden(scope.as_str())) }
    }
    /// What the token reaches of a subscriber's context, if it is about one.
    pub fn reach(&self) -> Option<&Wanted> {
        self.token.link.as_ref().map(|link| &link.allowed)
    }
    /// Whether the token is worth nothing without a key, that of a certificate or one that signs proofs.
    pub fn is_bound(&self) -> bool {
        self.token.binding.is_some()
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
    /// What is used up with the request; nothing, where no proof belongs to the token.
    pub(super) fn proof(&self) -> Option<OneTime> {
        self.proof
    }
}

impl Broker {
    /// What belongs into the next proof of possession, where proofs need it.
    pub fn nonce(&self) -> Option<String> {
        self.nonces.as_ref().zip(self.now().ok()).map(|(nonces, now)| nonces.at(now))
    }

    /// The proof of possession of a request to the authorization server, if it has one.
    pub(super) fn possession(
        &self,
        proof: Option<&str>,
        url: &str,
        now: At,
    ) -> Result<Option<Proof>, OAuthError> {
        proof.map(|proof| dpop::check(proof, "POST", url, None, self.nonces.as_ref(), now)).transpose()
    }

    /// Verifies token and proof of possession for one of our resources; no database is asked.
    pub fn prove(&self, audience: Audience, presented: &Presented<'_>) -> Result<Proven, Failure> {
        let guard = Guard {
            remembered: &self.tokens,
            keys: &self.signing(),
            issuer: &self.settings.issuer,
            nonces: self.nonces.as_ref(),
        };
        let Admitted { token, jti } = access::admit(&guard, audience, presented, self.now()?)?;
        Ok(Proven { token, proof: jti.as_ref().map(OneTime::of) })
    }

    /// Uses the proof up and looks the client up: what every verb but `disclose` begins with.
    pub fn admit(&self, proven: Proven, scope: Scope) -> Result<Caller, Failure> {
        proven.require(scope)?;
        let (id, proof) = (proven.client_id().to_owned(), proven.proof());
        let found = match proof {
            None => Some(self.store.read("caller.admit", |tx| recipients::find_client(tx, &id))?),
            Some(proof) => self.store.write_until(reaches(scope), "caller.admit", move |tx| {
                Ok(if proof.spend(tx)? { Some(recipients::find_client(tx, &id)?) } else { None })
            })?,
        };
        let client = found.ok_or(REPLAYED)?.ok_or(GONE)?;
        if !Scopes::of(client.role).has(scope) {
            return Err(Failure::Forbidden(scope.as_str()));
        }
        Ok(Caller { client, here: false })
    }

    /// The caller behind a token, where the proof was used up before.
    pub(super) fn known_client(&self, proven: &Proven) -> Result<Caller, Failure> {
        let found = self.store.read("caller.admit", |tx| recipients::find_client(tx, proven.client_id()))?;
        Ok(Caller { client: found.ok_or(GONE)?, here: false })
    }

    /// The client that proves itself in a form sent to `path`, and what is used up with that. A public client has nothing but its name: what it may do with
    /// that is for the caller to say.
    ///
    /// # Errors
    /// `invalid_client`, whatever it is; faults.
    pub(super) fn asserted(
        &self,
        proof: &ClientProof,
        path: &str,
        now: At,
    ) -> Result<(Client, Option<OneTime>), Failure> {
        let (assertion, client_id) = match proof {
            ClientProof::Assertion { assertion, client_id } => (assertion, client_id.as_deref()),
            ClientProof::Name(name) => {
                let found = self.store.read("token.client", |tx| recipients::find_client(tx, name))?;
                let public = found.filter(Client::is_public);
                return Ok((public.ok_or(OAuthError::InvalidClient("no client assertion"))?, None));
            }
        };
        // The lookup cannot say that the database failed, so it is remembered and asked for afterwards.
        let (found, fault) = (RefCell::new(None), RefCell::new(None));
        let registered = |id: &str| {
            let read = self.store.read("token.client", |tx| recipients::find_client(tx, id));
            let client = read.map_err(|e| fault.replace(Some(e))).ok().flatten()?;
            let profile = client.audience_profile;
            let keys = JwkSet::parse(&client.jwks).ok();
            found.replace(Some(client));
            keys.map(|keys| Registered { keys, profile })
        };
        let endpoint = Endpoint { issuer: &self.settings.issuer, path };
        let asserted = form::asserted(assertion, client_id, &registered, endpoint, now);
        if let Some(fault) = fault.take() {
            return Err(fault.into());
        }
        let asserted = asserted?;
        let client = found.take().ok_or(GONE)?;
        Ok((client, Some(OneTime::of(&asserted.jti))))
    }
}
