//! A regulator's engineer in the console, over HTTP, on both engines: how he comes in, what he sees, and that the log tells of it. Deliberately absent: what
//! bundles hold (`exports`), how pages are drawn (`browser`), the page that checks bundles (`verifier`).
mod attacks;
mod browser;
mod officer;
mod sums;
mod verifier;

use crate::exports::{lived, stand};
use crate::screens::visitor::{Form, Visitor, between, forms, plain};
use crate::support::door::{Call, Reply};
use crate::support::{Client, World};
use dongui::domain::client::Role;
use dongui::domain::record::{Event, Record};
use dongui::domain::time::{DAY_US, HOUR_US, MINUTE_US};
use dongui::ledger::lot::Lot;
use dongui::ledger::receipt::Receipt;
use serde_json::{Value, json};
use std::io::Read;
use std::path::Path;
use std::process::Command;

/// The path of a new link for a client.
pub fn link(w: &World, client: &Client<'_>, ground: &str) -> String {
    let call = Call::new("POST", "/v1/console/visits").json(&json!({ "ground": ground })).by(client);
    let reply = w.http().send(&call);
    assert_eq!((reply.status, reply.header("cache-control")), (201, Some("no-store")), "{}", reply.text());
    let url = reply.json()["url"].as_str().unwrap().to_owned();
    url.strip_prefix(crate::support::world::ISSUER).unwrap().to_owned()
}

/// Comes in through a new link.
pub fn enters<'w>(w: &'w World, client: &Client<'_>, ground: &str) -> Visitor<'w> {
    let (mut visitor, path) = (Visitor::new(w), link(w, client, ground));
    assert_eq!(visitor.get(&path).status, 200, "looking uses nothing up");
    let entered = visitor.post(&path, &[]);
    let home = format!("{}/", path.split("/enter/").next().unwrap());
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some(home.as_str())),
        "{}",
        entered.text()
    );
    visitor
}

/// The form of a page that is sent there.
fn form(page: &str, action: &str) -> Form {
    forms(page)
        .into_iter()
        .find(|f| f.action == action)
        .unwrap_or_else(|| panic!("no form to {action}: {page}"))
}

/// Sends a form with what is written into it.
fn writes(visitor: &mut Visitor<'_>, form: &Form, written: &[(&str, &str)]) -> Reply {
    let mut fields = form.fields.clone();
    fields.extend(written.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    visitor.post(&form.action, &fields)
}

/// Asks for an export in the console; the path of its case.
pub fn asks(visitor: &mut Visitor<'_>, written: &[(&str, &str)]) -> String {
    let form = form(&visitor.sees("/regulator/"), "/regulator/exports");
    let asked = writes(visitor, &form, written);
    assert_eq!(asked.status, 303, "{}", asked.text());
    asked.header("location").unwrap().to_owned()
}

/// Has it made, and waits until it lies there.
pub fn has_it_made(w: &World, visitor: &mut Visitor<'_>, case: &str) {
    stand(w, case.rsplit('/').next().unwrap());
    let make = form(&visitor.sees(case), &format!("{case}/make"));
    assert_eq!(writes(visitor, &make, &[]).status, 303);
    while !visitor.sees(case).contains("bundle.zip") {
        std::thread::yield_now();
    }
}

/// A period with everything so far, as the form of the console wants it.
pub fn period(w: &World) -> [(&'static str, String); 2] {
    let now = w.clock.now();
    [("from", now.plus(-DAY_US).date()), ("to", now.plus(DAY_US).date())]
}

/// Everything of the log, opened: number, whom it is about, record.
fn log(w: &World, dir: &Path) -> Vec<Record> {
    w.broker().sequence().unwrap();
    w.exports(dongui::domain::time::At(0), w.clock.now().plus(HOUR_US), dir).unwrap();
    let text = std::fs::read_to_string(dir.join("records.jsonl")).unwrap();
    let read = |line: &str| serde_json::from_str::<Value>(line).unwrap()["record"].take();
    // What is erased has none.
    let opened = text.lines().map(read).filter(|record| !record.is_null());
    opened.map(|record| serde_json::from_value(record).unwrap()).collect()
}

/// The looks among them: client, page, which, ground.
fn looks(records: &[Record]) -> Vec<(String, &'static str, String, String)> {
    let look = |record: &Record| match &record.event {
        Event::Look { client, page, which, ground } => {
            Some((client.clone(), page.as_str(), which.clone().unwrap_or_default(), ground.clone()))
        }
        _ => None,
    };
    records.iter().filter_map(look).collect()
}

/// The files of a zip by name, with the name of the directory off.
pub fn unzipped(bytes: &[u8]) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().strip_prefix("bundle/").unwrap().to_owned(), bytes)
        })
        .collect()
}

