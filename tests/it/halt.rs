//! Promise 4: what stops everything, and what goes on all the same. Deliberately absent: the database being away (`disclose`, `crash`).
use super::support::world::{Opening, START, SeededRng, keys, open};
use super::support::{ASSISTANT, MUNICH, Over, Provider, R6, Subscriber, World, ZONE, house, rows};
use dongui::broker::Failure;
use dongui::crypt::keyring::Keyring;
use dongui::domain::feed::FeedKind;
use dongui::domain::time::{HOUR_US, MINUTE_US, SECOND_US};
use dongui::store::{Fault, Store};
use dongui::telemetry::uncounted;
use std::sync::Arc;

pub fn told<'w>(w: &'w World) -> (Subscriber<'w>, Provider<'w>) {
    let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
    mina.allows(&assistant, ASSISTANT, ZONE, R6);
    w.neighbours_are_at(MUNICH);
    mina.is_at(MUNICH);
    assert!(assistant.asks(&mina).tells());
    (mina, assistant)
}

pub fn halted<T: std::fmt::Debug>(outcome: &Result<T, Failure>) -> bool {
    matches!(outcome, Err(Failure::Halted(_)))
}

#[test]
fn a_clock_gone_back_stops_everything_until_it_is_set() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        let now = w.clock.now();
        // A step that time servers make is forgiven.
        w.clock.set(now.plus(-SECOND_US));
        assert!(assistant.asks_with(&token, &request).tells());
        w.clock.set(now.plus(-10 * SECOND_US));
        assert!(halted(&assistant.asks_with(&token, &request).0));
        assert!(halted(&w.broker().ready()));
        let reply = w.http().get("/readyz");
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some("1")));
        w.clock.set(now.plus(SECOND_US));
        assert!(assistant.asks_with(&token, &request).tells());
    });
}

#[test]
fn a_clock_gone_back_while_nobody_was_looking_is_noticed_at_the_start() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        // A grant that has ended must not come back to life because a battery died.
        mina.allows_until(&assistant, ASSISTANT, ZONE, R6, w.clock.now().plus(MINUTE_US));
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        w.clock.advance(MINUTE_US);
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("expired"));
        w.clock.set(START);
        w.restart(Opening::default());
        assert!(halted(&w.broker().ready()));
        let presented = std::panic::AssertUnwindSafe(|| assistant.client.token());
        assert!(std::panic::catch_unwind(presented).is_err(), "not even a token");
        w.clock.set(START.plus(HOUR_US));
        assert_eq!(assistant.asks(&mina).withheld(ZONE).as_deref(), Some("expired"));
    });
}

#[test]
fn a_database_behind_the_published_checkpoint_tells_nothing_and_takes_every_no() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        w.broker().sequence().unwrap();
        // A backup is taken, life goes on and is published, and the backup is put back.
        w.backs_up();
        assert!(mina.withdraws().entry.is_some());
        for _ in 0..3 {
            assistant.asks(&mina);
        }
        let published = w.broker().sequence().unwrap();
        w.is_set_back();
        assert!(halted(&w.broker().sequence()), "noticed before the first request");
        let (token, request) = (assistant.client.token(), assistant.request(&mina, ASSISTANT, &[ZONE]));
        assert!(halted(&assistant.asks_with(&token, &request).0));
        assert!(halted(&w.broker().ready()));
        // In the backup the grant is still alive: it can be withdrawn.
        assert!(mina.withdraws().entry.is_some());
        // However much is recorded meanwhile, the log does not grow past what was published as if nothing had been lost.
        for _ in 0..10 {
            mina.allows(&assistant, ASSISTANT, ZONE, R6);
        }
        assert!(halted(&w.broker().sequence()));
        // Not even where another process, which never saw the checkpoint, has numbered all of it.
        let elsewhere = tempfile::tempdir().unwrap();
        let clock = Arc::new(w.clock.clone());
        let unaware = open(&w.house.url, elsewhere.path(), clock, &Opening { seed: 9, ..Opening::default() });
        assert!(unaware.sequence().unwrap().size > published.size);
        assert!(halted(&w.broker().sequence()));
        assert!(halted(&assistant.asks_with(&token, &request).0));
        let still = std::fs::read_to_string(w.house.log_dir().join("checkpoint")).unwrap();
        assert_eq!(still, published.note);
        // A log that cannot even be read is no reason to go on.
        std::fs::remove_dir_all(w.house.log_dir().join("tile")).unwrap();
        assert!(w.broker().sequence().is_err());
        assert!(halted(&assistant.asks_with(&token, &request).0));
    });
}

#[test]
fn a_published_checkpoint_that_does_not_verify_stops_disclosures() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        w.broker().sequence().unwrap();
        let path = w.house.log_dir().join("checkpoint");
        let note = std::fs::read_to_string(&path).unwrap();
        let (_, rest) = note.split_once('\n').unwrap();
        std::fs::write(&path, format!("another.example/log\n{rest}")).unwrap();
        w.restart(Opening::default());
        assert!(halted(&w.broker().sequence()));
        let answer = assistant.asks(&mina);
        assert!(halted(&answer.0), "{answer:?}");
        assert!(mina.withdraws().entry.is_some());
        std::fs::write(&path, note).unwrap();
        w.broker().sequence().unwrap();
        assert!(!assistant.asks(&mina).tells());
    });
}

