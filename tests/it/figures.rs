//! What `/metrics` tells a platform team: exact counts by closed words, and the same names as in the document. Deliberately absent: that no label
//! holds anything about a person (`leaks`).
use super::sources::tree;
use super::support::door::Call;
use super::support::world::{START, SeededRng};
use super::support::{ASSISTANT, CITY, MUNICH, R6, World, ZONE};
use dongui::domain::category::Category;
use dongui::domain::feed::FeedKind;
use dongui::domain::purpose::Purpose;
use dongui::domain::time::{HOUR_US, MINUTE_US};
use dongui::store::{Fault, Store};
use dongui::telemetry::Figures;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A line of the text: name, labels, value.
#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

fn samples(text: &str) -> Vec<Sample> {
    let lines = text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
    let sample = |line: &str| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let labels = labels.strip_suffix('}').unwrap().split(',').filter(|l| !l.is_empty());
        let label = |l: &str| {
            let (name, value) = l.split_once('=').unwrap();
            (name.to_owned(), value.trim_matches('"').to_owned())
        };
        Sample {
            name: name.to_owned(),
            labels: labels.map(label).collect(),
            value: value.parse().unwrap_or_else(|_| panic!("{line}")),
        }
    };
    lines.map(sample).collect()
}

/// The sum of the series of that name with these labels; a series that is not there fails.
fn sum(text: &str, name: &str, labels: &[(&str, &str)]) -> f64 {
    let all = samples(text);
    let fits =
        |s: &&Sample| s.name == name && labels.iter().all(|(n, v)| s.labels.get(*n).is_some_and(|l| l == v));
    let found: Vec<f64> = all.iter().filter(fits).map(|s| s.value).collect();
    assert!(!found.is_empty(), "no {name} {labels:?} in\n{text}");
    found.into_iter().sum()
}

#[test]
fn what_is_asked_and_decided_is_counted_by_the_words_that_were_told() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.neighbours_are_at(MUNICH);
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.allows(
            &assistant,
            ASSISTANT,
            Category::UsageInterest,
            *Category::UsageInterest.rungs().last().unwrap(),
        );
        mina.refuses(&assistant, ASSISTANT, Category::WebInterest);
        assert_eq!(mina.is_at(MUNICH).kept, 1);
        assert!(assistant.asks(&mina).tells());
        assistant.asks_for(&mina, ASSISTANT, &[Category::WebInterest, ZONE]);
        assistant.asks_for(&mina, Purpose::ServicePersonalisation, &[ZONE]);
        mina.pauses();
        assert!(!assistant.asks(&mina).tells());
        mina.withdraws();
        assistant.asks(&mina);
        let text = w.figures.text();
        let answered = |category: Category, outcome: &str| {
            sum(&text, "dongui_disclosures_total", &[("category", category.as_str()), ("outcome", outcome)])
        };
        assert_eq!(answered(ZONE, "disclosed"), 2.0);
        assert_eq!(answered(ZONE, "purpose_mismatch"), 1.0);
        // Paused, and told nothing more than `not_available`.
        assert_eq!(answered(ZONE, "not_available"), 1.0);
        assert_eq!(answered(ZONE, "not_granted"), 1.0);
        assert_eq!(answered(Category::WebInterest, "not_granted"), 1.0);
        assert_eq!(sum(&text, "dongui_disclosures_total", &[]), 6.0);
        // Two grants were paused and then ended.
        for (act, times) in
            [("grant", 2.0), ("refuse", 1.0), ("pause", 2.0), ("resume", 0.0), ("withdraw", 2.0)]
        {
            assert_eq!(sum(&text, "dongui_consent_acts_total", &[("act", act)]), times, "{act}");
        }
        let done = [("story", "context.disclose"), ("access", "write"), ("outcome", "done")];
        assert_eq!(sum(&text, "dongui_story_seconds_count", &done), 5.0);
        assert_eq!(sum(&text, "dongui_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1.0);
    });
}

