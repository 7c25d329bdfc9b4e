//! A minor and his guardian: whose word waits for whose, who takes back whose pause, the way into a ward's pages, and that recipients are told when
//! who said yes may speak no longer; and what is left of showings. Deliberately absent: pages (`screens::family`), and whose yes counts (`people`).
use super::people::{guardian, related};
use super::support::world::told;
use super::support::{ASSISTANT, MUNICH, Provider, R6, Subscriber, World, ZONE, rows};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::{Decided, Wish};
use dongui::broker::people::{NewBlock, NewRelation};
use dongui::domain::consent::{Act, Actor, Capture, Limits, Status};
use dongui::domain::id::RelationId;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{At, DAY_US, HOUR_US, SECOND_US};
use dongui::domain::webhook::WebhookUrl;

fn yes(w: &World, who: &Provider<'_>) -> Wish {
    Wish::Allow {
        recipient: who.id,
        purpose: ASSISTANT,
        category: ZONE,
        precision: R6,
        until: w.clock.now().plus(30 * DAY_US),
        limits: Limits::NONE,
        shown: told(),
    }
}

fn change(act: Act, until: Option<At>) -> Wish {
    Wish::Change { act, until, recipient: None, purpose: None, category: None }
}

fn says(w: &World, whose: &Subscriber<'_>, wish: &Wish, by: impl Into<Capture>) -> Result<Decided, Failure> {
    w.broker().show_and_decide(whose.id, wish, by)
}

fn by(relation: RelationId) -> Capture {
    Capture { actor: Actor::Guardian, channel: "console", relation: Some(relation) }
}

/// Somebody who is a subscriber himself speaks for another one.
pub fn speaks_for(
    w: &World,
    holder: &Subscriber<'_>,
    ward: &Subscriber<'_>,
    until: Option<At>,
) -> RelationId {
    let wanted = NewRelation {
        subscriber: &ward.reference(),
        holder: &holder.reference(),
        kind: RelationKind::Guardian,
        verified: Verified::Document,
        may_allow: false,
        until,
    };
    w.broker().relate(&Caller::console(), &wanted).unwrap().id
}

fn enters(w: &World, who: &Subscriber<'_>) -> String {
    let url = w.broker().invite(&Caller::console(), &who.reference()).unwrap();
    w.broker().enter(url.rsplit_once('/').unwrap().1).unwrap()
}

#[test]
fn a_minors_own_yes_waits_for_his_guardian_and_displaces_nothing() {
    World::each(|w| {
        let (ward, assistant) = (w.enrols("ward", AgeBand::Minor), w.provider("assistant"));
        let guardian = guardian(w, &ward, Verified::Document);
        let decided = says(w, &ward, &yes(w, &assistant), "screen").unwrap();
        assert_eq!(decided.grants[0].status(w.clock.now()), Status::Requested);
        assert!(decided.grants[0].waits_for_guardian());
        let overview = w.broker().overview(ward.id).unwrap();
        assert!(overview.grants.is_empty() && overview.minor);
        assert!(overview.asked[0].waits_for_guardian());
        w.neighbours_are_at(MUNICH);
        ward.is_at(MUNICH);
        assert!(!assistant.asks(&ward).tells());
        // His guardian says it, to the same chain; from then on the minor's own yes takes nothing's place.
        let given = says(w, &ward, &yes(w, &assistant), by(guardian)).unwrap();
        assert_eq!(given.grants[0].id, decided.grants[0].id);
        w.clock.advance(SECOND_US);
        ward.is_at(MUNICH);
        assert!(assistant.asks(&ward).tells());
        assert!(matches!(says(w, &ward, &yes(w, &assistant), "screen"), Err(Failure::Conflict(_))));
        assert!(assistant.asks(&ward).tells());
        // After his own no he may come back to it, and it waits again.
        ward.refuses(&assistant, ASSISTANT, ZONE);
        let again = says(w, &ward, &yes(w, &assistant), "screen").unwrap();
        assert!(again.grants[0].waits_for_guardian());
    });
}

