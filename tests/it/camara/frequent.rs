//! How much of his time somebody spends round a point.
use super::{asks, members, refused, token_about};
use crate::often::two_towns;
use crate::support::linker::Linker;
use crate::support::{MUNICH, World};
use dongui::domain::time::HOUR_US;
use serde_json::{Value, json};

const FREQUENT: &str = "/camara/most-frequent-location/v0.2/verify";
const SCOPE: &str = "openid dpv:FraudPreventionAndDetection most-frequent-location:verify";
const TERM: &[(&str, &str)] = &[("term", "30")];
const UNKNOWN: &str = "MOST_FREQUENT_LOCATION.INFORMATION_NOT_AVAILABLE";
const ULM: (f64, f64) = (48.40, 9.99);

fn zone((latitude, longitude): (f64, f64)) -> Value {
    json!({ "geoReference": { "type": "COVERAGE_ZONE", "latitude": latitude, "longitude": longitude } })
}

#[test]
fn a_score_of_five_steps_is_told_three_times_a_week_and_nothing_of_a_postal_code() {
    World::each(|w| {
        let linker = Linker::new(w, "bank");
        two_towns(w, &linker.provider);
        let mina = w.subscriber("mina");
        let token = token_about(&linker, &mina, SCOPE, &[("location.frequent_area", TERM)]);
        refused(&asks(&linker, &token, FREQUENT, &zone(MUNICH)), 422, UNKNOWN);
        mina.lived(7, MUNICH, MUNICH);
        let told = asks(&linker, &token, FREQUENT, &zone(MUNICH));
        assert_eq!(told.status, 200, "{}", told.text());
        assert_eq!(
            (members(&told.json()), told.json()["score"].as_u64()),
            (vec!["score".to_owned()], Some(100))
        );
        assert!(told.header("dongui-receipt").unwrap().starts_with("ey"));
        assert_eq!(asks(&linker, &token, FREQUENT, &zone(ULM)).json(), json!({ "score": 0 }));
        assert_eq!(asks(&linker, &token, FREQUENT, &zone(MUNICH)).body, told.body, "again, and for nothing");
        for (body, status, code) in [
            (json!({}), 400, "INVALID_ARGUMENT"),
            (json!({ "geoReference": { "type": "COVERAGE_ZONE" } }), 400, "INVALID_ARGUMENT"),
            (
                json!({ "geoReference": { "type": "CIRCLE", "latitude": 1.0, "longitude": 1.0 } }),
                400,
                "INVALID_ARGUMENT",
            ),
            (zone((91.0, 0.0)), 400, "OUT_OF_RANGE"),
            (
                json!({ "geoReference": { "type": "POSTAL_CODE", "postalCode": "80331" } }),
                400,
                "MOST_FREQUENT_LOCATION.POSTAL_CODE_NOT_VALID",
            ),
        ] {
            refused(&asks(&linker, &token, FREQUENT, &body), status, code);
        }
        let mut device = zone(MUNICH);
        device["device"] = json!({ "phoneNumber": mina.number });
        refused(&asks(&linker, &token, FREQUENT, &device), 422, "UNNECESSARY_IDENTIFIER");
        let own = linker.client().token();
        refused(&asks(&linker, &own, FREQUENT, &zone(MUNICH)), 422, "MISSING_IDENTIFIER");
        assert_eq!(asks(&linker, &token, FREQUENT, &zone((48.0, 10.8))).status, 200, "the third");
        let spent = asks(&linker, &token, FREQUENT, &zone((48.3, 10.9)));
        refused(&spent, 422, UNKNOWN);
        mina.pauses();
        assert_eq!(asks(&linker, &token, FREQUENT, &zone(MUNICH)).body, spent.body);
        mina.resumes();
        mina.withdraws();
        refused(&asks(&linker, &token, FREQUENT, &zone(MUNICH)), 403, "PERMISSION_DENIED");
        w.clock.advance(HOUR_US);
    });
}
