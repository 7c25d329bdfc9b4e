//! Consents that come from elsewhere and go elsewhere: what is kept of them, what they are worth, and that nothing is written twice.
//! Deliberately absent: how a line is parsed (`feed::consents`), and how fast (`docs/performance.md`).
use super::outbox::listening;
use super::support::house::House;
use super::support::lives::lived;
use super::support::receiver::Receiver;
use super::support::world::{Interrupted, Opening};
use super::support::{ASSISTANT, CITY, MUNICH, Provider, Subscriber, World, ZONE, rows};
use dongui::broker::authenticate::Caller;
use dongui::broker::consent::Wish;
use dongui::broker::history::AsOf;
use dongui::broker::import::Imported;
use dongui::broker::{Broker, Failure};
use dongui::domain::consent::{Act, Actor, Provenance, Status};
use dongui::domain::record::Event;
use dongui::domain::time::{At, DAY_US, HOUR_US};
use dongui::feed::{ConsentReader, ConsentWriter, Format};
use std::sync::Arc;

const NOTICE: &str = "abababababababababababababababababababababababababababababababab";

/// Brings a text in, in chunks of so many lines.
pub fn brings(broker: &Broker, text: &str, chunk: usize, dry_run: bool) -> Imported {
    let mut import = broker.import(&Caller::console(), Actor::Operator, dry_run).with_chunk(chunk);
    let reader = ConsentReader::new(text.as_bytes(), None).unwrap();
    reader.drain(|line, one| import.push(line, one)).unwrap();
    import.finish().unwrap()
}

/// Everything, as a file.
pub fn taken_out(broker: &Broker, format: Format) -> String {
    let mut writer = ConsentWriter::new(Vec::new(), format).unwrap();
    broker
        .carry_out(&Caller::console(), |one| {
            writer.write(one).unwrap();
            Ok::<(), Failure>(())
        })
        .unwrap();
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

/// A line, in JSON; later words replace earlier ones of the same name.
pub fn line(who: &Subscriber<'_>, to: &Provider<'_>, act: &str, at: At, more: &[(&str, &str)]) -> String {
    let mut object = serde_json::json!({
        "subscriber": who.number, "recipient": to.id, "purpose": ASSISTANT, "category": ZONE, "act": act,
        "valid_at": at.rfc3339(), "provenance": "explicit", "actor": "subscriber", "channel": "shop",
    });
    if matches!(act, "grant" | "capture") {
        object["precision"] = "city".into();
        object["until"] = at.plus(300 * DAY_US).rfc3339().into();
        object["notice"] = NOTICE.into();
    }
    for (name, word) in more {
        object[name] = (*word).into();
    }
    object.to_string() + "\n"
}

pub fn status(
    w: &World,
    who: &Subscriber<'_>,
    to: &Provider<'_>,
    at: Option<At>,
    known: Option<At>,
) -> Status {
    let asked = AsOf { recipient: to.id, purpose: ASSISTANT, category: ZONE, at, known };
    w.broker().as_of(&Caller::console(), &who.reference(), &asked).unwrap().answer.status
}

pub fn counts(report: &Imported) -> [u64; 5] {
    [report.lines, report.taken, report.waiting, report.duplicates, report.rejected]
}

#[test]
fn a_consent_that_was_given_elsewhere_keeps_its_date_and_is_known_from_now_on() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let (before, given) = (w.clock.now(), w.clock.now().plus(-100 * DAY_US));
        w.clock.advance(HOUR_US);
        w.neighbours_are_at(MUNICH);
        let report = brings(&w.broker(), &line(&mina, &assistant, "grant", given, &[]), 10, false);
        assert_eq!(counts(&report), [1, 1, 0, 0, 0], "{report:?}");
        assert_eq!(status(w, &mina, &assistant, Some(given), None), Status::Given);
        assert_eq!(status(w, &mina, &assistant, Some(given.plus(-1_000_000)), None), Status::Unknown);
        assert_eq!(status(w, &mina, &assistant, None, Some(before)), Status::Unknown, "nobody knew it then");
        mina.is_at(MUNICH);
        assert!(assistant.asks(&mina).tells());
        // It is in the log, with its date, in the name of who said it.
        let mut consents = mina.records().into_iter().filter_map(|r| match r.event {
            Event::Consent { acts, actor, channel, .. } => Some((r.at, acts, actor, channel)),
            _ => None,
        });
        let (at, acts, actor, channel) = consents.next_back().unwrap();
        assert_eq!((actor, channel.as_str(), acts[0].valid), (Actor::Subscriber, "shop", Some(given)));
        assert!(at > before && acts[0].act == Act::Grant);
        let receipt = w.broker().consent_receipt(mina.id, acts[0].grant, None).unwrap();
        assert!(receipt.document.to_string().contains(&given.rfc3339()), "{}", receipt.document);
        // She can stop it as anything else.
        mina.withdraws();
        assert!(!assistant.asks(&mina).tells());
    });
}

