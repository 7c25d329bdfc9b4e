//! Promise 5: the trace stays home. Canaries are planted in every feed and request, and then looked for in everything that can be seen: answers,
//! problems, logs, metrics, the published log, exports, the bytes of the database. Deliberately absent: what screens show to the subscriber.
use super::support::canary::{Sight, found, listen, logged};
use super::support::door::{Call, Reply};
use super::support::receiver::Receiver;
use super::support::rows::{dump, files};
use super::support::world::{ISSUER, NEIGHBOURS, neighbour};
use super::support::{ASSISTANT, Client, Provider, Subscriber, World, ZONE};
use dongui::broker::authenticate::Caller;
use dongui::domain::category::Category;
use dongui::domain::client::Role;
use dongui::domain::feed::FeedKind;
use dongui::domain::subscriber::AgeBand;
use dongui::domain::time::{DAY_US, MINUTE_US};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// Phone number of the one whose life is fed in; nobody else in this process has it.
const NUMBER: &str = "4915573141592";
const LAT: f64 = 48.137_135_79;
const LON: f64 = 11.575_246_81;
/// What is about a person or named by nothing: must be nowhere at all.
const PERSONAL: [&str; 10] = [
    NUMBER,
    "155 7314 1592",
    "48.13713579",
    "11.57524681",
    "org.canary.unmapped",
    "canary-unmapped.example",
    "private.canary-mapped",
    "account-canary-7f3a",
    "943718413",
    "canary-land",
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
        [20, 8, 2, 1].map(|d| format!("{number},{},{name}\n", at(-d * DAY_US))).concat()
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
        (
            "account",
            "text/csv",
            format!(
                "subscriber,at,country,remaining_bytes\n{number},{},DE,943718413\n{number},{},canary-land,943718413\n{number},{},DE,-943718413\n",
                at(-3 * MINUTE_US),
                at(-2 * MINUTE_US),
                at(-MINUTE_US)
            ),
        ),
        ("account", "text/csv", format!("{number},DE,943718413\n")),
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

fn post(path: &str, body: &Value) -> Call {
    Call::new("POST", path).json(body)
}

/// The operator makes her known, and she looks at her own page; returns the assistant's pseudonym of her.
fn introduced(told: &mut Told<'_>, operator: &Client<'_>, assistant: &Provider<'_>) -> String {
    let number = format!("+{NUMBER}");
    let mut says = |path: &str, body: Value| {
        let reply = told.send(post(path, &body).by(operator));
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.json()
    };
    says("/v1/subscribers", json!({ "reference": "+49 155 7314 1592", "age": "adult" }));
    says("/v1/subscribers", json!({ "reference": "account-canary-7f3a", "age": "minor" }));
    let link = says("/v1/links", json!({ "reference": number, "recipient": assistant.id }));
    let invitation = says("/v1/invitations", json!({ "reference": number }));
    let path = invitation["url"].as_str().unwrap().strip_prefix(ISSUER).unwrap().to_owned();
    told.send(Call::new("GET", &path));
    let entered = told.send(Call::new("POST", &path));
    let cookie = entered.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(told.send(Call::new("GET", "/me").header("cookie", cookie)).status, 200);
    link["subject"].as_str().unwrap().to_owned()
}

/// Requests that are wrong in every way; whatever is wrong, their values do not come back.
fn gone_wrong(told: &mut Told<'_>, operator: &Client<'_>, assistant: &Provider<'_>, subject: &str) {
    for body in [
        json!({ "subject": subject, "purpose": ASSISTANT, "categories": [ZONE], "locale": NUMBER }),
        json!({ "subject": NUMBER, "purpose": ASSISTANT, "categories": [ZONE] }),
        json!({ "subject": NUMBER, "purpose": NUMBER, "categories": [NUMBER] }),
        json!({ "subject": subject, "purpose": ASSISTANT, "categories": [ZONE], NUMBER: NUMBER }),
        json!(NUMBER),
    ] {
        told.send(post("/v1/context", &body).by(&assistant.client));
        for path in ["/v1/links", "/v1/invitations", "/v1/recipients", "/v1/clients", "/v1/subscribers"] {
            told.send(post(path, &body).by(operator));
        }
    }
    let odd = json!({ "reference": format!("0{NUMBER}"), "age": "adult" });
    told.send(post("/v1/subscribers", &odd).by(operator));
    told.send(post("/v1/subscribers", &odd).by(&assistant.client));
    told.send(post(&format!("/v1/{NUMBER}?q={NUMBER}"), &odd));
    told.send(Call::new("GET", &format!("/me/enter/{NUMBER}")));
    let form = format!("grant_type={NUMBER}&scope={NUMBER}&client_id={NUMBER}&client_assertion={NUMBER}");
    told.send(Call::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", form));
}

fn live(told: &mut Told<'_>) {
    let (w, receiver) = (told.w, Receiver::new());
    let (assistant, _) = super::outbox::listening(w, "assistant", &receiver);
    let [operator, feed, regulator, rescue] =
        [Role::Operator, Role::Feed, Role::Regulator, Role::Rescue].map(|role| w.client(role));
    let subject = introduced(told, &operator, &assistant);
    let mina = Subscriber::enrol(w, "mina", &format!("+{NUMBER}"), AgeBand::Adult);
    for category in Category::ALL {
        mina.allows(&assistant, ASSISTANT, category, *category.rungs().last().unwrap());
    }
    crowd(w);
    for (kind, format, text) in feeds(w) {
        told.send(Call::new("POST", &format!("/v1/feeds/{kind}")).body(format, text).by(&feed));
    }
    let asks = |categories: &[Category], locale: &str| {
        let mut ask = json!({ "subject": subject, "purpose": ASSISTANT, "categories": categories,
            "locale": locale, "max_tokens": 2000 });
        let about = json!({ "latitude": 48.1374, "longitude": 11.5755, "radius_km": 5 });
        ask["circle"] =
            if Category::OF_A_CIRCLE.iter().any(|c| categories.contains(c)) { about } else { Value::Null };
        post("/v1/context", &ask).by(&assistant.client)
    };
    for locale in ["en", "ko"] {
        let text = told.send(asks(&Category::PERSONAL, locale)).text();
        for word in ["zone-r6", "food", "travel", r#""country":"DE""#, "<1GiB"] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
    let where_is = json!({ "reference": format!("+{NUMBER}"), "ground": "case 7" });
    let located = told.send(post("/v1/emergency/locations", &where_is).by(&rescue));
    assert!(located.status == 200 && located.json()["known"] == true, "{}", located.text());
    let named = json!({ "reference": format!("+{NUMBER}"), "ground": NUMBER, "defer": NUMBER });
    told.send(post("/v1/emergency/locations", &named).by(&rescue));
    let asks_how_many = json!({ "day": w.clock.now().plus(-2 * DAY_US).date(), "zone": "861f8d7afffffff" });
    let how_many = told.send(post("/v1/population", &asks_how_many).by(&assistant.client));
    assert_eq!(how_many.status, 200, "{}", how_many.text());
    told.send(post("/v1/population", &json!({ "day": NUMBER, "zone": NUMBER })).by(&assistant.client));
    gone_wrong(told, &operator, &assistant, &subject);
    mina.pauses();
    told.send(asks(&[ZONE], "en"));
    mina.withdraws();
    told.send(asks(&[ZONE], "en"));
    w.clock.advance(MINUTE_US);
    let now = w.clock.now().unix_s();
    let period = json!({ "from": (now - 3600).to_string(), "to": now.to_string(), "ground": "case 7" });
    let asked = told.send(post("/v1/audit/exports", &period).by(&regulator)).json();
    let id = asked["id"].as_str().unwrap();
    super::exports::stand(w, id);
    let fetch = || Call::new("GET", &format!("/v1/audit/exports/{id}/bundle")).by(&regulator);
    let mut bundle = told.send(fetch());
    while bundle.status == 202 {
        bundle = told.send(fetch());
    }
    assert_eq!(bundle.status, 200, "{}", bundle.text());
    let one = json!({ "from": "0", "to": now.to_string(), "subscriber": NUMBER, "ground": NUMBER });
    told.send(post("/v1/audit/exports", &one).by(&regulator));
    told.send(
        post("/v1/audit/exports", &json!({ "from": NUMBER, "to": NUMBER, "ground": "" })).by(&regulator),
    );
    for path in ["/readyz", "/openapi.json", "/oauth/jwks", "/log/checkpoint"] {
        told.send(Call::new("GET", path));
    }
    // Everything allowed, everything withdrawn, everything of one person to be deleted.
    for message in receiver.waits_for(2 * Category::ALL.len() + Category::PERSONAL.len()) {
        let headers: String = message.headers.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
        told.sights.push(("a message".to_owned(), [headers.as_bytes(), &message.body].concat()));
    }
    let figures = told.send(Call::new("GET", "/metrics")).text();
    assert!(figures.contains("dongui_http_seconds_count{route=\"/me/enter/{token}\""), "it was all counted");
    let (console, reference) = (Caller::console(), mina.reference());
    let explained = w.broker().explain(&console, &reference, assistant.id, ASSISTANT, ZONE);
    told.sights.push(("an explanation".to_owned(), format!("{explained:?}").into_bytes()));
}

/// Neighbours who were where she was, and like what she likes.
fn crowd(w: &World) {
    w.neighbours_are_at((48.137, 11.575));
    w.load(FeedKind::Categories, "source,key,topic\napp,org.example.kitchen,food\nweb,example.org,travel\n");
    for (kind, header, name) in [
        (FeedKind::App, "subscriber,at,app\n", "org.example.kitchen"),
        (FeedKind::Web, "subscriber,at,host\n", "example.org"),
    ] {
        // Two weeks are looked at before an interest is said.
        for days in [20, 8, 1] {
            let at = w.clock.now().plus(-days * DAY_US).rfc3339();
            let lines: String = (0..NEIGHBOURS).map(|n| format!("{},{at},{name}\n", neighbour(n))).collect();
            w.load(kind, &format!("{header}{lines}"));
        }
    }
    let at = w.clock.now().rfc3339();
    let lines: String = (0..NEIGHBOURS).map(|n| format!("{},{at},DE\n", neighbour(n))).collect();
    w.load(FeedKind::Account, &format!("subscriber,at,country\n{lines}"));
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
    let lines =
        format!("subscriber,at,country,remaining_bytes\n{number},2026-01-01T00:00:00Z,FR,943718413\n");
    assert_eq!(run(&["feed", "load", "--kind", "account", "-"], &lines).0, Some(0));
    assert_eq!(run(&["--json", "feed", "load", "--kind", "web", "-"], &format!("{NUMBER}\n1\n")).0, Some(2));
    run(&["doctor"], "");
    assert_eq!(found(&PERSONAL, &sights), Vec::<String>::new());
    let kept = files(&dir.path().join("data")).into_iter().map(|(n, bytes)| (format!("data/{n}"), bytes));
    assert_eq!(found(&PERSONAL, &kept.collect::<Vec<_>>()), Vec::<String>::new());
}
