//! Where somebody is, and whether he is within a circle.
use super::{RETRIEVE, VERIFY, asks, circle, members, refused, token_about};
use crate::support::linker::Linker;
use crate::support::{MUNICH, World};
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use dongui::minimise::zone;
use serde_json::json;

const SCOPE: &str = "openid dpv:ProvidePersonalisedRecommendations location-retrieval:read";
const FRAUD: &str = "openid dpv:FraudPreventionAndDetection location-verification:verify";
const CITY: [(&str, &str); 2] = [("precision", "city"), ("term", "30")];
/// 125 km from Munich.
const ULM: (f64, f64) = (48.40, 9.99);

#[test]
fn a_place_is_told_as_the_outline_of_its_zone_and_no_finer_than_allowed() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        w.neighbours_are_at(MUNICH);
        token_about(&linker, &mina, SCOPE, &[("location.zone", &CITY)]);
        mina.is_at(MUNICH);
        w.clock.advance(7 * MINUTE_US);
        // A token ends after five minutes; what was allowed stays so.
        let token = token_about(&linker, &mina, SCOPE, &[]);
        let reply = asks(&linker, &token, RETRIEVE, &json!({ "maxAge": 900, "maxSurface": 2_000_000_000 }));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let told = reply.json();
        assert_eq!(members(&told), ["area", "lastLocationTime"]);
        assert_eq!(told["area"]["areaType"], "POLYGON");
        let corners = told["area"]["boundary"].as_array().unwrap();
        assert!((3..=15).contains(&corners.len()), "{told}");
        let city = zone::from_point(MUNICH.0, MUNICH.1).and_then(|z| zone::parent(z, 4)).unwrap();
        let expected: Vec<_> = zone::outline(city)
            .into_iter()
            .map(|(lat, lon)| json!({ "latitude": lat, "longitude": lon }))
            .collect();
        assert_eq!(corners, &expected);
        // A quarter of an hour ago at most, which is all that is told of when.
        let since = At::parse(told["lastLocationTime"].as_str().unwrap()).unwrap();
        assert_eq!(since, w.clock.now().plus(-15 * MINUTE_US).floor(MINUTE_US));
        let receipt = reply.header("dongui-receipt").unwrap();
        assert!(receipt.starts_with("ey") && !reply.text().contains(receipt));
        // It is one request on his pages, like any other; what could never be answered was not asked.
        assert_eq!(mina.disclosures(), 1);
        for (body, code) in [
            (json!({ "maxAge": 0 }), "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE"),
            (json!({ "maxAge": 299 }), "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE"),
            (json!({ "maxSurface": 1 }), "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE"),
            (json!({ "maxSurface": 1_000_000 }), "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE"),
        ] {
            refused(&asks(&linker, &token, RETRIEVE, &body), 422, code);
        }
        assert_eq!(mina.disclosures(), 1);
        let fresher = asks(&linker, &token, RETRIEVE, &json!({ "maxAge": 600 }));
        refused(&fresher, 422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_AGE");
        let finer = asks(&linker, &token, RETRIEVE, &json!({ "maxSurface": 100_000_000 }));
        refused(&finer, 422, "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE");
        w.clock.advance(2 * DAY_US);
        refused(&asks(&linker, &token, RETRIEVE, &json!({})), 401, "UNAUTHENTICATED");
    });
}

#[test]
fn all_that_keeps_a_place_back_sounds_alike_and_a_withdrawal_bites_at_once() {
    World::each(|w| {
        let (linker, mina, alone) =
            (Linker::new(w, "assistant"), w.subscriber("mina"), w.subscriber("alone"));
        w.neighbours_are_at(MUNICH);
        let [of_mina, of_alone] =
            [&mina, &alone].map(|who| token_about(&linker, who, SCOPE, &[("location.zone", &CITY)]));
        mina.is_at(MUNICH);
        alone.is_at(crate::support::ISLAND);
        assert_eq!(asks(&linker, &of_mina, RETRIEVE, &json!({})).status, 200);
        mina.pauses();
        let paused = asks(&linker, &of_mina, RETRIEVE, &json!({}));
        let few = asks(&linker, &of_alone, RETRIEVE, &json!({}));
        refused(&paused, 422, "LOCATION_RETRIEVAL.UNABLE_TO_LOCATE");
        assert_eq!(paused.body, few.body);
        mina.resumes();
        mina.withdraws();
        refused(&asks(&linker, &of_mina, RETRIEVE, &json!({})), 403, "PERMISSION_DENIED");
    });
}

#[test]
fn whether_somebody_is_within_a_circle_of_the_closed_list_is_told() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "bank"), w.subscriber("mina"));
        let others: Vec<_> = (0..55).map(|n| w.subscriber(&format!("other {n}"))).collect();
        for who in &others {
            who.allows(
                &linker.provider,
                dongui::domain::purpose::Purpose::FraudPreventionAndDetection,
                dongui::domain::category::Category::LocationVerify,
                dongui::domain::category::Precision::Label,
            );
        }
        let token = token_about(&linker, &mina, FRAUD, &[("location.verify", &[("term", "30")])]);
        w.neighbours_are_at(MUNICH);
        others.iter().for_each(|who| assert_eq!(who.is_at(ULM).kept, 1));
        mina.is_at(MUNICH);
        let verifies = |body: &serde_json::Value| asks(&linker, &token, VERIFY, body);
        let yes = verifies(&circle(MUNICH, 5_000));
        assert_eq!(yes.status, 200, "{}", yes.text());
        assert_eq!(members(&yes.json()), ["lastLocationTime", "verificationResult"]);
        assert_eq!(yes.json()["verificationResult"], "TRUE");
        assert_eq!(verifies(&circle(ULM, 50_000)).json()["verificationResult"], "FALSE");
        for (body, status, code) in [
            (circle(MUNICH, 7_000), 422, "LOCATION_VERIFICATION.INVALID_AREA"),
            (circle(MUNICH, 1), 422, "LOCATION_VERIFICATION.INVALID_AREA"),
            (circle(MUNICH, 0), 400, "INVALID_ARGUMENT"),
            (circle((91.0, 0.0), 5_000), 400, "INVALID_ARGUMENT"),
            (json!({ "area": { "areaType": "POLYGON", "boundary": [] } }), 400, "INVALID_ARGUMENT"),
            (json!({}), 400, "INVALID_ARGUMENT"),
        ] {
            refused(&verifies(&body), status, code);
        }
        let mut fresh = circle(MUNICH, 5_000);
        fresh["maxAge"] = json!(120);
        refused(&verifies(&fresh), 422, "LOCATION_VERIFICATION.UNABLE_TO_FULFILL_MAX_AGE");
        // Another category than the token's.
        refused(&asks(&linker, &token, RETRIEVE, &json!({})), 403, "PERMISSION_DENIED");
        w.clock.advance(HOUR_US);
    });
}