#[test]
fn an_inferred_yes_discloses_nothing_until_it_is_said_and_is_never_raised() {
    World::each(|w| {
        w.neighbours_are_at(MUNICH);
        // The guard off: the same line as one that was said tells.
        for (name, provenance, by, tells) in [
            ("mina", "explicit", "subscriber", true),
            ("jun", "inferred", "subscriber", false),
            ("emma", "explicit", "staff", false),
            ("omar", "explicit", "operator", false),
        ] {
            let (whose, assistant) = (w.subscriber(name), w.provider(name));
            let at = w.clock.now().plus(-DAY_US);
            let one = |provenance| {
                line(&whose, &assistant, "grant", at, &[("provenance", provenance), ("actor", by)])
            };
            let report = brings(&w.broker(), &one(provenance), 10, false);
            assert_eq!((report.taken, report.waiting), (1, u64::from(!tells)), "{name}: {report:?}");
            whose.is_at(MUNICH);
            assert_eq!(assistant.asks(&whose).tells(), tells, "{name}");
            if provenance == "inferred" {
                let again = brings(&w.broker(), &one("explicit"), 10, false);
                assert_eq!(
                    counts(&again),
                    [1, 0, 0, 1, 0],
                    "saying later that it was said does not make it so"
                );
                assert_eq!(status(w, &whose, &assistant, None, None), Status::Requested);
                assert!(!assistant.asks(&whose).tells());
                let prolonged =
                    [("provenance", "inferred"), ("until", &w.clock.now().plus(DAY_US).rfc3339())];
                let renewal = line(&whose, &assistant, "renew", w.clock.now(), &prolonged);
                assert_eq!(brings(&w.broker(), &renewal, 10, false).rejected, 1);
                let events = rows::texts(
                    &w.house.url,
                    "SELECT provenance AS value FROM consent_events WHERE act = 'capture'",
                );
                assert_eq!(events[0], "inferred");
            }
            if !tells {
                // His own word makes it count.
                w.clock.advance(HOUR_US);
                w.neighbours_are_at(MUNICH);
                whose.allows(&assistant, ASSISTANT, ZONE, CITY);
                whose.is_at(MUNICH);
                assert!(assistant.asks(&whose).tells(), "{name}");
            }
        }
        let out = taken_out(&w.broker(), Format::Ndjson);
        assert!(out.contains(Provenance::Inferred.as_str()), "provenance goes along");
    });
}