#[test]
fn what_is_dropped_for_want_of_room_is_counted_as_truncated() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        mina.allows(&assistant, ASSISTANT, ZONE, CITY);
        w.neighbours_are_at(MUNICH);
        mina.is_at(MUNICH);
        let mut request = assistant.request(&mina, ASSISTANT, &[ZONE]);
        request.max_tokens = Some(1);
        let answer = assistant.asks_with(&assistant.client.token(), &request);
        assert_eq!(answer.json()["truncated"], true, "{answer:?}");
        let truncated = [("category", "location.zone"), ("outcome", "truncated")];
        assert_eq!(sum(&w.figures.text(), "dongui_disclosures_total", &truncated), 1.0);
    });
}

#[test]
fn every_line_of_a_feed_is_counted_once_also_when_it_is_sent_again() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        let stranger = w.subscriber("stranger");
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        let (now, then) = (w.clock.now().rfc3339(), w.clock.now().plus(-HOUR_US).rfc3339());
        let text = format!(
            "subscriber,at,lat,lon\n{0},{now},48.1,11.5\n{0},{then},48.1,11.5\n{1},{now},48.1,11.5\n{0},never,48.1,11.5\n",
            mina.number, stranger.number
        );
        w.load(FeedKind::Location, &text);
        w.load(FeedKind::Location, &text);
        w.load(FeedKind::Places, "kind,lat,lon,radius_m\nhealth,50.1,8.6,100\nhealth,north,8.6,100\n");
        let text = w.figures.text();
        let rows = |kind: &str, outcome: &str| {
            sum(&text, "dongui_feed_rows_total", &[("kind", kind), ("outcome", outcome)])
        };
        let outcomes = ["kept", "dropped", "repeated", "rejected"];
        assert_eq!(outcomes.map(|o| rows("location", o)), [2.0, 1.0, 0.0, 1.0]);
        assert_eq!(outcomes.map(|o| rows("places", o)), [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(sum(&text, "dongui_feed_rows_total", &[]), 6.0);
    });
}

#[test]
fn tokens_are_counted_as_issued_or_refused() {
    World::each(|w| {
        let assistant = w.provider("assistant");
        assistant.client.token();
        let (fields, path) = (assistant.client.token_fields(), "/oauth/token");
        let refused = w.broker().grant_token(&fields, None, path, None);
        assert!(refused.is_err(), "there was no proof");
        let text = w.figures.text();
        for (outcome, times) in [("issued", 1.0), ("refused", 1.0), ("failed", 0.0)] {
            assert_eq!(sum(&text, "dongui_tokens_total", &[("outcome", outcome)]), times, "{outcome}");
        }
    });
}

#[test]
fn what_waits_what_is_published_and_a_halt_can_be_seen() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        w.broker().sequence().unwrap();
        mina.allows(&assistant, ASSISTANT, ZONE, R6);
        mina.withdraws();
        let gauge = |name: &str| {
            w.broker().measure();
            sum(&w.figures.text(), name, &[])
        };
        assert_eq!(gauge("dongui_entries_waiting"), 2.0);
        assert_eq!(gauge("dongui_checkpoint_timestamp_seconds"), START.unix_s() as f64);
        w.clock.advance(MINUTE_US);
        let published = w.broker().sequence().unwrap();
        assert_eq!(gauge("dongui_entries_waiting"), 0.0);
        assert_eq!(gauge("dongui_log_entries"), published.size as f64);
        assert_eq!(gauge("dongui_checkpoint_timestamp_seconds"), START.plus(MINUTE_US).unix_s() as f64);
        assert_eq!(gauge("dongui_halted"), 0.0);
        w.clock.advance(-HOUR_US);
        assert_eq!(gauge("dongui_halted"), 1.0);
    });
}

