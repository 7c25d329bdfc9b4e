//! Promise 5 and the feed's manners: what is taken, what is dropped, what is said about the rest. Deliberately absent: crashes (`crash`).
use super::support::world::{NEIGHBOURS, neighbour};
use super::support::{ASSISTANT, ISLAND, MUNICH, R6, World, ZONE};
use dongui::broker::Failure;
use dongui::broker::authenticate::Caller;
use dongui::broker::ingest::Report;
use dongui::domain::category::{Category, Precision};
use dongui::domain::feed::{FeedKind, Reject, Row, Spot};
use dongui::domain::time::{At, DAY_US, MINUTE_US, SECOND_US};

const HEADER: &str = "subscriber,at,lat,lon\n";

fn line(number: &str, at: At, (lat, lon): (f64, f64)) -> String {
    format!("{number},{},{lat},{lon}\n", at.rfc3339())
}

/// Everything but the ledger, which counts every feed anew.
fn kept(w: &World) -> Vec<(String, String)> {
    let ledger = ["entries", "records", "batches", "counters"];
    w.dump().into_iter().filter(|(table, _)| !ledger.contains(&table.as_str())).collect()
}

#[test]
fn a_feed_sent_again_is_answered_as_the_first_time_and_changes_nothing() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let now = w.clock.now();
        let text: String = (0..40)
            .map(|n| line(&mina.number, now.plus(-n * MINUTE_US), if n % 2 == 0 { MUNICH } else { ISLAND }))
            .chain((0..NEIGHBOURS).map(|n| line(&neighbour(n), now, MUNICH)))
            .chain(["+4915500999999,yesterday,1,1\n".to_owned(), line("+4915500999999", now, MUNICH)])
            .collect();
        let text = [HEADER, &text].concat();
        let first = w.load(FeedKind::Location, &text);
        let n = u64::from(NEIGHBOURS);
        assert_eq!((first.lines, first.kept, first.dropped, first.rejected), (42 + n, 40 + n, 1, 1));
        let answer = assistant.asks(&mina);
        assert!(answer.tells());
        let before = kept(w);
        let again = w.load(FeedKind::Location, &text);
        assert_eq!(again, Report { replayed_chunks: 1, ..first.clone() });
        // Also after a day, when the crowds of its hours are gone, and by another process.
        assert_eq!(kept(w), before);
        w.restart(Default::default());
        assert_eq!(w.load(FeedKind::Location, &text), again);
        assert_eq!(kept(w), before);
        // Cut into other chunks it is new to the batches, and still nothing is counted twice.
        let cut = w.load_chunked(FeedKind::Location, &text, 7);
        assert_eq!((cut.kept, cut.repeated, cut.dropped), (0, 40 + n, 1));
        assert_eq!(assistant.asks(&mina).bytes(), answer.bytes());
    });
}

#[test]
fn events_that_no_live_grant_could_use_leave_nothing() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        let everyone = ["no grant", "refused", "withdrawn", "paused", "expired", "app only", "unknown"];
        let mut text = HEADER.to_owned();
        for name in everyone {
            let who = w.subscriber(name);
            let soon = w.clock.now().plus(SECOND_US);
            match name {
                "refused" => who.refuses(&assistant, ASSISTANT, ZONE),
                "withdrawn" | "paused" => who.allows(&assistant, ASSISTANT, ZONE, R6),
                "expired" => who.allows_until(&assistant, ASSISTANT, ZONE, R6, soon),
                "app only" => {
                    who.allows(&assistant, ASSISTANT, Category::UsageInterest, Precision::Label);
                }
                _ => {}
            }
            match name {
                "withdrawn" => assert!(who.withdraws().entry.is_some()),
                "paused" => assert!(who.pauses().entry.is_some()),
                _ => {}
            }
            let number = if name == "unknown" { "+4915500999999" } else { &who.number };
            text.push_str(&line(number, w.clock.now(), MUNICH));
        }
        w.clock.advance(SECOND_US);
        let before = kept(w);
        let report = w.load(FeedKind::Location, &text);
        assert_eq!((report.kept, report.dropped), (0, everyone.len() as u64));
        assert_eq!(kept(w), before, "nothing but the count in the ledger");
    });
}

