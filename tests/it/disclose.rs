//! Promises 3, 6 and 7: recorded before released, once for all recipients, one use per proof. Deliberately absent: HTTP (`doors`).
use super::support::world::{ISSUER, keys};
use super::support::{ASSISTANT, CITY, MUNICH, R6, World, ZONE};
use dongui::ambient::SystemRng;
use dongui::broker::Failure;
use dongui::crypt::hash::{commitment, sha256};
use dongui::crypt::hex;
use dongui::crypt::keyring::Keyring;
use dongui::crypt::receipt::{DisclosureReceipt, payload_digest};
use dongui::crypt::record::RecordSeal;
use dongui::domain::category::Category;
use dongui::domain::id::EntryId;
use dongui::domain::purpose::Purpose;
use dongui::domain::record::{Event, Record};
use dongui::domain::time::{HOUR_US, MINUTE_US};
use dongui::store::entries;
use dongui::store::record_keys::SealedRecord;
use serde_json::Value;
use std::sync::Arc;

/// The record of an entry, where it opens.
pub fn opened_by(record: &SealedRecord, id: EntryId) -> Option<Record> {
    let keyring = Arc::new(Keyring::parse(keys()).unwrap());
    let plain =
        RecordSeal::new(keyring, Arc::new(SystemRng::new())).open(&id.0, record.key(), &record.sealed);
    plain.ok().map(|plain| serde_json::from_slice(&plain[32..]).unwrap())
}

/// Opens the record behind an entry and checks that the leaf commits to it.
fn opened(entry: &entries::Numbered) -> (Value, Record) {
    let keyring = Keyring::parse(keys()).unwrap();
    let sealed = entry.sealed.as_ref().unwrap();
    let seal = RecordSeal::new(Arc::new(keyring), Arc::new(SystemRng::new()));
    let plain = seal.open(&entry.id.0, sealed.key(), &sealed.sealed).unwrap();
    let leaf: Value = serde_json::from_slice(&entry.leaf).unwrap();
    let salt: [u8; 32] = plain[..32].try_into().unwrap();
    assert_eq!(leaf["commitment"], hex::encode(&commitment(&salt, &plain[32..])));
    (leaf, serde_json::from_slice(&plain[32..]).unwrap())
}

#[test]
fn every_answer_has_an_entry_and_a_receipt_over_the_bytes_that_left() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let key = w.broker().jwks().unwrap().keys[0].clone();
        let answers = [
            assistant.asks(&mina),
            assistant.asks_for(&mina, ASSISTANT, &[Category::WebInterest, ZONE]),
            assistant.asks_for(&mina, Purpose::ServicePersonalisation, &[ZONE]),
        ];
        w.broker().sequence().unwrap();
        let all = w.store().read("story", |tx| entries::with_records(tx, 0, 10_000)).unwrap();
        for answer in &answers {
            let receipt = DisclosureReceipt::verify(&answer.disclosed().receipt, &key, ISSUER).unwrap();
            let digest = hex::encode(&sha256(&[&answer.bytes()]));
            assert_eq!(receipt.sha256, digest);
            assert_eq!(payload_digest(&answer.json()).unwrap(), digest, "the bytes are canonical");
            assert!(receipt.covers(&answer.json()));
            let entry = all.iter().find(|e| e.id == receipt.jti).expect("the entry of the receipt");
            let (leaf, record) = opened(entry);
            assert_eq!((&leaf["kind"], &leaf["policy"]), (&"request".into(), &receipt.policy.clone().into()));
            let Event::Request { client, subject, payload, outcomes, .. } = record.event else { panic!() };
            assert_eq!((client, subject, payload), (receipt.client_id, receipt.sub, digest));
            let told: Vec<_> = outcomes.iter().filter_map(|o| Some((o.category, o.precision?))).collect();
            let receipted: Vec<_> = receipt.categories.iter().map(|d| (d.category, d.precision)).collect();
            assert_eq!(told, receipted);
            // A leaf says nothing about whom.
            let text = String::from_utf8(entry.leaf.clone()).unwrap();
            assert!(!text.contains(&mina.id.to_string()) && !text.contains(&assistant.knows(&mina)));
        }
    });
}

