//! Minors, guardians, delegates, owners of lines: whose yes counts, from when and until when. Deliberately absent: numbers that go to
//! somebody else (`recycled`), and laws of the pure decision (`domain::consent`).
use super::support::world::told;
use super::support::{ASSISTANT, CITY, MUNICH, Provider, R6, Subscriber, World, ZONE, rows};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::{Decided, Wish};
use dongui::broker::history::{AsOf, Held};
use dongui::broker::people::{NewBlock, NewRelation};
use dongui::domain::age::Age;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Actor, Capture, Limits, Status};
use dongui::domain::id::RelationId;
use dongui::domain::reason::Reason;
use dongui::domain::relation::{RelationKind, Verified};
use dongui::domain::scene::Standing;
use dongui::domain::subscriber::{AgeBand, Reference};
use dongui::domain::time::{At, DAY_US, HOUR_US};

/// What the operator calls somebody who is no subscriber.
const OUTSIDE: &str = "canary-holder-31415";

/// A relation of somebody who is no subscriber.
pub fn related(w: &World, who: &Reference, kind: RelationKind, verified: Verified) -> RelationId {
    let holder = Reference::parse(OUTSIDE).unwrap();
    let wanted =
        NewRelation { subscriber: who, holder: &holder, kind, verified, may_allow: false, until: None };
    w.broker().relate(&Caller::console(), &wanted).unwrap().id
}

pub fn guardian(w: &World, who: &Subscriber<'_>, verified: Verified) -> RelationId {
    related(w, &who.reference(), RelationKind::Guardian, verified)
}

pub fn by(actor: Actor, relation: RelationId) -> Capture {
    Capture { actor, channel: "console", relation: Some(relation) }
}

pub fn yes(w: &World, who: &Provider<'_>, days: i64) -> Wish {
    Wish::Allow {
        recipient: who.id,
        purpose: ASSISTANT,
        category: ZONE,
        precision: R6,
        until: w.clock.now().plus(days * DAY_US),
        limits: Limits::NONE,
        shown: told(),
    }
}

pub fn change(act: Act) -> Wish {
    Wish::Change { act, until: None, recipient: None, purpose: None, category: None }
}

pub fn says(
    w: &World,
    whose: &Subscriber<'_>,
    wish: &Wish,
    by: impl Into<Capture>,
) -> Result<Decided, Failure> {
    w.broker().show_and_decide(whose.id, wish, by)
}

fn has_no_say(decided: Result<Decided, Failure>) -> bool {
    matches!(decided, Err(Failure::Invalid { field: "actor", .. }))
}

pub fn held(w: &World, mina: &Subscriber<'_>, who: &Provider<'_>, at: Option<At>, known: Option<At>) -> Held {
    let asked = AsOf { recipient: who.id, purpose: ASSISTANT, category: ZONE, at, known };
    w.broker().as_of(&Caller::console(), &mina.reference(), &asked).unwrap()
}

/// A minor who comes of age two days from the start of the story (DE: sixteen), in a crowd.
fn ward(w: &World) -> (Subscriber<'_>, At) {
    let reference = Reference::parse("+4915550099999").unwrap();
    let age = Age::parse("2010-11-26").unwrap();
    let id = w.broker().enrol(&Caller::console(), &reference, age, None).unwrap().id;
    w.neighbours_are_at(MUNICH);
    (Subscriber::known(w, "ward", "+4915550099999", id), At::parse("2026-11-25T23:00:00Z").unwrap())
}

