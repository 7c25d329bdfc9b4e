//! Emergencies: a rescue agency is told where somebody was seen last, whatever he said of assistants, and nobody else reaches that. Deliberately absent: what is told to recipients
//! (`disclose`), how the subscriber hears of it (`told`), what else shows it (`shown`).
mod shown;
mod told;

use crate::support::door::{Call, Reply};
use crate::support::{
    ASSISTANT, Client, ISLAND, MUNICH, PASING, Provider, R6, Subscriber, World, ZONE, house::House, rows,
};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::depart::Departure;
use dongui::broker::emergency::Rescuer;
use dongui::broker::never::Change;
use dongui::domain::category::Category;
use dongui::domain::client::{self, Role};
use dongui::domain::emergency::Found;
use dongui::domain::feed::FeedKind;
use dongui::domain::record::{Event, Ground as Erased, Record};
use dongui::domain::stop::{Ground, Reach};
use dongui::domain::subscriber::{AgeBand, Jurisdiction};
use dongui::domain::time::{At, HOUR_US, MINUTE_US};
use dongui::minimise::{life, zone};
use dongui::oauth::client::ClientKey;
use dongui::policy::Sources;
use serde_json::{Value, json};

const PATH: &str = "/v1/emergency/locations";
/// The home of everybody here has another rule.
fn with_rule(rule: Option<&str>) -> Sources {
    let mut policies = crate::telling::free();
    let pack = policies.find("country/de.toml").unwrap().to_owned();
    let (before, rest) = pack.split_once("\n[emergency]\n").unwrap();
    let (own, after) = rest.split_once("\n\n").unwrap();
    let section = rule.map(|rule| format!("\n[emergency]\n{rule}{own}\n")).unwrap_or_default();
    policies.insert("country/de.toml", format!("{before}\n{section}\n{after}"));
    policies
}

fn deferrable() -> Sources {
    with_rule(Some("defer_h = 72\n"))
}

fn agency<'w>(w: &'w World) -> Client<'w> {
    Client::register(w, "fire-119", Role::Rescue, None)
}

