//! What the house hands out to be brought back, so that nothing has to be kept meanwhile: sealed to what it is for, and to whom. Deliberately
//! absent: that it is used once, which is the caller's.
use super::Broker;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Broker {
    /// A value in base64url that only this house opens, for the same place and row.
    pub(super) fn hand_out<T: Serialize>(&self, place: (&str, &str), row: &[u8], value: &T) -> String {
        // INVARIANT: what is handed out are structs of plain values.
        let plain = serde_json::to_vec(value).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(self.keyring.sealer().seal(self.rng.as_ref(), place, row, &plain))
    }

    /// The value, if it is one that was handed out so.
    pub(super) fn take_back<T: DeserializeOwned>(
        &self,
        place: (&str, &str),
        row: &[u8],
        text: &str,
    ) -> Option<T> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = self.keyring.sealer().open(place, row, &sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
