//! Promises 1, 2 and 8: without a live grant nothing leaves, and an ended one ends at once. Deliberately absent: races (`race`).
use super::support::world::Opening;
use super::support::{ASSISTANT, CITY, ISLAND, MUNICH, R6, R7, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::domain::category::{Category, Precision};
use dongui::domain::consent::{Act, Limits};
use dongui::domain::purpose::Purpose;
use dongui::domain::reason::Reason;
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};

#[test]
fn without_a_grant_a_recipient_hears_that_and_nothing_else() {
    World::each(|w| {
        let (mina, assistant, other) = (w.subscriber("mina"), w.provider("assistant"), w.provider("other"));
        // Everything is there but the grant: place, crowd, and a grant to somebody else.
        mina.allows(&other, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(other.asks(&mina).tells());
        for category in Category::PERSONAL {
            let answer = assistant.asks_for(&mina, ASSISTANT, &[category]);
            assert_eq!(answer.withheld(category).as_deref(), Some("not_granted"));
            assert!(!answer.tells());
            assert_eq!(mina.last_reason(), Some(Reason::NotGranted));
        }
    });
}

#[test]
fn a_grant_for_the_city_gives_the_city_and_never_finer_whatever_the_contract_allows() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let answer = assistant.asks(&mina);
        assert_eq!(answer.precision(ZONE), Some(CITY));
        let told = answer.told(ZONE).unwrap();
        assert_eq!((&told["level"], &told["near"]), (&"city".into(), &"de-munich".into()));
        // The same place under a finer grant is another cell: so the city was the grant's doing.
        mina.allows(&assistant, ASSISTANT, ZONE, R7);
        let finer = assistant.asks(&mina);
        assert_eq!(finer.precision(ZONE), Some(R6), "the bundled policy's bound");
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        assert_eq!(assistant.asks(&mina).told(ZONE), Some(told));
    });
}

#[test]
fn a_contract_that_another_process_narrows_binds_the_very_next_request() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        // What this process remembers of registrations must not outlive them.
        assert_eq!(assistant.asks(&mina).precision(ZONE), Some(R6));
        let beside = w.another(Opening::default());
        let mut narrower = beside.recipients().unwrap().into_iter().find(|r| r.id == assistant.id).unwrap();
        narrower.ceiling = vec![(ZONE, CITY)];
        beside.register_recipient(&Caller::console(), narrower).unwrap();
        assert_eq!(assistant.asks(&mina).precision(ZONE), Some(CITY));
    });
}

#[test]
fn a_coarser_contract_wins_over_the_grant() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let assistant = w.provider_with("assistant", |r| r.ceiling = vec![(ZONE, Precision::Region)]);
        mina.allows(&assistant, ASSISTANT, ZONE, R7);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert_eq!(assistant.asks(&mina).precision(ZONE), Some(Precision::Region));
        let wish = |category, precision| Wish::Allow {
            recipient: assistant.id,
            purpose: ASSISTANT,
            category,
            precision,
            until: w.clock.now().plus(DAY_US),
            limits: Limits::NONE,
            shown: super::support::world::told(),
        };
        assert!(mina.decides(&wish(Category::WebInterest, Precision::Label)).is_err(), "not in the contract");
        assert!(mina.decides(&wish(ZONE, Precision::Label)).is_err(), "no rung of the category");
    });
}

#[test]
fn a_withdrawn_consent_stops_the_very_next_request_also_with_a_token_issued_before() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        assert!(assistant.asks_with(&token, &request).tells());
        // A proof made before, too.
        let proof = assistant.client.proof("POST", "/v1/context", Some(&token));
        assert_eq!(mina.withdraws().grants.len(), 1);
        let answer = assistant.shows(&token, &proof, &request);
        assert_eq!(answer.withheld(ZONE).as_deref(), Some("not_granted"));
        assert!(!answer.tells());
        // Withdrawing again changes nothing, resuming brings nothing back, and only a new yes does.
        assert_eq!(mina.withdraws().entry, None);
        assert_eq!(mina.resumes().entry, None);
        assert!(!assistant.asks_with(&token, &request).tells());
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        assert!(assistant.asks_with(&token, &request).tells());
    });
}

