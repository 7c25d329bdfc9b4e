//! A recipient's client asks in advance what a browser will bring to a subscriber (RFC 9126), and the browser brings it. Nothing is kept of it:
//! what it asks for is in the reference itself, sealed, and in the browser from its first page on.
use super::authenticate::{OneTime, REPLAYED, spend_all};
use super::present::cells;
use super::{Broker, Failure};
use crate::crypt::hex;
use crate::domain::client::Client;
use crate::domain::id::RecipientId;
use crate::domain::link::{Piece, RedirectUri, Wanted};
use crate::domain::purpose::Purpose;
use crate::domain::recipient::{Assurance, Recipient};
use crate::domain::rng;
use crate::domain::time::{At, MINUTE_US, SECOND_US};
use crate::oauth::OAuthError;
use crate::oauth::audience::Audience;
use crate::oauth::form::{ClientProof, Form};
use crate::oauth::metadata::{PUSH_PATH, USUAL};
use crate::oauth::pushed::{Pushed, REFERENCE, is_state};
use crate::store::recipients;
use serde::{Deserialize, Serialize};

/// From the push to the browser's first page, s.
pub const PUSHED_S: i64 = 90;
/// From then on until an answer is too late, µs: time to come in and to read.
pub const PENDING_US: i64 = 30 * MINUTE_US;
/// What the reference is sealed to.
const PUSHED: (&str, &str) = ("authorize", "pushed");
/// What a browser keeps is sealed to.
const PENDING: (&str, &str) = ("authorize", "pending");

/// The answer to a push.
#[derive(Debug, Clone, Serialize)]
pub struct Reference {
    /// What the browser brings.
    pub request_uri: String,
    /// How long it may take to come, s.
    pub expires_in: i64,
}

/// What a client asks a subscriber for. It may be answered once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    id: String,
    /// The client.
    pub client: String,
    /// Whose it is.
    pub recipient: RecipientId,
    /// Where the browser goes with the answer.
    pub redirect_uri: RedirectUri,
    state: Option<String>,
    pub(super) challenge: String,
    pub(super) jkt: Option<String>,
    /// For which resource.
    #[serde(default)]
    pub(super) audience: Audience,
    /// What is asked for.
    pub wanted: Wanted,
    /// The recipient's name for whom it is about, where that is settled: consents are asked of him, and no link is made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) subject: Option<String>,
    until: At,
}

/// What a browser brought.
#[derive(Debug)]
pub enum Brought {
    /// A question, and what the browser keeps of it until an answer, sealed.
    Asked(Box<Pending>, String),
    /// Something that is wrong: the browser goes back and tells it.
    Back(String),
}

impl Pending {
    /// Tells it from every other.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is used up with its answer.
    pub(super) fn once(&self) -> OneTime {
        OneTime::new("authorize", &self.id, self.until.plus(PENDING_US))
    }

    /// Whether consents alone are asked for, of somebody who is linked already.
    pub fn is_capture(&self) -> bool {
        self.subject.is_some()
    }

    /// Where the browser goes with `answer` and what the client had it bring along, and nothing else.
    pub(super) fn back_bare(&self, answer: (&str, &str)) -> String {
        let state = self.state.iter().map(|state| ("state", state.as_str()));
        self.redirect_uri.with(&[answer].into_iter().chain(state).collect::<Vec<_>>())
    }

    /// Where the browser goes with `answer` of the server `issuer`.
    pub(super) fn back(&self, answer: (&str, &str), issuer: &str) -> String {
        back(&self.redirect_uri, answer, issuer, &self.state)
    }
}