#[test]
fn a_minor_takes_back_his_own_pause_and_never_his_guardians() {
    World::each(|w| {
        let (ward, assistant) = (w.enrols("ward", AgeBand::Minor), w.provider("assistant"));
        let guardian = guardian(w, &ward, Verified::Document);
        says(w, &ward, &yes(w, &assistant), by(guardian)).unwrap();
        let is_paused = || {
            let grants = w.broker().overview(ward.id).unwrap().grants;
            grants[0].status(w.clock.now()) == Status::Paused
        };
        assert!(says(w, &ward, &change(Act::Pause, None), "screen").unwrap().entry.is_some());
        assert!(says(w, &ward, &change(Act::Resume, None), "screen").unwrap().entry.is_some());
        assert!(!is_paused());
        let refused = || {
            let resumed = says(w, &ward, &change(Act::Resume, None), "screen");
            matches!(resumed, Err(Failure::Invalid { field: "actor", .. })) && is_paused()
        };
        assert!(says(w, &ward, &change(Act::Pause, None), by(guardian)).unwrap().entry.is_some());
        assert!(refused());
        assert_eq!(w.broker().overview(ward.id).unwrap().held_back.len(), 1);
        // Neither a pause of his own on top nor one that was there first makes it his.
        says(w, &ward, &change(Act::Pause, None), "screen").unwrap();
        assert!(refused());
        says(w, &ward, &change(Act::Resume, None), by(guardian)).unwrap();
        says(w, &ward, &change(Act::Pause, None), "screen").unwrap();
        assert!(says(w, &ward, &change(Act::Pause, None), by(guardian)).unwrap().entry.is_some());
        assert!(refused());
        says(w, &ward, &change(Act::Resume, None), by(guardian)).unwrap();
        // One that has ended by itself holds nothing back any more.
        let end = w.clock.now().plus(HOUR_US);
        says(w, &ward, &change(Act::Pause, Some(end)), by(guardian)).unwrap();
        assert!(refused());
        w.clock.set(end);
        says(w, &ward, &change(Act::Pause, None), "screen").unwrap();
        assert!(says(w, &ward, &change(Act::Resume, None), "screen").unwrap().entry.is_some());
        let renew = change(Act::Renew, Some(w.clock.now().plus(40 * DAY_US)));
        assert!(matches!(says(w, &ward, &renew, "screen"), Err(Failure::Invalid { field: "actor", .. })));
    });
}

#[test]
fn what_was_put_off_is_not_asked_again_before_its_time() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (recipient, purpose, category) = (assistant.id, ASSISTANT, ZONE);
        let operator = Capture { actor: Actor::Operator, channel: "console", relation: None };
        let asks = Wish::Request { recipient, purpose, category, shown: told() };
        says(w, &mina, &asks, operator).unwrap();
        assert_eq!(w.broker().overview(mina.id).unwrap().asked.len(), 1);
        let later = Wish::Defer { recipient, purpose, category, shown: told() };
        says(w, &mina, &later, "screen").unwrap();
        let overview = w.broker().overview(mina.id).unwrap();
        assert!(overview.asked.is_empty() && overview.put_off.len() == 1);
        let from = overview.put_off[0].1;
        assert_eq!(from, w.clock.now().plus(7 * DAY_US));
        assert!(matches!(says(w, &mina, &asks, operator), Err(Failure::Conflict(_))));
        w.clock.set(from);
        assert_eq!(w.broker().overview(mina.id).unwrap().asked.len(), 1);
        says(w, &mina, &asks, operator).unwrap();
        assert_eq!(w.broker().overview(mina.id).unwrap().put_off.len(), 0);
    });
}

/// The kinds of messages that wait for recipients.
fn waiting(w: &World) -> Vec<String> {
    let told = rows::texts(&w.house.url, "SELECT document AS value FROM outbox ORDER BY seq");
    let kind = |t: &String| {
        let told: serde_json::Value = serde_json::from_str(t).unwrap();
        told["type"].as_str().unwrap().rsplit_once('.').unwrap().1.to_owned()
    };
    told.iter().map(kind).collect()
}

