//! What stays true when a registry cannot write, and after a subscriber had everything about him erased.
use super::app::App;
use super::support::{ASSISTANT, MUNICH, R6, World, ZONE};
use dongui::domain::reason::Withheld;
use dongui::domain::time::{At, HOUR_US, MINUTE_US};
use dongui::ledger::bundle;
use dongui::store::consents;
use serde_json::{Value, json};

/// No row of the table is written or changed any more.
fn frozen(w: &World, table: &str) {
    if w.house.is_postgres() {
        return w.sql(&format!("ALTER TABLE {table} ADD CONSTRAINT frozen CHECK (false) NOT VALID"));
    }
    for act in ["INSERT", "UPDATE", "DELETE"] {
        w.sql(&format!(
            "CREATE TRIGGER frozen_{act}_{table} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'frozen'); END"
        ));
    }
}

#[test]
fn an_end_that_nobody_could_write_down_ends_all_the_same() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let given = app.answers(&mina, assistant.id, "allow").json();
        let until = At::parse(given["consents"][0]["until"].as_str().unwrap()).unwrap();
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        for table in ["grants", "consent_events"] {
            frozen(w, table);
        }
        // The freeze bites: nothing can be decided now, and that is said.
        assert_eq!(app.answers(&mina, assistant.id, "refuse").status, 503);
        assert!(assistant.asks(&mina).told(ZONE).is_some(), "what holds is read, not written");
        w.clock.advance(until.since(w.clock.now()) - 1);
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], true);
        w.clock.advance(1);
        let checked = app.checks(&mina, assistant.id, Value::Null);
        assert_eq!((&checked["permits"], &checked["status"]), (&json!(false), &json!("expired")));
        assert_eq!(assistant.asks(&mina).withheld(ZONE), Some(Withheld::Expired.as_str().to_owned()));
    });
}

#[test]
fn what_is_erased_leaves_every_act_and_every_proof() {
    World::each(|w| {
        let (app, mina, assistant) = (App::of(w), w.subscriber("mina"), w.provider("assistant"));
        let start = w.clock.now();
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        w.clock.advance(HOUR_US);
        mina.withdraws();
        let acts =
            |w: &World| w.store().read("story", |tx| consents::events(tx, mina.id, assistant.id)).unwrap();
        let (before, told) = (acts(w), mina.disclosures());
        w.broker().forget(mina.id, false).unwrap();
        assert_eq!(acts(w), before, "erasing what is known of somebody is no way to rid oneself of evidence");
        assert_eq!(mina.disclosures(), told);
        let then = json!({ "at": start.plus(MINUTE_US).rfc3339() });
        assert_eq!(app.checks(&mina, assistant.id, then)["permits"], true, "what held then is still told");
        assert_eq!(app.checks(&mina, assistant.id, Value::Null)["permits"], false);
        w.clock.advance(MINUTE_US);
        let (dir, vkey) = (tempfile::tempdir().unwrap(), w.broker().log_verifier().unwrap().vkey());
        let out = dir.path().join("bundle");
        let report = w.exports(start, w.clock.now(), &out).unwrap();
        assert_eq!((report.erased, bundle::verify(&out, &vkey).unwrap()), (0, report));
    });
}