#[test]
fn a_withdrawal_between_reading_a_line_and_folding_it_counts() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let before = kept(w).into_iter().filter(|(t, _)| t == "profiles" || t == "crowd").count();
        let (broker, console) = (w.broker(), Caller::console());
        let mut intake = broker.intake(&console, FeedKind::Location, false).unwrap();
        let spot = Spot::Point { lat: MUNICH.0, lon: MUNICH.1, radius_m: None };
        let row = Row::Location { subscriber: &mina.number, at: w.clock.now(), spot };
        intake.push(1, Ok(row)).unwrap();
        mina.withdraws();
        let report = intake.finish().unwrap();
        assert_eq!((report.kept, report.dropped), (0, 1));
        let after = kept(w).into_iter().filter(|(t, _)| t == "profiles" || t == "crowd").count();
        assert_eq!(after, before);
    });
}

#[test]
fn lines_that_are_not_understood_are_counted_and_twenty_are_named() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let now = w.clock.now();
        w.load(FeedKind::Cells, "id,lat,lon\nthe-cell,48.137,11.575\n");
        let good = format!("{},{},the-cell\n", mina.number, now.rfc3339());
        let bad = [
            (format!("{},{},another-cell\n", mina.number, now.rfc3339()), Reject::UnknownCell),
            (format!("{},{},the-cell\n", mina.number, now.plus(6 * MINUTE_US).rfc3339()), Reject::Ahead),
            (format!("{},soon,the-cell\n", mina.number), Reject::Instant),
            (format!("000,{},the-cell\n", now.rfc3339()), Reject::Reference),
            (format!("{},{}\n", mina.number, now.rfc3339()), Reject::FieldCount),
            (format!(",{},the-cell\n", now.rfc3339()), Reject::Empty),
        ];
        let lines: String = bad.iter().cycle().take(60).map(|(line, _)| line.as_str()).collect();
        // The torn line comes last: half a name is no cell, and half a number somebody else's.
        let torn = good.trim_end();
        let report = w.load(FeedKind::Location, &format!("subscriber,at,cell\n{good}{lines}{torn}"));
        assert_eq!((report.lines, report.kept, report.rejected), (62, 1, 61));
        assert_eq!(report.named.len(), 20);
        for (named, (i, (_, reject))) in report.named.iter().zip(bad.iter().cycle().enumerate()) {
            assert_eq!((named.line, named.reason.as_str()), (3 + i as u64, reject.sentence()));
        }
        let text = serde_json::to_string(&report).unwrap();
        assert!(!text.contains("another-cell") && !text.contains(&mina.number[1..]), "{text}");
        let report = w.load(FeedKind::Location, &format!("subscriber,at,cell\n{torn}"));
        assert_eq!((report.rejected, report.named[0].reason.as_str()), (1, Reject::Torn.sentence()));
    });
}

#[test]
fn feeds_of_which_nothing_is_understood_are_not_taken_for_each_other() {
    World::each(|w| {
        let head = "subscriber,at,cell";
        let (one, other) = (format!("{head}\n+4915550000001,0,nowhere\n"), format!("{head}\nx\n\nx\n"));
        assert_eq!(w.load(FeedKind::Location, &one).rejected, 1);
        let report = w.load(FeedKind::Location, &other);
        assert_eq!((report.lines, report.rejected, report.replayed_chunks), (2, 2, 0));
        let lines: Vec<u64> = report.named.iter().map(|n| n.line).collect();
        assert_eq!(lines, [2, 4]);
        assert_eq!(w.load(FeedKind::Location, &other).replayed_chunks, 1);
    });
}

