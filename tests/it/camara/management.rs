//! Consent Management: what a trusted recipient says of somebody's consents, and that its word alone gives nothing. Deliberately absent: what the subscriber's
//! own answer gives (the stories of consent).
use super::{RETRIEVE, asks, members, refused, token_about};
use crate::screens::visitor::{Visitor, bare, question};
use crate::support::door::{Call, Reply};
use crate::support::linker::Linker;
use crate::support::rows::texts;
use crate::support::{ASSISTANT, CITY, Subscriber, World, ZONE};
use dongui::broker::consent::Wish;
use dongui::domain::category::Category;
use dongui::domain::consent::{Act, Actor, Capture, Limits};
use dongui::domain::notice::Notice;
use dongui::domain::time::DAY_US;
use serde_json::{Value, json};

const CONSENTS: &str = "/camara/consent-management/v0.1/consents";
const INFO: &str = "/camara/consent-management/v0.1/consents/retrieve-info";
const VOLUME: &str = "/camara/device-data-volume/v0.1/retrieve";
const PURPOSE: &str = "dpv:ProvidePersonalisedRecommendations";
const SCOPE: &str = "openid dpv:ProvidePersonalisedRecommendations consent-management:create consent-management:update \
    consent-management:retrieve-info location-retrieval:read device-data-volume:read";
const YES: &[(&str, &[(&str, &str)])] = &[("location.zone", &[("precision", "city"), ("term", "30")])];
const LEFT: &str = "device-data-volume:read";
const FOUND: &str = "location-retrieval:read";

fn trusted<'w>(w: &'w World, name: &str) -> Linker<'w> {
    Linker::with(w, name, |r| r.consent_management = true)
}

fn info(linker: &Linker<'_>, token: &str, scope: &str) -> Value {
    let body = json!({ "scopes": [scope], "purpose": PURPOSE, "requestConsentText": true });
    let reply = asks(linker, token, INFO, &body);
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()[0].clone()
}

/// Says what somebody said, to the words that he would be asked in.
fn says(linker: &Linker<'_>, token: &str, scope: &str, word: &str) -> Reply {
    let text = info(linker, token, scope)["consentText"]["consentTextId"].clone();
    let body = json!({ "scopes": [scope], "purpose": PURPOSE, "consentStatus": word, "consentTextId": text });
    asks(linker, token, CONSENTS, &body)
}

fn changes(linker: &Linker<'_>, token: &str, id: &Value, word: &str) -> Reply {
    linker.w.clock.advance(1);
    let path = format!("{CONSENTS}/{}", id.as_str().unwrap());
    let body = json!({ "consentStatus": word });
    linker.w.http().send(&Call::new("PATCH", &path).json(&body).with(linker.client(), token))
}

/// What waits for somebody's word on his first page.
fn waits(w: &World, who: &Subscriber<'_>) -> bool {
    bare(&Visitor::enters(w, who).sees("/me")).contains("says that on")
}