#[test]
fn the_same_event_counts_once_in_one_file_over_two_and_after_one_that_broke_off() {
    World::each(|w| {
        let (mina, jun, assistant) = (w.subscriber("mina"), w.subscriber("jun"), w.provider("assistant"));
        let t = w.clock.now().plus(-50 * DAY_US);
        let story = |who: &Subscriber<'_>| {
            [("grant", 0), ("pause", 1), ("resume", 2), ("withdraw", 3), ("refuse", 4), ("grant", 5)]
                .map(|(act, day)| line(who, &assistant, act, t.plus(day * DAY_US), &[]))
        };
        let lines: Vec<String> =
            story(&mina).into_iter().zip(story(&jun)).flat_map(|(a, b)| [a, b]).collect();
        // It breaks off in the middle: what was not written yet is lost with the process.
        let broker = w.broker();
        let mut import = broker.import(&Caller::console(), Actor::Operator, false).with_chunk(2);
        let text = lines.concat();
        let reader = ConsentReader::new(text.as_bytes(), None).unwrap();
        let mut left = 5;
        let broke_off = reader.drain(|n, one| {
            left -= 1;
            if left == 0 { Err(None) } else { import.push(n, one).map_err(Some) }
        });
        assert!(broke_off.is_err());
        drop(import);
        for (chunk, kept) in [(3, [12, 8, 0, 4, 0]), (1, [12, 0, 0, 12, 0]), (100, [12, 0, 0, 12, 0])] {
            assert_eq!(counts(&brings(&broker, &lines.concat(), chunk, false)), kept, "{chunk}");
        }
        let twice: String = lines.iter().map(|l| l.repeat(2)).collect();
        assert_eq!(counts(&brings(&broker, &twice, 5, false)), [24, 0, 0, 24, 0]);
        for who in [&mina, &jun] {
            let at = |day: i64| status(w, who, &assistant, Some(t.plus(day * DAY_US + 1)), None);
            let all = [0, 1, 2, 3, 4, 5].map(at);
            use Status::{Given, Paused, Refused, Withdrawn};
            assert_eq!(all, [Given, Paused, Given, Withdrawn, Refused, Given]);
        }
    });
}

/// Lines of every kind of fault, good ones between them.
fn mixed(
    w: &World,
    mina: &Subscriber<'_>,
    jun: &Subscriber<'_>,
    assistant: &Provider<'_>,
) -> (String, Vec<&'static str>) {
    let t = w.clock.now().plus(-50 * DAY_US);
    let day = |n: i64| t.plus(n * DAY_US);
    let narrow = w.provider_with("narrow", |r| {
        r.purposes = vec![ASSISTANT];
        r.ceiling.retain(|(c, _)| *c == ZONE);
    });
    let stranger = "+4915559999999";
    let bad: Vec<(String, &str)> = vec![
        (line(mina, assistant, "grant", day(0), &[("subscriber", stranger)]), "`subscriber`: not enrolled"),
        (
            line(mina, assistant, "grant", day(0), &[("recipient", "rcp_00000000000000000000000000000001")]),
            "`recipient`: not registered",
        ),
        (
            line(mina, &narrow, "grant", day(0), &[("purpose", "dpv:ServicePersonalisation")]),
            "`purpose`: one that the recipient has declared",
        ),
        (
            line(mina, &narrow, "grant", day(0), &[("category", "location.label"), ("precision", "label")]),
            "`category`: one in the recipient's contract",
        ),
        (
            line(mina, assistant, "withdraw", day(0), &[]),
            "`act`: `withdraw` does not apply to a consent that is unknown",
        ),
        (
            line(mina, assistant, "grant", day(0), &[("precision", "label")]),
            "`precision`: a rung of `location.zone`",
        ),
        (line(mina, assistant, "grant", day(0), &[("until", "")]), "`until`: later than `valid_at`"),
        (line(mina, assistant, "grant", day(0), &[("notice", "")]), "`notice`: the hash of what was shown"),
        (line(mina, assistant, "grant", day(60), &[]), "`valid_at`: no later than now"),
        (line(mina, assistant, "revoke", day(2), &[]), "`actor`: one who may `revoke`"),
        (line(mina, assistant, "grant", day(0), &[("quota", "+49155555")]), "`quota`"),
        ("{\"subscriber\": +4915550000000}\n".to_owned(), "the line is not a JSON object"),
        // After what is good: too early, over, of another chain.
        (line(jun, assistant, "pause", day(-1), &[]), "`valid_at`: later than all"),
        (
            line(jun, assistant, "resume", day(3), &[]),
            "`act`: `resume` does not apply to a consent that is given",
        ),
        (
            line(jun, assistant, "withdraw", day(3), &[("grant", "grn_00000000000000000000000000000009")]),
            "`grant`: the consent that is in force",
        ),
        (
            line(jun, assistant, "grant", day(3), &[("grant", "grn_00000000000000000000000000000001")]),
            "`grant`: a name that no other consent had",
        ),
    ];
    let own = [("grant", "grn_00000000000000000000000000000001")];
    let mut text = line(jun, assistant, "grant", day(0), &own) + &line(jun, assistant, "grant", day(0), &own);
    bad.iter().for_each(|(line, _)| text.push_str(line));
    text.push_str(&line(jun, assistant, "withdraw", day(4), &[]));
    (text, bad.into_iter().map(|(_, why)| why).collect())
}

