//! A number that goes to somebody else, or away: nothing of the old life is left to its new holder, nor to who knew the old one.
use super::support::world::{Opening, told};
use super::support::{ASSISTANT, MUNICH, R6, Subscriber, World, ZONE, rows};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::depart::Departure;
use dongui::domain::consent::{Act, Status};
use dongui::domain::feed::FeedKind;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{HOUR_US, SECOND_US};
use std::sync::Arc;

fn link(w: &World, who: &Subscriber<'_>) -> String {
    let url = w.broker().invite(&Caller::console(), &who.reference()).unwrap();
    url.rsplit_once('/').unwrap().1.to_owned()
}

fn departs(w: &World, who: &Subscriber<'_>, why: Departure) -> usize {
    w.broker().depart(&Caller::console(), &who.reference(), why).unwrap()
}

#[test]
fn the_new_holder_of_a_number_shares_nothing_with_the_old_one() {
    World::each(|w| {
        let (old, assistant) = (w.subscriber("old"), w.provider("assistant"));
        let subject = assistant.knows(&old);
        old.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        old.is_at(MUNICH);
        let request = assistant.request(&old, ASSISTANT, &[ZONE]);
        assert!(assistant.asks_with(&assistant.client.token(), &request).tells());
        let stranger = w.subscriber("stranger");
        let (unused, session) = (link(w, &old), w.broker().enter(&link(w, &old)).unwrap());
        let before = w.broker().enrol(&Caller::console(), &old.reference(), AgeBand::Adult, None).unwrap();
        w.clock.advance(SECOND_US);
        let last_of_old = w.clock.now().rfc3339();
        w.clock.advance(HOUR_US);
        assert_eq!(departs(w, &old, Departure::Recycled), 1);

        // Links and sessions of the old life open nothing, before and after somebody else has the number.
        let dead = || {
            assert!(matches!(w.broker().visitor(&session), Err(Failure::DeadLink)));
            assert!(matches!(w.broker().peek(&unused), Err(Failure::DeadLink)));
            assert!(matches!(w.broker().enter(&unused), Err(Failure::DeadLink)));
        };
        dead();
        assert!(matches!(w.broker().invite(&Caller::console(), &old.reference()), Err(Failure::NotFound(_))));
        let new = Subscriber::enrol(w, "new", &old.number, AgeBand::Adult);
        dead();
        let after = w.broker().enrol(&Caller::console(), &new.reference(), AgeBand::Adult, None).unwrap();
        assert!(new.id != old.id && before.person != after.person);
        assert_ne!(before.person_number, after.person_number);
        assert_ne!(assistant.knows(&new), subject);

        // Neither grants nor requests of the old life are to be seen, and nothing acts on them.
        assert!(new.timeline().is_empty() && w.broker().overview(new.id).unwrap().grants.is_empty());
        let wish =
            Wish::Change { act: Act::Pause, until: None, recipient: None, purpose: None, category: None };
        assert!(matches!(old.decides(&wish), Err(Failure::NotFound("subscriber"))));

        // What feeds still say of the old life is not the new one's; what they say of now is.
        new.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        let (lat, lon) = MUNICH;
        // Another line than any before, or it would be answered from memory.
        let late = format!("subscriber,at,lat,lon\n{},{last_of_old},{lat},{lon}\n", new.number);
        let report = w.load(FeedKind::Location, &late);
        assert_eq!((report.kept, report.dropped), (0, 1));
        assert!(!assistant.asks(&new).tells(), "the old one's trace");
        w.clock.advance(SECOND_US);
        assert_eq!(new.is_at(MUNICH).kept, 1);
        assert!(assistant.asks(&new).tells());

        // The old pseudonym answers as one that never was, also now that the number has data.
        let heard = |subject: &str| {
            let mut request = request.clone();
            request.subject = subject.to_owned();
            assistant.asks_with(&assistant.client.token(), &request).text()
        };
        assert_eq!(heard(&subject), heard("AAAAAAAAAAAAAAAAAAAAAA"));
        assert!(stranger.timeline().is_empty());
        // The evidence stays: what was decided and asked, under the old life's own id.
        assert!(old.records().len() >= 4 && old.disclosures() == 1);
    });
}