/// A way for a relation to be over.
type End = dyn Fn(&World, &Subscriber<'_>, At);

#[test]
fn recipients_are_told_once_when_who_said_yes_speaks_for_him_no_longer() {
    let ends: [&End; 3] = [
        // It runs out, and nobody does anything.
        &|w, _, end| w.clock.set(end),
        // The guardian's own number goes to somebody else.
        &|w, mother, _| {
            let why = dongui::broker::depart::Departure::Recycled;
            w.broker().depart(&Caller::console(), &mother.reference(), why).unwrap();
        },
        // The operator ends it, which tells by itself.
        &|w, mother, _| {
            let visitor = w.broker().visitor(&enters(w, mother)).unwrap();
            let relation = w.broker().wards(&visitor).unwrap()[0].relation.id;
            w.broker().end_relation(&Caller::console(), relation).unwrap();
        },
    ];
    for ends in ends {
        World::each(|w| {
            let (ward, mother) = (w.enrols("ward", AgeBand::Minor), w.subscriber("mother"));
            let assistant = w.provider("assistant");
            w.narrows(&assistant, |r| r.webhook = WebhookUrl::parse("http://127.0.0.1:9/"));
            assistant.knows(&ward);
            let end = w.clock.now().plus(HOUR_US);
            let relation = speaks_for(w, &mother, &ward, Some(end));
            says(w, &ward, &yes(w, &assistant), by(relation)).unwrap();
            assert_eq!(w.broker().end_lapsed().unwrap(), 0, "it lives");
            w.clock.advance(SECOND_US);
            ends(w, &mother, end);
            w.neighbours_are_at(MUNICH);
            ward.is_at(MUNICH);
            assert!(!assistant.asks(&ward).tells(), "denied before anybody was told");
            // At some time of the next day, so that midnight tells no birthday.
            w.clock.advance(DAY_US);
            w.broker().end_lapsed().unwrap();
            assert_eq!(
                assistant.asks(&ward).withheld(ZONE).as_deref(),
                Some("not_granted"),
                "as after any end"
            );
            assert_eq!(waiting(w), ["granted", "withdrawn", "purge_requested"]);
            assert_eq!(rows::rows_of(&w.house.url, "purges").len(), 1);
            assert_eq!(w.broker().end_lapsed().unwrap(), 0, "once");
            assert_eq!(waiting(w).len(), 3);
        });
    }
}

#[test]
fn recipients_are_told_when_a_minor_is_of_age() {
    World::each(|w| {
        let (reference, age) = ("+4915550099999", dongui::domain::age::Age::parse("2010-11-26").unwrap());
        let reference = dongui::domain::subscriber::Reference::parse(reference).unwrap();
        let id = w.broker().enrol(&Caller::console(), &reference, age, None).unwrap().id;
        let (ward, mother) = (Subscriber::known(w, "ward", "+4915550099999", id), w.subscriber("mother"));
        let assistant = w.provider("assistant");
        w.narrows(&assistant, |r| r.webhook = WebhookUrl::parse("http://127.0.0.1:9/"));
        assistant.knows(&ward);
        let relation = speaks_for(w, &mother, &ward, None);
        says(w, &ward, &yes(w, &assistant), by(relation)).unwrap();
        let of_age = At::parse("2026-11-25T23:00:00Z").unwrap();
        w.clock.set(of_age.plus(-HOUR_US));
        assert_eq!(w.broker().end_lapsed().unwrap(), 0);
        w.clock.set(of_age);
        assert!(!assistant.asks(&ward).tells());
        assert_eq!(w.broker().end_lapsed().unwrap(), 0, "not at midnight");
        w.clock.set(of_age.plus(DAY_US));
        assert_eq!(w.broker().end_lapsed().unwrap(), 1);
        assert_eq!(waiting(w), ["granted", "withdrawn", "purge_requested"]);
    });
}

#[test]
fn only_his_living_guardian_goes_from_his_own_page_to_a_wards_and_back() {
    World::each(|w| {
        let (ward, mother) = (w.enrols("ward", AgeBand::Minor), w.subscriber("mother"));
        let (stranger, broker) = (w.subscriber("stranger"), w.broker());
        let end = w.clock.now().plus(HOUR_US / 6);
        let relation = speaks_for(w, &mother, &ward, Some(end));
        let own = enters(w, &mother);
        let wards = broker.wards(&broker.visitor(&own).unwrap()).unwrap();
        assert_eq!(wards.iter().map(|w| w.relation.id).collect::<Vec<_>>(), [relation]);
        let there = broker.act_for(&own, relation).unwrap();
        let visitor = broker.visitor(&there).unwrap();
        assert_eq!((visitor.subscriber, visitor.by.actor), (ward.id, Actor::Guardian));
        assert!(visitor.acts_for.unwrap().returns);
        let back = broker.act_for_oneself(&there).unwrap();
        assert_eq!(broker.visitor(&back).unwrap().subscriber, mother.id);
        for left in [&own, &there] {
            assert!(
                matches!(broker.visitor(left), Err(Failure::DeadLink)),
                "one page takes the place of the other"
            );
        }
        let (own, there) = (enters(w, &mother), broker.act_for(&back, relation).unwrap());
        // A stranger, the ward himself, who is on a ward's page already, and an owner of the line do not come in.
        let strange = enters(w, &stranger);
        let owner = {
            let wanted = NewRelation {
                subscriber: &ward.reference(),
                holder: &stranger.reference(),
                kind: RelationKind::Owner,
                verified: Verified::Contract,
                may_allow: false,
                until: None,
            };
            broker.relate(&Caller::console(), &wanted).unwrap().id
        };
        for (session, relation) in [(&strange, relation), (&enters(w, &ward), relation), (&strange, owner)] {
            assert!(matches!(broker.act_for(session, relation), Err(Failure::NotFound("guardian"))));
        }
        assert!(matches!(broker.act_for(&there, relation), Err(Failure::DeadLink)));
        assert!(matches!(broker.act_for_oneself(&own), Err(Failure::DeadLink)));
        // The end of the relation bites at the next click, and the way back goes with the page.
        w.clock.set(end);
        assert!(matches!(broker.visitor(&there), Err(Failure::DeadLink)));
        assert!(matches!(broker.act_for(&own, relation), Err(Failure::NotFound("guardian"))));
        assert!(broker.visitor(&own).is_ok());
    });
}

#[test]
fn what_owners_forbid_can_be_read_back_and_is_told_to_the_user_of_the_line() {
    World::each(|w| {
        let (mina, broker, console) = (w.subscriber("mina"), w.broker(), Caller::console());
        let owner = related(w, &mina.reference(), RelationKind::Owner, Verified::Contract);
        let wanted = NewBlock { relation: owner, recipient: None, category: Some(ZONE), finest: None };
        let block = broker.block(&console, &wanted).unwrap();
        assert_eq!(broker.blocks(&console, &mina.reference()).unwrap(), [block]);
        assert_eq!(broker.blocks_by(&console, owner).unwrap(), [block]);
        let visitor = broker.visitor(&enters(w, &mina)).unwrap();
        let family = broker.family(&visitor).unwrap();
        assert_eq!((family.others[0].id, family.blocks), (owner, vec![block]));
        broker.lift(&console, owner).unwrap();
        assert!(broker.blocks(&console, &mina.reference()).unwrap().is_empty());
        let other = guardian(w, &w.enrols("ward", AgeBand::Minor), Verified::Document);
        assert!(matches!(broker.blocks_by(&console, other), Err(Failure::NotFound("relation"))));
    });
}

#[test]
fn of_what_was_shown_only_a_hash_is_left_where_no_consent_rests_on_it() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let tokens = || rows::texts(&w.house.url, "SELECT token AS value FROM presentations ORDER BY at, id");
        let others = tokens().len();
        mina.refuses(&assistant, ASSISTANT, dongui::domain::category::Category::WebInterest);
        w.clock.advance(SECOND_US);
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let hashed = || tokens().iter().skip(others).map(|t| t.starts_with("sha256:")).collect::<Vec<_>>();
        assert_eq!(hashed(), [false, false]);
        let before = tokens();
        w.broker().forget(mina.id, false).unwrap();
        assert_eq!(hashed(), [true, false], "what is given has to be proved");
        let hash = dongui::crypt::hash::sha256(&[before[others].as_bytes()]);
        assert_eq!(tokens()[others], format!("sha256:{}", dongui::crypt::hex::encode(&hash)));
        let why = dongui::broker::depart::Departure::Recycled;
        w.broker().depart(&Caller::console(), &mina.reference(), why).unwrap();
        assert_eq!(hashed(), [true, true]);
    });
}