#[test]
fn what_cannot_be_recorded_does_not_leave() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let request = assistant.request(&mina, ASSISTANT, &[ZONE]);
        let token = assistant.client.token();
        for table in ["entries", "records", "releases", "replay"] {
            w.sql(&no_more(table, w.house.is_postgres()));
            let answer = assistant.asks_with(&token, &request);
            assert!(matches!(answer.failure(), Failure::Fault(_)), "{table}: {answer:?}");
            w.sql(&more_again(table, w.house.is_postgres()));
        }
        assert_eq!(mina.disclosures(), 0);
        assert!(assistant.asks_with(&token, &request).tells());
        assert_eq!(mina.disclosures(), 1);
    });
}

fn no_more(table: &str, postgres: bool) -> String {
    if postgres {
        return format!("ALTER TABLE {table} ADD CONSTRAINT no_more CHECK (false) NOT VALID");
    }
    format!(
        "CREATE TRIGGER no_more_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more'); END"
    )
}

fn more_again(table: &str, postgres: bool) -> String {
    if postgres {
        format!("ALTER TABLE {table} DROP CONSTRAINT no_more")
    } else {
        format!("DROP TRIGGER no_more_{table}")
    }
}

#[test]
fn asking_again_gives_the_same_bytes_and_costs_nothing() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (first, rows) = (assistant.asks(&mina), releases(w));
        assert_eq!(rows.len(), 1);
        for _ in 0..30 {
            // More often than any budget of new facts would bear.
            assert_eq!(assistant.asks(&mina).bytes(), first.bytes());
        }
        assert_eq!(releases(w), rows);
    });
}

fn releases(w: &World) -> Vec<String> {
    super::support::rows::rows_of(&w.house.url, "releases")
}

#[test]
fn a_fact_told_to_one_recipient_counts_for_every_other() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let [first, second] = ["first", "second"].map(|name| w.provider(name));
        for who in [&first, &second] {
            mina.allows(who, ASSISTANT, ZONE, R6);
        }
        // Three new zones a day, to all together: two to the first, one to the second, and then none to either.
        let places = [MUNICH, (48.40, 9.99), (49.45, 11.08), (52.52, 13.405)];
        let mut heard = Vec::new();
        for (i, place) in places.into_iter().enumerate() {
            w.neighbours_are_at(place);
            mina.is_at(place);
            let who = if i == 1 { &second } else { &first };
            heard.push(who.asks(&mina).tells());
            w.clock.advance(20 * MINUTE_US);
        }
        assert_eq!(heard, [true, true, true, false]);
        assert!(!second.asks(&mina).tells(), "nor to the one that heard one only");
        assert_eq!(mina.last_reason(), Some(dongui::domain::reason::Reason::BudgetSpent));
        // What was told already is free, also for who did not hear it first.
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(second.asks(&mina).tells());
    });
}

#[test]
fn a_rung_given_up_for_one_recipient_is_given_up_for_the_next() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let [first, second] = ["first", "second"].map(|name| w.provider(name));
        for who in [&first, &second] {
            mina.allows(who, ASSISTANT, ZONE, R6);
        }
        // Too few in the zone, enough in the city.
        w.some_neighbours_are_at(30, MUNICH);
        w.clock.advance(MINUTE_US);
        w.neighbours_are_at((48.25, 11.65));
        mina.is_at(MUNICH);
        let coarse = first.asks(&mina);
        assert!(coarse.precision(ZONE) < Some(R6) && coarse.tells());
        // The crowd grows within the hour: who asks now hears no more than who asked before.
        w.clock.advance(MINUTE_US);
        w.neighbours_are_at(MUNICH);
        assert_eq!(second.asks(&mina).told(ZONE), coarse.told(ZONE));
        w.clock.advance(HOUR_US);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert_eq!(second.asks(&mina).precision(ZONE), Some(R6), "in the next hour it counts anew");
    });
}