#[test]
fn a_number_that_leaves_ends_every_consent_and_recipients_are_told_to_delete() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.narrows(&assistant, |r| {
            r.webhook = dongui::domain::webhook::WebhookUrl::parse("http://127.0.0.1:9/")
        });
        let subject = assistant.knows(&mina);
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let ward = w.enrols("ward", AgeBand::Minor);
        let wanted = dongui::broker::people::NewRelation {
            subscriber: &ward.reference(),
            holder: &mina.reference(),
            kind: RelationKind::Guardian,
            verified: Verified::Document,
            may_allow: false,
            until: None,
        };
        let guardian = w.broker().relate(&Caller::console(), &wanted).unwrap().id;
        assert_eq!(departs(w, &mina, Departure::PortedOut), 1);
        let told = rows::texts(&w.house.url, "SELECT document AS value FROM outbox ORDER BY seq");
        let told: Vec<serde_json::Value> = told.iter().map(|t| serde_json::from_str(t).unwrap()).collect();
        let kinds: Vec<&str> = told.iter().map(|t| t["type"].as_str().unwrap()).collect();
        let ends = ["granted", "withdrawn", "purge_requested"];
        assert_eq!(kinds, ends.map(|k| format!("dev.dongui.consent.{k}")));
        assert!(told.iter().all(|t| t["subject"] == subject.as_str()));
        assert_eq!(rows::rows_of(&w.house.url, "purges").len(), 1);
        let id = dongui::crypt::hex::encode(&mina.id.0).to_uppercase();
        let about = |row: &String| row.to_uppercase().contains(&id);
        assert!(!rows::rows_of(&w.house.url, "profiles").iter().any(about), "what was known is deleted");
        // Whom he spoke for has nobody to speak for him any more: the number is somebody else's.
        let refused = w.broker().invite_guardian(&Caller::console(), &ward.reference(), guardian);
        assert!(matches!(refused, Err(Failure::NotFound("guardian"))));
        assert!(matches!(
            w.broker().depart(&Caller::console(), &mina.reference(), Departure::PortedOut),
            Err(Failure::NotFound("subscriber"))
        ));
        let events =
            w.store().read("story", |tx| dongui::store::consents::events(tx, mina.id, assistant.id)).unwrap();
        let last = events.last().unwrap();
        assert_eq!((last.act, last.actor.as_str()), (Act::Revoke, "operator"));
        let alone = dongui::domain::consent::People::alone(dongui::domain::age::Majority::REACHED);
        let held = w.store().read("story", |tx| dongui::store::consents::held(tx, mina.id, &alone)).unwrap();
        assert!(held.iter().all(|g| g.status(w.clock.now()) == Status::Revoked));
    });
}

#[test]
fn a_number_that_goes_between_the_decision_and_its_record_stops_the_answer() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let rng = Arc::new(super::support::world::Interrupted::default());
        let other = w.another(Opening::default());
        w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
        let reference = mina.reference();
        rng.next_draw_after(move || {
            assert_eq!(other.depart(&Caller::console(), &reference, Departure::Recycled).unwrap(), 1);
        });
        let answer = assistant.asks_with(&token, &request);
        assert!(rng.is_done() && !answer.tells(), "{}", answer.text());
        assert_eq!(mina.disclosures(), 0);
    });
}

#[test]
fn a_decision_in_flight_when_the_number_goes_is_no_decision_any_more() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let rng = Arc::new(super::support::world::Interrupted::default());
        let other = w.another(Opening::default());
        w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
        let (reference, id) = (mina.reference(), mina.id);
        rng.next_draw_after(move || {
            other.depart(&Caller::console(), &reference, Departure::Recycled).map(drop).unwrap();
        });
        let wish =
            Wish::Refuse { recipient: assistant.id, purpose: ASSISTANT, category: ZONE, shown: told() };
        let decided = w.broker().decide(id, &wish, "screen");
        assert!(rng.is_done() && matches!(decided, Err(Failure::NotFound("subscriber"))), "{decided:?}");
    });
}