#[test]
fn what_a_guardian_allowed_is_over_to_the_microsecond_when_his_ward_is_of_age() {
    World::each(|w| {
        let ((ward, of_age), assistant) = (ward(w), w.provider("assistant"));
        let guardian = guardian(w, &ward, Verified::Document);
        assert!(says(w, &ward, &yes(w, &assistant, 30), by(Actor::Guardian, guardian)).is_ok());
        ward.is_at(MUNICH);
        assert!(assistant.asks(&ward).tells());
        let answer = held(w, &ward, &assistant, None, None).answer;
        assert_eq!((answer.status, answer.until), (Status::Given, Some(of_age)));
        let grant = answer.grant.unwrap();
        w.clock.set(of_age.plus(-HOUR_US));
        w.neighbours_are_at(MUNICH);
        ward.is_at(MUNICH);
        w.clock.set(of_age.plus(-1));
        assert!(assistant.asks(&ward).tells());
        // The clock stands at the instant itself now. The end that the recipient knows has not come, so it hears what a pause sounds like.
        assert_eq!(w.clock.now(), of_age);
        assert_eq!(assistant.asks(&ward).withheld(ZONE).as_deref(), Some("not_available"));
        assert_eq!(ward.last_reason(), Some(Reason::Lapsed));
        for at in [None, Some(of_age)] {
            let answer = held(w, &ward, &assistant, at, None).answer;
            assert_eq!((answer.status, answer.standing), (Status::Expired, Standing::Lapsed));
        }
        let before = held(w, &ward, &assistant, Some(of_age.plus(-1)), None).answer;
        assert_eq!(before.status, Status::Given);
        let receipt = w.broker().consent_receipt(ward.id, grant.id, None).unwrap();
        let states = &receipt.document["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"];
        assert_eq!(states[0]["dpv:isIndicatedBy"], "dpv:GuardianOfDataSubject");
        assert_eq!(
            (&states[1]["@type"][0], &states[1]["dpv:isIndicatedAtTime"]),
            (&"dpv:ConsentExpired".into(), &of_age.rfc3339().into())
        );
        // Nothing revives it, and the guardian is none any more; the person himself says it anew.
        assert!(has_no_say(says(w, &ward, &yes(w, &assistant, 30), by(Actor::Guardian, guardian))));
        assert!(says(w, &ward, &change(Act::Withdraw), "screen").unwrap().entry.is_none());
        ward.allows(&assistant, ASSISTANT, ZONE, CITY);
        assert!(assistant.asks(&ward).tells());
        w.clock.set(grant.until);
        assert_eq!(held(w, &ward, &assistant, Some(of_age), None).answer.standing, Standing::Lapsed);
    });
}

#[test]
fn a_minor_alone_says_no_whenever_he_wants_and_yes_never() {
    World::each(|w| {
        let (ward, assistant) = (w.enrols("ward", AgeBand::Minor), w.provider("assistant"));
        w.narrows(&assistant, |r| {
            r.webhook = dongui::domain::webhook::WebhookUrl::parse("http://127.0.0.1:9/")
        });
        assistant.knows(&ward);
        // It is written down, waits for his guardian and is told to nobody.
        let decided = says(w, &ward, &yes(w, &assistant, 30), "screen").unwrap();
        assert_eq!(decided.grants[0].status(w.clock.now()), Status::Requested);
        assert_eq!(assistant.asks(&ward).withheld(ZONE).as_deref(), Some("not_granted"));
        assert!(rows::rows_of(&w.house.url, "outbox").is_empty());
        assert_eq!(held(w, &ward, &assistant, None, None).answer.standing, Standing::Absent);
        let delegate = NewRelation {
            subscriber: &ward.reference(),
            holder: &Reference::parse(OUTSIDE).unwrap(),
            kind: RelationKind::Delegate,
            verified: Verified::Document,
            may_allow: true,
            until: None,
        };
        assert!(matches!(w.broker().relate(&Caller::console(), &delegate), Err(Failure::Invalid { .. })));
        let guardian = guardian(w, &ward, Verified::Register);
        assert!(says(w, &ward, &yes(w, &assistant, 30), by(Actor::Guardian, guardian)).is_ok());
        w.neighbours_are_at(MUNICH);
        ward.is_at(MUNICH);
        assert!(assistant.asks(&ward).tells());
        assert!(says(w, &ward, &change(Act::Withdraw), "screen").unwrap().entry.is_some());
        assert_eq!(assistant.asks(&ward).withheld(ZONE).as_deref(), Some("not_granted"));
        // Nobody is followed for advertising at that age, whoever allows it.
        let advertising = dongui::domain::purpose::Purpose::PersonalisedAdvertising;
        let mut wish = yes(w, &assistant, 30);
        if let Wish::Allow { purpose, .. } = &mut wish {
            *purpose = advertising;
        }
        assert!(says(w, &ward, &wish, by(Actor::Guardian, guardian)).is_ok());
        let heard = assistant.asks_for(&ward, advertising, &[ZONE]);
        assert_eq!(heard.withheld(ZONE).as_deref(), Some("not_available"));
        assert_eq!(ward.last_reason(), Some(Reason::Minor));
    });
}