#[test]
fn an_engineer_enters_once_by_a_link_and_every_look_is_in_the_log() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let path = link(w, &authority, "case 2026-17");
        let mut visitor = Visitor::new(w);
        assert_eq!(visitor.get("/regulator").header("location"), Some("/regulator/"));
        assert_eq!(visitor.get("/regulator/").status, 403, "not in yet");
        let entered = visitor.post(&path, &[]);
        let cookie = entered.header("set-cookie").unwrap();
        assert!(
            cookie.starts_with("__Secure-dongui-console=")
                && cookie.ends_with("; HttpOnly; SameSite=Strict; Secure; Path=/regulator; Max-Age=3600"),
            "{cookie}"
        );
        let home = visitor.sees("/regulator/");
        assert!(home.contains("<strong>case 2026-17</strong>") && home.contains("<code>authority</code>"));
        visitor.sees("/regulator/policies");
        assert_eq!(Visitor::new(w).post(&path, &[]).status, 410, "a second time");
        let leave = form(&home, "/regulator/leave");
        assert_eq!(writes(&mut visitor, &leave, &[]).status, 303);
        assert_eq!(visitor.get("/regulator/").status, 403, "he has left");

        let dir = tempfile::tempdir().unwrap();
        let seen = looks(&log(w, &dir.path().join("bundle")));
        let look = |page| ("authority".to_owned(), page, String::new(), "case 2026-17".to_owned());
        assert_eq!(seen, [look("enter"), look("home"), look("policies")]);
        let report = std::fs::read_to_string(dir.path().join("bundle/report-looks.csv")).unwrap();
        assert_eq!(report.lines().count(), 4, "{report}");
    });
}

#[test]
fn a_case_is_asked_for_made_read_and_taken_away_in_the_console() {
    World::each(|w| {
        lived(w);
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let [from, to] = period(w);
        let written =
            [("ground", "case 7"), ("subscriber", ""), ("recipient", ""), (from.0, &from.1), (to.0, &to.1)];
        let case = asks(&mut visitor, &written);
        let page = visitor.sees(&case);
        assert!(page.contains("waits for two people") && !page.contains("/make"), "{page}");
        for below in ["entries", "sample?seed=a", "bundle.zip", "entries/0"] {
            assert_eq!(visitor.get(&format!("{case}/{below}")).status, 409, "{below}");
        }
        has_it_made(w, &mut visitor, &case);

        // What is shown is what is signed.
        let zip = visitor.get(&format!("{case}/bundle.zip"));
        assert_eq!((zip.status, zip.header("content-type")), (200, Some("application/zip")));
        assert_eq!(visitor.get(&format!("{case}/bundle.zip")).body, zip.body, "the same bytes");
        let files = unzipped(&zip.body);
        let dir = tempfile::tempdir().unwrap();
        let bundle = dir.path().join("bundle");
        std::fs::create_dir(&bundle).unwrap();
        files.iter().for_each(|(name, bytes)| std::fs::write(bundle.join(name), bytes).unwrap());
        let verifier = w.broker().log_verifier().unwrap();
        dongui::ledger::bundle::verify(&bundle, &verifier.vkey()).unwrap();
        let page = plain(&visitor.sees(&case));
        let report: Value = serde_json::from_slice(&files["report.json"]).unwrap();
        for table in report["tables"].as_array().unwrap() {
            assert!(page.contains(table["title"].as_str().unwrap()), "{}", table["title"]);
            for cell in
                table["rows"].as_array().unwrap().iter().take(200).filter_map(Value::as_array).flatten()
            {
                let text = cell.as_str().map_or_else(|| cell.to_string(), str::to_owned);
                assert!(page.contains(&format!("<td>{text}</td>")), "{text}");
            }
        }
        assert!(page.contains("<rect "), "bars beside the tables");

        entries_are_found_and_prove_themselves(w, &mut visitor, &case, &files);
        a_lot_is_drawn_alike_everywhere(&mut visitor, &case, &files, dir.path());
    });
}

