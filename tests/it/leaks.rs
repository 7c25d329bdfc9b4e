//! Promise 5: the trace stays home. Canaries are planted in every feed and request, and then looked for in everything that can be seen: answers,
//! problems, logs, metrics, the published log, exports, the bytes of the database. Deliberately absent: what screens show to the subscriber.
use super::support::canary::{Sight, found, listen, logged};
use super::support::door::{Call, Reply};
use super::support::rows::{dump, files};
use super::support::world::{NEIGHBOURS, neighbour};
use super::support::{ASSISTANT, Client, World, ZONE};
use dongui::domain::category::{Category, Precision};
use dongui::domain::client::Role;
use dongui::domain::time::{DAY_US, MINUTE_US};
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};

/// Phone number of the one whose life is fed in; nobody else in this process has it.
const NUMBER: &str = "4915573141592";
const LAT: f64 = 48.137_135_79;
const LON: f64 = 11.575_246_81;
/// What is about a person or named by nothing: must be nowhere at all.
const PERSONAL: [&str; 8] = [
    NUMBER,
    "155 7314 1592",
    "48.13713579",
    "11.57524681",
    "org.canary.unmapped",
    "canary-unmapped.example",
    "private.canary-mapped",
    "account-canary-7f3a",
];
/// What the reference tables are made of: must be nowhere but in them.
const REFERENCE: [&str; 5] =
    ["cell-canary-7f3a", "org.canary.mapped", "canary-mapped.example", "48.13612345", "11.57612345"];

/// A story told through the doors, and everything that was answered.
struct Told<'w> {
    w: &'w World,
    sights: Vec<Sight>,
}

impl Told<'_> {
    fn send(&mut self, call: Call) -> Reply {
        let reply = self.w.http().send(&call);
        let headers: String = reply.headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
        let name = format!("the answer to {} {}", call.method, call.path.replace(NUMBER, "…"));
        self.sights.push((name, [headers.as_bytes(), &reply.body].concat()));
        reply
    }
}

/// Lines of every feed that speak of the one person, good ones and bad ones.
fn feeds(w: &World) -> Vec<(&'static str, &'static str, String)> {
    let (now, number) = (w.clock.now(), format!("+{NUMBER}"));
    let at = |us: i64| now.plus(us).rfc3339();
    let app = |name: &str| -> String {
        (0..4).map(|d| format!("{number},{},{name}\n", at(-(d * DAY_US) - DAY_US))).rev_lines()
    };
    vec![
        ("cells", "text/csv", format!("id,lat,lon\n{},{},{}\n", REFERENCE[0], REFERENCE[3], REFERENCE[4])),
        (
            "categories",
            "text/csv",
            format!("source,key,topic\napp,{},food\nweb,{},travel\n", REFERENCE[1], REFERENCE[2]),
        ),
        ("places", "text/csv", "kind,lat,lon,radius_m\nhealth,50.1,8.6,100\n".to_owned()),
        (
            "app",
            "text/csv",
            format!("subscriber,at,app\n{}{}", app(REFERENCE[1]), app("org.canary.unmapped")),
        ),
        (
            "web",
            "text/csv",
            format!(
                "subscriber,at,host\n{}{}",
                app("private.canary-mapped.example"),
                app("deep.canary-unmapped.example")
            ),
        ),
        (
            "location",
            "text/csv",
            format!("subscriber,at,cell\n{number},{},{}\n", at(-5 * MINUTE_US), REFERENCE[0]),
        ),
        (
            "location",
            "application/x-ndjson",
            format!("{}\n", json!({ "subscriber": number, "at": at(0), "lat": LAT, "lon": LON })),
        ),
        // What is not understood: unknown cell, no instant, ahead, torn; and a body that is no feed at all.
        (
            "location",
            "text/csv",
            format!(
                "subscriber,at,cell\n{number},{},cell-canary-7f3a-unknown\n{number},{NUMBER},x\n{number},{},{}\n{number},{}",
                at(0),
                at(DAY_US),
                REFERENCE[0],
                at(0)
            ),
        ),
        ("location", "text/csv", format!("{NUMBER},48.13713579\n1,2\n")),
        (
            "web",
            "application/x-ndjson",
            format!("{{\"subscriber\":\"{number}\",\"host\":\"deep.canary-unmapped.example\""),
        ),
        (NUMBER, "text/csv", format!("subscriber\n{number}\n")),
    ]
}

trait RevLines {
    fn rev_lines(self) -> String;
}
impl<I: DoubleEndedIterator<Item = String>> RevLines for I {
    fn rev_lines(self) -> String {
        self.rev().collect()
    }
}

