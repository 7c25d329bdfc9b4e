//! A subscriber is led to questions that he has not answered.
use super::{STATUS, asks, refused, token_about};
use crate::linking::{allows, ends};
use crate::screens::visitor::{Visitor, bare};
use crate::support::World;
use crate::support::linker::{BACK, Linker, part};
use crate::support::world::ISSUER;
use dongui::domain::time::MINUTE_US;
use serde_json::{Value, json};

const PURPOSE: &str = "dpv:ProvidePersonalisedRecommendations";
const SCOPE: &str = "dpv:ProvidePersonalisedRecommendations location-retrieval:read device-data-volume:read";
const ZONE: &[(&str, &str)] = &[("precision", "city"), ("term", "30")];
const TERM: &[(&str, &str)] = &[("term", "30")];

fn wants(back: Option<&str>) -> Value {
    let mut body = json!({ "scopes": ["location-retrieval:read", "device-data-volume:read"], "purpose": PURPOSE, "requestCaptureUrl": true });
    if let Some(back) = back {
        body["callbackUrl"] = json!(back);
    }
    body
}

fn url(linker: &Linker<'_>, token: &str, back: Option<&str>) -> String {
    let reply = asks(linker, token, STATUS, &wants(back));
    assert_eq!(reply.status, 200, "{}", reply.text());
    let told = reply.json();
    assert_eq!(told["statusInfo"][0]["statusValidForProcessing"], true);
    assert_eq!(told["statusInfo"][1]["statusReason"], "PENDING");
    let url = told["captureUrl"].as_str().unwrap_or_else(|| panic!("{told}"));
    url.strip_prefix(ISSUER).unwrap().to_owned()
}

#[test]
fn what_was_not_answered_is_answered_there_and_the_client_hears_which_way_it_went() {
    World::each(|w| {
        let (linker, mina) = (Linker::new(w, "assistant"), w.subscriber("mina"));
        let token = token_about(&linker, &mina, SCOPE, &[("location.zone", ZONE)]);
        let url = url(&linker, &token, Some(BACK));
        assert!(!url.contains(&mina.number[1..]));
        let mut visitor = Visitor::enters(w, &mina);
        let first = visitor.get(&format!("{url}&state=xyz%20123"));
        assert!(bare(&first.text()).contains("assistant asks for your consent"), "{}", first.text());
        let page = visitor.sees("/me/link");
        assert!(page.contains("value=\"account.data_volume\"") && !page.contains(" checked"));
        assert!(!page.contains("name=\"answer\" value=\"link\""));
        allows(&mut visitor, &linker, "account.data_volume", TERM);
        let back = ends(&mut visitor, "allow");
        let address = back.header("location").unwrap();
        assert!(address.starts_with(&format!("{BACK}&")), "{address}");
        assert_eq!(
            (part(address, "capture_result").as_deref(), part(address, "state").as_deref()),
            (Some("granted"), Some("xyz 123"))
        );
        assert!(["code", "iss", "error"].iter().all(|name| part(address, name).is_none()), "{address}");
        // The link stands as it was, and the answer counts at once.
        let told = asks(&linker, &token, STATUS, &wants(Some(BACK))).json();
        assert_eq!(told["statusInfo"][1]["statusValidForProcessing"], true);
        assert!(told["captureUrl"].is_null(), "nothing is open any more");
        assert_eq!(visitor.get("/me/link").status, 410, "it was answered");
        // What is not answered is told as a no, without one.
        mina.withdraws();
        let token = token_about(&linker, &mina, SCOPE, &[("location.zone", ZONE)]);
        let address = self::url(&linker, &token, None);
        assert_eq!(visitor.get(&address).status, 200);
        let home = ends(&mut visitor, "allow");
        let home = home.header("location").unwrap().to_owned();
        assert!(home.starts_with(&format!("{ISSUER}/me/?capture_result=denied")), "{home}");
    });
}

#[test]
fn nobody_else_answers_and_nobody_is_led_elsewhere() {
    World::each(|w| {
        let (linker, mina, other) =
            (Linker::new(w, "assistant"), w.subscriber("mina"), w.subscriber("other"));
        let token = token_about(&linker, &mina, SCOPE, &[("location.zone", ZONE)]);
        for back in [
            "https://evil.example/callback",
            "https://assistant.example/callback/x",
            "javascript:alert(1)",
            "x",
        ] {
            refused(
                &asks(&linker, &token, STATUS, &wants(Some(back))),
                403,
                "CONSENT_INFO.INVALID_CALLBACK_URL",
            );
        }
        let address = url(&linker, &token, Some(BACK));
        let mut stranger = Visitor::enters(w, &other);
        assert_eq!(stranger.get(&address).status, 200, "whoever opens it is asked to come in");
        assert_eq!(stranger.get("/me/link").status, 410, "and is not the one");
        // Another client's address of it, and later than it is good for.
        let foreign = address.replace("client_id=assistant", "client_id=other");
        assert_eq!(Visitor::enters(w, &mina).get(&foreign).status, 410);
        w.clock.advance(11 * MINUTE_US);
        assert_eq!(Visitor::enters(w, &mina).get(&address).status, 410);
    });
}