fn asks_of(w: &World, by: &Client<'_>, number: &str, more: Value) -> Reply {
    let mut body = json!({ "reference": number, "ground": "case 2026-17" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let reply = w.http().send(&Call::new("POST", PATH).json(&body).by(by));
    // No two at one instant, so that timelines have an order.
    w.clock.advance(1);
    reply
}

fn asks(w: &World, by: &Client<'_>, whom: &Subscriber<'_>) -> Value {
    let reply = asks_of(w, by, &whom.number, json!({}));
    assert_eq!((reply.status, reply.header("cache-control")), (200, Some("no-store")), "{}", reply.text());
    reply.json()
}

/// The zone that an agency is told of somebody, if it is told one.
fn zone_of(w: &World, by: &Client<'_>, whom: &Subscriber<'_>) -> Option<String> {
    let told = asks(w, by, whom);
    assert_eq!(told["known"], told.get("place").is_some());
    told.get("place").map(|place| place["h3"].as_str().unwrap().to_owned())
}

fn h3((lat, lon): (f64, f64)) -> String {
    zone::text(zone::from_point(lat, lon).unwrap())
}

/// Somebody who allowed to be told of and was seen.
fn seen<'w>(w: &'w World, name: &str, by: &Provider<'_>, place: (f64, f64)) -> Subscriber<'w> {
    let who = w.subscriber(name);
    who.allows(by, ASSISTANT, ZONE, R6);
    who.is_at(place);
    who
}

fn emergencies(records: &[Record]) -> Vec<Found> {
    let found = |r: &Record| if let Event::Emergency { found, .. } = r.event { Some(found) } else { None };
    records.iter().filter_map(found).collect()
}

/// Everything of the log, opened.
fn log(w: &World) -> Vec<Record> {
    let dir = tempfile::tempdir().unwrap();
    w.broker().sequence().unwrap();
    w.exports(At(0), w.clock.now().plus(HOUR_US), &dir.path().join("b")).unwrap();
    let text = std::fs::read_to_string(dir.path().join("b/records.jsonl")).unwrap();
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap().get("record").cloned();
    text.lines().filter_map(read).map(|record| serde_json::from_value(record).unwrap()).collect()
}

#[test]
fn an_agency_is_told_whatever_was_paused_withdrawn_stopped_or_never_shared_and_however_few_are_there() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        w.load(FeedKind::Places, "kind,lat,lon,radius_m\nhealth,48.150,11.460,200\n");
        let mina = seen(w, "mina", &assistant, MUNICH);
        w.clock.advance(20 * MINUTE_US);
        // Nobody is with her, so no recipient hears a word.
        assert!(!assistant.asks(&mina).tells());
        let told = asks(w, &fire, &mina);
        let place = &told["place"];
        assert_eq!(
            (place["h3"].as_str(), &place["seen"]),
            (Some(h3(MUNICH).as_str()), &json!("2026-11-24T15:20:00Z"))
        );
        let (age, reach) = (place["age_s"].as_i64().unwrap(), place["reach_m"].as_u64().unwrap());
        assert!((1200..1260).contains(&age) && (1000..2500).contains(&reach), "{told}");
        let area = life::area(zone::from_point(MUNICH.0, MUNICH.1).unwrap()).unwrap();
        w.broker().keep_back(mina.id, "screen".into(), &Change::Area(area, true)).unwrap();
        assert_eq!(zone_of(w, &fire, &mina), Some(h3(MUNICH)), "never shared");
        mina.pauses();
        assert_eq!(zone_of(w, &fire, &mina), Some(h3(MUNICH)), "paused");
        let reach = Reach { recipient: None, home: Some(Jurisdiction::DE), country: None };
        w.broker().stop(&Caller::console(), reach, Ground::parse("case 1").unwrap()).unwrap();
        assert_eq!(zone_of(w, &fire, &mina), Some(h3(MUNICH)), "stopped");
        mina.withdraws();
        assert_eq!(zone_of(w, &fire, &mina), Some(h3(MUNICH)), "withdrawn, and still kept");
        let (ill, lost) = (seen(w, "ill", &assistant, PASING), seen(w, "lost", &assistant, ISLAND));
        assert_eq!(zone_of(w, &fire, &ill), Some(h3(PASING)), "a sensitive place");
        assert_eq!(zone_of(w, &fire, &lost), Some(h3(ISLAND)), "where nobody is");
        let all = emergencies(&mina.records());
        assert_eq!(all, [Found::Told; 5]);
        assert!(!assistant.asks(&mina).tells(), "and no recipient hears more for it");
        w.broker().sequence().unwrap();
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}

#[test]
fn what_is_erased_is_gone_who_has_left_is_nobody_and_what_is_not_known_is_said() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let (mina, jan) = (seen(w, "mina", &assistant, MUNICH), seen(w, "jan", &assistant, MUNICH));
        // Nothing is taken in about whoever allowed nothing.
        let silent = w.subscriber("silent");
        silent.is_at(MUNICH);
        assert_eq!(zone_of(w, &fire, &silent), None);
        assert_eq!(emergencies(&silent.records()), [Found::Unknown]);
        let nobody = asks_of(w, &fire, "+4915599999999", json!({})).json();
        let quiet = asks(w, &fire, &silent);
        let keys = |told: &Value| told.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(
            (keys(&nobody), &nobody["known"]),
            (keys(&quiet), &json!(false)),
            "a number that is nobody's"
        );
        assert!(zone_of(w, &fire, &mina).is_some());
        w.broker().forget(mina.id, false).unwrap();
        assert_eq!(zone_of(w, &fire, &mina), None, "erased");
        w.broker().depart(&Caller::console(), &jan.reference(), Departure::Recycled).unwrap();
        assert_eq!(zone_of(w, &fire, &jan), None, "left");
        let next = Subscriber::enrol(w, "next", &jan.number, AgeBand::Adult);
        assert_eq!(zone_of(w, &fire, &next), None, "the next one of the number");
        assert_eq!(emergencies(&jan.records()), [], "and nothing stands among his records any more");
        // Records that he has erased are gone too; that somebody asked stays in the leaves.
        assert_eq!(emergencies(&mina.records()), [Found::Unknown, Found::Told]);
        w.broker().erase(mina.id, Erased::Subscriber).unwrap();
        assert_eq!(emergencies(&mina.records()), []);
        let leaves = rows::texts(&w.house.url, "SELECT leaf AS value FROM entries");
        assert_eq!(leaves.iter().filter(|leaf| leaf.contains(r#""kind":"emergency""#)).count(), 7);
    });
}

#[test]
fn nobody_but_an_agency_asks_and_an_agency_does_nothing_else() {
    World::each(|w| {
        let (assistant, fire) = (w.provider("assistant"), agency(w));
        let mina = seen(w, "mina", &assistant, MUNICH);
        let others = [Role::Operator, Role::Feed, Role::Regulator].map(|role| w.client(role));
        let before = log(w).len();
        for who in others.iter().chain([&assistant.client]) {
            assert_eq!(asks_of(w, who, &mina.number, json!({})).status, 403);
        }
        assert!(matches!(Rescuer::of(Caller::console()), Err(Failure::Forbidden("emergency:locate"))));
        assert_eq!(emergencies(&log(w)[before..]), []);
        // It asks for no context, enters no console, takes no export; `doors` tries every other operation.
        let request = serde_json::to_value(assistant.request(&mina, ASSISTANT, &[ZONE])).unwrap();
        for call in [
            Call::new("POST", "/v1/context").json(&request),
            Call::new("POST", "/v1/console/visits").json(&json!({ "ground": "case 7" })),
            Call::new("GET", "/v1/audit/exports"),
            Call::new("GET", "/v1/audit/stops"),
            Call::new("GET", "/v1/recipients"),
        ] {
            assert_eq!(w.http().send(&call.by(&fire)).status, 403);
        }
        // Whoever has the key of one of the operator's systems makes no agency of it.
        let key = ClientKey::generate("mole", dongui::ambient::SystemRng::new().ring()).unwrap();
        let body = json!({ "id": "mole", "role": "rescue", "jwks": key.jwks() });
        let reply = w.http().send(&Call::new("POST", "/v1/clients").json(&body).by(&others[0]));
        assert!(reply.status == 422 && reply.text().contains("`role`"), "{}", reply.text());
        let named = client::Client {
            id: "console".to_owned(),
            role: Role::Feed,
            recipient: None,
            jwks: serde_json::to_string(&key.jwks()).unwrap(),
            redirect_uris: Vec::new(),
            assurance: Default::default(),
            audience_profile: Default::default(),
        };
        assert!(matches!(
            w.broker().register_client(&Caller::console(), named),
            Err(Failure::Invalid { field: "id", .. })
        ));
        let is = |r: &Record| matches!(&r.event, Event::Operation { what, which } if what == "client.register" && which == "fire-119 (rescue)");
        assert_eq!(log(w).iter().filter(|r| is(r)).count(), 1, "that there is an agency stands in the log");
        for (wrong, field) in [
            (json!({ "ground": "" }), "ground"),
            (json!({ "ground": "call of +49 155 0001 0000" }), "ground"),
            (json!({ "defer": "" }), "defer"),
            (json!({ "defer": "his wife reads it" }), "defer"),
            (json!({ "reference": "" }), "reference"),
        ] {
            let reply = asks_of(w, &fire, &mina.number, wrong);
            assert!(reply.status == 422 && reply.json()["field"] == field, "{field}: {}", reply.text());
        }
    });
}

/// What a recipient hears of somebody on two days in the middle of a crowd, with agencies asking in between or not; and all rows but those of the log.
fn told_beside(house: House, emergency: bool) -> (Vec<Vec<u8>>, Vec<(String, String)>) {
    let w = &World::new(house);
    let (assistant, fire) = (w.provider("assistant"), agency(w));
    let mina = w.subscriber("mina");
    for category in Category::PERSONAL {
        mina.allows(&assistant, ASSISTANT, category, *category.rungs().last().unwrap());
    }
    let mut heard = Vec::new();
    for (at, times) in [(MUNICH, 3), (PASING, 2), (MUNICH, 1), (ISLAND, 1)] {
        w.neighbours_are_at(at);
        mina.is_at(at);
        for _ in 0..times {
            if emergency {
                assert_eq!(zone_of(w, &fire, &mina), Some(h3(at)));
            } else {
                w.clock.advance(1);
            }
        }
        heard.push(assistant.asks_for(&mina, ASSISTANT, &Category::PERSONAL).bytes());
        w.clock.advance(5 * HOUR_US);
    }
    // What is counted of what left: nothing of an emergency is in it.
    let counted = ["releases", "uses", "draws", "counts", "crowd", "tellings", "digests"];
    let counted = rows::dump(&w.house.url).into_iter().filter(|(table, _)| counted.contains(&table.as_str()));
    (
        heard,
        counted
            .map(|(table, row)| (table.clone(), if table == "crowd" { String::new() } else { row }))
            .collect(),
    )
}

#[test]
fn a_recipient_hears_the_same_bytes_as_in_a_world_without_the_emergency() {
    World::each(|w| {
        let house = || if w.house.is_postgres() { House::postgres().unwrap() } else { House::sqlite() };
        let (with, counted) = told_beside(house(), true);
        let (without, expected) = told_beside(house(), false);
        assert!(
            with.iter().any(|bytes| String::from_utf8_lossy(bytes).contains("zone-r6")),
            "it hears something"
        );
        assert_eq!(with, without);
        assert_eq!(counted.len(), expected.len());
        assert!(counted.iter().any(|(table, _)| table == "releases"));
    });
}