#[test]
fn who_speaks_for_somebody_needs_his_own_living_relation_to_him() {
    World::each(|w| {
        let (ward, other) = (w.enrols("ward", AgeBand::Minor), w.enrols("other", AgeBand::Minor));
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (mine, his) = (guardian(w, &ward, Verified::Document), guardian(w, &other, Verified::Document));
        let owner = related(w, &ward.reference(), RelationKind::Owner, Verified::Contract);
        let wish = yes(w, &assistant, 30);
        let nobody = Capture { relation: None, ..by(Actor::Guardian, mine) };
        for attempt in
            [nobody, by(Actor::Guardian, his), by(Actor::Delegate, mine), by(Actor::Guardian, owner)]
        {
            assert!(has_no_say(says(w, &ward, &wish, attempt)), "{attempt:?}");
            assert!(has_no_say(says(w, &ward, &change(Act::Withdraw), attempt)), "{attempt:?}");
        }
        // An adult has a guardian only by a court.
        let (who, holder) = (mina.reference(), Reference::parse(OUTSIDE).unwrap());
        let kind = RelationKind::Guardian;
        for verified in [Verified::Document, Verified::Register, Verified::InStore, Verified::Contract] {
            let wanted = NewRelation {
                subscriber: &who,
                holder: &holder,
                kind,
                verified,
                may_allow: false,
                until: None,
            };
            let refused = w.broker().relate(&Caller::console(), &wanted);
            assert!(matches!(refused, Err(Failure::Invalid { field: "verified", .. })), "{verified:?}");
        }
        let court = guardian(w, &mina, Verified::Court);
        assert!(says(w, &mina, &wish, by(Actor::Guardian, court)).is_ok());
        // Once it is ended it gives nothing any more, and what it gave has ended; the recipient is told to delete that.
        assert!(says(w, &ward, &wish, by(Actor::Guardian, mine)).is_ok());
        assert_eq!(w.broker().end_relation(&Caller::console(), mine).unwrap(), 1);
        assert_eq!(w.broker().end_relation(&Caller::console(), mine).unwrap(), 0, "a second time");
        assert_eq!(held(w, &ward, &assistant, None, None).answer.status, Status::Revoked);
        assert!(has_no_say(says(w, &ward, &wish, by(Actor::Guardian, mine))));
        assert_eq!(held(w, &mina, &assistant, None, None).answer.status, Status::Given);
    });
}

