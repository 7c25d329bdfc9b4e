//! How consents stand.
use super::{RETRIEVE, STATUS, asks, refused, token_about};
use crate::support::World;
use crate::support::linker::Linker;
use serde_json::{Value, json};

const PURPOSE: &str = "dpv:ProvidePersonalisedRecommendations";
const SCOPE: &str =
    "openid dpv:ProvidePersonalisedRecommendations consent-info:retrieve location-retrieval:read";

fn status(scopes: &[&str], purpose: &str) -> Value {
    json!({ "scopes": scopes, "purpose": purpose, "requestCaptureUrl": false })
}

#[test]
fn what_is_allowed_is_told_with_its_end_and_a_no_is_not_told_from_silence() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let token = token_about(
            &linker,
            &mina,
            SCOPE,
            &[("location.zone", &[("precision", "city"), ("term", "30")])],
        );
        let told = |scopes: &[&str]| {
            let reply = asks(&linker, &token, STATUS, &status(scopes, PURPOSE));
            assert_eq!(reply.status, 200, "{}", reply.text());
            reply.json()["statusInfo"].clone()
        };
        let given = told(&["location-retrieval:read"]);
        assert_eq!(
            (&given[0]["statusValidForProcessing"], &given[0]["purpose"]),
            (&json!(true), &json!(PURPOSE))
        );
        assert_eq!(given[0]["scopes"], json!(["location-retrieval:read"]));
        assert!(
            given[0]["statusReason"].is_null() && given[0]["expirationDate"].as_str().unwrap().ends_with('Z')
        );
        mina.pauses();
        assert_eq!(told(&["location-retrieval:read"]), given, "a pause is not told");
        mina.resumes();
        mina.withdraws();
        let ended = told(&["location-retrieval:read"]);
        assert_eq!(
            ended[0],
            json!({ "scopes": ["location-retrieval:read"], "purpose": PURPOSE,
            "statusValidForProcessing": false, "statusReason": "PENDING" })
        );
        refused(&asks(&linker, &token, RETRIEVE, &json!({})), 403, "PERMISSION_DENIED");
    });
}

#[test]
fn what_is_outside_of_the_contract_is_not_allowed_and_numbers_are_not_looked_at() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let token = token_about(
            &linker,
            &mina,
            SCOPE,
            &[("location.zone", &[("precision", "city"), ("term", "30")])],
        );
        let own = linker.client().token();
        for (scopes, purpose) in [
            (&["sim-swap:check"] as &[&str], PURPOSE),
            (&["location-retrieval:read", "context:read"], PURPOSE),
            (&["location-retrieval:read"], "dpv:PersonalisedAdvertising"),
            (&["location-retrieval:read"], "dpv:Everything"),
        ] {
            let reply = asks(&linker, &token, STATUS, &status(scopes, purpose));
            refused(&reply, 403, "CONSENT_INFO.NOT_ALLOWED_SCOPES_PURPOSE");
        }
        let with = |name: &str, value: Value| {
            let mut body = status(&["location-retrieval:read"], PURPOSE);
            body[name] = value;
            body
        };
        for (body, status, code) in [
            (with("scopes", json!([])), 400, "INVALID_ARGUMENT"),
            (
                with("scopes", json!(["location-retrieval:read", "location-retrieval:read"])),
                400,
                "INVALID_ARGUMENT",
            ),
            (with("phoneNumber", json!("0155")), 400, "INVALID_ARGUMENT"),
            (with("unknown", json!(1)), 400, "INVALID_ARGUMENT"),
            (json!([]), 400, "INVALID_ARGUMENT"),
            (with("phoneNumber", json!(mina.number)), 422, "UNNECESSARY_IDENTIFIER"),
        ] {
            refused(&asks(&linker, &token, STATUS, &body), status, code);
        }
        let known = asks(&linker, &own, STATUS, &with("phoneNumber", json!(mina.number)));
        let unknown = asks(&linker, &own, STATUS, &with("phoneNumber", json!("+12025550100")));
        refused(&known, 422, "SERVICE_NOT_APPLICABLE");
        assert_eq!(known.body, unknown.body);
        refused(
            &asks(&linker, &own, STATUS, &status(&["location-retrieval:read"], PURPOSE)),
            422,
            "MISSING_IDENTIFIER",
        );
    });
}