fn entries_are_found_and_prove_themselves(
    w: &World,
    visitor: &mut Visitor<'_>,
    case: &str,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
) {
    let leaves: Vec<String> =
        String::from_utf8_lossy(&files["leaves.jsonl"]).lines().map(str::to_owned).collect();
    let kind =
        |leaf: &String| serde_json::from_str::<Value>(leaf).unwrap()["kind"].as_str().unwrap().to_owned();
    let numbers = |page: &str| -> Vec<u64> {
        between(page, "<th scope=\"row\"><a href=\"", "</a>")
            .iter()
            .map(|a| a.rsplit('>').next().unwrap().parse().unwrap())
            .collect()
    };
    // Page by page everything is seen, each once.
    let (mut seen, mut next) = (Vec::new(), Some(format!("{case}/entries")));
    while let Some(path) = next {
        let page = visitor.sees(&path);
        seen.extend(numbers(&page));
        next = between(&page, "<a class=\"on\" href=\"", "\"").first().map(|a| plain(a));
    }
    assert!(leaves.len() > 50, "more than a page");
    assert_eq!(seen, (0..leaves.len() as u64).collect::<Vec<_>>());
    let wanted: Vec<u64> =
        (0u64..).zip(&leaves).filter(|(_, l)| kind(l) == "request").map(|(i, _)| i).collect();
    assert_eq!(numbers(&visitor.sees(&format!("{case}/entries?kind=request&month=2026-11"))), wanted);
    assert_eq!(
        numbers(&visitor.sees(&format!("{case}/entries?kind=request&from={}", wanted[1]))),
        wanted[1..]
    );
    assert!(numbers(&visitor.sees(&format!("{case}/entries?month=2026-10"))).is_empty());
    for odd in ["kind=none", "month=11-2026", "from=x", "kind=request&kind=consent"] {
        assert_eq!(visitor.get(&format!("{case}/entries?{odd}")).status, 400, "{odd}");
    }
    let page = visitor.sees(&format!("{case}/entries/{}", wanted[0]));
    let proof = plain(
        between(&page, "aria-labelledby=\"proof\">", "</pre>").last().unwrap().rsplit('>').next().unwrap(),
    );
    let proof = Receipt::parse(&proof).unwrap();
    proof.verify(leaves[wanted[0] as usize].as_bytes(), &w.broker().log_verifier().unwrap()).unwrap();
    assert!(
        plain(&page).contains(&leaves[wanted[0] as usize])
            && page.contains("event / outcomes / 1 / category")
    );
    assert_eq!(visitor.get(&format!("{case}/entries/{}", leaves.len())).status, 404);
}

