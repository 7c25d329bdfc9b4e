//! What a subscriber never shares: a hostile recipient that asks on and on hears the same as of nobody, and neither precision, time nor
//! another question tells it more. Deliberately absent: the page (`screens`), the laws of pure code (`minimise::laws`).
use super::app::App;
use super::support::door::Call;
use super::support::world::Interrupted;
use super::support::world::Opening;
use super::support::{ASSISTANT, MUNICH, PASING, Provider, R6, R7, Subscriber, World, ZONE, rows};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::depart::Departure;
use dongui::broker::never::Change;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::Hours;
use dongui::domain::feed::FeedKind;
use dongui::domain::never::Never;
use dongui::domain::place::Label;
use dongui::domain::reason::Reason;
use dongui::domain::record::Event;
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{At, DAY_US, HOUR_US, MINUTE_US};
use dongui::domain::zone::Zone;
use dongui::minimise::{life, zone};
use dongui::store::Fault;
use serde_json::{Value, json};
use std::sync::Arc;

const PLACED: [Category; 4] = [ZONE, Category::LocationLabel, Category::NextPlace, Category::Routine];

fn area((lat, lon): (f64, f64)) -> Zone {
    life::area(zone::from_point(lat, lon).unwrap()).unwrap()
}

fn marks(w: &World, who: &Subscriber<'_>, change: &Change) -> bool {
    w.broker().keep_back(who.id, "screen".into(), change).unwrap().is_some()
}

/// What is told of a category; the true reason where it is withheld.
fn heard(who: &Subscriber<'_>, by: &Provider<'_>, category: Category) -> Result<Value, Reason> {
    let answer = by.asks_for(who, ASSISTANT, &[category]);
    match answer.withheld(category) {
        None => Ok(answer.told(category).unwrap()),
        Some(word) => {
            assert_eq!(word, "not_available");
            Err(who.last_reason().unwrap())
        }
    }
}

fn all_at(w: &World, who: &Subscriber<'_>, place: (f64, f64)) {
    w.neighbours_are_at(place);
    who.is_at(place);
}

fn allows_places(who: &Subscriber<'_>, by: &Provider<'_>) {
    for category in PLACED {
        who.allows(by, ASSISTANT, category, *category.rungs().last().unwrap());
    }
}

#[test]
fn in_an_area_that_is_marked_nothing_is_told_at_any_precision_and_outside_all_is_as_before() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        allows_places(&mina, &assistant);
        mina.lived(10, MUNICH, PASING);
        all_at(w, &mina, MUNICH);
        // The attack: before the mark, an hourly question follows him home.
        assert!(heard(&mina, &assistant, ZONE).is_ok());
        assert_eq!(heard(&mina, &assistant, Category::LocationLabel), Ok(json!({ "label": "home" })));
        assert!(marks(w, &mina, &Change::Area(area(MUNICH), true)));
        for category in PLACED {
            assert_eq!(heard(&mina, &assistant, category), Err(Reason::NeverPlace), "{category:?}");
        }
        // A coarser contract, or a coarser consent, is told no more: the region would tell, too.
        for precision in [Precision::Region, Precision::City, Precision::ZoneR5] {
            mina.allows(&assistant, ASSISTANT, ZONE, precision);
            assert_eq!(heard(&mina, &assistant, ZONE), Err(Reason::NeverPlace), "{precision:?}");
        }
        mina.allows(&assistant, ASSISTANT, ZONE, R7);
        w.clock.advance(HOUR_US);
        all_at(w, &mina, PASING);
        assert!(heard(&mina, &assistant, ZONE).is_ok());
        assert_eq!(heard(&mina, &assistant, Category::LocationLabel), Ok(json!({ "label": "work" })));
        // From here his way leads home, and that would name the area.
        assert_eq!(heard(&mina, &assistant, Category::NextPlace), Err(Reason::NeverPlace));
        assert!(marks(w, &mina, &Change::Area(area(MUNICH), false)));
        assert!(heard(&mina, &assistant, Category::NextPlace).is_ok());
        w.clock.advance(HOUR_US);
        all_at(w, &mina, MUNICH);
        assert!(heard(&mina, &assistant, ZONE).is_ok());
    });
}

