//! Records about subscribers end by themselves when their time is over, and the log says so. Deliberately absent: what somebody wants erased (`erase`),
//! rows that are no records (`sweep`).
use super::audit::python;
use super::support::{ASSISTANT, MUNICH, R6, Subscriber, World, ZONE};
use dongui::domain::entry::Kind;
use dongui::domain::record::{Event, Ground, Record};
use dongui::domain::time::{At, DAY_US, MINUTE_US};
use dongui::ledger::bundle;

fn requests(who: &Subscriber<'_>) -> usize {
    who.records().iter().filter(|r| matches!(r.event, Event::Request { .. })).count()
}

fn consents(who: &Subscriber<'_>) -> usize {
    who.records().iter().filter(|r| matches!(r.event, Event::Consent { .. })).count()
}

#[test]
fn answers_are_forgotten_by_the_day_and_what_proves_consents_stays() {
    World::each(|w| {
        let (mina, jan, assistant) = (w.subscriber("mina"), w.subscriber("jan"), w.provider("assistant"));
        for who in [&mina, &jan] {
            who.allows(&assistant, ASSISTANT, ZONE, R6);
        }
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        // Of jan the request is the last that is recorded about him.
        assistant.asks(&jan);
        w.broker().sequence().unwrap();
        let first = w.clock.now();
        let lives = w.broker().engine().pack(w.broker().settings().home).ends(Kind::Request, At(0)).unwrap();
        w.clock.advance(400 * DAY_US);
        assert!(!assistant.asks(&mina).tells(), "the consent is over");
        w.broker().sequence().unwrap();
        let kept = (consents(&mina), consents(&jan));

        // To the last microsecond nothing; then those of the hour, once.
        w.clock.set(first.plus(lives.0 - 1));
        assert_eq!(w.broker().retain(w.clock.now()).unwrap(), 0);
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), requests(&jan)), (2, 1));
        w.clock.set(first.plus(lives.0 + DAY_US));
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), requests(&jan)), (1, 0));
        assert_eq!((consents(&mina), consents(&jan)), kept);
        assert_eq!(w.broker().retain(w.clock.now()).unwrap(), 0, "nothing ends twice");

        // His chain goes on where it was, though nothing of its end is there.
        jan.allows(&assistant, ASSISTANT, ZONE, R6);
        w.broker().sequence().unwrap();
        let found = w.broker().inspect(&mut |_, _| {}).unwrap();
        assert!(found.is_sound() && found.erased == 2, "{found:?}");
        w.clock.advance(MINUTE_US);
        let dir = tempfile::tempdir().unwrap();
        let (out, vkey) = (dir.path().join("bundle"), w.broker().log_verifier().unwrap().vkey());
        let report = w.exports(At(0), w.clock.now(), &out).unwrap();
        assert_eq!(bundle::verify(&out, &vkey).unwrap(), report);
        assert_eq!((report.erased, report.followed.missing), (2, 2), "{report:?}");
        assert_eq!(python(&out, &vkey).0, Some(0));
        let records = std::fs::read_to_string(out.join("records.jsonl")).unwrap();
        let tombstones = records.lines().filter(|line| line.contains("\"ground\":\"retention\""));
        let [tombstone] = tombstones.collect::<Vec<_>>()[..] else { panic!("not one tombstone") };
        let line: serde_json::Value = serde_json::from_str(tombstone).unwrap();
        let record: Record = serde_json::from_value(line["record"].clone()).unwrap();
        assert!(record.subscriber.is_none());
        let Event::Erasure { leaves, ground: Ground::Retention, .. } = record.event else {
            panic!("{record:?}")
        };
        assert_eq!(leaves.len(), 2);

        // The later one goes in its time.
        w.clock.set(first.plus(lives.0 + 401 * DAY_US));
        w.broker().sweep().unwrap();
        assert_eq!((requests(&mina), consents(&mina)), (0, kept.0));
        w.broker().sequence().unwrap();
        assert!(w.broker().inspect(&mut |_, _| {}).unwrap().is_sound());
    });
}
