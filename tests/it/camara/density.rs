//! How many people were where.
use super::{members, refused};
use crate::population::{are_at, each, next_day};
use crate::support::door::{Call, Reply};
use crate::support::{MUNICH, Provider, World};
use dongui::domain::time::{At, DAY_US, HOUR_US};
use serde_json::{Value, json};

const DENSITY: &str = "/camara/population-density-data/v0.3/retrieve";

fn asks(w: &World, who: &Provider<'_>, body: &Value) -> Reply {
    w.clock.advance(1);
    w.http().send(&Call::new("POST", DENSITY).json(body).by(&who.client))
}

/// A square round Munich, from an hour to another of a day.
fn square(day: At) -> Value {
    let (lat, lon) = MUNICH;
    let corner = |(y, x): (f64, f64)| json!({ "latitude": lat + y, "longitude": lon + x });
    let boundary = [(-0.05, -0.05), (-0.05, 0.05), (0.05, 0.05), (0.05, -0.05)].map(corner);
    json!({
        "area": { "areaType": "POLYGON", "boundary": boundary }, "precision": 6,
        "startTime": day.plus(8 * HOUR_US).rfc3339(), "endTime": day.plus(9 * HOUR_US).rfc3339(),
    })
}

fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

#[test]
fn people_of_a_day_are_told_as_densities_of_cells_and_the_same_to_everybody() {
    each(|w| {
        let (survey, planner) = (w.provider("survey"), w.provider("planner"));
        are_at(w, MUNICH);
        let day = next_day(w);
        let body = square(day);
        let first = asks(w, &survey, &body);
        assert_eq!(first.status, 200, "{}", first.text());
        assert_eq!(asks(w, &planner, &body).body, first.body);
        let told = first.json();
        assert_eq!(
            (&told["status"], members(&told)),
            (&json!("SUPPORTED_AREA"), vec!["status".to_owned(), "timedPopulationDensityData".to_owned()])
        );
        let intervals = told["timedPopulationDensityData"].as_array().unwrap();
        assert_eq!(intervals.len(), 1);
        assert_eq!(
            (&intervals[0]["startTime"], &intervals[0]["endTime"]),
            (&json!(day.rfc3339()), &json!(day.plus(DAY_US).rfc3339()))
        );
        let cells = intervals[0]["cellPopulationDensityData"].as_array().unwrap();
        let of = |kind: &str| cells.iter().filter(|cell| cell["dataType"] == kind).collect::<Vec<_>>();
        let (told, low) = (of("DENSITY_ESTIMATION"), of("LOW_DENSITY"));
        assert!(!told.is_empty() && !low.is_empty() && told.len() + low.len() == cells.len());
        assert_eq!(members(low[0]), ["dataType", "geohash"]);
        // Ninety in one zone of 36 km², give or take the noise: two or three a km².
        for cell in &told {
            let of = |name: &str| cell[name].as_u64().unwrap();
            let (least, likely, most) = (of("minPplDensity"), of("pplDensity"), of("maxPplDensity"));
            assert!(least <= likely && likely <= most && (2..=3).contains(&likely) && most <= 5, "{cell}");
        }
        let one = &told[0]["geohash"];
        let named = json!({ "areaType": "GEOHASHLIST", "geohashes": [one, "u281"] });
        let mut named = with(&body, "area", named);
        named.as_object_mut().unwrap().remove("precision");
        refused(&asks(w, &survey, &named), 422, "POPULATION_DENSITY_DATA.UNSUPPORTED_PRECISION");
        named["area"]["geohashes"] = json!([one]);
        let alone = asks(w, &survey, &named).json();
        assert_eq!(&alone["timedPopulationDensityData"][0]["cellPopulationDensityData"][0], told[0]);
        // A day that is not over has nothing yet, and says so for each cell.
        let today = with(
            &with(&body, "startTime", json!(day.plus(DAY_US).rfc3339())),
            "endTime",
            json!(w.clock.now().rfc3339()),
        );
        let today = asks(w, &survey, &today).json();
        assert_eq!(
            today["timedPopulationDensityData"][0]["cellPopulationDensityData"][0]["dataType"],
            "NO_DATA"
        );
    });
}

#[test]
fn a_question_that_has_no_answer_says_which_part_of_it_is_wrong() {
    let w = World::new(crate::support::house::House::sqlite());
    let survey = w.provider("survey");
    let day = w.clock.now().floor(DAY_US).plus(-2 * DAY_US);
    let body = square(day);
    let time = |name: &str, at: At| with(&body, name, json!(at.rfc3339()));
    let wide: Vec<Value> = [(40.0, 0.0), (40.0, 20.0), (50.0, 20.0), (50.0, 0.0)]
        .iter()
        .map(|(lat, lon)| json!({ "latitude": lat, "longitude": lon }))
        .collect();
    let (now, error) = (w.clock.now(), |code: &str| format!("POPULATION_DENSITY_DATA.{code}"));
    let both = |start: At, end: At| with(&time("startTime", start), "endTime", json!(end.rfc3339()));
    for (body, status, code) in [
        (time("endTime", day), 400, error("INVALID_END_TIME")),
        (both(day.plus(-6 * DAY_US), day.plus(2 * DAY_US)), 400, error("MAX_TIME_PERIOD_EXCEEDED")),
        (both(now.plus(HOUR_US), now.plus(2 * HOUR_US)), 400, error("MAX_STARTTIME_EXCEEDED")),
        (both(now.plus(-HOUR_US), now.plus(HOUR_US)), 400, error("INVALID_TIME_PERIOD")),
        (both(now.plus(-94 * DAY_US), now.plus(-93 * DAY_US)), 400, error("MIN_STARTTIME_EXCEEDED")),
        (with(&body, "startTime", json!("1795533600")), 400, "INVALID_ARGUMENT".to_owned()),
        (with(&body, "precision", json!(8)), 422, error("UNSUPPORTED_PRECISION")),
        (with(&body, "precision", json!(0)), 400, "INVALID_ARGUMENT".to_owned()),
        (with(&body, "precision", json!(13)), 400, "INVALID_ARGUMENT".to_owned()),
        (with(&body, "sink", json!("https://sink.example/")), 400, "INVALID_SINK".to_owned()),
        (with(&body, "area", json!({ "areaType": "POLYGON", "boundary": wide })), 400, error("INVALID_AREA")),
        (with(&body, "area", json!({ "areaType": "POLYGON", "boundary": [] })), 400, error("INVALID_AREA")),
        (
            with(&body, "area", json!({ "areaType": "GEOHASHLIST", "geohashes": ["u281z"] })),
            400,
            "INVALID_ARGUMENT".to_owned(),
        ),
        (with(&body, "area", json!({ "areaType": "CIRCLE" })), 400, "INVALID_ARGUMENT".to_owned()),
    ] {
        refused(&asks(&w, &survey, &body), status, &code);
    }
    // A token about somebody is not for this, and one for context only neither.
    let other = w.client(dongui::domain::client::Role::Operator);
    refused(&w.http().send(&Call::new("POST", DENSITY).json(&body).by(&other)), 403, "PERMISSION_DENIED");
    refused(&w.http().send(&Call::new("POST", DENSITY).json(&body)), 401, "UNAUTHENTICATED");
}