#[test]
fn what_is_withheld_is_byte_for_byte_what_is_heard_of_nobody_and_of_a_sensitive_place() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (jan, kim) = (w.subscriber("jan"), w.subscriber("kim"));
        for who in [&mina, &jan, &kim] {
            allows_places(who, &assistant);
        }
        w.load(FeedKind::Places, "kind,lat,lon,radius_m\nhealth,48.150,11.460,200\n");
        all_at(w, &mina, MUNICH);
        kim.is_at(PASING);
        marks(w, &mina, &Change::Area(area(MUNICH), true));
        let of = |who: &Subscriber<'_>| assistant.asks_for(who, ASSISTANT, &PLACED).bytes();
        let (marked, unknown, sensitive) = (of(&mina), of(&jan), of(&kim));
        assert_eq!(mina.last_reason(), Some(Reason::NeverPlace));
        assert_eq!(
            (jan.last_reason(), kim.last_reason()),
            (Some(Reason::NoData), Some(Reason::SensitivePlace))
        );
        assert_eq!(marked, unknown, "{}", String::from_utf8_lossy(&marked));
        assert_eq!(marked, sensitive);
        let mut nobody = assistant.request(&mina, ASSISTANT, &PLACED);
        let last = if nobody.subject.ends_with('a') { "b" } else { "a" };
        nobody.subject.replace_range(nobody.subject.len() - 1.., last);
        assert_eq!(assistant.asks_with(&assistant.client.token(), &nobody).bytes(), marked);
        marks(w, &mina, &Change::Hours(Hours::parse("16:00-17:00")));
        marks(w, &mina, &Change::Area(area(MUNICH), false));
        assert_eq!(of(&mina), marked);
        assert_eq!(mina.last_reason(), Some(Reason::NeverHours));
    });
}

#[test]
fn home_is_withheld_wherever_it_is_and_until_it_is_known_everything_is() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        allows_places(&mina, &assistant);
        marks(w, &mina, &Change::Label(Label::Home, true));
        all_at(w, &mina, PASING);
        assert_eq!(heard(&mina, &assistant, ZONE), Err(Reason::NeverPlace), "it could be anywhere");
        w.clock.advance(12 * DAY_US);
        mina.lived(10, MUNICH, PASING);
        all_at(w, &mina, PASING);
        assert!(heard(&mina, &assistant, ZONE).is_ok());
        w.clock.advance(HOUR_US);
        all_at(w, &mina, MUNICH);
        assert_eq!(heard(&mina, &assistant, ZONE), Err(Reason::NeverPlace));
        assert_eq!(heard(&mina, &assistant, Category::LocationLabel), Err(Reason::NeverPlace));
        let work = Change::Label(Label::Other, true);
        assert!(matches!(
            w.broker().keep_back(mina.id, "screen".into(), &work),
            Err(Failure::Invalid { .. })
        ));
    });
}

#[test]
fn asking_every_hour_of_a_day_never_names_the_area_nor_its_surroundings() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        allows_places(&mina, &assistant);
        mina.lived(10, MUNICH, PASING);
        marks(w, &mina, &Change::Area(area(MUNICH), true));
        let marked = area(MUNICH);
        let mut told = 0;
        for _ in 0..24 {
            w.clock.advance(HOUR_US);
            let local = (w.clock.now().0 / HOUR_US + 1) % 24;
            all_at(w, &mina, if (9..18).contains(&local) { PASING } else { MUNICH });
            let answer = assistant.asks_for(&mina, ASSISTANT, &PLACED);
            told += usize::from(answer.tells());
            let text = answer.text();
            // Neither it, nor a zone in it, nor one that it lies in.
            for zone in (3..=6).filter_map(|r| zone::parent(marked, r)).filter(|_| !(9..18).contains(&local))
            {
                assert!(!text.contains(&zone::text(zone)), "{text}");
            }
            assert!(!text.contains(&zone::text(marked)) && !text.contains("\"home\""), "{text}");
        }
        assert!(told >= 5, "by day he was somewhere else");
    });
}