#[test]
fn a_recipients_word_gives_nothing_until_the_subscriber_says_it_himself() {
    World::each(|w| {
        let (linker, mina) = (trusted(w, "assistant"), w.subscriber("mina"));
        let token = token_about(&linker, &mina, SCOPE, YES);
        let before = info(&linker, &token, LEFT);
        assert_eq!((&before["consentStatus"], &before["scopes"]), (&json!("PENDING"), &json!([LEFT])));
        assert_eq!(members(&before), ["consentStatus", "consentText", "purpose", "scopes"]);
        assert!(!waits(w, &mina));
        let said = says(&linker, &token, LEFT, "GRANTED");
        assert_eq!(said.status, 201, "{}", said.text());
        assert_eq!(members(&said.json()), ["consentId", "creationDate"]);
        let id = said.json()["consentId"].clone();
        // Neither the answer nor the registry takes it for a yes.
        refused(&asks(&linker, &token, VOLUME, &json!({})), 403, "PERMISSION_DENIED");
        assert_eq!(info(&linker, &token, LEFT), before);
        assert!(!linker.provider.asks_for(&mina, ASSISTANT, &[Category::DataVolume]).tells());
        // On her pages it is somebody else's word, and the question has the same two buttons as ever.
        let mut visitor = Visitor::enters(w, &mina);
        let home = bare(&visitor.sees("/me"));
        assert!(
            home.contains("assistant says that on") && home.contains("counts only when you say yes"),
            "{home}"
        );
        let way = format!("/me/with/{}", linker.provider.id);
        let page = visitor.sees(&way);
        assert!(bare(&page).contains("assistant says that on") && !page.contains(" checked"));
        let form = question(&page, &linker.provider.id.to_string(), "account.data_volume");
        let answers: Vec<&str> = form.buttons.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(answers, ["refuse", "allow"]);
        let reply = visitor.sends(&form, ("answer", "allow"), &[("term", "30")]);
        assert_eq!(reply.status, 303, "{}", reply.text());
        let given = info(&linker, &token, LEFT);
        assert_eq!((&given["consentStatus"], &given["consentId"]), (&json!("GRANTED"), &id));
        assert!(given["expirationDate"].as_str().unwrap().ends_with('Z') && !waits(w, &mina));
        refused(&says(&linker, &token, LEFT, "GRANTED"), 409, "ALREADY_EXISTS");
        refused(&says(&linker, &token, LEFT, "DENIED"), 409, "ALREADY_EXISTS");
        let same = changes(&linker, &token, &id, "GRANTED");
        assert_eq!((same.status, &same.json()["expirationDate"]), (200, &given["expirationDate"]));
    });
}

#[test]
fn a_stop_that_a_recipient_passes_on_bites_at_once_and_stands_in_its_name() {
    World::each(|w| {
        let (linker, other, mina) = (trusted(w, "assistant"), trusted(w, "other"), w.subscriber("mina"));
        let token = token_about(&linker, &mina, SCOPE, YES);
        let others = token_about(&other, &mina, SCOPE, YES);
        let id = info(&linker, &token, FOUND)["consentId"].clone();
        // Another's name for its own consent reaches nothing here.
        let foreign = info(&other, &others, FOUND)["consentId"].clone();
        assert_ne!(id, foreign);
        refused(&changes(&linker, &token, &foreign, "DENIED"), 404, "NOT_FOUND");
        let ended = changes(&linker, &token, &id, "DENIED");
        assert_eq!(ended.status, 200, "{}", ended.text());
        refused(&asks(&linker, &token, RETRIEVE, &json!({})), 403, "PERMISSION_DENIED");
        assert_eq!(info(&linker, &token, FOUND)["consentStatus"], "PENDING");
        assert_eq!(info(&other, &others, FOUND)["consentStatus"], "GRANTED", "its own alone");
        let events = "SELECT act || ' ' || channel AS value FROM consent_events WHERE actor = 'recipient'";
        assert_eq!(texts(&w.house.url, events), ["withdraw consent-management"]);
        // She sees whose word it was.
        let consent = w.broker().consents(mina.id).unwrap();
        let of = consent.iter().find(|c| c.grant.cell.recipient == linker.provider.id).unwrap().grant.id;
        let page = bare(&Visitor::enters(w, &mina).sees(&format!("/me/receipts/{of}")));
        assert!(page.contains("by the assistant, in your name"), "{page}");
        // Its later yes is put to nobody for half a year, and answered as any.
        assert_eq!(changes(&linker, &token, &id, "GRANTED").status, 200);
        assert!(!waits(w, &mina));
    });
}