fn a_lot_is_drawn_alike_everywhere(
    visitor: &mut Visitor<'_>,
    case: &str,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
    dir: &Path,
) {
    let count = files["leaves.jsonl"].iter().filter(|b| **b == b'\n').count() as u64;
    let mut lot = Lot::new("hearing 3", 7);
    (0..count).for_each(|index| lot.offer(index));
    let wanted = lot.taken();
    let page = visitor.sees(&format!("{case}/sample?seed=hearing+3&size=7"));
    assert_eq!(page, visitor.sees(&format!("{case}/sample?seed=hearing+3&size=7")));
    let drawn: Vec<u64> = between(&page, "<th scope=\"row\"><a href=\"", "</a>")
        .iter()
        .map(|a| a.rsplit('>').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(drawn, wanted);
    for kind in [None, Some("request")] {
        let mut arguments = vec!["audit", "sample", "bundle", "--seed", "hearing 3", "--size", "7", "--json"];
        arguments.extend(kind.map(|kind| ["--kind", kind]).into_iter().flatten());
        let out =
            Command::new(env!("CARGO_BIN_EXE_dongui")).args(&arguments).current_dir(dir).output().unwrap();
        let told: Value = serde_json::from_slice(&out.stdout).unwrap();
        let told = told["entries"].as_array().unwrap();
        match kind {
            None => {
                let numbers: Vec<u64> = told.iter().map(|e| e["index"].as_u64().unwrap()).collect();
                assert_eq!(numbers, wanted);
            }
            Some(kind) => assert!(told.iter().all(|e| e["leaf"]["kind"] == kind) && !told.is_empty()),
        }
    }
    for odd in ["seed=a&size=0", "seed=a&size=1001", "seed=a&kind=x", &format!("seed={}", "a".repeat(101))] {
        assert_eq!(visitor.get(&format!("{case}/sample?{odd}")).status, 400, "{odd}");
    }
}

#[test]
fn a_look_at_one_person_stands_among_what_is_about_him_and_says_on_which_ground() {
    World::each(|w| {
        let (mina, jan) = (w.subscriber("mina"), w.subscriber("jan"));
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let [from, to] = period(w);
        let number = mina.number.clone();
        let case = asks(
            &mut visitor,
            &[("ground", "case 8"), ("subscriber", &number), (from.0, &from.1), (to.0, &to.1)],
        );
        let page = visitor.sees(&case);
        assert!(!page.contains(&number[1..]), "his number stands on no page");
        has_it_made(w, &mut visitor, &case);
        visitor.sees(&format!("{case}/entries"));
        let looks = |of: &crate::support::Subscriber<'_>| -> Vec<&'static str> {
            let look = |record: Record| match record.event {
                Event::Look { client, page, ground, .. } => {
                    assert_eq!((client.as_str(), ground.as_str()), ("authority", "case 7"));
                    Some(page.as_str())
                }
                _ => None,
            };
            of.records().into_iter().filter_map(look).collect()
        };
        let seen = looks(&mina);
        assert!(seen.contains(&"entries") && seen.contains(&"case"), "{seen:?}");
        assert!(!seen.contains(&"home") && looks(&jan).is_empty());
    });
}

#[test]
fn the_overview_tells_of_stops_overdue_deletions_and_the_head_of_the_log() {
    World::each(|w| {
        let (mina, assistant) = (w.subscriber("mina"), w.provider("assistant"));
        crate::purge::asked(w, &assistant, &mina);
        w.clock.advance(8 * DAY_US);
        let operator = w.client(Role::Operator);
        let stop = json!({ "recipient": assistant.id, "ground": "PIPA Art. 28-9(1)" });
        let stopped = w.http().send(&Call::new("POST", "/v1/stops").json(&stop).by(&operator));
        assert_eq!(stopped.status, 200, "{}", stopped.text());
        let head = w.broker().sequence().unwrap();
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let page = plain(&visitor.sees("/regulator/"));
        for said in
            ["PIPA Art. 28-9(1)", "for assistant", "<code>pur_", &w.broker().log_verifier().unwrap().vkey()]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        let sizes = between(&page, "<p>", " entries are published");
        let size: u64 = sizes.iter().find_map(|size| size.parse().ok()).unwrap();
        assert!(size >= head.size);
    });
}

#[test]
fn the_operators_officer_enters_a_console_of_his_own_and_sees_every_question() {
    World::each(|w| {
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut engineer = enters(w, &authority, "case 7");
        let [from, to] = period(w);
        asks(&mut engineer, &[("ground", "case 7"), (from.0, &from.1), (to.0, &to.1)]);
        let officer = Client::register(w, "officer", Role::Operator, None);
        let mut visitor = enters(w, &officer, "GDPR Art. 39");
        let page = visitor.sees("/operator/dpo/");
        assert!(page.contains("Data protection officer") && page.contains("case 7"));
        assert!(!page.contains("/cases/") && !page.contains("/exports"), "he neither opens nor asks");
        assert_eq!(visitor.get("/regulator/").status, 403);
        assert_eq!(engineer.get("/operator/dpo/").status, 403);
    });
}

#[test]
fn the_policy_sets_of_the_log_are_told_with_who_stands_for_them() {
    World::each(|w| {
        w.broker().sequence().unwrap();
        let authority = Client::register(w, "authority", Role::Regulator, None);
        let mut visitor = enters(w, &authority, "case 7");
        let digest = w.broker().engine().digest().to_owned();
        w.broker().approve_policies(&dongui::broker::authenticate::Caller::console(), &digest).unwrap();
        w.broker().sequence().unwrap();
        let page = visitor.sees("/regulator/policies");
        assert_eq!(page.matches(&digest).count(), 1, "one stretch");
        assert!(page.contains("in force") && page.contains("<td>console</td>"), "{page}");
        // What was followed is not read anew, and what came since is.
        w.clock.advance(MINUTE_US);
        w.subscriber("mina");
        w.broker().sequence().unwrap();
        let last = |page: &str| -> u64 { between(page, "<td>", "</td>")[1].parse().unwrap() };
        assert!(last(&visitor.sees("/regulator/policies")) > last(&page));
    });
}