#[test]
fn a_chunk_out_of_order_takes_nothing_back() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let answer = assistant.asks(&mina);
        let late = [HEADER, &line(&mina.number, w.clock.now().plus(-5 * MINUTE_US), ISLAND)].concat();
        let report = w.load(FeedKind::Location, &late);
        assert_eq!((report.kept, report.repeated), (0, 1));
        assert_eq!(assistant.asks(&mina).bytes(), answer.bytes());
        // Within one chunk the order of lines does not matter.
        let now = w.clock.now().plus(MINUTE_US);
        w.clock.set(now);
        let lines = [line(&mina.number, now, MUNICH), line(&mina.number, now.plus(-SECOND_US), ISLAND)];
        assert_eq!(w.load(FeedKind::Location, &[HEADER, &lines.concat()].concat()).kept, 2);
        assert_eq!(assistant.asks(&mina).told(ZONE), answer.told(ZONE));
    });
}

#[test]
fn apps_and_sites_become_an_interest_and_nothing_unmapped_does() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        for category in [Category::UsageInterest, Category::WebInterest] {
            mina.allows(&assistant, ASSISTANT, category, Precision::Label);
        }
        w.load(
            FeedKind::Categories,
            "source,key,topic\napp,org.example.kitchen,food\nweb,example.org,travel\n",
        );
        let everyone: Vec<String> = (0..NEIGHBOURS).map(neighbour).chain([mina.number.clone()]).collect();
        let start = w.clock.now().plus(-18 * DAY_US);
        for (kind, header, name, odd) in [
            (FeedKind::App, "subscriber,at,app\n", "org.example.kitchen", "org.example.secret"),
            (FeedKind::Web, "subscriber,at,host\n", "maps.example.org", "secret.example.net"),
        ] {
            let mut text = header.to_owned();
            for day in [0, 6, 12, 18] {
                for number in &everyone {
                    let at = start.plus(day * DAY_US - MINUTE_US).rfc3339();
                    text.push_str(&format!("{number},{at},{name}\n"));
                    let at = start.plus(day * DAY_US).rfc3339();
                    text.push_str(&format!("{number},{at},{odd}\n"));
                }
            }
            let report = w.load(kind, &text);
            assert_eq!((report.rejected, report.dropped), (0, 0), "{report:?}");
        }
        let answer = assistant.asks_for(&mina, ASSISTANT, &[Category::UsageInterest, Category::WebInterest]);
        let topic = |category| answer.told(category).map(|v| v["topic"].clone());
        assert_eq!(topic(Category::UsageInterest), Some("food".into()), "{}", answer.text());
        assert_eq!(topic(Category::WebInterest), Some("travel".into()));
    });
}

#[test]
fn a_feed_client_is_known_by_its_role() {
    World::each(|w| {
        let (feed, path) = (w.client(dongui::domain::client::Role::Feed), "/v1/feeds/location");
        let token = feed.token();
        let proven = |proof: &str| {
            w.broker().prove(
                dongui::oauth::audience::Audience::Api,
                &dongui::broker::authenticate::Presented {
                    authorization: &format!("DPoP {token}"),
                    proof,
                    certificate: None,
                    method: "POST",
                    url: &format!("{}{path}", super::support::world::ISSUER),
                },
            )
        };
        let proof = feed.proof("POST", path, Some(&token));
        let admitted =
            |scope| w.broker().admit(proven(&feed.proof("POST", path, Some(&token))).unwrap(), scope);
        use dongui::oauth::scope::Scope;
        for scope in Scope::ALL {
            let outcome = admitted(*scope);
            assert_eq!(outcome.is_ok(), *scope == Scope::FeedsWrite, "{scope:?}");
            assert!(outcome.is_ok() || matches!(outcome, Err(Failure::Forbidden(_))));
        }
        assert!(w.broker().admit(proven(&proof).unwrap(), Scope::FeedsWrite).is_ok());
        assert!(
            w.broker().admit(proven(&proof).unwrap(), Scope::FeedsWrite).is_err(),
            "the same proof again"
        );
    });
}