#[test]
fn a_withdrawal_ends_what_it_names_and_nothing_more() {
    World::each(|w| {
        let (mina, assistant, other) = (w.subscriber("mina"), w.provider("assistant"), w.provider("other"));
        for who in [&assistant, &other] {
            mina.allows(who, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let only = Wish::Change {
            act: Act::Withdraw,
            until: None,
            recipient: Some(assistant.id),
            purpose: None,
            category: Some(ZONE),
        };
        assert_eq!(mina.decides(&only).unwrap().grants.len(), 1);
        assert!(!assistant.asks(&mina).tells() && other.asks(&mina).tells());
        mina.withdraws();
        assert!(!other.asks(&mina).tells());
    });
}

#[test]
fn a_request_stays_on_the_timeline_however_often_minds_are_changed_since() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        assistant.asks(&mina);
        for _ in 0..60 {
            mina.pauses();
            mina.resumes();
            w.clock.advance(SECOND_US);
        }
        assert_eq!(mina.timeline().len(), 1);
    });
}

#[test]
fn a_pause_holds_everything_back_and_is_taken_back() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let before = assistant.asks_with(&token, &request);
        assert!(before.tells());
        mina.pauses();
        let paused = assistant.asks_with(&token, &request);
        assert_eq!(paused.withheld(ZONE).as_deref(), Some("not_available"));
        assert_eq!(mina.last_reason(), Some(Reason::Paused));
        // While paused nothing is taken in either.
        assert_eq!(mina.is_at(ISLAND).dropped, 1);
        mina.resumes();
        assert_eq!(assistant.asks_with(&token, &request).told(ZONE), before.told(ZONE));
    });
}

#[test]
fn a_pause_cannot_be_told_by_asking_for_something_else() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let others = [
            (Purpose::ServicePersonalisation, ZONE),
            (Purpose::ResearchAndDevelopment, ZONE),
            (ASSISTANT, Category::WebInterest),
        ];
        let heard =
            || others.map(|(purpose, category)| assistant.asks_for(&mina, purpose, &[category]).text());
        let live = heard();
        mina.pauses();
        assert_eq!(heard(), live);
    });
}

#[test]
fn a_grant_ends_at_the_exact_instant() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let end = w.clock.now().plus(30 * MINUTE_US);
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, end);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        w.clock.set(end.plus(-1));
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        assert!(assistant.asks_with(&token, &request).tells());
        w.clock.set(end);
        let answer = assistant.asks_with(&token, &request);
        assert_eq!(answer.withheld(ZONE).as_deref(), Some("expired"));
        assert!(!answer.tells());
        // Neither a pause nor its end gives an ended grant new life.
        mina.pauses();
        mina.resumes();
        assert!(!assistant.asks_with(&token, &request).tells());
        assert_eq!(mina.is_at(MUNICH).dropped, 1);
    });
}

#[test]
fn a_grant_lasts_a_year_at_most_and_begins_in_the_present() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let now = w.clock.now();
        for (until, well) in [
            (now.plus(367 * DAY_US), false),
            (now, false),
            (now.plus(-HOUR_US), false),
            (now.plus(SECOND_US), true),
        ] {
            let wish = Wish::Allow {
                recipient: assistant.id,
                purpose: ASSISTANT,
                category: ZONE,
                precision: CITY,
                until,
                limits: Limits::NONE,
                shown: super::support::world::told(),
            };
            assert_eq!(mina.decides(&wish).is_ok(), well, "{}", until.since(now));
        }
    });
}

#[test]
fn a_grant_for_one_purpose_is_none_for_another() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        for purpose in Purpose::ALL.iter().filter(|p| **p != ASSISTANT) {
            let answer = assistant.asks_for(&mina, *purpose, &[ZONE]);
            assert_eq!(answer.withheld(ZONE).as_deref(), Some("purpose_mismatch"), "{}", purpose.as_str());
            assert!(!answer.tells());
        }
        assert!(assistant.asks(&mina).tells());
    });
}

#[test]
fn a_refusal_is_remembered_and_ends_an_earlier_yes() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        mina.refuses(&assistant, ASSISTANT, ZONE);
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("not_granted"));
        assert_eq!(mina.resumes().entry, None);
    });
}