#[test]
fn a_relation_that_runs_out_takes_its_yes_along_without_anybody_doing_anything() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.neighbours_are_at(MUNICH);
        let end = w.clock.now().plus(HOUR_US / 2);
        let (subscriber, holder) = (&mina.reference(), &Reference::parse(OUTSIDE).unwrap());
        let delegate = |may_allow| {
            let wanted = NewRelation {
                subscriber,
                holder,
                kind: RelationKind::Delegate,
                verified: Verified::InStore,
                may_allow,
                until: Some(end),
            };
            w.broker().relate(&Caller::console(), &wanted).unwrap().id
        };
        let (stops, allows) = (delegate(false), delegate(true));
        let wish = yes(w, &assistant, 30);
        assert!(has_no_say(says(w, &mina, &wish, by(Actor::Delegate, stops))));
        assert!(says(w, &mina, &wish, by(Actor::Delegate, allows)).is_ok());
        assert!(says(w, &mina, &change(Act::Pause), by(Actor::Delegate, stops)).unwrap().entry.is_some());
        assert!(has_no_say(says(w, &mina, &change(Act::Resume), by(Actor::Delegate, stops))));
        assert!(says(w, &mina, &change(Act::Resume), by(Actor::Delegate, allows)).unwrap().entry.is_some());
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let events = held(w, &mina, &assistant, None, None).events;
        let whose: Vec<_> = events.iter().map(|e| (e.act, e.actor, e.relation)).collect();
        let me = Actor::Delegate;
        let expected =
            [(Act::Grant, allows), (Act::Pause, stops), (Act::Resume, allows)].map(|(a, r)| (a, me, Some(r)));
        assert_eq!(whose, expected);
        w.clock.set(end);
        assert!(!assistant.asks(&mina).tells());
        assert_eq!(mina.last_reason(), Some(Reason::Lapsed));
        assert!(has_no_say(says(w, &mina, &change(Act::Withdraw), by(Actor::Delegate, stops))));
    });
}

#[test]
fn a_guardians_link_opens_his_wards_page_in_his_own_name_and_only_while_he_is_that() {
    World::each(|w| {
        let ((ward, of_age), assistant) = (ward(w), w.provider("assistant"));
        let guardian = guardian(w, &ward, Verified::Document);
        let console = Caller::console();
        let link = || {
            let url = w.broker().invite_guardian(&console, &ward.reference(), guardian).unwrap();
            url.rsplit_once('/').unwrap().1.to_owned()
        };
        let session = w.broker().enter(&link()).unwrap();
        let visitor = w.broker().visitor(&session).unwrap();
        assert_eq!((visitor.subscriber, visitor.by.actor), (ward.id, Actor::Guardian));
        assert!(says(w, &ward, &yes(w, &assistant, 30), visitor.by).unwrap().entry.is_some());
        let event = held(w, &ward, &assistant, None, None).events.pop().unwrap();
        let whose = (event.actor, event.relation, event.channel.as_str());
        assert_eq!(whose, (Actor::Guardian, Some(guardian), "screen"));
        // The ward's own page goes on being his own, and there he allows nothing.
        let own = w.broker().invite(&console, &ward.reference()).unwrap();
        let own = w.broker().enter(own.rsplit_once('/').unwrap().1).unwrap();
        let decided = says(w, &ward, &yes(w, &assistant, 30), w.broker().visitor(&own).unwrap().by);
        assert!(matches!(decided, Err(Failure::Conflict(_))), "what his guardian allowed stays");
        // Neither another's guardian nor an owner comes in.
        let other = w.enrols("other", AgeBand::Minor);
        let strangers = [
            self::guardian(w, &other, Verified::Document),
            related(w, &ward.reference(), RelationKind::Owner, Verified::Contract),
        ];
        for stranger in strangers {
            let refused = w.broker().invite_guardian(&console, &ward.reference(), stranger);
            assert!(matches!(refused, Err(Failure::NotFound(_))));
        }
        w.clock.set(of_age.plus(-1));
        let (late, unused) = (w.broker().enter(&link()).unwrap(), link());
        assert!(w.broker().visitor(&late).is_ok());
        w.clock.set(of_age);
        assert!(matches!(w.broker().visitor(&late), Err(Failure::DeadLink)));
        assert!(matches!(w.broker().peek(&unused), Err(Failure::DeadLink)));
        assert!(matches!(w.broker().enter(&unused), Err(Failure::DeadLink)));
    });
}