#[test]
fn what_is_wrong_with_a_line_is_told_and_the_rest_goes_on() {
    World::each(|w| {
        let (mina, jun, assistant) = (w.subscriber("mina"), w.subscriber("jun"), w.provider("assistant"));
        let (text, why) = mixed(w, &mina, &jun, &assistant);
        let before = w.dump();
        let dry: Vec<Imported> = [1, 3, 4096].map(|chunk| brings(&w.broker(), &text, chunk, true)).into();
        assert_eq!(w.dump(), before, "a dry run wrote something");
        let report = brings(&w.broker(), &text, 4, false);
        assert_eq!(counts(&report), [19, 2, 0, 1, 16], "{report:?}");
        for (n, (named, why)) in report.named.iter().zip(why).enumerate() {
            assert_eq!(named.line, n as u64 + 3);
            assert!(named.reason.starts_with(why), "{named:?} is not {why}");
            assert!(!named.reason.contains("49155"), "{named:?}");
        }
        for dry in dry {
            assert_eq!(Imported { dry_run: false, ..dry }, report, "a dry run says what will be");
        }
        assert_eq!(status(w, &jun, &assistant, None, None), Status::Withdrawn);
    });
}

#[test]
fn what_ends_by_a_file_is_told_to_recipients_like_any_other_end() {
    World::each(|w| {
        let (receiver, mina) = (Receiver::new(), w.subscriber("mina"));
        let (assistant, _) = listening(w, "assistant", &receiver);
        assistant.knows(&mina);
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        w.clock.advance(HOUR_US);
        let told = || {
            let documents = rows::texts(&w.house.url, "SELECT document AS value FROM outbox ORDER BY seq");
            let kinds = documents.iter().filter_map(|d| {
                let json: serde_json::Value = serde_json::from_str(d).unwrap();
                json["type"].as_str().and_then(|t| t.rsplit('.').next().map(str::to_owned))
            });
            kinds.collect::<Vec<_>>()
        };
        assert_eq!(told(), ["granted"]);
        brings(
            &w.broker(),
            &line(&mina, &assistant, "withdraw", w.clock.now().plus(-60_000_000), &[]),
            10,
            false,
        );
        assert_eq!(told(), ["granted", "withdrawn", "purge_requested"]);
        assert_eq!(rows::rows_of(&w.house.url, "purges").len(), 1);
        w.clock.advance(HOUR_US);
        // Of a whole history only what holds in the end is news.
        let t = w.clock.now().plus(-60_000_000);
        let story = ["grant", "withdraw", "refuse"]
            .iter()
            .enumerate()
            .map(|(n, act)| line(&mina, &assistant, act, t.plus(n as i64 * 1_000_000), &[]));
        brings(&w.broker(), &story.collect::<String>(), 10, false);
        assert_eq!(told().len(), 3);
        brings(&w.broker(), &line(&mina, &assistant, "grant", t.plus(9_000_000), &[]), 10, false);
        assert_eq!(told()[3..], ["granted"]);
    });
}