#[test]
fn in_the_hours_nothing_at_all_is_told_and_what_was_seen_in_them_is_not_told_later() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        allows_places(&mina, &assistant);
        mina.allows(&assistant, ASSISTANT, Category::UsageInterest, Precision::Label);
        marks(w, &mina, &Change::Hours(Hours::parse("22:00-06:00")));
        let at = |text: &str| w.clock.set(At::parse(text).unwrap());
        // Local time is an hour ahead of UTC.
        at("2026-11-24T20:59:00Z");
        all_at(w, &mina, MUNICH);
        assert!(heard(&mina, &assistant, ZONE).is_ok());
        at("2026-11-24T21:00:00Z");
        for category in [ZONE, Category::UsageInterest] {
            assert_eq!(heard(&mina, &assistant, category), Err(Reason::NeverHours));
        }
        at("2026-11-25T04:50:00Z");
        all_at(w, &mina, MUNICH);
        at("2026-11-25T05:10:00Z");
        assert_eq!(heard(&mina, &assistant, ZONE), Err(Reason::NeverHours), "seen ten minutes to six");
        assert_eq!(heard(&mina, &assistant, Category::UsageInterest), Err(Reason::NoData));
        all_at(w, &mina, MUNICH);
        assert!(heard(&mina, &assistant, ZONE).is_ok());
    });
}

#[test]
fn an_answer_that_is_being_made_when_the_mark_is_set_or_the_hours_begin_is_made_anew() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        all_at(w, &mina, MUNICH);
        let interrupted = Arc::new(Interrupted::default());
        let request = assistant.request(&mina, ASSISTANT, &[ZONE]);
        let token = assistant.client.token();
        let (broker, id) = (w.broker(), mina.id);
        w.restart(Opening { rng: Some(interrupted.clone()), ..Opening::default() });
        interrupted.next_draw_after(move || {
            let change = Change::Area(area(MUNICH), true);
            broker.keep_back(id, "screen".into(), &change).unwrap();
        });
        assert!(!assistant.asks_with(&token, &request).tells());
        assert!(interrupted.is_done());
        assert_eq!(mina.last_reason(), Some(Reason::NeverPlace));
        let change = Change::All(Never { hours: Hours::parse("17:00-18:00"), ..Never::default() });
        assert!(marks(w, &mina, &change));
        assert!(assistant.asks_with(&token, &request).tells());
        // It is twenty past four in Berlin; the clock strikes five before the answer is final.
        let (clock, strikes) = (w.clock.clone(), At::parse("2026-11-24T16:00:00Z").unwrap());
        clock.set(strikes.plus(-MINUTE_US));
        let token = assistant.client.token();
        interrupted.next_draw_after(move || clock.set(strikes));
        assert!(!assistant.asks_with(&token, &request).tells());
        assert_eq!(mina.last_reason(), Some(Reason::NeverHours));
    });
}

#[test]
fn the_marks_are_sealed_and_recorded_without_a_place_and_the_file_tells_them_to_him_alone() {
    World::each(|w| {
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let all = Never {
            areas: [area(MUNICH)].into(),
            labels: [Label::Work].into(),
            hours: Hours::parse("22:00-06:00"),
        };
        assert!(marks(w, &mina, &Change::All(all.clone())));
        assert!(!marks(w, &mina, &Change::All(all.clone())), "what changes nothing is no story");
        assert_eq!(w.broker().never(mina.id).unwrap(), all);
        assert!(w.broker().never(jan.id).unwrap().is_empty());
        let names = [zone::text(area(MUNICH)), area(MUNICH).0.to_string(), "22:00".to_owned()];
        for (table, row) in w.dump() {
            assert!(!names.iter().any(|name| row.contains(name)), "{table}: {row}");
        }
        let records = mina.records();
        let said: Vec<&String> = records
            .iter()
            .filter_map(|r| match &r.event {
                Event::Operation { what, which } if what == "subscriber.never" => Some(which),
                _ => None,
            })
            .collect();
        assert_eq!(said, ["areas, labels, hours (subscriber, screen)"]);
        let file = w.broker().everything(mina.id).unwrap();
        assert_eq!(
            file["never_shared"],
            json!({ "h3_areas": [zone::text(area(MUNICH))], "places": ["work"], "hours": "22:00-06:00" })
        );
        assert_eq!(w.broker().everything(jan.id).unwrap()["never_shared"]["h3_areas"], json!([]));
    });
}