#[test]
fn the_owner_of_a_line_forbids_and_never_allows_or_looks() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (broker, console) = (w.broker(), Caller::console());
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let owner = related(w, &mina.reference(), RelationKind::Owner, Verified::Contract);
        assert!(assistant.asks(&mina).tells(), "owning alone forbids nothing");
        let block = |recipient, category: Option<Category>, finest: Option<Precision>| {
            broker.block(&console, &NewBlock { relation: owner, recipient, category, finest }).unwrap()
        };
        block(None, Some(Category::WebInterest), None);
        assert!(assistant.asks(&mina).tells(), "something else");
        block(None, None, Some(CITY));
        assert_eq!(assistant.asks(&mina).precision(ZONE), Some(CITY));
        let start = w.clock.now();
        block(Some(assistant.id), None, None);
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_available"));
        assert_eq!(mina.last_reason(), Some(Reason::Blocked));
        let answer = |at| held(w, &mina, &assistant, at, None).answer;
        assert_eq!((answer(None).status, answer(None).standing), (Status::Given, Standing::Blocked));
        assert!(matches!(answer(Some(start.plus(-1))).standing, Standing::Live { precision: CITY, .. }));
        assert_eq!(answer(Some(start.plus(-1))).until, Some(start));
        // The user's own yes does not lift it, and the owner has no other say and no page.
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        assert!(!assistant.asks(&mina).tells());
        for actor in [Actor::Guardian, Actor::Delegate] {
            assert!(has_no_say(says(w, &mina, &yes(w, &assistant, 3), by(actor, owner))));
            assert!(has_no_say(says(w, &mina, &change(Act::Withdraw), by(actor, owner))));
        }
        assert!(broker.invite_guardian(&console, &mina.reference(), owner).is_err());
        broker.lift(&console, owner).unwrap();
        assert_eq!(assistant.asks(&mina).precision(ZONE), Some(R6));
        // What he forbids ends with the contract, and only an owner forbids.
        block(None, None, None);
        assert!(!assistant.asks(&mina).tells());
        broker.end_relation(&console, owner).unwrap();
        assert!(assistant.asks(&mina).tells());
        let wanted = NewBlock { relation: owner, recipient: None, category: None, finest: None };
        assert!(matches!(broker.block(&console, &wanted), Err(Failure::NotFound(_))));
        let court = guardian(w, &mina, Verified::Court);
        assert!(broker.block(&console, &NewBlock { relation: court, ..wanted }).is_err());
    });
}

#[test]
fn an_age_set_right_ends_what_a_minor_allowed_and_both_answers_stay() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        let (allowed, set_right) = (w.clock.now(), w.clock.now().plus(HOUR_US));
        w.clock.set(set_right);
        let (console, born) = (Caller::console(), Age::parse("2012-03-05").unwrap());
        assert_eq!(w.broker().set_age(&console, &mina.reference(), born).unwrap(), 1);
        assert!(!assistant.asks(&mina).tells());
        let told = |known| held(w, &mina, &assistant, Some(allowed), Some(known)).answer;
        assert_eq!(told(set_right.plus(-1)).status, Status::Given);
        assert_eq!(
            (told(set_right).status, told(set_right).standing),
            (Status::Invalidated, Standing::Unguarded)
        );
        // Set right once more: he says it anew, what was ended stays so.
        w.broker().set_age(&console, &mina.reference(), Age::Adult).unwrap();
        assert_eq!(held(w, &mina, &assistant, None, None).answer.status, Status::Revoked);
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let unborn = Age::parse("2031-01-01").unwrap();
        let refused = w.broker().set_age(&console, &mina.reference(), unborn);
        assert!(matches!(refused, Err(Failure::Invalid { field: "born", .. })));
    });
}

#[test]
fn neither_a_day_of_birth_nor_a_holders_name_is_anywhere() {
    World::each(|w| {
        let (ward, _) = ward(w);
        guardian(w, &ward, Verified::Document);
        let all = rows::dump(&w.house.url);
        let hex = dongui::crypt::hex::encode(OUTSIDE.as_bytes());
        for canary in ["2010-11-26", OUTSIDE, &hex, &hex.to_uppercase()] {
            assert!(all.iter().all(|(_, row)| !row.contains(canary)), "{canary}");
        }
        let born = At::parse("2010-11-25T23:00:00Z").unwrap().0.to_string();
        assert!(all.iter().all(|(_, row)| !row.contains(&born)), "the instant of birth");
    });
}