#[test]
fn a_schema_from_the_future_is_refused_and_an_old_one_must_be_migrated() {
    World::each(|w| {
        let open = || Store::open(&w.house.url, Arc::new(SeededRng::new(0)), uncounted());
        assert!(open().is_ok());
        w.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')");
        let Err(Fault::Schema(what, cure)) = open() else { panic!("opened") };
        assert!(what.contains("20990101000000") && cure.contains("newer"), "{what}; {cure}");
        assert!(matches!(dongui::store::migrate::run(&w.house.url), Err(Fault::Schema(..))), "nor migrated");
        w.sql("DELETE FROM __diesel_schema_migrations WHERE version = '20990101000000'");
        assert!(open().is_ok());
        w.sql("DELETE FROM __diesel_schema_migrations");
        let Err(Fault::Schema(_, cure)) = open() else { panic!("opened") };
        assert!(cure.contains("dongui migrate"), "{cure}");
    });
}

#[test]
fn after_rotation_everything_opens_and_pseudonyms_links_and_receipts_stay() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        let before = assistant.asks(&mina);
        let (subject, key) = (assistant.knows(&mina), w.broker().jwks().unwrap());
        let link =
            w.broker().invite(&dongui::broker::authenticate::Caller::console(), &mina.reference()).unwrap();
        let rotated = Keyring::parse(keys()).unwrap().rotate(&SeededRng::new(7));
        w.restart(Opening { keys: &rotated, ..Opening::default() });
        assert_eq!(assistant.knows(&mina), subject);
        assert_eq!(assistant.asks(&mina).bytes(), before.bytes(), "profile and releases open");
        assert_eq!(w.broker().jwks().unwrap(), key);
        assert_eq!(mina.timeline().len(), 3, "old records and new ones open");
        let session = w.broker().enter(link.rsplit_once('/').unwrap().1).unwrap();
        assert_eq!(w.broker().visitor(&session).unwrap().subscriber, mina.id);
        w.clock.advance(MINUTE_US);
        let numbers = format!(
            "subscriber,at,lat,lon\n{},{},{},{}\n",
            mina.number,
            w.clock.now().rfc3339(),
            MUNICH.0,
            MUNICH.1
        );
        assert_eq!(w.load(FeedKind::Location, &numbers).kept, 1, "the number finds its subscription");
        // What is sealed from now on does not open with the old root alone.
        w.restart(Opening::default());
        let answer = assistant.asks(&mina);
        assert!(matches!(answer.failure(), Failure::Fault(Fault::Corrupt(_))), "{answer:?}");
    });
}

#[test]
fn rows_moved_from_one_person_to_another_do_not_open() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        let jan = w.subscriber("jan");
        jan.allows(&assistant, ASSISTANT, ZONE, R6);
        jan.is_at(MUNICH);
        // Whoever can write rows and has no keys cannot give one person the other's life.
        let id = |who: &Subscriber<'_>| {
            let hex = dongui::crypt::hex::encode(&who.id.0);
            if w.house.is_postgres() { format!("'\\x{hex}'") } else { format!("x'{hex}'") }
        };
        let (mina_id, jan_id) = (id(&mina), id(&jan));
        w.sql(&format!(
            "UPDATE profiles SET sealed = (SELECT p.sealed FROM profiles p WHERE p.subscriber_id = {jan_id}) WHERE subscriber_id = {mina_id}"
        ));
        let answer = assistant.asks(&mina);
        assert!(matches!(answer.failure(), Failure::Fault(Fault::Corrupt("profiles"))), "{answer:?}");
        assert!(assistant.asks(&jan).tells());
    });
}

#[test]
fn a_published_log_that_was_lost_is_made_anew_and_is_the_same() {
    World::each(|w| {
        told(w);
        let published = w.broker().sequence().unwrap();
        let tiles = tempfile::tempdir().unwrap();
        house::copy_files(&w.house.log_dir(), tiles.path());
        std::fs::remove_dir_all(w.house.log_dir()).unwrap();
        w.restart(Opening::default());
        let again = w.broker().sequence().unwrap();
        assert_eq!((again.size, again.root), (published.size, published.root));
        assert_eq!(rows::files(&w.house.log_dir()), rows::files(tiles.path()));
    });
}

#[test]
fn a_command_beside_a_server_never_sets_the_published_log_back() {
    World::each(|w| {
        let (mina, assistant) = told(w);
        let beside = open(
            &w.house.url,
            w.house.dir.path(),
            Arc::new(w.clock.clone()),
            &Opening { seed: 77, ..Opening::default() },
        );
        let published = w.house.log_dir().join("checkpoint");
        let size = || {
            let note = std::fs::read_to_string(&published).unwrap();
            note.lines().nth(1).unwrap().parse::<u64>().unwrap()
        };
        w.broker().sequence().unwrap();
        let over = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            for broker in [w.broker(), beside] {
                let over = &over;
                scope.spawn(move || {
                    while !over.load(std::sync::atomic::Ordering::Relaxed) {
                        // A race on the numbers of a server database is lost by one of them, which tries again.
                        let _lost = broker.sequence();
                    }
                });
            }
            let _ends = Over(&over);
            let (over, assistant, mina) = (&over, &assistant, &mina);
            scope.spawn(move || {
                let _ends = Over(over);
                (0..150).for_each(|_| assert!(assistant.asks(mina).tells()));
            });
            let mut last = size();
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                let now = size();
                assert!(last <= now, "the log went from {last} back to {now}");
                last = now;
            }
        });
        let last = w.broker().sequence().unwrap();
        assert_eq!(size(), last.size);
    });
}