#[test]
fn behind_a_no_nobody_is_asked_again_and_the_recipient_cannot_tell() {
    World::each(|w| {
        let linker = trusted(w, "assistant");
        let (asked, said_no, put_off) =
            (w.subscriber("asked"), w.subscriber("said-no"), w.subscriber("put-off"));
        let wish = |no: bool| {
            let (recipient, purpose, category) = (linker.provider.id, ASSISTANT, Category::DataVolume);
            let shown = crate::support::world::told();
            if no {
                Wish::Refuse { recipient, purpose, category, shown }
            } else {
                Wish::Defer { recipient, purpose, category, shown }
            }
        };
        said_no.decides(&wish(true)).unwrap();
        put_off.decides(&wish(false)).unwrap();
        let mut heard = Vec::new();
        for who in [&asked, &said_no, &put_off] {
            let token = token_about(&linker, who, SCOPE, YES);
            let mut all = Vec::new();
            for _ in 0..2 {
                let said = says(&linker, &token, LEFT, "GRANTED");
                let id = said.json()["consentId"].clone();
                all.push((said.status, members(&said.json())));
                all.push((200, members(&info(&linker, &token, LEFT))));
                for word in ["GRANTED", "GRANTED"] {
                    let reply = changes(&linker, &token, &id, word);
                    all.push((reply.status, members(&reply.json())));
                }
            }
            heard.push((all, info(&linker, &token, LEFT)));
        }
        assert!(heard.iter().all(|one| *one == heard[0]), "{heard:?}");
        assert_eq!([&asked, &said_no, &put_off].map(|who| waits(w, who)), [true, false, false]);
        let claims = |who: &Subscriber<'_>| {
            let records = who.records();
            records.iter().filter(|r| format!("{:?}", r.event).contains("recipient.claim")).count()
        };
        // Whatever is said is recorded, and nothing of it twice in the registry.
        assert_eq!([&asked, &said_no, &put_off].map(claims), [5, 6, 6]);
        let acts = "SELECT act AS value FROM consent_events WHERE actor = 'recipient'";
        assert_eq!(texts(&w.house.url, acts), ["capture"]);
    });
}

#[test]
fn a_no_that_a_recipient_passes_on_is_one_and_can_be_taken_back_by_the_subscriber_alone() {
    World::each(|w| {
        let (linker, mina) = (trusted(w, "assistant"), w.subscriber("mina"));
        let token = token_about(&linker, &mina, SCOPE, YES);
        let said = says(&linker, &token, LEFT, "DENIED");
        assert_eq!(said.status, 201, "{}", said.text());
        assert_eq!(says(&linker, &token, LEFT, "DENIED").status, 201);
        assert_eq!(says(&linker, &token, LEFT, "GRANTED").status, 201);
        assert!(!waits(w, &mina));
        let acts = "SELECT act AS value FROM consent_events WHERE actor = 'recipient'";
        assert_eq!(texts(&w.house.url, acts), ["refuse"]);
        mina.allows(&linker.provider, ASSISTANT, Category::DataVolume, Category::DataVolume.rungs()[0]);
        assert_eq!(info(&linker, &token, LEFT)["consentStatus"], "GRANTED");
    });
}