impl Broker {
    /// Takes what a client will ask a subscriber for, and answers with the reference that its browser brings. With a proof of possession the
    /// code will be bound to the key of that.
    ///
    /// # Errors
    /// `Unproven` with what is wrong, in the words of the protocol; faults.
    pub fn push(
        &self,
        fields: &[(String, String)],
        proof: Option<&str>,
        url: &str,
    ) -> Result<Reference, Failure> {
        let (now, issuer) = (self.now()?, &self.settings.issuer);
        let form = Form::read(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())))?;
        let client = ClientProof::read(&form)?;
        let mut asked = Pushed::parse(&form, issuer, None)?;
        let (client, used) = self.asserted(&client, PUSH_PATH, now)?;
        let proof = self.possession(proof, url, now)?;
        let shown = proof.as_ref().map(|proof| proof.jkt.clone());
        if asked.jkt.is_some() && shown.is_some() && asked.jkt != shown {
            return Err(OAuthError::InvalidDpopProof("the proof is by another key than `dpop_jkt`").into());
        }
        let recipient = self.linking(&client)?;
        let redirect_uri = client
            .sends_back_to(&asked.redirect_uri)
            .ok_or(OAuthError::InvalidRequest("`redirect_uri` is none of this client's"))?;
        if !asked.wanted.categories.iter().all(|piece| may_ask(&recipient, asked.wanted.purpose, piece)) {
            return Err(OAuthError::InvalidAuthorizationDetails.into());
        }
        let used = [used, proof.map(|proof| OneTime::of(&proof.jti))];
        if !self.store.write("link.push", move |tx| spend_all(tx, &used))? {
            return Err(REPLAYED.into());
        }
        asked.jkt = asked.jkt.or(shown);
        let pending = self.waiting((client.id, recipient.id), redirect_uri, asked, now);
        Ok(Reference { request_uri: self.request_uri(&pending), expires_in: PUSHED_S })
    }

    /// What a browser brings of a request.
    pub(super) fn request_uri(&self, pending: &Pending) -> String {
        format!("{REFERENCE}{}", self.hand_out(PUSHED, b"", pending))
    }

    /// What a browser brings with `client_id` and `request_uri`, and what it keeps of it until an answer, sealed. A look uses nothing up. Where consents
    /// alone are asked for, it brings a `state` as well.
    ///
    /// # Errors
    /// `DeadLink` whatever is wrong with it.
    pub fn brought(
        &self,
        client: &str,
        request_uri: &str,
        state: Option<&str>,
    ) -> Result<(Pending, String), Failure> {
        let text = request_uri.strip_prefix(REFERENCE).ok_or(Failure::DeadLink)?;
        let mut pending: Pending = self.take_back(PUSHED, b"", text).ok_or(Failure::DeadLink)?;
        if pending.is_capture() {
            pending.state = state.filter(|state| is_state(state)).map(str::to_owned);
        }
        let now = self.now()?;
        if pending.client != client || pending.until <= now {
            return Err(Failure::DeadLink);
        }
        self.still_asked(&pending)?;
        let kept = self.hand_out(PENDING, b"", &pending);
        Ok((pending, kept))
    }

    /// What a browser brings of a hosted client that pushes nothing. Only for an address of the client's own is it told what is wrong.
    ///
    /// # Errors
    /// `DeadLink` for a client or an address that is not known; faults.
    pub fn brought_whole(&self, fields: &[(String, String)]) -> Result<Brought, Failure> {
        let (now, issuer) = (self.now()?, &self.settings.issuer);
        let form = Form::read(fields.iter().map(|(k, v)| (k.as_str(), v.as_str())));
        let form = form.map_err(|_| Failure::DeadLink)?;
        let named = form.one("client_id").ok_or(Failure::DeadLink)?;
        let client = self.store.read("link.client", |tx| recipients::find_client(tx, named))?;
        let client = client.ok_or(Failure::DeadLink)?;
        let redirect_uri =
            form.one("redirect_uri").and_then(|uri| client.sends_back_to(uri)).ok_or(Failure::DeadLink)?;
        let state = form.one("state").map(str::to_owned);
        let refused = |e: OAuthError| Brought::Back(back(&redirect_uri, ("error", e.code()), issuer, &state));
        if client.assurance == Assurance::Server {
            return Ok(refused(OAuthError::InvalidRequest("this client pushes its requests")));
        }
        let recipient = self.linking(&client)?;
        let mut asked = match Pushed::parse(&form, issuer, Some(USUAL)) {
            Ok(asked) => asked,
            Err(e) => return Ok(refused(e)),
        };
        // A host asks for all that it was ever told of; a subscriber is asked for what can be told.
        let Wanted { purpose, categories, days, .. } = asked.wanted;
        let pieces: Vec<Piece> =
            categories.into_iter().filter(|piece| may_ask(&recipient, purpose, piece)).collect();
        if pieces.is_empty() {
            return Ok(refused(OAuthError::InvalidScope));
        }
        asked.wanted = Wanted::new(purpose, pieces, days);
        let pending = self.waiting((client.id, recipient.id), redirect_uri, asked, now);
        let kept = self.hand_out(PENDING, b"", &pending);
        Ok(Brought::Asked(Box::new(pending), kept))
    }

    /// What a client of a recipient asks, waiting for an answer; the browser goes back to `redirect_uri`, which is one of the client's own.
    fn waiting(
        &self,
        (client, recipient): (String, RecipientId),
        redirect_uri: RedirectUri,
        asked: Pushed,
        now: At,
    ) -> Pending {
        let Pushed { state, challenge, jkt, audience, wanted, .. } = asked;
        Pending {
            id: hex::encode(&rng::bytes::<16>(self.rng.as_ref())),
            client,
            recipient,
            redirect_uri,
            state,
            challenge,
            jkt,
            audience,
            wanted,
            subject: None,
            until: now.plus(PUSHED_S * SECOND_US),
        }
    }

    /// What a client asks of somebody whom it is linked with, waiting for an answer.
    pub(super) fn waiting_for(
        &self,
        subject: &str,
        (client, recipient): (String, RecipientId),
        redirect_uri: RedirectUri,
        wanted: Wanted,
        until: At,
    ) -> Pending {
        Pending {
            id: hex::encode(&rng::bytes::<16>(self.rng.as_ref())),
            client,
            recipient,
            redirect_uri,
            state: None,
            challenge: String::new(),
            jkt: None,
            audience: Audience::default(),
            wanted,
            subject: Some(subject.to_owned()),
            until,
        }
    }

    /// What a browser kept.
    ///
    /// # Errors
    /// `DeadLink` whatever is wrong with it.
    pub fn kept_request(&self, kept: &str) -> Result<Pending, Failure> {
        let pending: Pending = self.take_back(PENDING, b"", kept).ok_or(Failure::DeadLink)?;
        if pending.until.plus(PENDING_US) <= self.now()? {
            return Err(Failure::DeadLink);
        }
        self.still_asked(&pending)?;
        Ok(pending)
    }

    /// Whether the client may still be answered there.
    fn still_asked(&self, pending: &Pending) -> Result<(), Failure> {
        let client = self.store.read("link.client", |tx| recipients::find_client(tx, &pending.client))?;
        let stands = client.is_some_and(|client| {
            client.recipient == Some(pending.recipient)
                && (client.sends_back_to(pending.redirect_uri.as_str()).is_some()
                    || pending.is_capture() && self.own_pages().as_ref() == Some(&pending.redirect_uri))
        });
        if stands { Ok(()) } else { Err(Failure::DeadLink) }
    }

    /// The recipient of a client that may link subscribers.
    fn linking(&self, client: &Client) -> Result<Recipient, Failure> {
        let none =
            OAuthError::UnauthorizedClient("this client has no `redirect_uris`; the operator registers them");
        let id = client.recipient.filter(|_| !client.redirect_uris.is_empty()).ok_or(none)?;
        let found = self.store.read("link.recipient", |tx| recipients::find(tx, id))?;
        Ok(found.ok_or(none)?)
    }
}

/// Whether the contract allows to ask for a category so fine: a subscriber is not asked for what cannot be told.
pub(super) fn may_ask(recipient: &Recipient, purpose: Purpose, piece: &Piece) -> bool {
    let ceiling = recipient.ceiling_for(piece.category);
    cells(recipient).any(|cell| cell == (purpose, piece.category))
        && ceiling.is_some_and(|ceiling| piece.precision.is_none_or(|asked| asked <= ceiling))
}

/// Where a browser goes with `answer` of the server `issuer` (RFC 6749 section 4.1.2, RFC 9207).
fn back(to: &RedirectUri, answer: (&str, &str), issuer: &str, state: &Option<String>) -> String {
    let state = state.iter().map(|state| ("state", state.as_str()));
    let more: Vec<(&str, &str)> = [answer, ("iss", issuer)].into_iter().chain(state).collect();
    to.with(&more)
}
