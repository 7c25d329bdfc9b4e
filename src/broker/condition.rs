//! On what condition a wish is carried out: that nothing was decided since the caller looked (RFC 9110 section 13.1.1), and not twice
//! under one key (draft-ietf-httpapi-idempotency-key-header).
use super::Failure;
use super::consent::Decided;
use crate::crypt::hash::sha256;
use crate::domain::time::{At, DAY_US};
use crate::store::answers::{self, Answered};
use crate::store::{Fault, Tx};

/// How long a key stands, µs.
const KEY_US: i64 = DAY_US;

/// Conditions of one request.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    seen: Option<i64>,
    key: Option<([u8; 32], [u8; 32])>,
}

impl Condition {
    /// Nothing but what the answer tells: the number of the last event.
    pub fn new() -> Condition {
        Condition::default()
    }

    /// Only if the subscriber's last consent event is this one.
    #[must_use]
    pub fn seen(self, seq: Option<i64>) -> Condition {
        Condition { seen: seq, ..self }
    }

    /// Once under this key of this client; `body` is the request.
    #[must_use]
    pub fn key(self, client: &str, key: Option<&str>, body: &[u8]) -> Condition {
        let id = |key: &str| sha256(&[b"dongui/v1/once", client.as_bytes(), &[0], key.as_bytes()]);
        Condition { key: key.map(|key| (id(key), sha256(&[b"dongui/v1/request", body]))), ..self }
    }

    pub(super) fn find(&self, tx: &mut Tx<'_>, now: At) -> Result<Option<Answered>, Fault> {
        self.key.map_or(Ok(None), |(id, _)| answers::find(tx, &id, now))
    }

    /// What was answered before, if it was this request.
    pub(super) fn answered(&self, before: &Answered) -> Result<Decided, Failure> {
        if self.key.is_none_or(|(_, body)| body.as_slice() != before.body) {
            let what = "this `Idempotency-Key` stood over another request; take a new one";
            return Err(Failure::Conflict(what.to_owned()));
        }
        serde_json::from_str(&before.answer).map_err(|_| Fault::Corrupt("answers").into())
    }

    /// Whether nothing was decided since.
    pub(super) fn holds(&self, last: i64) -> Result<(), Failure> {
        if self.seen.is_none_or(|seen| seen == last) { Ok(()) } else { Err(Failure::Moved) }
    }

    /// The answer as it is to be kept.
    pub(super) fn kept(&self, decided: &Decided, now: At) -> Option<Kept> {
        let (id, body) = self.key?;
        Some(Kept { id, body, answer: serde_json::to_string(decided).ok()?, at: now })
    }
}

/// An answer under a key.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    id: [u8; 32],
    body: [u8; 32],
    answer: String,
    at: At,
}

impl Kept {
    /// False when another request stands under the key by now: then nothing of this one may happen.
    pub(super) fn put(&self, tx: &mut Tx<'_>) -> Result<bool, Fault> {
        answers::put(tx, &self.id, &self.body, &self.answer, (self.at, self.at.plus(KEY_US)))
    }

    /// Takes back a `put` of the same transaction.
    pub(super) fn give_back(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        answers::give_back(tx, &self.id)
    }
}