fn live(told: &mut Told<'_>) {
    let w = told.w;
    let assistant = w.provider("assistant");
    let (operator, feed, regulator) =
        (w.client(Role::Operator), w.client(Role::Feed), w.client(Role::Regulator));
    let post = |path: &str, body: serde_json::Value| Call::new("POST", path).json(&body);
    let enrol = json!({ "reference": "+49 155 7314 1592", "age": "adult" });
    assert_eq!(told.send(post("/v1/subscribers", enrol).by(&operator)).status, 200);
    assert_eq!(
        told.send(
            post("/v1/subscribers", json!({ "reference": "account-canary-7f3a", "age": "minor" }))
                .by(&operator)
        )
        .status,
        200
    );
    let mina = super::support::Subscriber::enrol(
        w,
        "mina",
        &format!("+{NUMBER}"),
        dongui::domain::subscriber::AgeBand::Adult,
    );
    let link = json!({ "reference": format!("+{NUMBER}"), "recipient": assistant.id });
    let subject =
        told.send(post("/v1/links", link).by(&operator)).json()["subject"].as_str().unwrap().to_owned();
    assert_eq!(
        told.send(post("/v1/invitations", json!({ "reference": format!("+{NUMBER}") })).by(&operator)).status,
        200
    );
    for category in Category::ALL {
        mina.allows(
            &assistant,
            ASSISTANT,
            category,
            category.rungs().last().copied().unwrap_or(Precision::Label),
        );
    }
    crowd(w);
    for (kind, format, text) in feeds(w) {
        told.send(Call::new("POST", &format!("/v1/feeds/{kind}")).body(format, text).by(&feed));
    }
    for locale in ["en", "ko"] {
        let ask = json!({ "subject": subject, "purpose": ASSISTANT, "categories": Category::ALL, "locale": locale, "max_tokens": 2000 });
        let reply = told.send(post("/v1/context", ask).by(&assistant.client));
        let text = reply.text();
        assert!(text.contains("zone-r6") && text.contains("food") && text.contains("travel"), "{text}");
    }
    malformed(told, &operator, &assistant.client);
    mina.pauses();
    told.send(
        post("/v1/context", json!({ "subject": subject, "purpose": ASSISTANT, "categories": [ZONE] }))
            .by(&assistant.client),
    );
    mina.withdraws();
    w.clock.advance(MINUTE_US);
    let now = w.clock.now().unix_s();
    let bundle = told
        .send(Call::new("GET", &format!("/v1/audit/bundle?from={}&to={}", now - 3600, now)).by(&regulator));
    assert_eq!(bundle.status, 200, "{}", bundle.text());
    told.send(Call::new("GET", &format!("/v1/audit/bundle?from={NUMBER}&to={NUMBER}")).by(&regulator));
    for path in ["/metrics", "/readyz", "/openapi.json", "/oauth/jwks", "/log/checkpoint"] {
        told.send(Call::new("GET", path));
    }
    let explained = w.broker().explain(
        &dongui::broker::authenticate::Caller::console(),
        &mina.reference(),
        assistant.id,
        ASSISTANT,
        ZONE,
    );
    told.sights.push(("an explanation".to_owned(), format!("{explained:?}").into_bytes()));
}

/// Whatever is wrong with a request, its values do not come back.
fn malformed(told: &mut Told<'_>, operator: &Client<'_>, recipient: &Client<'_>) {
    let post = |path: &str, body: serde_json::Value| Call::new("POST", path).json(&body);
    for body in [
        json!({ "subject": NUMBER, "purpose": ASSISTANT, "categories": [ZONE], "locale": NUMBER }),
        json!({ "subject": NUMBER, "purpose": NUMBER, "categories": [NUMBER] }),
        json!({ "subject": "x", "purpose": ASSISTANT, "categories": [ZONE], NUMBER: NUMBER }),
        json!(NUMBER),
    ] {
        told.send(post("/v1/context", body.clone()).by(recipient));
        told.send(post("/v1/links", body.clone()).by(operator));
        told.send(post("/v1/recipients", body.clone()).by(operator));
        told.send(post("/v1/clients", body).by(operator));
    }
    told.send(
        post("/v1/subscribers", json!({ "reference": format!("0{NUMBER}"), "age": NUMBER })).by(operator),
    );
    let enrol = json!({ "reference": "+49 155 7314 1592", "age": "adult" });
    told.send(post("/v1/subscribers", enrol).by(recipient));
    told.send(post(&format!("/v1/{NUMBER}?q={NUMBER}"), json!({})));
    told.send(Call::new("POST", "/oauth/token").body(
        "application/x-www-form-urlencoded",
        format!("grant_type={NUMBER}&scope={NUMBER}&client_id={NUMBER}&client_assertion={NUMBER}"),
    ));
}

