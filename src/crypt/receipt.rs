//! Receipts of disclosures: a signed statement of what was disclosed, to whom, what for. The recipient keeps it and checks it
//! offline; the regulator recomputes it. Deliberately absent: the payload, of which only a digest is in the receipt.
use super::hash::sha256;
use super::hex;
use super::jose::{self, JoseError, Jwk, SecureRandom, Signer};
use crate::domain::canonical;
use crate::domain::category::{Category, Precision};
use crate::domain::id::EntryId;
use crate::domain::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// The `typ` of a receipt.
pub const TYP: &str = "disclosure-receipt+jwt";

/// One disclosed category and how fine it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosed {
    /// What.
    pub category: Category,
    /// How fine.
    pub precision: Precision,
}

/// The claims of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureReceipt {
    /// The broker that disclosed: its issuer URL.
    pub iss: String,
    /// The ledger entry that was recorded before the disclosure.
    pub jti: EntryId,
    /// The recipient's own pseudonym of the subscriber.
    pub sub: String,
    /// The client that asked.
    pub client_id: String,
    /// What for.
    pub purpose: Purpose,
    /// What left.
    pub categories: Vec<Disclosed>,
    /// SHA-256 of the policy set that decided, hex.
    pub policy: String,
    /// SHA-256 of the payload in canonical JSON (RFC 8785), hex.
    pub sha256: String,
    /// When, Unix seconds.
    pub iat: i64,
}

impl DisclosureReceipt {
    /// Signs it.
    ///
    /// # Errors
    /// `Signing` when the machine has no randomness.
    pub fn sign(&self, signer: &Signer, system: &dyn SecureRandom) -> Result<String, JoseError> {
        signer.sign(system, TYP, self)
    }

    /// Reads a receipt that `key` signed in the name of `issuer`.
    ///
    /// # Errors
    /// As `jose::verify`; `Claims` for another issuer.
    pub fn verify(text: &str, key: &Jwk, issuer: &str) -> Result<DisclosureReceipt, JoseError> {
        let receipt: DisclosureReceipt = jose::verify(text, key, TYP)?;
        if receipt.iss == issuer { Ok(receipt) } else { Err(JoseError::Claims) }
    }

    /// Whether `payload` is what the receipt was given for.
    pub fn covers<P: Serialize>(&self, payload: &P) -> bool {
        payload_digest(payload).is_ok_and(|digest| digest == self.sha256)
    }
}

/// SHA-256 of a payload in canonical JSON, hex.
///
/// # Errors
/// `Claims` when it has no canonical JSON form, such as a number that is not finite.
pub fn payload_digest<P: Serialize>(payload: &P) -> Result<String, JoseError> {
    let canonical = canonical::to_vec(payload).map_err(|_| JoseError::Claims)?;
    Ok(hex::encode(&sha256(&[&canonical])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::SystemRng;
    use serde_json::json;

    const ISSUER: &str = "https://broker.example";

    fn receipt(payload: &serde_json::Value) -> DisclosureReceipt {
        DisclosureReceipt {
            iss: ISSUER.to_owned(),
            jti: EntryId([7; 16]),
            sub: "pseudonym".to_owned(),
            client_id: "assistant".to_owned(),
            purpose: Purpose::ProvidePersonalisedRecommendations,
            categories: vec![Disclosed { category: Category::NextPlace, precision: Precision::ZoneR6 }],
            policy: "ab".repeat(32),
            sha256: payload_digest(payload).unwrap(),
            iat: 1_772_436_600,
        }
    }

    #[test]
    fn a_receipt_proves_one_payload_of_one_broker() {
        let system = SystemRng::new();
        let key =
            |_| Signer::from_pkcs8(&Signer::generate_pkcs8(system.ring()).unwrap(), system.ring()).unwrap();
        let [signer, other] = [0, 1].map(key);
        let payload = json!({"b": [1, 2.5], "a": "x"});
        let given = receipt(&payload);
        let text = given.sign(&signer, system.ring()).unwrap();
        assert_eq!(DisclosureReceipt::verify(&text, signer.jwk(), ISSUER), Ok(given.clone()));
        assert_eq!(DisclosureReceipt::verify(&text, other.jwk(), ISSUER), Err(JoseError::Signature));
        assert_eq!(
            DisclosureReceipt::verify(&text, signer.jwk(), "https://other.example"),
            Err(JoseError::Claims)
        );
        let token = signer.sign(system.ring(), "at+jwt", &given).unwrap();
        assert_eq!(DisclosureReceipt::verify(&token, signer.jwk(), ISSUER), Err(JoseError::Typ));
        assert!(given.covers(&json!({"a": "x", "b": [1, 2.5]})), "the order of members does not matter");
        assert!(!given.covers(&json!({"a": "x", "b": [1, 2.6]})));
    }

    #[test]
    fn the_claims_have_the_published_names() {
        let claims = serde_json::to_value(receipt(&json!({}))).unwrap();
        assert_eq!(claims["jti"], "ent_07070707070707070707070707070707");
        assert_eq!(claims["purpose"], "dpv:ProvidePersonalisedRecommendations");
        assert_eq!(
            claims["categories"],
            json!([{"category": "mobility.next_place", "precision": "zone-r6"}])
        );
        // SHA-256 of the two bytes `{}`.
        assert_eq!(claims["sha256"], "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
}