#[test]
fn a_replayed_proof_is_refused_and_records_nothing() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let proof = assistant.client.proof("POST", "/v1/context", Some(&token));
        assert!(assistant.shows(&token, &proof, &request).tells());
        let before = w.dump();
        for request in [request.clone(), assistant.request(&mina, ASSISTANT, &[Category::WebInterest])] {
            let answer = assistant.shows(&token, &proof, &request);
            assert!(matches!(answer.failure(), Failure::Unproven(_)), "{answer:?}");
        }
        // Asking for the pseudonym again left an entry of its own; nothing else did.
        let after = w.dump();
        assert_eq!(
            after.iter().filter(|row| !before.contains(row)).count(),
            2,
            "entry and record of the link"
        );
        assert_eq!(mina.disclosures(), 1);
        // Not by another process either, which has never seen it.
        let another = w.another(Default::default());
        let presented = assistant.client.proven(&token, &proof).unwrap();
        assert!(matches!(another.disclose(&presented, &request), Err(Failure::Unproven(_))));
    });
}

#[test]
fn of_one_proof_shown_many_times_at_once_one_counts() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let proof = assistant.client.proof("POST", "/v1/context", Some(&token));
        let proven: Vec<_> = (0..8).map(|_| assistant.client.proven(&token, &proof).unwrap()).collect();
        let broker = w.broker();
        let outcomes: Vec<bool> = std::thread::scope(|scope| {
            let asked = proven.iter().map(|p| scope.spawn(|| broker.disclose(p, &request).is_ok()));
            let asked: Vec<_> = asked.collect();
            asked.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1, "{outcomes:?}");
        let requests = |r: &Record| matches!(r.event, Event::Request { .. });
        assert_eq!(mina.records().iter().filter(|r| requests(r)).count(), 1);
    });
}

#[test]
fn an_assertion_and_the_proof_beside_it_are_good_for_one_token() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let url = format!("{ISSUER}/oauth/token");
        let proof = || assistant.client.proof("POST", "/oauth/token", None);
        let grant = |fields: &[(String, String)], proof: &str| {
            w.broker().grant_token(fields, Some(proof), &url, None)
        };
        let (fields, used) = (assistant.client.token_fields(), proof());
        assert!(grant(&fields, &used).is_ok());
        assert!(matches!(grant(&fields, &proof()), Err(Failure::Unproven(_))), "the assertion again");
        let fresh = assistant.client.token_fields();
        assert!(matches!(grant(&fresh, &used), Err(Failure::Unproven(_))), "the proof again");
        let stolen = w.provider("thief");
        let by_thief = stolen.client.proof("POST", "/oauth/token", None);
        let token = grant(&assistant.client.token_fields(), &by_thief);
        // Whoever sends it binds the token to his key: the assertion is what must not be lost, and it lives for a minute.
        assert!(token.is_ok());
        w.clock.advance(2 * MINUTE_US);
        let old = assistant.client.token_fields();
        w.clock.advance(2 * MINUTE_US);
        assert!(matches!(grant(&old, &proof()), Err(Failure::Unproven(_))), "an old assertion");
    });
}

#[test]
fn a_token_ends_after_five_minutes_and_is_worth_nothing_to_another_key() {
    World::each(|w| {
        let (mina, assistant, thief) = (w.subscriber("mina"), w.provider("assistant"), w.provider("thief"));
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let stolen = thief.client.proof("POST", "/v1/context", Some(&token));
        assert!(matches!(assistant.shows(&token, &stolen, &request).failure(), Failure::Unproven(_)));
        w.clock.advance(5 * MINUTE_US - 1_000_000);
        assert!(assistant.asks_with(&token, &request).0.is_ok());
        w.clock.advance(1_000_000);
        assert!(matches!(assistant.asks_with(&token, &request).failure(), Failure::Unproven(_)));
    });
}

#[test]
fn a_pseudonym_is_one_recipients_own() {
    World::each(|w| {
        let mina = w.subscriber("mina");
        let [first, second] = ["first", "second"].map(|name| w.provider(name));
        for who in [&first, &second] {
            mina.allows(who, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert_ne!(first.knows(&mina), second.knows(&mina));
        assert_eq!(first.knows(&mina), first.knows(&mina));
        let mut request = first.request(&mina, ASSISTANT, &[ZONE]);
        request.subject = second.knows(&mina);
        let answer = first.asks_with(&first.client.token(), &request);
        assert_eq!(answer.withheld(ZONE).as_deref(), Some("not_available"));
        assert!(!answer.tells());
    });
}