#[test]
fn a_decision_that_is_faster_than_a_file_stands() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        w.clock.advance(HOUR_US);
        let (rng, other, id) = (Arc::new(Interrupted::default()), w.another(Opening::default()), mina.id);
        w.restart(Opening { rng: Some(rng.clone()), ..Opening::default() });
        let everything =
            Wish::Change { act: Act::Withdraw, until: None, recipient: None, purpose: None, category: None };
        rng.next_draw_after(move || {
            assert!(other.decide(id, &everything, "screen").unwrap().entry.is_some())
        });
        let until = w.clock.now().plus(200 * DAY_US).rfc3339();
        let renewal = line(&mina, &assistant, "renew", w.clock.now().plus(-60_000_000), &[("until", &until)]);
        let report = brings(&w.broker(), &renewal, 10, false);
        assert!(rng.is_done());
        assert_eq!(counts(&report), [1, 0, 0, 0, 1], "{report:?}");
        assert_eq!(status(w, &mina, &assistant, None, None), Status::Withdrawn);
    });
}

/// A house of its own on the same engine, with the same recipients and subscribers, that knows nothing of their consents.
pub fn like(w: &World, whose: &[&Subscriber<'_>]) -> World {
    let house = if w.house.is_postgres() { House::postgres() } else { Some(House::sqlite()) };
    let other = World::new(house.unwrap());
    other.clock.set(w.clock.now());
    let known = other.broker().recipients().unwrap();
    for recipient in w.broker().recipients().unwrap() {
        if known.iter().all(|k| k.id != recipient.id) {
            other.broker().register_recipient(&Caller::console(), recipient).unwrap();
        }
    }
    for one in whose {
        Subscriber::enrol(&other, "the same", &one.number, dongui::domain::subscriber::AgeBand::Adult);
    }
    other
}

#[test]
fn what_is_taken_out_and_brought_in_elsewhere_is_taken_out_the_same() {
    World::each(|w| {
        for seed in 0..4 {
            let w = &like(w, &[]);
            let whose = ["mina", "jun", "emma"].map(|name| w.subscriber(name));
            let to = [w.provider(&format!("assistant-{seed}")), w.provider(&format!("shop-{seed}"))];
            lived(w, &whose, &to, seed, 60);
            let format = if seed % 2 == 0 { Format::Ndjson } else { Format::Csv };
            let out = taken_out(&w.broker(), format);
            let other = like(w, &whose.iter().collect::<Vec<_>>());
            let dry = brings(&other.broker(), &out, 7, true);
            let report = brings(&other.broker(), &out, [1, 16, 4096, 100][seed as usize], false);
            assert_eq!(report.rejected, 0, "{report:?}");
            assert!(report.taken >= 60, "{report:?}");
            assert_eq!(Imported { dry_run: false, ..dry }, report);
            assert_eq!(taken_out(&other.broker(), format), out, "seed {seed}");
            let again = brings(&w.broker(), &out, 50, false);
            assert_eq!((again.taken, again.rejected), (0, 0), "{again:?}");
            // Not only the events: what they add up to is the same too.
            for one in &whose {
                let held = |w: &World| {
                    let id = w.broker().subscriber_id(&one.reference()).unwrap();
                    let overview = w.broker().overview(id).unwrap();
                    let mut grants: Vec<_> = overview
                        .grants
                        .iter()
                        .map(|g| {
                            // Of what is over nothing more counts.
                            let given = g.state.is_given();
                            (g.id, g.state, given.then_some((g.precision, g.granted_at, g.until, g.terms)))
                        })
                        .collect();
                    grants.sort_by_key(|g| g.0);
                    let mut asked: Vec<_> = overview.asked.iter().map(|g| (g.id, g.state)).collect();
                    asked.sort_by_key(|g| g.0);
                    (grants, asked, overview.last)
                };
                assert_eq!(held(&other), held(w), "seed {seed}");
            }
        }
    });
}