#[test]
fn forgetting_takes_the_areas_and_leaves_what_tells_nothing_of_a_life_and_a_new_holder_has_none() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let all = Never {
            areas: [area(MUNICH)].into(),
            labels: [Label::Home].into(),
            hours: Hours::parse("22:00-06:00"),
        };
        marks(w, &mina, &Change::All(all.clone()));
        w.broker().forget(mina.id, false).unwrap();
        assert_eq!(w.broker().never(mina.id).unwrap(), Never { areas: Default::default(), ..all });
        marks(w, &mina, &Change::All(Never { areas: [area(MUNICH)].into(), ..Never::default() }));
        w.broker().forget(mina.id, true).unwrap();
        let about = |(table, _): &(String, String)| table == "nevers";
        assert!(!w.dump().iter().any(about), "no row is left of nothing");
        marks(w, &mina, &Change::Area(area(MUNICH), true));
        w.broker().depart(&Caller::console(), &mina.reference(), Departure::Recycled).unwrap();
        assert!(!w.dump().iter().any(about));
        let gone = w.broker().keep_back(mina.id, "screen".into(), &Change::Area(area(MUNICH), true));
        assert!(matches!(gone, Err(Failure::NotFound(_))));
        let new = Subscriber::enrol(w, "new", &mina.number, AgeBand::Adult);
        assert!(w.broker().never(new.id).unwrap().is_empty());
    });
}

#[test]
fn a_blob_that_was_exchanged_for_another_opens_nothing_and_nothing_is_told() {
    World::each(|w| {
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        for who in [&mina, &jan] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
            marks(w, who, &Change::Label(Label::Home, true));
        }
        all_at(w, &mina, MUNICH);
        let id = |who: &Subscriber<'_>| {
            let hex = dongui::crypt::hex::encode(&who.id.0);
            if w.house.is_postgres() { format!("'\\x{hex}'") } else { format!("x'{hex}'") }
        };
        w.sql(&format!(
            "UPDATE nevers SET sealed = (SELECT n.sealed FROM nevers n WHERE n.subscriber_id = {}) WHERE subscriber_id = {}",
            id(&jan),
            id(&mina)
        ));
        let answer = assistant.asks(&mina);
        assert!(matches!(answer.failure(), Failure::Fault(Fault::Corrupt("nevers"))), "{answer:?}");
        assert!(assistant.asks(&jan).withheld(ZONE).is_some());
    });
}

#[test]
fn the_operators_app_reads_and_replaces_them_and_odd_values_are_named_by_their_place_alone() {
    World::each(|w| {
        let (mina, app) = (w.subscriber("mina"), App::of(w));
        let put = |body: Value| app.sends(&Call::new("PUT", "/v1/nevers").json(&body));
        let text = zone::text(area(MUNICH));
        let state = || app.posts("/v1/nevers/state", &json!({ "reference": mina.number })).json();
        assert_eq!(state(), json!({ "areas": [], "labels": [], "hours": null }));
        let wanted =
            json!({ "reference": mina.number, "areas": [text], "labels": ["home"], "hours": "22:00-06:00" });
        let reply = put(wanted);
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(state(), json!({ "areas": [text], "labels": ["home"], "hours": "22:00-06:00" }));
        let (lat, lon) = MUNICH;
        let fine = zone::text(zone::from_point(lat, lon).unwrap());
        for (odd, place) in [
            (json!({ "areas": [fine] }), "/areas"),
            (json!({ "areas": ["Munich"] }), "/areas"),
            (json!({ "hours": "22:00-22:00" }), "/hours"),
            (json!({ "labels": ["frequent"] }), "/labels"),
        ] {
            let mut body = json!({ "reference": mina.number });
            odd.as_object().unwrap().iter().for_each(|(k, v)| body[k] = v.clone());
            let reply = put(body);
            assert_eq!(reply.status, 422, "{odd}");
            assert!(reply.text().contains(place) && !reply.text().contains(&fine), "{}", reply.text());
        }
        assert_eq!(put(json!({ "reference": mina.number })).status, 200, "nothing is marked any more");
        assert!(rows::rows_of(&w.house.url, "nevers").is_empty());
    });
}