#[test]
fn who_is_not_trusted_says_nothing_and_words_are_the_houses_own() {
    World::each(|w| {
        let (linker, plain, mina) = (trusted(w, "assistant"), Linker::new(w, "plain"), w.subscriber("mina"));
        let token = token_about(&linker, &mina, SCOPE, YES);
        let untrusted = token_about(&plain, &mina, SCOPE, YES);
        let text = |scope| info(&linker, &token, scope)["consentText"]["consentTextId"].clone();
        let body = |scopes: &[&str], purpose: &str, text: &Value| json!({ "scopes": scopes, "purpose": purpose, "consentStatus": "GRANTED", "consentTextId": text });
        let well = body(&[LEFT], PURPOSE, &text(LEFT));
        refused(&asks(&plain, &untrusted, CONSENTS, &well), 403, "PERMISSION_DENIED");
        let look = json!({ "scopes": [LEFT], "purpose": PURPOSE, "requestConsentText": false });
        refused(&asks(&plain, &untrusted, INFO, &look), 403, "PERMISSION_DENIED");
        let theirs = info(&linker, &token, FOUND)["consentId"].clone();
        refused(&changes(&plain, &untrusted, &theirs, "DENIED"), 403, "PERMISSION_DENIED");
        let with = |name: &str, value: Value| {
            let mut body = well.clone();
            body[name] = value;
            body
        };
        for (body, status, code) in [
            (body(&[LEFT], PURPOSE, &text(FOUND)), 400, "CONSENT_MGMT.INVALID_CONSENT_TEXT_ID"),
            (body(&[LEFT, FOUND], PURPOSE, &text(LEFT)), 400, "CONSENT_MGMT.INVALID_CONSENT_TEXT_ID"),
            (body(&["sim-swap:check"], PURPOSE, &text(LEFT)), 403, "CONSENT_MGMT.NOT_ALLOWED_SCOPES_PURPOSE"),
            (
                body(&[LEFT], "dpv:PersonalisedAdvertising", &text(LEFT)),
                403,
                "CONSENT_MGMT.NOT_ALLOWED_SCOPES_PURPOSE",
            ),
            (with("consentStatus", json!("EXPIRED")), 400, "INVALID_ARGUMENT"),
            (with("scopes", json!([])), 400, "INVALID_ARGUMENT"),
            (with("unknown", json!(1)), 400, "INVALID_ARGUMENT"),
            (with("phoneNumber", json!("0155")), 400, "INVALID_ARGUMENT"),
            (with("phoneNumber", json!(mina.number)), 422, "UNNECESSARY_IDENTIFIER"),
        ] {
            refused(&asks(&linker, &token, CONSENTS, &body), status, code);
        }
        let own = linker.client().token();
        refused(&asks(&linker, &own, CONSENTS, &well), 422, "MISSING_IDENTIFIER");
        let known = asks(&linker, &own, CONSENTS, &with("phoneNumber", json!(mina.number)));
        let unknown = asks(&linker, &own, CONSENTS, &with("phoneNumber", json!("+12025550100")));
        refused(&known, 422, "SERVICE_NOT_APPLICABLE");
        assert_eq!(known.body, unknown.body);
        // A language may be asked for, and its words are as good as any.
        w.clock.advance(1);
        let call = Call::new("POST", INFO)
            .json(&json!({ "scopes": [LEFT], "purpose": PURPOSE, "requestConsentText": true }));
        let reply = w.http().send(&call.header("accept-language", "de").with(linker.client(), &token));
        assert_eq!(reply.header("content-language"), Some("de"));
        let german = reply.json()[0]["consentText"]["consentTextId"].clone();
        assert_eq!(asks(&linker, &token, CONSENTS, &body(&[LEFT], PURPOSE, &german)).status, 201);
        assert!(waits(w, &mina));
    });
}

#[test]
fn no_way_into_the_registry_makes_a_recipients_word_a_yes() {
    World::each(|w| {
        let (linker, mina) = (trusted(w, "assistant"), w.subscriber("mina"));
        let by = Capture { actor: Actor::Recipient, channel: "consent-management", relation: None };
        let shown =
            dongui::broker::consent::Shown::Told(Notice { locale: "en".to_owned(), text: "Yes?".to_owned() });
        let wish = Wish::Allow {
            recipient: linker.provider.id,
            purpose: ASSISTANT,
            category: ZONE,
            precision: CITY,
            until: w.clock.now().plus(DAY_US),
            limits: Limits::NONE,
            shown,
        };
        // Also with a showing that the house signed it only waits.
        assert!(w.broker().show_and_decide(mina.id, &wish, by).unwrap().grants[0].is_captured());
        assert!(!linker.provider.asks(&mina).tells());
        for act in [Act::Resume, Act::Renew, Act::Pause, Act::Revoke, Act::Invalidate] {
            let change = Wish::Change { act, until: None, recipient: None, purpose: None, category: None };
            assert!(w.broker().decide(mina.id, &change, by).is_err(), "{act:?}");
        }
    });
}