/// Neighbours who were where she was, and like what she likes.
fn crowd(w: &World) {
    w.neighbours_are_at((48.137, 11.575));
    w.load(
        dongui::domain::feed::FeedKind::Categories,
        "source,key,topic\napp,org.example.kitchen,food\nweb,example.org,travel\n",
    );
    for (kind, header, name) in [
        (dongui::domain::feed::FeedKind::App, "subscriber,at,app\n", "org.example.kitchen"),
        (dongui::domain::feed::FeedKind::Web, "subscriber,at,host\n", "example.org"),
    ] {
        let at = w.clock.now().plus(-DAY_US).rfc3339();
        let lines: String = (0..NEIGHBOURS).map(|n| format!("{},{at},{name}\n", neighbour(n))).collect();
        w.load(kind, &format!("{header}{lines}"));
    }
}

#[test]
fn no_canary_leaves_its_cage() {
    listen();
    World::each(|w| {
        let mut told = Told { w, sights: Vec::new() };
        live(&mut told);
        w.broker().sequence().unwrap();
        let mut sights = told.sights;
        sights.extend(files(&w.house.log_dir()).into_iter().map(|(n, bytes)| (format!("log/{n}"), bytes)));
        sights.push(("the logs".to_owned(), logged()));
        let rows: Vec<Sight> = dump(&w.house.url).into_iter().map(|(t, row)| (t, row.into_bytes())).collect();
        let (reference, other): (Vec<Sight>, Vec<Sight>) =
            rows.into_iter().partition(|(t, _)| ["cells", "topics", "places"].contains(&t.as_str()));
        let all = [sights.as_slice(), &other].concat();
        assert_eq!(found(&[PERSONAL.as_slice(), &REFERENCE].concat(), &all), Vec::<String>::new());
        assert_eq!(found(&PERSONAL, &reference), Vec::<String>::new());
        assert!(found(&REFERENCE, &reference).len() >= 5, "the reference is kept where it belongs");
        // The files themselves: also what was deleted, and what is still in the journal.
        if !w.house.is_postgres() {
            let raw = ["dongui.db", "dongui.db-wal"]
                .map(|name| (name.to_owned(), std::fs::read(w.house.dir.path().join(name)).unwrap()));
            assert!(raw[1].1.len() > 4096, "the journal holds something");
            assert_eq!(found(&PERSONAL, &raw), Vec::<String>::new());
        }
        assert!(!logged().is_empty(), "the logs were heard");
    });
}

#[test]
fn the_command_line_does_not_print_what_it_reads() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let mut sights: Vec<Sight> = Vec::new();
    let mut run = |arguments: &[&str], input: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dongui"));
        command.args(["--data", &path("data")]).args(arguments).env("DONGUI_LOG", "trace");
        command
            .env_remove("DONGUI_DATABASE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let name = format!("`dongui {}`", arguments.join(" ").replace(NUMBER, "…"));
        sights.push((name, [output.stdout.as_slice(), &output.stderr].concat()));
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    assert_eq!(run(&["keys", "init"], "").0, Some(0));
    assert_eq!(run(&["migrate"], "").0, Some(0));
    let numbers = format!("+{NUMBER}\n{NUMBER} {NUMBER}\naccount-canary-7f3a\n");
    assert_eq!(run(&["register", "subscribers", "-"], &numbers).0, Some(1));
    std::fs::write(path("recipient.json"), json!({ "name": "Assistant", "country": "DE", "assurance": "server", "purposes": [ASSISTANT], "ceiling": [["location.zone", "city"]] }).to_string()).unwrap();
    let (_, id) = run(&["register", "recipient", &path("recipient.json")], "");
    let number = format!("+{NUMBER}");
    assert_eq!(run(&["register", "link", "--subscriber", &number, "--recipient", id.trim()], "").0, Some(0));
    assert_eq!(run(&["register", "invitation", "--subscriber", &number], "").0, Some(0));
    assert_eq!(run(&["register", "invitation", "--subscriber", "+4915573141590"], "").0, Some(2));
    assert_eq!(
        run(
            &[
                "explain",
                "--subscriber",
                &number,
                "--recipient",
                id.trim(),
                "--purpose",
                ASSISTANT.as_str(),
                "--category",
                "location.zone"
            ],
            ""
        )
        .0,
        Some(0)
    );
    let lines = format!(
        "subscriber,at,lat,lon\n{number},2026-01-01T00:00:00Z,{LAT},{LON}\n{number},never,{LAT},{LON}\n{NUMBER}"
    );
    assert_eq!(run(&["feed", "load", "--kind", "location", "-"], &lines).0, Some(0));
    assert_eq!(run(&["--json", "feed", "load", "--kind", "web", "-"], &format!("{NUMBER}\n1\n")).0, Some(2));
    run(&["doctor"], "");
    assert_eq!(found(&PERSONAL, &sights), Vec::<String>::new());
    let kept = files(&dir.path().join("data")).into_iter().map(|(n, bytes)| (format!("data/{n}"), bytes));
    assert_eq!(found(&PERSONAL, &kept.collect::<Vec<_>>()), Vec::<String>::new());
}
