//! Which country a line is in, and what is left of its data.
use super::{asks, members, refused, token_about};
use crate::account::{neighbours_are_in, says_of};
use crate::support::World;
use crate::support::linker::Linker;
use crate::support::world::NEIGHBOURS;
use serde_json::json;

const ROAMING: &str = "/camara/device-roaming-status/v1/retrieve";
const VOLUME: &str = "/camara/device-data-volume/v0.1/retrieve";
const CHECK: &str = "/camara/device-data-volume/v0.1/check";
const SCOPE: &str =
    "dpv:ProvidePersonalisedRecommendations device-roaming-status:read device-data-volume:read";
const TERM: &[(&str, &str)] = &[("term", "30")];

#[test]
fn a_country_and_a_step_of_data_are_told_and_no_time_and_no_threshold_between_the_steps() {
    World::each(|w| {
        let (linker, mina, alone) =
            (Linker::new(w, "assistant"), w.subscriber("mina"), w.subscriber("alone"));
        let yes = [("account.roaming_country", TERM), ("account.data_volume", TERM)];
        let [token, of_alone] = [&mina, &alone].map(|who| token_about(&linker, who, SCOPE, &yes));
        neighbours_are_in(w, 0..NEIGHBOURS, "FR");
        says_of(w, &mina, &format!("FR,{}", 900u64 << 20));
        says_of(w, &alone, "IS,");
        let roaming = asks(&linker, &token, ROAMING, &json!({}));
        assert_eq!(
            (roaming.status, roaming.json()),
            (200, json!({ "roaming": true, "countryName": ["FR"] })),
            "{}",
            roaming.text()
        );
        let volume = asks(&linker, &token, VOLUME, &json!({}));
        assert_eq!(
            (volume.status, volume.json()),
            (200, json!({ "dataVolumeCategory": "<1GiB" })),
            "{}",
            volume.text()
        );
        let check = |value: u32, unit: &str| {
            asks(&linker, &token, CHECK, &json!({ "volumeToCheck": { "value": value, "unit": unit } }))
        };
        for (value, unit, exceeded) in
            [(200, "MiB", true), (1, "GiB", false), (1024, "MiB", false), (5, "GiB", false)]
        {
            assert_eq!(check(value, unit).json(), json!({ "thresholdExceeded": exceeded }), "{value} {unit}");
        }
        refused(&check(900, "MiB"), 422, "SERVICE_NOT_APPLICABLE");
        refused(&check(1025, "MiB"), 400, "INVALID_ARGUMENT");
        refused(&check(1, "TiB"), 400, "INVALID_ARGUMENT");
        // Nobody else is in that country; nothing is known of her data; a pause: one answer.
        let few = asks(&linker, &of_alone, ROAMING, &json!({}));
        refused(&few, 422, "SERVICE_NOT_APPLICABLE");
        let nothing = asks(&linker, &of_alone, VOLUME, &json!({}));
        mina.pauses();
        for reply in [
            &nothing,
            &asks(&linker, &token, ROAMING, &json!({})),
            &asks(&linker, &token, VOLUME, &json!({})),
        ] {
            assert_eq!((reply.status, &reply.body), (422, &few.body));
        }
        assert_eq!(members(&few.json()), ["code", "message", "status"]);
        mina.resumes();
        mina.withdraws();
        refused(&asks(&linker, &token, ROAMING, &json!({})), 403, "PERMISSION_DENIED");
    });
}