#[test]
fn a_story_is_timed_by_its_end_and_counts_its_lost_races() {
    World::each(|w| {
        let figures = Figures::new().unwrap();
        let store = Store::open(&w.house.url, Arc::new(SeededRng::new(0)), figures.recorder()).unwrap();
        let lost = Arc::new(AtomicU32::new(0));
        let races = Arc::clone(&lost);
        let raced = store.write("story.raced", move |_| {
            if races.fetch_add(1, Ordering::Relaxed) < 2 { Err(Fault::LostRace) } else { Ok(()) }
        });
        store.write("story.good", |_| Ok(())).unwrap();
        store.read("story.bad", |_| Err::<(), _>(Fault::Corrupt("story"))).unwrap_err();
        let text = figures.text();
        let count = |story: &str, outcome: &str| {
            sum(&text, "dongui_story_seconds_count", &[("story", story), ("outcome", outcome)])
        };
        assert_eq!([count("story.good", "done"), count("story.good", "failed")], [1.0, 0.0]);
        assert_eq!([count("story.bad", "done"), count("story.bad", "failed")], [0.0, 1.0]);
        let retries = sum(&text, "dongui_story_retries_total", &[("story", "story.raced")]);
        if w.house.is_postgres() {
            assert!(raced.is_ok());
            assert_eq!(retries, 2.0);
        } else {
            // One writer: nobody is faster, and a commit may take many.
            assert_eq!(retries, 0.0);
            assert!(
                sum(&text, "dongui_group_stories_sum", &[]) >= sum(&text, "dongui_group_stories_count", &[])
            );
            assert!(sum(&text, "dongui_group_stories_sum", &[]) >= 1.0);
        }
    });
}

#[test]
fn requests_are_timed_by_the_template_of_their_address() {
    World::each(|w| {
        let door = w.http();
        let secret = "a-token-in-a-link";
        door.get(&format!("/me/enter/{secret}"));
        door.get(&format!("/me/{secret}"));
        door.get(&format!("/{secret}"));
        door.send(&Call::new("TRACE", "/healthz"));
        door.get("/healthz");
        let reply = door.get("/metrics");
        assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4"));
        let text = reply.text();
        let count = |route: &str, method: &str| {
            sum(&text, "dongui_http_seconds_count", &[("route", route), ("method", method)])
        };
        assert_eq!(count("/me/enter/{token}", "GET"), 1.0);
        assert_eq!(count("other", "GET"), 2.0);
        assert_eq!(count("/healthz", "GET"), 1.0);
        assert_eq!(count("/healthz", "other"), 1.0);
        assert!(!text.contains(secret) && !text.contains("TRACE"), "{text}");
    });
}

/// The rows of the table of figures in the document: name, type, labels.
fn documented() -> BTreeSet<(String, String, Vec<String>)> {
    let text = tree(&["docs"], &["operators.md"]).pop().unwrap().text;
    let rows = text.lines().filter(|l| l.starts_with("| `dongui_"));
    let words = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let mut labels = words(cells[3]);
        labels.sort();
        (words(cells[1]).remove(0), cells[2].to_owned(), labels)
    })
    .collect()
}

/// The same of an exported text, which must say of each what it is.
fn exported(text: &str) -> BTreeSet<(String, String, Vec<String>)> {
    let types = text.lines().filter_map(|l| l.strip_prefix("# TYPE ")?.split_once(' '));
    let samples = samples(text);
    types
        .map(|(name, kind)| {
            assert!(text.contains(&format!("# HELP {name} ")), "{name} does not say what it is");
            let of =
                |s: &&Sample| s.name.strip_prefix(name).is_some_and(|rest| ["", "_bucket"].contains(&rest));
            let labels = samples.iter().find(of).map(|s| s.labels.keys().filter(|l| *l != "le").cloned());
            (name.to_owned(), kind.to_owned(), labels.into_iter().flatten().collect())
        })
        .collect()
}

#[test]
fn the_table_in_the_document_is_what_is_exported() {
    World::each(|w| {
        w.http().get("/healthz");
        let exported = exported(&w.http().get("/metrics").text());
        let mut documented = documented();
        if w.house.is_postgres() {
            documented.retain(|(name, ..)| name != "dongui_group_stories");
        }
        assert_eq!(documented, exported, "docs/operators.md and /metrics disagree");
    });
}

#[test]
fn an_alert_asks_for_figures_that_there_are() {
    let text = tree(&["docs"], &["operators.md"]).pop().unwrap().text;
    let known: Vec<String> = documented().into_iter().map(|(name, ..)| name).collect();
    let mut asked = 0;
    for line in text.lines().filter(|l| l.trim_start().starts_with("expr: ")) {
        for word in
            line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| w.starts_with("dongui_"))
        {
            let name = ["_count", "_bucket"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
            assert!(known.iter().any(|k| k == name), "{line}");
            asked += 1;
        }
    }
    assert!(asked >= 4, "the alerts are gone");
}
